"""``tvaers check``: files in, a verdict for each, and an exit code that a script can rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mocks.standards import care_communication, vans_envelope
from tests.cli.conftest import Tvaers, one_line
from tests.messaging.ground import FHIR_5, OLD, Ground
from tests.standards.exchange import messages as exchange


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One good file of each standard, and one bad one of each."""
    folder = tmp_path_factory.mktemp("messages")
    good: dict[str, bytes] = {}
    for spoken, letter, receipt in (
        (OLD, "xdis91", "xctl03"),
        (FHIR_5, "carecommunication", "acknowledgement"),
    ):
        ground = Ground(capabilities={"ppr": spoken, "clinic": spoken})
        ground.write()
        ground.settle()
        good[letter] = ground.letters()[0].data or b""
        good[receipt] = ground.receipts()[0]
        good[f"envelope of {letter}"] = next(iter(ground.journal.wires)).body
    good["receipt of an envelope"] = ground.wires("VANSEnvelope")[0].body
    bad = {
        "bad xdis91": good["xdis91"].replace(b"nytbrev", b"gammeltbrev"),
        "bad xctl03": good["xctl03"].replace(b"XC0330Q", b"XC9999Q"),
        "bad carecommunication": good["carecommunication"].replace(
            b'"status":"unknown"', b'"status":"on-hold"'
        ),
        "bad acknowledgement": good["acknowledgement"].replace(b'"code":"ok"', b'"code":"fine"'),
        "bad envelope": good["envelope of xdis91"].replace(b"<SizeInBytes>", b"<SizeInBytes>9"),
        "envelope of a bad letter": _spoilt(good["envelope of xdis91"]),
        "something else": b"<letter>hello</letter>",
        "nothing": b"",
        "text": b"hello",
        "bomb": b'<!DOCTYPE a [<!ENTITY b "bbbb">]><Emessage>&b;</Emessage>',
    }
    for name, content in {**good, **bad}.items():
        (folder / name).write_bytes(content)
    assert all(content not in good.values() for content in bad.values())
    return {name: folder / name for name in (*good, *bad)}


def _spoilt(raw: bytes) -> bytes:
    from msgspec.structs import replace

    envelope = vans_envelope.read(raw)
    assert envelope.meta is not None and envelope.data is not None
    data = envelope.data.replace(b"nytbrev", b"gammeltbrev")
    meta = replace(envelope.meta, document=replace(envelope.meta.document, size=len(data)))
    return vans_envelope.write(replace(envelope, meta=meta, data=data))


GOOD = {
    "xdis91": ("XDIS91", "XD9134L"),
    "xctl03": ("XCTL03", "XC0330Q"),
    "carecommunication": ("CareCommunication", "5.0"),
    "acknowledgement": ("Acknowledgement", "2.0"),
    "envelope of xdis91": ("VANSEnvelope", "1.0.4"),
    "envelope of carecommunication": ("VANSEnvelope", "1.0.4"),
    "receipt of an envelope": ("VANSEnvelope", "1.0.4"),
}
BAD = {
    "bad xdis91": ("XDIS91", "XD9134L/Letter/StatusCode"),
    "bad xctl03": ("XCTL03", "XC0330Q/Letter/VersionCode"),
    "bad carecommunication": ("CareCommunication", "fhir-fixed"),
    "bad acknowledgement": ("Acknowledgement", "fhir-binding"),
    "bad envelope": ("VANSEnvelope", "vans-size"),
    "envelope of a bad letter": ("VANSEnvelope", "XD9134L/Letter/StatusCode"),
    "something else": ("unknown", "unrecognised"),
    "nothing": ("unknown", "unrecognised"),
    "text": ("unknown", "unrecognised"),
    "bomb": ("unknown", "xml-doctype"),
}


@pytest.mark.parametrize("name", list(GOOD))
def test_a_good_file_passes(tvaers: Tvaers, files: dict[str, Path], name: str) -> None:
    done = tvaers("check", files[name])
    assert done.code == 0
    assert done.out.split()[0] == "pass"
    (row,) = json.loads(tvaers("check", "--json", files[name]).out)["files"]
    assert (row["verdict"], row["standard"]) == ("pass", GOOD[name][0])
    assert row["version"].startswith(GOOD[name][1])
    assert [f for f in row["findings"] if f["severity"] == "error"] == []


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_fails_with_the_rule_that_it_breaks(
    tvaers: Tvaers, files: dict[str, Path], name: str
) -> None:
    done = tvaers("check", files[name])
    assert done.code == 1
    assert done.out.split()[0] == "fail"
    (row,) = json.loads(tvaers("check", files[name], "--json").out)["files"]
    standard, rule = BAD[name]
    assert (row["verdict"], row["standard"]) == ("fail", standard)
    broken = {f["rule"] for f in row["findings"] if f["severity"] == "error"}
    assert any(rule == found or rule in found for found in broken), broken
    assert any(found in done.out for found in broken)


def test_the_answer_for_a_machine_has_the_promised_form(tvaers: Tvaers, files: dict[str, Path]) -> None:
    done = tvaers("check", "--json", *files.values())
    assert done.code == 1
    answer = json.loads(done.out)
    assert set(answer) == {"schema", "options", "files", "summary"}
    assert answer["schema"] == "tvaers.check/1"
    assert [row["file"] for row in answer["files"]] == [str(file) for file in files.values()]
    for row in answer["files"]:
        assert set(row) == {
            "file",
            "standard",
            "version",
            "verdict",
            "layers",
            "reason",
            "relation",
            "findings",
        }
        assert row["verdict"] in ("pass", "fail")
        for finding in row["findings"]:
            assert {"rule", "severity", "path", "message", "source"} <= set(finding)
            assert finding["severity"] in ("error", "warning", "information")
            assert finding["rule"] and finding["message"] and finding["source"]
    summary = answer["summary"]
    assert (summary["verdict"], summary["exit_code"]) == ("fail", 1)
    assert summary["files"] == len(files) == sum(summary["verdicts"].values())
    assert summary["files"] == sum(sum(kind["verdicts"].values()) for kind in summary["kinds"])
    assert len(done.out.splitlines()) == 2 + len(files)  # a line a file, so that it can be read as it comes


def test_one_bad_file_among_good_ones_decides(tvaers: Tvaers, files: dict[str, Path]) -> None:
    assert tvaers("check", files["xdis91"], files["xctl03"]).code == 0
    assert tvaers("check", files["xdis91"], files["text"], files["xctl03"]).code == 1


def test_a_file_that_cannot_be_read_is_a_mistake_of_the_user(
    tvaers: Tvaers, files: dict[str, Path], tmp_path: Path
) -> None:
    assert "cannot be read" in one_line(tvaers("check", tmp_path / "missing.xml"))
    assert "missing.xml" in one_line(tvaers("check", "--json", files["xdis91"], tmp_path / "missing.xml"))
    assert "Missing argument" in one_line(tvaers("check"))


def test_a_file_beyond_all_sizes_is_not_read(tvaers: Tvaers, tmp_path: Path) -> None:
    sparse = tmp_path / "huge.xml"
    with sparse.open("wb") as file:
        file.write(b"<?xml version='1.0'?>")
        file.truncate(200_000_000)
    done = tvaers("check", sparse)
    assert done.code == 1
    assert "file-size" in done.out and "100 MB at most" in done.out


def test_names_and_texts_are_not_taken_for_markup(tvaers: Tvaers, tmp_path: Path) -> None:
    odd = tmp_path / "[bold]æøå[red] & <b>.xml"
    odd.write_bytes(b"<[/nonsense]")
    done = tvaers("check", odd)
    assert done.code == 1
    assert "[bold]æøå[red]" in done.out.replace("\n", "")


def test_the_reading_decides_what_public_rules_dispute(
    tvaers: Tvaers, files: dict[str, Path], tmp_path: Path
) -> None:
    message = files["carecommunication"].read_bytes()
    disputed = tmp_path / "disputed.json"
    disputed.write_bytes(message.replace(b"MessageDefinition|5.0", b"MessageDefinition"))
    assert disputed.read_bytes() != message
    done = tvaers("check", disputed)
    assert done.code == 0 and done.out.startswith("disputed") and "allowed by: " in done.out
    (row,) = json.loads(tvaers("check", "--json", disputed).out)["files"]
    assert row["verdict"] == "disputed"
    (finding,) = [f for f in row["findings"] if f["severity"] == "disputed"]
    assert finding["allowed_by"][0]["topic"] == "definition"
    assert tvaers("check", "--reading", "published", disputed).out.startswith("pass")
    assert tvaers("check", "--reading", "certification", disputed).code == 1
    assert "there are: current" in one_line(tvaers("check", "--reading", "mine", disputed))


def test_a_sender_is_judged_more_strictly(tvaers: Tvaers, files: dict[str, Path], tmp_path: Path) -> None:
    envelope = files["envelope of xdis91"].read_bytes()
    nameless = tmp_path / "envelope.xml"
    nameless.write_bytes(envelope.replace(b"<Name>MCM:", b"<Name>"))
    assert tvaers("check", nameless).code == 0
    assert tvaers("check", "--as", "receiver", nameless).code == 0
    assert tvaers("check", "--as", "sender", nameless).code == 1
    assert "there are: sender, receiver" in one_line(tvaers("check", "--as", "friend", nameless))
    titled = tmp_path / "titled.json"
    new, *_ = exchange.thread()
    titled.write_bytes(care_communication.write(new).replace(b'"title":"Rapport"', b'"title":"Rapport.pdf"'))
    assert tvaers("check", titled).code == tvaers("check", "--as", "receiver", titled).code == 0
    assert "tvaers-attachment-title" in tvaers("check", "--as", "sender", titled).out
    assert tvaers("check", "--as", "sender", titled).code == 1


def test_files_of_one_exchange_are_held_against_each_other(tvaers: Tvaers, tmp_path: Path) -> None:
    new, reply, *_ = exchange.thread()
    there = exchange.enveloped(
        care_communication.write(new), 1, exchange.PPR.gln, exchange.CLINIC.gln, exchange.AT
    )
    folder = tmp_path / "exchange"
    folder.mkdir()
    (folder / "1 letter.xml").write_bytes(there)
    (folder / "2 receipt.xml").write_bytes(exchange.receipt(there, 2))
    (folder / "3 reply.json").write_bytes(care_communication.write(reply))
    done = tvaers("check", "--together", folder)
    assert done.code == 0
    assert f"answers {folder}/1 letter.xml: the envelope arrived" in done.out
    assert f"follows {folder}/1 letter.xml" in done.out
    rows = json.loads(tvaers("check", "--together", "--json", folder).out)["files"]
    assert [row["relation"].partition(" ")[0] for row in rows] == ["", "answers", "follows"]

    mended = care_communication.write(reply).replace(b"Vi har set", b"Vi har ikke set")
    (folder / "3 reply.json").write_bytes(mended)
    assert tvaers("check", folder).code == 0
    done = tvaers("check", "--together", folder)
    assert done.code == 1 and "thread-segments-unchanged" in done.out


def test_parties_are_held_against_a_register(tvaers: Tvaers, files: dict[str, Path], tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text("sor_id,gln\n325431000016004,5790000000005\n", "utf-8")
    done = tvaers("check", "--register", register, files["carecommunication"])
    assert done.code == 0 and "register-gln" in done.out
    assert "needs a heading" in one_line(tvaers("check", "--register", files["text"], files["xdis91"]))
    assert "cannot be read" in one_line(tvaers("check", "--register", tmp_path / "none.csv", files["xdis91"]))
