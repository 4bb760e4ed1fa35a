"""Which FHIR elements repeat, and which are not text: what XML does not say and JSON does.

FHIR's JSON writes a repeating element as a list even when it stands once, and numbers and booleans
without quotes. XML shows neither, so reading it into the JSON shape needs these tables (FHIR R4 4.0.1,
the resources that MedCom's messages use). An element that stands in no table is text, and is a list
only where it is repeated: receivers ignore what they do not know, and so do we.
"""

from __future__ import annotations

from typing import Any, Final

from mocks.standards import fhir_form as form


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements that repeat wherever they stand.
ALWAYS_LISTS: Final = _words(
    "extension modifierExtension contained coding given prefix suffix line profile security tag"
)

#: Elements that repeat below a parent: a resource type, or the name of the element that holds them.
LISTS: Final[dict[str, frozenset[str]]] = {
    parent: _words(names)
    for parent, names in {
        "Bundle": "link entry",
        "entry": "link",
        "MessageHeader": "destination focus",
        "Communication": "identifier instantiatesCanonical instantiatesUri basedOn partOf inResponseTo "
        "category medium about recipient reasonCode reasonReference payload note",
        "Patient": "identifier name telecom photo contact address communication generalPractitioner link",
        "contact": "relationship telecom",
        "Practitioner": "identifier name telecom address photo qualification communication",
        "qualification": "identifier",
        "PractitionerRole": "identifier code specialty location healthcareService telecom availableTime "
        "notAvailable endpoint",
        "availableTime": "daysOfWeek",
        "Organization": "identifier type alias telecom address contact endpoint",
        "CareTeam": "identifier category participant reasonCode reasonReference managingOrganization "
        "telecom note",
        "participant": "role type",
        "Encounter": "identifier statusHistory classHistory type episodeOfCare basedOn participant "
        "appointment reasonCode reasonReference diagnosis account location",
        "hospitalization": "dietPreference specialCourtesy specialArrangement",
        "Provenance": "target policy reason agent entity signature",
        "agent": "role",
        "entity": "agent",
        "OperationOutcome": "issue",
        "issue": "location expression",
        "signature": "type",
        "Signature": "type",
        "ContactDetail": "telecom",
        "valueContactDetail": "telecom",
        "valueSignature": "type",
    }.items()
}

#: Elements of a choice of types: of ``event[x]`` stands one, whatever its type.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "MessageHeader": ("event",),
    "Patient": ("deceased", "multipleBirth"),
    "Provenance": ("occurred",),
    "payload": ("content",),
    "Extension": ("value",),
}

BOOLEANS: Final = _words(
    "active deceasedBoolean multipleBirthBoolean valueBoolean userSelected preferred allDay inactive"
)
INTEGERS: Final = _words(
    "rank total size valueInteger valuePositiveInt valueUnsignedInt multipleBirthInteger"
)
_NO_LISTS: Final[frozenset[str]] = frozenset()


def repeats(parent: str, name: str) -> bool:
    """Whether JSON writes ``name`` below ``parent`` as a list."""
    return name in ALWAYS_LISTS or name in LISTS.get(parent, _NO_LISTS)


#: Elements of a list other than the entries of the bundle: rules compare some lists with each other.
MAX_LIST: Final = 1_000
MAX_ENTRIES: Final = 10_000


def refuse_long_lists(tree: dict[str, Any]) -> None:
    """``Malformed`` for a message with a list that is too long to be compared with others."""
    stack: list[Any] = [value for name, value in tree.items() if name != "entry"]
    entries = tree.get("entry")
    if type(entries) is list:
        _refuse_long(entries, MAX_ENTRIES)
        stack.extend(entries)
    else:
        stack.append(entries)
    while stack:
        node = stack.pop()
        if type(node) is dict:
            stack.extend(value for value in node.values() if type(value) in (dict, list))
        elif type(node) is list:
            _refuse_long(node, MAX_LIST)
            stack.extend(value for value in node if type(value) in (dict, list))


def _refuse_long(given: list[Any], most: int) -> None:
    if len(given) > most:
        raise form.MANY.refusal(
            "/", f"a list of the message has {len(given)} elements; at most {most} are read"
        )
