"""What a hospital referral in EDIFACT may hold: our own table of REF01, version H0130R.

The qualifiers of its parties are the other way round than in DIS91: PO sends and SSP receives. How often
text may stand in the groups other than S12 no public source says; nine FTX are taken, as in S14 of DIS91.
"""

from __future__ import annotations

from mocks.standards.edifact.codes import IDENTIFIER_CODE_OF, IDENTIFIER_CODES
from mocks.standards.edifact.referral_codes import (
    DIAGNOSES,
    DIAGNOSIS_TYPES,
    PHONES,
    PRIORITIES,
    RELATIONS,
    STATUSES,
    TRANSPORTS,
    VISITATIONS,
)
from mocks.standards.profiles.edifact_engine import (
    NOTHING,
    Group,
    Slot,
    Table,
    code,
    compile_table,
    maybe,
    one,
    optional,
    required,
)
from mocks.standards.profiles.edifact_parts import (
    ADR,
    CON,
    EMP,
    LONG_NAME,
    NAME,
    PNA,
    REFERENCES,
    RFF_XPI,
    dtm,
    ftx,
    head,
    party,
    seq,
    spr,
    trigger,
)
from mocks.standards.profiles.xml_types import matching, one_of, text

SOURCE = "REF01 H0130R, as MedCom's converter reads and writes it"
_MOST_FTX = 9
_MOST_S12 = 5
_NR = one("STS", NOTHING, (code("status", "NR"),))
_PERSON = matching("[0-9]{10}", "a CPR number of ten digits", secret=True)

_REFERRER = Group(
    "S01-referrer",
    (
        trigger("01"),
        one(
            "NAD",
            (code("qualifier", "BV"),),
            (
                maybe("identifier", text(1, 17)),
                maybe("identifier-code", one_of(*(each for each in IDENTIFIER_CODE_OF if each))),
                maybe("agency", one_of(*dict.fromkeys(agency for _, agency in IDENTIFIER_CODES.values()))),
            ),
            NOTHING,
            (maybe("title", NAME), required("name", NAME), None, None, None, code("form", "US")),
        ),
        one("RFF", (code("qualifier", "AHL"), code("number", "1"))),
        seq("3"),
    ),
    1,
    1,
    ("NAD", ("BV",)),
)
_RELATIVE = Group(
    "S10",
    (
        trigger("10"),
        one("REL", (code("kind", "PER"),), (code("relation", *RELATIONS),)),
        one(
            "PNA",
            (code("qualifier", "PAS"),),
            (
                maybe("cpr", _PERSON),
                None,
                None,
                maybe("cpr-list", one_of("CPR")),
                maybe("cpr-agency", one_of("IM")),
            ),
            NOTHING,
            NOTHING,
            (code("surname-qualifier", "SU"), required("surname", LONG_NAME)),
            (maybe("given-qualifier", one_of("FO")), maybe("given", LONG_NAME)),
        ),
    ),
    0,
)

TABLE = Table(
    "REF01",
    head("MEDREF", "H0130R", "REF01", "HNV"),
    (
        party("sender", "PO", CON, seq("1"), spr("REF01")),
        party("receiver", "SSP", seq("2")),
        _REFERRER,
        party("answer", "PRH", CON, seq("4"), least=0),
        Group(
            "S02",
            (
                trigger("02"),
                one("GIS", (code("status", "N", "M"),)),
                one("RFF", (code("qualifier", "ROI"), required("episode", text(1, 35)))),
                dtm("4"),
                optional(
                    "CIN",
                    (code("diagnosis", *DIAGNOSES),),
                    (
                        maybe("code", text(1, 17)),
                        code("type", *DIAGNOSIS_TYPES),
                        maybe("agency", text(1, 3)),
                        required("text", LONG_NAME),
                    ),
                    most=6,
                ),
                Slot("FTX", (ftx("DI"),), 0, _MOST_FTX),
            ),
        ),
        Group("S06", (trigger("06"), _NR)),
        Group(
            "S07",
            (
                trigger("07"),
                PNA,
                RFF_XPI,
                ADR,
                optional(
                    "CON",
                    (code("kind", *PHONES),),
                    (required("phone", text(1, 25)), code("phone-kind", "TE")),
                    most=3,
                ),
                EMP,
            ),
        ),
        _RELATIVE,
        Group(
            "S12",
            (
                trigger("12"),
                Slot(
                    "FTX",
                    (
                        ftx("IN", content=(required("email", LONG_NAME),)),
                        ftx("NC", "CF", "MT", "AL"),
                        *REFERENCES,
                    ),
                    0,
                    _MOST_FTX,
                ),
            ),
            0,
            _MOST_S12,
        ),
        Group(
            "S18",
            (
                trigger("18"),
                one("GIS", (code("status", "N"),)),
                optional("PTY", (code("kind", "PRI"),), (code("priority", *PRIORITIES),)),
                Slot("FTX", (ftx(*VISITATIONS),), 0, _MOST_FTX),
                optional("PAS", (code("status", *STATUSES),)),
            ),
        ),
        Group(
            "S19",
            (
                trigger("19"),
                _NR,
                optional("TDT", (code("kind", "PHL"),), NOTHING, (code("transport", *TRANSPORTS),)),
                Slot("FTX", (ftx("COT"),), 0, _MOST_FTX),
            ),
        ),
    ),
    SOURCE,
)
COMPILED = compile_table(TABLE)
