"""Small FHIR packages made for one test: just enough of a profile to show one thing."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from mocks.standards.packages.context import PackageContext
from mocks.standards.packages.reading import read_packages
from mocks.standards.packages.scope import Scope
from mocks.standards.packages.world import World
from mocks.standards.profiles.fhir_rows import Note

BASE = "http://example.org/fhir"

Json = dict[str, Any]


def package_json(name: str, version: str = "1.0.0", **dependencies: str) -> Json:
    """``dependencies`` have ``_`` where the package's name has a dot."""
    return {
        "name": name,
        "version": version,
        "fhirVersions": ["4.0.1"],
        "dependencies": {key.replace("_", "."): value for key, value in dependencies.items()},
    }


def folder(root: Path, described: Json, *resources: Json) -> Path:
    """An unpacked package below ``root``, in a folder named after it."""
    place = root / f"{described['name']}-{described['version']}"
    place.mkdir(parents=True)
    (place / "package.json").write_text(json.dumps(described))
    for resource in resources:
        (place / f"{resource['resourceType']}-{resource['id']}.json").write_text(json.dumps(resource))
    return place


def archive(path: Path, files: dict[str, bytes]) -> Path:
    """A package.tgz with these files by their names in the archive."""
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return path


def code_system(name: str, *codes: str | Json, version: str = "1.0.0", **more: Any) -> Json:
    return {
        "resourceType": "CodeSystem",
        "id": name,
        "url": f"{BASE}/CodeSystem/{name}",
        "version": version,
        "content": "complete",
        "concept": [{"code": code} if isinstance(code, str) else code for code in codes],
        **more,
    }


def value_set(name: str, *include: Json, version: str = "1.0.0", **more: Any) -> Json:
    return {
        "resourceType": "ValueSet",
        "id": name,
        "url": f"{BASE}/ValueSet/{name}",
        "version": version,
        "compose": {"include": list(include), **more},
    }


# Profiles -----------------------------------------------------------------------------------------------

PROFILES = f"{BASE}/StructureDefinition"


def element(id: str, card: str = "0..1", type: str | list[Json] = "", base: str = "", **more: Any) -> Json:
    """One element of a snapshot. ``base`` is how often its base definition lets it stand (``*`` or ``1``);
    as ``card`` says unless given. ``type`` may name several, with ``|`` between them."""
    low, high = card.split("..")
    path = ".".join(step.partition(":")[0] for step in id.split("."))
    told: Json = {"id": id, "path": path, "min": int(low), "max": high}
    told["base"] = {"path": path, "min": 0, "max": base or ("*" if high == "*" else "1")}
    if type:
        told["type"] = [{"code": code} for code in type.split("|")] if isinstance(type, str) else type
    return {**told, **more}


def typed(code: str, *profiles: str, target: tuple[str, ...] = (), **more: Any) -> list[Json]:
    """The ``type`` of an element with profiles, or with what its references lead to."""
    told: Json = {"code": code, **more}
    if profiles:
        told["profile"] = [f"{PROFILES}/{name}" if "/" not in name else name for name in profiles]
    if target:
        told["targetProfile"] = [f"{PROFILES}/{name}" if "/" not in name else name for name in target]
    return [told]


def sliced(*by: str, rules: str = "open", **more: Any) -> Json:
    """``slicing`` by discriminators written as ``value:system``."""
    discriminators = [dict(zip(("type", "path"), one.split(":", 1), strict=True)) for one in by]
    return {"discriminator": discriminators, "rules": rules, **more}


def invariant(key: str, expression: str, severity: str = "error") -> Json:
    return {"key": key, "severity": severity, "human": f"{key} holds", "expression": expression}


def profile(name: str, type: str, *elements: Json, kind: str = "resource", **more: Any) -> Json:
    """A StructureDefinition; its root element is made, or given as the first element."""
    listed = list(elements)
    if not listed or "." in listed[0]["id"]:
        listed.insert(0, element(type, "0..*"))
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": f"{PROFILES}/{name}",
        "version": "1.0.0",
        "name": name,
        "kind": kind,
        "type": type,
        "snapshot": {"element": listed},
        **more,
    }


def extension(name: str, value: str, **more: Any) -> Json:
    """The definition of an extension with one value."""
    return profile(
        name,
        "Extension",
        element("Extension.url", "1..1", "uri", fixedUri=f"{PROFILES}/{name}"),
        element("Extension.value[x]", "1..1", value, **more),
        kind="complex-type",
    )


def world(tmp_path: Path, *definitions: Json) -> World:
    """The world of one package with these definitions."""
    folder(tmp_path, package_json("org.tiny", hl7_fhir_r4_core="4.0.1"), *definitions)
    packages = read_packages([tmp_path])
    return World(Scope(packages[0], packages))


class Checked:
    """What a profile has against one resource or element: ``rules`` with their paths, and the rest."""

    def __init__(self, world: World, name: str, value: Json, tree: Json | None = None) -> None:
        self.context = PackageContext(tree or {"entry": [{"resource": value}]}, world)
        if self.context.resources:
            self.context.enter(next((n for n, r in enumerate(self.context.resources) if r is value), 0))
        self.notes: list[Note] = []
        found = world.profile(f"{PROFILES}/{name}")
        assert found is not None
        found.check(value, self.notes, self.context)

    @property
    def rules(self) -> list[tuple[str, str]]:
        return [(note.rule, note.path) for note in self.notes]

    @property
    def not_checked(self) -> list[str]:
        return list(self.context.unchecked)
