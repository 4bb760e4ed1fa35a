"""The rules that hold for every FHIR message of MedCom, under FHIR's or MedCom's ids where they have one."""

from __future__ import annotations

from mocks.standards.findings import Severity
from mocks.standards.rule import Rule

BUNDLE_SOURCE = "FHIR R4 4.0.1, Bundle"


def _bundle(rule_id: str, statement: str, mend: str) -> Rule:
    return Rule(id=rule_id, statement=f"{statement}.", source=BUNDLE_SOURCE, mend=mend)


ENTRIES = Rule(
    id="tvaers-entries",
    statement="A bundle of more than 10,000 entries is not read.",
    source="tvaers: limits of reading",
    mend="send fewer",
)
BDL_1 = _bundle("bdl-1", "A message has no total", "leave total out")
BDL_2 = _bundle("bdl-2", "An entry of a message has no search", "leave search out")
BDL_3 = _bundle("bdl-3", "An entry of a message has no request", "leave request out")
BDL_4 = _bundle("bdl-4", "An entry of a message has no response", "leave response out")
BDL_5 = _bundle("bdl-5", "An entry of a message holds a resource", "add the resource")
BDL_7 = _bundle("bdl-7", "No fullUrl stands twice in a bundle", "give each entry its own")
BDL_8 = _bundle("bdl-8", "A fullUrl names no version of a resource", "leave /_history/ out")
BDL_12 = _bundle("bdl-12", "The first entry of a message is its MessageHeader", "put it first")
FULL_URL = _bundle(
    "bundle-full-url",
    "A fullUrl with http ends in type and id of its resource",
    "let fullUrl end in type and id of the resource",
)
ENDPOINT = Rule(
    id="tvaers-endpoint",
    statement="The endpoints of source and destination name the SOR ids of sender and receiver.",
    source="custom of MedCom's example messages",
    mend="send https://sor2.sum.dsdn.dk/#id= and the SOR id",
    severity=Severity.WARNING,
    example="https://sor2.sum.dsdn.dk/#id=325431000016004",
)
HAS_PROVENANCE = Rule(
    id="medcom-messaging-2",
    statement="A message holds at least one Provenance.",
    source="medcom-messaging-message",
    mend="add the step that sends",
)
ORGANISATION_IDENTIFIER = Rule(
    id="dk-core-organization-mandatory-identifier",
    statement="An organisation has a SOR id, a KOMBIT organisation id, or a CVR number (as OID).",
    source="dk-core 3.4.0",
    mend="add the SOR id",
)
PROVENANCE_TARGET = Rule(
    id="tvaers-provenance-target",
    statement="One Provenance tells of the message at hand: its target is the MessageHeader.",
    source="CareCommunication test scripts 5.0.0",
    mend="add the Provenance of this message, with the MessageHeader as its target",
    example='Provenance.target: [{"reference": "MessageHeader/<MessageHeader.id>"}]',
)
TIME_ZONE = Rule(
    id="tvaers-time-zone",
    statement="Moments of sending carry date, time of day and time zone.",
    source="MedCom governance for FHIR messaging, timestamps",
    mend="write it like 2025-09-29T09:00:00+02:00",
    example="2025-09-29T09:00:00+02:00 or 2025-09-29T07:00:00Z",
)
SAME_CLOCK = Rule(
    id="tvaers-same-clock",
    statement="Two moments of one step that show the same time on the clock are in the same time zone.",
    source="MedCom governance for FHIR messaging, timestamps",
    mend="write both with the offset that the clock had",
    severity=Severity.WARNING,
)
UNREADABLE = Rule(
    id="tvaers-unreadable",
    statement="A message without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of FHIR messages",
    mend="Report it, with the message.",
)
RULES: tuple[Rule, ...] = (
    ENTRIES,
    BDL_1,
    BDL_2,
    BDL_3,
    BDL_4,
    BDL_5,
    BDL_7,
    BDL_8,
    BDL_12,
    FULL_URL,
    ENDPOINT,
    HAS_PROVENANCE,
    ORGANISATION_IDENTIFIER,
    PROVENANCE_TARGET,
    TIME_ZONE,
    SAME_CLOCK,
    UNREADABLE,
)
