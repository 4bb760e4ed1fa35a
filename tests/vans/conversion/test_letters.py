"""A letter between a unit that takes only the old standard and one that takes only the new."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from mocks.messaging import ResendPolicy
from mocks.runtime import Response
from mocks.standards import care_communication, clinical_email, vans_envelope
from mocks.standards.findings import Severity
from mocks.standards.recognise import check_bytes
from sim.journey import Station
from tests.messaging.ground import FHIR_5, NEW, NEW_4, OLD, enclose
from tests.vans.conversion.conftest import ConversionGround

Make = Callable[..., ConversionGround]
WAYS = [(OLD, NEW), (OLD, NEW_4), (NEW, OLD), (NEW_4, OLD)]


def conversions(ground: ConversionGround, message: str) -> list[Station]:
    return [s for s in ground.journey(message).stations if s.station == "converted"]


def wrong(ground: ConversionGround) -> list[tuple[str, str]]:
    """Errors in anything that was on the wire."""
    found = [(w.standard, f) for w in ground.journal.wires for f in check_bytes(w.body).findings]
    return [(standard, f.rule) for standard, f in found if f.severity is Severity.ERROR]


@pytest.mark.parametrize(("ppr", "clinic"), WAYS)
def test_a_letter_arrives_and_its_acknowledgement_comes_back(
    ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...]
) -> None:
    one = ground(ppr, clinic)
    message = one.write(subject="Trivsel", text="Kender du familien?")
    one.settle()
    (letter,) = one.inbox()
    status, opened = one.act("clinic", letter["message"], "read")
    assert status == 200
    assert "Trivsel" in letter["subject"]
    assert "Kender du familien?" in opened["text"]
    assert (opened["cpr"], opened["patient"]) == ("2512489996", "Nanna Testperson")
    (sent,) = one.sent()
    assert (sent["state"], sent["envelopes"]) == ("acknowledged", 1)
    journey = one.journey(message)
    assert journey.complete and journey.receipted
    into = [str(s.facts["into"]).partition("/")[0] for s in conversions(one, message)]
    assert into == (["FDIS91", "XCTL"] if ppr == OLD else ["XDIS91", "FCTL"])
    assert wrong(one) == []
    assert one.get("http://vans/vans/statistics")["in_transit"] == 0


@pytest.mark.parametrize(("ppr", "clinic"), WAYS)
def test_a_reply_is_converted_too(ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...]) -> None:
    one = ground(ppr, clinic)
    one.write()
    one.settle()
    (letter,) = one.inbox()
    one.write("clinic", "ppr", reply_to=letter["message"], text="Ja, siden 2019.")
    one.settle()
    (answer,) = one.inbox("ppr")
    _, opened = one.act("ppr", answer["message"], "read")
    assert "Ja, siden 2019." in opened["text"]
    if ppr == OLD:  # the clinic answered a message; PPR knows the letter
        (sent,) = [clinical_email.read(e.data or b"") for e in one.letters()[:1]]
        assert f"Svar på brev: {one.units['ppr'].gln}#{sent.letter_id}" in opened["text"]
    assert wrong(one) == []


def test_nothing_is_converted_where_both_take_the_same(ground: Make) -> None:
    for ppr, clinic in ((OLD, OLD), (NEW, NEW), (OLD, FHIR_5), (FHIR_5, NEW), (NEW, FHIR_5)):
        one = ground(ppr, clinic)
        message = one.write()
        one.settle()
        assert one.sent()[0]["state"] == "acknowledged"
        assert conversions(one, message) == []


def test_without_the_setting_a_letter_without_a_common_format_is_not_sent(ground: Make) -> None:
    one = ConversionGround(capabilities={"ppr": OLD, "clinic": NEW})
    assert one.try_to_write() == (409, {"error": "no_common_format", "text": one.try_to_write()[1]["text"]})


def test_a_unit_that_takes_no_correspondence_is_not_written_to(ground: Make) -> None:
    one = ground(clinic=())
    assert one.try_to_write()[0] == 409


def test_losses_stand_in_the_trace_by_element_and_reason(ground: Make) -> None:
    one = ground(NEW, OLD)
    message = one.write(subject="x" * 90)
    one.settle()
    first = conversions(one, message)[0]
    assert first.facts["losses"] == 3
    told = str(first.facts["lost"])
    assert "Communication.category: becomes words in the subject" in told
    assert "Communication.identifier: a letter belongs to no thread" in told
    assert "Communication.topic: cut at 70 characters" in told


def test_receipts_name_the_envelopes_that_their_readers_sent(ground: Make) -> None:
    one = ground(OLD, NEW)
    message = one.write()
    one.settle()
    own = {w.ids["envelope"] for w in one.journey(message).messages if w.system in ("os2", "lps")}
    for wire in one.journey(message).messages:
        receipt = vans_envelope.read(wire.body).receipt
        if receipt is not None and wire.system == "vans":
            assert receipt.original_envelope in own


def test_statistics_count_what_senders_sent(ground: Make) -> None:
    one = ground(OLD, NEW)
    one.write()
    one.settle()
    rows = one.get("http://vans/vans/statistics")["rows"]
    assert {(r["type"], r["accepted"], r["delivered"], r["refused"]) for r in rows} == {
        ("MCM:XDIS91", 1, 1, 0),
        ("MCM:FCTL#ok", 1, 1, 0),
    }


# Copies and resends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ppr", "clinic", "receipt"), [(OLD, NEW, "MCM:FCTL"), (NEW, OLD, "MCM:XCTL")])
def test_a_resend_after_a_lost_acknowledgement_gets_the_same_numbers(
    ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...], receipt: str
) -> None:
    one = ground(ppr, clinic)
    one.trouble.next(receipt, "drop")
    message = one.write()
    one.settle()
    (sent,) = one.sent()
    assert (sent["state"], sent["envelopes"]) == ("acknowledged", 2)
    (letter,) = one.inbox()
    assert letter["copies"] == 2
    assert one.journey(message).shown == 1
    name = "MCM:FDIS91" if ppr == OLD else "MCM:XDIS91"
    first, second = [vans_envelope.read(w.body) for w in one.wires(name) if w.system == "vans"]
    assert first.identifier != second.identifier
    assert first.meta is not None and second.meta is not None
    assert first.meta.identifier == second.meta.identifier == message
    if ppr == OLD:  # the letter was sent again as it was: so is the message
        assert first.data == second.data
    else:  # a new bundle is a new Emessage of the same letter
        before, after = (clinical_email.read(e.data or b"") for e in (first, second))
        assert before.letter_id == after.letter_id
        assert before.envelope_id != after.envelope_id
        assert replace(after, envelope_id="", sent=before.sent) == replace(before, envelope_id="")
    assert wrong(one) == []


def test_the_same_letter_in_a_new_emessage_is_the_same_message_in_a_new_bundle(ground: Make) -> None:
    one = ground(OLD, stub=NEW)
    raw = _letter(one)
    one.post(raw("ENV1"))
    one.settle()
    one.post(raw("ENV2"))
    one.settle()
    first, second = (care_communication.read(e.data or b"") for e in one.at_stub("MCM:FDIS91"))
    assert first.bundle_id != second.bundle_id
    assert replace(second, bundle_id="", timestamp=first.timestamp) == replace(first, bundle_id="")


def _letter(one: ConversionGround) -> Callable[[str], bytes]:
    from tests.standards.conversion.letters import LETTER

    sender, receiver = one.units["ppr"].gln or "", one.units["stub"].gln or ""

    def raw(emessage: str) -> bytes:
        letter = replace(
            LETTER, envelope_id=emessage, sender=replace(LETTER.sender, gln=sender),
            receiver=replace(LETTER.receiver, gln=receiver),
        )  # fmt: skip
        return enclose(
            clinical_email.write(letter), sender=sender, receiver=receiver,
            envelope=f"00000000-0000-4000-8000-0000000000{emessage[-1]}1",
        )  # fmt: skip

    return raw


@pytest.mark.parametrize(("ppr", "clinic", "name"), [(OLD, NEW, "MCM:XDIS91"), (NEW, OLD, "MCM:FDIS91")])
def test_a_letter_that_is_doubled_on_the_way_is_shown_once(
    ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...], name: str
) -> None:
    one = ground(ppr, clinic)
    one.trouble.next(name, "duplicate", 90)
    message = one.write()
    one.settle()
    assert len(one.inbox()) == 1
    journey = one.journey(message)
    assert (journey.shown, journey.duplicates, journey.acknowledged) == (1, 1, True)
    assert one.stations(message, "fault") == ["fault"]


def test_a_dropped_duplicate_without_an_answer_yet_brings_none(ground: Make) -> None:
    one = ground(OLD, stub=NEW, drop_duplicates=True)
    raw = _letter(one)
    one.post(raw("ENV1"))
    one.settle()
    one.post(raw("ENV2"))
    one.settle()
    assert len(one.at_stub("MCM:FDIS91")) == 1
    dropped = [s for j in one.journal.journeys() for s in j.stations if s.station == "dropped"]
    assert [s.facts["answered"] for s in dropped] == [False]


# What cannot be converted --------------------------------------------------------------------------------


def refusals(one: ConversionGround) -> list[str]:
    found = [vans_envelope.read(w.body).receipt for w in one.wires("VANSEnvelope") if w.system == "vans"]
    return [r.error_text or "" for r in found if r and r.kind is vans_envelope.ReceiptKind.NEGATIVE_VANS]


def test_a_text_that_no_letter_holds_is_reported_to_its_sender(ground: Make) -> None:
    one = ground(NEW, OLD)
    message = one.write(text="x" * 32_000)
    one.settle()
    assert one.sent()[0]["state"] == "undeliverable"
    assert one.journey(message).status == "undeliverable"
    (reason,) = refusals(one)
    assert "31500" in reason
    assert one.get("http://vans/vans/statistics")["in_transit"] == 0


def test_a_letter_that_cannot_be_read_is_reported_to_its_sender(ground: Make) -> None:
    one = ground(OLD, NEW)
    one.post(enclose(b"<Emessage/>"))
    one.settle()
    (reason,) = refusals(one)
    assert reason.startswith("it cannot be converted for its receiver")


def test_a_message_that_would_break_a_rule_is_not_delivered(ground: Make) -> None:
    from tests.standards.conversion.letters import LETTER

    one = ground(OLD, NEW)
    broken = replace(LETTER, sender=replace(LETTER.sender, gln="5790000120400"))  # a wrong check digit
    one.post(enclose(clinical_email.write(broken)))
    one.settle()
    (reason,) = refusals(one)
    assert "gln-modulus-10" in reason


def test_a_message_that_breaks_a_rule_is_not_converted(ground: Make) -> None:
    from tests.vans.conversion.test_attachments import post_message

    one = ground(NEW, stub=OLD)
    post_message(one, 0, spoilt=(b'"code":"training"', b'"code":"trainink"'))
    (reason,) = refusals(one)
    assert "the message breaks a rule (fhir-binding" in reason
    assert one.at_stub() == []


def test_a_sender_that_sor_does_not_know_is_refused(ground: Make) -> None:
    from tests.messaging.ground import NOBODY
    from tests.standards.conversion.letters import LETTER

    one = ground(OLD, NEW)
    one.post(enclose(clinical_email.write(LETTER), sender=NOBODY))
    one.settle()
    assert one.inbox() == []
    refused = [s for j in one.journal.journeys() for s in j.stations if s.station == "negative_vans"]
    assert "SOR knows no unit" in str(refused[0].facts["reason"])


def test_what_is_too_large_when_converted_is_refused(ground: Make) -> None:
    from tests.vans.conversion.test_attachments import files, post_letter

    one = ground(OLD, stub=NEW)
    big = files(2, 60_000)
    post_letter(one, big, first=big)
    one.settle()
    assert one.at_stub("MCM:FDIS91") == []
    (reason,) = set(refusals(one))
    assert "200000 are allowed" in reason


def test_a_receiver_that_turns_the_converted_envelope_away_is_reported_for_the_original(ground: Make) -> None:
    one = ground(OLD, NEW)
    one.lines.says["lps"] = Response(400, {}, b"no")
    message = one.write()
    one.settle()
    assert one.sent()[0]["state"] == "undeliverable"
    assert one.journey(message).negative_vans


def test_while_sor_is_away_the_letter_is_kept(ground: Make) -> None:
    one = ground(OLD, NEW)
    from tests.standards.conversion.letters import LETTER

    one.lines.away.add("sor")
    one.post(enclose(clinical_email.write(LETTER)))
    one.wait(minutes=3)
    assert one.wires("MCM:FDIS91") == []
    held = [s for j in one.journal.journeys() for s in j.stations if s.station == "held"]
    assert "SOR could not be asked" in str(held[0].facts["reason"])
    one.lines.away.clear()
    one.settle()
    assert len(one.inbox()) == 1


def test_letters_wait_no_longer_than_vans_tries_to_deliver(ground: Make) -> None:
    one = ground(OLD, NEW)
    from tests.standards.conversion.letters import LETTER

    one.lines.away.add("sor")
    one.post(enclose(clinical_email.write(LETTER)))
    one.settle()
    assert ["SOR could not be asked" in reason for reason in refusals(one)] == [True]


# Restart -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ppr", "clinic"), WAYS)
@pytest.mark.parametrize("after", [0.1, 0.4, 1.0, 20.0])
def test_a_restart_at_any_moment_loses_nothing(
    ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...], after: float
) -> None:
    one = ground(ppr, clinic, policy=ResendPolicy())
    one.lines.away.add("lps" if after > 1 else "nobody")
    one.write()
    one.wait(minutes=after)
    one.restart(after_minutes=2)
    one.settle()
    assert [letter["state"] for letter in one.sent()] == ["acknowledged"]
    assert len(one.inbox()) == 1
    assert wrong(one) == []
