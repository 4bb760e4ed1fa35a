"""What a correspondence letter of the old standard may hold: our own tables of XDIS91.

XD9134L is what the field sends. XD9135L differs in its namespace, in any number of texts, in one more file
extension, and in letting a post code be empty; whether anybody sends it is not known.
"""

from __future__ import annotations

import msgspec

from mocks.standards.profiles.oioxml_parts import (
    BLOCK_LENGTH,
    ENVELOPE,
    EPISODE,
    FORMATTED,
    LETTER_STATUSES,
    NAME,
    OBJECT_CODES,
    OBJECT_EXTENSIONS,
    OBJECT_EXTENSIONS_PLO,
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
from mocks.standards.profiles.xml_engine import Check, Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import one_of, text
from mocks.standards.rule import Rule

__all__ = [
    "BLOCK_LENGTH",
    "BY_ROOT",
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
    "VERSIONS",
    "WALKS",
    "Version",
]

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"
VERSION = "XD9134L"
SOURCE = "XDIS91 XD9134L (schema 2006/07/01)"
MOST_BLOCKS = 10

EPISODE_STATUSES = ("inaktiv", "indlagt", "ambulant", "doed", "ambulant_roentgen")
PRIORITIES = ("rutine", "høj_prioritet")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version. ``most_blocks`` is how many texts a letter may have, ``None`` for any number."""

    code: str
    namespace: str
    most_blocks: int | None
    extensions: tuple[str, ...]
    post_code_least: int

    @property
    def source(self) -> str:
        """The document that states its rules."""
        return f"XDIS91 {self.code} (schema {self.namespace[-11:-1]})"


VERSIONS: dict[str, Version] = {
    VERSION: Version(
        code=VERSION,
        namespace=NAMESPACE,
        most_blocks=MOST_BLOCKS,
        extensions=OBJECT_EXTENSIONS,
        post_code_least=1,
    ),
    "XD9135L": Version(
        code="XD9135L",
        namespace="http://rep.oio.dk/medcom.dk/xml/schemas/2015/08/01/",
        most_blocks=None,
        extensions=OBJECT_EXTENSIONS_PLO,
        post_code_least=0,
    ),
}


def _table(version: Version) -> Element:
    least = version.post_code_least
    content = (
        letter(version.code, "XDIS91", LETTER_STATUSES, EPISODE),
        sender(IDENTIFIER_CODES, post_code_least=least),
        receiver(IDENTIFIER_CODES, post_code_least=least),
        Element(
            "Patient",
            (
                PERSON_NUMBER,
                *NAME,
                *address(post_code_least=least),
                optional("OccupancyText", TEXT_35),
                Element("EpisodeOfCareStatusCode", one_of(*EPISODE_STATUSES)),
            ),
        ),
        optional(
            "AdditionalInformation",
            (optional("Priority", one_of(*PRIORITIES)), optional("Subject", text(1, 70))),
        ),
        Element("ClinicalInformation", (Element("Text01", FORMATTED),), 0, version.most_blocks),
        reference(version.extensions),
    )
    return emessage(Element("ClinicalEmail", content, 1, None))


_TABLES = {code: _table(version) for code, version in VERSIONS.items()}
#: For each version the check of a document whose root is ``Emessage`` and whose letters are ClinicalEmails.
WALKS: dict[str, Check] = {
    code: compile_table(code, VERSIONS[code].namespace, table, VERSIONS[code].source)
    for code, table in _TABLES.items()
}
#: For readers: the elements of each version by their short names.
NAMES = {code: ShortNames(VERSIONS[code].namespace, table) for code, table in _TABLES.items()}
#: Which version a document is of, by the long name of its root (``{namespace}Emessage``).
BY_ROOT = {f"{{{version.namespace}}}Emessage": version for version in VERSIONS.values()}
RULES: tuple[Rule, ...] = tuple(
    rule for code, table in _TABLES.items() for rule in table_rules(code, table, VERSIONS[code].source)
)
