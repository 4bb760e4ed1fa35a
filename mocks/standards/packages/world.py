"""One package's view of profiles, value sets and data types, each compiled or expanded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mocks.errors import BadInput
from mocks.standards.findings import Severity
from mocks.standards.packages import stand_ins
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.definition_shape import unusable
from mocks.standards.packages.elements import UNBOUNDED, Element, read_elements
from mocks.standards.packages.scope import Scope
from mocks.standards.packages.terminology import Expansion, Terminology
from mocks.standards.profiles.fhir_rows import Note

#: Appends what is wrong with a value; as ``fhir_rows.Check``, in the world of a package.
Check = Callable[[Any, list[Note], PackageContext], None]


class Profile:
    """One StructureDefinition: where it is from, its elements, and its check, compiled when first needed.

    ``unusable`` says why it cannot be used, if so; then its elements are empty, and its check only tells that.
    """

    def __init__(self, tree: dict[str, Any], world: World) -> None:
        self._world = world
        self.tree = tree
        self.url = str(tree.get("url") or "")
        self.version = str(tree.get("version") or "")
        self.type = str(tree.get("type") or "")
        self.source = f"{tree.get('id') or tree.get('name') or self.url} {self.version}".strip()
        self.unusable = unusable(tree)
        self.elements = Element(self.type, self.type, "", {}, 0, UNBOUNDED, True)
        if self.unusable is None:
            try:
                self.elements = read_elements(tree)
            except BadInput as error:
                self.unusable = str(error)
        self._check: Check | None = None
        self._ancestors: frozenset[str] | None = None

    @property
    def ancestors(self) -> frozenset[str]:
        """Its own address and those of all that it builds on, as far as they are at hand."""
        if self._ancestors is None:
            found, profile = {self.url}, self
            for _ in range(20):
                base = str(profile.tree.get("baseDefinition") or "")
                above = self._world.profile(base) if base else None
                if above is None or above.url in found:
                    break
                found.add(above.url)
                profile = above
            self._ancestors = frozenset(found)
        return self._ancestors

    @property
    def check(self) -> Check:
        """The compiled check. A definition that cannot be compiled is told as not checked, every time."""
        if self._check is None:
            from mocks.standards.packages.compiler import compile_profile

            if self.unusable is not None:
                self._check = unchecked(f"{self.source}: {self.unusable}")
            else:
                self._check = compile_profile(self, self._world)
        return self._check


class World:
    """All that messages are checked by in one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.stand_ins: set[str] = set()
        self.terminology = Terminology(scope, self._stand_in_codes, self._stand_in_system)
        self._profiles: dict[str, Profile | None] = {}

    def profile(self, canonical: str) -> Profile | None:
        """The profile at a canonical address: an official one, a stand-in, or ``None``."""
        if canonical not in self._profiles:
            self._profiles[canonical] = self._find(canonical)
        return self._profiles[canonical]

    def type_profile(self, name: str) -> Profile | None:
        """The definition of a data type or resource type of FHIR itself."""
        return self.profile(stand_ins.FHIR + name)

    def any_of_type(self, name: str) -> Profile | None:
        """Some profile of a resource type, for what all of them have in common: its elements' names."""
        for package in self.scope.packages:
            for definition in package.definitions:
                if definition.type == name and definition.kind == "StructureDefinition":
                    return self.profile(definition.url)
        return self.type_profile(name)

    def _find(self, canonical: str) -> Profile | None:
        definition = self.scope.find(canonical, "StructureDefinition")
        if definition is not None:
            return Profile(definition.tree, self)
        tree = stand_ins.structure(canonical)
        if tree is None:
            return None
        self.stand_ins.add(f"{tree['url']}")
        return Profile(tree, self)

    def _stand_in_codes(self, canonical: str) -> Expansion | None:
        found = stand_ins.value_set(canonical)
        if found is not None:
            self.stand_ins.add(found.url)
        return found

    def _stand_in_system(self, system: str) -> frozenset[str] | None:
        found = stand_ins.code_system(system)
        if found is not None:
            self.stand_ins.add(system)
        return found


def unchecked(reason: str, weight: Severity = Severity.ERROR) -> Check:
    """A check that can only say that it could not; ``weight`` is what a breach would weigh."""

    def check(value: Any, notes: list[Note], context: PackageContext) -> None:
        context.not_checked(reason, weight)

    return check
