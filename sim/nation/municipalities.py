"""The municipalities of the pilot and their neighbours: code, name, size, towns, and who borders whom."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec


class Municipality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A municipality. ``code`` is the 4-digit kommunekode, ``children`` an estimate for ages 0-17.

    ``system`` names the mock that carries its correspondence; it is empty outside the pilot, and then
    no case of this municipality can be seen in an overview. ``ppr_system`` and ``ppr_gln`` say what is
    known of its PPR in SOR. ``neighbours`` are slugs, the most likely first.
    """

    slug: str
    code: str
    name: str
    cvr: str
    children: int
    pilot: bool = False
    system: str = ""
    ppr_system: str = ""
    ppr_gln: bool = False
    pilot_clinics: int = 0
    outside_clinics: int = 0
    neighbours: tuple[str, ...] = ()
    towns: tuple[tuple[str, str, int], ...] = ()

    @property
    def authority(self) -> str:
        """The name as an authority, as overviews show it: "Aalborg Kommune"."""
        return f"{self.name} Kommune"


class _File(msgspec.Struct, frozen=True):
    municipality: tuple[Municipality, ...]


@cache
def municipalities() -> tuple[Municipality, ...]:
    """The five of the pilot, then the neighbours, in a fixed order."""
    text = resources.files("sim.nation").joinpath("municipalities.toml").read_bytes()
    return msgspec.toml.decode(text, type=_File).municipality
