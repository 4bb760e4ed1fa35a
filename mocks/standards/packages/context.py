"""What the checks of one message know beside the element at hand, and what they could not check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks.standards.findings import Severity
from mocks.standards.packages.fhirpath_values import CannotRun
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_rows import Note

if TYPE_CHECKING:
    from mocks.standards.packages.world import Profile, World


class PackageContext(Context):
    """A message in the world of one package.

    ``resource`` is the resource at hand, ``root`` the one that contains it if it is a contained one.
    ``unchecked`` holds what was met and could not be checked, with what a breach of it would weigh at
    most. ``imposed`` are the
    (entry number, profile) pairs that references ask for, each once. ``other_versions`` are profiles that
    entries name with a version, by the version that was used instead.
    """

    __slots__ = (
        "_conforming",
        "_far",
        "_numbers",
        "imposed",
        "other_versions",
        "resource",
        "root",
        "unchecked",
        "world",
    )

    def __init__(self, tree: dict[str, Any], world: World) -> None:
        super().__init__(tree, world.scope.root.version)
        self.world = world
        self.resource: dict[str, Any] = tree
        self.root: dict[str, Any] = tree
        self.unchecked: dict[str, Severity] = {}
        self.imposed: dict[tuple[int, str], Profile] = {}
        self.other_versions: dict[str, str] = {}
        self._far: dict[str, list[dict[str, Any]]] | None = None
        self._numbers = {id(resource): number for number, resource in enumerate(self.resources)}
        self._conforming: dict[tuple[int, str], bool] = {}

    def not_checked(self, reason: str, weight: Severity = Severity.ERROR) -> None:
        """Remember that something in the message could not be checked, and why."""
        if self.unchecked.get(reason) is not Severity.ERROR:
            self.unchecked[reason] = weight

    def impose(self, number: int, profile: Profile) -> None:
        """Ask an entry to keep a profile; ``message.check`` sees to it."""
        self.imposed.setdefault((number, profile.url), profile)

    def number_of(self, resource: Any) -> int | None:
        """The entry that a resource stands in."""
        return self._numbers.get(id(resource))

    def enter(self, number: int) -> None:
        """Let the resource of an entry be the one at hand."""
        self.base = self.bases[number]
        self.resource = self.root = self.resources[number]

    def reach(self, reference: str, holder: Any) -> dict[str, Any] | None:
        """Where ``resolve()`` leads from a resource. Errors: ``CannotRun`` where that is ambiguous."""
        if reference[:1] == "#":
            contained = holder.get("contained") if type(holder) is dict else None
            for one in contained if type(contained) is list else ():
                if type(one) is dict and one.get("id") == reference[1:]:
                    return one
            return holder if reference == "#" else None
        if self.resource is not self.tree:
            return self.resolve(reference)
        # seen from the bundle a relative reference may begin at any of its entries
        found = self._from_anywhere().get(reference, [])
        if len(found) > 1:
            raise CannotRun(f"{reference} leads to several entries, seen from the bundle")
        return found[0] if found else self.resolve(reference)

    def _from_anywhere(self) -> dict[str, list[dict[str, Any]]]:
        """Resources by the relative reference to them, whatever the address that they stand below."""
        if self._far is None:
            self._far = {}
            for entry, resource in zip(self.entries, self.resources, strict=True):
                url = entry.get("fullUrl") if type(entry) is dict else None
                if type(url) is str and url.startswith("http"):
                    relative = "/".join(url.rsplit("/", 2)[1:])
                    self._far.setdefault(relative, []).append(resource)
        return self._far

    def conforms(self, item: Any, canonical: str) -> bool:
        """Whether a resource or element keeps a profile. Errors: ``CannotRun`` where it is not at hand."""
        profile = self.world.profile(canonical)
        if profile is None:
            raise CannotRun(self.world.scope.why_missing(canonical, "StructureDefinition"))
        return self.keeps(item, profile)

    def keeps(self, item: Any, profile: Profile) -> bool:
        """The same for a profile at hand. A profile that leads back to itself counts as kept meanwhile."""
        key = (id(item), profile.url)
        if key not in self._conforming:
            self._conforming[key] = True
            held = self.base, self.resource, self.root, self.imposed
            self.imposed = {}  # only a trial: what references ask for belongs to it
            number = self.number_of(item)
            if number is not None:
                self.enter(number)
            notes: list[Note] = []
            try:
                profile.check(item, notes, self)
                asked = self.imposed
            finally:
                self.base, self.resource, self.root, self.imposed = held
            self._conforming[key] = not any(note.severity is Severity.ERROR for note in notes) and all(
                self.keeps(self.resources[n], further) for (n, _), further in asked.items()
            )
        return self._conforming[key]

    def is_member(self, value: Any, canonical: str) -> bool:
        """Whether a code or coding belongs to a value set. Errors: ``CannotRun`` where that is unknown."""
        expansion = self.world.terminology.expand(canonical)
        if expansion is None:
            raise CannotRun(self.world.scope.why_missing(canonical, "ValueSet"))
        if type(value) is str:
            found = expansion.holds_bare(value)
        else:
            codings = value.get("coding") or () if type(value) is dict and "coding" in value else (value,)
            answers = [
                expansion.holds(str(c.get("system") or ""), str(c.get("code") or ""))
                for c in codings
                if type(c) is dict
            ]
            found = True if True in answers else None if None in answers else False
        if found is None:
            raise CannotRun(f"{canonical} cannot be listed in full")
        return found
