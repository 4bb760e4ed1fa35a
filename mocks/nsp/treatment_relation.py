"""BRS (Behandlingsrelationsservice): grades treatment relations, and tells later when a grade has changed.

It never blocks. Document sharing asks it where that is switched on, and puts the grade into its trace; whoever
follows up pulls the changes by offset. The preventive check of a GP's relation before a card is shown is a
recommendation of the evaluation, and hypothetical.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mocks.access.relations import Category, Contact, RelationLookUp, graded
from mocks.access.users import CLINIC_KINDS, AccessUser
from mocks.errors import Unreachable
from mocks.nsp.organisations import Organisations
from mocks.overview.calls import SaidNo, ask
from mocks.people import Person
from mocks.runtime import Runtime, fresh

#: Days in which registers may still report (national; configurable there too).
WAIT_DAYS = 62


class Asked(msgspec.Struct, frozen=True):
    """A look-up with the grade that was told last."""

    look_up: RelationLookUp
    category: Category


class Changed(msgspec.Struct, frozen=True):
    """A look-up whose grade has changed since it was told. ``offset`` counts up by one."""

    offset: int
    id: str
    before: Category
    after: Category
    at: datetime
    reference: str = ""


class TreatmentRelations:
    """What the source registers reported, and what was asked. Both survive a restart."""

    def __init__(
        self,
        runtime: Runtime,
        organisations: Organisations,
        contacts: Iterable[Contact] = (),
        *,
        wait_days: int = WAIT_DAYS,
        cpr_seconds: float = 5.0,
    ) -> None:
        self._runtime, self._organisations = runtime, organisations
        self._wait_days, self._cpr_seconds = wait_days, cpr_seconds
        self._given: dict[str, list[Contact]] = {}
        for contact in contacts:
            self._given.setdefault(contact.patient, []).append(contact)
        self._contacts = runtime.store.collection("relation_contacts", Contact)
        for _, contact in self._contacts.items():
            self._given.setdefault(contact.patient, []).append(contact)
        self._asked = runtime.store.collection("relation_look_ups", Asked)
        self._changes = runtime.store.collection("relation_changes", Changed)
        #: Look-ups whose grade can still change: all but those that are settled for good.
        self._open = [key for key, asked in self._asked.items() if not self._settled(asked)]

    async def category(self, cpr: str, user: AccessUser, at: datetime, reference: str = "") -> Category:
        """The grade of a look-up at this moment, remembered for follow-up.

        A patient's own GP is read from the CPR replica (in place of the register of the insured); when that or
        SOR does not answer, the grade rests on the rest.
        """
        look_up = RelationLookUp(
            id=fresh(self._runtime.ids, "relation", self._asked),
            patient=cpr,
            professional=user.cpr,
            kind=user.kind,
            at=at,
            organisation=user.organisation,
            ydernummer=user.ydernummer,
            own_gp=user.kind in CLINIC_KINDS and await self._is_own_gp(cpr, user),
            reference=reference,
        )
        asked = Asked(look_up, self._grade(look_up))
        self._asked.put(look_up.id, asked)
        if not self._settled(asked):
            self._open.append(look_up.id)
        return asked.category

    def report(self, contact: Contact) -> None:
        """A source register reports a contact."""
        self._contacts.put(f"{len(self._contacts):09d}", contact)
        self._given.setdefault(contact.patient, []).append(contact)

    def changes(self, offset: int, most: int = 500) -> list[Changed]:
        """What has changed, from that offset on. Open look-ups are graded anew first."""
        now = self._runtime.clock.now()
        still_open = []
        for key in self._open:
            asked = self._asked.get(key)
            if asked is None:
                continue
            after = self._grade(asked.look_up)
            if after is not asked.category:
                number = len(self._changes)
                change = Changed(number, key, asked.category, after, now, asked.look_up.reference)
                self._changes.put(f"{number:09d}", change)
                asked = Asked(asked.look_up, after)
                self._asked.put(key, asked)
            if not self._settled(asked):
                still_open.append(key)
        self._open = still_open
        wanted = (self._changes.get(f"{number:09d}") for number in range(offset, offset + most))
        return [change for change in wanted if change is not None]

    def _grade(self, look_up: RelationLookUp) -> Category:
        contacts = self._given.get(look_up.patient, ())
        return graded(look_up, contacts, self._runtime.clock.now(), self._wait_days)

    def _settled(self, asked: Asked) -> bool:
        """Whether no register can change the grade any more."""
        waited = (self._runtime.clock.now() - asked.look_up.at).days > self._wait_days
        return asked.category is Category.A_PLUS or (waited and asked.category is not Category.D)

    async def _is_own_gp(self, cpr: str, user: AccessUser) -> bool:
        try:
            person = await ask(
                self._runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=self._cpr_seconds
            )
            return bool(person.gp) and person.gp in await self._organisations.of_user(user)
        except (SaidNo, Unreachable):
            return False
