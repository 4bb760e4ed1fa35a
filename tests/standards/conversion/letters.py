"""Letters and messages to convert: some by hand, and strategies for any."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from mocks.identifiers import make_gln, make_sor
from mocks.runtime import COPENHAGEN
from mocks.standards import care_communication as cc
from mocks.standards.binary_letter import OBJECT_CODE_OF, BinaryObject, object_key
from mocks.standards.clinical_email import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.conversion import LetterIds, MessageIds, NewMessage, Registered, to_care_communication
from mocks.standards.profiles import codes

AT = datetime(2025, 4, 1, 9, 14, tzinfo=COPENHAGEN)
IDS = MessageIds(*(f"0000000{n}-0000-4000-8000-000000000001" for n in range(4)))
LETTER_IDS = LetterIds("ENV00000000009", "BRV00000000009")
PPR, CLINIC = Registered(make_sor(1), "PPR Prøveby", "11223344"), Registered(make_sor(2), "Lægehuset")
LETTER = ClinicalEmail(
    envelope_id="ENV00000000001",
    sent=AT + timedelta(minutes=1),
    wants_receipt=True,
    letter_id="BRV00000000001",
    authorised=AT,
    sender=Party(
        gln=make_gln(1), id=make_gln(1), id_code="lokationsnummer", organisation="Prøveby Kommune",
        department="PPR", phone="11223344",
    ),
    receiver=Party(gln=make_gln(2), id="000002", id_code="ydernummer", organisation="Lægehuset"),
    patient=Patient(
        cpr="2512489996", surname="Testperson", given="Nanna", street="Testgade 3", district="Prøveby",
        post_code="9999",
    ),
    subject="Trivsel",
    text="Kære læge\nKender du familien?",
)  # fmt: skip


def pdf(number: int = 1, size: int = 40, extension: str = "pdf") -> BinaryObject:
    identifier = f"0f1e2d3c4b5a4978879600000000{number:04x}"
    return BinaryObject(
        identifier, OBJECT_CODE_OF[extension], extension, (b"%%PDF-1.7 %d " % number).ljust(size, b".")
    )


def pointing_at(file: BinaryObject, description: str = "Udredning") -> Reference:
    binary = BinaryReference(object_key(file.id).lower(), file.code, file.extension, len(file.content))
    return Reference(description, None, binary)


def converted(
    letter: ClinicalEmail, *files: BinaryObject, version: str = "5.0", sender: Registered = PPR
) -> NewMessage:
    return to_care_communication(
        letter, ids=IDS, sender=sender, receiver=CLINIC, version=version,
        objects={file.key: file for file in files},
    )  # fmt: skip


# Strategies --------------------------------------------------------------------------------------------

_CHARACTERS = st.characters(
    codec="iso-8859-1", exclude_categories=["Cc", "Zs"], exclude_characters="Ã"
) | st.sampled_from(" €–ł")


def words(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """One line without blanks at its ends."""
    text = st.text(_CHARACTERS, min_size=least, max_size=most)
    return text.map(lambda s: " ".join(s.split())[:most].strip()).filter(lambda s: len(s) >= least)


LINES = st.lists(words(60, 0) | st.just(" indrykket  tekst "), max_size=30)
TEXTS = LINES.map("\n".join).filter(lambda text: not text or text.strip() != "")
NUMBERS = st.sampled_from(["2512489996", "0703921VJ4", "1206550VK9", "2509479989", "251248ABC1"])
UUIDS = st.uuids(version=4).map(lambda u: u.hex) | st.integers(0, 2**128 - 1).map(lambda n: UUID(int=n).hex)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(
    lambda m: m.replace(second=0, microsecond=0, tzinfo=COPENHAGEN)
)


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    number = draw(NUMBERS)
    return Patient(
        cpr=number if number.isdigit() else None,
        alternative=None if number.isdigit() else number,
        surname=draw(words(70)),
        given=draw(st.none() | words(70)),
        street=draw(words(35, 0)),
        district=draw(words(35, 0)),
        post_code=draw(words(9, 0)),
        episode_status=draw(st.sampled_from(["inaktiv", "doed"])),
    )


@st.composite
def parties(draw: st.DrawFn, number: int) -> Party:
    code = draw(st.sampled_from(["lokationsnummer", "ydernummer", "kommunenummer"]))
    own = {"lokationsnummer": make_gln(number), "ydernummer": "004391", "kommunenummer": "461"}[code]
    plain = words(35).filter(lambda s: "," not in s and s != "_")
    names = draw(st.lists(plain, min_size=1, max_size=3))
    organisation, department, unit = (*names, "", "")[:3]
    phone = draw(st.sampled_from(["", "12345678", "+4512345678"])) if number == 1 else ""
    return Party(
        gln=make_gln(number), id=own, id_code=code, organisation=organisation, department=department,
        unit=unit, phone=phone,
    )  # fmt: skip


@st.composite
def letters(draw: st.DrawFn) -> tuple[ClinicalEmail, list[BinaryObject]]:
    """A letter that loses nothing which a conversion back could miss, and the files that belong to it."""
    extensions = draw(st.lists(st.sampled_from(["pdf", "png", "jpeg", "tiff", "gif", "bmp"]), max_size=4))
    files = [pdf(n, extension=extension) for n, extension in enumerate(extensions, start=1)]
    references = [pointing_at(file, draw(words(70))) for file in files]
    urls = draw(st.lists(words(60), max_size=3))
    references += [Reference(draw(words(70)), f"https://example.invalid/{n}") for n, _ in enumerate(urls)]
    references += [Reference(draw(words(70))) for _ in range(draw(st.integers(0, 2)))]
    at = draw(MOMENTS)
    letter = ClinicalEmail(
        envelope_id="ENV00000000001",
        sent=at + timedelta(minutes=draw(st.integers(0, 90))),
        wants_receipt=True,
        letter_id="BRV00000000001",
        authorised=at,
        sender=draw(parties(1)),
        receiver=draw(parties(2)),
        patient=draw(patients()),
        text=draw(TEXTS),
        subject=draw(st.none() | words(70)),
        status=draw(st.sampled_from(["nytbrev", "rettetbrev"])),
        episode=draw(st.none() | UUIDS | words(35)),
        priority=draw(st.sampled_from([None, "høj_prioritet"])),
        references=tuple(references),
    )
    return letter, files


@st.composite
def messages(draw: st.DrawFn) -> cc.CareCommunication:
    """A message of any activity, with attachments, links and everything else that is optional."""
    ids = iter(draw(st.lists(st.uuids(version=4).map(str), min_size=40, max_size=40, unique=True)))
    category = draw(st.sampled_from(sorted(codes.CATEGORIES)))
    own, other = (cc.Organisation(make_sor(n), make_gln(n), draw(st.none() | words(110))) for n in (1, 2))
    author = cc.Author(draw(words(30)), draw(words(30)), "12345678", draw(st.sampled_from(["laege", "NAVU"])))
    attached = [cc.Attachment(draw(words(90)), "application/pdf", b"%PDF " + bytes([n])) for n in range(3)]
    links = [cc.Attachment(draw(words(90)), url="https://example.invalid/" + "x" * n) for n in (3, 400)]
    message = cc.new(
        new_id=lambda: next(ids), at=draw(MOMENTS), sender=own, receiver=other,
        patient=cc.PatientIdentity(((codes.CPR, "2509479989"),), draw(words(90)), draw(words(90, 0))),
        category=category, text=draw(TEXTS.filter(str.strip)), author=author,
        topic=draw(words(120)), priority="asap" if category == "regarding-referral" else None,
        attachments=attached + links, specific_recipient=draw(st.none() | st.just(cc.Team("Børneteamet"))),
    )  # fmt: skip
    if draw(st.booleans()):
        message = cc.reply(
            message,
            new_id=lambda: next(ids),
            at=message.timestamp + timedelta(days=1),
            text="Svar",
            author=author,
        )
    return message
