"""What VANS counts: messages by month, type, sender and receiver, as JSON and CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from mocks.messaging import ResendPolicy
from mocks.runtime import Response
from tests.messaging.ground import FHIR_5, Ground

LETTER, RECEIPT = "MCM:XDIS91", "MCM:XCTL03"


def rows(ground: Ground) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ground.get("http://vans/vans/statistics")["rows"]
    return found


def counted(ground: Ground) -> dict[tuple[str, str, str, str], tuple[int, int, int]]:
    """Counts by month, type, and the names of sender and receiver."""
    names = {u.gln: name for name, u in ground.units.items()}
    return {
        (r["month"], r["type"], names[r["sender"]], names[r["receiver"]]): (
            r["accepted"],
            r["delivered"],
            r["refused"],
        )
        for r in rows(ground)
    }


def test_messages_are_counted_by_month_type_sender_and_receiver(ground: Ground) -> None:
    ground.write()
    ground.write()
    ground.write("family", "clinic")
    ground.write("clinic", "ppr")
    ground.wait(days=30)
    ground.write()
    ground.settle()
    assert counted(ground) == {
        ("2025-04", LETTER, "ppr", "clinic"): (2, 2, 0),
        ("2025-04", RECEIPT, "clinic", "ppr"): (2, 2, 0),
        ("2025-04", LETTER, "family", "clinic"): (1, 1, 0),
        ("2025-04", RECEIPT, "clinic", "family"): (1, 1, 0),
        ("2025-04", LETTER, "clinic", "ppr"): (1, 1, 0),
        ("2025-04", RECEIPT, "ppr", "clinic"): (1, 1, 0),
        ("2025-05", LETTER, "ppr", "clinic"): (1, 1, 0),
        ("2025-05", RECEIPT, "clinic", "ppr"): (1, 1, 0),
    }


def test_the_csv_holds_the_same_rows_in_order(ground: Ground) -> None:
    ground.write()
    ground.write("family", "clinic")
    ground.settle()
    answer = ground.ask("GET", "http://vans/vans/statistics?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.body.decode()), delimiter=";"))
    assert table == [{key: str(value) for key, value in row.items()} for row in rows(ground)]
    keys = [(r["month"], r["type"], r["sender"], r["receiver"]) for r in table]
    assert keys == sorted(keys)


def test_fhir_messages_are_counted_by_category_and_answer() -> None:
    ground = Ground(capabilities={"ppr": FHIR_5, "clinic": FHIR_5})
    ground.write(category="carecoordination")
    ground.write()
    ground.settle()
    assert [(r["type"], r["accepted"]) for r in rows(ground)] == [
        ("MCM:FCTL#ok", 2),
        ("MCM:FDIS91#carecoordination", 1),
        ("MCM:FDIS91#psychiatry-social-disability", 1),
    ]


def test_what_is_not_delivered_is_told_from_what_is(ground: Ground) -> None:
    ground.trouble.next(LETTER, "drop")
    ground.write()
    assert counted(ground)["2025-04", LETTER, "ppr", "clinic"] == (1, 0, 0)
    ground.settle()  # the resend
    assert counted(ground)["2025-04", LETTER, "ppr", "clinic"] == (2, 1, 0)


def test_what_a_receiver_refuses_is_counted(ground: Ground) -> None:
    ground.lines.says["lps"] = Response(404, {}, b"")
    ground.write()
    ground.settle()
    assert counted(ground) == {("2025-04", LETTER, "ppr", "clinic"): (1, 0, 1)}


def test_a_doubled_envelope_is_one_message(ground: Ground) -> None:
    ground.trouble.next(LETTER, "duplicate", 60)
    ground.write()
    ground.settle()
    assert counted(ground)["2025-04", LETTER, "ppr", "clinic"] == (1, 1, 0)


def test_what_is_under_way_is_told_too() -> None:
    ground = Ground(policy=ResendPolicy(acknowledgement_seconds=86400.0))
    ground.lines.away.add("lps")
    ground.write()
    ground.wait(hours=1)
    assert ground.get("http://vans/vans/statistics")["in_transit"] == 1
    ground.lines.away.clear()
    ground.settle()
    assert ground.get("http://vans/vans/statistics")["in_transit"] == 0


def test_a_network_that_carried_nothing_has_an_empty_table(ground: Ground) -> None:
    assert ground.get("http://vans/vans/statistics") == {"rows": [], "in_transit": 0}
    assert ground.get("http://vans/vans/refusals") == {"rows": []}
    head = ground.ask("GET", "http://vans/vans/statistics?format=csv").body
    assert head == b"month;type;sender;receiver;accepted;delivered;refused\n"


def test_vans_is_healthy_and_says_its_name(ground: Ground) -> None:
    assert ground.get("http://vans/health") == {"system": "vans", "status": "ok"}
