"""A schedule says when each request starts and why; a broken one is refused with file and line."""

import json
from pathlib import Path

import msgspec
import pytest

from loadtests import schedule
from loadtests.__main__ import main
from loadtests.schedule import Figure, Header, Row
from mocks.errors import BadInput

HEADER = Header(
    scenario="nordjylland",
    seed=7,
    seconds=60.0,
    figures=(Figure("children in the pilot", 71_000, "evaluation", "sets the number of cases", "children"),),
    assumptions=("look-ups per case are assumed",),
)


def row(at: float = 0.0, **other: object) -> Row:
    fields: dict[str, object] = {"op": "sor-lookup", "method": "GET", "url": "http://127.0.0.1:1/sor/1"}
    return Row(at=at, **{**fields, **other})  # type: ignore[arg-type]


def put(path: Path, *rows: Row) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in (HEADER, *rows)))
    return path


def test_a_schedule_is_read_row_by_row_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        row(0.25, op="vans-intake", method="POST", content_type="application/xml", body=b"\x00<\xc3\xa6>\n"),
        row(1.5, expect_status=404, url="https://sor.test/sor?gln=5790000121526&resolve=true"),
        row(1.5),
    ]
    header, found = schedule.scan(put(tmp_path / "s.jsonl", *rows))
    assert header == HEADER
    assert list(found) == rows


def test_the_file_has_the_documented_form(tmp_path: Path) -> None:
    file = put(tmp_path / "s.jsonl", row(body=b"hello"))
    header, first = map(json.loads, file.read_text("utf-8").splitlines())
    assert header["schema"] == "tvaers.load-schedule/1"
    assert header["seed"] == 7
    assert header["figures"][0]["reason"] == "sets the number of cases"
    assert set(first) == {"at", "op", "method", "url", "content_type", "body_b64", "expect_status"}
    assert first["body_b64"] == "aGVsbG8="


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (row(-1.0), "seconds from the start"),
        (row(op=""), "op is empty"),
        (row(method="FETCH"), "method"),
        (row(url="ftp://x/"), "complete http or https"),
        (row(url="http://x/a b"), "complete http or https"),
        (row(url="http://x/a\r\nHost: y"), "complete http or https"),
        (row(url="http://x/patient/2512489996"), "CPR"),
        (row(url="http://x/patient?cpr=251248-9996"), "CPR"),
        (row(url="http://x/patient?cpr=7105109991"), "CPR"),
        (row(content_type="a\r\nb"), "line break"),
        (row(expect_status=0), "HTTP status"),
    ],
)
def test_a_request_that_cannot_be_fired_is_refused_with_its_line(
    wrong: Row, says: str, tmp_path: Path
) -> None:
    _, rows = schedule.scan(put(tmp_path / "s.jsonl", row(), wrong))
    assert next(rows) == row()
    with pytest.raises(BadInput, match=f"line 3: .*{says}"):
        next(rows)


@pytest.mark.parametrize(
    "url",
    [
        "http://x/sor/325251000016005",
        "http://x/sor?gln=5790000121526",
        "http://x/cases/ab120312-4567-4abc-8def-0123456789ab",
    ],
)
def test_other_long_numbers_are_not_taken_for_cpr_numbers(url: str, tmp_path: Path) -> None:
    _, rows = schedule.scan(put(tmp_path / "s.jsonl", row(url=url)))
    assert len(list(rows)) == 1


GOOD_HEADER = '{"schema":"tvaers.load-schedule/1","scenario":"s","seed":1,"seconds":5}'
GOOD_ROW = '{"at":1,"op":"a","method":"GET","url":"http://127.0.0.1:1/"}'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "empty"),
        ("not json", 1, "malformed"),
        ("{}", 1, "missing required field"),
        (GOOD_HEADER.replace("/1", "/2"), 1, "this version reads"),
        (GOOD_HEADER.replace(":5", ":0"), 1, "length of the schedule"),
        (f"{GOOD_HEADER}\n{GOOD_ROW}\n\n", 3, "empty"),
        (f"{GOOD_HEADER}\n{GOOD_ROW[:-1]}", 2, "truncated"),
        (f"{GOOD_HEADER}\n{GOOD_ROW.replace(':1,', ':null,')}", 2, "Expected `float`"),
        (f'{GOOD_HEADER}\n{GOOD_ROW[:-1]},"wait":3}}', 2, "unknown field `wait`"),
        (f'{GOOD_HEADER}\n{GOOD_ROW[:-1]},"body_b64":"?"}}', 2, "Invalid base64"),
        (f"{GOOD_HEADER}\n{GOOD_ROW}\n{GOOD_ROW.replace(':1,', ':0.5,')}", 3, "sort the requests"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_with_exit_code_2(
    text: str, line: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(text, "utf-8")
    assert main(["run", "--schedule", str(file), "--for", "5s", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert f"{file}, line {line}: " in said
    assert says in said


def test_a_missing_file_and_foreign_bytes_are_refused_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.jsonl"
    assert main(["run", "--schedule", str(file), "--for", "5"]) == 2
    assert "cannot read the schedule" in capsys.readouterr().err
    file.write_bytes(b"\xff\xfe\x00\x01")
    assert main(["run", "--schedule", str(file), "--for", "5"]) == 2
    assert "line 1" in capsys.readouterr().err


@pytest.mark.parametrize("length", ["0", "-3", "soon", "nan", "1e9"])
def test_a_length_of_time_must_be_one(length: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", "--schedule", "x", f"--for={length}"])
    assert stop.value.code == 2
    assert "no length of time" in capsys.readouterr().err
