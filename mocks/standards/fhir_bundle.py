"""A FHIR message as bytes and as a tree, and the parts that MedCom's FHIR standards share.

``parse`` reads JSON or XML into the one tree that checks and readers take, so that a receiver parses
once. The builders make the entries that every message has: header, organisations, steps of the history.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson

from mocks.standards import fhir_form as form
from mocks.standards import fhir_xml
from mocks.standards.fhir_narrative import narrative
from mocks.standards.fhir_shape import MAX_LIST, refuse_long_lists
from mocks.standards.profiles import codes

MIME_JSON: Final = "application/fhir+json"
MIME_XML: Final = "application/fhir+xml"

Tree = dict[str, Any]


class Organisation(msgspec.Struct, frozen=True):
    """A party to messages. ``sor_id`` never changes within a thread; ``gln`` is its lokationsnummer.

    ``name`` is ``None`` where the sender left it out: look it up in SOR. ``others`` are further identifiers
    as (system, value), a ydernummer perhaps.
    """

    sor_id: str
    gln: str
    name: str | None = None
    others: tuple[tuple[str, str], ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One message in the history of a thread: who sent it when, what it added, what it follows.

    On the wire one Provenance. ``sources`` are the identifiers (UUIDs) of the segments that the message
    added. ``previous`` is the ``MessageHeader.id`` of the message that it answers or forwards, or
    ``<lokationsnummer>#<brevid>`` where that was an EDIFACT or OIOXML letter. ``recorded`` is ``None``
    where it equals ``at``.
    """

    header_id: str
    at: datetime
    activity: str
    organisation: Organisation
    sources: tuple[str, ...] = ()
    previous: str | None = None
    recorded: datetime | None = None


# Reading ------------------------------------------------------------------------------------------------


def parse(raw: bytes) -> Tree:
    """The tree of a FHIR resource, told JSON from XML by the first byte.

    Errors: ``Malformed`` where it is too large, not UTF-8, neither JSON nor XML, has an object with the
    same name twice, or nests too deeply.
    """
    if len(raw) > form.MAX_BYTES:
        raise form.SIZE.refusal(
            "/", f"the message has {len(raw)} bytes, at most {form.MAX_BYTES} are allowed with its envelope"
        )
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] if raw[:1] not in b"{<" else raw[:1]
    if start == b"<":
        return fhir_xml.read(raw)
    if start != b"{":
        raise form.JSON.refusal("/", "the message is neither a JSON object nor XML", "send FHIR")
    return _parse_json(raw)


#: Objects, lists and texts of one message. A long thread has some ten thousand; each takes up to 200 bytes of
#: memory, and time to check.
MAX_HOLDERS: Final = 200_000
MAX_TEXTS: Final = 500_000
#: Below this size lists are as short as they have to be, or short enough to be checked all the same.
_LONG = 10_000


def _parse_json(raw: bytes) -> Tree:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if len(raw) > MAX_HOLDERS:  # counting costs as much as reading
        _refuse_too_many(raw)
    try:
        tree = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        try:
            raw.decode()
        except UnicodeDecodeError as wrong:
            raise form.UTF_8.refusal("/", f"byte {wrong.start} is not UTF-8") from None
        raise form.JSON.refusal("/", f"not JSON: {error}") from None
    try:
        compact = orjson.dumps(tree)
    except (TypeError, RecursionError):
        raise form.DEPTH.refusal("/", "the message is nested too deeply") from None
    if compact != raw and _may_repeat_names(raw, compact):
        _refuse_repeated_names(raw)
    if len(raw) > _LONG and raw.count(b",") >= MAX_LIST:
        refuse_long_lists(tree)
    return tree  # type: ignore[no-any-return]


def _refuse_too_many(raw: bytes) -> None:
    for what, count, most in (
        ("objects and lists", raw.count(b"{") + raw.count(b"["), MAX_HOLDERS),
        ("texts", raw.count(b'"') // 2, MAX_TEXTS),
        ("values", raw.count(b","), MAX_TEXTS),
        ("tags in narratives", raw.count(b"<"), MAX_HOLDERS),
    ):
        if count > most:
            raise form.MANY.refusal("/", f"the message has about {count} {what}; at most {most} are read")


_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')


def _may_repeat_names(raw: bytes, compact: bytes) -> bool:
    """Quick and safe: every name of an object ends in ``":``; a name lost in parsing leaves one fewer."""
    return (
        raw.count(b'":') != compact.count(b'":') or b"\\u0022" in raw or _SPACED_COLON.search(raw) is not None
    )


def _refuse_repeated_names(raw: bytes) -> None:
    import json  # only here: the slow way that sees each pair

    def seen_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            count = Counter(name for name, _ in pairs)
            twice = next(name for name, times in count.items() if times > 1)
            raise form.JSON_NAMES.refusal("/", f"an object holds {twice[:60]!r} twice")
        return found

    json.loads(raw, object_pairs_hook=seen_once, parse_int=len, parse_float=len)  # no number matters here


def event_code(tree: Tree) -> str | None:
    """What kind of message it is (``MessageHeader.eventCoding.code``), or ``None`` where it does not say."""
    try:
        code = tree["entry"][0]["resource"]["eventCoding"]["code"]
    except (KeyError, IndexError, TypeError):
        return None
    return code if type(code) is str else None


def read_moment(text: str) -> datetime:
    """An aware moment. ``ValueError`` where the zone is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return moment


def read_organisation(resource: Tree) -> Organisation:
    """The Organization resource as a record. ``KeyError`` where the SOR id is missing."""
    found = {i.get("system"): i.get("value") for i in resource["identifier"]}
    sor_id, gln = found.pop(codes.SOR), found.pop(codes.GLN, None) or ""
    others = tuple((system, value) for system, value in found.items() if system and value)
    return Organisation(sor_id, gln, resource.get("name"), others)


# Writing ------------------------------------------------------------------------------------------------


def serialise(tree: Tree, mime: str) -> bytes:
    """The bytes of a message in one of the two forms."""
    if mime == MIME_JSON:
        return orjson.dumps(tree)
    if mime == MIME_XML:
        return fhir_xml.write(tree)
    raise ValueError(f"the form of a FHIR message is {MIME_JSON} or {MIME_XML}, not {mime}")


def resent(raw: bytes, bundle_id: str, timestamp: datetime) -> bytes:
    """The same message once more: new ``Bundle.id`` and ``Bundle.timestamp``, all else as it was.

    A receiver knows it as a duplicate by its unchanged ``MessageHeader.id``.
    """
    tree = parse(raw)
    tree["id"] = bundle_id
    tree["timestamp"] = write_moment(timestamp)
    return serialise(tree, MIME_XML if "<" in raw[:8].decode(errors="replace") else MIME_JSON)


def write_moment(moment: datetime) -> str:
    """An instant with seconds (milliseconds where there are any) and time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"moments in messages carry a time zone: {moment}")
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


_MASK = (1 << 128) - 1
_STRIDE = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so 2**128 steps pass before one repeats


def derived_ids(seed: str) -> Callable[[], str]:
    """An endless source of UUIDs that depend on ``seed`` alone: the same record, the same message."""
    state = int.from_bytes(blake2b(seed.encode(), digest_size=16).digest())

    def draw() -> str:
        nonlocal state
        state = (state + _STRIDE) & _MASK
        bits = state & ~(0xF000 << 64) & ~(0xC000 << 48) | (4 << 76) | (8 << 60)
        h = f"{bits:032x}"
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    return draw


_USE_EXTENSION = [
    {
        "url": codes.DESTINATION_USE_EXTENSION,
        "valueCoding": {"system": codes.DESTINATION_USE_SYSTEM, "code": "primary"},
    }
]
_MESSAGING_META = {"profile": [codes.MESSAGING_ORGANIZATION]}
_CORE_META = {"profile": [codes.CORE_ORGANIZATION]}


class BundleWriter:
    """Collects the entries of one message under one address, and bundles each organisation once."""

    def __init__(self, base: str, new_id: Callable[[], str]) -> None:
        self._base = base
        self.new_id = new_id
        self.entries: list[Tree] = []
        self._organisations: dict[Organisation, str] = {}

    def add(self, resource: Tree) -> str:
        """Append an entry; gives the reference to it."""
        reference = f"{resource['resourceType']}/{resource['id']}"
        self.entries.append({"fullUrl": f"{self._base}/{reference}", "resource": resource})
        return reference

    def organisation(self, party: Organisation) -> str:
        """The reference to an organisation, which ``add_organisations`` bundles."""
        found = self._organisations.get(party)
        if found is None:
            found = self._organisations[party] = f"Organization/{self.new_id()}"
        return found

    def add_organisations(self) -> None:
        """Append all organisations that were referred to."""
        for party, reference in self._organisations.items():
            self._add_organisation(party, reference)

    def _add_organisation(self, party: Organisation, reference: str) -> None:
        own = reference[13:]
        identifiers = [{"system": codes.SOR, "value": party.sor_id}]
        shown = [("SOR-id", party.sor_id)]
        if party.gln:
            identifiers.append({"system": codes.GLN, "value": party.gln})
            shown.append(("Lokationsnummer (GLN)", party.gln))
        for system, value in party.others:
            identifiers.append({"system": system, "value": value})
            shown.append((f"Nummer (Identifier) {system}", value))
        if party.name:
            shown.append(("Navn (Name)", party.name))
        resource: Tree = {
            "resourceType": "Organization",
            "id": own,
            "meta": _MESSAGING_META if party.gln else _CORE_META,
            "text": narrative("Organisation (Organization)", own, shown),
            "identifier": identifiers,
        }
        if party.name:
            resource["name"] = party.name
        self.add(resource)

    def destination(self, receiver: Organisation) -> list[Tree]:
        """``MessageHeader.destination`` with the one primary receiver."""
        return [
            {
                "extension": _USE_EXTENSION,
                "endpoint": codes.SOR_ENDPOINT + receiver.sor_id,
                "receiver": {"reference": self.organisation(receiver)},
            }
        ]

    def step(self, step: Step, meta: Tree) -> None:
        """Append the Provenance of a step."""
        own, at = self.new_id(), write_moment(step.at)
        who = self.organisation(step.organisation)
        target = f"MessageHeader/{step.header_id}"
        shown = [
            ("Meddelelse (Target)", target),
            ("Tidspunkt (Occurred)", at),
            ("Aktivitet (Activity)", codes.CC_ACTIVITIES.get(step.activity, "Kvittering")),
            ("Kode (Code)", step.activity),
            ("Afsender (Agent)", who),
        ]
        entities: list[Tree] = []
        if step.previous:
            if "#" in step.previous:
                what: Tree = {"identifier": {"value": step.previous}}
                shown.append(("Forrige brev (revision)", step.previous))
            else:
                what = {"reference": f"MessageHeader/{step.previous}"}
                shown.append(("Forrige meddelelse (revision)", what["reference"]))
            entities.append({"role": "revision", "what": what})
        for source in step.sources:
            value = f"urn:uuid:{source}"
            entities.append({"role": "source", "what": {"identifier": {"value": value}}})
            shown.append(("Indhold (source)", value))
        resource: Tree = {
            "resourceType": "Provenance",
            "id": own,
            "meta": meta,
            "text": narrative("Oprindelse (Provenance)", own, shown),
            "target": [{"reference": target}],
            "occurredDateTime": at,
            "recorded": at if step.recorded is None else write_moment(step.recorded),
            "activity": {"coding": [{"system": codes.ACTIVITY_SYSTEM, "code": step.activity}]},
            "agent": [{"who": {"reference": who}}],
        }
        if entities:
            resource["entity"] = entities
        self.add(resource)
