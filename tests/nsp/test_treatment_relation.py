"""BRS over the wire: asked, reported to, followed up."""

from __future__ import annotations

from typing import Any

import msgspec

from mocks.overview.settings import Settings as OverviewSettings
from tests.access.test_consents import CHILD, MOTHER, child
from tests.overview.world import DOCTOR, World, card_lookup, school

CLINIC = str(DOCTOR["organisation"])
GP: dict[str, Any] = {"kind": "gp", "cpr": "0101584160", "organisation": CLINIC, "ydernummer": "012345"}


def world(gp: str = "", **fields: Any) -> World:
    return World(people=[msgspec.structs.replace(child(MOTHER), gp=gp)], **fields)


def ask(there: World, user: dict[str, Any], **fields: Any) -> tuple[str, bool]:
    status, said = there.post("nsp", "/brs/tjek", {"cpr": CHILD, "user": user} | fields)
    assert status == 200, said
    return said["category"], said["acceptable"]


def report(there: World, **fields: Any) -> int:
    given = {"source": "ssr", "patient": CHILD, "known_from": "2025-05-12T10:00:00+02:00"}
    return there.post("nsp", "/brs/kilde", given | fields)[0]


def changes(there: World, offset: int = 0) -> list[tuple[int, str, str]]:
    said = there.post("nsp", "/brs/opfoelgning", {"offset": offset})[1]
    return [(c["offset"], c["before"], c["after"]) for c in said["changes"]]


def test_a_look_up_is_graded_and_never_refused() -> None:
    there = world(gp=CLINIC)
    assert ask(there, GP, minimum="B") == ("B", True)
    assert ask(there, GP | {"organisation": "1"}, minimum="B") == ("D", False)
    assert ask(there, {"kind": "ppr"}) == ("D", True)


def test_evidence_that_comes_later_changes_the_grade_and_is_told_once_by_offset() -> None:
    there = world()
    assert ask(there, GP, reference="r-1") == ("D", True)
    assert changes(there) == []
    assert report(there, ydernummer="012345", on="2025-05-12") == 201
    assert changes(there) == [(0, "D", "A")]
    there.start("nsp")
    assert changes(there) == [(0, "D", "A")]
    assert changes(there, offset=1) == []


def test_what_nobody_reports_ends_as_not_to_be_settled() -> None:
    there = world()
    ask(there, {"kind": "ppr"})
    there.settle(63 * 86400.0)
    assert changes(there) == [(0, "D", "E")]


def test_without_the_cpr_replica_the_grade_rests_on_the_rest() -> None:
    there = world(gp=CLINIC)
    there.replace("cpr", status=500, body=b"no")
    assert ask(there, GP) == ("D", True)


def test_a_contact_with_nobody_and_a_wrong_number_are_refused() -> None:
    there = world()
    assert report(there) == 400
    assert report(there, patient="1", ydernummer="012345") == 400
    assert there.post("nsp", "/brs/opfoelgning", {"offset": -1})[0] == 400


def test_the_preventive_check_lets_the_own_clinic_look_and_no_other() -> None:
    settings = OverviewSettings(relation_check=True)
    own = world(gp=CLINIC, overview_settings=settings, placements={CHILD: school("0851")})
    assert card_lookup(own, CHILD)[0] == 200
    other = world(gp="1", overview_settings=settings)
    status, said = card_lookup(other, CHILD)
    assert (status, said["code"], said["outcome"]) == (403, "no_treatment_relation", "denied")
    assert other.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 0
    nurse = {"id": "u-3", "role": "bup_nurse"}
    assert card_lookup(other, CHILD, system="nordepj", user=nurse)[0] == 200


def test_without_the_preventive_check_nobody_asks() -> None:
    assert card_lookup(world(gp="1"), CHILD)[0] == 200
