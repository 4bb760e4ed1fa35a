"""Checks a FHIR message against profiles that are written down as tables.

A profile is a tuple of ``Row``: path, cardinality, type, fixed value, code list, slicing - what
MedCom's StructureDefinitions say, one line an element. ``compile_profile`` turns the rows into nested
closures once, at import; checking a message then walks only what the message holds. Rules that look at
several elements are functions (``Invariant``), under the ids their source gives them.

A closure does not know where in the message it stands: it appends a *note* with the path below its own
element, and each parent that sees new notes puts its own name in front. A faultless message never
builds a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mocks.standards.fhir_shape import CHOICES, repeats
from mocks.standards.profiles import fhir_kinds as kinds
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_leaves import primitive, reference, tested
from mocks.standards.profiles.fhir_primitives import PRIMITIVES
from mocks.standards.profiles.fhir_rows import Check, Note, Row, Slicing, ValueRule
from mocks.standards.profiles.fhir_tree import Node, bounds, completed, tree_of

_R4 = "FHIR R4 4.0.1"
#: Checks of the complex data types, filled by ``define_type``; looked up late, as types hold each other.
_TYPES: Final[dict[str, Check]] = {}
_TYPE_ROWS: Final[dict[str, tuple[Row, ...]]] = {}
#: What FHIR says of a resource type, filled by ``define_resource``.
_RESOURCE_ROWS: Final[dict[str, tuple[Row, ...]]] = {}


def define_type(name: str, rows: tuple[Row, ...], tests: tuple[ValueRule, ...] = ()) -> None:
    """Make a complex data type known to all profiles that are compiled afterwards.

    ``tests`` are rules on the type as a whole. They do not hold where a profile goes on below the type: it
    states what it wants there, as the snapshots of MedCom's profiles do.
    """
    _TYPE_ROWS[name] = rows
    _TYPES[name] = _chained([_object(tree_of(rows), name, _R4), *(tested(test, _R4) for test in tests)])


def define_resource(name: str, rows: tuple[Row, ...]) -> None:
    """Make what FHIR itself says of a resource type known to all profiles that are compiled afterwards."""
    _RESOURCE_ROWS[name] = rows


def type_rows() -> Mapping[str, tuple[Row, ...]]:
    """The rows of the complex data types, by name."""
    return _TYPE_ROWS


def compile_profile(resource_type: str, rows: tuple[Row, ...], source: str) -> Check:
    """The check of a resource (a dict) against the rows. ``source`` names profile and version."""
    base = tree_of(_RESOURCE_ROWS.get(resource_type, ()))
    return _object(completed(tree_of(rows), base), resource_type, source)


# Objects ------------------------------------------------------------------------------------------------


def _object(children: dict[str, Node], owner: str, source: str) -> Check:
    """The check of a dict: what it holds, and what it must hold."""
    checks: dict[str, Check] = {}
    required: set[str] = set()
    choices: list[str] = []
    for name, node in children.items():
        if name.endswith("[x]"):
            choices.append(name[:-3])
            continue
        checks[name] = _element(name, node, repeats(owner, name), _R4 if node.base else source)
        if bounds(node.row.card)[0] > 0:
            required.add(name)
    find, needed = checks.get, frozenset(required)
    choices += [stem for stem in CHOICES.get(owner, ()) if stem not in choices]
    asked = frozenset(name[:-3] for name in children if name.endswith("[x]"))
    #: A plain extension has its address and one value.
    few = 2 if owner == "Extension" else 0

    def check(value: Any, notes: list[Note], context: Context) -> None:
        if type(value) is not dict:
            notes.append(
                Note(
                    kinds.TYPE.id,
                    f"an object is expected, not {_kind(value)}",
                    "send an object",
                    "",
                    source=source,
                )
            )
            return
        if not value:
            notes.append(
                Note(
                    kinds.EMPTY.id, "the element is empty", "fill it or leave it out", source="FHIR R4 4.0.1"
                )
            )
        known = len(notes)
        for name, child in value.items():
            inner = find(name)
            if inner is not None:
                inner(child, notes, context)
            elif name[:1] == "_":
                _beside(child, notes, context)
            else:
                continue
            if len(notes) != known:
                _prefix(notes, known, name)
                known = len(notes)
        if needed and not needed <= value.keys():
            for name in sorted(needed - value.keys()):
                if "_" + name not in value:
                    notes.append(_missing(name, source))
        if len(value) > few:
            for stem in choices:
                given = [k for k in value if k.startswith(stem) and k[len(stem) :][:1].isupper()]
                if not given and stem in asked:
                    notes.append(_missing(f"{stem}[x]", source))
                elif len(given) > 1:
                    notes.append(_chosen_twice(stem, given))

    return check


def _beside(value: Any, notes: list[Note], context: Context) -> None:
    """What stands beside a primitive: its id and extensions, for each where it repeats."""
    for position, each in enumerate(value) if type(value) is list else ((-1, value),):
        known = len(notes)
        if type(each) is dict:
            for name, child in each.items():
                if name == "extension":
                    before = len(notes)
                    _EXTENSIONS(child, notes, context)
                    _prefix(notes, before, name)
                elif name != "id":
                    said = f"beside a value stand an id and extensions, and not {name[:40]}"
                    notes.append(Note(kinds.TYPE.id, said, f"leave {name[:40]} out", name, source=_R4))
        elif each is not None or position < 0:
            said = f"an object is expected beside a value, not {_kind(each)}"
            notes.append(Note(kinds.TYPE.id, said, "send an object", "", source=_R4))
        if position >= 0 and len(notes) != known:
            _prefix(notes, known, f"[{position}]")


def _missing(name: str, source: str) -> Note:
    return Note(kinds.CARDINALITY.id, f"{name} is missing", f"add {name}", name, source=source)


def _chosen_twice(stem: str, given: list[str]) -> Note:
    said = f"{stem}[x] stands {len(given)} times, as {' and '.join(given)}"
    return Note(kinds.CHOICE.id, said, kinds.CHOICE.mend, "", source=_R4)


def _prefix(notes: list[Note], start: int, step: str) -> None:
    for note in notes[start:]:
        path = note.path
        if not path:
            note.path = step
        elif path[0] == "[":
            note.path = step + path
        else:
            note.path = f"{step}.{path}"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", int: "a number"}
    return "null" if value is None else names.get(type(value), "a number")


# Elements -----------------------------------------------------------------------------------------------


def _element(name: str, node: Node, many: bool, source: str) -> Check:
    low, high = bounds(node.row.card)
    one = _single(name, node, source)
    if high == 0:
        return _forbidden(name, source)
    if not many:
        return one
    if node.row.slicing is not None:
        return _sliced_list(name, node, one, node.row.slicing, source)

    def check(value: Any, notes: list[Note], context: Context) -> None:
        if type(value) is not list or not low <= len(value) <= high or not value:
            notes.append(_wrong_list(name, value, node.row.card, source))
            if type(value) is not list:
                return
        known = len(notes)
        for position, item in enumerate(value):
            one(item, notes, context)
            if len(notes) != known:
                _prefix(notes, known, f"[{position}]")
                known = len(notes)

    return check


def _wrong_list(name: str, value: Any, card: str, source: str) -> Note:
    if type(value) is not list:
        return Note(kinds.TYPE.id, f"{name} is a list in FHIR's JSON", "write a list", source=source)
    return Note(
        kinds.CARDINALITY.id,
        f"{name} stands {len(value)} times, allowed is {card}",
        f"send {name} {card}",
        source=source,
    )


def _sliced_list(name: str, node: Node, one: Check, slicing: Slicing, source: str) -> Check:
    low, high = bounds(node.row.card)
    slices = {key: _single(name, inner, source) for key, inner in node.slices.items()}
    limits = {key: bounds(inner.row.card) for key, inner in node.slices.items()}
    # a slice of the same type checks all that the element itself would: not twice
    covered = {
        key
        for key, inner in node.slices.items()
        if all(child.base for child in node.children.values())
        and not node.row.tests
        and inner.row.type == node.row.type
    }
    name_of, closed = slicing.name_of, slicing.closed
    allowed = ", ".join(key for key, (_, most) in limits.items() if most)

    def check(value: Any, notes: list[Note], context: Context) -> None:
        if type(value) is not list or not low <= len(value) <= high or not value:
            notes.append(_wrong_list(name, value, node.row.card, source))
            if type(value) is not list:
                return
        counts = dict.fromkeys(limits, 0)
        known = len(notes)
        for position, item in enumerate(value):
            key = name_of(item) if type(item) is dict else None
            if type(key) is not str:
                key = None
            if key not in covered:
                one(item, notes, context)
            if key is not None and key in counts:
                counts[key] += 1
                slices[key](item, notes, context)
            elif closed:
                notes.append(
                    Note(
                        kinds.SLICING.id,
                        f"this {name} is none of the allowed kinds (by {slicing.by}): {allowed}",
                        f"use one of {allowed}",
                        source=source,
                    )
                )
            if len(notes) != known:
                _prefix(notes, known, f"[{position}]")
                known = len(notes)
        for key, count in counts.items():
            least, most = limits[key]
            if not least <= count <= most:
                notes.append(
                    Note(
                        kinds.CARDINALITY.id,
                        f"{name}:{key} stands {count} times, allowed is {node.slices[key].row.card}",
                        f"send {name} of the kind {key} {node.slices[key].row.card}",
                        source=source,
                    )
                )

    return check


def _forbidden(name: str, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Context) -> None:
        notes.append(
            Note(kinds.CARDINALITY.id, f"{name} must not be used here", f"leave {name} out", source=source)
        )

    return check


def _single(name: str, node: Node, source: str) -> Check:
    """The check of one value: its type, then what the profile says of it."""
    row = node.row
    if row.type in PRIMITIVES:
        return primitive(row, source)
    steps: list[Check] = []
    if row.type and not node.children:
        steps.append(_TYPES.get(row.type) or _late(row.type))
    elif row.type in _TYPE_ROWS:
        steps.append(_object({**_typed(row.type), **node.children}, row.type, source))
    elif node.children:
        steps.append(_object(node.children, row.type or name, source))
    if row.targets:
        steps.append(reference(row.targets, row.bundled, source))
    if not steps:
        steps.append(_object({}, name, source))
    steps.extend(tested(test, source) for test in row.tests)
    return _chained(steps)


def _typed(name: str) -> dict[str, Node]:
    found = tree_of(_TYPE_ROWS[name])
    for node in found.values():
        node.base = True
    return found


def _chained(steps: list[Check]) -> Check:
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2:
        first, second = steps

        def both(value: Any, notes: list[Note], context: Context) -> None:
            first(value, notes, context)
            second(value, notes, context)

        return both

    def check(value: Any, notes: list[Note], context: Context) -> None:
        for step in steps:
            step(value, notes, context)

    return check


def _late(type_name: str) -> Check:
    """The check of a type that is defined later, or of one that nobody defines: then nothing is checked."""

    def check(value: Any, notes: list[Note], context: Context) -> None:
        found = _TYPES.get(type_name)
        if found is not None:
            found(value, notes, context)

    return check


_EXTENSIONS: Final = _element("extension", Node(Row("extension", "0..*", "Extension")), True, _R4)
