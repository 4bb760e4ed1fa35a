"""Spoilt files: each gets a verdict, none a fault of ours, and every output can show it.

``TVAERS_HOSTILE=20000`` makes more of them than the few hundred that run by default, and
``TVAERS_HOSTILE_SEED`` others. ``make hostile`` does the former, and measures what the worst shapes cost.
"""

from __future__ import annotations

import io
import json
import os
import warnings
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console

from mocks.errors import TvaersError
from mocks.standards import (
    acknowledgement,
    appointment_document,
    binary_letter,
    care_communication,
    clinical_email,
    hospital_referral,
    receipts,
    vans_envelope,
)
from mocks.standards.edifact import bin01, ctl, dis91, ref01
from mocks.standards.exchange.together import relate
from mocks.standards.packages.message import load
from mocks.standards.recognise import check_bytes
from scenarios.checking import archives
from scenarios.checking.documents import JsonWriter, JunitWriter
from scenarios.checking.items import Item, items
from scenarios.checking.judging import judge
from scenarios.checking.options import Options
from scenarios.checking.results import Result
from scenarios.checking.showing import Shower
from scenarios.checking.tally import Tally
from scenarios.verdict import Verdict
from tests.standards.hostile.samples import OFFICIAL, samples
from tests.standards.hostile.spoiling import hostile

COUNT = int(os.environ.get("TVAERS_HOSTILE", "400"))
SEED = int(os.environ.get("TVAERS_HOSTILE_SEED", "1"))
PIECES = 8
PACKAGES = OFFICIAL / "medcom-fhir" / "packages"
READERS = (
    vans_envelope.read,
    clinical_email.read_checked,
    clinical_email.read,
    hospital_referral.read_checked,
    binary_letter.read_checked,
    receipts.read,
    care_communication.read,
    acknowledgement.read,
    dis91.read_all,
    ref01.read,
    bin01.read,
    ctl.read,
    appointment_document.read,
)


def judged(raw: bytes, path: Path) -> list[Result]:
    """The results for a file: one, or one for each member of a zip."""
    if not archives.is_archive(raw[:4]):
        return [judge(Item(name="hostile", given=raw, named=True), Options())]
    path.write_bytes(raw)
    with ExitStack() as kept:
        found = [judge(item, Options()) for item in items([path], Options().most_bytes, kept)]
    archives.forget()
    return found


@pytest.mark.parametrize("piece", range(PIECES))
def test_each_hostile_file_gets_a_verdict_that_every_output_can_show(piece: int, tmp_path: Path) -> None:
    tally, out = Tally(), io.BytesIO()
    shower = Shower(Console(file=io.StringIO()), quiet=False)
    faults = []
    with JunitWriter(tmp_path / "junit.xml") as junit:
        writer = JsonWriter(out, Options())
        for number in range(piece, COUNT, PIECES):
            for result in judged(hostile(number, SEED, samples()), tmp_path / "hostile.zip"):
                if result.verdict is Verdict.ERROR:
                    faults.append((number, result.reason))
                assert result.verdict is not Verdict.FAIL or result.findings, number
                tally.add(result)
                writer.write(result)
                junit.write(result)
                shower.show(result)
        writer.end(tally)
        junit.end(tally)
    assert faults == []
    assert json.loads(out.getvalue())["summary"]["files"] == tally.files > 0
    assert tally.verdicts[Verdict.FAIL] > tally.files / 3


@pytest.mark.parametrize("piece", range(PIECES))
def test_a_reader_gives_a_record_or_says_why_not(piece: int) -> None:
    """Receivers hand whatever came to a reader: only errors of ours may come out of it."""
    for number in range(piece, COUNT, PIECES):
        raw = hostile(number, SEED, samples())
        for read in READERS:
            try:
                read(raw)
            except TvaersError as refused:
                assert str(refused), number


def test_the_same_number_is_the_same_file() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert hostile(7, SEED, samples()) == hostile(7, SEED, samples()) != hostile(8, SEED, samples())


@pytest.mark.parametrize("piece", range(PIECES))
def test_hostile_files_can_be_taken_for_one_exchange(piece: int) -> None:
    numbers = range(piece, COUNT, PIECES)
    for start in range(0, len(numbers), 40):
        names = [str(number) for number in numbers[start : start + 40]]
        files = [(name, hostile(int(name), SEED, samples())) for name in names]
        again = [(f"{name} again", raw) for name, raw in files[:10]]
        assert [each.name for each in relate([*files, *again])] == [name for name, _ in (*files, *again)]


@pytest.mark.official
@pytest.mark.skipif(not PACKAGES.is_dir(), reason=f"the official packages are not at {PACKAGES}")
def test_official_packages_judge_hostile_messages_too() -> None:
    packages = load([PACKAGES])
    groups = tuple(group for group in samples() if b"hl7.org/fhir" in group[0] or group[0][:1] == b"{")
    for number in range(COUNT // 2):
        checked = check_bytes(hostile(number, SEED, groups), packages)
        assert checked.findings or checked.standard != "unknown", number
