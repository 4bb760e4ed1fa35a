"""An exchange as a set of messages: which answers which, which are copies, and what they owe each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from msgspec.structs import replace

from mocks.standards.exchange import answers, copies, copy_rules, thread
from mocks.standards.exchange.unwrapped import Unwrapped, unwrap
from mocks.standards.findings import Finding
from mocks.standards.profiles.care_communication_thread import Thread, header_id, moment, thread_of
from mocks.standards.profiles.fhir_context import Context

TIMEOUT = timedelta(minutes=30)
#: Sent again more often than that, no public rule allows.
MOST_RESENDS, FEWEST_RESENDS = 3, 2
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Related:
    """One message of an exchange: its name, what it belongs to (``answer to x``), and what that breaks."""

    name: str
    relation: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _One:
    related: Related
    message: Unwrapped
    place: int
    key: str
    sent: datetime | None
    answers: list[_One] = field(default_factory=list)


def relate(messages: Iterable[tuple[str, bytes]]) -> list[Related]:
    """Each message with its relation to the others and what is wrong between them, in the order given.

    The bytes of all messages are held at once. A message without relations has an empty one.
    """
    exchange = _Exchange([_one(place, name, unwrap(raw)) for place, (name, raw) in enumerate(messages)])
    exchange.relate()
    return [each.related for each in exchange.all]


def _one(place: int, name: str, message: Unwrapped) -> _One:
    sent = message.sent
    if sent is None and message.tree is not None:
        sent = moment(message.tree.get("timestamp"))
    return _One(Related(name), message, place, copies.key_of(message), sent)


class _Exchange:
    def __init__(self, found: list[_One]) -> None:
        self.all = found
        self._by_envelope: dict[str, list[_One]] = defaultdict(list)
        self._by_letter: dict[str, list[_One]] = defaultdict(list)
        self._by_header: dict[str, list[_One]] = defaultdict(list)
        self._groups: dict[str, list[_One]] = defaultdict(list)
        for one in found:
            self._file(one)
        for group in self._groups.values():
            group.sort(key=lambda each: (each.sent or _LONG_AGO, each.place))

    def _file(self, one: _One) -> None:
        message = one.message
        if message.envelope is not None:
            self._by_envelope[message.envelope.identifier.lower()].append(one)
        if message.letter is not None:
            self._by_letter[message.letter.envelope_id].append(one)
        if message.tree is not None:
            header = _thread(message).header
            self._by_header[str(header.get("id"))].append(one)
        if one.key:
            self._groups[one.key].append(one)

    def relate(self) -> None:
        """Fill in the relation and the findings of each message."""
        for one in self.all:
            self._answer(one)
            self._follow(one)
        for group in self._groups.values():
            self._copies(group)
            self._answered(group)

    # Answers ------------------------------------------------------------------------------------------

    def _answer(self, one: _One) -> None:
        originals = list(self._answered_by(one))
        if not originals:
            return
        # of several copies, the one that fits best; what none of them fits is wrong
        tried = [(answers.check_unwrapped(one.message, each.message), each) for each in originals]
        findings, original = min(tried, key=lambda pair: len(pair[0]))
        original.answers.append(one)
        one.related.relation = f"answers {original.related.name}: {answers.meaning(one.message)}"
        one.related.findings += findings

    def _answered_by(self, one: _One) -> Iterator[_One]:
        message = one.message
        if message.envelope is not None and message.envelope.receipt is not None:
            yield from self._by_envelope.get(message.envelope.receipt.original_envelope.lower(), ())
        elif message.answer is not None:
            yield from self._by_letter.get(message.answer.original_envelope_id, ())
        elif message.standard == "Acknowledgement" and message.tree is not None:
            response = _thread(message).header.get("response")
            identifier = response.get("identifier") if type(response) is dict else None
            yield from self._by_header.get(str(identifier), ())

    # Threads ------------------------------------------------------------------------------------------

    def _follow(self, one: _One) -> None:
        if one.message.standard != "CareCommunication" or one.message.tree is None:
            return
        for step in _thread(one.message).own:
            for _, what in step.revisions:
                reference = what.get("reference")
                for before in self._by_header.get(header_id(reference), ())[:1] if reference else ():
                    if before is one or before.message.tree is None:
                        continue
                    one.related.relation = f"follows {before.related.name}"
                    one.related.findings += _at(
                        one, thread.check_thread(before.message.tree, one.message.tree)
                    )

    # Copies -------------------------------------------------------------------------------------------

    def _copies(self, group: list[_One]) -> None:
        first = group[0]
        for number, again in enumerate(group[1:], start=1):
            again.related.relation = again.related.relation or f"copy {number} of {first.related.name}"
            again.related.findings += copies.check_unwrapped(first.message, again.message)
            before = group[number - 1]
            again.related.findings += _pause(before, again)
            if _exact(before, again):
                continue
            if number > FEWEST_RESENDS:
                said = f"the message is sent again for the {number}. time"
                disputed = number <= MOST_RESENDS
                rule = copy_rules.TOO_MANY
                again.related.findings.append(rule.at("", said, disputed=disputed))
        self._same_answers(group)

    def _same_answers(self, group: list[_One]) -> None:
        given = [(copy, answer) for copy in group for answer in copy.answers]
        given.sort(key=lambda pair: pair[1].sent or _LONG_AGO)
        for (copy, earlier), (other, later) in pairwise(given):
            if _layer(earlier) != _layer(later):
                continue
            before, after = _answer_of(earlier), _answer_of(later)
            if before in (after, "transient-error"):
                continue
            # which of two exact copies an answer is for, nobody can tell
            doubled = any(each is not copy and _exact(each, copy) for each in group) and _exact(copy, other)
            rule = copy_rules.EXACT_ANSWERS if doubled else copy_rules.ANSWERS
            said = f"the message was answered with {before}, and now with {after}"
            later.related.findings.append(rule.at("", said, disputed=doubled or copy is not other))

    def _answered(self, group: list[_One]) -> None:
        """The duty to send again: only where the exchange goes on long enough to tell."""
        last = group[-1]
        meta = last.message.envelope.meta if last.message.envelope is not None else None
        if meta is None or last.sent is None or not meta.wants_receipt or last.key.startswith("letter"):
            return
        if any(copy.answers for copy in group) or last.message.standard in ("Acknowledgement", "unknown"):
            return
        end = max((each.sent for each in self.all if each.sent is not None), default=last.sent)
        if end - last.sent > TIMEOUT and len(group) <= MOST_RESENDS:
            minutes = int((end - last.sent).total_seconds() // 60)
            said = f"the message got no answer in {minutes} minutes, and was not sent again"
            last.related.findings.append(copy_rules.MISSING.at("", said, disputed=True))


def _thread(message: Unwrapped) -> Thread:
    assert message.tree is not None
    try:
        return thread_of(Context(message.tree, ""))
    except (AttributeError, TypeError, KeyError, IndexError):
        return Thread({}, [], [])  # its elements have wrong types, which is a finding of the message alone


def _at(one: _One, findings: list[Finding]) -> Iterator[Finding]:
    return (replace(each, path=f"{one.message.where}{each.path}") for each in findings)


def _pause(before: _One, again: _One) -> Iterator[Finding]:
    if before.message.envelope is None or again.message.envelope is None or _exact(before, again):
        return
    if before.sent and again.sent and timedelta(0) <= again.sent - before.sent < TIMEOUT:
        minutes = int((again.sent - before.sent).total_seconds() // 60)
        said = f"the message is sent again after {minutes} minutes"
        yield copy_rules.TOO_EARLY.at("VANSEnvelope/SentDateTime", said)


def _exact(first: _One, again: _One) -> bool:
    """Whether both identifiers are the same: the network doubled it, the sender did not send it again."""
    one, two = first.message, again.message
    if one.envelope is not None and two.envelope is not None:
        return one.envelope.identifier.lower() == two.envelope.identifier.lower()
    if one.tree is not None and two.tree is not None:
        return one.tree.get("id") == two.tree.get("id")
    return one.content == two.content


def _layer(answer: _One) -> str:
    envelope = answer.message.envelope
    if envelope is not None and envelope.receipt is not None:
        return "envelope"
    return "letter" if answer.message.answer is not None else "message"


def _answer_of(answer: _One) -> str:
    envelope = answer.message.envelope
    if envelope is not None and envelope.receipt is not None:
        return str(envelope.receipt.kind)
    if answer.message.tree is None:
        return answer.message.standard
    response = _thread(answer.message).header.get("response")
    return str(response.get("code")) if type(response) is dict else ""
