"""The examples of the documents work: the fault file loads, and the numbers belong to units of the world."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from mocks.errors import BadInput
from mocks.identifiers import check_gln, check_sor
from mocks.runtime import COPENHAGEN
from scenarios.replacing import known, parse
from sim import faults
from sim.nation import World, build

ROOT = Path(__file__).resolve().parents[2]
VENDOR = (ROOT / "docs" / "vendor.md").read_text("utf-8")
FILES = (ROOT / "docs" / "files.md").read_text("utf-8")


@pytest.fixture(scope="module")
def world() -> World:
    return build(1)


def loaded(text: str, folder: Path) -> faults.FaultPlan:
    """The rules of a fault file, for a run of one week."""
    file = folder / "faults.toml"
    file.write_text(text, "utf-8")
    now = datetime(2025, 5, 6, 10, tzinfo=COPENHAGEN)
    return faults.load(str(file), 1, date(2025, 5, 5), date(2025, 5, 12), lambda: now)


def fault_file() -> str:
    return FILES.partition("## Fault files")[2].partition("```toml\n")[2].partition("```")[0]


def test_the_fault_file_of_the_documents_strikes_as_it_says(tmp_path: Path) -> None:
    plan = loaded(fault_file(), tmp_path)
    assert [(rule.id, rule.point, rule.action) for rule in plan.rules] == [
        ("lost-on-the-way", "vans.route", "drop"),
        ("vans-closed", "vans.intake", "away"),
    ]
    vans = plan.for_system("vans")
    assert vans.strike("vans.intake", {"sender": "x", "receiver": "y"}) is not None
    letters = [vans.strike("vans.route", {"type": "MCM:XDIS91"}) for _ in range(2000)]
    assert 50 < sum(fault is not None for fault in letters) < 150
    assert vans.strike("vans.route", {"type": "Receipt"}) is None


def test_the_keys_and_actions_of_fault_files_are_described(tmp_path: Path) -> None:
    table = FILES.partition("## Fault files")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([^`\n]+)`", table))
    with pytest.raises(BadInput, match="known are") as refused:
        loaded('[[fault]]\nid = "x"\nkey = 1\n', tmp_path)
    keys = set(str(refused.value).rpartition("known are ")[2].split(", "))
    actions = {action for possible in faults.ACTIONS.values() for action in possible}
    assert len(keys) > 8
    facts = {fact for known in faults.FACTS.values() for fact in known} | set(faults.DESK_FACTS)
    assert keys | actions | set(faults.ACTIONS) | facts <= named


def test_every_replacement_of_the_documents_names_a_unit(world: World) -> None:
    examples = re.findall(r"--replace (\d\S+)", VENDOR)
    assert len(examples) >= 3
    for example in examples:
        known(parse([example]), world)


def test_a_replacement_of_nobody_is_found(world: World) -> None:
    with pytest.raises(BadInput, match="no unit of this world"):
        known(parse(["5790009000174:vans=http://127.0.0.1:9000/in"]), world)


def test_every_number_of_the_documents_belongs_to_a_unit(world: World) -> None:
    numbers = set(re.findall(r"\b\d{13,18}\b", VENDOR + FILES))
    assert len(numbers) >= 3
    strangers = []
    for number in sorted(numbers):
        wrong = check_gln(number) if len(number) == 13 else check_sor(number)
        if wrong or (world.by_gln(number) or world.by_sor(number)) is None:
            strangers.append(number)
    assert strangers == []


def test_only_published_test_persons_stand_in_the_documents() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    found = {
        number for path in documents for number in re.findall(r"(?<!\d)\d{10}(?!\d)", path.read_text("utf-8"))
    }
    assert found <= {"2512489996", "2509479989"}
