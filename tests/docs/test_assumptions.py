"""docs/assumptions.md says what the caseload, VANS and the messaging systems assume, number for number."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mocks import vans
from mocks.access.consents import ConsentRules
from mocks.access.users import HealthPersonRules
from mocks.kombit import case_index
from mocks.kombit.access_settings import Settings as AccessManagement
from mocks.kombit.persistent_queue import Patience
from mocks.messaging import MessagingSettings, ResendPolicy
from mocks.municipal import case_system
from mocks.municipal.correspondence import Distribution
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nordepj.settings import SourceSettings
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.settings import Settings as OverviewSettings
from mocks.overview.settings import ViewerSettings
from sim.ecosystem import Options

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "assumptions.md"
#: The word in the table for each class of settings.
SETTINGS: Mapping[str, type[Any]] = {
    "vans": vans.Settings,
    "conversion": vans.ConversionSettings,
    "resends": ResendPolicy,
    "messaging": MessagingSettings,
    "nsp": NspSettings,
    "access": AccessSettings,
    "consent rules": ConsentRules,
    "health persons": HealthPersonRules,
    "sharing": SharingSettings,
    "sapa": SapaSettings,
    "viewer": ViewerSettings,
    "sagsoverblik": OverviewSettings,
    "sagsindeks": case_index.Settings,
    "queue": Patience,
    "filing": Distribution,
    "adgangsstyring": AccessManagement,
    "case system": case_system.Settings,
    "source": SourceSettings,
    "ecosystem": Options,
}


def worded(value: Any) -> str:
    """A value of the file as the table writes it."""
    if isinstance(value, Mapping):
        nested = any(isinstance(inner, Mapping) for inner in value.values())
        join, tie = ("; ", ": ") if nested else (", ", " ")
        return join.join(f"{key}{tie}{worded(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return (", " if any(isinstance(inner, str) for inner in value) else "/").join(map(worded, value))
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def rows_of_the_file() -> list[str]:
    """The lines of the table, as they must stand in the document."""
    text = (ROOT / "sim" / "caseload" / "nordjylland.toml").read_text("utf-8")
    lines = []
    for name, entry in tomllib.loads(text).items():
        volumes = {v: entry[v] for v in ("low", "base", "high") if v in entry}
        value = worded(entry.get("value", volumes))
        source = re.sub("^000", "evaluation", entry.get("source", ""))
        cells = (f"`{name}`", value, entry["what"], entry.get("reason", ""), source)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def section(heading: str) -> str:
    """The text under a heading of the second level."""
    return DOCUMENT.read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_the_table_of_the_caseload_is_that_of_the_file() -> None:
    documented = [line for line in section("Caseload").splitlines() if line.startswith("| `")]
    expected = rows_of_the_file()
    assert documented == expected, "put these lines into docs/assumptions.md:\n" + "\n".join(expected)


def settings_in(text: str) -> list[tuple[str, str, str]]:
    """Where, which setting, and its value, of each line of the settings tables."""
    return re.findall(r"^\| ([a-z ]+) \| `([a-z_]+)` \| ([^|]*[^| ]) \|", text, re.MULTILINE)


def wrong_settings(rows: list[tuple[str, str, str]]) -> list[str]:
    """What the tables say otherwise than the code."""
    wrong = []
    for where, name, value in rows:
        fields = {f.name: f for f in dataclasses.fields(SETTINGS[where])}
        if name not in fields:
            wrong.append(f"{where} has no setting {name}")
        elif value != (real := worded(default_of(fields[name]))):
            wrong.append(f"{where}, {name}: {value} in the document, {real} in the code")
    return wrong


def default_of(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def documented_settings() -> list[tuple[str, str, str]]:
    return settings_in("".join(map(section, ("Transport to and from VANS", "Messaging", "Other systems"))))


def test_the_settings_in_the_document_are_those_of_the_code() -> None:
    rows = documented_settings()
    assert len(rows) > 20
    assert wrong_settings(rows) == []


def test_a_setting_that_differs_or_is_gone_is_found() -> None:
    rows = settings_in("| vans | `forward_seconds` | 21 | x |\n| vans | `forwards` | 20 | x |\n")
    assert wrong_settings(rows) == [
        "vans, forward_seconds: 21 in the document, 20 in the code",
        "vans has no setting forwards",
    ]


def test_every_setting_of_vans_and_of_resending_is_documented() -> None:
    documented = {(where, name) for where, name, _ in documented_settings()}
    given_by_the_world = {"routes", "external", "identity"}
    for where in ("vans", "conversion", "resends"):
        names = {f.name for f in dataclasses.fields(SETTINGS[where])} - given_by_the_world
        assert {(where, name) for name in names} <= documented
