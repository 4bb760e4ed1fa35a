"""SAPA's tab of appointments: what is shown, what is refused, and what the log says of it."""

from __future__ import annotations

import csv
import io
from datetime import date

import msgspec
import pytest

from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nordepj.book import Version
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.session import ConsentMode
from tests.overview.world import (
    AALBORG,
    BUP,
    CHILD,
    USER,
    World,
    appointment,
    moment,
    person,
    sapa_list,
    sapa_lookup,
    school,
)
from tests.screens.browse import Page


def starts(shown: dict) -> list[str]:
    return [row[1] for row in shown["rows"]]


@pytest.mark.parametrize(
    ("today", "inside", "outside"),
    [
        ("2025-08-31T09:00", "2025-02-28T00:00", "2025-02-27T23:59"),
        ("2024-08-31T09:00", "2024-02-29T00:00", "2024-02-28T23:59"),
        ("2025-05-12T23:30", "2024-11-12T00:00", "2024-11-11T23:59"),
        ("2025-09-30T08:00", "2025-03-30T08:00", "2025-03-29T23:59"),
    ],
)
def test_the_window_reaches_six_calendar_months_back_and_no_further(
    today: str, inside: str, outside: str
) -> None:
    world = World(today, appointments=[appointment(1, inside), appointment(2, outside)])
    _, shown = sapa_lookup(world)
    assert starts(shown) == [moment(inside).strftime("%d-%m-%Y %H:%M")]


def test_a_past_appointment_has_the_configured_status_and_a_future_one_is_fremtidig() -> None:
    rows = [appointment(1, "2025-05-12T09:59"), appointment(2, "2025-05-12T10:01")]
    world = World(appointments=rows, sapa_settings=SapaSettings(past_status="Afholdt"))
    _, shown = sapa_lookup(world)
    assert [row[3] for row in shown["rows"]] == ["Fremtidig", "Afholdt"]


def test_a_moved_appointment_is_shown_once_at_its_new_time_and_a_cancelled_one_disappears() -> None:
    world = World()
    booking = {"cpr": CHILD, "unit": BUP, "start": "2025-06-02T09:00:00", "place_street": "Mølleparkvej 10"}
    status, booked = world.post("nordepj", "/desk/appointments", booking)
    assert status == 201
    uuid = booked["uuid"]
    assert starts(sapa_lookup(world)[1]) == ["02-06-2025 09:00"]
    versions = world.stores["nordepj"].collection("appointment_documents", Version)

    def availability() -> list[str]:
        return [document.availability.value for _, document in versions.items()]

    status, moved = world.post(
        "nordepj", f"/desk/appointments/{uuid}/move", {"start": "2025-06-04T13:00:00+02:00"}
    )
    assert (status, moved["uuid"], moved["version"]) == (200, uuid, 2)
    _, shown = sapa_lookup(world)
    assert starts(shown) == ["04-06-2025 13:00"] and shown["appointments"] == [uuid]
    assert shown["rows"][0][4] == "Mølleparkvej 10"
    assert availability() == ["Deprecated", "Approved"]
    assert world.post("nordepj", f"/desk/appointments/{uuid}/cancel", {})[0] == 200
    _, shown = sapa_lookup(world)
    assert shown["outcome"] == "empty" and shown["rows"] == []
    assert availability() == ["Deprecated", "Deprecated"]
    assert world.post("nordepj", f"/desk/appointments/{uuid}/cancel", {})[0] == 409
    assert world.post("nordepj", "/desk/appointments/none/cancel", {})[0] == 404


def test_without_passing_the_warning_nothing_is_asked_and_nobody_has_looked() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    world.urls.clear()
    status, said = sapa_lookup(world, consent_declared=False)
    assert status == 409
    assert said["besked"] == "OBS! DU SKAL HAVE BORGERENS GYLDIGE SAMTYKKE FOR AT SE AFTALERNE."
    assert world.urls == ["http://sapa/desk/aftaler"]
    assert world.get("sapa", "/desk/log")[1]["count"] == 0


def test_in_the_pilot_a_look_up_without_a_valid_consent_succeeds_and_is_counted() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    assert sapa_lookup(world, consent=False)[1]["outcome"] == "shown"
    assert [(n["outcome"], n["consent"]) for n in world.lookups()] == [("shown", False)]
    assert world.get("sapa", "/desk/log")[1]["rows"][0]["consent"] is False


def test_where_consents_are_registered_the_register_decides_and_not_what_the_looking_system_says() -> None:
    mother = "0201800000"
    freja = person(CHILD, "Freja", "Holm", date(2013, 3, 14), AALBORG)
    world = World(
        people=[msgspec.structs.replace(freja, custody=(mother,))],
        appointments=[appointment(1, "2025-06-02T09:00")],
        nsp_settings=NspSettings(access=AccessSettings(consent_mode=ConsentMode.REGISTERED)),
    )
    status, said = sapa_lookup(world, consent=True)
    assert (status, said["code"]) == (403, "not_authorized")
    consent = {
        "cpr": CHILD, "scopes": ["appointments"], "from": "2025-05-01",
        "givers": [{"cpr": mother, "on": "2025-05-01"}],
    }  # fmt: skip
    assert world.post("nsp", "/samtykke/registrer", consent)[0] == 201
    assert sapa_lookup(world, consent=False)[0] == 200
    assert [n["outcome"] for n in world.lookups()] == ["denied", "shown"]
    rows = world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["rows"]
    assert [row["Activity"].split()[0] for row in rows] == ["Opslag", "Visning"]


def test_a_user_without_the_seb_role_is_denied_and_the_attempt_is_logged() -> None:
    world = World(nsp_settings=NspSettings(users_without_seb_role=frozenset({"u-1"})))
    status, said = sapa_lookup(world)
    assert (status, said["code"], said["outcome"]) == (403, "no_seb_role", "denied")
    assert "SEB" in said["besked"]
    assert [row["outcome"] for row in world.get("sapa", "/desk/log")[1]["rows"]] == ["denied"]


@pytest.mark.parametrize(
    ("away", "options", "status", "outcome"),
    [
        ("nordepj", {"seconds": 60.0}, 504, "timeout"),
        ("nordepj", {"status": 500, "body": b"oops"}, 502, "error"),
        ("nordepj", {"body": b"not json"}, 502, "error"),
        ("nsp", {"seconds": 60.0}, 504, "timeout"),
        ("nsp", {"status": 503, "body": b""}, 502, "error"),
    ],
)
def test_a_slow_or_broken_source_is_told_to_the_user_and_logged(
    away: str, options: dict, status: int, outcome: str
) -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    world.replace(away, **options)
    got, said = sapa_lookup(world)
    assert (got, said["outcome"]) == (status, outcome)
    assert [row["outcome"] for row in world.get("sapa", "/desk/log")[1]["rows"]] == [outcome]
    assert [n["outcome"] for n in world.lookups()] == [outcome]
    world.settle(120.0)


def test_without_sor_the_appointments_are_shown_with_empty_contact_cells_after_one_waiting_time() -> None:
    world = World(
        appointments=[appointment(1, "2025-06-02T09:00"), appointment(2, "2025-06-03T09:00")],
        sapa_settings=SapaSettings(register_seconds=5.0),
    )
    world.replace("sor", seconds=3600.0)
    began = world.kernel.now()
    _, shown = sapa_lookup(world)
    assert shown["outcome"] == "shown" and not shown["contacts_answered"]
    assert shown["rows"][0][5:8] == ["-", "-", "-"] and shown["rows"][0][0] == "PS Central Visitation"
    assert (world.kernel.now() - began).total_seconds() == 5.0
    world.settle(7200.0)


def test_on_the_eighteenth_birthday_the_appointments_are_gone() -> None:
    born = person(CHILD, "Freja", "Holm", date(2013, 3, 14), AALBORG)
    rows = [appointment(1, "2031-04-01T09:00")]
    assert sapa_lookup(World("2031-03-13T12:00", people=[born], appointments=rows))[1]["outcome"] == "shown"
    _, shown = sapa_lookup(World("2031-03-14T12:00", people=[born], appointments=rows))
    assert shown["outcome"] == "empty" and "antagelse" in shown["note"]


def test_the_log_names_user_time_service_and_masked_citizen_and_nothing_that_was_shown() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00", place_street="Mølleparkvej 10")])
    sapa_lookup(world)
    _, log = world.get("sapa", "/desk/log")
    row = log["rows"][0]
    assert log["count"] == 1
    assert row["Tidspunkt"].startswith("2025-05-12T10:00")
    assert (row["Bruger ID"], row["BrugerNavn"], row["Kommune"]) == ("u-1", "Allan Korsman", AALBORG)
    assert (row["Beskrivelse"], row["Komponent"]) == ("Visning Aftaler", "Aftaler.AftalService")
    assert row["Soegekriterier"] == "CPR-nr.: 140313-****"
    kept = repr({name: dict(world.stores["sapa"].collection(name, object)) for name in world.stores["sapa"]})
    assert "Visning Aftaler" in kept
    for text in (CHILD, "Mølleparkvej", "PS Central", "Freja", "2025-06-02"):
        assert text not in kept


def test_the_log_gives_the_newest_rows_and_the_count_of_all() -> None:
    world = World()
    for user in ("a", "b", "c"):
        sapa_lookup(world, user=USER | {"id": user})
    _, log = world.get("sapa", "/desk/log?limit=2")
    assert (log["count"], [row["Bruger ID"] for row in log["rows"]]) == (3, ["b", "c"])
    assert world.get("sapa", "/desk/log?limit=many")[0] == 400


def test_logs_appointments_and_logins_survive_a_restart() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00"), appointment(2, "2025-06-03T09:00")])
    uuid = appointment(2, "2025-06-03T09:00").uuid
    world.post("nordepj", f"/desk/appointments/{uuid}/move", {"start": "2025-06-05T09:00:00"})
    world.post("nordepj", f"/desk/appointments/{appointment(1, '2025-06-02T09:00').uuid}/cancel", {})
    _, before = sapa_lookup(world)
    for name in ("sapa", "nsp", "nordepj"):
        world.start(name)
    assert world.get("sapa", "/desk/log")[1]["count"] == 1
    _, after = sapa_lookup(world)
    assert after["rows"] == before["rows"] and starts(after) == ["05-06-2025 09:00"]
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 4
    assert world.get("sapa", "/desk/log")[1]["count"] == 2


def test_a_look_up_that_the_system_did_not_live_to_finish_is_in_the_log() -> None:
    world = World()
    world.replace("nsp", seconds=10.0)
    body = {"user": USER, "cpr": CHILD, "consent_declared": True}

    async def look() -> None:
        await world.request(
            "POST",
            world.address("sapa") + "/desk/aftaler",
            body=msgspec.json.encode(body),
            content_type="application/json",
        )

    world.kernel.spawn("test", look())
    world.settle(1.0)
    world.start("sapa")
    rows = world.get("sapa", "/desk/log")[1]["rows"]
    assert [(row["outcome"], row["reason"]) for row in rows] == [("error", "afbrudt")]
    world.settle(60.0)


@pytest.mark.parametrize("number", ["", "123", "9999999999", "14031399961", "1403139996'--"])
def test_a_malformed_cpr_number_is_refused_without_being_repeated(number: str) -> None:
    world = World()
    status, said = sapa_lookup(world, number)
    assert status == 400 and said["code"] == "bad_input"
    assert not number or number not in repr(said)
    assert world.get("sapa", "/desk/log")[1]["count"] == 0


def test_the_school_tab_shows_the_institution_and_keeps_a_log_of_its_own() -> None:
    world = World(placements={CHILD: school(AALBORG, "Vestre Skole", phone="99310000")})
    _, shown = world.post("sapa", "/desk/skole", {"user": USER, "cpr": CHILD})
    assert shown["school"]["Institution"] == "Vestre Skole" and shown["school"]["Tlf. nr."] == "99310000"
    assert world.get("sapa", "/desk/log")[1]["count"] == 0
    row = world.get("sapa", "/desk/skole/log")[1]["rows"][0]
    assert row["Beskrivelse"] == "Visning Skolegrunddata"
    assert world.lookups() == [] and len(world.lookups("school_lookup")) == 1
    status, html = world.form("sapa", "/screen/skole", {"cpr": CHILD, "user": "u-1"})
    assert status == 200 and "Vestre Skole" in html and "Skole og institutionsoplysninger" in html


def test_no_cpr_number_gets_into_an_address_or_a_trace_fact() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    sapa_lookup(world)
    assert sapa_list(world, CHILD).status == 200
    assert len(world.urls) > 8 and not any(CHILD in url or CHILD[:6] in url for url in world.urls)
    assert CHILD not in repr(world.trace.events()) and len(world.lookups()) == 2
    assert world.errors == []


SERVED = SapaSettings(municipalities={AALBORG: "Aalborg Kommune", "0787": "Thisted Kommune"})


@pytest.mark.parametrize("said", ["", "Atlantis", "0101", "Jammerbugt Kommune"])
def test_a_user_of_a_municipality_that_is_not_served_sees_nothing(said: str) -> None:
    world = World(sapa_settings=SERVED, appointments=[appointment(1, "2025-06-02T09:00")])
    for path in ("/desk/aftaler", "/desk/skole"):
        body = {"user": USER | {"municipality": said}, "cpr": CHILD, "consent_declared": True}
        status, no = world.post("sapa", path, body)
        assert (status, no["where"]) == (400, "$.user.municipality")
        assert "0787 (Thisted Kommune)" in no["what_to_do"]
    fields = {"cpr": CHILD, "user": "u-1", "place": said, "consent_declared": "ja"}
    for path in ("/screen/borger", "/screen/aftaler", "/screen/skole"):
        assert world.form("sapa", path, fields)[0] == 400
    assert world.get("sapa", "/desk/log")[1]["count"] == 0


@pytest.mark.parametrize("said", [AALBORG, "Aalborg Kommune", "aalborg kommune"])
def test_a_served_municipality_is_known_by_code_and_by_name(said: str) -> None:
    world = World(sapa_settings=SERVED, appointments=[appointment(1, "2025-06-02T09:00")])
    status, shown = sapa_lookup(world, user=USER | {"municipality": said})
    assert status == 200 and len(shown["rows"]) == 1
    assert world.get("sapa", "/desk/log")[1]["rows"][0]["Kommune"] == AALBORG


def test_the_screen_offers_the_municipalities_that_are_served() -> None:
    world = World(sapa_settings=SERVED)
    html = world.ask("GET", "sapa", "/screen").body.decode()
    assert "<option>Thisted Kommune</option>" in html and 'type="text" name="place"' not in html
    assert 'type="text" name="place"' in World().ask("GET", "sapa", "/screen").body.decode()


COLUMNS = (
    "Log ID;Kald ID;Transaktions ID;Aftale ID;KaldersAftale ID;Parametre;Tidspunkt;Service ID;IP Adresse;Maskinnavn;"
    "Bruger ID;BrugerNavn;Bruger;IT-System ID;Organisatorisk ID;Organisationsenhed ID;LOS-ID;LOS-Navn;Applikation;"
    "Komponent;Soegekriterier;Sags ID;Tilstandsskift;Part;Aktoer;Anvendte CVR rettigheder;Beskrivelse;"
    "Organisatorisk enhed;Vist Fra;Sag;Partens bopælskommune;Sagsnummer"
)


def test_the_revision_log_is_a_file_with_every_column_in_order_and_both_kinds_of_look_ups() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    sapa_lookup(world, user=USER | {"name": "=1+1;Korsman"})
    world.post("sapa", "/desk/skole", {"user": USER, "cpr": CHILD})
    answer = world.ask("GET", "sapa", "/desk/log.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.body.decode()), delimiter=";")
    assert head == COLUMNS.split(";")
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["Beskrivelse"], second["Beskrivelse"]) == ("Visning Aftaler", "Visning Skolegrunddata")
    assert first["Komponent"].endswith("AftalService") and first["Soegekriterier"] == "CPR-nr.: 140313-****"
    assert first["BrugerNavn"] == "'=1+1;Korsman"  # no formula for whoever opens it in a spreadsheet
    assert first["Part"] == "140313-****" and first["Maskinnavn"] == ""
    assert CHILD not in answer.body.decode()


def test_who_lacks_the_role_comes_back_from_seb_denied_and_the_attempt_is_logged() -> None:
    world = World(nsp_settings=NspSettings(users_without_seb_role=frozenset({USER["id"]})))
    who = {"cpr": CHILD, "user": USER["id"], "name": USER["name"], "place": ""}
    at_seb = world.visit("sapa", "/screen").press("Søg", **who).press("Se aftaler").press("Gå til login")
    assert world.get("sapa", "/desk/log")[1]["rows"][0]["reason"] == "afbrudt"  # nobody came back yet
    turned_away = at_seb.press("Log ind")
    assert "ingen rolle i SEB" in turned_away.text
    page = turned_away.press("Tilbage")
    assert page.status == 403 and page.texts("//p[@role='alert']") == [
        "Du har ingen rolle i SEB, der giver adgang. Kontakt din lokale administrator."
    ]
    (row,) = world.get("sapa", "/desk/log")[1]["rows"]
    assert (row["outcome"], row["reason"]) == ("denied", "no_seb_role")


def test_a_login_is_used_once_and_not_after_a_quarter_of_an_hour() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    who = {"cpr": CHILD, "user": USER["id"], "name": USER["name"], "place": ""}

    def logged_in() -> Page:
        warned = world.visit("sapa", "/screen").press("Søg", **who)
        return warned.press("Se aftaler").press("Gå til login").press("Log ind")

    page = logged_in()
    assert page.press("Fortsæt").status == 200
    again = page.press("Fortsæt")
    assert again.status == 401 and "Log ind igen" in again.text and "Holm" not in again.text
    late = logged_in()
    world.settle(901.0)
    assert late.press("Fortsæt").status == 401


def test_sebs_page_takes_only_what_a_system_asked_for() -> None:
    world = World()
    assert world.form("nsp", "/screen/seb", {"user": "u"})[0] == 400
    at_seb = world.visit("sapa", "/screen").press("Søg", cpr=CHILD, user="u").press("Se aftaler")
    forged = at_seb.press("Gå til login").press("Log ind", SAMLRequest="Zm9yZ2Vk")
    assert forged.status == 400


def test_another_users_answer_or_a_forged_one_opens_no_list() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])

    def logged_in(user: str) -> Page:
        warned = world.visit("sapa", "/screen").press("Søg", cpr=CHILD, user=user)
        return warned.press("Se aftaler").press("Gå til login").press("Log ind")

    first, second = logged_in("u-1"), logged_in("u-2")
    stolen = str(first.tree.xpath("//input[@name='SAMLResponse']/@value")[0])
    answer = second.press("Fortsæt", SAMLResponse=stolen)
    assert answer.status == 502 and "Holm" not in answer.text and "2025" not in answer.text
    assert logged_in("u-3").press("Fortsæt", SAMLResponse="PHg+").status == 502
    assert {row["outcome"] for row in world.get("sapa", "/desk/log")[1]["rows"]} == {"error"}
