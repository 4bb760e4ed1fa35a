"""What a VANSEnvelope 1.0.4 may hold: our own table of MedCom's envelope schema."""

from __future__ import annotations

from mocks.standards.profiles.xml_engine import Choice, Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import (
    BOOLEAN,
    DATE_TIME,
    INT32,
    POSITIVE,
    UUID,
    Kind,
    one_of,
    text,
)

NAMESPACE = "urn:oio:medcom:vans-envelope:1.0.4"
SOURCE = "VANSEnvelope 1.0.4 (schema)"

_TEXT = text(1, 255)
#: The content of ``Data`` is decoded once, by ``vans_envelope.check``, which also counts its bytes.
_DECODED_ELSEWHERE = Kind(lambda value: None, "", base="xs:string")
_ENDPOINT = text(1, 18, collapse=True)
_ENDPOINT_KIND = (("EndPointType", one_of("EAN", "CVR", "VANS")),)

_META = (
    Element("Identifier", UUID),
    optional("Processing", (Element("ProviderIdentifier", _TEXT), Element("ServiceIdentifier", _TEXT))),
    Element(
        "Document",
        (
            Element("Format", one_of("XML", "EDIFACT", "HL7", "Binary", "Other")),
            Element("Name", _TEXT),
            optional("Version", _TEXT),
            Element("SizeInBytes", INT32),
        ),
    ),
    optional(
        "Transport",
        (
            optional("Type", one_of("reliable", "unreliable")),
            Element("TransformMessage", BOOLEAN),
            Element("ServiceTag", text(1, 70), 0, 5, attributes=(("name", text(1, 70)),)),
        ),
    ),
)
_ERROR = Element("Error", (optional("Code", POSITIVE), Element("Description", text(1, 512))))
_ORIGINAL = Element("OriginalEnvelopeIdentifier", UUID)

_ENVELOPE = Element(
    "VANSEnvelope",
    (
        Element("SenderID", _ENDPOINT, attributes=_ENDPOINT_KIND),
        Element("ReceiverID", _ENDPOINT, attributes=_ENDPOINT_KIND),
        Element("EnvelopeIdentifier", UUID),
        Element("SentDateTime", DATE_TIME),
        Choice(
            (
                Element("Message", (Element("MetaInformation", _META), Element("Data", _DECODED_ELSEWHERE))),
                Element(
                    "Receipt",
                    (
                        Choice(
                            (
                                Element(
                                    "NegativeVans", (_ERROR, _ORIGINAL, optional("OriginalMessage", _META))
                                ),
                                Element(
                                    "NegativeMessage", (_ERROR, _ORIGINAL, Element("OriginalMessage", _META))
                                ),
                                Element("PositiveMessage", (_ORIGINAL, Element("OriginalMessage", _META))),
                            )
                        ),
                    ),
                ),
            )
        ),
    ),
)

#: Checks a document whose root is ``VANSEnvelope``.
walk = compile_table("VANSEnvelope", NAMESPACE, _ENVELOPE, SOURCE)

RULES = table_rules("VANSEnvelope", _ENVELOPE, SOURCE)

#: For readers: the elements by their short names.
NAMES = ShortNames(NAMESPACE, _ENVELOPE)
