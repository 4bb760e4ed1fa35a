"""The letter receipts XCTL01-03: valid when we write them, the same when we read them, each fault found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import receipts
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.profiles.xctl import NAMESPACE
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

POSITIVE = LetterReceipt(
    kind=LetterReceiptKind.POSITIVE,
    envelope_id="ENVCTL03",
    sent=datetime(2025, 4, 1, 9, 20, tzinfo=COPENHAGEN),
    letter_id="BRVCTL03",
    sender_gln="5790009990024",
    receiver_gln="5790009990017",
    original_envelope_id="ENV00000000002",
    original_sender_gln="5790009990017",
    original_receiver_gln="5790009990024",
    letters=(OriginalLetter("BRV00000000002", "XD9134L"),),
)
NEGATIVE = replace(
    POSITIVE,
    kind=LetterReceiptKind.NEGATIVE,
    letters=(
        OriginalLetter(
            "BRV00000000002", "XD9134L", "problem_med_version", "Kan ikke læses.\nRing <nu> – tak"
        ),
        OriginalLetter("BRV00000000003", "D9134L"),
    ),
)
UNDELIVERED = replace(
    POSITIVE,
    kind=LetterReceiptKind.NEGATIVE_VANS,
    sender_gln="DKTESTVANS",
    refuse_code="ukendt_lokationsnummer",
    refuse_text="Modtageren kendes ikke",
    letters=(),
)
ALL = [POSITIVE, NEGATIVE, UNDELIVERED]
RAW = {"XCTL01": UNDELIVERED, "XCTL02": NEGATIVE, "XCTL03": POSITIVE}


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("receipt", ALL)
def test_a_receipt_is_read_back_as_it_was_written(receipt: LetterReceipt) -> None:
    raw = receipts.write(receipt)
    assert receipts.read(raw) == receipt
    assert receipts.write(receipts.read(raw)) == raw
    assert receipts.check(raw) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("receipt", ALL)
def test_what_we_write_is_valid_by_the_official_schema(receipt: LetterReceipt) -> None:
    schema = etree.XMLSchema(file=str(OFFICIAL / "xsd/oioxml/2005/08/07/EMessage.xsd"))
    schema.assertValid(etree.fromstring(receipts.write(receipt)))


@needs_official
@pytest.mark.official
def test_official_and_composed_receipts_are_read_and_at_most_warned_of_their_encoding() -> None:
    samples = [*(OFFICIAL / "composed").glob("xctl*.xml"), *(OFFICIAL / "samples/oioxml").glob("CTL*.xml")]
    assert len(samples) == 6
    for sample in samples:
        raw = sample.read_bytes()
        expected = set() if sample.parent.name == "composed" else {"oioxml-encoding"}
        found = receipts.check(raw)
        assert rules(found) == expected and is_valid(found), sample.name
        receipt = receipts.read(raw)
        assert receipts.read(receipts.write(receipt)) == receipt, sample.name


ORIGINAL = b"<OriginalLetterIdentifier>BRV00000000002</OriginalLetterIdentifier>"


@pytest.mark.parametrize(
    ("kind", "old", "new", "rule"),
    [
        ("XCTL03", b"XC0330Q", b"XC0230Q", "XC0330Q/Letter/VersionCode"),
        ("XCTL03", b"BRVCTL03", b"BRVCTL0300000000", "XC0330Q/Letter/Identifier"),
        ("XCTL03", b"<Sender>", b"<Sender/><Sender>", "XC0330Q/PositiveReceipt/Sender"),
        ("XCTL03", ORIGINAL, b"", "XC0330Q/OriginalLetter/OriginalLetterIdentifier"),
        ("XCTL03", b">XD9134L<", b">XD9134L0<", "XC0330Q/OriginalLetter/OriginalVersionCode"),
        ("XCTL03", ORIGINAL, b"<RefuseCode>syntaksfejl</RefuseCode>" + ORIGINAL, "XC0330Q/OriginalLetter/unknown-element"),
        ("XCTL02", b"problem_med_version", b"problem", "XC0230Q/OriginalLetter/RefuseCode"),
        ("XCTL02", b"<RefuseText>", b"<RefuseText><Bold>x</Bold>", "XC0230Q/RefuseText/unknown-element"),
        ("XCTL02", b"</OriginalLetter><OriginalLetter>", b"</OriginalLetter>" + b"<OriginalLetter/>" * 99 + b"<OriginalLetter>", "XC0230Q/OriginalEmessage/OriginalLetter"),
        ("XCTL01", b"ukendt_lokationsnummer", b"ukendt", "XC0130Q/OriginalEmessage/RefuseCode"),
        ("XCTL01", b"<OriginalEnvelopeIdentifier>ENV00000000002</OriginalEnvelopeIdentifier>", b"", "XC0130Q/OriginalEmessage/OriginalEnvelopeIdentifier"),
        ("XCTL03", b"2005/08/07", b"2006/07/01", "xctl-namespace"),
        ("XCTL03", b"PositiveReceipt", b"ReadReceipt", "xctl-receipt"),
        ("XCTL03", b"minuspositivkvitt", b"pluspositivkvitt", "xctl-acknowledgement-code"),
        ("XCTL03", b"<StatisticalCode>XCTL03", b"<StatisticalCode>XCTL02", "xctl-statistical-code"),
        ("XCTL03", b"<Sender><EANIdentifier>5790009990024", b"<Sender><EANIdentifier>5790009990017", "xctl-direction"),
        ("XCTL03", b"<Sender><EANIdentifier>5790009990024", b"<Sender><EANIdentifier>5790009990025", "gln-modulus-10"),
        ("XCTL02", b"<RefuseCode>problem_med_version</RefuseCode>", b"", "xctl-refuse-code"),
        ("XCTL02", b"BRV00000000003", b"BRV00000000002", "xctl-duplicate-letter"),
        ("XCTL03", b'encoding="ISO-8859-1"', b'encoding="UTF-8"', "oioxml-encoding"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(kind: str, old: bytes, new: bytes, rule: str) -> None:
    raw = receipts.write(replace(RAW[kind], refuse_text=None) if "UTF" in str(new) else RAW[kind])
    assert old in raw
    found = receipts.check(raw.replace(old, new))
    assert rule in rules(found)
    assert all(f.path and f.message and f.source for f in found)


def test_two_receipts_in_one_envelope_are_warned_of() -> None:
    raw = receipts.write(POSITIVE)
    start, end = raw.index(b"<PositiveReceipt>"), raw.index(b"</Emessage>")
    assert rules(receipts.check(raw[:end] + raw[start:])) == {"oioxml-one-letter"}
    with pytest.raises(Malformed):
        receipts.read(raw[:end] + raw[start:])


def test_a_receipt_that_is_not_turned_round_is_read() -> None:
    odd = replace(POSITIVE, sender_gln=POSITIVE.receiver_gln, receiver_gln=POSITIVE.sender_gln)
    raw = receipts.write(odd)
    assert receipts.read(raw) == odd
    assert is_valid(receipts.check(raw))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"PositiveReceipt", b"ReadReceipt"),
        (b"2005/08/07", b"2020/05/06"),
        (b"<EANIdentifier>5790009990024</EANIdentifier>", b""),
        (b"<Time>09:20</Time>", b""),
        (b">ENV00000000002<", b"><"),
    ],
)
def test_a_receipt_that_cannot_be_understood_is_malformed(old: bytes, new: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        receipts.read(receipts.write(POSITIVE).replace(old, new))
    assert all(f.severity is Severity.ERROR for f in caught.value.findings)


def test_an_emessage_without_anything_is_malformed() -> None:
    with pytest.raises(Malformed, match="no receipt"):
        receipts.read(f'<Emessage xmlns="{NAMESPACE}"/>'.encode())


@pytest.mark.parametrize("length", range(0, 1000, 77))
def test_a_truncated_receipt_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        receipts.read(receipts.write(NEGATIVE)[:length])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(POSITIVE, refuse_code="syntaksfejl"), "drop it"),
        (replace(NEGATIVE, letters=()), "needs a refuse code"),
        (replace(UNDELIVERED, refuse_code="ukendt"), "problem_med_version"),
        (replace(POSITIVE, original_envelope_id="0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"), "UUID does not fit"),
        (replace(POSITIVE, sender_gln=""), "Sender"),
        (replace(POSITIVE, letters=POSITIVE.letters * 100), "99"),
        (replace(POSITIVE, letters=(OriginalLetter("a", "XD9134L0"),)), "version"),
    ],
)
def test_a_receipt_that_the_schema_forbids_is_not_written(wrong: LetterReceipt, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        receipts.write(wrong)
