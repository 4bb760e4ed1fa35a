"""The words in which a profile is written down: rows, slicings, rules on values, and notes of faults."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from mocks.standards.findings import Reading, Severity
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.rule import Rule


class Note:
    """A finding in the making; ``path`` grows from the inside out."""

    __slots__ = ("allowed_by", "mend", "message", "path", "rule", "severity", "source")

    def __init__(
        self,
        rule: str,
        message: str,
        mend: str = "",
        path: str = "",
        severity: Severity = Severity.ERROR,
        source: str = "",
    ) -> None:
        self.rule, self.message, self.mend, self.path = rule, message, mend, path
        self.severity, self.source = severity, source
        self.allowed_by: tuple[Reading, ...] = ()


Check = Callable[[Any, list[Note], Context], None]


def broken(
    rule: Rule,
    message: str,
    path: str = "",
    mend: str | None = None,
    source: str = "",
    *,
    disputed: bool = False,
) -> Note:
    """The note that a rule is broken; mend and source are the rule's own where none is given.

    ``disputed``: the rule's readings differ on what stands there.
    """
    severity = rule.current if disputed else rule.severity
    note = Note(rule.id, message, rule.mend if mend is None else mend, path, severity, source or rule.source)
    if disputed:
        note.allowed_by = rule.allowing
    return note


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A named rule on one element's value: ``wrong`` says in a sentence what is, or ``None``.

    ``differ`` tells of a wrong value whether the readings of ``record`` differ on it.
    """

    rule: str
    wrong: Callable[[Any], str | None]
    mend: str = ""
    source: str = ""
    severity: Severity = Severity.ERROR
    record: Rule | None = None
    differ: Callable[[Any], bool] | None = None

    def note(self, value: Any, sentence: str, source: str) -> Note:
        """What is noted of a wrong value; ``source`` is that of the row, for a rule without its own."""
        note = Note(self.rule, sentence, self.mend, "", self.severity, self.source or source)
        if self.record is not None and self.differ is not None and self.differ(value):
            note.severity, note.allowed_by = self.record.current, self.record.allowing
        return note


def value_rule(
    rule: Rule, wrong: Callable[[Any], str | None], differ: Callable[[Any], bool] | None = None
) -> ValueRule:
    """A rule on one element's value, from its record and the test that tells a breach."""
    return ValueRule(rule.id, wrong, rule.mend, rule.source, rule.severity, rule, differ)


@dataclass(frozen=True, slots=True)
class Slicing:
    """How repetitions of an element are told apart: ``name_of`` gives the slice, or ``None``.

    Closed: a repetition outside of all slices is an error.
    """

    name_of: Callable[[Any], str | None]
    by: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One element of a profile, as in a StructureDefinition.

    ``path`` is relative to the resource; a slice stands behind a colon (``destination:primary``).
    ``content[x]`` stands for any of the types of a choice. ``targets`` are the resource types that a
    reference may have; unless not ``bundled``, it must lead to an entry of the same bundle.
    """

    path: str
    card: str
    type: str = ""
    fixed: str | None = None
    codes: Set[str] | None = None
    targets: tuple[str, ...] = ()
    bundled: bool = True
    tests: tuple[ValueRule, ...] = ()
    slicing: Slicing | None = None
