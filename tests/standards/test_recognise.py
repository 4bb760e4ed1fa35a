"""A message is recognised by its root, checked by its standard, and an envelope against its content."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import datetime

import orjson
import pytest
from msgspec.structs import replace

from mocks.runtime import COPENHAGEN
from mocks.standards import (
    binary_letter,
    clinical_email,
    fhir_form,
    hospital_referral,
    receipts,
    vans_envelope,
)
from mocks.standards.binary_letter import BinaryLetter, BinaryObject
from mocks.standards.clinical_email import ClinicalEmail, Party, Patient
from mocks.standards.covered import BY_MARK, STANDARDS, Opened, edifact, oioxml
from mocks.standards.findings import Finding, is_valid
from mocks.standards.look import Recognised
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.recognise import check_bytes, recognise
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
from tests.official import DATA as OFFICIAL
from tests.official import needs_official

A, B, C = "5790009990017", "5790009990024", "5790009000010"
SENT = datetime(2025, 4, 1, 9, 15, tzinfo=COPENHAGEN)
LETTER = clinical_email.write(
    ClinicalEmail(
        envelope_id="ENV00000000001",
        sent=SENT,
        wants_receipt=True,
        letter_id="BRV00000000001",
        authorised=SENT,
        sender=Party(gln=A, id=A, id_code="lokationsnummer", organisation="Prøveby Kommune"),
        receiver=Party(gln=B, id=B, id_code="lokationsnummer"),
        patient=Patient(cpr="2512489996", surname="Testperson"),
        text="Hej",
    )
)
RECEIPT = receipts.write(
    LetterReceipt(
        kind=LetterReceiptKind.POSITIVE,
        envelope_id="ENVCTL03",
        sent=SENT,
        letter_id="BRVCTL03",
        sender_gln=A,
        receiver_gln=B,
        original_envelope_id="ENV00000000002",
        original_sender_gln=B,
        original_receiver_gln=A,
        letters=(OriginalLetter("BRV00000000002", "XD9134L"),),
    )
)


def binary(version: str) -> bytes:
    """A letter of attachments of a version."""
    letter = clinical_email.read(LETTER)
    file = BinaryObject("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", "tekstfil", "txt", b"Hej")
    sender = replace(letter.sender, street="Prøvevej 1", district="Prøveby", speciality="almen_medicin")
    return binary_letter.write(
        BinaryLetter(
            version=version,
            envelope_id="ENV00000000003",
            sent=SENT,
            wants_receipt=True,
            letter_id="BRV00000000003",
            authorised=SENT,
            sender=sender,
            receiver=letter.receiver,
            patient=None,
            objects=(file,),
        )
    )


REFERRAL = hospital_referral.write(
    hospital_referral.HospitalReferral(
        version="XH0130R",
        envelope_id="ENV00000000004",
        sent=SENT,
        wants_receipt=True,
        letter_id="BRV00000000004",
        authorised=SENT,
        sender=clinical_email.read(LETTER).sender,
        referrer=hospital_referral.Referrer(name="Test Testesen"),
        receiver=clinical_email.read(LETTER).receiver,
        patient=hospital_referral.ReferralPatient(cpr="2512489996", surname="Testperson"),
    )
)
DEFINITION = (
    "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
)


def organisation(number: str, gln: str) -> dict[str, object]:
    return {
        "fullUrl": f"https://medcomfhir.dk/ig/x/Organization/{number}",
        "resource": {
            "resourceType": "Organization",
            "id": number,
            "identifier": [{"system": "https://www.gs1.org/gln", "value": gln}],
        },
    }


def bundle(event: str, header: dict[str, object], *more: dict[str, object]) -> bytes:
    """The parts of a FHIR message that the label of an envelope speaks of; not a valid message."""
    message_header = {
        "resourceType": "MessageHeader",
        "eventCoding": {"code": event},
        "destination": [{"receiver": {"reference": "Organization/2"}}],
        "sender": {"reference": "Organization/1"},
        **header,
    }
    entries = [{"resource": message_header}, organisation("1", A), organisation("2", B)]
    return orjson.dumps({"resourceType": "Bundle", "type": "message", "entry": [*entries, *more]})


CARE = bundle(
    "care-communication-message",
    {"definition": f"{DEFINITION}|5.0"},
    {"resource": {"resourceType": "Communication", "category": [{"coding": [{"code": "nursing"}]}]}},
)
ACKNOWLEDGEMENT = bundle("acknowledgement-message", {"response": {"code": "fatal-error"}})


def enveloped(data: bytes, document: Document, transport: Transport | None = None) -> bytes:
    meta = MetaInformation(
        "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f1", replace(document, size=len(data)), None, transport
    )
    identifier = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f2"
    sender, receiver = EndPoint(EndPointKind.EAN, A), EndPoint(EndPointKind.EAN, B)
    return vans_envelope.write(Envelope(sender, receiver, identifier, SENT, meta, data))


XDIS91 = Document("XML", "MCM:XDIS91", "XD9134L", 0)
XCTL03 = Document("XML", "MCM:XCTL03", "XC0330Q", 0)
FDIS91 = Document("HL7", "MCM:FDIS91#nursing", "5.0", 0)
FCTL = Document("HL7", "MCM:FCTL#fatal-error", "2.0.0", 0)
JSON = Transport("reliable", False, (("MCM:MIME", "application/fhir+json"),))


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def label_rules(raw: bytes) -> set[str]:
    """The rules about envelope and label, without those of the content."""
    return rules([f for f in check_bytes(raw).findings if " > " not in f.path])


@pytest.mark.parametrize(
    ("raw", "standard", "version"),
    [
        (enveloped(LETTER, XDIS91), "VANSEnvelope", "1.0.4"),
        (LETTER, "XDIS91", "XD9134L"),
        (LETTER.replace(b"sundcom.dk/medcom.dk/xml/schemas/2006/07/01", b"medcom.dk/xml/schemas/2015/08/01").replace(b"XD9134L", b"XD9135L"), "XDIS91", "XD9135L"),
        (RECEIPT, "XCTL03", "XC0330Q"),
        (RECEIPT.replace(b"PositiveR", b"NegativeR"), "XCTL02", "XC0330Q"),
        (RECEIPT.replace(b"PositiveR", b"NegativeVansR"), "XCTL01", "XC0330Q"),
        (RECEIPT.replace(b"PositiveReceipt", b"PositivReceipt"), "XCTL03", "XC0330Q"),
        (RECEIPT.replace(b"PositiveReceipt", b"NotificationOfAdmission").replace(b"XCTL03", b"XDIS20"), "XDIS20", ""),
        (LETTER.replace(b"ClinicalEmail", b"ClinicalMail").replace(b"XDIS91", b""), "unknown", ""),
        (RECEIPT.replace(b"PositiveReceipt", b"HospitalReferral"), "XREF01", "XC0330Q"),
        (binary("XB0130X"), "XBIN01", "XB0130X"),
        (binary("XB0131X"), "XBIN01", "XB0131X"),
        (binary("XB0210X"), "XBIN02", "XB0210X"),
        (binary("XB0230X"), "XBIN02", "XB0230X"),
        (CARE, "CareCommunication", "5.0"),
        (CARE.replace(b"|5.0", b"|4.0.0"), "CareCommunication", "4.0.0"),
        (CARE.replace(b"|5.0", b""), "CareCommunication", ""),
        (b"\xef\xbb\xbf \n" + ACKNOWLEDGEMENT, "Acknowledgement", "2.0.0"),
        (CARE.replace(b"care-communication", b"hospital-notification"), "hospital-notification-message", ""),
        (CARE.replace(b'"entry"', b'"entries"'), "unknown", ""),
        (b'{"resourceType": "Bundle", "entry": [1, {"resource": []}]}', "unknown", ""),
        (b'{"resourceType": ["Bundle"]}', "unknown", ""),
        (b'{"a":' * 5000, "unknown", ""),
        (b"UNA:+.? 'UNB+UNOC:3'", "unknown", ""),
        (b"", "unknown", ""),
        (b"\x00\xff", "unknown", ""),
        (b"<html/>", "unknown", ""),
        (LETTER[:200], "unknown", ""),
    ],
)  # fmt: skip
def test_a_message_is_recognised_by_its_root_and_version(raw: bytes, standard: str, version: str) -> None:
    assert recognise(raw) == Recognised(standard, version)
    checked = check_bytes(raw)
    assert (checked.standard, checked.version) == (standard, version)
    if standard == "unknown" or checked.foreign:
        assert not is_valid(checked.findings)
    if "XDIS20" in standard or "notification" in standard:
        assert checked.unchecked and rules(checked.findings) == {"standard-unchecked"}
    else:
        assert not checked.unchecked


EDIFACT = (
    f"UNB+UNOC:3+{A}:14+{B}:14+250401:0915+ENV00000000001++++1'\r\n"
    "UNH+BRV?'00000001+MEDDIS:D:93A:UN:D9134L+DIS91'UNT+2+BRV?'00000001'UNZ+1+ENV00000000001'"
).encode()


@pytest.mark.parametrize(
    "raw",
    [
        EDIFACT,
        b"UNA:+.? '" + EDIFACT,
        b"UNA|*.\\ ~" + EDIFACT.translate(bytes.maketrans(b":+?'", b"|*\\~")),
    ],
)
def test_one_row_is_enough_for_an_edifact_message(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    row = edifact("DIS91", lambda raw: seen.append(raw) or [])
    monkeypatch.setitem(BY_MARK, row.marks[0], row)
    assert recognise(raw) == Recognised("DIS91", "D9134L")
    assert check_bytes(raw).findings == [] and seen == [raw]
    inside = check_bytes(enveloped(raw, Document("EDIFACT", "MCM:DIS91", "D9134L", 0)))
    assert inside.findings == [] and inside.content == Recognised("DIS91", "D9134L")
    label = Document("XML", "MCM:DIS20", "D9135L", 0)
    turned = enveloped(raw.replace(A.encode(), C.encode()), label)
    assert label_rules(turned) == {"vans-format", "vans-name", "vans-version", "vans-senderid"}


def test_two_standards_may_share_an_element_in_different_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = b"http://rep.oio.dk/medcom.dk/old/", b"http://rep.oio.dk/medcom.dk/new/"
    for row in (
        oioxml("XBIN01", "BinaryLetter", lambda document: []),
        oioxml("XBIN02", "BinaryLetter", lambda document: [], namespace=new.decode()),
    ):
        monkeypatch.setitem(BY_MARK, row.marks[0], row)
    raw = b'<Emessage xmlns="%s"><BinaryLetter><Letter><VersionCode>X</VersionCode></Letter></BinaryLetter></Emessage>'
    assert recognise(raw % old) == Recognised("XBIN01", "X")
    assert recognise(raw % new) == Recognised("XBIN02", "X")


@needs_official
@pytest.mark.official
def test_official_fhir_messages_are_recognised_in_json_and_xml() -> None:
    examples = OFFICIAL / "medcom-fhir/examples"
    for folder, expected in (
        ("carecommunication-5.0.2", Recognised("CareCommunication", "5.0")),
        ("carecommunication-4.0.3", Recognised("CareCommunication", "4.0.0")),
        ("acknowledgement-2.0.3", Recognised("Acknowledgement", "2.0.0")),
    ):
        files = [
            path for path in (examples / folder).iterdir() if "eb26be85" not in path.name
        ]  # an empty-message
        assert files
        assert {recognise(path.read_bytes()) for path in files} == {expected}


@needs_official
@pytest.mark.official
def test_official_fhir_messages_pass_in_an_envelope_with_the_right_label() -> None:
    row = next(row for row in STANDARDS if row.name == "CareCommunication")
    assert row.label is not None

    for path in sorted((OFFICIAL / "medcom-fhir/examples/carecommunication-5.0.2").glob("*.json")):
        data = path.read_bytes()
        content = row.label(Opened(raw=data, tree=orjson.loads(data), mime="application/fhir+json"))
        assert content.sender and content.receivers and content.postfix
        raw = enveloped(data, replace(FDIS91, name=f"MCM:FDIS91#{content.postfix}"), JSON)
        raw = raw.replace(A.encode(), content.sender.encode()).replace(
            B.encode(), content.receivers[0].encode()
        )
        assert is_valid(check_bytes(raw).findings), path.name


@pytest.mark.parametrize(
    ("data", "document", "transport"),
    [
        (LETTER, XDIS91, None),
        (LETTER, replace(XDIS91, version=None), Transport("unreliable")),
        (RECEIPT, XCTL03, None),
        (binary("XB0131X"), Document("XML", "MCM:XBIN01", "XB0131X", 0), None),
        (binary("XB0210X"), Document("XML", "MCM:XBIN02", "XB0210X", 0), None),
        (binary("XB0230X"), Document("XML", "MCM:XBIN02", "XB0230X", 0), None),
        (REFERRAL, Document("XML", "MCM:XREF01", "XH0130R", 0), None),
        (CARE, FDIS91, JSON),
        (ACKNOWLEDGEMENT, FCTL, JSON),
    ],
)
def test_an_envelope_whose_label_fits_its_content_passes(
    data: bytes, document: Document, transport: Transport | None
) -> None:
    assert label_rules(enveloped(data, document, transport)) == set()


@pytest.mark.parametrize(
    ("data", "document", "transport", "rule"),
    [
        (LETTER, replace(XDIS91, format="HL7"), None, "vans-format"),
        (CARE, replace(FDIS91, format="XML"), JSON, "vans-format"),
        (LETTER, replace(XDIS91, name="MCM:XDIS90"), None, "vans-name"),
        (RECEIPT, replace(XCTL03, name="MCM:XCTL02"), None, "vans-name"),
        (binary("XB0230X"), Document("XML", "MCM:XBIN01", "XB0230X", 0), None, "vans-name"),
        (binary("XB0131X"), Document("XML", "MCM:XBIN01", "XB0130X", 0), None, "vans-version"),
        (REFERRAL, Document("XML", "MCM:XREF02", "XH0130R", 0), None, "vans-name"),
        (
            REFERRAL.replace(A.encode(), C.encode()),
            Document("XML", "MCM:XREF01", "XH0130R", 0),
            None,
            "vans-senderid",
        ),
        (CARE, replace(FDIS91, name="MCM:FCTL#ok"), JSON, "vans-name"),
        (CARE, replace(FDIS91, name="MCM:FDIS91"), JSON, "vans-name-postfix"),
        (CARE, replace(FDIS91, name="MCM:FDIS91#training"), JSON, "vans-name-postfix"),
        (ACKNOWLEDGEMENT, replace(FCTL, name="MCM:FCTL#ok"), JSON, "vans-name-postfix"),
        (CARE, replace(FDIS91, name="MCM:FDIS91#gossip"), JSON, "vans-name-category"),
        (CARE, replace(FDIS91, name="MCM:FDIS91#assessment"), JSON, "vans-name-deprecated"),
        (LETTER, replace(XDIS91, version="XD9135L"), None, "vans-version"),
        (CARE, replace(FDIS91, version="5.0.2"), JSON, "vans-version"),
        (CARE, replace(FDIS91, version=None), JSON, "vans-version"),
        (ACKNOWLEDGEMENT, replace(FCTL, version="2.0"), JSON, "vans-version"),
        (CARE, FDIS91, None, "vans-mime"),
        (CARE, FDIS91, replace(JSON, tags=(("MCM:MIME", "application/fhir+xml"),)), "vans-mime"),
        (CARE, FDIS91, replace(JSON, kind="unreliable"), "vans-transport"),
        (LETTER.replace(A.encode(), C.encode()), XDIS91, None, "vans-senderid"),
        (LETTER.replace(B.encode(), C.encode()), XDIS91, None, "vans-receiverid"),
        (CARE.replace(A.encode(), C.encode()), FDIS91, JSON, "vans-senderid"),
        (CARE.replace(B.encode(), C.encode()), FDIS91, JSON, "vans-receiverid"),
        (b"gibberish", XDIS91, None, "vans-content"),
        (b"{}", replace(FDIS91, name="MCM:FOO"), JSON, "vans-content"),
        (enveloped(LETTER, XDIS91), XDIS91, None, "vans-content"),
        (b"UNA:+.? '", Document("EDIFACT", "MCM:DIS20", "D2030C", 0), None, "vans-content-unchecked"),
        (b"UNA:+.? '", Document("EDIFACT", "MCM:DIS91", "D9134L", 0), None, "vans-content"),
    ],
)
def test_each_disagreement_of_label_and_content_is_found(
    data: bytes, document: Document, transport: Transport | None, rule: str
) -> None:
    found = check_bytes(enveloped(data, document, transport)).findings
    assert rule in {f.rule for f in found if " > " not in f.path}
    assert all(f.mend for f in found if f.rule == rule)


def test_faults_of_the_content_are_told_with_the_way_to_them() -> None:
    raw = enveloped(LETTER.replace(b"nytbrev", b"brev").replace(b"2512489996", b"3113489996"), XDIS91)
    assert {(f.rule, f.path) for f in check_bytes(raw).findings} == {
        ("XD9134L/Letter/StatusCode", "VANSEnvelope/Message/Data > Emessage/ClinicalEmail/Letter/StatusCode"),
        ("cpr-date", "VANSEnvelope/Message/Data > Emessage/ClinicalEmail/Patient/CivilRegistrationNumber"),
    }


def test_faults_of_the_envelope_do_not_hide_those_of_the_content() -> None:
    raw = enveloped(LETTER.replace(b"nytbrev", b"brev"), XDIS91).replace(b"<Format>XML", b"<Format>OIO")
    assert rules(check_bytes(raw).findings) == {
        "VANSEnvelope/Document/Format",
        "vans-format",
        "XD9134L/Letter/StatusCode",
    }


def test_an_entity_bomb_inside_an_envelope_is_refused_too() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><Emessage>&b;</Emessage>'
    (finding,) = check_bytes(enveloped(bomb, XDIS91)).findings
    assert finding.rule == "vans-content" and "document type" in finding.message


def test_bad_base64_is_one_finding_and_the_content_none() -> None:
    raw = enveloped(LETTER, XDIS91).replace(b"<Data>", b"<Data>*")
    assert rules(check_bytes(raw).findings) == {"vans-base64"}


def test_a_receipt_of_the_envelope_is_checked_without_content() -> None:
    envelope = Envelope(
        EndPoint(EndPointKind.VANS, "DKTESTVANS"),
        EndPoint(EndPointKind.EAN, A),
        "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f2",
        SENT,
        None,
        None,
        Receipt(
            ReceiptKind.NEGATIVE_VANS, "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f3", None, 1, "Ukendt modtager"
        ),
    )
    assert check_bytes(vans_envelope.write(envelope)).findings == []


def test_json_above_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_form, "MAX_BYTES", 100)
    assert rules(check_bytes(CARE).findings) == {"medcom-size"}
