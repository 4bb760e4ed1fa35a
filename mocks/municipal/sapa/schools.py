"""The tab "Skole og institutionsoplysninger": where the child goes, from the institution register.

The municipality's own data: no consent and no login at the national platform, but logged like the other.
"""

from __future__ import annotations

import msgspec

from mocks.municipal.sapa.settings import Settings
from mocks.overview.card import SchoolBlock, school_block
from mocks.overview.lookup_log import LookupLog, Outcome
from mocks.overview.placements import placement_of
from mocks.overview.session import Failure, LookupRequest
from mocks.runtime import Runtime

TAB = "Skole og institutionsoplysninger"


class SchoolAnswer(msgspec.Struct, frozen=True):
    """``school`` says ``Findes ikke`` in every field of a child without school or day-care."""

    lookup: str
    outcome: Outcome
    school: SchoolBlock


class SchoolTab:
    """Look-ups of schools in one SAPA. They are traced as ``school_lookup``: the pilot's look-ups are the
    two overviews."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self.log = LookupLog(
            runtime, "Visning Skolegrunddata", "skolegrunddata", name="school_log", kind="school_lookup"
        )

    async def look_up(self, asked: LookupRequest) -> SchoolAnswer | Failure:
        """One look-up, logged however it ends."""
        record = self.log.begin(asked.user, asked.cpr, asked.consent)
        try:
            found = await placement_of(self._runtime, asked.cpr, self._settings.register_seconds, TAB)
        except Exception:
            self.log.conclude(record, Outcome.ERROR, reason="internal")
            raise
        if isinstance(found, Failure):
            self.log.conclude(record, found.outcome, reason=found.code)
            return found
        outcome = Outcome.SHOWN if found else Outcome.EMPTY
        self.log.conclude(record, outcome, 1 if found else 0)
        return SchoolAnswer(record.lookup, outcome, school_block(found))
