"""What a correspondence letter in EDIFACT may hold: our own table of DIS91, version D9134L."""

from __future__ import annotations

from mocks.standards.edifact.codes import EPISODE_STATUS_OF
from mocks.standards.profiles.edifact_engine import (
    NOTHING,
    Form,
    Group,
    Slot,
    Table,
    code,
    compile_table,
    one,
    qualified,
    required,
)
from mocks.standards.profiles.edifact_parts import (
    ADR,
    CON,
    EMP,
    PNA,
    REFERENCES,
    RFF_SRI,
    RFF_XPI,
    SUBJECT,
    dtm,
    ftx,
    head,
    party,
    seq,
    spr,
    trigger,
)
from mocks.standards.profiles.xml_types import text

SOURCE = "DIS91 D9134L, as MedCom's converter reads and writes it"
#: Groups of free text, and groups of references.
MOST_S14 = 10 + 2

TABLE = Table(
    "DIS91",
    head("MEDDIS", "D9134L", "DIS91", "EPI"),
    (
        party("sender", "SSP", CON, seq("1"), spr("DIS91")),
        party("receiver", "PO", seq("2")),
        Group(
            "S02",
            (
                trigger("02"),
                one("GIS", (code("status", "N", "M"),)),
                RFF_SRI,
                qualified(
                    "RFF",
                    ("HI", "NO"),
                    (code("priority", "HI", "NO"), code("text", "NC")),
                    least=0,
                    name="RFF-priority",
                ),
                dtm("182"),
            ),
        ),
        Group("S07", (trigger("07"), PNA, RFF_XPI, ADR, EMP)),
        Group(
            "S11",
            (
                trigger("11"),
                one("GIS", (code("status", "N"),)),
                Slot(
                    "RFF",
                    (
                        Form(((code("qualifier", "REI"), required("episode", text(1, 35))),), ("REI",)),
                        Form(((code("qualifier", "AHI"), code("unknown", "1")),), ("AHI",)),
                    ),
                    name="RFF-episode",
                ),
                one("SEQ", NOTHING, (code("number", "1"),)),
                one("PAS", (code("status", *EPISODE_STATUS_OF),)),
            ),
        ),
        Group("S14", (trigger("14"), Slot("FTX", (SUBJECT, ftx("NC"), *REFERENCES), 1, 9)), 0, MOST_S14),
    ),
    SOURCE,
)
COMPILED = compile_table(TABLE)
