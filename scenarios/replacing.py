"""``--replace``: a vendor's own system in a mock's place, over HTTP or a pair of folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mocks.errors import BadInput
from mocks.identifiers import check_gln
from mocks.units import UnitKind

if TYPE_CHECKING:
    from sim.nation.world import World

#: Interfaces that the form has room for, and those that can be replaced.
INTERFACES = ("vans", "sf1470", "sf2900", "sapa", "xds", "sor")
READY = ("vans", "sf1470", "sapa", "xds")
#: Interfaces at which a folder will do: letters can wait there, questions cannot.
_FOLDERS = ("vans",)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A location number behind which somebody else stands at that interface. Exactly one of ``url`` and
    ``folder`` is set."""

    gln: str
    interface: str
    url: str = ""
    folder: Path | None = None

    @property
    def system(self) -> str:
        """Name of the adapter that stands for a folder pair on the network."""
        return f"folder-{self.gln}"


def parse(options: list[str]) -> list[Replacement]:
    """``GLN:INTERFACE=ENDPOINT`` each; the endpoint is ``http://...`` or ``folder:PATH``. Errors: ``BadInput``."""
    found: list[Replacement] = []
    for option in options:
        place, equals, endpoint = option.partition("=")
        gln, colon, interface = place.partition(":")
        if not (equals and colon and endpoint):
            raise BadInput(
                f"--replace {option!r} is not GLN:INTERFACE=ENDPOINT, such as 5790009100522:vans=http://..."
            )
        if problem := check_gln(gln):
            raise BadInput(f"--replace {option!r}: {problem}")
        if interface not in INTERFACES:
            raise BadInput(f"--replace: interface {interface!r} is not one of {', '.join(INTERFACES)}")
        if interface not in READY:
            raise BadInput(
                f"--replace: interface {interface} cannot be replaced yet; so far: {', '.join(READY)}"
            )
        if any((other.gln, other.interface) == (gln, interface) for other in found):
            raise BadInput(f"--replace names {gln} twice for {interface}")
        if endpoint.startswith(("http://", "https://")):
            if not _has_host(endpoint):
                raise BadInput(
                    f"--replace: endpoint {endpoint!r} names no host, as in http://127.0.0.1:9000/inbox"
                )
            found.append(Replacement(gln, interface, url=endpoint.rstrip("/")))
        elif endpoint.startswith("folder:") and interface not in _FOLDERS:
            raise BadInput(f"--replace: {interface} needs an address, http(s)://...; a folder cannot answer")
        elif endpoint.startswith("folder:") and endpoint != "folder:":
            found.append(Replacement(gln, interface, folder=Path(endpoint.removeprefix("folder:"))))
        else:
            raise BadInput(f"--replace: endpoint {endpoint!r} is neither http(s)://... nor folder:PATH")
    return found


def _has_host(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port number, or brackets that do not close
        return False


def known(replacements: list[Replacement], world: World) -> None:
    """Each number must belong to a unit of the world. Errors: ``BadInput`` with some that do."""
    for r in replacements:
        unit = world.by_gln(r.gln)
        if unit is None or not unit.system:
            examples = ", ".join(f"{u.gln} ({u.name})" for u in world.pilot_clinics[:3])
            raise BadInput(
                f"--replace: no unit of this world has location number {r.gln}; there are e.g. {examples}"
            )


def at(replacements: list[Replacement], interface: str) -> list[Replacement]:
    """Those at one interface."""
    return [r for r in replacements if r.interface == interface]


def external(replacements: list[Replacement]) -> dict[str, str]:
    """Location number -> address that VANS delivers to, for a run in which the adapters are systems too."""
    return {
        r.gln: r.url if r.folder is None else f"http://{r.system}/vans/inbox"
        for r in at(replacements, "vans")
    }


def case_systems(replacements: list[Replacement], world: World) -> dict[str, str]:
    """Municipality -> name of the vendor's case system on the network. Errors: ``BadInput`` for a unit that
    is no municipality's, or whose case system cannot be taken out."""
    from sim.ecosystem import INTEGRATED  # the whole country, which a mere look at the options needs not

    found: dict[str, str] = {}
    for r in at(replacements, "sf1470"):
        unit = world.by_gln(r.gln)
        assert unit is not None
        m = next((m for m in world.pilot_municipalities if m.code == unit.municipality), None)
        if m is None or unit.kind not in (UnitKind.PPR, UnitKind.FAMILY):
            raise BadInput(f"--replace: {unit.name} is no department of a municipality with a case system")
        if world.ppr_of(m.code).system == INTEGRATED:
            raise BadInput(
                f"--replace: in {m.name} cases and correspondence are one system; take another municipality"
            )
        if m.code in found:
            raise BadInput(f"--replace names two case systems for {m.name}")
        found[m.code] = f"sf1470-{m.slug}"
    return found


def sapa(replacements: list[Replacement], world: World) -> str:
    """The address of the vendor's SAPA, empty where it is ours. Errors: ``BadInput`` for a unit that is no
    municipality's, and for two of them: SAPA is one for all municipalities."""
    found = at(replacements, "sapa")
    for r in found:
        unit = world.by_gln(r.gln)
        assert unit is not None
        if unit.kind not in (UnitKind.PPR, UnitKind.FAMILY):
            raise BadInput(
                f"--replace: nobody at {unit.name} works with SAPA; name a PPR or family department"
            )
    if len(found) > 1:
        raise BadInput("--replace names SAPA twice: it is one system for all municipalities")
    return found[0].url if found else ""


#: Name of the vendor's document source on the network, and of its test key.
DOCUMENT_SOURCE = "xds-source"
_SOURCE_KINDS = (UnitKind.BUP, UnitKind.DEPARTMENT)
_CONSUMER_KINDS = (UnitKind.PPR, UnitKind.FAMILY)


def document_source(replacements: list[Replacement], world: World) -> Replacement | None:
    """The vendor's document source in the place of the hospital's. Errors: ``BadInput`` for two of them, and
    for a unit that is neither a hospital's nor a municipality's."""
    found: Replacement | None = None
    for r in at(replacements, "xds"):
        unit = world.by_gln(r.gln)
        assert unit is not None
        if unit.kind in _SOURCE_KINDS:
            if found is not None:
                raise BadInput("--replace names two document sources; the hospital's units share one")
            found = r
        elif unit.kind not in _CONSUMER_KINDS:
            raise BadInput(
                f"--replace: {unit.name} neither shares documents nor looks them up; take a unit of child "
                "psychiatry (source) or a municipality's PPR (consumer)"
            )
    return found


def consumers(replacements: list[Replacement], world: World) -> dict[str, str]:
    """Municipality -> name of the vendor's system in which its users look appointments up."""
    units = [world.by_gln(r.gln) for r in at(replacements, "xds")]
    return {
        m.code: f"xds-{m.slug}"
        for m in world.pilot_municipalities
        if any(u is not None and u.kind in _CONSUMER_KINDS and u.municipality == m.code for u in units)
    }
