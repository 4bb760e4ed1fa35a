"""What the three letter receipts may hold: our own table of XCTL01, XCTL02 and XCTL03.

They keep the namespace of 2005 although the letters they answer moved to that of 2006. The same receipts
stand once more in the schemas of 2020/05/06, but those schemas admit no version code of a receipt.
"""

from __future__ import annotations

from mocks.standards.profiles.oioxml_parts import BREAKABLE, ENVELOPE
from mocks.standards.profiles.xml_engine import Check, Element, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_rules import table_rules
from mocks.standards.profiles.xml_types import one_of, text
from mocks.standards.rule import Rule

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"
REFUSE_CODES = (
    "ikke_specificeret",
    "ukendt_lokationsnummer",
    "problem_med_modtagerID",
    "problem_med_version",
    "syntaksfejl",
)
#: Letter element -> (type, version).
RECEIPTS = {
    "NegativeVansReceipt": ("XCTL01", "XC0130Q"),
    "NegativeReceipt": ("XCTL02", "XC0230Q"),
    "PositiveReceipt": ("XCTL03", "XC0330Q"),
}
MOST_LETTERS = 99

_REFUSAL = (
    optional("RefuseCode", one_of(*REFUSE_CODES)),
    optional("RefuseText", BREAKABLE),
)
_EAN = (Element("EANIdentifier", text(1, 35)),)


def source(kind: str) -> str:
    """The document that states the rules of a type, as ``XCTL03``."""
    return f"{kind} (schema 2005/08/07)"


def _table(letter: str) -> Element:
    kind, version = RECEIPTS[letter]
    refusal = () if kind == "XCTL03" else _REFUSAL
    receipt = Element(
        letter,
        (
            Element(
                "Letter",
                (
                    Element("Identifier", text(1, 14)),
                    Element("VersionCode", one_of(version)),
                    Element("StatisticalCode", text(1, 8)),
                ),
            ),
            Element("Sender", _EAN),
            Element("Receiver", _EAN),
            Element(
                "OriginalEmessage",
                (
                    Element("OriginalEnvelopeIdentifier", text(1, 14)),
                    Element("OriginalSender", _EAN),
                    Element("OriginalReceiver", _EAN),
                    *refusal,
                    Element(
                        "OriginalLetter",
                        (
                            Element("OriginalLetterIdentifier", text(1, 14)),
                            Element("OriginalVersionCode", text(1, 7)),
                            *refusal,
                        ),
                        0,
                        MOST_LETTERS,
                    ),
                ),
            ),
        ),
        1,
        None,
    )
    local = Element("Local_Elements", None, 0, None)
    return Element("Emessage", (ENVELOPE, receipt, local))


_TABLES = {letter: _table(letter) for letter in RECEIPTS}
#: For each letter element the check of an ``Emessage`` that carries it.
walks: dict[str, Check] = {
    letter: compile_table(RECEIPTS[letter][1], NAMESPACE, table, source(RECEIPTS[letter][0]))
    for letter, table in _TABLES.items()
}
RULES: tuple[Rule, ...] = tuple(
    rule
    for letter, table in _TABLES.items()
    for rule in table_rules(RECEIPTS[letter][1], table, source(RECEIPTS[letter][0]))
)

#: For readers: the elements by their short names.
NAMES = ShortNames(NAMESPACE, *_TABLES.values())
