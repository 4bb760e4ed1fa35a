"""A message seen as the end of its thread: its own step, the steps before it, and who added which segment.

Looked at once for each message; the rules of history and attachments share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import communications, extension_of


@dataclass(slots=True)
class StepAt:
    """One Provenance: where it stands, what it tells of, what it follows, what it added."""

    path: str
    number: int
    target: str
    activity: str
    occurred: datetime | None
    recorded: datetime | None
    sources: list[tuple[int, str]]
    revisions: list[tuple[int, dict[str, Any]]]
    agent: dict[str, Any]


@dataclass(slots=True)
class SegmentAt:
    """One payload: where it stands, its identifier and where that stands, when it was sent, and by whom."""

    path: str
    named: str
    identifier: str
    payload: dict[str, Any]
    sent: datetime | None
    assigner: Any
    assigned: dict[str, Any]

    @property
    def attachment(self) -> dict[str, Any] | None:
        """The attachment, where it is one."""
        found = self.payload.get("contentAttachment")
        return found if type(found) is dict else None


@dataclass(slots=True)
class Thread:
    """``own`` are the steps whose target is the header of the message: one, if all is well."""

    header: dict[str, Any]
    steps: list[StepAt]
    segments: list[SegmentAt]
    own: list[StepAt] = field(default_factory=list)

    @property
    def activity(self) -> str:
        """What the message is, by its own step; empty where it has none."""
        return self.own[0].activity if self.own else ""

    @property
    def own_sources(self) -> set[str]:
        """The segments that the message added, by its own step."""
        return {value for step in self.own for _, value in step.sources}


def thread_of(context: Context) -> Thread:
    """The thread in a message whose elements have the right types; looked at once."""
    if context.thread is None:
        header = context.first("MessageHeader")
        steps = [_step(context, number, step) for number, step in context.of("Provenance")]
        found = Thread(header, steps, list(_segments(context)))
        found.own = [step for step in steps if step.target == header.get("id")]
        context.thread = found
    assert isinstance(context.thread, Thread)
    return context.thread


def _step(context: Context, number: int, step: dict[str, Any]) -> StepAt:
    entities = [(at, entity) for at, entity in enumerate(step.get("entity") or ())]
    agents = step.get("agent") or [{}]
    return StepAt(
        path=f"Bundle.entry[{number}].resource",
        number=number,
        target=_target(context, number, (step.get("target") or [{}])[0]),
        activity=((step.get("activity") or {}).get("coding") or [{}])[0].get("code") or "",
        occurred=moment(step.get("occurredDateTime")),
        recorded=moment(step.get("recorded")),
        sources=[(at, _source(entity)) for at, entity in entities if entity.get("role") == "source"],
        revisions=[
            (at, what if type(what := entity.get("what")) is dict else {})
            for at, entity in entities
            if entity.get("role") == "revision"
        ],
        agent=context.follow(number, agents[0].get("who")),
    )


def _target(context: Context, number: int, reference: dict[str, Any]) -> str:
    """The id of the header that a step tells of: the bundled one by whatever address, an older one by name."""
    bundled = context.follow(number, reference)
    if bundled.get("resourceType") == "MessageHeader":
        return str(bundled.get("id") or "")
    return header_id(reference.get("reference") or "")


def _source(entity: dict[str, Any]) -> str:
    value = ((entity.get("what") or {}).get("identifier") or {}).get("value")
    return value if type(value) is str else ""


def _segments(context: Context) -> Iterator[SegmentAt]:
    for path, number, communication in communications(context):
        for position, payload in enumerate(communication.get("payload") or ()):
            extension, place = _identifying(payload)
            identifier = extension.get("valueIdentifier") or {}
            assigner = identifier.get("assigner")
            yield SegmentAt(
                path=f"{path}.payload[{position}]",
                named=f"{path}.payload[{position}].extension[{place}].valueIdentifier",
                identifier=identifier.get("value") or "",
                payload=payload,
                sent=moment(extension_of(payload, codes.DATE_EXTENSION).get("valueDateTime")),
                assigner=assigner,
                assigned=context.follow(number, assigner),
            )


def _identifying(payload: dict[str, Any]) -> tuple[dict[str, Any], int]:
    for place, extension in enumerate(payload.get("extension") or ()):
        if extension.get("url") == codes.IDENTIFIER_EXTENSION:
            return extension, place
    return {}, 0


def header_id(reference: str) -> str:
    """The id in a reference to a MessageHeader."""
    if "MessageHeader/" in reference:
        return reference.rpartition("MessageHeader/")[2]
    return reference[-36:]


def moment(text: Any) -> datetime | None:
    """A moment with time zone, else ``None``: what is wrong with it is found elsewhere."""
    if type(text) is not str or len(text) <= 10:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
