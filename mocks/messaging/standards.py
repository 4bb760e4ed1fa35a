"""All formats that our systems can speak, by capability."""

from __future__ import annotations

from mocks.messaging.fhir import CareCommunicationFormat
from mocks.messaging.formats import Format
from mocks.messaging.xdis91 import Xdis91
from mocks.units import FDIS91_4, FDIS91_5


def all_formats() -> dict[str, Format]:
    """One instance of each: a system that is not registered for one still recognises it."""
    formats: list[Format] = [
        Xdis91(),
        CareCommunicationFormat(FDIS91_5, "5.0"),
        CareCommunicationFormat(FDIS91_4, "4.0.0"),
    ]
    return {fmt.capability: fmt for fmt in formats}
