"""The composed values of XDS: a patient (CX), an organisation (XON), a moment (DTM)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from mocks.errors import BadInput

CPR_OID = "1.2.208.176.1.2"
SOR_OID = "1.2.208.176.1.1"

_CX = re.compile(r"([^\^&]*)\^\^\^&([0-9.]+)&ISO")
_XON = re.compile(r"([^\^]*)\^\^\^\^\^&([0-9.]+)&ISO(?:\^[^\^]*){3}\^([^\^]*)")
_DTM = re.compile(r"\d{4}(?:\d\d){0,5}", re.ASCII)
#: What a shortened moment starts at: month and day 01, the clock at zero.
_EARLIEST = "00000101000000"


def patient_cx(cpr: str) -> str:
    """A citizen as XDS names one: ``CPR^^^&1.2.208.176.1.2&ISO``."""
    return f"{cpr}^^^&{CPR_OID}&ISO"


def cpr_of(cx: str) -> str | None:
    """The CPR number of a patient; ``None`` where it is no patient by CPR number."""
    found = _CX.fullmatch(cx)
    return found.group(1) if found is not None and found.group(2) == CPR_OID else None


def organisation_xon(name: str, sor: str) -> str:
    """An organisation by name and SOR id, as ``authorInstitution`` has it."""
    return f"{name.replace('^', ' ').replace('&', ' ')}^^^^^&{SOR_OID}&ISO^^^^{sor}"


def sor_of(xon: str) -> str | None:
    """The SOR id of an organisation; ``None`` where it has none."""
    found = _XON.fullmatch(" ".join(xon.split()))
    return found.group(3) if found is not None and found.group(2) == SOR_OID else None


def utc_moment(moment: datetime) -> str:
    """``YYYYMMDDhhmmss`` in UTC, as entries have their moments (the document itself has local time)."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


@lru_cache(maxsize=65_536)
def full_moment(value: str) -> str:
    """A moment in 14 digits: registries shorten moments, the earliest is meant. ``BadInput`` for no moment."""
    if not _DTM.fullmatch(value):
        raise BadInput(f"{value[:20]!r} is no moment: send digits, YYYYMMDDhhmmss in UTC")
    return value + _EARLIEST[len(value) :]
