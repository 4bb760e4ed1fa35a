"""Single faults in EDIFACT interchanges: syntax and counters, DIS91, CTL01-03, REF01 and BIN01."""

# ruff: noqa: E501 - a row of a table of faults stays one row

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.standards.mutants.edifact_bases import edifact_messages
from tests.standards.mutants.edifact_edits import (
    Edit,
    add_before,
    both,
    drop,
    edited,
    number,
    put,
    repeat,
    swap,
)
from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import replaced

_MESSAGES = edifact_messages()


def edifact_mutants() -> Iterator[Mutant]:
    """All mutants of EDIFACT."""
    yield from _syntax()
    yield from _letter()
    yield from _receipts()
    yield from _referral()
    yield from _attachment()


def _made(
    name: str,
    base: str,
    edit: Edit,
    segment: str,
    *,
    says: str = "",
    lenient: bool = False,
    recount: bool = True,
) -> Mutant:
    """A finding stands at the segment, by its number or its tag."""
    tag = segment.partition("#")[0]
    told = says or rf"segment {number(_MESSAGES[base], segment)}\b|\b{tag}\b"
    return Mutant(
        name, f"EDIFACT {base}", base, edited(edit, recount=recount), Meant(says=told, lenient=lenient)
    )


def _raw(name: str, base: str, change: Callable[[bytes], bytes], says: str) -> Mutant:
    return Mutant(name, f"EDIFACT {base}", base, change, Meant(says=says))


def _missing(base: str, *names: str) -> Iterator[Mutant]:
    for name in names:
        tag = name.partition("#")[0]
        says = r"\bNAD\b|\bS01-" if tag == "NAD" else rf"\b{tag}\b"  # NAD says which S01 it is
        yield _made(f"{name} is missing", base, drop(name), name, says=says)


def _changed(base: str, *rows: tuple[str, str, str, str]) -> Iterator[Mutant]:
    for name, old, new, wrong in rows:
        says = r"\bS01-" if wrong == "an unknown qualifier" and name == "NAD" else ""
        yield _made(f"{name} has {wrong}", base, put(name, old, new), name, says=says)


def _syntax() -> Iterator[Mutant]:
    base = "DIS91"
    yield _made("UNT counts one segment too many", base, put("UNT", "UNT+35", "UNT+36"), "UNT")
    yield _made("UNT counts one segment too few", base, put("UNT", "UNT+35", "UNT+34"), "UNT")
    yield _made(
        "a segment is left out and UNT still counts it",
        base,
        drop("CON"),
        "UNT",
        recount=False,
        says=r"\bUNT\b",
    )
    yield _made("UNT's count is a word", base, put("UNT", "35", "alle"), "UNT")
    yield _made(
        "UNT's reference is not that of UNH", base, put("UNT", "BRV00000000002", "BRV00000000003"), "UNT"
    )
    yield _made("UNZ counts two messages", base, put("UNZ", "UNZ+1", "UNZ+2"), "UNZ")
    yield _made("UNZ counts no message", base, put("UNZ", "UNZ+1", "UNZ+0"), "UNZ")
    yield _made(
        "UNZ's reference is not that of UNB", base, put("UNZ", "ENV00000000002", "ENV00000000003"), "UNZ"
    )
    yield _made("UNZ is missing", base, drop("UNZ"), "UNZ", recount=False, says=r"\bUNZ\b")
    yield _made("UNT is missing", base, drop("UNT"), "UNT", recount=False, says=r"\bUNT\b")
    yield _made("UNH is missing", base, drop("UNH"), "UNH", recount=False, says=r"edifact-message")
    yield _made("there are two UNH", base, repeat("UNH"), "UNH", says=r"\bUNH\b|\bUNT\b")
    yield _raw(
        "UNB is missing", base, lambda raw: raw[:10] + raw[raw.index(b"UNH") :], r"\bUNB\b|unrecognised"
    )
    yield _made("UNB names an unknown character set", base, put("UNB", "UNOC", "UNOX"), "UNB")
    yield _made("UNB names another version of the syntax", base, put("UNB", "UNOC:3", "UNOC:9"), "UNB")
    yield _made("UNB's month is the thirteenth", base, put("UNB", "250929", "251329"), "UNB")
    yield _made("UNB's day does not exist", base, put("UNB", "250929", "250931"), "UNB")
    yield _made("UNB's hour does not exist", base, put("UNB", ":0915", ":2515"), "UNB")
    yield _made("UNB's date has four digits of a year", base, put("UNB", "250929", "20250929"), "UNB")
    yield _made(
        "UNB's reference has 15 characters",
        base,
        both(
            put("UNB", "ENV00000000002", "ENV000000000021"), put("UNZ", "ENV00000000002", "ENV000000000021")
        ),
        "UNB",
    )
    yield _made("UNB's sender is empty", base, put("UNB", "5790009990017", ""), "UNB")
    yield _made("UNB's sender has another qualifier", base, put("UNB", "17:14", "17:ZZ"), "UNB", lenient=True)
    yield _made("UNB's receipt code is Y", base, put("UNB", "++++1", "++++Y"), "UNB")
    yield _made(
        "the check digit of UNB's sender is wrong",
        base,
        put("UNB", "5790009990017", "5790009990018"),
        "UNB",
        says="gln-modulus-10",
        lenient=True,
    )
    yield _raw(
        "the last terminator is missing", base, lambda raw: raw.rstrip()[:-1], r"terminat|UNZ|apostrophe|end"
    )
    yield _raw(
        "an apostrophe in the text is not released", base, replaced(b"?' ??", b"' ??"), r"segment|FTX|UNT|tag"
    )
    yield _raw(
        "the interchange ends in the middle of a segment",
        base,
        lambda raw: raw[: raw.index(b"FTX+URL") + 12],
        r"UNZ|UNT|terminat|end",
    )
    yield _raw(
        "a character is outside of ISO-8859-1's letters",
        base,
        replaced(b"bedring", b"bed\x01ring"),
        r"character|control|segment 31",
    )
    yield _raw(
        "UNA names one separator for all", base, replaced(b"UNA:+.? '", b"UNA::::::"), r"UNA|separator"
    )


def _letter() -> Iterator[Mutant]:
    base = "DIS91"
    yield from _missing(
        base, "BGM", "DTM", "S01", "NAD", "SEQ", "SPR", "S02", "GIS", "RFF", "S07", "PNA", "S11", "PAS"
    )
    yield from _missing(base, "NAD#1", "SEQ#1", "DTM#1")
    yield from _changed(
        base,
        ("UNH", "D9134L", "D9135L", "a version that does not exist"),
        ("UNH", "MEDDIS", "MEDREF", "the type of a referral"),
        ("UNH", "+DIS91", "+DIS90", "another letter type"),
        ("UNH", "D:93A", "D:96A", "another directory"),
        ("UNH", ":UN:", ":ZZ:", "the agency of receipts"),
        ("BGM", "EPI", "HNV", "the name of a referral"),
        ("DTM", "202509290914", "202509310914", "a day that does not exist"),
        ("DTM", "202509290914", "250929091400", "two digits of a year"),
        ("DTM", ":203", ":204", "the format with seconds"),
        ("DTM", "+137:", "+138:", "another qualifier"),
        ("NAD", "SSP", "SPP", "an unknown qualifier"),
        ("NAD", "5790009990017::9", "5790009990017:KOD:9", "an unknown kind of identifier"),
        ("NAD#1", "000001:YNR:SFU", "000001:YNR:SST", "the agency of another kind"),
        ("NAD#1", "YNR", "XYZ", "an unknown kind of identifier"),
        ("SEQ", "SEQ++1", "SEQ++7", "another number"),
        ("SPR", "99:SKS", "9999:SKS", "an unknown speciality"),
        ("GIS", "GIS+N", "GIS+X", "an unknown status"),
        ("RFF#1", "HI:NC", "XX:NC", "an unknown priority"),
        ("RFF", "BRV00000000002", "BRV00000000009", "the id of another letter"),
        ("PNA", "2512489996", "251248-9996", "a CPR number with a hyphen"),
        ("PNA", "2512489996", "251248999", "a CPR number of nine digits"),
        ("PNA", "SU:Testperson", "SU:", "an empty surname"),
        ("PNA", ":::CPR:IM", ":::XPR:IM", "an unknown kind of number"),
        (
            "RFF#2",
            "6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11",
            "6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11",
            "a UUID with dashes",
        ),
        ("PAS", "HA", "XX", "an unknown status of care"),
        ("FTX", "OE", "QQ", "an unknown kind of text"),
        ("FTX#1", "P00", "X00", "an unknown appearance"),
        ("FTX#1", "linje som er", "linje" + " som er" * 9, "a part of more than 70 characters"),
        ("FTX#2", ":VGR:", ":ABC:", "an unknown kind of object"),
        ("FTX#2", ":PDF:", ":DOCX:", "a file extension that is not in the list"),
        ("FTX#2", ":29'", ":0'", "a size of nothing"),
        (
            "FTX#2",
            "0F1E2D3C4B5A69788796A5B4C3D2E1F0",
            "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
            "an object's UUID with dashes",
        ),
        ("ADR", ":Prøvevej 1:", ":" + "V" * 36 + ":", "a street of 36 characters"),
    )
    yield _made(
        "the text has a sixth part in one segment", base, put("FTX#1", ":Trivslen", ":a:b:Trivslen"), "FTX#1"
    )
    yield _made(
        "the CPR number has a day that does not exist",
        base,
        put("PNA", "2512489996", "3202489996"),
        "PNA",
        lenient=True,
    )
    yield _made("the sender stands after the receiver", base, _receiver_first, "NAD", says="S01")
    yield _made("the patient stands before the letter", base, swap("RFF"), "RFF", says=r"RFF|DTM|order|S02")
    yield _made(
        "the patient has two numbers",
        base,
        add_before("ADR#2", "\nRFF+XPI:2512489AA6'"),
        "RFF",
        says="XPI|RFF|number|AlternativeIdentifier",
    )
    yield _made(
        "an unknown segment stands in the letter", base, add_before("PAS", "\nXYZ+1'"), "PAS", says="XYZ"
    )
    yield _made(
        "an unknown group stands in the letter", base, add_before("S14", "\nS13+13'"), "S14", says="S13"
    )
    yield _made("a group's number is another than its name", base, put("S07", "S07+07", "S07+08"), "S07")
    yield _made("there are ten texts in one group", base, repeat("FTX#1", 10), "FTX#1", says="FTX|S14")
    yield _made(
        "the subject stands in the second group of texts", base, _late_subject, "FTX", says="OE|FTX|subject"
    )
    yield _made("the sender stands twice", base, _twice_sender, "S01", says="S01|NAD")


def _receiver_first(found: list[str]) -> None:
    sender = next(i for i, each in enumerate(found) if "NAD+SSP" in each)
    receiver = next(i for i, each in enumerate(found) if "NAD+PO" in each)
    found[sender] = found[sender].replace("NAD+SSP", "NAD+PO")
    found[receiver] = found[receiver].replace("NAD+PO", "NAD+SSP")


def _late_subject(found: list[str]) -> None:
    subject = next(i for i, each in enumerate(found) if "FTX+OE" in each)
    later = max(i for i, each in enumerate(found) if each.strip().startswith("S14"))
    found.insert(later, found.pop(subject))


def _twice_sender(found: list[str]) -> None:
    begin = next(i for i, each in enumerate(found) if each.strip().startswith("S01"))
    end = next(i for i, each in enumerate(found) if i > begin and each.strip().startswith("S01"))
    found[begin:begin] = found[begin:end]


def _receipts() -> Iterator[Mutant]:
    yield from _missing("CTL03", "UCI")
    yield from _changed(
        "CTL03",
        ("UCI", "+7'", "+4'", "the action of a refusal"),
        ("UCI", "+7'", "+9'", "an unknown action"),
        ("UCI", "+7'", "'", "no action"),
        ("UCI", "ENV00000000002", "", "no original reference"),
        ("UCI", "ENV00000000002", "E" * 15, "an original reference of 15 characters"),
        ("UCI", "5790009990017:14", "", "no original sender"),
        ("UCM", "+7'", "+4'", "another action than the interchange"),
        ("UCM", "BRV00000000002", "", "no original letter"),
        ("UCM", "+MEDDIS:D:93A:UN:D9134L", "", "no original version"),
        ("UNH", ":ZZ:", ":UN:", "the agency of letters"),
        ("UNH", "C0330Q", "C0230Q", "the version of a refusal"),
        ("UNH", "+CTL03", "+CTL04", "an unknown type of receipt"),
    )
    yield _made(
        "a positive receipt has a reason",
        "CTL03",
        add_before("UNT", "\nFTX+SYN+P00++Fejl'"),
        "UNT",
        says="FTX",
    )
    yield _made(
        "a receipt asks for a receipt",
        "CTL03",
        put("UNB", "ENVCTL03'", "ENVCTL03++++1'"),
        "UNB",
        lenient=True,
    )
    yield from _changed(
        "CTL02",
        ("UCM", "+4'", "+8'", "an unknown action"),
        ("FTX", "VER", "XXX", "an unknown reason"),
        ("UCI", "+4'", "+7'", "the action of an acceptance"),
    )
    yield _made("there are two UCI", "CTL02", repeat("UCI"), "UCI")
    yield _made("a hundred letters are named", "CTL02", _hundred_letters, "UCM", says="UCM")
    yield from _changed(
        "CTL01",
        ("UNH", "C0130Q", "C0130", "a version without its letter"),
        ("FTX", "LOK", "ukendt_lokationsnummer", "the reason of OIOXML"),
        ("UCI", "+4'", "+7'", "the action of an acceptance"),
    )


def _hundred_letters(found: list[str]) -> None:
    at = next(i for i, each in enumerate(found) if each.strip().startswith("UCM"))
    found[at:at] = [found[at].replace("BRV00000000002", f"BRV{n:011d}") for n in range(10, 109)]
    assert sum(each.strip().startswith("UCM") for each in found) == 100


def _referral() -> Iterator[Mutant]:
    base = "REF01"
    yield from _missing(base, "BGM", "NAD", "NAD#1", "NAD#2", "GIS", "PNA", "S07", "S02", "RFF#1")
    yield from _changed(
        base,
        ("UNH", "H0130R", "H0131R", "a version that EDIFACT does not have"),
        ("UNH", "MEDREF", "MEDDIS", "the type of a correspondence"),
        ("BGM", "HNV", "EPI", "the name of a letter"),
        ("NAD", "+PO+", "+XX+", "an unknown qualifier"),
        ("NAD#1", "9999999:SKS:SST", "9999999:SKS:SFU", "the agency of another kind"),
        ("DTM#1", ":203", ":102", "another format"),
        ("CIN", ":SKS:", ":XYZ:", "an unknown code system"),
        ("FTX", "+DI+", "+XX+", "an unknown kind of text"),
        ("PNA", "2512489996", "25124899961", "a CPR number of eleven digits"),
        ("FTX#2", ":PDF:", ":DOCX:", "a file extension that is not in the list"),
        ("PTY", "WA", "ZZ", "an unknown priority"),
        ("TDT", "+TX", "+ZZ", "an unknown transport"),
        ("UNT", "+34+", "+33+", "a wrong number of segments"),
        ("SPR", "580:SKS", "9999:SKS", "an unknown speciality"),
    )
    yield _made(
        "the sides have the qualifiers of a correspondence",
        base,
        _swapped_sides,
        "NAD",
        says="S01",
        lenient=True,
    )


def _swapped_sides(found: list[str]) -> None:
    for at, each in enumerate(found):
        if "NAD+PO" in each:
            found[at] = each.replace("NAD+PO", "NAD+SSP")
        elif "NAD+SSP" in each:
            found[at] = each.replace("NAD+SSP", "NAD+PO")


def _attachment() -> Iterator[Mutant]:
    """By bytes, since what lies between UNO and UNP is no text of segments."""
    rows = (
        ("the octets are one fewer than UNO says", b"bilag?'", b"bila?'", r"UNO|UNP|octet"),
        ("the octets are one more than UNO says", b"bilag?'", b"bilagg?'", r"UNO|UNP|octet"),
        ("UNO says more octets than the interchange has", b"+30:14", b"+3000:14", r"UNO|UNP|octet"),
        ("UNO's size is a word", b"+30:14", b"+stor:14", r"UNO|size|octet"),
        ("UNP says another number of octets", b"UNP+30", b"UNP+31", r"UNP"),
        ("UNP's number is not that of UNO", b"UNP+30+1", b"UNP+30+2", r"UNP"),
        ("UNO has no object", b"+AID:0F1E2D3C4B5A69788796A5B4C3D2E1F0", b"+", r"UNO"),
        ("the object's UUID has dashes", b"0F1E2D3C4B5A69788796A5B4C3D2E1F0", b"0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0", r"UNO"),
        ("the object is of an unknown kind", b"OBJ:TXT:", b"OBJ:QQQ:", r"UNO"),
        ("the file extension is not in the list", b":TXT:91", b":DOCX:91", r"UNO"),
        ("UNT does not count UNO and UNP", b"UNT+20", b"UNT+18", r"\bUNT\b"),
        ("the version does not exist", b"B0131X", b"B0132X", r"UNH|version"),
        ("the letter's name is another", b"BGM+OBJ", b"BGM+EPI", r"BGM"),
        ("the patient has no surname", b"SU:Testperson", b"SU:", r"PNA|surname"),
        ("the receiver is missing", b"NAD+PO+5790009990017::9++_:::::US'\n", b"", r"NAD|UNT"),
        ("the object's group is missing", b"S11+11'\n", b"", r"S11|UNO|UNT"),
    )  # fmt: skip
    for name, old, new, says in rows:
        yield _raw(name, "BIN01", replaced(old, new), says)
    yield _raw("UNP is missing", "BIN01", replaced(b"UNP+30+1'\n", b""), r"UNP")
