"""Single faults in the label of a VANSEnvelope: what it says of its content and is not so."""

# ruff: noqa: E501 - a row of a table of faults stays one row

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator

from lxml import etree

from tests.standards.mutants.envelope_faults import DATA, DOCUMENT, TRANSPORT, V
from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import Edit, drop, edited, find, put, replaced


def _made(name: str, edit: Edit, meant: Meant, base: str = "VANS XDIS91") -> Mutant:
    return Mutant(name, "VANSEnvelope", base, edited(edit), meant)


def _content(change: Callable[[bytes], bytes], resize: bool = True) -> Edit:
    """Another content, and its size in the label."""

    def edit(root: etree._Element) -> None:
        data = find(root, "Message/Data")
        new = change(b64decode(data.text or ""))
        data.text = b64encode(new).decode()
        if resize:
            find(root, f"{DOCUMENT}/SizeInBytes").text = str(len(new))

    return edit


def _inner_namespace(raw: bytes) -> bytes:
    return raw.replace(b"/2006/07/01/", b"/2015/08/01/")


def label_mutants() -> Iterator[Mutant]:
    """All mutants of labels."""
    label = f"{V}/{DOCUMENT}"
    fhir, letter, answer = "VANS CC5", "VANS XDIS91", "VANS ACK"
    tag = f"{TRANSPORT}/ServiceTag"
    rows = (
        ("the size is one byte too large", letter, _resized(1), f"{label}/SizeInBytes"),
        ("the size is that of the base64", letter, _resized_to_base64, f"{label}/SizeInBytes"),
        ("the name says another letter", letter, put(f"{DOCUMENT}/Name", "MCM:XDIS20"), f"{label}/Name"),
        ("the name lacks its prefix", letter, put(f"{DOCUMENT}/Name", "XDIS91"), f"{label}/Name"),
        ("the version is another", letter, put(f"{DOCUMENT}/Version", "XD9135L"), f"{label}/Version"),
        ("the format says EDIFACT and the content is XML", letter, put(f"{DOCUMENT}/Format", "EDIFACT"), f"{label}/Format"),
        ("the format says HL7 and the content is OIOXML", letter, put(f"{DOCUMENT}/Format", "HL7"), f"{label}/Format"),
        ("a receipt is called positive and is of another type", "VANS XCTL03", put(f"{DOCUMENT}/Name", "MCM:XCTL02"), f"{label}/Name"),
        ("the receipt's version is another", "VANS XCTL03", put(f"{DOCUMENT}/Version", "XC0230Q"), f"{label}/Version"),
        ("the name has another category than the message", fhir, put(f"{DOCUMENT}/Name", "MCM:FDIS91#nursing"), f"{label}/Name"),
        ("the name has no category", fhir, put(f"{DOCUMENT}/Name", "MCM:FDIS91"), f"{label}/Name"),
        ("the category in the name is not a code", fhir, put(f"{DOCUMENT}/Name", "MCM:FDIS91#Healthcare"), f"{label}/Name"),
        ("the name says an acknowledgement", fhir, put(f"{DOCUMENT}/Name", "MCM:FCTL#ok"), f"{label}/Name"),
        ("the version of a correspondence 5.0 is 4.0.0", fhir, put(f"{DOCUMENT}/Version", "4.0.0"), f"{label}/Version"),
        ("the version of a correspondence 5.0 has three parts", fhir, put(f"{DOCUMENT}/Version", "5.0.2"), f"{label}/Version"),
        ("the version of a correspondence 4.0 is 5.0", "VANS CC4", put(f"{DOCUMENT}/Version", "5.0"), f"{label}/Version"),
        ("the version of a correspondence is missing", fhir, drop(f"{DOCUMENT}/Version"), label),
        ("the format of a FHIR message is XML", "VANS CC5 xml", put(f"{DOCUMENT}/Format", "XML"), f"{label}/Format"),
        ("the code in the name is not that of the acknowledgement", answer, put(f"{DOCUMENT}/Name", "MCM:FCTL#ok"), f"{label}/Name"),
        ("the version of an acknowledgement has two parts", answer, put(f"{DOCUMENT}/Version", "2.0"), f"{label}/Version"),
        ("the MIME type says XML and the content is JSON", fhir, put(tag, "application/fhir+xml"), f"{V}/{TRANSPORT}"),
        ("the MIME type says JSON and the content is XML", "VANS CC5 xml", put(tag, "application/fhir+json"), f"{V}/{TRANSPORT}"),
        ("the MIME type is that of plain JSON", fhir, put(tag, "application/json"), f"{V}/{TRANSPORT}"),
        ("there is no MIME type", fhir, drop(tag), f"{V}/{TRANSPORT}"),
        ("a FHIR message is sent unreliably", fhir, put(f"{TRANSPORT}/Type", "unreliable"), f"{V}/{TRANSPORT}/Type"),
        ("the sender's GLN is not that of the message", fhir, put("SenderID", "5790009990017"), f"{V}/SenderID"),
        ("the receiver's GLN is not that of the message", fhir, put("ReceiverID", "5790009990024"), f"{V}/ReceiverID"),
    )  # fmt: skip
    for name, base, edit, at in (*rows, *_others()):
        says = "Version" if "missing" in name else "MIME" if "MIME" in name else ""
        lenient = (
            "prefix" in name or "somebody else" in name or "two parts" in name
        )  # MedCom writes 2.0 elsewhere
        yield _made(name, edit, Meant(at, says=says, lenient=lenient), base)
    yield _made(
        "the letter's sender is not that of the envelope",
        put("SenderID", "5790009000013"),
        Meant(f"{V}/SenderID", lenient=True),
    )
    yield _made("the envelope holds another envelope", _content(_nested), Meant(DATA))
    yield _made("the envelope holds half a letter", _content(lambda raw: raw[:400]), Meant(DATA))
    yield _made(
        "the letter within lacks its type",
        _content(replaced(b"<TypeCode>XDIS91</TypeCode>", b"")),
        Meant(f"{DATA} > Emessage/ClinicalEmail/Letter", says="TypeCode"),
    )
    yield _made(
        "the letter within is of a version that nobody sends",
        _content(_inner_namespace),
        Meant(f"{DATA} > Emessage"),
    )
    yield _made(
        "the correspondence within has no status",
        _content(replaced(b'"status":"unknown",', b"")),
        Meant(says="status.*missing|missing.*status"),
        "VANS CC5",
    )


def _resized(by: int) -> Edit:
    def edit(root: etree._Element) -> None:
        size = find(root, f"{DOCUMENT}/SizeInBytes")
        size.text = str(int(size.text or 0) + by)

    return edit


def _resized_to_base64(root: etree._Element) -> None:
    find(root, f"{DOCUMENT}/SizeInBytes").text = str(len(find(root, "Message/Data").text or ""))


def _nested(raw: bytes) -> bytes:
    return b'<VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4"/>'


def _others() -> Iterator[tuple[str, str, Edit, str]]:
    label = f"{V}/{DOCUMENT}"
    yield (
        "attachments are called a letter",
        "VANS XBIN01",
        put(f"{DOCUMENT}/Name", "MCM:XDIS91"),
        f"{label}/Name",
    )
    yield (
        "attachments have another version",
        "VANS XBIN01",
        put(f"{DOCUMENT}/Version", "XB0130X"),
        f"{label}/Version",
    )
    yield "the size of attachments is another", "VANS XBIN01", _resized(-1), f"{label}/SizeInBytes"
    yield (
        "a referral is called one of the municipality",
        "VANS XREF01",
        put(f"{DOCUMENT}/Name", "MCM:XREF15"),
        f"{label}/Name",
    )
    yield (
        "a referral has the older version",
        "VANS XREF01",
        put(f"{DOCUMENT}/Version", "XH0130R"),
        f"{label}/Version",
    )
    yield (
        "a letter in EDIFACT is called XML",
        "VANS DIS91",
        put(f"{DOCUMENT}/Format", "XML"),
        f"{label}/Format",
    )
    yield (
        "a letter in EDIFACT is called by its name in XML",
        "VANS DIS91",
        put(f"{DOCUMENT}/Name", "MCM:XDIS91"),
        f"{label}/Name",
    )
    yield (
        "a letter in EDIFACT has its version in XML",
        "VANS DIS91",
        put(f"{DOCUMENT}/Version", "XD9134L"),
        f"{label}/Version",
    )
    yield (
        "a receipt in EDIFACT is called negative",
        "VANS CTL03",
        put(f"{DOCUMENT}/Name", "MCM:CTL02"),
        f"{label}/Name",
    )
    yield "raw octets are called Binary", "VANS BIN01", put(f"{DOCUMENT}/Format", "Binary"), f"{label}/Format"
    yield (
        "the receipt in EDIFACT is for somebody else",
        "VANS CTL03",
        put("ReceiverID", "5790009000013"),
        f"{V}/ReceiverID",
    )
