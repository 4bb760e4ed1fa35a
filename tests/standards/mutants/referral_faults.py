"""Single faults in the referral to a hospital, XREF01: XH0131R, and what differs in XH0130R."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.oioxml_fault import Faults
from tests.standards.mutants.xml_edits import add, add_before, drop, everywhere, inside, put, repeat, swap

_NEW = Faults("XREF01", "XREF01", "HospitalReferral")
_OLD = Faults("XREF01 XH0130R", "XREF01 XH0130R", "HospitalReferral")
_EXTRA, _INFO = "AdditionalInformation", "RelevantClinicalInformation"


def referral_mutants() -> Iterator[Mutant]:
    """All mutants of referrals."""
    it = _NEW
    yield from it.missing(
        "/Envelope/AcknowledgementCode",
        "Letter/VersionCode",
        "Letter/TypeCode",
        "Letter/StatusCode",
        "Letter/EpisodeOfCare",
        "Letter/EpisodeOfCare/EpisodeOfCareType",
        "Letter/EpisodeOfCare/EpisodeOfCareIdentifier",
        "Sender/EANIdentifier",
        "Sender/Referrer",
        "Sender/Referrer/PersonName",
        "Receiver",
        "Receiver/IdentifierCode",
        "AnswerCCReceiver/Identifier",
        "Patient",
        "Patient/CivilRegistrationNumber",
        "Patient/PersonSurnameName",
        "Patient/TelephoneSubscriber/TelephoneSubscriberCode",
        "Relative/RelationCode",
        "Relative/PersonSurnameName",
        "Referral/Refer/DiagnoseDescriptionCode",
        "Referral/Refer/DiagnoseTypeCode",
        "Referral/Refer/DiagnoseText",
        "Referral/ReferralAdditional/DiagnoseDescriptionCode",
        "Reference/RefDescription",
        "Reference/BIN/ObjectIdentifier",
        "HospitalVisitation/InformationCode",
    )
    yield from it.wrong(
        ("Letter/VersionCode", "XH0130R", "the version of the older schema"),
        ("Letter/TypeCode", "XREF02", "the type of another referral"),
        ("Letter/StatusCode", "annulleretbrev", "a status that referrals do not know"),
        ("Letter/Authorisation/Date", "2025-02-29", "a day that does not exist"),
        ("Letter/EpisodeOfCare/EpisodeOfCareType", "x" * 18, "18 characters"),
        (
            "Letter/EpisodeOfCare/EpisodeOfCareIdentifier",
            "6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11",
            "a UUID with its dashes",
        ),
        ("Sender/IdentifierCode", "sor", "a code that is not in the list"),
        ("Sender/Referrer/PersonName", "T" * 36, "36 characters"),
        ("Patient/CivilRegistrationNumber", "251248 9996", "a blank"),
        ("Patient/EmailIdentifier", "a" * 71, "71 characters"),
        (
            "Patient/TelephoneSubscriber/TelephoneSubscriberCode",
            "privat",
            "a kind of phone that is not in the list",
        ),
        ("Relative/RelationCode", "soester", "a relation that is not in the list"),
        (f"{_EXTRA}/Priority", "høj_prioritet", "the priority of a correspondence"),
        (f"{_EXTRA}/ReferralStatus", "hjemme", "a status that is not in the list"),
        (f"{_EXTRA}/Transport", "taxa", "a transport that is not in the list"),
        (f"{_EXTRA}/HospitalChoice", "ALDB04", "a choice that is not in the list"),
        (
            "Referral/Refer/DiagnoseDescriptionCode",
            "hoveddiagnose",
            "a kind of diagnosis that is not in the list",
        ),
        ("Referral/Refer/DiagnoseTypeCode", "ICD10", "a code system that is not in the list"),
        ("Referral/Refer/DiagnoseText", "D" * 71, "71 characters"),
        ("Reference/BIN/ObjectIdentifier", "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0", "a UUID with dashes"),
        ("Reference/BIN/OriginalObjectSize", "0", "a size of nothing"),
        ("HospitalVisitation/InformationCode", "US", "the code that EDIFACT uses"),
    )
    yield from it.late(
        "Letter/TypeCode",
        "Sender/IdentifierCode",
        "Sender",
        "AnswerCCReceiver",
        "Patient/PersonSurnameName",
        f"{_EXTRA}/Priority",
        "Referral/Refer/DiagnoseDescriptionCode",
        "Referral",
        f"{_INFO}/Cave",
    )
    yield from it.twice(
        "Letter",
        "Sender/Referrer",
        "AnswerCCReceiver",
        "Relative",
        f"{_EXTRA}/Priority",
        "Referral/Refer",
        f"{_INFO}/Anamnesis",
    )
    yield from _others(it)
    yield from _older(_OLD)


def _others(it: Faults) -> Iterator[Mutant]:
    yield it.named(
        "the patient has the status of a correspondence",
        add(it.full("Patient"), "EpisodeOfCareStatusCode", "inaktiv"),
        "Patient/EpisodeOfCareStatusCode",
    )
    yield it.named(
        "the receiver of the answer has a GLN",
        add_before(it.full("AnswerCCReceiver/Identifier"), "EANIdentifier", "5790009990024"),
        "AnswerCCReceiver/EANIdentifier",
    )
    yield it.named(
        "the patient has two kinds of identifier",
        add_before(it.full("Patient/PersonSurnameName"), "AlternativeIdentifier", "2512489AA6"),
        "Patient/AlternativeIdentifier",
    )
    yield it.named(
        "the letter has the episode of the older schema",
        add(it.full("Letter"), "EpisodeOfCareIdentifier", "6d0c"),
        "Letter/EpisodeOfCareIdentifier",
    )
    yield it.made(
        "the patient has four phones",
        repeat(it.full("Patient/TelephoneSubscriber"), 4),
        "Patient",
        says="TelephoneSubscriber",
    )
    yield it.made(
        "there are six further diagnoses",
        repeat(it.full("Referral/ReferralAdditional"), 6),
        "Referral",
        says="ReferralAdditional",
    )
    yield it.made("there are eleven references", repeat(it.full("Reference"), 11), "", says="Reference")
    yield it.made(
        "there are ten notes of the hospital",
        repeat(it.full("HospitalVisitation"), 10),
        "",
        says="HospitalVisitation",
    )
    yield it.made(
        "the reason is marked with HTML",
        inside(it.full(f"{_EXTRA}/ClinicalReason"), "a<p>b</p>"),
        f"{_EXTRA}/ClinicalReason",
    )
    yield it.made(
        "bold text stands within italic text",
        inside(it.full(f"{_INFO}/Anamnesis"), "<Italic>a<Bold>b</Bold></Italic>"),
        f"{_INFO}/Anamnesis/Italic",
    )
    yield it.made(
        "the check digit of a GLN is wrong",
        put(it.full("Sender/EANIdentifier"), "5790009990018"),
        "Sender/EANIdentifier",
        rule="gln-modulus-10",
        lenient=True,
    )
    yield it.made(
        "the CPR number has a month that does not exist",
        put(it.full("Patient/CivilRegistrationNumber"), "2513489996"),
        "Patient/CivilRegistrationNumber",
        lenient=True,
    )
    yield it.named(
        "an unknown element stands in the referral",
        add(it.full("Referral"), "Package", "a"),
        "Referral/Package",
    )
    yield it.raw(
        "the namespace is that of the older schema",
        everywhere(b"/medcom.dk/xml/schemas/2017/05/01/", b"/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"),
        Meant("Emessage"),
    )
    yield it.raw(
        "the namespace is that of the correspondence",
        everywhere(b"/medcom.dk/xml/schemas/2017/05/01/", b"/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"),
        Meant("Emessage", says="namespace"),
    )


def _older(it: Faults) -> Iterator[Mutant]:
    yield from it.missing(
        "Letter/VersionCode",
        "Sender/Referrer",
        "Patient/PersonSurnameName",
        "Referral/Refer/DiagnoseTypeCode",
        "Receiver/EANIdentifier",
    )
    yield from it.wrong(
        ("Letter/VersionCode", "XH0131R", "the version of the newer schema"),
        (f"{_EXTRA}/ReferralStatus", "hjemmet", "a status that only the newer schema knows"),
        (f"{_EXTRA}/Priority", "rutine", "the priority of a correspondence"),
        ("Letter/EpisodeOfCareIdentifier", "6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11", "a UUID with its dashes"),
    )
    yield it.named(
        "a choice of hospital stands in the older referral",
        add(it.full(_EXTRA), "HospitalChoice", "ALDB00"),
        f"{_EXTRA}/HospitalChoice",
    )
    yield it.named(
        "a kind of diagnosis stands in the older referral",
        add_before(it.full("Referral/Refer/DiagnoseTypeCode"), "DiagnoseDescriptionCode", "henv_diagnose"),
        "Referral/Refer/DiagnoseDescriptionCode",
    )
    yield it.named(
        "the episode stands before the status", swap(it.full("Letter/StatusCode")), "Letter/StatusCode"
    )
    yield it.made(
        "the referral has nobody who refers",
        drop(it.full("Sender/Referrer/PersonName")),
        "Sender/Referrer",
        says="PersonName",
    )
