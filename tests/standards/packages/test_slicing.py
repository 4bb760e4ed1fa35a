"""Slices of official profiles: each kind of discriminator, closed and ordered lists, slices within slices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.standards.packages.tiny import (
    BASE,
    PROFILES,
    Checked,
    Json,
    code_system,
    element,
    extension,
    profile,
    sliced,
    typed,
    value_set,
    world,
)


def check(
    tmp_path: Path, items: list[Any], *elements: Json, more: tuple[Json, ...] = (), **tree: Any
) -> Checked:
    definition = profile("thing", "Basic", *elements)
    value = {"resourceType": "Basic", "item": items}
    return Checked(world(tmp_path, definition, *more), "thing", value, **tree)


def two(by: str, first: Json, second: Json, type: str = "BackboneElement", **how: Any) -> tuple[Json, ...]:
    """``item`` in two slices, told apart by ``by``: first exactly once, second at most once."""
    rules = how.pop("rules", "closed")
    path = by.partition(":")[2]
    found: list[Json] = [element("Basic.item", "0..*", type, slicing=sliced(by, rules=rules, **how))]
    for name, card, told in (("first", "1..1", first), ("second", "0..1", second)):
        found.append(element(f"Basic.item:{name}", card, type, base="*", sliceName=name))
        if path:
            found.append(element(f"Basic.item:{name}.{path}", "1..1", told.pop("type", "code"), **told))
    return tuple(found)


BY_CODE = ("value:code", {"fixedCode": "a"}, {"fixedCode": "b"})


@pytest.mark.parametrize(
    ("items", "rules"),
    [
        ([{"code": "a"}], []),
        ([{"code": "b"}, {"code": "a"}], []),
        ([{"code": "b"}], [("fhir-cardinality", "item")]),
        ([{"code": "a"}, {"code": "a"}], [("fhir-cardinality", "item")]),
        ([{"code": "a"}, {"code": "c"}], [("fhir-slicing", "item[1]")]),
        ([{"code": "a"}, {}], [("ele-1", "item[1]"), ("fhir-slicing", "item[1]")]),
    ],
)
def test_a_fixed_value_tells_slices_apart_and_closed_means_no_others(
    tmp_path: Path, items: list[Json], rules: list[tuple[str, str]]
) -> None:
    kind, first, second = BY_CODE
    assert check(tmp_path, items, *two(kind, dict(first), dict(second))).rules == rules


def test_an_open_list_may_hold_others(tmp_path: Path) -> None:
    kind, first, second = BY_CODE
    elements = two(kind, dict(first), dict(second), rules="open")
    assert check(tmp_path, [{"code": "c"}, {"code": "a"}], *elements).rules == []


def test_a_pattern_tells_slices_apart(tmp_path: Path) -> None:
    elements = two(
        "pattern:kind",
        {"type": "Coding", "patternCoding": {"code": "a"}},
        {"type": "Coding", "patternCoding": {"code": "b"}},
    )
    right = [{"kind": {"system": "urn:x", "code": "a"}}, {"kind": {"code": "b"}}]
    assert check(tmp_path, right, *elements).rules == []
    wrong = check(tmp_path / "wrong", [{"kind": {"code": "a"}}, {"kind": {"code": "c"}}], *elements)
    assert wrong.rules == [("fhir-slicing", "item[1]")]


def test_a_bound_code_tells_slices_apart(tmp_path: Path) -> None:
    sets = (
        code_system("letters", "a", "b"),
        value_set("one", {"system": f"{BASE}/CodeSystem/letters", "concept": [{"code": "a"}]}),
        value_set("two", {"system": f"{BASE}/CodeSystem/letters", "concept": [{"code": "b"}]}),
    )

    def bound(name: str) -> Json:
        return {"binding": {"strength": "required", "valueSet": f"{BASE}/ValueSet/{name}"}}

    elements = two("value:code", bound("one"), bound("two"))
    assert check(tmp_path, [{"code": "b"}, {"code": "a"}], *elements, more=sets).rules == []
    wrong = check(tmp_path / "wrong", [{"code": "a"}, {"code": "c"}], *elements, more=sets)
    assert wrong.rules == [("fhir-slicing", "item[1]")]
    lost = check(tmp_path / "lost", [{"code": "a"}], *elements)
    assert lost.rules == [] and "ValueSet/one" in lost.not_checked[0]


def test_whether_something_is_there_tells_slices_apart(tmp_path: Path) -> None:
    elements = (
        element("Basic.item", "0..*", "BackboneElement", slicing=sliced("exists:code", rules="closed")),
        element("Basic.item.code", "0..1", "code"),
        element("Basic.item.text", "0..1", "string"),
        element("Basic.item:with", "1..1", "BackboneElement", base="*"),
        element("Basic.item:with.code", "1..1", "code"),
        element("Basic.item:without", "0..1", "BackboneElement", base="*"),
        element("Basic.item:without.code", "0..0", "code", base="1"),
        element("Basic.item:without.text", "1..1", "string"),
    )
    assert check(tmp_path, [{"text": "A"}, {"code": "a"}], *elements).rules == []
    wrong = check(tmp_path / "wrong", [{"code": "a"}, {"other": 1}], *elements)
    assert ("fhir-cardinality", "item[1].text") in wrong.rules


def test_the_type_of_a_choice_tells_slices_apart(tmp_path: Path) -> None:
    for path in ("content", "$this.content"):
        elements = (
            element("Basic.item", "0..*", "BackboneElement", slicing=sliced(f"type:{path}", rules="closed")),
            element("Basic.item.content[x]", "1..1", "string|Attachment|Reference"),
            element("Basic.item:text", "1..*", "BackboneElement"),
            element("Basic.item:text.content[x]", "1..1", "string"),
            element("Basic.item:file", "0..1", "BackboneElement", base="*"),
            element("Basic.item:file.content[x]", "1..1", "Attachment"),
            element("Basic.item:file.content[x].title", "1..1", "string"),
        )
        right = [{"contentAttachment": {"title": "a"}}, {"contentString": "b"}]
        place = tmp_path / path
        assert check(place, right, *elements).rules == []
        wrong = [{"contentString": "b"}, {"contentAttachment": {}}, {"contentReference": {"reference": "a"}}]
        assert check(place / "wrong", wrong, *elements).rules == [
            ("ele-1", "item[1].contentAttachment"),
            ("fhir-cardinality", "item[1].contentAttachment.title"),
            ("fhir-slicing", "item[2]"),
        ]


PEOPLE = [
    {"fullUrl": "http://x/Patient/1", "resource": {"resourceType": "Patient", "id": "1"}},
    {"fullUrl": "http://x/Device/1", "resource": {"resourceType": "Device", "id": "1", "status": "on"}},
    {"fullUrl": "http://x/Device/2", "resource": {"resourceType": "Device", "id": "2"}},
]


def referring(tmp_path: Path, kind: str, *references: str) -> Checked:
    """A resource whose references go into slices by what they lead to."""
    patient, device = (
        profile("patient", "Patient"),
        profile("device", "Device", element("Device.status", "1..1", "code")),
    )

    def to(name: str) -> list[Json]:
        return typed("Reference", target=(name,))

    elements = (
        element("Basic.item", "0..*", "Reference", slicing=sliced(f"{kind}:resolve()", rules="closed")),
        element("Basic.item:patient", "1..1", to("patient"), base="*"),
        element("Basic.item:device", "0..1", to("device"), base="*"),
    )
    value = {"resourceType": "Basic", "item": [{"reference": one} for one in references]}
    tree = {"entry": [{"fullUrl": "http://x/Basic/1", "resource": value}, *PEOPLE]}
    definition = profile("thing", "Basic", *elements)
    return Checked(world(tmp_path, definition, patient, device), "thing", value, tree)


def test_the_type_that_a_reference_leads_to_tells_slices_apart(tmp_path: Path) -> None:
    assert referring(tmp_path, "type", "Device/2", "Patient/1").rules == []
    wrong = referring(tmp_path / "wrong", "type", "Patient/1", "Patient/9")
    assert wrong.rules == [("fhir-slicing", "item[1]")]


def test_the_profile_that_a_reference_leads_to_tells_slices_apart(tmp_path: Path) -> None:
    assert referring(tmp_path, "profile", "Device/1", "Patient/1").rules == []
    wrong = referring(tmp_path / "wrong", "profile", "Patient/1", "Device/2")
    assert wrong.rules == [("fhir-slicing", "item[1]")]


def test_the_profile_of_an_item_tells_slices_apart(tmp_path: Path) -> None:
    short = profile("short", "HumanName", element("HumanName.text", "1..1", "string"), kind="complex-type")
    elements = (
        element("Basic.item", "0..*", "HumanName", slicing=sliced("profile:$this", rules="closed")),
        element("Basic.item:short", "1..1", typed("HumanName", "short"), base="*"),
    )
    assert check(tmp_path, [{"text": "A"}], *elements, more=(short,)).rules == []
    wrong = check(tmp_path / "wrong", [{"text": "A"}, {"family": "B"}], *elements, more=(short,))
    assert wrong.rules == [("fhir-slicing", "item[1]")]


def test_extensions_are_told_by_the_url_of_their_definition(tmp_path: Path) -> None:
    elements = (
        element("Basic.item", "0..*", "Extension", slicing=sliced("value:url")),
        element("Basic.item:noted", "1..1", typed("Extension", "noted"), base="*"),
    )
    noted = extension("noted", "string")
    right = [{"url": "urn:x", "valueString": "x"}, {"url": f"{PROFILES}/noted", "valueString": "a"}]
    assert check(tmp_path, right, *elements, more=(noted,)).rules == []
    wrong = check(
        tmp_path / "wrong", [{"url": f"{PROFILES}/noted", "valueCode": "a"}], *elements, more=(noted,)
    )
    assert ("fhir-type", "item[0].valueCode") in wrong.rules
    missing = check(tmp_path / "missing", right[:1], *elements, more=(noted,))
    assert missing.rules == [("fhir-cardinality", "item")]


def test_an_extension_whose_definition_is_missing_is_counted_and_told(tmp_path: Path) -> None:
    elements = (
        element("Basic.item", "0..*", "Extension", slicing=sliced("value:url")),
        element("Basic.item:noted", "1..1", typed("Extension", "noted"), base="*"),
    )
    found = check(tmp_path, [{"url": f"{PROFILES}/noted", "valueString": "a"}], *elements)
    assert found.rules == [] and "StructureDefinition/noted is in none" in found.not_checked[0]
    assert check(tmp_path / "none", [{"url": "urn:x", "valueString": "a"}], *elements).rules == [
        ("fhir-cardinality", "item")
    ]


def test_a_path_into_an_extension_tells_slices_apart(tmp_path: Path) -> None:
    use = f"{PROFILES}/use"
    for path in (f"extension('{use}').value.code", "$this.extension.value"):
        elements = [
            element("Basic.item", "1..*", "BackboneElement", slicing=sliced(f"value:{path}", rules="closed"))
        ]
        for name, card in (("first", "1..1"), ("second", "0..0")):
            at = f"Basic.item:{name}"
            elements += [
                element(at, card, "BackboneElement", base="*"),
                element(f"{at}.extension", "1..*", "Extension", slicing=sliced("value:url")),
                element(f"{at}.extension:use", "1..1", typed("Extension", "use"), base="*"),
                element(f"{at}.extension:use.url", "1..1", "uri", fixedUri=use),
                element(f"{at}.extension:use.value[x]", "1..1", "Coding"),
            ]
            coding = f"{at}.extension:use.value[x]"
            if path.endswith("code"):
                elements.append(element(f"{coding}.code", "1..1", "code", patternCode=name))
            else:
                elements[-1]["patternCoding"] = {"code": name}
        used = extension("use", "Coding")

        def item(code: str) -> Json:
            return {"extension": [{"url": use, "valueCoding": {"code": code}}]}

        place = tmp_path / str(len(path))
        assert check(place, [item("first")], *elements, more=(used,)).rules == []
        forbidden = check(place / "b", [item("first"), item("second")], *elements, more=(used,))
        assert forbidden.rules == [("fhir-cardinality", "item")]
        other = check(place / "c", [item("first"), item("third")], *elements, more=(used,))
        assert other.rules == [("fhir-slicing", "item[1]")]


def test_slices_of_danish_identifiers_are_told_without_their_package(tmp_path: Path) -> None:
    dk = "http://hl7.dk/fhir/core/StructureDefinition/dk-core-"
    elements = (
        element("Basic.item", "0..*", "Identifier", slicing=sliced("value:system")),
        element("Basic.item:cpr", "0..1", typed("Identifier", f"{dk}cpr-identifier"), base="*"),
        element("Basic.item:d", "0..1", typed("Identifier", f"{dk}d-ecpr-identifier"), base="*"),
    )
    right = [
        {"system": "urn:oid:1.2.208.176.1.2", "value": "0101010000"},
        {"system": "urn:oid:1.2.208.176.1.6.1.3.181", "value": "0101010AB1"},
    ]
    found = check(tmp_path, right, *elements)
    assert found.rules == [] and found.not_checked == []
    wrong = [dict(right[0], value="4101010000"), dict(right[1], value="0101019AB1")]
    assert check(tmp_path / "wrong", wrong, *elements).rules == [
        ("cpr", "item[0].value"),
        ("d-ecpr", "item[1].value"),
    ]


# Order and nesting --------------------------------------------------------------------------------------


def test_ordered_slices_stand_in_the_order_of_the_profile(tmp_path: Path) -> None:
    kind, first, second = BY_CODE
    elements = two(kind, dict(first), dict(second), rules="open", ordered=True)
    assert check(tmp_path, [{"code": "a"}, {"code": "x"}, {"code": "b"}], *elements).rules == []
    wrong = check(tmp_path / "wrong", [{"code": "b"}, {"code": "a"}], *elements)
    assert wrong.rules == [("fhir-slice-order", "item[1]")]


def test_a_list_that_is_open_at_its_end_has_others_only_there(tmp_path: Path) -> None:
    kind, first, second = BY_CODE
    elements = two(kind, dict(first), dict(second), rules="openAtEnd")
    assert check(tmp_path, [{"code": "a"}, {"code": "b"}, {"code": "x"}], *elements).rules == []
    wrong = check(tmp_path / "wrong", [{"code": "x"}, {"code": "a"}], *elements)
    assert wrong.rules == [("fhir-slice-order", "item[1]")]


def test_a_default_slice_takes_what_no_other_takes(tmp_path: Path) -> None:
    kind, first, second = BY_CODE
    elements = (
        *two(kind, dict(first), dict(second)),
        element("Basic.item:@default", "0..*", "BackboneElement"),
        element("Basic.item:@default.text", "1..1", "string"),
        element("Basic.item:@default.code", "0..1", "code"),
    )
    assert check(tmp_path, [{"code": "a"}, {"text": "x"}], *elements).rules == []
    wrong = check(tmp_path / "wrong", [{"code": "a"}, {"code": "x"}], *elements)
    assert wrong.rules == [("fhir-cardinality", "item[1].text")]


def test_a_slice_may_be_sliced_again(tmp_path: Path) -> None:
    kind, first, second = BY_CODE
    elements = (
        *two(kind, dict(first), dict(second), rules="open"),
        element("Basic.item:wide", "0..*", "BackboneElement", slicing=sliced("value:mark", rules="closed")),
        element("Basic.item:wide.code", "1..1", "code", fixedCode="w"),
        element("Basic.item:wide.mark", "0..1", "code"),
        element("Basic.item:wide/one", "1..1", "BackboneElement", base="*"),
        element("Basic.item:wide/one.code", "1..1", "code", fixedCode="w"),
        element("Basic.item:wide/one.mark", "1..1", "code", fixedCode="1"),
    )
    a, one, other = {"code": "a"}, {"code": "w", "mark": "1"}, {"code": "w", "mark": "2"}
    assert check(tmp_path, [one, a], *elements).rules == []
    wrong = check(tmp_path / "wrong", [a, other, one], *elements)
    assert wrong.rules == [("fhir-slicing", "item[1]")]
    many = check(tmp_path / "many", [a, one, one], *elements)
    assert many.rules == [("fhir-cardinality", "item")]


# What cannot be told ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "told", "reason"),
    [
        ("value:code", {}, "fixes nothing at code"),
        ("position:$this", {"fixedCode": "a"}, "the discriminator position is not carried out"),
        ("value:code.children()", {"fixedCode": "a"}, "the step children() of a discriminator"),
    ],
)
def test_slices_that_cannot_be_told_are_neither_counted_nor_closed(
    tmp_path: Path, by: str, told: Json, reason: str
) -> None:
    elements = (
        element("Basic.item", "0..*", "BackboneElement", slicing=sliced(by, rules="closed")),
        element("Basic.item:one", "1..1", "BackboneElement", base="*"),
        element("Basic.item:one.code", "0..1", "code", **told),
    )
    found = check(tmp_path, [{"code": "x"}], *elements)
    assert found.rules in ([], [("fhir-fixed-value", "item[0].code")]) and reason in found.not_checked[0]


def test_slices_without_discriminator_are_not_checked(tmp_path: Path) -> None:
    elements = (
        element("Basic.item", "0..*", "BackboneElement", slicing={"rules": "closed"}),
        element("Basic.item.code", "0..1", "code"),
        element("Basic.item:one", "1..1", "BackboneElement", base="*"),
        element("Basic.item:one.code", "1..1", "code"),
    )
    found = check(tmp_path, [{"code": "x"}], *elements)
    assert found.rules == [] and "does not say what tells slices apart" in found.not_checked[0]
