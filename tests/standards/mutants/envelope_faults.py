"""Single faults in VANSEnvelope 1.0.4: its fields, its receipts."""

from __future__ import annotations

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


def _unpadded(root: etree._Element) -> None:
    data = find(root, "Message/Data")
    text = (data.text or "").strip().rstrip("=")
    data.text = text if len(text) % 4 else text[:-1]
