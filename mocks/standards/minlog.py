"""MinLog2, the citizen's access log: registrations (version of 12 March 2025) and the answer to them.

Names, order, lengths and values are those of the registration service's schema; which fault codes the
service answers is not public, so those are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from lxml import etree
from msgspec import Meta

from mocks.errors import BadInput
from mocks.identifiers import check_cpr
from mocks.runtime import COPENHAGEN
from mocks.standards.safe_xml import escape, escape_attribute

NAMESPACE = "http://www.sundhedsdatastyrelsen.dk/minlog/xml.schema/2025/03/12/minlog2-registration.xsd"
PATH = "/minlog2-registration/20250312/RegisterService"
ACTION = "AddRegistrations"
REQUEST, RESPONSE = f"{{{NAMESPACE}}}RegistrationRequest", f"{{{NAMESPACE}}}RegistrationResponse"

#: MinLog2 takes nothing older.
EARLIEST = datetime(2015, 1, 1, tzinfo=COPENHAGEN)

NOT_CITIZEN = "Ikke borger"
NOT_CUSTODY_HOLDER = "Ikke forældremyndigheds-indehaver"
CONSENT, OVERRIDE, NO_ADDITION = "Samtykke", "Værdispring", "Ingen"

ORGANISATION_SOURCES = ("SOR", "YDER", "CVR", "EuropeanHealthcareOrganisation")
CITIZEN_SOURCES = ("CPR", "eCPR")
USER_SOURCES = ("CPR", "Autorisation", "EuropeanHealthcareProfessional")
ON_BEHALF_SOURCES = ("CPR", "Autorisation")

Moment = Annotated[datetime, Meta(tz=True)]
#: Systems that a look-up passed on its way; nobody nests more.
DEEPEST_SOURCE = 10


class SourceSystem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The system the look-up came from, and what that was asked by in turn."""

    SystemName: str = ""
    CorrelationId: str = ""
    Source: SourceSystem | None = None


class DestinationSystem(msgspec.Struct, frozen=True, kw_only=True):
    """The system that was asked."""

    SystemName: str


class Identified(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation or a person by an identifier of the kind ``source``."""

    source: str
    value: str


class LogDataEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One look-up at one citizen's data. ``DateTime``, or ``FromDateTime`` with ``ToDateTime``."""

    Destination: DestinationSystem
    Activity: str
    PersonIdentifier: Identified
    UserPersonIdentifier: Identified
    Source: SourceSystem | None = None
    Reason: str = ""
    Addition: str = ""
    Criticality: str = ""
    DateTime: Moment | None = None
    FromDateTime: Moment | None = None
    ToDateTime: Moment | None = None
    OrganisationId: Identified | None = None
    OrganisationName: str = ""
    PersonName: str = ""
    CorrelationId: str = ""
    SequenceNumber: str = ""
    UserPersonName: str = ""
    UserRole: str = ""
    OnBehalfOfPersonIdentifier: Identified | None = None
    OnBehalfOfPersonName: str = ""
    OnBehalfOfUserRole: str = ""
    Filter: tuple[str, ...] = ()


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why one entry was not added. The code is ours."""

    FaultCode: str
    FaultText: str = ""
    SequenceNumber: str = ""


class Added(msgspec.Struct, frozen=True):
    """The answer to a registration: how many were added, and what was wrong with the others."""

    NumberAdded: int
    NumberFailed: int
    FailedLogDataEntries: list[Fault] = []


class _Field(NamedTuple):
    """An element of ``Destination``: its longest text, whether it must be there, the sources of an identifier."""

    name: str
    longest: int = 0
    needed: bool = False
    sources: tuple[str, ...] = ()


#: In the order of the schema. No ``longest``: a moment.
_FIELDS = (
    _Field("SystemName", 25, True),
    _Field("Activity", 75, True),
    _Field("Reason", 50),
    _Field("Addition", 50),
    _Field("Criticality", 50),
    _Field("DateTime"),
    _Field("FromDateTime"),
    _Field("ToDateTime"),
    _Field("OrganisationId", 200, sources=ORGANISATION_SOURCES),
    _Field("OrganisationName", 200),
    _Field("PersonIdentifier", 50, True, CITIZEN_SOURCES),
    _Field("PersonName", 50),
    _Field("CorrelationId", 46),
    _Field("SequenceNumber", 36),
    _Field("UserPersonIdentifier", 50, True, USER_SOURCES),
    _Field("UserPersonName", 50),
    _Field("UserRole", 200),
    _Field("OnBehalfOfPersonIdentifier", 50, sources=ON_BEHALF_SOURCES),
    _Field("OnBehalfOfPersonName", 50),
    _Field("OnBehalfOfUserRole", 200),
    _Field("Filter", 50),
)
_PLACE = {field.name: number for number, field in enumerate(_FIELDS)}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


# Writing ---------------------------------------------------------------------------------------------------


def write_request(entries: Iterable[LogDataEntry]) -> bytes:
    """A registration as a SOAP body. ``BadInput`` for an entry that the schema does not take."""
    listed = "".join(map(_entry_xml, entries))
    return f'<ml:RegistrationRequest xmlns:ml="{NAMESPACE}">{listed}</ml:RegistrationRequest>'.encode()


def write_response(added: Added) -> bytes:
    """The answer to a registration as a SOAP body."""
    failed = "".join(
        f"<FailedLogDataEntries><FaultCode>{escape(fault.FaultCode)}</FaultCode>"
        f"{_element('FaultText', fault.FaultText)}{_element('SequenceNumber', fault.SequenceNumber)}"
        f"</FailedLogDataEntries>"
        for fault in added.FailedLogDataEntries
    )
    return (
        f'<ml:RegistrationResponse xmlns:ml="{NAMESPACE}">{failed}<NumberAdded>{added.NumberAdded}</NumberAdded>'
        f"<NumberFailed>{added.NumberFailed}</NumberFailed></ml:RegistrationResponse>"
    ).encode()


def _entry_xml(entry: LogDataEntry) -> str:
    if (problem := problem_of(entry)) is not None:
        raise BadInput(f"a log entry cannot be sent: {problem}")
    parts = []
    for field in _FIELDS:
        value = entry.Destination.SystemName if field.name == "SystemName" else getattr(entry, field.name)
        if isinstance(value, str):
            parts.append(_element(field.name, value))
        elif isinstance(value, datetime):
            parts.append(_element(field.name, value.isoformat()))
        elif isinstance(value, Identified):
            source = escape_attribute(value.source)
            parts.append(f'<{field.name} source="{source}">{escape(value.value)}</{field.name}>')
        elif isinstance(value, tuple):
            parts.extend(_element(field.name, text) for text in value)
    source = "" if entry.Source is None else _source_xml(entry.Source)
    return f"<LogDataEntry>{source}<Destination>{''.join(parts)}</Destination></LogDataEntry>"


def _source_xml(source: SourceSystem) -> str:
    inner = "" if source.Source is None else _source_xml(source.Source)
    own = _element("CorrelationId", source.CorrelationId) + _element("SystemName", source.SystemName)
    return f"<Source>{own}{inner}</Source>"


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


# Reading ---------------------------------------------------------------------------------------------------


def read_request(body: etree._Element) -> list[LogDataEntry | Fault]:
    """The entries of a registration; a fault in the place of one that the schema does not take.

    Errors: ``BadInput`` for a body that is no registration, or holds anything but entries.
    """
    if body.tag != REQUEST:
        raise BadInput(f"the body is no RegistrationRequest of {NAMESPACE}")
    if any(child.tag != "LogDataEntry" for child in body):
        raise BadInput(
            "a RegistrationRequest holds LogDataEntry elements, without namespace, and nothing else"
        )
    return [_read_or_fault(child, number) for number, child in enumerate(body)]


def read_response(body: etree._Element) -> Added:
    """The answer to a registration. ``BadInput`` for what is none."""
    if body.tag != RESPONSE:
        raise BadInput("the body is no RegistrationResponse")
    faults = [
        Fault(
            FaultCode=f.findtext("FaultCode") or "",
            FaultText=f.findtext("FaultText") or "",
            SequenceNumber=f.findtext("SequenceNumber") or "",
        )
        for f in body.iterchildren("FailedLogDataEntries")
    ]
    try:
        counts = [int(body.findtext(name) or "") for name in ("NumberAdded", "NumberFailed")]
    except ValueError:
        raise BadInput("the answer says no number of entries that were added and that failed") from None
    return Added(counts[0], counts[1], faults)


def invalid(text: str, sequence: str) -> Fault:
    """The fault of one entry."""
    return Fault(FaultCode="invalid_entry", FaultText=text, SequenceNumber=sequence[:36])


def _read_or_fault(element: etree._Element, number: int) -> LogDataEntry | Fault:
    try:
        entry = _read(element)
        problem = problem_of(entry)
    except BadInput as error:
        entry, problem = None, str(error)
    if problem is None and entry is not None:
        return entry
    sequence = element.findtext("Destination/SequenceNumber") or str(number)
    return invalid(problem or "", sequence)


def _read(element: etree._Element) -> LogDataEntry:
    children = list(element)
    source = _read_source(children.pop(0), 1) if children and children[0].tag == "Source" else None
    if len(children) != 1 or children[0].tag != "Destination":
        raise BadInput("LogDataEntry holds Source (optional) and one Destination, in this order")
    values: dict[str, object] = {}
    filters: list[str] = []
    last = -1
    for child in children[0]:
        name = str(child.tag)
        place = _PLACE.get(name, -1)
        if place < last or (place == last and name != "Filter") or place < 0:
            raise BadInput(f"element {name[:60]} is unknown, comes twice or stands in the wrong place")
        last = place
        field, text = _FIELDS[place], child.text or ""
        if not text:
            raise BadInput(f"{name} is empty")
        if name == "Filter":
            filters.append(text)
        elif not field.longest:
            values[name] = _moment(name, text)
        elif field.sources:
            values[name] = Identified(source=child.get("source", ""), value=text)
        else:
            values[name] = text
    for field in _FIELDS:
        if field.needed and field.name not in values:
            raise BadInput(f"{field.name} is missing")
    name = str(values.pop("SystemName"))
    return LogDataEntry(
        Source=source,
        Destination=DestinationSystem(SystemName=name),
        Filter=tuple(filters),
        **values,  # type: ignore[arg-type]
    )


def _read_source(element: etree._Element, depth: int) -> SourceSystem:
    if depth > DEEPEST_SOURCE:
        raise BadInput(f"Source is nested more than {DEEPEST_SOURCE} deep")
    if [str(child.tag) for child in element] not in _SOURCE_FORMS:
        raise BadInput("Source holds CorrelationId, SystemName and Source, in this order")
    inner = element.find("Source")
    if any(not (child.text or "") for child in element if child.tag != "Source"):
        raise BadInput("Source holds an empty text")
    return SourceSystem(
        SystemName=element.findtext("SystemName") or "",
        CorrelationId=element.findtext("CorrelationId") or "",
        Source=None if inner is None else _read_source(inner, depth + 1),
    )


_SOURCE_FORMS = tuple(
    [
        name
        for name, is_there in zip(("CorrelationId", "SystemName", "Source"), flags, strict=True)
        if is_there
    ]
    for flags in ((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1))
)


def _moment(name: str, text: str) -> datetime:
    text = text.strip()
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{name} is no moment of the form 2025-04-01T08:00:00+02:00") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=COPENHAGEN)


# Checking --------------------------------------------------------------------------------------------------


def problem_of(entry: LogDataEntry) -> str | None:
    """What is wrong with an entry, without its values; ``None`` where nothing is."""
    for field in _FIELDS:
        value = entry.Destination.SystemName if field.name == "SystemName" else getattr(entry, field.name)
        if isinstance(value, tuple):
            if any(not 0 < len(text) <= field.longest for text in value):
                return f"{field.name} has 1 to {field.longest} characters"
        elif isinstance(value, Identified):
            if value.source not in field.sources:
                return f"the source of {field.name} is one of {', '.join(field.sources)}"
            if not 0 < len(value.value) <= field.longest:
                return f"{field.name} has 1 to {field.longest} characters"
        elif isinstance(value, str) and field.longest:
            if len(value) > field.longest:
                return f"{field.name} has at most {field.longest} characters"
            if field.needed and not value:
                return f"{field.name} is missing"
    return _source_problem(entry.Source) or _moment_problem(entry) or _person_problem(entry)


def _source_problem(source: SourceSystem | None) -> str | None:
    while source is not None:
        if len(source.SystemName) > 25 or len(source.CorrelationId) > 46:
            return "Source has a SystemName of at most 25 characters and a CorrelationId of at most 46"
        source = source.Source
    return None


def _moment_problem(entry: LogDataEntry) -> str | None:
    interval: Sequence[datetime | None] = (entry.FromDateTime, entry.ToDateTime)
    if (entry.DateTime is None) == (entry.FromDateTime is None and entry.ToDateTime is None):
        return "DateTime, or FromDateTime with ToDateTime: exactly one of the two is needed"
    if entry.DateTime is None and None in interval:
        return "FromDateTime and ToDateTime belong together"
    if any(moment is not None and moment < EARLIEST for moment in (entry.DateTime, *interval)):
        return "MinLog takes no entry from before 1 January 2015"
    return None


def _person_problem(entry: LogDataEntry) -> str | None:
    if entry.PersonIdentifier.source == "CPR" and (problem := check_cpr(entry.PersonIdentifier.value)):
        return f"PersonIdentifier: {problem}"
    return None
