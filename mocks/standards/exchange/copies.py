"""Whether two messages are copies of one, and what may differ between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mocks.standards.exchange import copy_rules as rules
from mocks.standards.exchange.unwrapped import Unwrapped, unwrap
from mocks.standards.fhir_bundle import Tree
from mocks.standards.findings import Finding
from mocks.standards.profiles.care_communication_thread import header_id


def check_copies(first: bytes, again: bytes) -> list[Finding]:
    """What is wrong with ``again`` as a copy of ``first``; nothing where they are different messages."""
    return check_unwrapped(unwrap(first), unwrap(again))


def check_unwrapped(first: Unwrapped, again: Unwrapped) -> list[Finding]:
    """As ``check_copies``, for what has been unwrapped."""
    found = list(_envelopes(first, again))
    if first.tree is not None and again.tree is not None:
        found += list(_messages(first.tree, again.tree, again.where))
    return found


def key_of(message: Unwrapped) -> str:
    """What copies of one message have in common: FHIR's header id, else that of the label, else the letter's."""
    if message.tree is not None:
        return f"header {_header(message.tree).get('id')}"
    if message.envelope is not None and message.envelope.meta is not None:
        return f"message {message.envelope.meta.identifier.lower()}"
    if message.letter is not None:
        return f"letter {message.letter.envelope_id} {message.letter.sender}"
    return ""


def _envelopes(first: Unwrapped, again: Unwrapped) -> Iterator[Finding]:
    one, two = first.envelope, again.envelope
    if one is None or two is None or one.meta is None or two.meta is None:
        return
    same_envelope = one.identifier.lower() == two.identifier.lower()
    same_message = one.meta.identifier.lower() == two.meta.identifier.lower()
    path = "VANSEnvelope/EnvelopeIdentifier"
    if same_envelope and not same_message:
        yield rules.REUSED.at(path, "the envelope's identifier was used for another message")
    elif same_envelope and one.sent != two.sent:
        yield rules.ENVELOPE_ID.at(path, "the message is sent again in an envelope with the same identifier")
    elif same_message and not same_envelope and one.sent == two.sent:
        said = "the message is sent again with the moment of the first sending"
        yield rules.ENVELOPE_ID.at("VANSEnvelope/SentDateTime", said)
    if same_message and first.tree is None and first.content != again.content:
        yield rules.CHANGED.at(
            "VANSEnvelope/Message/Data", "the content is another under the same identifier"
        )


def _header(tree: Tree) -> dict[str, Any]:
    entries = tree.get("entry")
    entry = entries[0] if type(entries) is list and entries else {}
    found = entry.get("resource") if type(entry) is dict else None
    return found if type(found) is dict else {}


def _messages(first: Tree, again: Tree, where: str) -> Iterator[Finding]:
    same_bundle = first.get("id") == again.get("id")
    if _header(first).get("id") != _header(again).get("id"):
        if same_bundle:
            said = "the bundle's id was used for another message"
            yield rules.REUSED.at(f"{where}Bundle.id", said)
        return
    if first == again:
        return
    if same_bundle:
        yield rules.BUNDLE.at(f"{where}Bundle.id", "the message is sent again with the same Bundle.id")
    if first.get("timestamp") == again.get("timestamp"):
        said = "the message is sent again with the same Bundle.timestamp"
        yield rules.BUNDLE.at(f"{where}Bundle.timestamp", said)
    try:
        old, old_times = _content(first)
        new, new_times = _content(again)
    except (AttributeError, TypeError, KeyError, IndexError):
        return  # elements of wrong types are findings of the message alone
    if old != new:
        said = "the message is another than the first copy, under the same MessageHeader.id"
        yield rules.CHANGED.at(f"{where}Bundle.entry", said)
    elif old_times == new_times:
        said = "the Provenance tells when the first copy was sent"
        yield rules.TIMES_KEPT.at(f"{where}Bundle.entry", said, disputed=True)
    else:
        said = "the Provenance tells another moment of sending than that of the first copy"
        yield rules.TIMES_CHANGED.at(f"{where}Bundle.entry", said, disputed=True)


def _content(tree: Tree) -> tuple[list[Any], list[Any]]:
    """The resources without narratives and without the moments of the own step, and those moments."""
    own = _header(tree).get("id")
    resources, times = [], []
    for entry in tree.get("entry") or ():
        resource = {key: value for key, value in entry.get("resource", {}).items() if key != "text"}
        if resource.get("resourceType") == "Provenance":
            target = (resource.get("target") or [{}])[0].get("reference") or ""
            if header_id(target) == own:
                times.append((resource.pop("occurredDateTime", None), resource.pop("recorded", None)))
        resources.append(resource)
    return sorted(resources, key=lambda each: f"{each.get('resourceType')}/{each.get('id')}"), times
