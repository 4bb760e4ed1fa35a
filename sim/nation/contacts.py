"""Addresses, telephones and mail of organisations: plausible to look at, impossible to reach."""

from __future__ import annotations

from mocks.sor.register import Address
from sim.nation.municipalities import Municipality
from sim.nation.names import names
from sim.nation.streams import Draw

#: A third of the departments each; what the screens of the pilot show as free text.
PHONE_HOURS = (
    "Man-fre 09:00-11:00",
    "Man-tors 09:00-12:00 Fredag 09:00-11:00",
    "Man-ons 08:30-10:30 Torsdag 13:00-15:00",
)


class Contacts:
    """Hands out addresses and telephone numbers, each number once."""

    def __init__(self, draw: Draw, first_number: int) -> None:
        self._draw = draw
        self._next = first_number

    def phone(self) -> str:
        """A number that nobody can have, see the assumption ``synthetic-phone``."""
        self._next += 1
        return phone_number(self._next)

    def address(self, municipality: Municipality, town: int | None = None) -> Address:
        """Somewhere in the municipality, or in its town of that number."""
        street, number, drawn = self._draw.unit(3).tolist()
        streets = names().streets
        towns = [t for t in municipality.towns for _ in range(t[2])]
        post_code, city, _ = (
            towns[int(drawn * len(towns))]
            if town is None
            else municipality.towns[town % len(municipality.towns)]
        )
        return Address(f"{streets[int(street * len(streets))]} {1 + int(number * 98)}", post_code, city)

    def hours(self) -> str:
        """Telephone hours as free text."""
        return PHONE_HOURS[int(self._draw.below(1, len(PHONE_HOURS))[0])]


def phone_number(number: int) -> str:
    """Telephone number 0 to 999999 of the world."""
    return f"01{number:06d}"


def mail(mailbox: str, domain: str) -> str:
    """A mail address under the reserved domain ``.example``."""
    return f"{mailbox}@{domain}.example"
