"""What the label of a VANSEnvelope must say of its content.

VANS routes and counts by the label without opening the envelope, and a receiver chooses its reader by it.
So type, version, size and parties on the label must be those of the content. Sources: MedCom's governance
for network envelopes, and its code system of statistical codes 2.0.0.
"""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree
from msgspec import structs

from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.vans_envelope import NAMESPACE
from mocks.standards.rule import Rule
from mocks.standards.topics import ACKNOWLEDGEMENT_VERSION

_NS = f"{{{NAMESPACE}}}"
_SOURCE = "MedCom governance for network envelopes"
_META = "VANSEnvelope/Message/MetaInformation"

FORMAT = Rule(
    id="vans-format",
    statement="Format says what the content is: HL7 for FHIR, XML for OIOXML.",
    source=_SOURCE,
    mend="Write HL7 for FHIR, XML for OIOXML.",
)
NAME = Rule(
    id="vans-name",
    statement="Name says of which type the content is, as MCM:XDIS91 or MCM:FDIS91#nursing.",
    source=_SOURCE,
    mend="Write the name of the content's type.",
    example="MCM:XDIS91, MCM:FDIS91#nursing, MCM:FCTL#ok",
)
NAME_POSTFIX = Rule(
    id="vans-name-postfix",
    statement="The name of a FHIR message ends in # and the category or answer code that its content has.",
    source=_SOURCE,
    mend="Write the category or answer code of the content after #.",
    example="MCM:FDIS91#nursing around a message whose category is nursing",
)
NAME_CATEGORY = Rule(
    id="vans-name-category",
    statement="The name of a FHIR message is one of MedCom's statistical codes.",
    source="MedCom statistical codes 2.0.0",
    mend="Write the category or answer code of the content after #.",
)
NAME_DEPRECATED = Rule(
    id="vans-name-deprecated",
    statement="The statistical code assessment is no longer used, since 2025-09-22.",
    source="MedCom statistical codes 2.0.0",
    mend="Use home-care-assessment or another.",
    severity=Severity.WARNING,
)
VERSION = Rule(
    id="vans-version",
    statement="Version is that of the content: 5.0, 4.0.0 (CareCommunication), 2.0.0 (Acknowledgement), XD9134L.",
    source=_SOURCE,
    mend="Write the version of the content.",
    readings=ACKNOWLEDGEMENT_VERSION.readings({"2.0": None}),
    example="5.0 for CareCommunication 5.0.2, 4.0.0 for 4.0.3, 2.0.0 for Acknowledgement, XD9134L for XDIS91",
)
TRANSPORT = Rule(
    id="vans-transport",
    statement="A FHIR message asks for the receipt of its envelope: its transport is reliable.",
    source="MedCom governance for reliable messaging of envelopes",
    mend="Write reliable, or leave Type out.",
)
MIME = Rule(
    id="vans-mime",
    statement="The ServiceTag MCM:MIME says whether a FHIR message is JSON or XML.",
    source=_SOURCE,
    mend="Give MCM:MIME the value application/fhir+json or application/fhir+xml.",
    example='<ServiceTag name="MCM:MIME">application/fhir+json</ServiceTag>',
)
SENDER = Rule(
    id="vans-senderid",
    statement="SenderID of the envelope is the sender of its content (a warning for letter receipts).",
    source=_SOURCE,
    mend="Give SenderID the location number of the party that the message inside names as its sender.",
)
RECEIVER = Rule(
    id="vans-receiverid",
    statement="ReceiverID of the envelope is a receiver of its content (a warning for letter receipts).",
    source=_SOURCE,
    mend="Address the envelope to the party that the message inside is addressed to.",
)
RULES: tuple[Rule, ...] = (
    FORMAT,
    NAME,
    NAME_POSTFIX,
    NAME_CATEGORY,
    NAME_DEPRECATED,
    VERSION,
    TRANSPORT,
    MIME,
    SENDER,
    RECEIVER,
)

#: The part of the name after ``#``, by type. ``assessment`` is deprecated since 2025-09-22.
POSTFIXES = {
    "FDIS91": frozenset(
        {
            "acute-ambulant",
            "alcohol-and-drug-treatment",
            "assessment",
            "assistive-devices",
            "carecoordination",
            "decease",
            "discharge",
            "examination-results",
            "extended-care-responsibility",
            "healthcare",
            "home-care-assessment",
            "medicine",
            "nursing",
            "other",
            "outpatient",
            "psychiatry-social-disability",
            "regarding-referral",
            "telemedicine",
            "training",
        }
    ),
    "FCTL": frozenset({"ok", "transient-error", "fatal-error"}),
}
_DEPRECATED = "assessment"
_GLN_SYSTEM = "https://www.gs1.org/gln"


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What was found inside an envelope, as far as the label speaks of it.

    ``types`` are the names it may have on the label, ``format`` is its form there; ``postfix`` is its
    category or answer code, ``mime`` its media type (both only for FHIR); ``receivers`` are all it is
    addressed to.
    """

    standard: str
    version: str
    types: tuple[str, ...]
    format: str = "XML"
    postfix: str = ""
    mime: str = ""
    sender: str = ""
    receivers: tuple[str, ...] = ()

    @property
    def is_fhir(self) -> bool:
        """FHIR messages have stricter labels than OIOXML."""
        return self.format == "HL7"


def check_label(root: etree._Element, content: Content) -> list[Finding]:
    """Where the label of the envelope and its content disagree."""
    out: list[Finding] = []
    label = _META + "/Document"
    given = {name: _text(root, f"Document/{name}") for name in ("Format", "Name", "Version")}
    if given["Format"] and given["Format"] != content.format:
        text = f"the format is {given['Format'][:20]}, and the content is {content.standard}"
        out.append(FORMAT.at(f"{label}/Format", text, f"Write {content.format}."))
    if given["Name"]:
        _check_name(given["Name"], content, out)
    _check_version(given["Version"], content, out)
    if content.is_fhir:
        _check_transport(root, content, out)
    _check_parties(root, content, out)
    return out


def _text(root: etree._Element, path: str) -> str:
    where = f"Message/MetaInformation/{path}"
    return (root.findtext("/".join(_NS + step for step in where.split("/"))) or "").strip()


def _check_name(name: str, content: Content, out: list[Finding]) -> None:
    path, mend = f"{_META}/Document/Name", f"Write MCM:{content.types[0]}"
    if content.postfix:
        mend = f"{mend}#{content.postfix}"
    kind, _, postfix = name.removeprefix("MCM:").partition("#")
    if kind not in content.types:
        text = f"the name is {name[:60]!r}, and the content is {content.standard}"
        out.append(NAME.at(path, text, f"{mend}."))
        return
    known = POSTFIXES.get(kind)
    if known is None:
        return
    if not postfix:
        text = f"the name {name[:60]!r} lacks its part after #, the category or answer code"
        out.append(NAME_POSTFIX.at(path, text, f"{mend}."))
        return
    if postfix not in known:
        text = f"{postfix[:40]!r} is not a statistical code of {kind}"
        out.append(NAME_CATEGORY.at(path, text, f"{mend}."))
    elif postfix == _DEPRECATED:
        text = f"the statistical code {postfix!r} is deprecated since 2025-09-22"
        out.append(NAME_DEPRECATED.at(path, text))
    if content.postfix and postfix != content.postfix:
        text = f"the name says {postfix[:40]!r}, and the content says {content.postfix[:40]!r}"
        out.append(NAME_POSTFIX.at(path, text, f"{mend}."))


def _check_version(version: str, content: Content, out: list[Finding]) -> None:
    path, mend = f"{_META}/Document/Version", f"Write {content.version}."
    if not version:
        if content.is_fhir:
            text = "the version is missing; receivers of FHIR messages choose their reader by it"
            out.append(VERSION.at(path, text, mend))
    elif content.version and version != content.version:
        text = f"the version is {version[:20]!r}, and the content is {content.standard} {content.version}"
        # the governance says 2.0.0, and the message definition 2.0
        disputed = content.standard == "Acknowledgement" and version == "2.0"
        out.append(VERSION.at(path, text, mend, disputed=disputed))


def _check_transport(root: etree._Element, content: Content, out: list[Finding]) -> None:
    if _text(root, "Transport/Type") == "unreliable":
        text = "a FHIR message travels unreliably; it must ask for its receipt"
        out.append(TRANSPORT.at(f"{_META}/Transport/Type", text))
    tags = [
        (tag.text or "").strip() for tag in root.iter(f"{_NS}ServiceTag") if tag.get("name") == "MCM:MIME"
    ]
    path, mend = f"{_META}/Transport/ServiceTag", f"Give MCM:MIME the value {content.mime}."
    if not tags:
        text = "the ServiceTag MCM:MIME is missing; FHIR messages must say whether they are JSON or XML"
        out.append(MIME.at(path, text, mend))
    elif tags[0] != content.mime:
        text = f"MCM:MIME says {tags[0][:40]!r}, and the content is {content.mime}"
        out.append(MIME.at(path, text, mend))


def _check_parties(root: etree._Element, content: Content, out: list[Finding]) -> None:
    # A receipt that is not turned round is known from practice; matching does not depend on it.
    severity = Severity.WARNING if content.standard.startswith(("XCTL", "CTL")) else Severity.ERROR
    for side, rule, inside in (
        ("SenderID", SENDER, (content.sender,)),
        ("ReceiverID", RECEIVER, content.receivers),
    ):
        node = root.find(f"{_NS}{side}")
        known = [gln for gln in inside if gln]
        if node is None or node.get("EndPointType") != "EAN" or not known:
            continue
        outside = (node.text or "").strip()
        if outside and outside not in known:
            text = f"the envelope says {outside}, and the message inside {' and '.join(known)}"
            out.append(structs.replace(rule.at(f"VANSEnvelope/{side}", text), severity=severity))


# FHIR -------------------------------------------------------------------------------------------------


def of_fhir(
    tree: dict[str, Any], mime: str, *, standard: str, kind: str, postfix: str, version: str
) -> Content:
    """What the label of a FHIR message must repeat.

    ``standard`` is what the message was recognised as, ``kind`` its name on labels (``FDIS91``), ``postfix``
    and ``version`` what ``category`` or ``answer_code`` and ``version_of`` read, or fixed values.
    """
    header = _first(tree, "MessageHeader")
    parties = _glns(tree)
    there = _at(header, "destination")
    references = (
        [str(_at(each, "receiver", "reference")) for each in there] if isinstance(there, list) else []
    )
    return Content(
        standard=standard,
        version=version,
        types=(kind,),
        format="HL7",
        postfix=postfix,
        mime=mime,
        sender=parties.get(str(_at(header, "sender", "reference")), ""),
        receivers=tuple(parties[each] for each in references if each in parties),
    )


def event_of(tree: dict[str, Any]) -> str:
    """The event code of the MessageHeader, wherever the header stands; empty where there is none."""
    return str(_at(_first(tree, "MessageHeader"), "eventCoding", "code") or "")


def profiles_of(tree: dict[str, Any]) -> list[str]:
    """The last part of each profile that the Bundle claims, without its version."""
    profiles = _at(tree, "meta", "profile")
    given = profiles if isinstance(profiles, list) else []
    return [str(each).partition("|")[0].rpartition("/")[2] for each in given]


def version_of(tree: dict[str, Any]) -> str:
    """The version in the definition of the MessageHeader; empty where it gives none."""
    version = str(_at(_first(tree, "MessageHeader"), "definition") or "").rpartition("|")[2]
    return version if version[:1].isdigit() else ""


def category(tree: dict[str, Any]) -> str:
    """The category of a CareCommunication."""
    return str(_at(_first(tree, "Communication"), "category", 0, "coding", 0, "code") or "")


def answer_code(tree: dict[str, Any]) -> str:
    """The answer of an Acknowledgement."""
    return str(_at(_first(tree, "MessageHeader"), "response", "code") or "")


def _at(node: Any, *steps: str | int) -> Any:
    """Walk into a tree of unknown shape; ``None`` where it ends early."""
    for step in steps:
        if isinstance(step, str):
            node = node.get(step) if isinstance(node, dict) else None
        else:
            node = node[step] if isinstance(node, list) and len(node) > step else None
    return node


def _resources(tree: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    entries = _at(tree, "entry")
    found = [
        (str(_at(entry, "fullUrl") or ""), _at(entry, "resource"))
        for entry in (entries if isinstance(entries, list) else [])
    ]
    return [(url, resource) for url, resource in found if isinstance(resource, dict)]


def _first(tree: dict[str, Any], kind: str) -> dict[str, Any] | None:
    return next((found for _, found in _resources(tree) if found.get("resourceType") == kind), None)


def _glns(tree: dict[str, Any]) -> dict[str, str]:
    """The GLN of each organisation, by every form in which a reference may name it."""
    out: dict[str, str] = {}
    for url, resource in _resources(tree):
        identifiers = resource.get("identifier")
        if resource.get("resourceType") != "Organization" or not isinstance(identifiers, list):
            continue
        for each in identifiers:
            if _at(each, "system") == _GLN_SYSTEM and (gln := _at(each, "value")):
                out[f"Organization/{resource.get('id')}"] = out[url] = str(gln)
    return out
