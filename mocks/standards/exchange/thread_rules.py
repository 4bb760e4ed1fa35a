"""What a reply or forward owes to the message that it follows."""

from __future__ import annotations

from mocks.standards.findings import Reading, Severity
from mocks.standards.rule import Rule
from mocks.standards.topics import EXAMPLES

_GOVERNANCE = "MedCom governance for CareCommunication, threads"
_SENDING = "test protocol for sending CareCommunication"


def _rule(
    name: str,
    statement: str,
    mend: str,
    source: str = _GOVERNANCE,
    severity: Severity = Severity.ERROR,
    readings: tuple[Reading, ...] = (),
) -> Rule:
    return Rule(
        id=f"thread-{name}",
        statement=statement,
        source=source,
        mend=mend,
        severity=severity,
        readings=readings,
    )


FOLLOWS = _rule(
    "follows",
    "A reply or forward names, in its own step, the message that it follows.",
    "name its MessageHeader.id in the entity with the role revision",
    "CareCommunication test scripts 5.0.0, assertion A6",
)
IDENTIFIER = _rule(
    "identifier",
    "A reply keeps the identifier of the thread, a forward begins a thread with a new one.",
    "keep Communication.identifier in a reply, draw a new UUID in a forward",
    "CareCommunication test scripts 5.0.0, commId",
)
NEW_IDS = _rule(
    "new-ids",
    "Bundle.id, MessageHeader.id and the identifiers of new segments were never used before.",
    "draw new UUIDs for each message",
)
TEXTS = _rule(
    "segments",
    "Earlier segments go along: all of them in a reply, those of whole messages in a forward.",
    "carry every earlier segment; in a forward leave out whole messages with their steps only",
    f"{_SENDING}, 3.3.4 and 3.3.8",
)
UNCHANGED = _rule(
    "segments-unchanged",
    "Earlier segments stay as they were: moment, text, title, author, organisation, bytes.",
    "copy earlier segments as they came; leave only data and url of attachments out in a reply",
    f"{_SENDING}, 3.3.4 and 3.4.1.8",
    # official examples change blanks and line breaks, and add authors and moments to attachments
    readings=EXAMPLES.readings({"as-published": Severity.WARNING}),
)
HISTORY = _rule(
    "history",
    "Earlier steps go along unchanged.",
    "copy every earlier Provenance as it came, its moments and sources too",
    f"{_SENDING}, 3.4.2",
)
PARTIES = _rule(
    "parties",
    "A reply goes to who sent the message; the SOR ids of the parties stay in a thread.",
    "let the receiver be the sender of the message that is answered",
    f"{_SENDING}, 3.3.4",
)
RECIPIENT = _rule(
    "specific-recipient",
    "The specific recipient of a reply is the specific sender of the message, unless the user deletes it.",
    "copy the specific sender into the recipient",
    f"{_SENDING}, 3.3.4.5",
    Severity.WARNING,
)
PATIENT = _rule(
    "patient",
    "The patient is the same, with every identifier received; a new replacement number takes the place of "
    "one of its kind.",
    "carry all identifiers of the patient that were received",
    f"{_SENDING}, 3.4.1.4-6",
)
EPISODE = _rule(
    "episode",
    "The identifiers of episodes of care that were received go along.",
    "carry the Encounter with its episodeOfCare.identifier",
    f"{_SENDING}, 3.4.1.12-13",
)
NEW_TEXT = _rule(
    "new-text",
    "A reply or forward adds at least one text.",
    "add a payload with contentString, and name it as source in the own step",
)
UNREADABLE = _rule(
    "unreadable",
    "Two messages of a thread are compared only where both can be read.",
    "check each of them by itself first",
    "tvaers: rules between messages",
    Severity.INFORMATION,
)
RULES: tuple[Rule, ...] = (
    FOLLOWS,
    IDENTIFIER,
    NEW_IDS,
    TEXTS,
    UNCHANGED,
    HISTORY,
    PARTIES,
    RECIPIENT,
    PATIENT,
    EPISODE,
    NEW_TEXT,
    UNREADABLE,
)
