"""The case system: its desk, its journal, and the index that always hears of a change in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.kombit import case_index
from mocks.kombit.case_index import CaseIndexClient, about, case_of
from mocks.limits import guarded
from mocks.municipal import case_system
from mocks.municipal.case_system import Settings
from mocks.people import Case, CaseKind
from mocks.standards.soap import envelope
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault, write_fault
from mocks.units import Unit, UnitKind

NAME = "fagsystem-rebild"
PPR = Unit(sor_id="900000001000016001", name="PPR", kind=UnitKind.PPR, system=NAME)
FAMILY = Unit(sor_id="900000011000016004", name="Familieafdelingen", kind=UnitKind.FAMILY, system=NAME)
CHILD = "6105150001"
FIRST = Case(
    uuid="11111111-1111-4111-8111-111111111111",
    cpr=CHILD,
    kind=CaseKind.FAMILY,
    owner="0840",
    unit=FAMILY.sor_id,
    number="27.24.00-G01-1-24",
    opened=date(2024, 5, 1),
)
SETTINGS = Settings(
    municipality="0840", name="Rebild Kommune", cvr="12345674", units=(PPR, FAMILY), cases=(FIRST,)
)
LETTER = {
    "cpr": CHILD,
    "unit": FAMILY.sor_id,
    "message": "m-1",
    "subject": "Svar",
    "text": "Kære kollega",
    "direction": "in",
    "filed_by": "os2-rebild",
}


def start(world: Any, settings: Settings = SETTINGS, index: bool = True) -> Any:
    if index:
        world.start("sagsindeks", case_index.create_app, case_index.Settings())
    world.start(NAME, case_system.create_app, settings)
    return world


def pass_time(world: Any, seconds: float = 0.001) -> None:
    world.kernel.env.run(until=world.kernel.env.now + seconds)


def indexed(world: Any, cpr: str = CHILD) -> list[Case]:
    found = world.kernel.complete(CaseIndexClient(world.runtime("tester")).fremsoeg(about(cpr)))
    return [case for sag in found.sager if (case := case_of(sag)) is not None]


def open_case(world: Any, **more: Any) -> Case:
    body = {"cpr": CHILD, "kind": "ppr", "unit": PPR.sor_id, "worker": "P. Røve", **more}
    return msgspec.convert(world.post(f"http://{NAME}/desk/cases", body, 201), Case)


def waiting(world: Any) -> int:
    return int(world.get(f"http://{NAME}/desk/index")["waiting"])


def soap_with(body: bytes) -> bytes:
    return envelope.write(SoapVersion.SOAP12, body)


class Away:
    """An index that answers with this status until it is replaced, and counts."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.calls = 0

        async def no(request: Request) -> Response:
            self.calls += 1
            return Response(body, status)

        self.app = Starlette(routes=[Route("/sagdokumentindeks/6", no, methods=["POST"])])


def test_the_initial_cases_are_in_the_index_as_soon_as_time_passes(world: Any) -> None:
    start(world)
    pass_time(world)
    assert indexed(world) == [FIRST]
    assert waiting(world) == 0


def test_a_case_opened_and_closed_at_the_desk_reaches_the_index(world: Any) -> None:
    start(world)
    case = open_case(world)
    assert (case.opened, case.owner, case.closed) == (date(2025, 4, 1), "0840", None)
    assert case.number == "17.00.00-G01-2-25"
    pass_time(world)
    assert indexed(world) == [FIRST, case]
    closed = world.post(f"http://{NAME}/desk/cases/{case.uuid}/close")
    assert closed["closed"] == "2025-04-01"
    pass_time(world)
    assert indexed(world)[1].closed == date(2025, 4, 1)
    assert [n["event"] for n in world.trace.of("case")] == ["opened", "closed"]
    assert CHILD not in str(world.trace.notes)


def test_cases_are_listed_by_unit_and_state_and_in_parts(world: Any) -> None:
    start(world, replace(SETTINGS, list_limit=2))
    made = [open_case(world) for _ in range(3)]
    world.post(f"http://{NAME}/desk/cases/{made[0].uuid}/close", {"closed": "2025-04-01"})
    first = world.get(f"http://{NAME}/desk/cases?unit={PPR.sor_id}")
    assert [c["uuid"] for c in first["cases"]] == [made[0].uuid, made[1].uuid]
    assert (first["total"], first["more"], first["next_offset"]) == (3, True, 2)
    rest = world.get(f"http://{NAME}/desk/cases?unit={PPR.sor_id}&offset=2")
    assert [c["uuid"] for c in rest["cases"]] == [made[2].uuid]
    assert rest["more"] is False
    assert world.get(f"http://{NAME}/desk/cases?unit={PPR.sor_id}&active=true")["total"] == 2
    assert world.get(f"http://{NAME}/desk/cases?unit={PPR.sor_id}&active=false")["total"] == 1
    assert world.get(f"http://{NAME}/desk/cases")["total"] == 4


def test_a_letter_is_filed_once_in_the_childs_open_case(world: Any) -> None:
    start(world)
    receipt = world.post(f"http://{NAME}/journal", LETTER, 201)
    assert (receipt["case"], receipt["duplicate"]) == (FIRST.uuid, False)
    again = world.post(f"http://{NAME}/journal", LETTER, 200)
    assert (again["entry"], again["duplicate"]) == (receipt["entry"], True)
    entries = world.get(f"http://{NAME}/desk/journal?unit={FAMILY.sor_id}")["entries"]
    assert [(e["id"], e["text"], e["filed_by"]) for e in entries] == [
        (receipt["entry"], "Kære kollega", "os2-rebild")
    ]
    assert len(world.trace.of("journal")) == 1


def test_one_message_between_two_departments_is_filed_in_both(world: Any) -> None:
    start(world)
    world.post(f"http://{NAME}/journal", LETTER, 201)
    world.post(f"http://{NAME}/journal", {**LETTER, "unit": PPR.sor_id, "direction": "out"}, 201)
    assert world.get(f"http://{NAME}/desk/journal?unit={PPR.sor_id}")["total"] == 1


def test_a_letter_goes_to_the_newest_open_case_else_the_newest_else_to_none(world: Any) -> None:
    start(world)
    old = open_case(world, opened="2025-01-01")
    new = open_case(world, opened="2025-02-01")
    ppr = {**LETTER, "unit": PPR.sor_id}
    assert world.post(f"http://{NAME}/journal", {**ppr, "message": "a"}, 201)["case"] == new.uuid
    world.post(f"http://{NAME}/desk/cases/{new.uuid}/close")
    assert world.post(f"http://{NAME}/journal", {**ppr, "message": "b"}, 201)["case"] == old.uuid
    world.post(f"http://{NAME}/desk/cases/{old.uuid}/close")
    assert world.post(f"http://{NAME}/journal", {**ppr, "message": "c"}, 201)["case"] == new.uuid
    nobody = {**ppr, "message": "d", "cpr": "6105150002"}
    assert world.post(f"http://{NAME}/journal", nobody, 201)["case"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "where"),
    [
        ("/desk/cases", {"cpr": "12", "kind": "ppr", "unit": PPR.sor_id}, 400, "$.cpr"),
        ("/desk/cases", {"cpr": CHILD, "kind": "school", "unit": PPR.sor_id}, 400, "$.kind"),
        ("/desk/cases", {"cpr": CHILD, "kind": "ppr", "unit": "900000021000016007"}, 404, "$.unit"),
        (
            "/desk/cases",
            {"cpr": CHILD, "kind": "ppr", "unit": PPR.sor_id, "opened": "2025-04-02"},
            400,
            "$.opened",
        ),
        ("/desk/cases", {"cpr": CHILD, "kind": "ppr", "unit": PPR.sor_id, "opened": "1.4."}, 400, "$.opened"),
        ("/desk/cases/none/close", {}, 404, "uuid in the path"),
        (f"/desk/cases/{FIRST.uuid}/close", {"closed": "2024-04-30"}, 400, "$.closed"),
        (f"/desk/cases/{FIRST.uuid}/close", {"closed": "2025-04-02"}, 400, "$.closed"),
        ("/journal", {**LETTER, "unit": "1"}, 404, "$.unit"),
        ("/journal", {**LETTER, "cpr": "x"}, 400, "$.cpr"),
        ("/journal", {**LETTER, "message": ""}, 400, "$.message"),
        ("/journal", {**LETTER, "direction": "sideways"}, 400, "$.direction"),
    ],
)
def test_wrong_input_at_the_desk_is_refused_with_its_place(
    world: Any, path: str, body: Any, status: int, where: str
) -> None:
    start(world)
    assert world.post(f"http://{NAME}{path}", body, status)["where"] == where
    assert world.get(f"http://{NAME}/desk/cases")["total"] == 1
    assert CHILD not in str(world.trace.notes)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/cases?unit=1", 404),
        ("/desk/cases?active=maybe", 400),
        ("/desk/cases?offset=x", 400),
        ("/desk/journal", 404),
    ],
)
def test_wrong_questions_at_the_desk_are_refused(world: Any, path: str, status: int) -> None:
    start(world)
    assert world.get(f"http://{NAME}{path}", status)["what_to_do"]


def test_closing_twice_changes_nothing_and_another_day_is_a_conflict(world: Any) -> None:
    start(world)
    url = f"http://{NAME}/desk/cases/{FIRST.uuid}/close"
    world.post(url, {"closed": "2025-03-01"})
    assert world.post(url, {"closed": "2025-03-01"})["closed"] == "2025-03-01"
    assert world.post(url)["closed"] == "2025-03-01"
    assert "2025-03-01" in world.post(url, {"closed": "2025-03-02"}, 409)["message"]
    assert len(world.trace.of("case")) == 1


def test_a_letter_larger_than_the_limit_is_refused(world: Any) -> None:
    start(world)
    assert world.request("POST", f"http://{NAME}/journal", {**LETTER, "text": "x" * 1_000_000}).status == 413
    assert world.get(f"http://{NAME}/desk/journal?unit={FAMILY.sor_id}")["total"] == 0


# The way to the index


@pytest.mark.parametrize(
    "away",
    [
        Away(503),
        Away(400),
        Away(200, b"not XML"),
        Away(200, soap_with(b"<hej/>")),
        Away(
            200,
            soap_with(
                b'<o:ImporterSagDokumentIndeksOutput xmlns:o="urn:oio:sts:sagdok:sagdokumentindeks:6"/>'
            ),
        ),
        Away(
            200,
            soap_with(
                b'<o:ImporterSagDokumentIndeksOutput xmlns:o="urn:oio:sts:sagdok:sagdokumentindeks:6">'
                b"<o:Andet/></o:ImporterSagDokumentIndeksOutput>"
            ),
        ),
        Away(500, soap_with(write_fault(Fault(SoapVersion.SOAP12, "Server", "away")))),
    ],
)
def test_while_the_index_is_away_changes_wait_and_arrive_later(world: Any, away: Away) -> None:
    world.kernel.install("sagsindeks", away.app)
    start(world, index=False)
    case = open_case(world)
    pass_time(world, 3600)
    before = away.calls
    assert 3 <= before <= 10
    assert waiting(world) == 2
    assert world.trace.of("index_away")[0]["waiting"] == 1  # at the first failure
    world.start("sagsindeks", case_index.create_app, case_index.Settings())
    pass_time(world, 3600)
    assert indexed(world) == [FIRST, case]
    assert waiting(world) == 0
    world.kernel.run()
    assert world.kernel.unfinished() == []


def test_an_index_that_nobody_hears_is_tried_again(world: Any) -> None:
    class Dead:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await world.kernel.sleep(600)
            await Response(b"late", 500)(scope, receive, send)

    world.kernel.install("sagsindeks", Dead())
    start(world, index=False)
    pass_time(world, 120)
    assert "did not answer" in world.trace.of("index_away")[0]["reason"]
    world.start("sagsindeks", case_index.create_app, case_index.Settings())
    world.kernel.run()
    assert indexed(world) == [FIRST]


def test_what_waits_survives_a_restart(world: Any) -> None:
    world.kernel.install("sagsindeks", Away(503).app)
    start(world, index=False)
    case = open_case(world)
    receipt = world.post(f"http://{NAME}/journal", LETTER, 201)
    world.kernel.env.run(until=1)
    # The old process still sleeps; the new one starts on the same store.
    start(world)
    pass_time(world)
    assert indexed(world) == [FIRST, case]
    assert world.get(f"http://{NAME}/desk/cases")["total"] == 2
    assert world.post(f"http://{NAME}/journal", LETTER)["entry"] == receipt["entry"]
    assert world.get(f"http://{NAME}/desk/journal?unit={FAMILY.sor_id}")["total"] == 1
    another = open_case(world)
    assert another.uuid != case.uuid and another.number != case.number
    world.kernel.run()
    assert len(indexed(world)) == 3


def test_after_many_failures_the_system_rests_until_something_changes(world: Any) -> None:
    away = Away(503)
    world.kernel.install("sagsindeks", away.app)
    start(world, replace(SETTINGS, most_attempts=4), index=False)
    world.kernel.run()
    assert away.calls == 4
    assert waiting(world) == 1
    world.start("sagsindeks", case_index.create_app, case_index.Settings())
    case = open_case(world)
    world.kernel.run()
    assert indexed(world) == [FIRST, case]


def test_a_change_made_while_an_older_state_is_on_its_way_is_sent_as_well(world: Any) -> None:
    index = case_index.create_app(world.runtime("sagsindeks"), case_index.Settings())

    class Slow:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await world.kernel.sleep(5)
            await index(scope, receive, send)

    world.kernel.install("sagsindeks", Slow())
    start(world, index=False)
    pass_time(world, 1)
    world.post(f"http://{NAME}/desk/cases/{FIRST.uuid}/close", {"closed": "2025-03-01"})
    world.kernel.run()
    assert indexed(world)[0].closed == date(2025, 3, 1)


def actions(world: Any) -> list[str]:
    """Listen to what is asked of the index; the list grows."""
    heard: list[str] = []
    app = case_index.create_app(world.runtime("sagsindeks"), case_index.Settings())

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        kind = dict(scope["headers"])[b"content-type"].decode()
        heard.append(kind.rpartition("/")[2].strip('"'))
        await app(scope, receive, send)

    world.kernel.install("sagsindeks", listening)
    return heard


def test_a_new_case_is_imported_and_a_changed_one_updated(world: Any) -> None:
    heard = actions(world)
    start(world, index=False)
    pass_time(world)
    world.post(f"http://{NAME}/desk/cases/{FIRST.uuid}/close", {"closed": "2025-03-01"})
    pass_time(world)
    assert heard == ["importer", "opdater"]
    start(world, index=False)
    case = open_case(world)
    world.post(f"http://{NAME}/desk/cases/{case.uuid}/close")
    pass_time(world)
    assert heard == ["importer", "opdater", "importer", "opdater"]
    assert [c.closed for c in indexed(world)] == [date(2025, 3, 1), date(2025, 4, 1)]


def test_cases_that_the_index_has_from_the_start_are_only_updated(world: Any) -> None:
    heard = actions(world)
    start(world, replace(SETTINGS, indexed=True), index=False)
    world.kernel.run()
    assert heard == []
    world.post(f"http://{NAME}/desk/cases/{FIRST.uuid}/close")
    world.kernel.run()
    assert heard == ["opdater", "importer"], "this index has forgotten the case, so it hears all of it"
    assert [c.closed for c in indexed(world)] == [date(2025, 4, 1)]
    assert waiting(world) == 0


def test_a_case_that_the_index_turns_down_is_shown_to_a_person(world: Any) -> None:
    start(world, replace(SETTINGS, cvr="12345675"))
    world.kernel.run()
    state = world.get(f"http://{NAME}/desk/index")
    assert state["waiting"] == 0
    assert "check digit" in state["refused"][FIRST.uuid]["text"]
    assert world.trace.of("index_refused")[0]["status"] == 41
    start(world)  # the number is corrected, and the case changes
    world.post(f"http://{NAME}/desk/cases/{FIRST.uuid}/close")
    world.kernel.run()
    assert world.get(f"http://{NAME}/desk/index") == {"waiting": 0, "refused": {}}


def test_thousands_of_initial_cases_arrive_in_batches_each_once(world: Any) -> None:
    cases = tuple(
        msgspec.structs.replace(FIRST, uuid=f"00000000-0000-4000-8000-{n:012d}", number=f"n-{n}")
        for n in range(2100)
    )
    start(world, replace(SETTINGS, cases=cases))
    pass_time(world)
    assert waiting(world) == 0
    assert len(world.stores["sagsindeks"].collection("sager", Case)) == 2100


@pytest.mark.parametrize(
    ("change", "part"),
    [({"owner": "0851"}, "owner"), ({"unit": "1"}, "departments"), ({"uuid": "x"}, "used twice")],
)
def test_an_initial_case_that_does_not_belong_here_is_refused_at_start(
    world: Any, change: dict[str, str], part: str
) -> None:
    wrong = msgspec.structs.replace(FIRST, **change)
    with pytest.raises(BadInput, match=part):
        start(
            world,
            replace(SETTINGS, cases=(FIRST, wrong) if "uuid" in change else (wrong,)),
        )


def test_the_routes_can_be_built_into_another_system(world: Any) -> None:
    world.start("sagsindeks", case_index.create_app, case_index.Settings())
    runtime = world.runtime("alldialogue-aalborg")
    world.kernel.install("alldialogue-aalborg", guarded(runtime, case_system.case_routes(runtime, SETTINGS)))
    assert world.post("http://alldialogue-aalborg/journal", LETTER, 201)["case"] == FIRST.uuid
    assert world.post("http://alldialogue-aalborg/journal", {}, 400)["code"] == "bad_input"
    world.kernel.run()
    assert indexed(world) == [FIRST]
