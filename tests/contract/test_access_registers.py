"""The registers of access under every driver: what citizens decided survives a restart of the platform."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mocks import sor
from mocks.kombit import cpr
from mocks.nsp import app as nsp
from mocks.nsp.settings import Settings
from mocks.people import Person
from tests.access.test_consents import CHILD, FATHER, MOTHER, child
from tests.drivers.harness import Driver
from tests.overview.world import BUP, entries

USER = {"kind": "gp", "organisation": BUP, "cpr": MOTHER}


class Citizens:
    """The CPR replica: one child, twelve years old on every driver's day."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def find(self, cpr: str) -> Person | None:
        return self.person if cpr == self.person.cpr else None


class Registers:
    """The platform with what it asks, and whoever asks it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.today = driver.runtime("nsp").clock.now().date()
        born = self.today.replace(year=self.today.year - 12, day=1)
        people = Citizens(child(MOTHER, FATHER, born=born))
        driver.install("cpr", lambda runtime: cpr.create_app(runtime, cpr.Settings(register=people)))
        driver.install("sor", lambda runtime: sor.create_app(runtime, sor.Settings(entries=entries())))
        self.start()

    def start(self) -> None:
        self.driver.install("nsp", lambda runtime: nsp.create_app(runtime, Settings()))

    def post(self, path: str, body: Any) -> Any:
        network = self.driver.runtime("person").network

        async def work() -> Any:
            url = network.address("nsp") + path
            answer = await network.request(
                "POST", url, body=msgspec.json.encode(body), content_type="application/json"
            )
            assert answer.status in (200, 201), answer.body
            return msgspec.json.decode(answer.body)

        return self.driver.run(work())

    def standing(self) -> str:
        asked = {"cpr": CHILD, "user": USER, "scopes": ["school"]}
        return str(self.post("/samtykke/tjek", asked)["states"]["school"]["standing"])

    def verdict(self) -> str:
        return str(self.post("/minsp/verify/user", {"cpr": CHILD, "user": USER})["consent"])


@pytest.fixture
def registers(driver: Driver) -> Registers:
    return Registers(driver)


def test_a_consent_and_its_withdrawal_survive_a_restart(registers: Registers) -> None:
    assert registers.standing() == "none"
    signed = [{"cpr": giver, "on": registers.today} for giver in (MOTHER, FATHER)]
    form = {"cpr": CHILD, "scopes": ["school"], "from": registers.today, "givers": signed}
    made = registers.post("/samtykke/registrer", form)
    registers.start()
    assert registers.standing() == "valid"
    registers.post("/samtykke/tilbagekald", {"consent": made["id"], "by": FATHER})
    registers.start()
    assert registers.standing() == "withdrawn"
    another = registers.post("/samtykke/registrer", form)
    assert another["id"] != made["id"]
    assert registers.standing() == "valid"


def test_a_block_and_its_lifting_survive_a_restart(registers: Registers) -> None:
    who = {"source": "sor", "value": BUP, "sub_units": True}
    made = registers.post(
        "/minsp/registrer",
        {"citizenCpr": CHILD, "consentType": 0, "validFrom": "2020-01-01T00:00:00Z", "whoItem": who},
    )
    registers.start()
    assert registers.verdict() == "negative"
    registers.post("/minsp/ophaev", {"id": made["id"], "by": "citizen"})
    registers.start()
    assert registers.verdict() == "positive"


def test_what_brs_was_asked_and_told_survives_a_restart(registers: Registers) -> None:
    said = registers.post("/brs/tjek", {"cpr": CHILD, "user": USER})
    assert said["category"] == "D"
    registers.start()
    contact = {
        "source": "lpr3", "patient": CHILD, "organisation": BUP, "on": registers.today,
        "known_from": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    registers.post("/brs/kilde", contact)
    registers.start()
    (change,) = registers.post("/brs/opfoelgning", {"offset": 0})["changes"]
    assert (change["before"], change["after"]) == ("D", "A")
