"""Everybody who can be written to, as SOR keeps them: municipalities, BUP, hospital departments, clinics.

A municipality is an owner (IE) with an administration (SI), and under it stand PPR, the family
department and the health visitors (OE). Some units have a lokationsnummer of their own, some use their
parent's, some have none: see the assumptions ``location-numbers-of-...``.
"""

from __future__ import annotations

from mocks.identifiers import make_gln, make_sor
from mocks.sor.register import UNIT_TYPES, Address, Level, SorEntry
from mocks.units import XCTL, XDIS91, UnitKind
from sim.nation.contacts import Contacts, mail
from sim.nation.municipalities import Municipality
from sim.nation.names import invented
from sim.nation.streams import Draw

#: What every location number receives before ``with_standard`` says otherwise: the pilot's own format.
PILOT_CAPABILITIES = (XDIS91, XCTL)

#: SNOMED CT DK codes of levels and units that are not in the pilot.
_MUNICIPALITY, _HEALTH_VISITORS, _HOSPITAL, _PSYCHIATRY, _ADMINISTRATION = (
    "547211000005108",
    "554021000005101",
    "22232009",
    "554871000005105",
    "550811000005108",
)

_BUP_UNITS = (
    ("BUP Nord, Central Visitation", "visitation", 0),
    ("BUP Nord, Ambulatorium Aalborg", "aalborg", 4),
    ("BUP Nord, Ambulatorium Thy", "thy", 0),
    ("BUP Nord, Ambulatorium Vendsyssel", "vendsyssel", 0),
    ("BUP Nord, Dagafsnit", "dagafsnit", 2),
)

#: Somatic departments; the hospitals are invented. (name, hospital)
_DEPARTMENTS = (
    ("Børneafdelingen", 0),
    ("Børneneurologien", 0),
    ("Neonatalafsnittet", 0),
    ("Neurologisk Afdeling", 0),
    ("Øre-næse-hals", 0),
    ("Audiologisk Afdeling", 0),
    ("Øjenafdelingen", 0),
    ("Klinisk Genetik", 0),
    ("Ortopædkirurgien", 0),
    ("Hudafdelingen", 0),
    ("Gastroenterologien", 0),
    ("Smertecentret", 0),
    ("Akutmodtagelsen", 0),
    ("Gynækologisk Afdeling", 0),
    ("Børneafdelingen", 1),
    ("Akutmodtagelsen", 1),
    ("Neurorehabilitering", 1),
    ("Ergo- og Fysioterapi", 1),
    ("Diabetesambulatoriet", 1),
    ("Kirurgisk Afdeling", 1),
)
_HOSPITALS = ("Hospital Syd", "Hospital Nord")


class Organisations:
    """The raw register, and the SOR ids by role. Built by ``organisations``."""

    def __init__(self) -> None:
        self.entries: list[SorEntry] = []
        self.ppr: dict[str, str] = {}  # municipality code -> SOR id
        self.family: dict[str, str] = {}
        self.bup: list[str] = []
        self.departments: list[str] = []
        self.pilot_clinics: list[str] = []
        self.outside_clinics: list[str] = []


def organisations(where: tuple[Municipality, ...], seed: int) -> Organisations:
    """The register for these municipalities and their region."""
    return _Builder(where, Contacts(Draw(seed, "organisations"), 0)).build()


class _Builder:
    def __init__(self, where: tuple[Municipality, ...], contacts: Contacts) -> None:
        self.where = where
        self.by_slug = {m.slug: m for m in where}
        self.contacts = contacts
        self.done = Organisations()
        self._gln = 0

    def build(self) -> Organisations:
        for municipality in self.where:
            self._municipality(municipality)
        self._region()
        self._clinics()
        return self.done

    # Parts

    def _municipality(self, m: Municipality) -> None:
        seat = self.contacts.address(m, town=0)
        owner = self._add(
            level=Level.IE,
            name=m.authority,
            unit_type=_MUNICIPALITY,
            cvr=m.cvr,
            municipality=m.code,
            postal=seat,
            phone=self.contacts.phone(),
            email=mail("post", m.slug),
        )
        shares = not m.pilot and m.ppr_gln  # a family department that uses the administration's number
        administration = self._add(
            level=Level.SI,
            parent=owner,
            name=f"Børne- og Ungeforvaltningen {m.name}",
            unit_type=_ADMINISTRATION,
            gln=self._new_gln() if m.pilot or shares else None,
        )
        self.done.ppr[m.code] = ppr = self._add(
            level=Level.OE,
            parent=administration,
            name=f"PPR {m.authority}",
            kind=UnitKind.PPR,
            gln=self._new_gln() if m.ppr_gln else None,
            postal=self.contacts.address(m),
            phone=self.contacts.phone(),
            email=mail("ppr", m.slug),
            phone_hours=self.contacts.hours(),
            system=m.system,
            pilot=m.pilot,
        )
        self.done.family[m.code] = self._add(
            level=Level.OE,
            parent=administration,
            name=f"Familieafdelingen {m.name}",
            kind=UnitKind.FAMILY,
            gln=self._new_gln() if m.pilot else None,
            gln_inherited=shares,
            postal=self.contacts.address(m),
            phone=self.contacts.phone(),
            email=mail("familie", m.slug),
            phone_hours=self.contacts.hours(),
            system=m.system,
            pilot=m.pilot,
        )
        self._add(
            level=Level.OE, parent=administration, name=f"Sundhedsplejen {m.name}", unit_type=_HEALTH_VISITORS
        )
        if m.pilot:
            for team in ("småbørn", "skole"):
                self._add(
                    level=Level.OE,
                    parent=ppr,
                    name=f"PPR {m.name}, team {team}",
                    unit_type=UNIT_TYPES[UnitKind.PPR],
                    gln_inherited=True,
                )

    def _region(self) -> None:
        aalborg = self.where[0]
        region = self._add(
            level=Level.IE,
            name="Region Nordjylland",
            postal=self.contacts.address(aalborg),
            phone=self.contacts.phone(),
            email=mail("region", "region-nord"),
        )
        psychiatry = self._add(
            level=Level.SI, parent=region, name="Psykiatrien i Region Nordjylland", unit_type=_PSYCHIATRY
        )
        seats = {"thy": "thisted", "vendsyssel": "broenderslev"}
        for name, mailbox, town in _BUP_UNITS:
            unit = self._add(
                level=Level.OE,
                parent=psychiatry,
                name=name,
                kind=UnitKind.BUP,
                gln=self._new_gln(),
                postal=self.contacts.address(self.by_slug[seats.get(mailbox, aalborg.slug)], town),
                phone=self.contacts.phone(),
                email=mail(f"bup-{mailbox}", "region-nord"),
                phone_hours=self.contacts.hours(),
                system="nordepj",
                pilot=True,
            )
            self.done.bup.append(unit)
        hospitals = [
            self._add(
                level=Level.SI,
                parent=region,
                name=f"{name} (opdigtet)",
                unit_type=_HOSPITAL,
                postal=self.contacts.address(self.by_slug[slug], 0),
                phone=self.contacts.phone(),
            )
            for name, slug in zip(_HOSPITALS, ("aalborg", "hjoerring"), strict=True)
        ]
        for number, (name, hospital) in enumerate(_DEPARTMENTS, 1):
            unit = self._add(
                level=Level.OE,
                parent=hospitals[hospital],
                name=f"{name}, {_HOSPITALS[hospital]}",
                kind=UnitKind.DEPARTMENT,
                gln=self._new_gln(),
                phone=self.contacts.phone(),
                email=mail(f"afdeling-{number:02d}", "region-nord"),
                system="nordepj",
            )
            self.done.departments.append(unit)

    def _clinics(self) -> None:
        titles = iter(_clinic_names())
        pilot = [m for m in self.where for _ in range(m.pilot_clinics)]
        outside = [m for m in self.where for _ in range(m.outside_clinics)]
        for number, m in enumerate(pilot, 1):
            self.done.pilot_clinics.append(self._clinic(m, next(titles), f"lps-{number:02d}", pilot=True))
        for m in outside:
            self.done.outside_clinics.append(self._clinic(m, next(titles), "lps-udenfor", pilot=False))

    def _clinic(self, m: Municipality, name: str, system: str, pilot: bool) -> str:
        number = len(self.done.pilot_clinics) + len(self.done.outside_clinics) + 1
        owner = self._add(
            level=Level.IE,
            name=f"{name} I/S",
            municipality=m.code,
            postal=self.contacts.address(m),
            phone=self.contacts.phone(),
            email=mail("klinik", f"laege-{number:03d}"),
        )
        practice = self._add(level=Level.SI, parent=owner, name=name, unit_type=UNIT_TYPES[UnitKind.CLINIC])
        return self._add(
            level=Level.OE,
            parent=practice,
            name=name,
            kind=UnitKind.CLINIC,
            gln=self._new_gln(),
            ydernummer=f"{980_000 + number:06d}",
            phone_hours="Man-fre 08:00-09:00",
            system=system,
            pilot=pilot,
        )

    # One entry

    def _new_gln(self) -> str:
        self._gln += 1
        return make_gln(10_000 + self._gln)

    def _add(
        self,
        *,
        level: Level,
        name: str,
        parent: str = "",
        kind: UnitKind | None = None,
        unit_type: str = "",
        gln: str | None = None,
        gln_inherited: bool = False,
        postal: Address | None = None,
        phone: str = "",
        email: str = "",
        phone_hours: str = "",
        ydernummer: str = "",
        cvr: str = "",
        municipality: str = "",
        system: str = "",
        pilot: bool = False,
    ) -> str:
        sor_id = make_sor(1_000 + len(self.done.entries))
        self.done.entries.append(
            SorEntry(
                sor_id=sor_id,
                level=level,
                name=name,
                parent=parent,
                kind=kind,
                unit_type=unit_type or (UNIT_TYPES[kind] if kind else ""),
                gln=gln,
                gln_inherited=gln_inherited,
                postal=postal,
                phone=phone,
                email=email,
                phone_hours=phone_hours,
                ydernummer=ydernummer,
                cvr=cvr,
                municipality=municipality,
                capabilities=PILOT_CAPABILITIES if gln else (),
                system=system,
                pilot=pilot,
            )
        )
        return sor_id


def _clinic_names() -> list[str]:
    """Invented names, each used once; every first word comes round before one is used again."""
    words = invented("clinics")
    forms = words["forms"]
    return [
        f"{forms[(i + j) % len(forms)]} {first}{second}"
        for j, second in enumerate(words["second"])
        for i, first in enumerate(words["first"])
    ]
