"""The check of an EDIFACT interchange: everything that is wrong with it, not only the first thing."""

from __future__ import annotations

from mocks.errors import Malformed
from mocks.standards.edifact import finding_list, reading, syntax_rules
from mocks.standards.edifact import interchange as service
from mocks.standards.edifact.finding_list import FindingList
from mocks.standards.edifact.interchange import Interchange, open_interchange
from mocks.standards.findings import Finding
from mocks.standards.profiles import bin01, ctl, ctl_rules, dis91, edifact_rules, ref01
from mocks.standards.profiles.oioxml_rules import CPR_DATE, CPR_UNKNOWN, GLN, SOR, YDERNUMMER
from mocks.standards.rule import Rule

#: The letter types that have a table.
TABLES = {
    "DIS91": dis91.COMPILED,
    "REF01": ref01.COMPILED,
    "BIN01": bin01.COMPILED,
    **ctl.COMPILED,
}
_BY_VERSION = {"D9134L": "DIS91", "H0130R": "REF01", "B0131X": "BIN01"} | {
    version: name for name, (version, _) in ctl.RECEIPTS.items()
}
RULES: tuple[Rule, ...] = (
    *finding_list.RULES,
    *syntax_rules.RULES,
    *service.RULES,
    *reading.RULES,
    *edifact_rules.RULES,
    *ctl_rules.RULES,
    *(GLN, SOR, YDERNUMMER, CPR_DATE, CPR_UNKNOWN),
    *(rule for table in TABLES.values() for rule in table.rules),
)


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with an interchange and the messages in it. Never an error."""
    try:
        interchange = open_interchange(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_interchange(interchange)


def check_interchange(interchange: Interchange) -> list[Finding]:
    """Everything that is wrong with an interchange that has been opened."""
    out = FindingList(interchange.findings)
    messages = interchange.messages
    if len(messages) > 1:
        text = f"the interchange holds {len(messages)} messages"
        out.append(reading.ONE.at(f"UNH ({messages[1].unh.place})", text))
    for number, message in enumerate(messages, start=1):
        name = message.name if message.name in TABLES else _BY_VERSION.get(message.version, "")
        table = TABLES.get(name)
        if table is None:
            there = f"{message.name[:12]!r} {message.version[:12]!r}"
            text = f"the message is {there}; covered are {', '.join(TABLES)}"
            out.append(reading.TYPE.at(f"UNH ({message.unh.place})", text))
            continue
        path = name if len(messages) == 1 else f"{name}[{number}]"
        table.walk((message.unh, *message.body), path, out)
        extra = ctl_rules.check_receipt if name in ctl.COMPILED else edifact_rules.check_letter
        extra(interchange, message, path, out)
    return out.with_rest()
