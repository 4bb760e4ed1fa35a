"""What is installed is what was tested: the wheel, in an environment outside the repository, rehearses."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that has the wheel, and of ours only the libraries."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)],
        check=True,
        capture_output=True,
    )
    venv.create(place / "env", with_pip=False)
    (packages,) = (place / "env" / "lib").glob("python*/site-packages")
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # A path in a .pth file is added without its own .pth files: our editable installation stays out.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "env" / "bin" / "python"


@pytest.mark.slow
def test_the_installed_wheel_rehearses_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    where = "import mocks, sim, scenarios, loadtests; print(mocks.__file__)"
    found = subprocess.run([installed, "-c", where], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(found.stdout.strip()).is_relative_to(installed.parents[1])
    command = [
        installed,
        "-m",
        "scenarios.cli",
        "rehearse",
        "--to",
        "2025-04-02",
        "--out",
        str(tmp_path / "out"),
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["counts"]["messages_sent"] > 0


@pytest.mark.slow
def test_the_installed_wheel_starts_its_mocks(installed: Path, tmp_path: Path) -> None:
    command = [installed, "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--for", "1s"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert {system["health"] for system in json.loads(run.stdout.splitlines()[0])["systems"]} == {"ok"}
