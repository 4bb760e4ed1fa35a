"""What a letter of attachments may hold: our own tables of XBIN01 and XBIN02, four versions in all.

They differ in root, namespace, the form of an object's identifier, and in whether the sender needs an address.
"""

from __future__ import annotations

import msgspec

from mocks.standards.profiles.oioxml_parts import (
    IDENTIFIER_CODES,
    NAME,
    OBJECT_CODES,
    OBJECT_EXTENSIONS_FNX,
    OBJECT_EXTENSIONS_PLO,
    PERSON_NUMBER,
    TEXT_35,
    emessage,
    letter,
    receiver,
    sender,
)
from mocks.standards.profiles.xml_engine import Check, Choice, Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import POSITIVE, Kind, matching, one_of, text
from mocks.standards.rule import Rule

MOST_OBJECTS = 10
_UUID = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
#: Any text: whether it is base64 and of the right size, the rules beside the table say.
_ANY_TEXT = Kind(lambda value: None, "", base="xs:string")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version. ``kind`` is XBIN01 or XBIN02, ``root`` the element of the letter; ``dashes`` says that
    identifiers of objects are UUIDs with dashes (else 1 to 35 characters, so a UUID goes without);
    ``address`` that the sender needs address and speciality."""

    code: str
    kind: str
    root: str
    namespace: str
    dashes: bool
    address: bool
    extensions: tuple[str, ...]

    @property
    def source(self) -> str:
        """The document that states its rules."""
        return f"{self.kind} {self.code} (schema {self.namespace[-11:-1]})"


_MEDCOM = "http://rep.oio.dk/medcom.dk/xml/schemas"
VERSIONS: dict[str, Version] = {
    version.code: version
    for version in (
        Version(
            code="XB0130X",
            kind="XBIN01",
            root="BinaryLetter",
            namespace="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/",
            dashes=False,
            address=True,
            extensions=OBJECT_EXTENSIONS_PLO,
        ),
        Version(
            code="XB0131X",
            kind="XBIN01",
            root="BinaryLetter",
            namespace=f"{_MEDCOM}/2012/03/28/",
            dashes=True,
            address=False,
            extensions=OBJECT_EXTENSIONS_FNX,
        ),
        Version(
            code="XB0210X",
            kind="XBIN02",
            root="ReferralAttachment",
            namespace=f"{_MEDCOM}/2016/10/02/",
            dashes=True,
            address=False,
            extensions=OBJECT_EXTENSIONS_FNX,
        ),
        Version(
            code="XB0230X",
            kind="XBIN02",
            root="BinaryLetter",
            namespace=f"{_MEDCOM}/2019/04/03/",
            dashes=False,
            address=True,
            extensions=OBJECT_EXTENSIONS_PLO,
        ),
    )
}


def _table(version: Version) -> Element:
    identifier = matching(_UUID, "a UUID with dashes") if version.dashes else TEXT_35
    objects = (
        Element("ObjectIdentifier", identifier),
        Element("ObjectCode", one_of(*OBJECT_CODES)),
        Element("ObjectExtensionCode", one_of(*version.extensions)),
        Element("OriginalObjectSize", POSITIVE),
        Element("Object_Base64Encoded", _ANY_TEXT),
    )
    whom = Choice((Element("Patient", (PERSON_NUMBER, *NAME)), Element("SystemInformation", one_of("true"))))
    content = (
        letter(version.code, version.kind, ("nytbrev",)),
        sender(IDENTIFIER_CODES, required=version.address),
        receiver(IDENTIFIER_CODES),
        whom,
        optional("Contents", text(1, 70)),
        Element("BinaryObject", objects, 1, MOST_OBJECTS),
    )
    return emessage(Element(version.root, content, 1, None))


_TABLES = {code: _table(version) for code, version in VERSIONS.items()}
#: For each version the check of an ``Emessage`` that carries it.
WALKS: dict[str, Check] = {
    code: compile_table(code, VERSIONS[code].namespace, table, VERSIONS[code].source)
    for code, table in _TABLES.items()
}
RULES: tuple[Rule, ...] = tuple(
    rule for code, table in _TABLES.items() for rule in table_rules(code, table, VERSIONS[code].source)
)

#: For readers: the elements of each version by their short names.
NAMES = {code: ShortNames(VERSIONS[code].namespace, table) for code, table in _TABLES.items()}
#: Which version a letter is of, by the long name of its element (``{namespace}BinaryLetter``).
BY_TAG = {f"{{{version.namespace}}}{version.root}": version for version in VERSIONS.values()}
