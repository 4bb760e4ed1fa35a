"""What a correspondence letter of the old standard may hold: our own tables of XDIS91.

XD9134L is what the field sends. XD9135L differs in its namespace, in any number of texts, in one more file
extension, and in letting a post code be empty; whether anybody sends it is not known.
"""

from __future__ import annotations

from mocks.standards.profiles.oioxml_parts import (
    BLOCK_LENGTH,
    ENVELOPE,
    EPISODE,
    FORMATTED,
    LETTER_STATUSES,
    NAME,
    OBJECT_CODES,
    OBJECT_EXTENSIONS,
    PERSON_NUMBER,
    SPECIALITIES,
    TEXT_35,
    address,
    emessage,
    letter,
    receiver,
    reference,
    sender,
)
from mocks.standards.profiles.oioxml_parts import IDENTIFIER_CODES_WITH_AMT as IDENTIFIER_CODES
from mocks.standards.profiles.xml_engine import Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import one_of, text

__all__ = [
    "BLOCK_LENGTH",
    "ENVELOPE",
    "EPISODE_STATUSES",
    "IDENTIFIER_CODES",
    "LETTER_STATUSES",
    "MOST_BLOCKS",
    "NAMES",
    "NAMESPACE",
    "OBJECT_CODES",
    "OBJECT_EXTENSIONS",
    "PRIORITIES",
    "SOURCE",
    "SPECIALITIES",
    "VERSION",
    "walk",
]

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"
VERSION = "XD9134L"
SOURCE = "XDIS91 XD9134L (schema 2006/07/01)"
MOST_BLOCKS = 10

EPISODE_STATUSES = ("inaktiv", "indlagt", "ambulant", "doed", "ambulant_roentgen")
PRIORITIES = ("rutine", "høj_prioritet")

_LETTER = Element(
    "ClinicalEmail",
    (
        letter(VERSION, "XDIS91", LETTER_STATUSES, EPISODE),
        sender(IDENTIFIER_CODES, post_code_least=1),
        receiver(IDENTIFIER_CODES, post_code_least=1),
        Element(
            "Patient",
            (
                PERSON_NUMBER,
                *NAME,
                *address(post_code_least=1),
                optional("OccupancyText", TEXT_35),
                Element("EpisodeOfCareStatusCode", one_of(*EPISODE_STATUSES)),
            ),
        ),
        optional(
            "AdditionalInformation",
            (optional("Priority", one_of(*PRIORITIES)), optional("Subject", text(1, 70))),
        ),
        Element("ClinicalInformation", (Element("Text01", FORMATTED),), 0, MOST_BLOCKS),
        reference(OBJECT_EXTENSIONS),
    ),
    1,
    None,
)

_EMESSAGE = emessage(_LETTER)

#: Checks a document whose root is ``Emessage`` and whose letters are ClinicalEmails.
walk = compile_table(VERSION, NAMESPACE, _EMESSAGE, SOURCE)

RULES = table_rules(VERSION, _EMESSAGE, SOURCE)

#: For readers: the elements by their short names.
NAMES = ShortNames(NAMESPACE, _EMESSAGE)
