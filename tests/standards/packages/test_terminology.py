"""Value sets become lists of codes where the packages say enough; the rest is said to be unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mocks.standards.packages.reading import read_packages
from mocks.standards.packages.scope import Scope
from mocks.standards.packages.terminology import Expansion, Terminology
from tests.standards.packages.tiny import BASE, code_system, folder, package_json, value_set

LETTERS = f"{BASE}/CodeSystem/letters"
TREE = code_system("tree", {"code": "root", "concept": [{"code": "leaf", "concept": [{"code": "tip"}]}]}, "x")


def expand(tmp_path: Path, *resources: dict[str, Any], name: str = "set") -> Expansion:
    folder(tmp_path, package_json("org.tiny"), *resources)
    packages = read_packages([tmp_path])
    found = Terminology(Scope(packages[0], packages), lambda url: None).expand(f"{BASE}/ValueSet/{name}")
    assert found is not None
    return found


def test_listed_codes_and_whole_systems_are_listed(tmp_path: Path) -> None:
    found = expand(
        tmp_path,
        code_system("letters", "a", "b"),
        value_set("set", {"system": LETTERS}, {"system": "urn:x", "concept": [{"code": "c"}]}),
    )
    assert found.pairs == {(LETTERS, "a"), (LETTERS, "b"), ("urn:x", "c")}
    assert found.holds(LETTERS, "a") and found.holds_bare("c")
    assert found.holds("urn:x", "a") is False and found.holds_bare("d") is False


def test_a_code_system_that_is_not_at_hand_leaves_its_codes_open(tmp_path: Path) -> None:
    found = expand(
        tmp_path, value_set("set", {"system": LETTERS}, {"system": "urn:x", "concept": [{"code": "c"}]})
    )
    assert found.holds(LETTERS, "a") is None and found.holds_bare("a") is None
    assert found.holds("urn:x", "c") is True and found.holds("urn:x", "d") is False
    assert "letters is in none of the packages" in found.unlisted[LETTERS]


def test_a_fragment_of_a_code_system_knows_only_what_is_right(tmp_path: Path) -> None:
    found = expand(
        tmp_path, code_system("letters", "a", content="fragment"), value_set("set", {"system": LETTERS})
    )
    assert found.holds(LETTERS, "a") is True and found.holds(LETTERS, "z") is None


def test_a_hierarchy_is_filtered(tmp_path: Path) -> None:
    def below(operation: str) -> dict[str, Any]:
        rule = {"property": "concept", "op": operation, "value": "leaf"}
        return value_set(operation, {"system": TREE["url"], "filter": [rule]})

    kinds = ("is-a", "descendent-of", "is-not-a")
    folder(tmp_path, package_json("org.tiny"), TREE, *(below(kind) for kind in kinds))
    packages = read_packages([tmp_path])
    terminology = Terminology(Scope(packages[0], packages), lambda url: None)
    found = {kind: terminology.expand(f"{BASE}/ValueSet/{kind}") for kind in kinds}
    assert {kind: one.bare for kind, one in found.items() if one} == {
        "is-a": {"leaf", "tip"},
        "descendent-of": {"tip"},
        "is-not-a": {"root", "x"},
    }


def test_a_filter_on_properties_leaves_the_system_open(tmp_path: Path) -> None:
    rule = {"property": "kind", "op": "=", "value": "x"}
    found = expand(tmp_path, TREE, value_set("set", {"system": TREE["url"], "filter": [rule]}))
    assert found.holds(TREE["url"], "leaf") is None


def test_languages_and_media_types_are_known_by_their_grammar(tmp_path: Path) -> None:
    both = ({"system": "urn:ietf:bcp:47"}, {"system": "urn:x", "concept": [{"code": "c"}]})
    found = expand(tmp_path, value_set("set", *both))
    assert found.holds("urn:ietf:bcp:47", "da-DK") is True and found.holds("urn:ietf:bcp:47", "d_K") is False
    assert found.holds_bare("da") and found.holds_bare("c") and not found.holds_bare("1-2-3")
    listed = {"system": "urn:ietf:bcp:13", "concept": [{"code": "image/png"}]}
    few = expand(tmp_path / "few", value_set("set", listed))
    assert few.holds_bare("image/png") is True and few.holds_bare("image/gif") is False
    narrow = value_set("narrow", {"valueSet": [f"{BASE}/ValueSet/set"]})
    wide = value_set("set", {"system": "urn:ietf:bcp:13"})
    assert expand(tmp_path / "two", wide, narrow, name="narrow").holds_bare("text/plain") is True


def test_value_sets_are_joined_met_and_taken_away(tmp_path: Path) -> None:
    letters = code_system("letters", "a", "b", "c")
    one = value_set("one", {"system": LETTERS, "concept": [{"code": "a"}, {"code": "b"}]})
    both = value_set("set", {"system": LETTERS, "valueSet": [one["url"]]}, {"valueSet": [one["url"]]})
    assert expand(tmp_path, letters, one, both).bare == {"a", "b"}
    less = value_set("less", {"system": LETTERS}, exclude=[{"valueSet": [one["url"]]}])
    assert expand(tmp_path / "less", letters, one, less, name="less").bare == {"c"}


def test_what_cannot_be_taken_away_for_sure_is_left_open(tmp_path: Path) -> None:
    letters = code_system("letters", "a")
    rule = {"property": "kind", "op": "=", "value": "x"}
    part = {"system": LETTERS, "filter": [rule]}
    found = expand(tmp_path, letters, value_set("set", {"system": LETTERS}, exclude=[part]))
    assert found.holds(LETTERS, "a") is None


def test_the_publishers_own_list_serves_where_ours_cannot_be_made(tmp_path: Path) -> None:
    listed = {
        **value_set("set", {"system": LETTERS}),
        "expansion": {"contains": [{"system": LETTERS, "code": "a", "contains": [{"code": "b"}]}]},
    }
    found = expand(tmp_path, listed)
    assert found.pairs == {(LETTERS, "a"), ("", "b")} and not found.unlisted


def test_value_sets_that_contain_each_other_come_to_an_end(tmp_path: Path) -> None:
    one = value_set("set", {"valueSet": [f"{BASE}/ValueSet/two"]})
    two = value_set("two", {"valueSet": [f"{BASE}/ValueSet/set"]})
    assert "deep" in " ".join(expand(tmp_path, one, two).unlisted.values())


def test_a_value_set_of_no_package_is_asked_of_the_stand_ins(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.tiny"))
    packages = read_packages([tmp_path])
    asked: list[str] = []

    def stand_in(url: str) -> None:
        asked.append(url)

    terminology = Terminology(Scope(packages[0], packages), stand_in)
    assert terminology.expand("urn:set|1") is None and terminology.expand("urn:set|1") is None
    assert asked == ["urn:set|1"]
