"""The case and contact overview: which departments are shown, to whom, and what is said of the others."""

from __future__ import annotations

from datetime import date

import pytest

from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.settings import Settings as OverviewSettings
from mocks.people import CaseKind
from mocks.standards.sagdok.answers import StandardRetur
from mocks.standards.sagdok.write_search import write_pictures
from mocks.standards.soap import envelope
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault, write_fault
from tests.overview.world import (
    AALBORG,
    CHILD,
    DOCTOR,
    FAMILY,
    JAMMERBUGT,
    PPR,
    World,
    card_lookup,
    case,
    school,
)

FAMILY_KIND, PPR_KIND = CaseKind.FAMILY, CaseKind.PPR


def kinds(card: dict) -> list[str]:
    return [block["kind"] for block in card["departments"]]


def test_ppr_is_that_of_the_municipality_where_the_school_lies() -> None:
    world = World(
        placements={CHILD: school(JAMMERBUGT)},
        cases=[
            case(FAMILY_KIND, AALBORG, date(2024, 1, 8)),
            case(PPR_KIND, JAMMERBUGT, date(2025, 2, 3)),
        ],
    )
    _, card = card_lookup(world)
    family, ppr = card["departments"]
    assert (family["owner"], family["heading"]) == (AALBORG, "Familieområdet, Aalborg Kommune")
    assert (ppr["owner"], ppr["unit"]) == (JAMMERBUGT, PPR[JAMMERBUGT])
    assert ppr["heading"] == "Pædagogisk psykologisk Rådgivning, Jammerbugt Kommune"
    assert card["states"]["ppr"]["municipality"] == JAMMERBUGT
    assert card["states"]["family"]["municipality"] == AALBORG


@pytest.mark.parametrize(
    ("closed", "today", "shown"),
    [
        (date(2025, 2, 28), "2025-08-31T12:00", True),
        (date(2025, 2, 27), "2025-08-31T12:00", False),
        (date(2024, 11, 12), "2025-05-12T00:30", True),
        (date(2024, 11, 11), "2025-05-12T00:30", False),
        (None, "2025-05-12T12:00", True),
    ],
)
def test_a_case_is_shown_while_active_and_for_six_calendar_months_after(
    closed: date | None, today: str, shown: bool
) -> None:
    world = World(today, cases=[case(FAMILY_KIND, AALBORG, date(2023, 1, 2), closed)])
    _, card = card_lookup(world)
    assert kinds(card) == (["family"] if shown else [])
    assert card["states"]["family"]["state"] == ("found" if shown else "none")


def test_the_block_tells_the_earliest_start_of_the_shown_cases_and_the_worker_of_the_newest_active() -> None:
    world = World(
        cases=[
            case(FAMILY_KIND, AALBORG, date(2019, 1, 2), date(2020, 1, 2), worker="Længst Væk"),
            case(FAMILY_KIND, AALBORG, date(2023, 3, 1), worker="Ældre Sag"),
            case(FAMILY_KIND, AALBORG, date(2024, 9, 2), worker="Nyeste Sag", worker_phone="11223344"),
            case(FAMILY_KIND, AALBORG, date(2022, 2, 1), date(2025, 5, 1), worker="Nylig Slut"),
        ]
    )
    _, card = card_lookup(world)
    (block,) = card["departments"]
    assert block["since"] == "Aktiv(e) sag(er) siden 01-02-2022" and block["cases"] == 3
    assert block["Primær kontaktperson"] == {"Navn": "Nyeste Sag", "Tlf. nr.": "11223344"}


def test_what_is_missing_is_said_to_be_missing() -> None:
    world = World(cases=[case(FAMILY_KIND, AALBORG, date(2024, 1, 8), worker="")])
    _, card = card_lookup(world)
    assert set(card["school"].values()) == {"Findes ikke"}
    (block,) = card["departments"]
    assert block["unit"] == FAMILY[AALBORG]
    assert block["Lokations nr."] == "Lokations nr. findes ikke"
    assert block["Primær kontaktperson"] == {"Navn": "Findes ikke", "Tlf. nr.": "Findes ikke"}


def test_no_case_not_connected_and_no_answer_are_three_things() -> None:
    placement = {CHILD: school(JAMMERBUGT)}
    cases = [case(PPR_KIND, JAMMERBUGT, date(2025, 2, 3))]
    connected = OverviewSettings(connected=frozenset({AALBORG}))

    def states(world: World) -> tuple[str, str]:
        _, card = card_lookup(world)
        return card["states"]["family"]["state"], card["states"]["ppr"]["state"]

    assert states(World(placements=placement, cases=cases)) == ("none", "found")
    world = World(placements=placement, cases=cases, overview_settings=connected)
    assert states(world) == ("none", "not_connected")
    status, html = world.form(
        "lps-01", "/screen/overblik", {"cpr": CHILD, "user": "u", "consent_declared": "ja"}
    )
    assert status == 200 and "ikke tilsluttet" in html and "Jammerbugt" not in html
    world = World(placements=placement, cases=cases)
    world.replace("sagsindeks", status=503, body=b"")
    assert states(world) == ("no_answer", "no_answer")


def test_when_the_case_index_is_slow_the_school_is_shown_and_the_look_up_counts_as_timed_out() -> None:
    world = World(placements={CHILD: school(AALBORG, "Vestre Skole")})
    world.replace("sagsindeks", seconds=900.0)
    status, card = card_lookup(world)
    assert status == 200 and card["outcome"] == "timeout"
    assert card["school"]["Institution"] == "Vestre Skole" and card["departments"] == []
    assert [n["outcome"] for n in world.lookups()] == ["timeout"]
    assert world.get("lps-01", "/desk/overblik/log")[1]["rows"][0]["outcome"] == "timeout"
    world.settle(1800.0)


def soap(body: bytes) -> bytes:
    return envelope.write(SoapVersion.SOAP12, body)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, soap(write_pictures(StandardRetur(41, "no"), 0, ())), "status_41"),
        (500, soap(write_fault(Fault(SoapVersion.SOAP12, "Server", "busy"))), "soap_fault"),
        (
            500,
            soap(write_fault(Fault(SoapVersion.SOAP12, "{urn:x}InvalidSecurityToken", "expired"))),
            "soap_fault",
        ),
        (200, soap(b"<andet/>"), "unreachable"),
        (200, b"<html>Bad Gateway</html>", "unreachable"),
        (502, b"", "unreachable"),
    ],
)
def test_an_index_that_answers_with_an_error_has_not_answered_and_the_rest_is_shown(
    status: int, body: bytes, reason: str
) -> None:
    world = World(placements={CHILD: school(AALBORG, "Vestre Skole")})
    world.replace("sagsindeks", status=status, body=body)
    _, card = card_lookup(world)
    assert card["outcome"] == "error" and card["school"]["Institution"] == "Vestre Skole"
    for part in ("family", "ppr"):
        said = card["states"][part]
        assert (said["state"], said["reason"]) == ("no_answer", reason)
        assert "Der kan være en sag" in said["note"]


@pytest.mark.parametrize(
    ("away", "options", "status", "outcome"),
    [
        ("sagsoverblik", {"seconds": 900.0}, 504, "timeout"),
        ("nsp", {"seconds": 900.0}, 504, "timeout"),
        ("nsp", {"status": 500, "body": b""}, 502, "error"),
    ],
)
def test_without_login_or_the_service_itself_there_is_no_card_and_the_attempt_is_logged(
    away: str, options: dict, status: int, outcome: str
) -> None:
    world = World()
    world.replace(away, **options)
    got, said = card_lookup(world)
    assert (got, said["outcome"]) == (status, outcome)
    assert world.get("lps-01", "/desk/overblik/log")[1]["rows"][0]["outcome"] == outcome
    world.settle(2000.0)


def test_without_sor_the_cases_are_shown_with_what_the_index_itself_knows() -> None:
    world = World(cases=[case(FAMILY_KIND, AALBORG, date(2024, 1, 8), worker_phone="12345678")])
    world.replace("sor", status=500, body=b"")
    _, card = card_lookup(world)
    (block,) = card["departments"]
    assert block["Afdeling"] == "Findes ikke"
    assert block["Primær kontaktperson"]["Tlf. nr."] == "12345678"
    assert block["heading"] == f"Familieområdet, {AALBORG}"  # the case system's own name for its owner
    assert card["states"]["contacts"]["state"] == "no_answer"


def test_the_day_before_the_eighteenth_birthday_there_is_a_card_and_on_it_there_is_none() -> None:
    cases = [case(FAMILY_KIND, AALBORG, date(2030, 1, 8))]
    _, card = card_lookup(World("2031-03-13T23:59", cases=cases))
    assert card["head"]["Alder"] == "17 år" and kinds(card) == ["family"]
    world = World("2031-03-14T00:00", cases=cases)
    _, card = card_lookup(world)
    assert card["outcome"] == "empty" and card["head"] is None and card["departments"] == []
    assert card["school"] is None and "antagelse" in card["note"]
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 0


def test_a_citizen_unknown_to_cpr_gives_an_empty_card() -> None:
    _, card = card_lookup(World(), "0204087194")
    assert card["outcome"] == "empty" and card["head"] is None


def test_a_denied_user_and_a_missing_declaration() -> None:
    denied = NspSettings(users_without_seb_role=lambda user: user == DOCTOR["id"])
    world = World(nsp_settings=denied)
    status, said = card_lookup(world)
    assert (status, said["code"], said["outcome"]) == (403, "no_seb_role", "denied")
    assert [row["outcome"] for row in world.get("lps-01", "/desk/overblik/log")[1]["rows"]] == ["denied"]
    assert card_lookup(world, consent_declared=False)[0] == 409
    assert world.get("lps-01", "/desk/overblik/log")[1]["count"] == 1


def test_every_look_up_is_noted_with_who_kind_of_user_consent_and_number_of_departments() -> None:
    world = World(
        placements={CHILD: school(AALBORG)},
        cases=[case(FAMILY_KIND, AALBORG, date(2024, 1, 8)), case(PPR_KIND, AALBORG, date(2024, 1, 8))],
    )
    _, card = card_lookup(world, system="nordepj", consent=False)
    (note,) = world.lookups()
    assert note == {
        "lookup": card["lookup"],
        "solution": "sagsoverblik",
        "system": "nordepj",
        "user_kind": "gp",
        "municipality": AALBORG,
        "outcome": "shown",
        "consent": False,
        "rows": 2,
    }


def test_the_citizen_reads_the_look_up_in_minlog_also_when_the_service_restarts_before_it_was_sent() -> None:
    world = World(placements={CHILD: school(AALBORG)})
    card_lookup(world)
    _, log = world.post("nsp", "/minlog/soeg", {"cpr": CHILD})
    (row,) = log["rows"]
    assert row["Activity"] == "Opslag i sags- og kontaktoverblik for børn og unge"
    assert row["OrganisationId"] == {"source": "SOR", "value": DOCTOR["organisation"]}
    assert row["UserRole"] == "gp" and row["Addition"] == "Samtykke"

    # The platform goes away between the login and the log entry, and the service restarts meanwhile.
    token = world.token("lps-01", "u-2")
    world.replace("nsp")  # takes no log entries
    assert world.post("sagsoverblik", "/overblik", {"cpr": CHILD, "token": token})[0] == 200
    world.settle(1.0)
    world = World("2025-05-12T11:00", stores=world.stores)  # everything starts again
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 2


def test_an_access_log_that_is_away_for_an_hour_gets_the_entry_afterwards_and_once() -> None:
    world = World()
    token = world.token("lps-01", "u-2")
    world.replace("nsp")
    assert world.post("sagsoverblik", "/overblik", {"cpr": CHILD, "token": token})[0] == 200
    world.settle(3600.0)
    world.start("nsp")
    world.settle(3600.0)
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 1
    assert world.kernel.unfinished() == []


def test_a_token_that_is_unknown_or_expired_opens_nothing() -> None:
    world = World()
    body = {"cpr": CHILD, "token": "made-up"}
    assert world.post("sagsoverblik", "/overblik", body)[1]["code"] == "unknown_token"
    body["token"] = world.token("lps-01", "u-2")
    assert world.post("sagsoverblik", "/overblik", body)[0] == 200
    world.settle(8 * 3600.0)
    status, said = world.post("sagsoverblik", "/overblik", body)
    assert (status, said["code"]) == (401, "expired_token")


def test_nothing_of_the_card_is_kept_by_the_looking_system_nor_by_the_service() -> None:
    world = World(
        placements={CHILD: school(AALBORG, "Vestre Skole")},
        cases=[case(FAMILY_KIND, AALBORG, date(2024, 1, 8))],
    )
    assert card_lookup(world)[1]["rows"] == 1
    for name in ("lps-01", "sagsoverblik"):
        store = world.stores[name]
        kept = repr({collection: dict(store.collection(collection, object)) for collection in store})
        for text in (CHILD, "Vestre", "Sekretariatet", "Freja", "Sonny"):
            assert text not in kept
    assert world.get("lps-01", "/desk/overblik/log")[1]["rows"][0]["criteria"] == "CPR-nr.: 140313-****"


def test_no_cpr_number_gets_into_an_address_or_a_trace_fact() -> None:
    world = World(placements={CHILD: school(AALBORG)}, cases=[case(FAMILY_KIND, AALBORG, date(2024, 1, 8))])
    card_lookup(world)
    assert len(world.urls) > 7 and not any(CHILD in url for url in world.urls)
    assert CHILD not in repr(world.trace.events())
    assert world.errors == []


def test_the_viewer_survives_a_restart_with_its_log() -> None:
    world = World()
    card_lookup(world, system="nordepj")
    world.start("nordepj")
    assert world.get("nordepj", "/desk/overblik/log")[1]["count"] == 1


def test_the_screen_asks_for_the_consent_first_and_tells_of_failures_in_danish() -> None:
    world = World(nsp_settings=NspSettings(users_without_seb_role=frozenset({"u-3"})))
    fields = {"cpr": CHILD, "user": "u-3"}
    status, html = world.form("lps-01", "/screen/overblik", fields)
    assert status == 409 and "samtykke" in html and "Klinik+" in html
    status, html = world.form("lps-01", "/screen/overblik", fields | {"consent_declared": "ja"})
    assert status == 403 and "ingen rolle i SEB" in html
    assert world.form("lps-01", "/screen/overblik", {"cpr": "1"})[0] == 400


def test_what_somebody_types_is_shown_as_text_and_not_as_page() -> None:
    world = World()
    fields = {"cpr": CHILD, "user": "u", "name": "<script>alert(1)</script>", "consent_declared": "ja"}
    _, html = world.form("lps-01", "/screen/overblik", fields)
    assert "<script>" not in html and "&lt;script&gt;" in html
