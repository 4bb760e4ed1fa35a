"""People who write, read, answer and file letters. One course a contact; one round a day through an inbox."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mocks.drivers.ids import stream
from mocks.people import Person
from mocks.recommendations import Recommendations
from mocks.units import Unit
from sim.caseload.calendar import next_moment
from sim.caseload.desks import Desks, World
from sim.caseload.log import CaseloadLog, Contact
from sim.caseload.parameters import Parameters
from sim.caseload.texts import new_letter, reply
from sim.caseload.troubles import Troubles, mistyped

_ROLES = {
    "ppr": "psykolog",
    "family": "socialraadgiver",
    "bup": "socialraadgiver",
    "clinic": "laege",
    "department": "sygeplejerske",
}


class LetterWriters:
    """Correspondence as people make it, through the desks of their systems.

    ``staffed`` says whether a unit's desk is ours: at a vendor's system a person or an adapter acts.
    """

    def __init__(
        self,
        world: World,
        parameters: Parameters,
        seed: int,
        end: datetime,
        units: dict[str, Unit],
        log: CaseloadLog,
        staffed: Callable[[Unit], bool],
        troubles: Troubles,
        recommendations: Recommendations,
    ) -> None:
        self._troubles, self._recommended = troubles, recommendations
        self._world, self._parameters, self._seed, self._end = world, parameters, seed, end
        self._desks = Desks(world)
        self._by_sor = units
        self._by_gln = {unit.gln: unit for unit in units.values() if unit.gln}
        self._log = log
        self._staffed = staffed
        self._depth: dict[str, int] = {}
        self._contact_of: dict[str, Contact] = {}
        #: Letters that somebody has taken up: two rounds at one time do not read the same one.
        self._taken: set[str] = set()
        self._rounds: set[tuple[str, float]] = set()

    # Writing

    async def write(self, contact: Contact, child: Person, given_reply: str = "", subject: str = "") -> None:
        """Write one letter; where correspondence is impossible, Digital Post is taken instead."""
        random = stream(self._seed, "letter", contact.sender, str(len(self._log.contacts)))
        self._log.contacts.append(contact)
        if contact.channel != "correspondence":
            return
        sender, receiver = self._by_sor[contact.sender], self._by_sor[contact.receiver]
        if not receiver.gln:
            self._fall_back(contact, "no_location_number")
            return
        wording = (
            reply(subject, child.given, random)
            if given_reply
            else new_letter(contact.actor, child.given, random)
        )
        contact.subject = wording.subject
        draft = {
            "unit": sender.sor_id, "receiver": receiver.gln, "cpr": child.cpr, "given": child.given,
            "family": child.family, "subject": wording.subject, "text": wording.text,
            "author": _author(sender, random), "reply_to": given_reply,
        }  # fmt: skip
        if self._troubles.attachment_fails(sender, receiver):
            self._fall_back(contact, "attachment_failed")
            return
        # An answer goes to whom it came from, and one click on a card fills the number in: nothing to mistype.
        if not given_reply and not self._recommended.one_click:
            await self._copy_number(sender, receiver.gln, draft, len(self._log.contacts))
        status, answer = await self._desks.post(sender.system, "/desk/messages", draft)
        if status != 201:
            self._fall_back(contact, str(answer.get("error", status)))
            return
        contact.message = str(answer["message"])
        self._contact_of[contact.message] = contact
        self._depth[contact.message] = self._depth.get(given_reply, -1) + 1
        self.expect(receiver)

    async def _copy_number(self, sender: Unit, gln: str, draft: dict[str, Any], letter: int) -> None:
        """Somebody copies a location number by hand; a mistyped one is refused, and found again in a while."""
        seconds = self._troubles.mistypes(sender)
        if not seconds:
            return
        wrong = {**draft, "receiver": mistyped(gln, self._seed, str(letter))}
        status, _ = await self._desks.post(sender.system, "/desk/messages", wrong)
        self._log.numbers_mistyped += 1
        self._log.numbers_refused += status != 201
        await self._world.sleep(seconds)

    def _fall_back(self, contact: Contact, reason: str) -> None:
        contact.fell_back, contact.channel = reason, "digital_post"

    # Reading

    def expect(self, unit: Unit) -> None:
        """See that somebody looks into the inbox of ``unit`` at its next hour, and on the day after."""
        if not self._staffed(unit):
            return
        hours = self._hours(unit)
        first = next_moment(self._world.now(), hours)
        tomorrow = first.replace(hour=0, minute=0) + timedelta(days=1)
        for moment in (first, next_moment(tomorrow, hours)):
            key = (unit.sor_id, moment.timestamp())
            if moment < self._end and key not in self._rounds:
                self._rounds.add(key)
                self._world.spawn(f"{unit.name} looks into its inbox", self._round(unit, moment))

    async def every_day(self, unit: Unit) -> None:
        """Look into the inbox at every hour of the unit's habit, until the end."""
        hours = self._habit(unit)
        while (moment := next_moment(self._world.now(), hours)) < self._end:
            self._rounds.add((unit.sor_id, moment.timestamp()))
            await self._round(unit, moment)

    async def _round(self, unit: Unit, moment: datetime) -> None:
        await self._world.sleep((moment - self._world.now()).total_seconds())
        self._rounds.discard((unit.sor_id, moment.timestamp()))
        _, answer = await self._desks.get(unit.system, f"/desk/inbox?unit={unit.sor_id}&unread=true")
        letters = [line for line in answer.get("letters", ()) if line["message"] not in self._taken]
        now = self._world.now()
        # Whoever is told of a letter looks; who is not may leave the mailbox for another day.
        told = not letters or self._recommended.notice
        if not told and self._troubles.no_look(unit, len(letters), now, next_moment(now, self._habit(unit))):
            return
        self._taken.update(line["message"] for line in letters)
        for line in letters:
            if (seconds := self._troubles.passed_on_by_hand(unit)) > 0:
                self._world.spawn(f"{unit.name} passes a letter on", self._read_later(unit, line, seconds))
            else:
                await self._read(unit, line)

    async def _read_later(self, unit: Unit, line: dict[str, Any], seconds: float) -> None:
        moment = next_moment(self._world.now() + timedelta(seconds=seconds), tuple(range(8, 16)))
        if moment >= self._end:
            return
        await self._world.sleep((moment - self._world.now()).total_seconds())
        await self._read(unit, line)

    def _habit(self, unit: Unit) -> tuple[int, ...]:
        return tuple(self._parameters["inbox_hours"][unit.kind.value])

    def _hours(self, unit: Unit) -> tuple[int, ...]:
        """At which hours somebody looks who expects a letter: those of the habit, or at once where one is told."""
        return tuple(range(8, 16)) if self._recommended.notice else self._habit(unit)

    async def _read(self, unit: Unit, line: dict[str, Any]) -> None:
        message = line["message"]
        status, letter = await self._desks.post(unit.system, f"/desk/messages/{message}/read", {})
        if status != 200:
            self._taken.discard(message)
            return
        self._log.letters_read += 1
        kind = unit.kind.value
        random = stream(self._seed, "reads", message)
        by_hand = random.random() < self._parameters["filing"][kind]
        if letter.get("filed"):  # record systems file by themselves
            self._log.letters_filed += 1
        elif by_hand:
            status, _ = await self._desks.post(unit.system, f"/desk/messages/{message}/file", {})
            self._log.letters_filed += status == 200
        wants = random.random() < self._parameters["reply"][kind]
        if wants and self._depth.get(message, 0) < int(self._parameters["most_replies"]):
            self._world.spawn(f"{unit.name} answers", self._answer(unit, letter, random))

    async def _answer(self, unit: Unit, letter: dict[str, Any], random: Random) -> None:
        days = -math.log(1.0 - random.random()) * self._parameters["reply_days"][unit.kind.value]
        minutes = random.randrange(60)
        moment = next_moment(self._world.now() + timedelta(days=days), tuple(range(8, 16))) + timedelta(
            minutes=minutes
        )
        if moment >= self._end:
            return
        receiver = self._by_gln.get(letter["from"])
        if receiver is None:
            return
        await self._world.sleep((moment - self._world.now()).total_seconds())
        original = self._contact_of.get(letter["message"])
        given, _, family = str(letter["patient"]).rpartition(" ")
        child = Person(
            cpr=letter["cpr"], given=given, family=family, birth_date=self._world.now().date(), sex="",
            municipality="",
        )  # fmt: skip
        contact = Contact(
            at=moment,
            actor=unit.kind.value,
            municipality=unit.municipality or (original.municipality if original else ""),
            sender=unit.sor_id,
            receiver=receiver.sor_id,
            receiver_kind=receiver.kind.value,
            receiver_pilot=receiver.pilot,
            channel="correspondence",
            reply_to=letter["message"],
            child=original.child if original else -1,
        )
        if original is not None:
            original.replied_at = moment
        await self.write(contact, child, given_reply=letter["message"], subject=str(letter["subject"]))

    async def unread(self, units: list[Unit]) -> int:
        """How many letters nobody has opened."""
        total = 0
        for unit in units:
            if self._staffed(unit):
                _, answer = await self._desks.get(unit.system, f"/desk/inbox?unit={unit.sor_id}&unread=true")
                total += len(answer.get("letters", ()))
        return total


def _author(unit: Unit, random: Random) -> dict[str, str]:
    return {
        "given": random.choice(_GIVEN), "family": random.choice(_FAMILY), "role": _ROLES[unit.kind.value],
        "phone": unit.phone,
    }  # fmt: skip


#: A dozen colleagues a department are enough to tell who wrote.
_GIVEN = ("Anne", "Bo", "Camilla", "Dorte", "Emil", "Freja", "Gorm", "Hanne", "Ida", "Jakob", "Karen", "Lars")
_FAMILY = (
    "Bertelsen",
    "Clausen",
    "Dam",
    "Eskildsen",
    "Frost",
    "Gade",
    "Holm",
    "Iversen",
    "Juhl",
    "Kjær",
    "Lund",
    "Munk",
)
