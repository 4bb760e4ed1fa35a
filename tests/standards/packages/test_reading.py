"""Packages are read from folders, archives and caches; what is broken or hostile is refused by name."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from mocks.errors import BadInput
from mocks.standards.packages import reading
from mocks.standards.packages.reading import read_packages
from tests.standards.packages.tiny import archive, code_system, folder, package_json

CODES = code_system("letters", "a", "b")


def labels(*paths: Path) -> list[str]:
    return [package.label for package in read_packages(list(paths))]


def test_a_folder_with_package_json_is_one_package(tmp_path: Path) -> None:
    place = folder(tmp_path, package_json("org.tiny", "1.2.0", hl7_fhir_r4_core="4.0.1"), CODES)
    (package,) = read_packages([place])
    assert package.label == "org.tiny#1.2.0"
    assert package.dependencies == (("hl7.fhir.r4.core", "4.0.1"),)
    assert [(d.kind, d.url) for d in package.definitions] == [("CodeSystem", CODES["url"])]
    assert package.definitions[0].tree == CODES


def test_a_folder_of_folders_and_archives_is_all_their_packages(tmp_path: Path) -> None:
    folder(tmp_path, package_json("org.one"), CODES)
    folder(tmp_path / "cache" / "org.two#1.0.0", package_json("org.two"), CODES)
    archive(tmp_path / "three.tgz", {"package/package.json": json.dumps(package_json("org.three")).encode()})
    assert sorted(labels(tmp_path)) == ["org.one#1.0.0", "org.three#1.0.0", "org.two#1.0.0"]


def test_an_archive_holds_what_stands_in_its_package_folder_and_nothing_else(tmp_path: Path) -> None:
    described, codes = json.dumps(package_json("org.tiny")).encode(), json.dumps(CODES).encode()
    path = archive(
        tmp_path / "package.tgz",
        {
            "package/package.json": described,
            "package/CodeSystem-letters.json": codes,
            "package/example/Patient-1.json": b"{}",
            "../package.json": b"never read",
            "/package/CodeSystem-absolute.json": b"never read",
            "package/../CodeSystem-up.json": b"never read",
        },
    )
    (package,) = read_packages([path])
    assert [d.file for d in package.definitions] == ["CodeSystem-letters.json"]


def test_links_in_an_archive_and_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(code_system("secret")))
    place = folder(tmp_path / "folder", package_json("org.tiny"), CODES)
    (place / "CodeSystem-secret.json").symlink_to(secret)
    packed = tmp_path / "linked.tgz"
    with tarfile.open(packed, "w:gz") as out:
        described = json.dumps(package_json("org.linked")).encode()
        info = tarfile.TarInfo("package/package.json")
        info.size = len(described)
        out.addfile(info, io.BytesIO(described))
        link = tarfile.TarInfo("package/CodeSystem-secret.json")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        out.addfile(link)
    found = read_packages([place, packed])
    assert [[d.file for d in package.definitions] for package in found] == [["CodeSystem-letters.json"], []]


def test_one_version_of_a_package_counts_once(tmp_path: Path) -> None:
    folder(tmp_path / "a", package_json("org.tiny"))
    folder(tmp_path / "b", package_json("org.tiny"))
    folder(tmp_path / "c", package_json("org.tiny", "1.1.0"))
    assert labels(tmp_path) == ["org.tiny#1.0.0", "org.tiny#1.1.0"]


def test_an_archive_that_unpacks_to_more_than_a_package_may_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_PACKAGE", 300_000)
    path = archive(tmp_path / "bomb.tgz", {"other/zeros": bytes(400_000)})
    assert path.stat().st_size < 2_000
    with pytest.raises(BadInput, match=r"bomb\.tgz cannot be used: it unpacks to more than 300000 bytes"):
        read_packages([path])


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE", 20_000)
    described = json.dumps(package_json("org.tiny")).encode()
    large = {"package/package.json": described, "package/CodeSystem-large.json": bytes(20_001)}
    with pytest.raises(BadInput, match=r"CodeSystem-large\.json has more than 20000 bytes"):
        read_packages([archive(tmp_path / "large.tgz", large)])
    place = folder(tmp_path, package_json("org.tiny"))
    (place / "CodeSystem-large.json").write_bytes(bytes(20_001))
    with pytest.raises(BadInput, match=r"CodeSystem-large\.json has more than 20000 bytes"):
        read_packages([place])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no archive", "no gzipped tar archive"),
        (gzip.compress(b"no tar" * 200), "no gzipped tar archive"),
        (gzip.compress(bytes(10_240)), "no package/package.json"),
    ],
)
def test_what_is_no_package_archive_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "package.tgz"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        read_packages([path])


def test_an_archive_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    described = json.dumps(package_json("org.tiny")).encode()
    path = archive(tmp_path / "package.tgz", {"package/package.json": described + b" " * 50_000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInput, match="no gzipped tar archive"):
        read_packages([path])


def test_a_definition_that_is_not_json_is_named(tmp_path: Path) -> None:
    place = folder(tmp_path, package_json("org.tiny"))
    (place / "ValueSet-broken.json").write_text('{"resourceType": "ValueSet",')
    with pytest.raises(BadInput, match=r"ValueSet-broken\.json is not JSON"):
        read_packages([place])


def test_a_package_json_without_name_or_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "org.tiny"}')
    with pytest.raises(BadInput, match="does not say name and version"):
        read_packages([tmp_path])


def test_a_place_without_packages_says_what_to_name_instead(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no FHIR package; name a folder"):
        read_packages([tmp_path])
    with pytest.raises(BadInput, match="does not exist"):
        read_packages([tmp_path / "nowhere"])
