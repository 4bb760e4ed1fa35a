"""A fault of content is found in the XML form of a FHIR message as it is in JSON, by the same rule."""

from __future__ import annotations

import orjson
import pytest

from mocks.standards import fhir_xml
from mocks.standards.recognise import check_bytes
from tests.standards.mutants.bases import bases
from tests.standards.mutants.catalogue import MUTANTS
from tests.standards.mutants.mutant import Mutant, Outcome, outcome

#: Faults that XML cannot have: it knows no numbers, no lists, and no names that stand twice.
JSON_ONLY = frozenset(
    (
        "a list is empty",
        "a list of addresses is empty",
        "a name has more than extensions beside it",
        "a name stands twice",
        "a name's extension has no list",
        "a name's extension is a text",
        "a narrative has no namespace",
        "a narrative is a paragraph",
        "a narrative is not closed",
        "a narrative is plain text",
        "a phone is a text",
        "a phone number is a number",
        "a post code is a number",
        "a resource's profiles are no list",
        "a text is a number",
        "active is a word",
        "an address is empty",
        "an address line is a number",
        "an address line is no list",
        "an identifier's type is a text",
        "an identifier's type is empty",
        "an organisation's name is a list",
        "deceased is a word",
        "the message stands in a list",
        "the patient's given name is no list",
        "the reason's text is a list",
        "the response stands in a list",
    )
)


def in_json(mutant: Mutant) -> bool:
    return mutant.base.startswith(("CC", "ACK")) and not mutant.base.endswith("xml")


def as_xml(raw: bytes) -> bytes | None:
    """The message in XML, if it is JSON at all."""
    try:
        return fhir_xml.write(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return None


def test_faults_of_content_are_caught_in_xml_as_well() -> None:
    tried, missed = 0, []
    for mutant in filter(in_json, MUTANTS):
        if mutant.name in JSON_ONLY:
            continue
        raw = mutant.change(bases()[mutant.base])
        xml = as_xml(raw)
        if xml is None:
            continue
        tried += 1
        here, there = (outcome(mutant.meant, check_bytes(each).findings) for each in (raw, xml))
        if here is Outcome.CAUGHT and there is not Outcome.CAUGHT:
            missed.append(f"{mutant.id}: {there}")
    assert missed == []
    assert tried > 400


@pytest.mark.parametrize("name", sorted(JSON_ONLY))
def test_a_fault_that_only_json_can_have_is_one_of_the_catalogue(name: str) -> None:
    assert any(mutant.name == name and in_json(mutant) for mutant in MUTANTS)
