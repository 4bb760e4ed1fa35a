"""Changes of an EDIFACT interchange that its syntax and MedCom's converter allow."""

from __future__ import annotations

from collections.abc import Callable

from tests.standards.mutants.edifact_edits import drop, edited, put, repeat, segments

Change = Callable[[bytes], bytes]


def _joined(between: str, end: str = "") -> Change:
    def change(raw: bytes) -> bytes:
        parts = [each.strip("\r\n") for each in segments(raw)]
        return (between.join(parts) + end).encode("iso-8859-1")

    return change


#: Of any interchange without raw octets in it.
ANY_EDIFACT: dict[str, Change] = {
    "its segments stand on one line": _joined(""),
    "its lines end with CR and LF": _joined("\r\n", "\r\n"),
    "its lines end with LF": _joined("\n", "\n"),
    "its last line has no end": _joined("\n"),
    "it ends with empty lines": lambda raw: raw + b"\r\n\r\n",
}
_STATUS = ("POT", "HS", "DA", "REQ")
_LOOKS = ("P0M", "PF0", "PKH", "PUM", "F00", "FFM", "FKH")
#: Of a letter DIS91.
LETTER: dict[str, Change] = {
    "it wants no receipt": edited(put("UNB", "++++1", "++++0")),
    "it says nothing of receipts": edited(put("UNB", "++++1", "")),
    "it was corrected": edited(put("GIS", "GIS+N", "GIS+M")),
    "it is of ordinary priority": edited(put("RFF#1", "HI:NC", "NO:NC")),
    "it has no priority": edited(drop("RFF#1")),
    "it belongs to no episode": edited(put("RFF#2", "REI:6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", "AHI:1")),
    "it has no subject": edited(drop("FTX")),
    "its sender has no address": edited(drop("ADR")),
    "its sender has no phone": edited(drop("CON")),
    "its patient has no occupation": edited(drop("EMP")),
    "its patient has no given name": edited(put("PNA", "+FO:Prøve", "")),
    "its receiver has no name": edited(put("NAD#1", "Lægehuset Prøve:Læge:Test Testesen", "_::")),
    "its text has eight segments": edited(repeat("FTX#1", 8)),
    **{f"its patient is {code}": edited(put("PAS", "HA", code)) for code in _STATUS},
    **{f"its text looks like {look}": edited(put("FTX#1", "P00", look)) for look in _LOOKS},
}
#: Of receipts, by base.
RECEIPTS: dict[str, dict[str, Change]] = {
    "CTL01": {
        "it names no letter": edited(drop("UCM")),
        "its sender is a network": edited(put("UNB", "DKTESTVANS", "DKKMDKMDNET")),
    },
    "CTL02": {
        f"its reason is {code}": edited(put("FTX", "VER", code)) for code in ("NC", "LOK", "MID", "SYN")
    },
    "CTL03": {"it names no letter": edited(drop("UCM"))},
}
