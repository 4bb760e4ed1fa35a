"""Single faults in the form of FHIR messages: what only the bytes of JSON or XML can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.standards.mutants.fhir_fault import standard
from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import (
    add,
    attribute,
    drop,
    edited,
    everywhere,
    rename,
    replaced,
    swap,
)

_JSON, _XML = "CC5 simple", "CC5 simple xml"
_COMMUNICATION = "entry/resource/Communication"


def form_mutants() -> Iterator[Mutant]:
    """All mutants of the form."""
    yield from _json()
    yield from _xml()


def _made(name: str, base: str, change: Callable[[bytes], bytes], meant: Meant) -> Mutant:
    return Mutant(name, standard(base), base, change, meant)


def _json() -> Iterator[Mutant]:
    rows: tuple[tuple[str, Callable[[bytes], bytes], Meant], ...] = (
        ("the JSON ends too early", lambda raw: raw[:-40], Meant(rule="fhir-json|fhir-utf-8")),
        ("a comma is missing", replaced(b',"timestamp"', b'"timestamp"'), Meant(rule="fhir-json|fhir-utf-8")),
        (
            "a name is in single quotes",
            replaced(b'"timestamp"', b"'timestamp'"),
            Meant(rule="fhir-json|fhir-utf-8"),
        ),
        (
            "a name stands twice",
            replaced(b'"timestamp":', b'"timestamp":"2025-09-29T09:00:00Z","timestamp":'),
            Meant(says="timestamp"),
        ),
        (
            "the status stands twice in one resource",
            replaced(b'"status":"unknown"', b'"status":"unknown","status":"completed"'),
            Meant(says="status"),
        ),
        (
            "a comment stands in the JSON",
            replaced(b'"timestamp"', b'/* when */ "timestamp"'),
            Meant(rule="fhir-json|fhir-utf-8"),
        ),
        (
            "the text is in ISO-8859-1",
            lambda raw: raw.decode().encode("iso-8859-1"),
            Meant(rule="fhir-json|fhir-utf-8"),
        ),
        (
            "a control character stands in a text",
            replaced(b"K\xc3\xa6re", b"K\x01re"),
            Meant(rule="fhir-json|fhir-utf-8"),
        ),
        ("a value is null", replaced(b'"status":"unknown"', b'"status":null'), Meant(says="status")),
        ("a list is empty", replaced(b'"given":["Bruno","Test"]', b'"given":[]'), Meant(says="given")),
        (
            "an object is empty",
            replaced(b'"status":"unknown"', b'"status":"unknown","topic":{}'),
            Meant(says="topic"),
        ),
        ("two messages stand in one file", lambda raw: raw + raw, Meant(rule="fhir-json|fhir-utf-8")),
        (
            "the message stands in a list",
            lambda raw: b"[" + raw + b"]",
            Meant(says="json|list|unrecognised|object"),
        ),
        (
            "the bundle is called bundle",
            replaced(b'"resourceType":"Bundle"', b'"resourceType":"bundle"'),
            Meant(says="unrecognised|bundle"),
        ),
        (
            "the header alone is sent",
            lambda raw: raw[raw.index(b'{"resourceType":"MessageHeader"') : raw.index(b"}}", 500)] + b"}}",
            Meant(says="json|unrecognised|bundle"),
        ),
    )
    for name, change, meant in rows:
        yield _made(name, _JSON, change, meant)


def _xml() -> Iterator[Mutant]:
    at = f"{_COMMUNICATION}/status"
    rows: tuple[tuple[str, Callable[[bytes], bytes], Meant], ...] = (
        ("the XML ends too early", lambda raw: raw[:-40], Meant(rule="xml-.*")),
        (
            "the XML begins with a document type",
            replaced(b"<Bundle", b'<!DOCTYPE Bundle [<!ENTITY a "b">]><Bundle'),
            Meant(rule="xml-.*"),
        ),
        ("an element of the XML has no value", edited(attribute(at, "value", None)), Meant(says="status")),
        ("a value of the XML is empty", edited(attribute(at, "value", "")), Meant(says="status")),
        (
            "an element of the XML has its value as text",
            replaced(b'<status value="unknown"/>', b"<status>unknown</status>"),
            Meant(says="status|text"),
        ),
        (
            "an element of the XML has an attribute more",
            edited(attribute(at, "lang", "da")),
            Meant(says="lang|attribute", lenient=True),
        ),
        (
            "an element of the XML stands after what follows it",
            edited(swap(at)),
            Meant(says="order|status|before|after", lenient=True),
        ),
        (
            "the entries of the XML stand before the bundle's type",
            edited(swap("type")),
            Meant(says="order|type|timestamp|before|after", lenient=True),
        ),
        (
            "an element of the XML is unknown",
            edited(add(_COMMUNICATION, "colour")),
            Meant(says="colour", lenient=True),
        ),
        ("an element of the XML has another name", edited(rename(at, "state")), Meant(says="status|state")),
        (
            "the namespace of the XML is that of version 3's",
            everywhere(b"http://hl7.org/fhir", b"urn:hl7-org:v3"),
            Meant(says="namespace|unrecognised"),
        ),
        (
            "a resource of the XML has another namespace",
            replaced(b"<Patient>", b'<Patient xmlns="urn:other">'),
            Meant(says="namespace|Patient"),
        ),
        (
            "two resources of the XML stand in one entry",
            replaced(b"</Patient>", b'</Patient><Basic><id value="b"/></Basic>'),
            Meant(says="resource|Basic"),
        ),
        (
            "text stands between two elements of the XML",
            replaced(b"<status", b"ok<status"),
            Meant(says="text", lenient=True),
        ),
        ("a required element of the XML is missing", edited(drop(at)), Meant(says="status")),
        ("the date of the XML has no time zone", replaced(b"+02:00", b""), Meant(says="timestamp|zone")),
        (
            "the XML is in ISO-8859-1, and FHIR knows UTF-8 only",
            _in_latin_1,
            Meant(says="encod|utf-8", lenient=True),
        ),
        (
            "the XML says it is UTF-8 and is ISO-8859-1",
            lambda raw: raw.decode().encode("iso-8859-1"),
            Meant(rule="xml-.*"),
        ),
    )
    for name, change, meant in rows:
        yield _made(name, _XML, change, meant)


def _in_latin_1(raw: bytes) -> bytes:
    text = raw.decode("utf-8").replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    if "ISO-8859-1" not in text[:60]:
        text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'
    return text.encode("iso-8859-1")
