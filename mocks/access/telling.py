"""The legal table and the decision table as a page reads them (``docs/access.md``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from mocks.access.decisions import WORDS, Decision, decision_table
from mocks.access.legal import LegalRule, Mark, Need, legal_table

_NEEDS = {
    Need.REQUIRED: "consent",
    Need.NOT_REQUIRED: "no consent needed",
    Need.OWN: "own data",
    Need.CHILD: "as custody holder",
    Need.NEVER: "no basis here",
}
_MARKS = {Mark.SOURCED: "sourced", Mark.ASSUMPTION: "assumption", Mark.UNRESOLVED: "**unresolved**"}


def renewed(page: str) -> str:
    """The page with its tables written anew. Each stands between ``<!-- name -->`` and ``<!-- end -->``."""
    tables = {
        "legal": _legal(legal_table().rules),
        "words": _words(),
        "decisions": _decisions(decision_table()),
    }
    for name, table in tables.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        page = place.sub(lambda found, table=table: f"{found[1]}\n{table}\n{found[2]}", page)  # type: ignore[misc]
    return page


def _legal(rules: Iterable[LegalRule]) -> str:
    head = (
        "rule",
        "direction",
        "users",
        "data",
        "needs",
        "who consents",
        "for how long",
        "basis",
        "source",
        "mark",
    )
    return _table(
        head,
        [
            (
                f"`{rule.id}`",
                rule.direction,
                ", ".join(rule.kinds),
                ", ".join(rule.data) or "(decides no look-up)",
                _NEEDS[rule.consent]
                + {"yes": ", health person", "no": ", no health person"}.get(rule.health, ""),
                _givers(rule) if rule.consent is Need.REQUIRED else "",
                rule.duration,
                " ".join(filter(None, (rule.basis, rule.note))),
                rule.source,
                _MARKS[rule.mark],
            )
            for rule in rules
        ],
    )


def _givers(rule: LegalRule) -> str:
    under = {"both": "both custody holders", "one": "one custody holder", None: "not settled"}[rule.under_15]
    over = {
        "alone": "the young person",
        "with_custody": "the young person and the custody holders",
        None: "not settled",
    }[rule.from_15]
    return under if under == over else f"under 15: {under}; from 15: {over}"


def _words() -> str:
    return _table(("word", "means"), WORDS.items())


def _decisions(rows: Iterable[Decision]) -> str:
    names = list(Decision.__struct_fields__)
    return _table([name.replace("_", " ") for name in names], map(msgspec.structs.astuple, rows))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"
