"""``tvaers rehearse``: what it writes, and what it answers to everything that cannot be."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from tests import promises
from tests.cli.conftest import Done, Tvaers, one_line
from tests.rehearsal import own

MONDAY = date(2025, 5, 19)


@pytest.fixture(scope="module", autouse=True)
def played_once() -> Iterator[None]:
    """The world of a seed is built once, and the same choices are played once: what is written is the matter here."""
    rehearse, played = nordjylland.rehearse, {}

    def once(choices: Choices, progress: object = None) -> object:
        if choices.command() not in played:
            played[choices.command()] = rehearse(choices, progress)
        return played[choices.command()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nordjylland, "world_of", cache(nordjylland.world_of))
        patch.setattr(nordjylland, "rehearse", once)
        yield


@pytest.fixture(scope="module")
def week(tvaers: Tvaers, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A week of the pilot: what stood on the terminal, and the folder."""
    out = tmp_path_factory.mktemp("week") / "deep" / "down"
    last = MONDAY + timedelta(days=6)
    return tvaers("rehearse", "nordjylland", "--from", MONDAY, "--to", last, "--out", out), out


def read(out: Path) -> dict:  # type: ignore[type-arg]
    found = json.loads((out / "run.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


# What is written -----------------------------------------------------------------------------------------------


def test_a_week_passes_and_leaves_four_files(week: tuple[Done, Path]) -> None:
    done, out = week
    assert (done.code, done.err) == (0, "")
    assert sorted(p.name for p in out.iterdir()) == ["journeys.jsonl", "junit.xml", "report.html", "run.json"]
    assert "report.html" in done.out.replace("\n", "")
    for id_ in ("A4", "A14", "A15", "A16", "A18", "A19"):
        assert id_ in done.out


def test_run_json_keeps_the_promise_of_its_schema(week: tuple[Done, Path]) -> None:
    run = read(week[1])
    assert set(run) >= promises.RUN
    assert (run["schema"], run["scenario"], run["seed"], run["verdict"]) == (
        "tvaers.run/1",
        "nordjylland",
        1,
        "pass",
    )
    assert (run["from"], run["to"]) == ("2025-05-19", "2025-05-25")
    assert set(run["counts"]) == promises.COUNTS
    for figure in run["figures"]:
        assert set(figure) >= promises.FIGURE
    assert len(run["digest"]) == 64


def test_every_journey_is_a_line_with_its_exact_bytes(week: tuple[Done, Path]) -> None:
    counts = read(week[1])["counts"]
    lines = (week[1] / "journeys.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == counts["messages_sent"] > 10
    for line in lines:
        journey = json.loads(line)
        assert {s["station"] for s in journey["stations"]} >= {
            "composed",
            "sent",
            "accepted",
            "delivered",
            "shown",
        }
        for station in journey["stations"]:
            assert station["system"] and station["at"]
        assert len(journey["messages"]) == 6
        for message in journey["messages"]:
            assert set(message) >= set(promises.MESSAGE)
            wire = base64.b64decode(message["wire"])
            assert hashlib.sha256(wire).hexdigest() == message["sha256"]
            assert len(wire) == message["size"]


def test_junit_xml_has_a_case_for_each_check_and_figure(week: tuple[Done, Path]) -> None:
    run, tree = read(week[1]), etree.parse(str(week[1] / "junit.xml"))
    cases = tree.findall(".//testcase")
    assert len(cases) >= len(run["figures"]) + len(run["checks"])
    assert tree.findall(".//failure") == []
    skipped = sum(f["verdict"] == "not_exercised" for f in (*run["figures"], *run["checks"]))
    assert len(tree.findall(".//skipped")) == skipped > 0


def test_the_report_is_one_file_that_needs_no_network(week: tuple[Done, Path]) -> None:
    html = (week[1] / "report.html").read_text("utf-8")
    assert "<svg" in html
    for loading in ('src="http', "src='http", 'href="http', "@import", "url(http", "<link", "<script src"):
        assert loading not in html


def test_the_command_in_the_report_repeats_the_run(week: tuple[Done, Path]) -> None:
    html = (week[1] / "report.html").read_text("utf-8")
    assert "tvaers rehearse nordjylland --seed 1 --from 2025-05-19 --to 2025-05-25" in html


@pytest.mark.parametrize("policy", ["none", "failed"])
def test_the_exact_bytes_can_be_left_out(tvaers: Tvaers, tmp_path: Path, policy: str) -> None:
    done = tvaers("rehearse", "--from", MONDAY, "--to", MONDAY, "--wire", policy, "--out", tmp_path)
    assert done.code == 0
    for line in (tmp_path / "journeys.jsonl").read_text("utf-8").splitlines():
        for message in json.loads(line)["messages"]:
            assert message["wire"] is None
            assert len(message["sha256"]) == 64


def test_every_choice_arrives_in_the_run(tvaers: Tvaers, tmp_path: Path) -> None:
    faults = tmp_path / "faults.toml"
    faults.write_text('[[fault]]\nid="gone"\npoint="vans.route"\naction="drop"\nshare=0.1\n', "utf-8")
    done = tvaers(
        *("rehearse", "nordjylland", "--seed", 7, "--from", MONDAY, "--to", MONDAY, "--volume", "low"),
        *("--standard", "5.0.2", "--faults", faults, "--out", tmp_path / "out"),
    )
    assert done.code == 0
    run = read(tmp_path / "out")
    assert (run["seed"], run["label"]) == (7, "counterfactual")
    assert (run["parameters"]["volume"], run["parameters"]["standard"]) == ("low", "5.0.2")
    assert [f["rule"] for f in run["faults"]] == ["gone"]


# How it ends ----------------------------------------------------------------------------------------------------


def test_a_run_in_which_nothing_could_happen_exits_with_three(tvaers: Tvaers, tmp_path: Path) -> None:
    sunday = MONDAY - timedelta(days=1)
    done = tvaers("rehearse", "--from", sunday, "--to", sunday, "--out", tmp_path)
    assert (done.code, done.err) == (3, "")
    assert read(tmp_path)["verdict"] == "not_exercised"
    assert (tmp_path / "journeys.jsonl").read_bytes() == b""
    etree.parse(str(tmp_path / "junit.xml"))


def test_a_failed_figure_exits_with_one(tvaers: Tvaers, tmp_path: Path) -> None:
    """A caseload in which psychiatry corresponds, against what the sources say."""
    file = own.parameters(tmp_path / "own.toml", bup_channels="{ correspondence = 0.9, digital_post = 0.1 }")
    done = tvaers(
        *("rehearse", "--from", MONDAY, "--to", MONDAY + timedelta(days=1), "--volume", "high"),
        *("--parameters", file, "--out", tmp_path / "out"),
    )
    assert done.code == 1
    run = read(tmp_path / "out")
    assert {f["id"]: f["verdict"] for f in run["figures"]}["A19"] == "fail"
    assert run["verdict"] == "fail"
    assert len(etree.parse(str(tmp_path / "out" / "junit.xml")).findall(".//failure")) == 1


def test_a_vendors_system_needs_a_pace_and_the_reason_is_said(tvaers: Tvaers, tmp_path: Path) -> None:
    line = one_line(
        tvaers("rehearse", "--replace", "5790009100027:vans=http://127.0.0.1:9/in", "--out", tmp_path / "out")
    )
    assert "--replace needs --pace" in line
    assert "real time" in line
    assert not (tmp_path / "out").exists()


def test_a_port_that_is_taken_is_told_with_the_option_that_chose_it(tvaers: Tvaers, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = one_line(
            tvaers(
                *("rehearse", "--pace", 600, "--replace", "5790009100522:vans=http://127.0.0.1:9/in"),
                *("--port", port, "--out", tmp_path / "out"),
            )
        )
    assert f"VANS cannot listen on 127.0.0.1:{port}" in line
    assert "choose another --port, or 0 for a free port" in line


WRONG = [
    (("syddjurs",), "there is no scenario 'syddjurs'; there is: nordjylland"),
    (("--standard", "6"), "--standard is one of pilot, 4.0.3, 5.0.2, mixed, not '6'"),
    (("--volume", "huge"), "--volume is one of low, base, high, not 'huge'"),
    (("--from", "2025-13-01"), "'--from'"),
    (("--to", "tomorrow"), "'--to'"),
    (("--from", "2025-06-01", "--to", "2025-05-01"), "--to 2025-05-01 lies before --from 2025-06-01;"),
    (("--from", "2025-11-01"), "--to 2025-09-30 (the default) lies before --from 2025-11-01; give both days"),
    (("--to", "2025-03-01"), "--to 2025-03-01 lies before --from 2025-04-01 (the default); give both days"),
    (("--from", "2025-01-01", "--to", "2029-01-01"), "at most 800 days"),
    (("--from", "1500-01-01", "--to", "1500-01-02"), "choose days from 2020 to 2034"),
    (("--from", "9999-01-01", "--to", "9999-12-31"), "choose days from 2020 to 2034"),
    (("--seed", "-1"), "'--seed'"),
    (("--seed", "one"), "'--seed'"),
    (("--pace", "0.5"), "'--pace'"),
    (("--wire", "some"), "--wire is one of all, failed, none, not 'some'"),
    (("--faults", "wild"), "--faults takes none, mild, pilot or a TOML file; there is no file 'wild'"),
    (("--parameters", "no-such.toml"), "--parameters: no-such.toml cannot be read"),
    (("--replace", "x"), "is not GLN:INTERFACE=ENDPOINT"),
    (("--replace", "5790009100028:vans=http://x"), "the check digit of GLN"),
    (("--replace", "5790009100027:fax=http://x"), "interface 'fax' is not one of vans"),
    (("--replace", "5790009100027:sor=http://x"), "interface sor cannot be replaced yet"),
    (("--replace", "5790009100027:vans=ftp://x"), "neither http(s)://... nor folder:PATH"),
    (("--replace", "5790009100027:vans=http://"), "names no host"),
    (("--replace", "5790009100027:vans=http://127.0.0.1:none"), "names no host"),
    (("--consent-reading", "one-year"), "add --consent registered"),
    (("--nonsense",), "No such option"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "text"), WRONG, ids=[" ".join(w[0]) for w in WRONG])
def test_what_cannot_be_is_refused_in_one_line(
    tvaers: Tvaers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert text in one_line(tvaers("rehearse", *words))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"[[fault", "is not TOML"),
        (b'[[fault]]\nid="a"', "fault 1 lacks point"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "holds no [[fault]] table"),
    ],
)
def test_a_bad_file_of_faults_is_refused_in_one_line(
    tvaers: Tvaers, tmp_path: Path, content: bytes, text: str
) -> None:
    file = tmp_path / "faults.toml"
    file.write_bytes(content)
    line = one_line(tvaers("rehearse", "--faults", file, "--out", tmp_path / "out"))
    assert text in line
    assert "faults.toml" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"volume", "is not TOML"),
        (b"", "lacks "),
        (b"\xff\xfe", "is not TOML in UTF-8"),
        (b"[x]\na=1", "lacks "),
    ],
)
def test_a_bad_file_of_parameters_is_refused_in_one_line(
    tvaers: Tvaers, tmp_path: Path, content: bytes, text: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    assert text in one_line(tvaers("rehearse", "--parameters", file, "--out", tmp_path / "out"))


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tvaers: Tvaers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am no folder", "utf-8")
    line = one_line(tvaers("rehearse", "--from", MONDAY, "--to", MONDAY, "--out", tmp_path / "file"))
    assert "choose another folder" in line


def test_a_fault_of_our_own_is_one_line_too_and_says_how_to_see_more(
    tvaers: Tvaers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(nordjylland, "rehearse", broken)
    done = tvaers("rehearse", "--out", tmp_path / "out")
    assert done.code == 2
    (line,) = done.err.strip().splitlines()
    assert line.startswith("tvaers: a fault of our own: ZeroDivisionError: planted")
    assert "TVAERS_DEBUG=1" in line


def test_ctrl_c_is_told_in_one_line_and_leaves_nothing(
    tvaers: Tvaers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nordjylland, "rehearse", interrupted)
    line = one_line(tvaers("rehearse", "--out", tmp_path / "out"))
    assert line == "tvaers: stopped before the end; there is no verdict"
    assert not (tmp_path / "out").exists()


def test_an_unknown_command_and_no_command_say_what_there_is(tvaers: Tvaers) -> None:
    assert "No such command 'nonsense'" in one_line(tvaers("nonsense"))
    done = tvaers()
    assert done.code == 2
    assert "rehearse" in done.out + done.err


def test_help_is_no_error(tvaers: Tvaers) -> None:
    done = tvaers("rehearse", "--help")
    assert (done.code, done.err) == (0, "")
    assert "--faults" in done.out
