"""``tvaers check`` over folders, archives and standard input: nothing is lost, and nothing counted twice."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import zipfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from scenarios.checking import archives, items, judging
from tests.cli.conftest import Tvaers
from tests.standards.test_recognise import FDIS91, JSON, LETTER, RECEIPT, XDIS91, enveloped

BAD = LETTER.replace(b"nytbrev", b"gammeltbrev")
PDF = b"%PDF-1.7 and so on"
NOT_OURS = LETTER.replace(b"ClinicalEmail", b"NotificationOfAdmission").replace(b"XDIS91", b"XDIS20")


def report(tvaers: Tvaers, *words: object) -> dict[str, Any]:
    """What ``--json`` answers."""
    answer: dict[str, Any] = json.loads(tvaers("check", "--json", *words).out)
    return answer


def verdicts(tvaers: Tvaers, *words: object) -> dict[str, str]:
    """Verdict by file."""
    return {row["file"]: row["verdict"] for row in report(tvaers, *words)["files"]}


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have it: messages, and other things between them."""
    top = tmp_path / "messages"
    for name, content in {
        "b/letter.xml": LETTER,
        "b/bad.xml": BAD,
        "a.xml": RECEIPT,
        "b/c/envelope.xml": enveloped(LETTER, XDIS91),
        "b/scan.pdf": PDF,
        "b/schema.xsd": b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>',
        "admission.xml": NOT_OURS,
        "cut-off.xml": LETTER[:300],
        ".git/config": b"[core]",
        "empty.xml": b"",
        "coded.txt": b64encode(LETTER),
    }.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return top


EXPECTED = {
    ".git": "skipped",
    "a.xml": "pass",
    "admission.xml": "not_exercised",
    "b/bad.xml": "fail",
    "b/c/envelope.xml": "pass",
    "b/letter.xml": "pass",
    "b/scan.pdf": "skipped",
    "b/schema.xsd": "skipped",
    "coded.txt": "pass",
    "cut-off.xml": "fail",
    "empty.xml": "fail",
}


def test_a_folder_is_checked_in_the_order_of_its_names(tvaers: Tvaers, folder: Path) -> None:
    found = verdicts(tvaers, folder)
    assert {str(Path(name).relative_to(folder)): verdict for name, verdict in found.items()} == EXPECTED
    assert [str(Path(name).relative_to(folder)) for name in found] == list(EXPECTED)
    assert tvaers("check", folder).code == 1


def test_what_is_left_out_says_why(tvaers: Tvaers, folder: Path) -> None:
    reasons = {Path(row["file"]).name: row["reason"] for row in report(tvaers, folder)["files"]}
    assert reasons[".git"] == "hidden"
    assert "PDF" in reasons["scan.pdf"]
    assert "root schema" in reasons["schema.xsd"]
    assert "XDIS20" in reasons["admission.xml"]
    assert {name for name, reason in reasons.items() if not reason} == {
        "a.xml", "bad.xml", "envelope.xml", "letter.xml", "coded.txt", "cut-off.xml", "empty.xml"
    }  # fmt: skip


def test_a_file_that_somebody_names_has_to_be_a_message(tvaers: Tvaers, folder: Path) -> None:
    assert tvaers("check", folder / "b/scan.pdf").code == 1
    assert tvaers("check", folder / "b/schema.xsd").code == 1
    assert tvaers("check", folder / "admission.xml").code == 3
    assert tvaers("check", folder / ".git/config").code == 1


def test_nothing_to_check_is_no_pass(tvaers: Tvaers, tmp_path: Path) -> None:
    done = tvaers("check", tmp_path)
    assert done.code == 3 and "nothing to check" in done.out
    (tmp_path / "scan.pdf").write_bytes(PDF)
    assert tvaers("check", tmp_path).code == 3


def test_links_are_followed_to_files_and_not_to_folders(tvaers: Tvaers, folder: Path) -> None:
    (folder / "b/c/round").symlink_to(folder)
    (folder / "b/c/link.xml").symlink_to(folder / "b/letter.xml")
    (folder / "b/c/nowhere.xml").symlink_to(folder / "gone")
    found = verdicts(tvaers, folder / "b/c")
    assert {Path(name).name: verdict for name, verdict in found.items()} == {
        "envelope.xml": "pass",
        "link.xml": "pass",
        "nowhere.xml": "skipped",
        "round": "skipped",
    }


def test_a_folder_that_cannot_be_listed_is_an_error_and_no_pass(
    tvaers: Tvaers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: str | Path) -> Any:
        if Path(path).name == "c":
            raise PermissionError(13, "Permission denied")
        return real(path)

    real = os.scandir
    monkeypatch.setattr(items.os, "scandir", closed)
    answer = report(tvaers, folder)
    (row,) = [row for row in answer["files"] if row["verdict"] == "error"]
    assert row["file"].endswith("/b/c") and "Permission denied" in row["reason"]
    assert answer["summary"]["exit_code"] == 2 and len(answer["files"]) == len(EXPECTED)


def test_an_opened_envelope_shows_what_was_inside(tvaers: Tvaers, folder: Path) -> None:
    done = tvaers("check", folder / "b/c/envelope.xml")
    assert "VANSEnvelope 1.0.4 > XDIS91 XD9134L" in done.out
    (row,) = report(tvaers, folder / "coded.txt")["files"]
    assert (row["standard"], row["version"]) == ("XDIS91", "XD9134L")
    assert [layer["standard"] for layer in row["layers"]] == ["base64", "XDIS91"]


def test_base64_of_something_else_is_not_taken_for_a_message(tvaers: Tvaers, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b64encode(b"a secret of many characters"))
    (tmp_path / "cut").write_bytes(b64encode(LETTER)[:-9])
    assert list(verdicts(tvaers, tmp_path).values()) == ["fail", "skipped"]


# Archives ---------------------------------------------------------------------------------------------


def test_an_archive_is_opened_and_one_in_it_too(tvaers: Tvaers, tmp_path: Path) -> None:
    inner = zipped({"z.xml": LETTER, "deeper.zip": zipped({"x.xml": LETTER})})
    path = tmp_path / "all.zip"
    path.write_bytes(
        zipped({"b/bad.xml": BAD, "a.xml": LETTER, "in.zip": inner, ".hidden": b"", "scan.pdf": PDF})
    )
    assert verdicts(tvaers, path) == {
        f"{path}!/.hidden": "skipped",
        f"{path}!/a.xml": "pass",
        f"{path}!/b/bad.xml": "fail",
        f"{path}!/in.zip!/deeper.zip": "fail",
        f"{path}!/in.zip!/z.xml": "pass",
        f"{path}!/scan.pdf": "skipped",
    }
    rows = {row["file"]: row for row in report(tvaers, tmp_path)["files"]}
    assert rows[f"{path}!/in.zip!/deeper.zip"]["findings"][0]["rule"] == "zip-nesting"


def test_a_document_in_the_form_of_a_zip_is_no_archive(tvaers: Tvaers, tmp_path: Path) -> None:
    path = tmp_path / "minutes.docx"
    path.write_bytes(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}))
    assert verdicts(tvaers, tmp_path) == {str(path): "skipped"}
    assert tvaers("check", path).code == 1


def bomb_rule(tvaers: Tvaers, path: Path, raw: bytes) -> str:
    """The rule by which an archive, or its only member, is refused."""
    path.write_bytes(raw)
    (row,) = report(tvaers, path)["files"]
    assert row["verdict"] == "fail"
    rule: str = row["findings"][0]["rule"]
    return rule


def test_traps_in_archives_are_refused_with_a_finding(
    tvaers: Tvaers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trap.zip"
    zeros = zipped({"a.xml": b"<a>" + b" " * 50_000_000})
    assert bomb_rule(tvaers, path, zeros) == "zip-ratio"
    assert bomb_rule(tvaers, path, zipped({"in.zip": zeros})) == "zip-ratio"
    assert bomb_rule(tvaers, path, zipped({"a.xml": LETTER})[:-30]) == "zip-readable"
    assert bomb_rule(tvaers, path, b"PK\x03\x04" + b"\xff" * 500) == "zip-readable"
    encrypted = bytearray(zipped({"a.xml": LETTER}))
    at = encrypted.rfind(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    assert bomb_rule(tvaers, path, bytes(encrypted)) == "zip-method"
    lying = bytearray(zipped({"a.xml": LETTER}))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", len(LETTER) - 1)
    assert bomb_rule(tvaers, path, bytes(lying)) == "zip-readable"
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    assert bomb_rule(tvaers, path, zipped(dict.fromkeys("abc", LETTER))) == "zip-size"


def test_members_that_share_their_bytes_do_not_get_round_the_limit(tvaers: Tvaers, tmp_path: Path) -> None:
    """The directory names one member four hundred times, each within the limit of a single member."""
    path, one = tmp_path / "overlap.zip", zipped({"a.xml": b"<a>" + bytes(range(256)) * 30 + b" " * 900_000})
    at, end = one.rfind(b"PK\x01\x02"), one.rfind(b"PK\x05\x06")
    record = one[at:end]
    last = bytearray(one[end:])
    last[8:12] = struct.pack("<HH", 400, 400)
    last[12:16] = struct.pack("<I", 400 * len(record))
    assert bomb_rule(tvaers, path, one[:at] + record * 400 + bytes(last)) == "zip-ratio"


# Standard input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (LETTER, {"-": "pass"}),
        (b64encode(BAD), {"-": "fail"}),
        (b"", {"-": "fail"}),
        (zipped({"a.xml": LETTER, "b.xml": BAD}), {"-!/a.xml": "pass", "-!/b.xml": "fail"}),
    ],
    ids=["a letter", "base64", "nothing", "a zip"],
)
def test_a_message_may_come_on_standard_input(
    tvaers: Tvaers, monkeypatch: pytest.MonkeyPatch, raw: bytes, expected: dict[str, str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert verdicts(tvaers, "-") == expected


# Many -------------------------------------------------------------------------------------------------


def test_several_processes_write_the_same_bytes_as_one(tvaers: Tvaers, folder: Path) -> None:
    (folder / "more.zip").write_bytes(zipped({f"{n}.xml": BAD if n % 7 == 0 else LETTER for n in range(60)}))
    for form in ((), ("--json",)):
        alone = tvaers("check", "--workers", 1, *form, folder)
        assert tvaers("check", "--workers", 2, *form, folder) == alone
        assert alone.code == 1


def test_the_counts_follow_when_there_are_many(tvaers: Tvaers, folder: Path) -> None:
    out = tvaers("check", folder).out
    assert "11 files" in out and "most frequent rules" in out
    assert any(
        line.split() == ["VANSEnvelope", "1.0.4", ">", "XDIS91", "XD9134L", "1"] for line in out.splitlines()
    )
    assert "files" not in tvaers("check", folder / "a.xml").out
    quiet = tvaers("check", "--quiet", folder).out
    assert "letter.xml" not in quiet and "bad.xml" in quiet and "admission.xml" in quiet


def test_a_junit_file_has_a_case_for_each_file(tvaers: Tvaers, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "new/junit.xml"
    assert tvaers("check", folder, "--junit", path).code == 1
    suite = etree.parse(path).find("testsuite")
    assert suite is not None
    counts = {name: int(suite.get(name) or -1) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": 11, "failures": 3, "errors": 0, "skipped": 4}
    cases = {Path(case.get("name") or "").name: case for case in suite}
    assert len(cases) == 11
    failure = cases["bad.xml"].find("failure")
    assert failure is not None and "XD9134L/Letter/StatusCode" in (failure.text or "")
    skipped = cases["admission.xml"].find("skipped")
    assert skipped is not None and (skipped.get("message") or "").startswith("not exercised: ")


def test_odd_names_and_texts_spoil_neither_terminal_nor_documents(tvaers: Tvaers, tmp_path: Path) -> None:
    """Names with control characters and broken encodings, and a message that quotes some."""
    top = tmp_path / "in"
    top.mkdir()
    for name in (b"bell\x07\x1b[2J.xml", b"latin\xe6.xml", "æ\u202e]]>.xml".encode()):
        (Path(os.fsdecode(os.fsencode(top) + b"/" + name))).write_bytes(BAD)
    (top / "odd.json").write_bytes(b'{"resourceType":"Bundle","type":"\\u001b[31m\\ud800"}')
    (top / "a.zip").write_bytes(zipped({"x\x1b[2Jy.xml": LETTER}))
    junit = tmp_path / "junit.xml"
    done = tvaers("check", top, "--junit", junit)
    assert done.code == 1 and "\x1b" not in done.out and "\x07" not in done.out and "\u202e" not in done.out
    assert len(etree.parse(junit).findall(".//testcase")) == 5
    assert len(report(tvaers, top)["files"]) == 5


def test_a_fault_of_our_own_is_an_error_and_does_not_end_the_run(
    tvaers: Tvaers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(raw: bytes, *rest: Any) -> Any:
        if raw == RECEIPT:
            raise ZeroDivisionError("2512489996")
        return real(raw, *rest)

    real = judging.check_bytes
    monkeypatch.setattr(judging, "check_bytes", broken)
    answer = report(tvaers, "--workers", 1, folder)
    assert answer["summary"]["exit_code"] == 2
    (row,) = [row for row in answer["files"] if row["verdict"] == "error"]
    assert "ZeroDivisionError" in row["reason"] and "2512489996" not in row["reason"]
    assert len(answer["files"]) == len(EXPECTED)


def test_an_envelope_around_fhir_shows_both(tvaers: Tvaers, tmp_path: Path) -> None:
    (tmp_path / "e.xml").write_bytes(enveloped(b'{"resourceType":"Bundle"}', FDIS91, JSON))
    assert "VANSEnvelope 1.0.4 > unknown" in tvaers("check", tmp_path / "e.xml").out
