"""Whether the parties of a message are those that a register lists: location numbers and SOR ids that belong together.

The register is handed in: a file of pairs, or whatever else can tell which SOR ids belong to a GLN. A unit
without a GLN of its own sends from the unit above it, so several SOR ids may share one GLN.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Set

from mocks.errors import BadInput
from mocks.standards.exchange.unwrapped import Unwrapped
from mocks.standards.fhir_bundle import Tree
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import gln_of, sor_of, transport_organisations
from mocks.standards.rule import Rule
from mocks.standards.vans_envelope import EndPoint, EndPointKind

#: The SOR ids that belong to a GLN; ``None`` where the GLN is in no register.
Register = Callable[[str], Set[str] | None]

UNKNOWN = Rule(
    id="register-gln",
    statement="Sender and receiver have a location number that the register lists.",
    source="MedCom governance for network envelopes: both parties have a GLN in SOR",
    mend="Look the party up in SOR.",
    severity=Severity.WARNING,
)
PAIR = Rule(
    id="register-pair",
    statement="The location number and the SOR id of an organisation belong together in the register.",
    source="MedCom governance for FHIR messaging: a unit sends from the unit that has both",
    mend="Take SOR id and GLN from the same entry of SOR, or the GLN of the unit above.",
)
RULES: tuple[Rule, ...] = (UNKNOWN, PAIR)


def check_register(message: Unwrapped, register: Register) -> list[Finding]:
    """Where the parties of a message, and of its envelope, are not those of the register."""
    found: list[Finding] = []
    if message.envelope is not None:
        found += _end(message.envelope.sender, "VANSEnvelope/SenderID", register)
        found += _end(message.envelope.receiver, "VANSEnvelope/ReceiverID", register)
    if message.tree is not None:
        found += _organisations(message.tree, message.where, register)
    if message.letter is not None:
        for side, gln in (("Sender", message.letter.sender), ("Receiver", message.letter.receiver)):
            found += _known(gln, f"{message.where}{side}", register)
    return found


def _end(end: EndPoint, path: str, register: Register) -> Iterator[Finding]:
    if end.kind is EndPointKind.EAN:
        yield from _known(end.id, path, register)


def _known(gln: str, path: str, register: Register) -> Iterator[Finding]:
    if gln and register(gln) is None:
        yield UNKNOWN.at(path, f"the location number {gln[:20]} is not in the register")


def _organisations(tree: Tree, where: str, register: Register) -> Iterator[Finding]:
    context = Context(tree, "")
    try:
        parties = transport_organisations(context)
    except (AttributeError, TypeError):
        return  # elements of wrong types are findings of the message alone
    for number, organisation in context.of("Organization"):
        if type(organisation.get("identifier")) is not list:
            continue
        gln, sor = gln_of(organisation), sor_of(organisation)
        path = f"{where}Bundle.entry[{number}].resource.identifier"
        known = register(gln) if gln else None
        if gln and known is None and number in parties:
            yield UNKNOWN.at(path, f"the location number {gln[:20]} is not in the register")
        elif known is not None and sor and sor not in known:
            said = f"the register lists {gln} with {_shown(known)}, and the message with SOR id {sor[:24]}"
            yield PAIR.at(path, said)


def _shown(known: Set[str]) -> str:
    listed = sorted(known)
    return "SOR id " + ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


# A register as a file ---------------------------------------------------------------------------------

_SOR_COLUMNS = ("sor_id", "sorid", "sor-id", "sorkode", "sor")
_GLN_COLUMNS = ("gln", "lokationsnummer", "ean", "eanlokationsnummer", "ean-lokationsnummer")


def read_register(text: str, name: str) -> Register:
    """The register in a CSV file with a heading: one column with SOR ids, one with location numbers.

    Columns stand apart by commas or semicolons; SOR's own way to write ids as ``="325431000016004"`` is
    understood. Errors: ``BadInput`` for a file without the two columns, or without rows.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.reader(lines, delimiter=delimiter)
    heading = [cell.strip().lower() for cell in next(rows, [])]
    sor, gln = _column(heading, _SOR_COLUMNS), _column(heading, _GLN_COLUMNS)
    if sor is None or gln is None:
        raise BadInput(
            f"{name} is no register: it needs a heading with a column {_SOR_COLUMNS[0]} and a column {_GLN_COLUMNS[0]}"
        )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if len(row) > max(sor, gln) and (number := _plain(row[gln])):
            found[number].add(_plain(row[sor]))
    if not found:
        raise BadInput(f"{name} lists no location number")
    return found.get


def _column(heading: list[str], names: tuple[str, ...]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _plain(cell: str) -> str:
    return cell.strip().removeprefix("=").strip('" ')
