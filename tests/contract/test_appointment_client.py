"""The consumer of document sharing under every driver: one search, one retrieval, and what may go wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from mocks.nsp.blocking import BlockingItem
from mocks.overview.appointment_client import Appointments, find
from mocks.overview.lookup_log import Outcome
from mocks.overview.session import Failure
from mocks.runtime import COPENHAGEN
from mocks.standards import appointment_document as apd
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.xds.values import utc_moment
from tests.contract.sharing_platform import (
    DOCTOR_CPR,
    NANCY,
    OTHER,
    UNIT,
    Platform,
    entry,
    on_demand,
    submission,
)
from tests.drivers.harness import Driver


class Card:
    """An id card as a login hands it out."""

    def __init__(self, platform: Platform, **about: Any) -> None:
        self._headers = platform.headers(about=False, **about)

    def headers(self, message_id: str) -> list[bytes]:
        return self._headers


HSUID = Hsuid(
    user_type=UserType.HEALTHCARE_PROFESSIONAL,
    citizen=NANCY,
    acting=DOCTOR_CPR,
    organisation=UNIT,
    system_owner="KL",
    system="SAPA",
    system_version="1",
    organisation_responsible="Thisted Kommune",
)
DAY = datetime(2025, 5, 1, 9, tzinfo=COPENHAGEN)
PLACE = apd.Organisation(
    sor=UNIT,
    name="BUP Thisted",
    address=apd.Address(lines=("Bispebjerg Bakke 30",), post_code="2400", city="København NV"),
)


def document(number: int, start: datetime, cpr: str = NANCY) -> bytes:
    """The document of an appointment."""
    who = apd.Patient(
        cpr=cpr,
        name=apd.PersonName(family="Berggren", given=("Nancy",)),
        sex="F",
        birth_date=date(1948, 12, 25),
        provider=PLACE,
    )
    return apd.write(
        apd.AppointmentDocument(
            id=f"aa2386d0-79ea-11e3-981f-{number:012d}",
            made=DAY,
            patient=who,
            authored=DAY,
            responsible=PLACE,
            custodian=PLACE,
            appointment=f"9a6d1bac-17d3-4195-89a4-{number:012d}",
            start=start,
            end=start + timedelta(hours=1),
            performer=PLACE,
            place=PLACE,
            reason=apd.Reason(text="Udredning"),
        )
    )


def book(platform: Platform, number: int, start: datetime, content: bytes = b"", **changes: Any) -> None:
    made = entry(number, service_start=utc_moment(start), service_stop="", **changes)
    said = platform.provide(submission(made), content or document(number, start))
    assert not said.errors  # type: ignore[union-attr]


def ask(driver: Driver, platform: Platform, hsuid: Hsuid = HSUID, **about: Any) -> Appointments | Failure:
    card = Card(platform, **about)
    return driver.run(find(driver.runtime("sapa"), card, hsuid, NANCY, DAY, seconds=5.0))


@pytest.fixture
def platform(driver: Driver) -> Platform:
    return Platform(driver)


def test_the_appointments_of_the_window_are_found_in_two_questions(
    driver: Driver, platform: Platform
) -> None:
    book(platform, 1, DAY + timedelta(days=3))
    book(platform, 2, DAY)
    book(platform, 3, DAY - timedelta(seconds=1))
    got = ask(driver, platform)
    assert isinstance(got, Appointments) and got.missing == 0
    assert [a.start for a in got.found] == [DAY, DAY + timedelta(days=3)]
    first = got.found[0]
    assert (first.uuid, first.unit) == ("9a6d1bac-17d3-4195-89a4-000000000002", UNIT)
    assert (first.place_street, first.place_post_code) == ("Bispebjerg Bakke 30", "2400")
    assert (first.unit_name, first.reason, first.end) == (
        "BUP Thisted",
        "Udredning",
        DAY + timedelta(hours=1),
    )
    assert [n["transaction"] for n in platform.lookups()] == ["ITI-18", "ITI-43"]


def test_a_source_that_answers_more_than_was_asked_does_not_widen_the_window(
    driver: Driver, platform: Platform
) -> None:
    book(platform, 1, DAY, document(1, DAY - timedelta(days=400)))
    book(platform, 2, DAY)
    got = ask(driver, platform)
    assert isinstance(got, Appointments)
    assert (len(got.found), got.missing) == (1, 0)


def test_nothing_found_asks_for_no_document(driver: Driver, platform: Platform) -> None:
    assert ask(driver, platform) == Appointments([])
    assert [n["transaction"] for n in platform.lookups()] == ["ITI-18"]


def test_what_is_blocked_is_as_if_there_were_nothing(driver: Driver) -> None:
    blocked = BlockingItem(id="b", citizen_cpr=NANCY, consent_type=0, valid_from=DAY.replace(year=2020))
    platform = Platform(driver, blockings=[blocked])
    book(platform, 1, DAY)
    assert ask(driver, platform) == Appointments([])


def test_documents_that_cannot_be_read_or_are_about_somebody_else_are_counted(
    driver: Driver, platform: Platform
) -> None:
    book(platform, 1, DAY)
    book(platform, 2, DAY, b"<ClinicalDocument/>")
    book(platform, 3, DAY, document(3, DAY, OTHER))
    got = ask(driver, platform)
    assert isinstance(got, Appointments)
    assert (len(got.found), got.missing) == (1, 2)


def test_a_source_that_is_away_is_an_error_and_beside_others_a_gap(
    driver: Driver, platform: Platform
) -> None:
    platform.source.away = True
    later = utc_moment(DAY + timedelta(days=1))
    platform.register(submission(on_demand(1, service_start=later, service_stop="")))
    got = ask(driver, platform)
    assert isinstance(got, Failure)
    assert (got.outcome, got.code) == (Outcome.ERROR, "source_unreachable")
    book(platform, 2, DAY)
    got = ask(driver, platform)
    assert isinstance(got, Appointments)
    assert (len(got.found), got.missing) == (1, 1)


def test_a_denied_look_up_says_why(driver: Driver, platform: Platform) -> None:
    now = platform.now
    old = platform.card(not_before=now - timedelta(hours=25), not_on_or_after=now - timedelta(hours=1))
    for card, code in ((old, "expired_token"), (platform.card(level=2), "security_level_failed")):
        got = ask(driver, platform, card=card)
        assert isinstance(got, Failure)
        assert (got.outcome, got.code) == (Outcome.DENIED, code)
    got = ask(driver, platform, replace(HSUID, acting=OTHER))
    assert isinstance(got, Failure) and got.code == "not_authorized"


def test_a_platform_that_is_no_document_sharing_is_an_error(driver: Driver, platform: Platform) -> None:
    driver.install("nsp", platform.source.create)
    got = ask(driver, platform)
    assert isinstance(got, Failure) and got.outcome is Outcome.ERROR
    assert NANCY not in got.message
