"""Registrations for the citizen's access log: ours are as the official schema wants them, and what is not
said to be so is refused entry by entry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN
from mocks.standards.minlog import (
    Added,
    DestinationSystem,
    Fault,
    Identified,
    LogDataEntry,
    SourceSystem,
    read_request,
    read_response,
    write_request,
    write_response,
)
from tests.official import DATA, needs_official

NOW = datetime(2025, 4, 1, 8, 30, tzinfo=COPENHAGEN)
SCHEMA = DATA / "national" / "minlog" / "minlog2-registration_20250312.xsd"
ENTRY = LogDataEntry(
    Source=SourceSystem(SystemName="SAPA", CorrelationId="c-1", Source=SourceSystem(SystemName="EPJ")),
    Destination=DestinationSystem(SystemName="Dokumentdelingsservice"),
    Activity="Opslag af aftaler",
    Reason="Koordinering",
    Addition="Værdispring",
    Criticality="Ingen",
    DateTime=NOW,
    OrganisationId=Identified(source="SOR", value="325431000016004"),
    OrganisationName="PPR <Thisted> & omegn",
    PersonIdentifier=Identified(source="CPR", value="2512489996"),
    PersonName="Nancy",
    CorrelationId="c-2",
    SequenceNumber="7",
    UserPersonIdentifier=Identified(source="Autorisation", value="SRTTQ"),
    UserPersonName="Jens",
    UserRole="ppr",
    OnBehalfOfPersonIdentifier=Identified(source="CPR", value="0101584160"),
    OnBehalfOfPersonName="Ole",
    OnBehalfOfUserRole="leder",
    Filter=("Ikke borger", "Ikke forældremyndigheds-indehaver"),
)
LEAST = LogDataEntry(
    Destination=DestinationSystem(SystemName="X"),
    Activity="Y",
    DateTime=NOW,
    PersonIdentifier=ENTRY.PersonIdentifier,
    UserPersonIdentifier=ENTRY.UserPersonIdentifier,
)


def one(xml: bytes) -> LogDataEntry | Fault:
    (found,) = read_request(etree.fromstring(xml))
    return found


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@needs_official
@pytest.mark.official
@pytest.mark.parametrize(
    "entry", [ENTRY, LEAST, replace(LEAST, DateTime=None, FromDateTime=NOW, ToDateTime=NOW)]
)
def test_what_we_register_meets_the_official_schema(entry: LogDataEntry, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(write_request([entry])))


@needs_official
@pytest.mark.official
@pytest.mark.parametrize(
    "added",
    [
        Added(3, 0),
        Added(1, 2, [Fault(FaultCode="x"), Fault(FaultCode="y", FaultText="z", SequenceNumber="7")]),
    ],
)
def test_what_we_answer_meets_the_official_schema(added: Added, schema: etree.XMLSchema) -> None:
    answered = etree.fromstring(write_response(added))
    schema.assertValid(answered)
    assert read_response(answered) == added


def test_an_entry_comes_back_as_it_was_sent() -> None:
    assert one(write_request([ENTRY])) == ENTRY
    assert one(write_request([LEAST])) == LEAST


_EDITS = st.sampled_from(
    [
        (b"Activity>", b"Activitx>"),
        (b"<Reason>Koordinering</Reason>", b"<Reason></Reason>"),
        (b"<Reason>Koordinering</Reason>", b"<Reason>" + b"r" * 51 + b"</Reason>"),
        (b"<Activity>Opslag af aftaler</Activity>", b""),
        (b"<Activity>Opslag af aftaler</Activity>", b"<Activity>" + b"a" * 76 + b"</Activity>"),
        (b'source="SOR"', b'source="SHAK"'),
        (b'<OrganisationId source="SOR">', b"<OrganisationId>"),
        (b'source="Autorisation"', b'source="Lokal"'),
        (b"<SequenceNumber>7</SequenceNumber>", b"<SequenceNumber>" + b"7" * 37 + b"</SequenceNumber>"),
        (b"<DateTime>2025", b"<DateTime>2014"),
        (b"<DateTime>", b"<DateTime>x"),
        (b"</Destination>", b"<Filter></Filter></Destination>"),
        (b"</Destination>", b"<Filter>Ikke andre</Filter></Destination>"),
        (b"</Destination>", b"<Activity>again</Activity></Destination>"),
        (b"<Destination>", b"<Destination><Extra/>"),
        (b"<SystemName>SAPA</SystemName>", b""),
        (b"<SystemName>SAPA</SystemName>", b"<SystemName>" + b"s" * 26 + b"</SystemName>"),
        (b"<CorrelationId>c-1</CorrelationId><SystemName>SAPA</SystemName>",
         b"<SystemName>SAPA</SystemName><CorrelationId>c-1</CorrelationId>"),
        (b"<UserRole>ppr</UserRole>", b"<UserRole>" + "æ".encode() * 200 + b"</UserRole>"),
        (b"<PersonName>Nancy</PersonName>", b"<PersonName>" + b"n" * 51 + b"</PersonName>"),
        (b"</DateTime>", b"</DateTime><FromDateTime>2025-04-01T08:00:00Z</FromDateTime>"),
    ]
)  # fmt: skip


@needs_official
@pytest.mark.official
@settings(max_examples=150, deadline=None)
@given(st.lists(_EDITS, max_size=2))
def test_our_reading_agrees_with_the_official_schema(edits: list[tuple[bytes, bytes]]) -> None:
    xml = write_request([ENTRY])
    for old, new in edits:
        xml = xml.replace(old, new)
    root = etree.fromstring(xml)
    official = etree.XMLSchema(etree.parse(str(SCHEMA))).validate(root)
    assert isinstance(one(xml), LogDataEntry) is official


def test_a_fault_names_the_entry_by_its_number_and_repeats_no_value() -> None:
    xml = write_request([ENTRY]).replace(b"2512489996", b"251248999X")
    fault = one(xml)
    assert isinstance(fault, Fault)
    assert fault.SequenceNumber == "7"
    assert "251248999" not in fault.FaultText


def test_what_cannot_be_sent_is_not_written() -> None:
    with pytest.raises(BadInput, match="Activity has at most 75"):
        write_request([replace(LEAST, Activity="x" * 76)])
    with pytest.raises(BadInput, match="exactly one"):
        write_request([replace(LEAST, FromDateTime=NOW, ToDateTime=NOW + timedelta(hours=1))])


@pytest.mark.parametrize(
    "xml",
    [
        b"<RegistrationRequest/>",
        write_response(Added(1, 0)),
        write_request([LEAST]).replace(b"LogDataEntry", b"LogEntry"),
    ],
)
def test_what_is_no_registration_is_refused(xml: bytes) -> None:
    with pytest.raises(BadInput):
        read_request(etree.fromstring(xml))


@pytest.mark.parametrize("xml", [b"<x/>", write_response(Added(1, 0)).replace(b">1<", b">one<")])
def test_what_is_no_answer_is_refused(xml: bytes) -> None:
    with pytest.raises(BadInput):
        read_response(etree.fromstring(xml))


def test_sources_without_end_are_refused() -> None:
    deep = b"<Source>" * 12 + b"</Source>" * 12
    xml = write_request([LEAST]).replace(b"<LogDataEntry>", b"<LogDataEntry>" + deep)
    assert isinstance(one(xml), Fault)
