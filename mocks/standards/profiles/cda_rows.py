"""Rules of a clinical document (HL7 CDA) as rows: which elements a rule looks at, and what must be so there.

CDA leaves the order of much open and lets systems add elements, so a table of what may stand where
(``xml_engine``) does not fit. A row is one rule at one place; ``checked`` runs all rows over a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import cast

import msgspec
from lxml import etree

from mocks.standards.findings import Finding, Severity
from mocks.standards.rule import Rule

NAMESPACE = "urn:hl7-org:v3"
#: Takes an element and returns ``None``, or what stands there and must not.
Test = Callable[[etree._Element], str | None]
#: One step of a path, with what stands in brackets.
_STEP = re.compile(r"(?:[^/\[]|\[[^\]]*\])+")
#: Of one rule so many breaches of a document are told.
_MOST = 20


class Row(msgspec.Struct, frozen=True):
    """``test`` holds for every element that ``place`` finds; ``below`` names what is wrong in it."""

    rule: Rule
    below: str
    place: etree.XPath
    test: Test


class Book:
    """The rows of one standard while they are written down. ``prefix`` begins the id of each rule."""

    def __init__(self, prefix: str, source: str) -> None:
        self._prefix, self._source = prefix, source
        self.rows: list[Row] = []

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Each rule once, in the order of the rows."""
        return tuple({row.rule.id: row.rule for row in self.rows}.values())

    def add(
        self,
        name: str,
        path: str,
        test: Test,
        statement: str,
        mend: str,
        *,
        below: str = "",
        severity: Severity = Severity.ERROR,
        source: str = "",
    ) -> None:
        """A rule that ``test`` decides at every element of ``path`` (``recordTarget/patientRole``)."""
        rule = Rule(
            id=f"{self._prefix}/{name}",
            statement=statement,
            source=source or self._source,
            mend=mend,
            severity=severity,
        )
        steps = (step if "::" in step else f"h:{step}" for step in _STEP.findall(path))
        self.rows.append(Row(rule, below, compiled("/".join(("/h:ClinicalDocument", *steps))), test))

    def holds(
        self,
        name: str,
        path: str,
        selector: str,
        times: tuple[int, int | None],
        statement: str,
        mend: str,
        *,
        secret: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """At every element of ``path`` the selector (``code[@code='X']``) finds ``times``: least and most.

        ``secret`` keeps what stands there out of the findings.
        """
        find, alike = compiled(selector), compiled(bare := _without_conditions(selector))
        local = bare.rpartition(":")[2]
        least, most = times

        def test(node: etree._Element) -> str | None:
            found = len(cast("list[object]", find(node)))
            if found < least:
                there = cast("list[etree._Element]", alike(node))
                if len(there) > 1:
                    return f"none of the {len(there)} {local} is the one that must be there"
                if not there:
                    return f"{local} is missing"
                return f"{local} is not as it must be: {_seen(there[0], secret)}"
            if most is not None and found > most:
                return f"{local} stands {found} times; at most {most} is allowed"
            return None

        self.add(name, path, test, statement, mend, below=local, severity=severity)

    def attribute(
        self,
        name: str,
        path: str,
        key: str,
        allowed: tuple[str, ...] | str,
        statement: str,
        mend: str,
        *,
        optional: bool = False,
        secret: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """The attribute is one of the values, or matches the pattern, at every element of ``path``."""
        fits = (
            re.compile(allowed, re.ASCII).fullmatch
            if isinstance(allowed, str)
            else {value: value for value in allowed}.get
        )

        def test(node: etree._Element) -> str | None:
            value = node.get(key)
            if value is None:
                return None if optional else f"the attribute {key} is missing"
            if fits(value):
                return None
            return f"{key} has another value" if secret else f"{key} is {value[:60]!r}"

        self.add(name, path, test, statement, mend, below=f"@{key}", severity=severity)


def checked(rows: Iterable[Row], root: etree._Element) -> list[Finding]:
    """What the rows find in the document, in their order."""
    out = list[Finding]()
    for row in rows:
        told = 0
        for node in cast("list[etree._Element]", row.place(root)):
            wrong = row.test(node)
            if wrong is not None:
                told += 1
                here = "/".join([*(_local(up) for up in reversed(list(node.iterancestors()))), _local(node)])
                out.append(row.rule.at(f"{here}/{row.below}" if row.below else here, wrong))
                if told == _MOST:
                    break
    return out


def _without_conditions(selector: str) -> str:
    """``h:a/h:b`` of ``h:a[h:c]/h:b[@d]``."""
    while (bare := _CONDITION.sub("", selector)) != selector:
        selector = bare
    return bare


_CONDITION = re.compile(r"\[[^\[\]]*\]")


def _seen(element: etree._Element, secret: bool) -> str:
    """What stands in an element, in few words."""
    given = []
    if not secret:
        given = [f"{_local_name(str(key))} is {str(value)[:40]!r}" for key, value in element.items()][:5]
    if inside := [_local(child) for child in element][:5]:
        given.append(f"it holds {', '.join(inside)}")
    return "; ".join(given) or ("it has another value" if secret else "it says nothing")


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _local(node: etree._Element) -> str:
    return _local_name(str(node.tag))


def compiled(expression: str) -> etree.XPath:
    """An expression in which ``h:`` is CDA's namespace; strings are plain."""
    return etree.XPath(expression, namespaces={"h": NAMESPACE}, smart_strings=False)
