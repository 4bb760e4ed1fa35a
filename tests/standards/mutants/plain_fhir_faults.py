"""Single faults in what FHIR itself asks of elements that MedCom's profiles do not speak of."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import append, drop, put
from tests.standards.mutants.fhir_fault import fault
from tests.standards.mutants.mutant import Mutant

_O, _P = "Organization", "Patient"
#: What is wrong, the place, and the value there.
_VALUES: tuple[tuple[str, str, object], ...] = (
    ("a phone is of an unknown kind", f"{_O}.telecom[0].system", "mobile"),
    ("a phone's use is not a code", f"{_O}.telecom[0].use", "Work"),
    ("a phone number is a number", f"{_O}.telecom[0].value", 12345678),
    ("a phone number is empty", f"{_O}.telecom[0].value", ""),
    ("a phone's rank is nought", f"{_O}.telecom[0].rank", 0),
    ("a phone is a text", f"{_O}.telecom[0]", "12345678"),
    ("an address line is no list", f"{_O}.address[0].line", "Prøvevej 1"),
    ("an address line is a number", f"{_O}.address[0].line[0]", 1),
    ("an address's use is not a code", f"{_O}.address[0].use", "arbejde"),
    ("a post code is a number", f"{_O}.address[0].postalCode", 9999),
    ("an address is empty", f"{_O}.address[0]", {}),
    ("a list of addresses is empty", f"{_O}.address", []),
    ("active is a word", f"{_O}.active", "true"),
    ("an identifier's type is a text", f"{_O}.identifier[0].type", "SOR"),
    ("an identifier's type is empty", f"{_O}.identifier[0].type", {}),
    ("an identifier's period begins on a day that does not exist", f"{_O}.identifier[0].period.start", "2020-02-30"),
    ("an identifier's use is not a code", f"{_O}.identifier[0].use", "primary"),
    ("a practitioner's sex is in Danish", "Practitioner.gender", "kvinde"),
    ("a practitioner was born in a month that does not exist", "Practitioner.birthDate", "1980-13-01"),
    ("the patient is the second of a word", f"{_P}.multipleBirthInteger", "two"),
    ("the patient is the half of twins", f"{_P}.multipleBirthInteger", 1.5),
    ("the patient's address is of an unknown kind", f"{_P}.address[0].use", "privat"),
    ("a name's extension has no list", f"{_P}.name[0]._family.extension", {"url": "urn:x", "valueString": "a"}),
    ("a name's extension is a text", f"{_P}.name[0]._family.extension[0]", "Elmer"),
    ("a name has more than extensions beside it", f"{_P}.name[0]._family.value", "Elmer"),
    ("a name's extension has an empty address", f"{_P}.name[0]._family.extension[0].url", ""),
    ("the communication was sent on a day that does not exist", "Communication.sent", "2025-09-31T09:00:00+02:00"),
    ("the communication was sent in no time zone", "Communication.sent", "2025-09-29T09:00:00"),
    ("a language has a blank", "Communication.language", "da DK"),
    ("a moment of change has no time zone", "Patient.meta.lastUpdated", "2025-09-29T09:00:00"),
    ("a profile is no address", "Practitioner.meta.profile[0]", "medcom core practitioner"),
    ("a resource's profiles are no list", "Practitioner.meta.profile", "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-practitioner"),
)  # fmt: skip


def plain_fhir_mutants() -> Iterator[Mutant]:
    """All mutants of this kind."""
    for wrong, path, value in _VALUES:
        yield fault(wrong, put(path, value), path, base="CC5 rich")
    rich = "CC5 rich"
    yield fault(
        "a phone number is of no kind",
        drop(f"{_P}.telecom[0].system"),
        f"{_P}.telecom[0]",
        base=rich,
        says="cpt-2|system",
    )
    yield fault(
        "a name's extension has no address",
        drop(f"{_P}.name[0]._family.extension[0].url"),
        f"{_P}.name[0]._family",
        base=rich,
        says="url",
    )
    yield fault(
        "an extension has neither value nor extensions",
        append(f"{_P}.extension", {"url": "urn:x"}),
        f"{_P}.extension",
        base=rich,
        says="ext-1|value",
    )
    yield fault(
        "an extension has two values",
        append(f"{_P}.extension", {"url": "urn:x", "valueString": "a", "valueCode": "b"}),
        f"{_P}.extension",
        base=rich,
        says="value",
    )
    yield fault(
        "an extension has no address",
        append(f"{_P}.extension", {"valueString": "a"}),
        f"{_P}.extension",
        base=rich,
        says="url",
    )
    yield fault(
        "a period ends before it begins",
        put(f"{_O}.identifier[0].period", {"start": "2020-01-02", "end": "2020-01-01"}),
        f"{_O}.identifier[0].period",
        base=rich,
        says="per-1|period|start|end",
    )
    yield fault(
        "a link in the history leads to another kind of resource",
        put("Provenance.target[0].reference", "Message/1"),
        "Provenance.target",
        base="CC5 simple",
        says="target|reference|Message",
        lenient=True,
    )
    yield fault(
        "an assigner is a practitioner's address",
        put(
            "Communication.payload[0].extension:identifier.valueIdentifier.assigner.reference",
            "Practitioner/none",
        ),
        "Communication.payload[0].extension:identifier",
        base="CC5 simple",
        says="reference|assigner|Organization",
    )
    yield fault(
        "a practitioner's reference has another type",
        put("PractitionerRole.practitioner.reference", "Person/1"),
        says="reference|practitioner",
        base="CC5 simple",
    )
