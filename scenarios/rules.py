"""``tvaers rules``: which rules the checks know, and what one of them means."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from mocks.errors import BadInput
from mocks.standards.readings import PROFILES
from mocks.standards.roles import LENIENCIES
from mocks.standards.rulebook import Entry, rulebook, standards
from mocks.standards.topics import TOPICS
from scenarios.checking import archives, judging

#: Version of the form of ``--json``; it changes when a field changes its meaning or goes.
SCHEMA = "tvaers-rules/1"
READINGS_SCHEMA = "tvaers-readings/1"


def show(rule_id: str | None, standard: str | None, text: str | None, as_json: bool) -> None:
    """Explain one rule, or list all that fit. Errors: ``BadInput`` for an id or standard that there is not."""
    entries = _fitting(standard, text) if rule_id is None else [_named(rule_id)]
    if as_json:
        answer = {"schema": SCHEMA, "rules": [row(entry) for entry in entries]}
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n")
    elif rule_id is not None:
        _explain(Console(), entries[0])
    else:
        _list(Console(), entries)


def show_readings(as_json: bool) -> None:
    """What public rules contradict each other on, which rules that touches, and the profiles that choose."""
    rules: dict[str, list[str]] = {topic.name: [] for topic in TOPICS}
    for rule_id, entry in rulebook().items():
        for name in dict.fromkeys(reading.topic for reading in entry.rule.readings):
            rules[name].append(rule_id)
    if as_json:
        answer = {
            "schema": READINGS_SCHEMA,
            "profiles": [msgspec.to_builtins(each) for each in PROFILES],
            "topics": [{**msgspec.to_builtins(each), "rules": rules[each.name]} for each in TOPICS],
        }
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n")
        return
    console = Console()
    console.print(Text("profiles, for tvaers check --reading NAME[,TOPIC=READING...]", "bold"))
    for profile in PROFILES:
        own = ", ".join(f"{topic}={name}" for topic, name in profile.positions.items())
        line = Text(f"  {profile.name:<14} {profile.title}")
        line.append(f"  ({own})" if own else "", "dim")
        console.print(line, soft_wrap=True)
    for topic in TOPICS:
        console.print(Text.assemble("\n", (topic.name, "bold"), f"  {topic.question}"), soft_wrap=True)
        for each in topic.positions:
            line = Text(f"  {each.name:<18} {'*' if each.current else ' '} {each.says}")
            line.append(f"  [{each.source}]", "dim")
            console.print(line, soft_wrap=True)
        touched = ", ".join(rules[topic.name]) or "none yet: one message alone does not show it"
        console.print(Text(f"  rules: {touched}", "dim"), soft_wrap=True)
    console.print(Text("\n* the current reading", "dim"))


def row(entry: Entry) -> dict[str, Any]:
    """One rule, in the form of ``--json``."""
    return {"standards": entry.standards, **msgspec.to_builtins(entry.rule)}


def book() -> Mapping[str, Entry]:
    """Every rule by its id: those of the standards, and those that files and archives must keep."""
    files = {rule.id: Entry(rule, ("files",)) for rule in (*judging.RULES, *archives.RULES)}
    return {**rulebook(), **files}


def _named(rule_id: str) -> Entry:
    known = book()
    if rule_id in known:
        return known[rule_id]
    folded = {each.lower(): each for each in known}
    if rule_id.lower() in folded:
        return known[folded[rule_id.lower()]]
    near = get_close_matches(rule_id.lower(), folded, 3)
    meant = f"; near it: {', '.join(folded[each] for each in near)}" if near else ""
    raise BadInput(f"there is no rule {rule_id!r}{meant} (tvaers rules lists all)")


def _fitting(standard: str | None, text: str | None) -> Sequence[Entry]:
    known = {name.lower(): name for name in (*standards(), "files")}
    if standard is not None and standard.lower() not in known:
        raise BadInput(f"there is no standard {standard!r}; there are: {', '.join(known.values())}")
    wanted = known[standard.lower()] if standard is not None else None
    words = (text or "").lower().split()
    found = []
    for entry in book().values():
        rule = entry.rule
        said = f"{rule.id} {rule.statement} {rule.source}".lower()
        if (wanted is None or wanted in entry.standards) and all(word in said for word in words):
            found.append(entry)
    return found


def _list(console: Console, entries: Sequence[Entry]) -> None:
    for entry in entries:
        rule = entry.rule
        line = Text(rule.id, "bold")
        line.append(f"  {','.join(entry.standards)}  ", "dim")
        line.append(rule.statement)
        line.append(f"  [{rule.source}]", "dim")
        console.print(line, soft_wrap=True)
    console.print(Text(f"{len(entries)} rules", "dim"))


def _explain(console: Console, entry: Entry) -> None:
    rule = entry.rule
    console.print(Text(rule.id, "bold"))
    for name, value in (
        ("demands", rule.statement),
        ("breach", rule.severity),
        ("source", rule.source),
        ("mend", rule.mend),
        ("found in", ", ".join(entry.standards)),
        ("example", rule.example),
    ):
        if value:
            line = Text(f"  {name:<9} ", "dim")
            line.append(value.replace("\n", "\n" + " " * 12))
            console.print(line, soft_wrap=True)
    for reading in rule.readings:
        weight = reading.weight or "allowed"
        line = Text(f"  reading   {reading.topic}={reading.name}: {reading.says}; here: {weight}")
        line.append(f"  [{reading.source}]", "dim")
        console.print(line, soft_wrap=True)
    for leniency in LENIENCIES:
        if any(fnmatchcase(rule.id, pattern) for pattern in leniency.rules):
            said = (
                f"  roles     sender: {leniency.sender or 'as is'}, receiver: {leniency.receiver or 'as is'}"
            )
            console.print(Text.assemble(said, (f"  [{leniency.source}]", "dim")), soft_wrap=True)
