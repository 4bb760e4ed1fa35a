"""What MedCom's public documents contradict each other on: the conflict ledger.

Each topic has two or more readings with their sources. Rules carry the readings of a topic with what a
breach weighs under each. What no message shows (who presses the button of a resend) has no rule here, and
stands in the ledger so that nobody takes one reading for the only one.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mocks.standards.findings import Reading, Severity


class Position(msgspec.Struct, frozen=True):
    """One side of a contradiction. ``current`` is the newest or most specific text."""

    name: str
    says: str
    source: str
    current: bool = False


class Topic(msgspec.Struct, frozen=True):
    """What sources disagree on, as a question, and what they answer."""

    name: str
    question: str
    positions: tuple[Position, ...]

    def readings(self, weights: Mapping[str, Severity | None]) -> tuple[Reading, ...]:
        """The readings for a rule: what a breach weighs by position; an error where nothing is given."""
        unknown = weights.keys() - {position.name for position in self.positions}
        if unknown:
            raise ValueError(f"{self.name} has no position {', '.join(unknown)}")
        return tuple(
            Reading(
                topic=self.name,
                name=each.name,
                says=each.says,
                source=each.source,
                weight=weights.get(each.name, Severity.ERROR),
                current=each.current,
            )
            for each in self.positions
        )


DEFINITION = Topic(
    "definition",
    "Which values of MessageHeader.definition does CareCommunication 5.0 take?",
    (
        Position(
            "5.0.3",
            "the whole value is the address of the message definition, |5. and one or two digits",
            "medcom-careCommunication-messageHeader 5.0.3 (source repository, 2026-06-03)",
            current=True,
        ),
        Position(
            "5.0.2",
            "the pattern's bar is not escaped: the address at the start is enough, and so is 5. with "
            "one or two digits at the end",
            "medcom-careCommunication-messageHeader 5.0.2 (newest compiled package)",
        ),
    ),
)
ENCOUNTER = Topic(
    "encounter",
    "May a CareCommunication 5.0 bundle an Encounter that Communication does not refer to?",
    (
        Position(
            "5.0.4",
            "a bundled Encounter is the one that Communication.encounter refers to",
            "medcom-careCommunication-15 in 5.0.4 (source repository, 2026-06-05)",
            current=True,
        ),
        Position(
            "5.0.2",
            "the rule of this number does not notice such an Encounter",
            "medcom-careCommunication-15 in 5.0.2 (newest compiled package)",
        ),
    ),
)
NEGATIVE_ANSWER = Topic(
    "negative-answer",
    "Which negative answer says that the message is invalid, which that the receiver failed?",
    (
        Position(
            "governance-040",
            "an invalid message gets AE (fatal-error), a technical fault of the receiver AR (transient-error)",
            "MedCom governance for FHIR messaging 040, KR4.R and KR6.R; test protocols of Acknowledgement",
            current=True,
        ),
        Position(
            "use-cases-b2",
            "an invalid message gets AR, a technical fault of the receiver AE",
            "MedCom general technical use cases 1.0.0, KR4.R and KR5.R",
        ),
    ),
)
RESENDS = Topic(
    "resends",
    "How often may an unanswered message be sent again?",
    (
        Position(
            "three",
            "at most three times",
            "MedCom governance 040, MR5.R and MR6.R; test protocol of Acknowledgement, 3.3.4.1",
            current=True,
        ),
        Position("two", "at most two times", "MedCom governance for reliable messaging 020 and 043"),
    ),
)
RESEND_DUTY = Topic(
    "resend-duty",
    "Must a message without an answer after 30 minutes be sent again?",
    (
        Position("must", "it shall be sent again", "MedCom governance for reliable messaging 020"),
        Position(
            "may",
            "it may be sent again, or be marked for it",
            "MedCom governance 043; 040, KR7.S; general technical use cases, KR7.S",
            current=True,
        ),
    ),
)
RESEND_MODE = Topic(
    "resend-mode",
    "Does the system send again by itself?",
    (
        Position(
            "automatic",
            "the system sends again by itself",
            "general technical use cases, S.TC2; MedCom governance 020, table of rules",
            current=True,
        ),
        Position("by-hand", "somebody decides it", "MedCom governance 020, scenario 3"),
    ),
)
RESEND_TIMES = Topic(
    "resend-times",
    "What changes in a message that is sent again unchanged, besides Bundle.id and Bundle.timestamp?",
    (
        Position(
            "examples",
            "nothing: the Provenance keeps the moment of the first sending",
            "CareCommunication test protocol, examples R-Tek-K and R-Tek-L",
            current=True,
        ),
        Position(
            "governance-040",
            "the Provenance tells the moment of this sending",
            "MedCom governance for FHIR messaging 040, MR7.R",
        ),
    ),
)
SEEN_MESSAGE = Topic(
    "seen-message",
    "What does a receiver do with a known message in a new envelope or bundle?",
    (
        Position(
            "answer-again",
            "it is a duplicate: the first answer is sent again",
            "MedCom governance for network envelopes 032; 040, MR8.R; test protocols",
            current=True,
        ),
        Position(
            "process-or-reject",
            "the receiver may process it again or reject it",
            "MedCom governance for FHIR messaging 043",
        ),
    ),
)
EXACT_COPY = Topic(
    "exact-copy",
    "What does a receiver do with a copy in which both identifiers are known?",
    (
        Position(
            "answer-again",
            "the first answer is sent again",
            "MedCom governance for FHIR messaging 043",
            current=True,
        ),
        Position(
            "process-or-reject",
            "the receiver may process it again or reject it",
            "MedCom governance for network envelopes 032",
        ),
    ),
)
REPLY_ATTACHMENTS = Topic(
    "reply-attachments",
    "Does a reply send the attachments again that it answers to?",
    (
        Position(
            "left-out",
            "a reply names them by identifier and title, without data and link",
            "CareCommunication 5.0 implementation guide; test protocol for sending, 3.3.5.9",
            current=True,
        ),
        Position(
            "sent-again",
            "the scripts count the data of earlier attachments in a reply",
            "CareCommunication test scripts 5.0.0, send-reply-attachment and send-reply-add-attachment",
        ),
    ),
)
ACKNOWLEDGEMENT_VERSION = Topic(
    "acknowledgement-version",
    "Which version does the envelope of an Acknowledgement name?",
    (
        Position("2.0.0", "2.0.0", "MedCom governance for network envelopes", current=True),
        Position("2.0", "2.0", "MedCom message definition of Acknowledgement (IG 1.0.0)"),
    ),
)
NARRATIVE = Topic(
    "narrative",
    "Must each resource have a narrative?",
    (
        Position("profiles", "text stands 0..1", "MedCom's profiles (structure definitions)", current=True),
        Position(
            "governance",
            "each resource but the bundle has one",
            "MedCom governance for FHIR messaging, narrative; test protocol for sending, 3.4.1.14",
        ),
    ),
)
EXAMPLES = Topic(
    "examples",
    "Is a message wrong that breaks a rule which official example messages break too?",
    (
        Position(
            "as-published",
            "official examples of the implementation guides and test protocols break it",
            "CareCommunication 5.0.2 and Acknowledgement 2.0.3, published examples",
            current=True,
        ),
        Position(
            "as-written",
            "the rule holds: messages with no other fault are in the test protocol as invalid",
            "CareCommunication 5.0 test protocol, R-Tek-M and R-Tek-N (2026-05); governance",
        ),
    ),
)
PHONE = Topic(
    "phone",
    "What is a phone number?",
    (
        Position(
            "as-published",
            "the pattern is not anchored: one digit or hyphen anywhere is enough",
            "medcom-core-contact, by the way validators search",
            current=True,
        ),
        Position("as-meant", "an optional +, then digits and hyphens only", "medcom-core-contact, its text"),
    ),
)
SIZE = Topic(
    "size",
    "How large may a message be?",
    (
        Position("100-mb", "100 MB with attachments and envelope", "MedCom governance, CC 5.0", current=True),
        Position("50-mb", "50 MB", "older text of the CareCommunication guide"),
    ),
)
TOPICS: tuple[Topic, ...] = (
    DEFINITION,
    ENCOUNTER,
    NEGATIVE_ANSWER,
    RESENDS,
    RESEND_DUTY,
    RESEND_MODE,
    RESEND_TIMES,
    SEEN_MESSAGE,
    EXACT_COPY,
    REPLY_ATTACHMENTS,
    ACKNOWLEDGEMENT_VERSION,
    NARRATIVE,
    EXAMPLES,
    PHONE,
    SIZE,
)
