"""Any letter of OIOXML that its standard allows: hypothesis strategies that build our records."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from hypothesis import strategies as st

from mocks.identifiers import check_sor, make_gln
from mocks.runtime import COPENHAGEN
from mocks.standards.binary_letter import BinaryLetter, BinaryObject, Citizen
from mocks.standards.clinical_email import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.formatted_text import FormattedText, Style, Styled, has_escaped_markup, in_order
from mocks.standards.hospital_referral import (
    AnswerReceiver,
    Course,
    Diagnosis,
    HospitalReferral,
    Phone,
    ReferralPatient,
    Referrer,
    Relative,
    Visitation,
)
from mocks.standards.profiles import oioxml_parts, xbin, xdis91, xref01

#: Everything that XML can carry and a person can type, and some that nobody types.
CHARACTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\ufffe\uffffÃ",
    include_characters="\t",
)
LINES = st.characters(
    codec="utf-8",
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\ufffe\uffffÃ",
    include_characters="\n\t",
)
IDS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=14)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, fold=0, tzinfo=COPENHAGEN)
)
#: Test persons, and the number for unknown ones.
CPRS = st.sampled_from(["2512489996", "2509479989", "0101001234"])
#: The numbers that we make have a digit more than fits into a letter.
SOR = next(number for digit in range(10) if not check_sor(number := f"9000007100001600{digit}"))
FREE = [style for style in Style if style is not Style.FIXED]


#: Of each length something that a careless writer or reader would spoil.
ODD = (
    "x",
    "Lægehuset Åen & Søn",
    "a<b>c",
    "”citat” € – ł",
    " kant ",
    "tab\tog  huller",
    "𝒳",
    "]]>",
    "'\"",
    "&amp;",
)


def words(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Any text of so many characters: mostly one that is often spoilt, which is drawn quickly."""
    odd = st.sampled_from([(each * least)[:most] for each in ODD])
    return odd | odd | odd | st.text(CHARACTERS, min_size=least, max_size=most)


def perhaps(most: int) -> st.SearchStrategy[str]:
    """Any text of so many characters, or none."""
    return st.just("") | words(most)


@st.composite
def formatted_texts(draw: st.DrawFn, longest: int = 60) -> FormattedText:
    """A text with stretches of style that lie as the standard allows.

    Without ``<Break/>`` among its characters: readers take that for markup, as some senders mean it.
    """
    text = draw(st.text(LINES, max_size=longest).filter(lambda text: not has_escaped_markup(text)))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    styles = [
        Styled(start, stop, style)
        for start, stop in pairwise(edges)
        if (style := draw(st.sampled_from([None, *FREE]))) is not None
    ]
    ends = sorted(draw(st.sets(st.sampled_from(edges), max_size=4))) if edges else []
    styles += [Styled(start, stop, Style.FIXED) for start, stop in zip(ends[::2], ends[1::2], strict=False)]
    return FormattedText(text, in_order(styles))


def numbers(codes: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str]]:
    """A number in some register, and which register that is."""
    known = {
        "lokationsnummer": make_gln(7),
        "ydernummer": "004391",
        "sorkode": SOR,
        "sygehusafdelingsnummer": "8001010",
        "kommunenummer": "851",
        "amt": "80",
    }
    return st.sampled_from([(known[code], code) for code in codes])


@st.composite
def parties(draw: st.DrawFn, codes: tuple[str, ...], *, sender: bool, address: bool = False) -> Party:
    """A sender or a receiver; with ``address`` one that has all that the strict versions want."""
    number, code = draw(numbers(codes))
    must = words(35)
    return Party(
        gln=make_gln(draw(st.integers(1, 9))),
        id=number,
        id_code=code,
        organisation=draw(must if sender else perhaps(35)),
        department=draw(perhaps(35)),
        unit=draw(perhaps(35)),
        street=draw(must if address else perhaps(35)),
        suburb=draw(perhaps(35)),
        district=draw(must if address else perhaps(35)),
        post_code=draw(perhaps(9)),
        phone=draw(perhaps(25)) if sender else "",
        speciality=draw(st.sampled_from(["", "psykiatri_praksis"][1 if address else 0 :])) if sender else "",
    )


def person_numbers() -> st.SearchStrategy[dict[str, str]]:
    """A CPR number, or a replacement number of ten characters."""
    cpr = CPRS.map(lambda number: {"cpr": number})
    return cpr | words(10, 10).map(lambda number: {"alternative": number})


@st.composite
def references(draw: st.DrawFn, extensions: tuple[str, ...]) -> tuple[Reference, ...]:
    """At most ten references of all kinds, no attachment twice."""
    objects = draw(st.lists(st.uuids(), max_size=3, unique=True))
    out = [
        Reference(
            draw(words(70)),
            None,
            BinaryReference(
                draw(st.sampled_from([each.hex, each.hex.upper()])),
                draw(st.sampled_from(oioxml_parts.OBJECT_CODES)),
                draw(st.sampled_from(extensions)),
                draw(st.integers(1, 10**12)),
            ),
        )
        for each in objects
    ]
    out += [Reference(draw(words(70)), draw(words(350))) for _ in range(draw(st.integers(0, 3)))]
    out += [Reference(draw(words(70))) for _ in range(draw(st.integers(0, 4)))]
    return tuple(draw(st.permutations(out)))


@st.composite
def clinical_emails(draw: st.DrawFn) -> ClinicalEmail:
    """Any XDIS91."""
    version = draw(st.sampled_from(list(xdis91.VERSIONS.values())))
    whole = draw(formatted_texts())
    at = draw(MOMENTS)
    return ClinicalEmail(
        version=version.code,
        envelope_id=draw(IDS),
        sent=at,
        wants_receipt=draw(st.booleans()),
        letter_id=draw(IDS),
        authorised=at,
        sender=draw(parties(xdis91.IDENTIFIER_CODES, sender=True)),
        receiver=draw(parties(xdis91.IDENTIFIER_CODES, sender=False)),
        patient=Patient(
            surname=draw(words(70)),
            given=draw(st.none() | words(70)),
            street=draw(perhaps(35)),
            suburb=draw(perhaps(35)),
            district=draw(perhaps(35)),
            post_code=draw(perhaps(9)),
            occupation=draw(perhaps(35)),
            episode_status=draw(st.sampled_from(xdis91.EPISODE_STATUSES)),
            **draw(person_numbers()),
        ),
        text=whole.text,
        styles=whole.styles,
        subject=draw(st.none() | words(70)),
        status=draw(st.sampled_from(xdis91.LETTER_STATUSES)),
        episode=draw(st.none() | st.uuids().map(lambda each: each.hex) | words(35)),
        priority=draw(st.sampled_from([None, *xdis91.PRIORITIES])),
        references=draw(references(version.extensions)),
    )


@st.composite
def binary_letters(draw: st.DrawFn) -> BinaryLetter:
    """Any XBIN01 or XBIN02."""
    version = draw(st.sampled_from(list(xbin.VERSIONS.values())))
    identifiers = draw(st.lists(st.uuids(), min_size=1, max_size=4, unique=True))
    codes = oioxml_parts.IDENTIFIER_CODES
    patient = draw(st.booleans())
    at = draw(MOMENTS)
    return BinaryLetter(
        version=version.code,
        envelope_id=draw(IDS),
        sent=at,
        wants_receipt=draw(st.booleans()),
        letter_id=draw(IDS),
        authorised=at,
        sender=draw(parties(codes, sender=True, address=version.address)),
        receiver=draw(parties(codes, sender=False)),
        patient=Citizen(surname=draw(words(70)), given=draw(st.none() | words(70)), **draw(person_numbers()))
        if patient
        else None,
        contents=None if patient else draw(st.none() | words(70)),
        objects=tuple(
            BinaryObject(
                str(each) if version.dashes else each.hex.upper(),
                draw(st.sampled_from(oioxml_parts.OBJECT_CODES)),
                draw(st.sampled_from(version.extensions)),
                draw(st.binary(min_size=1, max_size=99)),
            )
            for each in identifiers
        ),
    )


@st.composite
def diagnoses(draw: st.DrawFn, version: xref01.Version, code: str, *, described: bool) -> Diagnosis:
    return Diagnosis(
        description=draw(st.sampled_from(version.descriptions)) if described else "",
        code=code,
        type=draw(st.sampled_from(version.diagnose_types)),
        text=draw(words(70)),
    )


@st.composite
def answer_receivers(draw: st.DrawFn, codes: tuple[str, ...]) -> AnswerReceiver:
    number, code = draw(numbers(codes))
    names = {
        name: draw(perhaps(35))
        for name in ("organisation", "department", "unit", "street", "suburb", "district")
    }
    return AnswerReceiver(
        id=number, id_code=code, post_code=draw(perhaps(9)), phone=draw(perhaps(25)), **names
    )


@st.composite
def referral_patients(draw: st.DrawFn) -> ReferralPatient:
    phones = st.builds(Phone, words(25), st.sampled_from(xref01.PHONE_CODES))
    return ReferralPatient(
        surname=draw(words(70)),
        given=draw(st.none() | words(70)),
        title=draw(perhaps(35)),
        street=draw(perhaps(35)),
        suburb=draw(perhaps(35)),
        district=draw(perhaps(35)),
        post_code=draw(perhaps(9)),
        phones=tuple(draw(st.lists(phones, max_size=3))),
        email=draw(st.sampled_from(["", "test@example.invalid"])),
        **draw(person_numbers()),
    )


@st.composite
def hospital_referrals(draw: st.DrawFn) -> HospitalReferral:
    """Any XREF01."""
    version = draw(st.sampled_from(list(xref01.VERSIONS.values())))
    codes = version.identifier_codes
    text = st.none() | formatted_texts(30)
    course_ids = draw(
        st.lists(words(35), min_size=int(version.courses), max_size=3 if version.courses else 1, unique=True)
    )
    coded = draw(st.lists(words(17), max_size=6, unique=True))
    number, code = draw(st.just(("", "")) | numbers(codes))
    at = draw(MOMENTS)
    relative = st.builds(
        Relative,
        relation=st.sampled_from(xref01.RELATIONS),
        id=st.just("") | CPRS,
        surname=words(70),
        given=st.none() | words(70),
    )
    visitation = st.builds(Visitation, st.sampled_from(xref01.VISITATION_CODES), formatted_texts(30))
    return HospitalReferral(
        version=version.code,
        envelope_id=draw(IDS),
        sent=at,
        wants_receipt=draw(st.booleans()),
        letter_id=draw(IDS),
        authorised=at,
        status=draw(st.sampled_from(oioxml_parts.LETTER_STATUSES)),
        courses=tuple(Course(each, draw(words(17)) if version.courses else "") for each in course_ids),
        sender=draw(parties(codes, sender=True)),
        referrer=Referrer(name=draw(words(35)), title=draw(perhaps(35)), id=number, id_code=code),
        receiver=draw(parties(codes, sender=False)),
        answer_to=draw(st.none() | answer_receivers(codes)),
        patient=draw(referral_patients()),
        relative=draw(st.none() | relative),
        priority=draw(st.sampled_from([None, *xref01.PRIORITIES])),
        referral_status=draw(st.sampled_from([None, *version.statuses])),
        transport=draw(st.sampled_from([None, *xref01.TRANSPORTS])),
        supplementary=draw(text),
        reason=draw(text),
        hospital_choice=draw(st.sampled_from([None, *(xref01.HOSPITAL_CHOICES if version.chooses else ())])),
        diagnosis=draw(st.none() | diagnoses(version, "", described=version.described)),
        further=tuple(draw(diagnoses(version, each, described=True)) for each in coded[:5]),
        cave=draw(text),
        anamnesis=draw(text),
        examination=draw(text),
        medicine=draw(text),
        references=draw(references(oioxml_parts.OBJECT_EXTENSIONS_PLO)),
        visitations=tuple(draw(st.lists(visitation, max_size=3))),
    )
