"""FHIR's complex data types and MedCom's extensions and identifiers, as rows of the engine.

Only what stands in the rows is checked; anything else in a message is unknown to us and, as the
standard asks of receivers, ignored.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import Any

from mocks.identifiers import check_cvr, check_gln, check_sor
from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_engine import define_type
from mocks.standards.profiles.fhir_rows import Row, Slicing, ValueRule

DK_CORE = "dk-core 3.4.0"
CORE = "medcom-core 3.0.1"

# Values -----------------------------------------------------------------------------------------------

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_UUID_5 = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
_DATE_PART = (
    r"(((0[1-9]|1[0-9]|2[0-9]|3[0-1])(01|03|05|07|08|10|12))"
    r"|((0[1-9]|1[0-9]|2[0-9]|30)(04|06|09|11))|((0[1-9]|1[0-9]|2[0-9])(02)))"
)
_CPR = re.compile(_DATE_PART + r"[0-9]{6}")
_X_ECPR = re.compile(_DATE_PART + r"[0-9]{2}[17][A-Z]{2}[0-9]")
_D_ECPR = re.compile(_DATE_PART + r"[0-9]{2}[056][A-Z]{2}[0-9]")
_CONTACT = re.compile(r"[+]?[-0-9]")


def _uuid_wrong(value: str) -> str | None:
    # MedCom's pattern is not anchored, and FHIRPath's matches() searches
    if _UUID.search(value):
        return None
    return f"{value[:80]!r} is not urn:uuid: and a lower-case UUID"


def _uuid_5_wrong(value: str) -> str | None:
    return None if _UUID_5.fullmatch(value) else f"{value[:80]!r} is not urn:uuid: and a version 5 UUID"


def _sor_short(value: str) -> str | None:
    if len(value) >= 11 and value.isascii() and value.isdigit():
        return None
    return f"a SOR id has at least 11 digits: {value[:24]!r}"


@lru_cache(4096)
def _sor_doubtful(value: str) -> str | None:
    return None if _sor_short(value) else check_sor(value)


def _gln_length(value: str) -> str | None:
    if len(value) == 13 and value.isascii() and value.isdigit():
        return None
    return f"a GLN has 13 digits: {value[:20]!r}"


@lru_cache(4096)
def _gln_check_digit(value: str) -> str | None:
    return None if _gln_length(value) else check_gln(value)


def _cpr_wrong(value: str) -> str | None:
    # the number itself stays out of the sentence: findings are logged
    return None if _CPR.fullmatch(value) else "a CPR number is ten digits and starts with a date, ddmmyy"


def _x_ecpr_wrong(value: str) -> str | None:
    if _X_ECPR.fullmatch(value):
        return None
    return "a national replacement number is ddmmyy, 1 or 7, two capital letters, a digit"


def _d_ecpr_wrong(value: str) -> str | None:
    if _D_ECPR.fullmatch(value):
        return None
    return "a decentral replacement number is ddmmyy, 0, 5 or 6, two capital letters, a digit"


def _contact_wrong(value: str) -> str | None:
    # as published, one digit or hyphen anywhere is enough
    return None if _CONTACT.search(value) else "a phone number holds digits"


UUID_V4 = ValueRule("medcom-uuidv4", _uuid_wrong, "write urn:uuid: and the UUID in lower case", CORE)
UUID_V5 = ValueRule("uuidv5", _uuid_5_wrong, "write urn:uuid: and the UUID that LPR3 gave", CORE)
_SOR_DIGITS = ValueRule("min-digits-sor", _sor_short, "take the id from SOR", DK_CORE)
_SOR_DOUBT = ValueRule(
    "tvaers-sor-check-digit",
    _sor_doubtful,
    "compare with SOR",
    "SOR (Verhoeff check digit)",
    Severity.WARNING,
)
_GLN_LENGTH = ValueRule("gln-length", _gln_length, "take the GLN from SOR", DK_CORE)
_GLN_MODULUS = ValueRule("gln-modulus-10", _gln_check_digit, "take the GLN from SOR", DK_CORE)
_CVR_DIGITS = ValueRule("cvr", check_cvr, "take the number from the CVR register", DK_CORE)
_CPR_FORM = ValueRule("cpr", _cpr_wrong, "send the ten digits, without a hyphen", DK_CORE)
_X_ECPR_FORM = ValueRule("x-ecpr", _x_ecpr_wrong, "send the number as the issuer wrote it", DK_CORE)
_D_ECPR_FORM = ValueRule("d-ecpr", _d_ecpr_wrong, "send the number as the issuer wrote it", DK_CORE)
_CONTACT_FORM = ValueRule("medcom-core-contact", _contact_wrong, "send a phone number", CORE)

# Data types -------------------------------------------------------------------------------------------

define_type(
    "Coding",
    (
        Row("system", "0..1", "uri"),
        Row("version", "0..1", "string"),
        Row("code", "0..1", "code"),
        Row("display", "0..1", "string"),
        Row("userSelected", "0..1", "boolean"),
    ),
)
define_type("CodeableConcept", (Row("coding", "0..*", "Coding"), Row("text", "0..1", "string")))
define_type(
    "Identifier",
    (
        Row("use", "0..1", "code", codes=codes.IDENTIFIER_USES),
        Row("system", "0..1", "uri"),
        Row("value", "0..1", "string"),
        Row("assigner", "0..1", "Reference"),
    ),
)
define_type(
    "Reference",
    (
        Row("reference", "0..1", "string"),
        Row("type", "0..1", "uri"),
        Row("identifier", "0..1", "Identifier"),
        Row("display", "0..1", "string"),
    ),
)
define_type(
    "HumanName",
    (
        Row("use", "0..1", "code", codes=codes.NAME_USES),
        Row("text", "0..1", "string"),
        Row("family", "0..1", "string"),
        Row("given", "0..*", "string"),
        Row("prefix", "0..*", "string"),
        Row("suffix", "0..*", "string"),
    ),
)
define_type(
    "ContactPoint",
    (
        Row("system", "0..1", "code", codes=codes.CONTACT_SYSTEMS),
        Row("value", "0..1", "string"),
        Row("use", "0..1", "code", codes=codes.CONTACT_USES),
        Row("rank", "0..1", "integer"),
    ),
)
define_type(
    "Address",
    (Row("line", "0..*", "string"), Row("city", "0..1", "string"), Row("postalCode", "0..1", "string")),
)
define_type(
    "Narrative",
    (
        Row("status", "1..1", "code", codes=codes.NARRATIVE_STATUS),
        Row("div", "1..1", "xhtml"),
    ),
)
define_type("Meta", (Row("profile", "0..*", "canonical"), Row("versionId", "0..1", "id")))
define_type("Extension", (Row("url", "1..1", "uri"),))

#: What every resource has.
RESOURCE = (Row("id", "0..1", "id"), Row("meta", "0..1", "Meta"), Row("text", "0..1", "Narrative"))

# Slices -----------------------------------------------------------------------------------------------


def by_system(slices: dict[str, str]) -> Slicing:
    """Repetitions told apart by their ``system``: slice name by system."""

    def name_of(item: Any) -> str | None:
        system = item.get("system")
        return slices.get(system) if type(system) is str else None

    return Slicing(name_of, "system")


def by_url(slices: dict[str, str]) -> Slicing:
    """Extensions told apart by their ``url``: slice name by url."""

    def name_of(item: Any) -> str | None:
        url = item.get("url")
        return slices.get(url) if type(url) is str else None

    return Slicing(name_of, "url")


def organisation_rows(gln_card: str, identifiers: str) -> tuple[Row, ...]:
    """An organisation: always a SOR id; a GLN ``1..1`` where messages are sent, ``0..1`` elsewhere."""
    slices = {
        codes.SOR: "SOR-ID",
        codes.GLN: "EAN-ID",
        codes.CVR: "CVR-ID",
        codes.KOMBIT_ORG: "KOMBIT-ORG-ID",
        codes.YDERNUMMER: "Ydernummer",
    }
    return (
        *RESOURCE,
        Row("identifier", identifiers, "Identifier", slicing=by_system(slices)),
        Row("identifier:SOR-ID", "1..1", "Identifier"),
        Row("identifier:SOR-ID.use", "0..1", "code", fixed="official"),
        Row("identifier:SOR-ID.value", "1..1", "string", tests=(_SOR_DIGITS, _SOR_DOUBT)),
        Row("identifier:EAN-ID", gln_card, "Identifier"),
        Row("identifier:EAN-ID.use", "0..1", "code", fixed="official"),
        Row("identifier:EAN-ID.value", "1..1", "string", tests=(_GLN_LENGTH, _GLN_MODULUS)),
        Row("identifier:CVR-ID", "0..1", "Identifier"),
        Row("identifier:CVR-ID.use", "0..1", "code", fixed="official"),
        Row("identifier:CVR-ID.value", "1..1", "string", tests=(_CVR_DIGITS,)),
        Row("identifier:KOMBIT-ORG-ID", "0..1", "Identifier"),
        Row("identifier:KOMBIT-ORG-ID.value", "1..1", "string"),
        Row("identifier:Ydernummer", "0..1", "Identifier"),
        Row("name", "0..1", "string"),
    )


def _patient_slice(item: Any) -> str | None:
    system = item.get("system")
    if system == codes.CPR:
        return "cpr"
    if system == codes.X_ECPR:
        return "x-ecpr"
    # the system of a decentral number is bound to a list, not fixed
    return "d-ecpr" if type(system) is str and system in codes.D_ECPR_SYSTEMS else None


def _official(item: Any) -> str | None:
    return "official" if item.get("use") == "official" else None


PATIENT = (
    *RESOURCE,
    Row("identifier", "1..*", "Identifier", slicing=Slicing(_patient_slice, "system")),
    Row("identifier:cpr", "0..1", "Identifier"),
    Row("identifier:cpr.use", "0..1", "code", fixed="official"),
    Row("identifier:cpr.value", "1..1", "string", tests=(_CPR_FORM,)),
    Row("identifier:x-ecpr", "0..1", "Identifier"),
    Row("identifier:x-ecpr.use", "0..1", "code", fixed="temp"),
    Row("identifier:x-ecpr.value", "1..1", "string", tests=(_X_ECPR_FORM,)),
    Row("identifier:d-ecpr", "0..1", "Identifier"),
    Row("identifier:d-ecpr.use", "0..1", "code", fixed="temp"),
    Row("identifier:d-ecpr.value", "1..1", "string", tests=(_D_ECPR_FORM,)),
    Row("name", "1..*", "HumanName", slicing=Slicing(_official, "use")),
    Row("name:official", "1..1", "HumanName"),
    Row("name:official.family", "1..1", "string"),
    Row("telecom", "0..*", "ContactPoint"),
    Row("address", "0..*", "Address"),
    Row("deceasedBoolean", "0..1", "boolean"),
    Row("deceasedDateTime", "0..1", "dateTime"),
    Row("managingOrganization", "0..1", "Reference", targets=("Organization",)),
)
PRACTITIONER = (*RESOURCE, Row("name", "0..*", "HumanName"))
PRACTITIONER_ROLE = (
    *RESOURCE,
    Row("practitioner", "0..1", "Reference"),
    Row("organization", "0..1", "Reference", targets=("Organization",)),
    Row("code", "0..*", "CodeableConcept"),
)
CARE_TEAM = (
    *RESOURCE,
    Row("name", "1..1", "string"),
    Row("managingOrganization", "0..1", "Reference", targets=("Organization",)),
)


def is_coding(value: Any, listed: Set[tuple[str, str]]) -> bool:
    """Whether a Coding is on a list of (system, code). What is no Coding at all is not judged here."""
    if type(value) is not dict:
        return True
    system, code = value.get("system"), value.get("code")
    return type(system) is str and type(code) is str and (system, code) in listed


def _act_wrong(value: Any) -> str | None:
    if is_coding(value, codes.ENCOUNTER_CLASSES):
        return None
    return f"{str(value.get('code'))[:40]!r} is not an encounter class of HL7's ActCode"


def _lpr3(item: Any) -> str | None:
    identifier = item.get("identifier")
    return "lpr3identifier" if type(identifier) is dict and identifier.get("system") == codes.LPR3 else None


ENCOUNTER = (
    *RESOURCE,
    Row("status", "1..1", "code", codes=codes.ENCOUNTER_STATUS),
    Row(
        "class",
        "1..1",
        "Coding",
        tests=(ValueRule("fhir-binding", _act_wrong, "send for example AMB or IMP", CORE),),
    ),
    Row("subject", "1..1", "Reference", targets=("Patient",)),
    Row("episodeOfCare", "0..*", "Reference", slicing=Slicing(_lpr3, "identifier.system")),
    Row("episodeOfCare:lpr3identifier", "0..1", "Reference"),
    Row("episodeOfCare:lpr3identifier.identifier", "1..1", "Identifier"),
    Row("episodeOfCare:lpr3identifier.identifier.value", "1..1", "string", tests=(UUID_V5,)),
    Row("account", "0..0"),
    Row("serviceProvider", "0..1", "Reference", targets=("Organization",)),
)

# Extensions of a payload: what is sent, when, by whom -------------------------------------------------

PAYLOAD_EXTENSIONS = by_url(
    {
        codes.DATE_EXTENSION: "date",
        codes.AUTHOR_EXTENSION: "author",
        codes.CONTACT_EXTENSION: "authorContact",
        codes.IDENTIFIER_EXTENSION: "identifier",
    }
)


def payload_rows(payload: str, author_card: str) -> tuple[Row, ...]:
    """The four extensions of a payload slice; only a text must have author and contact."""
    at = f"{payload}.extension"
    return (
        Row(at, "4..*" if author_card == "1..1" else "2..*", "Extension", slicing=PAYLOAD_EXTENSIONS),
        Row(f"{at}:date", "1..1", "Extension"),
        Row(f"{at}:date.valueDateTime", "1..1", "dateTime"),
        Row(f"{at}:author", author_card, "Extension"),
        Row(f"{at}:author.valueReference", "1..1", "Reference", targets=("PractitionerRole",)),
        Row(f"{at}:authorContact", author_card, "Extension"),
        Row(f"{at}:authorContact.valueContactPoint", "1..1", "ContactPoint"),
        Row(f"{at}:authorContact.valueContactPoint.system", "0..1", "code", fixed="phone"),
        Row(f"{at}:authorContact.valueContactPoint.value", "1..1", "string", tests=(_CONTACT_FORM,)),
        Row(f"{at}:identifier", "1..1", "Extension"),
        Row(f"{at}:identifier.valueIdentifier", "1..1", "Identifier"),
        Row(f"{at}:identifier.valueIdentifier.value", "1..1", "string", tests=(UUID_V4,)),
        # not "bundled" in the profile: an official example of 4.0.3 leaves it dangling
        Row(f"{at}:identifier.valueIdentifier.assigner", "1..1", "Reference"),
    )
