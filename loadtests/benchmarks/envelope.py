"""What reading and writing a VANSEnvelope costs, by the bare work of libraries that it cannot avoid."""

from __future__ import annotations

import base64
from datetime import datetime

from lxml import etree

from loadtests.benchmarks.frame import Benchmark, Contest
from mocks.runtime import COPENHAGEN
from mocks.standards.vans_envelope import (
    Document,
    EndPoint,
    EndPointKind,
    Envelope,
    MetaInformation,
    Transport,
    read,
    write,
)

LETTER = (
    b"<?xml version='1.0' encoding='UTF-8'?><Emessage>" + b"<Text>bekymring</Text>" * 230 + b"</Emessage>"
)
ENVELOPE = Envelope(
    sender=EndPoint(EndPointKind.EAN, "5790000121526"),
    receiver=EndPoint(EndPointKind.EAN, "5790000121526"),
    identifier="0d5b3c18-0000-4000-8000-000000000001",
    sent=datetime(2025, 4, 1, 9, 30, tzinfo=COPENHAGEN),
    meta=MetaInformation(
        "0d5b3c18-0000-4000-8000-000000000002",
        Document("XML", "MCM:XDIS91", "XD9134L", len(LETTER)),
        None,
        Transport("reliable"),
    ),
    data=LETTER,
)
_DATA = "{urn:oio:medcom:vans-envelope:1.0.4}Data"


def _reading() -> Contest:
    raw = write(ENVELOPE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)

    def bare() -> bytes:
        root = etree.fromstring(raw, parser)
        return base64.b64decode(next(root.iter(_DATA)).text or "")

    if read(raw).data != bare():
        raise AssertionError("the contenders do not do the same work")
    return Contest("lxml and base64 alone", {"lxml and base64 alone": bare, "our reader": lambda: read(raw)})


def _writing() -> Contest:
    raw = write(ENVELOPE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return Contest(
        "parsing it with lxml",
        {
            "parsing it with lxml": lambda: etree.fromstring(raw, parser),
            "our writer": lambda: write(ENVELOPE),
        },
    )


READING = Benchmark("envelope-read", "a 5 KB letter out of its VANSEnvelope", "envelope", _reading)
WRITING = Benchmark("envelope-write", "a 5 KB letter into a VANSEnvelope", "envelope", _writing)
