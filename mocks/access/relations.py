"""Treatment relations as BRS grades them: what the source registers tell of a user and a patient.

A grade is evidence for whoever follows up. It never blocks by itself, and it changes as registers report.
Pure functions; the rule for GPs is the national one, the readings of the other categories are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from mocks.access.users import CLINIC_KINDS, SOCIAL_KINDS, UserKind
from mocks.runtime import COPENHAGEN

Short = Annotated[str, Meta(max_length=200)]


class Category(StrEnum):
    """From a direct relation (A+) to one that cannot be settled (E)."""

    A_PLUS = "A+"  # direct relation between the person and the patient
    A = "A"  # same time and place
    B_PLUS = "B+"  # same place
    B = "B"  # general relation, such as one's own GP
    C = "C"  # historic
    D = "D"  # cannot be settled yet: wait for data
    E = "E"  # cannot be settled

    def at_least(self, other: Category) -> bool:
        """Whether this is as good as ``other``, or better."""
        order = list(Category)
        return order.index(self) <= order.index(other)


class Source(StrEnum):
    """The registers behind: referrals, hospital contacts, the GPs' settlements, the insured."""

    DNHF = "dnhf"
    LPR3 = "lpr3"
    SSR = "ssr"
    SIKREDE = "sikrede"


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What a register knows: the patient was seen (or referred) there. ``on`` absent: the day is not told;
    ``until``: the last day of a course, open courses have none. It counts from ``known_from`` on."""

    source: Source
    patient: Short
    known_from: Annotated[datetime, Meta(tz=True)]
    organisation: Short = ""
    ydernummer: Short = ""
    professional: Short = ""
    on: date | None = None
    until: date | None = None
    course: bool = False


class RelationLookUp(msgspec.Struct, frozen=True, kw_only=True):
    """A look-up whose relation is asked for. ``own_gp``: the clinic was the patient's own at that moment."""

    id: str
    patient: str
    professional: str
    kind: UserKind
    at: datetime
    organisation: str = ""
    ydernummer: str = ""
    own_gp: bool = False
    reference: str = ""


def graded(look_up: RelationLookUp, contacts: Iterable[Contact], now: datetime, wait_days: int) -> Category:
    """The best grade that the contacts known ``now`` give to a look-up.

    A GP's settlement (SSR) with provider number, patient and day is A, without the day C. With no evidence a
    look-up is D for ``wait_days`` (62 nationally), then E. No register knows PPR or a family department, so
    these go from D to E.
    """
    on = look_up.at.astimezone(COPENHAGEN).date()
    grades = [
        _grade(look_up, contact, on)
        for contact in contacts
        if contact.patient == look_up.patient and contact.known_from <= now and _same_place(look_up, contact)
    ]
    if look_up.own_gp and look_up.kind in CLINIC_KINDS:
        grades.append(Category.B)
    if grades and look_up.kind not in SOCIAL_KINDS:
        return min(grades, key=list(Category).index)
    return Category.D if (now.astimezone(COPENHAGEN).date() - on).days <= wait_days else Category.E


def _same_place(look_up: RelationLookUp, contact: Contact) -> bool:
    if contact.professional and contact.professional == look_up.professional:
        return True
    by_sor = bool(contact.organisation) and contact.organisation == look_up.organisation
    by_yder = bool(contact.ydernummer) and contact.ydernummer == look_up.ydernummer
    return by_sor or by_yder


def _grade(look_up: RelationLookUp, contact: Contact, on: date) -> Category:
    """The grade that one contact gives."""
    if contact.source is Source.SIKREDE:
        return Category.B
    if contact.on is None:
        return Category.C
    running = contact.course and contact.on <= on and (contact.until is None or on <= contact.until)
    if (
        contact.professional == look_up.professional
        and contact.professional
        and (contact.on == on or running)
    ):
        return Category.A_PLUS
    if contact.on == on:
        return Category.A
    return Category.B_PLUS if running else Category.C
