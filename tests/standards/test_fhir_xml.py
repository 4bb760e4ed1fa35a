"""FHIR XML and the tree of FHIR JSON: the same message in both."""

from __future__ import annotations

from typing import Any

import pytest

from mocks.errors import Malformed
from mocks.standards import fhir_xml

TREE: dict[str, Any] = {
    "resourceType": "Bundle",
    "id": "1",
    "entry": [
        {
            "fullUrl": "https://x/Patient/p",
            "resource": {
                "resourceType": "Patient",
                "id": "p",
                "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">æ</div>'},
                "extension": [{"url": "http://x", "valueInteger": 3}],
                "active": True,
                "name": [
                    {
                        "use": "official",
                        "_family": {
                            "extension": [
                                {
                                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                                    "valueCode": "unknown",
                                }
                            ]
                        },
                        "given": ["Bo", "Ib"],
                    }
                ],
                "birthDate": "2010",
                "_birthDate": {"id": "b", "extension": [{"url": "http://y", "valueString": "z"}]},
                "deceasedBoolean": False,
            },
        }
    ],
}


def test_a_tree_comes_back_the_same_over_xml() -> None:
    assert fhir_xml.read(fhir_xml.write(TREE)) == TREE


def test_line_breaks_quotes_and_markup_survive_in_values() -> None:
    text = 'a\nb\tc "d" <e> & æ\r\n'
    tree = {"resourceType": "Organization", "name": text}
    raw = fhir_xml.write(tree)
    assert b"&#xA;" in raw
    assert fhir_xml.read(raw) == tree


def test_an_element_that_repeats_by_the_standard_is_a_list_and_another_is_not() -> None:
    raw = (
        b'<Organization xmlns="http://hl7.org/fhir"><identifier><value value="1"/></identifier>'
        b'<name value="A"/></Organization>'
    )
    assert fhir_xml.read(raw) == {"resourceType": "Organization", "identifier": [{"value": "1"}], "name": "A"}


def test_an_element_that_stands_twice_against_the_standard_is_kept_for_the_check_to_see() -> None:
    raw = b'<Organization xmlns="http://hl7.org/fhir"><name value="A"/><name value="B"/></Organization>'
    assert fhir_xml.read(raw)["name"] == ["A", "B"]


def test_comments_are_ignored() -> None:
    raw = b'<Organization xmlns="http://hl7.org/fhir"><!-- x --><name value="A"/></Organization>'
    assert fhir_xml.read(raw)["name"] == "A"


@pytest.mark.parametrize("div", ["<div>x</div>", "<div", '<p xmlns="http://www.w3.org/1999/xhtml"/>'])
def test_a_narrative_that_is_no_xhtml_is_not_written(div: str) -> None:
    with pytest.raises(Malformed, match="narrative"):
        fhir_xml.write({"resourceType": "Patient", "text": {"status": "generated", "div": div}})


def test_control_characters_are_not_written() -> None:
    with pytest.raises(Malformed, match="control characters"):
        fhir_xml.write({"resourceType": "Organization", "name": "a\x07"})
