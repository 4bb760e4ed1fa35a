"""Attachments: letters of their own in the old standard, inside the message in the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from mocks.drivers.log_store import LogStore
from mocks.standards import (
    acknowledgement,
    binary_letter,
    care_communication,
    clinical_email,
    receipts,
    vans_envelope,
)
from mocks.standards.acknowledgement import Issue
from mocks.standards.binary_letter import BinaryObject
from mocks.standards.clinical_email import ClinicalEmail
from mocks.standards.conversion import LetterIds, OldLetter, binary_letters
from mocks.standards.findings import is_valid
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.vans_envelope import Envelope
from mocks.vans import Missing
from tests.messaging.ground import NEW, OLD, START, enclose
from tests.standards.conversion.letters import AT, LETTER, pdf, pointing_at
from tests.vans.conversion.conftest import ConversionGround

Make = Callable[..., ConversionGround]
MESSAGE = "00000000-0000-4000-8000-0000000000a1"


def files(number: int, size: int = 40) -> list[BinaryObject]:
    return [pdf(n, size) for n in range(1, number + 1)]


def letter_to(one: ConversionGround, given: Sequence[BinaryObject], receiver: str = "stub") -> ClinicalEmail:
    return replace(
        LETTER, sender=replace(LETTER.sender, gln=one.units["ppr"].gln or ""),
        receiver=replace(LETTER.receiver, gln=one.units[receiver].gln or ""),
        references=tuple(map(pointing_at, given)),
    )  # fmt: skip


def post_letter(
    one: ConversionGround, given: Sequence[BinaryObject], first: Iterable[BinaryObject] = (), again: int = 0
) -> None:
    """PPR sends a letter that points at ``given``; files in ``first`` are sent before it."""
    for file in first:
        post_file(one, file)
    letter = letter_to(one, given)
    raw = enclose(
        clinical_email.write(letter), sender=letter.sender.gln, receiver=letter.receiver.gln,
        envelope=f"00000000-0000-4000-8000-00000000{again:02d}e1", message=MESSAGE,
    )  # fmt: skip
    assert one.post(raw).status == 200


def post_file(one: ConversionGround, file: BinaryObject, again: int = 0) -> None:
    """PPR sends a file in a letter of its own."""
    number = int(file.id[-4:], 16)
    letter = letter_to(one, ())
    ids = LetterIds(f"ENVFILE{number:02d}", f"BRVFILE{number:02d}")
    (made,) = binary_letters(OldLetter(letter, (file,)), [ids])
    raw = enclose(
        binary_letter.write(made), sender=letter.sender.gln, receiver=letter.receiver.gln, name="MCM:XBIN01",
        version="XB0131X", envelope=f"00000000-0000-4000-8000-0000000{again}{number:02d}f1",
        message=f"00000000-0000-4000-8000-0000000000{number:02d}",
    )  # fmt: skip
    assert one.post(raw).status == 200


def messages(one: ConversionGround) -> list[care_communication.CareCommunication]:
    """What the stub got on the new standard; each is valid."""
    found = [e.data or b"" for e in one.at_stub("MCM:FDIS91")]
    assert all(is_valid(care_communication.check(raw)) for raw in found)
    return [care_communication.read(raw) for raw in found]


def attached(message: care_communication.CareCommunication) -> list[bytes | None]:
    return [s.attachment.data for s in message.segments if s.attachment is not None]


def reasons(one: ConversionGround, station: str) -> list[str]:
    return [
        str(s.facts.get("reason")) for j in one.journal.journeys() for s in j.stations if s.station == station
    ]


# Old to new ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["first", "last", "between"])
def test_a_letter_waits_for_its_attachments_in_whatever_order_they_come(ground: Make, order: str) -> None:
    one = ground(OLD, stub=NEW)
    given = files(3)
    before = {"first": given, "last": [], "between": given[:2]}[order]
    post_letter(one, given, before)
    one.wait(minutes=10)
    for file in given[len(before) :]:
        assert messages(one) == []
        post_file(one, file)
        one.wait(minutes=10)
    (message,) = messages(one)
    assert attached(message) == [file.content for file in given]
    assert one.get("http://vans/vans/statistics")["in_transit"] == 0
    one.settle()
    assert len(messages(one)) == 1
    (journey,) = one.journal.journeys()  # the files belong to the journey of the letter
    assert journey.id == MESSAGE


def test_ten_attachments_go_along(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(10)
    post_letter(one, given, given)
    one.settle()
    assert [len(attached(m)) for m in messages(one)] == [10]


def test_a_letter_whose_attachment_never_comes_goes_without_it_after_an_hour(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(2)
    post_letter(one, given, given[:1])
    one.wait(minutes=59)
    assert messages(one) == []
    one.wait(minutes=2)
    (message,) = messages(one)
    assert attached(message) == [given[0].content]
    assert message.text.endswith("\nBilag er ikke modtaget: Udredning")
    lost = [s for j in one.journal.journeys() for s in j.stations if s.station == "converted"]
    assert "the file did not come in time" in str(lost[0].facts["lost"])


def test_or_it_is_refused_where_that_is_set(ground: Make) -> None:
    one = ground(OLD, stub=NEW, missing=Missing.REFUSE, wait_seconds=600)
    post_letter(one, files(1))
    one.settle()
    assert messages(one) == []
    assert reasons(one, "negative_vans") == ["1 of its attachments did not come in time"]
    assert one.get("http://vans/vans/statistics")["in_transit"] == 0


def test_an_attachment_without_a_letter_is_refused_after_an_hour(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    post_file(one, files(1)[0])
    one.wait(minutes=59)
    assert reasons(one, "negative_vans") == []
    one.settle()
    assert reasons(one, "negative_vans") == ["no letter came in time that refers to this attachment"]
    post_letter(one, files(1))  # too late: the attachment is gone
    one.settle()
    (message,) = messages(one)
    assert attached(message) == []


def test_a_letter_that_waits_is_sent_again_and_goes_out_as_one_message(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(1)
    post_letter(one, given)
    one.wait(minutes=31)
    post_letter(one, given, again=1)
    one.wait(minutes=5)
    post_file(one, given[0])
    one.settle()
    first, second = messages(one)
    assert first == second
    assert attached(first) == [given[0].content]


def test_a_resend_has_its_attachments_though_they_do_not_come_again(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(2)
    post_letter(one, given, given)
    one.settle()
    post_letter(one, given, again=1)
    one.settle()
    first, second = messages(one)
    assert first == second


def test_a_letter_is_forgotten_after_three_days_and_keeps_its_numbers(ground: Make) -> None:
    one = ground(OLD, stub=NEW, remember_seconds=3600)
    given = files(1)
    post_letter(one, given, given)
    one.wait(hours=2)
    post_letter(one, [], again=1)  # makes room: what is old is thrown away when something new is kept
    one.settle()
    other = files(2)[1:]
    post_letter(one, other, other, again=2)
    one.settle()
    assert {m.header_id for m in messages(one)} == {messages(one)[0].header_id}


def test_a_file_of_a_type_that_no_message_takes_is_refused_and_the_letter_does_not_wait(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    text = pdf(1, extension="txt")
    post_letter(one, [text])
    post_file(one, text)
    one.wait(minutes=5)
    (message,) = messages(one)
    assert message.text.endswith("\nBilag kunne ikke overføres: Udredning (txt)")
    assert reasons(one, "negative_vans") == ["its receiver takes no files of type txt"]


def test_several_files_in_one_letter_of_attachments(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(3)
    post_letter(one, given)
    letter = letter_to(one, ())
    (made, *_) = binary_letters(OldLetter(letter, (given[0],)), [LetterIds("ENVFILES", "BRVFILES")])
    raw = enclose(
        binary_letter.write(replace(made, objects=tuple(given))), sender=letter.sender.gln,
        receiver=letter.receiver.gln, name="MCM:XBIN01", version="XB0131X",
        envelope="00000000-0000-4000-8000-0000000000f1", message="00000000-0000-4000-8000-0000000000b1",
    )  # fmt: skip
    one.post(raw)
    one.wait(minutes=5)
    assert [attached(m) for m in messages(one)] == [[file.content for file in given]]
    acknowledge(one, "ok")
    assert len(sent_to_ppr(one, "MCM:XCTL03")) == 2


def test_one_acknowledgement_answers_the_letter_and_each_attachment(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(2)
    post_letter(one, given, given)
    one.settle()
    acknowledge(one, "ok")
    found = [receipts.read(e.data or b"") for e in sent_to_ppr(one, "MCM:XCTL03")]
    assert [(r.original_envelope_id, r.letters[0].letter_id, r.letters[0].version) for r in found] == [
        (LETTER.envelope_id, LETTER.letter_id, "XD9134L"),
        ("ENVFILE01", "BRVFILE01", "XB0131X"),
        ("ENVFILE02", "BRVFILE02", "XB0131X"),
    ]
    acknowledge(one, "ok", again=1)  # the same content once more
    again = [receipts.read(e.data or b"") for e in sent_to_ppr(one, "MCM:XCTL03")][3:]
    assert again == found


def test_a_refusal_reaches_the_letter_and_each_attachment_with_its_reason(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(1)
    post_letter(one, given, given)
    one.settle()
    acknowledge(one, "fatal-error", Issue("error", "structure", None, "CPR passer ikke"))
    found = [receipts.read(e.data or b"") for e in sent_to_ppr(one, "MCM:XCTL02")]
    assert [r.letters[0].refuse_text for r in found] == ["CPR passer ikke"] * 2


def test_a_transient_error_brings_no_receipt(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    post_letter(one, [])
    one.settle()
    acknowledge(one, "transient-error", Issue("error", "transient", None, "nede"))
    assert sent_to_ppr(one, "MCM:XCTL") == []


def test_an_acknowledgement_that_breaks_a_rule_passes_and_its_reader_refuses_it(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    post_letter(one, [])
    one.settle()
    acknowledge(one, "ok", spoilt=(b'"response":{"identifier":', b'"response":{"identifier":7,"old":'))
    assert sent_to_ppr(one, "MCM:XCTL") == []


def test_an_attachment_that_is_sent_again_gets_its_receipt_again(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    given = files(1)
    post_letter(one, given, given)
    one.settle()
    post_file(one, given[0], again=1)
    one.settle()
    assert sent_to_ppr(one, "MCM:XCTL") == []  # nobody has answered yet
    acknowledge(one, "ok")
    before = len(sent_to_ppr(one, "MCM:XCTL03"))
    post_file(one, given[0], again=2)
    one.settle()
    *_, last = sent_to_ppr(one, "MCM:XCTL03")
    assert len(sent_to_ppr(one, "MCM:XCTL03")) == before + 1 == 3
    assert receipts.read(last.data or b"").letters[0].letter_id == "BRVFILE01"
    assert len(messages(one)) == 1


def test_a_letter_that_comes_again_can_be_dropped_and_is_then_answered_by_vans(ground: Make) -> None:
    one = ground(OLD, stub=NEW, drop_duplicates=True)
    post_letter(one, [])
    one.settle()
    acknowledge(one, "ok")
    post_letter(one, [], again=1)
    one.settle()
    assert len(messages(one)) == 1
    first, second = (receipts.read(e.data or b"") for e in sent_to_ppr(one, "MCM:XCTL03"))
    assert first == second


def acknowledge(
    one: ConversionGround,
    code: acknowledgement.Code,
    *issues: Issue,
    again: int = 0,
    spoilt: tuple[bytes, bytes] = (b"", b""),
) -> None:
    """The stub answers the message that it got."""
    (message, *_) = messages(one)
    numbers = iter(f"7000000{again}-0000-4000-8000-00000000000{n}" for n in range(9))
    answer = acknowledgement.answer(message, code, new_id=lambda: next(numbers), at=AT, issues=issues)
    content = acknowledgement.write(answer)
    raw = enclose(
        content.replace(*spoilt) if spoilt[0] else content, sender=message.receiver.gln, receiver=message.sender.gln,
        name=f"MCM:FCTL#{code}", version="2.0.0", envelope=f"70000000-0000-4000-8000-0000000000{again}9",
        message=f"70000000-0000-4000-8000-0000000000{again}8",
    ).replace(b"<Format>XML", b"<Format>HL7")  # fmt: skip
    assert one.post(raw).status == 200
    one.settle()


def sent_to_ppr(one: ConversionGround, name: str) -> list[Envelope]:
    return [vans_envelope.read(w.body) for w in one.wires(name) if w.system == "vans"]


# New to old ----------------------------------------------------------------------------------------------


def post_message(
    one: ConversionGround, number: int, again: int = 0, spoilt: tuple[bytes, bytes] = (b"", b"")
) -> care_communication.CareCommunication:
    """PPR, on the new standard, sends a message with that many files; ``again`` makes it a resend, and
    ``spoilt`` replaces something in it."""
    ids = iter(f"6{n:07x}-0000-4000-8000-000000000001" for n in range(64))
    sender, receiver = (
        care_communication.Organisation(one.units[n].sor_id, one.units[n].gln or "", n)
        for n in ("ppr", "stub")
    )
    message = care_communication.new(
        new_id=lambda: next(ids), at=AT, sender=sender, receiver=receiver, category="training",
        patient=care_communication.PatientIdentity.of_cpr("2512489996", "Testperson", "Nanna"),
        text="Se bilag", author=care_communication.Author("Anne", "Holm", "12345678", "psykolog"),
        attachments=[
            care_communication.Attachment(f"Fil {n}", "application/pdf", f"%PDF {n}".encode())
            for n in range(number)
        ],
    )  # fmt: skip
    if again:
        at = message.timestamp + timedelta(minutes=30)
        message = care_communication.resent(message, f"5000000{again}-0000-4000-8000-000000000001", at)
    content = care_communication.write(message)
    raw = enclose(
        content.replace(*spoilt) if spoilt[0] else content, sender=sender.gln, receiver=receiver.gln,
        name="MCM:FDIS91#training", version="5.0", message=MESSAGE,
        envelope=f"00000000-0000-4000-8000-00000000{again:02d}e1",
    ).replace(b"<Format>XML", b"<Format>HL7")  # fmt: skip
    assert one.post(raw).status == 200
    one.wait(minutes=5)
    return message


def letters(one: ConversionGround) -> list[ClinicalEmail]:
    return [clinical_email.read_checked(e.data or b"") for e in one.at_stub("MCM:XDIS91")]


def following(one: ConversionGround) -> list[binary_letter.BinaryLetter]:
    return [binary_letter.read_checked(e.data or b"") for e in one.at_stub("MCM:XBIN01")]


def answer(one: ConversionGround, letter: str, again: int = 0, **fields: object) -> None:
    """The stub sends a receipt for a letter with that number."""
    kind = fields.pop("kind", LetterReceiptKind.POSITIVE)
    given: dict[str, object] = {
        "kind": kind, "envelope_id": "E", "sent": AT, "letter_id": "B", "sender_gln": one.units["stub"].gln,
        "receiver_gln": one.units["ppr"].gln, "original_envelope_id": "unknown",
        "original_sender_gln": one.units["ppr"].gln, "original_receiver_gln": one.units["stub"].gln,
        "letters": (OriginalLetter(letter, "XD9134L"),), **fields,
    }  # fmt: skip
    number = sum(ord(c) * (n + 1) for n, c in enumerate(letter)) % 1000
    raw = enclose(
        receipts.write(LetterReceipt(**given)),  # type: ignore[arg-type]
        sender=one.units["stub"].gln or "", receiver=one.units["ppr"].gln or "", name="MCM:XCTL03",
        version="XC0330Q", envelope=f"40000000-0000-4000-8000-00000000{again}{number:03d}",
        message=f"30000000-0000-4000-8000-00000000{again}{number:03d}",
    )  # fmt: skip
    assert one.post(raw).status == 200
    one.wait(minutes=5)


def acknowledgements(one: ConversionGround) -> list[acknowledgement.Acknowledgement]:
    found = [w for w in one.wires("MCM:FCTL") if w.system == "vans"]
    return [acknowledgement.read(vans_envelope.read(w.body).data or b"") for w in found]


def test_each_file_follows_its_letter_in_a_letter_of_its_own(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 3)
    (letter,) = letters(one)
    assert [r.description for r in letter.references] == ["Fil 0", "Fil 1", "Fil 2"]
    wanted = {r.binary.id.upper() for r in letter.references if r.binary is not None}
    assert {o.key for each in following(one) for o in each.objects} == wanted
    assert [o.content for each in following(one) for o in each.objects] == [b"%PDF 0", b"%PDF 1", b"%PDF 2"]
    assert all(each.wants_receipt for each in following(one))
    numbers = [letter.letter_id, letter.envelope_id]
    numbers += [n for each in following(one) for n in (each.letter_id, each.envelope_id)]
    assert len(set(numbers)) == 8 and max(map(len, numbers)) == 14


def test_a_resend_has_the_same_numbers_in_new_emessages(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 2)
    post_message(one, 2, again=1)
    first, second = letters(one)
    assert first.letter_id == second.letter_id and first.envelope_id != second.envelope_id
    assert [f.letter_id for f in following(one)[:2]] == [f.letter_id for f in following(one)[2:]]
    assert [f.objects for f in following(one)[:2]] == [f.objects for f in following(one)[2:]]


def test_eleven_files_are_refused_before_anything_is_delivered(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 11)
    assert letters(one) == following(one) == []
    (reason,) = reasons(one, "negative_vans")
    assert "11 attached files" in reason


def test_the_acknowledgement_waits_for_the_receipts_of_all_letters(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    message = post_message(one, 2)
    (letter,) = letters(one)
    for number in [each.letter_id for each in following(one)]:
        answer(one, number)
    assert acknowledgements(one) == []
    assert reasons(one, "waits") == ["for 2 receipts", "for 1 receipts"]
    answer(one, letter.letter_id)
    (found,) = acknowledgements(one)
    assert (found.code, found.original_header_id) == ("ok", message.header_id)
    assert (found.sender.gln, found.receiver.gln) == (one.units["stub"].gln, one.units["ppr"].gln)
    answer(one, letter.letter_id, again=1)  # a repeated receipt is a repeated acknowledgement
    again = acknowledgements(one)[1]
    assert (again.header_id, again.code) == (found.header_id, "ok")
    assert again.bundle_id != found.bundle_id


def test_one_negative_receipt_is_enough(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 2)
    (letter,) = letters(one)
    answer(
        one, letter.letter_id, kind=LetterReceiptKind.NEGATIVE,
        letters=(OriginalLetter(letter.letter_id, "XD9134L", "syntaksfejl", "nej"),),
    )  # fmt: skip
    (found,) = acknowledgements(one)
    assert (found.code, [i.text for i in found.issues]) == ("fatal-error", ["nej"])


def test_a_receipt_that_names_the_emessage_alone_is_understood(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 0)
    (letter,) = letters(one)
    answer(
        one, "", kind=LetterReceiptKind.NEGATIVE, letters=(), original_envelope_id=letter.envelope_id,
        refuse_code="ukendt_lokationsnummer",
    )  # fmt: skip
    assert [a.code for a in acknowledgements(one)] == ["fatal-error"]


def test_files_need_no_receipt_where_that_is_set(ground: Make) -> None:
    one = ground(NEW, stub=OLD, file_receipts=False)
    post_message(one, 1)
    assert [each.wants_receipt for each in following(one)] == [False]
    answer(one, letters(one)[0].letter_id)
    assert [a.code for a in acknowledgements(one)] == ["ok"]


def test_a_receipt_of_something_that_was_not_converted_passes(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    answer(one, "BRVUNKNOWN")
    assert acknowledgements(one) == []
    assert [w.standard for w in one.wires("MCM:XCTL") if w.system == "vans"] == []


def test_statistics_count_a_message_once_however_many_letters_it_becomes(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 3)
    rows = one.get("http://vans/vans/statistics")["rows"]
    assert [(r["type"], r["accepted"], r["delivered"]) for r in rows] == [("MCM:FDIS91#training", 1, 1)]


# Restart -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("durable", [False, True], ids=["memory", "log"])
def test_what_waits_goes_on_waiting_after_a_restart(ground: Make, durable: bool, tmp_path) -> None:  # type: ignore[no-untyped-def]
    opened: list[LogStore] = []

    def store(system: str) -> LogStore:
        for each in [o for o in opened if o.path.stem == system]:
            each.close()
            opened.remove(each)
        opened.append(LogStore(tmp_path / f"{system}.log"))
        return opened[-1]

    one = ground(OLD, stub=NEW, **({"stores": store} if durable else {}))
    given = files(2)
    post_letter(one, given, given[:1])
    one.wait(minutes=30)
    one.restart()
    one.wait(minutes=10)
    assert messages(one) == []
    post_file(one, given[1])
    one.wait(minutes=1)
    (message,) = messages(one)
    assert attached(message) == [file.content for file in given]
    one.restart()
    acknowledge(one, "ok")
    assert len(sent_to_ppr(one, "MCM:XCTL03")) == 3
    post_letter(one, given, again=1)
    one.settle()
    assert messages(one)[-1] == message


def test_the_hour_is_counted_from_before_the_restart(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    post_letter(one, files(1))
    one.wait(minutes=40)
    one.restart()
    one.wait(minutes=19)
    assert messages(one) == []
    one.wait(minutes=3)
    assert len(messages(one)) == 1
    assert one.now() - START < timedelta(minutes=63)


def test_receipts_that_were_there_count_after_a_restart(ground: Make) -> None:
    one = ground(NEW, stub=OLD)
    post_message(one, 1)
    answer(one, following(one)[0].letter_id)
    one.restart()
    answer(one, letters(one)[0].letter_id)
    assert [a.code for a in acknowledgements(one)] == ["ok"]
