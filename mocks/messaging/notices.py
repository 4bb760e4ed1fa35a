"""Notices (advis) of letters that came in, for whoever looks after a mailbox: a recommendation of the evaluation.

A notice names the mailbox and the time, never the citizen or the subject.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.messaging.records import ReceivedLetter
from mocks.runtime import Runtime


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """That a letter lies in a mailbox."""

    message: str
    unit: str
    at: datetime


class Notices:
    """The notices of one system, in the order in which they were given."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notices = runtime.store.collection("notices", Notice)

    def give(self, letter: ReceivedLetter) -> None:
        """Tell of a letter that came in."""
        notice = Notice(message=letter.message, unit=letter.unit, at=self._runtime.clock.now())
        self._notices.put(letter.message, notice)
        self._runtime.trace.note("notice", message=letter.message, unit=letter.unit)

    def of(self, unit: str) -> list[Notice]:
        """Those about one mailbox."""
        return [notice for _, notice in self._notices.items() if notice.unit == unit]
