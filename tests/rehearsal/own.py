"""A caseload of one's own: our file of parameters with some values changed."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path


def ours() -> str:
    """The text of the file that a run takes by default."""
    return resources.files("sim.caseload").joinpath("nordjylland.toml").read_text("utf-8")


def parameters(path: Path, **values: str) -> Path:
    """Write ``path``: our parameters, but those named with these values (TOML)."""
    text = ours()
    for name, value in values.items():
        text, times = re.subn(rf"(?m)^(\[{name}\]\n(?:[^\[\n].*\n)*?value = ).*$", rf"\g<1>{value}", text)
        assert times == 1, f"our file has no value of {name}"
    path.write_text(text, "utf-8")
    return path
