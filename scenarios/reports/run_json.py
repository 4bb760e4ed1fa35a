"""``run.json``: the whole result for machines, in a stable form (schema ``tvaers.run/1``)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import orjson

from scenarios.result import RunResult


def write(path: Path, result: RunResult) -> Path:
    """Write the result, keys sorted and indented. The file appears whole or not at all."""
    plain = msgspec.to_builtins(result)
    text = orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    put(path, text)
    return path


def put(path: Path, content: bytes) -> None:
    """Replace the file in one step, so that a reader never meets half of it."""
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    draft.replace(path)
