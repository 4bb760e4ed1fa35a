"""Brings a message that was read from XML into the shape that JSON has, by what its profiles say.

XML does not show which elements repeat and which are numbers; the reader knows it for the resources of
today's messages only. Here the definitions at hand decide, so that resources of tomorrow can be checked.
"""

from __future__ import annotations

from typing import Any

from mocks.standards.packages.elements import Element
from mocks.standards.packages.fhirpath_values import choice_types
from mocks.standards.packages.primitives import PRIMITIVES, from_text
from mocks.standards.packages.world import Profile, World


def as_json(value: dict[str, Any], profile: Profile, world: World) -> None:
    """Mend a resource in place."""
    _mend(value, profile.elements.children, profile.elements, world)


def _mend(value: dict[str, Any], children: dict[str, Element], root: Element, world: World) -> None:
    for name in list(value):
        found = _definition(name, children)
        if found is None:
            continue
        element, code = found
        if name[:1] == "_":
            continue
        held = value[name]
        items = held if type(held) is list else [held]
        if code in PRIMITIVES:
            _primitives(value, name, items, code, element.repeats)
            continue
        below = element.children or _type_children(element, code, root, world)
        for item in items:
            if type(item) is dict and "resourceType" not in item and below:
                _mend(item, below, root, world)
        value[name] = items if element.repeats or len(items) != 1 else items[0]


def _definition(name: str, children: dict[str, Element]) -> tuple[Element, str] | None:
    element = children.get(name)
    if element is not None:
        codes = element.codes
        return element, codes[0] if codes else ""
    for stem, types in choice_types().items():
        if name.startswith(stem) and name[len(stem) :] in types and stem + "[x]" in children:
            element = children[stem + "[x]"]
            suffix = name[len(stem) :]
            for code in element.codes:
                if code[:1].upper() + code[1:] == suffix:
                    return element, code
    return None


def _type_children(element: Element, code: str, root: Element, world: World) -> dict[str, Element]:
    reference = str(element.told.get("contentReference") or "").rpartition("#")[2]
    if reference:
        node: Element | None = root
        for step in reference.split(".")[1:]:
            node = node.children.get(step) if node else None
        return node.children if node else {}
    profile = world.type_profile(code) if code else None
    return profile.elements.children if profile else {}


def _primitives(value: dict[str, Any], name: str, items: list[Any], code: str, repeats: bool) -> None:
    plain: list[Any] = []
    beside: list[Any] = []
    for item in items:
        if type(item) is dict and item.keys() <= {"id", "extension"}:
            plain.append(None)
            beside.append(item)
            continue
        if type(item) is str:
            item = from_text(code, item)
        elif code in ("string", "code", "id", "uri", "markdown") and type(item) in (bool, int):
            item = str(item).lower() if type(item) is bool else str(item)
        plain.append(item)
        beside.append(None)
    if any(beside):
        value["_" + name] = beside if repeats else beside[0]
        if not any(one is not None for one in plain):
            del value[name]
            return
    value[name] = plain if repeats or len(plain) != 1 else plain[0]
