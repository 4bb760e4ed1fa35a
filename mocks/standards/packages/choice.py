"""Which package of a folder a message belongs to, and in which version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.reading import Package
from mocks.standards.packages.scope import newest, version_key
from mocks.standards.packages.world import Profile, World
from mocks.standards.profiles.fhir_rows import Note


@dataclass(frozen=True, slots=True)
class Chosen:
    """The package that a message is checked by, its profile of the message, and versions that fit too."""

    world: World
    profile: Profile
    others: tuple[str, ...]


def claims(resource: Any) -> list[str]:
    """The profiles that a resource says it keeps (``meta.profile``)."""
    meta = resource.get("meta") if type(resource) is dict else None
    listed = meta.get("profile") if type(meta) is dict else None
    found = listed if type(listed) is list else [listed]
    return [one for one in found if type(one) is str]


class Choice:
    """The packages of a folder that define a message: a profile of Bundle of their own."""

    def __init__(self, packages: list[Package], world_of: Callable[[Package], World]) -> None:
        self._world_of = world_of
        self._defined: list[tuple[Package, dict[str, str], dict[str, Any]]] = []
        for package in packages:
            kinds = {d.url: d.type for d in package.definitions if d.kind == "StructureDefinition"}
            if "Bundle" in kinds.values():
                self._defined.append((package, kinds, {}))

    def of(self, tree: dict[str, Any]) -> Chosen | None:
        """The package for a message, or ``None`` where none of its claims leads to one."""
        entries = tree.get("entry")
        resources = [
            entry.get("resource")
            for entry in (entries if type(entries) is list else ())
            if type(entry) is dict
        ]
        header = resources[0] if resources else None
        named = [[one.partition("|")[0] for one in claims(resource)] for resource in (tree, *resources)]
        scores: dict[str, int] = {}
        for package, kinds, _ in self._defined:
            score = self._score(package, kinds, header, named)
            scores[package.name] = max(scores.get(package.name, 0), score)
        best = max(scores.values(), default=0)
        if not best:
            return None
        name = next(name for name, score in scores.items() if score == best)
        candidates = [package for package, _, _ in self._defined if package.name == name]
        package, others = self._version(candidates, tree, header)
        kinds = next(kinds for one, kinds, _ in self._defined if one is package)
        world = self._world_of(package)
        return Chosen(world, self._bundle_profile(world, kinds, tree), others)

    def _score(self, package: Package, kinds: dict[str, str], header: Any, named: list[list[str]]) -> int:
        """How much speaks for a package: the bundle's profile most, then the header's and the event, then
        those of other entries. ``named`` are the profiles that the bundle and its entries name."""
        claimed = [any(url in kinds for url in urls) for urls in named]
        score = 1000 * claimed[0] + 100 * sum(claimed[1:2]) + sum(claimed[2:])
        if type(header) is dict and self._event_fits(package, kinds, header):
            score += 100
        return score

    def _event_fits(self, package: Package, kinds: dict[str, str], header: dict[str, Any]) -> bool:
        """Whether a MessageHeader profile of the package fixes just this event."""
        coding = header.get("eventCoding")
        code = coding.get("code") if type(coding) is dict else None
        return type(code) is str and code in self._events(package, kinds)

    def _events(self, package: Package, kinds: dict[str, str]) -> set[str]:
        memo = next(memo for one, _, memo in self._defined if one is package)
        if "events" not in memo:
            memo["events"] = set(self._fixed_events(package, kinds))
        return memo["events"]  # type: ignore[no-any-return]

    def _fixed_events(self, package: Package, kinds: dict[str, str]) -> Iterator[str]:
        world = self._world_of(package)
        for url, kind in kinds.items():
            profile = world.profile(url) if kind == "MessageHeader" else None
            event = profile.elements.children.get("event[x]") if profile else None
            for element in (event, event.children.get("code")) if event else ():
                for prefix in ("fixed", "pattern"):
                    value = element.value(prefix) if element else None
                    code = value.get("code") if type(value) is dict else value
                    if type(code) is str:
                        yield code

    # Versions ---------------------------------------------------------------------------------------------

    def _version(
        self, candidates: list[Package], tree: dict[str, Any], header: Any
    ) -> tuple[Package, tuple[str, ...]]:
        """The version that the message names or whose definition fits; else the newest, with the others."""
        if len(candidates) == 1:
            return candidates[0], ()
        named = {one.partition("|")[2] for resource in (tree, header) for one in claims(resource)}
        pinned = [package for package in candidates if package.version in named]
        if len(pinned) == 1:
            return pinned[0], ()
        definition = header.get("definition") if type(header) is dict else None
        fitting = [package for package in candidates if self._definition_fits(package, definition)]
        said = str(definition).partition("|")[2] if type(definition) is str else ""
        alike = [
            package
            for package in fitting or candidates
            if said and (package.version == said or package.version.startswith(said.removesuffix(".0") + "."))
        ]
        left = alike or fitting or candidates
        chosen = newest(left)
        others = sorted((p.version for p in left if p is not chosen), key=version_key)
        return chosen, tuple(others)

    def _definition_fits(self, package: Package, definition: Any) -> bool:
        """Whether a MessageHeader profile of this version allows the message's definition."""
        world = self._world_of(package)
        kinds = next(kinds for one, kinds, _ in self._defined if one is package)
        for url, kind in kinds.items():
            if kind != "MessageHeader" or (profile := world.profile(url)) is None:
                continue
            element = profile.elements.children.get("definition")
            if element is None or (definition is None and element.low == 0):
                return True
            if definition is not None and self._allowed(definition, profile, world):
                return True
        return False

    def _allowed(self, definition: Any, profile: Profile, world: World) -> bool:
        header = {"resourceType": "MessageHeader", "definition": definition}
        notes: list[Note] = []
        profile.check(header, notes, PackageContext({"entry": [{"resource": header}]}, world))
        return not any(note.path == "definition" for note in notes)

    def _bundle_profile(self, world: World, kinds: dict[str, str], tree: dict[str, Any]) -> Profile:
        bundles = [url for url, kind in kinds.items() if kind == "Bundle"]
        claimed = [one.partition("|")[0] for one in claims(tree)]
        url = next((url for url in bundles if url in claimed), bundles[0])
        profile = world.profile(url)
        assert profile is not None  # the package at hand defines it
        return profile
