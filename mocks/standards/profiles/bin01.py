"""What a binary letter in EDIFACT may hold: our own table of BIN01, version B0131X."""

from __future__ import annotations

from mocks.standards.edifact.codes import EXTENSION_OF, OBJECT_CODE_OF
from mocks.standards.profiles.edifact_engine import Group, Table, code, compile_table, one, required
from mocks.standards.profiles.edifact_parts import (
    CON,
    NAME,
    NUMBER,
    PNA,
    RFF_SRI,
    RFF_XPI,
    dtm,
    head,
    party,
    seq,
    spr,
    trigger,
)

SOURCE = "BIN01 B0131X, as MedCom's converter reads and writes it"
MOST_OBJECTS = 10

TABLE = Table(
    "BIN01",
    head("MEDBIN", "B0131X", "BIN01", "OBJ"),
    (
        party("sender", "SSP", CON, seq("1"), spr("BIN01")),
        party("receiver", "PO", seq("2")),
        Group("S02", (trigger("02"), one("GIS", (code("status", "N", "M"),)), RFF_SRI, dtm("182"))),
        Group("S07", (trigger("07"), PNA, RFF_XPI)),
        Group("S11", (trigger("11"),)),
        Group(
            "object",
            (
                one(
                    "UNO",
                    (required("number", NUMBER),),
                    (code("qualifier", "AID"), required("object-identifier", NAME)),
                    (
                        code("object", "OBJ"),
                        code("object-code", *OBJECT_CODE_OF),
                        code("object-extension", *EXTENSION_OF),
                        code("object-list", "91"),
                    ),
                    (
                        required("size", NUMBER),
                        code("size-qualifier", "14"),
                        code("part", "1"),
                        code("filter", "A"),
                    ),
                ),
                one("UNP", (required("size", NUMBER),), (required("number", NUMBER),)),
            ),
            1,
            MOST_OBJECTS,
        ),
    ),
    SOURCE,
)
COMPILED = compile_table(TABLE)
