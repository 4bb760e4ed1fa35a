"""``tvaers load``: the caseload of a pilot as load on the mocks, judged by response-time targets.

The mocks run in a process of their own, the generator (Locust) in another. What is fired is the caseload's
own intents in their order and mix; only the nights between them are cut out and the time is pressed
together, so that the requested rate comes out.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from mocks.drivers.ids import SeededIds, stream
from mocks.errors import BadInput, HarnessFault
from mocks.messaging import all_formats
from mocks.messaging.formats import choose
from mocks.messaging.records import Author, Draft
from mocks.messaging.settings import MessagingSettings
from mocks.runtime import COPENHAGEN
from mocks.standards import vans_envelope as vans
from mocks.units import Unit
from scenarios.pilots.nordjylland import PILOT_END
from scenarios.rehearsing import writable
from sim.caseload.parameters import load as load_parameters
from sim.caseload.pilot import PilotCaseload
from sim.caseload.plan import Intent
from sim.caseload.texts import new_letter
from sim.nation import PILOT_START, World, world_of

SCHEMA = "tvaers.load-schedule/1"
JSON = "application/json"
_START_SECONDS = 60


def load(*, seconds: float, rate: float, seed: int, standard: str, out: Path, targets: Path | None) -> int:
    """Run it; returns the exit code of the load run (0 pass, 1 fail, 2 invalid, 3 not decided)."""
    console = Console()
    with writable(out):
        world = world_of(seed, standard)
        with console.status("starting the mocks"):
            mocks, table = _start_mocks(seed, standard)
        try:
            urls = {system["system"]: str(system["url"]) for system in table["systems"]}
            schedule = out / "schedule.jsonl"
            with console.status("drawing the caseload"):
                count = write_schedule(schedule, world, urls, seconds=seconds, rate=rate, seed=seed)
            console.print(
                f"{count} requests in {seconds:g} s, drawn from the caseload of the Nordjylland pilot"
            )
            command = [
                sys.executable, "-P", "-m", "loadtests", "run", "--schedule", str(schedule), "--for", f"{seconds:g}s",
                "--out", str(out),
            ]  # fmt: skip
            if targets is not None:
                command += ["--targets", str(targets)]
            return subprocess.run(command, check=False).returncode
        finally:
            _stop(mocks)


def _stop(mocks: subprocess.Popen[bytes]) -> None:
    mocks.terminate()
    try:
        mocks.wait(10)
    except subprocess.TimeoutExpired:
        mocks.kill()
    if mocks.stdout is not None:
        mocks.stdout.close()


def _start_mocks(seed: int, standard: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    command = [
        sys.executable, "-P", "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--seed", str(seed),
        "--standard", standard, "--for", "24h",
    ]  # fmt: skip
    mocks = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert mocks.stdout is not None
    line = mocks.stdout.readline()
    if not line:
        mocks.wait(_START_SECONDS)
        raise HarnessFault("the mocks did not start; run tvaers up to see why")
    return mocks, json.loads(line)


def write_schedule(
    path: Path, world: World, urls: Mapping[str, str], *, seconds: float, rate: float, seed: int
) -> int:
    """Write the load schedule of that many seconds; returns the number of requests.

    ``urls`` gives the base URL of each system. Errors: ``BadInput`` where the caseload is too small.
    """
    wanted = round(seconds * rate)
    parameters = load_parameters("high")
    caseload = PilotCaseload(world, parameters, seed, PILOT_START, PILOT_END)
    rows: list[dict[str, Any]] = []
    for row in _requests(caseload, urls, seed):
        rows.append(row)
        if len(rows) == wanted:
            break
    else:
        raise BadInput(
            f"the caseload gives {len(rows)} requests, not {wanted}; choose a lower --rate or a shorter --for"
        )
    jitter = stream(seed, "load")
    for number, row in enumerate(rows):
        row["at"] = round((number + jitter.random()) / rate, 6)
    header = {
        "schema": SCHEMA, "scenario": "nordjylland", "seed": seed, "seconds": seconds,
        "figures": [
            {
                "what": a.what, "value": float(a.value), "source": a.source or "none", "reason": a.reason,
                "assumption": True,
            }
            for a in parameters.assumptions
            if isinstance(a.value, int | float)
        ],
        "assumptions": [
            "Every second letter is sent at a desk of ours, the other as an envelope straight to VANS.",
            "Each letter comes with one look-up in SOR and one look into the receiver's inbox.",
        ],
        "scaling": [f"order and mix of the caseload kept, nights cut out, pressed to {rate:g} requests a second"],
    }  # fmt: skip
    rows.sort(key=lambda row: row["at"])
    with path.open("wb") as file:
        for record in (header, *rows):
            file.write(msgspec.json.encode(record) + b"\n")
    return len(rows)


def _requests(caseload: PilotCaseload, urls: Mapping[str, str], seed: int) -> Iterator[dict[str, Any]]:
    yield _get("health", f"{urls['sor']}/health")
    letters = Letters(caseload, seed)
    number = 0
    for intent in caseload.people_intents():
        if intent.kind == "contact" and intent.detail[1] == "correspondence":
            receiver = caseload.receiver_of(intent)
            sender = caseload.world.by_sor(intent.unit)
            if sender is None or receiver is None or not receiver.gln or not receiver.system:
                continue
            number += 1
            yield _get("sor-lookup", f"{urls['sor']}/sor?gln={receiver.gln}")
            draft = letters.draft(intent, sender, receiver)
            envelope = letters.envelope(draft, sender, receiver) if number % 2 else None
            if envelope is not None:
                yield _post("vans-intake", f"{urls['vans']}/vans/envelopes", envelope, "application/xml", 200)
            else:
                body = msgspec.json.encode(draft)
                yield _post("desk-send", f"{urls[sender.system]}/desk/messages", body, JSON, 201)
            yield _get("inbox-read", f"{urls[receiver.system]}/desk/inbox?unit={receiver.sor_id}&unread=true")
            if number % 20 == 0:
                yield _get("health", f"{urls['sor']}/health")
        elif intent.kind in ("sapa", "overblik"):
            yield _lookup(caseload, intent, urls)


def _lookup(caseload: PilotCaseload, intent: Intent, urls: Mapping[str, str]) -> dict[str, Any]:
    role, user, _ = intent.detail
    unit = caseload.world.by_sor(intent.unit)
    assert unit is not None
    child = caseload.world.child(intent.child)
    body = msgspec.json.encode(
        {
            "user": {
                "id": f"{unit.sor_id}-{user:02d}", "name": unit.name, "municipality": intent.municipality,
                "role": role, "organisation": unit.sor_id,
            },
            "cpr": child.cpr, "consent_declared": True, "consent": True,
        }
    )  # fmt: skip
    if intent.kind == "sapa":
        return _post("overview-sapa", f"{urls['sapa']}/desk/aftaler", body, JSON, 200)
    return _post("overview-sagsoverblik", f"{urls[unit.system]}/desk/overblik", body, JSON, 200)


class Letters:
    """Writes the letters of the load: as drafts for a desk, or as envelopes for VANS."""

    def __init__(self, caseload: PilotCaseload, seed: int) -> None:
        self._world, self._seed = caseload.world, seed
        self._formats, self._ids = all_formats(), SeededIds(seed, "load")
        self._prefer = MessagingSettings(units=()).prefer

    def draft(self, intent: Intent, sender: Unit, receiver: Unit) -> Draft:
        child = self._world.child(intent.child)
        wording = new_letter(
            intent.actor, child.given, stream(self._seed, "load", intent.unit, str(intent.at))
        )
        return Draft(
            unit=sender.sor_id, receiver=receiver.gln or "", cpr=child.cpr, given=child.given, family=child.family,
            subject=wording.subject, text=wording.text, author=Author("Anne", "Bertelsen", "psykolog", sender.phone),
        )  # fmt: skip

    def envelope(self, draft: Draft, sender: Unit, receiver: Unit) -> bytes | None:
        """The letter in its envelope, as a system that is not ours would hand it to VANS."""
        fmt = choose(self._formats, self._prefer, sender, receiver)
        if fmt is None or not sender.gln or not receiver.gln:
            return None
        now = _now()
        composed = fmt.compose(draft, sender, receiver, self._ids, now, None)
        meta = vans.MetaInformation(
            identifier=self._ids.uuid("message"),
            document=vans.Document(composed.format, composed.name, composed.version, len(composed.payload)),
            transport=vans.Transport("reliable", False, composed.tags),
        )
        return vans.write(
            vans.Envelope(
                sender=vans.EndPoint(vans.EndPointKind.EAN, sender.gln),
                receiver=vans.EndPoint(vans.EndPointKind.EAN, receiver.gln),
                identifier=self._ids.uuid("envelope"),
                sent=now,
                meta=meta,
                data=composed.payload,
            )
        )


def _now() -> datetime:
    return datetime.now(COPENHAGEN).replace(microsecond=0)


def _get(op: str, url: str) -> dict[str, Any]:
    return {"op": op, "method": "GET", "url": url, "content_type": "", "body_b64": "", "expect_status": 200}


def _post(op: str, url: str, body: bytes, content_type: str, status: int) -> dict[str, Any]:
    return {
        "op": op, "method": "POST", "url": url, "content_type": content_type,
        "body_b64": base64.b64encode(body).decode(), "expect_status": status,
    }  # fmt: skip
