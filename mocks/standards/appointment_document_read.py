"""Reading an appointment document (DK-APD): lenient in order and in what it does not need."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

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
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d{1,4})?)?([+-]\d{4})?", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)


def read_root(root: etree._Element) -> AppointmentDocument:
    """The document whose root this is. ``LookupError`` or ``ValueError`` where it cannot be understood."""
    if root.tag != f"{_NS}ClinicalDocument":
        raise ValueError("the document is no ClinicalDocument")
    header = _Node(root)
    template = header.with_root("templateId", apd.DOCUMENT_TEMPLATE)
    encounter = header.step("component", "structuredBody", "component", "section", "entry", "encounter")
    start, end = _period(encounter.one("effectiveTime"))
    responsible, requester = _authors(header)
    made = read_moment(_given(header.below("effectiveTime"), "value"))
    authored = responsible.below("time").get("value", "").strip()
    number = encounter.below("id")  # a UUID may also stand there as the root alone
    return AppointmentDocument(
        version=apd.VERSION if template.get("extension") else apd.VERSION_1,
        id=_given(header.below("id"), "extension"),
        made=made,
        patient=_patient(header.step("recordTarget", "patientRole")),
        authored=read_moment(authored) if authored else made,
        responsible=_organisation(responsible.below("assignedAuthor")),
        requester=None if requester is None else _organisation(requester.below("assignedAuthor")),
        custodian=_organisation(
            header.below("custodian", "assignedCustodian", "representedCustodianOrganization")
        ),
        appointment=number.get("extension", "").strip() or _given(number, "root"),
        start=start,
        end=end,
        performer=_organisation(encounter.below("performer", "assignedEntity")),
        kind=_KINDS.get(encounter.code),
        status=_given(encounter.below("statusCode"), "code"),
        place=_place(encounter),
        reason=_reason(encounter),
        episode=_episode(header),
        indicative=_precondition(encounter, apd.INDICATIVE) is not None,
        series=_series(encounter),
    )


class _Node:
    """An element, with its children by name: looked at once, however often they are asked for."""

    __slots__ = ("_below", "element")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        below: dict[str, list[etree._Element]] = {}
        for child in element:
            tag = child.tag
            if tag in below:
                below[tag].append(child)
            else:
                below[tag] = [child]
        self._below = below

    def all(self, name: str) -> list[etree._Element]:
        return self._below.get(_NS + name, _NONE)

    def first(self, name: str) -> etree._Element | None:
        found = self._below.get(_NS + name)
        return None if found is None else found[0]

    def one(self, name: str) -> _Node:
        return _Node(self.below(name))

    def below(self, name: str, *more: str) -> etree._Element:
        """The first of that name, and in it the first of the next, and so on."""
        found = self.first(name)
        if found is None:
            raise LookupError(f"{name} is missing in {etree.QName(self.element).localname}")
        for step in more:
            inner = _child(found, _NS + step)
            if inner is None:
                raise LookupError(f"{step} is missing in {etree.QName(found).localname}")
            found = inner
        return found

    def step(self, name: str, *more: str) -> _Node:
        return _Node(self.below(name, *more))

    def with_root(self, name: str, root: str) -> etree._Element:
        for node in self.all(name):
            if node.get("root") == root:
                return node
        raise LookupError(f"{etree.QName(self.element).localname} has no {name} of {root}")

    def text(self, name: str) -> str:
        return _text(self.first(name))

    @property
    def code(self) -> str:
        found = self.first("code")
        return "" if found is None else found.get("code", "")


_NONE: list[etree._Element] = []
_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of that name; quicker than ``find`` where there are few."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def _given(node: etree._Element, name: str) -> str:
    value = (node.get(name) or "").strip()
    if not value:
        raise LookupError(f"{etree.QName(node).localname} has no {name}")
    return value


def _text(node: etree._Element | None) -> str:
    if node is None:
        return ""
    text = node.text or "" if len(node) == 0 else "".join(map(str, node.itertext()))
    return collapsed(text)


# Values -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)  # the start of an appointment stands there twice, and its documents come again
def read_moment(value: str) -> datetime:
    """A point in time of CDA, to the minute at least or a day; without an offset it is Danish local time.
    ``ValueError`` for anything else."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value[:30]!r} is no point in time")
    year, month, day, hour, minute, second, offset = found.groups()
    naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    if offset is None:
        return naive.replace(tzinfo=COPENHAGEN)
    hours, minutes = int(offset[1:3]), int(offset[3:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"{value[:30]!r} has an offset that no place on earth has")
    ahead = timedelta(hours=hours, minutes=minutes)
    try:
        utc = naive + ahead if offset[0] == "-" else naive - ahead
        return utc.replace(tzinfo=UTC).astimezone(COPENHAGEN)
    except OverflowError:
        raise ValueError(f"{value[:30]!r} lies beyond the calendar") from None


def _period(node: _Node) -> tuple[datetime, datetime | None]:
    high = node.first("high")
    until = "" if high is None else high.get("value", "").strip()
    return read_moment(_given(node.below("low"), "value")), read_moment(until) if until else None


def _address(element: etree._Element | None) -> Address | None:
    if element is None or len(element) == 0 or element.get("nullFlavor"):
        return None
    lines = list[str]()
    post_code = city = country = ""
    for child in element:
        tag = child.tag
        if tag == _LINE:
            if text := _text(child):
                lines.append(text)
        elif tag == _POST_CODE:
            post_code = post_code or _text(child)
        elif tag == _CITY:
            city = city or _text(child)
        elif tag == _COUNTRY:
            country = country or _text(child)
    if not (lines or post_code or city or country):
        return None
    return Address(
        lines=tuple(lines), post_code=post_code, city=city, country=country, use=element.get("use", "")
    )


def _telecoms(node: _Node) -> tuple[Telecom, ...]:
    return tuple(
        Telecom(value, each.get("use", ""))
        for each in node.all("telecom")
        if (value := each.get("value", "").strip())
    )


def _name(element: etree._Element | None) -> PersonName | None:
    if element is None or element.get("nullFlavor"):
        return None
    if len(element) == 0:  # a name may be plain text
        whole = _text(element)
        return PersonName(family=whole) if whole else None
    node = _Node(element)
    return PersonName(
        family=node.text("family"),
        given=tuple(text for each in node.all("given") if (text := _text(each))),
        prefix=node.text("prefix"),
    )


def _organisation(element: etree._Element, *, known: bool = True) -> Organisation:
    """A unit. Its name stands in it, or in the organisation or entity that it represents.

    ``known``: it must have a SOR id; meeting places and the patient's own unit may be without.
    """
    sor = name = ""
    address = person = None
    telecoms = list[Telecom]()
    for child in element:
        tag = child.tag
        if tag == _ID:
            if not sor and child.get("root") == apd.SOR:
                sor = child.get("extension", "").strip()
        elif tag == _NAME:
            name = name or _text(child)
        elif tag in _NAMED:
            name = name or _text(_child(child, _NAME))
        elif tag == _ADDR:
            address = address or _address(child)
        elif tag == _TELECOM:
            if value := child.get("value", "").strip():
                telecoms.append(Telecom(value, child.get("use", "")))
        elif tag == _PERSON:
            person = person or _name(_child(child, _NAME))
    if known and not sor:
        raise LookupError(f"{etree.QName(element).localname} has no SOR id")
    return Organisation(sor=sor, name=name, address=address, telecoms=tuple(telecoms), person=person)


_ID, _NAME, _ADDR, _TELECOM = (f"{_NS}{name}" for name in ("id", "name", "addr", "telecom"))
_LINE, _POST_CODE, _CITY, _COUNTRY = (
    f"{_NS}{name}" for name in ("streetAddressLine", "postalCode", "city", "country")
)
_CODE = f"{_NS}code"
_PERSON = f"{_NS}assignedPerson"
_NAMED = frozenset({f"{_NS}representedOrganization", f"{_NS}playingEntity"})


def _authors(header: _Node) -> tuple[_Node, _Node | None]:
    """Who is responsible, and who asked for the appointment."""
    responsible = requester = None
    for element in header.all("author"):
        author = _Node(element)
        code = _child(author.below("assignedAuthor"), _CODE)
        if code is not None and code.get("code") == apd.RESPONSIBLE_PARTY:
            requester = requester or author
        else:
            responsible = responsible or author
    if responsible is None:
        raise LookupError("no author is responsible")
    return responsible, requester


def _patient(role: _Node) -> Patient:
    cpr = next((each.get("extension", "") for each in role.all("id") if each.get("root") == apd.CPR), "")
    if wrong := check_cpr(cpr):
        raise ValueError(f"the patient’s number: {wrong}")
    patient = role.one("patient")
    name = _name(patient.first("name"))
    if name is None:
        raise LookupError("the patient has no name")
    born, provider = patient.first("birthTime"), role.first("providerOrganization")
    day = "" if born is None else born.get("value", "").strip()
    return Patient(
        cpr=cpr,
        name=name,
        sex=_given(patient.below("administrativeGenderCode"), "code"),
        birth_date=_day(day) if day else None,
        address=_address(role.first("addr")),
        telecoms=_telecoms(role),
        provider=None if provider is None else _organisation(provider, known=False),
    )


def _day(value: str) -> date:
    if not _DAY.match(value):
        raise ValueError("the day of birth is no date")
    return date(int(value[:4]), int(value[4:6]), int(value[6:8]))


def _place(encounter: _Node) -> Organisation | None:
    for each in encounter.all("participant"):
        if each.get("typeCode") == "LOC":
            return _organisation(_Node(each).below("participantRole"), known=False)
    return None


def _reason(encounter: _Node) -> Reason | None:
    related = encounter.first("entryRelationship")
    if related is None:
        return None
    code = _Node(related).step("observation", "code")
    text = code.element.get("displayName", "").strip() or code.text("originalText")
    value = code.element.get("code", "").strip()
    if not text and not value:
        return None
    return Reason(text=text or value, code=value, system=code.element.get("codeSystem", "") or apd.SNOMED)


def _episode(header: _Node) -> Episode | None:
    for each in header.all("documentationOf"):
        event = _Node(each).one("serviceEvent")
        if any(node.get("root") == apd.EPISODE_TEMPLATE for node in event.all("templateId")):
            code = event.one("code")
            ids = tuple((node.get("root", ""), node.get("extension", "")) for node in event.all("id"))
            return Episode(
                code=_given(code.element, "code"), name=code.element.get("displayName", ""), ids=ids
            )
    return None


def _precondition(encounter: _Node, code: str) -> _Node | None:
    """The criterion of that code, if there is one."""
    for each in encounter.all("precondition"):
        criterion = _Node(each).first("criterion")
        if criterion is not None and (found := _Node(criterion)).code == code:
            return found
    return None


def _series(encounter: _Node) -> str | None:
    criterion = _precondition(encounter, apd.SERIES)
    return None if criterion is None else _given(criterion.below("value"), "extension")
