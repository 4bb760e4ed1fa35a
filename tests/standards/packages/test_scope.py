"""Canonical addresses lead to the version that a package depends on; what is missing is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mocks.standards.packages.reading import Package, read_packages
from mocks.standards.packages.scope import Scope, version_key
from tests.standards.packages.tiny import BASE, code_system, folder, package_json

LETTERS = f"{BASE}/CodeSystem/letters"


def scope(tmp_path: Path, root: str) -> Scope:
    packages = read_packages([tmp_path])
    return Scope(next(p for p in packages if p.label == root), packages)


def letters(version: str) -> dict[str, Any]:
    return code_system("letters", version, version=version)


def test_an_address_without_version_means_what_the_package_depends_on(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.words", "1.0.0"), letters("1.0.0"))
    folder(tmp_path, package_json("org.words", "2.0.0"), letters("2.0.0"))
    folder(tmp_path, package_json("org.old", "1.0.0", org_words="1.0.0"))
    found = scope(tmp_path, "org.old#1.0.0").find(LETTERS, "CodeSystem")
    assert found is not None and found.version == "1.0.0"


def test_an_address_with_version_means_that_version_and_no_other(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.words", "1.0.0"), letters("1.0.0"))
    folder(tmp_path, package_json("org.words", "2.0.0"), letters("2.0.0"))
    folder(tmp_path, package_json("org.old", "1.0.0", org_words="1.0.0"))
    world = scope(tmp_path, "org.old#1.0.0")
    found = world.find(f"{LETTERS}|2.0.0", "CodeSystem")
    assert found is not None and found.package == "org.words#2.0.0"
    assert world.find(f"{LETTERS}|3.0.0", "CodeSystem") is None
    assert world.why_missing(f"{LETTERS}|3.0.0", "CodeSystem").endswith("(there is 1.0.0, 2.0.0)")


def test_a_kind_is_not_mistaken_for_another(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.words"), letters("1.0.0"))
    assert scope(tmp_path, "org.words#1.0.0").find(LETTERS, "ValueSet") is None


def test_a_missing_dependency_is_named_with_what_it_would_hold(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.old", hl7_fhir_r4_core="4.0.1", hl7_fhir_dk_core="3.4.0"))
    world = scope(tmp_path, "org.old#1.0.0")
    assert world.missing == ["hl7.fhir.r4.core 4.0.1", "hl7.fhir.dk.core 3.4.0"]
    reason = world.why_missing("http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient", "x")
    assert reason.endswith("(hl7.fhir.dk.core 3.4.0 is missing)")


def test_another_version_of_a_dependency_is_taken_and_told(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.words", "1.8.1"), letters("1.8.1"))
    folder(tmp_path, package_json("org.words", "2.0.0"), letters("2.0.0"))
    folder(tmp_path, package_json("org.old", org_words="1.7.0"))
    world = scope(tmp_path, "org.old#1.0.0")
    assert world.substituted == [("org.words 1.7.0", "1.8.1")]
    assert [p.label for p in world.packages] == ["org.old#1.0.0", "org.words#1.8.1"]


@pytest.mark.parametrize("asked", ["1.8.x", "1.8.1", "current"])
def test_an_open_version_takes_the_newest_that_fits(tmp_path: Path, asked: str) -> None:
    for version in ("1.8.0", "1.8.1"):
        folder(tmp_path, package_json("org.words", version), letters(version))
    folder(tmp_path, package_json("org.old", org_words=asked))
    world = scope(tmp_path, "org.old#1.0.0")
    assert [p.label for p in world.packages[1:]] == ["org.words#1.8.1"] and not world.substituted


def test_packages_that_depend_on_each_other_do_not_go_round_for_ever() -> None:
    one = Package("one", "1", "", dependencies=(("two", "1"),))
    two = Package("two", "1", "", dependencies=(("one", "1"),))
    assert Scope(one, [one, two]).packages == [one, two]


def test_versions_sort_as_people_read_them() -> None:
    versions = ["1.10.0", "1.9.0", "5.0.0", "5.0.0-trial-use", "1.9"]
    assert sorted(versions, key=version_key) == ["1.9", "1.9.0", "1.10.0", "5.0.0-trial-use", "5.0.0"]
