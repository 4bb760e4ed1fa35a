"""What our own tables know of base packages, for when a user has MedCom's packages and not those below.

hl7.fhir.r4.core and hl7.fhir.dk.core are large and often not at hand. The data types and code lists of
FHIR R4, and the Danish identifiers, are few: they are written down here as small definitions, compiled by
the same compiler as official ones, and used only where no package has the real one. A result names them.
"""

from __future__ import annotations

from typing import Any, Final

from mocks.standards.packages.terminology import Expansion, fixed
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_r4 import DATA_TYPES, VALUE_SETS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FHIR: Final = "http://hl7.org/fhir/StructureDefinition/"
DK: Final = "http://hl7.dk/fhir/core/StructureDefinition/"
R4: Final = "FHIR R4 4.0.1 (tvaers' own table)"
DK_CORE: Final = "dk-core 3.4.0 (tvaers' own table)"

#: Invariants of these types: id, expression, and what it means.
_INVARIANTS: Final = {
    "Reference": (
        "ref-1",
        "reference.startsWith('#').not() or (reference.substring(1) in %rootResource.contained.id)",
        "A local reference leads to a contained resource",
    ),
    "Period": (
        "per-1",
        "start.hasValue().not() or end.hasValue().not() or (start <= end)",
        "A period does not end before it starts",
    ),
    "Attachment": ("att-1", "data.empty() or contentType.exists()", "Data has a content type"),
    "ContactPoint": ("cpt-2", "value.empty() or system.exists()", "A value has a system"),
    "Quantity": ("qty-3", "code.empty() or system.exists()", "A unit's code has a system"),
    "SimpleQuantity": ("sqty-1", "comparator.empty()", "No comparator stands here"),
    "Extension": (
        "ext-1",
        "extension.exists() != value.exists()",
        "An extension has a value or extensions, and not both",
    ),
}
_QUANTITIES: Final = ("Duration", "Age", "Count", "Distance", "SimpleQuantity")
_ANY_TYPE: Final = _words(
    """base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid
    positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment
    CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period
    Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor
    DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext
    Dosage Meta"""
)

_GRAMMARS: Final = {
    "http://hl7.org/fhir/ValueSet/all-languages": "urn:ietf:bcp:47",
    "http://hl7.org/fhir/ValueSet/mimetypes": "urn:ietf:bcp:13",
}


def value_set(canonical: str) -> Expansion | None:
    """The codes of a value set of FHIR R4 that our tables know. Only elements of type code use them."""
    url = canonical.partition("|")[0]
    known = VALUE_SETS.get(url.removeprefix("http://hl7.org/fhir/ValueSet/"))
    if (grammar := _GRAMMARS.get(url)) is not None:
        return Expansion(url, "4.0.1", frozenset(), frozenset(), {}, frozenset((grammar,)))
    if known is None or not url.startswith("http://hl7.org/fhir/ValueSet/"):
        return None
    return fixed(url, "4.0.1", {"": frozenset(known)})


def code_system(system: str) -> frozenset[str] | None:
    """The codes of an unfiltered or filtered code system as MedCom's value sets use it, where we know them."""
    if system != codes.ACT_SYSTEM:
        return None
    return frozenset(code for of, code in codes.ENCOUNTER_CLASSES if of == system)


def structure(canonical: str) -> dict[str, Any] | None:
    """A small StructureDefinition in place of one that no package has."""
    url = canonical.partition("|")[0]
    if url.startswith(FHIR):
        name = url[len(FHIR) :]
        rows = DATA_TYPES["Quantity"] if name in _QUANTITIES else DATA_TYPES.get(name)
        return None if rows is None else _made(url, name, rows, R4)
    return _DANISH.get(url)


def _made(url: str, type_name: str, rows: str, source: str) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [
        {"id": type_name, "path": type_name, "min": 0, "max": "*"},
        _row(type_name, "id", "0..1", "string"),
        _row(type_name, "extension", "0..*", "Extension"),
    ]
    for row in rows.split(", "):
        name, card, kind, *bound = row.split(" ")
        elements.append(_row(type_name, name, card, kind, *bound))
    told = _INVARIANTS.get(type_name)
    if told is not None:
        key, expression, human = told
        elements[0]["constraint"] = [
            {"key": key, "severity": "error", "expression": expression, "human": human}
        ]
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "version": "",
        "name": source,
        "type": type_name,
        "kind": "complex-type",
        "snapshot": {"element": elements},
    }


def _row(owner: str, name: str, card: str, kind: str, bound: str = "") -> dict[str, Any]:
    low, high = card.split("..")
    kinds = _ANY_TYPE if kind == "*" else kind.split("|")
    element: dict[str, Any] = {
        "id": f"{owner}.{name}",
        "path": f"{owner}.{name}",
        "min": int(low),
        "max": high,
        "type": [{"code": one} for one in kinds],
    }
    if bound:
        element["binding"] = {
            "strength": "required",
            "valueSet": f"http://hl7.org/fhir/ValueSet/{bound}",
        }
    return element


# The Danish identifiers -----------------------------------------------------------------------------------


def _identifier(system: str, use: str, *rules: str, systems: frozenset[str] = frozenset()) -> dict[str, Any]:
    """An Identifier of one system (or one of several); ``rules`` are ids of our own value rules."""
    tree = _made("", "Identifier", DATA_TYPES["Identifier"], DK_CORE)
    for element in tree["snapshot"]["element"]:
        match element["id"]:
            case "Identifier.use" if use:
                element["fixedCode"] = use
            case "Identifier.system":
                element["min"] = 1
                if systems:
                    element[OWN_CODES] = systems
                else:
                    element["fixedUri"] = system
            case "Identifier.value":
                element["min"] = 1
                element[OWN_RULES] = rules
    return tree


#: Keys of what only our own definitions say: ids of value rules, and a closed list of values.
OWN_RULES: Final = "tvaers-rules"
OWN_CODES: Final = "tvaers-codes"

_PRODUCENT = "http://medcomfhir.dk/ig/terminology/CodeSystem/MedComProducentID"
_DANISH: Final[dict[str, dict[str, Any]]] = {
    f"{DK}{name}": {**tree, "url": f"{DK}{name}"}
    for name, tree in {
        "dk-core-cpr-identifier": _identifier(codes.CPR, "official", "cpr"),
        "dk-core-x-ecpr-identifier": _identifier(codes.X_ECPR, "temp", "x-ecpr"),
        "dk-core-d-ecpr-identifier": _identifier("", "temp", "d-ecpr", systems=codes.D_ECPR_SYSTEMS),
        "dk-core-sor-identifier": _identifier(codes.SOR, "official", "min-digits-sor"),
        "dk-core-gln-identifier": _identifier(codes.GLN, "official", "gln-length", "gln-modulus-10"),
        "dk-core-cvr-identifier": _identifier(codes.CVR, "official", "cvr"),
        "dk-core-producent-id": _identifier(_PRODUCENT, ""),
        "dk-core-kombit-org-identifier": _identifier(codes.KOMBIT_ORG, "official", "tvaers-kombit-uuid"),
    }.items()
}
