"""Names of people and streets from the tables of Faker's Danish providers; invented names of organisations.

Only the tables are used: drawing through a ``Faker`` object would cost a thousand times more than
picking positions with numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec


@dataclass(frozen=True, slots=True)
class Names:
    """Tables. ``given[0]`` are women's names and ``given[1]`` men's; ``family`` goes by frequency."""

    given: tuple[tuple[str, ...], tuple[str, ...]]
    family: tuple[str, ...]
    streets: tuple[str, ...]


@cache
def names() -> Names:
    """The tables, without duplicates and without anything that does not fit an old letter's fields."""
    # Imported here because it takes a tenth of a second that a look at one assumption need not pay.
    from faker.providers.address.da_DK import Provider as Address
    from faker.providers.person.da_DK import Provider as Person

    suffixes = ("vej", "gade", "vej", " Allé", "vej", "stræde")
    stems = [stem for stem in dict.fromkeys(Address.street_names) if len(stem) <= 18]
    return Names(
        given=(
            tuple(dict.fromkeys(Person.first_names_female)),
            tuple(dict.fromkeys(Person.first_names_male)),
        ),
        family=tuple(dict.fromkeys(Person.last_names)),
        streets=tuple(stem + suffixes[k % len(suffixes)] for k, stem in enumerate(stems)),
    )


def family_weights() -> list[float]:
    """How often each family name occurs, see the assumption ``family-name-frequency``."""
    return [1.0 / (rank + 6) for rank in range(len(names().family))]


@cache
def invented(subject: str) -> dict[str, list[str]]:
    """Word lists for ``clinics``, ``institutions`` or ``groups``, from ``invented_names.toml``."""
    text = resources.files("sim.nation").joinpath("invented_names.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, dict[str, list[str]]])[subject]
