"""What a referral to a hospital may hold: our own tables of XREF01, versions XH0130R and XH0131R.

The later one names its courses of care by type, adds the choice of hospital, and wants to know what kind of
diagnosis the patient is referred for.
"""

from __future__ import annotations

import msgspec

from mocks.standards.profiles.oioxml_parts import (
    BELOW,
    EPISODE,
    FORMATTED,
    IDENTIFIER_CODES,
    IDENTIFIER_CODES_WITH_AMT,
    LETTER_STATUSES,
    NAME,
    OBJECT_EXTENSIONS_PLO,
    PERSON_NUMBER,
    PHONE,
    TEXT_35,
    address,
    emessage,
    letter,
    number,
    receiver,
    reference,
    sender,
)
from mocks.standards.profiles.xml_engine import Check, Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import one_of, text, words
from mocks.standards.rule import Rule

PHONE_CODES = ("mobil", "arbejde", "fastnet")
RELATIONS = ("uspec_paaroerende", "mor", "far", "barn")
PRIORITIES = ("elektiv", "akut", "saerlige_forhold")
TRANSPORTS = ("ingen", "liggende", "siddende")
HOSPITAL_CHOICES = ("ALDB00", "ALDB01", "ALDB02", "ALDB03")
VISITATION_CODES = (
    "ustruktureret",
    "egen_laege",
    "henvisning_modtaget",
    "visitering",
    "indkaldt",
    "indlagt_paa",
    "udenamts_kaution",
)
MOST_PHONES = 3
MOST_FURTHER = 5
MOST_VISITATIONS = 9
_DESCRIPTIONS = words("""
    uspec_diagnose henv_diagnose bidiagnose tillaegsdiagnose aktionsdiagnose midlertidig_diagnose
    forloebsdiagnose operation roentgenundersoegelse
""")
_DIAGNOSE_TYPES = ("SKSdiagnosekode", "uspecificeretkode", "ICPCkode")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version. ``courses`` says that it names its courses of care by type, and has at least one;
    ``described`` that the diagnosis says of what kind it is; ``chooses`` that it has the choice of hospital."""

    code: str
    namespace: str
    identifier_codes: tuple[str, ...]
    courses: bool
    described: bool
    chooses: bool
    statuses: tuple[str, ...]
    descriptions: tuple[str, ...]
    diagnose_types: tuple[str, ...]

    @property
    def source(self) -> str:
        """The document that states its rules."""
        return f"XREF01 {self.code} (schema {self.namespace[-11:-1]})"


VERSIONS: dict[str, Version] = {
    version.code: version
    for version in (
        Version(
            code="XH0130R",
            namespace="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/",
            identifier_codes=IDENTIFIER_CODES,
            courses=False,
            described=False,
            chooses=False,
            statuses=("ambulant", "indlaeggelse"),
            descriptions=_DESCRIPTIONS,
            diagnose_types=_DIAGNOSE_TYPES,
        ),
        Version(
            code="XH0131R",
            namespace="http://rep.oio.dk/medcom.dk/xml/schemas/2017/05/01/",
            identifier_codes=IDENTIFIER_CODES_WITH_AMT,
            courses=True,
            described=True,
            chooses=True,
            statuses=("ambulant", "indlaeggelse", "hjemmet"),
            descriptions=(
                *_DESCRIPTIONS,
                "henv_diagnose_ny_sygdom",
                "henv_diagnose_samme_sygdom",
                "speciallaegehenvisning",
                "fysioterapihenvisning",
                "psykologhenvisning",
                "fysioterapihenvisningspgruppe",
            ),
            diagnose_types=(
                *_DIAGNOSE_TYPES,
                "speciallaegehenvisning",
                "fysioterapihenvisning",
                "psykologhenvisning",
                "Fysioterapihenvisningsdiagnose",
                "Psykologhenvisningsdiagnose",
            ),
        ),
    )
}


def _referrer(version: Version) -> Element:
    return Element(
        "Referrer",
        (
            optional("Identifier", text(1, 17)),
            optional("IdentifierCode", one_of(*version.identifier_codes)),
            Element("PersonName", TEXT_35),
            optional("PersonTitle", TEXT_35),
        ),
    )


_PHONES = Element(
    "TelephoneSubscriber",
    (
        Element("TelephoneSubscriberIdentifier", text(1, 25)),
        Element("TelephoneSubscriberCode", one_of(*PHONE_CODES)),
    ),
    0,
    MOST_PHONES,
)
_PATIENT = Element(
    "Patient",
    (
        PERSON_NUMBER,
        *NAME,
        optional("PersonTitle", TEXT_35),
        *address(),
        _PHONES,
        optional("EmailIdentifier", text(1, 70)),
    ),
)
_RELATIVE = optional(
    "Relative",
    (
        Element("RelationCode", one_of(*RELATIONS)),
        optional("PersonIdentifier", text(1, 10)),
        *NAME,
    ),
)
_CLINICAL = optional(
    "RelevantClinicalInformation",
    tuple(optional(name, FORMATTED) for name in ("Cave", "Anamnesis", "Examination", "ActualMedicine")),
)
_VISITATION = Element(
    "HospitalVisitation",
    (Element("InformationCode", one_of(*VISITATION_CODES)), Element("Information", FORMATTED)),
    0,
    MOST_VISITATIONS,
)


def _diagnosis(version: Version, described: bool) -> tuple[Element, ...]:
    description = Element("DiagnoseDescriptionCode", one_of(*version.descriptions))
    return (
        *((description,) if described else ()),
        optional("DiagnoseCode", text(1, 17)),
        Element("DiagnoseTypeCode", one_of(*version.diagnose_types)),
        Element("DiagnoseText", text(1, 70)),
    )


def _table(version: Version) -> Element:
    codes = version.identifier_codes
    course = Element(
        "EpisodeOfCare",
        (Element("EpisodeOfCareType", text(1, 17)), Element("EpisodeOfCareIdentifier", TEXT_35)),
        1,
        None,
    )
    more = (optional("HospitalChoice", one_of(*HOSPITAL_CHOICES)),) if version.chooses else ()
    content = (
        letter(version.code, "XREF01", LETTER_STATUSES, course if version.courses else EPISODE),
        sender(codes, _referrer(version)),
        receiver(codes),
        optional(
            "AnswerCCReceiver",
            (*number(codes), optional("OrganisationName", TEXT_35), *BELOW, *address(), PHONE),
        ),
        _PATIENT,
        _RELATIVE,
        optional(
            "AdditionalInformation",
            (
                optional("Priority", one_of(*PRIORITIES)),
                optional("ReferralStatus", one_of(*version.statuses)),
                optional("Transport", one_of(*TRANSPORTS)),
                optional("Supplementary", FORMATTED),
                optional("ClinicalReason", FORMATTED),
                *more,
            ),
        ),
        optional(
            "Referral",
            (
                optional("Refer", _diagnosis(version, version.described)),
                Element("ReferralAdditional", _diagnosis(version, True), 0, MOST_FURTHER),
            ),
        ),
        _CLINICAL,
        reference(OBJECT_EXTENSIONS_PLO),
        _VISITATION,
    )
    return emessage(Element("HospitalReferral", content, 1, None))


_TABLES = {code: _table(version) for code, version in VERSIONS.items()}
#: For each version the check of an ``Emessage`` that carries it.
WALKS: dict[str, Check] = {
    code: compile_table(code, VERSIONS[code].namespace, table, VERSIONS[code].source)
    for code, table in _TABLES.items()
}
RULES: tuple[Rule, ...] = tuple(
    rule for code, table in _TABLES.items() for rule in table_rules(code, table, VERSIONS[code].source)
)
#: For readers: the elements of each version by their short names.
NAMES = {code: ShortNames(VERSIONS[code].namespace, table) for code, table in _TABLES.items()}
#: Which version a letter is of, by the long name of its element (``{namespace}HospitalReferral``).
BY_TAG = {f"{{{version.namespace}}}HospitalReferral": version for version in VERSIONS.values()}
