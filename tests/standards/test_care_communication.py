"""Messages that we compose: correct by our own check, the same after a way over the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import orjson
import pytest

from mocks.drivers.ids import SeededIds
from mocks.errors import BadInput, Malformed
from mocks.identifiers import make_gln, make_sor
from mocks.standards import care_communication as cc
from mocks.standards import fhir_bundle
from mocks.standards.exchange.thread import check_thread
from mocks.standards.findings import Severity, is_valid
from mocks.standards.profiles import codes

AT = datetime(2025, 9, 29, 9, 0, tzinfo=timezone(timedelta(hours=2)))
PPR = cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg")
CLINIC = cc.Organisation(make_sor(2), make_gln(2), "Lægerne på Torvet")
BUP = cc.Organisation(make_sor(3), make_gln(3))
CHILD = cc.PatientIdentity.of_cpr("2509479989", "Elmer", "Bruno Test")
PSYCHOLOGIST = cc.Author("Mette", "Hansen", "12345678", role_code="psykolog")
DOCTOR = cc.Author("Lars", "Holm", "+4587654321", role_code="laege")
PDF = cc.Attachment("Udredning", "application/pdf", b"%PDF-1.7 x", creation="2025-09-01")
LINK = cc.Attachment("Vejledning", url="https://example.org/vejledning")

Ids = Callable[[], str]


@pytest.fixture
def new_id() -> Ids:
    ids = SeededIds(1, "test")
    return lambda: ids.uuid("message")


def first(new_id: Ids, **more: object) -> cc.CareCommunication:
    given: dict[str, object] = {
        "new_id": new_id,
        "at": AT,
        "sender": PPR,
        "receiver": CLINIC,
        "patient": CHILD,
        "category": "healthcare",
        "text": "Hej\nHvordan går det? <Æøå> & mere",
        "author": PSYCHOLOGIST,
        **more,
    }
    return cc.new(**given)  # type: ignore[arg-type]


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def thread(new_id: Ids, version: str) -> dict[str, cc.CareCommunication]:
    """A thread with everything in it: new, reply, reply to the reply, forward, addition."""
    new = first(
        new_id,
        version=version,
        category="regarding-referral",
        priority="asap",
        topic="Om henvisningen",
        attachments=[PDF, LINK],
        encounter=cc.Encounter(
            (
                (codes.LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7"),
                (codes.SOR_ENDPOINT + PPR.sor_id, "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"),
            )
        ),
        specific_sender=cc.Person(msgspec.structs.replace(PSYCHOLOGIST, phone="")),
        specific_recipient=cc.Team("Børneteamet"),
    )
    reply = cc.reply(new, new_id=new_id, at=later(30), text="Svar", author=DOCTOR, attachments=[PDF])
    again = cc.reply(reply, new_id=new_id, at=later(60), text="Tak", author=PSYCHOLOGIST)
    added = cc.reply(again, new_id=new_id, at=later(61), text="PS", author=PSYCHOLOGIST, sender=PPR)
    onward = cc.forward(
        again, new_id=new_id, at=later(90), receiver=BUP, sender=CLINIC, text="Til orientering", author=DOCTOR
    )
    return {"new": new, "reply": reply, "again": again, "added": added, "onward": onward}


@pytest.mark.parametrize("version", ["5.0", "4.0.0"])
@pytest.mark.parametrize("mime", [cc.MIME_JSON, cc.MIME_XML])
def test_every_message_we_write_passes_our_check_and_reads_back_the_same(
    new_id: Ids, version: str, mime: str
) -> None:
    for name, message in thread(new_id, version).items():
        raw = cc.write(message, mime=mime)
        assert cc.check(raw) == [] or name == "onward", name
        assert is_valid(cc.check(raw))
        assert cc.read(raw) == message, name
        assert cc.write(cc.read(raw), mime=mime) == raw


def test_a_reply_stays_in_the_thread_and_goes_back_to_the_sender(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    new, reply, again = messages["new"], messages["reply"], messages["again"]
    assert reply.thread == new.thread
    assert (reply.sender, reply.receiver) == (CLINIC, PPR)
    assert reply.activity == "reply-message"
    assert reply.step.previous == new.header_id
    assert again.step.previous == reply.header_id
    assert again.steps[:2] == reply.steps
    assert reply.specific_recipient == new.specific_sender
    assert (reply.category, reply.topic, reply.priority) == (new.category, new.topic, "asap")
    assert reply.encounter == new.encounter
    assert reply.text == "Svar"
    assert len({new.header_id, reply.header_id, new.bundle_id, reply.bundle_id}) == 4


def test_a_reply_carries_old_attachments_without_data_and_link(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    carried = messages["reply"].segments[:3]
    assert carried[0] == messages["new"].segments[0]
    assert carried[1].attachment == msgspec.structs.replace(PDF, data=None)
    assert carried[2].attachment == msgspec.structs.replace(LINK, url=None)
    assert messages["reply"].segments[4].attachment == PDF


def test_a_reply_to_the_own_message_keeps_the_receiver(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    added = messages["added"]
    assert (added.sender, added.receiver) == (PPR, CLINIC)


def test_a_forward_has_a_thread_of_its_own_and_names_what_it_follows(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    onward, again = messages["onward"], messages["again"]
    assert onward.thread != again.thread
    assert onward.receiver == BUP
    assert onward.activity == "forward-message"
    assert onward.step.previous == again.header_id
    assert onward.segments[:-1] == again.segments


def test_a_forward_takes_the_files_that_a_reply_had_lost(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    old = messages["new"].segments[1]
    onward = cc.forward(
        messages["reply"],
        new_id=new_id,
        at=later(90),
        receiver=BUP,
        text="Se filen",
        author=PSYCHOLOGIST,
        files={old.identifier: PDF},
    )
    assert onward.segments[1].attachment == PDF


def test_changing_the_category_of_a_reply_drops_the_priority(new_id: Ids) -> None:
    new = thread(new_id, "5.0")["new"]
    reply = cc.reply(new, new_id=new_id, at=AT, text="Svar", author=DOCTOR, category="healthcare")
    assert reply.priority is None
    assert is_valid(cc.check(cc.write(reply)))


def test_an_answer_to_an_old_letter_names_lokationsnummer_and_brevid(new_id: Ids) -> None:
    message = first(new_id, answers_letter=f"{CLINIC.gln}#B3007201816")
    assert message.activity == "reply-message"
    raw = cc.write(message)
    assert cc.check(raw) == []
    assert cc.read(raw).step.previous == f"{CLINIC.gln}#B3007201816"


def test_replacement_numbers_all_come_back_in_a_reply(new_id: Ids) -> None:
    child = cc.PatientIdentity(
        (
            (codes.X_ECPR, "0703921VJ4"),
            (codes.CPR, "2509479989"),
            (f"{codes.D_ECPR_GENERIC}.179", "1206550VK9"),
        ),
        "Elmer",
        deceased=True,
    )
    new = first(new_id, patient=child)
    reply = cc.reply(cc.read(cc.write(new)), new_id=new_id, at=later(1), text="Ja", author=DOCTOR)
    assert reply.patient == child
    assert cc.check(cc.write(reply)) == []


def test_a_resent_message_keeps_everything_but_bundle_id_and_timestamp(new_id: Ids) -> None:
    message = first(new_id)
    again = cc.resent(message, "b2", later(30))
    raw = fhir_bundle.resent(cc.write(message), "b2", later(30))
    assert raw == cc.write(again)
    assert cc.read(raw).header_id == message.header_id
    xml = fhir_bundle.resent(cc.write(message, mime=cc.MIME_XML), "b2", later(30))
    assert xml.startswith(b"<?xml")
    assert cc.read(xml) == again


def test_the_same_record_gives_the_same_bytes_and_another_one_other_ids(new_id: Ids) -> None:
    one, two = first(new_id), first(new_id)
    assert cc.write(one) == cc.write(one)

    def ids(message: cc.CareCommunication) -> set[str]:
        return {e["resource"]["id"] for e in orjson.loads(cc.write(message))["entry"]}

    assert not ids(one) & ids(two)


def test_resource_ids_can_be_handed_in(new_id: Ids) -> None:
    drawn = (f"r{number}" for number in range(100))
    raw = cc.write(first(new_id), new_id=lambda: next(drawn))
    assert cc.check(raw) == []
    assert orjson.loads(raw)["entry"][1]["resource"]["id"] == "r0"


def test_narratives_show_the_text_and_never_the_data_of_files(new_id: Ids) -> None:
    tree = orjson.loads(cc.write(first(new_id, attachments=[PDF])))
    divs = {e["resource"]["resourceType"]: e["resource"]["text"]["div"] for e in tree["entry"]}
    assert "&lt;Æøå&gt; &amp; mere" in divs["Communication"]
    assert "Udredning" in divs["Communication"]
    data = next(p for p in tree["entry"][2]["resource"]["payload"] if "contentAttachment" in p)
    assert data["contentAttachment"]["data"] not in divs["Communication"]
    for entry in tree["entry"]:
        assert entry["resource"]["id"] in entry["resource"]["text"]["div"]


def test_version_4_gives_a_free_text_role_the_code_for_not_available(new_id: Ids) -> None:
    author = cc.Author("Ann", "Wounds", "48456523", role_text="Visitator")
    for version, expected in (("4.0.0", "NAVU"), ("5.0", None)):
        raw = cc.write(first(new_id, version=version, author=author))
        assert cc.check(raw) == []
        role = next(
            e["resource"]
            for e in orjson.loads(raw)["entry"]
            if e["resource"]["resourceType"] == "PractitionerRole"
        )
        coding = role["code"][0].get("coding")
        assert (coding[0]["code"] if coding else None) == expected
        assert cc.read(raw).segments[0].author == author


def test_a_message_can_go_without_the_name_of_an_organisation(new_id: Ids) -> None:
    raw = cc.write(first(new_id, receiver=BUP))
    assert cc.check(raw) == []
    assert cc.read(raw).receiver == BUP


def test_a_version_that_is_not_ours_is_refused_when_writing(new_id: Ids) -> None:
    with pytest.raises(BadInput, match=r"5\.0 or 4\.0\.0"):
        cc.write(first(new_id, version="3.0"))


def test_an_empty_text_is_refused_when_composing(new_id: Ids) -> None:
    with pytest.raises(BadInput, match="needs a text"):
        first(new_id, text=" \n")


def test_reading_a_message_without_category_gives_the_broken_rule(new_id: Ids) -> None:
    tree = orjson.loads(cc.write(first(new_id)))
    del tree["entry"][2]["resource"]["category"]
    with pytest.raises(Malformed) as caught:
        cc.read_tree(tree)
    assert caught.value.findings[0].path == "Bundle.entry[2].resource.category"
    assert caught.value.findings[0].severity is Severity.ERROR


def test_the_envelope_names_category_and_version() -> None:
    assert cc.document_name("regarding-referral") == "MCM:FDIS91#regarding-referral"
    assert cc.document_version("5.0") == "5.0"
    assert cc.document_version("4.0.0") == "4.0.0"


def test_a_party_that_reads_the_sources_strictly_can_say_so(new_id: Ids) -> None:
    message = first(new_id)
    foreign = "0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"
    step = msgspec.structs.replace(message.step, sources=(*message.step.sources, foreign))
    raw = cc.write(msgspec.structs.replace(message, steps=(step,)))
    assert is_valid(cc.check(raw))
    strict = cc.check(raw, as_errors=frozenset({"tvaers-provenance-sources"}))
    assert not is_valid(strict)


def test_a_forward_may_take_a_part_of_the_thread_whole_messages_only(new_id: Ids) -> None:
    messages = thread(new_id, "5.0")
    again = messages["again"]
    part = cc.forward(
        again, new_id=new_id, at=later(90), receiver=BUP, text="Kun det nyeste", author=DOCTOR,
        messages={again.header_id},
    )  # fmt: skip
    assert [step.activity for step in part.steps] == ["reply-message", "forward-message"]
    assert [segment.text for segment in part.segments] == ["Tak", "Kun det nyeste"]
    assert cc.check(cc.write(part)) == [] and check_thread(tree_of(again), tree_of(part)) == []
    for wrong in ({messages["reply"].header_id}, {again.header_id, "nobody's"}):
        with pytest.raises(BadInput, match="message"):
            cc.forward(
                again, new_id=new_id, at=later(90), receiver=BUP, text="x", author=DOCTOR, messages=wrong
            )


def tree_of(message: cc.CareCommunication) -> dict[str, Any]:
    return orjson.loads(cc.write(message))  # type: ignore[no-any-return]


def test_version_4_takes_several_recipients_and_5_refuses_them(new_id: Ids) -> None:
    several = first(new_id, version="4.0.0", specific_recipient=cc.Team("Børneteamet"))
    several = msgspec.structs.replace(several, further_recipients=(cc.Team("Vagten"),))
    assert cc.check(cc.write(several)) == []
    assert cc.read(cc.write(several)) == several
    assert cc.reply(several, new_id=new_id, at=later(5), text="Ja", author=DOCTOR).further_recipients == ()
    with pytest.raises(BadInput, match="one specific recipient"):
        cc.write(msgspec.structs.replace(several, version="5.0"))
