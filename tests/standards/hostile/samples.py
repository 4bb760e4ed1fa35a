"""Valid messages of every standard and form, from which hostile files are made."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from mocks.standards import fhir_xml
from mocks.standards.fhir_bundle import parse
from mocks.standards.recognise import check_bytes
from tests.standards.mutants.bases import bases

ROOT = Path(__file__).parents[3]
OFFICIAL = Path(os.environ.get("TVAERS_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
_FOLDERS = ("vans/composed", "vans/samples", "medcom-fhir/examples", "national/apd")


@cache
def samples() -> tuple[tuple[bytes, ...], ...]:
    """Our own messages, FHIR as JSON and XML, and the official samples where they are at hand: a group for each
    standard and form, so that each has its share however many samples it has."""
    found = list(bases().values())
    found += [fhir_xml.write(parse(raw)) for raw in found if raw[:1] == b"{"]
    found += [
        path.read_bytes()
        for folder in _FOLDERS
        for path in sorted((OFFICIAL / folder).rglob("*"))
        if path.suffix in (".xml", ".json", ".edi") and path.stat().st_size < 100_000
    ]
    groups: dict[tuple[str, bytes], list[bytes]] = {}
    for raw in found:
        checked = check_bytes(raw)
        inside = checked.content.standard if checked.content else ""
        groups.setdefault((checked.standard + inside, raw.lstrip()[:1]), []).append(raw)
    return tuple(tuple(groups[key]) for key in sorted(groups))
