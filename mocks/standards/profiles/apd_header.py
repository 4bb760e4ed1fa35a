"""What the header of an appointment document must say: what it is, of whom, by whom, and for when."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast

from lxml import etree

from mocks.identifiers import check_cpr, check_sor, cpr_birth_date
from mocks.standards.findings import Severity
from mocks.standards.profiles import apd
from mocks.standards.profiles.apd_times import check_moment, check_period
from mocks.standards.profiles.cda_rows import Book, compiled

SOURCE = "DK-APD 2.0.1 (MedCom's published example and profile)"
BOOK = Book("APD", SOURCE)
_ONCE = (1, 1)
_ROLE = "recordTarget/patientRole"
_AUTHOR = "author/assignedAuthor"
_CUSTODIAN = "custodian/assignedCustodian/representedCustodianOrganization"


def _templated(root: str) -> str:
    return f"h:documentationOf[h:serviceEvent/h:templateId/@root='{root}']"


# What it is ---------------------------------------------------------------------------------------------
BOOK.holds(
    "ClinicalDocument/realmCode", "", "h:realmCode[@code='DK']", _ONCE,
    "The document follows the Danish realm.", 'Write <realmCode code="DK"/>.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/typeId", "",
    f"h:typeId[@root='{apd.MODEL}'][@extension='{apd.MODEL_EXTENSION}']", _ONCE,
    "The document names the model of HL7 that it follows.",
    f'Write <typeId root="{apd.MODEL}" extension="{apd.MODEL_EXTENSION}"/>.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/templateId", "",
    f"h:templateId[@root='{apd.DOCUMENT_TEMPLATE}'][@extension='{apd.TEMPLATE_DATE}']", _ONCE,
    "The document says once that it is an appointment document of 2019-09-10.",
    f'Write <templateId root="{apd.DOCUMENT_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/id", "", "h:id[string-length(@root) > 0][string-length(@extension) > 0]", _ONCE,
    "The document has one identifier, of a root and an extension.",
    f'Write <id root="{apd.CDA}" extension="(a UUID)"/>, a new one with every version.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/code", "", f"h:code[@code='{apd.DOCUMENT_CODE}'][@codeSystem='{apd.LOINC}']", _ONCE,
    f"The document has the type {apd.DOCUMENT_CODE} of LOINC.",
    f'Write <code code="{apd.DOCUMENT_CODE}" codeSystem="{apd.LOINC}"/>.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/title", "", "h:title[not(@nullFlavor)]", _ONCE,
    "The document has a title.", f'Write "{apd.TITLE}" and the number of the patient.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/effectiveTime", "", "h:effectiveTime", _ONCE,
    "The document says when this version was made.", "Write one effectiveTime.",
)  # fmt: skip
BOOK.add(
    "ClinicalDocument/effectiveTime-value", "effectiveTime", check_moment,
    "The version was made at a moment, with date, time and offset.",
    "Write it as YYYYMMDDhhmmss and the offset, as 20221001100000+0200.",
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/confidentialityCode", "",
    f"h:confidentialityCode[@code='N'][@codeSystem='{apd.CONFIDENTIALITY}']", _ONCE,
    "The document is of normal confidentiality.",
    f'Write <confidentialityCode code="N" codeSystem="{apd.CONFIDENTIALITY}"/>.',
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/languageCode", "", "h:languageCode[@code='da-DK']", _ONCE,
    "The document is in Danish.", 'Write <languageCode code="da-DK"/>.',
)  # fmt: skip

# Of whom ------------------------------------------------------------------------------------------------
BOOK.holds(
    "ClinicalDocument/recordTarget", "", "h:recordTarget[h:patientRole/h:patient]", _ONCE,
    "The document is about one patient.", "Write one recordTarget with a patientRole.", secret=True,
)  # fmt: skip
BOOK.holds(
    "patientRole/id", _ROLE, f"h:id[@root='{apd.CPR}'][@extension]", _ONCE,
    "The patient has one CPR number.", f'Write <id root="{apd.CPR}" extension="..."/>.', secret=True,
)  # fmt: skip
BOOK.holds(
    "patientRole/addr", _ROLE, "h:addr", (1, None),
    "The patient has an address, or it is said that there is none.", 'Write addr, or <addr nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "patientRole/telecom", _ROLE, "h:telecom", (1, None),
    "The patient has a telephone, or it is said that there is none.",
    'Write telecom, or <telecom nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "patient/name", f"{_ROLE}/patient", "h:name[h:given][h:family]", (1, None),
    "The patient has a given name and a family name.", "Write name with given and family.",
)  # fmt: skip
BOOK.holds(
    "patient/administrativeGenderCode", f"{_ROLE}/patient",
    f"h:administrativeGenderCode[@code='F' or @code='M' or @code='UN'][@codeSystem='{apd.GENDER}']", _ONCE,
    "The patient's sex is one of F, M and UN of HL7.",
    f'Write <administrativeGenderCode code="F" codeSystem="{apd.GENDER}"/>, or M, or UN.',
)  # fmt: skip
BOOK.holds(
    "patient/birthTime", f"{_ROLE}/patient", "h:birthTime", _ONCE,
    "The patient has a day of birth.", 'Write <birthTime value="YYYYMMDD"/>.',
)  # fmt: skip
BOOK.holds(
    "patientRole/providerOrganization", _ROLE, "h:providerOrganization[h:id][h:name][h:telecom][h:addr]", _ONCE,
    "The patient's own unit, mostly the GP, stands there with id, name, telecom and addr.",
    "Write providerOrganization with these four.", severity=Severity.WARNING,
)  # fmt: skip


def _cpr(node: etree._Element) -> str | None:
    return check_cpr(node.get("extension", ""))


BOOK.add(
    "patientRole/cpr", f"{_ROLE}/id[@root='{apd.CPR}']", _cpr,
    "A CPR number has ten digits and starts with a date.", "Write the number without a hyphen.",
    below="@extension",
)  # fmt: skip

_title = compiled("string(h:title)")
_number = compiled(f"string(h:recordTarget/h:patientRole/h:id[@root='{apd.CPR}']/@extension)")
_born = compiled("string(h:recordTarget/h:patientRole/h:patient/h:birthTime/@value)")
_document_id = compiled("concat(h:id/@root, ' ', h:id/@extension)")


def _titled(root: etree._Element) -> str | None:
    title, number = cast(str, _title(root)).strip(), cast(str, _number(root))
    if not title or not number:
        return None  # another rule
    if not title.startswith(apd.TITLE):
        return f"the title does not begin with {apd.TITLE!r}"
    return None if number in title else "the title names another patient than recordTarget"


BOOK.add(
    "ClinicalDocument/title-patient", "", _titled,
    "The title is “Aftale for” and the number of the patient.", f'Write "{apd.TITLE}" and the CPR number.',
    below="title",
)  # fmt: skip


def _date(node: etree._Element) -> str | None:
    value = node.get("value")
    if value is None:
        return None
    try:
        if re.match("[0-9]{8}", value):
            datetime.strptime(value[:8], "%Y%m%d")
            return None
    except ValueError:
        pass
    return "the day of birth is no date"


def _birthday(root: etree._Element) -> str | None:
    number, born = cast(str, _number(root)), cast(str, _born(root))
    if not born or check_cpr(number):
        return None
    return (
        None
        if f"{cpr_birth_date(number):%Y%m%d}" == born[:8]
        else "birthTime is not the date of the CPR number"
    )


BOOK.add(
    "patient/birthTime-value", f"{_ROLE}/patient/birthTime", _date,
    "The day of birth is a date.", "Write it as YYYYMMDD.", below="@value",
)  # fmt: skip
BOOK.add(
    "patient/birthTime-cpr", "", _birthday,
    "The day of birth is that of the CPR number.", "Correct the one that is wrong.",
    below="recordTarget/patientRole/patient/birthTime", severity=Severity.WARNING,
)  # fmt: skip


def _leak(root: etree._Element) -> str | None:
    number = cast(str, _number(root))
    if number and number in cast(str, _document_id(root)):
        return "the identifier of the document holds the patient's CPR number"
    return None


BOOK.add(
    "ClinicalDocument/id-cpr", "", _leak,
    "The identifier of a document holds no CPR number: it stands in logs, receipts and web addresses.",
    "Make identifiers of UUIDs.", below="id", severity=Severity.WARNING,
    source="tvaers: identifiers of shared documents are logged",
)  # fmt: skip

# By whom ------------------------------------------------------------------------------------------------
_REQUESTS = f"h:assignedAuthor/h:code/@code='{apd.RESPONSIBLE_PARTY}'"
BOOK.holds(
    "ClinicalDocument/author", "", f"h:author[not({_REQUESTS})]", _ONCE,
    "One author answers for the appointment (aftaleansvarlig).", "Write one author without a code.",
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/author-requester", "", f"h:author[{_REQUESTS}]", (0, 1),
    "At most one author asked for the appointment (aftalerekvirent, code RESB).", "Keep one of them.",
)  # fmt: skip
BOOK.holds(
    "author/time", "author", "h:time[@value or @nullFlavor]", _ONCE,
    "An author has a time.", "Write one time.",
)  # fmt: skip
BOOK.add(
    "author/time-value", "author/time[@value]", check_moment,
    "An author's time is a moment, with date, time and offset.", "Write it as YYYYMMDDhhmmss and the offset.",
)  # fmt: skip
BOOK.holds(
    "author/assignedAuthor", "author", "h:assignedAuthor", _ONCE,
    "An author is a unit.", "Write one assignedAuthor.",
)  # fmt: skip
BOOK.holds(
    "assignedAuthor/id", _AUTHOR, f"h:id[@root='{apd.SOR}'][string-length(@extension) > 0]", (1, None),
    "An author has a SOR id.", f'Write <id root="{apd.SOR}" extension="..."/>.',
)  # fmt: skip
BOOK.holds(
    "assignedAuthor/addr", _AUTHOR, "h:addr", (1, None),
    "An author has an address, or it is said that there is none.", 'Write addr, or <addr nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "assignedAuthor/telecom", _AUTHOR, "h:telecom", (1, None),
    "An author has a telephone, or it is said that there is none.",
    'Write telecom, or <telecom nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "assignedAuthor/representedOrganization", _AUTHOR,
    "h:representedOrganization[string-length(normalize-space(h:name)) > 0]", _ONCE,
    "An author's unit has a name.", "Write representedOrganization with a name.",
)  # fmt: skip
BOOK.holds(
    "ClinicalDocument/custodian", "",
    "h:custodian[h:assignedCustodian/h:representedCustodianOrganization]", _ONCE,
    "One unit keeps the document (aftaleforvalter).",
    "Write custodian with assignedCustodian and representedCustodianOrganization.",
)  # fmt: skip
BOOK.holds(
    "custodian/id", _CUSTODIAN, f"h:id[@root='{apd.SOR}'][string-length(@extension) > 0]", (1, None),
    "The custodian has a SOR id; that of a municipality is its own, at the top.",
    f'Write <id root="{apd.SOR}" extension="..."/>.',
)  # fmt: skip
for _name, _what in (("name", "name"), ("telecom", "telephone"), ("addr", "address")):
    BOOK.holds(
        f"custodian/{_name}",
        _CUSTODIAN,
        f"h:{_name}",
        _ONCE,
        f"The custodian has one {_what}.",
        f"Write {_name}.",
    )


def _sor(node: etree._Element) -> str | None:
    return check_sor(node.get("extension", ""))


BOOK.add(
    "sor-id", f"descendant::h:id[@root='{apd.SOR}']", _sor,
    "A SOR id carries SOR's namespace and a right check digit.",
    "Look the unit up in SOR.", below="@extension", severity=Severity.WARNING,
    source="SOR (Sundhedsdatastyrelsen); an official example has a wrong one",
)  # fmt: skip

# For when -----------------------------------------------------------------------------------------------
BOOK.holds(
    "documentationOf/serviceEvent", "documentationOf", "h:serviceEvent", _ONCE,
    "What is documented is a service.", "Write one serviceEvent.",
)  # fmt: skip
BOOK.holds(
    "documentationOf/time", "", _templated(apd.TIME_TEMPLATE), _ONCE,
    "One documentationOf has the time of the appointment.",
    f'Write serviceEvent with <templateId root="{apd.TIME_TEMPLATE}"/> and effectiveTime.',
)  # fmt: skip
_TIME = f"documentationOf/serviceEvent[h:templateId/@root='{apd.TIME_TEMPLATE}']"
BOOK.holds(
    "serviceEvent/effectiveTime", _TIME, "h:effectiveTime", _ONCE,
    "The time of the appointment is a period.", "Write effectiveTime with low and high.",
)  # fmt: skip
BOOK.add(
    "serviceEvent/effectiveTime-period", f"{_TIME}/effectiveTime", check_period,
    "The period starts at a moment, and ends later if it says when.",
    'Write low and high as YYYYMMDDhhmmss+hhmm; an end that is not known is <high nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "documentationOf/profile", "", _templated(apd.PROFILE_TEMPLATE), _ONCE,
    "One documentationOf says which version of the profile is followed.",
    f'Write serviceEvent with <templateId root="{apd.PROFILE_TEMPLATE}"/> and id.',
)  # fmt: skip
BOOK.holds(
    "serviceEvent/id", f"documentationOf/serviceEvent[h:templateId/@root='{apd.PROFILE_TEMPLATE}']",
    f"h:id[@root='{apd.PROFILE_VERSIONS}'][@extension='{apd.PROFILE_VERSION}']", _ONCE,
    f"The profile is {apd.PROFILE_VERSION}.",
    f'Write <id root="{apd.PROFILE_VERSIONS}" extension="{apd.PROFILE_VERSION}"/>.',
)  # fmt: skip
BOOK.holds(
    "documentationOf/episode", "", _templated(apd.EPISODE_TEMPLATE), (0, 1),
    "At most one documentationOf names the course of care.", "Keep one of them.",
)  # fmt: skip
BOOK.holds(
    "serviceEvent/code", f"documentationOf/serviceEvent[h:templateId/@root='{apd.EPISODE_TEMPLATE}']",
    f"h:code[string-length(@code) > 0][@codeSystem='{apd.SKS}']", _ONCE,
    "A course of care has an SKS code.", f'Write <code code="ALAL03" codeSystem="{apd.SKS}"/>.',
)  # fmt: skip
