"""FHIR's own elements: our tables agree with the official snapshots, and with what XML is read by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from mocks.standards import care_communication as cc
from mocks.standards.fhir_shape import repeats
from mocks.standards.fhir_xml_form import RULES as FORM
from mocks.standards.profiles.fhir_base import RULES, rows_of
from mocks.standards.profiles.fhir_r4 import DATA_TYPES, EVERY, RESOURCES
from mocks.standards.recognise import check_bytes
from tests.standards.mutants.bases import bases

HERE = Path(__file__).parents[2]
OFFICIAL = Path(os.environ.get("TVAERS_OFFICIAL_DATA", HERE.parent / "shared" / "data"))
PACKAGES = OFFICIAL / "medcom-fhir" / "packages"
TOLD: set[str] = set()


def listed(owner: str, text: str) -> set[tuple[str, str, bool]]:
    """Holder, name and whether it repeats, of each element of a table."""
    found = set()
    for line in text.split(", "):
        path, card, *_ = line.split(" ")
        holder, _, name = path.rpartition(".")
        found.add((holder.rpartition(".")[2] or owner, name, card.endswith("*")))
    return found


@pytest.mark.parametrize("owner", [*RESOURCES, *DATA_TYPES])
def test_what_repeats_in_a_table_is_a_list_when_xml_is_read(owner: str) -> None:
    text = f"{EVERY}, {RESOURCES[owner]}" if owner in RESOURCES else DATA_TYPES[owner]
    for holder, name, many in listed(owner, text):
        assert repeats(holder, name) is many, f"{holder}.{name}"


def snapshot_elements(owner: str) -> set[tuple[str, str, str]]:
    """Path, cardinality and type of the elements of a resource, as FHIR has them, from any profile on it."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted(PACKAGES.rglob("StructureDefinition-*.json")):
        definition: dict[str, Any] = orjson.loads(file.read_bytes())
        if definition.get("type") != owner:
            continue
        for element in definition["snapshot"]["element"][1:]:
            path = element["path"].partition(".")[2]
            own = element["base"]["path"].partition(".")[0]
            if ":" in element["id"] or own not in (owner, "DomainResource", "Resource"):
                continue
            card = f"{element['base']['min']}..{element['base']['max']}"
            kinds = "|".join(sorted(kind["code"] for kind in element.get("type", ())))
            found[path] = (card, kinds)
    return {(path, card, kinds) for path, (card, kinds) in found.items()}


@pytest.mark.official
@pytest.mark.skipif(not PACKAGES.is_dir(), reason=f"the official packages are not at {PACKAGES}")
@pytest.mark.parametrize("owner", RESOURCES)
def test_our_tables_have_the_elements_of_the_official_snapshots(owner: str) -> None:
    ours = {row.split(" ")[0]: row.split(" ")[1:] for row in f"{EVERY}, {RESOURCES[owner]}".split(", ")}
    for path, card, kinds in snapshot_elements(owner):
        name = path.rpartition(".")[2]
        if name in ("contained", "modifierExtension", "id", "extension") or path.startswith("text."):
            continue
        low, high = card.split("..")
        there = ours[path]
        assert there[0].split("..")[1] == high and int(there[0][0]) <= int(low), path
        if there[1] != "-" and "[x]" not in path:
            assert there[1] in kinds.split("|") or kinds == "", (path, kinds)
    names = {path for path, _, _ in snapshot_elements(owner)}
    assert [
        path for path in ours if path not in names and path.partition(".")[0] not in ("id", "extension")
    ] == []


def test_a_choice_of_types_is_a_row_for_each() -> None:
    assert [row.path for row in rows_of("deceased[x] 0..1 boolean|dateTime")] == [
        "deceasedBoolean",
        "deceasedDateTime",
    ]
    assert "valueContactPoint" in {row.path for row in rows_of("value[x] 0..1 *")}


def broken(change: dict[str, Any]) -> set[str]:
    tree = orjson.loads(bases()["CC5 new"])
    tree["entry"][1]["resource"].update(change)
    found = {finding.rule for finding in check_bytes(orjson.dumps(tree)).findings}
    TOLD.update(found)
    return found


def test_rules_on_data_types_hold_wherever_a_profile_leaves_them_alone() -> None:
    assert broken({"telecom": [{"value": "12345678"}]}) == {"cpt-2"}
    assert broken(
        {"telecom": [{"system": "phone", "value": "1", "period": {"start": "2025", "end": "2024-12"}}]}
    ) == {"per-1"}
    for period in ({"start": "2025-01-01T10:00:00+01:00", "end": "2025-01-01T09:30:00Z"}, {"start": "2025"}):
        assert broken({"telecom": [{"system": "phone", "value": "1", "period": period}]}) == set()
    assert broken({"extension": [{"url": "urn:x"}]}) == {"ext-1"}
    both = {"url": "urn:x", "valueCode": "a", "extension": [{"url": "y", "valueCode": "b"}]}
    assert broken({"extension": [both]}) == {"ext-1"}
    assert broken({"photo": [{"data": "QQ=="}]}) == {"att-1"}
    assert broken(
        {"photo": [{"contentType": "image/png", "data": "QQ=="}], "contact": [{"gender": "x"}]}
    ) == {"fhir-binding"}
    assert broken({"birthDate": "2018-05", "maritalStatus": {"text": "gift"}, "language": "da-DK"}) == set()
    assert {rule.id for rule in RULES} <= TOLD


def form(old: bytes, new: bytes) -> set[str]:
    raw = bases()["CC5 simple xml"]
    assert raw.count(old) >= 1
    found = {finding.rule for finding in check_bytes(raw.replace(old, new, 1)).findings}
    TOLD.update(found)
    return found


def test_the_form_of_xml_is_only_warned_of() -> None:
    raw = bases()["CC5 simple xml"]
    assert check_bytes(raw).findings == []
    assert form(b"<subject>", b'<subject lang="da">') == {"fhir-xml-attribute"}
    assert form(b"<subject>", b"<subject>om") == {"fhir-xml-text"}
    assert form(b"<subject>", b"om<subject>") == {"fhir-xml-text"}
    status = b'<status value="unknown"/>'
    moved = raw.replace(status, b"").replace(b"</subject>", b"</subject>" + status)
    assert {finding.rule for finding in check_bytes(moved).findings} == {"fhir-xml-order"}
    TOLD.add("fhir-xml-order")
    text = raw.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    declared = text.encode("iso-8859-1", "xmlcharrefreplace")
    assert b"ISO-8859-1" in declared
    assert {finding.rule for finding in check_bytes(declared).findings} == {"fhir-xml-encoding"}
    TOLD.add("fhir-xml-encoding")
    assert form(b"<subject>", b'<mood value="good"/><subject>') == set()
    located = b'<Bundle xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y" '
    spaced = raw.replace(b"><", b">\r\n<").replace(b"<Bundle ", located)
    assert check_bytes(spaced).findings == []
    assert cc.read(moved) == cc.read(raw)
    assert {rule.id for rule in FORM} <= TOLD
