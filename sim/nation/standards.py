"""Which message formats each location number receives: as in the pilot, or in a counterfactual.

``pilot`` is XDIS91 with XCTL everywhere; ``4.0.3`` and ``5.0.2`` are CareCommunication of that version with
FHIR Acknowledgement everywhere; in ``mixed`` most receive both and a few only the old or only the new one.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mocks.errors import BadInput
from mocks.sor.register import SorEntry
from mocks.units import FCTL, FDIS91_4, FDIS91_5, XCTL, XDIS91
from sim.nation.assumptions import Assumed
from sim.nation.streams import Draw

OLD, NEW, BOTH = (XDIS91, XCTL), (FDIS91_5, FCTL), (XDIS91, XCTL, FDIS91_5, FCTL)

#: What everybody receives in the modes that make no difference between units.
EVERYWHERE = {"pilot": OLD, "4.0.3": (FDIS91_4, FCTL), "5.0.2": NEW}

#: All modes, as ``--standard`` takes them.
MODES = (*EVERYWHERE, "mixed")


def registered(entries: Iterable[SorEntry], mode: str, seed: int, assumed: Assumed) -> tuple[SorEntry, ...]:
    """The same entries with the capabilities of that mode on each own location number."""
    if mode not in MODES:
        raise BadInput(f"there is no standard {mode!r}; choose one of {', '.join(MODES)}")
    rows = tuple(entries)
    formats = _mixed(rows, seed, assumed) if mode == "mixed" else {}
    return tuple(
        msgspec.structs.replace(
            row, capabilities=formats.get(_carrier(row), BOTH) if mode == "mixed" else EVERYWHERE[mode]
        )
        if row.gln
        else row
        for row in rows
    )


def _carrier(row: SorEntry) -> str:
    """What decides about the formats: the system, but each clinic outside the pilot has its own."""
    return row.sor_id if row.system in ("", "lps-udenfor") else row.system


def _mixed(rows: tuple[SorEntry, ...], seed: int, assumed: Assumed) -> dict[str, tuple[str, ...]]:
    """Formats by carrier: exact shares in each of municipalities, pilot clinics, other clinics.

    The hospital's record system serves everybody and keeps both.
    """
    groups: dict[str, dict[str, None]] = {"municipal": {}, "pilot clinic": {}, "outside clinic": {}}
    for row in rows:
        if row.gln is None or row.kind is None or row.system in ("", "nordepj"):
            continue
        clinic = "outside clinic" if row.system == "lps-udenfor" else "pilot clinic"
        groups[clinic if row.system.startswith("lps-") else "municipal"][_carrier(row)] = None
    formats: dict[str, tuple[str, ...]] = {}
    for name, members in groups.items():
        carriers = list(members)
        shuffled = [carriers[i] for i in Draw(seed, f"formats {name}").order(len(carriers)).tolist()]
        old = int(assumed("mixed-old-only") * len(carriers) + 0.5)
        new = int(assumed("mixed-new-only") * len(carriers) + 0.5)
        formats.update(dict.fromkeys(shuffled[:old], OLD))
        formats.update(dict.fromkeys(shuffled[old : old + new], NEW))
    return formats
