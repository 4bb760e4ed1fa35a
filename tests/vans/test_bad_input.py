"""Whatever a stranger hands to VANS gets the prescribed answer, stands in the log, and disturbs nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mocks import vans
from mocks.drivers.ids import SeededIds
from mocks.identifiers import make_gln
from mocks.runtime import MemoryStore, Runtime
from mocks.standards import safe_xml, vans_envelope
from mocks.standards.findings import is_valid
from mocks.standards.recognise import check_bytes
from mocks.standards.vans_envelope import EndPointKind, ReceiptKind
from tests.messaging.ground import LIMIT, NOBODY, Ground, enclose, kind_of, receipt_of

GOOD = enclose(b"hello")
E1, M1 = b"00000000-0000-4000-8000-0000000000e1", b"00000000-0000-4000-8000-0000000000a1"
WRONG_DIGIT = NOBODY[:12] + str((int(NOBODY[12]) + 1) % 10)


def changed(old: bytes, new: bytes, raw: bytes = GOOD) -> bytes:
    assert old in raw
    return raw.replace(old, new)


BOMB = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
FILES = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'
UNREADABLE: dict[str, tuple[bytes, int, str]] = {
    "nothing at all": (b"", 400, "it is empty"),
    "plain text": (b"hello", 400, "this is not XML"),
    "JSON": (b'{"resourceType":"Bundle"}', 400, "this is not XML"),
    "half an envelope": (GOOD[: len(GOOD) // 2], 400, "not a VANSEnvelope"),
    "another namespace": (changed(b"vans-envelope:1.0.4", b"vans-envelope:9.9.9"), 400, "not a VANSEnvelope"),
    "no namespace": (changed(b' xmlns="urn:oio:medcom:vans-envelope:1.0.4"', b""), 400, "not a VANSEnvelope"),
    "an entity bomb": (BOMB, 400, "document type"),
    "an entity that reads files": (FILES, 400, "document type"),
    "an entity bomb around an envelope": (changed(b"<VANSEnvelope", b"<!DOCTYPE a><VANSEnvelope"), 400, "document type"),
    "an unknown encoding": (changed(b"UTF-8", b"UTF-16"), 400, "encoding"),
    "very deep nesting": (b"<a>" * 5000 + b"</a>" * 5000, 400, "not a VANSEnvelope"),
    "too many bytes": (enclose(b"x" * LIMIT), 413, f"may hold {LIMIT} bytes"),
    "too many bytes that are no XML": (b"x" * (LIMIT + 1), 413, f"may hold {LIMIT} bytes"),
    "an envelope identifier that is no UUID": (changed(E1, b"ENVELOPE-1"), 400, "EnvelopeIdentifier 'ENVELOPE-1'"),
    "a message identifier that is no UUID": (changed(M1, b"42"), 400, "MetaInformation/Identifier '42'"),
    "a UUID without dashes": (changed(E1, E1.replace(b"-", b"")), 400, "is not a UUID with dashes"),
    "an unknown document format": (changed(b"<Format>XML<", b"<Format>PDF<"), 400, "Document/Format 'PDF'"),
    "a name without end": (enclose(b"x", name="MCM:XDIS91").replace(b"MCM:XDIS91", b"M" * 300), 400, "Document/Name"),
    "a size that is no number": (changed(b"<SizeInBytes>5<", b"<SizeInBytes>five<"), 400, "not a VANSEnvelope"),
    "a size beyond all numbers": (changed(b"<SizeInBytes>5<", b"<SizeInBytes>99999999999<"), 400, "SizeInBytes"),
    "content that is no base64": (changed(b"aGVsbG8=", b"***"), 400, "not a VANSEnvelope"),
    "a receipt for nobody": (b"", 400, "nobody receives at"),
}  # fmt: skip


def _receipt_for_nobody(ground: Ground) -> bytes:
    raw = ground.post(enclose(b"x", receiver=NOBODY)).body  # VANS's own refusal, sent back to VANS
    return raw.replace(ground.units["ppr"].gln.encode(), NOBODY.encode()) if ground.units["ppr"].gln else raw


@pytest.mark.parametrize("name", list(UNREADABLE))
def test_what_cannot_be_read_is_answered_in_words_and_logged(ground: Ground, name: str) -> None:
    raw, status, text = UNREADABLE[name]
    if name == "a receipt for nobody":
        raw = _receipt_for_nobody(ground)
    before = len(refusals(ground))
    answer = ground.post(raw)
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert text in answer.body.decode()
    (refusal,) = refusals(ground)[before:]
    assert refusal["reason"] == answer.body.decode()
    assert refusal["at"].startswith("2025-04-01T09:00:00")
    assert ground.journal.notes("refused")[before].system == "vans"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "a receiver with a wrong check digit": ({"receiver": WRONG_DIGIT}, "the check digit of GLN"),
    "a receiver with too few digits": ({"receiver": "123"}, "a GLN has 13 digits"),
    "an unknown receiver": ({"receiver": NOBODY}, f"nobody receives at {NOBODY}"),
    "a sender with a wrong check digit": ({"sender": WRONG_DIGIT}, "the check digit of GLN"),
    "an envelope identifier that was used before": (
        {"message": "00000000-0000-4000-8000-0000000000a2"},
        "used before for another message",
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_delivered_gets_a_negative_vans_and_is_logged(ground: Ground, name: str) -> None:
    fields, text = REFUSED[name]
    if "used before" in name:
        ground.post(GOOD)
    answer = ground.post(enclose(b"hello", **fields))
    receipt = receipt_of(answer)
    assert receipt.kind is ReceiptKind.NEGATIVE_VANS
    assert text in (receipt.error_text or "")
    assert receipt.original_envelope == E1.decode()
    assert receipt.original is not None and receipt.original.identifier == fields.get("message", M1.decode())
    assert is_valid(check_bytes(answer.body).findings)
    assert vans_envelope.read(answer.body).sender.kind is EndPointKind.VANS
    (refusal,) = refusals(ground)
    assert refusal["reason"] == receipt.error_text
    assert refusal["envelope"] == E1.decode()
    journey = ground.journey(fields.get("message", M1.decode()))
    assert (journey.negative_vans, journey.accepted, journey.lost) == (True, False, False)


def test_a_message_type_that_nobody_knows_is_carried_and_refused_by_its_receiver(ground: Ground) -> None:
    assert kind_of(ground.post(enclose(b"hello", name="MCM:XNEW99"))) is ReceiptKind.POSITIVE
    ground.settle()
    journey = ground.journey(M1.decode())
    assert journey.accepted
    kinds = [r.kind for w in ground.wires("VANSEnvelope") if (r := vans_envelope.read(w.body).receipt)]
    assert kinds == [ReceiptKind.POSITIVE, ReceiptKind.NEGATIVE]


def test_the_same_envelope_handed_over_twice_is_carried_once_with_the_same_answer(ground: Ground) -> None:
    first, second = ground.post(GOOD), ground.post(GOOD)
    assert first.body == second.body
    ground.settle()
    assert [r["accepted"] for r in ground.get("http://vans/vans/statistics")["rows"]] == [1]
    assert ground.stations(M1.decode(), "accepted", "forwarded") == ["accepted", "forwarded"]


def test_a_whole_day_of_nonsense_disturbs_nothing_that_was_accepted(ground: Ground) -> None:
    before = [ground.write(subject=f"Før {n}") for n in range(3)]
    for name, (raw, _, _) in UNREADABLE.items():
        ground.post(raw or name.encode())
        ground.deliver(raw or name.encode())
    for fields, _ in REFUSED.values():
        ground.post(enclose(b"hello", **fields))
    after = ground.write(subject="Efter")
    ground.settle()
    assert [x["message"] for x in ground.inbox()] == [*before, after]
    assert [x["state"] for x in ground.sent()] == ["acknowledged"] * 4
    for message in (*before, after):
        journey = ground.journey(message)
        assert (journey.shown, journey.resends, journey.lost) == (1, 0, False)


def test_an_envelope_of_exactly_the_allowed_size_is_taken(ground: Ground) -> None:
    raw = enclose(b"x" * 1000)
    room = LIMIT - len(raw)
    padded = raw.replace(b"<Data>", b"<Data>" + b" " * room)
    assert len(padded) == LIMIT
    assert kind_of(ground.post(padded)) is ReceiptKind.POSITIVE
    assert ground.post(padded + b" ").status == 413


def refusals(ground: Ground) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ground.get("http://vans/vans/refusals")["rows"]
    return rows


# Sizes of the real world ------------------------------------------------------------------------------------------


async def _stream(app: Any, chunks: AsyncIterator[bytes]) -> tuple[int, bytes, int]:
    """POST a body that is made while it is read: status, answer, and how many bytes were asked for."""
    sent: list[dict[str, Any]] = []
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        async for chunk in chunks:
            asked += len(chunk)
            return {"type": "http.request", "body": chunk, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/vans/envelopes", "raw_path": b"/vans/envelopes", "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/xml"), (b"content-length", b"12")], "client": None,
        "server": ("vans", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return sent[0]["status"], body, asked


def test_a_body_without_end_is_refused_at_a_hundred_megabytes_whatever_its_length_says(
    ground: Ground,
) -> None:
    """200 MB offered, a Content-Length of 12 claimed: reading stops at the limit."""
    megabyte = b"<VANSEnvelope>".ljust(1_000_000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield megabyte

    store = MemoryStore()
    trace = ground.journal.trace_for("vans", ground.now)
    runtime = Runtime("vans", ground.lines, ground.lines, SeededIds(1, "big"), store, trace)
    app = vans.create_app(runtime, vans.Settings(routes={}))
    status, body, asked = ground.lines.complete(_stream(app, endless()))
    assert status == 413
    assert b"may hold 100000000 bytes" in body
    assert asked == 101_000_000
    assert len(store.collection("refusals", object)) == 1


def test_the_limit_of_vans_is_one_that_the_reader_of_xml_can_take() -> None:
    assert vans.Settings(routes={}).most_bytes == 100_000_000 <= safe_xml.MAX_BYTES


def test_the_numbers_that_these_tests_call_wrong_are_wrong() -> None:
    assert WRONG_DIGIT not in {make_gln(n) for n in range(100)}
