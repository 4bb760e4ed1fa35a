"""A vendor's case system takes a municipality's place: it feeds the case index, and takes what is filed.

The vendor is ``case_feed.py``: plain Python, which knows SF1470 and SF2900 and nothing of our code.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mocks.drivers.keys import SHORT_KEY_BITS, KeyRing
from mocks.errors import BadInput
from mocks.identifiers import cpr_birth_date
from scenarios.replacing import case_systems, parse
from sim.ecosystem import Options, systems
from sim.nation import build
from sim.nation.world import World

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("case_feed.py")
THISTED = "Thisted"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """Poll what another process does; the wall clock belongs to it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def call(method: str, url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


class Ground:
    """``tvaers up`` with the case system of Thisted replaced, and the vendor."""

    def __init__(self, world: World) -> None:
        self.town = next(m for m in world.pilot_municipalities if m.name == THISTED)
        self.unit = world.ppr_of(self.town.code)
        self.child = next(c.cpr for c in world.cases_in(self.town.code) if cpr_birth_date(c.cpr).year > 2014)
        port = free_port()
        self.vendor_url = f"http://127.0.0.1:{port}"
        command = [
            sys.executable, "-P", "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--for", "120",
            "--replace", f"{self.unit.gln}:sf1470={self.vendor_url}",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
        assert self.process.stdout is not None
        self.table = json.loads(self.process.stdout.readline())
        self.urls = {s["system"]: s["url"] for s in self.table["systems"]}
        self.clinic = next(s for s in self.table["systems"] if s["system"] == "lps-01")["units"][0]["sor_id"]
        index = f"{self.urls['sagsindeks']}/sagdokumentindeks/6"
        arguments = [str(port), index, self.town.cvr, self.unit.sor_id, self.child, self.town.code]
        self.vendor = subprocess.Popen([sys.executable, str(VENDOR), *arguments])
        until(self.seen, "the vendor's system has imported its case")

    def seen(self) -> Any:
        try:
            return call("GET", self.vendor_url)
        except OSError:
            return None

    def write(self) -> str:
        """A clinic writes to PPR."""
        draft = {
            "unit": self.clinic, "receiver": self.unit.gln, "cpr": self.child, "given": "Nancy", "family": "Berggren",
            "subject": "Spørgsmål", "text": "Kender I familien?", "author": {"given": "Anne", "family": "Dam"},
        }  # fmt: skip
        return str(call("POST", f"{self.urls['lps-01']}/desk/messages", draft)["message"])

    def stop(self) -> None:
        for process in (self.process, self.vendor):
            process.terminate()
            process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def world() -> World:
    return build(1)


@pytest.fixture(scope="module")
def ground(world: World) -> Iterator[Ground]:
    made = Ground(world)
    yield made
    made.stop()


def test_the_vendors_case_is_in_the_index_and_the_mock_is_gone(ground: Ground) -> None:
    assert ground.seen()["answers"][0] == ["importer", ["20"]]
    assert "fagsystem-thisted" not in ground.urls


def test_the_vendors_case_is_on_a_clinics_card(ground: Ground) -> None:
    user = {"id": "u-1", "name": "Signe Lund", "role": "gp", "organisation": "lps-01", "unit": ground.clinic}
    asked = {"user": user, "cpr": ground.child, "consent_declared": True, "consent": True}
    card = call("POST", f"{ground.urls['lps-01']}/desk/overblik", asked)
    (block,) = [block for block in card["departments"] if block["kind"] == "ppr"]
    assert (block["unit"], block["owner"]) == (ground.unit.sor_id, ground.town.code)


def test_a_change_of_the_vendors_is_taken(ground: Ground) -> None:
    assert call("POST", f"{ground.vendor_url}/close", {})["answers"][-1] == ["opdater", ["20"]]


def test_a_letter_that_is_filed_reaches_the_vendor(ground: Ground) -> None:
    message = ground.write()
    desk = f"{ground.urls[ground.unit.system]}/desk"

    def arrived() -> bool:
        letters = call("GET", f"{desk}/inbox?unit={ground.unit.sor_id}")["letters"]
        return message in [letter["message"] for letter in letters]

    until(arrived, "the letter is in the inbox")
    assert call("POST", f"{desk}/messages/{message}/file", {})["filed"] is not None
    (note,) = ground.seen()["notes"]
    assert note.startswith("Kender I familien?")


def test_where_tokens_are_asked_for_the_vendor_gets_the_key_of_the_system_in_whose_place_it_stands(
    world: World, tmp_path: Path
) -> None:
    town = next(m for m in world.pilot_municipalities if m.name == THISTED)
    ring = KeyRing(bits=SHORT_KEY_BITS)
    systems(world, Options(case_systems={town.code: "sf1470-thisted"}, tokens=True, keys=ring))
    assert ring.write(tmp_path) == ["fagsystem-thisted"]
    assert (tmp_path / "fagsystem-thisted.key.pem").exists()


def test_a_case_system_can_be_replaced_only_where_there_is_one_of_its_own(world: World) -> None:
    aalborg = next(m for m in world.pilot_municipalities if m.name == "Aalborg")
    clinic = world.pilot_clinics[0].gln
    for gln, part in ((world.ppr_of(aalborg.code).gln, "one system"), (clinic, "no department")):
        with pytest.raises(BadInput, match=part):
            case_systems(parse([f"{gln}:sf1470=http://127.0.0.1:9"]), world)
