"""One browser for all tests here, and towns for it to walk in. Without a browser they are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import NAMES, Chromium, Tab, found
from tests.browser.town import Streets, Town


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    path = found()
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed (apt-get install chromium)")
    with Chromium(path, tmp_path_factory.mktemp("chromium")) as made:
        yield made


@pytest.fixture(scope="session")
def pilot() -> Iterator[Streets]:
    """The town as the pilot was."""
    with Streets(Town()) as streets:
        yield streets


@pytest.fixture(scope="session")
def recommended() -> Iterator[Streets]:
    """The town with what the evaluation recommends."""
    with Streets(Town(follow=True)) as streets:
        yield streets


@pytest.fixture
def tab(browser: Chromium, request: pytest.FixtureRequest, tmp_path: Path) -> Tab:
    browser.events.clear()
    return browser.tab()
