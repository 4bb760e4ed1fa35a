"""What a table cannot say of a VANSEnvelope: identifiers, sizes, base64, names, repetitions."""

from __future__ import annotations

import re

from lxml import etree

from mocks.identifiers import check_cvr, check_gln
from mocks.standards import safe_xml
from mocks.standards.findings import Finding
from mocks.standards.profiles.vans_envelope import NAMESPACE, SOURCE, walk
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.safe_xml import error, information, warning

_NS = f"{{{NAMESPACE}}}"
_GOVERNANCE = "MedCom governance for network envelopes"

#: A UUID as it should be; the schema's own pattern lets more through.
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def check_document(document: safe_xml.Document) -> list[Finding]:
    """Everything that is wrong with an envelope that has been parsed with ``cut=b"Data"``."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}VANSEnvelope":
        return [safe_xml.wrong_root(root, "vans-namespace", "VANSEnvelope", NAMESPACE, SOURCE)]
    walk(root, "VANSEnvelope", out)
    if document.encoding not in ("", "utf-8", "us-ascii"):
        out.append(
            warning(
                "vans-encoding",
                "VANSEnvelope",
                f"the envelope is in {document.encoding}; all known ones are in UTF-8",
                SOURCE,
                "Write the envelope in UTF-8; its content keeps its own encoding.",
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
            information(
                "vans-time-zone",
                "VANSEnvelope/SentDateTime",
                "the time has no offset and is taken for Danish local time",
                SOURCE,
                "Write the offset, as +01:00.",
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
        rule = "gln-modulus-10" if kind == "EAN" else "cvr-modulus-11"
        out.append(warning(rule, _path(node), wrong, "GS1 and CVR", "Use the number that SOR or CVR lists."))


def _check_identifier(node: etree._Element, seen: dict[str, str], out: list[Finding]) -> None:
    value, path = (node.text or "").strip(), _path(node)
    if value and UUID.fullmatch(value) is None:
        out.append(
            warning(
                "vans-uuid",
                path,
                f"{value[:40]!r} is not a UUID of hexadecimal digits; the schema's pattern is wider",
                SOURCE,
                "Draw a version 4 UUID and write it with dashes.",
            )
        )
    if value and value in seen:
        out.append(
            warning(
                "vans-identifier-reused",
                path,
                f"the same identifier stands in {seen[value]}",
                "MedCom governance for reliable messaging",
                "Envelope and message have identifiers of their own; none is ever used again.",
            )
        )
    seen.setdefault(value, path)


def _check_label(meta: etree._Element, path: str, out: list[Finding]) -> None:
    name = meta.findtext(f"{_NS}Document/{_NS}Name") or ""
    if name and not name.startswith("MCM:"):
        out.append(
            warning(
                "vans-name-prefix",
                f"{path}/Document/Name",
                f"the name {name[:60]!r} lacks the prefix MCM:",
                _GOVERNANCE,
                f"Write MCM:{name[:60]}.",
            )
        )
    tags = [tag.get("name") or "" for tag in meta.iter(f"{_NS}ServiceTag")]
    for twice in sorted({tag for tag in tags if tags.count(tag) > 1}):
        out.append(
            warning(
                "vans-duplicate-tag",
                f"{path}/Transport/ServiceTag",
                f"the ServiceTag {twice[:70]!r} stands more than once",
                SOURCE,
                "Give each name once.",
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
        out.append(
            error(
                "vans-base64", path, str(reason), SOURCE, "Encode the whole message in base64, with padding."
            )
        )
        return
    if not data:
        out.append(error("vans-empty", path, "the envelope is empty", SOURCE, "Put a message into it."))
    size = (message.findtext(f"{_NS}MetaInformation/{_NS}Document/{_NS}SizeInBytes") or "").strip()
    if re.fullmatch(r"[+-]?\d{1,12}", size, re.ASCII) and int(size) != len(data):
        out.append(
            error(
                "vans-size",
                "VANSEnvelope/Message/MetaInformation/Document/SizeInBytes",
                f"SizeInBytes says {int(size)}, and the content is {len(data)} bytes",
                SOURCE,
                "Count the bytes of the message before base64.",
            )
        )
