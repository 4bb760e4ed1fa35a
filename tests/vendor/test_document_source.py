"""A vendor's document source takes the place of the hospital's, and looks up what it shares as a consumer.

The vendor is ``document_source.py``: it knows DGWS, XDS and DK-APD, and nothing of our code.
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
from urllib.error import HTTPError

import pytest

from mocks.errors import BadInput
from mocks.identifiers import cpr_birth_date
from mocks.nsp.document_sharing.settings import NORDEPJ_REPOSITORY
from scenarios.replacing import DOCUMENT_SOURCE, consumers, document_source, parse
from scenarios.serving import up
from sim.ecosystem import REGION
from sim.nation import build
from sim.nation.world import World

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("document_source.py")
OK = {"status": "Success", "errors": []}


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
    data = None if method == "GET" else json.dumps(body or {}).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Ground:
    """``tvaers up`` with the document source replaced, and the vendor."""

    def __init__(self, world: World, keys: Path) -> None:
        self.unit, self.keys = world.bup[0], keys
        town, self.own = world.pilot_municipalities[:2]
        self.town = town.code
        self.child = next(c.cpr for c in world.cases_in(town.code) if cpr_birth_date(c.cpr).year > 2014)
        port = free_port()
        self.vendor_url = f"http://127.0.0.1:{port}"
        command = [
            sys.executable, "-P", "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--for", "120",
            "--keys", str(keys), "--replace", f"{self.unit.gln}:xds={self.vendor_url}/xds/iti43",
            "--replace", f"{world.ppr_of(self.own.code).gln}:xds={self.vendor_url}",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
        assert self.process.stdout is not None
        self.urls = {s["system"]: s["url"] for s in json.loads(self.process.stdout.readline())["systems"]}
        arguments = [str(keys), DOCUMENT_SOURCE, REGION, self.urls["nsp"], str(port), NORDEPJ_REPOSITORY]
        self.vendor = subprocess.Popen(
            [sys.executable, str(VENDOR), *arguments, self.child, self.unit.sor_id]
        )
        until(self.listens, "the vendor's source listens")

    def listens(self) -> bool:
        assert self.vendor.poll() is None, "the vendor's source ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.vendor_url.rpartition(":")[2]))) == 0

    def does(self, what: str) -> Any:
        return call("POST", f"{self.vendor_url}/{what}")

    def sapa(self, municipality: str = "") -> list[str]:
        """The start times that a municipal user sees."""
        user = {
            "id": "u-1",
            "name": "Allan Korsman",
            "municipality": municipality or self.town,
            "role": "ppr",
        }
        asked = {"user": user, "cpr": self.child, "consent_declared": True, "consent": True}
        return [row[1] for row in call("POST", f"{self.urls['sapa']}/desk/aftaler", asked)["rows"]]

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
def ground(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(world, tmp_path_factory.mktemp("keys"))
    yield made
    made.stop()


def test_the_vendors_appointments_come_move_and_go_for_municipal_users_and_its_own(ground: Ground) -> None:
    assert ground.sapa() == []
    assert ground.does("book") == OK
    (first,) = ground.sapa()
    assert ground.does("move") == OK
    (second,) = ground.sapa()
    assert first != second
    assert ground.does("provide") == OK
    assert len(ground.sapa()) == 2
    seen = ground.does("search")
    assert (seen["status"], len(seen["starts"])) == ("Success", 2)
    assert len(call("GET", ground.vendor_url)["fetched"]) >= 3
    assert ground.does("cancel") == OK
    assert len(ground.sapa()) == 1
    assert len(ground.does("search")["starts"]) == 1
    assert ground.does("cancel")["errors"] == ["XDSMetadataUpdateError"]


def test_sapa_lets_nobody_in_whose_municipality_has_a_consumer_of_its_own(ground: Ground) -> None:
    with pytest.raises(HTTPError, match="40"):
        ground.sapa(ground.own.code)
    assert (ground.keys / f"xds-{ground.own.slug}.key.pem").exists()


def test_hospital_units_are_sources_municipal_ones_consumers_and_others_neither(world: World) -> None:
    ppr = world.ppr_of(world.pilot_municipalities[0].code)
    bup, clinic = world.bup[0], world.pilot_clinics[0]
    both = parse([f"{bup.gln}:xds=http://127.0.0.1:9/x", f"{ppr.gln}:xds=http://127.0.0.1:9/y"])
    found = document_source(both, world)
    assert found is not None and found.gln == bup.gln
    assert set(consumers(both, world)) == {world.pilot_municipalities[0].code}
    with pytest.raises(BadInput, match="neither shares"):
        document_source(parse([f"{clinic.gln}:xds=http://127.0.0.1:9/x"]), world)
    with pytest.raises(BadInput, match="folder cannot answer"):
        parse([f"{bup.gln}:xds=folder:there"])


def test_without_a_place_for_its_key_a_system_for_documents_is_not_started(world: World) -> None:
    with pytest.raises(BadInput, match="signs with a test key; say where with --keys FOLDER"):
        up(
            seed=1, standard="pilot", conversion=False, port_base=0, seconds=1, state=None, as_json=True,
            replace=[f"{world.bup[0].gln}:xds=http://127.0.0.1:9/x"],
        )  # fmt: skip
