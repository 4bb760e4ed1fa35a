"""SAPA's revision log: column names as its public log tool reads them, one row for each look-up.

The real log writes the citizen in clear into its search criteria; here the citizen is masked. Columns
that a simulated look-up has nothing for (machine name, agreement ids and the like) are left out.
"""

from __future__ import annotations

from mocks.overview.lookup_log import LookupRecord

_COMPONENTS = {
    "Visning Aftaler": "Aftaler.AftalService",
    "Visning Skolegrunddata": "Skolegrunddata.SkolegrunddataService",
}


def revision_row(record: LookupRecord) -> dict[str, str | int | bool]:
    """One row; ``outcome``, ``consent`` and ``rows`` are additions of the mock."""
    return {
        "Log ID": record.lookup,
        "Tidspunkt": record.at.isoformat(timespec="milliseconds"),
        "Bruger ID": record.user,
        "BrugerNavn": record.user_name,
        "Organisationsenhed ID": record.organisation,
        "Kommune": record.municipality,
        "Applikation": "SAPA",
        "Komponent": _COMPONENTS[record.service],
        "Soegekriterier": record.criteria,
        "Beskrivelse": record.service,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "consent": record.consent,
        "rows": record.rows,
    }
