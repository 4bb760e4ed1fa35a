"""``journeys.jsonl``: one message journey a line, with the exact bytes where they are wanted."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import orjson

from mocks.errors import BadInput
from sim.journey import Journey, Station, WireRecord
from sim.near_miss import remarks

#: Which journeys carry their bytes. ``failed``: those not acknowledged, or not shown exactly once.
WirePolicy = Literal["all", "failed", "none"]


def write(path: Path, journeys: Iterable[Journey], wire: WirePolicy = "all") -> Path:
    """Write line by line, so that a run of any size fits. Hash and size always stand."""
    if wire not in ("all", "failed", "none"):
        raise BadInput(f"--wire is all, failed or none, not {wire!r}")
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as out:
        for journey in journeys:
            with_bytes = wire == "all" or (wire == "failed" and not journey.complete)
            out.write(orjson.dumps(line(journey, with_bytes), option=orjson.OPT_APPEND_NEWLINE))
    draft.replace(path)
    return path


def line(journey: Journey, with_bytes: bool) -> dict[str, Any]:
    """The journey as one JSON object. ``remarks`` say what was out of the ordinary and with whom."""
    row: dict[str, Any] = {
        "journey": journey.id,
        "status": journey.status,
        "stations": [_station(journey, s) for s in journey.stations],
        "messages": [_message(m, with_bytes) for m in journey.messages],
    }
    vendors = dict.fromkeys(journey.party(s) for s in journey.vendor_stations)
    if not journey.complete or journey.resends or journey.duplicates or vendors:
        found = remarks(journey)
        if found:
            row["remarks"] = [
                {"at": _at(r.at), "kind": r.kind, "party": r.party, "text": r.text} for r in found
            ]
    if vendors:
        row["vendors"] = list(vendors)
    return row


def _station(journey: Journey, station: Station) -> dict[str, Any]:
    row: dict[str, Any] = {"station": station.station, "system": station.system, "at": _at(station.at)}
    if station.message != journey.id:
        row["message"] = station.message
    if station.facts:
        row["facts"] = station.facts
    if journey.by_vendor(station):
        row["vendor"] = True
    return row


def _message(record: WireRecord, with_bytes: bool) -> dict[str, Any]:
    return {
        "at": _at(record.at),
        "from": record.sender,
        "to": record.receiver,
        "standard": record.standard,
        "ids": record.ids,
        "content_type": record.content_type,
        "sha256": sha256(record.body).hexdigest(),
        "size": len(record.body),
        "wire": b64encode(record.body).decode("ascii") if with_bytes else None,
    }


def _at(moment: Any) -> str:
    text: str = moment.isoformat(timespec="milliseconds")
    return text
