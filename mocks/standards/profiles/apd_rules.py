"""Everything that is checked in an appointment document (DK-APD 2.0.1).

Version 1.0 can still be met in registries and samples. It has other templates and codes, and no rules here.
"""

from __future__ import annotations

from lxml import etree

from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import apd, apd_body, apd_header
from mocks.standards.profiles.cda_rows import checked
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document, wrong_root

_SOURCE = "DK-APD 2.0.1"
_NAMESPACE = Rule(
    id="APD/namespace",
    statement="An appointment document is a ClinicalDocument in the namespace of HL7 version 3.",
    source=_SOURCE,
    mend=f'Start the document with <ClinicalDocument xmlns="{apd.NAMESPACE}">.',
)
_OLD = Rule(
    id="APD/version",
    statement="Appointment documents follow the profile 2.0.1; 1.0 is read, and its content is not checked.",
    source=_SOURCE,
    mend="Send 2.0.1.",
    severity=Severity.WARNING,
)
#: For readers.
UNREADABLE = Rule(
    id="APD/unreadable",
    statement="A document without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of appointment documents",
    mend="Report it, with the document.",
)
RULES: tuple[Rule, ...] = (_NAMESPACE, _OLD, *apd_header.BOOK.rules, *apd_body.BOOK.rules, UNREADABLE)
_ROWS = (*apd_header.BOOK.rows, *apd_body.BOOK.rows)
_ROOT = f"{{{apd.NAMESPACE}}}ClinicalDocument"
_TEMPLATE = f"{{{apd.NAMESPACE}}}templateId"


def version_of(root: etree._Element) -> str:
    """``2.0.1``, ``1.0`` by the template that it claims, or empty for another clinical document."""
    for node in root.iterchildren(_TEMPLATE):
        if node.get("root") == apd.DOCUMENT_TEMPLATE:
            return apd.VERSION if node.get("extension") else apd.VERSION_1
    return ""


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed document."""
    root = document.root
    if root.tag != _ROOT:
        return [wrong_root(root, _NAMESPACE.id, "ClinicalDocument", apd.NAMESPACE, _SOURCE)]
    if version_of(root) == apd.VERSION_1:
        return [_OLD.at("ClinicalDocument/templateId", "the document is of version 1.0, before 2019")]
    return checked(_ROWS, root)
