"""The checks at the ends of a message: primitive values, references, named rules on one value."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from mocks.standards.profiles import fhir_kinds as kinds
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_primitives import PRIMITIVES
from mocks.standards.profiles.fhir_rows import Check, Note, Row, ValueRule


def tested(test: ValueRule, source: str) -> Check:
    wrong, noted = test.wrong, test.note

    def check(value: Any, notes: list[Note], context: Context) -> None:
        if (sentence := wrong(value)) is not None:
            notes.append(noted(value, sentence, source))

    return check


def primitive(row: Row, source: str) -> Check:
    name = row.path.rsplit(".", 1)[-1]
    wrong, fixed, codes, tests = PRIMITIVES[row.type], row.fixed, row.codes, row.tests
    shown = "" if codes is None else ", ".join(sorted(codes)[:20])
    # the usual case first: a value that is on the list has the right type too
    good: Set[str] = frozenset() if tests else frozenset({fixed} if fixed is not None else codes or ())

    def check(value: Any, notes: list[Note], context: Context) -> None:
        if type(value) is str and value in good:
            return
        if (sentence := wrong(value)) is not None:
            notes.append(Note(kinds.TYPE.id, sentence, f"send a {row.type}", source=source))
            return
        if fixed is not None and value != fixed:
            notes.append(
                Note(
                    kinds.FIXED.id,
                    f"{name} is {value!r}, must be {fixed!r}",
                    f"send {fixed}",
                    source=source,
                )
            )
        elif codes is not None and value not in codes:
            notes.append(
                Note(
                    kinds.BINDING.id,
                    f"{value!r} is not a code of {name}",
                    f"use one of: {shown}",
                    source=source,
                )
            )
        for test in tests:
            if (sentence := test.wrong(value)) is not None:
                notes.append(test.note(value, sentence, source))

    return check


def reference(targets: tuple[str, ...], bundled: bool, source: str) -> Check:
    """A reference to a resource of one of the types, which must be in the same bundle if it is ``bundled``."""

    def check(value: Any, notes: list[Note], context: Context) -> None:
        reference = value.get("reference") if type(value) is dict else None
        if type(reference) is not str:
            if not bundled:
                return
            notes.append(
                Note(kinds.REFERENCE.id, "a reference to an entry is missing", "add reference", source=source)
            )
            return
        found = context.resolve(reference)
        if found is None and not bundled:
            kind = _kind_in(reference)
            if kind and kind not in targets:
                notes.append(_other_kind(reference, kind, targets, source))
            return
        if found is None:
            notes.append(
                Note(
                    kinds.REFERENCE.id,
                    f"{reference} leads to no entry of this bundle",
                    "bundle the resource, with a fullUrl that the reference fits to",
                    "reference",
                    source=source,
                )
            )
        elif found.get("resourceType") not in targets:
            notes.append(_other_kind(reference, str(found.get("resourceType")), targets, source))

    return check


def _kind_in(reference: str) -> str:
    """The resource type that an address names, ``.../Organization/1``, if it names one."""
    kind = reference.split("/")[-2] if "/" in reference else ""
    return kind if kind[:1].isupper() and kind.isalpha() else ""


def _other_kind(reference: str, kind: str, targets: tuple[str, ...], source: str) -> Note:
    said = f"{reference} leads to a {kind}, expected is {' or '.join(targets)}"
    return Note(kinds.REFERENCE.id, said, "refer to the right resource", "reference", source=source)
