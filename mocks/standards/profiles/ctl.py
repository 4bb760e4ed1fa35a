"""What the receipts in EDIFACT may hold: our own tables of CTL01 (C0130Q), CTL02 (C0230Q), CTL03 (C0330Q)."""

from __future__ import annotations

from mocks.standards.edifact.codes import REFUSE_CODE_OF
from mocks.standards.profiles.edifact_engine import (
    Compiled,
    Group,
    Slot,
    Table,
    code,
    compile_table,
    one,
    required,
)
from mocks.standards.profiles.edifact_parts import GLN, REFERENCE, ftx, unh
from mocks.standards.profiles.xctl import MOST_LETTERS
from mocks.standards.profiles.xml_types import text

#: Name of the receipt -> version and the code of what was done: 4 refused, 7 taken.
RECEIPTS = {"CTL01": ("C0130Q", "4"), "CTL02": ("C0230Q", "4"), "CTL03": ("C0330Q", "7")}


def _table(name: str) -> Table:
    version, action = RECEIPTS[name]
    refusal = () if action == "7" else (Slot("FTX", (ftx(*REFUSE_CODE_OF),), 0, 1),)
    side = (required("location-number", GLN), code("qualifier", "14"))
    return Table(
        name,
        (unh("CONTRL", version, name, "ZZ"),),
        (
            Group(
                "UCI",
                (
                    one("UCI", (required("reference", REFERENCE),), side, side, (code("action", action),)),
                    *refusal,
                ),
            ),
            Group(
                "UCM",
                (
                    one(
                        "UCM",
                        (required("reference", REFERENCE),),
                        (
                            required("message-type", text(1, 6)),
                            required("directory", text(1, 3)),
                            required("release", text(1, 3)),
                            required("agency", text(1, 2)),
                            required("version", text(1, 7)),
                        ),
                        (code("action", action),),
                    ),
                    *refusal,
                ),
                0,
                MOST_LETTERS,
            ),
        ),
        f"{name} {version}, as MedCom's converter reads and writes it",
    )


COMPILED: dict[str, Compiled] = {name: compile_table(_table(name)) for name in RECEIPTS}
