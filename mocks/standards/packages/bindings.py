"""Bindings: whether a code stands on the list that a profile binds its element to."""

from __future__ import annotations

from typing import Any

from mocks.standards.packages.rules import EXTENSIBLE, PREFERRED
from mocks.standards.packages.terminology import Expansion
from mocks.standards.packages.world import Check, World, unchecked
from mocks.standards.profiles.fhir_kinds import BINDING
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule

_STRENGTHS = {"required": BINDING, "extensible": EXTENSIBLE, "preferred": PREFERRED}
_MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
#: Types that hold one code without a system.
_BARE = frozenset(("code", "uri", "url", "canonical", "string", "id", "oid", "markdown"))


def binding_checks(told: dict[str, Any], type_name: str, world: World, source: str) -> list[Check]:
    """The checks of a binding on a value of one type; none where it only gives examples.

    An extensible or preferred binding may name a largest value set, which binds like a required one.
    """
    binding = told.get("binding")
    if type(binding) is not dict:
        return []
    wanted = [(binding.get("strength"), binding.get("valueSet"))]
    for extension in binding.get("extension") or ():
        if extension.get("url") == _MAX_VALUE_SET:
            wanted.append(("required", extension.get("valueCanonical") or extension.get("valueUri")))
    checks: list[Check] = []
    for strength, canonical in wanted:
        rule = _STRENGTHS.get(str(strength))
        if rule is not None and type(canonical) is str:
            check = _bound(canonical, rule, type_name, world, source)
            if check is not None:
                checks.append(check)
    return checks


def _bound(canonical: str, rule: Rule, type_name: str, world: World, source: str) -> Check | None:
    if type_name not in (*_BARE, "Coding", "CodeableConcept", "Quantity"):
        return None
    expansion = world.terminology.expand(canonical)
    if expansion is None:
        reason = f"codes bound to {world.scope.why_missing(canonical, 'ValueSet')}"
        return unchecked(reason, rule.severity)
    if type_name in _BARE:
        return _bare(expansion, rule, source)
    if type_name == "CodeableConcept":
        return _concept(expansion, rule, source)
    return _coding(expansion, rule, source)


def _open(expansion: Expansion, system: str) -> str:
    why = expansion.unlisted.get(system) or expansion.unlisted.get("") or ", ".join(expansion.unlisted)
    return f"codes of the value set {expansion.url}: {why}"


def _not_listed(expansion: Expansion, rule: Rule, what: str, source: str) -> Note:
    few = sorted(expansion.bare)
    listed = f"use one of: {', '.join(few[:20])}" if 0 < len(few) <= 20 else rule.mend
    name = expansion.url.rpartition("/")[2]
    return broken(
        rule, f"{what} is not in the value set {name} {expansion.version}".rstrip(), "", listed, source
    )


def _bare(expansion: Expansion, rule: Rule, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is not str or value in good:
            return
        found = expansion.holds_bare(value)
        if found is None:
            context.not_checked(_open(expansion, ""), rule.severity)
        elif not found:
            notes.append(_not_listed(expansion, rule, repr(value[:60]), source))

    good = expansion.bare
    return check


def _coding(expansion: Expansion, rule: Rule, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is not dict:
            return
        system, code = value.get("system"), value.get("code")
        if type(code) is not str:
            if rule is BINDING:
                notes.append(_not_listed(expansion, rule, "a coding without code", source))
            return
        found = expansion.holds(system if type(system) is str else "", code)
        if found is None:
            context.not_checked(_open(expansion, str(system)), rule.severity)
        elif not found:
            of = f" of {system[:120]}" if type(system) is str else " without system"
            notes.append(_not_listed(expansion, rule, repr(code[:60]) + of, source))

    return check


def _concept(expansion: Expansion, rule: Rule, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is not dict:
            return
        listed = value.get("coding")
        codings = [c for c in listed if type(c) is dict] if type(listed) is list else []
        if not codings:
            if rule is BINDING:
                notes.append(_not_listed(expansion, rule, "a concept without coding", source))
            return
        answers = []
        for coding in codings:
            system, code = coding.get("system"), coding.get("code")
            system = system if type(system) is str else ""
            answers.append(expansion.holds(system, code) if type(code) is str else False)
        if True in answers:
            return
        if None in answers:
            of = str(codings[answers.index(None)].get("system"))
            context.not_checked(_open(expansion, of), rule.severity)
            return
        codes = ", ".join(repr(str(coding.get("code"))[:60]) for coding in codings)
        notes.append(_not_listed(expansion, rule, f"none of the codes {codes}", source))

    return check
