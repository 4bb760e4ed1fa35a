"""A signed message is its sender's, whole and fresh, or it is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mocks import message_signatures
from mocks.drivers.keys import KeyRing
from mocks.signatures import Reason, SignatureRefused, cvr_of, issued_by
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion

NOW = datetime(2025, 4, 1, 8, tzinfo=UTC)
RING = KeyRing()
KEY = RING.key("sapa", "12345678")
BODY = b'<ask xmlns="urn:a">for it</ask>'


def written(version: SoapVersion = SoapVersion.SOAP12, key: object = KEY) -> bytes:
    return message_signatures.write(
        version, BODY, key, action="urn:act", message_id="urn:uuid:1", to="http://sts/a?b&c", now=NOW  # type: ignore[arg-type]
    )  # fmt: skip


def verified(data: bytes, now: datetime = NOW) -> str:
    return cvr_of(message_signatures.verify(envelopes.read(data), issued_by(RING.authority), now))


def refusal(data: bytes, now: datetime = NOW) -> Reason:
    with pytest.raises(SignatureRefused) as caught:
        verified(data, now)
    return caught.value.reason


@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_signed_message_is_its_senders(version: SoapVersion) -> None:
    assert verified(written(version)) == "12345678"
    read = envelopes.read(written(version))
    assert (read.action, read.message_id, read.to) == ("urn:act", "urn:uuid:1", "http://sts/a?b&c")
    assert read.body is not None and read.body.text == "for it"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"for it", b"for them"),
        (b"urn:act", b"urn:another"),
        (b"urn:uuid:1", b"urn:uuid:2"),
        (b"http://sts/", b"http://elsewhere/"),
        (b"2025-04-01T08:05:00Z", b"2025-04-01T09:05:00Z"),
    ],
)
def test_whatever_is_changed_on_the_way_breaks_the_signature(was: bytes, becomes: bytes) -> None:
    assert was in written()
    assert refusal(written().replace(was, becomes)) is Reason.BROKEN


def without(start: bytes, end: bytes) -> bytes:
    data = written()
    begin = data.index(start)
    return data[:begin] + data[data.index(end, begin) + len(end) :]


def test_parts_that_are_missing_are_missed() -> None:
    assert refusal(without(b"<ds:Signature ", b"</ds:Signature>")) is Reason.UNSIGNED
    assert refusal(without(b"<wsse:BinarySecurityToken", b"</wsse:BinarySecurityToken>")) is Reason.UNSIGNED
    assert refusal(without(b"<wsse:Security ", b"</wsse:Security>")) is Reason.UNSIGNED
    assert refusal(without(b"<wsu:Timestamp", b"</wsu:Timestamp>")) is Reason.BROKEN


@pytest.mark.parametrize("name", ["Body", "Timestamp", "Action", "To"])
def test_a_signature_that_leaves_out_a_part_does_not_vouch_for_the_message(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that signs less than is asked for: the signature holds, the message is refused."""
    from signxml.signer import XMLSigner

    sign = XMLSigner.sign

    def lazy(self: XMLSigner, data: object, **more: object) -> object:
        references: list[str] = more["reference_uri"]  # type: ignore[assignment]
        more["reference_uri"] = [uri for uri in references if uri != f"#{name}"]
        return sign(self, data, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(XMLSigner, "sign", lazy)
    with pytest.raises(SignatureRefused, match=f"leaves out {name}"):
        verified(written())


def test_a_body_that_was_put_in_place_of_the_signed_one_is_refused() -> None:
    """Signature wrapping: the signed body moves into a header, and another one takes its place."""
    data = written()
    start, end = data.index(b"<soap:Body"), data.index(b"</soap:Body>") + 12
    signed = data[start:end]
    for own in (b'wsu:Id="Body"', b'wsu:Id="Other"', b""):
        forged = b"<soap:Body " + own + b"><evil/></soap:Body>"
        moved = data[:start].replace(b"</soap:Header>", b"<w>" + signed + b"</w></soap:Header>") + forged
        assert refusal(moved + data[end:]) is Reason.BROKEN


def test_a_stranger_is_not_trusted() -> None:
    assert refusal(written(key=KeyRing("another authority").key("sapa", "12345678"))) is Reason.UNTRUSTED


def test_a_message_holds_for_five_minutes() -> None:
    assert verified(written(), NOW + timedelta(seconds=299))
    assert refusal(written(), NOW + timedelta(seconds=300)) is Reason.BROKEN
    assert verified(written(), NOW - timedelta(seconds=300))
    assert refusal(written(), NOW - timedelta(seconds=301)) is Reason.BROKEN


def test_a_certificate_that_is_none_is_refused() -> None:
    data = written()
    start = data.index(b"</wsse:BinarySecurityToken>")
    assert refusal(data[: start - 40] + data[start:]) is Reason.BROKEN
