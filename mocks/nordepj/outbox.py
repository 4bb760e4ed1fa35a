"""The way from the booking system to the national registry: no change is forgotten while that is away.

Each change stands in the store as a line of its own, and one process tells them in their order, one by one,
because a move replaces what was told before. While the platform does not answer it is tried again after
growing pauses; a restart finds the lines again.

A line that may have been told already, since no answer came, is told again with the same identifiers. If the
registry then says that it has the entry, or that there is nothing left to replace, it was told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from mocks.errors import TvaersError, Unreachable
from mocks.nordepj.book import Change, Version
from mocks.nordepj.metadata import submission_of
from mocks.nordepj.settings import BookSettings
from mocks.runtime import Runtime
from mocks.soap import SaidFault, call
from mocks.standards.dgws.fault_codes import FaultCode, fault_code_in
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, MUST_UNDERSTAND, Fault
from mocks.standards.xds import responses
from mocks.standards.xds.names import Action, ErrorCode, Status
from mocks.standards.xds.records import ReceivedError, XdsProblem
from mocks.standards.xds.submissions import write_submission

#: Makes the SOAP headers that the platform wants: the system's id card.
Headers = Callable[[], Awaitable[Sequence[bytes]]]
_PATHS = {
    Change.BOOKED: ("/dros/iti61", Action.ITI_61),
    Change.MOVED: ("/dros/iti61", Action.ITI_61),
    Change.CANCELLED: ("/dros/iti57", Action.ITI_57),
}
#: What a registry says to a change that it has made already.
_MADE_BEFORE = frozenset({ErrorCode.DUPLICATE_DOCUMENT, ErrorCode.REPLACE_FAILED, ErrorCode.UPDATE_FAILED})
#: Errors that pass.
_PASSING = frozenset({"XDSRegistryBusy", "XDSRegistryOutOfResources", "XDSUnavailableCommunity"})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A change that the registry has not confirmed. ``tried``: it may have heard of it nevertheless."""

    change: Change
    uuid: str
    version: int
    since: datetime
    tried: bool = False


class TurnedDown(msgspec.Struct, frozen=True):
    """A change that the registry refused, and its reason: a person has to look at it."""

    at: datetime
    change: Change
    uuid: str
    version: int
    reason: str


class Outbox:
    """``find`` gives a version of an appointment; ``headers`` the SOAP headers of each message."""

    def __init__(
        self,
        runtime: Runtime,
        settings: BookSettings,
        find: Callable[[str, int], Version | None],
        headers: Headers,
    ) -> None:
        self._runtime, self._settings, self._find, self._headers = runtime, settings, find, headers
        self._lines = runtime.store.collection("sharing.outbox", Line)
        self._refused = runtime.store.collection("sharing.turned_down", TurnedDown)
        self._last = max((int(key) for key, _ in self._lines.items()), default=0)
        self._awake = False

    def __len__(self) -> int:
        return len(self._lines)

    def refused(self) -> list[TurnedDown]:
        """Changes that the registry turned down."""
        return [refused for _, refused in self._refused.items()]

    def add(self, change: Change, version: Version) -> None:
        """Tell the registry of this change; also call ``wake``."""
        if not self._settings.source.offers:
            return
        self._last += 1
        line = Line(
            change=change,
            uuid=version.appointment.uuid,
            version=version.version,
            since=self._runtime.clock.now(),
        )
        self._lines.put(f"{self._last:012d}", line)

    def wake(self) -> None:
        """Start telling, unless that goes on already or there is nothing."""
        if not self._awake and len(self._lines):
            self._awake = True
            platform = self._settings.source.platform
            self._runtime.clock.spawn(f"{self._runtime.system} to {platform}", self._empty())

    async def _empty(self) -> None:
        source, failures = self._settings.source, 0
        try:
            while len(self._lines):
                key, line = next(iter(self._lines.items()))
                trouble = await self._tell(key, line)
                if trouble is None:
                    failures = 0
                    continue
                failures += 1
                if failures == 1 or failures >= source.most_attempts:
                    self._runtime.trace.note(
                        "sharing_away",
                        system=self._runtime.system,
                        waiting=len(self._lines),
                        attempts=failures,
                        reason=trouble,
                    )
                if failures >= source.most_attempts:
                    return
                pauses = source.retry_seconds
                await self._runtime.clock.sleep(pauses[min(failures, len(pauses)) - 1])
        finally:
            self._awake = False

    async def _tell(self, key: str, line: Line) -> str | None:
        """Tell one change. Returns why it must be tried again, or ``None``."""
        version = self._find(line.uuid, line.version)
        if version is None:  # cannot be told, and never will be
            self._turn_down(key, line, "the book does not have this version")
            return None
        source, (path, action) = self._settings.source, _PATHS[line.change]
        submission = submission_of(
            line.change, version.appointment, line.version, self._settings, self._runtime.clock.now()
        )
        try:
            headers = await self._headers()
        except TvaersError as error:  # the login failed
            return str(error)
        try:
            if not line.tried:
                self._lines.put(key, msgspec.structs.replace(line, tried=True))
            answer = await call(
                self._runtime,
                source.platform,
                path,
                write_submission(submission),
                version=SoapVersion.SOAP12,
                action=action,
                headers=headers,
                timeout=source.answer_seconds,
            )
            body = answer.envelope.body
            if body is None:
                return f"{source.platform} answered with an empty body"
            said = responses.read_response(body)
        except SaidFault as error:
            if _is_final(error.fault):
                self._turn_down(key, line, str(error))
                return None
            return str(error)
        except Unreachable as error:
            return str(error)
        except XdsProblem as problem:
            return f"{source.platform} answered what cannot be read: {problem.error.context}"
        if said.status is Status.SUCCESS or (line.tried and _made_before(said.errors)):
            self._lines.drop(key)
            return None
        reason = "; ".join(f"{error.code}: {error.context}" for error in said.errors[:3]) or said.status
        if any(error.code in _PASSING for error in said.errors):
            return reason
        self._turn_down(key, line, reason)
        return None

    def _turn_down(self, key: str, line: Line, reason: str) -> None:
        now = self._runtime.clock.now()
        self._refused.put(key, TurnedDown(now, line.change, line.uuid, line.version, reason[:500]))
        self._lines.drop(key)
        self._runtime.trace.note(
            "sharing_refused",
            system=self._runtime.system,
            appointment=line.uuid,
            change=line.change.value,
            reason=reason[:500],
        )


def _is_final(fault: Fault) -> bool:
    """Whether a fault is about the message itself, and comes again however often it is sent."""
    code = fault_code_in(fault)
    return code == FaultCode.SYNTAX_ERROR if code else fault.name in (CLIENT, MUST_UNDERSTAND)


def _made_before(errors: Sequence[ReceivedError]) -> bool:
    return bool(errors) and all(error.code in _MADE_BEFORE for error in errors)
