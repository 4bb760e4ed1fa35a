"""What the readers of EDIFACT messages have in common: segments by their groups, and how reading fails.

A segment group of MedCom starts with a trigger segment, S01 to S19, whose number says what the group is
about; S01 stands once for each party, and NAD in it says which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from mocks.errors import Malformed
from mocks.standards.edifact.finding_list import FindingList
from mocks.standards.edifact.interchange import WHOLE, Interchange, Message, open_interchange
from mocks.standards.edifact.syntax import Segment
from mocks.standards.findings import Severity
from mocks.standards.rule import Rule

_Record = TypeVar("_Record")
_TRIGGER = re.compile(r"S\d\d", re.ASCII)

TYPE = Rule(
    id="edifact-type",
    statement="A message is of the letter type and version that its reader knows.",
    source="MedCom's EDIFACT messages, as its converter reads and writes them",
    mend="Check type and version in UNH, as DIS91 and D9134L.",
)
ONE = Rule(
    id="edifact-one-letter",
    statement="Systems send one letter in an interchange, and read one.",
    source="MedCom's EDIFACT samples",
    mend="Send each letter in an interchange of its own.",
    severity=Severity.WARNING,
)
UNREADABLE = Rule(
    id="edifact-unreadable",
    statement="What a message must say can be read from it.",
    source="MedCom's EDIFACT messages, as its converter reads and writes them",
)
RULES = (TYPE, ONE, UNREADABLE)


class Groups:
    """The segments of a message by their groups. Missing ones are a ``LookupError``."""

    __slots__ = ("_groups", "_root")

    def __init__(self, message: Message) -> None:
        self._root: list[Segment] = []
        self._groups: dict[str, list[list[Segment]]] = {}
        group = self._root
        for each in message.body:
            if _TRIGGER.fullmatch(each.tag):
                group = []
                self._groups.setdefault(each.tag, []).append(group)
            group.append(each)

    def root(self, tag: str) -> Segment:
        """The segment with this tag before the first group."""
        return self.within(self._root, tag)

    def of(self, trigger: str) -> list[list[Segment]]:
        """All groups of a trigger, each with its trigger segment."""
        return self._groups.get(trigger, [])

    def one(self, trigger: str) -> list[Segment]:
        """The first group of a trigger."""
        return self._groups[trigger][0]

    def party(self, qualifier: str) -> list[Segment]:
        """The group S01 of the party whose NAD has this qualifier."""
        for group in self.of("S01"):
            if any(each.tag == "NAD" and each.value(1) == qualifier for each in group):
                return group
        raise KeyError(qualifier)

    @staticmethod
    def within(group: Sequence[Segment], tag: str) -> Segment:
        """The first segment with this tag in a group."""
        for each in group:
            if each.tag == tag:
                return each
        raise KeyError(tag)


def letters_of(
    raw: bytes, names: tuple[str, ...], read: Callable[[Interchange, Message], _Record]
) -> tuple[_Record, ...]:
    """What ``read`` makes of each message of an interchange, all of which must be of a type in ``names``.

    ``Malformed`` with the findings of the check where that fails, and where service segments show that the
    interchange is not whole.
    """
    interchange = open_interchange(raw)
    try:
        for message in interchange.messages:
            if message.name not in names:
                there = f"{message.name[:12]!r} {message.version[:12]!r}"
                text = f"the message is {there}, not {' or '.join(names)}"
                raise Malformed(tuple(FindingList([TYPE.at(f"UNH ({message.unh.place})", text)])))
        if any(finding.rule in WHOLE for finding in interchange.findings):
            raise ValueError("the interchange is not whole")
        return tuple(read(interchange, message) for message in interchange.messages)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        from mocks.standards.edifact.check import check_interchange  # the tables need the readers' parts

        wrong = [f for f in check_interchange(interchange) if f.severity is Severity.ERROR]
        if not wrong:
            wrong = FindingList([UNREADABLE.at("UNH", f"the message cannot be read: {reason}")])
        raise Malformed(tuple(wrong)) from None


def one_of(records: tuple[_Record, ...]) -> _Record:
    """The only one of ``records``; ``Malformed`` when there are several."""
    if len(records) != 1:
        text = f"the interchange holds {len(records)} messages; one is read"
        raise Malformed((ONE.at("UNZ", text),))
    return records[0]
