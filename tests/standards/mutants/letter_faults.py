"""Single faults in the letter XDIS91, from the schema XD9134L and what is known about its use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import (
    Edit,
    add,
    add_before,
    both,
    drop,
    edited,
    everywhere,
    inside,
    put,
    rename,
    repeat,
    replaced,
    swap,
)

L = "ClinicalEmail"
_REQUIRED = (
    "Envelope/Sent",
    "Envelope/Sent/Date",
    "Envelope/Sent/Time",
    "Envelope/Identifier",
    "Envelope/AcknowledgementCode",
    f"{L}/Letter",
    f"{L}/Letter/Identifier",
    f"{L}/Letter/VersionCode",
    f"{L}/Letter/StatisticalCode",
    f"{L}/Letter/Authorisation",
    f"{L}/Letter/Authorisation/Time",
    f"{L}/Letter/TypeCode",
    f"{L}/Letter/StatusCode",
    f"{L}/Sender",
    f"{L}/Sender/EANIdentifier",
    f"{L}/Sender/Identifier",
    f"{L}/Sender/IdentifierCode",
    f"{L}/Sender/OrganisationName",
    f"{L}/Receiver",
    f"{L}/Receiver/EANIdentifier",
    f"{L}/Receiver/IdentifierCode",
    f"{L}/Patient",
    f"{L}/Patient/CivilRegistrationNumber",
    f"{L}/Patient/PersonSurnameName",
    f"{L}/Patient/EpisodeOfCareStatusCode",
    f"{L}/Reference/RefDescription",
    f"{L}/Reference/BIN",
    f"{L}/Reference/BIN/ObjectIdentifier",
    f"{L}/Reference/BIN/ObjectCode",
    f"{L}/Reference/BIN/ObjectExtensionCode",
    f"{L}/Reference/BIN/OriginalObjectSize",
)
#: An element, a text that it must not have, and what is wrong with the text.
_WRONG_TEXT = (
    ("Envelope/Sent/Date", "2025-02-30", "a day that does not exist"),
    ("Envelope/Sent/Date", "2025-09-29+02:00", "a date with a time zone"),
    ("Envelope/Sent/Date", "29-09-2025", "a date written the Danish way"),
    ("Envelope/Sent/Time", "24:10", "a time after midnight's end"),
    ("Envelope/Sent/Time", "09:15:30", "a time with seconds"),
    ("Envelope/Identifier", "ENV000000000021", "an identifier of 15 characters"),
    ("Envelope/Identifier", "", "an empty identifier"),
    ("Envelope/AcknowledgementCode", "pluspositiv", "an unknown receipt code"),
    (f"{L}/Letter/Identifier", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", "a UUID as letter id"),
    (f"{L}/Letter/VersionCode", "XD9135L", "the version code of another schema"),
    (f"{L}/Letter/StatisticalCode", "XDIS910000", "a statistical code that is too long"),
    (f"{L}/Letter/Authorisation/Date", "2025-13-01", "a thirteenth month"),
    (f"{L}/Letter/Authorisation/Time", "9:14", "an hour of one digit"),
    (f"{L}/Letter/TypeCode", "XDIS90", "the type of another letter"),
    (f"{L}/Letter/StatusCode", "annulleretbrev", "a status that this letter does not know"),
    (f"{L}/Letter/EpisodeOfCareIdentifier", "6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11", "a UUID with its dashes"),
    (f"{L}/Sender/EANIdentifier", "5" * 36, "a sender's EAN of 36 digits"),
    (f"{L}/Sender/Identifier", "5" * 18, "a sender's identifier of 18 digits"),
    (f"{L}/Sender/IdentifierCode", "sorid", "an identifier code sorid for sorkode"),
    (f"{L}/Sender/OrganisationName", "P" * 36, "an organisation name of 36 characters"),
    (f"{L}/Sender/DepartmentName", "", "an empty department"),
    (f"{L}/Sender/UnitName", "T" * 36, "a unit name of 36 characters"),
    (f"{L}/Sender/PostCodeIdentifier", "9999999999", "a post code of ten characters"),
    (f"{L}/Sender/TelephoneSubscriberIdentifier", "0" * 26, "a phone number of 26 characters"),
    (f"{L}/Sender/MedicalSpecialityCode", "psykologi_i_skolen", "an unknown speciality"),
    (f"{L}/Receiver/IdentifierCode", "Ydernummer", "an identifier code with a capital letter"),
    (f"{L}/Receiver/StreetName", "V" * 36, "a street name of 36 characters"),
    (f"{L}/Patient/CivilRegistrationNumber", "251248999", "a CPR number of nine digits"),
    (f"{L}/Patient/CivilRegistrationNumber", "251248-9996", "a CPR number with a hyphen"),
    (f"{L}/Patient/CivilRegistrationNumber", "25124899A6", "a CPR number with a letter"),
    (f"{L}/Patient/PersonSurnameName", "T" * 71, "a surname of 71 characters"),
    (f"{L}/Patient/PersonGivenName", "", "an empty given name"),
    (f"{L}/Patient/OccupancyText", "E" * 36, "an occupation of 36 characters"),
    (f"{L}/Patient/EpisodeOfCareStatusCode", "død", "a status code with a Danish letter"),
    (f"{L}/AdditionalInformation/Priority", "hoej_prioritet", "a priority without its Danish letter"),
    (f"{L}/AdditionalInformation/Subject", "T" * 71, "a subject of 71 characters"),
    (f"{L}/Reference/RefDescription", "B" * 71, "a description of 71 characters"),
    (
        f"{L}/Reference/BIN/ObjectIdentifier",
        "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
        "an object's UUID with dashes",
    ),
    (f"{L}/Reference/BIN/ObjectCode", "pdf", "an unknown object code"),
    (f"{L}/Reference/BIN/ObjectExtensionCode", "docx", "a file extension that is not allowed"),
    (f"{L}/Reference/BIN/OriginalObjectSize", "0", "a file of no bytes"),
    (f"{L}/Reference/BIN/OriginalObjectSize", "29 bytes", "a size with a word"),
    (f"{L}/Reference[2]/URL", "https://example.org/" + "v" * 340, "an address of 360 characters"),
    (f"{L}/Reference[3]/SUP", "false", "a reference by post that says false"),
)
#: Elements that stand after the one that should follow them.
_ORDER = (
    "Envelope/Sent/Date",
    "Envelope/Identifier",
    f"{L}/Letter/Identifier",
    f"{L}/Letter/TypeCode",
    f"{L}/Sender/EANIdentifier",
    f"{L}/Sender/Identifier",
    f"{L}/Sender",
    f"{L}/Receiver/DepartmentName",
    f"{L}/Patient/PersonSurnameName",
    f"{L}/AdditionalInformation/Priority",
    f"{L}/AdditionalInformation",
    f"{L}/Reference/RefDescription",
    f"{L}/Reference/BIN/ObjectCode",
)
_ONCE = (
    "Envelope",
    "Envelope/Identifier",
    f"{L}/Letter",
    f"{L}/Letter/StatusCode",
    f"{L}/Sender/OrganisationName",
    f"{L}/Receiver",
    f"{L}/Patient",
    f"{L}/Patient/CivilRegistrationNumber",
    f"{L}/AdditionalInformation",
    f"{L}/AdditionalInformation/Subject",
)


def letter_mutants() -> Iterator[Mutant]:
    """All mutants of a letter."""
    for path in _REQUIRED:
        yield _mutant(f"{path} is missing", drop(path), path, parent=True)
    for path, text, wrong in _WRONG_TEXT:
        yield _mutant(f"{path} holds {wrong}", put(path, text), path)
    for path in _ORDER:
        yield _mutant(f"{path} stands after what follows it", swap(path), path, parent=True)
    for path in _ONCE:
        yield _mutant(f"{path} stands twice", repeat(path), path, parent=True)
    yield from _others()


def _mutant(
    name: str, edit: Edit, path: str, *, parent: bool = False, rule: str = "", lenient: bool = False
) -> Mutant:
    """``parent``: the finding may stand at the parent too, if it names the element."""
    place, _, element = f"Emessage/{path}".rpartition("/")
    meant = (
        Meant(place, rule, says=rf"\b{element.partition('[')[0]}\b", lenient=lenient)
        if parent
        else Meant(f"{place}/{element}", rule, lenient=lenient)
    )
    return _made(name, edited(edit), _uncounted(meant))


def _uncounted(meant: Meant) -> Meant:
    return replace(meant, at=re.sub(r"\[\d+\]", "", meant.at))


def _made(name: str, change: Callable[[bytes], bytes], meant: Meant, base: str = "XDIS91") -> Mutant:
    return Mutant(name, "XDIS91", base, change, meant)


def _others() -> Iterator[Mutant]:
    text = f"{L}/ClinicalInformation/Text01"
    at = f"Emessage/{text}"
    yield _mutant(
        "a UUID as episode of care has its dashes and is too long by one",
        put(f"{L}/Letter/EpisodeOfCareIdentifier", "6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c1f"),
        f"{L}/Letter/EpisodeOfCareIdentifier",
    )
    yield _mutant(
        "the patient has a CPR number and another identifier",
        add_before(f"{L}/Patient/PersonSurnameName", "AlternativeIdentifier", "2512489AA6"),
        f"{L}/Patient/AlternativeIdentifier",
        parent=True,
    )
    yield _made(
        "the alternative identifier has eleven characters",
        edited(put(f"{L}/Patient/AlternativeIdentifier", "2512489AA61")),
        Meant(f"Emessage/{L}/Patient/AlternativeIdentifier"),
        "XDIS91 lean",
    )
    yield _mutant(
        "the CPR number has a day that does not exist",
        put(f"{L}/Patient/CivilRegistrationNumber", "3102489996"),
        f"{L}/Patient/CivilRegistrationNumber",
        lenient=True,
    )
    for party in ("Sender", "Receiver"):
        yield _mutant(
            f"the check digit of the {party.lower()}'s GLN is wrong",
            put(f"{L}/{party}/EANIdentifier", "5790009990018" if party == "Sender" else "5790009990025"),
            f"{L}/{party}/EANIdentifier",
            rule="gln-modulus-10",
            lenient=True,
        )
    yield _mutant(
        "the location number of the sender has a wrong check digit",
        put(f"{L}/Sender/Identifier", "5790009990018"),
        f"{L}/Sender/Identifier",
        lenient=True,
    )
    yield _mutant(
        "a receiver has a phone number",
        add(f"{L}/Receiver", "TelephoneSubscriberIdentifier", "00000000"),
        f"{L}/Receiver/TelephoneSubscriberIdentifier",
        parent=True,
    )
    yield _mutant(
        "the letter has a copy receiver, which other letters know",
        add_before(f"{L}/Patient", "CCReceiver"),
        f"{L}/CCReceiver",
        parent=True,
    )
    yield _mutant(
        "an unknown element stands in the sender",
        add(f"{L}/Sender", "Email", "a@b.dk"),
        f"{L}/Sender/Email",
        parent=True,
    )
    yield _mutant(
        "the city is called City",
        rename(f"{L}/Patient/DistrictName", "City"),
        f"{L}/Patient/City",
        parent=True,
    )
    yield _made(
        "there is an eleventh block of text",
        edited(repeat(f"{L}/ClinicalInformation", 11)),
        Meant(f"Emessage/{L}", says="ClinicalInformation"),
    )
    yield _made(
        "there is an eleventh reference",
        edited(repeat(f"{L}/Reference", 11)),
        Meant(f"Emessage/{L}", says="Reference"),
    )
    yield _made(
        "bold text stands within bold text",
        edited(inside(text, "a <Bold>b <Bold>c</Bold></Bold>")),
        Meant(f"{at}/Bold"),
    )
    yield _made(
        "text is marked with a tag of HTML", edited(inside(text, "a <br/> b")), Meant(at, says=r"\bbr\b")
    )
    yield _made("a break has text in it", edited(inside(text, "a<Break>b</Break>")), Meant(f"{at}/Break"))
    yield _made(
        "fixed font stands within bold text",
        edited(inside(text, "<Bold>a<FixedFont>b</FixedFont></Bold>")),
        Meant(f"{at}/Bold"),
    )
    yield _made(
        "a reference points at an address and at an object",
        edited(add(f"{L}/Reference[1]", "URL", "https://example.org")),
        Meant(f"Emessage/{L}/Reference", says="URL"),
    )
    yield _made(
        "the statistical code is of another letter",
        edited(put(f"{L}/Letter/StatisticalCode", "XDIS90")),
        Meant(f"Emessage/{L}/Letter/StatisticalCode", lenient=True),
    )
    yield _made(
        "the letter is authorised after it was sent",
        edited(put(f"{L}/Letter/Authorisation/Date", "2025-10-29")),
        Meant(f"Emessage/{L}/Letter/Authorisation", lenient=True),
    )
    yield _made(
        "the namespace is that of the receipts",
        everywhere(b"/2006/07/01/", b"/2005/08/07/"),
        Meant("Emessage", says="namespace"),
    )
    yield _made(
        "the namespace lacks its last slash",
        everywhere(b"/2006/07/01/", b"/2006/07/01"),
        Meant("Emessage", says="namespace"),
    )
    yield _made(
        "the letter has no namespace",
        everywhere(b' xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"', b""),
        Meant("Emessage", says="namespace"),
    )
    yield _made(
        "the patient is of another namespace",
        replaced(b"<Patient>", b'<Patient xmlns="urn:other">'),
        Meant(f"Emessage/{L}", says="Patient"),
    )
    yield _made(
        "an element has an attribute",
        replaced(b"<StatusCode>", b'<StatusCode kind="a">'),
        Meant(f"Emessage/{L}/Letter/StatusCode"),
    )
    yield _made(
        "text stands between two elements",
        replaced(b"</TypeCode>", b"</TypeCode>nyt"),
        Meant(f"Emessage/{L}/Letter"),
    )
    yield _made("the letter says it is UTF-8 and is ISO-8859-1", _mislabelled, Meant(rule="xml-.*"))
    yield _made("the last tag is missing", replaced(b"</Emessage>", b""), Meant(rule="xml-.*"))
    yield _made("the letter begins with a document type", _with_doctype, Meant(rule="xml-.*"))
    yield _made(
        "there is an envelope and no letter", edited(drop(L)), Meant(says="letter|unrecognised|known")
    )
    yield _made(
        "the letter stands before its envelope",
        edited(both(swap("Envelope"))),
        Meant("Emessage", says="Envelope"),
    )


def _mislabelled(raw: bytes) -> bytes:
    body = raw.partition(b"?>")[2].decode("utf-8" if b'"UTF-8"' in raw[:60] else "iso-8859-1")
    return b'<?xml version="1.0" encoding="UTF-8"?>' + body.encode("iso-8859-1")


def _with_doctype(raw: bytes) -> bytes:
    declaration, mark, body = raw.partition(b"?>")
    return declaration + mark + b'<!DOCTYPE Emessage [<!ENTITY a "b">]>' + body
