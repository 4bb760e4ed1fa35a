"""Single faults in the letter receipts XCTL01, XCTL02 and XCTL03 (schemas 2005/08/07)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import Edit, add, drop, edited, everywhere, put, rename, repeat, swap

_ROOTS = {"XCTL01": "NegativeVansReceipt", "XCTL02": "NegativeReceipt", "XCTL03": "PositiveReceipt"}
#: What each receipt must have, spread over the three so that each place is tried once and some in all.
_REQUIRED = {
    "XCTL01": (
        "Letter/VersionCode",
        "Sender",
        "Receiver/EANIdentifier",
        "OriginalEmessage",
        "OriginalEmessage/OriginalEnvelopeIdentifier",
    ),
    "XCTL02": (
        "Letter/Identifier",
        "Letter",
        "Sender/EANIdentifier",
        "OriginalEmessage/OriginalSender",
        "OriginalEmessage/OriginalLetter/OriginalLetterIdentifier",
    ),
    "XCTL03": (
        "Letter/StatisticalCode",
        "Receiver",
        "OriginalEmessage/OriginalReceiver/EANIdentifier",
        "OriginalEmessage/OriginalEnvelopeIdentifier",
        "OriginalEmessage/OriginalLetter/OriginalVersionCode",
    ),
}
_WRONG_TEXT = (
    ("XCTL01", "Letter/VersionCode", "XC0230Q", "the version of another receipt"),
    ("XCTL02", "Letter/VersionCode", "XC0330Q", "the version of another receipt"),
    ("XCTL03", "Letter/VersionCode", "XC0330", "a version without its letter"),
    ("XCTL01", "Letter/StatisticalCode", "XCTL02", "the type of another receipt"),
    ("XCTL03", "Letter/StatisticalCode", "CTL03", "the type's name in EDIFACT"),
    ("XCTL02", "Letter/Identifier", "BRVCTL020000000", "an identifier of 15 characters"),
    ("XCTL03", "OriginalEmessage/OriginalEnvelopeIdentifier", "", "nothing"),
    ("XCTL02", "OriginalEmessage/OriginalEnvelopeIdentifier", "E" * 15, "an identifier of 15 characters"),
    (
        "XCTL03",
        "OriginalEmessage/OriginalLetter/OriginalLetterIdentifier",
        "B" * 15,
        "an identifier of 15 characters",
    ),
    (
        "XCTL03",
        "OriginalEmessage/OriginalLetter/OriginalVersionCode",
        "XD9134LX",
        "a version that is too long",
    ),
    ("XCTL01", "OriginalEmessage/RefuseCode", "LOK", "the code that EDIFACT uses"),
    ("XCTL02", "OriginalEmessage/OriginalLetter/RefuseCode", "fejl", "an unknown code"),
    ("XCTL03", "Sender/EANIdentifier", "5" * 36, "36 digits"),
)


def receipt_mutants() -> Iterator[Mutant]:
    """All mutants of letter receipts."""
    for standard, paths in _REQUIRED.items():
        for path in paths:
            yield _named(standard, f"{path} is missing", path, drop)
    for standard, path, text, wrong in _WRONG_TEXT:
        place = f"{_ROOTS[standard]}/{path}"
        free = "StatisticalCode" in path  # the schema takes any text of eight characters
        meant = Meant(f"Emessage/{place}", lenient=free)
        yield _mutant(standard, f"{path} holds {wrong}", put(place, text), meant)
    yield from _others()


def _named(standard: str, name: str, path: str, change: type[Edit] | object) -> Mutant:
    """A fault that a finding may report at the element or at its parent, by the element's name."""
    place = f"{_ROOTS[standard]}/{path}"
    parent, _, element = place.rpartition("/")
    edit = change(place)  # type: ignore[operator]
    return _mutant(standard, name, edit, Meant(f"Emessage/{parent}", says=rf"\b{element}\b"))


def _mutant(standard: str, name: str, edit: Edit, meant: Meant) -> Mutant:
    return Mutant(name, standard, standard, edited(edit), meant)


def _others() -> Iterator[Mutant]:
    yield _named("XCTL01", "the receiver stands before the sender", "Sender", swap)
    yield _named(
        "XCTL02",
        "the letter's version stands before its id",
        "OriginalEmessage/OriginalLetter/OriginalLetterIdentifier",
        swap,
    )
    yield _named("XCTL03", "there are two senders", "Sender", repeat)
    yield _named("XCTL02", "there are two originals", "OriginalEmessage", repeat)
    yield _mutant(
        "XCTL02",
        "a hundred letters are refused",
        repeat("NegativeReceipt/OriginalEmessage/OriginalLetter", 100),
        Meant("Emessage/NegativeReceipt/OriginalEmessage", says="OriginalLetter"),
    )
    yield _mutant(
        "XCTL03",
        "a receipt asks for a receipt",
        put("Envelope/AcknowledgementCode", "pluspositivkvitt"),
        Meant("Emessage/Envelope/AcknowledgementCode", lenient=True),
    )
    yield _mutant(
        "XCTL01",
        "the envelope has no receipt code",
        drop("Envelope/AcknowledgementCode"),
        Meant("Emessage/Envelope", says="AcknowledgementCode"),
    )
    yield _mutant(
        "XCTL03",
        "a positive receipt has a reason to refuse",
        add("PositiveReceipt/OriginalEmessage/OriginalLetter", "RefuseCode", "syntaksfejl"),
        Meant("Emessage/PositiveReceipt/OriginalEmessage/OriginalLetter", says="RefuseCode"),
    )
    yield _mutant(
        "XCTL03",
        "a receipt has the authorisation of a letter",
        add("PositiveReceipt/Letter", "TypeCode", "XCTL03"),
        Meant("Emessage/PositiveReceipt/Letter", says="TypeCode"),
    )
    yield _mutant(
        "XCTL03",
        "a receipt's sender has a name",
        add("PositiveReceipt/Sender", "OrganisationName", "Prøveby"),
        Meant("Emessage/PositiveReceipt/Sender", says="OrganisationName"),
    )
    yield _mutant(
        "XCTL02",
        "a negative receipt calls itself positive and keeps its reason",
        rename("NegativeReceipt", "PositiveReceipt"),
        Meant("Emessage/PositiveReceipt"),
    )
    yield _mutant(
        "XCTL02",
        "the receipt was sent on a day that does not exist",
        put("Envelope/Sent/Date", "2025-04-31"),
        Meant("Emessage/Envelope/Sent/Date"),
    )
    yield _mutant(
        "XCTL03",
        "the check digit of the original sender's GLN is wrong",
        put("PositiveReceipt/OriginalEmessage/OriginalSender/EANIdentifier", "5790009990018"),
        Meant(
            "Emessage/PositiveReceipt/OriginalEmessage/OriginalSender/EANIdentifier",
            "gln-modulus-10",
            lenient=True,
        ),
    )
    yield Mutant(
        "the namespace is that of the letters",
        "XCTL03",
        "XCTL03",
        everywhere(b"/2005/08/07/", b"/2006/07/01/"),
        Meant("Emessage", says="namespace"),
    )
    yield Mutant(
        "the namespace is that of 2020, which accepts no receipt",
        "XCTL02",
        "XCTL02",
        everywhere(b"/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/", b"/medcom.dk/xml/schemas/2020/05/06/"),
        Meant("Emessage", says="namespace"),
    )
