"""Points in time and periods of CDA: how they are written, and whether a period runs forward."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lxml import etree

_NS = "{urn:hl7-org:v3}"
_MOMENT = re.compile(r"(\d{8})(\d{4})(\d{2})?([+-])(\d{2})(\d{2})", re.ASCII)


def moment_of(value: str) -> datetime | None:
    """The moment in UTC, without zone; ``None`` for what is none, or lacks its time or offset."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        return None
    day, clock, seconds, sign, hours, minutes = found.groups()
    if int(hours) > 14 or int(minutes) > 59:
        return None
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        local = datetime.strptime(f"{day}{clock}{seconds or '00'}", "%Y%m%d%H%M%S")
        return local + ahead if sign == "-" else local - ahead
    except (ValueError, OverflowError):
        return None


def check_moment(node: etree._Element) -> str | None:
    """``None``, or what is wrong with the ``value`` of the element."""
    value = node.get("value")
    if value is None:
        return "the attribute value is missing"
    return None if moment_of(value) else f"{value[:30]!r} is no moment with date, time and offset"


def check_period(node: etree._Element) -> str | None:
    """``None``, or what is wrong with an element that holds ``low`` and ``high``."""
    lows, highs = list(node.iterchildren(f"{_NS}low")), list(node.iterchildren(f"{_NS}high"))
    if len(lows) != 1 or len(highs) != 1:
        return f"low stands {len(lows)} times and high {len(highs)} times; each stands once"
    if wrong := check_moment(lows[0]):
        return f"low: {wrong}"
    if highs[0].get("value") is None and (flavour := highs[0].get("nullFlavor")):
        return None if not re.search(r"\s", flavour) else "high: nullFlavor holds white space"
    if wrong := check_moment(highs[0]):
        return f"high: {wrong}"
    start, end = moment_of(lows[0].get("value", "")), moment_of(highs[0].get("value", ""))
    return "it ends before it starts" if start and end and end < start else None
