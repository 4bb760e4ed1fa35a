"""What is not sent, not carried or not taken in: who says so, in which words, and what the sender learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from mocks.identifiers import make_sor
from mocks.messaging import ResendPolicy
from mocks.runtime import Response
from mocks.standards import acknowledgement, clinical_email, receipts, vans_envelope
from mocks.standards.receipts import LetterReceiptKind
from mocks.standards.vans_envelope import ReceiptKind
from tests.messaging.ground import FHIR_5, NOBODY, Ground, enclose, kind_of, receipt_of
from tests.messaging.test_duplicates import spoilt

Make = Callable[..., Ground]
WRONG_DIGIT = NOBODY[:12] + str((int(NOBODY[12]) + 1) % 10)


# At the desk ---------------------------------------------------------------------------------------------

REASONS = [
    ({"receiver": "silent"}, 409, "no_common_format"),
    ({"receiver": NOBODY}, 404, "unknown_location_number"),
    ({"receiver": WRONG_DIGIT}, 400, "malformed_location_number"),
    ({"receiver": "12345"}, 400, "malformed_location_number"),
    ({"sender": "numberless"}, 409, "no_location_number"),
    ({"unit": make_sor(777)}, 404, "unknown_unit"),
    ({"cpr": "251248-9996"}, 400, "unusable_draft"),
    ({"text": "med \x01 tegn"}, 400, "unusable_draft"),
]


@pytest.mark.parametrize(
    ("wish", "status", "reason"), REASONS, ids=[f"{r[2]}-{n}" for n, r in enumerate(REASONS)]
)
def test_the_desk_says_at_once_why_a_letter_cannot_go(
    pair: Make, wish: dict[str, Any], status: int, reason: str
) -> None:
    ground = pair()
    assert _refused(ground, **wish) == (status, reason)
    assert list(ground.journal.wires) == []
    assert ground.sent() == []
    (noted,) = ground.journal.notes("not_sent")
    assert noted.facts["reason"] == reason


@pytest.mark.parametrize("box", ["inbox", "sent"])
@pytest.mark.parametrize(
    ("unit", "status", "says"),
    [
        ("", 400, "no unit is named"),
        ("?unit=", 400, "no unit is named"),
        ("?unit=4711", 404, "'4711' does not work"),
    ],
)
def test_a_box_that_nobody_has_is_no_empty_box(
    pair: Make, box: str, unit: str, status: int, says: str
) -> None:
    ground = pair()
    answer = ground.ask("GET", f"http://lps/desk/{box}{unit}")
    said = orjson.loads(answer.body)
    assert answer.status == status
    assert says in said["message"] and said["where"] == "query, unit"
    assert ground.units["clinic"].sor_id in said["what_to_do"], "it names the units that there are"


def _refused(ground: Ground, **wish: Any) -> tuple[int, str]:
    status, answer = ground.try_to_write(**wish)
    assert len(answer["text"]) > 10, "it also says in words what is wrong"
    return status, answer["error"]


@pytest.mark.parametrize("how", ["unreachable", "answers 503"])
def test_no_letter_goes_while_sor_is_away(ground: Make, how: str) -> None:
    made = ground()
    if how == "unreachable":
        made.lines.away.add("sor")
    else:
        made.lines.says["sor"] = Response(503, {}, b"")
    assert _refused(made) == (503, "sor_away")
    made.lines.away.clear()
    made.lines.says.clear()
    made.write()


def test_what_sor_said_is_trusted_for_a_day_and_no_longer(ground: Make) -> None:
    made = ground()
    made.write()
    made.lines.away.add("sor")
    made.wait(hours=23)
    made.write()
    made.wait(hours=1)
    assert _refused(made) == (503, "sor_away")


@pytest.mark.parametrize(
    "wish",
    [
        {"category": "nonsense"},
        {"author": {"given": "", "family": "Holm"}},
        {"subject": "bip \x07"},
        {"text": ""},
        {"cpr": "3113489996"},
    ],
)
def test_a_draft_that_every_receiver_would_refuse_stays_at_the_desk(
    ground: Make, wish: dict[str, Any]
) -> None:
    made = ground(ppr=FHIR_5, clinic=FHIR_5)
    assert _refused(made, **wish) == (400, "unusable_draft")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 415),
        (b"{", 400),
        (b"[]", 400),
        (b'{"unit": "1"}', 400),
        (b'{"a":' * 5000, 400),
        (b"\xff\xfe", 400),
    ],
)
def test_a_desk_that_is_sent_nonsense_says_what_to_do(ground: Make, body: bytes, status: int) -> None:
    answer = ground().ask("POST", "http://os2/desk/messages", body)
    assert answer.status == status
    assert b"what_to_do" in answer.body


# In the network --------------------------------------------------------------------------------------------


def test_vans_tells_the_sender_that_nobody_receives_there(pair: Make) -> None:
    ground = pair(network={"routes": {}})  # SOR knows the clinic, the network does not
    message = ground.write()
    ground.settle()
    (letter,) = ground.sent()
    assert letter["state"] == "undeliverable"
    assert "nobody receives" in letter["reason"]
    assert letter["envelopes"] == 1, "another try would not help"
    journey = ground.journey(message)
    assert (journey.negative_vans, journey.lost, journey.status) == (True, False, "undeliverable")


@pytest.mark.parametrize("status", [400, 404, 413])
def test_an_endpoint_that_refuses_for_good_makes_the_letter_undeliverable(pair: Make, status: int) -> None:
    ground = pair()
    ground.lines.says["lps"] = Response(status, {}, b"no")
    message = ground.write()
    ground.wait(minutes=1)
    (letter,) = ground.sent()
    assert letter["state"] == "undeliverable"
    assert str(status) in letter["reason"]
    journey = ground.journey(message)
    assert (journey.negative_vans, journey.lost, journey.times.get("held", 0)) == (True, False, 0)
    ground.settle()
    assert len(ground.letters()) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502])
def test_an_endpoint_that_is_only_busy_gets_the_letter_later(ground: Make, status: int) -> None:
    made = ground()
    made.lines.says["lps"] = Response(status, {}, b"later")
    message = made.write()
    made.wait(minutes=2)
    made.lines.says.clear()
    made.settle()
    assert made.journey(message).acknowledged
    assert not made.journey(message).negative_vans


def test_a_resend_that_vans_refuses_does_not_undo_an_acknowledgement(pair: Make) -> None:
    """The answer to the first envelope comes while the second one is being handed over."""
    ground = pair()
    for name in ("MCM:XCTL", "MCM:FCTL"):
        ground.trouble.next(name, "delay", 1790)
    message = ground.write()
    ground.wait(minutes=29)
    slow = ground.lines.request

    async def refusing_slowly(method: str, url: str, **more: Any) -> Response:
        if url.endswith("/vans/envelopes"):
            await ground.lines.sleep(45)
            return Response(413, {}, b"too large")
        return await slow(method, url, **more)

    ground.lines.request = refusing_slowly  # type: ignore[method-assign]
    ground.settle()
    ground.lines.request = slow  # type: ignore[method-assign]
    assert ground.journey(message).acknowledged
    assert ground.sent()[0]["state"] == "acknowledged"


# At the receiver ---------------------------------------------------------------------------------------------


def _written_elsewhere(pair: Make) -> tuple[Ground, vans_envelope.Envelope, str]:
    """A ground whose letter has been lost, the envelope of it, and its message identifier."""
    ground = pair(policy=ResendPolicy(acknowledgement_seconds=86400.0))
    for name in ("MCM:XDIS91", "MCM:FDIS91"):
        ground.trouble.next(name, "drop")
    message = ground.write()
    (envelope,) = ground.letters()
    return ground, envelope, message


def _in_place_of(envelope: vans_envelope.Envelope, data: bytes) -> bytes:
    assert envelope.meta is not None
    meta = replace(envelope.meta, document=replace(envelope.meta.document, size=len(data)))
    new = "44444444-0000-4000-8000-000000000001"
    return vans_envelope.write(replace(envelope, identifier=new, meta=meta, data=data))


def test_an_invalid_letter_is_refused_and_never_shown(pair: Make) -> None:
    ground, envelope, message = _written_elsewhere(pair)
    answer = ground.deliver(_in_place_of(envelope, spoilt(envelope)))
    assert kind_of(answer) is ReceiptKind.POSITIVE, "the envelope was good; the letter has its own answer"
    ground.wait(minutes=5)
    assert ground.inbox() == []
    assert ground.act("clinic", message, "read")[0] == 404
    (letter,) = ground.sent()
    assert letter["state"] == "negative"
    assert letter["reason"]
    journey = ground.journey(message)
    assert (journey.shown, journey.negative, journey.acknowledged, journey.lost) == (0, True, False, False)
    ground.settle()
    assert len(ground.letters()) == 1, "a refused letter is not sent again"


def test_the_refusal_of_an_xdis91_letter_is_an_xctl02_with_a_reason(ground: Make) -> None:
    made, envelope, _ = _written_elsewhere(lambda **more: ground(**more))
    data = envelope.data or b""
    made.deliver(_in_place_of(envelope, data.replace(b"inaktiv", b"sovende")))
    made.wait(minutes=5)
    (wire,) = made.wires("MCM:XCTL")
    assert wire.standard == "MCM:XCTL02"
    receipt = receipts.read(made.receipts()[0])
    original = clinical_email.read(data)
    assert receipt.kind is LetterReceiptKind.NEGATIVE
    assert receipt.original_envelope_id == original.envelope_id
    (told,) = receipt.letters
    assert (told.letter_id, told.refuse_code) == (original.letter_id, "syntaksfejl")
    assert "EpisodeOfCareStatusCode" in (told.refuse_text or "")


@pytest.mark.parametrize(
    ("old", "new", "version"),
    [
        (b"XD9134L", b"XD9135L", "XD9135L"),
        (b"/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/", b"/medcom.dk/xml/schemas/2015/08/01/", "XD9134L"),
    ],
)
def test_a_letter_of_another_version_is_refused_for_its_version(
    ground: Make, old: bytes, new: bytes, version: str
) -> None:
    made, envelope, _ = _written_elsewhere(lambda **more: ground(**more))
    data = (envelope.data or b"").replace(old, new)
    assert data != envelope.data
    made.deliver(_in_place_of(envelope, data))
    made.wait(minutes=5)
    (told,) = receipts.read(made.receipts()[0]).letters
    assert (told.refuse_code, told.version) == ("problem_med_version", version)
    assert made.sent()[0]["state"] == "negative"


def test_the_refusal_of_a_fhir_letter_is_a_fatal_error_with_an_issue(ground: Make) -> None:
    made, envelope, _ = _written_elsewhere(lambda **more: ground(ppr=FHIR_5, clinic=FHIR_5, **more))
    made.deliver(_in_place_of(envelope, spoilt(envelope)))
    made.wait(minutes=5)
    (wire,) = made.wires("MCM:FCTL")
    assert wire.standard == "MCM:FCTL#fatal-error"
    answer = acknowledgement.read(made.receipts()[0])
    assert answer.code == "fatal-error"
    (issue,) = answer.issues
    assert "status" in (issue.text or "")


NOT_A_LETTER = [
    b"",
    b"hello",
    b"{}",
    b"<Emessage/>",
    b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>',
    b'{"a":' * 3000,
]


@pytest.mark.parametrize("data", NOT_A_LETTER, ids=range(len(NOT_A_LETTER)))
@pytest.mark.parametrize(("name", "version"), [("MCM:XDIS91", "XD9134L"), ("MCM:FDIS91#other", "5.0")])
def test_what_has_no_identifier_is_refused_by_the_envelopes_receipt(
    ground: Make, name: str, version: str, data: bytes
) -> None:
    made = ground()
    answers = [made.deliver(enclose(data, name=name, version=version)) for _ in range(2)]
    made.settle()
    for answer in answers:
        assert kind_of(answer) is ReceiptKind.NEGATIVE
        assert receipt_of(answer).error_text
    assert made.receipts() == []
    assert made.inbox() == []
    assert len(made.journal.notes("refused")) == 2


@pytest.mark.parametrize("header_id", ["x" * 65, "æ ø", "", 5, {"a": 1}, None])
def test_a_fhir_letter_whose_identifier_no_answer_could_name_is_refused_by_the_envelopes_receipt(
    ground: Make, header_id: object
) -> None:
    made, envelope, _ = _written_elsewhere(lambda **more: ground(ppr=FHIR_5, clinic=FHIR_5, **more))
    tree = orjson.loads(envelope.data or b"")
    tree["entry"][0]["resource"]["id"] = header_id
    answer = made.deliver(_in_place_of(envelope, orjson.dumps(tree)))
    made.wait(minutes=5)
    assert kind_of(answer) is ReceiptKind.NEGATIVE
    assert made.receipts() == []
    assert made.inbox() == []


ODD = [
    ({"name": "MCM:XREF01", "version": "XH0130R"}, "message type MCM:XREF01"),
    ({"name": "MCM:FDIS91#other", "version": "3.0"}, "message type MCM:FDIS91#other 3.0"),
    ({"receiver": NOBODY}, f"no unit here has location number {NOBODY}"),
    ({"size": 3}, "SizeInBytes says 3"),
    ({"name": "MCM:XCTL03", "version": "XC0330Q"}, "the receipt cannot be read"),
    ({"name": "MCM:FCTL#ok", "version": "2.0.0"}, "the receipt cannot be read"),
]


@pytest.mark.parametrize(("odd", "text"), ODD, ids=[r[1] for r in ODD])
def test_an_envelope_that_cannot_be_used_here_gets_a_negative_message(
    ground: Make, odd: dict[str, Any], text: str
) -> None:
    made = ground()
    answer = made.deliver(enclose(b"hello", **odd))
    assert kind_of(answer) is ReceiptKind.NEGATIVE
    assert text in (receipt_of(answer).error_text or "")
    (noted,) = made.journal.notes("refused")
    assert text in noted.facts["reason"]
    assert list(made.journal.journeys()[0].messages), "the refusal is on the wire"


def test_a_message_type_that_is_not_received_there_is_told_to_its_sender(ground: Make) -> None:
    made, envelope, message = _written_elsewhere(lambda **more: ground(**more))
    assert envelope.meta is not None
    meta = replace(
        envelope.meta, document=replace(envelope.meta.document, name="MCM:XREF01", version="XH0130R")
    )
    raw = vans_envelope.write(replace(envelope, identifier="44444444-0000-4000-8000-000000000002", meta=meta))
    assert kind_of(made.post(raw)) is ReceiptKind.POSITIVE, "VANS carries every type"
    made.settle()
    assert not made.journey(message).lost
    assert b"is not received here" in b"".join(w.body for w in made.wires("VANSEnvelope"))


@pytest.mark.parametrize("raw", [b"", b"hello", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'])
def test_what_is_no_envelope_gets_a_400_with_the_reason(ground: Make, raw: bytes) -> None:
    made = ground()
    answer = made.deliver(raw)
    assert answer.status == 400
    assert answer.body.startswith(b"not a VANSEnvelope: ")
    assert len(made.journal.notes("refused")) == 1


def test_a_receipt_for_a_letter_that_nobody_wrote_changes_nothing(pair: Make) -> None:
    elsewhere, here = pair(), pair()
    elsewhere.write()
    elsewhere.settle()
    wire = next(w for w in elsewhere.journal.wires if w.standard.startswith(("MCM:XCTL", "MCM:FCTL")))
    answer = here.deliver(wire.body, "os2")
    assert kind_of(answer) is ReceiptKind.POSITIVE
    assert len(here.journal.notes("receipt_without_letter")) == 1
    assert here.sent() == []


# Letters that ask for no receipt ---------------------------------------------------------------------------------


@pytest.fixture
def quiet(ground: Make) -> tuple[Ground, bytes]:
    """A ground and an XDIS91 letter that asks for no positive receipt (minuspositivkvitt)."""
    elsewhere, here = ground(), ground()
    elsewhere.write()
    (envelope,) = elsewhere.letters()
    data = envelope.data or b""
    assert b"pluspositivkvitt" in data
    return here, data.replace(b"pluspositivkvitt", b"minuspositivkvitt")


def test_a_letter_that_asks_for_no_receipt_gets_no_positive_one(quiet: tuple[Ground, bytes]) -> None:
    ground, data = quiet
    assert kind_of(ground.deliver(enclose(data))) is ReceiptKind.POSITIVE
    ground.settle()
    assert ground.receipts() == []
    assert len(ground.inbox()) == 1


def test_a_letter_that_asks_for_no_receipt_is_refused_all_the_same(quiet: tuple[Ground, bytes]) -> None:
    ground, data = quiet
    ground.deliver(enclose(data.replace(b"inaktiv", b"sovende")))
    ground.settle()
    assert [receipts.read(raw).kind for raw in ground.receipts()] == [LetterReceiptKind.NEGATIVE]
    assert ground.inbox() == []


# Privacy -----------------------------------------------------------------------------------------------------------


def test_a_cpr_number_in_the_wrong_place_gets_into_no_reason(ground: Make) -> None:
    made, envelope, message = _written_elsewhere(lambda **more: ground(**more))
    data = (envelope.data or b"").replace(b"nytbrev", b"om 2512489996")
    made.deliver(_in_place_of(envelope, data))
    made.wait(minutes=5)
    assert b"2512489996" not in made.receipts()[0]
    (negative,) = [s for s in made.journey(message).stations if s.station == "negative"]
    assert "(ten digits)" in str(negative.facts["reason"])
    assert "2512489996" not in str(made.sent())
    assert made.journal.leaks() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"<a>2512489996</a>",
        b"<VANSEnvelope 2512489996=''/>",
        enclose(b"x").replace(b"<SizeInBytes>1<", b"<SizeInBytes>251248-9996<"),
        enclose(b"x", name="MCM:2512489996"),
        enclose(b"x").replace(b"00000000-0000-4000-8000-0000000000e1", b"2512489996"),
    ],
)
def test_neither_does_one_in_an_envelope(ground: Make, raw: bytes) -> None:
    made = ground()
    made.deliver(raw)
    made.post(raw)
    made.settle()
    assert made.journal.leaks() == []
    assert b"2512489996" not in made.ask("GET", "http://vans/vans/refusals").body
