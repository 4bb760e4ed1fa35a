"""In a rehearsal nobody asks the case index without KOMBIT's token, and each sees what its agreement reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mocks import soap
from mocks.drivers.ids import SeededIds
from mocks.drivers.keys import SHORT_KEY_BITS, KeyRing
from mocks.health_login import LoginSettings
from mocks.kombit.access_settings import CASE_INDEX
from mocks.kombit.case_index import CaseIndexClient, about
from mocks.kombit.client import KombitLogin
from mocks.runtime import MemoryStore, Runtime
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim.ecosystem import REGION, cases_at_start
from sim.rehearsal import Stage
from tests.rehearsal.conftest import DAY

#: Those of a rehearsal: the same name has the same key in one process.
KEYS = KeyRing(bits=SHORT_KEY_BITS)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Two days that are never played."""
    made = nordjylland.stage(Choices(start=DAY, end=DAY + timedelta(days=1)))
    yield made
    made.kernel._abandon()


def runtime(stage: Stage, system: str) -> Runtime:
    trace: Any = stage.journal.trace_for(system, stage.kernel.now)
    return Runtime(system, stage.kernel, stage.kernel, SeededIds(1, system), MemoryStore(), trace)


def found(stage: Stage, system: str, cvr: str, cpr: str) -> int:
    """How many cases about a child the system sees in the name of an authority."""
    own = runtime(stage, system)
    security = KombitLogin(own, LoginSettings(cvr=cvr, keys=KEYS)).securing(cvr, CASE_INDEX)
    client = CaseIndexClient(own, security=security)
    return len(stage.kernel.complete(client.fremsoeg(about(cpr))).sager)


def test_the_overview_sees_all_cases_and_a_case_system_its_own_municipalitys(stage: Stage) -> None:
    case = next(case for case in cases_at_start(stage.world))
    owner = next(m for m in stage.world.pilot_municipalities if m.code == case.owner)
    other = next(m for m in stage.world.pilot_municipalities if m.code != case.owner)
    everything = found(stage, "sagsoverblik", REGION, case.cpr)
    assert everything >= 1

    def system(name: str) -> str:
        return "alldialogue-aalborg" if name == "aalborg" else f"fagsystem-{name}"

    assert 1 <= found(stage, system(owner.slug), owner.cvr, case.cpr) <= everything
    assert found(stage, system(other.slug), other.cvr, case.cpr) <= everything - 1


def test_without_a_token_or_an_agreement_nobody_sees_anything(stage: Stage) -> None:
    case = cases_at_start(stage.world)[0]
    bare = CaseIndexClient(runtime(stage, "sagsoverblik"))
    with pytest.raises(soap.SaidFault) as caught:
        stage.kernel.complete(bare.fremsoeg(about(case.cpr)))
    assert caught.value.fault.name == "SecurityTokenUnavailable"
    with pytest.raises(soap.SaidFault, match="5002"):
        found(stage, "sagsoverblik", stage.world.pilot_municipalities[0].cvr, case.cpr)
    with pytest.raises(soap.SaidFault, match="5607"):
        found(stage, "sapa", REGION, case.cpr)
