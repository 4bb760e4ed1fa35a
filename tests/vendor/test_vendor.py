"""A vendor's own system takes a clinic's place: with the mocks on ports, and in a rehearsal at a pace.

The vendor is ``thirty_lines.py``: plain ``http.server``, which knows nothing of our code.
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
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mocks.drivers.ids import SeededIds
from mocks.standards import clinical_email, receipts
from mocks.standards import vans_envelope as vans
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim.nation import build

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).with_name("thirty_lines.py")
CLINIC = build(1).pilot_clinics[5].gln or ""
PATIENT = {"cpr": "2512489996", "given": "Nancy Ann", "family": "Berggren"}


def tvaers(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "scenarios.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_vendor(port: int, vans_url: str, *modes: str) -> subprocess.Popen[bytes]:
    vendor = subprocess.Popen([sys.executable, str(VENDOR), str(port), vans_url, *modes])
    until(lambda: answers(port), "the vendor's system listens")
    return vendor


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(true: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    """Poll what another process does; the wall clock belongs to it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def call(method: str, url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Ground:
    """``tvaers up`` with the clinic replaced."""

    def __init__(self, endpoint: str) -> None:
        self.process = tvaers(
            "up", "--json", "--port-base", "0", "--for", "90", "--replace", f"{CLINIC}:vans={endpoint}"
        )
        assert self.process.stdout is not None
        self.table = json.loads(self.process.stdout.readline())
        self.urls = {s["system"]: s["url"] for s in self.table["systems"]}
        self.unit = next(s for s in self.table["systems"] if s["system"] == "os2-thisted")["units"][0][
            "sor_id"
        ]

    def write(self) -> str:
        draft = {
            "unit": self.unit, "receiver": CLINIC, **PATIENT, "subject": "Spørgsmål", "text": "Kender du familien?",
            "author": {"given": "Anne", "family": "Dam"},
        }  # fmt: skip
        return str(call("POST", f"{self.urls['os2-thisted']}/desk/messages", draft)["message"])

    def inbox(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = call("GET", f"{self.urls['os2-thisted']}/desk/inbox?unit={self.unit}")[
            "letters"
        ]
        return found

    def journey(self, message: str) -> dict[str, Any]:
        found: dict[str, Any] = call("GET", f"{self.table['console']}/journeys/{message}")
        return found

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def over_http() -> Iterator[Ground]:
    port = free_port()
    ground = Ground(f"http://127.0.0.1:{port}/in")
    vendor = start_vendor(port, f"{ground.urls['vans']}/vans/envelopes")
    yield ground
    vendor.kill()
    vendor.wait()
    assert ground.stop() == 0


@pytest.mark.slow
def test_a_vendor_receives_a_message_answers_with_receipt_and_reply_and_the_reply_is_read(
    over_http: Ground,
) -> None:
    message = over_http.write()
    reply = until(over_http.inbox, "the reply lies in the municipality's inbox")[0]
    desk = over_http.urls["os2-thisted"]
    opened = call("POST", f"{desk}/desk/messages/{reply['message']}/read", {})
    assert opened["text"] == "Tak for beskeden." and opened["patient"] == "Nancy Ann Berggren"
    journey = until(
        lambda: (j := over_http.journey(message))["status"] == "acknowledged" and j,
        "the letter is acknowledged",
    )
    by_vendor = [s for s in journey["stations"] if s.get("vendor")]
    assert {(s["station"], s["party"]) for s in by_vendor} >= {("delivered", CLINIC), ("sent", CLINIC)}
    ours = {s["system"] for s in journey["stations"] if not s.get("vendor")}
    assert ours == {"os2-thisted", "vans"}
    answer = over_http.journey(reply["message"])
    assert answer["sender"] == CLINIC and answer["status"] in ("read", "acknowledged")


@pytest.mark.slow
def test_a_vendor_behind_a_pair_of_folders_takes_a_clinics_place(tmp_path: Path) -> None:
    ground = Ground(f"folder:{tmp_path}")
    try:
        message = ground.write()
        (arrived,) = until(lambda: list((tmp_path / "in").glob("*.xml")), "VANS wrote the envelope into in/")
        envelope = vans.read(arrived.read_bytes())
        assert envelope.data is not None and envelope.receiver.id == CLINIC
        letter = clinical_email.read(envelope.data)
        unfinished = tmp_path / "out" / "1.tmp"
        unfinished.write_bytes(_receipt_for(letter, envelope))
        unfinished.rename(tmp_path / "out" / "1.xml")
        until(lambda: ground.journey(message)["status"] == "acknowledged", "the receipt from out/ arrived")
        done = until(
            lambda: list((tmp_path / "out" / "done").glob("1.xml.receipt.xml")), "VANS's answer lies in done/"
        )
        assert vans.read(done[0].read_bytes()).receipt is not None
    finally:
        assert ground.stop() == 0


def _receipt_for(letter: clinical_email.ClinicalEmail, envelope: vans.Envelope) -> bytes:
    ids = SeededIds(1, "vendor")
    payload = receipts.write(
        LetterReceipt(
            kind=LetterReceiptKind.POSITIVE, envelope_id=ids.letters("e"), sent=envelope.sent, letter_id=ids.letters("l"),
            sender_gln=CLINIC, receiver_gln=envelope.sender.id, original_envelope_id=letter.envelope_id,
            original_sender_gln=envelope.sender.id, original_receiver_gln=CLINIC,
            letters=(OriginalLetter(letter.letter_id, "XD9134L"),),
        )
    )  # fmt: skip
    document = vans.Document("XML", "MCM:XCTL03", "XC0330Q", len(payload))
    meta = vans.MetaInformation(ids.uuid("m"), document, None, vans.Transport())
    return vans.write(
        vans.Envelope(envelope.receiver, envelope.sender, ids.uuid("v"), envelope.sent, meta, payload, None)
    )


# At a pace ---------------------------------------------------------------------------------------------------

DAY = date(2025, 5, 6)
PACE = 6000.0
MODES = {"good": (), "silent": ("lose-ack",), "twice": ("duplicate",), "late": ("late=0.6",)}


@pytest.fixture(scope="module")
def at_a_pace(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], list[dict[str, Any]]]]:
    """One day of the pilot with four vendors in it, each with a habit; their numbers, and the journeys."""
    _, run, _ = nordjylland.rehearse(Choices(start=DAY, end=DAY, volume="high"))
    units = {unit.sor_id: unit for unit in run.world.units}
    wrote = [c for c in run.log.contacts if c.message and c.receiver_kind == "clinic" and c.at.hour < 13]
    clinics = list(dict.fromkeys(units[c.receiver].gln or "" for c in wrote))[: len(MODES)]
    out, gate = tmp_path_factory.mktemp("paced"), free_port()
    ports = {name: free_port() for name in MODES}
    places = dict(zip(MODES, clinics, strict=True))
    replace = [f"--replace={gln}:vans=http://127.0.0.1:{ports[name]}/in" for name, gln in places.items()]
    vendors = [
        start_vendor(ports[name], f"http://127.0.0.1:{gate}/vans/envelopes", *modes)
        for name, modes in MODES.items()
    ]
    run_it = tvaers(
        "rehearse", "--from", f"{DAY}", "--to", f"{DAY}", "--volume", "high", "--pace", f"{PACE}", "--port", f"{gate}",
        "--out", str(out), *replace,
    )  # fmt: skip
    said = run_it.communicate(timeout=120)[0].decode()
    for vendor in vendors:
        vendor.kill()
        vendor.wait()
    assert "your system has 0.3 s to acknowledge a letter" in " ".join(said.split())
    assert run_it.returncode == 1, said  # three of the four vendors break a rule
    checks = {c["id"]: c["verdict"] for c in json.loads((out / "run.json").read_text("utf-8"))["checks"]}
    assert {name: checks[f"vendor {gln}"] for name, gln in places.items()} == {
        "good": "pass", "silent": "fail", "twice": "fail", "late": "fail"
    }  # fmt: skip
    yield places, [json.loads(line) for line in (out / "journeys.jsonl").read_text("utf-8").splitlines()]


def letters_to(places: dict[str, str], journeys: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    found = [
        j
        for j in journeys
        if any(m["to"] == places[name] and "letter" in m["ids"] for m in j["messages"][:1])
    ]
    assert found, f"somebody wrote to {name}"
    return found


def parties(journey: dict[str, Any], kind: str) -> set[str]:
    """The parties that remarks of this kind name, by the word they begin with: a number or a system."""
    return {remark["party"].split()[0] for remark in journey.get("remarks", ()) if remark["kind"] == kind}


@pytest.mark.slow
def test_the_pilots_caseload_meets_the_vendor_and_its_receipts_count(at_a_pace: Any) -> None:
    places, journeys = at_a_pace
    for journey in letters_to(places, journeys, "good"):
        reached = [s["station"] for s in journey["stations"]]
        assert "acknowledged" in reached and "resent" not in reached
        assert any(
            s["facts"].get("vendor") and s["facts"]["party"] == places["good"] for s in journey["stations"]
        )
    replies = [j for j in journeys if j["messages"][0]["from"] == places["good"]]
    assert replies and all("shown" in [s["station"] for s in j["stations"]] for j in replies)


@pytest.mark.slow
def test_a_lost_acknowledgement_is_told_of_the_vendor_that_lost_it(at_a_pace: Any) -> None:
    places, journeys = at_a_pace
    for journey in letters_to(places, journeys, "silent"):
        assert [s["station"] for s in journey["stations"]].count("resent") >= 1
        assert parties(journey, "missing") | parties(journey, "resend") == {places["silent"]}


@pytest.mark.slow
def test_a_doubled_acknowledgement_is_told_of_the_vendor_that_doubled_it(at_a_pace: Any) -> None:
    places, journeys = at_a_pace
    for journey in letters_to(places, journeys, "twice"):
        assert "acknowledged" in [s["station"] for s in journey["stations"]]
        assert parties(journey, "duplicate") == {places["twice"]}


@pytest.mark.slow
def test_a_late_answer_is_told_of_the_vendor_that_was_late(at_a_pace: Any) -> None:
    places, journeys = at_a_pace
    for journey in letters_to(places, journeys, "late"):
        reached = [s["station"] for s in journey["stations"]]
        assert "acknowledged" in reached and "resent" in reached
        assert places["late"] in parties(journey, "late") | parties(journey, "resend")
