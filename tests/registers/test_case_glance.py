"""A glance at an answer of the index tells what reading it whole tells, whatever the answer looks like."""

from __future__ import annotations

import re
from datetime import datetime
from random import Random

import msgspec
import pytest
from lxml import etree

from mocks.kombit.case_index.cases import KLE_KINDS
from mocks.kombit.case_index.glance import _quickly, _wholly, glance
from mocks.people import CaseKind
from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.answers import SagdokProblem, StandardRetur
from mocks.standards.sagdok.case import Fremdrift, FremdriftStatusKode, Registrering, Virkning
from mocks.standards.sagdok.read_search import read_found
from mocks.standards.sagdok.search import TO_REACH, SagVis
from mocks.standards.sagdok.write import EVERYTHING, registrering
from mocks.standards.sagdok.write_search import oejebliksbillede, write_pictures
from tests.standards.sagdok.cases import CHILD, MORE, RELATIONS, START, UUID, WHOLE, relation, with_relation
from tests.standards.sagdok.test_disturbed import disturbed

CLOSING = datetime(2025, 5, 1, tzinfo=COPENHAGEN)
CLOSED = msgspec.structs.replace(
    WHOLE,
    fremdrift=(
        Fremdrift(status=FremdriftStatusKode.OPSTAAET, virkning=Virkning(fra=START, til=CLOSING)),
        Fremdrift(status=FremdriftStatusKode.AFSLUTTET, virkning=Virkning(fra=CLOSING)),
    ),
)
CHANGED_HANDS = msgspec.structs.replace(
    WHOLE,
    relationer=(
        *RELATIONS[:2],
        relation(roles.PRIMAER_BEHANDLER, "urn:a:1", navn="A", virkning=Virkning(fra=START, til=CLOSING)),
        relation(roles.PRIMAER_BEHANDLER, "urn:a:2", navn="B", virkning=Virkning(fra=CLOSING)),
        *RELATIONS[3:],
    ),
)


def answer(
    *written: Registrering, blocks: frozenset[SagVis] = TO_REACH, retur: StandardRetur | None = None
) -> bytes:
    pictures = [oejebliksbillede(UUID, [registrering(each, blocks)]) for each in written]
    return write_pictures(retur or StandardRetur(), len(pictures), pictures)


@pytest.mark.parametrize(
    ("data", "cases"),
    [
        (answer(), 0),
        (answer(WHOLE, CLOSED), 2),
        (answer(msgspec.structs.replace(WHOLE, relationer=(*RELATIONS, *MORE)), blocks=EVERYTHING), 1),
        (answer(CHANGED_HANDS), 1),
        (answer(with_relation(roles.PRIMAER_BEHANDLER)), 1),
        (answer(with_relation(roles.EJER)), 0),
        (answer(with_relation(roles.PRIMAER_PART)), 0),
        (answer(with_relation(roles.PRIMAER_KLASSE, noegle="99.99.99")), 0),
        (answer(msgspec.structs.replace(WHOLE, fremdrift=())), 0),
        (answer(retur=StandardRetur(41, "no")), 0),
    ],
)
def test_a_glance_is_the_same_as_reading_whole(data: bytes, cases: int) -> None:
    found = glance(etree.fromstring(data))
    whole = _wholly(read_found(etree.fromstring(data)), KLE_KINDS)
    whole = whole._replace(cases=[msgspec.structs.replace(case, number="") for case in whole.cases])
    found = found._replace(cases=[msgspec.structs.replace(case, number="") for case in found.cases])
    assert found == whole
    assert len(found.cases) == cases


def test_the_usual_answer_takes_the_quick_way_and_knows_who_to_reach() -> None:
    found = _quickly(etree.fromstring(answer(WHOLE, CLOSED)), KLE_KINDS)
    first, second = found.cases
    assert (first.kind, first.owner, first.cpr, first.worker, first.worker_phone) == (
        CaseKind.PPR, "0840", CHILD, "P. Røve", "12345678",
    )  # fmt: skip
    assert (first.closed, second.closed) == (None, datetime(2025, 4, 30).date())
    assert found.owners == {"0840": "Rebild Kommune"}


def test_a_worker_who_took_over_is_the_one_shown() -> None:
    (case,) = glance(etree.fromstring(answer(CHANGED_HANDS))).cases
    assert case.worker == "B"


def test_other_prefixes_and_white_space_change_nothing() -> None:
    data = answer(WHOLE, CLOSED).decode()
    other = re.sub(r"(</?|xmlns:)(sdi|sd|sag|si|gd|go|tv)\b", r"\1n-\2", data).replace("><n-", ">\n <n-")
    assert glance(etree.fromstring(other)) == glance(etree.fromstring(data))


def test_what_is_disturbed_is_read_or_refused_as_the_whole_is() -> None:
    """Where reading whole is refused for something that a glance does not look at, the glance may still tell."""
    agreed = 0
    for root in disturbed(answer(CLOSED), Random("glance")):
        try:
            quick = glance(root)
        except SagdokProblem:
            with pytest.raises(SagdokProblem):
                read_found(root)
            continue
        try:
            whole = _wholly(read_found(root), KLE_KINDS)
        except SagdokProblem:
            continue
        agreed += 1
        assert quick == whole
    assert agreed > 100
