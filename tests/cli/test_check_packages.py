"""``tvaers check --packages``: FHIR messages judged by packages that the user points at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mocks.standards import vans_envelope
from tests.cli.conftest import Tvaers, one_line
from tests.messaging.ground import FHIR_5, Ground
from tests.standards.packages.tiny import Json, element, folder, package_json, profile

MEDCOM = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition"


def tomorrow(root: Path, *, medium: bool) -> Path:
    """A small package with a version to come, which may ask each letter for its medium."""

    def made(name: str, type: str, *elements: Json) -> Json:
        return {**profile(name, type, *elements), "url": f"{MEDCOM}/{name}"}

    more: tuple[Json, ...] = (element("Communication.medium", "1..*", "CodeableConcept"),) if medium else ()
    described = package_json("medcom.fhir.dk.carecommunication", "6.0.0", hl7_fhir_r4_core="4.0.1")
    anything = {"type": [{"code": "BackboneElement"}]}
    return folder(
        root,
        described,
        made(
            "medcom-careCommunication-message",
            "Bundle",
            element("Bundle.type", "1..1", "code", patternCode="message"),
            element("Bundle.entry", "1..*", **anything),
        ),
        made("medcom-careCommunication-messageHeader", "MessageHeader"),
        made("medcom-careCommunication-communication", "Communication", *more),
    )


@pytest.fixture(scope="module")
def envelope(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CareCommunication in its VANSEnvelope."""
    ground = Ground(capabilities={"ppr": FHIR_5, "clinic": FHIR_5})
    ground.write()
    ground.settle()
    path = tmp_path_factory.mktemp("messages") / "envelope.xml"
    path.write_bytes(next(iter(ground.journal.wires)).body)
    return path


@pytest.fixture(scope="module")
def letter(envelope: Path) -> Path:
    path = envelope.with_name("letter.json")
    path.write_bytes(vans_envelope.read(envelope.read_bytes()).data or b"")
    return path


def judged(tvaers: Tvaers, packages: Path, file: Path) -> tuple[int, dict[str, Any]]:
    ended = tvaers("check", "--json", "--packages", str(packages), str(file))
    return ended.code, json.loads(ended.out)["files"][0]


def rules(result: dict[str, Any]) -> dict[str, str]:
    return {
        finding["rule"]: finding["path"] for finding in result["findings"] if finding["severity"] == "error"
    }


def test_a_message_is_judged_by_the_packages_and_what_was_not_checked_keeps_it_from_passing(
    tvaers: Tvaers, tmp_path: Path, letter: Path
) -> None:
    code, result = judged(tvaers, tomorrow(tmp_path, medium=False), letter)
    assert (code, result["verdict"]) == (3, "inconclusive")
    told = {finding["rule"]: finding["message"] for finding in result["findings"]}
    assert "medcom.fhir.dk.carecommunication 6.0.0" in told["tvaers-package"]
    assert told["tvaers-not-checked"].startswith("not checked: ")


def test_what_a_version_to_come_asks_for_is_found_in_a_message_and_in_an_envelope(
    tvaers: Tvaers, tmp_path: Path, letter: Path, envelope: Path
) -> None:
    packages = tomorrow(tmp_path, medium=True)
    code, result = judged(tvaers, packages, letter)
    assert (code, result["verdict"]) == (1, "fail")
    (path,) = rules(result).values()
    assert path.endswith(".resource.medium")
    code, result = judged(tvaers, packages, envelope)
    assert code == 1 and rules(result) == {"fhir-cardinality": f"VANSEnvelope/Message/Data > {path}"}


def test_other_standards_are_checked_as_ever(tvaers: Tvaers, tmp_path: Path) -> None:
    file = tmp_path / "letter.xml"
    file.write_bytes(b"<letter>hello</letter>")
    code, result = judged(tvaers, tomorrow(tmp_path, medium=False), file)
    assert code == 1 and set(rules(result)) == {"unrecognised"}


def test_a_place_without_packages_is_refused_before_anything_is_checked(
    tvaers: Tvaers, tmp_path: Path, letter: Path
) -> None:
    ended = tvaers("check", "--packages", str(tmp_path / "nowhere"), str(letter))
    assert "does not exist" in one_line(ended)
