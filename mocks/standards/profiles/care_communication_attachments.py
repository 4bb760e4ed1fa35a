"""Attachments of a CareCommunication: what a new one brings, and what becomes of earlier ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mocks.standards import topics
from mocks.standards.findings import Reading, Severity
from mocks.standards.profiles.care_communication_thread import SegmentAt, Thread, thread_of
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule


def _rule(rule_id: str, statement: str, mend: str, readings: tuple[Reading, ...] = ()) -> Rule:
    return Rule(
        id=rule_id,
        statement=statement,
        source="MedCom governance for CareCommunication",
        mend=mend,
        severity=Severity.ERROR if readings else Severity.WARNING,
        readings=readings,
    )


CONTENT = _rule(
    "tvaers-attachment-content",
    "A new attachment brings data with contentType, or a link without.",
    "add data with contentType, or url",
)
REPLY = _rule(
    "tvaers-reply-attachment",
    "A reply names the attachments that the other side has, and does not send them again.",
    "leave data and url out, keep identifier and title",
    topics.REPLY_ATTACHMENTS.readings({"sent-again": None}),
)
FORWARD = _rule(
    "tvaers-forward-attachment",
    "A forwarded message sends the attachments of earlier messages again.",
    "put data or url in again, or leave the whole message with its step out",
)
TITLE = _rule(
    "tvaers-attachment-title",
    "The title of an attachment does not carry the type of its file.",
    "leave the ending out: contentType says the type",
)
COUNT = _rule(
    "tvaers-attachment-count",
    "A message has at most ten attachments while VANS converts to the old standard.",
    "send at most 10 attachments",
)
RULES: tuple[Rule, ...] = (CONTENT, REPLY, FORWARD, TITLE, COUNT)

_ENDING = re.compile(r"\.(pdf|gif|jpe?g|png|tiff?|bmp)$", re.IGNORECASE)
MOST = 10


def attachments(context: Context) -> Iterator[Note]:
    """All of the rules above."""
    thread = thread_of(context)
    held = [segment for segment in thread.segments if segment.attachment is not None]
    if not held:
        return
    mine = thread.own_sources
    own = {id(step) for step in thread.own}
    older = {value for step in thread.steps if id(step) not in own for _, value in step.sources} - mine
    brought = 0
    for segment in held:
        attachment = segment.attachment or {}
        brought += "data" in attachment or "url" in attachment
        yield from _one(segment, segment.identifier in mine)
        if segment.identifier in older:
            yield from _older(segment, thread)
    if brought > MOST:
        said = f"the message has {brought} attachments; VANS converts at most {MOST}"
        yield broken(COUNT, said, held[MOST].path.rpartition("[")[0])


def _one(segment: SegmentAt, is_new: bool) -> Iterator[Note]:
    attachment, path = segment.attachment or {}, f"{segment.path}.contentAttachment"
    full, link = "data" in attachment, "url" in attachment
    if not full and not link and is_new:
        yield broken(CONTENT, "a new attachment brings neither data nor url", path)
    if full and "contentType" not in attachment:
        yield broken(CONTENT, "the attachment brings data and no contentType", path, "add contentType")
    if link and not full and "contentType" in attachment:
        said = "the attachment is a link, and has the contentType of a file"
        yield broken(CONTENT, said, path, "leave contentType out")
    title = attachment.get("title")
    if full and type(title) is str and _ENDING.search(title):
        yield broken(TITLE, "the title ends in the type of the file", f"{path}.title")


def _older(segment: SegmentAt, thread: Thread) -> Iterator[Note]:
    attachment, path = segment.attachment or {}, f"{segment.path}.contentAttachment"
    sent = "data" in attachment or "url" in attachment
    if sent and thread.activity == "reply-message":
        said = "a reply sends an attachment again that the other side already has"
        yield broken(REPLY, said, path, disputed=True)
    elif not sent and thread.activity == "forward-message":
        yield broken(FORWARD, "a forwarded message leaves out an attachment of an earlier one", path)
