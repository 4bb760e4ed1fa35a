"""The binary letter BIN01: raw octets, in the record of XBIN01."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

import pytest

from mocks.errors import Malformed
from mocks.standards import binary_letter
from mocks.standards.edifact import bin01
from mocks.standards.edifact.check import check
from mocks.standards.findings import Finding, is_valid
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

OCTETS = b"\x1f\x8b'UNT+1'?\r\n\x00+:"


def binary(*objects: bytes) -> bytes:
    """A binary letter with these objects."""
    body = [
        b"BGM+OBJ++9+NA'",
        b"DTM+137:202603020914:203'",
        b"S01+01'",
        b"NAD+SSP+5790009990017::9++Pr\xf8veby Kommune:_:Team:::US'",
        b"SEQ++1'",
        b"SPR+ORG+99:SKS:SST+BIN01:SKS:SST'",
        b"S01+01'",
        b"NAD+PO+5790009990024::9++_:::::US'",
        b"SEQ++2'",
        b"S02+02'",
        b"GIS+N'",
        b"RFF+SRI:BRV00000000003'",
        b"DTM+182:202603020914:203'",
        b"S07+07'",
        b"PNA+PAT+2512489996:::CPR:IM+++SU:Testperson'",
        b"S11+11'",
    ]
    for number, octets in enumerate(objects, start=1):
        body.append(
            b"UNO+%d+AID:0F1E2D3C4B5A69788796A5B4C3D2E1%02d+OBJ:IMG:TIF:91+%d:14:1:A'"
            % (number, number, len(octets))
            + octets
        )
        body.append(b"UNP+%d+%d'" % (len(octets), number))
    segments = len(body) + 2
    head = b"UNA:+.? 'UNB+UNOC:3+5790009990017:14+5790009990024:14+260302:0915+ENV00000000003++++1'UNH+BRV00000000003+MEDBIN:D:93A:UN:B0131X+BIN01'"
    return head + b"".join(body) + b"UNT+%d+BRV00000000003'UNZ+1+ENV00000000003'" % segments


RAW = binary(OCTETS, b"second")


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def test_objects_are_read_octet_by_octet() -> None:
    assert check(RAW) == []
    letter = bin01.read(RAW)
    assert [each.content for each in letter.objects] == [OCTETS, b"second"]
    assert letter.objects[0].id == "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E101"
    assert (letter.objects[0].code, letter.objects[0].extension) == ("billede", "tiff")
    assert letter.version == "XB0131X" and letter.wants_receipt
    assert (
        letter.sender.department == "" and letter.sender.unit == "Team" and letter.receiver.organisation == ""
    )
    assert letter.patient is not None and letter.patient.surname == "Testperson"


def test_the_record_can_be_sent_as_oioxml() -> None:
    letter = bin01.read(RAW)
    assert binary_letter.read(binary_letter.write(letter)) == letter


def test_information_about_systems_has_no_patient() -> None:
    raw = RAW.replace(
        b"PNA+PAT+2512489996:::CPR:IM+++SU:Testperson'", b"PNA+PAT++++SU:Data+FO:Tabel'RFF+XPI:SYSTEMPOST'"
    ).replace(b"UNT+22", b"UNT+23")
    assert check(raw) == []
    letter = bin01.read(raw)
    assert letter.patient is None and letter.contents == "Tabel"


@needs_official
@pytest.mark.official
def test_the_official_pair_is_one_letter_but_for_its_octets() -> None:
    raw = (OFFICIAL / "samples/edifact/XBIN_hello_World.edi").read_bytes()
    letter = bin01.read(raw)
    twin = binary_letter.read((OFFICIAL / "samples/oioxml/XBIN_hello_World.xml").read_bytes())
    assert (
        letter.objects[0].content == b"Hello World"
    )  # the other file has it packed with gzip, and a line break
    assert letter == type(letter)(
        **{name: getattr(twin, name) for name in twin.__struct_fields__ if name != "objects"},
        objects=letter.objects,
    )
    assert [(each.id, each.code, each.extension) for each in letter.objects] == [
        (each.id, each.code, each.extension) for each in twin.objects
    ]
    assert rules(check(raw)) == {"edifact-binary-line-break"} and is_valid(check(raw))


@needs_official
@pytest.mark.official
def test_the_composed_letter_passes() -> None:
    raw = (OFFICIAL / "composed/bin01.edi").read_bytes()
    assert check(raw) == []
    assert len(bin01.read(raw).objects[0].content) == 29


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"+15:14", b"+14:14", "edifact-binary-length"),
        (b"+15:14", b"+16:14", "edifact-binary-length"),
        (b"+15:14", b"+99999:14", "edifact-binary-length"),
        (b"UNP+15+1", b"UNP+14+1", "edifact-unp"),
        (b"UNP+15+1", b"UNP+15+2", "edifact-unp"),
        (b"UNO+2", b"UNO+3", "edifact-object-number"),
        (b"E102", b"E101", "edifact-duplicate-object"),
        (b"AID:0F", b"AID:XX", "edifact-object-identifier"),
        (b"OBJ:IMG", b"OBJ:XXX", "BIN01/object/UNO/object-code"),
        (b"IMG:TIF", b"IMG:EXX", "BIN01/object/UNO/object-extension"),
        (b"TIF:91", b"TIF:92", "BIN01/object/UNO/object-list"),
        (b":14:1:A'\x1f", b":14:1:B'\x1f", "BIN01/object/UNO/filter"),
        (b"UNP+6+2'", b"UNP+6+2'UNP+6+2'", "BIN01/object/UNP"),
        (b"S11+11'", b"", "BIN01/S11"),
        (b"B0131X", b"B0130X", "BIN01/head/UNH/version"),
        (b"UNT+22", b"UNT+24", "edifact-unt-count"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in RAW, old
    found = check(RAW.replace(old, new, 1))
    assert rule in rules(found), rules(found)
    assert all("byte" in f.path for f in found)


def test_a_letter_without_objects_is_refused() -> None:
    assert "BIN01/object" in rules(check(binary()))
    with pytest.raises(Malformed, match="BIN01/object"):
        bin01.read(binary())
