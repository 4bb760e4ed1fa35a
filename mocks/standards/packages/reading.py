"""Reads FHIR packages from disk: folders of unpacked packages, package.tgz files, a FHIR package cache.

Only what checking needs is kept: package.json, StructureDefinitions, ValueSets and CodeSystems in JSON.
Nothing is ever written, so names inside an archive cannot lead anywhere; links are not followed, and sizes
are limited before anything is unpacked.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import orjson

from mocks.errors import BadInput

#: Of one file in a package; the largest value sets of FHIR R4 have about 10 MB.
MAX_FILE: Final = 64_000_000
#: Of all files of a package, unpacked; hl7.fhir.r4.core has about 200 MB.
MAX_PACKAGE: Final = 1_500_000_000
#: FHIR R4's own package has about 5,000 files.
MAX_FILES: Final = 50_000
#: Files of the folders that are looked through for packages, and how deep.
MAX_DEPTH: Final = 4
KINDS: Final = frozenset(("StructureDefinition", "ValueSet", "CodeSystem"))


class _Head(msgspec.Struct):
    resourceType: str = ""
    url: str = ""
    version: str = ""
    type: object = ""


@dataclass(slots=True)
class Definition:
    """One StructureDefinition, ValueSet or CodeSystem; ``tree`` is read from its bytes when first asked for.

    ``type`` is what a StructureDefinition defines: ``Patient``, ``Extension``.
    """

    kind: str
    url: str
    version: str
    type: str
    package: str
    file: str
    raw: bytes
    _tree: dict[str, Any] | None = None

    @property
    def tree(self) -> dict[str, Any]:
        """The resource as a tree. Errors: ``BadInput`` where the file is not the JSON it began as."""
        if self._tree is None:
            try:
                self._tree = orjson.loads(self.raw)
            except orjson.JSONDecodeError as error:
                raise _wrong(self.package, f"{self.file} is not JSON ({error})") from None
        assert self._tree is not None
        return self._tree


@dataclass(slots=True)
class Package:
    """One FHIR package. ``place`` is the path it was read from; ``dependencies`` are name and version."""

    name: str
    version: str
    place: str
    fhir_versions: tuple[str, ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()
    definitions: list[Definition] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Name and version as FHIR's package caches write them: ``medcom.fhir.dk.core#3.0.1``."""
        return f"{self.name}#{self.version}"


def read_packages(paths: list[Path]) -> list[Package]:
    """All packages at or below the paths, each name and version once, in the order of the paths.

    Errors: ``BadInput`` where nothing is found, or a package is unreadable or too large.
    """
    found: dict[str, Package] = {}
    for path in paths:
        packages = list(_packages_at(path, 0))
        if not packages:
            raise BadInput(
                f"{path} holds no FHIR package; name a folder with package.json in it, a folder of such "
                "folders, or a package.tgz"
            )
        for package in packages:
            found.setdefault(package.label, package)
    return list(found.values())


def _packages_at(path: Path, depth: int) -> Iterator[Package]:
    try:
        if path.is_file():
            if depth and not path.name.endswith((".tgz", ".tar.gz")):
                return
            yield _from_archive(path)
        elif (path / "package.json").is_file():
            yield _from_folder(path)
        elif path.is_dir():
            if depth < MAX_DEPTH:
                for child in sorted(path.iterdir()):
                    if not child.is_symlink() and (child.is_dir() or child.suffix in (".tgz", ".gz")):
                        yield from _packages_at(child, depth + 1)
        else:
            raise BadInput(f"{path} does not exist; --packages takes a folder or a package.tgz")
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror or problem}") from None


# Folders ------------------------------------------------------------------------------------------------


def _from_folder(folder: Path) -> Package:
    place, total = str(folder), 0
    package = _described(_file(folder / "package.json"), place)
    for number, path in enumerate(sorted(folder.glob("*.json"))):
        if path.is_symlink() or not path.is_file() or path.name == "package.json":
            continue
        raw = _file(path)
        total += len(raw)
        if total > MAX_PACKAGE or number > MAX_FILES:
            raise _wrong(place, "it is larger than a package may be")
        _keep(package, path.name, raw)
    return package


def _file(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise _wrong(str(path.parent), f"{path.name} has more than {MAX_FILE} bytes")
    return path.read_bytes()


# Archives -----------------------------------------------------------------------------------------------


class _Counted:
    """The unpacked stream of an archive, refused once it gives more than a package may have."""

    def __init__(self, stream: BinaryIO, place: str) -> None:
        self._stream, self._place, self._left = stream, place, MAX_PACKAGE

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > MAX_FILE:
            raise _wrong(self._place, "the archive asks for more at once than a file may have")
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise _wrong(self._place, f"it unpacks to more than {MAX_PACKAGE} bytes")
        return block


def _from_archive(path: Path) -> Package:
    place, described, files = str(path), b"", []
    try:
        with path.open("rb") as packed:
            stream: Any = _Counted(GzipFile(fileobj=packed), place)  # type: ignore[arg-type]
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for number, member in enumerate(archive):
                    if number > MAX_FILES:
                        raise _wrong(place, f"it holds more than {MAX_FILES} files")
                    name = _inside(member.name)
                    if not member.isfile() or name is None:
                        continue
                    if member.size > MAX_FILE:
                        raise _wrong(place, f"{name} has more than {MAX_FILE} bytes")
                    content = archive.extractfile(member)
                    raw = content.read(MAX_FILE) if content else b""
                    if name == "package.json":
                        described = raw
                    else:
                        files.append((name, raw))
    except (tarfile.TarError, BadGzipFile, zlib.error, EOFError) as error:
        raise _wrong(place, f"it is no gzipped tar archive ({error})") from None
    if not described:
        raise _wrong(place, "it holds no package/package.json")
    package = _described(described, place)
    for name, raw in sorted(files):
        _keep(package, name, raw)
    return package


def _inside(name: str) -> str | None:
    """The file's name within ``package/``, where definitions stand; ``None`` for all other places."""
    parts = name.removeprefix("./").split("/")
    if len(parts) != 2 or parts[0] != "package" or not parts[1].endswith(".json"):
        return None
    return parts[1]


# Both ---------------------------------------------------------------------------------------------------


def _described(raw: bytes, place: str) -> Package:
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _wrong(place, f"package.json is not JSON ({error})") from None
    if type(told) is not dict or type(told.get("name")) is not str or type(told.get("version")) is not str:
        raise _wrong(place, "package.json does not say name and version")
    asked = told.get("dependencies")
    versions = told.get("fhirVersions") or told.get("fhir-version-list") or ()
    return Package(
        told["name"],
        told["version"],
        place,
        tuple(v for v in versions if type(v) is str) if type(versions) is list else (),
        tuple((str(n), str(v)) for n, v in asked.items()) if type(asked) is dict else (),
    )


def _keep(package: Package, name: str, raw: bytes) -> None:
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if name.startswith("."):
            return  # .index.json and the like
        raise _wrong(package.place, f"{name} is not JSON ({error})") from None
    if head.resourceType in KINDS and head.url:
        package.definitions.append(
            Definition(head.resourceType, head.url, head.version, str(head.type), package.label, name, raw)
        )


def _wrong(place: str, what: str) -> BadInput:
    return BadInput(f"the package {place} cannot be used: {what}; get it anew from where it is published")
