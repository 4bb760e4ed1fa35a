"""Single faults in VANSEnvelope 1.0.4: its fields, its receipts, and its label against its content."""

# ruff: noqa: E501 - a row of a table of faults stays one row

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator

from lxml import etree

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import (
    Edit,
    add,
    add_before,
    attribute,
    both,
    drop,
    edited,
    everywhere,
    find,
    put,
    rename,
    repeat,
    replaced,
    swap,
)

V = "VANSEnvelope"
META = "Message/MetaInformation"
DOCUMENT = f"{META}/Document"
TRANSPORT = f"{META}/Transport"
DATA = f"{V}/Message/Data"
_REQUIRED = (
    "SenderID",
    "ReceiverID",
    "EnvelopeIdentifier",
    "SentDateTime",
    "Message",
    META,
    f"{META}/Identifier",
    f"{META}/Processing/ProviderIdentifier",
    f"{META}/Processing/ServiceIdentifier",
    DOCUMENT,
    f"{DOCUMENT}/Format",
    f"{DOCUMENT}/Name",
    f"{DOCUMENT}/SizeInBytes",
    f"{TRANSPORT}/TransformMessage",
    "Message/Data",
)
_WRONG_TEXT = (
    ("SenderID", "5" * 19, "19 digits"),
    ("SenderID", "", "nothing"),
    ("EnvelopeIdentifier", "EPIC394319568", "an identifier that is no UUID"),
    ("EnvelopeIdentifier", "0f1e2d3c4b5a49788796a5b4c3d2e1f2", "a UUID without dashes"),
    (
        "EnvelopeIdentifier",
        "urn:uuid:0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f2",
        "a UUID with the prefix of a URN",
    ),
    ("EnvelopeIdentifier", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1g2", "a g among its digits"),
    (
        "EnvelopeIdentifier",
        "ZZZZZZZZ-4b5a-4978-8796-a5b4c3d2e1f2",
        "letters that only a slip of the schema lets pass",
    ),
    ("SentDateTime", "2025-09-29", "a date without a time"),
    ("SentDateTime", "2025-02-29T09:15:30+01:00", "a day that does not exist"),
    ("SentDateTime", "2025-09-29T25:15:30+02:00", "an hour that does not exist"),
    ("SentDateTime", "2025-09-29T09:15+02:00", "a time without seconds"),
    ("SentDateTime", "2025-09-29 09:15:30", "a blank between date and time"),
    (f"{META}/Identifier", "ENV00000000002", "a letter's identifier"),
    (f"{META}/Processing/ProviderIdentifier", "", "nothing"),
    (f"{META}/Processing/ServiceIdentifier", "s" * 256, "256 characters"),
    (f"{DOCUMENT}/Format", "JSON", "an unknown format"),
    (f"{DOCUMENT}/Format", "xml", "a format in small letters"),
    (f"{DOCUMENT}/Name", "", "nothing"),
    (f"{DOCUMENT}/Name", "MCM:" + "X" * 252, "256 characters"),
    (f"{DOCUMENT}/SizeInBytes", "2.7 kB", "a size with a unit"),
    (f"{DOCUMENT}/SizeInBytes", "3000000000", "a size beyond four bytes"),
    (f"{DOCUMENT}/SizeInBytes", "-1", "a size below nothing"),
    (f"{TRANSPORT}/Type", "guaranteed", "an unknown kind of transport"),
    (f"{TRANSPORT}/TransformMessage", "no", "a word for false"),
    (f"{TRANSPORT}/ServiceTag", "m" * 71, "71 characters"),
    (f"{TRANSPORT}/ServiceTag", "", "nothing"),
)
_ORDER = (
    "SenderID",
    "EnvelopeIdentifier",
    f"{META}/Identifier",
    f"{DOCUMENT}/Format",
    f"{DOCUMENT}/Version",
    f"{TRANSPORT}/Type",
    f"{TRANSPORT}/TransformMessage",
    META,
)
_ONCE = (
    "SenderID",
    "EnvelopeIdentifier",
    "Message",
    f"{META}/Identifier",
    f"{DOCUMENT}/Name",
    f"{TRANSPORT}/Type",
    "Message/Data",
)
_RECEIPT_REQUIRED = (
    ("positive", "Receipt/PositiveMessage"),
    ("positive", "Receipt/PositiveMessage/OriginalEnvelopeIdentifier"),
    ("positive", "Receipt/PositiveMessage/OriginalMessage"),
    ("positive", "Receipt/PositiveMessage/OriginalMessage/Document/SizeInBytes"),
    ("negative", "Receipt/NegativeMessage/Error"),
    ("negative", "Receipt/NegativeMessage/Error/Description"),
    ("negative", "Receipt/NegativeMessage/OriginalMessage"),
    ("negative", "Receipt/NegativeMessage/OriginalMessage/Identifier"),
    ("undelivered", "Receipt/NegativeVans/Error"),
    ("undelivered", "Receipt/NegativeVans/OriginalEnvelopeIdentifier"),
)
_RECEIPT_TEXT = (
    ("positive", "Receipt/PositiveMessage/OriginalEnvelopeIdentifier", "ENV1", "a letter's identifier"),
    ("positive", "Receipt/PositiveMessage/OriginalMessage/Identifier", "1", "a number"),
    ("positive", "Receipt/PositiveMessage/OriginalMessage/Document/Format", "OIOXML", "an unknown format"),
    ("negative", "Receipt/NegativeMessage/Error/Code", "0", "zero"),
    ("negative", "Receipt/NegativeMessage/Error/Code", "AE", "a word"),
    ("negative", "Receipt/NegativeMessage/Error/Description", "x" * 513, "513 characters"),
    ("undelivered", "Receipt/NegativeVans/Error/Description", "", "nothing"),
    ("undelivered", "Receipt/NegativeVans/Error/Code", "-3", "a number below one"),
)


def envelope_mutants() -> Iterator[Mutant]:
    """All mutants of envelopes."""
    for path in _REQUIRED:
        yield _named(f"{path} is missing", drop(path), path)
    for path, text, wrong in _WRONG_TEXT:
        odd = "slip" in wrong
        yield _made(f"{path} holds {wrong}", put(path, text), Meant(f"{V}/{path}", lenient=odd))
    for path in _ORDER:
        yield _named(f"{path} stands after what follows it", swap(path), path)
    for path in _ONCE:
        yield _named(f"{path} stands twice", repeat(path), path)
    for kind, path in _RECEIPT_REQUIRED:
        yield _named(f"{path} is missing", drop(path), path, f"VANS {kind}")
    for kind, path, text, wrong in _RECEIPT_TEXT:
        yield _made(f"{path} holds {wrong}", put(path, text), Meant(f"{V}/{path}"), f"VANS {kind}")
    yield from _fields()
    yield from _receipts()
    yield from _labels()


def _named(name: str, edit: Edit, path: str, base: str = "VANS XDIS91") -> Mutant:
    parent, _, element = f"{V}/{path}".rpartition("/")
    return _made(name, edit, Meant(parent, says=rf"\b{element}\b"), base)


def _made(name: str, edit: Edit, meant: Meant, base: str = "VANS XDIS91") -> Mutant:
    return Mutant(name, "VANSEnvelope", base, edited(edit), meant)


def _raw(name: str, change: Callable[[bytes], bytes], meant: Meant, base: str = "VANS XDIS91") -> Mutant:
    return Mutant(name, "VANSEnvelope", base, change, meant)


def _fields() -> Iterator[Mutant]:
    yield _made(
        "the sender's kind of address is missing",
        attribute("SenderID", "EndPointType", None),
        Meant(f"{V}/SenderID"),
    )
    yield _made(
        "the sender is addressed by SOR", attribute("SenderID", "EndPointType", "SOR"), Meant(f"{V}/SenderID")
    )
    yield _made(
        "the receiver's kind of address is in small letters",
        attribute("ReceiverID", "EndPointType", "ean"),
        Meant(f"{V}/ReceiverID"),
    )
    yield _made(
        "the sender has an attribute more", attribute("SenderID", "Name", "PPR"), Meant(f"{V}/SenderID")
    )
    yield _made(
        "a service tag has no name",
        attribute(f"{TRANSPORT}/ServiceTag", "name", None),
        Meant(f"{V}/{TRANSPORT}/ServiceTag"),
    )
    yield _made(
        "a service tag's name is 71 characters long",
        attribute(f"{TRANSPORT}/ServiceTag", "name", "m" * 71),
        Meant(f"{V}/{TRANSPORT}/ServiceTag"),
    )
    yield _made(
        "there is a sixth service tag",
        repeat(f"{TRANSPORT}/ServiceTag", 6),
        Meant(f"{V}/{TRANSPORT}", says="ServiceTag"),
    )
    yield _made(
        "a GLN's check digit is wrong",
        put("ReceiverID", "5790009990025"),
        Meant(f"{V}/ReceiverID", "gln-modulus-10", lenient=True),
    )
    yield _made(
        "a GLN has twelve digits", put("ReceiverID", "579000999002"), Meant(f"{V}/ReceiverID", lenient=True)
    )
    yield _made(
        "there is a time at which the envelope was created",
        add_before("SentDateTime", "CreatedTimestamp", "2025-09-29T09:15:30"),
        Meant(V, says="CreatedTimestamp"),
    )
    yield _made(
        "an unknown element stands in the document",
        add(DOCUMENT, "Encoding", "UTF-8"),
        Meant(f"{V}/{DOCUMENT}", says="Encoding"),
    )
    yield _made("a message and a receipt stand together", add(".", "Receipt"), Meant(V, says="Receipt"))
    yield _made(
        "the root is called an acknowledgement",
        rename(".", "VANSEnvelopeAcknowledgement"),
        Meant(says="VANSEnvelope"),
    )
    yield _raw(
        "the namespace is that of an older version",
        everywhere(b"vans-envelope:1.0.4", b"vans-envelope:1.0.3"),
        Meant(V, says="namespace"),
    )
    yield _made(
        "the transport lacks its only required element",
        drop(f"{TRANSPORT}/TransformMessage"),
        Meant(f"{V}/{TRANSPORT}", says="TransformMessage"),
    )
    yield _made("the content is not base64", put("Message/Data", "%%%"), Meant(DATA))
    yield _raw("an illegal character stands in the content", replaced(b"<Data>", b"<Data>*"), Meant(DATA))
    yield _made("the content's padding is missing", _unpadded, Meant(DATA))
    yield _made(
        "the content is empty",
        both(put("Message/Data", ""), put(f"{DOCUMENT}/SizeInBytes", "0")),
        Meant(DATA),
    )
    yield _raw(
        "text stands between two elements", replaced(b"<SentDateTime>", b"now<SentDateTime>"), Meant(V)
    )
    yield _raw("the envelope ends too early", lambda raw: raw[: len(raw) // 2], Meant(rule="xml-.*"))


def _receipts() -> Iterator[Mutant]:
    positive, negative, lost = "VANS positive", "VANS negative", "VANS undelivered"
    inner = "Receipt/PositiveMessage"
    yield _made(
        "a positive receipt tells of an error",
        add(inner, "Error"),
        Meant(f"{V}/{inner}", says="Error"),
        positive,
    )
    yield _made("two receipts stand in one envelope", repeat(inner), Meant(f"{V}/Receipt"), positive)
    yield _made("the receipt holds nothing", drop(inner), Meant(f"{V}/Receipt"), positive)
    yield _made(
        "the receipt is of an unknown kind",
        rename(inner, "PositiveVans"),
        Meant(f"{V}/Receipt", says="PositiveVans"),
        positive,
    )
    yield _named(
        "the error stands after the identifier",
        swap("Receipt/NegativeMessage/Error"),
        "Receipt/NegativeMessage/Error",
        negative,
    )
    yield _named(
        "the code stands after the description",
        swap("Receipt/NegativeMessage/Error/Code"),
        "Receipt/NegativeMessage/Error/Code",
        negative,
    )
    yield _made(
        "two errors are named",
        repeat("Receipt/NegativeVans/Error"),
        Meant(f"{V}/Receipt/NegativeVans", says="Error"),
        lost,
    )
    yield _made(
        "the receipt's own id is that of the envelope it answers",
        put("EnvelopeIdentifier", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f2"),
        Meant(V, says="EnvelopeIdentifier", lenient=True),
        positive,
    )


# The label against the content --------------------------------------------------------------------------


def _unpadded(root: etree._Element) -> None:
    data = find(root, "Message/Data")
    text = (data.text or "").strip().rstrip("=")
    data.text = text if len(text) % 4 else text[:-1]


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


def _labels() -> Iterator[Mutant]:
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
    for name, base, edit, at in rows:
        says = "Version" if "missing" in name else "MIME" if "MIME" in name else ""
        lenient = "prefix" in name or "two parts" in name  # MedCom writes 2.0 elsewhere
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
