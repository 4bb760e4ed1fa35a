"""Small FHIR packages made for one test: just enough of a profile to show one thing."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

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
