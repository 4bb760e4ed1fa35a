"""References: whether they lead to an entry where they must, and to a resource of the right kind."""

from __future__ import annotations

from typing import Any

from mocks.standards.packages import stand_ins
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.rules import PROFILE
from mocks.standards.packages.world import Check, Profile, World
from mocks.standards.profiles.fhir_kinds import REFERENCE
from mocks.standards.profiles.fhir_rows import Note, broken

_ANY = stand_ins.FHIR + "Resource"


class Target:
    """One target profile of a reference: the resource type that it asks for, and the profile if at hand.

    ``type`` is empty where the profile is not at hand, and its address does not name the type either.
    """

    def __init__(self, canonical: str, world: World) -> None:
        url = canonical.partition("|")[0]
        self.canonical = canonical
        self.is_base = url.startswith(stand_ins.FHIR) and "-" not in url[len(stand_ins.FHIR) :]
        self.profile: Profile | None = None if self.is_base else world.profile(canonical)
        self.type = url[len(stand_ins.FHIR) :] if self.is_base else self.profile.type if self.profile else ""


def reference_check(told: dict[str, Any], world: World, source: str) -> Check | None:
    """The check of one ``type`` of an element that is a Reference; ``None`` where it may lead anywhere."""
    asked = [str(one) for one in told.get("targetProfile") or ()]
    bundled = "bundled" in (told.get("aggregation") or ())
    if not bundled and (not asked or any(one.partition("|")[0] == _ANY for one in asked)):
        return None
    targets = [Target(canonical, world) for canonical in asked]
    types = frozenset(target.type for target in targets)
    shown = " or ".join(sorted(one for one in types if one)) or "any resource"
    unknown = [target.canonical for target in targets if not target.type]

    def check(value: Any, notes: list[Note], context: PackageContext) -> None:
        if type(value) is not dict:
            return
        reference = value.get("reference")
        if type(reference) is not str:
            if bundled:
                notes.append(
                    broken(REFERENCE, "a reference to an entry is missing", "", "add reference", source)
                )
            return
        found = _found(reference, context)
        if found is None:
            if bundled:
                sentence = f"{reference[:120]} leads to no entry of this bundle"
                notes.append(broken(REFERENCE, sentence, "reference", source=source))
                return
            kind = _type_in(reference)
            if not kind or not targets:
                return
        else:
            kind = str(found.get("resourceType"))
        if targets and kind not in types and "Resource" not in types:
            if unknown:
                context.not_checked(
                    f"references to {world.scope.why_missing(unknown[0], 'StructureDefinition')}"
                )
                return
            sentence = f"{reference[:120]} leads to a {kind[:40]}, expected is {shown}"
            notes.append(broken(REFERENCE, sentence, "reference", "refer to the right resource", source))
        elif found is not None:
            _impose(found, [t for t in targets if t.type == kind], notes, context)

    def _impose(
        found: dict[str, Any], fitting: list[Target], notes: list[Note], context: PackageContext
    ) -> None:
        number = context.number_of(found)
        profiles = [target.profile for target in fitting if target.profile is not None]
        if number is None or not profiles or len(profiles) < len(fitting):
            return  # a contained resource, or one that any resource of its type satisfies
        if len(profiles) == 1:
            context.impose(number, profiles[0])
        elif not any(context.keeps(found, profile) for profile in profiles):
            names = " nor ".join(profile.source for profile in profiles)
            notes.append(broken(PROFILE, f"the target keeps neither {names}", "reference", source=source))

    return check


def _found(reference: str, context: PackageContext) -> dict[str, Any] | None:
    if reference[:1] == "#":
        return context.reach(reference, context.root)
    return context.resolve(reference)


def _type_in(reference: str) -> str:
    """The resource type that an address like ``.../Patient/1`` names."""
    parts = reference.partition("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() and parts[-2].isalpha() else ""
