"""Every figure of the sources can hold, can fail, and is not exercised where nothing was to be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from mocks.runtime import COPENHAGEN
from scenarios.pilots import figures
from scenarios.pilots.figures import FIGURES, Facts
from sim.caseload.log import Contact, Lookup

NOON = datetime(2025, 5, 6, 12, tzinfo=COPENHAGEN)
NAMES = {"0810": "Brønderslev", "0787": "Thisted", "0849": "Jammerbugt", "0851": "Aalborg", "0840": "Rebild"}
CODES = list(NAMES)
IDS = [figure.id for figure in FIGURES]


def contact(actor: str, to: str, channel: str, municipality: str = "0851", pilot: bool = False) -> Contact:
    return Contact(NOON, actor, municipality, "1", "2", to, pilot, channel)


def lookup(
    solution: str, true: bool | None = True, kept: bool | None = True, outcome: str = "shown"
) -> Lookup:
    return Lookup(NOON, solution, "sapa", "0851", "ppr", outcome, True, 1, kept, true)


def good() -> Facts:
    contacts = [
        *(contact("ppr", "clinic", "correspondence", "0851") for _ in range(60)),
        *(contact("ppr", "clinic", "phone") for _ in range(10)),
        *(contact("family", "clinic", "lae_form") for _ in range(40)),
        *(contact("family", "clinic", "correspondence", "0810") for _ in range(20)),
        *(contact("bup", "ppr", "digital_post") for _ in range(30)),
        *(contact("bup", "ppr", "correspondence") for _ in range(5)),
        *(contact("ppr", "bup", "correspondence", "0787", pilot=True) for _ in range(10)),
    ]
    return Facts(
        start=date(2025, 4, 1),
        end=date(2025, 9, 30),
        first=date(2025, 4, 1),
        last=date(2025, 9, 30),
        clinics={f"clinic {n}": n + 1 for n in range(15)},
        municipalities=dict.fromkeys(NAMES.values(), 10),
        contacts=contacts,
        lookups=[
            lookup("aftaleoverblik"),
            lookup("sagsoverblik"),
            lookup("sagsoverblik", None, None, "denied"),
        ],
        logged=3,
        copies=0,
        potential_users=dict.fromkeys(NAMES.values(), 80),
        names=NAMES,
    )


def verdicts(facts: Facts) -> dict[str, str]:
    return {row.id: row.verdict for row in figures.judge(facts)}


def test_a_run_like_the_pilot_passes_every_figure() -> None:
    assert verdicts(good()) == dict.fromkeys(IDS, "pass")


def swapped(old: str, new: str, actor: str) -> Callable[[Facts], Facts]:
    """The facts with one channel of an actor taken for another."""

    def change(f: Facts) -> Facts:
        rows = [replace(c, channel=new) if c.actor == actor and c.channel == old else c for c in f.contacts]
        return replace(f, contacts=rows)

    return change


def looked(*rows: Lookup) -> Callable[[Facts], Facts]:
    return lambda f: replace(f, lookups=[*f.lookups, *rows], logged=f.logged + len(rows))


def everybody_in(municipality: str, f: Facts) -> Facts:
    return replace(f, contacts=[replace(c, municipality=municipality) for c in f.contacts])


def evenly(f: Facts) -> Facts:
    rows = [replace(c, municipality=CODES[n % 5]) for n, c in enumerate(f.contacts)]
    return replace(f, contacts=rows)


BROKEN: list[tuple[str, str, Callable[[Facts], Facts]]] = [
    ("A4", "a letter before the first day", lambda f: replace(f, first=date(2025, 3, 31))),
    ("A4", "a letter after the last day", lambda f: replace(f, last=date(2025, 10, 1))),
    ("A6", "fourteen clinics", lambda f: replace(f, clinics={k: v for k, v in f.clinics.items() if v > 1})),
    ("A6", "a clinic that did nothing", lambda f: replace(f, clinics={**f.clinics, "clinic 3": 0})),
    ("A6", "sixteen clinics", lambda f: replace(f, clinics={**f.clinics, "clinic 16": 1})),
    (
        "A7",
        "only two municipalities",
        lambda f: replace(f, municipalities=dict.fromkeys(["Thisted", "Rebild"], 10)),
    ),
    (
        "A7",
        "a municipality that wrote nothing",
        lambda f: replace(f, municipalities={**f.municipalities, "Aalborg": 0}),
    ),
    ("A14", "an appointment outside the window", looked(lookup("aftaleoverblik", True, False))),
    ("A14", "an appointment that is not true", looked(lookup("aftaleoverblik", False, True))),
    ("A15", "a case outside the window", looked(lookup("sagsoverblik", True, False))),
    ("A15", "a case that is not true", looked(lookup("sagsoverblik", False, True))),
    ("A16", "a copy", lambda f: replace(f, copies=1)),
    ("A16", "an attempt that is not logged", lambda f: replace(f, logged=2)),
    ("A16", "a log of something that nobody did", lambda f: replace(f, logged=4)),
    ("A17", "equal use", evenly),
    (
        "A17",
        "unequally many users",
        lambda f: replace(f, potential_users={**f.potential_users, "Aalborg": 81}),
    ),
    (
        "A18",
        "as many letters to psychiatry",
        lambda f: replace(
            f,
            contacts=[*f.contacts, *(contact("ppr", "bup", "correspondence", pilot=True) for _ in range(30))],
        ),
    ),
    (
        "A18",
        "most letters stay in the pilot",
        lambda f: replace(f, contacts=[replace(c, receiver_pilot=True) for c in f.contacts]),
    ),
    ("A19", "PPR telephones", swapped("correspondence", "phone", "ppr")),
    ("A19", "the family department corresponds", swapped("lae_form", "correspondence", "family")),
    ("A19", "psychiatry corresponds", swapped("digital_post", "correspondence", "bup")),
]


@pytest.mark.parametrize(("id_", "what", "change"), BROKEN, ids=[f"{b[0]} {b[1]}" for b in BROKEN])
def test_a_figure_fails_when_it_does_not_hold(id_: str, what: str, change: Callable[[Facts], Facts]) -> None:
    assert verdicts(change(good()))[id_] == "fail"


def test_every_figure_was_broken_at_least_once() -> None:
    assert {id_ for id_, _, _ in BROKEN} == set(IDS)


NOTHING: list[tuple[str, Callable[[Facts], Facts]]] = [
    ("A4", lambda f: replace(f, first=None, last=None)),
    ("A6", lambda f: replace(f, end=date(2025, 6, 1))),
    ("A7", lambda f: replace(f, end=date(2025, 6, 1))),
    ("A14", lambda f: replace(f, lookups=[lookup("aftaleoverblik", None, None, "denied")])),
    ("A15", lambda f: replace(f, lookups=[lookup("aftaleoverblik")])),
    ("A16", lambda f: replace(f, lookups=[], logged=0)),
    ("A17", lambda f: replace(f, end=date(2025, 6, 1))),
    ("A17", lambda f: replace(f, contacts=[contact("clinic", "ppr", "correspondence")] * 50)),
    ("A18", lambda f: replace(f, contacts=[c for c in f.contacts if c.actor == "family"])),
    ("A19", lambda f: replace(f, contacts=[c for c in f.contacts if c.actor != "bup"])),
]


@pytest.mark.parametrize(("id_", "change"), NOTHING)
def test_a_figure_without_an_opportunity_neither_passes_nor_fails(
    id_: str, change: Callable[[Facts], Facts]
) -> None:
    assert verdicts(change(good()))[id_] == "not_exercised"


def test_every_figure_was_once_without_an_opportunity() -> None:
    assert {id_ for id_, _ in NOTHING} == set(IDS)


def test_replies_do_not_count_as_a_choice_of_channel() -> None:
    """Who answers takes the channel that was chosen for him."""
    replies = [replace(contact("bup", "ppr", "correspondence"), reply_to="x") for _ in range(100)]
    facts = good()
    assert verdicts(replace(facts, contacts=[*facts.contacts, *replies]))["A19"] == "pass"


def test_what_was_seen_stands_beside_the_verdict() -> None:
    row = next(r for r in figures.judge(replace(good(), copies=2)) if r.id == "A16")
    assert row.observed == {"attempts": 3, "logged": 3, "copies": 2}
    assert (row.verdict, row.predicate) == ("fail", "no_copies_and_all_logged")
