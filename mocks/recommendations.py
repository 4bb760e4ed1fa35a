"""What the pilot's evaluation recommends for the systems, each as a switch to turn on and compare.

All are off in the pilot as it was. How a recommendation would look once built is nowhere described: every
form here is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from mocks.errors import BadInput


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Which of them are followed."""

    #: From a location number on a card to a new message, without copying it.
    one_click: bool = False
    #: Whoever answers for a mailbox is told of a message that came in.
    notice: bool = False
    #: Messages are filed in the case as they come in.
    automatic_filing: bool = False
    #: Overviews show only what is needed to reach somebody.
    minimised: bool = False
    #: Words beside the card on what the municipal departments do.
    help_texts: bool = False
    #: A consent may leave parts of the card out.
    partial_consent: bool = False
    #: Klinik+ asks beforehand whether the clinic has a treatment relation with the child.
    relation_check: bool = False
    #: Custody holders and young people give their consent on a screen.
    digital_consent: bool = False


NAMES = tuple(field.name for field in fields(Recommendations))


def recommended(names: Iterable[str]) -> Recommendations:
    """The recommendations with these names (dashes or underscores); ``all`` for every one of them.

    Errors: ``BadInput`` for a name that is none.
    """
    wanted = [name.strip().replace("-", "_") for name in names]
    known = ", ".join(NAMES).replace("_", "-")
    if unknown := [name for name in wanted if name not in (*NAMES, "all")]:
        raise BadInput(f"no recommendation is called {unknown[0]!r}; there are: all, {known}")
    return Recommendations(**{name: "all" in wanted or name in wanted for name in NAMES})
