"""What an answer owes to the message that it answers, on each of the three layers.

The layers say different things, and none of them that somebody has read a message: the receipt of an
envelope (PositiveMessage, NegativeMessage, NegativeVans) speaks of transport; XCTL01-03 of one letter in
the old format; the Acknowledgement of one FHIR message.
"""

from __future__ import annotations

from mocks.standards.findings import Reading, Severity
from mocks.standards.rule import Rule
from mocks.standards.topics import NEGATIVE_ANSWER

_ENVELOPES = "MedCom governance for reliable messaging of envelopes (032)"
_FHIR = "MedCom governance for Acknowledgement"


def _rule(
    rule_id: str,
    statement: str,
    mend: str,
    source: str,
    severity: Severity = Severity.ERROR,
    readings: tuple[Reading, ...] = (),
) -> Rule:
    return Rule(
        id=rule_id, statement=statement, source=source, mend=mend, severity=severity, readings=readings
    )


NO_PAIR = _rule(
    "answer-pair",
    "An answer is of the layer and format of what it answers, and answers no answer.",
    "answer an envelope with an envelope receipt, a letter with XCTL, a FHIR message with an Acknowledgement",
    "MedCom governance for reliable messaging",
)

# Envelopes --------------------------------------------------------------------------------------------

ENVELOPE = _rule(
    "vans-receipt-envelope",
    "The receipt of an envelope names the envelope that it answers, in an envelope with a new identifier.",
    "put the EnvelopeIdentifier of the original into OriginalEnvelopeIdentifier",
    _ENVELOPES,
)
LABEL = _rule(
    "vans-receipt-message",
    "The receipt of an envelope repeats the label of the message that lay in it.",
    "copy MetaInformation of the original into OriginalMessage",
    _ENVELOPES,
)
ENVELOPE_WAY = _rule(
    "vans-receipt-way",
    "The receipt of an envelope goes back to its sender, from its receiver or from the VANS operator.",
    "turn sender and receiver round",
    _ENVELOPES,
)
UNASKED = _rule(
    "vans-receipt-unasked",
    "An envelope that travels unreliably gets no receipt.",
    "answer only envelopes whose transport is reliable, or says nothing",
    _ENVELOPES,
    Severity.WARNING,
)
EARLY = _rule(
    "answer-early",
    "An answer is sent after what it answers.",
    "compare the clocks of both systems",
    "MedCom governance for reliable messaging",
    Severity.WARNING,
)

# FHIR -------------------------------------------------------------------------------------------------

ORIGINAL = _rule(
    "acknowledgement-original",
    "response.identifier of an Acknowledgement is the MessageHeader.id of the message that it answers.",
    "copy MessageHeader.id, without a prefix",
    _FHIR,
)
WAY = _rule(
    "acknowledgement-way",
    "An Acknowledgement goes from the receiver of the message to its sender.",
    "turn sender and receiver round",
    _FHIR,
)
STEP = _rule(
    "acknowledgement-step",
    "An Acknowledgement repeats the step of the message that it answers: moment, activity, agent.",
    "copy the Provenance whose target is the message",
    _FHIR,
    Severity.WARNING,
)
CODE = _rule(
    "acknowledgement-code",
    "A valid message is not called invalid, and an invalid one is not accepted.",
    "answer ok to a valid message, fatal-error to an invalid one, transient-error where it could not be judged",
    "MedCom governance for FHIR messaging 040, KR4.R and KR6.R",
    readings=NEGATIVE_ANSWER.readings({"use-cases-b2": None}),
)
RULES: tuple[Rule, ...] = (
    NO_PAIR,
    ENVELOPE,
    LABEL,
    ENVELOPE_WAY,
    UNASKED,
    EARLY,
    ORIGINAL,
    WAY,
    STEP,
    CODE,
)
