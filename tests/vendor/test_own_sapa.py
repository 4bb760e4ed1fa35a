"""A vendor's SAPA takes the mock's place: it logs its users in at SEB and gets appointments by document sharing.

The vendor is ``own_sapa.py``, which knows the wire and nothing of our code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mocks.errors import BadInput
from mocks.identifiers import cpr_birth_date
from mocks.runtime import COPENHAGEN
from scenarios.replacing import parse, sapa
from scenarios.serving import latencies
from sim.caseload.bookings import plan_bookings
from sim.caseload.parameters import load
from sim.nation import build
from sim.nation.world import World

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("own_sapa.py")
OWN = "http://127.0.0.1:9"  # nobody comes back there: the vendor's program is its user's browser, too


class Ground:
    """``tvaers up`` without our SAPA."""

    def __init__(self, gln: str, keys: Path) -> None:
        self.keys = keys
        command = [
            sys.executable, "-P", "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--for", "120",
            "--replace", f"{gln}:sapa={OWN}", "--keys", str(keys),
        ]  # fmt: skip
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=self.environment)
        assert self.process.stdout is not None
        self.urls = {s["system"]: s["url"] for s in json.loads(self.process.stdout.readline())["systems"]}

    def look_up(self, cpr: str, *, role: str = "ppr", own: str = OWN) -> dict[str, Any]:
        arguments = [str(self.keys), self.urls["nsp"], self.urls["stil"], own, cpr, "vera", role]
        ran = subprocess.run(
            [sys.executable, str(VENDOR), *arguments], capture_output=True, check=True, timeout=60
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    def who_looked(self, cpr: str) -> list[dict[str, Any]]:
        request = urllib.request.Request(
            f"{self.urls['nsp']}/minlog/soeg",
            json.dumps({"cpr": cpr}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            rows: list[dict[str, Any]] = json.load(answer)["rows"]
        return rows

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def world() -> World:
    return build(1)


@pytest.fixture(scope="module")
def ground(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(world.ppr_of("0851").gln or "", tmp_path_factory.mktemp("keys"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def patient(world: World) -> tuple[str, list[datetime]]:
    """A child of BUP's book that begins today, and the starts of its appointments to come."""
    today = datetime.now(COPENHAGEN).date()
    patients = [(int(row), world.child(int(row)).cpr) for row in world.bup_patients[:200]]
    book, _ = plan_bookings(1, load("base"), today, today, patients, list(world.bup))
    found: dict[str, list[datetime]] = {}
    for booked in book:
        if cpr_birth_date(booked.cpr).year > today.year - 15 and booked.start.date() > today:
            found.setdefault(booked.cpr, []).append(booked.start)
    return max(found.items(), key=lambda row: len(row[1]))


def test_the_vendor_sees_the_appointments_of_the_book_and_the_school(
    ground: Ground, patient: tuple[str, list[datetime]]
) -> None:
    assert "sapa" not in ground.urls
    cpr, starts = patient
    shown = ground.look_up(cpr)
    assert "denied" not in shown
    seen = {datetime.strptime(row["start"], "%Y%m%d%H%M%S%z") for row in shown["appointments"]}
    assert set(starts) <= seen
    listed = [row["start"] for row in shown["appointments"]]
    assert listed == sorted(listed, reverse=True) and all(row["unit"] for row in shown["appointments"])
    assert shown["school"] is None or shown["school"]["institution"]["name"]


def test_the_citizen_reads_that_the_vendors_user_looked(
    ground: Ground, patient: tuple[str, list[datetime]]
) -> None:
    cpr, _ = patient
    before = len(ground.who_looked(cpr))
    ground.look_up(cpr)
    rows = ground.who_looked(cpr)
    assert len(rows) > before
    assert rows[-1]["UserRole"] == "ppr"


def test_a_reply_address_that_is_not_the_replaced_systems_is_refused(
    ground: Ground, patient: tuple[str, list[datetime]]
) -> None:
    assert ground.look_up(patient[0], own="http://127.0.0.1:10") == {"denied": "HTTP 400"}


def test_another_authoritys_key_opens_nothing(
    ground: Ground, patient: tuple[str, list[datetime]], tmp_path: Path
) -> None:
    from mocks.drivers.keys import KeyRing

    key, certificate = KeyRing("another authority").key("sapa", "19435075").pem()
    (tmp_path / "sapa.key.pem").write_bytes(key)
    (tmp_path / "sapa.crt.pem").write_bytes(certificate)
    own, ground.keys = ground.keys, tmp_path
    try:
        assert ground.look_up(patient[0]) == {"denied": "HTTP 400"}
    finally:
        ground.keys = own


def test_only_a_municipalitys_department_can_have_another_sapa_and_there_is_one(world: World) -> None:
    ppr, clinic = world.ppr_of("0851").gln, world.pilot_clinics[0].gln
    family = world.ppr_of("0787").gln
    assert sapa(parse([f"{ppr}:sapa={OWN}"]), world) == OWN
    assert sapa(parse([f"{ppr}:vans={OWN}"]), world) == ""
    with pytest.raises(BadInput, match="works with SAPA"):
        sapa(parse([f"{clinic}:sapa={OWN}"]), world)
    with pytest.raises(BadInput, match="one system for all"):
        sapa(parse([f"{ppr}:sapa={OWN}", f"{family}:sapa={OWN}"]), world)
    with pytest.raises(BadInput, match="needs an address"):
        parse([f"{ppr}:sapa=folder:x"])


def test_a_latency_is_a_system_and_seconds() -> None:
    assert latencies(["sor=1.5", "cpr=0"]) == {"sor": 1.5, "cpr": 0.0}
    for wrong in ("sor", "sor=soon", "sor=-1", "sor=1e9"):
        with pytest.raises(BadInput, match="--latency"):
            latencies([wrong])
