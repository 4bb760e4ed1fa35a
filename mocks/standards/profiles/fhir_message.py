"""What holds for every FHIR message of MedCom: the bundle, its entries, its narratives, the header.

``MessageRules`` joins the profiles of one standard; ``check`` runs them over a message and gives the
findings in the order of the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mocks.standards.fhir_shape import MAX_ENTRIES
from mocks.standards.findings import MOST_FINDINGS, Finding
from mocks.standards.profiles import codes
from mocks.standards.profiles import fhir_message_rules as rules
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_datatypes import by_url
from mocks.standards.profiles.fhir_engine import compile_profile
from mocks.standards.profiles.fhir_kinds import TYPE, row_rules
from mocks.standards.profiles.fhir_narratives import missing, narratives
from mocks.standards.profiles.fhir_rows import Check, Note, Row, Slicing, broken
from mocks.standards.rule import Rule

#: A rule over the whole message: gives notes whose path is complete.
Invariant = Callable[[Context], Iterator[Note]]


def opened(tree: dict[str, Any], version: str) -> Context:
    """What the rules of a message work on. Errors: ``Malformed`` for what is no bundle, or one too long to read."""
    if tree.get("resourceType") != "Bundle":
        kind = str(tree.get("resourceType"))[:60]
        raise TYPE.refusal("/", f"a {kind} is no message", "send a Bundle")
    context = Context(tree, version)
    if len(context.entries) > MAX_ENTRIES:
        sentence = f"the bundle has {len(context.entries)} entries, at most {MAX_ENTRIES} are read"
        raise rules.ENTRIES.refusal("Bundle.entry", sentence)
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
                source=self._exact(n.source),
                mend=n.mend,
                allowed_by=n.allowed_by,
            )
            for n in notes
        ]

    def _exact(self, source: str) -> str:
        """The source with its version where it is this standard's own message profile."""
        return self.source if not source or self.source.startswith(f"{source} ") else source

    def _entries(self, notes: list[Note], context: Context) -> None:
        transport = transport_organisations(context)
        for number, resource in enumerate(context.resources):
            if len(notes) > MOST_FINDINGS:
                return
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
                notes.append(missing(number))
        notes.extend(narratives(context))
        notes.extend(bundle_rules(context))
        if not any(n.rule == TYPE.id for n in notes):
            # rules over several elements presume that each element has its type
            for invariant in self.invariants:
                notes.extend(invariant(context))


_BUNDLE_CHECK = compile_profile("Bundle", BUNDLE, "medcom-messaging-message")
_MISPLACED = (("search", rules.BDL_2), ("request", rules.BDL_3), ("response", rules.BDL_4))

RULES: tuple[Rule, ...] = (*rules.RULES, *row_rules((("medcom-messaging-message", BUNDLE),)))


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


# The bundle ---------------------------------------------------------------------------------------------


def bundle_rules(context: Context) -> Iterator[Note]:
    """FHIR's own rules on a bundle of type message, bdl-1 to bdl-12."""
    tree, seen = context.tree, set()
    if "total" in tree:
        yield broken(rules.BDL_1, "total has no place in a message", "Bundle.total")
    for number, entry in enumerate(context.entries):
        path = f"Bundle.entry[{number}]"
        for name, rule in _MISPLACED:
            if name in entry:
                yield broken(rule, f"{name} has no place in a message", f"{path}.{name}")
        resource = context.resources[number]
        if not resource:
            yield broken(rules.BDL_5, "the entry holds no resource", f"{path}.resource")
            continue
        kind = resource.get("resourceType")
        if type(kind) is not str or not kind:
            yield broken(TYPE, "resourceType is missing", f"{path}.resource", "name the type")
        url = entry.get("fullUrl")
        if type(url) is not str:
            continue
        meta = resource.get("meta")
        key = (url, meta.get("versionId") if type(meta) is dict else None)
        if key in seen:
            yield broken(rules.BDL_7, f"fullUrl {url} stands twice", f"{path}.fullUrl")
        seen.add(key)
        if "/_history/" in url:
            yield broken(rules.BDL_8, "fullUrl names a version", f"{path}.fullUrl")
        elif url.startswith("http") and not url.endswith(f"/{kind}/{resource.get('id')}"):
            yield broken(
                rules.FULL_URL,
                f"fullUrl {url} does not end in {kind}/{resource.get('id')}",
                f"{path}.fullUrl",
            )
    if context.resources and context.resources[0].get("resourceType") != "MessageHeader":
        yield broken(rules.BDL_12, "the first entry is not a MessageHeader", "Bundle.entry[0]")


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
            yield broken(
                rules.ENDPOINT,
                f"the endpoint {endpoint} does not name the SOR id {expected} of the organisation",
                f"Bundle.entry[0].resource.{path}.endpoint",
                f"send {codes.SOR_ENDPOINT}{expected}",
            )


def sor_of(organisation: dict[str, Any]) -> str:
    """The SOR id of an Organization, or nothing."""
    return _identifier(organisation, codes.SOR)


def gln_of(organisation: dict[str, Any]) -> str:
    """The GLN of an Organization, or nothing."""
    return _identifier(organisation, codes.GLN)


def _identifier(organisation: dict[str, Any], system: str) -> str:
    for identifier in organisation.get("identifier") or ():
        if type(identifier) is dict and identifier.get("system") == system:
            value = identifier.get("value")
            return value if type(value) is str else ""
    return ""


def has_provenance(context: Context) -> Iterator[Note]:
    """medcom-messaging-2: the history has at least one step."""
    if not context.of("Provenance"):
        yield broken(rules.HAS_PROVENANCE, "there is no Provenance", "Bundle.entry")


def same_clock(context: Context) -> Iterator[Note]:
    """The moments of a step are not the same wall time in two zones: that is two moments, and one of them wrong."""
    for number, step in context.of("Provenance"):
        occurred, recorded = step.get("occurredDateTime"), step.get("recorded")
        if type(occurred) is not str or type(recorded) is not str or occurred == recorded:
            continue
        if occurred[:19] == recorded[:19] and _zone(occurred) != _zone(recorded):
            said = (
                f"occurredDateTime is {occurred[:35]} and recorded {recorded[:35]}: the same clock, two zones"
            )
            yield broken(rules.SAME_CLOCK, said, f"Bundle.entry[{number}].resource.recorded")


def _zone(moment: str) -> str:
    zone = moment[19:].lstrip(".0123456789")
    return "+00:00" if zone == "Z" else zone


def organisation_identifiers(context: Context) -> Iterator[Note]:
    """dk-core-organization-mandatory-identifier: SOR id, KOMBIT organisation id or CVR number (as OID)."""
    for number, organisation in context.of("Organization"):
        systems = {i.get("system") for i in organisation.get("identifier") or () if type(i) is dict}
        if not systems & {codes.SOR, codes.KOMBIT_ORG, codes.CVR_OID}:
            yield broken(
                rules.ORGANISATION_IDENTIFIER,
                "the organisation has neither SOR id nor KOMBIT id nor CVR number",
                f"Bundle.entry[{number}].resource.identifier",
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
