"""User kinds, and who is a health person when."""

from __future__ import annotations

from datetime import date

import pytest

from mocks.access.users import AccessUser, HealthPersonRules, Period, UserKind, user_from_card

DAY = date(2025, 6, 2)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (UserKind.PPR_WORKER, False),
        (UserKind.FAMILY_WORKER, False),
        (UserKind.TREATMENT_TEAM, True),
        (UserKind.BUP_DOCTOR, True),
        (UserKind.BUP_NURSE, True),
        (UserKind.BUP_SOCIAL_WORKER, False),
        (UserKind.GP, True),
        (UserKind.CITIZEN, False),
        (UserKind.UNKNOWN, False),
    ],
)
def test_a_kind_says_whether_somebody_is_a_health_person_when_nothing_more_is_known(
    kind: UserKind, expected: bool
) -> None:
    assert AccessUser(kind=kind).is_health_person(DAY) is expected


def test_psychologists_become_health_persons_on_the_configured_day() -> None:
    psychologist = AccessUser(kind=UserKind.BUP_PSYCHOLOGIST)
    assert not psychologist.is_health_person(date(2025, 12, 31))
    assert psychologist.is_health_person(date(2026, 1, 1))
    never = HealthPersonRules(psychologists_from=None)
    assert not psychologist.is_health_person(date(2030, 1, 1), never)


def test_the_dates_of_a_user_go_before_the_rule_for_the_kind() -> None:
    once = Period(date(2025, 1, 1), date(2025, 6, 1))
    psychologist_in_ppr = AccessUser(kind=UserKind.PPR_WORKER, health_person=(once,))
    assert psychologist_in_ppr.is_health_person(date(2025, 6, 1))
    assert not psychologist_in_ppr.is_health_person(DAY)
    doctor_who_lost_it = AccessUser(kind=UserKind.BUP_DOCTOR, health_person=())
    assert not doctor_who_lost_it.is_health_person(DAY)


@pytest.mark.parametrize(
    ("role", "occupation", "more", "kind"),
    [
        ("ppr", "", {}, UserKind.PPR_WORKER),
        ("bup_nurse", "", {}, UserKind.BUP_NURSE),
        ("7170", "", {"authorisation": "SRTTQ"}, UserKind.BUP_DOCTOR),
        ("5166", "", {}, UserKind.BUP_NURSE),
        ("", "Socialrådgiver", {}, UserKind.BUP_SOCIAL_WORKER),
        ("", "Afdelingslæge", {}, UserKind.BUP_DOCTOR),
        ("7170", "Læge", {"authorisation": "SRTTQ", "ydernummer": "012345"}, UserKind.GP),
        ("", "Sekretær", {"ydernummer": "012345"}, UserKind.CLINIC_STAFF),
        ("", "Behandler, § 126 a", {}, UserKind.TREATMENT_TEAM),
        ("nspSundAssistR2", "", {}, UserKind.TREATMENT_TEAM),
        ("", "Pedel", {}, UserKind.UNKNOWN),
    ],
)
def test_an_id_card_tells_the_kind(role: str, occupation: str, more: dict[str, str], kind: UserKind) -> None:
    assert user_from_card(role, occupation, **more).kind is kind


def test_an_authorisation_alone_makes_a_health_person_of_child_psychiatry() -> None:
    user = user_from_card("", authorisation="SRTTQ", organisation="123")
    assert (user.kind, user.is_health_person(DAY), user.organisation) == (UserKind.BUP_STAFF, True, "123")
    assert not user_from_card("bup", authorisation="").is_health_person(DAY)
