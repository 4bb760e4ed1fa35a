"""FHIRPath as closures: what expressions give on a small tree, and what they say they cannot give."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mocks.standards.packages import fhirpath_library
from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.fhirpath import Env, compile_path
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, Held
from mocks.standards.packages.world import World
from tests.standards.packages.tiny import (
    BASE,
    PROFILES,
    Json,
    code_system,
    element,
    profile,
    value_set,
    world,
)

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "1",
    "active": True,
    "name": [{"use": "official", "family": "A", "given": ["b", "c"]}, {"use": "usual", "family": "A"}],
    "_birthDate": {"extension": [{"url": "urn:why", "valueCode": "unknown"}]},
    "gender": "male",
    "_gender": {"extension": [{"url": "urn:note", "valueString": "x"}]},
    "multipleBirthInteger": 2,
    "contact": [],
    "managingOrganization": {"reference": "Organization/2"},
    "generalPractitioner": [{"reference": "Organization/9"}, {"reference": "#own"}],
    "contained": [{"resourceType": "Practitioner", "id": "own"}],
    "extension": [{"url": "urn:a", "valueQuantity": {"value": 1.5}}, {"url": "urn:b", "valueString": "t"}],
}
ORGANIZATION: Json = {"resourceType": "Organization", "id": "2", "name": "O"}
BUNDLE: Json = {
    "resourceType": "Bundle",
    "entry": [
        {"fullUrl": "http://x/Patient/1", "resource": PATIENT},
        {"fullUrl": "http://x/Organization/2", "resource": ORGANIZATION},
    ],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    named = profile("named", "Patient", element("Patient.name", "1..*", "HumanName"))
    nameless = profile("nameless", "Patient", element("Patient.name", "0..0", "HumanName"))
    sets = (code_system("sexes", "male"), value_set("sexes", {"system": f"{BASE}/CodeSystem/sexes"}))
    return world(tmp_path_factory.mktemp("world"), named, nameless, *sets)


def env_of(made: World, of: Json = PATIENT) -> Env:
    context = PackageContext(BUNDLE, made)
    if of is not BUNDLE:
        context.enter(0)
    return Env(context, of, of, of, str(of.get("resourceType")))


def run(made: World, expression: str, of: Json = PATIENT) -> list[Any]:
    env = env_of(made, of)
    return compile_path(expression)(env.this, env)


TABLE: list[tuple[str, list[Any]]] = [
    # paths
    ("id", ["1"]),
    ("Patient.name.family", ["A", "A"]),
    ("Device.name", []),
    ("name[1].use", ["usual"]),
    ("name[7]", []),
    ("name.given", ["b", "c"]),
    ("nothing.at.all", []),
    ("`name`.first().given.last()", ["c"]),
    ("multipleBirth", [2]),
    ("multipleBirth.ofType(integer)", [2]),
    ("multipleBirth.ofType(boolean)", []),
    ("extension.value.ofType(Quantity).value", [1.5]),
    ("extension('urn:b').value", ["t"]),
    ("gender.extension('urn:note').value", ["x"]),
    ("birthDate.extension.value", ["unknown"]),
    ("gender.value", ["male"]),
    ("%resource.id", ["1"]),
    ("%context.id | %rootResource.id", ["1"]),
    ("%ucum", ["http://unitsofmeasure.org"]),
    # existence
    ("name.exists()", [True]),
    ("name.exists(use = 'old')", [False]),
    ("name.empty()", [False]),
    ("telecom.empty()", [True]),
    ("contact.exists()", [False]),
    ("birthDate.exists()", [True]),
    ("birthDate.hasValue()", [False]),
    ("gender.hasValue()", [True]),
    ("name.hasValue()", [False]),
    ("name.all(family = 'A')", [True]),
    ("name.all(use = 'usual')", [False]),
    ("telecom.all(false)", [True]),
    ("name.count()", [2]),
    ("name.family.isDistinct()", [False]),
    ("name.family.distinct()", ["A"]),
    ("(true | false).allTrue()", [False]),
    ("(true | false).anyTrue()", [True]),
    ("false.allFalse()", [True]),
    ("true.anyFalse()", [False]),
    ("name.where(use = 'usual').family", ["A"]),
    ("name.where(given.exists()).count() = 1", [True]),
    ("name.select(given.count())", [2, 0]),
    ("name.where($index = 1).use", ["usual"]),
    ("repeat(contained).id", ["own"]),
    ("name.use.first()", ["official"]),
    ("name.use.tail()", ["usual"]),
    ("name.use.skip(1)", ["usual"]),
    ("name.use.take(1)", ["official"]),
    ("name.use.single()", DataFault),  # type: ignore[list-item]
    ("id.single()", ["1"]),
    ("name.use.subsetOf('usual' | 'official' | 'old')", [True]),
    ("name.use.supersetOf('old')", [False]),
    ("name.use.intersect('old' | 'usual')", ["usual"]),
    ("name.use.exclude('usual')", ["official"]),
    ("name.use.combine('usual').count()", [3]),
    ("name.use.union('usual').count()", [2]),
    ("children().count() > 10", [True]),
    ("descendants().where($this = 't').exists()", [True]),
    ("contained.children().count()", [1]),
    # logic
    ("true and {}", []),
    ("false and {}", [False]),
    ("{} and false", [False]),
    ("true or {}", [True]),
    ("{} or false", []),
    ("true xor false", [True]),
    ("true xor {}", []),
    ("false implies {}", [True]),
    ("true implies false", [False]),
    ("true implies {}", []),
    ("{} implies true", [True]),
    ("{} implies false", []),
    ("active.not()", [False]),
    ("telecom.not()", []),
    ("id.exists().not()", [False]),
    ("name.first() and true", [True]),
    ("name and true", DataFault),  # type: ignore[list-item]
    ("iif(active, 'y', 'n')", ["y"]),
    ("iif(telecom.exists(), 'y')", []),
    # equality and order
    ("id = '1'", [True]),
    ("id != '1'", [False]),
    ("id = telecom", []),
    ("name.use = ('official' | 'usual')", [True]),
    ("name.use = ('usual' | 'official')", [False]),
    ("name.use ~ ('usual' | 'OFFICIAL')", [True]),
    ("name.use !~ ('usual' | 'old')", [True]),
    ("{} ~ {}", [True]),
    ("multipleBirth = 2.0", [True]),
    ("active = 1", [False]),
    ("multipleBirth > 1", [True]),
    ("multipleBirth <= 1", [False]),
    ("'b' > 'a'", [True]),
    ("telecom > 1", []),
    ("'usual' in name.use", [True]),
    ("name.use contains 'old'", [False]),
    # types
    ("contained.first() is Practitioner", [True]),
    ("contained.first().is(Resource)", [True]),
    ("$this.is(FHIR.Patient)", [True]),
    ("name.ofType(Patient)", []),
    ("active is boolean", [True]),
    ("multipleBirth is integer", [True]),
    ("multipleBirth is boolean", [False]),
    ("(multipleBirth as integer) + 1", [3]),
    ("telecom is ContactPoint", []),
    # texts and numbers
    ("id + 'x'", ["1x"]),
    ("id & telecom", ["1"]),
    ("1 + 1.5", [2.5]),
    ("-1 - 1", [-2]),
    ("gender.startsWith('ma')", [True]),
    ("gender.endsWith('x')", [False]),
    ("gender.contains('al')", [True]),
    ("telecom.startsWith('a')", []),
    ("name.use.startsWith('o')", DataFault),  # type: ignore[list-item]
    ("gender.matches('al')", [True]),
    ("gender.matchesFull('al')", [False]),
    ("gender.matches('^m[a-z]+$')", [True]),
    ("'a\\'b'", ["a'b"]),
    ("'\\u0041'", ["A"]),
    ("'a.b'.matches('a\\\\.b')", [True]),
    ("gender.length()", [4]),
    ("gender.upper().lower()", ["male"]),
    ("gender.substring(1, 2)", ["al"]),
    ("gender.indexOf('l')", [2]),
    ("gender.replace('m', 'M')", ["Male"]),
    ("'a,b'.split(',')", ["a", "b"]),
    ("id.toInteger()", [1]),
    ("gender.toInteger()", []),
    ("multipleBirth.toString()", ["2"]),
    ("id.trace('x')", ["1"]),
    # FHIR
    ("managingOrganization.resolve().name", ["O"]),
    ("managingOrganization.reference.resolve().name", ["O"]),
    ("generalPractitioner.resolve().id", ["own"]),
    (f"conformsTo('{PROFILES}/named')", [True]),
    (f"conformsTo('{PROFILES}/nameless')", [False]),
    (f"gender.memberOf('{BASE}/ValueSet/sexes')", [True]),
    (f"id.memberOf('{BASE}/ValueSet/sexes')", [False]),
]


@pytest.mark.parametrize(("expression", "expected"), TABLE, ids=[expression for expression, _ in TABLE])
def test_an_expression_gives_what_the_standard_says(made: World, expression: str, expected: Any) -> None:
    if expected is DataFault:
        with pytest.raises(DataFault):
            run(made, expression)
        return
    found = [item.value if isinstance(item, Held) else item for item in run(made, expression)]
    assert found == expected and [type(item) for item in found] == [type(item) for item in expected]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("id.magic()", r"the function magic\(\) is not known here"),
        ("now() > today()", "the moment of checking"),
        ("%invented", "%invented is not known here"),
        ("id.is(string)", "whether a text is a string"),
        ("name.first().is(HumanName)", "the type HumanName"),
        ("conformsTo('urn:none')", "urn:none is in none of the packages"),
        ("id.memberOf('urn:none')", "urn:none is in none of the packages"),
        ("1 * 2", "MultiplicativeExpression"),
        ("id.matches('[')", "the pattern"),
        ("name.(", "cannot be parsed"),
    ],
)
def test_what_is_not_known_says_so(made: World, expression: str, reason: str) -> None:
    with pytest.raises(CannotRun, match=reason):
        run(made, expression)


def test_what_is_not_known_does_no_harm_where_a_message_does_not_reach_it(made: World) -> None:
    assert run(made, "telecom.magic().empty()") == [True]
    assert run(made, "telecom.where(magic()).empty()") == [True]
    assert run(made, "active or id.magic()") == [True]


def test_seen_from_the_bundle_references_begin_at_its_entries(made: World) -> None:
    found = run(
        made, "Bundle.entry.resource.ofType(Patient).managingOrganization.reference.resolve().name", BUNDLE
    )
    assert found == ["O"]
    assert run(made, "entry.ofType(Patient)", BUNDLE) == []
    assert run(made, "entry.where(resource.is(Patient)).count()", BUNDLE) == [1]


def test_a_reference_that_is_ambiguous_from_the_bundle_is_not_guessed(made: World) -> None:
    other = {"fullUrl": "http://y/Organization/2", "resource": dict(ORGANIZATION, name="other")}
    twice = {"resourceType": "Bundle", "entry": [*BUNDLE["entry"], other]}
    context = PackageContext(twice, made)
    env = Env(context, twice, twice, twice)
    with pytest.raises(CannotRun, match="leads to several entries"):
        compile_path("entry.resource.managingOrganization.resolve()")(env.this, env)


def test_a_narrative_is_checked_by_htmlchecks(made: World) -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
    for inner, good in (
        ("<p>text</p>", True),
        ('<img src="#a" alt="a"/>', True),
        ("  ", False),
        ("<script>x</script>", False),
        ('<p onclick="x">a</p>', False),
        ('<a href=" javascript:x">a</a>', False),
        ("<ins>a</ins>", False),
        ("<p>a", False),
    ):
        text = {"resourceType": "Patient", "text": {"div": div.format(inner)}}
        assert run(made, "text.`div`.htmlChecks()", text) == [good]
    for whole in ("<div>no namespace</div>", '<!DOCTYPE div [<!ENTITY a "b">]><div>&a;</div>', "text"):
        assert run(made, "text.`div`.htmlChecks()", {"resourceType": "Patient", "text": {"div": whole}}) == [
            False
        ]


# The second opinion --------------------------------------------------------------------------------------

DOCUMENT = Path(__file__).parents[3] / "docs" / "packages.md"


def told_of_the_library() -> set[str]:
    """The expressions that the document lists under the answers of fhirpathpy."""
    section = DOCUMENT.read_text("utf-8").partition("## fhirpathpy")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(.+?)` \| ", section, re.MULTILINE)
    return {row.replace("\\|", "|") for row in rows}


def test_fhirpathpy_agrees_but_for_what_the_document_tells_of_it(made: World) -> None:
    differing = set()
    for expression, expected in TABLE:
        if expected is DataFault:
            continue
        env = env_of(made)
        try:
            found = fhirpath_library.evaluate(expression, env)
        except (CannotRun, DataFault):
            continue
        if [str(item) for item in found] != [str(item) for item in expected]:
            differing.add(expression)
            print(f"{expression}: {found}, expected {expected}")
    assert differing == told_of_the_library()


def test_fhirpathpy_runs_what_our_closures_do_not_know(made: World) -> None:
    assert fhirpath_library.holds("2 * 3 = 6", env_of(made))
    assert not fhirpath_library.holds("2 * 3 = 7", env_of(made))
    assert fhirpath_library.holds("managingOrganization.resolve().hasValue().not()", env_of(made))


@pytest.mark.parametrize("expression", ["now() > @2020-01-01", "id.magic()", "name.("])
def test_fhirpathpy_is_not_asked_for_the_clock_and_its_errors_are_reasons(
    made: World, expression: str
) -> None:
    with pytest.raises(CannotRun):
        fhirpath_library.holds(expression, env_of(made))


def test_an_expression_is_parsed_once() -> None:
    assert compile_path("id") is compile_path("id")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("period.start = period.end", [True]),
        ("period.start <= period.end", [True]),
        ("period.start < birthDate", CannotRun),
        ("birthDate < deceasedDateTime", []),
        ("birthDate < '2026-01'", [True]),
        ("period.start < multipleBirthInteger", CannotRun),
    ],
)
def test_moments_are_compared_as_moments(made: World, expression: str, expected: Any) -> None:
    moments = {
        "resourceType": "Patient",
        "birthDate": "2025",
        "deceasedDateTime": "2025-01",
        "multipleBirthInteger": 1,
        "period": {"start": "2025-01-01T10:00:00Z", "end": "2025-01-01T11:00:00+01:00"},
    }
    if expected is CannotRun:
        with pytest.raises(CannotRun):
            run(made, expression, moments)
    else:
        assert run(made, expression, moments) == expected
