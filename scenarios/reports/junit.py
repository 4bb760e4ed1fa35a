"""``junit.xml``: one test case for each standing check and each figure, for build servers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from scenarios.reports.run_json import put
from scenarios.result import DISPUTED, FAIL, NOT_EXERCISED, FigureResult, RunResult


def write(path: Path, result: RunResult) -> Path:
    """A failed row becomes a failure with its text; *not exercised* and *disputed* are skipped cases."""
    root = etree.Element("testsuites", name=f"tvaers {result.scenario}")
    _suite(root, "checks", result.checks, result)
    _suite(root, "figures", result.figures, result)
    put(path, etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
    return path


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _suite(root: etree._Element, name: str, rows: Sequence[FigureResult], result: RunResult) -> None:
    verdicts = [row.verdict for row in rows]
    suite = etree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(rows)),
        failures=str(verdicts.count(FAIL)),
        errors="0",
        skipped=str(verdicts.count(NOT_EXERCISED) + verdicts.count(DISPUTED)),
        time="0",
    )
    properties = etree.SubElement(suite, "properties")
    for key, value in (("scenario", result.scenario), ("seed", str(result.seed)), ("digest", result.digest)):
        etree.SubElement(properties, "property", name=key, value=value)
    for row in rows:
        case = etree.SubElement(
            suite,
            "testcase",
            classname=f"{result.scenario}.{name}",
            name=_xml(f"{row.id}: {row.what}"),
            time="0",
        )
        if row.verdict == FAIL:
            failure = etree.SubElement(case, "failure", type=row.predicate or "figure")
            failure.set("message", _xml(f"expected {row.expected}, observed {row.observed}"))
            failure.text = _xml(
                f"{row.what}\nexpected: {row.expected}\nobserved: {row.observed}\nsource: {row.source}"
            )
        elif row.verdict == NOT_EXERCISED:
            etree.SubElement(case, "skipped", message="not exercised: the run gave no opportunity")
        elif row.verdict == DISPUTED:
            text = f"disputed: the sources contradict each other; observed {row.observed}"
            etree.SubElement(case, "skipped", message=_xml(text))


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
