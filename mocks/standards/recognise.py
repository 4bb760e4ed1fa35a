"""Which standard a message is of, and everything that is wrong with it.

``recognise`` looks at the root of the document (for FHIR, at the event of its MessageHeader).
``check_bytes`` checks by the standard it finds. It opens a VANSEnvelope, checks its content as well, and
compares the label with the content.
"""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from mocks.errors import Malformed
from mocks.standards import acknowledgement, care_communication, fhir_bundle, fhir_xml, safe_xml
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import vans_rules, xctl_rules, xdis91_rules
from mocks.standards.profiles.vans_content import Content, check_label, of_fhir
from mocks.standards.profiles.vans_envelope import NAMESPACE as VANS
from mocks.standards.profiles.xctl import RECEIPTS
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.rule import Rule

_SOURCE = "tvaers: standards that are covered"
CONTENT = Rule(
    id="vans-content",
    statement="The content of an envelope is the message that its label names, and no envelope again.",
    source=_SOURCE,
    mend="Send the message that the label names, complete.",
)
UNCHECKED = Rule(
    id="vans-content-unchecked",
    statement="Content of a standard that is not covered is not checked: only its envelope is.",
    source=_SOURCE,
    severity=Severity.WARNING,
)
UNRECOGNISED = Rule(
    id="unrecognised",
    statement="A document is of a standard that is covered.",
    source=_SOURCE,
    mend="Check type, version and namespace of the message.",
)
JSON_SIZE = Rule(
    id="json-size",
    statement="A document in JSON has at most 100 MiB.",
    source=_SOURCE,
    mend="Send large attachments apart, or as a reference.",
)
JSON_WELL_FORMED = Rule(
    id="json-wellformed",
    statement="A document in JSON is complete and well-formed.",
    source=_SOURCE,
    mend="Send a complete JSON document in UTF-8.",
)
RULES: tuple[Rule, ...] = (CONTENT, UNCHECKED, UNRECOGNISED, JSON_SIZE, JSON_WELL_FORMED)
_FHIR = "{http://hl7.org/fhir}"
_COVERED = "VANSEnvelope, XDIS91, XCTL01-03, CareCommunication and Acknowledgement"
UNKNOWN = "unknown"
#: MedCom publishes a message without content among the examples of Acknowledgement; it has rules too.
EMPTY = "EmptyMessage"
_DATA = "VANSEnvelope/Message/Data"


class Recognised(msgspec.Struct, frozen=True):
    """``standard`` is VANSEnvelope, XDIS91, XCTL01, XCTL02, XCTL03, CareCommunication, Acknowledgement,
    EmptyMessage or ``unknown``; ``version`` is the one that the document claims (``XD9134L``, ``5.0``), or empty."""

    standard: str
    version: str


class Checked(msgspec.Struct, frozen=True):
    """What a message is and what is wrong with it. It conforms when no finding is an error."""

    standard: str
    version: str
    findings: list[Finding]


class _Opened(msgspec.Struct, frozen=True):
    """A document after one look: what it is, its tree if it is XML, or why it could not be read."""

    found: Recognised
    document: safe_xml.Document | None = None
    content: Content | None = None
    refused: tuple[Finding, ...] = ()


def recognise(raw: bytes) -> Recognised:
    """What ``raw`` is. Never an error: what cannot be read or is not known is ``unknown``."""
    return _open(raw).found


def check_bytes(raw: bytes) -> Checked:
    """What ``raw`` is and all that is wrong with it. Never an error: unreadable is a finding too."""
    opened = _open(raw)
    found, document = opened.found, opened.document
    if found.standard == UNKNOWN:
        findings = list(opened.refused) or [_unrecognised(raw, document)]
    else:
        findings = _findings(raw, opened)
        if found.standard == "VANSEnvelope" and document is not None:
            findings = findings + _check_content(document)
    return Checked(found.standard, found.version, findings)


def _findings(raw: bytes, opened: _Opened) -> list[Finding]:
    standard, document = opened.found.standard, opened.document
    if standard == "CareCommunication":
        return care_communication.check(raw)
    if standard in ("Acknowledgement", EMPTY):
        return acknowledgement.check(raw)
    assert document is not None
    if standard == "VANSEnvelope":
        return vans_rules.check_document(document)
    if standard == "XDIS91":
        return xdis91_rules.check_document(document)
    return xctl_rules.check_document(document)


# The envelope's content -------------------------------------------------------------------------------


def _check_content(envelope: safe_xml.Document) -> list[Finding]:
    data = envelope.root.find(f"{{{VANS}}}Message/{{{VANS}}}Data")
    if data is None:
        return []
    raw = envelope.data if envelope.data is not None else (data.text or "").encode("utf-8")
    try:
        inner = decode_base64(raw)
    except ValueError:
        return []  # a finding of the envelope already
    if not inner:
        return []
    opened = _open(inner)
    if opened.content is None:
        return [_unlabelled(envelope.root, opened)]
    findings = [
        msgspec.structs.replace(finding, path=f"{_DATA} > {finding.path}".rstrip())
        for finding in _findings(inner, opened)
    ]
    return check_label(envelope.root, opened.content) + findings


def _unlabelled(root: etree._Element, opened: _Opened) -> Finding:
    """The content is none of ours: an error if the label says that it is, or if it is an envelope again."""
    meta = f"{{{VANS}}}Message/{{{VANS}}}MetaInformation/{{{VANS}}}Document/{{{VANS}}}"
    name = (root.findtext(f"{meta}Name") or "").strip()
    kind = name.removeprefix("MCM:").partition("#")[0]
    why = opened.refused[0].message if opened.refused else "it is of another standard"
    if opened.found.standard == "VANSEnvelope":
        text = "the envelope holds another envelope"
        return CONTENT.at(_DATA, text, "Put the message itself into the envelope.")
    if kind in _LABELS or (root.findtext(f"{meta}Format") or "").strip() == "HL7":
        text = f"the content is not what the name {name[:60]!r} says: {why}"
        return CONTENT.at(_DATA, text)
    text = f"the content ({name[:60]!r}) is not checked: {why}"
    return UNCHECKED.at(_DATA, text, f"Checked are {_COVERED}.")


_LABELS = frozenset({"XDIS91", "FDIS91", "FCTL", "XCTL", *(kind for kind, _ in RECEIPTS.values())})


def _unrecognised(raw: bytes, document: safe_xml.Document | None) -> Finding:
    if document is not None:
        name = etree.QName(document.root)
        what = f"{name.localname} in namespace {name.namespace or '(none)'}"
    elif raw[:3] in (b"UNA", b"UNB"):
        what = "an EDIFACT interchange"
    elif raw.lstrip()[:1] == b"{":
        what = "JSON, and no FHIR message with an event that is known here"
    else:
        what = "something else"
    text = f"the document is {what}; checked are {_COVERED}"
    return UNRECOGNISED.at("", text)


# One look ---------------------------------------------------------------------------------------------


def _open(raw: bytes) -> _Opened:
    if raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _open_json(raw)
    if raw[:3] in (b"UNA", b"UNB"):
        return _Opened(Recognised(UNKNOWN, ""))
    try:
        document = safe_xml.parse(raw, cut=b"Data")
    except Malformed as refused:
        return _Opened(Recognised(UNKNOWN, ""), refused=refused.findings)
    root = document.root
    name, tag = etree.QName(root), root.tag
    local, namespace = name.localname, name.namespace or ""
    if local == "VANSEnvelope":
        return _Opened(Recognised("VANSEnvelope", namespace.rpartition(":")[2]), document)
    if local == "Emessage":
        return _open_emessage(document)
    if tag == f"{_FHIR}Bundle":
        try:
            tree = fhir_xml.read(raw)
        except Malformed as refused:
            return _Opened(Recognised(UNKNOWN, ""), document, refused=refused.findings)
        return _opened_fhir(tree, "application/fhir+xml", document)
    return _Opened(Recognised(UNKNOWN, ""), document)


def _open_json(raw: bytes) -> _Opened:
    if len(raw) > safe_xml.MAX_BYTES:
        text = f"the document is {len(raw)} bytes; the limit is {safe_xml.MAX_BYTES}"
        return _Opened(Recognised(UNKNOWN, ""), refused=(JSON_SIZE.at("", text),))
    try:
        tree = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as reason:
        text = f"this is not JSON: {reason}"
        return _Opened(Recognised(UNKNOWN, ""), refused=(JSON_WELL_FORMED.at("", text),))
    return _opened_fhir(tree, "application/fhir+json", None)


def _opened_fhir(tree: dict[str, Any], mime: str, document: safe_xml.Document | None) -> _Opened:
    bundle = tree.get("resourceType") == "Bundle"
    if bundle and fhir_bundle.event_code(tree) == "empty-message":
        return _Opened(Recognised(EMPTY, ""), document)
    content = of_fhir(tree, mime) if bundle else None
    if content is None:
        return _Opened(Recognised(UNKNOWN, ""), document)
    return _Opened(Recognised(content.standard, content.version), document, content)


def _open_emessage(document: safe_xml.Document) -> _Opened:
    """A letter or a receipt, of whatever version: the namespace changes with it."""
    for child in document.root:
        local = etree.QName(child).localname
        if local != "ClinicalEmail" and local not in RECEIPTS:
            continue
        namespace = f"{{{etree.QName(child).namespace or ''}}}"
        version = (child.findtext(f"{namespace}Letter/{namespace}VersionCode") or "").strip()
        standard = "XDIS91" if local == "ClinicalEmail" else RECEIPTS[local][0]
        content = Content(
            standard=standard,
            version=version,
            types=("XDIS91",) if local == "ClinicalEmail" else (standard, "XCTL"),
            sender=(child.findtext(f"{namespace}Sender/{namespace}EANIdentifier") or "").strip(),
            receivers=((child.findtext(f"{namespace}Receiver/{namespace}EANIdentifier") or "").strip(),),
        )
        return _Opened(Recognised(standard, version), document, content)
    return _Opened(Recognised(UNKNOWN, ""), document)
