"""Compiles the snapshot of a StructureDefinition into nested closures.

As in the engine of our own tables, a closure appends notes with the path below its own element, and each
parent puts its own name in front. What a profile needs and no package has becomes a closure that tells so
when a message reaches it.
"""

from __future__ import annotations

from typing import Any

from mocks.standards.packages.bindings import binding_checks
from mocks.standards.packages.elements import Element, type_code
from mocks.standards.packages.invariants import Constraint, Identity, constraints_of, invariant_checks
from mocks.standards.packages.lists import SlicedList, plain_list
from mocks.standards.packages.objects import Choice, object_check
from mocks.standards.packages.patterns import fits, shown
from mocks.standards.packages.primitives import PRIMITIVES
from mocks.standards.packages.references import reference_check
from mocks.standards.packages.rules import LENGTH
from mocks.standards.packages.slicing import Slicer
from mocks.standards.packages.stand_ins import FHIR, OWN_CODES, OWN_RULES
from mocks.standards.packages.values import VALUE_RULES, primitive_check, tested
from mocks.standards.packages.world import Check, Profile, World, unchecked
from mocks.standards.profiles.fhir_kinds import CARDINALITY, EMPTY, FIXED, TYPE
from mocks.standards.profiles.fhir_rows import Note, broken

_STRUCTURAL = frozenset(("BackboneElement", "Element", ""))


def compile_profile(profile: Profile, world: World) -> Check:
    """The check of a resource or of a complex data type. Errors: ``BadInput`` for an unusable snapshot."""
    return _Compiler(profile, world).root()


class _Compiler:
    def __init__(self, profile: Profile, world: World) -> None:
        self._profile, self._world = profile, world
        self._source = profile.source
        self._root = profile.elements
        self._by_id: dict[str, Element] = {}
        self._collect(self._root)
        self._made: dict[str, Check] = {}

    def _collect(self, element: Element) -> None:
        self._by_id[element.id] = element
        for child in (*element.children.values(), *element.slices.values()):
            self._collect(child)

    def root(self) -> Check:
        tree = self._profile.tree
        is_resource = tree.get("kind") in ("resource", "logical")
        steps: list[Check] = []
        if is_resource:
            steps.append(_is_resource(self._profile.type, self._source))
        steps.append(self._object(self._root, self._root.children))
        if (fixed := self._fixed(self._root)) is not None:
            steps.append(fixed)
        steps.extend(invariant_checks(constraints_of(self._root), self._profile.type, self._source))
        return _sequence(steps)

    # Objects ----------------------------------------------------------------------------------------------

    def _object(self, element: Element, children: dict[str, Element]) -> Check:
        """The check of a dict by the children of its element."""
        properties: dict[str, Check] = {}
        primitives: set[str] = set()
        required: set[str] = set()
        choices: list[Choice] = []
        for name, child in children.items():
            if child.is_choice:
                choices.append(self._choice(child, properties, primitives))
                continue
            properties[name] = self._property(child)
            if all(code in PRIMITIVES for code in child.codes) and child.codes:
                primitives.add(name)
            if child.low > 0:
                required.add(name)
        if self._is_resource_root(element):
            properties["resourceType"] = _nothing
        return object_check(properties, frozenset(primitives), frozenset(required), choices, self._source)

    def _is_resource_root(self, element: Element) -> bool:
        return element is self._root and self._profile.tree.get("kind") != "complex-type"

    def _choice(self, element: Element, properties: dict[str, Check], primitives: set[str]) -> Choice:
        """Enter a choice's names (``valueString``) into the properties; gives what must hold of them."""
        stem = element.name[:-3]
        by_type = {code: part for part in element.slices.values() for code in part.codes}
        closed = (element.told.get("slicing") or {}).get("rules") == "closed"
        low, high, names = element.low, element.high, {}
        for told in element.types:
            code = type_code(told)
            name = stem + code[:1].upper() + code[1:]
            part = by_type.get(code)
            if (part is None and closed and by_type) or (part or element).high == 0:
                continue
            names[name] = code
            typed = part or element
            properties[name] = self._value(typed, told if part is None else part.types[0], element.children)
            if code in PRIMITIVES:
                primitives.add(name)
            if part is not None and part.low > 0:
                low = max(low, 1)
        return Choice(stem, frozenset(names), low, high)

    # Properties -------------------------------------------------------------------------------------------

    def _property(self, element: Element) -> Check:
        if element.high == 0:
            return _forbidden(element.name, self._source)
        reference = element.told.get("contentReference")
        one = self._referred(str(reference)) if reference else self._single(element, {})
        if not element.repeats:
            return one
        if element.slices:
            return self._sliced(element, one)
        return plain_list(element, one, self._source)

    def _sliced(self, element: Element, one: Check) -> Check:
        slicer = Slicer(element, self._world)
        parts = {}
        for name, part in element.slices.items():
            inner = self._single(part, element.children)
            nested = self._sliced(part, inner) if part.slices else None
            parts[name] = (part, inner, nested if isinstance(nested, SlicedList) else None)
        return SlicedList(element, slicer, one, parts, self._source)

    def _referred(self, reference: str) -> Check:
        """An element that is built like another one of the same definition (``#Bundle.link``)."""
        wanted = reference.rpartition("#")[2]
        target = self._by_id.get(wanted)
        if target is None:
            return unchecked(f"{self._source}: the content reference {reference} leads nowhere")

        def check(value: Any, notes: list[Note], context: Any) -> None:
            made = self._made.get(wanted)
            if made is None:
                made = self._made[wanted] = self._single(target, {})
            made(value, notes, context)

        return check

    def _single(self, element: Element, inherited: dict[str, Element]) -> Check:
        types = element.types
        if len(types) > 1:  # only choices have several, and those are told apart by their names
            return unchecked(f"{self._source}: {element.id} has several types and one name")
        return self._value(element, types[0] if types else {}, inherited)

    # Values -----------------------------------------------------------------------------------------------

    def _value(self, element: Element, told: dict[str, Any], inherited: dict[str, Element]) -> Check:
        """The check of one value of one type: its type, its fixed value, its code list, its invariants."""
        code = type_code(told)
        if element is not self._root and element.name == "id" and "." not in element.id.partition(".")[2]:
            code = "id" if self._is_resource_root(self._root) else code
        children = element.children or inherited
        steps: list[Check] = []
        done: set[Identity] = set()
        if code in PRIMITIVES:
            steps.append(self._primitive(element, code))
        elif code == "Resource":
            if element.name == "contained":
                steps.append(_contained)
        else:
            steps.append(self._complex(element, told, code, children, done))
            if (fixed := self._fixed(element)) is not None:
                steps.append(fixed)
            steps.extend(binding_checks(element.told, code, self._world, self._source))
        if code in ("Reference", "canonical") and code == "Reference":
            reference = reference_check(told, self._world, self._source)
            if reference is not None:
                steps.append(reference)
        left: list[Constraint] = [c for c in constraints_of(element) if c.identity not in done]
        steps.extend(invariant_checks(left, code, self._source))
        return _sequence(steps)

    def _complex(
        self,
        element: Element,
        told: dict[str, Any],
        code: str,
        children: dict[str, Element],
        done: set[Identity],
    ) -> Check:
        """The object itself: by the snapshot's own children, by the profile of its type, or by its type.

        ``done`` takes the invariants that are checked there already.
        """
        asked = [str(one) for one in told.get("profile") or ()]
        profiles = [(canonical, self._world.profile(canonical)) for canonical in asked]
        steps: list[Check] = []
        if children:
            steps.append(self._object(element, children))
        missing = [canonical for canonical, profile in profiles if profile is None]
        known = [profile for _, profile in profiles if profile is not None]
        if missing:
            why = self._world.scope.why_missing(missing[0], "StructureDefinition")
            steps.append(unchecked(f"the profile {why}"))
        elif len(known) == 1:
            done.update(c.identity for c in constraints_of(known[0].elements))
            steps.append(_by_profile(known[0]))
        elif known:
            steps.append(_any_of(known, self._source))
        if not children and not known and code not in _STRUCTURAL:
            base = self._world.type_profile(code)
            if base is None:
                why = self._world.scope.why_missing(FHIR + code, "StructureDefinition")
                steps.append(unchecked(f"the data type {why}"))
            else:
                done.update(c.identity for c in constraints_of(base.elements))
                steps.append(_extension if code == "Extension" else _by_profile(base))
        return _sequence(steps) if steps else _is_object

    def _primitive(self, element: Element, code: str) -> Check:
        told = element.told
        rules = [VALUE_RULES[rule] for rule in told.get(OWN_RULES, ())]
        checks: list[Check] = binding_checks(told, code, self._world, self._source)
        checks.extend(tested(rule) for rule in rules)
        checks.extend(self._bounds(told))
        fixed = element.value("fixed")
        if fixed is None:
            fixed = element.value("pattern")
        name = element.name.removesuffix("[x]")
        return primitive_check(code, name, fixed, told.get(OWN_CODES), checks, self._source)

    def _bounds(self, told: dict[str, Any]) -> list[Check]:
        checks: list[Check] = []
        most = told.get("maxLength")
        if type(most) is int:
            checks.append(_longest(most, self._source))
        for key, value in told.items():
            if type(value) in (int, float) and key.startswith(("minValue", "maxValue")):
                checks.append(_bound(key[:3] == "min", value, self._source))
        return checks

    def _fixed(self, element: Element) -> Check | None:
        fixed, pattern = element.value("fixed"), element.value("pattern")
        if fixed is None and pattern is None:
            return None
        wanted = f"send {shown(pattern if fixed is None else fixed)}"
        source = self._source

        def check(value: Any, notes: list[Note], context: Any) -> None:
            if (fixed is not None and value != fixed) or (pattern is not None and not fits(value, pattern)):
                what = "its fixed value" if fixed is not None else "the pattern of its profile"
                notes.append(broken(FIXED, f"{element.name} does not have {what}", "", wanted, source))

        return check


# Closures -----------------------------------------------------------------------------------------------


def _sequence(steps: list[Check]) -> Check:
    if not steps:
        return _nothing
    if len(steps) == 1:
        return steps[0]
    if len(steps) == 2:
        first, second = steps

        def both(value: Any, notes: list[Note], context: Any) -> None:
            first(value, notes, context)
            second(value, notes, context)

        return both

    def check(value: Any, notes: list[Note], context: Any) -> None:
        for step in steps:
            step(value, notes, context)

    return check


def _nothing(value: Any, notes: list[Note], context: Any) -> None:
    return None


def _is_object(value: Any, notes: list[Note], context: Any) -> None:
    if type(value) is not dict:
        notes.append(broken(TYPE, "an object is expected", mend="send an object"))
    elif not value or (len(value) == 1 and "id" in value):
        notes.append(broken(EMPTY, "the element is empty"))


def _is_resource(type_name: str, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        kind = value.get("resourceType") if type(value) is dict else None
        if kind != type_name:
            sentence = f"the resource is a {str(kind)[:40]}, its profile is one of {type_name}"
            notes.append(broken(TYPE, sentence, "", f"send a {type_name}, or name its profile", source))

    return check


def _forbidden(name: str, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        notes.append(broken(CARDINALITY, f"{name} must not be used here", "", f"leave {name} out", source))

    return check


def _by_profile(profile: Profile) -> Check:
    if profile.tree.get("kind") == "complex-type":

        def check(value: Any, notes: list[Note], context: Any) -> None:
            profile.check(value, notes, context)

        return check

    def check_resource(value: Any, notes: list[Note], context: Any) -> None:
        number = context.number_of(value)
        if number is None:
            profile.check(value, notes, context)
        else:  # an entry of the bundle: its references begin there
            context.impose(number, profile)

    return check_resource


def _any_of(profiles: list[Profile], source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if not any(context.keeps(value, profile) for profile in profiles):
            names = " nor ".join(profile.source for profile in profiles)
            notes.append(broken(TYPE, f"the value keeps neither {names}", "", "keep one of them", source))

    return check


def _extension(value: Any, notes: list[Note], context: Any) -> None:
    """An extension that its profile does not name: by its own definition, if a package has it."""
    url = value.get("url") if type(value) is dict else None
    if type(url) is str and (profile := context.world.profile(url)) is not None:
        profile.check(value, notes, context)
        return
    base = context.world.type_profile("Extension")
    if base is not None:
        base.check(value, notes, context)
    if type(url) is str:
        context.not_checked(f"the extension {url[:200]} is in none of the packages")


def _contained(value: Any, notes: list[Note], context: Any) -> None:
    kind = value.get("resourceType") if type(value) is dict else None
    if type(kind) is not str:
        notes.append(broken(TYPE, "a contained resource has no resourceType", mend="name its type"))
        return
    profile = context.world.type_profile(kind)
    if profile is None:
        context.not_checked(f"a contained {kind[:40]}: its definition is in none of the packages")
        return
    held = context.resource
    context.resource = value
    try:
        profile.check(value, notes, context)
    finally:
        context.resource = held


def _longest(most: int, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) is str and len(value) > most:
            sentence = f"the text has {len(value)} characters, at most {most} are allowed"
            notes.append(broken(LENGTH, sentence, "", "shorten it", source))

    return check


def _bound(least: bool, bound: float, source: str) -> Check:
    def check(value: Any, notes: list[Note], context: Any) -> None:
        if type(value) in (int, float) and (value < bound if least else value > bound):
            word = "below" if least else "above"
            notes.append(broken(LENGTH, f"{value} is {word} {bound}", "", f"send {bound} or more", source))

    return check
