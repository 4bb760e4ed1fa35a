"""What holds for any resource of FHIR, for entries whose own definition is in none of the packages."""

from __future__ import annotations

from typing import Any

from mocks.standards.fhir_form import TXT_1
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.narrative_html import not_allowed
from mocks.standards.packages.objects import prefix
from mocks.standards.packages.primitives import PRIMITIVES
from mocks.standards.profiles.fhir_kinds import EMPTY, TYPE
from mocks.standards.profiles.fhir_rows import Note, broken

_R4 = "FHIR R4 4.0.1"
_TYPES = {"meta": "Meta", "text": "Narrative"}


def check_unprofiled(resource: dict[str, Any], notes: list[Note], context: PackageContext) -> None:
    """Id, meta and narrative by their types; nothing empty anywhere."""
    known = len(notes)
    for name, value in resource.items():
        profile = context.world.type_profile(_TYPES[name]) if name in _TYPES else None
        if profile is not None:
            profile.check(value, notes, context)
        elif name == "id" and (sentence := PRIMITIVES["id"](value)) is not None:
            notes.append(broken(TYPE, sentence, source=_R4))
        else:
            _nothing_empty(value, notes)
        if len(notes) != known:
            prefix(notes, known, name)
            known = len(notes)
    text = resource.get("text")
    div = text.get("div") if type(text) is dict else None
    if type(div) is str and (sentence := not_allowed(div)) is not None:
        notes.append(broken(TXT_1, sentence, "text.div", source=_R4))


def _nothing_empty(value: Any, notes: list[Note]) -> None:
    if value in ("", [], {}) and type(value) is not bool:
        notes.append(broken(EMPTY, "the element is empty"))
    known = len(notes)
    if type(value) is dict:
        for name, child in value.items():
            _nothing_empty(child, notes)
            if len(notes) != known:
                prefix(notes, known, name)
                known = len(notes)
    elif type(value) is list:
        for position, child in enumerate(value):
            _nothing_empty(child, notes)
            if len(notes) != known:
                prefix(notes, known, f"[{position}]")
                known = len(notes)
