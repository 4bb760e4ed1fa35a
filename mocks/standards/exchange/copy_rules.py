"""What a message that is sent again owes to the first copy, and an answer to a copy to the first answer."""

from __future__ import annotations

from mocks.standards import topics
from mocks.standards.findings import Reading, Severity
from mocks.standards.rule import Rule

_ENVELOPES = "MedCom governance for reliable messaging of envelopes (020, 032)"
_FHIR = "MedCom governance for FHIR messaging (040, 043)"


def _rule(
    name: str,
    statement: str,
    mend: str,
    source: str,
    severity: Severity = Severity.ERROR,
    readings: tuple[Reading, ...] = (),
) -> Rule:
    return Rule(
        id=f"copy-{name}", statement=statement, source=source, mend=mend, severity=severity, readings=readings
    )


ENVELOPE_ID = _rule(
    "envelope",
    "A message that is sent again travels in an envelope with a new identifier and a new moment.",
    "draw a new EnvelopeIdentifier, write the moment of this sending",
    _ENVELOPES,
)
REUSED = _rule(
    "identifier-reused",
    "An identifier of an envelope or a bundle is never used for another message.",
    "draw a new UUID",
    _ENVELOPES,
)
CHANGED = _rule(
    "changed",
    "What is sent again under the same identifier is unchanged; changed content is a new message.",
    "send the same content, or a new message with new identifiers",
    _FHIR,
)
BUNDLE = _rule(
    "bundle",
    "A FHIR message that is sent again has a new Bundle.id and a new Bundle.timestamp.",
    "draw a new Bundle.id, write when the bundle was made",
    _FHIR,
)
TIMES_KEPT = _rule(
    "sent-times-kept",
    "A FHIR message that is sent again tells in its Provenance when it was sent this time.",
    "write the moment of this sending into occurredDateTime and recorded of the own step",
    "MedCom governance for FHIR messaging 040, MR7.R",
    readings=topics.RESEND_TIMES.readings({"examples": None}),
)
TIMES_CHANGED = _rule(
    "sent-times-changed",
    "A FHIR message that is sent again keeps the moments of its Provenance.",
    "leave the Provenance as it was",
    "CareCommunication test protocol, R-Tek-K and R-Tek-L",
    readings=topics.RESEND_TIMES.readings({"governance-040": None}),
)
TOO_MANY = _rule(
    "count",
    "An unanswered message is sent again three times at most.",
    "tell the user that no answer came",
    "MedCom governance 040, MR5.R and MR6.R",
    readings=topics.RESENDS.readings({"three": None}),
)
TOO_EARLY = _rule(
    "early",
    "A message is sent again after 30 minutes without an answer, not before.",
    "wait for 30 minutes",
    _ENVELOPES,
    Severity.WARNING,
)
MISSING = _rule(
    "missing",
    "A message that got no answer in 30 minutes is sent again.",
    "send it again, or mark it for the user",
    "MedCom governance for reliable messaging 020",
    readings=topics.RESEND_DUTY.readings({"may": None}),
)
ANSWERS = _rule(
    "answers",
    "All copies of a message get the same answer; only a transient-error may be followed by another.",
    "keep the answer that was given, and send it again",
    "MedCom governance 032; 040, MR8.R",
    readings=topics.SEEN_MESSAGE.readings({"process-or-reject": None}),
)
EXACT_ANSWERS = _rule(
    "exact-answers",
    "A copy in which both identifiers are known gets the answer that the first one got.",
    "keep the answer that was given, and send it again",
    "MedCom governance for FHIR messaging 043",
    readings=topics.EXACT_COPY.readings({"process-or-reject": None}),
)
RULES: tuple[Rule, ...] = (
    ENVELOPE_ID,
    REUSED,
    CHANGED,
    BUNDLE,
    TIMES_KEPT,
    TIMES_CHANGED,
    TOO_MANY,
    TOO_EARLY,
    MISSING,
    ANSWERS,
    EXACT_ANSWERS,
)
