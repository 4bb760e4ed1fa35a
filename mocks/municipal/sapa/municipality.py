"""Which municipality a user of SAPA works for: one that this SAPA serves, or nobody looks anything up."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mocks.limits import Refused
from mocks.overview.session import LookupRequest


def of_served(asked: LookupRequest, served: Mapping[str, str]) -> LookupRequest:
    """The look-up with the municipality's code, whether the user gave code or name.

    ``served``: name by code; nothing is checked where it is empty. Errors: ``Refused``.
    """
    if not served:
        return asked
    said = asked.user.municipality.strip()
    code = said if said in served else {name.casefold(): c for c, name in served.items()}.get(said.casefold())
    if code is None:
        known = ", ".join(f"{c} ({name})" for c, name in served.items())
        what = f"this SAPA serves no municipality {said[:40]!r}" if said else "the user has no municipality"
        raise Refused(400, what, "$.user.municipality", f"use one of {known}")
    return msgspec.structs.replace(asked, user=msgspec.structs.replace(asked.user, municipality=code))
