"""Whole messages against small packages: entries, references, invariants, and which version applies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mocks.errors import BadInput
from mocks.standards.packages.message import Packages, Result, load
from tests.standards.packages.tiny import (
    PROFILES,
    Json,
    code_system,
    element,
    folder,
    invariant,
    package_json,
    profile,
    sliced,
    typed,
)

UUID = "0d5b3c18-0000-4000-8000-00000000000"


def definitions(*more: Json, definition: Json | None = None, rules: tuple[Json, ...] = ()) -> list[Json]:
    """A message of a header that leads to a letter, and of the letter, which leads to a patient."""
    header = profile(
        "header",
        "MessageHeader",
        element("MessageHeader.id", "1..1", "id"),
        element("MessageHeader.meta", "0..1", "Meta"),
        element("MessageHeader.event[x]", "1..1", "Coding"),
        element("MessageHeader.event[x].code", "1..1", "code", patternCode="letter-message"),
        element(
            "MessageHeader.focus",
            "1..1",
            typed("Reference", target=("letter",), aggregation=["bundled"]),
            base="*",
        ),
        element("MessageHeader.definition", "0..1", "canonical", **(definition or {})),
    )
    letter = profile(
        "letter",
        "Communication",
        element("Communication.id", "0..1", "id"),
        element("Communication.meta", "0..1", "Meta"),
        element("Communication.status", "1..1", "code", fixedCode="unknown"),
        element("Communication.subject", "0..1", typed("Reference", target=("patient",))),
        element("Communication.about", "0..*", typed("Reference", target=("patient", "young-patient"))),
        element(
            "Communication.sender",
            "0..1",
            typed("Reference", target=("http://hl7.org/fhir/StructureDefinition/Organization",)),
        ),
    )
    patient = profile(
        "patient",
        "Patient",
        element("Patient.id", "0..1", "id"),
        element("Patient.name", "1..*", "HumanName"),
        element("Patient.active", "0..1", "boolean"),
    )
    young = profile(
        "young-patient",
        "Patient",
        element("Patient.id", "0..1", "id"),
        element("Patient.active", "1..1", "boolean", fixedBoolean=True),
    )
    bundle = profile(
        "message",
        "Bundle",
        element("Bundle", "0..*", constraint=list(rules)),
        element("Bundle.id", "0..1", "id"),
        element("Bundle.meta", "0..1", "Meta"),
        element("Bundle.type", "1..1", "code", patternCode="message"),
        element("Bundle.entry", "1..*", "BackboneElement"),
        element("Bundle.entry.fullUrl", "0..1", "uri"),
        element("Bundle.entry.resource", "1..1", "Resource"),
    )
    return [bundle, header, letter, patient, young, *more]


def packages(tmp_path: Path, *defined: Json, version: str = "1.0.0", name: str = "org.letters") -> Packages:
    folder(tmp_path, package_json(name, version, hl7_fhir_r4_core="4.0.1"), *defined)
    return load([tmp_path])


def header(**more: Any) -> Json:
    return {
        "resourceType": "MessageHeader",
        "id": "h",
        "meta": {"profile": [f"{PROFILES}/header"]},
        "eventCoding": {"code": "letter-message"},
        "focus": [{"reference": "Communication/c"}],
        **more,
    }


def letter(**more: Any) -> Json:
    return {"resourceType": "Communication", "id": "c", "status": "unknown", **more}


PATIENT: Json = {"resourceType": "Patient", "id": "p", "name": [{"family": "A"}]}


def message(*resources: Json, **more: Any) -> Json:
    entries = [
        {"fullUrl": f"http://x/{one['resourceType']}/{one['id']}", "resource": one} for one in resources
    ]
    return {"resourceType": "Bundle", "type": "message", "entry": entries, **more}


def found(result: Result) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in result.findings]


def check(at: Packages, tree: Json) -> Result:
    return at.check(json.dumps(tree).encode())


def test_a_right_message_has_no_findings_and_says_by_what_it_was_checked(tmp_path: Path) -> None:
    result = check(packages(tmp_path, *definitions()), message(header(), letter()))
    assert found(result) == [] and not result.broken and result.complete
    assert (result.standard, result.version) == ("org.letters", "1.0.0")
    assert result.missing == ["hl7.fhir.r4.core 4.0.1"]
    assert "http://hl7.org/fhir/StructureDefinition/Coding" in result.stand_ins


def test_a_reference_asks_its_target_to_keep_a_profile(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    wrong = message(
        header(), letter(status="done", subject={"reference": "Patient/p"}), {**PATIENT, "name": []}
    )
    assert found(check(at, wrong)) == [
        ("fhir-fixed-value", "Bundle.entry[1].resource.status"),
        ("fhir-cardinality", "Bundle.entry[2].resource.name"),
    ]


def test_a_reference_that_must_be_bundled_leads_to_an_entry_of_the_right_type(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    nowhere = message(header(focus=[{"reference": "Communication/z"}]), letter())
    assert found(check(at, nowhere)) == [("fhir-reference", "Bundle.entry[0].resource.focus[0].reference")]
    silent = message(header(focus=[{"display": "z"}]), letter())
    assert ("fhir-reference", "Bundle.entry[0].resource.focus[0]") in found(check(at, silent))
    other = message(header(focus=[{"reference": "Patient/p"}]), letter(), PATIENT)
    assert found(check(at, other)) == [("fhir-reference", "Bundle.entry[0].resource.focus[0].reference")]


def test_a_reference_out_of_the_bundle_is_judged_by_the_type_in_its_address(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    assert found(check(at, message(header(), letter(sender={"reference": "Organization/far"})))) == []
    wrong = message(header(), letter(sender={"reference": "http://far/Location/1"}))
    assert found(check(at, wrong)) == [("fhir-reference", "Bundle.entry[1].resource.sender.reference")]


def test_of_several_target_profiles_one_must_be_kept(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    about = [{"reference": "Patient/p"}]
    for patient, rules in (
        (PATIENT, []),
        ({"resourceType": "Patient", "id": "p", "active": True}, []),
        (
            {"resourceType": "Patient", "id": "p", "active": False},
            [("fhir-profile", "Bundle.entry[1].resource.about[0].reference")],
        ),
    ):
        result = check(at, message(header(), letter(about=about), patient))
        assert found(result) == rules


def test_an_entry_without_any_profile_at_hand_is_not_checked(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    device = {"resourceType": "Device", "id": "d"}
    result = check(at, message(header(), letter(), device))
    assert found(result) == [] and not result.complete
    assert "entry 2, Device" in result.not_checked[0]
    empty = check(at, message(header(), letter(), {**device, "meta": {}, "status": ""}))
    assert found(empty) == [
        ("ele-1", "Bundle.entry[2].resource.meta"),
        ("ele-1", "Bundle.entry[2].resource.status"),
    ]


def test_a_profile_that_an_entry_names_and_nobody_has_is_not_checked(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    named = {**PATIENT, "meta": {"profile": ["urn:elsewhere", f"{PROFILES}/patient"]}}
    result = check(at, message(header(), letter(), {**named, "name": []}))
    assert found(result)[0] == ("fhir-cardinality", "Bundle.entry[2].resource.name")
    assert result.not_checked == ["Patient: the profile urn:elsewhere is in none of the packages"]


def test_a_profile_in_another_version_is_checked_by_the_one_at_hand_and_told(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    named = {**PATIENT, "meta": {"profile": [f"{PROFILES}/patient|9.9.9"]}}
    result = check(at, message(header(), letter(), {**named, "name": []}))
    assert found(result)[0] == ("fhir-cardinality", "Bundle.entry[2].resource.name")
    assert result.complete and result.substituted == [f"{PROFILES}/patient|9.9.9: 1.0.0 is used"]
    assert "patient|9.9.9: 1.0.0 is used" in result.told[-1].message


@pytest.mark.parametrize("kind", ["profile", "type"])
def test_entries_of_a_bundle_may_be_sliced_by_what_they_hold(tmp_path: Path, kind: str) -> None:
    sliced_entries = profile(
        "message",
        "Bundle",
        element("Bundle.type", "1..1", "code", patternCode="message"),
        element(
            "Bundle.entry", "1..*", "BackboneElement", slicing=sliced(f"{kind}:resource", rules="closed")
        ),
        element("Bundle.entry.fullUrl", "0..1", "uri"),
        element("Bundle.entry.resource", "1..1", "Resource"),
        element("Bundle.entry:header", "1..1", "BackboneElement", base="*"),
        element("Bundle.entry:header.fullUrl", "1..1", "uri"),
        element("Bundle.entry:header.resource", "1..1", typed("MessageHeader", "header")),
        element("Bundle.entry:letter", "1..1", "BackboneElement", base="*"),
        element("Bundle.entry:letter.fullUrl", "0..1", "uri"),
        element("Bundle.entry:letter.resource", "1..1", typed("Communication", "letter")),
    )
    at = packages(tmp_path, sliced_entries, *definitions()[1:])
    assert found(check(at, message(header(), letter()))) == []
    more = check(at, message(header(), letter(), PATIENT))
    assert ("fhir-slicing", "Bundle.entry[2]") in found(more)
    bare = message(header(), letter())
    del bare["entry"][0]["fullUrl"]
    rules = found(check(at, bare))
    if kind == "type":
        assert ("fhir-cardinality", "Bundle.entry[0].fullUrl") in rules
    else:  # without fullUrl its reference leads nowhere, and so it does not keep the profile
        assert ("fhir-slicing", "Bundle.entry[0]") in rules


# Invariants ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (invariant("org-1", "entry.count() = 2"), "kept"),
        (invariant("org-1", "entry.count() = 3"), "broken"),
        (invariant("org-1", "entry.resource.ofType(Device).active"), "broken"),  # nothing is not true
        (invariant("org-1", "entry.fullUrl.startsWith('http')"), "broken"),  # several values for one
        (invariant("org-1", "entry.count() = 3", "warning"), "warned"),
        (invariant("org-1", "entry.count() * 2 = 4"), "kept"),  # by fhirpathpy
        (invariant("org-1", "entry.count() * 2 = 5"), "broken"),
        (invariant("org-1", "entry.magic()"), "not checked"),
        (invariant("org-1", "now() > @2020-01-01"), "not checked"),
        (invariant("org-1", "entry.("), "not checked"),
        (invariant("org-1", ""), "not checked"),
        (invariant("org-1", "conformsTo('urn:nowhere')"), "not checked"),
        (invariant("org-1", f"entry[1].resource.conformsTo('{PROFILES}/letter')"), "kept"),
        (invariant("org-1", f"entry[1].resource.conformsTo('{PROFILES}/patient')"), "broken"),
    ],
)
def test_an_invariant_is_kept_broken_or_not_checked(tmp_path: Path, rule: Json, outcome: str) -> None:
    result = check(packages(tmp_path, *definitions(rules=(rule,))), message(header(), letter()))
    weights = {"broken": "error", "warned": "warning"}
    expected = [("org-1", "Bundle", weights[outcome])] if outcome in weights else []
    assert [(f.rule, f.path, f.severity) for f in result.findings] == expected
    assert result.complete is (outcome != "not checked")
    if outcome == "not checked":
        assert "org-1 of message 1.0.0" in result.not_checked[0]


def test_invariants_with_one_expression_are_told_each_by_its_id(tmp_path: Path) -> None:
    rules = (invariant("org-1", "entry.count() = 3"), invariant("org-2", "entry.count() = 3"))
    result = check(packages(tmp_path, *definitions(rules=rules)), message(header(), letter()))
    assert found(result) == [("org-1", "Bundle"), ("org-2", "Bundle")]
    assert result.findings[0].message == "org-1 holds"


def test_an_entry_without_full_url_does_not_break_bdl_8(tmp_path: Path) -> None:
    rule = invariant("bdl-8", "fullUrl.contains('/_history/').not()")
    bundle = definitions()[0]
    next(e for e in bundle["snapshot"]["element"] if e["id"] == "Bundle.entry")["constraint"] = [rule]
    at = packages(tmp_path, bundle, *definitions()[1:])
    tree = message(header(), letter(), PATIENT)
    del tree["entry"][2]["fullUrl"]
    assert found(check(at, tree)) == []
    tree["entry"][2]["fullUrl"] = "http://x/Patient/p/_history/1"
    assert found(check(at, tree)) == [("bdl-8", "Bundle.entry[2]")]


# Which package, which version ---------------------------------------------------------------------------


def versions(tmp_path: Path, *told: tuple[str, Json]) -> Packages:
    for version, definition in told:
        folder(tmp_path, package_json("org.letters", version), *definitions(definition=definition))
    return load([tmp_path])


OLD, NEW = {"patternCanonical": "urn:letters|1.0"}, {"patternCanonical": "urn:letters|2.0"}


@pytest.mark.parametrize(
    ("definition", "chosen", "others"),
    [
        ("urn:letters|1.0", "1.0.0", ()),
        ("urn:letters|2.0", "2.0.0", ()),
        ("urn:other", "2.0.0", ("1.0.0",)),
        ("urn:other|1.0", "1.0.0", ()),
    ],
)
def test_the_version_is_that_whose_definition_fits(
    tmp_path: Path, definition: str, chosen: str, others: tuple[str, ...]
) -> None:
    at = versions(tmp_path, ("1.0.0", OLD), ("2.0.0", NEW))
    result = check(at, message(header(definition=definition), letter()))
    assert (result.version, result.others) == (chosen, others)


def test_where_several_versions_fit_the_newest_is_taken_and_the_others_are_told(tmp_path: Path) -> None:
    at = versions(tmp_path, ("2.0.1", NEW), ("2.0.10", NEW), ("2.0.9", NEW), ("1.0.0", OLD))
    result = check(at, message(header(definition="urn:letters|2.0"), letter()))
    assert (result.version, result.others) == ("2.0.10", ("2.0.1", "2.0.9"))


def test_a_profile_named_with_its_version_decides(tmp_path: Path) -> None:
    at = versions(tmp_path, ("1.0.0", NEW), ("2.0.0", NEW))
    named = message(header(), letter(), meta={"profile": [f"{PROFILES}/message|1.0.0"]})
    assert check(at, named).version == "1.0.0"


def test_a_message_that_names_no_profile_is_known_by_its_event(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    bare = header()
    del bare["meta"]
    assert check(at, message(bare, letter())).standard == "org.letters"


def test_of_several_packages_that_apply_whose_profiles_are_named_goes_first(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.base"), *definitions())
    special = profile(
        "special",
        "Bundle",
        element("Bundle.type", "1..1", "code"),
        element("Bundle.meta", "0..1", "Meta"),
        element("Bundle.entry", "0..*", "BackboneElement"),
    )
    folder(tmp_path, package_json("org.special", org_base="1.0.0"), special)
    at = load([tmp_path])
    assert check(at, message(header(), letter())).standard == "org.base"
    named = message(header(), letter(), meta={"profile": [f"{PROFILES}/special"]})
    assert check(at, named).standard == "org.special"


def test_a_message_of_no_package_is_not_checked_and_not_broken(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    other = {"resourceType": "Patient", "id": "p", "meta": {"profile": ["urn:other"]}}
    result = check(at, message(other))
    assert result.standard == "" and not result.broken and not result.complete
    assert found(result) == [("tvaers-no-package", "Bundle.meta.profile")]


# Reading ------------------------------------------------------------------------------------------------


def test_packages_without_profiles_and_for_other_versions_of_fhir_are_refused(tmp_path: Path) -> None:
    folder(tmp_path / "a", package_json("org.codes"), code_system("a", "b"))
    with pytest.raises(BadInput, match="none of these packages holds profiles"):
        load([tmp_path / "a"])
    described = {**package_json("org.five"), "fhirVersions": ["5.0.0"]}
    folder(tmp_path / "b", described, *definitions())
    with pytest.raises(BadInput, match="not for FHIR R4"):
        load([tmp_path / "b"])


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "fhir-json"),
        (b"nothing", "fhir-json"),
        (b'{"resourceType": "Patient"}', "fhir-type"),
        (b"<Bundle", "fhir-xml"),
        (b'{"resourceType": "Bundle", "type": 1, "type": 2}', "fhir-json-names"),
    ],
)
def test_what_is_no_message_is_a_finding(tmp_path: Path, raw: bytes, rule: str) -> None:
    result = packages(tmp_path, *definitions()).check(raw)
    assert [finding.rule for finding in result.findings][:1] == [rule] and result.broken


def test_a_message_that_is_nested_too_deeply_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = packages(tmp_path, *definitions())

    def deep(*told: object) -> None:
        raise RecursionError

    monkeypatch.setattr("mocks.standards.packages.message._message", deep)
    assert found(check(at, message(header(), letter()))) == [("tvaers-depth", "Bundle")]


def test_the_deepest_message_that_can_be_read_can_be_checked(tmp_path: Path) -> None:
    patient = definitions()[3]
    patient["snapshot"]["element"] += [
        element("Patient.link", "0..*", "BackboneElement"),
        element("Patient.link.link", "0..*", contentReference="#Patient.link"),
    ]
    at = packages(tmp_path, *definitions()[:3], patient)
    deep: Json = {"link": []}
    for _ in range(115):
        deep = {"link": [deep]}
    result = check(at, message(header(), letter(subject={"reference": "Patient/p"}), {**PATIENT, **deep}))
    assert [rule for rule, _ in found(result)] in (["fhir-cardinality"], ["tvaers-depth"])


def test_ten_digits_are_not_repeated_in_a_finding(tmp_path: Path) -> None:
    at = packages(tmp_path, *definitions())
    wrong = message(header(), letter(status="0101010000"), {**PATIENT, "id": "p", "active": 101010000})
    told = " ".join(f"{f.message} {f.mend}" for f in check(at, wrong).findings)
    assert told and "0101010000" not in told


def test_xml_takes_its_lists_and_numbers_from_the_profiles(tmp_path: Path) -> None:
    unusual = profile(
        "letter",
        "Communication",
        element("Communication.id", "0..1", "id"),
        element("Communication.count", "0..1", "integer"),
        element("Communication.flag", "0..1", "boolean"),
        element("Communication.weight", "0..1", "decimal"),
        element("Communication.tag", "0..1", "string"),
        element("Communication.word", "0..*", "string"),
        element("Communication.part", "0..*", "BackboneElement"),
        element("Communication.part.value[x]", "0..1", "integer|string"),
        element("Communication.part.name", "0..*", "HumanName"),
    )
    at = packages(tmp_path, *definitions()[:2], unusual, *definitions()[3:])
    inner = (
        '<id value="c"/><count value="{count}"/><flag value="true"/><weight value="1.5"/><tag value="t"/>'
        '<word value="a"><extension url="urn:x"><valueString value="b"/></extension></word>'
        '<part><valueInteger value="3"/><name><family value="F"/></name></part>'
    )
    raw = (
        '<Bundle xmlns="http://hl7.org/fhir"><type value="message"/>'
        '<entry><fullUrl value="http://x/MessageHeader/h"/><resource><MessageHeader><id value="h"/>'
        f'<meta><profile value="{PROFILES}/header"/></meta><eventCoding><code value="letter-message"/></eventCoding>'
        '<focus><reference value="Communication/c"/></focus></MessageHeader></resource></entry>'
        '<entry><fullUrl value="http://x/Communication/c"/><resource><Communication>'
        f'<meta><profile value="{PROFILES}/letter"/></meta>{inner}</Communication></resource></entry></Bundle>'
    ).replace('<meta><profile value="' + PROFILES + '/letter"/></meta>', "")
    result = at.check(raw.format(count=7).encode())
    assert found(result) == []
    wrong = at.check(raw.format(count="seven").encode())
    assert found(wrong) == [("fhir-type", "Bundle.entry[1].resource.count")]
