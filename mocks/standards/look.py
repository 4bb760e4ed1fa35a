"""One look at a document: which standard it is of, or what else it is.

Looked at is where a message says what it is: the root of an XML document, the letter in an Emessage, the
event of a FHIR message, the type of an EDIFACT message, the templates of a clinical document. The rows of
``covered.STANDARDS`` decide.
"""

from __future__ import annotations

import re
from itertools import islice

import msgspec
from lxml import etree

from mocks.errors import Malformed
from mocks.standards import fhir_form as form
from mocks.standards import fhir_xml, safe_xml
from mocks.standards.appearance import Form, appearance
from mocks.standards.covered import BY_MARK, CUTS, NAMED, STANDARDS, Carrier, Mark, Opened, Standard
from mocks.standards.edifact.check import check as check_edifact
from mocks.standards.fhir_bundle import MIME_JSON, MIME_XML, Tree, parse
from mocks.standards.fhir_xml_form import form_findings
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import apd, apd_rules
from mocks.standards.profiles.vans_content import event_of, profiles_of, version_of
from mocks.standards.rule import Rule

_SOURCE = "tvaers: standards that are covered"
UNRECOGNISED = Rule(
    id="unrecognised",
    statement="A document is of a standard that is covered.",
    source=_SOURCE,
    mend="Check type, version and namespace of the message.",
)
NO_RULES = Rule(
    id="standard-unchecked",
    statement="A message of a standard that is known here by name only is not checked.",
    source=_SOURCE,
    mend="Have it checked by another tool; a pass here would mean nothing.",
    severity=Severity.INFORMATION,
)
RULES: tuple[Rule, ...] = (UNRECOGNISED, NO_RULES)
_BUNDLE = "{http://hl7.org/fhir}Bundle"
COVERED = ", ".join(row.name for row in STANDARDS)
UNKNOWN = "unknown"


class Recognised(msgspec.Struct, frozen=True):
    """``standard`` is the name of a row of ``covered.STANDARDS``, what a message of another standard calls
    itself (``XDIS20``), or ``unknown``; ``version`` is the one that the document claims (``XD9134L``,
    ``5.0``), or empty."""

    standard: str
    version: str


class Look(msgspec.Struct, frozen=True):
    """A document after one look: the row that covers it, or what else is known of it.

    ``refused`` is why it could not be read, ``name`` what a message without a row calls itself, ``foreign``
    what it is if it is no message.
    """

    opened: Opened
    row: Standard | None = None
    refused: tuple[Finding, ...] = ()
    name: str = ""
    foreign: str = ""

    @property
    def found(self) -> Recognised:
        name = self.row.name if self.row else self.name
        return Recognised(name, self.opened.version) if name else Recognised(UNKNOWN, "")

    @property
    def findings(self) -> list[Finding]:
        """What there is to say of a document that no row covers."""
        if self.refused:
            return list(self.refused)
        if self.unchecked:
            return [NO_RULES.at("", f"{self.unchecked}; checked are {COVERED}")]
        return [UNRECOGNISED.at("", f"the document is {self.foreign}; checked are {COVERED}")]

    @property
    def unchecked(self) -> str:
        """Why a message that is recognised is not checked; empty for all others."""
        if self.row or not self.name:
            return ""
        return f"there are no rules for {self.name[:40]} here"


def look_at(raw: bytes) -> Look:
    seen = appearance(raw)
    if seen.form is Form.JSON:
        return _look_at_json(raw)
    if seen.form is Form.EDIFACT:
        return _look_at_edifact(raw)
    if seen.form is Form.OTHER:
        text = f"the document is {seen.what}; checked are {COVERED}"
        return Look(
            Opened(raw=raw),
            refused=(UNRECOGNISED.at("", text, seen.mend),),
            foreign=seen.what if seen.foreign else "",
        )
    return _look_at_xml(raw)


#: From this size on the root is looked at before the document is read, which may take seconds.
_LARGE = 65_536


def _look_at_xml(raw: bytes) -> Look:
    root = safe_xml.root_of(raw) if len(raw) > _LARGE else ""
    if root == _BUNDLE:
        return _look_at_bundle(raw, None)
    if root and (local := etree.QName(root).localname) != "Emessage":
        space = etree.QName(root).namespace or ""
        if _row(Carrier.ROOT, local, space) is None:
            return _look_at_other(Opened(raw=raw), local, space)
    try:
        document = safe_xml.parse(raw, cut=CUTS)
    except Malformed as refused:
        return Look(Opened(raw=raw), refused=refused.findings)
    local, space = etree.QName(document.root).localname, etree.QName(document.root).namespace or ""
    if local == "Emessage":
        return _look_at_letter(raw, document)
    if document.root.tag == _BUNDLE:
        return _look_at_bundle(raw, document)
    if space == apd.NAMESPACE and local == "ClinicalDocument":
        return _look_at_clinical(raw, document)
    if row := _row(Carrier.ROOT, local, space):
        return Look(Opened(raw=raw, document=document, version=space.rpartition(":")[2]), row)
    return _look_at_other(Opened(raw=raw, document=document), local, space)


def _look_at_clinical(raw: bytes, document: safe_xml.Document) -> Look:
    """A document in HL7 CDA: which one, its templates say."""
    version = apd_rules.version_of(document.root)
    if version == apd.VERSION_1:  # its templates and codes are others, and nobody publishes its rules
        return Look(Opened(raw=raw, document=document), name=f"APD {version}")
    opened = Opened(raw=raw, document=document, version=version)
    for node in islice(document.root.iter(f"{{{apd.NAMESPACE}}}templateId"), _MOST_TEMPLATES):
        if row := _row(Carrier.TEMPLATE, node.get("root", "")):
            return Look(opened, row)
    return Look(opened, foreign="a clinical document (HL7 CDA) of another kind than those covered")


#: A document says at its start what it is; a long one has hundreds of templates.
_MOST_TEMPLATES = 100


def _look_at_bundle(raw: bytes, document: safe_xml.Document | None) -> Look:
    try:
        tree = fhir_xml.read(raw) if document is None else fhir_xml.from_root(document.root)
    except Malformed as refused:
        return Look(Opened(raw=raw), refused=refused.findings)
    remarks = () if document is None else tuple(form_findings(document.root, document.encoding))
    return _look_at_fhir(Opened(raw=raw, tree=tree, mime=MIME_XML, remarks=remarks))


def _look_at_other(opened: Opened, local: str, space: str) -> Look:
    """No letter, no envelope, no bundle; but perhaps one that is misspelt."""
    if name := NAMED.get((local, space)):
        return Look(opened, name=name)
    what = f"XML, with the root {local[:60]} in namespace {space[:100] or '(none)'}"
    if space.startswith(_OURS):
        text = f"the document is {what}, which is no message; checked are {COVERED}"
        return Look(opened, refused=(UNRECOGNISED.at(local[:60], text),))
    return Look(opened, foreign=what)


#: Namespaces of messages: a document in one of them is a message, if only a broken one.
_OURS = ("urn:oio:medcom:", "http://rep.oio.dk/medcom.dk/", "http://rep.oio.dk/sundcom.dk/medcom.dk/")


def _look_at_letter(raw: bytes, document: safe_xml.Document) -> Look:
    """A letter or a receipt, of whatever version: the namespace changes with it.

    Where its element is unknown, the type that it gives itself counts, so that a misspelt element is a
    fault of the letter.
    """
    kinds = []
    for child in islice(document.root, _MOST_LETTERS):
        space, _, local = str(child.tag).rpartition("}")
        row = _row(Carrier.LETTER, local, space[1:])
        if row is None:
            kinds.append(_text(child, "Letter", "TypeCode") or _text(child, "Letter", "StatisticalCode"))
            row = _BY_NAME.get(kinds[-1])
        if row is not None:
            opened = Opened(
                raw=raw,
                version=_text(child, "Letter", "VersionCode"),
                document=document,
                letter=child,
                sender=_text(child, "Sender", "EANIdentifier"),
                receiver=_text(child, "Receiver", "EANIdentifier"),
            )
            return Look(opened, row)
    opened = Opened(raw=raw, document=document)
    if name := next(filter(_LETTER_TYPE.fullmatch, kinds), ""):
        return Look(opened, name=name)
    return Look(
        opened, refused=(UNRECOGNISED.at("Emessage", "the Emessage holds no letter that tells its type"),)
    )


def _text(element: etree._Element, *steps: str) -> str:
    """The text at the end of the steps, in the element's own namespace."""
    tag = str(element.tag)
    space = tag[: tag.rfind("}") + 1]
    found: etree._Element | None = element
    for step in steps:
        found = None if found is None else next(found.iterchildren(space + step), None)
    return "" if found is None else (found.text or "").strip()


#: What a message of another standard may call itself; else it is a fault of a message of ours.
_LETTER_TYPE, _EVENT = re.compile("X[A-Z]{3}[0-9]{2}"), re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
_MESSAGE_TYPE = re.compile("[A-Z]{3}[0-9]{2}")
#: A letter stands at the start; nobody sends more than a few in one envelope.
_MOST_LETTERS = 100
_BY_NAME = {row.name: row for row in STANDARDS if row.marks[0].carrier is Carrier.LETTER}


def _look_at_json(raw: bytes) -> Look:
    fhir = b'"resourceType"' in raw
    if not fhir and len(raw) > _LARGE:
        return Look(Opened(raw=raw), foreign="JSON, and no FHIR")
    opened = Opened(raw=raw, mime=MIME_JSON)
    try:
        return _look_at_fhir(msgspec.structs.replace(opened, tree=parse(raw)))
    except Malformed as refused:
        findings = refused.findings
    if findings[0].rule != form.JSON_NAMES.id:  # for that rule alone the message could be read
        return Look(opened, refused=findings, foreign="" if fhir else "JSON that is broken, and no FHIR")
    tree = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    return _look_at_fhir(msgspec.structs.replace(opened, tree=tree, refused=findings))


def _look_at_fhir(opened: Opened) -> Look:
    """Judged by the event of the MessageHeader, or, where that is broken, by the profile of the Bundle."""
    tree: Tree = opened.tree or {}
    kind = tree.get("resourceType")
    if kind != "Bundle":
        what = f"a FHIR {kind[:60]}, and no message" if isinstance(kind, str) else "JSON, and no FHIR"
        return Look(opened, foreign=what)
    event = event_of(tree)
    row = _row(Carrier.EVENT, event)
    for profile in profiles_of(tree):
        row = row or _row(Carrier.PROFILE, profile)
    if row is not None:
        version = row.version or version_of
        return Look(msgspec.structs.replace(opened, version=version(tree)), row)
    if _EVENT.fullmatch(event):
        return Look(opened, name=event)
    if tree.get("type") != "message":
        return Look(
            opened, foreign=f"a FHIR Bundle of the type {str(tree.get('type'))[:40]!r}, and no message"
        )
    return Look(opened, refused=(UNRECOGNISED.at("Bundle", "the Bundle has no MessageHeader with an event"),))


_SERVICE_STRING = b":+.? '"
_HEAD = 4096


def _look_at_edifact(raw: bytes) -> Look:
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
            row = _row(Carrier.TYPE, kind) or _row(Carrier.TYPE, version)
            if row or _MESSAGE_TYPE.fullmatch(kind):
                return Look(opened, row, name=f"EDIFACT {kind}")
            break
    text = "the interchange has no segment UNH that tells its type"
    return Look(Opened(raw=raw), refused=tuple(check_edifact(raw)) or (UNRECOGNISED.at("", text),))


def _row(carrier: Carrier, key: str, namespace: str = "") -> Standard | None:
    """The row with that mark in the namespace, or with that mark in any."""
    return BY_MARK.get(Mark(carrier, key, namespace)) or BY_MARK.get(Mark(carrier, key))
