"""An organisational unit that can be written to: the form in which systems know each other.

It is what SOR tells of a unit after inheritance has been resolved. The register itself is ``mocks.sor``.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class UnitKind(StrEnum):
    """What a unit is in the pilot."""

    PPR = "ppr"  # paedagogisk psykologisk raadgivning
    FAMILY = "family"  # boerne- og familieafdeling
    BUP = "bup"  # boerne- og ungdomspsykiatri
    CLINIC = "clinic"  # almen laegepraksis
    DEPARTMENT = "department"  # somatic hospital department


#: Message capabilities as SOR's EDI table has them: type and version, joined by a slash.
XDIS91 = "XDIS91/XD9134L"
XCTL = "XCTL/XC0130Q"  # stands for XCTL01-03, which are registered together
FDIS91_5 = "FDIS91/5.0"
FDIS91_4 = "FDIS91/4.0.0"
FCTL = "FCTL/2.0.0"


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit. ``gln`` is its lokationsnummer, own or inherited, or ``None`` where it has none.

    ``system`` names the mock that hosts it; ``capabilities`` are the message types that SOR's EDI table
    lists for its GLN; ``phone_hours`` is free text.
    """

    sor_id: str
    name: str
    kind: UnitKind
    system: str
    gln: str | None = None
    owner: str = ""
    municipality: str = ""
    parent_sor_id: str = ""
    ydernummer: str = ""
    street: str = ""
    post_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    phone_hours: str = ""
    pilot: bool = False
    capabilities: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Street, post code and city on one line, as the overviews show it."""
        return f"{self.street}, {self.post_code} {self.city}" if self.street else ""
