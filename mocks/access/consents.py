"""A consent, and whether it holds at a look-up: who gave it, for what, to whom, from when, until when.

Nothing is decided when a consent is registered: age and custody are those of the day of the look-up, so a
fifteenth birthday or a change of custody ends a consent whose givers no longer suffice. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from mocks.access.users import AccessUser, UserKind
from mocks.people import Person
from mocks.runtime import COPENHAGEN


class ConsentMode(StrEnum):
    """``DECLARED``: the user says that there is a consent, and nobody checks (as we read the pilot).
    ``REGISTERED``: the register decides; a look-up without a valid consent is denied."""

    DECLARED = "declared"
    REGISTERED = "registered"


class Scope(StrEnum):
    """The kinds of data that a consent can cover, each by itself (partial consent)."""

    APPOINTMENTS = "appointments"
    SCHOOL = "school"
    FAMILY_CASE = "family_case"
    PPR_CASE = "ppr_case"


class Giver(msgspec.Struct, frozen=True):
    """Somebody who consented, and on which day."""

    cpr: str
    on: date


class Withdrawal(msgspec.Struct, frozen=True):
    """From ``at`` on the consent no longer covers these scopes."""

    at: datetime
    by: str
    scopes: tuple[Scope, ...]


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A registered consent. Days are Danish days, both included; an open end is ``None``.

    ``departments``: SOR ids of the departments whose data are covered, empty for all of them;
    ``receivers``: the user kinds that may look, empty for all that take part in the overviews;
    ``young_person_unable``: the custody holders decide for a young person of 15 or more who cannot.
    """

    id: str
    cpr: str
    scopes: tuple[Scope, ...]
    givers: tuple[Giver, ...]
    from_: date = msgspec.field(name="from")
    until: date | None = None
    departments: tuple[str, ...] = ()
    receivers: tuple[UserKind, ...] = ()
    young_person_unable: bool = False
    form: str = ""
    registered_at: datetime | None = None
    registered_by: str = ""
    withdrawals: tuple[Withdrawal, ...] = ()

    def withdrawn(self, scope: Scope, at: datetime) -> bool:
        """Whether the consent to that kind of data was withdrawn by then."""
        return any(scope in w.scopes and w.at <= at for w in self.withdrawals)


class JointCustody(StrEnum):
    """Whose consent a child under 15 with two custody holders needs. Depends on what is shared and is not
    settled for these data; ``BOTH`` is the careful reading."""

    BOTH = "both"
    ONE = "one"


class YoungPerson(StrEnum):
    """Whose consent a young person from 15 on needs: health law says the young person's; the Syddjurs form
    asks the custody holders as well."""

    ALONE = "alone"
    WITH_CUSTODY = "with_custody"


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """The rules that the sources leave open, as configured (``mocks.access.legal`` has the table).

    ``young_from``: age in years from which the young person consents (sundhedsloven section 17: 15).
    ``adult_from``: from this age on nothing is shown (assumption on the boundary).
    ``longest_years``: a consent ends so many years after it was first given, whatever it says; ``None`` for no
    such limit. A year is the Syddjurs form's; sundhedsloven section 44 has it for consents by section 43.
    """

    young_from: int = 15
    adult_from: int = 18
    joint_custody: JointCustody = JointCustody.BOTH
    young_person: YoungPerson = YoungPerson.ALONE
    longest_years: int | None = None


#: The form of the Syddjurs trial: both custody holders, from 15 the young person too, a year at most.
#: The form says "over 15"; that this begins with the fifteenth birthday is our reading.
SYDDJURS_FORM = ConsentRules(young_person=YoungPerson.WITH_CUSTODY, longest_years=1)


#: Readings of what the law leaves open, by name: ``None`` is the legal table as it stands, which asks both
#: custody holders below 15 and the young person alone from then on, and sets no end of its own.
READINGS: Mapping[str, ConsentRules | None] = {
    "careful": None,
    "one-holder": ConsentRules(joint_custody=JointCustody.ONE),
    "one-year": ConsentRules(longest_years=1),
    "syddjurs": SYDDJURS_FORM,
}


class Standing(StrEnum):
    """How a consent stands at a look-up. Only ``VALID`` opens anything, and ``NOT_REQUIRED``: the user may
    look on another basis."""

    VALID = "valid"
    NOT_REQUIRED = "not_required"
    NO_BASIS = "no_legal_basis"
    GIVERS = "givers_do_not_suffice"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_YET = "not_yet_in_force"
    OTHER_RECEIVER = "not_for_this_user"
    OTHER_SCOPE = "not_for_these_data"
    NONE = "none"
    ADULT = "citizen_is_adult"
    UNKNOWN_CITIZEN = "unknown_citizen"
    UNDECIDED = "register_did_not_answer"


class ConsentState(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the register for one kind of data. ``departments`` limits a valid consent to these SOR
    ids; empty means all. ``consents`` are the registrations that it rests on, or fails by; ``rule`` is the row
    of the legal table that was applied."""

    standing: Standing
    departments: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    rule: str = ""

    @property
    def valid(self) -> bool:
        """Whether the user may look."""
        return self.standing in (Standing.VALID, Standing.NOT_REQUIRED)

    @property
    def addition(self) -> str:
        """What the citizen's access log says of the basis (MinLog's ``Addition``)."""
        return "Samtykke" if self.standing is Standing.VALID else "Ingen"

    def covers(self, department: str) -> bool:
        """Whether data of that department may be shown."""
        return self.valid and (not self.departments or department in self.departments)


def required_givers(
    person: Person, on: date, rules: ConsentRules, *, unable: bool = False
) -> list[frozenset[str]]:
    """The groups of people (CPR numbers) of whom one group must have consented, all of its members.

    Empty when nobody can: a child without a known custody holder.
    """
    custody = frozenset(person.custody)
    if person.age(on) >= rules.young_from and not unable:
        if rules.young_person is YoungPerson.WITH_CUSTODY:
            return [custody | {person.cpr}]
        return [frozenset((person.cpr,))]
    if rules.joint_custody is JointCustody.ONE:
        return [frozenset((holder,)) for holder in person.custody]
    return [custody] if custody else []


def judge(
    consents: Iterable[Consent],
    person: Person,
    scope: Scope,
    user: AccessUser,
    at: datetime,
    rules: ConsentRules,
) -> ConsentState:
    """How the consents about ``person`` stand at that moment.

    Two custody holders may sign one form or a form each: what counts is who consented, in all forms that
    hold, to the same data.
    """
    on = at.astimezone(COPENHAGEN).date()
    if person.age(on) >= rules.adult_from:
        return ConsentState(standing=Standing.ADULT)
    standing = [(_standing(consent, scope, user, at, on, rules), consent) for consent in consents]
    holding = [consent for word, consent in standing if word is Standing.VALID]
    if holding and (state := _covered(holding, person, on, rules)) is not None:
        return state
    if holding:
        return ConsentState(standing=Standing.GIVERS, consents=_ids(holding))
    for word in _NEAREST_FIRST:
        if failing := [consent for said, consent in standing if said is word]:
            return ConsentState(standing=word, consents=_ids(failing))
    return ConsentState(standing=Standing.NONE)


#: Which reason is told when several consents fail for different ones: the one nearest to valid.
_NEAREST_FIRST = (
    Standing.WITHDRAWN,
    Standing.EXPIRED,
    Standing.NOT_YET,
    Standing.OTHER_RECEIVER,
    Standing.OTHER_SCOPE,
)


def _standing(
    consent: Consent, scope: Scope, user: AccessUser, at: datetime, on: date, rules: ConsentRules
) -> Standing:
    """How one consent stands, but for its givers."""
    if scope not in consent.scopes:
        return Standing.OTHER_SCOPE
    if consent.receivers and user.kind not in consent.receivers:
        return Standing.OTHER_RECEIVER
    if consent.withdrawn(scope, at):
        return Standing.WITHDRAWN
    if on < consent.from_:
        return Standing.NOT_YET
    ends = consent.until
    if rules.longest_years is not None and consent.givers:
        longest = _years_after(min(giver.on for giver in consent.givers), rules.longest_years)
        ends = longest if ends is None else min(ends, longest)
    return Standing.EXPIRED if ends is not None and on > ends else Standing.VALID


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; 28 February for a leap day."""
    if day.year + years > date.max.year:
        return date.max
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + years)


def _covered(
    holding: Sequence[Consent], person: Person, on: date, rules: ConsentRules
) -> ConsentState | None:
    """Everything, where those who consented to everything suffice; else the departments where they do."""
    whole = [consent for consent in holding if not consent.departments]
    if _suffice(whole, person, on, rules):
        return ConsentState(standing=Standing.VALID, consents=_ids(whole))
    named = dict.fromkeys(department for consent in holding for department in consent.departments)
    used: dict[str, Consent] = {}
    departments = []
    for department in named:
        covering = whole + [consent for consent in holding if department in consent.departments]
        if _suffice(covering, person, on, rules):
            departments.append(department)
            used.update((consent.id, consent) for consent in covering)
    if not departments:
        return None
    return ConsentState(standing=Standing.VALID, departments=tuple(departments), consents=_ids(used.values()))


def _suffice(consents: Sequence[Consent], person: Person, on: date, rules: ConsentRules) -> bool:
    given = {giver.cpr for consent in consents for giver in consent.givers if giver.on <= on}
    unable = bool(consents) and all(consent.young_person_unable for consent in consents)
    return any(group <= given for group in required_givers(person, on, rules, unable=unable))


def _ids(consents: Iterable[Consent]) -> tuple[str, ...]:
    return tuple(consent.id for consent in consents)
