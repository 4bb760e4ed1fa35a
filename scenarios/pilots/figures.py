"""The figures of the source documents that the Nordjylland pilot is judged by (A4 to A19).

Each is one named predicate over what a run shows. Where a run gave no opportunity, the figure is *not
exercised*, never *pass*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scenarios.result import Figure, FigureResult
from sim.caseload.log import Contact, Lookup

#: A run shorter than this says nothing about who took part in the pilot.
LONG_ENOUGH_DAYS = 90
SOURCE = "HOI BU evaluation, short version (KL, December 2025)"
MUNICIPAL = ("ppr", "family")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run shows, as far as the figures ask.

    ``first`` and ``last`` are the days of the first and last letter; ``clinics`` and ``municipalities``
    map each pilot clinic and municipality to what it took part in; ``copies`` counts records in looking
    systems that hold something that was only to be shown.
    """

    start: date
    end: date
    first: date | None
    last: date | None
    clinics: dict[str, int]
    municipalities: dict[str, int]
    contacts: list[Contact]
    lookups: list[Lookup]
    logged: int
    copies: int
    potential_users: dict[str, int]
    names: dict[str, str]  # of the municipalities, by code

    @property
    def long_enough(self) -> bool:
        return (self.end - self.start).days >= LONG_ENOUGH_DAYS

    def municipal_letters(self) -> list[Contact]:
        """Correspondence that PPR and family departments sent."""
        return [c for c in self.contacts if c.channel == "correspondence" and c.actor in MUNICIPAL]


# Predicates ----------------------------------------------------------------------------------------------


def all_within_the_period(observed: dict[str, str]) -> bool:
    """ISO days compare as text."""
    return observed["from"] <= observed["first"] <= observed["last"] <= observed["to"]


def fifteen_clinics_took_part(observed: dict[str, int]) -> bool:
    return observed["clinics"] == 15 and observed["took_part"] == 15


def five_municipalities_wrote(observed: dict[str, int]) -> bool:
    return len(observed) == 5 and all(observed.values())


def nothing_outside_the_window(observed: dict[str, int]) -> bool:
    return observed["outside_window"] == 0 and observed["untrue"] == 0


def no_copies_and_all_logged(observed: dict[str, int]) -> bool:
    return observed["copies"] == 0 and observed["attempts"] == observed["logged"]


def unequal_use_by_equal_users(observed: dict[str, Any]) -> bool:
    letters = observed["letters"].values()
    return len(set(observed["potential_users"].values())) == 1 and max(letters) >= 2 * max(1, min(letters))


def far_more_to_gps_and_most_outside(observed: dict[str, float]) -> bool:
    return observed["to_gps"] >= 3 * observed["to_bup"] and observed["outside_share"] > 0.5


def each_actor_keeps_its_channel(observed: dict[str, float]) -> bool:
    return (
        observed["ppr_correspondence_to_gps"] > 0.5
        and observed["family_lae_forms_to_gps"] > observed["family_correspondence_to_gps"]
        and observed["bup_digital_post_and_secure_mail"] > 0.5
    )


# What is observed ----------------------------------------------------------------------------------------


def _period(f: Facts) -> dict[str, str] | None:
    if f.first is None or f.last is None:
        return None
    return {
        "from": f.start.isoformat(), "to": f.end.isoformat(), "first": f.first.isoformat(), "last": f.last.isoformat()
    }  # fmt: skip


def _clinics(f: Facts) -> dict[str, int] | None:
    if not f.long_enough:
        return None
    return {"clinics": len(f.clinics), "took_part": sum(1 for n in f.clinics.values() if n)}


def _window(f: Facts, solution: str) -> dict[str, int] | None:
    shown = [x for x in f.lookups if x.solution == solution and x.true is not None]
    if not shown:
        return None
    return {
        "lookups": len(shown),
        "outside_window": sum(not x.window_kept for x in shown),
        "untrue": sum(not x.true for x in shown),
    }


def _copies(f: Facts) -> dict[str, int] | None:
    if not f.lookups:
        return None
    return {"attempts": len(f.lookups), "logged": f.logged, "copies": f.copies}


def _uneven(f: Facts) -> dict[str, Any] | None:
    letters = Counter(c.municipality for c in f.municipal_letters())
    if not f.long_enough or not letters:
        return None
    return {
        "letters": {name: letters[code] for code, name in f.names.items()},
        "potential_users": f.potential_users,
    }


def _receivers(f: Facts) -> dict[str, float] | None:
    letters = f.municipal_letters()
    if len(letters) < 30:
        return None
    outside = sum(not c.receiver_pilot for c in letters)
    return {
        "letters": len(letters),
        "to_gps": sum(c.receiver_kind == "clinic" for c in letters),
        "to_bup": sum(c.receiver_kind == "bup" for c in letters),
        "outside_share": round(outside / len(letters), 3),
    }


def _channels(f: Facts) -> dict[str, float] | None:
    started = [c for c in f.contacts if not c.reply_to]
    ppr = _shares(c for c in started if c.actor == "ppr" and c.receiver_kind == "clinic")
    family = _shares(c for c in started if c.actor == "family" and c.receiver_kind == "clinic")
    bup = _shares(c for c in started if c.actor == "bup")
    if not ppr or not family or not bup:
        return None
    return {
        "ppr_correspondence_to_gps": ppr.get("correspondence", 0.0),
        "family_lae_forms_to_gps": family.get("lae_form", 0.0),
        "family_correspondence_to_gps": family.get("correspondence", 0.0),
        "bup_digital_post_and_secure_mail": round(
            bup.get("digital_post", 0.0) + bup.get("secure_mail", 0.0), 3
        ),
    }


def _shares(contacts: Iterable[Contact]) -> dict[str, float]:
    """Share of each channel, by what was *wanted* and possible; nothing of fewer than 30."""
    found = Counter(c.channel for c in contacts)
    total = sum(found.values())
    return {channel: round(n / total, 3) for channel, n in found.items()} if total >= 30 else {}


FIGURES: tuple[Figure[Facts], ...] = (
    Figure(
        "A4", "Pilot period", f"{SOURCE}; months from MedCom's project description",
        "every letter lies in the period of the run", _period, all_within_the_period,
    ),
    Figure(
        "A6", "GP clinics in the pilot", SOURCE, "15 clinics, and each took part",
        _clinics, fifteen_clinics_took_part,
    ),
    Figure(
        "A7", "Municipalities in the pilot", SOURCE, "5 municipalities, and each sent correspondence",
        lambda f: f.municipalities if f.long_enough else None, five_municipalities_wrote,
    ),
    Figure(
        "A14", "Window of the aftaleoverblik", SOURCE,
        "future and six calendar months back; exactly the appointments that are true at the look-up",
        lambda f: _window(f, "aftaleoverblik"), nothing_outside_the_window,
    ),
    Figure(
        "A15", "Window of the sags- og kontaktoverblik", SOURCE,
        "cases active now or within the last half year; exactly those that are true at the look-up",
        lambda f: _window(f, "sagsoverblik"), nothing_outside_the_window,
    ),
    Figure(
        "A16", "Nothing copied, everything logged", SOURCE,
        "no look-up leaves a copy in the looking system, and each is in its log",
        _copies, no_copies_and_all_logged,
    ),
    Figure(
        "A17", "Unequal use by equally many users", SOURCE,
        "the most active municipality sends at least twice as many letters as the least active",
        _uneven, unequal_use_by_equal_users,
    ),
    Figure(
        "A18", "Whom the municipalities write to", SOURCE,
        "at least three times as many letters to GPs as to BUP; more than half leave the pilot",
        _receivers, far_more_to_gps_and_most_outside,
    ),
    Figure(
        "A19", "Channels by actor", SOURCE,
        "PPR mostly correspondence to GPs; the family department more LÆ forms than correspondence; "
        "BUP mostly Digital Post and secure mail",
        _channels, each_actor_keeps_its_channel,
    ),
)  # fmt: skip


def judge(facts: Facts) -> tuple[FigureResult, ...]:
    """Every figure, in the order of the sources."""
    return tuple(figure.judge(facts) for figure in FIGURES)
