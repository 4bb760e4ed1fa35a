"""FHIR's complex data types and MedCom's extensions and identifiers, as rows of the engine.

Only what stands in the rows is checked; anything else in a message is unknown to us and, as the
standard asks of receivers, ignored.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from mocks.standards.profiles import (
    codes,
    fhir_base,  # noqa: F401 - defines the data types
)
from mocks.standards.profiles.fhir_engine import type_rows
from mocks.standards.profiles.fhir_kinds import BINDING, row_rules
from mocks.standards.profiles.fhir_rows import Row, Slicing, ValueRule
from mocks.standards.profiles.fhir_values import (
    CONTACT_FORM,
    CORE,
    CPR_FORM,
    CVR_DIGITS,
    D_ECPR_FORM,
    GLN_LENGTH,
    GLN_MODULUS,
    KOMBIT_UUID,
    MARITAL_STATUS,
    SOR_DIGITS,
    SOR_DOUBT,
    UUID_V4,
    UUID_V5,
    X_ECPR_FORM,
)
from mocks.standards.rule import Rule

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
        Row("identifier:SOR-ID.value", "1..1", "string", tests=(SOR_DIGITS, SOR_DOUBT)),
        Row("identifier:EAN-ID", gln_card, "Identifier"),
        Row("identifier:EAN-ID.use", "0..1", "code", fixed="official"),
        Row("identifier:EAN-ID.value", "1..1", "string", tests=(GLN_LENGTH, GLN_MODULUS)),
        Row("identifier:CVR-ID", "0..1", "Identifier"),
        Row("identifier:CVR-ID.use", "0..1", "code", fixed="official"),
        Row("identifier:CVR-ID.value", "1..1", "string", tests=(CVR_DIGITS,)),
        Row("identifier:KOMBIT-ORG-ID", "0..1", "Identifier"),
        Row("identifier:KOMBIT-ORG-ID.value", "1..1", "string", tests=(KOMBIT_UUID,)),
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
    Row("identifier:cpr.value", "1..1", "string", tests=(CPR_FORM,)),
    Row("identifier:x-ecpr", "0..1", "Identifier"),
    Row("identifier:x-ecpr.use", "0..1", "code", fixed="temp"),
    Row("identifier:x-ecpr.value", "1..1", "string", tests=(X_ECPR_FORM,)),
    Row("identifier:d-ecpr", "0..1", "Identifier"),
    Row("identifier:d-ecpr.use", "0..1", "code", fixed="temp"),
    Row("identifier:d-ecpr.value", "1..1", "string", tests=(D_ECPR_FORM,)),
    Row("name", "1..*", "HumanName", slicing=Slicing(_official, "use")),
    Row("name:official", "1..1", "HumanName"),
    Row("name:official.family", "1..1", "string"),
    Row("telecom", "0..*", "ContactPoint"),
    Row("address", "0..*", "Address"),
    Row("active", "0..1", "boolean"),
    Row("gender", "0..1", "code", codes=codes.GENDERS),
    Row("birthDate", "0..1", "date"),
    Row("maritalStatus", "0..1", "CodeableConcept", tests=(MARITAL_STATUS,)),
    Row("deceasedBoolean", "0..1", "boolean"),
    Row("deceasedDateTime", "0..1", "dateTime"),
    Row("managingOrganization", "0..1", "Reference", targets=("Organization",)),
)
PRACTITIONER = (*RESOURCE, Row("name", "0..*", "HumanName"))
PRACTITIONER_ROLE = (
    *RESOURCE,
    Row("practitioner", "0..1", "Reference", targets=("Practitioner",), bundled=False),
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
        tests=(ValueRule(BINDING.id, _act_wrong, "send for example AMB or IMP", CORE),),
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
        Row(f"{at}:authorContact.valueContactPoint.value", "1..1", "string", tests=(CONTACT_FORM,)),
        Row(f"{at}:identifier", "1..1", "Extension"),
        Row(f"{at}:identifier.valueIdentifier", "1..1", "Identifier"),
        Row(f"{at}:identifier.valueIdentifier.value", "1..1", "string", tests=(UUID_V4,)),
        # not "bundled" in the profile: an official example of 4.0.3 leaves it dangling
        Row(
            f"{at}:identifier.valueIdentifier.assigner",
            "1..1",
            "Reference",
            targets=("Organization",),
            bundled=False,
        ),
    )


RULES: tuple[Rule, ...] = row_rules((f"{name} 4.0.1", rows) for name, rows in type_rows().items())
