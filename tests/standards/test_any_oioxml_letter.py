"""Any letter that a standard of OIOXML allows is valid when written, in order, and the same when read back."""

from __future__ import annotations

from functools import cache
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from mocks.standards import binary_letter, clinical_email, hospital_referral
from mocks.standards.binary_letter import BinaryLetter
from mocks.standards.clinical_email import ClinicalEmail
from mocks.standards.findings import Severity
from mocks.standards.hospital_referral import HospitalReferral
from mocks.standards.recognise import check_bytes
from tests.official import VANS as OFFICIAL
from tests.official import needs_official
from tests.standards.oioxml_strategies import binary_letters, clinical_emails, hospital_referrals

SOME = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Letter = ClinicalEmail | BinaryLetter | HospitalReferral


def is_the_same_when_read_back(standard: ModuleType, letter: Letter) -> None:
    raw = standard.write(letter)
    found = standard.read(raw)
    assert found == letter
    assert standard.write(found) == raw


def is_in_order(standard: ModuleType, letter: Letter) -> None:
    """No error, by the check of the standard and by the one that finds out itself what it is."""
    raw = standard.write(letter)
    assert [f for f in standard.check(raw) if f.severity is Severity.ERROR] == []
    assert check_bytes(raw).findings == standard.check(raw)
    assert standard.read_checked(raw) == letter


def is_valid_by_the_official_schema(standard: ModuleType, letter: Letter) -> None:
    tree = etree.fromstring(standard.write(letter))
    year = str(etree.QName(tree).namespace)[-11:-1]
    official(year).assertValid(tree)


@cache
def official(year: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(OFFICIAL / f"xsd/oioxml/{year}/EMessage.xsd"))


@given(clinical_emails())
@SOME
def test_any_correspondence_letter(letter: ClinicalEmail) -> None:
    is_the_same_when_read_back(clinical_email, letter)
    is_in_order(clinical_email, letter)


@given(binary_letters())
@SOME
def test_any_letter_of_attachments(letter: BinaryLetter) -> None:
    is_the_same_when_read_back(binary_letter, letter)
    is_in_order(binary_letter, letter)


@given(hospital_referrals())
@SOME
def test_any_referral(letter: HospitalReferral) -> None:
    is_the_same_when_read_back(hospital_referral, letter)
    is_in_order(hospital_referral, letter)


@needs_official
@pytest.mark.official
@given(clinical_emails())
@SOME
def test_any_correspondence_letter_is_valid_by_the_official_schema(letter: ClinicalEmail) -> None:
    is_valid_by_the_official_schema(clinical_email, letter)


@needs_official
@pytest.mark.official
@given(binary_letters())
@SOME
def test_any_letter_of_attachments_is_valid_by_the_official_schema(letter: BinaryLetter) -> None:
    is_valid_by_the_official_schema(binary_letter, letter)


@needs_official
@pytest.mark.official
@given(hospital_referrals())
@SOME
def test_any_referral_is_valid_by_the_official_schema(letter: HospitalReferral) -> None:
    is_valid_by_the_official_schema(hospital_referral, letter)
