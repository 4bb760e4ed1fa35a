"""What an appointment document may hold besides, or leave out: no change of these is a fault."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from tests.standards.mutants.xml_edits import Edit, attribute, both, drop, edited, find, repeat, swap

Change = Callable[[bytes], bytes]
_SECTION = "component/structuredBody/component/section"
_ENCOUNTER = f"{_SECTION}/entry/encounter"
_PLACE = f"{_ENCOUNTER}/participant"
_ENTITY = f"{_ENCOUNTER}/performer/assignedEntity"
_SOR = '<id root="1.2.208.176.1.1" extension="900000031000016000"/>'
_CLERK = f"<dataEnterer><assignedEntity>{_SOR}</assignedEntity></dataEnterer>"
_RELATIVE = '<informant><relatedEntity classCode="PRS"><code code="SPS"/></relatedEntity></informant>'
_COPY = f"<informationRecipient><intendedRecipient>{_SOR}</intendedRecipient></informationRecipient>"
_CONSENT = (
    '<authorization typeCode="AUTH"><consent classCode="CONS" moodCode="EVN">'
    '<statusCode code="completed"/></consent></authorization>'
)
_AUTHOR = (
    '<author typeCode="AUT"><time value="20250901091100+0200"/>'
    f'<assignedAuthor classCode="ASSIGNED">{_SOR}</assignedAuthor></author>'
)


def _after(path: str, xml: str) -> Edit:
    """A further element after the one at ``path``."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        space = etree.QName(element).namespace
        element.addnext(etree.fromstring(f'<x xmlns="{space}">{xml}</x>')[0])

    return edit


_EDITS: dict[str, Edit] = {
    "nobody asked for it": drop("author[2]"),
    "a clerk typed it in": _after("author[2]", _CLERK),
    "a relative is named": _after("author[2]", _RELATIVE),
    "somebody gets a copy": _after("custodian", _COPY),
    "the patient agreed": _after("documentationOf[3]", _CONSENT),
    "the versions are counted": both(
        _after("languageCode", '<versionNumber value="2"/>'),
        _after("languageCode", '<setId root="1.2.208.184" extension="a"/>'),
    ),
    "no course of care is named": drop("documentationOf[3]"),
    "a course of care is another": attribute("documentationOf[3]/serviceEvent/code", "code", "ALAL51"),
    "no meeting place is named": drop(_PLACE),
    "the meeting place has no SOR id": drop(f"{_PLACE}/participantRole/id"),
    "the meeting place has no address": drop(f"{_PLACE}/participantRole/addr"),
    "no reason is given": drop(f"{_ENCOUNTER}/entryRelationship"),
    "the appointment is of no series": drop(f"{_ENCOUNTER}/precondition[2]"),
    "the time is no guide": drop(f"{_ENCOUNTER}/precondition[1]"),
    "the appointment is with a municipality": attribute(f"{_ENCOUNTER}/code", "code", "MunicipalityAppointment"),
    "the appointment was held": attribute(f"{_ENCOUNTER}/statusCode", "code", "held"),
    "the performer has two telephones": repeat(f"{_ENTITY}/telecom"),
    "the performer has an identifier of another register": _after(
        f"{_ENTITY}/id", '<id root="1.2.208.176.1.4" extension="077704"/>'
    ),
    "the performer stands without its class": attribute(_ENTITY, "classCode", None),
    "the appointment has an author of its own": _after(f"{_ENCOUNTER}/performer", _AUTHOR),
    "the post code stands after the city": swap("recordTarget/patientRole/addr/postalCode"),
    "the patient has a second given name more": repeat("recordTarget/patientRole/patient/name/given"),
    "the section says its kind in words": attribute(f"{_SECTION}/code", "displayName", "Plan of care note"),
    "the moment of the version has no seconds": attribute("effectiveTime", "value", "202509010911+0200"),
}  # fmt: skip
APPOINTMENT: dict[str, Change] = {what: edited(edit) for what, edit in _EDITS.items()}
