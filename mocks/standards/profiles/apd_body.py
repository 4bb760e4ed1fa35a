"""What the body of an appointment document must say: one section, in it one encounter that is planned.

Source: MedCom's schematron rules of the section (1.2.208.184.14.11.1, 2019-11-16) and of the encounter
(1.2.208.184.14.11.2, 2019-12-15), and the published example. That the time stands twice and must be the
same is our reading of the profile.
"""

from __future__ import annotations

from typing import cast

from lxml import etree

from mocks.standards.findings import Severity
from mocks.standards.profiles import apd
from mocks.standards.profiles.apd_times import check_period, moment_of
from mocks.standards.profiles.cda_rows import Book, compiled

SOURCE = "DK-APD 2.0.1 (MedCom's schematron rules and example)"
BOOK = Book("APD", SOURCE)
_ONCE = (1, 1)
_AT_MOST_ONCE = (0, 1)
_SECTION = "component/structuredBody/component/section"
_ENCOUNTER = f"{_SECTION}/entry/encounter"
_PERFORMER = f"{_ENCOUNTER}/performer"
_PLACE = f"{_ENCOUNTER}/participant[@typeCode='LOC']"
_OID = r"[0-2](\.(0|[1-9]\d*))*"

BOOK.holds(
    "structuredBody/component", "", "h:component/h:structuredBody/h:component[h:section]", _ONCE,
    "The document has one section.", "Write component, structuredBody, component and section.",
)  # fmt: skip
BOOK.holds(
    "section/templateId", _SECTION,
    f"h:templateId[@root='{apd.SECTION_TEMPLATE}'][@extension='{apd.TEMPLATE_DATE}']", _ONCE,
    "The section is that of an appointment.",
    f'Write <templateId root="{apd.SECTION_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>.',
)  # fmt: skip
BOOK.holds(
    "section/code", _SECTION,
    f"h:code[@code='{apd.SECTION_CODE}'][@codeSystem='{apd.LOINC}'][@codeSystemName='LOINC']", _ONCE,
    f"The section has the code {apd.SECTION_CODE} of LOINC.",
    f'Write <code code="{apd.SECTION_CODE}" codeSystem="{apd.LOINC}" codeSystemName="LOINC"/>.',
)  # fmt: skip
BOOK.holds(
    "section/title", _SECTION, "h:title[not(@nullFlavor)]", _ONCE,
    "The section has one title.", f"Write <title>{apd.SECTION_TITLE}</title>.",
)  # fmt: skip
BOOK.holds(
    "section/text", _SECTION, "h:text[not(@nullFlavor)]", _ONCE,
    "The section says in words, once, what is agreed.", "Write text.",
)  # fmt: skip
for _name in ("id", "languageCode"):
    BOOK.holds(
        f"section/{_name}", _SECTION, f"h:{_name}", _AT_MOST_ONCE,
        f"The section has at most one {_name}.", "Keep one of them.",
    )  # fmt: skip
BOOK.holds(
    "section/entry", _SECTION,
    f"h:entry[h:encounter[h:templateId[@root='{apd.ENCOUNTER_TEMPLATE}']"
    f"[@extension='{apd.TEMPLATE_DATE}']]]", _ONCE,
    "The section holds one appointment.",
    f'Write entry with an encounter of template {apd.ENCOUNTER_TEMPLATE}, {apd.TEMPLATE_DATE}.',
)  # fmt: skip

# The encounter ------------------------------------------------------------------------------------------
BOOK.attribute(
    "encounter/classCode", _ENCOUNTER, "classCode", ("ENC",),
    "An appointment is an encounter.", 'Write classCode="ENC".',
)  # fmt: skip
BOOK.attribute(
    "encounter/moodCode", _ENCOUNTER, "moodCode", ("APT",),
    "An appointment is planned and agreed.", 'Write moodCode="APT".',
)  # fmt: skip
BOOK.holds(
    "encounter/templateId", _ENCOUNTER,
    f"h:templateId[@root='{apd.ENCOUNTER_TEMPLATE}'][@extension='{apd.TEMPLATE_DATE}']", _ONCE,
    "The encounter says once that it is an appointment of 2019-09-10.",
    f'Write <templateId root="{apd.ENCOUNTER_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>.',
)  # fmt: skip
BOOK.holds(
    "encounter/id", _ENCOUNTER, "h:id[not(@nullFlavor)][string-length(@root) > 0]", _ONCE,
    "An appointment has one identifier, the same in all versions.",
    f'Write <id root="{apd.CDA}" extension="(a UUID)"/>.',
)  # fmt: skip
BOOK.holds(
    "encounter/code", _ENCOUNTER,
    f"h:code[{' or '.join(f'@code={kind.value!r}' for kind in apd.Kind)}][@codeSystem='{apd.MESSAGE_CODES}']",
    _ONCE,
    f"The appointment is one of {', '.join(apd.Kind)}.",
    f'Write <code code="{apd.Kind.REGION}" codeSystem="{apd.MESSAGE_CODES}"'
    ' codeSystemName="MedCom Message Codes"/>.',
)  # fmt: skip
BOOK.attribute(
    "encounter/code-system-name", f"{_ENCOUNTER}/code", "codeSystemName", ".+",
    "The code of the appointment names its code system.", 'Write codeSystemName="MedCom Message Codes".',
)  # fmt: skip
BOOK.attribute(
    "code-system", f"{_SECTION}/descendant::h:code[not(@nullFlavor)]", "codeSystem", _OID,
    "A code system is named by its object identifier.", "Write digits and dots.", optional=True,
)  # fmt: skip
BOOK.holds(
    "encounter/statusCode", _ENCOUNTER,
    f"h:statusCode[{' or '.join(f'@code={status!r}' for status in apd.STATUSES)}]", _ONCE,
    f"The status is one of {', '.join(apd.STATUSES)}.", 'Write <statusCode code="active"/>.',
)  # fmt: skip
BOOK.holds(
    "encounter/effectiveTime", _ENCOUNTER, "h:effectiveTime[not(@nullFlavor)]", _ONCE,
    "An appointment has one time.", "Write effectiveTime with low and high.",
)  # fmt: skip
BOOK.add(
    "encounter/effectiveTime-period", f"{_ENCOUNTER}/effectiveTime", check_period,
    "The time starts at a moment, and ends later if it says when.",
    'Write low and high as YYYYMMDDhhmmss+hhmm; an end that is not known is <high nullFlavor="NI"/>.',
)  # fmt: skip
BOOK.holds(
    "encounter/text", _ENCOUNTER, "h:text", _AT_MOST_ONCE,
    "The encounter has at most one text.", "Keep one of them.",
)  # fmt: skip

_two_times = compiled(
    f"/h:ClinicalDocument/h:documentationOf/h:serviceEvent[h:templateId/@root='{apd.TIME_TEMPLATE}']"
    "/h:effectiveTime/h:low/@value"
    f" | /h:ClinicalDocument/{'/'.join(f'h:{step}' for step in _ENCOUNTER.split('/'))}"
    "/h:effectiveTime/h:low/@value"
)


def _same_time(root: etree._Element) -> str | None:
    moments = [moment_of(value) for value in cast("list[str]", _two_times(root))]
    if len(moments) == 2 and None not in moments and moments[0] != moments[1]:
        return "the appointment starts at another time in the encounter than in the header"
    return None


BOOK.add(
    "encounter/effectiveTime-header", "", _same_time,
    "The time in the header is that of the encounter.", "Write the same time in both places.",
    below=f"{_ENCOUNTER}/effectiveTime",
)  # fmt: skip

# Who, where, why ----------------------------------------------------------------------------------------
BOOK.holds(
    "encounter/performer", _ENCOUNTER, "h:performer[h:assignedEntity]", _ONCE,
    "One unit holds the appointment (aftaleudførende).", "Write performer with an assignedEntity.",
)  # fmt: skip
BOOK.holds(
    "performer/assignedEntity", _PERFORMER, "h:assignedEntity", _ONCE,
    "A performer is one unit.", "Write one assignedEntity.",
)  # fmt: skip
BOOK.holds(
    "performer/id", f"{_PERFORMER}/assignedEntity",
    f"h:id[@root='{apd.SOR}'][string-length(@extension) > 0]", (1, None),
    "The performer has a SOR id.", f'Write <id root="{apd.SOR}" extension="..."/>.',
)  # fmt: skip
for _name in ("time", "modeCode"):
    BOOK.holds(
        f"performer/{_name}", _PERFORMER, f"h:{_name}", _AT_MOST_ONCE,
        f"A performer has at most one {_name}.", "Keep one of them.",
    )  # fmt: skip
for _name in ("code", "assignedPerson"):
    BOOK.holds(
        f"assignedEntity/{_name}", f"{_PERFORMER}/assignedEntity", f"h:{_name}", _AT_MOST_ONCE,
        f"A performer has at most one {_name}.", "Keep one of them.",
    )  # fmt: skip
BOOK.holds(
    "assignedEntity/representedOrganization", f"{_PERFORMER}/assignedEntity",
    "h:representedOrganization[string-length(normalize-space(h:name)) > 0]", _ONCE,
    "The performer's unit has one name.", "Write representedOrganization with a name.",
)  # fmt: skip
BOOK.holds(
    "encounter/author", _ENCOUNTER, "h:author[h:assignedAuthor]", _AT_MOST_ONCE,
    "An encounter has at most one author.", "Keep one of them.",
)  # fmt: skip
for _name in ("time", "assignedAuthor"):
    BOOK.holds(
        f"encounter/author/{_name}", f"{_ENCOUNTER}/author[h:assignedAuthor]", f"h:{_name}", _ONCE,
        f"The author of an encounter has one {_name}.", f"Write one {_name}.",
    )  # fmt: skip
BOOK.attribute(
    "participant/typeCode", f"{_ENCOUNTER}/participant", "typeCode", "[A-Z]{2,10}",
    "A participant says which part it has.", 'Write typeCode="LOC" for the meeting place.',
)  # fmt: skip
BOOK.holds(
    "encounter/participant", _ENCOUNTER, "h:participant[@typeCode='LOC']", _AT_MOST_ONCE,
    "An appointment has at most one meeting place (mødested).", "Keep one of them.",
)  # fmt: skip
BOOK.holds(
    "participant/participantRole", f"{_ENCOUNTER}/participant", "h:participantRole", _ONCE,
    "A participant has one role.", "Write one participantRole.",
)  # fmt: skip
BOOK.holds(
    "participantRole/templateId", f"{_PLACE}/participantRole",
    f"h:templateId[@root='{apd.PLACE_TEMPLATE}']", _ONCE,
    "A meeting place says that it is one.",
    f'Write <templateId root="{apd.PLACE_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>.',
)  # fmt: skip
BOOK.holds(
    "participantRole/playingEntity", f"{_PLACE}/participantRole",
    "h:playingEntity[string-length(normalize-space(h:name)) > 0]", _ONCE,
    "A meeting place has a name.", "Write playingEntity with a name.",
)  # fmt: skip
for _name in ("code", "scopingEntity"):
    BOOK.holds(
        f"participantRole/{_name}", f"{_ENCOUNTER}/participant/participantRole", f"h:{_name}", _AT_MOST_ONCE,
        f"A meeting place has at most one {_name}.", "Keep one of them.",
    )  # fmt: skip
BOOK.attribute(
    "entryRelationship/typeCode", f"{_ENCOUNTER}/entryRelationship", "typeCode", "[A-Z]{3,10}",
    "What is related to the appointment says how.", 'Write typeCode="RSON" for the reason.',
)  # fmt: skip
BOOK.holds(
    "observation/code", f"{_ENCOUNTER}/entryRelationship[@typeCode='RSON']",
    "h:observation/h:code[@displayName or h:originalText]", _ONCE,
    "The reason is a code with its name, or a text.",
    "Write observation with a code that has displayName or originalText.",
)  # fmt: skip
for _key, _value in (("classCode", "OBS"), ("moodCode", "EVN")):
    BOOK.attribute(
        f"observation/{_key}", f"{_ENCOUNTER}/entryRelationship/observation", _key, (_value,),
        "The reason is an observation that was made.", f'Write {_key}="{_value}".',
    )  # fmt: skip
BOOK.holds(
    "precondition/criterion-once", f"{_ENCOUNTER}/precondition", "h:criterion", _ONCE,
    "A precondition has one criterion.", "Write one precondition for each.",
)  # fmt: skip
for _name, _times in (("code", _ONCE), ("text", _AT_MOST_ONCE)):
    BOOK.holds(
        f"criterion/{_name}", f"{_ENCOUNTER}/precondition/criterion", f"h:{_name}", _times,
        f"A criterion has one {_name}, and no more.", "Keep one of them.",
    )  # fmt: skip
BOOK.holds(
    "precondition/criterion", f"{_ENCOUNTER}/precondition",
    f"h:criterion/h:code[@code='{apd.INDICATIVE}' or @code='{apd.SERIES}']"
    f"[@codeSystem='{apd.MESSAGE_CODES}']", _ONCE,
    "A precondition says that the time is a guide, or that the appointment is one of a series.",
    f"Write criterion with the code {apd.INDICATIVE} or {apd.SERIES}.", severity=Severity.WARNING,
)  # fmt: skip
BOOK.holds(
    "criterion/value", f"{_ENCOUNTER}/precondition/criterion[h:code/@code='{apd.SERIES}']",
    "h:value[string-length(@extension) > 0]", _ONCE,
    "An appointment of a series names the series.", 'Write <value xsi:type="II" extension="..."/>.',
)  # fmt: skip

# Structural attributes: each may be left out, and has one value. ----------------------------------------
_FIXED = {
    ("classCode", "DOCSECT"): ("self::h:section",),
    ("moodCode", "EVN"): ("self::h:section",),
    ("classCode", "ASSIGNED"): ("self::h:assignedEntity", "self::h:assignedAuthor"),
    ("classCode", "PSN"): ("self::h:assignedPerson",),
    ("classCode", "ORG"): ("self::h:representedOrganization",),
    ("classCode", "SDLOC"): ("self::h:participantRole[parent::h:participant/parent::h:encounter]",),
    ("classCode", "PLC"): ("self::h:playingEntity",),
    ("classCode", "OBS"): ("self::h:observation",),
    ("determinerCode", "INSTANCE"): (
        "self::h:assignedPerson", "self::h:representedOrganization", "self::h:playingEntity",
    ),
    ("typeCode", "PRF"): ("self::h:performer[parent::h:encounter]",),
    ("typeCode", "AUT"): ("self::h:author",),
    ("contextControlCode", "OP"): ("self::h:author", "self::h:participant"),
    ("contextConductionInd", "true"): ("self::h:entry",),
}  # fmt: skip
for (_key, _value), _elements in _FIXED.items():
    BOOK.attribute(
        f"section/{_key}", f"{_SECTION}/descendant-or-self::*[{' or '.join(_elements)}]", _key, (_value,),
        f"In a section {_key} has the one value that its element allows, or is left out.",
        f"Leave {_key} out.", optional=True,
    )  # fmt: skip
