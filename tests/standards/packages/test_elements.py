"""Elements of official profiles: how often, which type, which value; each feature in a profile made for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.standards.packages.tiny import (
    PROFILES,
    Checked,
    Json,
    code_system,
    element,
    extension,
    profile,
    typed,
    value_set,
    world,
)

LETTERS = "http://example.org/fhir/CodeSystem/letters"


def check(tmp_path: Path, value: Json, *elements: Json, more: tuple[Json, ...] = ()) -> Checked:
    """A Basic resource checked by a profile with these elements."""
    definition = profile("thing", "Basic", *elements)
    return Checked(world(tmp_path, definition, *more), "thing", {"resourceType": "Basic", **value})


def test_a_missing_element_and_one_too_many_are_found(tmp_path: Path) -> None:
    elements = (element("Basic.code", "1..1", "string"), element("Basic.line", "1..2", "string", base="*"))
    assert check(tmp_path, {"code": "a", "line": ["b"]}, *elements).rules == []
    found = check(tmp_path / "none", {}, *elements)
    assert found.rules == [("fhir-cardinality", "code"), ("fhir-cardinality", "line")]
    many = check(tmp_path / "many", {"code": "a", "line": ["b", "c", "d"]}, *elements)
    assert many.rules == [("fhir-cardinality", "line")]


def test_whether_json_writes_a_list_is_decided_by_the_base_definition(tmp_path: Path) -> None:
    once = element("Basic.line", "0..1", "string", base="*")
    assert check(tmp_path, {"line": ["a"]}, once).rules == []
    assert check(tmp_path / "bare", {"line": "a"}, once).rules == [("fhir-type", "line")]
    listed = element("Basic.code", "0..1", "string", base="1")
    assert check(tmp_path / "list", {"code": ["a"]}, listed).rules == [("fhir-type", "code")]


def test_an_element_that_a_profile_forbids_is_found(tmp_path: Path) -> None:
    forbidden = element("Basic.code", "0..0", "string", base="1")
    assert check(tmp_path, {"code": "a"}, forbidden).rules == [("fhir-cardinality", "code")]


def test_an_element_that_no_profile_knows_is_a_warning(tmp_path: Path) -> None:
    found = check(tmp_path, {"cod": "a"}, element("Basic.code", "0..1", "string"))
    assert found.rules == [("fhir-unknown-element", "cod")]
    assert found.notes[0].severity == "warning"


@pytest.mark.parametrize(
    ("type_name", "right", "wrong"),
    [
        ("string", "a", 1),
        ("code", "a b", " a"),
        ("id", "a-1", "a_1"),
        ("uri", "urn:x", "a b"),
        ("boolean", False, "false"),
        ("integer", -1, 1.5),
        ("positiveInt", 1, 0),
        ("unsignedInt", 0, -1),
        ("decimal", 1.5, "1.5"),
        ("date", "2025-02", "2025-02-30"),
        ("dateTime", "2025-02-01T10:00:00Z", "2025-02-01T10:00"),
        ("instant", "2025-02-01T10:00:00Z", "2025-02-01"),
        ("time", "10:00:00", "24:00:00"),
        ("oid", "urn:oid:1.2", "1.2"),
        ("uuid", "urn:uuid:0d5b3c18-0000-4000-8000-000000000001", "urn:uuid:1"),
        ("base64Binary", "YQ==", "YQ="),
    ],
)
def test_a_primitive_has_the_form_of_its_type(tmp_path: Path, type_name: str, right: Any, wrong: Any) -> None:
    one = element("Basic.value", "0..1", type_name)
    assert check(tmp_path, {"value": right}, one).rules == []
    assert check(tmp_path / "wrong", {"value": wrong}, one).rules == [("fhir-type", "value")]


def test_what_stands_beside_a_primitive_is_an_id_or_extensions(tmp_path: Path) -> None:
    one = element("Basic.code", "1..1", "string")
    beside = {"_code": {"extension": [{"url": "urn:x", "valueString": "a"}]}}
    assert check(tmp_path, beside, one).rules == []
    assert check(tmp_path / "wrong", {"_code": {"value": "a"}}, one).rules == [("fhir-type", "_code")]
    line = element("Basic.line", "0..*", "string")
    both = {"line": ["a", None], "_line": [None, {"id": "b"}]}
    assert check(tmp_path / "both", both, line).rules == []
    assert check(tmp_path / "null", {"line": ["a", None]}, line).rules == [("fhir-type", "line")]


@pytest.mark.parametrize(
    ("told", "type_name", "right", "wrong"),
    [
        ({"fixedCode": "a"}, "code", "a", "b"),
        ({"patternUri": "urn:a"}, "uri", "urn:a", "urn:b"),
        ({"fixedBoolean": True}, "boolean", True, False),
        ({"patternInteger": 1}, "integer", 1, 2),
        ({"maxLength": 3}, "string", "abc", "abcd"),
        ({"minValueInteger": 2}, "integer", 2, 1),
        ({"maxValueDecimal": 2.5}, "decimal", 2.5, 2.6),
    ],
)
def test_fixed_values_patterns_and_bounds_of_primitives(
    tmp_path: Path, told: Json, type_name: str, right: Any, wrong: Any
) -> None:
    one = element("Basic.value", "0..1", type_name, **told)
    assert check(tmp_path, {"value": right}, one).rules == []
    rule = "fhir-length" if {"maxLength", "minValueInteger", "maxValueDecimal"} & told.keys() else None
    found = check(tmp_path / "wrong", {"value": wrong}, one).rules
    assert found == [(rule or "fhir-fixed-value", "value")]


def test_a_pattern_allows_more_and_a_fixed_value_does_not(tmp_path: Path) -> None:
    coding = {"system": "urn:a", "code": "b", "display": "B"}
    pattern = element("Basic.value", "0..1", "Coding", patternCoding={"system": "urn:a", "code": "b"})
    assert check(tmp_path, {"value": coding}, pattern).rules == []
    fixed = element("Basic.value", "0..1", "Coding", fixedCoding={"system": "urn:a", "code": "b"})
    assert check(tmp_path / "fixed", {"value": coding}, fixed).rules == [("fhir-fixed-value", "value")]
    concept = element(
        "Basic.value", "0..1", "CodeableConcept", patternCodeableConcept={"coding": [{"code": "b"}]}
    )
    assert check(tmp_path / "list", {"value": {"coding": [{"code": "a"}, coding]}}, concept).rules == []
    wrong = check(tmp_path / "other", {"value": {"coding": [{"code": "a"}]}}, concept)
    assert wrong.rules == [("fhir-fixed-value", "value")]


def test_a_fixed_text_that_may_be_personal_is_not_repeated(tmp_path: Path) -> None:
    one = element("Basic.value", "0..1", "string", fixedString="a")
    assert "secret" not in check(tmp_path, {"value": "secret"}, one).notes[0].message


# Choices ------------------------------------------------------------------------------------------------

CHOICE = element("Basic.value[x]", "1..1", "string|Coding")


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ({"valueString": "a"}, []),
        ({"valueCoding": {"code": "a"}}, []),
        ({"_valueString": {"id": "a"}}, []),
        ({"valueString": 1}, [("fhir-type", "valueString")]),
        ({"valueCoding": "a"}, [("fhir-type", "valueCoding")]),
        ({}, [("fhir-cardinality", "value[x]")]),
        ({"valueString": "a", "valueCoding": {"code": "a"}}, [("fhir-cardinality", "")]),
        ({"valueInteger": 1}, [("fhir-type", "valueInteger"), ("fhir-cardinality", "value[x]")]),
    ],
)
def test_a_choice_has_one_of_its_types(tmp_path: Path, value: Json, rules: list[tuple[str, str]]) -> None:
    assert check(tmp_path, value, CHOICE).rules == rules


def test_a_choice_that_is_closed_to_one_slice_has_its_type(tmp_path: Path) -> None:
    elements = (
        element(
            "Basic.value[x]",
            "0..1",
            "string|Coding",
            slicing={"discriminator": [{"type": "type", "path": "$this"}], "rules": "closed"},
        ),
        element("Basic.value[x]:valueCoding", "1..1", "Coding", base="1"),
        element("Basic.value[x]:valueCoding.code", "1..1", "code", patternCode="a"),
    )
    assert check(tmp_path, {"valueCoding": {"code": "a"}}, *elements).rules == []
    other = check(tmp_path / "code", {"valueCoding": {"code": "b"}}, *elements)
    assert other.rules == [("fhir-fixed-value", "valueCoding.code")]
    text = check(tmp_path / "type", {"valueString": "a"}, *elements)
    assert text.rules == [("fhir-type", "valueString"), ("fhir-cardinality", "value[x]")]


# Types --------------------------------------------------------------------------------------------------


def test_a_complex_type_is_checked_by_its_definition(tmp_path: Path) -> None:
    name = element("Basic.name", "0..1", "HumanName")
    assert check(tmp_path, {"name": {"given": ["A"]}}, name).rules == []
    assert check(tmp_path / "wrong", {"name": {"given": "A"}}, name).rules == [("fhir-type", "name.given")]
    assert check(tmp_path / "text", {"name": "A"}, name).rules == [("fhir-type", "name")]


def test_a_definition_in_the_packages_goes_before_our_own(tmp_path: Path) -> None:
    own = profile("HumanName", "HumanName", element("HumanName.given", "1..1", "string"), kind="complex-type")
    own["url"] = "http://hl7.org/fhir/StructureDefinition/HumanName"
    name = element("Basic.name", "0..1", "HumanName")
    assert check(tmp_path, {"name": {}}, name, more=(own,)).rules == [
        ("ele-1", "name"),
        ("fhir-cardinality", "name.given"),
    ]


def test_a_type_that_nobody_defines_is_told_as_not_checked(tmp_path: Path) -> None:
    found = check(tmp_path, {"timing": {"x": 1}}, element("Basic.timing", "0..1", "Timing"))
    assert found.rules == []
    assert found.not_checked == [
        "the data type http://hl7.org/fhir/StructureDefinition/Timing is in none of the packages "
        "(hl7.fhir.r4.core 4.0.1 is missing)"
    ]


def test_a_type_with_a_profile_keeps_that_profile(tmp_path: Path) -> None:
    short = profile("short", "HumanName", element("HumanName.family", "1..1", "string"), kind="complex-type")
    name = element("Basic.name", "0..1", typed("HumanName", "short"))
    found = check(tmp_path, {"name": {"given": ["A"]}}, name, more=(short,))
    assert ("fhir-cardinality", "name.family") in found.rules
    either = element("Basic.name", "0..1", typed("HumanName", "short", "long"))
    long = profile("long", "HumanName", element("HumanName.text", "1..1", "string"), kind="complex-type")
    assert check(tmp_path / "either", {"name": {"text": "A"}}, either, more=(short, long)).rules == []
    neither = check(tmp_path / "neither", {"name": {"use": "a"}}, either, more=(short, long))
    assert neither.rules == [("fhir-type", "name")]


def test_a_profile_that_is_missing_is_named(tmp_path: Path) -> None:
    name = element("Basic.name", "0..1", typed("HumanName", "http://hl7.org/fhir/Nowhere"))
    found = check(tmp_path, {"name": {"text": "A"}}, name)
    assert found.rules == []
    assert found.not_checked == [
        "the profile http://hl7.org/fhir/Nowhere is in none of the packages (hl7.fhir.r4.core 4.0.1 is missing)"
    ]


def test_children_of_the_snapshot_are_checked_below_their_element(tmp_path: Path) -> None:
    elements = (
        element("Basic.part", "0..*", "BackboneElement"),
        element("Basic.part.code", "1..1", "code"),
        element("Basic.part.part", "0..*", contentReference="#Basic.part"),
    )
    nested = {"part": [{"code": "a", "part": [{"code": "b", "part": [{"code": 1}]}]}]}
    assert check(tmp_path, nested, *elements).rules == [("fhir-type", "part[0].part[0].part[0].code")]


def test_a_content_reference_that_leads_nowhere_is_not_checked(tmp_path: Path) -> None:
    found = check(tmp_path, {"part": [{}]}, element("Basic.part", "0..*", contentReference="#Basic.none"))
    assert "leads nowhere" in found.not_checked[0]


def test_an_empty_element_is_found_at_any_depth(tmp_path: Path) -> None:
    found = check(tmp_path, {"name": {"period": {"id": "a"}}}, element("Basic.name", "0..1", "HumanName"))
    assert found.rules == [("ele-1", "name.period")]


def test_the_resource_must_be_of_the_type_of_its_profile(tmp_path: Path) -> None:
    definition = profile("thing", "Basic")
    found = Checked(world(tmp_path, definition), "thing", {"resourceType": "Patient"})
    assert found.rules == [("fhir-type", "")]


# Bindings -----------------------------------------------------------------------------------------------

SETS = (code_system("letters", "a", "b"), value_set("set", {"system": LETTERS}))


def bound(type_name: str, strength: str = "required", name: str = "set", **more: Any) -> Json:
    told = {"strength": strength, "valueSet": f"http://example.org/fhir/ValueSet/{name}", **more}
    return element("Basic.value", "0..1", type_name, binding=told)


@pytest.mark.parametrize(
    ("type_name", "right", "wrong"),
    [
        ("code", "a", "c"),
        ("Coding", {"system": LETTERS, "code": "a"}, {"system": "urn:x", "code": "a"}),
        ("Coding", {"system": LETTERS, "code": "b"}, {"code": "a"}),
        ("Coding", {"system": LETTERS, "code": "b"}, {"system": LETTERS}),
        (
            "CodeableConcept",
            {"coding": [{"system": "urn:x", "code": "z"}, {"system": LETTERS, "code": "a"}]},
            {"coding": [{"system": LETTERS, "code": "c"}]},
        ),
        ("CodeableConcept", {"coding": [{"system": LETTERS, "code": "a"}]}, {"text": "A"}),
    ],
)
def test_a_required_binding_is_a_closed_list(tmp_path: Path, type_name: str, right: Any, wrong: Any) -> None:
    assert check(tmp_path, {"value": right}, bound(type_name), more=SETS).rules == []
    found = check(tmp_path / "wrong", {"value": wrong}, bound(type_name), more=SETS)
    assert found.rules == [("fhir-binding", "value")] and found.notes[0].severity == "error"


@pytest.mark.parametrize(
    ("strength", "rule", "severity"),
    [
        ("extensible", "fhir-binding-extensible", "warning"),
        ("preferred", "fhir-binding-preferred", "information"),
    ],
)
def test_weaker_bindings_are_weaker_findings(tmp_path: Path, strength: str, rule: str, severity: str) -> None:
    found = check(tmp_path, {"value": "c"}, bound("code", strength), more=SETS)
    assert [(note.rule, note.severity) for note in found.notes] == [(rule, severity)]
    assert check(tmp_path / "example", {"value": "c"}, bound("code", "example"), more=SETS).rules == []


def test_a_largest_value_set_binds_like_a_required_one(tmp_path: Path) -> None:
    largest = {
        "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
        "valueCanonical": "http://example.org/fhir/ValueSet/set",
    }
    one = bound("code", "preferred", "other", extension=[largest])
    found = check(tmp_path, {"value": "c"}, one, more=SETS)
    assert found.rules == [("fhir-binding", "value")]
    assert "ValueSet/other is in none of the packages" in found.not_checked[0]


def test_codes_of_a_value_set_that_is_missing_are_not_checked(tmp_path: Path) -> None:
    found = check(tmp_path, {"value": "c"}, bound("code"))
    assert found.rules == [] and "ValueSet/set is in none of the packages" in found.not_checked[0]


def test_codes_of_a_system_that_is_missing_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    sets = (value_set("set", {"system": "urn:far"}, {"system": LETTERS, "concept": [{"code": "a"}]}),)
    for value, rules, open_ones in (
        ({"system": LETTERS, "code": "a"}, 0, 0),
        ({"system": LETTERS, "code": "b"}, 1, 0),
        ({"system": "urn:far", "code": "b"}, 0, 1),
    ):
        found = check(
            tmp_path / value["code"] / value["system"][:3], {"value": value}, bound("Coding"), more=sets
        )
        assert (len(found.rules), len(found.not_checked)) == (rules, open_ones)


# Extensions ---------------------------------------------------------------------------------------------


def test_an_extension_is_checked_by_its_own_definition(tmp_path: Path) -> None:
    any_extension = element("Basic.extension", "0..*", "Extension")
    noted = extension("noted", "string")
    right = {"extension": [{"url": f"{PROFILES}/noted", "valueString": "a"}]}
    assert check(tmp_path, right, any_extension, more=(noted,)).rules == []
    wrong = {"extension": [{"url": f"{PROFILES}/noted", "valueCode": "a"}]}
    found = check(tmp_path / "wrong", wrong, any_extension, more=(noted,))
    assert ("fhir-type", "extension[0].valueCode") in found.rules


def test_an_extension_that_nobody_defines_is_not_checked(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        {"extension": [{"url": "urn:strange", "valueString": "a"}]},
        element("Basic.extension", "0..*", "Extension"),
    )
    assert found.rules == [] and found.not_checked == ["the extension urn:strange is in none of the packages"]


def test_an_extension_holds_a_value_or_extensions(tmp_path: Path) -> None:
    rule = {"key": "ext-1", "severity": "error", "expression": "extension.exists() != value.exists()"}
    one = element("Basic.extension", "0..*", "Extension", constraint=[rule])
    both = {"url": "urn:x", "valueString": "a", "extension": [{"url": "urn:y", "valueString": "b"}]}
    for number, (given, rules) in enumerate(
        [
            ({"url": "urn:x", "valueString": "a"}, []),
            ({"url": "urn:x"}, [("ext-1", "extension[0]")]),
            (both, [("ext-1", "extension[0]")]),
        ]
    ):
        assert check(tmp_path / str(number), {"extension": [given]}, one).rules == rules


# Resources within resources -----------------------------------------------------------------------------


def test_a_contained_resource_without_definition_is_not_checked(tmp_path: Path) -> None:
    contained = element("Basic.contained", "0..*", "Resource")
    found = check(tmp_path, {"contained": [{"resourceType": "Device", "id": "a"}]}, contained)
    assert found.rules == [] and "a contained Device" in found.not_checked[0]
    nameless = check(tmp_path / "nameless", {"contained": [{"id": "a"}]}, contained)
    assert nameless.rules == [("fhir-type", "contained[0]")]


def test_a_contained_resource_is_checked_by_the_definition_of_its_type(tmp_path: Path) -> None:
    device = profile("Device", "Device", element("Device.status", "1..1", "code"))
    device["url"] = "http://hl7.org/fhir/StructureDefinition/Device"
    contained = element("Basic.contained", "0..*", "Resource")
    found = check(tmp_path, {"contained": [{"resourceType": "Device"}]}, contained, more=(device,))
    assert found.rules == [("fhir-cardinality", "contained[0].status")]


# Broken definitions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (None, "no snapshot"),
        ({"element": []}, "empty snapshot"),
        ({"element": [{"path": "Basic"}]}, "missing required field `id`"),
        ({"element": "Basic"}, "not built as a StructureDefinition is"),
        ({"element": [{"id": "Basic", "type": "string"}]}, "snapshot.element[0].type"),
        ({"element": [element("Basic"), element("Basic.a.b")]}, "stands before the one that holds it"),
        ({"element": [element("Basic"), element("Basic.a"), element("Basic.a:b.c")]}, "before its slice"),
        ({"element": [element("Basic"), element("Basic" + ".a" * 70)]}, "nests deeper"),
    ],
)
def test_a_definition_that_cannot_be_used_is_told_as_not_checked(
    tmp_path: Path, snapshot: Json | None, reason: str
) -> None:
    broken = {**profile("thing", "Basic"), "snapshot": snapshot}
    found = Checked(world(tmp_path, broken), "thing", {"resourceType": "Basic"})
    assert found.rules == [] and reason in found.not_checked[0]


@pytest.mark.parametrize(
    ("type_name", "value", "rule"),
    [
        ("Reference", {"reference": "#none"}, "ref-1"),
        ("Reference", {"display": "somebody"}, None),
        ("Period", {"start": "2025-02-01", "end": "2025-01-01"}, "per-1"),
        ("Period", {"start": "2025-01-01"}, None),
        ("Attachment", {"data": "YQ=="}, "att-1"),
        ("ContactPoint", {"value": "1"}, "cpt-2"),
        ("Quantity", {"code": "mg"}, "qty-3"),
        ("Extension", {"url": "urn:x"}, "ext-1"),
    ],
)
def test_data_types_have_their_invariants_without_fhirs_own_package(
    tmp_path: Path, type_name: str, value: Json, rule: str | None
) -> None:
    found = check(tmp_path, {"value": value}, element("Basic.value", "0..1", type_name))
    assert found.rules == ([(rule, "value")] if rule else [])
