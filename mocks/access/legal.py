"""The legal rules as a table: direction x basis x who consents x duration x source.

The rows lie in ``legal.toml``; ``docs/access.md`` shows them. A row that the sources leave open is marked
``unresolved``: it is a setting, and what follows from it is no statement about the law.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import msgspec

from mocks.access.consents import ConsentRules, JointCustody, Scope, YoungPerson
from mocks.access.users import UserKind


class Mark(StrEnum):
    """How sure a row is."""

    SOURCED = "sourced"
    ASSUMPTION = "assumption"
    UNRESOLVED = "unresolved"


class Need(StrEnum):
    """What a look-up needs."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    OWN = "own"  # the citizen's own data
    CHILD = "child"  # data of a child whose custody holder the user is
    NEVER = "never"


class Health(StrEnum):
    """Whether a row is for health persons only, for others only, or for all."""

    YES = "yes"
    NO = "no"
    ANY = "any"

    def fits(self, health_person: bool) -> bool:
        return self is Health.ANY or (self is Health.YES) is health_person


class LegalRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row. ``data`` empty: the row decides no look-up and is told for its own sake."""

    id: str
    direction: str
    kinds: tuple[UserKind, ...]
    data: tuple[Scope, ...]
    health: Health
    basis: str
    consent: Need
    source: str
    mark: Mark
    under_15: JointCustody | None = None
    from_15: YoungPerson | None = None
    duration: str = ""
    longest_years: int | None = None
    note: str = ""

    @property
    def consent_rules(self) -> ConsentRules:
        """Whose consent the row asks for, and for how long it holds; what it leaves open is read carefully."""
        return ConsentRules(
            joint_custody=self.under_15 or JointCustody.BOTH,
            young_person=self.from_15 or YoungPerson.ALONE,
            longest_years=self.longest_years,
        )


#: For whom no row is made: no basis.
NO_ROW = LegalRule(
    id="no-row",
    direction="none",
    kinds=(),
    data=(),
    health=Health.ANY,
    basis="No row of the table is for this user and these data.",
    consent=Need.NEVER,
    source="assumption",
    mark=Mark.ASSUMPTION,
)


@dataclass(frozen=True, slots=True)
class LegalTable:
    """The rows, in their order."""

    rules: tuple[LegalRule, ...]

    def rule(self, kind: UserKind, scope: Scope, *, health_person: bool) -> LegalRule:
        """The first row for that user and those data, or ``NO_ROW``."""
        for rule in self.rules:
            if kind in rule.kinds and scope in rule.data and rule.health.fits(health_person):
                return rule
        return NO_ROW

    def replacing(self, changed: Iterable[LegalRule]) -> LegalTable:
        """The table with rows of the same ids put in the place of its own: how an open row is settled."""
        by_id = {rule.id: rule for rule in changed}
        return LegalTable(tuple(by_id.get(rule.id, rule) for rule in self.rules))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: tuple[LegalRule, ...]


@lru_cache(maxsize=1)
def legal_table() -> LegalTable:
    """The table as delivered."""
    text = files("mocks.access").joinpath("legal.toml").read_text(encoding="utf-8")
    return LegalTable(msgspec.convert(tomllib.loads(text), _File).rule)
