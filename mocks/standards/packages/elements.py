"""The elements of a StructureDefinition's snapshot as a tree: children, and the slices of each element."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from mocks.errors import BadInput

#: Deeper than any profile; a definition that goes deeper is refused.
_DEEPEST: Final = 60
UNBOUNDED: Final = 1 << 30


@dataclass(slots=True)
class Element:
    """One element definition: ``told`` is what the snapshot says of it, as it stands there.

    ``name`` is the last name of its path (``value[x]`` for a choice), ``slice`` that of the slice or
    nothing. ``repeats`` tells whether JSON writes a list, which the base definition decides.
    """

    id: str
    name: str
    slice: str
    told: dict[str, Any]
    low: int
    high: int
    repeats: bool
    children: dict[str, Element] = field(default_factory=dict)
    slices: dict[str, Element] = field(default_factory=dict)

    @property
    def is_choice(self) -> bool:
        """Whether the element may have one of several types, and has the type in its name."""
        return self.name.endswith("[x]")

    @property
    def types(self) -> list[dict[str, Any]]:
        """The types that it may have, as the snapshot tells them."""
        found = self.told.get("type")
        return [one for one in found if type(one) is dict] if type(found) is list else []

    @property
    def codes(self) -> list[str]:
        """The names of the types that it may have; of a resource's id and the like, FHIR's own names."""
        return [type_code(one) for one in self.types]

    def value(self, prefix: str) -> Any:
        """``fixed[x]`` or ``pattern[x]``, whatever its type, or ``None``."""
        for key, value in self.told.items():
            if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
                return value
        return None


_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"


def type_code(told: dict[str, Any]) -> str:
    """The name of a type; ``http://hl7.org/fhirpath/System.String`` says in an extension what it is."""
    code = str(told.get("code") or "")
    if not code.startswith(_SYSTEM):
        return code.removeprefix("http://hl7.org/fhir/StructureDefinition/")
    for extension in told.get("extension") or ():
        if extension.get("url") == _FHIR_TYPE:
            return str(extension.get("valueUrl") or extension.get("valueUri") or "string")
    return code[len(_SYSTEM) :].lower()


def read_elements(tree: dict[str, Any]) -> Element:
    """The root of a definition's elements, of a definition that is built as one.

    Errors: ``BadInput`` where elements do not stand below each other.
    """
    where = f"{tree.get('url')}|{tree.get('version')}"
    root: Element | None = None
    for told in tree["snapshot"]["element"]:
        steps = told["id"].split(".")
        if len(steps) > _DEEPEST:
            raise BadInput(f"{where} nests deeper than {_DEEPEST} elements")
        if root is None:
            root = _element(told, steps[-1], "")
        else:
            _place(root, steps, told, where)
    if root is None:
        raise BadInput(f"{where} has an empty snapshot")
    return root


def _place(root: Element, steps: list[str], told: dict[str, Any], where: str) -> None:
    node = root
    for position, step in enumerate(steps[1:], 1):
        name, _, slices = step.partition(":")
        last = position == len(steps) - 1
        child = node.children.get(name)
        if child is None:
            if not last or slices:
                raise BadInput(f"{where}: the element {told['id']} stands before the one that holds it")
            node.children[name] = _element(told, name, "")
            return
        node = child
        path = slices.split("/") if slices else []
        for depth, slice_name in enumerate(path, 1):
            if slice_name not in node.slices:
                if not last or depth != len(path):
                    raise BadInput(f"{where}: the element {told['id']} stands before its slice")
                node.slices[slice_name] = _element(told, name, slice_name)
                return
            node = node.slices[slice_name]


def _element(told: dict[str, Any], name: str, slice_name: str) -> Element:
    most = str(told.get("max", "*"))
    base = told.get("base")
    widest = str(base.get("max", most)) if type(base) is dict else most
    low = told.get("min", 0)
    high = UNBOUNDED if not most.isdigit() else int(most)
    return Element(
        told["id"], name, slice_name, told, low if type(low) is int else 0, high, widest not in ("0", "1")
    )
