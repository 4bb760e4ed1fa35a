"""Schools and day-care of the municipalities, as the institution register (STIL) lists them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from mocks.people import Institution
from sim.nation.assumptions import Assumed
from sim.nation.contacts import Contacts, mail
from sim.nation.municipalities import Municipality
from sim.nation.names import invented
from sim.nation.streams import Draw


class Stage(IntEnum):
    """Where a child is on its way: this decides which kinds of institution it can attend."""

    HOME = 0
    UNDER_THREE = 1
    KINDERGARTEN = 2
    SCHOOL = 3
    YOUTH = 4


#: How many children of a stage an institution of a kind takes, relative to the others of that stage.
_WEIGHTS = {
    "Dagpleje": {Stage.UNDER_THREE: 0.0},  # set per municipality from the childminder share
    "Daginstitution": {Stage.UNDER_THREE: 1.0, Stage.KINDERGARTEN: 1.0},
    "Folkeskole": {Stage.SCHOOL: 1.0},
    "Fri- og privatskole": {Stage.SCHOOL: 0.5},
    "Specialskole": {Stage.SCHOOL: 0.15},
    "Ungdomsuddannelse": {Stage.YOUTH: 1.0},
}


@dataclass
class Institutions:
    """``rows`` in register order; ``choices[stage][municipality code]`` lists (row, weight)."""

    rows: list[Institution] = field(default_factory=list)
    choices: dict[Stage, dict[str, list[tuple[int, float]]]] = field(
        default_factory=lambda: {stage: {} for stage in Stage}
    )


def institutions(where: tuple[Municipality, ...], seed: int, assumed: Assumed) -> Institutions:
    """As many as the national figures give for the number of children, fewer outside the pilot."""
    found = Institutions()
    contacts = Contacts(Draw(seed, "institutions"), 100_000)
    young, school = assumed("children-aged-0-5"), assumed("children-aged-6-15")
    nation = young + school + assumed("children-aged-16-17")
    for m in where:
        near = 1.0 if m.pilot else assumed("institutions-near-the-border")
        pupils = m.children * school / nation * near
        small = m.children * young / nation * near
        schools = max(2, round(pupils / assumed("children-per-school")))
        private = round(schools * 547 / (1066 + 547))
        counts = {
            "Dagpleje": 1,
            "Daginstitution": max(2, round(small / assumed("children-per-day-care"))),
            "Folkeskole": schools - private,
            "Fri- og privatskole": private,
            "Specialskole": max(int(m.pilot), round(pupils / assumed("children-per-special-school"))),
            "Ungdomsuddannelse": max(1, round(m.children / 9000)),
        }
        for kind, count in counts.items():
            for number in range(count):
                _add(found, contacts, m, kind, number)
        homes = assumed("childminder-share")
        others = counts["Daginstitution"]
        under_three = found.choices[Stage.UNDER_THREE][m.code]
        row, _ = under_three[0]
        under_three[0] = (row, others * homes / max(1.0 - homes, 1e-9))
    return found


def _add(found: Institutions, contacts: Contacts, m: Municipality, kind: str, number: int) -> None:
    row = len(found.rows)
    # One in twelve has neither telephone nor mail: the overview then says that there is none.
    silent = row % 12 == 7
    found.rows.append(
        Institution(
            number=f"{990_000 + 1 + row:06d}",
            name=_name(m, kind, number),
            kind=kind,
            municipality=m.code,
            admin_municipality=m.code,
            phone="" if silent else contacts.phone(),
            email="" if silent else mail(f"inst-{row:03d}", m.slug),
            **_address(contacts, m),
        )
    )
    for stage, weight in _WEIGHTS[kind].items():
        found.choices[stage].setdefault(m.code, []).append((row, weight))


def _address(contacts: Contacts, m: Municipality) -> dict[str, str]:
    place = contacts.address(m)
    return {"street": place.street, "post_code": place.post_code, "city": place.city}


def _name(m: Municipality, kind: str, number: int) -> str:
    words = invented("institutions")
    if kind == "Dagpleje":
        return f"Dagplejen {m.name}"
    if kind == "Daginstitution":
        return f"{_cycled(words['day_care'], number)}, {m.name}"
    if kind == "Ungdomsuddannelse":
        return f"Ungdomsuddannelse {number + 1}, {m.name}"
    if kind == "Specialskole":
        return f"Specialskolen {_cycled(words['school'], number + 5)}gården, {m.name}"
    start = number if kind == "Folkeskole" else number + 11
    form = "skolen" if kind == "Folkeskole" else "friskolen"
    return f"{_cycled(words['school'], start, form)}, {m.name}"


def _cycled(words: list[str], number: int, ending: str = "") -> str:
    """A name from the list; from the second round on with a number, so that no two are alike."""
    turn, place = divmod(number, len(words))
    return f"{words[place]}{ending}" if turn == 0 else f"{words[place]}{ending} {turn + 1}"
