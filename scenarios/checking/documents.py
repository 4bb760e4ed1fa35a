"""Results for machines: one JSON document and one JUnit file, both written while the results come in."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape, quoteattr

import msgspec

from mocks.errors import BadInput
from mocks.standards.findings import Severity
from scenarios.checking.options import Options
from scenarios.checking.results import SCHEMA, Result
from scenarios.checking.tally import Tally
from scenarios.verdict import Verdict, exit_code


class JsonWriter:
    """One document, a line for each file, so that it can be read as a whole or line by line."""

    def __init__(self, stream: IO[bytes], options: Options) -> None:
        self._stream, self._lines = stream, 0
        head = msgspec.json.encode({"schema": SCHEMA, "options": options})
        stream.write(head[:-1] + b',"files":[')

    def write(self, result: Result) -> None:
        """The line of one result."""
        self._stream.write((b",\n" if self._lines else b"\n") + msgspec.json.encode(result))
        self._lines += 1

    def end(self, tally: Tally) -> None:
        """Close the document with the counts."""
        verdict = tally.verdict
        summary = {
            "files": tally.files,
            "verdict": verdict,
            "exit_code": int(exit_code(verdict)),
            "verdicts": tally.verdicts,
            "kinds": list(tally.kinds()),
            "rules": tally.rules(),
        }
        self._stream.write(b'\n],"summary":' + msgspec.json.encode(summary) + b"}\n")
        self._stream.flush()


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitWriter:
    """One test case for each file. The head of the file holds counts, so the cases wait beside it till the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        except OSError as problem:
            raise BadInput(f"{path} cannot be written: {problem.strerror}") from None
        self._cases = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cases.close()
        self._file.close()

    def write(self, result: Result) -> None:
        """The case of one result."""
        self._cases.write(_case(result).encode())

    def end(self, tally: Tally) -> None:
        """Write the file."""
        verdicts = tally.verdicts
        bad = verdicts.get(Verdict.FAIL, 0), verdicts.get(Verdict.ERROR, 0)
        skipped = tally.files - sum(bad) - verdicts.get(Verdict.PASS, 0)
        counts = f'tests="{tally.files}" failures="{bad[0]}" errors="{bad[1]}" skipped="{skipped}"'
        self._file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        self._file.write(f'<testsuites name="tvaers check" {counts}>\n'.encode())
        self._file.write(f'<testsuite name="messages" {counts} time="0">\n'.encode())
        self._cases.seek(0)
        while piece := self._cases.read(1 << 20):
            self._file.write(piece)
        self._file.write(b"</testsuite>\n</testsuites>\n")


def _case(result: Result) -> str:
    name, title = _attribute(result.file), _attribute(result.title)
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    parts = []
    if result.verdict is Verdict.FAIL:
        first = errors[0] if errors else None
        said = f"{len(errors)} errors, the first: {first.message}" if first else "it does not conform"
        kind = first.rule if first else "fail"
        parts.append(f"<failure type={_attribute(kind)} message={_attribute(said)}>{_text(result)}</failure>")
    elif result.verdict is Verdict.ERROR:
        parts.append(f'<error type="error" message={_attribute(result.reason)}/>')
    elif result.verdict is not Verdict.PASS:
        word = result.verdict.replace("_", " ")
        said = f"{word}: {result.reason or 'see the findings'}"
        parts.append(f"<skipped message={_attribute(said)}/>")
    if result.findings and result.verdict is not Verdict.FAIL:
        parts.append(f"<system-out>{_text(result)}</system-out>")
    inside = "".join(parts)
    return f'<testcase classname={title} name={name} time="0">{inside}</testcase>\n'


def _text(result: Result) -> str:
    lines = []
    for each in result.findings:
        lines.append(f"{each.severity} {each.rule} {each.path}\n  {each.message}")
        lines.append(
            f"  mend: {each.mend}\n  source: {each.source}" if each.mend else f"  source: {each.source}"
        )
        if each.severity is Severity.DISPUTED:
            lines += [f"  allowed by: {reading.source}: {reading.says}" for reading in each.allowed_by]
    return escape(_NOT_XML.sub("", "\n".join(lines)))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
