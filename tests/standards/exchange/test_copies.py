"""Copies of one message, and exchanges of many."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from mocks.standards import care_communication as cc
from mocks.standards import clinical_email, fhir_bundle, receipts
from mocks.standards import vans_envelope as vans
from mocks.standards.exchange.copies import check_copies
from mocks.standards.exchange.copy_rules import RULES
from mocks.standards.exchange.together import Related, relate
from mocks.standards.findings import Severity
from mocks.standards.readings import profile, weigh
from tests.standards.exchange.messages import (
    AT,
    CLINIC,
    PPR,
    answer,
    changed,
    enveloped,
    receipt,
    resource,
    thread,
    tree,
)
from tests.standards.mutants.oioxml_bases import ACCEPTED, LETTER

HERE = Path(__file__).parents[3]
OFFICIAL = Path(os.environ.get("TVAERS_OFFICIAL_DATA", HERE.parent / "shared" / "data"))
RECEIVE = OFFICIAL / "medcom-fhir/examples/carecommunication-5.0-testprotocol/receive"
NEW, REPLY, AGAIN, FORWARD = thread()
FIRST = cc.write(NEW)
TOLD: set[str] = set()


def broken(first: bytes, again: bytes, reading: str = "current") -> dict[str, Severity]:
    found = weigh(check_copies(first, again), profile(reading))
    TOLD.update(finding.rule for finding in check_copies(first, again))
    return {finding.rule.removeprefix("copy-"): finding.severity for finding in found}


def resend(number: int, minutes: int, raw: bytes = FIRST) -> bytes:
    """The message once more, in an envelope of its own."""
    at = AT + timedelta(minutes=minutes)
    again = fhir_bundle.resent(raw, f"again-{number}", at) if number else raw
    return enveloped(again, number + 1, PPR.gln, CLINIC.gln, at, message=1)


def test_what_we_send_again_is_a_right_copy() -> None:
    assert broken(FIRST, fhir_bundle.resent(FIRST, "new-id", AT + timedelta(minutes=30))) == {}
    assert broken(resend(0, 0), resend(1, 30)) == {}
    assert broken(FIRST, FIRST) == {} and broken(resend(0, 0), resend(0, 0)) == {}
    assert broken(FIRST, cc.write(REPLY)) == {}


def test_the_moments_of_the_step_may_be_read_both_ways() -> None:
    kept = fhir_bundle.resent(FIRST, "new-id", AT + timedelta(minutes=30))
    assert broken(FIRST, kept, "governance") == {"sent-times-kept": Severity.DISPUTED}
    later = orjson.loads(kept)
    for name in ("occurredDateTime", "recorded"):
        resource(later, "Provenance")[name] = (AT + timedelta(minutes=30)).isoformat()
    assert broken(FIRST, orjson.dumps(later)) == {"sent-times-changed": Severity.DISPUTED}
    assert broken(FIRST, orjson.dumps(later), "governance") == {}


def test_identifiers_are_never_used_again() -> None:
    other = changed(REPLY, bundle_id=NEW.bundle_id)
    assert broken(FIRST, cc.write(other)) == {"identifier-reused": Severity.ERROR}
    envelope = enveloped(cc.write(REPLY), 1, PPR.gln, CLINIC.gln, AT, message=7)
    assert broken(resend(0, 0), envelope) == {"identifier-reused": Severity.ERROR}
    same_envelope = enveloped(FIRST, 1, PPR.gln, CLINIC.gln, AT + timedelta(minutes=30), message=1)
    assert broken(resend(0, 0), same_envelope) == {"envelope": Severity.ERROR}
    same_moment = enveloped(FIRST, 2, PPR.gln, CLINIC.gln, AT, message=1)
    assert broken(resend(0, 0), same_moment) == {"envelope": Severity.ERROR}


def test_a_copy_is_unchanged_but_for_the_bundle() -> None:
    text = fhir_bundle.resent(FIRST, "new-id", AT + timedelta(minutes=30)).replace(b"sagen", b"vejen")
    assert broken(FIRST, text) == {"changed": Severity.ERROR}
    same_id = fhir_bundle.resent(FIRST, NEW.bundle_id, AT + timedelta(minutes=30))
    assert broken(FIRST, same_id) == {"bundle": Severity.ERROR}
    same_moment = fhir_bundle.resent(FIRST, "new-id", NEW.timestamp)
    assert broken(FIRST, same_moment) == {"bundle": Severity.ERROR}
    letter = clinical_email.write(LETTER)
    there = enveloped(letter, 1, LETTER.sender.gln, LETTER.receiver.gln, AT)
    again = enveloped(
        letter.replace(b"bedring", b"orden"),
        2,
        LETTER.sender.gln,
        LETTER.receiver.gln,
        AT + timedelta(hours=1),
        1,
    )
    assert broken(there, again) == {"changed": Severity.ERROR}


@pytest.mark.official
@pytest.mark.skipif(not RECEIVE.is_dir(), reason=f"the official examples are not at {RECEIVE}")
@pytest.mark.parametrize(("first", "again"), [("K", "L"), ("M", "N")])
def test_official_duplicates_are_copies(first: str, again: str) -> None:
    one, two = (next(RECEIVE.glob(f"Bundle-R-Tek-{letter}-*")).read_bytes() for letter in (first, again))
    assert broken(one, two) == {}
    assert broken(one, two, "governance") == {"sent-times-kept": Severity.DISPUTED}


# Exchanges --------------------------------------------------------------------------------------------


def exchange(*messages: bytes) -> list[Related]:
    found = relate([(f"m{number}", raw) for number, raw in enumerate(messages)])
    TOLD.update(finding.rule for each in found for finding in each.findings)
    return found


def told(found: list[Related], reading: str = "current") -> dict[str, dict[str, Severity]]:
    """What is wrong with which message, by the reading."""
    return {
        each.name: {f.rule.removeprefix("copy-"): f.severity for f in weigh(each.findings, profile(reading))}
        for each in found
        if weigh(each.findings, profile(reading))
    }


def test_an_exchange_without_faults_is_told_as_it_went() -> None:
    there = enveloped(FIRST, 1, PPR.gln, CLINIC.gln, AT)
    answered = enveloped(answer(NEW), 3, CLINIC.gln, PPR.gln, AT + timedelta(minutes=1))
    back = enveloped(cc.write(REPLY), 5, CLINIC.gln, PPR.gln, REPLY.timestamp)
    found = exchange(there, receipt(there, 2), answered, receipt(answered, 4), back, cc.write(FORWARD))
    assert told(found) == {}
    assert [each.relation.partition(":")[0] for each in found] == [
        "",
        "answers m0",
        "answers m0",
        "answers m2",
        "follows m0",
        "",
    ]
    assert "the envelope arrived" in found[1].relation and "found the message valid" in found[2].relation


def test_the_order_of_the_files_does_not_matter() -> None:
    there = enveloped(FIRST, 1, PPR.gln, CLINIC.gln, AT)
    back = enveloped(cc.write(REPLY), 5, CLINIC.gln, PPR.gln, REPLY.timestamp)
    assert [each.relation for each in exchange(back, there)] == ["follows m1", ""]
    assert [each.relation for each in exchange(resend(1, 30), resend(0, 0))] == ["copy 1 of m1", ""]


def test_old_letters_and_their_receipts_find_each_other() -> None:
    letter = clinical_email.write(LETTER)
    found = exchange(letter, receipts.write(ACCEPTED), cc.write(NEW))
    assert found[1].relation.startswith("answers m0: the receiving system took the letter")
    assert told(found) == {}


def test_the_public_rules_allow_two_resends_or_three_and_none_allows_four() -> None:
    copies = [resend(number, 31 * number) for number in range(5)]
    found = exchange(*copies[:4])
    assert told(found) == {}
    assert told(found, "governance") == {
        **{f"m{number}": {"sent-times-kept": Severity.DISPUTED} for number in (1, 2)},
        "m3": {"count": Severity.DISPUTED, "sent-times-kept": Severity.DISPUTED},
    }
    assert told(exchange(*copies)) == {"m4": {"count": Severity.ERROR}}


def test_a_message_is_sent_again_after_half_an_hour_and_not_before() -> None:
    assert told(exchange(resend(0, 0), resend(1, 12))) == {"m1": {"early": Severity.WARNING}}


def test_an_exact_copy_is_the_networks_and_no_resend() -> None:
    assert told(exchange(*[resend(0, 0)] * 6)) == {}


def test_the_duty_to_send_again_is_read_both_ways() -> None:
    other = enveloped(cc.write(REPLY), 5, CLINIC.gln, PPR.gln, AT + timedelta(hours=2))
    messages = (resend(0, 0), other, receipt(other, 6))
    assert told(exchange(*messages)) == {}
    assert told(exchange(*messages), "current,resend-duty=must") == {"m0": {"missing": Severity.DISPUTED}}
    assert told(exchange(resend(0, 0)), "current,resend-duty=must") == {}


def test_all_copies_get_the_same_answer() -> None:
    one, two = resend(0, 0), resend(1, 31)
    yes, no = receipt(one, 11), receipt(two, 12, vans.ReceiptKind.NEGATIVE)
    assert told(exchange(one, two, yes, receipt(two, 12))) == {}
    assert told(exchange(one, two, yes, no)) == {"m3": {"answers": Severity.DISPUTED}}
    assert told(exchange(one, two, yes, no), "governance")["m1"] == {"sent-times-kept": Severity.DISPUTED}
    assert "m3" not in told(exchange(one, two, yes, no), "governance")


def test_after_a_transient_error_another_answer_may_come_but_not_after_a_final_one() -> None:
    first, later = answer(NEW, "transient-error"), answer(NEW, "ok", minutes=20, seed=2)
    assert told(exchange(FIRST, first, later)) == {}
    turned = told(exchange(FIRST, answer(NEW, "ok"), answer(NEW, "fatal-error", minutes=20, seed=2)))
    assert turned["m2"]["answers"] is Severity.ERROR


def test_an_exact_copy_gets_the_first_answer_or_none() -> None:
    copy = resend(0, 0)
    yes = receipt(copy, 11)
    no = receipt(copy, 12, vans.ReceiptKind.NEGATIVE)
    found = exchange(copy, copy, yes, no)
    assert [f.rule for each in found for f in each.findings] == ["copy-exact-answers"]


def test_whatever_is_thrown_together_is_related_without_an_error() -> None:
    broken_tree = tree(NEW)
    resource(broken_tree, "Provenance")["target"] = "?"
    resource(broken_tree, "Communication")["payload"] = [1, None, "x"]
    found = exchange(b"", b"<a/>", b"{", orjson.dumps(broken_tree), FIRST, b"UNA:+.? 'UNB+", b'{"entry": 1}')
    assert len(found) == 7 and all(isinstance(each.relation, str) for each in found)


def test_every_rule_has_been_broken() -> None:
    assert {rule.id for rule in RULES} <= TOLD
