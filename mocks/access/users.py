"""Who looks: the kinds of users of the overviews, and whether one is a health person on a given day.

Being a *health person* (sundhedsperson) is a dated attribute: authorisations begin and end, and a bill
(L 181, 2024-25) would make authorised psychologists health persons; its fate is not verified, so the day is
configured. Which profession is a health person here is an assumption wherever an authorisation does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Short = Annotated[str, Meta(max_length=200)]


class UserKind(StrEnum):
    """What somebody is to the overviews. The values are the ``role`` of a user at a desk."""

    PPR_WORKER = "ppr"
    FAMILY_WORKER = "family"
    TREATMENT_TEAM = "126a"  # the low-threshold treatment offer, sundhedsloven section 126 a
    BUP_DOCTOR = "bup_doctor"
    BUP_PSYCHOLOGIST = "bup_psychologist"
    BUP_NURSE = "bup_nurse"
    BUP_SOCIAL_WORKER = "bup_social_worker"
    BUP_STAFF = "bup"  # in child psychiatry, profession not told
    GP = "gp"
    CLINIC_STAFF = "clinic"
    CITIZEN = "citizen"
    CUSTODY_HOLDER = "custody"
    UNKNOWN = ""


#: Child and adolescent psychiatry, whatever the profession.
BUP_KINDS = frozenset(
    (
        UserKind.BUP_DOCTOR,
        UserKind.BUP_PSYCHOLOGIST,
        UserKind.BUP_NURSE,
        UserKind.BUP_SOCIAL_WORKER,
        UserKind.BUP_STAFF,
    )
)
#: General practice.
CLINIC_KINDS = frozenset((UserKind.GP, UserKind.CLINIC_STAFF))
#: Municipal users outside health law: no look-up of their own in health data (sundhedsloven section 42 a).
SOCIAL_KINDS = frozenset((UserKind.PPR_WORKER, UserKind.FAMILY_WORKER))

_EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class HealthPersonRules:
    """From which day a kind counts as health person when nothing more is known of the user.

    Assumptions all: doctors and nurses are authorised; clinic staff act on the doctor's behalf; the treatment
    team works under health law. ``psychologists_from``: the day of bill L 181 if it came into force as
    presented (1 January 2026, not verified); ``None`` means never.
    """

    psychologists_from: date | None = date(2026, 1, 1)
    since: Mapping[UserKind, date] = field(
        default_factory=lambda: {
            UserKind.TREATMENT_TEAM: _EVER,
            UserKind.BUP_DOCTOR: _EVER,
            UserKind.BUP_NURSE: _EVER,
            UserKind.GP: _EVER,
            UserKind.CLINIC_STAFF: _EVER,
        }
    )

    def first_day(self, kind: UserKind) -> date | None:
        """The first day on which that kind counts, or ``None``."""
        return self.psychologists_from if kind is UserKind.BUP_PSYCHOLOGIST else self.since.get(kind)


class Period(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """From one day to another, both included; an open end is ``None``."""

    from_: date
    to: date | None = None

    def holds(self, on: date) -> bool:
        return self.from_ <= on and (self.to is None or on <= self.to)


class AccessUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who looks, as the decisions see them.

    ``organisation`` is the SOR id of the unit (or empty), ``ydernummer`` a clinic's provider number,
    ``municipality`` the 4-digit code of a municipal user, ``authorisation`` the five characters of a health
    authorisation. ``health_person`` holds the periods in which the user is one, where that is known; else the
    rules for the kind count. ``relative_of``: the child a custody holder acts for.
    """

    kind: UserKind
    id: Short = ""
    name: Short = ""
    cpr: Short = ""
    authorisation: Short = ""
    organisation: Short = ""
    ydernummer: Short = ""
    municipality: Short = ""
    health_person: Annotated[tuple[Period, ...], Meta(max_length=50)] | None = None
    relative_of: Short = ""

    def is_health_person(self, on: date, rules: HealthPersonRules | None = None) -> bool:
        """Whether the user is a health person on that day."""
        if self.health_person is not None:
            return any(period.holds(on) for period in self.health_person)
        first = (rules or HealthPersonRules()).first_day(self.kind)
        return first is not None and first <= on


_KINDS = frozenset(UserKind)
#: Education codes of DDS's user types (4 digits) that tell a profession.
_EDUCATIONS = {"7170": UserKind.BUP_DOCTOR, "5166": UserKind.BUP_NURSE}
#: Words in an id card's role or occupation that tell a kind; looked for in this order. The national roles for
#: municipal health staff (``nspSundAssistR2``, ``PlejeAssR3``) count as treatment team.
_WORDS = (
    ("126", UserKind.TREATMENT_TEAM),
    ("sundassist", UserKind.TREATMENT_TEAM),
    ("plejeass", UserKind.TREATMENT_TEAM),
    ("psykolog", UserKind.BUP_PSYCHOLOGIST),
    ("sygeplejerske", UserKind.BUP_NURSE),
    ("socialr", UserKind.BUP_SOCIAL_WORKER),
    ("læge", UserKind.BUP_DOCTOR),
)


def kind_from_card(
    role: str, occupation: str = "", *, authorisation: str = "", ydernummer: str = ""
) -> UserKind:
    """The kind of user that an id card tells of. An assumption: no public list maps roles to user kinds.

    ``role`` may be one of our own words (``ppr``, ``bup_nurse``), an education code, a national role or Danish
    words. An authorised user of a clinic (``ydernummer``) is a GP, another user of a clinic its staff.
    """
    said = role.strip().lower()
    if said and said in _KINDS:
        return UserKind(said)
    if ydernummer:
        return UserKind.GP if authorisation else UserKind.CLINIC_STAFF
    if said in _EDUCATIONS:
        return _EDUCATIONS[said]
    words = f"{said} {occupation.lower()}"
    return next((kind for word, kind in _WORDS if word in words), UserKind.UNKNOWN)


def user_from_card(
    role: str,
    occupation: str = "",
    *,
    cpr: str = "",
    authorisation: str = "",
    organisation: str = "",
    ydernummer: str = "",
) -> AccessUser:
    """The user that an id card tells of, with the kind that ``kind_from_card`` reads off it.

    An authorisation of which nothing more is known makes a health person of child psychiatry (assumption).
    """
    kind = kind_from_card(role, occupation, authorisation=authorisation, ydernummer=ydernummer)
    unnamed = kind is UserKind.UNKNOWN and bool(authorisation)
    return AccessUser(
        kind=UserKind.BUP_STAFF if unnamed else kind,
        cpr=cpr,
        authorisation=authorisation,
        organisation=organisation,
        ydernummer=ydernummer,
        health_person=(Period(_EVER),) if unnamed else None,
    )
