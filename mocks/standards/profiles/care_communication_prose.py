"""What only the prose of CareCommunication says: history, attachments, time zones.

Official examples break some of these rules, so most of them are warnings, under ids that start with
``tvaers-``: a receiver that rejected such messages would reject the official examples. Errors are the
two without which a message cannot be understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import communications, extension_of
from mocks.standards.profiles.fhir_rows import Note

_PROSE = "MedCom governance for CareCommunication"


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
        yield Note(
            "tvaers-provenance-target",
            "no Provenance has the MessageHeader as its target",
            f"add the Provenance of this message, with target MessageHeader/{header}",
            f"Bundle.entry[{steps[-1][0]}].resource.target",
            source="CareCommunication test scripts 5.0.0",
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
    return Note(
        "tvaers-time-zone",
        f"the moment {moment} has no time of day and no time zone",
        "write it like 2025-09-29T09:00:00+02:00",
        path,
        source="MedCom governance for CareCommunication, timestamps",
    )


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
            yield _warning(
                "tvaers-provenance-sources",
                f"payload {value} is the source of {named[value]} Provenance entities, should be of one",
                "let the Provenance of the message that added the payload name it, and no other",
                f"{path}.extension",
            )
    for number, step in context.of("Provenance"):
        for position, value in _sources(step):
            if value not in held:
                yield _warning(
                    "tvaers-provenance-sources",
                    f"the source {value} is no payload of this message",
                    "name the identifiers of the payloads that the step added",
                    f"Bundle.entry[{number}].resource.entity[{position}].what.identifier",
                )


def previous_message(context: Context) -> Iterator[Note]:
    """A reply or forward names the message it follows, a new message follows none."""
    for number, step in context.of("Provenance"):
        activity = _activity(step)
        follows = any(entity.get("role") == "revision" for entity in step.get("entity") or ())
        if activity in codes.CC_ACTIVITIES and follows == (activity == "new-message"):
            yield _warning(
                "tvaers-provenance-previous",
                f"a step with {activity} names {'a' if follows else 'no'} preceding message",
                "reply and forward have one entity with the role revision, new has none",
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
            yield _warning(
                "tvaers-attachment-content",
                "a new attachment brings neither data nor url",
                "add data with contentType, or url",
                f"{path}.contentAttachment",
            )
        if full and "contentType" not in attachment:
            yield _warning(
                "tvaers-attachment-content",
                "the attachment brings data and no contentType",
                "add contentType",
                f"{path}.contentAttachment",
            )
        if replies and (full or link) and identifier in older and identifier not in own:
            yield _warning(
                "tvaers-reply-attachment",
                "a reply sends an attachment again that the other side already has",
                "leave data and url out, keep identifier and title",
                f"{path}.contentAttachment",
            )
    if count > 10:
        yield _warning(
            "tvaers-attachment-count",
            f"the message has {count} attachments; VANS converts at most 10",
            "send at most 10 attachments",
            "Bundle.entry",
        )


def _warning(rule: str, message: str, mend: str, path: str) -> Note:
    return Note(rule, message, mend, path, Severity.WARNING, _PROSE)
