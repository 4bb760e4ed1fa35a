"""Runs MedCom's schematron rules: each pattern's rules over a document, as ISO schematron says.

The rules are written in XPath 2. Of the lists of codes that they look up, two are published beside them.
Five others are HL7's, and their codes that appointments need stand here; the rest is empty, and concerns
elements that no appointment of ours has. Rules of data types, which the patterns extend, are not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from elementpath import XPath2Parser, XPathContext, get_node_tree
from lxml import etree

from tests.official import DATA

FOLDER = DATA / "national" / "schematron"
SECTION = FOLDER / "1.2.208.184.14.11.1-2019-11-16T214752.sch"
ENCOUNTER = FOLDER / "1.2.208.184.14.11.2-2019-12-15T233224.sch"
NAMESPACES = {
    "hl7": "urn:hl7-org:v3",
    "sdtc": "urn:hl7-org:sdtc",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "pharm": "urn:ihe:pharm:medication",
    "local": "http://art-decor.org/functions",
}
#: Codes of HL7's lists by the number of the list.
_HL7 = {
    "2.16.840.1.113883.1.11.10901": ("LOC",),  # types of participation
    "2.16.840.1.113883.1.11.19447": ("RSON",),  # how one entry is related to another
    "2.16.840.1.113883.1.11.19446": ("COMP", "DRIV"),  # how an entry belongs to its section
    "2.16.840.1.113883.1.11.18943": ("EVN",),  # moods of an observation
    "2.16.840.1.113883.1.11.13922": ("PLC",),  # classes of an entity
}
_DOC = re.compile(r"doc\('include/([^']+)'\)")
#: A condition that looks a code up; it may hold further brackets.
_LOOKED_UP = re.compile(r"\[(?=[^/]*doc\()(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]")
_SCH = "{http://purl.oclc.org/dsdl/schematron}"


@dataclass(frozen=True, slots=True)
class Assertion:
    """``test`` must be true. ``key`` names it within its file."""

    key: str
    weight: str
    test: str


@dataclass(frozen=True, slots=True)
class Rule:
    context: str
    lets: tuple[tuple[str, str], ...]
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """An assertion that is false, and the path of the element at which."""

    assertion: Assertion
    path: str


@cache
def rules(file: Path) -> tuple[Rule, ...]:
    """The rules of a pattern, in order, with what they take from abstract ones of the same file."""
    root = etree.parse(str(file)).getroot()
    listed = list(root.iter(f"{_SCH}rule"))
    abstract = {each.get("id"): each for each in listed if each.get("abstract") == "true"}
    found = []
    for number, rule in enumerate(listed):
        if rule.get("abstract") == "true":
            continue
        parts = list(_parts(rule, abstract))
        lets = tuple((p.get("name", ""), p.get("value", "")) for p in parts if p.tag == f"{_SCH}let")
        asserts = tuple(
            Assertion(f"{number}.{place}", part.get("role", "error"), part.get("test", ""))
            for place, part in enumerate(p for p in parts if p.tag == f"{_SCH}assert")
        )
        found.append(Rule(rule.get("context", ""), lets, asserts))
    return tuple(found)


def _parts(rule: etree._Element, abstract: dict[Any, etree._Element]) -> Iterator[etree._Element]:
    for part in rule:
        if part.tag == f"{_SCH}extends":
            if (base := abstract.get(part.get("rule"))) is not None:
                yield from _parts(base, abstract)
        elif part.tag in (f"{_SCH}let", f"{_SCH}assert"):
            yield part


def check(raw: bytes, file: Path) -> tuple[list[Failed], int]:
    """The errors that the pattern finds, and how many assertions were tried."""
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True))
    tree = root.getroottree()
    run = _Run(tree)
    taken: set[str] = set()
    failed, tried = [], 0
    for rule in rules(file):
        for node in run.select(rule.context):
            path = tree.getpath(node)
            if path in taken:  # in a pattern only the first rule that matches an element counts
                continue
            taken.add(path)
            variables = run.values(node, rule.lets)
            for assertion in rule.assertions:
                tried += 1
                if not run.holds(node, assertion.test, variables) and assertion.weight == "error":
                    failed.append(Failed(assertion, path))
    return failed, tried


def errors(raw: bytes) -> list[Failed]:
    """What either pattern finds."""
    return [failed for file in (SECTION, ENCOUNTER) for failed in check(raw, file)[0]]


class _Run:
    """Expressions over one document."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._root = get_node_tree(tree)
        self._nodes = {node.elem: node for node in self._root.iter_lazy() if hasattr(node, "elem")}

    def select(self, context: str) -> list[etree._Element]:
        # The same in XPath 1, and fast, except where codes are looked up.
        found: Any = _fast(_LOOKED_UP.sub("", context))(self._tree)
        if "doc(" not in context or not found:
            return list(found)
        return [node.elem for node in _parsed(_rewritten(f"//{context}"), ()).select(self._context())]

    def values(self, node: etree._Element, lets: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in lets:
            expression = _parsed(_rewritten(value), tuple(values))
            found = list(expression.select(self._context(node, values)))
            values[name] = found[0] if len(found) == 1 else found
        return values

    def holds(self, node: etree._Element, test: str, values: dict[str, Any]) -> bool:
        expression = _parsed(_rewritten(f"boolean({test})"), tuple(values))
        return bool(expression.evaluate(self._context(node, values)))

    def _context(
        self, node: etree._Element | None = None, values: dict[str, Any] | None = None
    ) -> XPathContext:
        item = None if node is None else self._nodes[node]
        return XPathContext(self._root, item=item, variables={**_vocabularies(), **(values or {})})


def _rewritten(expression: str) -> str:
    """Documents as variables: the lists of codes lie elsewhere than the rules say."""
    return _DOC.sub(lambda found: f"${_variable(found.group(1))}", expression)


def _variable(name: str) -> str:
    return "list_" + re.sub(r"[^0-9A-Za-z]", "_", name)


@cache
def _parsed(expression: str, variables: tuple[str, ...]) -> Any:
    types = dict.fromkeys((*_vocabularies(), *variables), "item()*")
    return XPath2Parser(namespaces=NAMESPACES, variable_types=types).parse(expression)


@cache
def _fast(context: str) -> etree.XPath:
    return etree.XPath(f"//{context}", namespaces=NAMESPACES)


@cache
def _vocabularies() -> dict[str, Any]:
    names = {name for file in (SECTION, ENCOUNTER) for name in _DOC.findall(file.read_text("utf-8"))}
    return {_variable(name): get_node_tree(_vocabulary(name)) for name in sorted(names)}


def _vocabulary(name: str) -> Any:
    published = FOLDER / name
    if published.exists():
        return etree.parse(str(published))
    codes = next((codes for number, codes in _HL7.items() if f"-{number}-" in name), ())
    concepts = "".join(f'<concept code="{code}"/>' for code in codes)
    return etree.ElementTree(
        etree.fromstring(f"<valueSets><valueSet><conceptList>{concepts}</conceptList></valueSet></valueSets>")
    )
