"""What a table cannot say of a VANSEnvelope: identifiers, sizes, base64, names, repetitions."""

from __future__ import annotations

import re

from lxml import etree

from mocks.identifiers import check_cvr, check_gln
from mocks.standards import safe_xml
from mocks.standards.findings import MOST_FINDINGS, Finding, Severity
from mocks.standards.profiles.oioxml_rules import GLN
from mocks.standards.profiles.vans_envelope import NAMESPACE, SOURCE, walk
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.rule import Rule

_NS = f"{{{NAMESPACE}}}"
_GOVERNANCE = "MedCom governance for network envelopes"

WRONG_NAMESPACE = Rule(
    id="vans-namespace",
    statement="An envelope is VANSEnvelope in the namespace of version 1.0.4.",
    source=SOURCE,
    mend=f'Start the document with <VANSEnvelope xmlns="{NAMESPACE}">.',
)
ENCODING = Rule(
    id="vans-encoding",
    statement="An envelope is written in UTF-8.",
    source=SOURCE,
    mend="Write the envelope in UTF-8; its content keeps its own encoding.",
    severity=Severity.WARNING,
)
TIME_ZONE = Rule(
    id="vans-time-zone",
    statement="SentDateTime has an offset; without one it is taken for Danish local time.",
    source=SOURCE,
    mend="Write the offset, as +01:00.",
    severity=Severity.INFORMATION,
    example="2025-09-29T09:00:00+02:00",
)
UUID_FORM = Rule(
    id="vans-uuid",
    statement="The identifiers of envelope and message are UUIDs of hexadecimal digits.",
    source=SOURCE,
    mend="Draw a version 4 UUID and write it with dashes.",
    severity=Severity.WARNING,
    example="6e8bc430-9c3a-11d9-9669-0800200c9a66",
)
IDENTIFIER_REUSED = Rule(
    id="vans-identifier-reused",
    statement="Envelope and message have identifiers of their own, and none is ever used again.",
    source="MedCom governance for reliable messaging",
    mend="Envelope and message have identifiers of their own; none is ever used again.",
    severity=Severity.WARNING,
)
NAME_PREFIX = Rule(
    id="vans-name-prefix",
    statement="The name of a document starts with MCM:.",
    source=_GOVERNANCE,
    mend="Write MCM: and the type.",
    severity=Severity.WARNING,
    example="MCM:XDIS91",
)
DUPLICATE_TAG = Rule(
    id="vans-duplicate-tag",
    statement="A ServiceTag of one name stands once.",
    source=SOURCE,
    mend="Give each name once.",
    severity=Severity.WARNING,
)
BASE64 = Rule(
    id="vans-base64",
    statement="Data is the whole message in base64, with padding.",
    source=SOURCE,
    mend="Encode the whole message in base64, with padding.",
)
EMPTY = Rule(
    id="vans-empty",
    statement="Data is not empty.",
    source=SOURCE,
    mend="Put a message into it.",
)
SIZE = Rule(
    id="vans-size",
    statement="SizeInBytes is the number of bytes of the message before base64.",
    source=SOURCE,
    mend="Count the bytes of the message before base64.",
    example="<SizeInBytes>2800</SizeInBytes> where the XML inside, decoded, has 2800 bytes",
)
CVR = Rule(
    id="cvr-modulus-11",
    statement="A CVR number has eight digits and a right check digit.",
    source="CVR",
    mend="Use the number that CVR lists.",
    severity=Severity.WARNING,
)
UNREADABLE = Rule(
    id="vans-unreadable",
    statement="An envelope without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of envelopes",
    mend="Report it, with the envelope.",
)
RULES: tuple[Rule, ...] = (
    WRONG_NAMESPACE,
    ENCODING,
    TIME_ZONE,
    UUID_FORM,
    IDENTIFIER_REUSED,
    NAME_PREFIX,
    DUPLICATE_TAG,
    BASE64,
    EMPTY,
    SIZE,
    CVR,
    UNREADABLE,
)

#: A UUID as it should be; the schema's own pattern lets more through.
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def check_document(document: safe_xml.Document) -> list[Finding]:
    """Everything that is wrong with an envelope that has been parsed with ``cut=b"Data"``."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}VANSEnvelope":
        return [safe_xml.wrong_root(root, WRONG_NAMESPACE.id, "VANSEnvelope", NAMESPACE, SOURCE)]
    walk(document, out)
    if len(out) > MOST_FINDINGS:
        return out
    if document.encoding not in ("", "utf-8", "us-ascii"):
        out.append(
            ENCODING.at(
                "VANSEnvelope", f"the envelope is in {document.encoding}; all known ones are in UTF-8"
            )
        )
    for node in root.iter(f"{_NS}SenderID", f"{_NS}ReceiverID"):
        _check_endpoint(node, out)
    seen: dict[str, str] = {}
    for node in root.iter(f"{_NS}EnvelopeIdentifier", f"{_NS}Identifier", f"{_NS}OriginalEnvelopeIdentifier"):
        _check_identifier(node, seen, out)
    sent = (root.findtext(f"{_NS}SentDateTime") or "").strip()
    if len(sent) == 19:
        out.append(
            TIME_ZONE.at(
                "VANSEnvelope/SentDateTime", "the time has no offset and is taken for Danish local time"
            )
        )
    for meta in root.iter(f"{_NS}MetaInformation", f"{_NS}OriginalMessage"):
        _check_label(meta, _path(meta), out)
    if (message := root.find(f"{_NS}Message")) is not None:
        _check_data(message, document.data, out)
    return out


def _path(node: etree._Element) -> str:
    names = [node.tag.removeprefix(_NS)]
    names += [above.tag.removeprefix(_NS) for above in node.iterancestors()]
    return "/".join(reversed(names))


def _check_endpoint(node: etree._Element, out: list[Finding]) -> None:
    kind, value = node.get("EndPointType"), (node.text or "").strip()
    wrong = check_gln(value) if kind == "EAN" else check_cvr(value) if kind == "CVR" else None
    if wrong and value:
        rule = GLN if kind == "EAN" else CVR
        out.append(rule.at(_path(node), wrong))


def _check_identifier(node: etree._Element, seen: dict[str, str], out: list[Finding]) -> None:
    value, path = (node.text or "").strip(), _path(node)
    if value and UUID.fullmatch(value) is None:
        out.append(
            UUID_FORM.at(
                path, f"{value[:40]!r} is not a UUID of hexadecimal digits; the schema's pattern is wider"
            )
        )
    if value and value in seen:
        out.append(IDENTIFIER_REUSED.at(path, f"the same identifier stands in {seen[value]}"))
    seen.setdefault(value, path)


def _check_label(meta: etree._Element, path: str, out: list[Finding]) -> None:
    name = meta.findtext(f"{_NS}Document/{_NS}Name") or ""
    if name and not name.startswith("MCM:"):
        out.append(
            NAME_PREFIX.at(
                f"{path}/Document/Name",
                f"the name {name[:60]!r} lacks the prefix MCM:",
                f"Write MCM:{name[:60]}.",
            )
        )
    tags = [tag.get("name") or "" for tag in meta.iter(f"{_NS}ServiceTag")]
    for twice in sorted({tag for tag in tags if tags.count(tag) > 1}):
        out.append(
            DUPLICATE_TAG.at(
                f"{path}/Transport/ServiceTag", f"the ServiceTag {twice[:70]!r} stands more than once"
            )
        )


def _check_data(message: etree._Element, cut: bytes | None, out: list[Finding]) -> None:
    node = message.find(f"{_NS}Data")
    if node is None:
        return
    path = "VANSEnvelope/Message/Data"
    try:
        data = decode_base64(cut if cut is not None else (node.text or "").encode("utf-8"))
    except ValueError as reason:
        out.append(BASE64.at(path, str(reason)))
        return
    if not data:
        out.append(EMPTY.at(path, "the envelope is empty"))
    size = (message.findtext(f"{_NS}MetaInformation/{_NS}Document/{_NS}SizeInBytes") or "").strip()
    if re.fullmatch(r"[+-]?\d{1,12}", size, re.ASCII) and int(size) != len(data):
        out.append(
            SIZE.at(
                "VANSEnvelope/Message/MetaInformation/Document/SizeInBytes",
                f"SizeInBytes says {int(size)}, and the content is {len(data)} bytes",
            )
        )
