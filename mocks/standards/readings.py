"""Which reading of contradictory rules counts, and what findings weigh then.

A profile of readings chooses one position of each topic. A breach that the chosen reading forbids and
another public one allows is *disputed*: it fails nobody, and both are cited. Only an exclusive profile,
such as that of a certification, knows no readings but its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mocks.errors import BadInput
from mocks.standards.findings import Finding, Reading, Severity
from mocks.standards.topics import TOPICS


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A choice among the readings: ``positions`` by topic, where it differs from the current ones."""

    name: str
    title: str
    positions: dict[str, str] = {}
    exclusive: bool = False

    def chooses(self, reading: Reading) -> bool:
        """Whether this profile reads the rules in this way."""
        chosen = self.positions.get(reading.topic)
        return reading.current if chosen is None else chosen == reading.name


PROFILES: tuple[Profile, ...] = (
    Profile(name="current", title="the newest or most specific text of each topic"),
    Profile(
        name="certification",
        title="MedCom's test protocols, and no other reading",
        positions={"narrative": "governance", "examples": "as-written"},
        exclusive=True,
    ),
    Profile(
        name="published",
        title="the newest compiled packages: CareCommunication 5.0.2",
        positions={"definition": "5.0.2", "encounter": "5.0.2"},
    ),
    Profile(
        name="governance",
        title="MedCom's governance documents 020, 032, 040 and 043 where they speak for themselves",
        positions={
            "resends": "two",
            "resend-duty": "must",
            "resend-times": "governance-040",
            "seen-message": "process-or-reject",
            "narrative": "governance",
            "examples": "as-written",
        },
    ),
    Profile(
        name="use-cases-b2",
        title="the general technical use cases 1.0.0 (older)",
        positions={"negative-answer": "use-cases-b2"},
    ),
    Profile(
        name="older",
        title="older texts of the guides and scripts",
        positions={"size": "50-mb", "reply-attachments": "sent-again", "acknowledgement-version": "2.0"},
    ),
)
CURRENT = PROFILES[0]
_KNOWN = {topic.name: [position.name for position in topic.positions] for topic in TOPICS}


def profile(text: str) -> Profile:
    """A profile by its name, perhaps with choices of one's own: ``governance,resends=three``.

    Errors: ``BadInput`` with the names that there are.
    """
    name, *changes = (part.strip() for part in text.split(","))
    found = next((each for each in PROFILES if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in PROFILES)
        raise BadInput(f"there is no reading {name!r}; there are: {names} (see tvaers rules --readings)")
    positions = dict(found.positions)
    for change in changes:
        topic, _, position = change.partition("=")
        if topic not in _KNOWN or position not in _KNOWN[topic]:
            there = ", ".join(_KNOWN.get(topic, _KNOWN))
            raise BadInput(
                f"there is no reading {change!r}; there are: {there} (see tvaers rules --readings)"
            )
        positions[topic] = position
    return msgspec.structs.replace(found, positions=positions)


def weigh(findings: Iterable[Finding], chosen: Profile) -> list[Finding]:
    """The findings as a profile weighs them: as they are, lighter, disputed, or left out."""
    out: list[Finding] = []
    for finding in findings:
        if not finding.allowed_by:
            out.append(finding)
            continue
        allowing = next((each for each in finding.allowed_by if chosen.chooses(each)), None)
        if allowing is not None:
            if allowing.weight is not None:
                out.append(msgspec.structs.replace(finding, severity=allowing.weight, allowed_by=()))
        elif chosen.exclusive:
            out.append(msgspec.structs.replace(finding, severity=Severity.ERROR, allowed_by=()))
        else:
            out.append(msgspec.structs.replace(finding, severity=Severity.DISPUTED))
    return out
