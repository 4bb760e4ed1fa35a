"""A referral to a hospital (XREF01) as records: who refers whom, where to, and why."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.standards.formatted_text import FormattedText
from mocks.standards.oioxml_parties import Party
from mocks.standards.oioxml_references import BinaryReference, Reference

__all__ = [
    "AnswerReceiver",
    "BinaryReference",
    "Course",
    "Diagnosis",
    "FormattedText",
    "HospitalReferral",
    "Party",
    "Phone",
    "Reference",
    "ReferralPatient",
    "Referrer",
    "Relative",
    "Visitation",
]


class Referrer(msgspec.Struct, frozen=True, kw_only=True):
    """The person who refers. ``id_code`` says what ``id`` is; both may be empty."""

    name: str
    title: str = ""
    id: str = ""
    id_code: str = ""


class AnswerReceiver(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a copy of the answer: a party without a GLN."""

    id: str
    id_code: str
    organisation: str = ""
    department: str = ""
    unit: str = ""
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    phone: str = ""


class Phone(msgspec.Struct, frozen=True):
    """A phone number, and whether it is ``mobil``, ``arbejde`` or ``fastnet``."""

    number: str
    code: str


class ReferralPatient(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen: a CPR number, or a replacement number of ten characters (``alternative``).

    Unlike in correspondence nothing is said of where the patient is at the moment."""

    cpr: str | None = None
    alternative: str | None = None
    surname: str
    given: str | None = None
    title: str = ""
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    phones: tuple[Phone, ...] = ()
    email: str = ""


class Relative(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody close to the patient: ``uspec_paaroerende``, ``mor``, ``far`` or ``barn``; ``id`` is a CPR
    number, or empty."""

    relation: str
    id: str = ""
    surname: str
    given: str | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient is referred for, or another diagnosis. ``type`` says what ``code`` is
    (``SKSdiagnosekode``, ``ICPCkode``, ``uspecificeretkode``); ``description`` of which kind it is
    (``henv_diagnose``, ``bidiagnose``); only the diagnosis of an XH0130R has none."""

    description: str = ""
    code: str = ""
    type: str
    text: str


class Course(msgspec.Struct, frozen=True):
    """A course of care (forløb) that the referral belongs to; ``type`` is empty in XH0130R."""

    id: str
    type: str = ""


class Visitation(msgspec.Struct, frozen=True):
    """What the receiving hospital noted when it sorted the referral."""

    code: str
    information: FormattedText


class HospitalReferral(msgspec.Struct, frozen=True, kw_only=True):
    """One referral with its envelope.

    Times are Danish local time to the minute; a naive one counts as that, and ``read`` gives aware ones.
    ``version`` is XH0130R, with at most one course, or XH0131R, with at least one and with
    ``hospital_choice`` (``ALDB00`` to ``ALDB03``). ``priority`` is ``elektiv``, ``akut`` or
    ``saerlige_forhold``, ``referral_status`` ``ambulant``, ``indlaeggelse`` or, in XH0131R, ``hjemmet``,
    ``transport`` ``ingen``, ``liggende`` or ``siddende``.
    """

    version: str = "XH0131R"
    envelope_id: str
    sent: datetime
    wants_receipt: bool
    letter_id: str
    authorised: datetime
    status: str = "nytbrev"
    courses: tuple[Course, ...] = ()
    sender: Party
    referrer: Referrer
    receiver: Party
    answer_to: AnswerReceiver | None = None
    patient: ReferralPatient
    relative: Relative | None = None
    priority: str | None = None
    referral_status: str | None = None
    transport: str | None = None
    supplementary: FormattedText | None = None
    reason: FormattedText | None = None
    hospital_choice: str | None = None
    diagnosis: Diagnosis | None = None
    further: tuple[Diagnosis, ...] = ()
    cave: FormattedText | None = None
    anamnesis: FormattedText | None = None
    examination: FormattedText | None = None
    medicine: FormattedText | None = None
    references: tuple[Reference, ...] = ()
    visitations: tuple[Visitation, ...] = ()
