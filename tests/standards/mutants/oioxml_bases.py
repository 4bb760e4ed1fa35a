"""The right OIOXML letters that mutants are made of, written by our own writers."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from mocks.runtime import COPENHAGEN
from mocks.standards import binary_letter, clinical_email, hospital_referral, receipts
from mocks.standards.binary_letter import BinaryLetter, BinaryObject, Citizen
from mocks.standards.clinical_email import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.hospital_referral import (
    AnswerReceiver,
    Course,
    Diagnosis,
    FormattedText,
    HospitalReferral,
    Phone,
    ReferralPatient,
    Referrer,
    Relative,
    Visitation,
)
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter

SENT = datetime(2025, 9, 29, 9, 15, tzinfo=COPENHAGEN)

SCHOOL_PSYCHOLOGY = Party(
    gln="5790009990017",
    id="5790009990017",
    id_code="lokationsnummer",
    organisation="Prøveby Kommune",
    department="PPR",
    unit="Team Øst",
    street="Prøvevej 1",
    suburb="Nørre Prøve",
    district="Prøveby",
    post_code="9999",
    phone="00000000",
    speciality="ikkeklassificeret",
)
SURGERY = Party(
    gln="5790009990024",
    id="000001",
    id_code="ydernummer",
    organisation="Lægehuset Prøve",
    department="Læge",
    unit="Test Testesen",
    street="Prøvetorv 2",
    district="Prøveby",
    post_code="9999",
)
LETTER = ClinicalEmail(
    envelope_id="ENV00000000002",
    sent=SENT,
    wants_receipt=True,
    letter_id="BRV00000000002",
    authorised=SENT - timedelta(minutes=1),
    sender=SCHOOL_PSYCHOLOGY,
    receiver=SURGERY,
    patient=Patient(
        cpr="2512489996",
        surname="Testperson",
        given="Prøve",
        street="Testgade 3",
        suburb="Nørre Prøve",
        district="Prøveby",
        post_code="9999",
        occupation="Elev",
        episode_status="ambulant",
    ),
    text="Kære læge\n\nTrivslen er i bedring.",
    subject="Trivsel",
    episode="6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11",
    priority="høj_prioritet",
    references=(
        Reference(
            "Bilag",
            binary=BinaryReference("0F1E2D3C4B5A69788796A5B4C3D2E1F0", "vektor_grafik", "pdf", 29),
        ),
        Reference("Vejledning", url="https://example.org/vejledning"),
        Reference("Følger med posten"),
    ),
)
LEAN_LETTER = replace(
    LETTER,
    patient=Patient(alternative="2512489AA6", surname="Testperson"),
    subject=None,
    episode=None,
    priority=None,
    references=(),
)
ACCEPTED = LetterReceipt(
    kind=LetterReceiptKind.POSITIVE,
    envelope_id="ENVCTL03",
    sent=SENT,
    letter_id="BRVCTL03",
    sender_gln="5790009990024",
    receiver_gln="5790009990017",
    original_envelope_id="ENV00000000002",
    original_sender_gln="5790009990017",
    original_receiver_gln="5790009990024",
    letters=(OriginalLetter("BRV00000000002", "XD9134L"),),
)
REFUSED = replace(
    ACCEPTED,
    kind=LetterReceiptKind.NEGATIVE,
    letters=(OriginalLetter("BRV00000000002", "XD9134L", "problem_med_version", "Kan ikke læses"),),
)
UNDELIVERED = replace(
    ACCEPTED,
    kind=LetterReceiptKind.NEGATIVE_VANS,
    sender_gln="DKTESTVANS",
    refuse_code="ukendt_lokationsnummer",
    refuse_text="Modtageren kendes ikke",
)


_PDF = BinaryObject("0F1E2D3C-4B5A-4978-8796-A5B4C3D2E1F0", "vektor_grafik", "pdf", b"%PDF-1.4 \xe6\xf8\xe5")
_TEXT = BinaryObject("6D0C9B1E-4C3E-4B6F-8B0F-5A0F7F2B7C11", "tekstfil", "txt", b"Dette er et bilag.\n")
ATTACHED = BinaryLetter(
    envelope_id="ENV00000000003",
    sent=SENT,
    wants_receipt=True,
    letter_id="BRV00000000003",
    authorised=SENT - timedelta(minutes=1),
    sender=SCHOOL_PSYCHOLOGY,
    receiver=SURGERY,
    patient=Citizen(cpr="2512489996", surname="Testperson", given="Prøve"),
    objects=(_PDF, _TEXT),
)


REFERRED = HospitalReferral(
    version="XH0131R",
    envelope_id="ENV00000000004",
    sent=SENT,
    wants_receipt=True,
    letter_id="BRV00000000004",
    authorised=SENT - timedelta(minutes=1),
    courses=(Course("6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", "henviser"),),
    sender=replace(SURGERY, phone="00000000", speciality="almen_medicin"),
    referrer=Referrer(name="Test Testesen", title="Læge", id="000001", id_code="ydernummer"),
    receiver=replace(SCHOOL_PSYCHOLOGY, phone="", speciality=""),
    answer_to=AnswerReceiver(id="000001", id_code="ydernummer", organisation="Lægehuset Prøve"),
    patient=ReferralPatient(
        cpr="2512489996",
        surname="Testperson",
        given="Prøve",
        street="Testgade 3",
        phones=(Phone("00000000", "mobil"),),
        email="proeve@example.org",
    ),
    relative=Relative(relation="mor", surname="Testmor", given="Prøve"),
    priority="elektiv",
    referral_status="ambulant",
    transport="ingen",
    supplementary=FormattedText("Tolk"),
    reason=FormattedText("Udredning"),
    hospital_choice="ALDB00",
    diagnosis=Diagnosis(
        description="henv_diagnose", code="DF909", type="SKSdiagnosekode", text="Forstyrret opmærksomhed"
    ),
    further=(Diagnosis(description="bidiagnose", code="DF819", type="SKSdiagnosekode", text="Ordblindhed"),),
    cave=FormattedText("Penicillin"),
    anamnesis=FormattedText("Kort anamnese"),
    references=(
        Reference(
            "Bilag", binary=BinaryReference("0F1E2D3C4B5A69788796A5B4C3D2E1F0", "vektor_grafik", "pdf", 12)
        ),
    ),
    visitations=(Visitation("visitering", FormattedText("Til udredning")),),
)
OLDER_REFERRAL = replace(
    REFERRED,
    version="XH0130R",
    courses=(Course("6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11"),),
    hospital_choice=None,
    diagnosis=replace(REFERRED.diagnosis, description=""),
)


def _undashed(letter: BinaryLetter) -> BinaryLetter:
    return replace(letter, objects=tuple(replace(o, id=o.id.replace("-", "")) for o in letter.objects))


def oioxml_letters() -> dict[str, bytes]:
    """Letters, receipts and attachments by name."""
    system = replace(ATTACHED, patient=None, contents="Lokationstabel")
    return {
        "XREF01": hospital_referral.write(REFERRED),
        "XREF01 XH0130R": hospital_referral.write(OLDER_REFERRAL),
        "XBIN01": binary_letter.write(ATTACHED),
        "XBIN01 system": binary_letter.write(system),
        "XBIN02": binary_letter.write(replace(ATTACHED, version="XB0210X")),
        "XBIN02 XB0230X": binary_letter.write(replace(_undashed(ATTACHED), version="XB0230X")),
        "XDIS91": clinical_email.write(LETTER),
        "XDIS91 lean": clinical_email.write(LEAN_LETTER),
        "XCTL01": receipts.write(UNDELIVERED),
        "XCTL02": receipts.write(REFUSED),
        "XCTL03": receipts.write(ACCEPTED),
    }
