"""The decision table: for each situation who is let in, what is shown and what is left behind.

The rows lie in ``decision_table.csv``. They are expectations, not code: no service reads them. A test asks the
services every row over the wire, and ``docs/access.md`` shows them.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

YesNo = Literal["yes", "no"]


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: a situation (up to ``override``), what must come of it, and who says so.

    ``data`` is ``appointments`` or the ``card`` (school, family case, PPR case). ``setting`` names what of the
    configuration differs from the default; the words of ``user``, ``custody``, ``consent``, ``age`` and
    ``block`` are explained in ``WORDS``. ``shown`` is a word for appointments and the parts of a card.
    ``minlog``: whether the citizen's log has an entry of it. ``without_consent``: the look-up succeeded although
    no valid consent was registered and one was needed.
    """

    id: str
    data: Literal["appointments", "card"]
    mode: Literal["declared", "registered"]
    setting: str
    user: str
    role: YesNo
    token: Literal["valid", "expired", "tampered", "none"]
    custody: Literal["joint", "sole", "changed", "unknown"]
    consent: str
    age: str
    block: str
    override: YesNo
    allowed: YesNo
    shown: str
    code: str
    minlog: Literal["0", "1"]
    addition: str
    without_consent: YesNo
    source: str


#: What the words of the table mean.
WORDS = {
    "joint, sole, changed, unknown": "custody in CPR: mother and father; the mother alone; mother and a new "
    "holder since the consent; nobody",
    "both, mother_only, young_person, all_three": "who signed the one registered consent",
    "a_form_each": "two consents, one signed by each custody holder",
    "both_...": "signed by both custody holders, and: expired, not yet in force, withdrawn, given 400 days ago "
    "without an end (old), for the school only, for PPR cases only, for one department or one unit only, for other "
    "receivers, for a young person who cannot decide (unable)",
    "day_before_15": "the fifteenth birthday is tomorrow; every other age has its birthday today",
    "all, this_user, another_user, this_place": "whom the citizen has blocked from everything: everybody, the "
    "user's authorisation, another one, the user's unit",
    "place_above_...": "the hospital above the user's unit is blocked, with its units or alone",
    "all_but_...": "everything blocked for everybody, and a positive item for the user or for one unit's data",
    "one_units_data": "the data of one of two units are blocked",
    "one_unit, other_unit": "of the two appointments, the one of that unit or the one of the other",
    "not_begun, ended, lifted": "a block of everything whose period is later, is over, or that was lifted",
    "one_holder_suffices": "setting: under joint custody one custody holder's consent is enough",
    "syddjurs_form": "setting: the rules of the form of the Syddjurs trial",
    "one_year": "setting: a consent ends a year after it was given (sundhedsloven 44, 2)",
    "psychologists_authorised": "setting: psychologists are health persons from that day on",
    "whole_consents_only": "setting: partial consents open nothing",
    "own_gp_checked": "setting: the treatment relation is checked before a clinic sees a card (hypothetical)",
}


@lru_cache(maxsize=1)
def decision_table() -> tuple[Decision, ...]:
    """All rows, in the order of the file."""
    text = files("mocks.access").joinpath("decision_table.csv").read_text(encoding="utf-8")
    return tuple(msgspec.convert(list(csv.DictReader(text.splitlines())), list[Decision]))
