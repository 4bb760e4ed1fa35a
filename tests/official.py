"""Where the official schemas, packages and samples lie, and the mark of the tests that need them.

Nothing of them is part of the project. Without the folder those tests are skipped, and say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("TVAERS_OFFICIAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
VANS = DATA / "vans"

needs_official = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"the official schemas, packages and samples are not at {DATA} (TVAERS_OFFICIAL_DATA)",
)
