"""Where a canonical address leads: to a definition of the package that uses it, or of one it depends on.

A folder may hold several versions of one package. A ``Scope`` is the world as one of them sees it: itself
and its dependencies, in the versions that its package.json names. What is missing is named, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable

from mocks.standards.packages.reading import Definition, Package


def version_key(version: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts versions as people read them: 1.10 after 1.9, and 5.0.0 after 5.0.0-trial-use."""
    release, _, label = version.partition("-")
    parts: list[tuple[int, int | str]] = [
        (1, int(part)) if part.isascii() and part.isdigit() else (0, part) for part in release.split(".")
    ]
    return (*parts, (0, label) if label else (1, 0))


def newest(packages: Iterable[Package]) -> Package:
    """The one with the highest version."""
    return max(packages, key=lambda package: version_key(package.version))


class Scope:
    """One package with all that it depends on.

    ``missing`` holds the dependencies that are not there, as name and version; ``substituted`` those that
    stand there in another version only: the wanted one, and the one taken instead.
    """

    def __init__(self, root: Package, packages: list[Package]) -> None:
        self.root = root
        self.packages: list[Package] = []
        self.missing: list[str] = []
        self.substituted: list[tuple[str, str]] = []
        self._by_url: dict[str, list[Definition]] = {}
        self._follow(root, packages)
        self._elsewhere: dict[str, list[Definition]] = {}
        for package in packages:
            for definition in package.definitions:
                self._elsewhere.setdefault(definition.url, []).append(definition)

    def _follow(self, root: Package, packages: list[Package]) -> None:
        waiting, seen = [root], {root.name}
        while waiting:
            package = waiting.pop(0)
            self.packages.append(package)
            for definition in package.definitions:
                self._by_url.setdefault(definition.url, []).append(definition)
            for name, version in package.dependencies:
                if name in seen:
                    continue  # the version that the nearer package asks for
                seen.add(name)
                taken = self._dependency(name, version, packages)
                if taken is not None:
                    waiting.append(taken)

    def _dependency(self, name: str, version: str, packages: list[Package]) -> Package | None:
        candidates = [package for package in packages if package.name == name]
        if not candidates:
            self.missing.append(f"{name} {version}")
            return None
        exact = [package for package in candidates if _fits(package.version, version)]
        if exact:
            return newest(exact)
        major = version.partition(".")[0]
        taken = newest([p for p in candidates if p.version.partition(".")[0] == major] or candidates)
        self.substituted.append((f"{name} {version}", taken.version))
        return taken

    def find(self, canonical: str, kind: str) -> Definition | None:
        """The definition that a canonical address means here.

        With a version (``url|1.9.0``) exactly that one, from a dependency or, where none has it, from any
        package at hand. Without one, that of the nearest dependency.
        """
        url, _, version = canonical.partition("|")
        near = [d for d in self._by_url.get(url, ()) if d.kind == kind]
        if not version:
            if near:
                return near[0]
            far = [d for d in self._elsewhere.get(url, ()) if d.kind == kind]
            return sorted(far, key=lambda d: version_key(d.version))[-1] if far else None
        everywhere = [*near, *(d for d in self._elsewhere.get(url, ()) if d.kind == kind)]
        return next((d for d in everywhere if d.version == version), None)

    def versions_of(self, canonical: str, kind: str) -> list[str]:
        """The versions of a definition that are at hand in any package, for telling what is missing."""
        url = canonical.partition("|")[0]
        found = {d.version for d in self._elsewhere.get(url, ()) if d.kind == kind}
        return sorted(found, key=version_key)

    def why_missing(self, canonical: str, kind: str) -> str:
        """What is not at hand and where it would come from, for a "not checked" entry."""
        if versions := self.versions_of(canonical, kind):
            return f"{canonical} is in none of the packages (there is {', '.join(versions)})"
        owners = [name for name in self.missing if _may_hold(name, canonical)]
        return f"{canonical} is in none of the packages" + (f" ({owners[0]} is missing)" if owners else "")


def _fits(version: str, wanted: str) -> bool:
    """``4.0.x`` and ``current`` are ways in which package.json leaves the version open."""
    if wanted in ("current", "dev", "latest", "*"):
        return True
    if wanted.endswith(".x"):
        return version.startswith(wanted[:-1])
    return version == wanted


#: Where the addresses of base packages begin.
_HOMES = (
    ("http://hl7.org/fhir/", "hl7.fhir.r4.core"),
    ("http://terminology.hl7.org/", "hl7.terminology.r4"),
    ("http://hl7.dk/fhir/", "hl7.fhir.dk.core"),
    ("http://medcomfhir.dk/ig/", "medcom.fhir.dk."),
)


def _may_hold(name: str, canonical: str) -> bool:
    for home, package in _HOMES:
        if canonical.startswith(home):
            if package.endswith("."):
                return name.startswith(package + canonical[len(home) :].partition("/")[0])
            return name.startswith(package)
    return False
