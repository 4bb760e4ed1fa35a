"""Filing letters through the distribution component (SF2900): kept until the case system has answered for them.

A letter to be filed becomes a journal note with a transaction of its own. The component answers that it has it;
what the case system says comes later, as a receipt. Whoever files waits a little for that; a receipt that comes
after nobody waits any more marks the letter all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec
from starlette.routing import Route

from mocks import soap
from mocks.errors import Unreachable
from mocks.kombit.distribution.parties import URN_MESSAGE, URN_SYSTEM, sender_route
from mocks.kombit.persistent_queue import Patience, PersistentQueue
from mocks.limits import scrub
from mocks.messaging.records import ReceivedLetter
from mocks.runtime import Runtime
from mocks.standards.distribution.names import PATH, Operation
from mocks.standards.distribution.read import read_afsend_answer
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    DistributionProblem,
    ForretningsKode,
    ForretningsKvittering,
    Journalpost,
    Objekt,
    ObjektType,
    Part,
)
from mocks.standards.distribution.write import write_afsend
from mocks.standards.sagdok.case import URN_CPR
from mocks.standards.sagdok.roles import assumed_uuid
from mocks.standards.soap.envelope import SoapVersion


@dataclass(frozen=True, slots=True)
class Distribution:
    """``cvr`` is the municipality's, ``subjects`` the KLE number of each department (by SOR id).

    ``waits``: how long whoever files waits for the case system's receipt, in seconds one after another, and
    ``patience`` how the component is tried again while it is away (assumptions).
    """

    cvr: str
    subjects: Mapping[str, str]
    system: str = "fordeling"
    facet: str = "G01"
    waits: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 5.0)
    patience: Patience = field(default_factory=Patience)
    answer_seconds: float = 30.0


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """How far the filing of one letter has come."""

    transaction: str
    state: State = State.WAITING
    distribution: str = ""
    reason: str = ""
    since: datetime


class DistributedFiling:
    """Files the letters of one correspondence module; also the endpoint for its receipts."""

    def __init__(self, runtime: Runtime, settings: Distribution) -> None:
        self._runtime, self._settings = runtime, settings
        self._uuid = assumed_uuid("it-system", runtime.system)
        self._filings = runtime.store.collection("correspondence.filings", Filing)
        self._letters = runtime.store.collection("received", ReceivedLetter)
        self._of_transaction = {filing.transaction: message for message, filing in self._filings.items()}
        self._queue = PersistentQueue(runtime, "correspondence.to_file", self._send, settings.patience)
        self._waited_for: set[str] = set()
        self._queue.wake()

    def routes(self) -> list[Route]:
        """Where the component brings receipts."""
        return [sender_route(self._runtime, self._hear)]

    async def file(self, letter: ReceivedLetter) -> bool:
        """Have a letter filed. Whether the case system has accepted it by now; it may still later."""
        message = letter.message
        filing = self._filings.get(message)
        if filing is None or filing.state is State.REFUSED:
            filing = Filing(transaction=self._runtime.ids.uuid("filing"), since=self._runtime.clock.now())
            self._filings.put(message, filing)
            self._of_transaction[filing.transaction] = message
            self._queue.add(message, self._settings.system)
        self._waited_for.add(message)
        try:
            for pause in self._settings.waits:
                filing = self._filings.get(message)
                if filing is not None and filing.state in (State.ACCEPTED, State.REFUSED):
                    break
                await self._runtime.clock.sleep(pause)
        finally:
            self._waited_for.discard(message)
        filing = self._filings.get(message)
        assert filing is not None
        if filing.state is not State.ACCEPTED:
            self._runtime.trace.note(
                "not_filed", reason=filing.reason or "the case system has not answered yet"
            )
        return filing.state is State.ACCEPTED

    async def _send(self, message: str, target: str) -> str | None:
        letter, filing = self._letters.get(message), self._filings.get(message)
        if letter is None or filing is None or filing.state is not State.WAITING:
            return None
        subject = self._settings.subjects.get(letter.unit)
        if subject is None:
            self._refused(message, filing, "no KLE number is set for the department")
            return None
        try:
            answered = await soap.call(
                self._runtime,
                target,
                PATH,
                write_afsend(self._anmodning(letter, filing, subject), self._settings.cvr),
                version=SoapVersion.SOAP11,
                action=Operation.AFSEND.action,
                timeout=self._settings.answer_seconds,
            )
            body = answered.envelope.body
            if body is None or body.tag != Operation.AFSEND.response:
                return f"{target} answered with something else than a receipt"
            _, context = read_afsend_answer(body)
        except soap.SaidFault as fault:
            if fault.fault.code == "Server":
                return str(fault)
            self._refused(message, filing, scrub(fault.fault.reason)[:300])
            return None
        except (Unreachable, DistributionProblem) as error:
            return scrub(str(error))
        filing = self._filings.get(message)  # the receipt may have been faster than this answer
        if filing is not None and filing.state is State.WAITING:
            sent = msgspec.structs.replace(filing, state=State.SENT, distribution=context.distribution)
            self._filings.put(message, sent)
        return None

    def _anmodning(self, letter: ReceivedLetter, filing: Filing, subject: str) -> Anmodning:
        context = Context(
            transaktion=filing.transaction,
            afsender=self._settings.cvr,
            myndighed=self._settings.cvr,
            emne=subject,
            facet=self._settings.facet,
        )
        note = Journalpost(
            id=assumed_uuid("journalpost", f"{letter.unit}/{letter.message}"),
            emne=subject,
            facet=self._settings.facet,
            fra=filing.since,
            system=self._uuid,
            bruger=f"{URN_SYSTEM}{self._runtime.system}",
            titel=letter.subject,
            notat=letter.text,
            dokument=URN_MESSAGE + letter.message,
            part=Part(URN_CPR + letter.cpr),
        )
        objekt = Objekt(
            type=ObjektType.JOURNALPOST, id=note.id, emne=subject, journalpost=note, system=self._uuid
        )
        return Anmodning(context, objekt)

    def _hear(self, receipt: ForretningsKvittering, context: Context) -> None:
        message = self._of_transaction.get(context.transaktion)
        filing = self._filings.get(message) if message is not None else None
        if message is None or filing is None or not receipt.kode.final or filing.state is State.ACCEPTED:
            return
        if receipt.kode is not ForretningsKode.ACCEPTERET:
            reason = receipt.begrundelse or receipt.kode.value
            self._refused(message, filing, f"the case system answered {receipt.kode}: {scrub(reason)[:300]}")
            return
        self._filings.put(
            message,
            msgspec.structs.replace(
                filing, state=State.ACCEPTED, distribution=context.distribution, reason=""
            ),
        )
        letter = self._letters.get(message)
        if message not in self._waited_for and letter is not None and letter.filed is None:
            letter.filed = self._runtime.clock.now()
            self._letters.put(message, letter)
            self._runtime.trace.station("filed", message)

    def _refused(self, message: str, filing: Filing, reason: str) -> None:
        self._filings.put(message, msgspec.structs.replace(filing, state=State.REFUSED, reason=reason))
