"""The parties of a message beside a register."""

from __future__ import annotations

import pytest

from mocks.errors import BadInput
from mocks.standards import care_communication as cc
from mocks.standards import clinical_email
from mocks.standards.exchange.registers import check_register, read_register
from mocks.standards.exchange.unwrapped import unwrap
from tests.standards.exchange.messages import AT, BUP, CLINIC, PPR, changed, enveloped, thread
from tests.standards.mutants.oioxml_bases import LETTER

NEW, *_ = thread()
FILE = f"sor_id,gln\n{PPR.sor_id},{PPR.gln}\n{CLINIC.sor_id},{CLINIC.gln}\n999,{CLINIC.gln}\n"
REGISTER = read_register(FILE, "register.csv")


def found(raw: bytes) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in check_register(unwrap(raw), REGISTER)]


def test_parties_of_the_register_have_no_findings() -> None:
    assert found(cc.write(NEW)) == []
    assert found(enveloped(cc.write(NEW), 1, PPR.gln, CLINIC.gln, AT)) == []


def test_a_pair_that_the_register_does_not_know_is_an_error() -> None:
    mixed = cc.Organisation(BUP.sor_id, CLINIC.gln, "Lægerne")
    ((rule, path),) = found(cc.write(changed(NEW, receiver=mixed)))
    assert rule == "register-pair" and path.endswith(".identifier")


def test_a_number_that_is_in_no_register_is_a_warning_wherever_it_stands() -> None:
    assert {rule for rule, _ in found(cc.write(changed(NEW, receiver=BUP)))} == {"register-gln"}
    assert found(enveloped(cc.write(NEW), 1, BUP.gln, CLINIC.gln, AT)) == [
        ("register-gln", "VANSEnvelope/SenderID")
    ]
    letter = enveloped(clinical_email.write(LETTER), 1, PPR.gln, CLINIC.gln, AT)
    assert [path for _, path in found(letter)] == [
        "VANSEnvelope/Message/Data > Sender",
        "VANSEnvelope/Message/Data > Receiver",
    ]


def test_a_register_is_read_as_sor_writes_it() -> None:
    register = read_register('\ufeffSORID;Navn;Lokationsnummer\n="1";"A; B";"570"\n="2";C;570\n3;D;\n', "x")
    assert register("570") == {"1", "2"} and register("571") is None


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "sor_id,gln\n", "sor_id\n1\n"])
def test_what_is_no_register_is_told_so(text: str) -> None:
    with pytest.raises(BadInput, match=r"mine\.csv"):
        read_register(text, "mine.csv")
