"""Reading a hospital referral in EDIFACT (MEDREF, version H0130R, letter type REF01) into the record of XREF01.

Its version becomes ``XH0130R``. The parties are the other way round than in DIS91: the clinic is NAD+PO and
the hospital NAD+SSP; who refers stands in a group of its own. ``_`` stands where there is no course of care.

Source: MedCom's converter and its sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from mocks.standards.edifact.codes import IDENTIFIER_CODE_OF, STATUS_OF
from mocks.standards.edifact.dis91 import read_reference
from mocks.standards.edifact.free_text import read_formatted
from mocks.standards.edifact.interchange import Interchange, Message, read_moment
from mocks.standards.edifact.parties import named, read_party, read_person, read_place
from mocks.standards.edifact.reading import Groups, letters_of, one_of
from mocks.standards.edifact.referral_codes import (
    DIAGNOSES,
    DIAGNOSIS_TYPES,
    PHONES,
    PRIORITIES,
    RELATIONS,
    STATUSES,
    TRANSPORTS,
    VISITATIONS,
)
from mocks.standards.edifact.syntax import Segment
from mocks.standards.formatted_text import FormattedText
from mocks.standards.hospital_referral_records import (
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

NAME = "REF01"
VERSION = "H0130R"
#: The diagnosis that the patient is referred for.
_REFERRED_FOR = "H"


def read(raw: bytes) -> HospitalReferral:
    """The referral in ``raw``. ``Malformed`` (with findings) when it cannot be understood, or is none."""
    return one_of(letters_of(raw, (NAME,), _referral))


def _referral(interchange: Interchange, message: Message) -> HospitalReferral:
    if message.version != VERSION:
        raise ValueError("another version")
    groups = Groups(message)
    letter, sorting, transport = groups.one("S02"), groups.one("S18"), groups.one("S19")
    notes = [each for group in groups.of("S12") for each in group if each.tag == "FTX"]
    diagnosis, further = _diagnoses(letter)
    relatives = groups.of("S10")
    return HospitalReferral(
        version=f"X{VERSION}",
        envelope_id=interchange.reference,
        sent=interchange.sent,
        wants_receipt=interchange.receipt == "1",
        letter_id=message.reference,
        authorised=read_moment(groups.root("DTM").value(1, 2)),
        status=STATUS_OF[groups.within(letter, "GIS").value(1)],
        courses=_courses(letter),
        sender=read_party(interchange.sender, groups.party("PO")),
        referrer=_referrer(groups.within(groups.party("BV"), "NAD")),
        receiver=read_party(interchange.receiver, groups.party("SSP")),
        answer_to=_answer_receiver(groups),
        patient=_patient(groups.one("S07"), notes),
        relative=_relative(relatives[0]) if relatives else None,
        priority=_coded(sorting, "PTY", 2, PRIORITIES),
        referral_status=_coded(sorting, "PAS", 1, STATUSES),
        transport=_coded(transport, "TDT", 3, TRANSPORTS),
        supplementary=_text(transport, "COT"),
        reason=_text(letter, "DI"),
        diagnosis=diagnosis,
        further=further,
        cave=_text(notes, "AL"),
        anamnesis=_text(notes, "NC"),
        examination=_text(notes, "CF"),
        medicine=_text(notes, "MT"),
        references=tuple(read_reference(each) for each in notes if each.value(1) in ("BIN", "URL", "SUP")),
        visitations=_visitations(sorting),
    )


def _text(segments: Iterable[Segment], qualifier: str) -> FormattedText | None:
    found = [each for each in segments if each.tag == "FTX" and each.value(1) == qualifier]
    return read_formatted(found) if found else None


def _coded(group: Sequence[Segment], tag: str, element: int, words: Mapping[str, str]) -> str | None:
    found = next((each for each in group if each.tag == tag), None)
    return None if found is None else words[found.value(element)]


def _courses(letter: Sequence[Segment]) -> tuple[Course, ...]:
    named_there = (named(each.value(1, 2)) for each in letter if each.tag == "RFF" and each.value(1) == "ROI")
    return tuple(Course(each) for each in named_there if each)


def _referrer(nad: Segment) -> Referrer:
    identifier = nad.value(2)
    if not nad.value(4, 2):
        raise ValueError("a referrer without a name")
    return Referrer(
        name=nad.value(4, 2),
        title=nad.value(4),
        id=identifier,
        id_code=IDENTIFIER_CODE_OF[nad.value(2, 2)] if identifier else "",
    )


def _answer_receiver(groups: Groups) -> AnswerReceiver | None:
    try:
        party = read_party("", groups.party("PRH"))
    except KeyError:
        return None
    known = AnswerReceiver.__struct_fields__
    return AnswerReceiver(**{name: getattr(party, name) for name in known})


def _patient(group: Sequence[Segment], notes: Iterable[Segment]) -> ReferralPatient:
    person = read_person(group)
    place, title, phones = dict[str, str](), "", list[Phone]()
    for each in group:
        if each.tag == "ADR":
            place = read_place(each)
        elif each.tag == "EMP":
            title = each.value(3, 4)
        elif each.tag == "CON":
            phones.append(Phone(each.value(2), PHONES[each.value(1)]))
    return ReferralPatient(
        cpr=person["cpr"],
        alternative=person["alternative"],
        surname=person["surname"] or "",
        given=person["given"],
        title=title,
        phones=tuple(phones),
        email=next((each.value(4) for each in notes if each.value(1) == "IN"), ""),
        **place,
    )


def _relative(group: Sequence[Segment]) -> Relative:
    relation, person = Groups.within(group, "REL"), Groups.within(group, "PNA")
    if not person.value(5, 2):
        raise ValueError("a relative without a name")
    return Relative(
        relation=RELATIONS[relation.value(2)],
        id=person.value(2),
        surname=person.value(5, 2),
        given=person.value(6, 2) or None,
    )


def _diagnoses(letter: Sequence[Segment]) -> tuple[Diagnosis | None, tuple[Diagnosis, ...]]:
    """The first one with H is what the patient is referred for; all others are further ones."""
    first, further = None, list[Diagnosis]()
    for each in letter:
        if each.tag != "CIN":
            continue
        main = first is None and each.value(1) == _REFERRED_FOR
        diagnosis = Diagnosis(
            description="" if main else DIAGNOSES[each.value(1)],
            code=each.value(2),
            type=DIAGNOSIS_TYPES[each.value(2, 2)],
            text=each.value(2, 4),
        )
        if main:
            first = diagnosis
        else:
            further.append(diagnosis)
    return first, tuple(further)


def _visitations(sorting: Sequence[Segment]) -> tuple[Visitation, ...]:
    """Neighbouring FTX of one code are one note."""
    notes = [each for each in sorting if each.tag == "FTX"]
    return tuple(
        Visitation(VISITATIONS[code], read_formatted(list(same)))
        for code, same in groupby(notes, key=lambda each: each.value(1))
    )
