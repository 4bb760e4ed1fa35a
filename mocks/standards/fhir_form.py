"""What bytes must be before they can be read as a FHIR message, in JSON or XML."""

from __future__ import annotations

from typing import Final

from mocks.standards import topics
from mocks.standards.findings import Finding
from mocks.standards.rule import Rule

R4 = "FHIR R4 4.0.1"
R4_XML = "FHIR R4, XML representation"

SIZE = Rule(
    id="medcom-size",
    statement="A message with its attachments and its envelope has at most 100 MB.",
    source="MedCom governance for FHIR messaging, size",
    mend="send fewer or smaller attachments",
    readings=topics.SIZE.readings({"100-mb": None}),
)
#: The whole message with its envelope.
MAX_BYTES: Final = 100_000_000
#: What an older text allowed.
_ONCE_ALLOWED = 50_000_000
#: An envelope around a message, without the message.
_ENVELOPE_BYTES = 1_200
JSON = Rule(
    id="fhir-json",
    statement="A message in JSON is one well-formed object.",
    source=R4,
    mend="send well-formed JSON",
)
JSON_NAMES = Rule(
    id="fhir-json-names",
    statement="An object in JSON has each name once.",
    source=R4,
    mend="send each name once",
)
UTF_8 = Rule(
    id="fhir-utf-8",
    statement="A message in JSON is encoded in UTF-8.",
    source=R4,
    mend="encode the message as UTF-8",
)
DEPTH = Rule(
    id="fhir-depth",
    statement="A message is nested no deeper than any resource is.",
    source="tvaers: limits of reading",
    mend="send it flatter",
)
MANY = Rule(
    id="fhir-many",
    statement="A message has at most 200,000 objects and lists, 500,000 texts, 10,000 entries, and 1,000 elements"
    " in another list.",
    source="tvaers: limits of reading",
    mend="divide the message; a long thread has some ten thousand objects",
)
XML = Rule(
    id="fhir-xml",
    statement="A message in XML is well-formed.",
    source=R4_XML,
    mend="send well-formed XML",
)
XML_DOCTYPE = Rule(
    id="fhir-xml-doctype",
    statement="A message in XML declares no document type.",
    source=R4_XML,
    mend="leave the DOCTYPE out",
)
XML_ENTITY = Rule(
    id="fhir-xml-entity",
    statement="A message in XML holds no entity references.",
    source=R4_XML,
    mend="write the text itself",
)
XML_NAMESPACE = Rule(
    id="fhir-xml-namespace",
    statement="The elements of a message in XML are of FHIR's namespace.",
    source=R4_XML,
    mend="declare xmlns http://hl7.org/fhir",
)
STRING = Rule(
    id="fhir-string",
    statement="A text holds no control characters but tab and line break.",
    source=R4,
    mend="leave them out",
)
TXT_1 = Rule(
    id="txt-1",
    statement="A narrative is one well-formed XHTML div without active content.",
    source="FHIR R4 4.0.1, Narrative",
    mend="send plain XHTML in a div",
)
TXT_2 = Rule(
    id="txt-2",
    statement="A narrative has some content: text or a picture.",
    source="FHIR R4 4.0.1, Narrative",
    mend="show the content of the resource, or leave text out",
)
RULES: tuple[Rule, ...] = (
    SIZE,
    JSON,
    JSON_NAMES,
    UTF_8,
    DEPTH,
    MANY,
    XML,
    XML_DOCTYPE,
    XML_ENTITY,
    XML_NAMESPACE,
    STRING,
    TXT_1,
    TXT_2,
)


def size_findings(size: int, *, in_envelope: bool = False) -> list[Finding]:
    """What there is to say of ``size`` bytes: of a message, or of a whole envelope."""
    whole = size if in_envelope else (size + 2) // 3 * 4 + _ENVELOPE_BYTES
    if whole <= _ONCE_ALLOWED:
        return []
    told = "the envelope has" if in_envelope else "with its envelope the message has about"
    said = f"{told} {whole} bytes; {MAX_BYTES if whole > MAX_BYTES else _ONCE_ALLOWED} are allowed"
    return [SIZE.at("", said, disputed=whole <= MAX_BYTES)]
