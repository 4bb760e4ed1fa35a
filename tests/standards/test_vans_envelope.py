"""The VANSEnvelope: what we write is valid, what we read comes back, and each broken rule is found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import vans_envelope
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.vans_envelope import (
    Document,
    EndPoint,
    EndPointKind,
    Envelope,
    MetaInformation,
    Receipt,
    ReceiptKind,
    Transport,
)
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

SENDER = EndPoint(EndPointKind.EAN, "5790009990017")
RECEIVER = EndPoint(EndPointKind.EAN, "5790009990024")
VANS = EndPoint(EndPointKind.VANS, "DKTESTVANS")
SENT = datetime(2025, 4, 1, 9, 15, 30, tzinfo=COPENHAGEN)
DATA = "<letter>blåbærgrød & mere</letter>".encode()
ID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f{}"
META = MetaInformation(
    ID.format(1),
    Document("XML", "MCM:XDIS91", "XD9134L", len(DATA)),
    ("provider", "service"),
    Transport("reliable", False, (("MCM:STATISTIC", "manual"), ('odd "name" <&>', "odd <value> &"))),
)
MESSAGE = Envelope(SENDER, RECEIVER, ID.format(2), SENT, META, DATA)
LEAN = replace(MESSAGE, meta=MetaInformation(ID.format(1), Document("XML", "MCM:XDIS91", None, len(DATA))))
POSITIVE = Receipt(ReceiptKind.POSITIVE, ID.format(2), META)
NEGATIVE = Receipt(ReceiptKind.NEGATIVE, ID.format(2), META, 7, "Kan ikke læses")
UNDELIVERED = Receipt(ReceiptKind.NEGATIVE_VANS, ID.format(2), None, None, "Ukendt modtager")
RECEIPTS = [Envelope(RECEIVER, SENDER, ID.format(3), SENT, None, None, r) for r in (POSITIVE, NEGATIVE)] + [
    Envelope(VANS, SENDER, ID.format(3), SENT, None, None, UNDELIVERED)
]
ALL = [MESSAGE, LEAN, *RECEIPTS]
WRITTEN = vans_envelope.write(MESSAGE)


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("envelope", ALL)
def test_an_envelope_is_read_back_as_it_was_written(envelope: Envelope) -> None:
    raw = vans_envelope.write(envelope)
    assert vans_envelope.read(raw) == envelope
    assert vans_envelope.write(vans_envelope.read(raw)) == raw


@pytest.mark.parametrize("envelope", ALL)
def test_what_we_write_passes_our_own_check(envelope: Envelope) -> None:
    assert vans_envelope.check(vans_envelope.write(envelope)) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("envelope", ALL)
def test_what_we_write_is_valid_by_the_official_schema(envelope: Envelope) -> None:
    schema = etree.XMLSchema(file=str(OFFICIAL / "xsd/vans/VANSEnvelope.xsd"))
    schema.assertValid(etree.fromstring(vans_envelope.write(envelope)))


@needs_official
@pytest.mark.official
def test_valid_samples_are_read_and_pass_the_check() -> None:
    samples = sorted((OFFICIAL / "composed").glob("vans_*.xml"))
    assert samples
    for sample in samples:
        raw = sample.read_bytes()
        assert vans_envelope.check(raw) == [], sample.name
        envelope = vans_envelope.read(raw)
        assert vans_envelope.read(vans_envelope.write(envelope)) == envelope, sample.name


def test_the_time_is_written_in_danish_local_time_with_its_offset() -> None:
    summer = replace(MESSAGE, sent=datetime(2025, 7, 1, 10, 0, 0, 999_000, tzinfo=UTC))
    winter = replace(MESSAGE, sent=datetime(2025, 12, 1, 10, 0, tzinfo=timezone(timedelta(hours=-5))))
    naive = replace(MESSAGE, sent=datetime(2025, 7, 1, 10, 0))
    assert b">2025-07-01T12:00:00+02:00<" in vans_envelope.write(summer)
    assert b">2025-12-01T16:00:00+01:00<" in vans_envelope.write(winter)
    assert b">2025-07-01T10:00:00+02:00<" in vans_envelope.write(naive)


def test_both_moments_of_the_hour_that_comes_twice_survive() -> None:
    first = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    for moment in (first, first + timedelta(hours=1)):
        read = vans_envelope.read(vans_envelope.write(replace(MESSAGE, sent=moment)))
        assert read.sent.astimezone(UTC) == moment


def test_what_practice_sends_is_read_although_it_breaks_the_schema() -> None:
    raw = (
        WRITTEN.replace(ID.format(1).encode(), b"EPIC394319568")
        .replace(ID.format(2).encode(), b"EPIC394319568")
        .replace(b"MCM:XDIS91", b"XDIS91")
        .replace(b"2025-04-01T09:15:30+02:00", b"2025-04-01T09:15:30")
    )
    envelope = vans_envelope.read(raw)
    assert envelope.meta is not None
    assert (envelope.identifier, envelope.meta.document.name) == ("EPIC394319568", "XDIS91")
    assert envelope.sent == SENT
    assert {"vans-uuid", "vans-name-prefix", "vans-time-zone"} <= rules(vans_envelope.check(raw))


def test_white_space_between_base64_characters_is_read() -> None:
    code = b64encode(DATA)
    raw = WRITTEN.replace(code, b"\n  " + code[:20] + b"\r\n  " + code[20:] + b"\n")
    assert vans_envelope.read(raw).data == DATA
    assert vans_envelope.check(raw) == []


def test_a_large_message_is_read_and_counted() -> None:
    data = b"x" * 9_000_000
    meta = replace(META, document=replace(META.document, size=len(data)))
    raw = vans_envelope.write(replace(MESSAGE, meta=meta, data=data))
    assert len(raw) > 10_000_000
    assert vans_envelope.read(raw).data == data
    assert vans_envelope.check(raw) == []
    wrong = raw.replace(b"<SizeInBytes>9000000<", b"<SizeInBytes>9000001<")
    assert rules(vans_envelope.check(wrong)) == {"vans-size"}


META_RULE = "VANSEnvelope/MetaInformation"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'<SenderID EndPointType="EAN">', b"<SenderID>", "VANSEnvelope/SenderID/@EndPointType"),
        (b'<SenderID EndPointType="EAN">', b'<SenderID EndPointType="SOR">', "VANSEnvelope/SenderID/@EndPointType"),
        (b"5790009990017", b"", "VANSEnvelope/VANSEnvelope/SenderID"),
        (b"5790009990017", b"5790009990017000000", "VANSEnvelope/VANSEnvelope/SenderID"),
        (ID.format(2).encode(), b"12", "VANSEnvelope/VANSEnvelope/EnvelopeIdentifier"),
        (b"T09:15:30+02:00", b" 09:15", "VANSEnvelope/VANSEnvelope/SentDateTime"),
        (b"2025-04-01T", b"2025-02-30T", "VANSEnvelope/VANSEnvelope/SentDateTime"),
        (b"<Format>XML</Format>", b"<Format>OIOXML</Format>", "VANSEnvelope/Document/Format"),
        (b"<Format>XML</Format>", b"", "VANSEnvelope/Document/Format"),
        (b"<Name>MCM:XDIS91</Name>", b"<Name></Name>", "VANSEnvelope/Document/Name"),
        (b"<Version>XD9134L</Version>", b"<Version/>", "VANSEnvelope/Document/Version"),
        (b"<SizeInBytes>37<", b"<SizeInBytes>many<", "VANSEnvelope/Document/SizeInBytes"),
        (b"<SizeInBytes>37<", b"<SizeInBytes>99999999999<", "VANSEnvelope/Document/SizeInBytes"),
        (b"<Type>reliable<", b"<Type>sure<", "VANSEnvelope/Transport/Type"),
        (b"<TransformMessage>false<", b"<TransformMessage>no<", "VANSEnvelope/Transport/TransformMessage"),
        (b"<TransformMessage>false</TransformMessage>", b"", "VANSEnvelope/Transport/TransformMessage"),
        (b' name="MCM:STATISTIC"', b"", "VANSEnvelope/ServiceTag/@name"),
        (b"</Transport>", b'<ServiceTag name="a">b</ServiceTag>' * 4 + b"</Transport>", "VANSEnvelope/Transport/ServiceTag"),
        (b"<Message>", b'<Message id="1">', "VANSEnvelope/Message/unknown-attribute"),
        (b"<Message>", b"<Message>text", "VANSEnvelope/Message/stray-text"),
        (b"<MetaInformation>", b"<Extra/><MetaInformation>", "VANSEnvelope/Message/unknown-element"),
        (b"<Data>", b'<Data xmlns="urn:other">', "VANSEnvelope/Message/unknown-element"),
        (b"</Message>", b"</Message><Receipt/>", "VANSEnvelope/VANSEnvelope/Message"),
        (b"<Format>XML</Format><Name>MCM:XDIS91</Name>", b"<Name>MCM:XDIS91</Name><Format>XML</Format>", "VANSEnvelope/Document/order"),
        (b"urn:oio:medcom:vans-envelope:1.0.4", b"urn:oio:medcom:vans-envelope:9.9.9", "vans-namespace"),
        (b'encoding="UTF-8"', b'encoding="ISO-8859-1"', "vans-encoding"),
        (b"<SizeInBytes>37<", b"<SizeInBytes>38<", "vans-size"),
        (b"PGxld", b"PG*ld", "vans-base64"),
        (b"5790009990017", b"5790009990018", "gln-modulus-10"),
        (b'"EAN">5790009990017', b'"CVR">12345678', "cvr-modulus-11"),
        (ID.format(2).encode(), b"ZZZZZZZZ-4b5a-4978-8796-a5b4c3d2e1f2", "vans-uuid"),
        (ID.format(2).encode(), ID.format(1).encode(), "vans-identifier-reused"),
        (b"MCM:XDIS91", b"XDIS91", "vans-name-prefix"),
        (b'name="odd &quot;name&quot; &lt;&amp;&gt;"', b'name="MCM:STATISTIC"', "vans-duplicate-tag"),
        (b"2025-04-01T09:15:30+02:00", b"2025-04-01T09:15:30", "vans-time-zone"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert WRITTEN.count(old) == 1 or old == b"5790009990017", old
    found = vans_envelope.check(WRITTEN.replace(old, new))
    assert rule in rules(found)
    assert all(f.path and f.message and f.source for f in found)


def test_an_empty_envelope_is_found() -> None:
    raw = vans_envelope.write(
        replace(MESSAGE, data=b"", meta=replace(META, document=replace(META.document, size=0)))
    )
    assert rules(vans_envelope.check(raw)) == {"vans-empty"}


def test_all_faults_of_an_envelope_are_found_at_once() -> None:
    raw = (
        WRITTEN.replace(b"<Format>XML</Format>", b"<Format>OIOXML</Format>")
        .replace(b"<SizeInBytes>37<", b"<SizeInBytes>38<")
        .replace(b'<SenderID EndPointType="EAN">', b"<SenderID>")
        .replace(b"<Type>reliable<", b"<Type>sure<")
    )
    assert rules(vans_envelope.check(raw)) == {
        "VANSEnvelope/Document/Format",
        "VANSEnvelope/SenderID/@EndPointType",
        "VANSEnvelope/Transport/Type",
        "vans-size",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"PGxld", b"PG*ld"),
        (b"<Data>", b"<Data>="),
        (b"</Data>", b"A</Data>"),
        (b"5790009990017", b""),
        (b"2025-04-01T", b"yesterday"),
        (b"<SizeInBytes>37</SizeInBytes>", b""),
        (b"</Message>", b"</Message><Receipt/>"),
        (b'EndPointType="EAN"', b'EndPointType="SOR"'),
        (b"1.0.4", b"1.0.3"),
    ],
)
def test_an_envelope_that_cannot_be_understood_is_malformed_with_the_errors_of_the_check(
    old: bytes, new: bytes
) -> None:
    with pytest.raises(Malformed) as caught:
        vans_envelope.read(WRITTEN.replace(old, new))
    assert caught.value.findings
    assert all(f.severity is Severity.ERROR for f in caught.value.findings)


@pytest.mark.parametrize("length", range(0, len(WRITTEN), 97))
def test_a_truncated_envelope_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        vans_envelope.read(WRITTEN[:length])
    assert not is_valid(vans_envelope.check(WRITTEN[:length]))


@pytest.mark.parametrize("kind", ["NegativeMessage", "PositiveMessage"])
def test_a_receipt_must_repeat_the_label_unless_vans_could_not_deliver(kind: str) -> None:
    raw = vans_envelope.write(RECEIPTS[2]).replace(b"NegativeVans", kind.encode())
    assert f"VANSEnvelope/{kind}/OriginalMessage" in rules(vans_envelope.check(raw))
    with pytest.raises(Malformed):
        vans_envelope.read(raw)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(MESSAGE, identifier="EPIC394319568"), "EnvelopeIdentifier"),
        (replace(MESSAGE, data=DATA + b" "), "SizeInBytes"),
        (replace(MESSAGE, data=None), "both meta and data"),
        (replace(MESSAGE, receipt=POSITIVE), "not both"),
        (replace(MESSAGE, sender=EndPoint(EndPointKind.EAN, "1" * 19)), "SenderID"),
        (replace(MESSAGE, meta=replace(META, identifier="x")), "MetaInformation/Identifier"),
        (replace(MESSAGE, meta=replace(META, document=replace(META.document, format="PDF"))), "Format"),
        (replace(MESSAGE, meta=replace(META, document=replace(META.document, name=""))), "Name"),
        (replace(MESSAGE, meta=replace(META, transport=Transport("maybe"))), "Transport/Type"),
        (replace(MESSAGE, meta=replace(META, transport=Transport(tags=(("a", "b"),) * 6))), "five"),
        (replace(MESSAGE, meta=replace(META, transport=Transport(tags=(("", "b"),)))), "ServiceTag"),
        (replace(RECEIPTS[0], receipt=replace(POSITIVE, error_text="no")), "no error"),
        (replace(RECEIPTS[1], receipt=replace(NEGATIVE, error_text=None)), "Description"),
        (replace(RECEIPTS[1], receipt=replace(NEGATIVE, error_code=0)), "Code"),
        (replace(RECEIPTS[1], receipt=replace(NEGATIVE, original=None)), "original"),
    ],
)
def test_an_envelope_that_the_schema_forbids_is_not_written(wrong: Envelope, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        vans_envelope.write(wrong)


def test_reliable_messaging_is_the_default() -> None:
    assert META.wants_receipt
    assert replace(META, transport=None).wants_receipt
    assert replace(META, transport=Transport()).wants_receipt
    assert not replace(META, transport=Transport("unreliable")).wants_receipt
