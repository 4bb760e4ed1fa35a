"""The platform's decision on a look-up in appointments, and what it leaves in the citizen's log."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks.access.consents import ConsentMode
from mocks.access.users import AccessUser, UserKind
from mocks.nsp.access_check import NotAuthorized
from mocks.nsp.access_routes import Registers
from mocks.nsp.access_settings import AccessSettings
from tests.access.test_consents import CHILD, FATHER, MOTHER, child, consent
from tests.overview.world import BUP, World, appointment, moment, sapa_lookup

DOCTOR = AccessUser(kind=UserKind.BUP_DOCTOR, organisation=BUP, authorisation="SRTTQ")
PPR = AccessUser(kind=UserKind.PPR_WORKER)
BLOCK: dict[str, Any] = {"citizenCpr": CHILD, "consentType": 0, "validFrom": "2025-01-01T00:00:00Z"}
NOW = moment("2025-05-12T10:00")


def decide(user: AccessUser, mode: ConsentMode, *, blocked: bool = False, override: bool = False) -> Any:
    """The permit, or the reason of the refusal."""
    world = World(people=[child(MOTHER, FATHER)])
    registers = Registers(world.runtime("nsp"), AccessSettings(consent_mode=mode))
    if blocked:
        assert world.post("nsp", "/minsp/registrer", BLOCK)[0] == 201
        registers = Registers(world.runtime("nsp"), AccessSettings(consent_mode=mode))
    found: list[Any] = []

    async def work() -> None:
        try:
            found.append(await registers.check.permit(CHILD, user, NOW, override=override))
        except NotAuthorized as error:
            found.append(error.reason)

    world.kernel.spawn("test", work())
    world.settle()
    return found[0]


def test_a_health_person_needs_no_consent_and_a_municipal_worker_does_where_it_is_registered() -> None:
    assert decide(DOCTOR, ConsentMode.REGISTERED).addition == "Ingen"
    assert decide(PPR, ConsentMode.REGISTERED) == "none"
    assert decide(PPR, ConsentMode.DECLARED).addition == "Samtykke"


def test_an_authorisation_alone_does_not_let_ppr_look() -> None:
    psychologist = msgspec.structs.replace(PPR, authorisation="ABCDE", health_person=None)
    assert decide(psychologist, ConsentMode.REGISTERED) == "none"


def test_a_block_leaves_nothing_and_the_override_opens_everything_and_says_so() -> None:
    assert decide(DOCTOR, ConsentMode.REGISTERED, blocked=True).blocked
    permit = decide(DOCTOR, ConsentMode.REGISTERED, blocked=True, override=True)
    assert (permit.blocked, permit.filtered, permit.addition) == (False, False, "Værdispring")
    assert decide(PPR, ConsentMode.DECLARED, blocked=True, override=True) == "override_by_no_health_person"


@pytest.mark.parametrize(("blocked", "entries"), [(False, 1), (True, 0)])
def test_a_blocked_look_up_is_an_empty_success_without_an_entry_in_the_citizens_log(
    blocked: bool, entries: int
) -> None:
    freja = msgspec.structs.replace(child(MOTHER), birth_date=date(2013, 6, 10))
    world = World(people=[freja], appointments=[appointment(1, "2025-06-02T09:00", cpr_number=CHILD)])
    if blocked:
        world.post("nsp", "/minsp/registrer", BLOCK)
    status, shown = sapa_lookup(world, CHILD)
    assert (status, len(shown["rows"])) == (200, entries)
    assert shown["note"] == ""
    # The search and the retrieval of the documents are an entry each.
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 2 * entries
    assert world.get("sapa", "/desk/log")[1]["rows"][-1]["outcome"] == ("empty" if blocked else "shown")


def test_a_block_on_the_data_of_a_unit_takes_its_appointments_away_and_is_logged() -> None:
    world = World(people=[child(MOTHER)], appointments=[appointment(1, "2025-06-02T09:00", cpr_number=CHILD)])
    what = {"whatItem": {"source": "sor", "value": BUP}}
    world.post("nsp", "/minsp/registrer", BLOCK | what)
    assert sapa_lookup(world, CHILD)[1]["rows"] == []
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 1


def test_the_decision_rests_on_the_consents_of_the_register() -> None:
    settings = AccessSettings(consent_mode=ConsentMode.REGISTERED, consents=(consent(MOTHER, FATHER),))
    world = World(people=[child(MOTHER, FATHER)])
    registers = Registers(world.runtime("nsp"), settings)
    found: list[Any] = []

    async def work() -> None:
        found.append(await registers.check.permit(CHILD, PPR, NOW))

    world.kernel.spawn("test", work())
    world.settle()
    assert found[0].addition == "Samtykke"
