"""What holds for every FHIR message of MedCom: the bundle, its entries, its narratives, the header.

``MessageRules`` joins the profiles of one standard; ``check`` runs them over a message and gives the
findings in the order of the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from lxml import etree

from mocks.standards.fhir_bundle import malformed
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_datatypes import by_url
from mocks.standards.profiles.fhir_engine import compile_profile
from mocks.standards.profiles.fhir_rows import Check, Note, Row, Slicing

#: A rule over the whole message: gives notes whose path is complete.
Invariant = Callable[[Context], Iterator[Note]]

BUNDLE_SOURCE = "FHIR R4 4.0.1, Bundle"
NARRATIVE_SOURCE = "MedCom governance for FHIR messaging, narrative"
MAX_ENTRIES: Final = 10_000


def opened(tree: dict[str, Any], version: str) -> Context:
    """What the rules of a message work on. Errors: ``Malformed`` for what is no bundle, or one too long to read."""
    if tree.get("resourceType") != "Bundle":
        kind = str(tree.get("resourceType"))[:60]
        raise malformed("fhir-type", "/", f"a {kind} is no message", "send a Bundle")
    context = Context(tree, version)
    if len(context.entries) > MAX_ENTRIES:
        sentence = f"the bundle has {len(context.entries)} entries, at most {MAX_ENTRIES} are read"
        raise malformed("tvaers-entries", "Bundle.entry", sentence, "send fewer", "tvaers")
    return context


BUNDLE = (
    Row("id", "1..1", "id"),
    Row("meta", "0..1", "Meta"),
    Row("type", "1..1", "code", fixed="message"),
    Row("timestamp", "1..1", "instant"),
    Row("entry", "1..*"),
    Row("entry.fullUrl", "0..1", "uri"),
    Row("entry.resource", "0..1"),
)


def _use_of(destination: Any) -> str | None:
    extensions = destination.get("extension")
    for extension in extensions if type(extensions) is list else ():
        if type(extension) is dict and extension.get("url") == codes.DESTINATION_USE_EXTENSION:
            coding = extension.get("valueCoding")
            return coding.get("code") if type(coding) is dict else None
    return None


def header_rows(event_rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """MessageHeader of a message with one receiver: the closed slicing knows ``primary``, and no ``cc``."""
    use = "destination:primary.extension:use"
    return (
        Row("id", "1..1", "id"),
        Row("meta", "0..1", "Meta"),
        Row("text", "0..1", "Narrative"),
        *event_rows,
        Row("destination", "1..*", slicing=Slicing(_use_of, "its use", closed=True)),
        Row("destination:primary", "1..1"),
        Row(
            "destination:primary.extension",
            "1..*",
            "Extension",
            slicing=by_url({codes.DESTINATION_USE_EXTENSION: "use"}),
        ),
        Row(use, "1..1", "Extension"),
        Row(f"{use}.valueCoding", "1..1", "Coding"),
        Row(f"{use}.valueCoding.system", "1..1", "uri", fixed=codes.DESTINATION_USE_SYSTEM),
        Row(f"{use}.valueCoding.code", "1..1", "code"),
        Row("destination:primary.endpoint", "1..1", "url"),
        Row("destination:primary.receiver", "1..1", "Reference", targets=("Organization",)),
        Row("destination:cc", "0..0"),
        Row("sender", "1..1", "Reference", targets=("Organization",)),
        Row("source", "1..1"),
        Row("source.endpoint", "1..1", "url"),
    )


@dataclass(frozen=True, slots=True)
class MessageRules:
    """The profiles of one version of one standard.

    ``resources`` gives the check of a resource by its type; an Organization that sends, receives or
    answers for a step is checked by ``transport`` instead. Resources of other types are not looked into.
    """

    source: str
    resources: dict[str, Check]
    transport: Check
    invariants: tuple[Invariant, ...]

    def check(self, context: Context) -> list[Finding]:
        """All findings, at most a few per element."""
        notes: list[Note] = []
        _BUNDLE_CHECK(context.tree, notes, context)
        for note in notes:
            note.path = f"Bundle.{note.path}" if note.path else "Bundle"
        if not any(note.path.startswith("Bundle.entry") for note in notes):
            self._entries(notes, context)
        return [
            Finding(
                rule=n.rule,
                severity=n.severity,
                path=n.path,
                message=n.message,
                source=n.source or self.source,
                mend=n.mend,
            )
            for n in notes
        ]

    def _entries(self, notes: list[Note], context: Context) -> None:
        transport = transport_organisations(context)
        for number, resource in enumerate(context.resources):
            kind = resource.get("resourceType")
            check = self.resources.get(kind) if type(kind) is str else None
            if check is None:
                continue
            if kind == "Organization" and number in transport:
                check = self.transport
            context.base = context.bases[number]
            before = len(notes)
            check(resource, notes, context)
            if len(notes) != before:
                for note in notes[before:]:
                    at = f"Bundle.entry[{number}].resource"
                    note.path = f"{at}.{note.path}" if note.path else at
            if "text" not in resource:
                notes.append(_no_narrative(number))
        notes.extend(_narratives(context))
        notes.extend(bundle_rules(context))
        if not any(n.rule == "fhir-type" for n in notes):
            # rules over several elements presume that each element has its type
            for invariant in self.invariants:
                notes.extend(invariant(context))


_BUNDLE_CHECK = compile_profile("Bundle", BUNDLE, "medcom-messaging-message")


def transport_organisations(context: Context) -> set[int]:
    """Entry numbers of the organisations that send, receive, or did a step of the history."""
    found: list[dict[str, Any]] = []
    for number, header in context.of("MessageHeader"):
        found.append(context.follow(number, header.get("sender")))
        destinations = header.get("destination")
        for destination in destinations if type(destinations) is list else ():
            if type(destination) is dict:
                found.append(context.follow(number, destination.get("receiver")))
    for number, step in context.of("Provenance"):
        agents = step.get("agent")
        for agent in agents if type(agents) is list else ():
            if type(agent) is dict:
                found.append(context.follow(number, agent.get("who")))
    wanted = {id(resource) for resource in found}
    return {number for number, resource in context.of("Organization") if id(resource) in wanted}


# Narratives -------------------------------------------------------------------------------------------


def _no_narrative(number: int) -> Note:
    return Note(
        "medcom-narrative",
        "the resource has no narrative (text)",
        "add text with status generated or extensions, and a div for people to read",
        f"Bundle.entry[{number}].resource",
        Severity.WARNING,
        NARRATIVE_SOURCE,
    )


def _narratives(context: Context) -> Iterator[Note]:
    divs: list[tuple[int, str]] = []
    for number, resource in enumerate(context.resources):
        text = resource.get("text")
        if type(text) is not dict:
            continue
        div = text.get("div")
        path = f"Bundle.entry[{number}].resource.text.div"
        if type(div) is not str:
            if div is not None:
                yield Note("txt-1", "the narrative is not text", "send XHTML as text", path)
            continue
        divs.append((number, div))
        if text.get("status") == "empty":
            yield Note(
                "medcom-narrative",
                "the narrative says that it is empty",
                "use generated or extensions",
                path,
                Severity.WARNING,
                NARRATIVE_SOURCE,
            )
    joined = "".join(div for _, div in divs)
    # one parse for all of them; only when it fails, one by one
    if joined and (not _well_formed(f"<all>{joined}</all>") or any(tag in joined for tag in _ACTIVE)):
        for number, div in divs:
            if sentence := _not_xhtml(div) or _active(div):
                path = f"Bundle.entry[{number}].resource.text.div"
                yield Note("txt-1", sentence, "send plain XHTML in a div", path, source=BUNDLE_SOURCE)
    for number, div in divs:
        if not div.lstrip().startswith("<div"):
            path = f"Bundle.entry[{number}].resource.text.div"
            yield Note("txt-1", "the narrative is not a div", "wrap it in a div", path, source=BUNDLE_SOURCE)


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_ACTIVE = ("<script", "<iframe", "<form", "<object", "<head", "<body", "javascript:")


def _active(div: str) -> str | None:
    found = [tag for tag in _ACTIVE if tag in div]
    return f"the narrative holds {found[0]}, which FHIR forbids" if found else None


def _well_formed(markup: str) -> bool:
    """Quick test of markup that starts with an element, and so cannot declare entities."""
    try:
        expat.ParserCreate().Parse(markup, True)
    except expat.ExpatError:
        return False
    return True


def _not_xhtml(markup: str) -> str | None:
    try:
        etree.fromstring(markup, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        return f"the narrative is not well-formed XHTML: {error}"
    return None


# The bundle ---------------------------------------------------------------------------------------------


def bundle_rules(context: Context) -> Iterator[Note]:
    """FHIR's own rules on a bundle of type message, bdl-1 to bdl-12."""
    tree, seen = context.tree, set()
    for name, rule in (("total", "bdl-1"), ("identifier", "")):
        if rule and name in tree:
            yield _bundle(rule, f"{name} has no place in a message", f"leave {name} out", f"Bundle.{name}")
    for number, entry in enumerate(context.entries):
        path = f"Bundle.entry[{number}]"
        for name, rule in (("search", "bdl-2"), ("request", "bdl-3"), ("response", "bdl-4")):
            if name in entry:
                yield _bundle(
                    rule, f"{name} has no place in a message", f"leave {name} out", f"{path}.{name}"
                )
        resource = context.resources[number]
        if not resource:
            yield _bundle("bdl-5", "the entry holds no resource", "add the resource", f"{path}.resource")
            continue
        kind = resource.get("resourceType")
        if type(kind) is not str or not kind:
            yield Note("fhir-type", "resourceType is missing", "name the type", f"{path}.resource")
        url = entry.get("fullUrl")
        if type(url) is not str:
            continue
        meta = resource.get("meta")
        key = (url, meta.get("versionId") if type(meta) is dict else None)
        if key in seen:
            yield _bundle(
                "bdl-7", f"fullUrl {url} stands twice", "give each entry its own", f"{path}.fullUrl"
            )
        seen.add(key)
        if "/_history/" in url:
            yield _bundle("bdl-8", "fullUrl names a version", "leave /_history/ out", f"{path}.fullUrl")
        elif url.startswith("http") and not url.endswith(f"/{kind}/{resource.get('id')}"):
            yield _bundle(
                "bundle-full-url",
                f"fullUrl {url} does not end in {kind}/{resource.get('id')}",
                "let fullUrl end in type and id of the resource",
                f"{path}.fullUrl",
            )
    if context.resources and context.resources[0].get("resourceType") != "MessageHeader":
        yield _bundle("bdl-12", "the first entry is not a MessageHeader", "put it first", "Bundle.entry[0]")


def _bundle(rule: str, message: str, mend: str, path: str) -> Note:
    return Note(rule, message, mend, path, source=BUNDLE_SOURCE)


def endpoints(context: Context) -> Iterator[Note]:
    """Endpoints name the SOR ids of sender and receiver. A custom of the examples: only a warning."""
    header = context.first("MessageHeader")
    pairs: list[tuple[str, Any, Any]] = [("source", header.get("source"), header.get("sender"))]
    for position, destination in enumerate(header.get("destination") or ()):
        pairs.append((f"destination[{position}]", destination, destination.get("receiver")))
    for path, holder, reference in pairs:
        organisation = context.follow(0, reference)
        expected = sor_of(organisation)
        endpoint = holder.get("endpoint") if type(holder) is dict else None
        if expected and type(endpoint) is str and endpoint != codes.SOR_ENDPOINT + expected:
            yield Note(
                "tvaers-endpoint",
                f"the endpoint {endpoint} does not name the SOR id {expected} of the organisation",
                f"send {codes.SOR_ENDPOINT}{expected}",
                f"Bundle.entry[0].resource.{path}.endpoint",
                Severity.WARNING,
                "custom of MedCom's example messages",
            )


def sor_of(organisation: dict[str, Any]) -> str:
    """The SOR id of an Organization, or nothing."""
    for identifier in organisation.get("identifier") or ():
        if type(identifier) is dict and identifier.get("system") == codes.SOR:
            value = identifier.get("value")
            return value if type(value) is str else ""
    return ""


def has_provenance(context: Context) -> Iterator[Note]:
    """medcom-messaging-2: the history has at least one step."""
    if not context.of("Provenance"):
        yield Note("medcom-messaging-2", "there is no Provenance", "add the step that sends", "Bundle.entry")


def organisation_identifiers(context: Context) -> Iterator[Note]:
    """dk-core-organization-mandatory-identifier: SOR id, KOMBIT organisation id or CVR number (as OID)."""
    for number, organisation in context.of("Organization"):
        systems = {i.get("system") for i in organisation.get("identifier") or () if type(i) is dict}
        if not systems & {codes.SOR, codes.KOMBIT_ORG, codes.CVR_OID}:
            yield Note(
                "dk-core-organization-mandatory-identifier",
                "the organisation has neither SOR id nor KOMBIT id nor CVR number",
                "add the SOR id",
                f"Bundle.entry[{number}].resource.identifier",
                source="dk-core 3.4.0",
            )


def communications(context: Context) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Path, entry number and resource of each Communication."""
    for number, communication in context.of("Communication"):
        yield f"Bundle.entry[{number}].resource", number, communication


def extension_of(holder: dict[str, Any], url: str) -> dict[str, Any]:
    """The extension with an address, or an empty one."""
    for extension in holder.get("extension") or ():
        if extension.get("url") == url:
            return extension  # type: ignore[no-any-return]
    return {}
