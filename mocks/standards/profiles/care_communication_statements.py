"""What CareCommunication demands over several elements, as records; the checks stand in ``care_communication_rules``.

Where versions 5.0 and 4.0 mean different things by one id, the statement says both.
"""

from __future__ import annotations

from mocks.standards.findings import Reading
from mocks.standards.profiles import codes
from mocks.standards.rule import Rule
from mocks.standards.topics import ENCOUNTER as ENCOUNTER_TOPIC

_MESSAGE = "medcom-careCommunication-message"
_COMMUNICATION = "medcom-careCommunication-communication"


def _rule(
    number: int, statement: str, mend: str, source: str = _MESSAGE, readings: tuple[Reading, ...] = ()
) -> Rule:
    return Rule(
        id=f"medcom-careCommunication-{number}",
        statement=f"{statement}.",
        source=source,
        mend=mend,
        readings=readings,
    )


HEADER_PROFILE = _rule(
    1,
    "The first entry is a MessageHeader that declares, as its only profile, that of CareCommunication (5.0)",
    f"set meta.profile to {codes.CC_HEADER}",
)
ONE_PATIENT = _rule(2, "A message is about exactly one Patient", "bundle exactly one Patient")
PROVENANCE_PROFILE = _rule(
    3,
    "5.0: every Provenance declares the profile of CareCommunication; 4.0: at least one does",
    f"set meta.profile to {codes.CC_PROVENANCE}",
)
NAMED_PRACTITIONER = _rule(
    4,
    "At least one Practitioner has a name",
    "bundle the author as Practitioner with given and family name",
)
PRIORITY = _rule(
    5,
    "A priority stands only with the category regarding-referral",
    "leave priority out",
    _COMMUNICATION,
)
TOPIC = _rule(6, "The category other comes with a topic", "add topic.text", _COMMUNICATION)
ROLE = _rule(
    7,
    "5.0: the role of each author of a segment has either a code or a text; 4.0: the author's role is coded",
    "send the code where the list has one, else the text alone",
    _COMMUNICATION,
)
NAMED_AUTHOR = _rule(
    8,
    "An author's PractitionerRole leads to a Practitioner with a name",
    "bundle the author as Practitioner with a name, and refer to it from the PractitionerRole",
    _COMMUNICATION,
)
EPISODE = _rule(
    9,
    "An encounter that the message refers to holds the identifier of an episode of care",
    "add episodeOfCare.identifier, or leave the encounter out",
    _COMMUNICATION,
)
SPECIFIC_SENDER = _rule(
    11,
    "A specific sender belongs to the sending organisation",
    "let its organization (or managingOrganization) be MessageHeader.sender",
)
SPECIFIC_RECIPIENT = _rule(
    12,
    "A specific recipient belongs to the receiving organisation",
    "let its organization (or managingOrganization) be that of destination.receiver",
)
PRACTITIONER_REFERENCE = _rule(
    13, "At least one PractitionerRole refers to a Practitioner", "add practitioner.reference"
)
ENCOUNTER = _rule(
    15,
    "A bundled Encounter is the one that Communication.encounter refers to",
    "refer to it from Communication.encounter, or leave it out",
    f"{_MESSAGE} 5.0.4",
    ENCOUNTER_TOPIC.readings({"5.0.2": None}),
)
RULES: tuple[Rule, ...] = (
    HEADER_PROFILE,
    ONE_PATIENT,
    PROVENANCE_PROFILE,
    NAMED_PRACTITIONER,
    PRIORITY,
    TOPIC,
    ROLE,
    NAMED_AUTHOR,
    EPISODE,
    SPECIFIC_SENDER,
    SPECIFIC_RECIPIENT,
    PRACTITIONER_REFERENCE,
    ENCOUNTER,
)
