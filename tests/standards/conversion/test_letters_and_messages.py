"""XDIS91 to CareCommunication and back: what comes along, what becomes words, what is listed as lost."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from mocks.identifiers import make_gln, make_sor
from mocks.standards import binary_letter, clinical_email
from mocks.standards import care_communication as cc
from mocks.standards.binary_letter import BinaryObject
from mocks.standards.clinical_email import ClinicalEmail, Patient, Reference
from mocks.standards.conversion import (
    LetterIds,
    NotConvertible,
    OldLetter,
    binary_letters,
    to_clinical_email,
)
from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.recognise import check_bytes
from tests.standards.conversion.letters import (
    AT,
    LETTER,
    LETTER_IDS,
    PPR,
    converted,
    letters,
    messages,
    pdf,
    pointing_at,
)

VERSIONS = ("5.0", "4.0.0")
#: Fields of a letter that a way to the new standard and back must not change.
KEPT = ("authorised", "subject", "text", "status", "priority", "patient", "sender", "receiver")


def errors(raw: bytes) -> list[tuple[str, str]]:
    found = check_bytes(raw).findings
    return [(f.rule, f.message) for f in found if f.severity is Severity.ERROR]


def there_and_back(letter: ClinicalEmail, *files: BinaryObject, version: str = "5.0") -> OldLetter:
    """Over the bytes of the message, which pass the check. SOR adds no phone number."""
    made = converted(letter, *files, version=version, sender=replace(PPR, phone=""))
    raw = cc.write(made.message)
    assert errors(raw) == []
    old = to_clinical_email(cc.read(raw), ids=LetterIds(letter.envelope_id, letter.letter_id))
    assert errors(clinical_email.write(old.letter)) == []
    return replace(old, letter=clinical_email.read(clinical_email.write(old.letter)))


def lost(elements: OldLetter | object) -> list[str]:
    return [each.element for each in elements.lost]  # type: ignore[attr-defined]


# From the old standard to the new ------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_letter_becomes_a_valid_new_message_with_the_same_content(version: str) -> None:
    made = converted(LETTER, version=version).message
    assert errors(cc.write(made)) == []
    assert (made.version, made.activity, made.category) == (version, "new-message", "other")
    assert (made.topic, made.text) == ("Trivsel", "Kære læge\nKender du familien?")
    assert made.patient == cc.PatientIdentity(
        ((codes.CPR, "2512489996"),),
        "Testperson",
        "Nanna",
        False,
        cc.Address(("Testgade 3",), "Prøveby", "9999"),
    )
    assert made.sender == cc.Organisation(make_sor(1), make_gln(1), "Prøveby Kommune, PPR")
    assert made.receiver == cc.Organisation(
        make_sor(2), make_gln(2), "Lægehuset", ((codes.YDERNUMMER, "000002"),)
    )
    assert made.segments[0].sent == AT
    assert made.timestamp == AT + timedelta(minutes=1)


def test_the_author_of_a_letter_that_names_none_is_the_organisation_with_a_role_that_is_not_available() -> (
    None
):
    author = converted(LETTER).message.segments[0].author
    assert author == cc.Author("", "Prøveby Kommune", "11223344", role_code="NAVU")


def test_lines_that_name_author_and_role_become_the_author() -> None:
    signed = replace(LETTER, text="Hej\nForfatter: Anne Marie Holm\nStilling: Overlæge")
    made = converted(signed).message
    assert made.text == "Hej"
    assert made.segments[0].author == cc.Author("Anne Marie", "Holm", "11223344", role_code="overlaege")
    untitled = converted(replace(LETTER, text="Hej\nForfatter: Anne Holm\nStilling: PPR-konsulent")).message
    assert untitled.segments[0].author == cc.Author("Anne", "Holm", "11223344", role_text="PPR-konsulent")


def test_the_phone_number_is_that_of_the_letter_else_that_of_sor_else_a_hyphen() -> None:
    def phone(text: str, known: str) -> str:
        letter = replace(LETTER, sender=replace(LETTER.sender, phone=text))
        author = converted(letter, sender=replace(PPR, phone=known)).message.segments[0].author
        return author.phone if author else ""

    assert phone("+45 11 22 33 44", PPR.phone) == "+4511223344"
    assert phone("", PPR.phone) == "11223344"
    assert phone("", "") == "-"


def test_high_priority_is_a_line_of_the_text_because_only_a_referral_has_a_priority() -> None:
    made = converted(replace(LETTER, priority="høj_prioritet"))
    assert made.message.priority is None
    assert made.message.text.startswith("Prioritet: høj\nKære læge")
    assert "AdditionalInformation/Priority" in lost(made)
    routine = converted(replace(LETTER, priority="rutine"))
    assert routine.message.text == LETTER.text
    assert "AdditionalInformation/Priority" in lost(routine)


def test_a_letter_without_subject_and_text_still_makes_a_valid_message_and_comes_back_empty() -> None:
    bare = replace(LETTER, subject=None, text="")
    made = converted(bare).message
    assert (made.topic, made.text) == ("Korrespondance", "(ingen tekst)")
    back = there_and_back(bare).letter
    assert (back.subject, back.text) == (None, "")


@pytest.mark.parametrize(
    ("patient", "system"),
    [
        (Patient(cpr="2512489996", surname="T"), codes.CPR),
        (Patient(alternative="0703921VJ4", surname="T"), codes.X_ECPR),
        (Patient(alternative="1206550VK9", surname="T"), codes.D_ECPR_GENERIC),
        (Patient(alternative="251248ABC1", surname="T"), codes.SOR_ENDPOINT + make_sor(1)),
        (Patient(cpr="8512489996", surname="T"), codes.SOR_ENDPOINT + make_sor(1)),
    ],
)
def test_each_kind_of_number_goes_under_its_own_system_and_comes_back(patient: Patient, system: str) -> None:
    letter = replace(LETTER, patient=patient)
    assert converted(letter).message.patient.identifiers[0][0] == system
    assert there_and_back(letter).letter.patient == patient


@pytest.mark.parametrize("status", ["inaktiv", "indlagt", "ambulant", "doed"])
def test_the_status_of_an_episode_of_care_comes_back_where_the_letter_names_the_episode(status: str) -> None:
    letter = replace(
        LETTER,
        patient=replace(LETTER.patient, episode_status=status),
        episode="6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11",
    )
    made = converted(letter).message
    assert made.patient.deceased is (status == "doed")
    assert made.encounter is not None
    assert made.encounter.episodes == (
        (codes.SOR_ENDPOINT + make_sor(1), "urn:uuid:6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11"),
    )
    back = there_and_back(letter).letter
    assert (back.patient.episode_status, back.episode) == (status, letter.episode)


def test_a_status_without_an_episode_is_lost_unless_it_says_nothing_or_that_the_citizen_is_dead() -> None:
    def made(status: str) -> list[str]:
        return lost(converted(replace(LETTER, patient=replace(LETTER.patient, episode_status=status))))

    assert "Patient/EpisodeOfCareStatusCode" in made("indlagt")
    assert "Patient/EpisodeOfCareStatusCode" in made("ambulant_roentgen")
    assert made("inaktiv") == made("doed") == []


def test_an_episode_of_lpr3_is_known_by_its_version() -> None:
    made = converted(replace(LETTER, episode="fc60e762b13b5773865e67f3907bdcc7")).message
    assert made.encounter is not None
    assert made.encounter.episodes == ((codes.LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7"),)


def test_what_has_no_place_in_a_message_is_listed_without_its_value() -> None:
    rich = replace(
        LETTER,
        wants_receipt=False,
        sender=replace(
            LETTER.sender, id="2001060", id_code="sygehusafdelingsnummer", street="Prøvevej 1",
            speciality="psykiatri_praksis",
        ),
        patient=replace(LETTER.patient, suburb="Nørre Prøve", occupation="Elev"),
    )  # fmt: skip
    made = converted(rich)
    assert set(lost(made)) == {
        "Envelope/AcknowledgementCode", "Sender/Identifier", "Sender/MedicalSpecialityCode",
        "Sender/StreetName, DistrictName, PostCodeIdentifier", "Patient/SuburbName", "Patient/OccupancyText",
    }  # fmt: skip
    told = " ".join(each.reason for each in made.lost)
    for value in ("2001060", "Prøvevej", "psykiatri_praksis", "Nørre", "Elev", "2512489996"):
        assert value not in told


def test_formatting_is_named_as_lost() -> None:
    raw = clinical_email.write(LETTER).replace(b"Kender", b"<Bold>Kender</Bold>")
    made = converted(clinical_email.read(raw))
    assert (made.message.text, lost(made)) == (LETTER.text, ["Text01/Bold"])
    assert lost(converted(LETTER)) == []


# Attachments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_attached_files_go_inside_and_come_out_again(version: str) -> None:
    files = [pdf(1), pdf(2, extension="png")]
    letter = replace(LETTER, references=tuple(map(pointing_at, files)))
    made = converted(letter, *files, version=version).message
    inside = [s.attachment for s in made.segments[1:]]
    assert inside == [
        cc.Attachment("Udredning", "application/pdf", files[0].content),
        cc.Attachment("Udredning", "image/png", files[1].content),
    ]
    assert made.segments[1].identifier == "0f1e2d3c-4b5a-4978-8796-000000000001"
    back = there_and_back(letter, *files, version=version)
    assert (back.letter.references, list(back.files)) == (letter.references, files)


def test_each_file_follows_in_a_letter_of_its_own() -> None:
    files = [pdf(1), pdf(2)]
    old = there_and_back(replace(LETTER, references=tuple(map(pointing_at, files))), *files)
    ids = [LetterIds("ENV00000000002", "BRV00000000002"), LetterIds("ENV00000000003", "BRV00000000003")]
    following = binary_letters(old, ids)
    assert [letter.letter_id for letter in following] == ["BRV00000000002", "BRV00000000003"]
    for letter, file in zip(following, files, strict=True):
        raw = binary_letter.write(letter)
        assert binary_letter.check(raw) == []
        read = binary_letter.read(raw)
        assert (read.objects[0].key, read.objects[0].content) == (file.key, file.content)
        assert (read.patient.cpr if read.patient else "", read.sender.gln) == ("2512489996", make_gln(1))


def test_a_packed_file_is_unpacked_as_its_type_says_otherwise() -> None:
    file = pdf()
    packed = replace(file, content=gzip.compress(file.content, mtime=0))
    made = converted(replace(LETTER, references=(pointing_at(packed),)), packed).message
    assert made.segments[1].attachment == cc.Attachment("Udredning", "application/pdf", file.content)


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mocks.standards.conversion.files._MOST_BYTES", 1000)
    bomb = replace(pdf(), content=gzip.compress(bytes(100_000), mtime=0))
    with pytest.raises(NotConvertible, match="packed"):
        converted(replace(LETTER, references=(pointing_at(bomb),)), bomb)


def test_a_file_that_did_not_come_and_a_type_that_no_message_takes_are_named_in_the_text() -> None:
    letter = replace(LETTER, references=(pointing_at(pdf(1)), pointing_at(pdf(2, extension="txt"), "Noter")))
    made = converted(letter, pdf(2, extension="txt"))
    assert made.message.text.endswith(
        "\nBilag er ikke modtaget: Udredning\nBilag kunne ikke overføres: Noter (txt)"
    )
    assert lost(made) == ["Reference[0]/BIN", "Reference[1]/BIN"]
    assert len(made.message.segments) == 1


def test_a_file_that_is_referred_to_twice_is_two_attachments_with_identifiers_of_their_own() -> None:
    file = pdf()
    made = converted(replace(LETTER, references=(pointing_at(file), pointing_at(file, "Kopi"))), file).message
    assert [s.attachment.title for s in made.segments if s.attachment] == ["Udredning", "Kopi"]
    assert len({s.identifier for s in made.segments}) == 3
    assert check_bytes(cc.write(made)).findings == []


def test_links_and_paper_come_back_as_references() -> None:
    letter = replace(
        LETTER, references=(Reference("Vejledning", "https://example.invalid/a?b=1"), Reference("Papirkopi"))
    )
    made = converted(letter).message
    assert made.text.endswith("\nFølger med posten: Papirkopi")
    back = there_and_back(letter).letter
    assert (back.references, back.text) == (letter.references, LETTER.text)


# From the new standard to the old ------------------------------------------------------------------------

IDS = [f"1{n:07x}-0000-4000-8000-000000000001" for n in range(64)]
SENDER, RECEIVER = (
    cc.Organisation(make_sor(n), make_gln(n), name) for n, name in ((1, "PPR"), (2, "Klinik"))
)
ANNE = cc.Author("Anne", "Holm", "12345678", role_code="psykolog")


def message(**fields: object) -> cc.CareCommunication:
    ids = iter(IDS)
    given: dict[str, object] = {
        "new_id": lambda: next(ids), "at": AT, "sender": SENDER, "receiver": RECEIVER, "author": ANNE,
        "patient": cc.PatientIdentity.of_cpr("2509479989", "Elmer", "Bruno Test"),
        "category": "regarding-referral", "topic": "Undersøgelser", "text": "Kære kollega", **fields,
    }  # fmt: skip
    return cc.new(**given)  # type: ignore[arg-type]


def old(made: cc.CareCommunication, **known: object) -> OldLetter:
    result = to_clinical_email(made, ids=LETTER_IDS, **known)  # type: ignore[arg-type]
    assert errors(clinical_email.write(result.letter)) == []
    return result


def test_a_message_becomes_a_letter_with_category_and_author_in_words() -> None:
    made = old(message(priority="asap"))
    letter = made.letter
    assert (letter.envelope_id, letter.letter_id, letter.wants_receipt) == (
        LETTER_IDS.envelope, LETTER_IDS.letter, True,
    )  # fmt: skip
    assert (letter.subject, letter.priority) == ("Vedr. henvisning, Undersøgelser", "høj_prioritet")
    assert letter.text == "Kære kollega\nForfatter: Anne Holm\nStilling: Psykolog"
    assert (letter.sender.gln, letter.sender.organisation, letter.sender.phone) == (
        make_gln(1),
        "PPR",
        "12345678",
    )
    assert lost(made) == ["Communication.category", "Communication.identifier"]


def test_a_subject_that_is_too_long_is_cut_and_stands_whole_in_the_text() -> None:
    topic = "Et meget langt emne som ingen ville skrive uden grund, men som nogen alligevel skrev"
    made = old(message(topic=topic))
    assert made.letter.subject == f"Vedr. henvisning, {topic}"[:70].rstrip()
    assert made.letter.text.startswith(f"Emne: Vedr. henvisning, {topic}\n")
    assert "Communication.topic" in lost(made)


def test_a_reply_carries_what_was_written_before_below_its_own_text() -> None:
    ids = iter(IDS[32:])
    first = message(attachments=[cc.Attachment("Udredning", "application/pdf", b"%PDF")])
    answer = cc.reply(
        first, new_id=lambda: next(ids), at=AT + timedelta(days=1), text="Tak", author=cc.Author("Bo", "Lund", "1"),
    )  # fmt: skip
    made = old(answer)
    assert made.letter.text == (
        "Tak\nForfatter: Bo Lund\n\nTidligere i forløbet:\n01.04.2025 09.14, PPR, Anne Holm, Psykolog\n"
        "Kære kollega\n\n01.04.2025 09.14, PPR, Anne Holm, Psykolog\nBilag: Udredning"
    )
    assert made.files == ()  # the receiver has it already
    assert "Provenance.activity, entity" in lost(made)


def test_a_reply_to_an_older_letter_names_that_letter() -> None:
    answered = f"{make_gln(2)}#BRV00000000001"
    made = old(message(answers_letter=answered))
    assert made.letter.text.endswith(f"\nSvar på brev: {answered}\nForfatter: Anne Holm\nStilling: Psykolog")
    known = old(message(), answers=answered)
    assert f"Svar på brev: {answered}" in known.letter.text


def test_a_text_that_no_letter_holds_is_refused_and_an_old_one_is_left_out() -> None:
    with pytest.raises(NotConvertible, match="31500"):
        old(message(text="x" * 31_501))
    ids = iter(IDS[32:])
    first = message(text="y" * 20_000)
    answer = cc.reply(
        first, new_id=lambda: next(ids), at=AT + timedelta(days=1), text="z" * 20_000, author=ANNE
    )
    made = old(answer)
    assert "y" * 100 not in made.letter.text
    assert "Communication.payload" in lost(made)


def test_a_moment_that_has_no_local_time_is_refused() -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(NotConvertible, match="local time"):
        old(replace(message(), timestamp=last))


def test_eleven_files_are_refused_and_the_eleventh_reference_is_a_line_of_text() -> None:
    files = [cc.Attachment(f"Fil {n}", "application/pdf", b"%PDF") for n in range(11)]
    with pytest.raises(NotConvertible, match="11 attached files"):
        old(message(attachments=files))
    link = cc.Attachment("Vejledning", url="https://example.invalid/v")
    made = old(message(attachments=[*files[:10], link]))
    assert len(made.letter.references) == len(made.files) == 10
    assert "Link: Vejledning https://example.invalid/v" in made.letter.text


def test_several_numbers_of_a_citizen_become_the_one_that_counts_most() -> None:
    numbers = ((codes.D_ECPR_GENERIC, "1206550VK9"), (codes.X_ECPR, "0703921VJ4"))
    made = old(message(patient=cc.PatientIdentity(numbers, "Elmer")))
    assert (made.letter.patient.cpr, made.letter.patient.alternative) == (None, "0703921VJ4")
    assert "Patient.identifier" in lost(made)
    with_cpr = old(message(patient=cc.PatientIdentity((*numbers, (codes.CPR, "2509479989")), "Elmer")))
    assert with_cpr.letter.patient.cpr == "2509479989"
    with pytest.raises(NotConvertible, match="number"):
        old(message(patient=cc.PatientIdentity((("http://example.invalid", "1"),), "Elmer")))


def test_a_sender_without_a_name_gets_that_of_sor() -> None:
    nameless = message(sender=replace(SENDER, name=None))
    assert old(nameless, sender=PPR).letter.sender.organisation == "PPR Prøveby"
    assert old(nameless).letter.sender.organisation == "_"


def test_a_long_name_is_spread_over_the_three_fields() -> None:
    name = "Pædagogisk Psykologisk Rådgivning for hele Nordjylland og omegn, afdelingen i byen"
    party = old(message(sender=replace(SENDER, name=name))).letter.sender
    assert " ".join((party.organisation, party.department, party.unit)) == name
    assert max(map(len, (party.organisation, party.department, party.unit))) <= 35


# Any letter, any message ---------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(letters())
def test_any_letter_comes_back_with_its_content(given_: tuple[ClinicalEmail, list[BinaryObject]]) -> None:
    letter, files = given_
    for version in VERSIONS:
        back = there_and_back(letter, *files, version=version)
        for field in KEPT:
            assert getattr(back.letter, field) == getattr(letter, field), field
        if letter.episode is not None:
            assert (back.letter.episode or "").lower() == letter.episode.lower()
        assert sorted(map(repr, back.letter.references)) == sorted(map(repr, letter.references))
        assert [(f.key, f.content) for f in back.files] == [(f.key, f.content) for f in files]


@settings(max_examples=80, deadline=None)
@given(messages())
def test_any_message_becomes_a_valid_letter_that_holds_its_text(made: cc.CareCommunication) -> None:
    result = old(made)
    letter = clinical_email.read(clinical_email.write(result.letter))
    assert made.text.strip("\n") in letter.text
    assert letter.patient.cpr == "2509479989"
    assert (letter.sender.gln, letter.receiver.gln) == (made.sender.gln, made.receiver.gln)
    own = [s.attachment for s in made.own_segments if s.attachment is not None]
    assert [f.content for f in result.files] == [a.data for a in own if a.data]
    for attachment in own:
        if attachment.url is not None:
            in_reference = any(r.url == attachment.url for r in letter.references)
            assert in_reference or attachment.url in letter.text
    for each in result.lost:
        assert each.element and each.reason and each.source
