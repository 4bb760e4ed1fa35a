"""Whether a reply or forward keeps what the message before it in the thread says.

Compared are the records of both messages, so the order of entries, new resource ids, new narratives and the
change between JSON and XML are no difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks.errors import Malformed
from mocks.standards import care_communication as cc
from mocks.standards.care_communication import Attachment, Author, CareCommunication, Segment
from mocks.standards.exchange import thread_rules as rules
from mocks.standards.fhir_bundle import Step, Tree
from mocks.standards.findings import Finding
from mocks.standards.profiles.care_communication_thread import thread_of
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.patient_numbers import kind_of


def check_thread(previous: Tree, message: Tree) -> list[Finding]:
    """What is wrong with ``message`` as a reply to, or a forward of, ``previous``; both as trees.

    Errors: none; a message that cannot be read gives a finding.
    """
    try:
        before, now = cc.read_tree(previous), cc.read_tree(message)
        comparison = _Comparison(before, now, Context(message, ""))
    except Malformed as reason:
        return [rules.UNREADABLE.at("Bundle", f"the two cannot be compared: {reason}")]
    except (AttributeError, TypeError, KeyError, IndexError):  # read, but with elements of wrong types beside
        return [rules.UNREADABLE.at("Bundle", "the two cannot be compared: elements have wrong types")]
    return list(comparison.findings())


class _Comparison:
    def __init__(self, before: CareCommunication, now: CareCommunication, context: Context) -> None:
        self._before, self._now = before, now
        thread = thread_of(context)
        self._paths = {s.identifier.removeprefix("urn:uuid:"): s.path for s in thread.segments}
        self._steps = {step.target: step.path for step in thread.steps}
        self._own = self._steps.get(now.header_id, "Bundle.entry")
        self._communication = next(
            (f"Bundle.entry[{number}].resource" for number, _ in context.of("Communication")), "Bundle.entry"
        )
        self._reply = now.activity == "reply-message"

    def findings(self) -> Iterator[Finding]:
        before, now = self._before, self._now
        if now.activity not in ("reply-message", "forward-message"):
            said = f"the message says that it is a {now.activity}, and cannot follow another"
            yield rules.FOLLOWS.at(f"{self._own}.activity", said)
            return
        if now.step.previous != before.header_id:
            said = f"the message follows {now.step.previous or 'none'}, and not {before.header_id}"
            yield rules.FOLLOWS.at(f"{self._own}.entity", said)
        same = now.thread == before.thread
        if same is not self._reply:
            said = (
                "the reply has another thread identifier" if self._reply else "the forward keeps the thread"
            )
            yield rules.IDENTIFIER.at(f"{self._communication}.identifier", said)
        yield from self._ids()
        yield from self._segments()
        yield from self._history()
        yield from self._parties()
        yield from self._patient()
        missing = set(dict(self._episodes(before))) - set(dict(self._episodes(now)))
        if missing:
            said = f"{len(missing)} identifiers of episodes of care were received and do not go along"
            yield rules.EPISODE.at(f"{self._communication}.encounter", said)

    def _ids(self) -> Iterator[Finding]:
        before, now = self._before, self._now
        if now.bundle_id == before.bundle_id:
            yield rules.NEW_IDS.at("Bundle.id", "the bundle has the id of the message before it")
        if now.header_id == before.header_id:
            path = "Bundle.entry[0].resource.id"
            yield rules.NEW_IDS.at(path, "the message has the id of the message before it")
        known = {segment.identifier for segment in before.segments}
        for source in now.step.sources:
            if source in known:
                said = "the step says that it added a segment which the message before it has already"
                yield rules.NEW_IDS.at(f"{self._own}.entity", said)

    # Segments -----------------------------------------------------------------------------------------

    def _segments(self) -> Iterator[Finding]:
        held = {segment.identifier: segment for segment in self._now.segments}
        dropped: set[str] = set()
        for old in self._before.segments:
            new = held.get(old.identifier)
            if new is None:
                dropped.add(old.identifier)
            else:
                path = self._paths.get(old.identifier, self._communication)
                for what, small in self._changes(old, new):
                    said = f"an earlier segment is changed: {what}"
                    yield rules.UNCHANGED.at(path, said, disputed=small)
        yield from self._dropped(dropped)
        if not any(s.text is not None for s in self._now.own_segments):
            yield rules.NEW_TEXT.at(f"{self._communication}.payload", "no text is new")

    def _dropped(self, dropped: set[str]) -> Iterator[Finding]:
        path = f"{self._communication}.payload"
        if self._reply:
            for _ in dropped:
                yield rules.TEXTS.at(path, "a segment of the message that is answered is missing")
            return
        kept_steps = {step.header_id for step in self._now.steps}
        for step in self._before.steps:
            gone = dropped & set(step.sources)
            whole = gone == set(step.sources) and step.header_id not in kept_steps
            if gone and not whole:
                said = "a forward leaves out a part of an earlier message, or its segments without its step"
                yield rules.TEXTS.at(path, said)

    def _changes(self, old: Segment, new: Segment) -> Iterator[tuple[str, bool]]:
        """What changed, and whether it is of the kind that official examples change too."""
        if new.sent != old.sent:
            yield "its moment is another", False
        if new.text != old.text:
            blanks = (old.text or "").split() == (new.text or "").split()
            yield ("its blanks and line breaks are others" if blanks else "its text is another"), blanks
        if new.organisation.sor_id != old.organisation.sor_id:
            yield "it is of another organisation", False
        if (old.author is None) is not (new.author is None):
            yield f"its author was {'added' if old.author is None else 'taken away'}", old.text is None
        elif _named(old.author) != _named(new.author):
            yield "its author is another", False
        if old.attachment is not None and new.attachment is not None:
            yield from self._attachment(old.attachment, new.attachment)

    def _attachment(self, old: Attachment, new: Attachment) -> Iterator[tuple[str, bool]]:
        if new.title != old.title:
            yield "the title of the attachment is another", False
        if old.creation is not None and new.creation not in (old.creation, None):
            yield "the attachment's moment of creation is another", False
        if old.creation is None and new.creation is not None:
            yield "a moment of creation was added to the attachment", True
        if old.data is not None and new.data is not None and old.data != new.data:
            yield "the bytes of the attachment are others", False
        if old.url is not None and new.url is not None and old.url != new.url:
            yield "the link of the attachment is another", False

    # History, parties, patient -------------------------------------------------------------------------

    def _history(self) -> Iterator[Finding]:
        held = {step.header_id: step for step in self._now.steps}
        for old in self._before.steps:
            new = held.get(old.header_id)
            if new is None:
                if self._reply:
                    said = f"the step of message {old.header_id} is missing"
                    yield rules.HISTORY.at("Bundle.entry", said)
                continue
            for what in _step_changes(old, new):
                path = self._steps.get(old.header_id, "Bundle.entry")
                yield rules.HISTORY.at(path, f"the step of message {old.header_id} is changed: {what}")

    def _parties(self) -> Iterator[Finding]:
        if not self._reply:
            return
        before, now = self._before, self._now
        pair = (now.sender.sor_id, now.receiver.sor_id)
        answered = pair == (before.receiver.sor_id, before.sender.sor_id)
        added = pair == (before.sender.sor_id, before.receiver.sor_id)
        if not answered and not added:
            said = f"the reply goes from {pair[0]} to {pair[1]}: not back, nor once more the same way"
            yield rules.PARTIES.at("Bundle.entry[0].resource.destination", said)
        elif answered and before.specific_sender is not None and now.version == "5.0":
            if now.specific_recipient is None:
                said = "the reply has no specific recipient; the message had a specific sender"
                yield rules.RECIPIENT.at(f"{self._communication}.recipient", said)
            elif _who(now.specific_recipient) != _who(before.specific_sender):
                said = "the specific recipient is not who sent the message"
                yield rules.RECIPIENT.at(f"{self._communication}.recipient", said)

    def _patient(self) -> Iterator[Finding]:
        received, carried = self._before.patient.identifiers, self._now.patient.identifiers
        path = f"{self._communication}.subject"
        kinds = {kind_of(system) for system, _ in carried}
        for system, _ in received:
            if (kind := kind_of(system)) not in kinds:
                yield rules.PATIENT.at(path, f"the patient's {kind} was received and does not go along")
        if self._before.patient.cpr and self._now.patient.cpr not in (self._before.patient.cpr, None):
            yield rules.PATIENT.at(path, "the patient has another CPR number: it is somebody else's thread")

    @staticmethod
    def _episodes(message: CareCommunication) -> Iterator[tuple[str, str]]:
        for system, value in message.encounter.episodes if message.encounter else ():
            yield value.removeprefix("urn:uuid:"), system


def _step_changes(old: Step, new: Step) -> Iterator[str]:
    if new.at != old.at or (new.recorded or new.at) != (old.recorded or old.at):
        yield "its moments are others"
    if new.activity != old.activity:
        yield "its activity is another"
    if new.organisation.sor_id != old.organisation.sor_id:
        yield "its agent is another"
    if set(new.sources) != set(old.sources):
        yield "its sources are others"
    if new.previous != old.previous:
        yield "it follows another message"


def _named(author: Author | None) -> tuple[str, str, str] | None:
    return None if author is None else (author.given, author.family, author.phone)


def _who(party: cc.Team | cc.Person) -> tuple[str, ...]:
    if isinstance(party, cc.Team):
        return (party.name,)
    return (party.author.given, party.author.family)
