"""The duplicate table: seen and new envelopes with seen and new messages, and what must never happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from mocks.standards import acknowledgement, receipts, vans_envelope
from mocks.standards.receipts import LetterReceiptKind
from mocks.standards.vans_envelope import Envelope, ReceiptKind
from tests.messaging.ground import Ground, kind_of

Make = Callable[..., Ground]
E1, E2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
M1, M2 = "22222222-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"


@pytest.fixture
def letter(pair: Make) -> tuple[Ground, Callable[..., bytes]]:
    """A ground, and a letter that was written elsewhere: ``made(envelope, message)`` encloses it."""
    elsewhere, here = pair(), pair()
    elsewhere.write()
    (original,) = elsewhere.letters()

    def made(envelope: str, message: str, data: bytes | None = None) -> bytes:
        assert original.meta is not None and original.data is not None
        data = original.data if data is None else data
        document = replace(original.meta.document, size=len(data))
        meta = replace(original.meta, identifier=message, document=document)
        return vans_envelope.write(replace(original, identifier=envelope, meta=meta, data=data))

    return here, made


def codes(ground: Ground) -> list[str]:
    """What the acknowledgements on the wire say, in their order."""
    found = []
    for raw in ground.receipts():
        if raw.startswith(b"{"):
            found.append(str(acknowledgement.read(raw).code))
        else:
            found.append("ok" if receipts.read(raw).kind is LetterReceiptKind.POSITIVE else "fatal-error")
    return found


def test_new_envelope_and_new_message_are_taken_in(letter: tuple[Ground, Callable[..., bytes]]) -> None:
    ground, made = letter
    assert kind_of(ground.deliver(made(E1, M1))) is ReceiptKind.POSITIVE
    ground.settle()
    assert [x["copies"] for x in ground.inbox()] == [1]
    assert codes(ground) == ["ok"]


def test_seen_envelope_and_seen_message_are_a_copy_with_the_first_answer_once_more(
    letter: tuple[Ground, Callable[..., bytes]],
) -> None:
    ground, made = letter
    first, second = ground.deliver(made(E1, M1)), ground.deliver(made(E1, M1))
    ground.settle()
    assert second.body == first.body
    assert [x["copies"] for x in ground.inbox()] == [2]
    assert codes(ground) == ["ok", "ok"]
    assert ground.journey(M1).shown == 1
    assert ground.journey(M1).duplicates == 1


def test_new_envelope_and_seen_message_get_the_same_content_in_a_new_envelope(
    letter: tuple[Ground, Callable[..., bytes]],
) -> None:
    ground, made = letter
    first, second = ground.deliver(made(E1, M1)), ground.deliver(made(E2, M1))
    ground.settle()
    assert kind_of(second) is ReceiptKind.POSITIVE
    assert vans_envelope.read(second.body).identifier != vans_envelope.read(first.body).identifier
    assert [x["copies"] for x in ground.inbox()] == [2]
    assert codes(ground) == ["ok", "ok"]
    envelopes = [vans_envelope.read(w.body).identifier for w in ground.journal.wires]
    assert len(envelopes) == len(set(envelopes))


def test_seen_envelope_and_new_message_are_an_error(letter: tuple[Ground, Callable[..., bytes]]) -> None:
    ground, made = letter
    ground.deliver(made(E1, M1))
    answer = ground.deliver(made(E1, M2))
    ground.settle()
    assert kind_of(answer) is ReceiptKind.NEGATIVE
    assert b"used before" in answer.body
    assert len(ground.inbox()) == 1
    assert codes(ground) == ["ok"]
    (refused,) = [n for n in ground.journal.notes("refused") if n.system == "lps"]
    assert refused.facts["envelope"] == E1


def test_a_letter_that_comes_under_another_message_identifier_is_known_by_its_own(
    letter: tuple[Ground, Callable[..., bytes]],
) -> None:
    ground, made = letter
    ground.deliver(made(E1, M1))
    assert kind_of(ground.deliver(made(E2, M2))) is ReceiptKind.POSITIVE
    ground.settle()
    assert [(x["message"], x["copies"]) for x in ground.inbox()] == [(M1, 2)]
    assert len(ground.journal.journeys()) == 1, "both belong to one journey"


def test_what_was_accepted_once_is_never_refused_later(
    letter: tuple[Ground, Callable[..., bytes]], standard: str
) -> None:
    ground, made = letter
    ground.deliver(made(E1, M1))
    envelope = vans_envelope.read(made(E1, M1))
    assert envelope.data is not None
    broken = spoilt(envelope)
    for number, copy in enumerate(
        (made(E2, M1, broken), made(E1, M1, broken), _told_wrong_size(made(E2, M1)))
    ):
        answer = ground.deliver(copy)
        assert kind_of(answer) is ReceiptKind.POSITIVE, number
    ground.settle()
    assert codes(ground) == ["ok"] * 4
    assert len(ground.inbox()) == 1


def test_what_was_refused_once_is_refused_again_in_the_same_words(
    letter: tuple[Ground, Callable[..., bytes]],
) -> None:
    ground, made = letter
    broken = spoilt(vans_envelope.read(made(E1, M1)))
    ground.deliver(made(E1, M1, broken))
    ground.deliver(made(E2, M1, broken))
    ground.deliver(made(E2, M1))  # even where the copy has been mended: a mended letter is a new one
    ground.settle()
    assert codes(ground) == ["fatal-error"] * 3
    assert len({_reason(raw) for raw in ground.receipts()}) == 1
    assert ground.inbox() == []
    assert ground.journey(M1).shown == 0


def test_the_message_identifier_of_another_sender_cannot_be_used(
    letter: tuple[Ground, Callable[..., bytes]],
) -> None:
    ground, made = letter
    ground.deliver(made(E1, M1))
    stranger = vans_envelope.read(made(E2, M1))
    family = ground.units["family"].gln or ""
    answer = ground.deliver(
        vans_envelope.write(replace(stranger, sender=replace(stranger.sender, id=family)))
    )
    ground.settle()
    assert kind_of(answer) is ReceiptKind.NEGATIVE
    assert codes(ground) == ["ok"]
    assert [x["copies"] for x in ground.inbox()] == [1]


def test_a_doubled_acknowledgement_is_noticed_once(pair: Make) -> None:
    ground = pair()
    ground.trouble.next("MCM:XCTL", "duplicate", 30)
    ground.trouble.next("MCM:FCTL", "duplicate", 30)
    message = ground.write()
    ground.settle()
    assert ground.stations(message, "receipt_arrived", "acknowledged", "duplicate_receipt") == [
        "receipt_arrived",
        "acknowledged",
        "receipt_arrived",
        "duplicate_receipt",
    ]
    assert ground.sent()[0]["state"] == "acknowledged"


def test_a_doubled_letter_is_shown_once_and_acknowledged_twice(pair: Make) -> None:
    ground = pair()
    ground.trouble.next("MCM:XDIS91", "duplicate", 240)
    ground.trouble.next("MCM:FDIS91", "duplicate", 240)
    message = ground.write()
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.duplicates, journey.times["acknowledged"]) == (1, 1, 1)
    assert codes(ground) == ["ok", "ok"]
    assert len(ground.inbox()) == 1


def spoilt(envelope: Envelope) -> bytes:
    """The letter with a rule broken, its own identifier still readable."""
    data = envelope.data or b""
    if data.startswith(b"{"):
        assert b'"status":"unknown"' in data
        return data.replace(b'"status":"unknown"', b'"status":"on-hold"')
    assert b"XD9134L" in data
    return data.replace(b"XD9134L", b"XD9135L")


def _told_wrong_size(raw: bytes) -> bytes:
    envelope = vans_envelope.read(raw)
    assert envelope.data is not None
    told = f"<SizeInBytes>{len(envelope.data)}<".encode()
    assert told in raw
    return raw.replace(told, b"<SizeInBytes>7<")


def _reason(raw: bytes) -> str:
    if raw.startswith(b"{"):
        return str([(i.code, i.text) for i in acknowledgement.read(raw).issues])
    return str([(x.letter_id, x.refuse_code, x.refuse_text) for x in receipts.read(raw).letters])
