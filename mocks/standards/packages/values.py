"""Checks of single primitive values: type, fixed value, closed list, and rules of our own."""

from __future__ import annotations

from typing import Any, Final

from mocks.standards.packages.patterns import fits, shown
from mocks.standards.packages.primitives import PRIMITIVES
from mocks.standards.packages.world import Check
from mocks.standards.profiles import fhir_values
from mocks.standards.profiles.fhir_kinds import BINDING, FIXED, TYPE
from mocks.standards.profiles.fhir_rows import Note, ValueRule, broken

#: Rules of the Danish identifiers by the ids that dk-core gives them.
VALUE_RULES: Final[dict[str, ValueRule]] = {
    "cpr": fhir_values.CPR_FORM,
    "x-ecpr": fhir_values.X_ECPR_FORM,
    "d-ecpr": fhir_values.D_ECPR_FORM,
    "cvr": fhir_values.CVR_DIGITS,
    "tvaers-kombit-uuid": fhir_values.KOMBIT_UUID,
    "min-digits-sor": fhir_values.SOR_DIGITS,
    "gln-length": fhir_values.GLN_LENGTH,
    "gln-modulus-10": fhir_values.GLN_MODULUS,
}


def tested(rule: ValueRule) -> Check:
    """The check of a rule of ours on a text."""
    wrong = rule.wrong

    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is str and (sentence := wrong(value)) is not None:
            notes.append(Note(rule.rule, sentence, rule.mend, "", rule.severity, rule.source))

    return check


def primitive_check(
    type_name: str, name: str, fixed: Any, listed: frozenset[str] | None, checks: list[Check], source: str
) -> Check:
    """The check of a primitive. Only texts that name things (codes, addresses) are repeated in findings:
    others may hold what a finding must not show."""
    wrong = PRIMITIVES[type_name]
    naming = type_name in ("code", "uri", "url", "canonical", "oid")

    def check(value: Any, notes: list[Note], context: Any) -> None:
        if value == fixed and type(value) is str:
            return
        if (sentence := wrong(value)) is not None:
            notes.append(broken(TYPE, sentence, "", f"send a {type_name}", source))
            return
        if fixed is not None and not fits(value, fixed):
            told = f"{value!r}"[:200] if naming else "not what its profile fixes"
            sentence = f"{name} is {told}, must be {shown(fixed)}"
            notes.append(broken(FIXED, sentence, "", f"send {shown(fixed)}", source))
        elif listed is not None and value not in listed:
            sentence = f"{value!r} is not a code of {name}"
            notes.append(broken(BINDING, sentence, "", f"use one of: {', '.join(sorted(listed))}", source))
        for further in checks:
            further(value, notes, context)

    return check
