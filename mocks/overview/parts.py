"""What is said of each part of the card: there, nothing there, not connected, no answer, no consent.

"No case" is a claim. It is made only where somebody who would have the case was asked and answered: never of
a municipality that delivers nothing, and never where nobody knows which municipality it would be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from mocks.overview.session import Failure
from mocks.people import CaseKind, Person, Placement


class State(StrEnum):
    """Why a part of the card looks as it does. Only ``FOUND`` has something to show."""

    FOUND = "found"
    NONE = "none"  # asked, and there is nothing
    NOT_CONNECTED = "not_connected"  # the municipality that would have it delivers nothing
    NO_ANSWER = "no_answer"  # the register did not answer
    NO_CONSENT = "no_consent"  # the consent does not cover it: nobody was asked


#: What the screen says. The pilot's own words for these are not published: all are assumptions.
STATE_TEXTS = {
    State.FOUND: "",
    State.NONE: "Ingen aktiv sag inden for det seneste halve år.",
    State.NOT_CONNECTED: "Kommunen er ikke tilsluttet overblikket. Der kan være en sag.",
    State.NO_ANSWER: "Oplysningerne kan ikke hentes lige nu.",
    State.NO_CONSENT: "Samtykket omfatter ikke disse oplysninger. De er ikke hentet.",
}
MAY_BE_A_CASE = "Der kan være en sag."
HOME_NOT_CONNECTED = (
    "Den kommune, der nu har ansvaret, er ikke tilsluttet overblikket. Der kan være en sag også dér."
)
SOME_DEPARTMENTS = "Samtykket omfatter kun nogle afdelinger. Andre er ikke vist."
NONE_IN_SOME_DEPARTMENTS = (
    "Samtykket omfatter kun nogle afdelinger, og dér er ingen aktiv sag inden for det seneste halve år."
)
WHOSE_UNKNOWN = "Det vides derfor ikke, hvilken kommune der kan have en sag. Der kan være en sag."


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """How one part of the card came out. ``municipality``: whose it would be now, where that is known;
    ``reason``: a word for programs on why there is no answer; ``note``: what the screen says, in Danish."""

    state: State
    municipality: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the registers said about one child.

    ``index`` is how the case index failed, if it did; ``kinds``: of which departments it has cases to show;
    ``connected``: the municipalities that deliver (``None``: all); ``withheld``: the parts that no consent
    covers; ``limited``: those of which it covers some departments. What is said of a limited part does not
    depend on what the others have.
    """

    person: Person | Failure
    placement: Placement | Failure | None
    index: Failure | None
    contacts: Failure | None
    kinds: Collection[CaseKind]
    connected: Collection[str] | None
    withheld: Collection[str] = ()
    limited: Collection[str] = ()

    def parts(self) -> dict[str, Part]:
        """``person``, ``school``, ``family``, ``ppr`` and ``contacts``, each with its state."""
        return {
            "person": _of_register(self.person),
            "school": Part(state=State.NO_CONSENT, note=STATE_TEXTS[State.NO_CONSENT])
            if "school" in self.withheld
            else _of_register(self.placement),
            "family": self._department(CaseKind.FAMILY, self._home()),
            "ppr": self._department(CaseKind.PPR, self._ppr_municipality()),
            "contacts": Part(state=State.FOUND) if self.contacts is None else no_answer(self.contacts),
        }

    def _home(self) -> str | Failure:
        return self.person if isinstance(self.person, Failure) else self.person.municipality

    def _ppr_municipality(self) -> str | Failure:
        """PPR is that of the municipality where the school lies; of a child that goes nowhere, the home's."""
        if isinstance(self.placement, Failure):
            return self.placement
        return self._home() if self.placement is None else self.placement.institution.municipality

    def _department(self, kind: CaseKind, whose: str | Failure) -> Part:
        municipality = "" if isinstance(whose, Failure) else whose
        if kind in self.withheld:
            return Part(state=State.NO_CONSENT, note=STATE_TEXTS[State.NO_CONSENT])
        unconnected = self.connected is not None and municipality and municipality not in self.connected
        if kind in self.kinds:
            notes = (
                HOME_NOT_CONNECTED if unconnected else "",
                SOME_DEPARTMENTS if kind in self.limited else "",
            )
            return Part(state=State.FOUND, municipality=municipality, note=" ".join(filter(None, notes)))
        if self.index is not None:
            return no_answer(self.index, MAY_BE_A_CASE, municipality)
        if isinstance(whose, Failure) and self.connected is not None:
            return no_answer(whose, WHOSE_UNKNOWN)
        if kind in self.limited and not unconnected:
            return Part(state=State.NO_CONSENT, municipality=municipality, note=NONE_IN_SOME_DEPARTMENTS)
        state = State.NOT_CONNECTED if unconnected else State.NONE
        return Part(state=state, municipality=municipality, note=STATE_TEXTS[state])


def no_answer(failure: Failure, consequence: str = "", municipality: str = "") -> Part:
    """A part that could not be had, with the reason and what follows from it."""
    note = f"{failure.danish} {consequence}".strip()
    return Part(state=State.NO_ANSWER, municipality=municipality, reason=failure.code, note=note)


def _of_register(found: object) -> Part:
    if isinstance(found, Failure):
        return no_answer(found)
    return Part(state=State.NONE if found is None else State.FOUND)
