"""A finding is safe to print: no number of a citizen stands in it."""

from __future__ import annotations

import pytest

from mocks.standards import clinical_email
from mocks.standards.findings import Finding, Severity


def finding(message: str) -> str:
    return Finding(rule="r", severity=Severity.ERROR, path="", message=message, source="s", mend=message).mend


@pytest.mark.parametrize("number", ["2512489996", "251248-9996"])
def test_ten_digits_that_stand_alone_are_masked(number: str) -> None:
    assert finding(f"{number!r} is not a code") == "'(ten digits)' is not a code"


@pytest.mark.parametrize(
    "text", ["5790009990017", "0d5b3c18-0000-4000-8000-1234567890ab", "BRV0000000001", "110000160012"]
)
def test_longer_numbers_and_identifiers_stay(text: str) -> None:
    assert finding(text) == text


def test_a_cpr_number_in_the_place_of_a_code_is_not_shown() -> None:
    raw = (
        b'<Emessage xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"><ClinicalEmail>'
        b"<Letter><TypeCode>2512489996</TypeCode></Letter></ClinicalEmail></Emessage>"
    )
    found = clinical_email.check(raw)
    assert found
    assert not any("2512489996" in f.message or "2512489996" in f.mend for f in found)
