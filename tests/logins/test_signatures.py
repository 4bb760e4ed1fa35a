"""What was signed is read, and nothing else: tampering, wrapping and strangers are refused."""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mocks.drivers.keys import KeyRing
from mocks.errors import BadInput
from mocks.signatures import (
    DS,
    PLACE,
    Digest,
    Reason,
    SignatureRefused,
    Signed,
    Verifier,
    cvr_of,
    issued_by,
    only,
    sign,
)

NOW = datetime(2025, 4, 1, tzinfo=UTC)
RING = KeyRing()
STS = RING.key("sts", "12345678")
DOCUMENT = b'<a xmlns="urn:a" id="X"><b>hej</b>' + PLACE + b"</a>"
SIGNED = sign(DOCUMENT, STS, id_attribute="id")


def text(signed: Signed) -> str:
    return signed.element.findtext("{urn:a}b") or ""


def verifier(key: object = STS) -> Verifier[str]:
    return Verifier(only(key), text, id_attribute="id")  # type: ignore[arg-type]


def refusal(data: bytes, by: Verifier[str] | None = None, now: datetime = NOW) -> Reason:
    with pytest.raises(SignatureRefused) as caught:
        (by or verifier())(etree.fromstring(data), now)
    assert "hej" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("digest", list(Digest))
def test_what_was_signed_is_read(digest: Digest) -> None:
    signed = sign(DOCUMENT, STS, id_attribute="id", digest=digest, signature_id="OCESSignature")
    element = etree.fromstring(signed)
    assert verifier()(element, NOW) == "hej"
    found = element.find(f"{{{DS}}}Signature")
    assert found is not None and found.get("id") == "OCESSignature"


def test_it_is_read_inside_of_a_message_with_other_namespaces() -> None:
    message = etree.fromstring(b'<m xmlns="urn:m" xmlns:q="urn:q">' + SIGNED + b"tail</m>")
    assert verifier()(message[0], NOW) == "hej"


def test_what_was_seen_before_is_read_no_second_time() -> None:
    read: list[Signed] = []

    def once(signed: Signed) -> str:
        read.append(signed)
        return "hej"

    check = Verifier(only(STS), once, id_attribute="id")
    assert [check(etree.fromstring(SIGNED), NOW) for _ in range(3)] == ["hej"] * 3
    assert len(read) == 1


def test_the_memory_of_cards_has_an_end() -> None:
    check = Verifier(only(STS), text, id_attribute="id", most_known=3)
    for number in range(8):
        document = DOCUMENT.replace(b"hej", b"hej %d" % number)
        assert check(etree.fromstring(sign(document, STS, id_attribute="id")), NOW) == f"hej {number}"
    assert len(check._known) <= 3


def test_any_changed_letter_breaks_the_signature_even_of_a_card_that_is_known() -> None:
    check = verifier()
    check(etree.fromstring(SIGNED), NOW)
    assert refusal(SIGNED.replace(b"hej", b"haj"), check) is Reason.BROKEN
    assert refusal(SIGNED.replace(b'id="X"', b'id="X" more="1"'), check) is Reason.BROKEN


def test_without_a_signature_with_two_or_without_a_certificate_it_is_refused() -> None:
    signature = SIGNED[SIGNED.index(b"<ds:Signature") : SIGNED.index(b"</ds:Signature>") + 15]
    assert refusal(SIGNED.replace(signature, b"")) is Reason.UNSIGNED
    assert refusal(SIGNED.replace(signature, signature * 2)) is Reason.BROKEN
    start, end = SIGNED.index(b"<ds:KeyInfo>"), SIGNED.index(b"</ds:KeyInfo>") + 13
    assert refusal(SIGNED[:start] + SIGNED[end:]) is Reason.BROKEN
    assert refusal(SIGNED.replace(b"<ds:X509Certificate>", b"<ds:X509Certificate>AAAA")) is Reason.BROKEN


def test_a_stranger_is_not_trusted_under_the_same_name() -> None:
    stranger = KeyRing("another authority").key("sts", "12345678")
    signed = sign(DOCUMENT, stranger, id_attribute="id")
    assert refusal(signed) is Reason.UNTRUSTED
    assert refusal(signed, Verifier(issued_by(RING.authority), text, id_attribute="id")) is Reason.UNTRUSTED


def test_who_is_issued_a_certificate_by_the_authority_is_trusted() -> None:
    check = Verifier(issued_by(RING.authority), text, id_attribute="id")
    assert check(etree.fromstring(sign(DOCUMENT, RING.key("sapa"), id_attribute="id")), NOW) == "hej"


def test_a_strangers_key_with_the_certificate_of_one_who_is_trusted_is_broken() -> None:
    class Thief:
        private = KeyRing("another authority").key("thief").private
        certificate = STS.certificate

    assert refusal(sign(DOCUMENT, Thief(), id_attribute="id")) is Reason.BROKEN


def test_a_signature_over_something_inside_vouches_for_that_only() -> None:
    """Signature wrapping: the signed card is hidden inside, and a forged one stands around it."""
    signature = SIGNED[SIGNED.index(b"<ds:Signature") : SIGNED.index(b"</ds:Signature>") + 15]
    original = SIGNED.replace(signature, b"")
    for own in (b'id="Y"', b'id="X"', b'Id="X"', b""):
        forged = b'<a xmlns="urn:a" ' + own + b"><b>forged</b>" + original + signature + b"</a>"
        assert refusal(forged) is Reason.BROKEN


def test_a_signature_that_names_no_element_is_refused() -> None:
    """Its reference is to the whole document, whatever document that will be."""
    from signxml.signer import XMLSigner

    signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    signed = signer.sign(etree.fromstring(DOCUMENT), key=STS.private, cert=[STS.certificate])
    assert b'URI=""' in etree.tostring(signed)
    assert refusal(etree.tostring(signed)) is Reason.BROKEN


def test_a_certificate_that_has_expired_vouches_for_nothing() -> None:
    check = verifier()
    assert refusal(SIGNED, check, NOW + timedelta(days=365 * 80)) is Reason.BROKEN
    assert check(etree.fromstring(SIGNED), NOW) == "hej"
    assert refusal(SIGNED, check, NOW + timedelta(days=365 * 80)) is Reason.BROKEN


@settings(max_examples=60)
@given(at=st.integers(0, len(SIGNED) - 1), byte=st.integers(32, 126))
def test_a_wrong_byte_anywhere_is_refused_or_means_nothing(at: int, byte: int) -> None:
    data = bytearray(SIGNED)
    data[at] = byte
    try:
        element = etree.fromstring(bytes(data))
    except etree.XMLSyntaxError:
        return
    with contextlib.suppress(SignatureRefused):
        assert verifier()(element, NOW) == "hej"


def test_a_certificate_says_whose_it_is() -> None:
    assert cvr_of(STS.certificate) == "12345678"
    assert cvr_of(RING.key("sapa").certificate) == ""


def test_a_key_is_made_when_it_is_needed_and_the_same_for_the_same_name() -> None:
    ring = KeyRing()
    assert ring.key("sts") is ring.key("sts")
    assert "private" not in vars(ring.key("never used"))
    assert KeyRing().key("sts").private is ring.key("sts").private
    assert "PRIVATE" not in repr(ring.key("sts"))


def test_keys_can_be_handed_to_a_system_that_runs_elsewhere(tmp_path: Path) -> None:
    ring = KeyRing()
    own, sts = ring.key("sapa", "12345678"), ring.key("sts")
    assert ring.write(tmp_path / "keys") == ["sapa"]

    def certificate(name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((tmp_path / "keys" / f"{name}.crt.pem").read_bytes())

    assert certificate("sapa") == own.certificate and certificate("sts") == sts.certificate
    assert certificate("authority") == ring.authority.certificate
    assert {path.name for path in (tmp_path / "keys").glob("*.key.pem")} == {"sapa.key.pem"}
    assert (tmp_path / "keys" / "sapa.key.pem").read_bytes().startswith(b"-----BEGIN PRIVATE KEY")


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BadInput, match="another folder"):
        KeyRing().write(tmp_path / "file" / "keys")


def test_what_is_signed_never_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    verifier()(etree.fromstring(sign(DOCUMENT, STS, id_attribute="id")), NOW)
    assert "hej" not in caplog.text
