"""Reading an appointment document (DK-APD): lenient in order and in what it does not need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from lxml import etree

from mocks.identifiers import check_cpr
from mocks.runtime import COPENHAGEN
from mocks.standards.appointment_document_records import (
    Address,
    AppointmentDocument,
    Episode,
    Kind,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)
from mocks.standards.profiles import apd
from mocks.standards.profiles.xml_types import collapsed

_NS = f"{{{apd.NAMESPACE}}}"
_MOMENT = re.compile(r"(\d{8})(?:(\d{4})(\d{2})?(?:\.\d{1,4})?)?([+-]\d{4})?", re.ASCII)


def read_root(root: etree._Element) -> AppointmentDocument:
    """The document whose root this is. ``LookupError`` or ``ValueError`` where it cannot be understood."""
    if root.tag != f"{_NS}ClinicalDocument":
        raise ValueError("the document is no ClinicalDocument")
    template = _templated(_children(root, "templateId"), apd.DOCUMENT_TEMPLATE)
    encounter = _step(root, "component", "structuredBody", "component", "section", "entry", "encounter")
    start, end = _period(_one(encounter, "effectiveTime"))
    authors = [_one(each, "assignedAuthor") for each in _children(root, "author")]
    responsible = [each for each in authors if not _requests(each)]
    requesters = [each for each in authors if _requests(each)]
    if not responsible:
        raise LookupError("no author is responsible")
    kind, series = _code(encounter), _precondition(encounter, apd.SERIES)
    place = next(
        (each for each in _children(encounter, "participant") if each.get("typeCode") == "LOC"), None
    )
    reason = _maybe(encounter, "entryRelationship")
    return AppointmentDocument(
        version=apd.VERSION if template.get("extension") else apd.VERSION_1,
        id=_given(_one(root, "id"), "extension"),
        made=read_moment(_given(_one(root, "effectiveTime"), "value")),
        patient=_patient(_step(root, "recordTarget", "patientRole")),
        authored=read_moment(_given(_one(_parent(responsible[0]), "time"), "value")),
        responsible=_organisation(responsible[0], "representedOrganization"),
        requester=_organisation(requesters[0], "representedOrganization") if requesters else None,
        custodian=_organisation(
            _step(root, "custodian", "assignedCustodian", "representedCustodianOrganization")
        ),
        appointment=_given(_one(encounter, "id"), "extension"),
        start=start,
        end=end,
        performer=_organisation(_step(encounter, "performer", "assignedEntity"), "representedOrganization"),
        kind=Kind(kind) if kind in set(Kind) else None,
        status=_given(_one(encounter, "statusCode"), "code"),
        place=None if place is None else _organisation(_one(place, "participantRole"), "playingEntity"),
        reason=None if reason is None else _reason(_step(reason, "observation", "code")),
        episode=_episode(root),
        indicative=_precondition(encounter, apd.INDICATIVE) is not None,
        series=None if series is None else _given(_one(series, "value"), "extension"),
    )


# Steps ------------------------------------------------------------------------------------------------


def _children(node: etree._Element, name: str) -> Iterable[etree._Element]:
    return node.iterchildren(_NS + name)


def _maybe(node: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(node, name)), None)


def _one(node: etree._Element, name: str) -> etree._Element:
    found = _maybe(node, name)
    if found is None:
        raise LookupError(f"{name} is missing in {etree.QName(node).localname}")
    return found


def _step(node: etree._Element, *names: str) -> etree._Element:
    for name in names:
        node = _one(node, name)
    return node


def _parent(node: etree._Element) -> etree._Element:
    found = node.getparent()
    assert found is not None  # everything that is asked for lies below the root
    return found


def _given(node: etree._Element, name: str) -> str:
    value = (node.get(name) or "").strip()
    if not value:
        raise LookupError(f"{etree.QName(node).localname} has no {name}")
    return value


def _text(node: etree._Element | None) -> str:
    return "" if node is None else collapsed("".join(map(str, node.itertext())))


def _templated(nodes: Iterable[etree._Element], root: str) -> etree._Element:
    for node in nodes:
        if node.get("root") == root:
            return node
    raise LookupError(f"no templateId {root}")


def _code(node: etree._Element) -> str:
    found = _maybe(node, "code")
    return "" if found is None else found.get("code", "")


def _requests(author: etree._Element) -> bool:
    return _code(author) == apd.RESPONSIBLE_PARTY


# Values -----------------------------------------------------------------------------------------------


def read_moment(value: str) -> datetime:
    """A point in time of CDA, to the minute at least or a day; without an offset it is Danish local time.
    ``ValueError`` for anything else."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value[:30]!r} is no point in time")
    day, clock, seconds, offset = found.groups()
    naive = datetime.strptime(f"{day}{clock or '0000'}{seconds or '00'}", "%Y%m%d%H%M%S")
    if offset is None:
        return naive.replace(tzinfo=COPENHAGEN)
    hours, minutes = int(offset[1:3]), int(offset[3:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"{value[:30]!r} has an offset that no place on earth has")
    ahead = timedelta(hours=hours, minutes=minutes)
    zoned = naive.replace(tzinfo=timezone(-ahead if offset[0] == "-" else ahead))
    try:
        return zoned.astimezone(UTC).astimezone(COPENHAGEN)
    except OverflowError:
        raise ValueError(f"{value[:30]!r} lies beyond the calendar") from None


def _period(node: etree._Element) -> tuple[datetime, datetime | None]:
    high = _maybe(node, "high")
    until = "" if high is None else high.get("value", "").strip()
    return read_moment(_given(_one(node, "low"), "value")), read_moment(until) if until else None


def _address(node: etree._Element | None) -> Address | None:
    if node is None or node.get("nullFlavor"):
        return None
    lines = tuple(text for each in _children(node, "streetAddressLine") if (text := _text(each)))
    post_code, city, country = (_text(_maybe(node, name)) for name in ("postalCode", "city", "country"))
    if not (lines or post_code or city or country):
        return None
    return Address(lines=lines, post_code=post_code, city=city, country=country, use=node.get("use", ""))


def _telecoms(node: etree._Element) -> tuple[Telecom, ...]:
    return tuple(
        Telecom(value, each.get("use", ""))
        for each in _children(node, "telecom")
        if (value := each.get("value", "").strip())
    )


def _name(node: etree._Element | None) -> PersonName | None:
    if node is None or node.get("nullFlavor"):
        return None
    if len(node) == 0:  # a name may be plain text
        whole = _text(node)
        return PersonName(family=whole) if whole else None
    return PersonName(
        family=_text(_maybe(node, "family")),
        given=tuple(text for each in _children(node, "given") if (text := _text(each))),
        prefix=_text(_maybe(node, "prefix")),
    )


def _organisation(node: etree._Element, named: str = "") -> Organisation:
    """A unit; ``named`` is the element below that has its name, where it has not got the name itself."""
    names = node if not named else _maybe(node, named)
    person = _maybe(node, "assignedPerson")
    return Organisation(
        sor=_sor(node),
        name="" if names is None else _text(_maybe(names, "name")),
        address=_address(_maybe(node, "addr")),
        telecoms=_telecoms(node),
        person=None if person is None else _name(_maybe(person, "name")),
    )


def _sor(node: etree._Element) -> str:
    for each in _children(node, "id"):
        if each.get("root") == apd.SOR:
            return _given(each, "extension")
    raise LookupError(f"{etree.QName(node).localname} has no SOR id")


def _patient(role: etree._Element) -> Patient:
    cpr = next(
        (each.get("extension", "") for each in _children(role, "id") if each.get("root") == apd.CPR), ""
    )
    if wrong := check_cpr(cpr):
        raise ValueError(f"the patient’s number: {wrong}")
    patient = _one(role, "patient")
    name = _name(_one(patient, "name"))
    if name is None:
        raise LookupError("the patient has no name")
    born = _maybe(patient, "birthTime")
    provider = _maybe(role, "providerOrganization")
    return Patient(
        cpr=cpr,
        name=name,
        sex=_given(_one(patient, "administrativeGenderCode"), "code"),
        birth_date=None if born is None or not born.get("value") else _day(born.get("value", "")),
        address=_address(_maybe(role, "addr")),
        telecoms=_telecoms(role),
        provider=None if provider is None else _organisation(provider),
    )


def _day(value: str) -> date:
    return datetime.strptime(value[:8], "%Y%m%d").date()


def _reason(code: etree._Element) -> Reason | None:
    text = code.get("displayName", "").strip() or _text(_maybe(code, "originalText"))
    value = code.get("code", "").strip()
    if not text and not value:
        return None
    return Reason(text=text or value, code=value, system=code.get("codeSystem", "") or apd.SNOMED)


def _episode(root: etree._Element) -> Episode | None:
    for each in _children(root, "documentationOf"):
        event = _one(each, "serviceEvent")
        if any(node.get("root") == apd.EPISODE_TEMPLATE for node in _children(event, "templateId")):
            code = _one(event, "code")
            ids = tuple((node.get("root", ""), node.get("extension", "")) for node in _children(event, "id"))
            return Episode(code=_given(code, "code"), name=code.get("displayName", ""), ids=ids)
    return None


def _precondition(encounter: etree._Element, code: str) -> etree._Element | None:
    """The criterion of that code, if there is one."""
    for each in _children(encounter, "precondition"):
        criterion = _maybe(each, "criterion")
        if criterion is not None and _code(criterion) == code:
            return criterion
    return None
