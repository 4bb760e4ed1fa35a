"""The check of one object: what it holds, what it must hold, and what no profile knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mocks.standards.packages.fhirpath_values import choice_types
from mocks.standards.packages.rules import UNKNOWN
from mocks.standards.packages.world import Check
from mocks.standards.profiles.fhir_kinds import CARDINALITY, EMPTY, TYPE
from mocks.standards.profiles.fhir_rows import Note, broken


@dataclass(frozen=True, slots=True)
class Choice:
    """An element with one of several types: the names that it may have in JSON, and how often it stands."""

    stem: str
    names: frozenset[str]
    low: int
    high: int


def prefix(notes: list[Note], start: int, step: str) -> None:
    """Put the name of the element into the paths of the notes that were taken below it."""
    for note in notes[start:]:
        path = note.path
        if not path:
            note.path = step
        elif path[0] == "[":
            note.path = step + path
        else:
            note.path = f"{step}.{path}"


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


def object_check(
    properties: dict[str, Check],
    primitives: frozenset[str],
    required: frozenset[str],
    choices: list[Choice],
    source: str,
) -> Check:
    """``primitives`` are the properties that may have a ``_name`` beside them."""
    find = properties.get
    demanding = [choice for choice in choices if choice.low > 0]

    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is not dict:
            sentence = f"an object is expected, not {kind(value)}"
            notes.append(broken(TYPE, sentence, "", "send an object", source))
            return
        if not value or (len(value) == 1 and "id" in value):
            notes.append(broken(EMPTY, "the element is empty"))
        known = len(notes)
        for name, child in value.items():
            inner = find(name)
            if inner is not None:
                inner(child, notes, context)
            else:
                unknown(name, child, value, notes, context)
            if type(child) is list and None in child and name[0] != "_" and "_" + name not in value:
                notes.append(broken(TYPE, "null stands where nothing stands beside it", source=source))
            if len(notes) != known:
                prefix(notes, known, name)
                known = len(notes)
        if required and not required <= value.keys():
            for name in sorted(required - value.keys()):
                if "_" + name not in value:
                    notes.append(_missing(name, source))
        for choice in demanding:
            if choice.names.isdisjoint(value) and not any("_" + name in value for name in choice.names):
                notes.append(_missing(f"{choice.stem}[x]", source))
        for choice in choices:
            present = choice.names & value.keys()
            if len(present) > 1:
                sentence = f"{choice.stem}[x] stands as {', '.join(sorted(present))}; only one of them may"
                notes.append(broken(CARDINALITY, sentence, "", "leave one of them", source))

    def unknown(name: str, child: Any, value: dict[str, Any], notes: list[Note], context: Any) -> None:
        if name[:1] == "_" and name[1:] in primitives:
            _beside(name[1:], child, value, notes, context, source)
            return
        for choice in choices:
            if name.startswith(choice.stem) and name[len(choice.stem) :] in choice_types().get(
                choice.stem, ()
            ):
                allowed = ", ".join(sorted(choice.names)) or "nothing"
                sentence = f"{name} has a type that is not allowed here; allowed is {allowed}"
                notes.append(broken(TYPE, sentence, "", f"send {allowed}", source))
                return
        if not (type(name) is str and name[:1] == "_" and name[1:] in properties):
            notes.append(broken(UNKNOWN, "the profile knows no such element", source=source))

    return check


def _missing(name: str, source: str) -> Note:
    return broken(CARDINALITY, f"{name} is missing", name, f"add {name}", source)


def _beside(
    name: str, child: Any, value: dict[str, Any], notes: list[Note], context: Any, source: str
) -> None:
    """What stands beside a primitive: an id and extensions, for lists in a list of the same order."""
    for one in child if type(child) is list else (child,):
        if one is None and type(child) is list:
            continue
        if type(one) is not dict or not one or not one.keys() <= {"id", "extension"}:
            sentence = "beside a primitive only id and extension may stand"
            notes.append(broken(TYPE, sentence, "", "leave the rest out", source))
            continue
        extensions = one.get("extension")
        base = context.world.type_profile("Extension")
        if base is not None and type(extensions) is list:
            for extension in extensions:
                base.check(extension, notes, context)
