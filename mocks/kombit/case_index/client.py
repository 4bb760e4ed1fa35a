"""Asking the case index, as case systems and overviews do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from lxml import etree

from mocks import soap
from mocks.errors import TimedOut, Unreachable
from mocks.kombit.case_index.glance import Glance, glance
from mocks.kombit.request_header import written_header
from mocks.runtime import Runtime
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.answers import Found, Outcome, SagdokProblem
from mocks.standards.sagdok.case import URN_CPR, Relation, Sag, Update
from mocks.standards.sagdok.names import PATH, Operation
from mocks.standards.sagdok.read_search import read_found, read_outcome
from mocks.standards.sagdok.search import TO_REACH, WHOLE_CASE, Fjern, Fremsoeg, SagVis, SoegSag, SoegUdtryk
from mocks.standards.sagdok.write import write_import, write_update
from mocks.standards.sagdok.write_search import write_fjern, write_fremsoeg

INDEX = "sagsindeks"


#: Gives the header ``wsse:Security`` of a request. Errors: ``SaidFault``, ``Unreachable``.
Securing = Callable[[float], Awaitable[bytes]]


class Unusable(Unreachable):
    """The index answered with something that is not what its contract promises."""


def about(cpr: str, blocks: frozenset[SagVis] = WHOLE_CASE) -> Fremsoeg:
    """The search for the cases whose primary party is this person."""
    party = Relation(family=roles.PRIMAER_PART.family, rolle=roles.PRIMAER_PART.uuid, reference=URN_CPR + cpr)
    return Fremsoeg(udtryk=SoegUdtryk(sager=(SoegSag(relationer=(party,)),)), vis=blocks)


class CaseIndexClient:
    """One system's way to the index. Each call may raise ``soap.SaidFault`` and ``Unreachable``.

    ``security`` gives the header with the system's token, where the index asks for one, and what that takes
    counts as time of the index; ``headers`` go with a single request.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        index: str = INDEX,
        seconds: float = 30.0,
        security: Securing | None = None,
    ) -> None:
        self._runtime, self._index, self._seconds = runtime, index, seconds
        self._security = security

    async def importer(self, sager: Iterable[Sag], headers: Sequence[bytes] = ()) -> Outcome:
        return self._outcome(await self._ask(Operation.IMPORTER, write_import(sager), headers))

    async def opdater(self, updates: Iterable[Update], headers: Sequence[bytes] = ()) -> Outcome:
        return self._outcome(await self._ask(Operation.OPDATER, write_update(updates), headers))

    async def fjern(self, removal: Fjern, headers: Sequence[bytes] = ()) -> Outcome:
        return self._outcome(await self._ask(Operation.FJERN, write_fjern(removal), headers))

    async def fremsoeg(self, search: Fremsoeg, headers: Sequence[bytes] = ()) -> Found:
        answered = await self._ask(Operation.FREMSOEG, write_fremsoeg(search), headers)
        try:
            return read_found(answered)
        except SagdokProblem as problem:
            raise self._unusable(problem) from None

    async def contacts(self, cpr: str) -> Glance:
        """The cases about a person, with no more of each than it takes to reach whoever works on it."""
        answered = await self._ask(Operation.FREMSOEG, write_fremsoeg(about(cpr, TO_REACH)), ())
        try:
            return glance(answered)
        except SagdokProblem as problem:
            raise self._unusable(problem) from None

    async def _ask(self, operation: Operation, body: bytes, headers: Sequence[bytes]) -> etree._Element:
        runtime = self._runtime
        transaction = runtime.ids.uuid("transaction")
        seconds = self._seconds
        if self._security is not None:
            begun = runtime.clock.now()
            headers = [await self._security(seconds), *headers]
            seconds -= (runtime.clock.now() - begun).total_seconds()
            if seconds <= 0:
                raise TimedOut(f"no time was left for {self._index} after the token for it")
        answered = await soap.call(
            runtime,
            self._index,
            PATH,
            body,
            action=operation.action,
            headers=[written_header(transaction), *headers],
            timeout=seconds,
        )
        found = answered.envelope.body
        if found is None or found.tag != operation.output:
            raise Unusable(f"{self._index} answered {operation} with something else")
        return found

    def _outcome(self, answered: etree._Element) -> Outcome:
        try:
            return read_outcome(answered)
        except SagdokProblem as problem:
            raise self._unusable(problem) from None

    def _unusable(self, problem: SagdokProblem) -> Unusable:
        return Unusable(f"{self._index} answered what cannot be read: {problem}")
