"""The narratives of a message: there, plain XHTML, with content, and without the bytes of attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from lxml import etree

from mocks.standards import topics
from mocks.standards.fhir_form import TXT_1, TXT_2
from mocks.standards.findings import Severity
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule

_SOURCE = "MedCom governance for FHIR messaging, narrative"
NARRATIVE = Rule(
    id="medcom-narrative",
    statement="Each resource but the bundle has a narrative with content.",
    source=_SOURCE,
    mend="add text with status generated or extensions, and a div for people to read",
    readings=topics.NARRATIVE.readings({"profiles": Severity.WARNING}),
    example='"text": {"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">...</div>"}',
)
BYTES = Rule(
    id="medcom-narrative-data",
    statement="A narrative does not repeat the bytes of an attachment.",
    source=_SOURCE,
    mend="show the title of the attachment instead",
    severity=Severity.WARNING,
)
RULES: tuple[Rule, ...] = (NARRATIVE, BYTES)

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_ACTIVE = ("<script", "<iframe", "<form", "<object", "<head", "<body", "javascript:")
_EVENT = re.compile(r"<[^<>]*\son[a-z]+\s*=")
_CONTENT = re.compile(r">[^<]*[^\s<]|<img\b")
_NAMESPACE = "http://www.w3.org/1999/xhtml"
#: So many characters of an attachment in a narrative are no accident.
_TELLING = 16


def missing(number: int) -> Note:
    """Entry ``number`` has no narrative."""
    path = f"Bundle.entry[{number}].resource"
    return broken(NARRATIVE, "the resource has no narrative (text)", path, disputed=True)


def narratives(context: Context) -> Iterator[Note]:
    """What is wrong with the narratives that there are."""
    divs: list[tuple[int, str]] = []
    for number, resource in enumerate(context.resources):
        text = resource.get("text")
        if type(text) is not dict:
            continue
        div = text.get("div")
        path = f"Bundle.entry[{number}].resource.text.div"
        if type(div) is not str:
            if div is not None:
                yield broken(TXT_1, "the narrative is not text", path, "send XHTML as text")
            continue
        divs.append((number, div))
        if text.get("status") == "empty":
            mend = "use generated or extensions"
            yield broken(NARRATIVE, "the narrative says that it is empty", path, mend, disputed=True)
    joined = "".join([div for _, div in divs])
    # one look at all of them; only when something is wrong, one by one
    if joined and (not _well_formed(f"<all>{joined}</all>") or _suspect(joined)):
        for number, div in divs:
            if sentence := _not_xhtml(div) or _active(div):
                yield broken(TXT_1, sentence, f"Bundle.entry[{number}].resource.text.div")
    for number, div in divs:
        if sentence := _wrong_div(div):
            yield broken(TXT_1, sentence, f"Bundle.entry[{number}].resource.text.div")
        elif _CONTENT.search(div) is None:
            yield broken(TXT_2, "the narrative holds nothing", f"Bundle.entry[{number}].resource.text.div")
    yield from _bytes(context, dict(divs))


def _suspect(markup: str) -> bool:
    return any(tag in markup for tag in _ACTIVE) or (" on" in markup and _EVENT.search(markup) is not None)


def _active(div: str) -> str | None:
    found = [tag for tag in _ACTIVE if tag in div]
    if found:
        return f"the narrative holds {found[0]}, which FHIR forbids"
    event = _EVENT.search(div)
    return "the narrative reacts to events (an attribute on...), which FHIR forbids" if event else None


def _wrong_div(div: str) -> str | None:
    start = div.lstrip()
    if not start.startswith("<div"):
        return "the narrative is not a div"
    return None if _NAMESPACE in start[: start.find(">")] else "the div is not in the namespace of XHTML"


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


def _bytes(context: Context, divs: dict[int, str]) -> Iterator[Note]:
    for number, communication in context.of("Communication"):
        payloads: Any = communication.get("payload")
        for payload in payloads if type(payloads) is list else ():
            attachment = payload.get("contentAttachment") if type(payload) is dict else None
            data = attachment.get("data") if type(attachment) is dict else None
            if type(data) is str and len(data) >= _TELLING and data[:60] in divs.get(number, ""):
                path = f"Bundle.entry[{number}].resource.text.div"
                yield broken(BYTES, "the narrative repeats the bytes of an attachment", path)
