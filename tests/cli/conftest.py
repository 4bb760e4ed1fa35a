"""``tvaers`` as somebody types it: arguments in, exit code and text out, in this process."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from scenarios import cli


class Done(NamedTuple):
    """What a command left on the terminal."""

    code: int
    out: str
    err: str


Tvaers = Callable[..., Done]


def run(*words: object) -> Done:
    """Run one command. An error that gets out of ``main`` is an error of the test."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["tvaers", *map(str, words)])
        patch.delenv("TVAERS_DEBUG", raising=False)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    out.flush()
    assert isinstance(ended.value.code, int)
    return Done(ended.value.code, out.buffer.getvalue().decode(), err.getvalue())


@pytest.fixture(scope="session")
def tvaers() -> Tvaers:
    return run


def one_line(done: Done) -> str:
    """The error, which is one line and no traceback."""
    assert done.code == 2, done
    assert "Traceback" not in done.out + done.err
    (line,) = done.err.strip().splitlines()
    assert line.startswith("tvaers: ")
    assert "fault of our own" not in line
    return line
