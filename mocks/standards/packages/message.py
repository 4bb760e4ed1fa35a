"""Messages checked against the packages that a user points at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from mocks.errors import BadInput, Malformed
from mocks.standards.fhir_bundle import parse
from mocks.standards.findings import Finding, Severity
from mocks.standards.packages.choice import Choice, Chosen, claims
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.reading import Package, read_packages
from mocks.standards.packages.rules import CHECKED_BY, DEPTH, NO_PACKAGE, NOT_CHECKED
from mocks.standards.packages.scope import Scope
from mocks.standards.packages.unprofiled import check_unprofiled
from mocks.standards.packages.world import Check, Profile, World
from mocks.standards.packages.xml_shape import as_json
from mocks.standards.profiles.fhir_message import opened
from mocks.standards.profiles.fhir_rows import Note, broken


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the packages say of one message.

    ``standard`` and ``version`` are name and version of the package, both empty where none applies;
    ``others`` are further versions that could apply as well. ``not_checked`` lists what the message holds
    and nobody could check, with the reason; ``not_advised`` the same for what could only have been a
    warning. ``missing`` are the dependencies that are not at hand; ``substituted`` those, and the profiles
    that entries name, which are at hand in another version only; ``stand_ins`` what tables of our own were
    used instead.
    """

    standard: str
    version: str
    findings: list[Finding]
    not_checked: list[str] = []
    not_advised: list[str] = []
    missing: list[str] = []
    substituted: list[str] = []
    stand_ins: list[str] = []
    others: tuple[str, ...] = ()

    @property
    def told(self) -> list[Finding]:
        """The findings, with one that says by what was checked, and one for each thing that was not."""
        if not self.standard:
            return self.findings
        by = f"checked by the package {self.standard} {self.version}"
        if self.others:
            by += f"; {', '.join(self.others)} could apply as well"
        if self.substituted:
            by += f"; for {'; for '.join(self.substituted)}"
        if self.missing:
            by += f"; not at hand: {', '.join(self.missing)} (our own tables stand in where they can)"
        return [
            *self.findings,
            CHECKED_BY.at("", by),
            *(NOT_CHECKED.at("", f"not checked: {reason}") for reason in self.not_checked),
            *(NOT_CHECKED.at("", f"not checked, could only warn: {reason}") for reason in self.not_advised),
        ]

    @property
    def broken(self) -> bool:
        """Whether a rule is broken that makes the message invalid."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def complete(self) -> bool:
        """Whether all could be checked that might be an error. Only then no errors means valid."""
        return not self.not_checked


class Packages:
    """The packages at hand. Profiles are compiled when the first message needs them, and kept."""

    def __init__(self, packages: list[Package]) -> None:
        self.packages = packages
        self._worlds: dict[str, World] = {}
        self._choice = Choice(packages, self._world)

    def _world(self, package: Package) -> World:
        found = self._worlds.get(package.label)
        if found is None:
            found = self._worlds[package.label] = World(Scope(package, self.packages))
        return found

    def check(self, raw: bytes) -> Result:
        """Everything that the profiles of a message find wrong with it, never an exception."""
        try:
            tree = parse(raw)
            opened(tree, "")
        except Malformed as error:
            return Result(standard="", version="", findings=list(error.findings))
        return self.check_tree(tree, from_xml=raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<")

    def check_tree(self, tree: dict[str, Any], *, from_xml: bool = False) -> Result:
        """As ``check``, for a message that ``fhir_bundle.parse`` has read."""
        chosen = self._choice.of(tree)
        if chosen is None:
            return self._none_applies(tree)
        context = PackageContext(tree, chosen.world)
        notes: list[Note] = []
        try:
            if from_xml:
                _shape(tree, chosen, context)
            _message(chosen, notes, context)
        except RecursionError:
            notes = [broken(DEPTH, "the message is nested too deeply", "Bundle")]
        scope = chosen.world.scope
        return Result(
            standard=scope.root.name,
            version=scope.root.version,
            findings=_findings(notes),
            not_checked=[_masked(r) for r, weight in context.unchecked.items() if weight is Severity.ERROR],
            not_advised=[
                _masked(r) for r, weight in context.unchecked.items() if weight is not Severity.ERROR
            ],
            missing=scope.missing,
            substituted=[
                f"{wanted}: {taken} is used"
                for wanted, taken in (*scope.substituted, *context.other_versions.items())
            ],
            stand_ins=sorted(chosen.world.stand_ins),
            others=chosen.others,
        )

    def _none_applies(self, tree: dict[str, Any]) -> Result:
        said = claims(tree)
        what = f"the profile {said[0][:200]}" if said else "a message that names no profile"
        names = ", ".join(package.label for package in self.packages)
        reason = f"none of the packages defines {what} (there are {names})"
        finding = NO_PACKAGE.at("Bundle.meta.profile", reason)
        return Result(standard="", version="", findings=[finding], not_checked=[reason])


def load(paths: Iterable[Path]) -> Packages:
    """All packages at or below the paths: folders, folders of folders, package.tgz files.

    Errors: ``BadInput`` where nothing is found, where a package is broken, or where none defines a message.
    """
    found = read_packages(list(paths))
    wrong = [p.label for p in found if p.fhir_versions and not any(v[:2] == "4." for v in p.fhir_versions)]
    if len(wrong) == len(found):
        raise BadInput(f"{', '.join(wrong)}: these packages are not for FHIR R4, which MedCom's messages use")
    usable = [package for package in found if package.label not in wrong]
    if not any(d.kind == "StructureDefinition" for package in usable for d in package.definitions):
        raise BadInput(
            f"{', '.join(p.label for p in usable)}: none of these packages holds profiles; name the folder "
            "with the package of the message standard, e.g. medcom.fhir.dk.carecommunication"
        )
    return Packages(usable)


# One message --------------------------------------------------------------------------------------------


def _message(chosen: Chosen, notes: list[Note], context: PackageContext) -> None:
    chosen.profile.check(context.tree, notes, context)
    for note in notes:
        note.path = f"Bundle.{note.path}" if note.path else "Bundle"
    entries = _Entries(context)
    for number, resource in enumerate(context.resources):
        for profile in _claimed(resource, context):
            entries.check(number, profile)
    entries.follow_references()
    for number, resource in enumerate(context.resources):
        if resource and number not in entries.done:
            # neither the entry nor a reference to it names a profile that is at hand
            kind = str(resource.get("resourceType"))[:60]
            base = context.world.type_profile(kind)
            if base is not None:
                entries.check(number, base)
            else:
                why = "it keeps no profile at hand, and its base definition is in none of the packages"
                context.not_checked(f"entry {number}, {kind}: {why}")
                entries.collect(number, check_unprofiled)
    entries.follow_references()
    for number in sorted(entries.notes):
        notes.extend(entries.notes[number])


def _claimed(resource: dict[str, Any], context: PackageContext) -> list[Profile]:
    """The profiles that an entry names, as far as they are at hand."""
    found: list[Profile] = []
    for canonical in claims(resource):
        profile = context.world.profile(canonical)
        if profile is None and (profile := context.world.profile(canonical.partition("|")[0])):
            context.other_versions[canonical] = profile.version
        if profile is None:
            why = context.world.scope.why_missing(canonical, "StructureDefinition")
            context.not_checked(f"{str(resource.get('resourceType'))[:60]}: the profile {why}")
        if profile is not None:
            found.append(profile)
    return found


class _Entries:
    """The entries of a message, each checked once by each profile that is asked of it."""

    def __init__(self, context: PackageContext) -> None:
        self._context = context
        self.done: dict[int, list[Profile]] = {}
        self.notes: dict[int, list[Note]] = {}

    def check(self, number: int, profile: Profile) -> bool:
        """Check an entry by a profile, unless it or one that builds on it has been there."""
        before = self.done.setdefault(number, [])
        if any(profile.url in one.ancestors for one in before):
            return False
        before.append(profile)
        self.collect(number, profile.check)
        return True

    def collect(self, number: int, check: Check) -> None:
        """Run a check on an entry, and put its place in front of what it finds."""
        context = self._context
        context.enter(number)
        notes: list[Note] = []
        check(context.resources[number], notes, context)
        at = f"Bundle.entry[{number}].resource"
        for note in notes:
            note.path = f"{at}.{note.path}" if note.path else at
        self.notes.setdefault(number, []).extend(notes)

    def follow_references(self) -> None:
        """Check entries by the profiles that references ask of them, until no reference asks for more."""
        waiting = True
        while waiting:
            waiting = False
            for (number, _), profile in list(self._context.imposed.items()):
                waiting = self.check(number, profile) or waiting


def _shape(tree: dict[str, Any], chosen: Chosen, context: PackageContext) -> None:
    as_json(tree, chosen.profile, chosen.world)
    for resource in context.resources:
        profiles = [chosen.world.profile(canonical) for canonical in claims(resource)]
        known = next((p for p in profiles if p is not None), None)
        known = known or chosen.world.any_of_type(str(resource.get("resourceType")))
        if known is not None and resource:
            as_json(resource, known, chosen.world)


# Findings -----------------------------------------------------------------------------------------------

_CPR_LIKE = re.compile(r"(?<!\d)\d{6}-?\d{4}(?!\d)")


def _masked(sentence: str) -> str:
    """Ten digits may be a CPR number, wherever they stand: findings are logged."""
    return _CPR_LIKE.sub("(ten digits)", sentence)


def _findings(notes: list[Note]) -> list[Finding]:
    """Findings in the order of the message; the same rule at the same place is told once."""
    found: dict[tuple[str, str, str], Finding] = {}
    for note in notes:
        found.setdefault(
            (note.rule, note.path, note.message if note.rule.startswith("fhir-") else ""),
            Finding(
                rule=note.rule,
                severity=note.severity,
                path=note.path,
                message=note.message,
                source=note.source,
                mend=note.mend,
            ),
        )
    return list(found.values())
