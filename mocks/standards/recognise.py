"""Which standard a message is of, and everything that is wrong with it.

``check_bytes`` checks by the row of ``covered.STANDARDS`` that the look at the document finds. It opens a
VANSEnvelope, checks its content as well, and compares the label with the content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from mocks.standards import safe_xml
from mocks.standards.covered import STANDARDS
from mocks.standards.fhir_form import size_findings
from mocks.standards.findings import MOST_FINDINGS, Finding, Severity
from mocks.standards.look import COVERED, Look, Recognised, look_at
from mocks.standards.profiles.vans_content import check_label
from mocks.standards.profiles.vans_envelope import NAMESPACE as VANS
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.rule import Rule

if TYPE_CHECKING:
    from mocks.standards.packages.message import Packages

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
MANY = Rule(
    id="findings-left-out",
    statement=f"Of one message {MOST_FINDINGS:,} findings are told.",
    source=_SOURCE,
    mend="Mend what is told, and check again.",
    severity=Severity.INFORMATION,
)
RULES: tuple[Rule, ...] = (CONTENT, UNCHECKED, MANY)
_DATA = "VANSEnvelope/Message/Data"


class Checked(msgspec.Struct, frozen=True):
    """What a message is and what is wrong with it. It conforms when no finding is an error.

    ``content`` is what lies in an envelope that could be opened. ``unchecked`` says why a message was
    recognised and not checked: there are no rules for its standard. ``foreign`` says what a document is that
    is certainly no message of the field; the findings call it unrecognised. ``partly``: official packages
    could not check all that might be an error, so that without errors it is not known to conform.
    """

    standard: str
    version: str
    findings: list[Finding]
    content: Recognised | None = None
    unchecked: str = ""
    foreign: str = ""
    partly: bool = False


def recognise(raw: bytes) -> Recognised:
    """What ``raw`` is. Never an error: what cannot be read or is not known is ``unknown``."""
    return look_at(raw).found


def check_bytes(raw: bytes, packages: Packages | None = None) -> Checked:
    """What ``raw`` is and all that is wrong with it. Never an error: unreadable is a finding too.

    With ``packages`` FHIR messages are checked by these, in place of our own tables.
    """
    look = look_at(raw)
    found, content = look.found, None
    if packages is not None and _is_bundle(look):
        findings, partly = _by_packages(look, packages)
        return Checked(found.standard, found.version, findings, partly=partly)
    if look.row is None:
        findings, partly = look.findings, False
    else:
        findings, partly = look.row.check(look.opened), False
        if found.standard == "VANSEnvelope" and look.opened.document is not None:
            inside, content, partly = _check_content(look.opened.document, packages)
            findings = findings + inside + size_findings(len(raw), in_envelope=True)
    if len(findings) > MOST_FINDINGS:
        findings = _few(findings)
    return Checked(found.standard, found.version, findings, content, look.unchecked, look.foreign, partly)


def _few(findings: list[Finding]) -> list[Finding]:
    """The gravest ones, and how many there are besides."""
    weight = list(Severity)
    gravest = sorted(findings, key=lambda finding: weight.index(finding.severity))[:MOST_FINDINGS]
    text = f"{len(findings) - len(gravest)} more findings are left out"
    return [*gravest, MANY.at("", text)]


# Official packages ------------------------------------------------------------------------------------


def _is_bundle(look: Look) -> bool:
    return look.opened.tree is not None and not look.foreign and not look.refused


def _by_packages(look: Look, packages: Packages) -> tuple[list[Finding], bool]:
    """What the packages find, and whether they left something open that might be an error."""
    result = packages.check(look.opened.raw)
    return result.told, not result.complete


# The envelope's content -------------------------------------------------------------------------------


def _check_content(
    envelope: safe_xml.Document, packages: Packages | None
) -> tuple[list[Finding], Recognised | None, bool]:
    data = envelope.root.find(f"{{{VANS}}}Message/{{{VANS}}}Data")
    if data is None:
        return [], None, False
    raw = envelope.data if envelope.data is not None else (data.text or "").encode("utf-8")
    try:
        inner = decode_base64(raw)
    except ValueError:
        return [], None, False  # a finding of the envelope already
    if not inner:
        return [], None, False
    look = look_at(inner)
    official = packages if _is_bundle(look) else None
    if official is None and (look.row is None or look.row.label is None):
        return [_unlabelled(envelope.root, look)], look.found, False
    if official is not None:
        found, partly = _by_packages(look, official)
    else:
        found, partly = look.row.check(look.opened) if look.row else [], False
    findings = [
        msgspec.structs.replace(finding, path=f"{_DATA} > {finding.path}".rstrip()) for finding in found
    ]
    label = look.row.label(look.opened) if look.row and look.row.label else None
    return (check_label(envelope.root, label) if label else []) + findings, look.found, partly


def _unlabelled(root: etree._Element, look: Look) -> Finding:
    """The content is none of ours: an error if the label says that it is, or if it is an envelope again."""
    meta = f"{{{VANS}}}Message/{{{VANS}}}MetaInformation/{{{VANS}}}Document/{{{VANS}}}"
    name = (root.findtext(f"{meta}Name") or "").strip()
    kind = name.removeprefix("MCM:").partition("#")[0]
    why = look.refused[0].message if look.refused else _why(look)
    if look.found.standard == "VANSEnvelope":
        text = "the envelope holds another envelope"
        return CONTENT.at(_DATA, text, "Put the message itself into the envelope.")
    if kind in _LABELS or (root.findtext(f"{meta}Format") or "").strip() == "HL7":
        text = f"the content is not what the name {name[:60]!r} says: {why}"
        return CONTENT.at(_DATA, text)
    text = f"the content ({name[:60]!r}) is not checked: {why}"
    return UNCHECKED.at(_DATA, text, f"Checked are {COVERED}.")


#: Names on labels that promise one of the covered standards.
_LABELS = frozenset(kind for row in STANDARDS for kind in row.kinds)


def _why(look: Look) -> str:
    return f"it is {look.name[:40] or look.foreign}, and of no standard that is checked"
