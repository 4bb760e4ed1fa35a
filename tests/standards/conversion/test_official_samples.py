"""The official letters on their way to the new standard and back, and MedCom's own conversions beside ours.

MedCom publishes four flows of a conversion. Where they are not among the official data, those tests are
skipped; what differs, and why, stands in docs/conversion.md.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mocks.identifiers import make_sor
from mocks.standards import acknowledgement, binary_letter, clinical_email, fhir_bundle, receipts
from mocks.standards import care_communication as cc
from mocks.standards.binary_letter import OBJECT_CODE_OF, BinaryObject
from mocks.standards.clinical_email import ClinicalEmail
from mocks.standards.conversion import (
    LetterIds,
    MessageIds,
    Registered,
    binary_letters,
    to_care_communication,
    to_clinical_email,
)
from mocks.standards.conversion.files import TYPES
from mocks.standards.conversion.receipts import Answered, Awaiting, acknowledgement_of, receipts_of
from mocks.standards.fhir_bundle import Tree
from mocks.standards.findings import Severity
from mocks.standards.recognise import check_bytes
from tests.official import DATA as OFFICIAL

SAMPLES = [
    *sorted((OFFICIAL / "vans/samples/oioxml").glob("DIS91_*.xml")),
    *sorted((OFFICIAL / "vans/samples").glob("os2-fixtures/*.xml")),
    *sorted((OFFICIAL / "vans/composed").glob("xdis91_*.xml")),
]
FLOWS = OFFICIAL / "medcom-fhir/examples/carecommunication-conversion-flows"
pytestmark = [
    pytest.mark.official,
    pytest.mark.skipif(not SAMPLES, reason=f"the official samples are not at {OFFICIAL}"),
]
needs_flows = pytest.mark.skipif(not FLOWS.is_dir(), reason=f"MedCom's conversion flows are not at {FLOWS}")
IDS = MessageIds(*(f"0000000{n}-0000-4000-8000-000000000001" for n in range(4)))
LETTER_IDS = LetterIds("ENV00000000009", "BRV00000000009")
SENDER, RECEIVER = Registered("359001000016000"), Registered("328051000016008")


def wrong(raw: bytes) -> list[str]:
    """Rules that are broken; the check digits of location numbers are those of the samples."""
    found = check_bytes(raw).findings
    return [f.rule for f in found if f.severity is Severity.ERROR and f.rule != "gln-modulus-10"]


def files_of(letter: ClinicalEmail) -> list[BinaryObject]:
    """Files as the letter describes them: the samples come without."""
    return [
        BinaryObject(r.binary.id, r.binary.code, r.binary.extension, b"x" * r.binary.size)
        for r in letter.references
        if r.binary is not None
    ]


@pytest.mark.parametrize("version", ["5.0", "4.0.0"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_an_official_letter_comes_back_with_its_content(sample: Path, version: str) -> None:
    letter = clinical_email.read(sample.read_bytes())
    files = files_of(letter)
    made = to_care_communication(
        letter, ids=IDS, sender=Registered(make_sor(1)), receiver=Registered(make_sor(2)), version=version,
        objects={file.key: file for file in files},
    )  # fmt: skip
    raw = cc.write(made.message)
    assert wrong(raw) == []
    back = to_clinical_email(cc.read(raw), ids=LetterIds(letter.envelope_id, letter.letter_id))
    again = clinical_email.write(back.letter)
    assert wrong(again) == []
    found = clinical_email.read(again)
    assert (found.authorised, found.subject, found.episode) == (
        letter.authorised,
        letter.subject,
        letter.episode,
    )
    untold = [r for r in letter.references if r.binary is not None and r.binary.extension not in TYPES]
    assert found.text.startswith(letter.text)
    told = found.text[len(letter.text) :].strip().splitlines()
    assert len(told) == len(untold) == sum("Reference" in each.element for each in made.lost)
    assert found.references == tuple(r for r in letter.references if r not in untold)
    assert {f.key: f.content for f in back.files} == {f.key: f.content for f in files if f.extension in TYPES}
    for side in ("sender", "receiver"):
        before, after = getattr(letter, side), getattr(found, side)
        for field in ("gln", "organisation", "department", "unit", "phone"):
            assert getattr(after, field) == getattr(before, field), (side, field)
        if before.id_code in ("ydernummer", "kommunenummer", "lokationsnummer"):
            assert (after.id, after.id_code) == (before.id, before.id_code)
        else:
            assert any(each.element.endswith("/Identifier") for each in made.lost)
    kept = ("cpr", "alternative", "surname", "given", "street", "district", "post_code")
    for field in kept:
        assert getattr(found.patient, field) == getattr(letter.patient, field), field
    assert found.priority == letter.priority or letter.priority == "rutine"


@pytest.mark.parametrize("folder", ["4.0.3", "5.0.2", "5.0-testprotocol"])
def test_official_messages_become_valid_letters_that_hold_all_of_their_text(folder: str) -> None:
    files = sorted((OFFICIAL / f"medcom-fhir/examples/carecommunication-{folder}").rglob("Bundle-*"))
    assert len(files) >= 8
    for file in files:
        message = cc.read(file.read_bytes())
        old = to_clinical_email(message, ids=LETTER_IDS)
        assert wrong(clinical_email.write(old.letter)) == [], file.name
        for segment in message.segments:
            if segment.text is not None:
                for line in re.split(r"\s*(?:<br ?/?>|\r?\n)\s*", segment.text.strip()):
                    assert line in old.letter.text, file.name
            elif segment.attachment is not None and segment.attachment.data is not None:
                assert segment.attachment.data in [each.content for each in old.files], file.name
        for letter in binary_letters(old, [LETTER_IDS] * len(old.files)):
            assert wrong(binary_letter.write(letter)) == [], file.name


# MedCom's own conversions ------------------------------------------------------------------------------


def flow(name: str) -> bytes:
    return (FLOWS / name).read_bytes()


def resources(raw: bytes, kind: str) -> list[Tree]:
    entries: list[Tree] = fhir_bundle.parse(raw)["entry"]
    return [e["resource"] for e in entries if e["resource"]["resourceType"] == kind]


def value(holder: Tree, *path: str | int) -> Any:
    found: Any = holder
    for step in path:
        found = found[step]
    return found


def extension(payload: Tree, name: str) -> Tree:
    return next(e for e in payload["extension"] if e["url"].endswith(name))


@needs_flows
def test_flow_1_the_message_from_a_letter_has_what_medcoms_has() -> None:
    letter = clinical_email.read(flow("Flow1-XDIS91_Ex_to_FHIR.xml"))
    (file,) = binary_letter.read(flow("Flow1-XBIN01_Ex_to_FHIR.xml")).objects
    theirs = flow("Flow1-CareCommunication_Ex_from_OIOXML.xml")
    made = to_care_communication(
        letter, ids=IDS, sender=SENDER, receiver=RECEIVER, objects={file.key: file}, version="4.0.0"
    )
    raw = cc.write(made.message)
    assert wrong(raw) == []
    for path in (
        ("category", 0, "coding", 0, "code"), ("topic", "text"), ("status",),
        ("payload", 1, "contentAttachment", "contentType"), ("payload", 1, "contentAttachment", "data"),
    ):  # fmt: skip
        (own,), (other,) = resources(raw, "Communication"), resources(theirs, "Communication")
        assert value(own, *path) == value(other, *path), path
    assert extension(own["payload"][1], "identifier-extension") ["valueIdentifier"]["value"] == (
        extension(other["payload"][1], "identifier-extension")["valueIdentifier"]["value"]
    )  # fmt: skip
    own_text, other_text = own["payload"][0]["contentString"], other["payload"][0]["contentString"]
    first, *lines = own_text.splitlines()
    other_first, *other_lines = (line.strip() for line in unescape(other_text).split("<br/>"))
    assert first == "Prioritet: høj" and "høj prioritet" in other_first  # the same place, other words
    assert lines == other_lines[: len(lines)] and not any(other_lines[len(lines) :])
    (own,), (other,) = resources(raw, "Patient"), resources(theirs, "Patient")
    assert own["identifier"] == other["identifier"]
    assert own["address"] == other["address"]
    names = [[*p["name"][0]["given"], *p["name"][0]["family"].split()] for p in (own, other)]
    assert names[0] == names[1]  # MedCom's moves a part of the surname to the given names
    parties = [
        {i["value"] for o in resources(m, "Organization") for i in o["identifier"]} for m in (raw, theirs)
    ]
    assert {"5790001382445", "359001000016000", "5790000121441", "328051000016008"} <= parties[0] & parties[1]
    for own, other in zip(resources(raw, "Provenance"), resources(theirs, "Provenance"), strict=True):
        assert own["activity"] == other["activity"]
        assert own["occurredDateTime"] == other["occurredDateTime"]


@needs_flows
def test_flow_3_the_letter_from_a_message_has_what_medcoms_has() -> None:
    theirs = clinical_email.read(flow("Flow3-XDIS91_Ex_from_FHIR.xml"))
    message = cc.read(flow("Flow3-CareCommunication_Ex_to_OIOXML.xml"))
    made = to_clinical_email(message, ids=LetterIds(theirs.envelope_id, theirs.letter_id))
    own = made.letter
    assert own.subject == theirs.subject
    assert (own.status, own.wants_receipt, own.priority) == (
        theirs.status,
        theirs.wants_receipt,
        theirs.priority,
    )
    assert own.patient == theirs.patient
    for side in ("sender", "receiver"):
        ours, other = getattr(own, side), getattr(theirs, side)
        assert (ours.gln, ours.id, ours.id_code) == (other.gln, other.id, other.id_code)
        assert ours.organisation == other.organisation
    for line in ("Forfatter: Michael Burns", "Stilling: Sygeplejerske"):
        assert line in own.text.splitlines()
    assert set(own.text.splitlines()) <= set(
        theirs.text.splitlines()
    )  # theirs has a line that no message has
    (file,) = made.files
    (other,) = binary_letter.read(flow("Flow3-XBIN01_Ex_from_FHIR.xml")).objects
    assert (file.extension, file.content) == (other.extension, other.content)
    assert file.code == OBJECT_CODE_OF["pdf"] != other.code  # ours is what OS2korrespondance takes for pdf
    (following,) = binary_letters(made, [LetterIds("E", "B")])
    assert binary_letter.check(binary_letter.write(following)) == []


@needs_flows
def test_flow_2_the_receipts_from_an_acknowledgement_are_medcoms() -> None:
    theirs = [receipts.read(flow(f"Flow2-XCTL03_Ex_from_FHIR_{kind}.xml")) for kind in ("XDIS91", "XBIN01")]
    answer = acknowledgement.read(flow("Flow2-Acknowledgement_Ex_to_OIOXML.xml"))
    letters = [Answered(r.original_envelope_id, r.letters[0].letter_id, r.letters[0].version) for r in theirs]
    ids = iter(LetterIds(r.envelope_id, r.letter_id) for r in theirs)
    own, _ = receipts_of(
        answer, letters, new_ids=lambda: next(ids), sender=answer.sender.gln, receiver=answer.receiver.gln,
        at=theirs[0].sent,
    )  # fmt: skip
    assert own == theirs


@needs_flows
def test_flow_4_the_acknowledgement_from_receipts_is_medcoms_but_for_ids_and_moments() -> None:
    theirs = acknowledgement.read(flow("Flow4-Acknowledgement_Ex_from_OIOXML.xml"))
    message = cc.read(flow("Flow3-CareCommunication_Ex_to_OIOXML.xml"))
    found = [receipts.read(flow(f"Flow4-XCTL03_Ex_to_FHIR_{kind}.xml")) for kind in ("XDIS91", "XBIN01")]
    waiting = Awaiting(message.header_id, message.step, message.sender, message.receiver)
    own, lost = acknowledgement_of(
        found, waiting, header=theirs.header_id, bundle=theirs.bundle_id, at=theirs.timestamp
    )
    assert lost == []
    assert wrong(acknowledgement.write(own)) == []
    assert (own.code, own.original_header_id, own.issues) == (theirs.code, theirs.original_header_id, ())
    assert (own.sender.gln, own.receiver.gln) == (theirs.sender.gln, theirs.receiver.gln)
    assert (own.original_step.activity, own.original_step.header_id) == (
        theirs.original_step.activity, theirs.original_step.header_id,
    )  # fmt: skip
