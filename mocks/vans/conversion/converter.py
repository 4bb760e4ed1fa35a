"""What to do with an envelope: let it pass, convert it, keep it until the rest has come, or refuse it.

An envelope is converted where its receiver, by SOR, takes only the other standard, and a receipt where it
answers something that was converted. The functions that convert are in ``mocks.standards.conversion``; what
each direction needs beside them is in ``to_new``, ``to_old`` and ``answers``.
"""

from __future__ import annotations

from collections.abc import Callable

from mocks.errors import BadInput, Malformed, Unreachable
from mocks.messaging.directory import Directory
from mocks.messaging.due import DueList
from mocks.runtime import Runtime
from mocks.units import FDIS91_4, FDIS91_5, XDIS91, Unit
from mocks.vans.conversion.answers import Answers
from mocks.vans.conversion.envelopes import content_of
from mocks.vans.conversion.pairs import Pairs
from mocks.vans.conversion.records import Later, Outcome, Outgoing, Refused, Waiting
from mocks.vans.conversion.settings import ConversionSettings
from mocks.vans.conversion.to_new import ToNew
from mocks.vans.conversion.to_old import ToOld
from mocks.vans.records import Transit

#: The new standard in the order in which it is preferred, and the version that a message then has.
_NEW = ((FDIS91_5, "5.0"), (FDIS91_4, "4.0.0"))


class Converter:
    """The service for one operator. ``look_again`` is called with an envelope whose wait is over."""

    def __init__(
        self,
        runtime: Runtime,
        settings: ConversionSettings,
        most_bytes: int,
        transits: Callable[[str], Transit | None],
        look_again: Callable[[Transit], None],
    ) -> None:
        self._runtime, self._most_bytes = runtime, most_bytes
        self._transits, self._look_again = transits, look_again
        self._directory = Directory(runtime, settings.directory_hours)
        pairs = Pairs(runtime)
        self._to_new = ToNew(runtime, settings, pairs, transits)
        self._to_old = ToOld(runtime, settings, pairs)
        self._answers = Answers(runtime, pairs)
        self._due = DueList("vans converts what waited", runtime.clock, self._fell_due)

    async def _fell_due(self, envelope: str) -> None:
        transit = self._transits(envelope)
        if transit is not None:
            self._look_again(transit)

    async def convert(self, transit: Transit) -> Outcome | None:
        """What becomes of an envelope; ``None`` where it goes on as it is."""
        kind = transit.name.removeprefix("MCM:").partition("#")[0]
        if transit.is_converted or transit.is_receipt or not kind.startswith(_KINDS):
            return None
        try:
            outcome = await self._decide(transit, kind)
        except Malformed as error:
            return Refused(f"it cannot be converted for its receiver: {error}")
        except Unreachable as error:
            return Later(f"SOR could not be asked: {error}")
        except BadInput as error:
            return Refused(f"it cannot be converted for its receiver: {error}")
        if isinstance(outcome, Outgoing):
            for each in outcome.transits:
                if len(each.raw) > self._most_bytes:
                    return Refused(
                        f"converted, the envelope has {len(each.raw)} bytes, and {self._most_bytes} are allowed: "
                        "send smaller attachments"
                    )
        if isinstance(outcome, Waiting):
            if outcome.until is not None:
                self._due.add(outcome.until, transit.envelope)
            for envelope in outcome.woken:
                await self._fell_due(envelope)
        return outcome

    async def _decide(self, transit: Transit, kind: str) -> Outcome | None:
        if kind.startswith(("XCTL", "FCTL")):
            return self._answers.convert(transit, content_of(transit), is_old=kind.startswith("XCTL"))
        receiver = await self._unit(transit.receiver)
        if receiver is None:
            return None
        takes = receiver.capabilities
        version = next((v for capability, v in _NEW if capability in takes), None)
        if kind.startswith("FDIS91"):
            if version is not None or XDIS91 not in takes:
                return None
            return self._to_old.convert(transit, content_of(transit), await self._sender(transit), receiver)
        if version is None or XDIS91 in takes:
            return None
        if kind.startswith("XBIN01"):
            return self._to_new.take_file(transit, content_of(transit))
        sender = await self._sender(transit)
        return self._to_new.convert(transit, content_of(transit), sender, receiver, version)

    async def _unit(self, gln: str) -> Unit | None:
        return await self._directory.find(gln)

    async def _sender(self, transit: Transit) -> Unit:
        found = await self._unit(transit.sender)
        if found is None:
            raise BadInput(f"SOR knows no unit with the sender's location number {transit.sender}")
        return found


_KINDS = ("XDIS91", "XBIN01", "XCTL", "FDIS91", "FCTL")
