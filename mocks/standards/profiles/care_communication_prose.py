"""What only the prose of CareCommunication says: history, attachments, time zones.

Official examples break some of these rules, so most of them are warnings, under ids that start with
``tvaers-``: a receiver that rejected such messages would reject the official examples. Errors are the
two without which a message cannot be understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mocks.standards import topics
from mocks.standards.findings import Reading, Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import communications, extension_of
from mocks.standards.profiles.fhir_message_rules import PROVENANCE_TARGET, TIME_ZONE
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule


def _rule(rule_id: str, statement: str, mend: str, readings: tuple[Reading, ...] = ()) -> Rule:
    return Rule(
        id=rule_id,
        statement=f"{statement}.",
        source="MedCom governance for CareCommunication",
        mend=mend,
        severity=Severity.ERROR if readings else Severity.WARNING,
        readings=readings,
    )


SOURCES = _rule(
    "tvaers-provenance-sources",
    "Every segment is the source of exactly one step of the history, and every source is a segment",
    "let the Provenance of the message that added the segment name it, and no other",
    topics.EXAMPLES.readings({"as-published": Severity.WARNING}),
)
PREVIOUS = _rule(
    "tvaers-provenance-previous",
    "A reply or forward names the one message that it follows; a new message names none",
    "reply and forward have one entity with the role revision, new has none",
)
CONTENT = _rule(
    "tvaers-attachment-content",
    "A new attachment brings data with contentType, or a link",
    "add data with contentType, or url",
)
REPLY_ATTACHMENT = _rule(
    "tvaers-reply-attachment",
    "A reply names the attachments that the other side has, and does not send them again",
    "leave data and url out, keep identifier and title",
    topics.REPLY_ATTACHMENTS.readings({"sent-again": None}),
)
COUNT = _rule(
    "tvaers-attachment-count",
    "A message has at most ten attachments while VANS converts to the old standard",
    "send at most 10 attachments",
)
RULES: tuple[Rule, ...] = (SOURCES, PREVIOUS, CONTENT, REPLY_ATTACHMENT, COUNT)


def _activity(step: dict[str, Any]) -> str:
    codings = (step.get("activity") or {}).get("coding") or [{}]
    return codings[0].get("code") or ""


def _target(step: dict[str, Any]) -> str:
    reference = (step.get("target") or [{}])[0].get("reference") or ""
    return reference.rpartition("MessageHeader/")[2] if "MessageHeader/" in reference else reference[-36:]


def own_step(context: Context) -> Iterator[Note]:
    """One Provenance tells of the message at hand: its target is the MessageHeader (test scripts, A5)."""
    header = context.first("MessageHeader").get("id")
    steps = context.of("Provenance")
    if steps and not any(_target(step) == header for _, step in steps):
        yield broken(
            PROVENANCE_TARGET,
            "no Provenance has the MessageHeader as its target",
            f"Bundle.entry[{steps[-1][0]}].resource.target",
            f"add the Provenance of this message, with target MessageHeader/{header}",
        )


def time_zones(context: Context) -> Iterator[Note]:
    """Moments of sending carry date, time and time zone."""
    for path, _, communication in communications(context):
        for position, payload in enumerate(communication.get("payload") or ()):
            moment = extension_of(payload, codes.DATE_EXTENSION).get("valueDateTime")
            if type(moment) is str and len(moment) <= 10:
                yield _zone(f"{path}.payload[{position}].extension.valueDateTime", moment)
    for number, step in context.of("Provenance"):
        moment = step.get("occurredDateTime")
        if type(moment) is str and len(moment) <= 10:
            yield _zone(f"Bundle.entry[{number}].resource.occurredDateTime", moment)


def _zone(path: str, moment: str) -> Note:
    return broken(TIME_ZONE, f"the moment {moment} has no time of day and no time zone", path)


def _payload_identifiers(context: Context) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, _, communication in communications(context):
        for position, payload in enumerate(communication.get("payload") or ()):
            identifier = extension_of(payload, codes.IDENTIFIER_EXTENSION).get("valueIdentifier") or {}
            yield f"{path}.payload[{position}]", identifier.get("value") or "", payload


def _sources(step: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for position, entity in enumerate(step.get("entity") or ()):
        if entity.get("role") == "source":
            yield position, (entity.get("what") or {}).get("identifier", {}).get("value") or ""


def provenance_sources(context: Context) -> Iterator[Note]:
    """Every payload is the source of exactly one step, and every source is a payload."""
    named = Counter(value for _, step in context.of("Provenance") for _, value in _sources(step))
    held: set[str] = set()
    for path, value, _ in _payload_identifiers(context):
        held.add(value)
        if named[value] != 1:
            yield broken(
                SOURCES,
                f"payload {value} is the source of {named[value]} Provenance entities, should be of one",
                f"{path}.extension",
                disputed=True,
            )
    for number, step in context.of("Provenance"):
        for position, value in _sources(step):
            if value not in held:
                yield broken(
                    SOURCES,
                    f"the source {value} is no payload of this message",
                    f"Bundle.entry[{number}].resource.entity[{position}].what.identifier",
                    "name the identifiers of the payloads that the step added",
                    disputed=True,
                )


def previous_message(context: Context) -> Iterator[Note]:
    """A reply or forward names the message it follows, a new message follows none."""
    for number, step in context.of("Provenance"):
        activity = _activity(step)
        follows = any(entity.get("role") == "revision" for entity in step.get("entity") or ())
        if activity in codes.CC_ACTIVITIES and follows == (activity == "new-message"):
            yield broken(
                PREVIOUS,
                f"a step with {activity} names {'a' if follows else 'no'} preceding message",
                f"Bundle.entry[{number}].resource.entity",
            )


def attachments(context: Context) -> Iterator[Note]:
    """New attachments bring data or a link; a reply does not send the old ones again; at most ten."""
    header = context.first("MessageHeader").get("id")
    own: set[str] = set()
    older: set[str] = set()
    replies = False
    for _, step in context.of("Provenance"):
        is_own = _target(step) == header
        (own if is_own else older).update(value for _, value in _sources(step))
        replies |= is_own and _activity(step) == "reply-message"
    count = 0
    for path, identifier, payload in _payload_identifiers(context):
        attachment = payload.get("contentAttachment")
        if type(attachment) is not dict:
            continue
        full, link = "data" in attachment, "url" in attachment
        count += full
        if not full and not link and identifier in own:
            yield broken(CONTENT, "a new attachment brings neither data nor url", f"{path}.contentAttachment")
        if full and "contentType" not in attachment:
            yield broken(
                CONTENT,
                "the attachment brings data and no contentType",
                f"{path}.contentAttachment",
                "add contentType",
            )
        if replies and (full or link) and identifier in older and identifier not in own:
            yield broken(
                REPLY_ATTACHMENT,
                "a reply sends an attachment again that the other side already has",
                f"{path}.contentAttachment",
                disputed=True,
            )
    if count > 10:
        yield broken(COUNT, f"the message has {count} attachments; VANS converts at most 10", "Bundle.entry")
