"""Slicing: which slice of a list an item belongs to, by the discriminators of its profile.

What tells slices apart is read from the slices themselves: a fixed value, a pattern, a bound code, a
type, a profile, or whether something is there. Where the definition that would say so is missing, the
slice is *unsure*: nothing is concluded from an item that might belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.elements import Element, type_code
from mocks.standards.packages.fhirpath import Env, compile_path
from mocks.standards.packages.fhirpath_values import (
    CannotRun,
    DataFault,
    choice_types,
    is_of_type,
    plain,
)
from mocks.standards.packages.patterns import fits
from mocks.standards.packages.references import Target
from mocks.standards.packages.stand_ins import OWN_CODES
from mocks.standards.packages.world import World

Matcher = Callable[[Any, PackageContext], bool]
_STEP = re.compile(r"(?:[^.()]|\([^)]*\))+")
_CALL = re.compile(r"(\w+)\(['\"]?([^'\")]*)['\"]?\)")


class Slicer:
    """The discriminators of one sliced element, compiled.

    ``unsure`` says, by slice, why its items cannot be told; ``by`` names what tells slices apart.
    """

    def __init__(self, base: Element, world: World) -> None:
        told = base.told.get("slicing") or {}
        self.rules = str(told.get("rules", "open"))
        self.ordered = bool(told.get("ordered")) or self.rules == "openAtEnd"
        discriminators = [d for d in told.get("discriminator") or () if type(d) is dict]
        self.by = ", ".join(str(d.get("path")) for d in discriminators) or "nothing"
        self.unsure: dict[str, str] = {}
        self._matchers: list[tuple[str, Matcher]] = []
        self._constants: dict[str, str] | None = None
        self._key = ""
        for name, part in base.slices.items():
            if name == "@default":
                continue
            if not discriminators:
                self.unsure[name] = f"the slice {part.id}: its profile does not say what tells slices apart"
                continue
            found = [_matcher(d, part, base, world) for d in discriminators]
            reasons = [one for one in found if isinstance(one, str)]
            if reasons:
                self.unsure[name] = reasons[0]
            else:
                self._matchers.append((name, _all([one for one in found if not isinstance(one, str)])))
        if len(discriminators) == 1 and not self.unsure:
            self._index(discriminators[0], base, world)

    def _index(self, discriminator: dict[str, Any], base: Element, world: World) -> None:
        """Slices that differ by one fixed text (url, system) are found in one look."""
        key = str(discriminator.get("path"))
        if discriminator.get("type") not in ("value", "pattern") or not key.isidentifier():
            return
        constants: dict[str, str] = {}
        for name, part in base.slices.items():
            for element in elements_at(part, base, [key], world):
                for value in _constants(element):
                    if type(value) is not str or value in constants:
                        return
                    constants[value] = name
        if len(set(constants.values())) == len(self._matchers):
            self._constants, self._key = constants, key

    def name_of(self, item: Any, context: PackageContext) -> str | None:
        """The slice of an item, or ``None``. Errors: ``CannotRun`` where that cannot be told."""
        if self._constants is not None:
            value = item.get(self._key) if type(item) is dict else None
            return self._constants.get(value) if type(value) is str else None
        for name, matches in self._matchers:
            if matches(item, context):
                return name
        return None


def _all(matchers: list[Matcher]) -> Matcher:
    if len(matchers) == 1:
        return matchers[0]
    return lambda item, context: all(matches(item, context) for matches in matchers)


def _constants(element: Element) -> Iterator[Any]:
    for prefix in ("fixed", "pattern"):
        if (value := element.value(prefix)) is not None:
            yield value
    yield from element.told.get(OWN_CODES, ())


# What a discriminator leads to --------------------------------------------------------------------------


def _matcher(discriminator: dict[str, Any], part: Element, base: Element, world: World) -> Matcher | str:
    kind, path = str(discriminator.get("type")), str(discriminator.get("path") or "$this")
    steps = [step for step in _STEP.findall(path) if step != "$this"]
    try:
        if kind in ("type", "profile"):
            return _by_kind(kind, part, base, steps, path, world)
        elements = elements_at(part, base, steps, world)
    except CannotRun as error:
        return f"the slice {part.id}: {error}"
    if kind == "exists":
        return _by_existence(elements, path)
    if kind not in ("value", "pattern"):
        return f"the slice {part.id}: the discriminator {kind} is not carried out here"
    if not elements:
        return f"the slice {part.id}: {_why(part, path, world)}"
    return _by_value(elements, path, part, world)


def _why(part: Element, path: str, world: World) -> str:
    for told in part.types:
        for canonical in told.get("profile") or ():
            if world.profile(canonical) is None:
                return world.scope.why_missing(canonical, "StructureDefinition")
    return f"the profile says nothing of {path}"


def elements_at(part: Element, base: Element, steps: list[str], world: World) -> list[Element]:
    """The definitions that a path leads to from a slice. Errors: ``CannotRun`` for a step not known here."""
    found = [(part, base.children)]
    for step in steps:
        following: list[tuple[Element, dict[str, Element]]] = []
        for element, inherited in found:
            following.extend((one, {}) for one in _step(element, inherited, step, world))
        found = following
    return [element for element, _ in found]


def _step(element: Element, inherited: dict[str, Element], step: str, world: World) -> Iterator[Element]:
    call = _CALL.fullmatch(step)
    if call is None:
        children = _children(element, inherited, world)
        child = children.get(step) or children.get(step + "[x]")
        if child is not None:
            yield child
            yield from child.slices.values()
        elif step == "url":
            yield from _urls(element)
        return
    function, argument = call[1], call[2]
    if function == "extension":
        extensions = _children(element, inherited, world).get("extension")
        for one in extensions.slices.values() if extensions else ():
            if any(_constants_of_url(one, argument, world)):
                yield one
    elif function == "resolve":
        for told in element.types:
            for canonical in told.get("targetProfile") or ():
                if (profile := world.profile(canonical)) is not None:
                    yield profile.elements
    elif function in ("ofType", "as"):
        if argument in element.codes:
            yield element
    else:
        raise CannotRun(f"the step {step} of a discriminator is not carried out here")


def _children(element: Element, inherited: dict[str, Element], world: World) -> dict[str, Element]:
    """The children of an element: its own, those of what it is a slice of, or those of its type."""
    if element.children or inherited:
        return element.children or inherited
    for told in element.types:
        for canonical in told.get("profile") or ():
            if (profile := world.profile(canonical)) is not None:
                return profile.elements.children
            return {}
    for code in element.codes:
        if (profile := world.type_profile(code)) is not None:
            return profile.elements.children
    return {}


def _urls(element: Element) -> Iterator[Element]:
    """The url of an extension whose profile is not at hand is the address of that profile."""
    for told in element.types:
        for canonical in told.get("profile") or ():
            url = {"fixedUri": str(canonical).partition("|")[0]}
            yield Element(f"{element.id}.url", "url", "", url, 1, 1, False)


def _constants_of_url(element: Element, url: str, world: World) -> Iterator[bool]:
    for definition in _step(element, {}, "url", world):
        yield url in list(_constants(definition))
    for told in element.types:
        for canonical in told.get("profile") or ():
            yield str(canonical).partition("|")[0] == url


# Matching -----------------------------------------------------------------------------------------------


def _values(path: str) -> Callable[[Any, PackageContext], list[Any]]:
    if path == "$this":
        return lambda item, context: [item]
    if path.isidentifier() and path not in choice_types():
        # the usual discriminators (url, system, role) without the detour

        def look(item: Any, context: PackageContext) -> list[Any]:
            value = item.get(path) if type(item) is dict else None
            return [] if value is None else value if type(value) is list else [value]

        return look
    expression = compile_path(path)

    def evaluate(item: Any, context: PackageContext) -> list[Any]:
        try:
            found = expression([item], Env(context, item, context.resource, context.root))
        except DataFault:
            return []
        return [plain(one) for one in found]

    return evaluate


def _by_value(elements: list[Element], path: str, part: Element, world: World) -> Matcher | str:
    fixed = [value for element in elements if (value := element.value("fixed")) is not None]
    patterns = [value for element in elements if (value := element.value("pattern")) is not None]
    listed = frozenset(code for element in elements for code in element.told.get(OWN_CODES, ()))
    values = _values(path)
    if fixed or patterns or listed:

        def matches(item: Any, context: PackageContext) -> bool:
            return any(
                one in fixed
                or (type(one) is str and one in listed)
                or any(fits(one, pattern) for pattern in patterns)
                for one in values(item, context)
            )

        return matches
    bound = [
        str(binding["valueSet"])
        for element in elements
        if type(binding := element.told.get("binding")) is dict
        and binding.get("strength") == "required"
        and binding.get("valueSet")
    ]
    if not bound:
        return f"the slice {part.id}: its profile fixes nothing at {path}"

    def belongs(item: Any, context: PackageContext) -> bool:
        return any(context.is_member(one, canonical) for one in values(item, context) for canonical in bound)

    return belongs


def _by_existence(elements: list[Element], path: str) -> Matcher:
    values = _values(path)
    wanted = not elements or elements[0].high != 0

    def matches(item: Any, context: PackageContext) -> bool:
        return bool(values(item, context)) is wanted

    return matches


def _by_kind(
    kind: str, part: Element, base: Element, steps: list[str], path: str, world: World
) -> Matcher | str:
    """Slices that differ by type or by profile, of the item itself or of what a reference leads to."""
    resolved = bool(steps) and steps[-1] == "resolve()"
    elements = elements_at(part, base, steps[:-1] if resolved else steps, world)
    asked = [told for element in elements for told in element.types]
    if kind == "type" and not resolved:
        return _by_type(frozenset(type_code(told) for told in asked), elements, steps, path)
    key = "targetProfile" if resolved else "profile"
    targets = [Target(str(canonical), world) for told in asked for canonical in told.get(key) or ()]
    if not targets:
        return f"the slice {part.id}: {_why(part, path, world)}"
    for target in targets:
        if not target.type or (kind == "profile" and target.profile is None and not target.is_base):
            return f"the slice {part.id}: {world.scope.why_missing(target.canonical, 'StructureDefinition')}"
    values = _values(path)

    def matches(item: Any, context: PackageContext) -> bool:
        return any(
            _is_target(one, target, kind, context) for one in values(item, context) for target in targets
        )

    return matches


def _is_target(value: Any, target: Target, kind: str, context: PackageContext) -> bool:
    if type(value) is not dict or value.get("resourceType", target.type) != target.type:
        return False
    return kind == "type" or target.profile is None or context.keeps(value, target.profile)


def _by_type(types: frozenset[str], elements: list[Element], steps: list[str], path: str) -> Matcher | str:
    stem = steps[-1] if steps else ""
    if stem in choice_types() and elements and elements[0].is_choice:
        names = frozenset(stem + code[:1].upper() + code[1:] for code in types)
        holder = _values(".".join(steps[:-1]) or "$this")

        def has_type(item: Any, context: PackageContext) -> bool:
            return any(not names.isdisjoint(one) for one in holder(item, context) if type(one) is dict)

        return has_type
    values = _values(path)

    def matches(item: Any, context: PackageContext) -> bool:
        return any(any(is_of_type(one, code) for code in types) for one in values(item, context))

    return matches
