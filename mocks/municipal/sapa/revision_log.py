"""SAPA's revision log: the columns that its public log tool reads, one row for each look-up.

The real log writes the citizen in clear into search criteria and party; here the citizen is masked and the
name left out, as nothing that was shown is kept. Columns that a simulated look-up has nothing for are empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mocks.overview.lookup_log import LookupRecord

#: All columns in their order (public revision-log tool of SAPA).
COLUMNS = (
    "Log ID", "Kald ID", "Transaktions ID", "Aftale ID", "KaldersAftale ID", "Parametre", "Tidspunkt",
    "Service ID", "IP Adresse", "Maskinnavn", "Bruger ID", "BrugerNavn", "Bruger", "IT-System ID",
    "Organisatorisk ID", "Organisationsenhed ID", "LOS-ID", "LOS-Navn", "Applikation", "Komponent",
    "Soegekriterier", "Sags ID", "Tilstandsskift", "Part", "Aktoer", "Anvendte CVR rettigheder",
    "Beskrivelse", "Organisatorisk enhed", "Vist Fra", "Sag", "Partens bopælskommune", "Sagsnummer",
)  # fmt: skip
_COMPONENTS = {
    "Visning Aftaler": "Aftaler.AftalService",
    "Visning Skolegrunddata": "Skolegrunddata.SkolegrunddataService",
}
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def revision_row(record: LookupRecord) -> dict[str, str | int | bool]:
    """One row; ``Kommune``, ``outcome``, ``reason``, ``consent`` and ``rows`` are additions of the mock."""
    return {
        "Log ID": record.lookup,
        "Tidspunkt": record.at.isoformat(timespec="milliseconds"),
        "Bruger ID": record.user,
        "BrugerNavn": record.user_name,
        "Organisationsenhed ID": record.organisation,
        "Kommune": record.municipality,
        "Applikation": "SAPA",
        "Komponent": _COMPONENTS[record.service],
        "Soegekriterier": record.criteria or "null",
        "Part": record.criteria.rpartition(": ")[2],
        "Beskrivelse": record.service,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "consent": record.consent,
        "rows": record.rows,
    }


def revision_csv(records: Iterable[LookupRecord]) -> str:
    """The log as the tool reads it: semicolons, a head line, every column, and nothing but these."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for record in records:
        row = revision_row(record)
        table.writerow(_harmless(str(row.get(column, ""))) for column in COLUMNS)
    return written.getvalue()


def _harmless(cell: str) -> str:
    """A text that somebody typed is no formula for whoever opens the log in a spreadsheet."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
