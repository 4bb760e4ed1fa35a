"""Single faults in the letters of attachments, XBIN01 and XBIN02."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from lxml import etree

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.oioxml_fault import Faults
from tests.standards.mutants.xml_edits import (
    Edit,
    add,
    add_before,
    both,
    edited,
    everywhere,
    find,
    put,
    repeat,
    replaced,
)

_LETTER = Faults("XBIN01", "XBIN01", "BinaryLetter")
_SYSTEM = Faults("XBIN01", "XBIN01 system", "BinaryLetter")
_REFERRAL = Faults("XBIN02", "XBIN02", "ReferralAttachment")
_REFERRAL_2019 = Faults("XBIN02 XB0230X", "XBIN02 XB0230X", "BinaryLetter")
_O = "BinaryObject"


def binary_mutants() -> Iterator[Mutant]:
    """All mutants of letters of attachments."""
    yield from _first()
    yield from _contents()
    yield from _second()


def _first() -> Iterator[Mutant]:
    it = _LETTER
    yield from it.missing(
        "/Envelope/Identifier",
        "Letter/VersionCode",
        "Letter/TypeCode",
        "Letter/StatusCode",
        "Letter/Authorisation/Date",
        "Sender/OrganisationName",
        "Sender/IdentifierCode",
        "Receiver",
        "Patient",
        "Patient/CivilRegistrationNumber",
        "Patient/PersonSurnameName",
        f"{_O}/ObjectIdentifier",
        f"{_O}/ObjectCode",
        f"{_O}/ObjectExtensionCode",
        f"{_O}/OriginalObjectSize",
        f"{_O}/Object_Base64Encoded",
    )
    yield from it.wrong(
        ("Letter/VersionCode", "XB0132X", "a version that does not exist"),
        ("Letter/TypeCode", "XBIN02", "the type of an attachment to a referral"),
        ("Letter/StatusCode", "rettetbrev", "a status that attachments do not know"),
        ("Letter/Authorisation/Date", "2025-09-31", "a day that does not exist"),
        ("Letter/Identifier", "B" * 15, "15 characters"),
        ("Sender/IdentifierCode", "sorid", "a code that is not in the list"),
        ("Patient/CivilRegistrationNumber", "251248-9996", "a hyphen"),
        (f"{_O}/ObjectIdentifier", "0F1E2D3C4B5A49788796A5B4C3D2E1F0", "a UUID without dashes"),
        (f"{_O}/ObjectIdentifier", "bilag1", "a name"),
        (f"{_O}/ObjectCode", "tekst", "a code that is not in the list"),
        (f"{_O}/ObjectExtensionCode", "docx", "an extension that is not in the list"),
        (f"{_O}/ObjectExtensionCode", "PDF", "an extension in capitals"),
        (f"{_O}/OriginalObjectSize", "0", "a size of nothing"),
        (f"{_O}/OriginalObjectSize", "12 kB", "a size with a unit"),
    )
    yield from it.late(
        "Letter/TypeCode", "Sender", "Receiver", f"{_O}/ObjectCode", f"{_O}/OriginalObjectSize"
    )
    yield from it.twice("Patient", "Letter", f"{_O}/ObjectExtensionCode")
    path = it.full(_O)
    yield it.made("there is an eleventh object", _objects(10), _O, says="BinaryObject|object")
    yield it.named("there is no object", both(_without(path), _without(path)), _O)
    yield it.named(
        "the letter has a status of care",
        add(it.full("Patient"), "EpisodeOfCareStatusCode", "inaktiv"),
        "Patient/EpisodeOfCareStatusCode",
    )
    yield it.named(
        "the letter names the letter it belongs to", add_before(path, "OriginalLetter"), "OriginalLetter"
    )
    yield it.named(
        "patient and system stand together",
        add_before(path, "SystemInformation", "true"),
        "SystemInformation",
    )
    yield _SYSTEM.made(
        "the system's information says false",
        put("BinaryLetter/SystemInformation", "false"),
        "SystemInformation",
    )
    yield _SYSTEM.made(
        "the system's contents are 71 characters long", put("BinaryLetter/Contents", "L" * 71), "Contents"
    )
    yield _SYSTEM.named("the system's contents stand before it", _early_contents, "Contents")
    yield it.made(
        "the check digit of a GLN is wrong",
        put(it.full("Sender/EANIdentifier"), "5790009990018"),
        "Sender/EANIdentifier",
        rule="gln-modulus-10",
        lenient=True,
    )
    yield it.raw(
        "the namespace is that of the letters",
        everywhere(b"/medcom.dk/xml/schemas/2012/03/28/", b"/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"),
        Meant("Emessage", says="namespace"),
    )
    yield it.raw(
        "the namespace is that of attachments to referrals",
        everywhere(b"2012/03/28", b"2019/04/03"),
        Meant("Emessage"),
    )


def _objects(more: int) -> Edit:
    """So many more objects, each with an identifier of its own."""

    def edit(root: etree._Element) -> None:
        path = "BinaryLetter/BinaryObject"
        repeat(path, more)(root)
        for n in range(1, more + 1):
            put(f"{path}[{n}]/ObjectIdentifier", f"0F1E2D3C-4B5A-4978-8796-A5B4C3D2E{n:03X}")(root)

    return edit


def _without(path: str) -> Edit:
    def edit(root: etree._Element) -> None:
        gone = find(root, path)
        parent = gone.getparent()
        assert parent is not None
        parent.remove(gone)

    return edit


def _early_contents(root: etree._Element) -> None:
    find(root, "BinaryLetter/SystemInformation").addprevious(find(root, "BinaryLetter/Contents"))


def _contents() -> Iterator[Mutant]:
    it = _LETTER
    data, size = f"{_O}/Object_Base64Encoded", f"{_O}/OriginalObjectSize"
    yield it.made("the size is one byte too large", _sized(1), _O, says="size")
    yield it.made("the size is one byte too small", _sized(-1), _O, says="size")
    yield it.made("the size is that of the base64", _sized_as_base64, _O, says="size")
    yield it.made("the content is not base64", put(it.full(data), "%PDF-1.4"), data)
    yield it.made("the content's padding is missing", _edited(lambda text: text.rstrip("=")), data)
    yield it.made(
        "a foreign character stands in the content", _edited(lambda text: text[:4] + "*" + text[4:]), data
    )
    yield it.made("the content lost its end", _edited(lambda text: text[:-4]), _O, says="size|base64")
    yield it.made("the object is empty", both(put(it.full(data), ""), put(it.full(size), "0")), _O)
    yield it.made(
        "two objects have one identifier",
        _same_identifier,
        _O,
        says="ObjectIdentifier|identifier",
        lenient=True,
    )
    yield it.raw(
        "an element stands in the content",
        replaced(b"<Object_Base64Encoded>", b"<Object_Base64Encoded><a/>"),
        Meant(it.at(data)),
    )


def _sized(by: int) -> Edit:
    def edit(root: etree._Element) -> None:
        element = find(root, "BinaryLetter/BinaryObject/OriginalObjectSize")
        element.text = str(int(element.text or 0) + by)

    return edit


def _sized_as_base64(root: etree._Element) -> None:
    data = find(root, "BinaryLetter/BinaryObject/Object_Base64Encoded").text or ""
    assert base64.b64decode(data)
    find(root, "BinaryLetter/BinaryObject/OriginalObjectSize").text = str(len(data))


def _edited(change: Callable[[str], str]) -> Edit:
    """Of the second object, whose base64 has padding."""

    def edit(root: etree._Element) -> None:
        element = find(root, "BinaryLetter/BinaryObject[2]/Object_Base64Encoded")
        element.text = change(element.text or "")

    return edit


def _same_identifier(root: etree._Element) -> None:
    first = find(root, "BinaryLetter/BinaryObject[1]/ObjectIdentifier").text or ""
    put("BinaryLetter/BinaryObject[2]/ObjectIdentifier", first)(root)


def _second() -> Iterator[Mutant]:
    it = _REFERRAL
    yield from it.missing(
        "Letter/VersionCode",
        "Letter/StatisticalCode",
        "Receiver/Identifier",
        "Patient/PersonSurnameName",
        f"{_O}/ObjectIdentifier",
    )
    yield from it.wrong(
        ("Letter/VersionCode", "XB0230X", "the version of another schema"),
        ("Letter/TypeCode", "XBIN01", "the type of an attachment to a letter"),
        ("Letter/StatusCode", "rettetbrev", "a status that attachments do not know"),
        (f"{_O}/ObjectIdentifier", "0F1E2D3C4B5A49788796A5B4C3D2E1F0", "a UUID without dashes"),
        (f"{_O}/OriginalObjectSize", "-13", "a size below nothing"),
    )
    yield it.made(
        "the size is another than that of the content",
        put(it.full(f"{_O}/OriginalObjectSize"), "14"),
        _O,
        says="size",
    )
    yield it.raw("the root is that of another version", edited(_renamed), Meant("Emessage"))
    new = _REFERRAL_2019
    yield from new.missing(
        "Sender/MedicalSpecialityCode", "Sender/StreetName", "Sender/PostCodeIdentifier", "Letter/TypeCode"
    )
    yield from new.wrong(
        ("Letter/VersionCode", "XB0210X", "a version of another schema"),
        (
            f"{_O}/ObjectIdentifier",
            "0F1E2D3C-4B5A-4978-8796-A5B4C3D2E1F0",
            "a UUID with dashes and 36 characters",
        ),
        ("Sender/IdentifierCode", "amt", "a code that older schemas knew"),
    )


def _renamed(root: etree._Element) -> None:
    body = find(root, "ReferralAttachment")
    body.tag = f"{{{etree.QName(body).namespace}}}BinaryLetter"
