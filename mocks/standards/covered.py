"""The standards that are covered: one row each says how a message is known, how it is checked, and how an
envelope labels it.

A new standard is a new row in ``STANDARDS``; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec
from lxml import etree

from mocks.standards import acknowledgement, care_communication
from mocks.standards.edifact.check import check as check_edifact
from mocks.standards.fhir_bundle import Tree
from mocks.standards.fhir_form import size_findings
from mocks.standards.findings import Finding
from mocks.standards.profiles import (
    apd,
    apd_rules,
    vans_rules,
    xbin,
    xbin_rules,
    xctl_rules,
    xdis91_rules,
    xref01_rules,
)
from mocks.standards.profiles.vans_content import Content, answer_code, category, of_fhir, version_of
from mocks.standards.safe_xml import Document

#: MedCom publishes a message without content among the examples of Acknowledgement; it has rules too.
EMPTY = "EmptyMessage"


class Carrier(StrEnum):
    """Where a message says what it is."""

    ROOT = "root element"  #: of any XML document
    TEMPLATE = "template"  #: that a part of a clinical document (HL7 CDA) follows
    LETTER = "letter element"  #: the child of an OIOXML Emessage
    EVENT = "event code"  #: of the MessageHeader of a FHIR message
    PROFILE = "profile"  #: that a FHIR Bundle claims, for those whose event is broken
    TYPE = "message type"  #: at the end of UNH in EDIFACT, as DIS91, or else its version, as D9134L


class Mark(msgspec.Struct, frozen=True):
    """``key`` in the place ``carrier`` is the mark of a standard, in ``namespace`` alone if one is given."""

    carrier: Carrier
    key: str
    namespace: str = ""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A message after one look: its bytes, and its parsed form as far as it has one.

    ``document`` is there for OIOXML and envelopes (large base64 cut out), ``letter`` for OIOXML, ``tree`` and
    ``mime`` for FHIR, with ``refused`` where the tree cannot be relied on (as with a name that stands twice), and
    ``remarks`` on the form of the bytes that the tree does not show.
    ``sender``, ``receiver`` and ``version`` are read from OIOXML letters and EDIFACT interchanges.
    """

    raw: bytes
    version: str = ""
    document: Document | None = None
    letter: etree._Element | None = None
    tree: Tree | None = None
    mime: str = ""
    refused: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    sender: str = ""
    receiver: str = ""


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One row: ``name`` as it is shown, ``marks`` by which it is known, ``check`` for its rules.

    ``label`` says what the label of an envelope must repeat; ``None`` where nothing can be compared.
    ``kinds`` are the names that a label may give it: what bears one of them must be of this standard.
    ``version`` reads the version of a FHIR message, if it is not that of the definition in its header.
    ``cut`` names the element of base64 that is taken out of a large document before it is parsed.
    """

    name: str
    marks: tuple[Mark, ...]
    check: Callable[[Opened], list[Finding]]
    label: Callable[[Opened], Content] | None = None
    kinds: tuple[str, ...] = ()
    version: Callable[[Tree], str] | None = None
    cut: bytes = b""


def by_document(check: Callable[[Document], list[Finding]]) -> Callable[[Opened], list[Finding]]:
    """A check of a row from the check of a parsed XML document."""

    def run(opened: Opened) -> list[Finding]:
        assert opened.document is not None
        return check(opened.document)

    return run


def by_bytes(check: Callable[[bytes], list[Finding]]) -> Callable[[Opened], list[Finding]]:
    """A check of a row from the check of the bytes of a message."""
    return lambda opened: check(opened.raw)


def by_tree(check: Callable[[Tree], list[Finding]]) -> Callable[[Opened], list[Finding]]:
    """A check of a row from the check of the tree of a FHIR message."""

    def run(opened: Opened) -> list[Finding]:
        assert opened.tree is not None
        if opened.refused:
            return list(opened.refused)
        return [*opened.remarks, *size_findings(len(opened.raw)), *check(opened.tree)]

    return run


def labelled(standard: str, format: str, kinds: tuple[str, ...]) -> Callable[[Opened], Content]:
    """The label of a letter in OIOXML (``XML``) or ``EDIFACT``; ``kinds`` are the names it may have there."""

    def label(opened: Opened) -> Content:
        return Content(
            standard=standard,
            version=opened.version,
            types=kinds,
            format=format,
            sender=opened.sender,
            receivers=(opened.receiver,),
        )

    return label


def oioxml(
    name: str, letter: str, check: Callable[[Document], list[Finding]], *more: str, namespace: str = ""
) -> Standard:
    """The row of an OIOXML letter: ``letter`` is the element beside Envelope; ``more`` are further names
    that labels may give it.

    Give ``namespace`` only where two standards share the element; any version is known otherwise.
    """
    mark = Mark(Carrier.LETTER, letter, namespace)
    kinds = (name, *more)
    return Standard(
        name=name,
        marks=(mark,),
        check=by_document(check),
        label=labelled(name, "XML", kinds),
        kinds=kinds,
    )


def edifact(name: str, check: Callable[[bytes], list[Finding]], *versions: str) -> Standard:
    """The row of an EDIFACT message: ``name`` is what the last element of UNH says, as DIS91; by one of its
    ``versions`` it is known where that element is wrong."""
    return Standard(
        name=name,
        marks=tuple(Mark(Carrier.TYPE, key) for key in (name, *versions)),
        check=by_bytes(check),
        label=labelled(name, "EDIFACT", (name,)),
        kinds=(name,),
    )


def fhir(
    name: str,
    event: str,
    check: Callable[[Tree], list[Finding]],
    *,
    kind: str,
    profile: str,
    postfix: Callable[[Tree], str],
    version: Callable[[Tree], str],
) -> Standard:
    """The row of a FHIR message, known by the ``event`` of its MessageHeader or else by the ``profile`` of
    its Bundle. ``kind`` is its name on labels, ``postfix`` what follows there after ``#``."""

    def label(opened: Opened) -> Content:
        tree = opened.tree
        assert tree is not None
        return of_fhir(
            tree,
            opened.mime,
            standard=name,
            kind=kind,
            postfix=postfix(tree),
            version=version(tree),
        )

    marks = (Mark(Carrier.EVENT, event), Mark(Carrier.PROFILE, profile))
    return Standard(name=name, marks=marks, check=by_tree(check), label=label, kinds=(kind,), version=version)


STANDARDS: tuple[Standard, ...] = (
    Standard(
        name="VANSEnvelope",
        marks=(Mark(Carrier.ROOT, "VANSEnvelope"),),
        check=by_document(vans_rules.check_document),
        cut=b"Data",
    ),
    oioxml("XDIS91", "ClinicalEmail", xdis91_rules.check_document),
    oioxml("XREF01", "HospitalReferral", xref01_rules.check_document),
    msgspec.structs.replace(
        oioxml("XBIN01", "BinaryLetter", xbin_rules.check_document), cut=b"Object_Base64Encoded"
    ),
    msgspec.structs.replace(
        oioxml("XBIN02", "ReferralAttachment", xbin_rules.check_document),
        marks=tuple(
            Mark(Carrier.LETTER, version.root, version.namespace)
            for version in xbin.VERSIONS.values()
            if version.kind == "XBIN02"
        ),
        cut=b"Object_Base64Encoded",
    ),
    oioxml("XCTL01", "NegativeVansReceipt", xctl_rules.check_document, "XCTL"),
    oioxml("XCTL02", "NegativeReceipt", xctl_rules.check_document, "XCTL"),
    oioxml("XCTL03", "PositiveReceipt", xctl_rules.check_document, "XCTL"),
    fhir(
        "CareCommunication",
        "care-communication-message",
        care_communication.check_tree,
        kind="FDIS91",
        profile="medcom-careCommunication-message",
        postfix=category,
        version=version_of,
    ),
    fhir(
        "Acknowledgement",
        "acknowledgement-message",
        acknowledgement.check_tree,
        kind="FCTL",
        profile="medcom-messaging-acknowledgement",
        postfix=answer_code,
        version=lambda _: "2.0.0",  # the only one there is; the definition is optional, so it cannot tell
    ),
    edifact("DIS91", check_edifact, "D9134L"),
    edifact("CTL01", check_edifact, "C0130Q"),
    edifact("CTL02", check_edifact, "C0230Q"),
    edifact("CTL03", check_edifact, "C0330Q"),
    edifact("REF01", check_edifact, "H0130R"),
    edifact("BIN01", check_edifact, "B0131X"),
    Standard(
        name="APD",
        marks=(
            Mark(Carrier.ROOT, "ClinicalDocument"),
            *(
                Mark(Carrier.TEMPLATE, template)
                for template in (apd.DOCUMENT_TEMPLATE, apd.SECTION_TEMPLATE, apd.ENCOUNTER_TEMPLATE)
            ),
        ),
        check=by_document(apd_rules.check_document),
    ),
    Standard(
        name=EMPTY,
        marks=(Mark(Carrier.EVENT, "empty-message"),),
        check=by_tree(acknowledgement.check_tree),
    ),
)
#: What a message carries -> its row. Where two rows share a mark, the first stands.
BY_MARK: dict[Mark, Standard] = {mark: row for row in reversed(STANDARDS) for mark in row.marks}
CUTS: tuple[bytes, ...] = tuple({row.cut: None for row in STANDARDS if row.cut})
#: Documents that are messages or envelopes of the field, and are known by name only: root and namespace.
NAMED: dict[tuple[str, str], str] = {
    (
        "StandardBusinessDocument",
        "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
    ): "ehmiSBDH",
}
