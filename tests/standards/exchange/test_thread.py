"""A reply or forward beside the message that it follows."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from mocks.standards import care_communication as cc
from mocks.standards.exchange.thread import check_thread
from mocks.standards.exchange.thread_rules import RULES
from mocks.standards.fhir_bundle import parse
from mocks.standards.findings import Severity
from mocks.standards.readings import CURRENT, profile, weigh
from tests.standards.exchange.messages import (
    BUP,
    CLINIC,
    DOCTOR,
    PATIENT,
    Change,
    Tree,
    changed,
    resource,
    spoilt,
    thread,
    tree,
)

NEW, REPLY, AGAIN, FORWARD = thread()


def broken(previous: Tree, message: Tree) -> set[str]:
    return {finding.rule.removeprefix("thread-") for finding in check_thread(previous, message)}


@pytest.mark.parametrize(
    ("previous", "message"),
    [(NEW, REPLY), (REPLY, AGAIN), (AGAIN, FORWARD)],
    ids=["reply", "again", "forward"],
)
def test_what_we_compose_keeps_the_thread(
    previous: cc.CareCommunication, message: cc.CareCommunication
) -> None:
    assert check_thread(tree(previous), tree(message)) == []
    in_xml = parse(cc.write(message, mime=cc.MIME_XML))
    assert check_thread(tree(previous), in_xml) == []


def test_a_reply_to_ones_own_message_goes_the_same_way() -> None:
    drawn = iter(f"00000000-0000-4000-8000-{n:012d}" for n in range(20))
    own = cc.reply(
        REPLY, new_id=lambda: next(drawn), at=AGAIN.timestamp, text="Og så", author=DOCTOR, sender=CLINIC
    )
    assert check_thread(tree(REPLY), tree(own)) == []


def test_a_forward_may_leave_out_whole_messages() -> None:
    latest = AGAIN.step
    part = changed(
        FORWARD,
        segments=tuple(
            s for s in FORWARD.segments if s.identifier in (*latest.sources, *FORWARD.step.sources)
        ),
        steps=(latest, FORWARD.step),
    )
    assert check_thread(tree(AGAIN), tree(part)) == []
    without_step = changed(part, steps=FORWARD.steps)
    assert broken(tree(AGAIN), tree(without_step)) == {"segments"}


def test_a_new_replacement_number_takes_the_place_of_one_of_its_kind() -> None:
    kinds = dict(PATIENT.identifiers)
    system = next(s for s in kinds if s.endswith(".1.3"))
    kinds.pop(system)
    kinds[f"{system}.179"] = "1206550VK8"
    own = changed(REPLY, patient=replace(PATIENT, identifiers=tuple(kinds.items())))
    assert check_thread(tree(NEW), tree(own)) == []


def segment(message: cc.CareCommunication, nth: int, **what: Any) -> cc.CareCommunication:
    segments = list(message.segments)
    segments[nth] = replace(segments[nth], **what)
    return changed(message, segments=tuple(segments))


def step(message: cc.CareCommunication, nth: int, **what: Any) -> cc.CareCommunication:
    steps = list(message.steps)
    steps[nth] = replace(steps[nth], **what)
    return changed(message, steps=tuple(steps))


FAULTS: list[tuple[str, cc.CareCommunication, cc.CareCommunication, set[str]]] = [
    ("another thread", NEW, changed(REPLY, thread="11111111-1111-4111-8111-111111111111"), {"identifier"}),
    ("the thread forwarded on", AGAIN, changed(FORWARD, thread=AGAIN.thread), {"identifier"}),
    ("the bundle's id again", NEW, changed(REPLY, bundle_id=NEW.bundle_id), {"new-ids"}),
    ("follows another", NEW, step(REPLY, 1, previous="22222222-1111-4111-8111-111111111111"), {"follows"}),
    ("a segment is gone", NEW, changed(REPLY, segments=REPLY.segments[1:]), {"segments"}),
    (
        "an old text is mended",
        NEW,
        segment(REPLY, 0, text="Vi har ikke set på sagen."),
        {"segments-unchanged"},
    ),
    ("an old moment is new", NEW, segment(REPLY, 0, sent=REPLY.timestamp), {"segments-unchanged"}),
    ("an old text is another's", NEW, segment(REPLY, 0, author=DOCTOR), {"segments-unchanged"}),
    ("an old text is of another unit", NEW, segment(REPLY, 0, organisation=CLINIC), {"segments-unchanged"}),
    (
        "a title is another",
        NEW,
        segment(REPLY, 1, attachment=cc.Attachment("Bilag", "application/pdf")),
        {"segments-unchanged"},
    ),
    (
        "the bytes are others",
        NEW,
        segment(FORWARD, 1, attachment=cc.Attachment("Rapport", "application/pdf", b"%PDF-1.4 other")),
        {"segments-unchanged", "follows"},
    ),
    ("the old step is gone", NEW, changed(REPLY, steps=REPLY.steps[1:]), {"history"}),
    ("the old step is later", NEW, step(REPLY, 0, at=REPLY.timestamp), {"history"}),
    ("the old step was a reply", NEW, step(REPLY, 0, activity="reply-message"), {"history"}),
    ("the old step is another's", NEW, step(REPLY, 0, organisation=BUP), {"history"}),
    ("the old step added less", NEW, step(REPLY, 0, sources=NEW.step.sources[:1]), {"history"}),
    ("goes to somebody else", NEW, changed(REPLY, receiver=BUP, specific_recipient=None), {"parties"}),
    ("to another person", NEW, changed(REPLY, specific_recipient=cc.Team("Vagten")), {"specific-recipient"}),
    ("to nobody in particular", NEW, changed(REPLY, specific_recipient=None), {"specific-recipient"}),
    (
        "a number is lost",
        NEW,
        changed(REPLY, patient=replace(PATIENT, identifiers=PATIENT.identifiers[:2])),
        {"patient"},
    ),
    (
        "another citizen",
        NEW,
        changed(
            REPLY,
            patient=replace(
                PATIENT, identifiers=(("urn:oid:1.2.208.176.1.2", "2512489996"), *PATIENT.identifiers[1:])
            ),
        ),
        {"patient"},
    ),
    ("no episode of care", NEW, changed(REPLY, encounter=None), {"episode"}),
    ("follows nothing", REPLY, NEW, {"follows"}),
]


@pytest.mark.parametrize(
    ("previous", "message", "rules"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_single_fault_is_found_by_its_rule(
    previous: cc.CareCommunication, message: cc.CareCommunication, rules: set[str]
) -> None:
    assert broken(tree(previous), tree(message)) == rules


def no_new_text(message: Tree) -> None:
    payloads = resource(message, "Communication")["payload"]
    payloads[-1].pop("contentString")
    payloads[-1]["contentAttachment"] = {"title": "Kun et bilag", "url": "https://example.dk"}


CHANGES: list[tuple[str, Change, set[str]]] = [
    ("no new text", no_new_text, {"new-text"}),
    ("cannot be read", lambda t: resource(t, "Communication").pop("identifier"), {"unreadable"}),
]


@pytest.mark.parametrize(("change", "rules"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_single_change_is_found_by_its_rule(change: Change, rules: set[str]) -> None:
    assert broken(tree(NEW), spoilt(REPLY, change)) == rules


def test_every_rule_has_been_broken() -> None:
    told = set().union(*(fault[3] for fault in FAULTS), *(change[2] for change in CHANGES))
    assert {rule.id.removeprefix("thread-") for rule in RULES} == told


def test_what_official_examples_change_too_weighs_less() -> None:
    blanks = segment(REPLY, 0, text="Vi har set på sagen. Hører gerne fra jer.")
    (finding,) = weigh(check_thread(tree(NEW), tree(blanks)), CURRENT)
    assert finding.severity is Severity.WARNING and "blanks" in finding.message
    (finding,) = weigh(check_thread(tree(NEW), tree(blanks)), profile("certification"))
    assert finding.severity is Severity.ERROR


def test_no_finding_tells_a_number_of_the_patient() -> None:
    for _, previous, message, _ in FAULTS:
        for finding in check_thread(tree(previous), tree(message)):
            assert "25094" not in finding.message and "VJ5" not in finding.message


def test_moments_are_compared_as_instants() -> None:
    utc = segment(REPLY, 0, sent=NEW.timestamp.astimezone(UTC))
    assert check_thread(tree(NEW), tree(utc)) == []
    later = segment(REPLY, 0, sent=NEW.timestamp + timedelta(hours=2))
    assert broken(tree(NEW), tree(later)) == {"segments-unchanged"}
