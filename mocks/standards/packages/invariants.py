"""Invariants of a profile: what holds, what does not, and what nobody could say.

An expression runs as closures of ours; where these do not know a part that a message reaches, fhirpathpy
tries; and what neither can run is *not checked*, with its id and the reason - never passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mocks.standards.findings import Severity
from mocks.standards.packages import fhirpath_library
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.elements import Element
from mocks.standards.packages.fhirpath import Env, Path, compile_path, reads_only
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, truth
from mocks.standards.packages.world import Check, unchecked
from mocks.standards.profiles.fhir_rows import Note

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """One invariant as the snapshot tells it."""

    key: str
    severity: Severity
    human: str
    expression: str

    @property
    def identity(self) -> Identity:
        """What makes it the same invariant, wherever it is repeated."""
        return self.key, self.expression


def constraints_of(element: Element) -> list[Constraint]:
    """The invariants of an element, in the order of the snapshot."""
    found = []
    for told in element.told.get("constraint") or ():
        severity = Severity.WARNING if told.get("severity") == "warning" else Severity.ERROR
        key, expression = str(told.get("key")), str(told.get("expression") or "")
        human = str(told.get("human") or "")
        found.append(Constraint(key, severity, human, _corrected(key, expression)))
    return found


#: FHIR's rule that no element is empty. The walk over the elements sees to it, whatever its wording.
EMPTY_RULE = "ele-1"
_EXT_1 = "extension.exists() != value.exists()"
#: Invariants of FHIR R4 that refuse what they mean to allow: of an element that is not there a text
#: function gives nothing, and nothing is not true. FHIR R4B and R5 ask first whether it is there.
_ONLY_IF_THERE = {
    ("bdl-8", "fullUrl"): "fullUrl.exists() implies ({})",
    ("ref-1", "reference"): "reference.exists() implies (reference = '#' or ({}))",
    ("msd-0", "name"): "name.exists() implies ({})",
}


def _corrected(key: str, expression: str) -> str:
    for (known, element), guarded in _ONLY_IF_THERE.items():
        if key == known and expression.startswith(f"{element}."):
            return expression if ".exists() implies" in expression else guarded.format(expression)
    return expression


def invariant_checks(constraints: list[Constraint], type_name: str, source: str) -> list[Check]:
    """The checks of invariants on one value; expressions that are alike run once."""
    together: dict[str, list[Constraint]] = {}
    for constraint in constraints:
        if constraint.key != EMPTY_RULE:
            together.setdefault(constraint.expression, []).append(constraint)
    return [_check(alike, type_name, source) for alike in together.values()]


def _check(alike: list[Constraint], type_name: str, source: str) -> Check:
    expression = alike[0].expression
    keys = ", ".join(constraint.key for constraint in alike)
    weight = Severity.ERROR if any(c.severity is Severity.ERROR for c in alike) else Severity.WARNING
    if not expression:
        return unchecked(f"{keys} of {source}: it has no expression that could be run", weight)
    if expression == _EXT_1:
        return _extension_check(alike, source)
    try:
        path = compile_path(expression)
    except CannotRun as error:
        return unchecked(f"{keys} of {source}: {error}", weight)

    names = reads_only(expression)
    absent: list[bool] = []  # whether it holds where nothing that it reads is there, once that is known

    def check(value: Any, notes: list[Note], context: PackageContext) -> None:
        if names is not None and type(value) is dict and names.isdisjoint(value):
            if not absent:
                absent.append(_holds_on_nothing(path, context, type_name))
            if absent[0]:
                return
        env = Env(context, value, context.resource, context.root, type_name)
        try:
            if truth(path(env.this, env)) is True:
                return
            reason = ""
        except DataFault as fault:
            reason = str(fault)
        except CannotRun as cannot:
            answer = _by_library(expression, env, str(cannot))
            if answer is True:
                return
            if type(answer) is str:
                context.not_checked(f"{keys} of {source}: {answer}", weight)
                return
            reason = ""
        except RecursionError:
            context.not_checked(f"{keys} of {source}: the message is nested too deeply for it", weight)
            return
        _add(alike, reason, notes, source)

    return check


def _holds_on_nothing(path: Path, context: PackageContext, type_name: str) -> bool:
    env = Env(context, {}, context.resource, context.root, type_name)
    try:
        return truth(path(env.this, env)) is True
    except (CannotRun, DataFault):
        return False


def _by_library(expression: str, env: Env, why: str) -> bool | str:
    """The answer of fhirpathpy, or why there is none."""
    try:
        return fhirpath_library.holds(expression, env)
    except CannotRun as cannot:
        return f"{why}; {cannot}"


def _add(alike: list[Constraint], reason: str, notes: list[Note], source: str) -> None:
    for constraint in alike:
        human = constraint.human.rstrip(". ") or f"{constraint.expression} does not hold"
        sentence = f"{human} ({reason})" if reason else human
        notes.append(Note(constraint.key, sentence, "", "", constraint.severity, source))


def _extension_check(alike: list[Constraint], source: str) -> Check:
    """An extension has a value or extensions, not both: by far the most frequent invariant, so by hand."""

    def check(value: Any, notes: list[Note], context: PackageContext) -> None:
        if type(value) is not dict:
            return
        holds_value = False
        for name in value:
            if name[:5] == "value" or name[:6] == "_value":
                holds_value = True
                break
        if holds_value is ("extension" in value):
            _add(alike, "", notes, source)

    return check
