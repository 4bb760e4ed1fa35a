"""Which standard a message is of, and everything that is wrong with it.

``recognise`` looks where a message says what it is: the root of an XML document, the letter in an
Emessage, the event of a FHIR message, the type of an EDIFACT message. ``check_bytes`` checks by the row of
``covered.STANDARDS`` that it finds. It opens a VANSEnvelope, checks its content as well, and compares the
label with the content.
"""

from __future__ import annotations

import re

import msgspec
from lxml import etree

from mocks.errors import Malformed
from mocks.standards import fhir_xml, safe_xml
from mocks.standards.covered import BY_MARK, STANDARDS, Carrier, Mark, Opened, Standard
from mocks.standards.fhir_bundle import MIME_JSON, MIME_XML, Tree
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.vans_content import check_label, event_of, profiles_of, version_of
from mocks.standards.profiles.vans_envelope import NAMESPACE as VANS
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
_COVERED = ", ".join(row.name for row in STANDARDS)
UNKNOWN = "unknown"
_DATA = "VANSEnvelope/Message/Data"


class Recognised(msgspec.Struct, frozen=True):
    """``standard`` is the name of a row of ``covered.STANDARDS`` or ``unknown``; ``version`` is the one that
    the document claims (``XD9134L``, ``5.0``), or empty."""

    standard: str
    version: str


class Checked(msgspec.Struct, frozen=True):
    """What a message is and what is wrong with it. It conforms when no finding is an error.

    ``content`` is what lies in an envelope that could be opened.
    """

    standard: str
    version: str
    findings: list[Finding]
    content: Recognised | None = None


class _Look(msgspec.Struct, frozen=True):
    """A document after one look: the row that covers it, or why it could not be read."""

    opened: Opened
    row: Standard | None = None
    refused: tuple[Finding, ...] = ()

    @property
    def found(self) -> Recognised:
        return Recognised(self.row.name, self.opened.version) if self.row else Recognised(UNKNOWN, "")


def recognise(raw: bytes) -> Recognised:
    """What ``raw`` is. Never an error: what cannot be read or is not known is ``unknown``."""
    return _look(raw).found


def check_bytes(raw: bytes) -> Checked:
    """What ``raw`` is and all that is wrong with it. Never an error: unreadable is a finding too."""
    look = _look(raw)
    found, content = look.found, None
    if look.row is None:
        findings = list(look.refused) or [_unrecognised(look.opened)]
    else:
        findings = look.row.check(look.opened)
        if found.standard == "VANSEnvelope" and look.opened.document is not None:
            inside, content = _check_content(look.opened.document)
            findings = findings + inside
    return Checked(found.standard, found.version, findings, content)


# The envelope's content -------------------------------------------------------------------------------


def _check_content(envelope: safe_xml.Document) -> tuple[list[Finding], Recognised | None]:
    data = envelope.root.find(f"{{{VANS}}}Message/{{{VANS}}}Data")
    if data is None:
        return [], None
    raw = envelope.data if envelope.data is not None else (data.text or "").encode("utf-8")
    try:
        inner = decode_base64(raw)
    except ValueError:
        return [], None  # a finding of the envelope already
    if not inner:
        return [], None
    look = _look(inner)
    if look.row is None or look.row.label is None:
        return [_unlabelled(envelope.root, look)], look.found
    findings = [
        msgspec.structs.replace(finding, path=f"{_DATA} > {finding.path}".rstrip())
        for finding in look.row.check(look.opened)
    ]
    return check_label(envelope.root, look.row.label(look.opened)) + findings, look.found


def _unlabelled(root: etree._Element, look: _Look) -> Finding:
    """The content is none of ours: an error if the label says that it is, or if it is an envelope again."""
    meta = f"{{{VANS}}}Message/{{{VANS}}}MetaInformation/{{{VANS}}}Document/{{{VANS}}}"
    name = (root.findtext(f"{meta}Name") or "").strip()
    kind = name.removeprefix("MCM:").partition("#")[0]
    why = look.refused[0].message if look.refused else "it is of another standard"
    if look.found.standard == "VANSEnvelope":
        text = "the envelope holds another envelope"
        return CONTENT.at(_DATA, text, "Put the message itself into the envelope.")
    if kind in _LABELS or (root.findtext(f"{meta}Format") or "").strip() == "HL7":
        text = f"the content is not what the name {name[:60]!r} says: {why}"
        return CONTENT.at(_DATA, text)
    text = f"the content ({name[:60]!r}) is not checked: {why}"
    return UNCHECKED.at(_DATA, text, f"Checked are {_COVERED}.")


#: Names on labels that promise one of the covered standards.
_LABELS = frozenset(kind for row in STANDARDS for kind in row.kinds)


def _unrecognised(opened: Opened) -> Finding:
    if opened.document is not None:
        name = etree.QName(opened.document.root)
        what = f"{name.localname} in namespace {name.namespace or '(none)'}"
    elif opened.raw[:3] in (b"UNA", b"UNB"):
        what = "an EDIFACT interchange"
    elif opened.raw.lstrip()[:1] == b"{":
        what = "JSON, and no FHIR message with an event that is known here"
    else:
        what = "something else"
    text = f"the document is {what}; checked are {_COVERED}"
    return UNRECOGNISED.at("", text)


# One look ---------------------------------------------------------------------------------------------


def _look(raw: bytes) -> _Look:
    if raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _look_at_json(raw)
    if raw[:3] in (b"UNA", b"UNB"):
        return _look_at_edifact(raw)
    try:
        document = safe_xml.parse(raw, cut=b"Data")
    except Malformed as refused:
        return _Look(Opened(raw=raw), refused=refused.findings)
    return _look_at_xml(raw, document)


def _look_at_xml(raw: bytes, document: safe_xml.Document) -> _Look:
    root = document.root
    local, namespace = etree.QName(root).localname, etree.QName(root).namespace or ""
    if local == "Emessage":
        return _look_at_letter(raw, document)
    if root.tag == f"{_FHIR}Bundle":
        try:
            tree = fhir_xml.read(raw)
        except Malformed as refused:
            return _Look(Opened(raw=raw, document=document), refused=refused.findings)
        return _look_at_fhir(Opened(raw=raw, document=document, tree=tree, mime=MIME_XML))
    row = _row(Carrier.ROOT, local, namespace)
    return _Look(Opened(raw=raw, document=document, version=namespace.rpartition(":")[2]), row)


def _look_at_letter(raw: bytes, document: safe_xml.Document) -> _Look:
    """A letter or a receipt, of whatever version: the namespace changes with it."""
    for child in document.root:
        name = etree.QName(child)
        row = _row(Carrier.LETTER, name.localname, name.namespace or "")
        if row is None:
            continue
        inside = f"{{{name.namespace or ''}}}"
        opened = Opened(
            raw=raw,
            version=(child.findtext(f"{inside}Letter/{inside}VersionCode") or "").strip(),
            document=document,
            letter=child,
            sender=(child.findtext(f"{inside}Sender/{inside}EANIdentifier") or "").strip(),
            receiver=(child.findtext(f"{inside}Receiver/{inside}EANIdentifier") or "").strip(),
        )
        return _Look(opened, row)
    return _Look(Opened(raw=raw, document=document))


def _look_at_json(raw: bytes) -> _Look:
    if len(raw) > safe_xml.MAX_BYTES:
        text = f"the document is {len(raw)} bytes; the limit is {safe_xml.MAX_BYTES}"
        return _Look(Opened(raw=raw), refused=(JSON_SIZE.at("", text),))
    try:
        tree = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as reason:
        text = f"this is not JSON: {reason}"
        return _Look(Opened(raw=raw), refused=(JSON_WELL_FORMED.at("", text),))
    return _look_at_fhir(Opened(raw=raw, tree=tree, mime=MIME_JSON))


def _look_at_fhir(opened: Opened) -> _Look:
    """Judged by the event of the MessageHeader, or, where that is broken, by the profile of the Bundle."""
    tree: Tree = opened.tree or {}
    if tree.get("resourceType") != "Bundle":
        return _Look(opened)
    row = _row(Carrier.EVENT, event_of(tree))
    for profile in profiles_of(tree):
        row = row or _row(Carrier.PROFILE, profile)
    if row is None:
        return _Look(opened)
    version = version_of(tree) if row.label is None else row.label(opened).version
    return _Look(msgspec.structs.replace(opened, version=version), row)


_SERVICE_STRING = b":+.? '"
_HEAD = 4096


def _look_at_edifact(raw: bytes) -> _Look:
    """The first UNH says what the interchange holds; UNB says who sends it to whom."""
    component, element, _, release, _, end = (
        (raw[at : at + 1] for at in range(3, 9))
        if raw[:3] == b"UNA"
        else (bytes([c]) for c in _SERVICE_STRING)
    )
    head = raw[9:_HEAD] if raw[:3] == b"UNA" else raw[:_HEAD]
    unescaped = b"(?<!" + re.escape(release) + b")"
    parties: list[str] = ["", ""]
    for segment in re.split(unescaped + re.escape(end), head):
        elements = [
            [part.decode("latin-1") for part in re.split(unescaped + re.escape(component), each)]
            for each in re.split(unescaped + re.escape(element), segment.strip())
        ]
        if elements[0] == ["UNB"]:
            parties = [each[0] for each in elements[2:4]] + ["", ""]
        elif elements[0] == ["UNH"]:
            version = elements[2][4] if len(elements) > 2 and len(elements[2]) > 4 else ""
            kind = elements[3][0] if len(elements) > 3 else ""
            opened = Opened(raw=raw, version=version, sender=parties[0], receiver=parties[1])
            return _Look(opened, _row(Carrier.TYPE, kind))
    return _Look(Opened(raw=raw))


def _row(carrier: Carrier, key: str, namespace: str = "") -> Standard | None:
    """The row with that mark in the namespace, or with that mark in any."""
    return BY_MARK.get(Mark(carrier, key, namespace)) or BY_MARK.get(Mark(carrier, key))
