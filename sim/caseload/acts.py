"""What is done about each intent: write, look up, open and close cases, book, move and cancel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from mocks.people import Appointment, CaseKind, Person
from mocks.runtime import Trace
from mocks.units import Unit, UnitKind
from sim.caseload.calendar import at, next_moment
from sim.caseload.cases import CaseWork
from sim.caseload.desks import Desks
from sim.caseload.desks import World as Driver
from sim.caseload.events import EVENTS, Events
from sim.caseload.hits import Hits
from sim.caseload.letters import LetterWriters
from sim.caseload.log import Contact
from sim.caseload.lookers import Lookers
from sim.caseload.plan import Intent
from sim.caseload.troubles import Troubles
from sim.registers import Registers
from sim.truth import Truth

if TYPE_CHECKING:
    from sim.caseload.pilot import PilotCaseload

#: Channels on which one writes, beside correspondence.
_POST = frozenset({"digital_post", "secure_mail"})


class Acts:
    """What is done about each kind of intent."""

    def __init__(
        self, caseload: PilotCaseload, driver: Driver, truth: Truth, registers: Registers, letters: LetterWriters,
        troubles: Troubles, trace: Trace, staffed: Callable[[Unit], bool],
    ) -> None:  # fmt: skip
        self._caseload, self._world, self._driver = caseload, caseload.world, driver
        self._truth, self._registers, self._letters, self._staffed = truth, registers, letters, staffed
        self._troubles = troubles
        self._events = Events(caseload, driver, truth, registers, troubles)
        self._lookers = Lookers(
            driver,
            truth,
            caseload.log,
            caseload.rules,
            caseload.users_without_role,
            Hits(driver, registers, troubles, at(caseload.end, 0)),
            trace,
        )
        self._desks, self._cases = Desks(driver), CaseWork(driver, truth, caseload.log)
        self._booked: dict[tuple[int, int | str], str] = {}
        self._child = lru_cache(maxsize=None)(caseload.world.child)

    async def act(self, intent: Intent) -> None:
        """Carry an intent out."""
        if intent.kind in EVENTS:
            await self._events.happen(intent)
            return
        child = self._child(intent.child)
        unit = self._world.by_sor(intent.unit)
        if unit is None or not self._staffed(unit):
            return
        await getattr(self, f"_{intent.kind}")(intent, unit, child)

    async def _contact(self, intent: Intent, unit: Unit, child: Person) -> None:
        channel = intent.detail[1]
        receiver = self._caseload.receiver_of(intent)
        if receiver is None:
            return
        municipality = intent.municipality or receiver.municipality
        contact = Contact(
            at=self._driver.now(), actor=intent.actor, municipality=municipality, sender=unit.sor_id,
            receiver=receiver.sor_id, receiver_kind=receiver.kind.value, receiver_pilot=receiver.pilot, channel=channel,
            child=intent.child,
        )  # fmt: skip
        await self._letters.write(contact, child)
        if channel in _POST and self._staffed(receiver) and self._troubles.answers_on_the_channel(receiver):
            self._driver.spawn("answer on the channel", self._answer(contact, unit, receiver))

    async def _answer(self, contact: Contact, to: Unit, sender: Unit) -> None:
        """Who was written to by another channel answers by it, as many days later as an answer takes."""
        days = float(self._caseload.parameters["reply_days"][sender.kind.value])
        moment = next_moment(self._driver.now() + timedelta(days=days), tuple(range(8, 16)))
        if moment >= at(self._caseload.end, 0):
            return
        await self._driver.sleep((moment - self._driver.now()).total_seconds())
        contact.replied_at = moment
        self._caseload.log.contacts.append(
            Contact(
                at=moment, actor=sender.kind.value, municipality=contact.municipality, sender=sender.sor_id,
                receiver=to.sor_id, receiver_kind=to.kind.value, receiver_pilot=to.pilot, channel=contact.channel,
                reply_to="another channel", child=contact.child,
            )
        )  # fmt: skip

    async def _sapa(self, intent: Intent, unit: Unit, child: Person) -> None:
        role, user, declares = intent.detail[:3]
        if declares:
            await self._lookers.appointments(intent.municipality, unit, role, user, child)
        else:
            self._caseload.log.turned_back += 1

    async def _overblik(self, intent: Intent, unit: Unit, child: Person) -> None:
        role, user, declares = intent.detail[:3]
        if declares:
            await self._lookers.card(unit, role, user, child)
        else:
            self._caseload.log.turned_back += 1

    async def _open_case(self, intent: Intent, unit: Unit, child: Person) -> None:
        kind = CaseKind.PPR if unit.kind is UnitKind.PPR else CaseKind.FAMILY
        await self._cases.open(unit, kind, child.cpr)

    async def _close_case(self, intent: Intent, unit: Unit, child: Person) -> None:
        await self._cases.close(unit, child.cpr, self._world.case(intent.detail[0]).uuid)

    async def _book(self, intent: Intent, unit: Unit, child: Person) -> None:
        number, start, end = intent.detail
        body = {
            "cpr": child.cpr, "unit": unit.sor_id, "start": start, "end": end, "place_street": unit.street,
            "place_post_code": unit.post_code, "place_city": unit.city,
        }  # fmt: skip
        status, answer = await self._desks.post("nordepj", "/desk/appointments", body)
        if status in (200, 201):
            uuid = answer["uuid"]
            self._booked[intent.child, number] = uuid
            self._booked_as(Appointment(uuid=uuid, cpr=child.cpr, unit=unit.sor_id, start=start, end=end))
            self._caseload.log.appointments_booked += 1

    def _booked_as(self, appointment: Appointment) -> None:
        self._truth.booked(appointment, self._driver.now())

    async def _move(self, intent: Intent, unit: Unit, child: Person) -> None:
        name, start, end = intent.detail
        uuid = self._booked.get((intent.child, name), name if isinstance(name, str) else "")
        status, _ = await self._desks.post(
            "nordepj", f"/desk/appointments/{uuid}/move", {"start": start, "end": end}
        )
        if status == 200:
            self._booked_as(Appointment(uuid=uuid, cpr=child.cpr, unit=unit.sor_id, start=start, end=end))
            self._caseload.log.appointments_moved += 1

    async def _cancel(self, intent: Intent, unit: Unit, child: Person) -> None:
        (name,) = intent.detail
        uuid = self._booked.get((intent.child, name), name if isinstance(name, str) else "")
        status, _ = await self._desks.post("nordepj", f"/desk/appointments/{uuid}/cancel", {})
        if status == 200:
            self._truth.cancelled(child.cpr, uuid, self._driver.now())
            self._caseload.log.appointments_cancelled += 1
