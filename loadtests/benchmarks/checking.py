"""What a full check costs, by parsing the same bytes with the library that can do it fastest.

The messages are of the size that the field sends: a CareCommunication of about 8 KB, an ordinary letter,
their receipts. The check is the one of ``tvaers check`` without the recognition.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import orjson
from lxml import etree

from loadtests.benchmarks.frame import Benchmark, Contest
from mocks.drivers.ids import SeededIds
from mocks.identifiers import make_gln, make_sor
from mocks.runtime import COPENHAGEN
from mocks.standards import acknowledgement, binary_letter, clinical_email, hospital_referral, receipts
from mocks.standards import care_communication as cc
from mocks.standards.findings import Finding, is_valid

_AT = datetime(2025, 9, 29, 9, 0, tzinfo=COPENHAGEN)
_TEXT = "Vi er i gang med en vurdering i PPR, og familien har sagt ja til, at jeg skriver.\n" * 4
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def a_care_communication() -> cc.CareCommunication:
    """A new message, about 8 KB with its narratives."""
    ids = SeededIds(1, "benchmark")
    return cc.new(
        new_id=partial(ids.uuid, "message"), at=_AT, category="healthcare", topic="Trivsel", text=_TEXT,
        sender=cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg"),
        receiver=cc.Organisation(make_sor(2), make_gln(2), "Lægerne på Torvet"),
        patient=cc.PatientIdentity.of_cpr("2509479989", "Elmer", "Bruno Test"),
        author=cc.Author("Mette", "Hansen", "12345678", role_code="psykolog"),
    )  # fmt: skip


def a_letter() -> clinical_email.ClinicalEmail:
    ppr = clinical_email.Party(
        gln=make_gln(1), id=make_gln(1), id_code="lokationsnummer", organisation="PPR Aalborg"
    )
    clinic = clinical_email.Party(
        gln=make_gln(2), id="000001", id_code="ydernummer", organisation="Lægerne på Torvet"
    )
    return clinical_email.ClinicalEmail(
        envelope_id="ENV00000000001", sent=_AT, wants_receipt=True, letter_id="BRV00000000001", authorised=_AT,
        sender=ppr, receiver=clinic, subject="Trivsel", text=_TEXT * 6,
        patient=clinical_email.Patient(cpr="2512489996", surname="Berggren", given="Nancy Ann"),
    )  # fmt: skip


def _contest(
    base: str,
    parse: Callable[[bytes], object],
    check: Callable[[bytes], list[Finding]],
    write: Callable[[], bytes],
    at_most: float | None,
) -> Contest:
    raw = write()
    if not is_valid(found := check(raw)):
        raise AssertionError(f"the message is not in order: {found}")
    return Contest(
        base,
        {base: partial(parse, raw), "the whole check": partial(check, raw)},
        at_most={} if at_most is None else {"the whole check": at_most},
    )


def _json(write: Callable[[], bytes], check: Callable[[bytes], list[Finding]]) -> Contest:
    return _contest("orjson.loads", orjson.loads, check, write, 30.0)


def _xml(
    write: Callable[[], bytes], check: Callable[[bytes], list[Finding]], at_most: float | None
) -> Contest:
    return _contest("lxml alone", lambda raw: etree.fromstring(raw, _PARSER), check, write, at_most)


def _acknowledgement() -> bytes:
    ids = SeededIds(1, "benchmark")
    return acknowledgement.write(
        acknowledgement.answer(a_care_communication(), "ok", at=_AT, new_id=partial(ids.uuid, "answer"))
    )


def _receipt() -> bytes:
    letter = a_letter()
    return receipts.write(
        receipts.LetterReceipt(
            kind=receipts.LetterReceiptKind.POSITIVE, envelope_id="ENV00000000002", sent=_AT,
            letter_id="BRV00000000002", sender_gln=letter.receiver.gln, receiver_gln=letter.sender.gln,
            original_envelope_id=letter.envelope_id, original_sender_gln=letter.sender.gln,
            original_receiver_gln=letter.receiver.gln,
            letters=(receipts.OriginalLetter(letter.letter_id, "XD9134L"),),
        )
    )  # fmt: skip


def _referral() -> bytes:
    letter = a_letter()
    text = hospital_referral.FormattedText(_TEXT * 3)
    return hospital_referral.write(
        hospital_referral.HospitalReferral(
            version="XH0130R", envelope_id="ENV00000000004", sent=_AT, wants_receipt=True,
            letter_id="BRV00000000004", authorised=_AT, sender=letter.receiver, receiver=letter.sender,
            referrer=hospital_referral.Referrer(name="Lars Holm", title="Læge"),
            patient=hospital_referral.ReferralPatient(cpr="2512489996", surname="Berggren", given="Nancy Ann"),
            priority="elektiv", reason=text, anamnesis=text,
            diagnosis=hospital_referral.Diagnosis(code="DF900", type="SKSdiagnosekode", text="ADHD"),
        )
    )  # fmt: skip


def _attachment() -> bytes:
    letter = a_letter()
    file = binary_letter.BinaryObject(
        "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", "vektor_grafik", "pdf", bytes(100_000)
    )
    return binary_letter.write(
        binary_letter.BinaryLetter(
            envelope_id="ENV00000000003", sent=_AT, wants_receipt=True, letter_id="BRV00000000003",
            authorised=_AT, sender=letter.sender, receiver=letter.receiver,
            patient=binary_letter.Citizen(cpr="2512489996", surname="Berggren"), objects=(file,),
        )
    )  # fmt: skip


CHECKING = (
    Benchmark(
        "check-carecommunication", "an 8 KB CareCommunication against all its rules", "message",
        lambda: _json(lambda: cc.write(a_care_communication()), cc.check),
    ),
    Benchmark(
        "check-acknowledgement", "a FHIR Acknowledgement against all its rules", "message",
        lambda: _json(_acknowledgement, acknowledgement.check),
    ),
    Benchmark(
        "check-xdis91", "a 3 KB XDIS91 letter against all its rules", "letter",
        lambda: _xml(lambda: clinical_email.write(a_letter()), clinical_email.check, 4.0),
    ),
    Benchmark(
        "check-xctl", "an XCTL receipt against all its rules", "receipt",
        lambda: _xml(_receipt, receipts.check, None),
    ),
    Benchmark(
        "check-xref01", "a 4 KB XREF01 referral against all its rules", "referral",
        lambda: _xml(_referral, hospital_referral.check, None),
    ),
    Benchmark(
        "check-xbin01", "an XBIN01 with a file of 100 KB against all its rules", "letter",
        lambda: _xml(_attachment, binary_letter.check, None),
    ),
)  # fmt: skip
