"""Values by path: the same as going there, whatever stands in them."""

from __future__ import annotations

from lxml import etree

from mocks.standards.profiles.xml_values import Values

VALUES = Values("urn:x", "A/B", "A/C", "D", "../Above")


def read(text: str) -> dict[str, str]:
    root = etree.fromstring(f'<Root xmlns="urn:x"><Above>up</Above><Here>{text}</Here></Root>')
    return VALUES(root[1])


def test_each_path_has_its_text_and_what_is_missing_is_empty() -> None:
    found = read("<A><B>b</B></A><D>d<Break/>e</D>")
    assert found == {"A/B": "b", "A/C": "", "D": "de", "../Above": "up"}


def test_of_several_the_first_counts_and_other_namespaces_do_not() -> None:
    assert read('<A><B>1</B><B>2</B></A><D xmlns="urn:y">no</D>') == {
        "A/B": "1", "A/C": "", "D": "", "../Above": "up",
    }  # fmt: skip


def test_a_value_may_hold_the_character_that_stands_between_values() -> None:
    assert read("<A><B>\ue000x\ue000</B></A><D>d</D>")["A/B"] == "\ue000x\ue000"
