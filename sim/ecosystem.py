"""The ecosystem of a nation, wired together: every system of the pilot, on whatever driver is given.

The same wiring serves a rehearsal in virtual time, one at a pace with a vendor's system in it, and the
mocks on local ports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from mocks import laegepraksis, nordepj, sor, stil, vans
from mocks.access.consents import ConsentRules
from mocks.drivers.keys import KeyRing
from mocks.errors import BadInput
from mocks.health_login import LoginSettings
from mocks.identifiers import make_cvr
from mocks.kombit import access_app, case_index, cpr, distribution, support
from mocks.kombit.access_settings import CASE_INDEX, EDIT, SHOW, Agreement
from mocks.kombit.access_settings import Settings as AccessManagement
from mocks.kombit.tokens import TokenCheck
from mocks.laegepraksis.app import KLINIK_PLUS
from mocks.latency import Slowed
from mocks.messaging import MessagingSettings, ResendPolicy
from mocks.municipal import case_system, correspondence
from mocks.municipal.case_system.entries import Entries
from mocks.municipal.sapa import app as sapa_app
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nordepj.app import NORDEPJ
from mocks.nsp import app as nsp_app
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.document_sharing.settings import NORDEPJ_REPOSITORY, SharingSettings
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview import app as overview_app
from mocks.overview.session import ConsentMode
from mocks.overview.settings import Settings as OverviewSettings
from mocks.overview.settings import ViewerSettings
from mocks.people import Appointment, Case, CaseKind
from mocks.recommendations import Recommendations
from mocks.runtime import Asgi, Runtime
from mocks.signatures import Keys
from mocks.sor import Level
from mocks.standards.distribution.names import RECEIVER_PATH
from mocks.standards.sagdok.case import URN_CVR
from mocks.standards.sagdok.roles import assumed_uuid
from mocks.units import Unit
from sim.nation.municipalities import Municipality
from sim.nation.world import World
from sim.registers import Registers
from sim.relations import reported_contacts

#: In the pilot's Aalborg correspondence was built into the case system; elsewhere it stood beside it.
INTEGRATED = "alldialogue-aalborg"
#: Whose systems NordEPJ and the overview are, and SAPA.
REGION, KOMBIT = "29190941", "19435075"


@dataclass(frozen=True, slots=True)
class System:
    """One system: its name on the network, what it is called, who works on it, and how it is made."""

    name: str
    title: str
    create: Callable[[Runtime], Asgi]
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may set. ``external``: location number -> URL of a vendor's own system.

    ``forward_seconds``: how long VANS takes to pass an envelope on (an assumption in virtual time, nothing on
    sockets). ``conversion``: whether VANS converts between old and new correspondence, and senders count on it.
    ``appointments``: BUP's book at the start. ``lacks_seb_role``: which users SEB turns away.
    ``registers``: the CPR replica and the institution register where people move and change schools; else the
    world as it is. ``recommendations``: which of the evaluation's are followed.
    ``keys``: where all have their keys from. ``tokens``: whether the case index asks for KOMBIT's tokens.
    ``latency``: system -> seconds by which each of its answers comes later (slow look-ups).
    ``case_systems``: municipality -> name of the vendor's system that stands in its case system's place: its cases
    are the vendor's to import. ``elsewhere``: systems that a vendor runs in their place.
    ``document_source``: name and path of a vendor's system that shares appointments in NordEPJ's place;
    ``own_consumers``: municipalities whose users look appointments up in a system of their own.
    ``consent_rules``: whose consent counts where the legal table leaves it open; ``None`` for its own reading.
    """

    external: Mapping[str, str] = field(default_factory=dict)
    forward_seconds: float = 20.0
    policy: ResendPolicy = field(default_factory=ResendPolicy)
    conversion: bool = False
    appointments: tuple[Appointment, ...] = ()
    lacks_seb_role: Callable[[str], bool] = lambda user: False
    consent_mode: ConsentMode = ConsentMode.DECLARED
    consent_rules: ConsentRules | None = None
    registers: Registers | None = None
    latency: Mapping[str, float] = field(default_factory=dict)
    keys: Keys = field(default_factory=KeyRing)
    tokens: bool = True
    recommendations: Recommendations = field(default_factory=Recommendations)
    case_systems: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    document_source: tuple[str, str] | None = None
    own_consumers: Collection[str] = ()


def systems(world: World, options: Options) -> list[System]:
    """All systems of the world, in the order in which they are started: registers first.

    Errors: ``BadInput`` for a latency of a system that is not there.
    """
    found = [
        *_registers(world, options),
        _vans(world, options),
        *(system for m in world.pilot_municipalities for system in _municipality(world, m, options)),
        _sapa(world, options),
        _nordepj(world, options),
        *_practices(world, options),
        # New ones come last, so that the others keep their ports.
        System(
            "adgangsstyring", "KOMBIT access management: tokens, Context Handler",
            lambda r: access_app.create_app(r, _access(world, options)),
        ),
        System("fordeling", "Fordelingskomponenten (SF2900)", partial(_distribution, world, options)),
        System("stoettesystemer", "Organisation and KLE (SF1500, SF1510)", partial(_support, world)),
    ]  # fmt: skip
    found = [system for system in found if system.name not in options.elsewhere]
    if unknown := sorted(set(options.latency) - {system.name for system in found}):
        raise BadInput(
            f"latency: no system is called {unknown[0]!r}; "
            f"there are: {', '.join(system.name for system in found)}"
        )
    return [_slowed(system, options.latency.get(system.name, 0.0)) for system in found]


def _slowed(system: System, seconds: float) -> System:
    if not seconds:
        return system
    return replace(system, create=lambda runtime: Slowed(system.create(runtime), runtime.clock, seconds))


def _sapa(world: World, options: Options) -> System:
    settings = SapaSettings(
        municipalities={
            m.code: m.name for m in world.pilot_municipalities if m.code not in options.own_consumers
        },
        one_click=options.recommendations.one_click,
        letters={m.code: world.ppr_of(m.code).system for m in world.pilot_municipalities},
    )
    own = LoginSettings(
        name="SAPA",
        cvr=KOMBIT,
        owner="KOMBIT",
        cvr_of={m.code: m.cvr for m in world.municipalities},
        keys=options.keys,
    )
    settings = replace(settings, login=own, municipal_login=options.tokens)
    return System("sapa", "SAPA (sags- og partsoverblik)", lambda r: sapa_app.create_app(r, settings))


def _registers(world: World, options: Options) -> list[System]:
    connected = frozenset(m.code for m in world.pilot_municipalities)
    people = options.registers.people if options.registers else world.register
    placements = options.registers.placements if options.registers else world.placements
    login = LoginSettings(name="Sags- og kontaktoverblik", cvr=REGION, keys=options.keys)
    return [
        System("sor", "SOR", lambda r: sor.create_app(r, sor.Settings(entries=world.sor_entries))),
        System("cpr", "CPR replica", lambda r: cpr.create_app(r, cpr.Settings(register=people))),
        System(
            "stil", "Institution register (STIL)",
            lambda r: stil.create_app(
                r, stil.Settings(register=placements, institutions=world.institutions)
            ),
        ),
        System("sagsindeks", "Case index (SF1470)", partial(_case_index, world, options)),
        System(
            "nsp", "NSP: SEB login, MinLog, sharing",
            lambda r: nsp_app.create_app(r, NspSettings(
                users_without_seb_role=options.lacks_seb_role,
                keys=options.keys,
                access=AccessSettings(
                    consent_mode=options.consent_mode,
                    consent_rules=options.consent_rules,
                    contacts=reported_contacts(options.appointments),
                ),
                digital_consent=options.recommendations.digital_consent,
                sharing=_sharing(world, options),
            )),
        ),
        System(
            "sagsoverblik", "Sags- og kontaktoverblik (service)",
            lambda r: overview_app.create_app(
                r,
                OverviewSettings(
                    connected=connected,
                    seb=options.keys.key("seb"),
                    login=login,
                    kombit=login if options.tokens else None,
                    consent_mode=options.consent_mode,
                    minimised=options.recommendations.minimised,
                    partial_consent=options.recommendations.partial_consent,
                    relation_check=options.recommendations.relation_check,
                ),
            ),
        ),
    ]  # fmt: skip


def _access(world: World, options: Options) -> AccessManagement:
    """Case systems write their own municipality's cases; the overview sees all (assumptions both)."""
    writes = (
        Agreement(_case_system(world, m), m.cvr, roles=(SHOW, EDIT)) for m in world.pilot_municipalities
    )
    return AccessManagement(
        agreements=(Agreement("sagsoverblik", REGION, owners=None), *writes), keys=options.keys
    )


def _case_index(world: World, options: Options, runtime: Runtime) -> Asgi:
    """The index knows the world's cases from the start; only what changes goes over the wire."""
    known = []
    for m in world.pilot_municipalities:
        if m.code in options.case_systems:
            continue
        settings = _cases(world, m)
        entries = Entries(_case_system(world, m), settings)
        known.append(case_index.KnownCases(owner=URN_CVR + m.cvr, cases=settings.cases, entry=entries.of))
    check = None
    if options.tokens:
        sts, handler = options.keys.key("kombit-sts"), options.keys.key("context-handler")
        check = TokenCheck(sts, CASE_INDEX, handler).rights
    return case_index.create_app(runtime, case_index.Settings(known=tuple(known), check=check))


def _distribution(world: World, options: Options, runtime: Runtime) -> Asgi:
    """Each municipality's case system takes what its correspondence module sends, by subject."""
    receivers, senders = [], []
    for m in world.pilot_municipalities:
        name, module = _case_system(world, m), world.ppr_of(m.code).system
        vendor = options.case_systems.get(m.code)
        receivers.append(
            distribution.Receiver(
                cvr=m.cvr,
                uuid=assumed_uuid("it-system", name),
                name=f"Fagsystem, {m.name}",
                system=vendor or name,
                path="" if vendor else RECEIVER_PATH,
                subjects=tuple(sorted(_cases(world, m).kle.values())),
            )
        )
        if module != name:
            senders.append(distribution.Sender(assumed_uuid("it-system", module), module))
    settings = distribution.Settings(receivers=tuple(receivers), senders=tuple(senders))
    return distribution.create_app(runtime, settings)


def _support(world: World, runtime: Runtime) -> Asgi:
    units = [
        (unit, m.cvr)
        for m in world.pilot_municipalities
        for unit in (world.ppr_of(m.code), world.family_of(m.code))
    ]
    organisations = {m.cvr: m.name for m in world.municipalities}
    return support.create_app(runtime, support.Settings(organisations=organisations, units=tuple(units)))


def _case_system(world: World, m: Municipality) -> str:
    """The name of a municipality's case system."""
    system = world.ppr_of(m.code).system
    return system if system == INTEGRATED else f"fagsystem-{m.slug}"


def _cases(world: World, m: Municipality) -> case_system.Settings:
    return case_system.Settings(
        municipality=m.code,
        name=m.name,
        cvr=m.cvr,
        units=(world.ppr_of(m.code), world.family_of(m.code)),
        cases=cases_of(world, m.code),
        indexed=True,
        residents=world,
        cvr_of={other.code: other.cvr for other in world.municipalities},
    )


def _vans(world: World, options: Options) -> System:
    routes = {unit.gln: unit.system for unit in world.units if unit.gln and not _inherits(world, unit)}
    settings = vans.Settings(
        routes=routes,
        external=options.external,
        forward_seconds=options.forward_seconds,
        conversion=vans.ConversionSettings() if options.conversion else None,
    )
    return System("vans", "VANS", lambda runtime: vans.create_app(runtime, settings))


def _inherits(world: World, unit: Unit) -> bool:
    """A unit with its parent's number has no mailbox of its own."""
    owner = world.by_gln(unit.gln) if unit.gln else None
    return owner is not None and owner.sor_id != unit.sor_id


def _municipality(world: World, m: Municipality, options: Options) -> list[System]:
    units = (world.ppr_of(m.code), world.family_of(m.code))
    integrated = units[0].system == INTEGRATED
    messaging = _messaging(options, units, "JOSA Alldialogue" if integrated else "OS2korrespondance")
    # The index's own entries tell of the start; the system itself asks the register as time goes on.
    login = LoginSettings(name=_case_system(world, m), cvr=m.cvr, owner=m.name, keys=options.keys)
    cases = replace(
        _cases(world, m),
        residents=options.registers.people if options.registers else world,
        login=login if options.tokens else None,
    )
    if integrated:
        both = correspondence.IntegratedSettings(messaging, cases)
        return [
            System(
                INTEGRATED, f"JOSA Alldialogue, {m.name} (cases and correspondence)",
                lambda r: correspondence.create_integrated(r, both), units,
            )
        ]  # fmt: skip
    fagsystem = _case_system(world, m)
    if options.tokens and m.code in options.case_systems:
        options.keys.key(fagsystem, m.cvr)  # the vendor's: it asks for tokens under the name of ours
    subjects = {unit.sor_id: cases.kle[CaseKind(unit.kind.value)] for unit in units}
    module = correspondence.ModuleSettings(
        replace(messaging, folders=correspondence.FOLDERS),
        fagsystem,
        correspondence.Distribution(cvr=m.cvr, subjects=subjects),
    )
    own = System(fagsystem, f"Case system (generic), {m.name}", lambda r: case_system.create_app(r, cases))
    return [
        *([own] if m.code not in options.case_systems else []),
        System(
            units[0].system,
            f"OS2korrespondance, {m.name}",
            lambda r: correspondence.create_module(r, module),
            units,
        ),
    ]


def _nordepj(world: World, options: Options) -> System:
    units = (*world.bup, *world.departments)
    book = _book(world, options)
    settings = nordepj.Settings(
        messaging=_messaging(options, units, NORDEPJ.system_name, NORDEPJ.button),
        appointments=options.appointments,
        overview=_viewer(NORDEPJ, options, world.bup[0], REGION, "Region Nordjylland"),
        patients=book.patients,
        source=book.source,
    )
    return System(
        "nordepj", "NordEPJ (BUP Nord, somatic departments)", lambda r: nordepj.create_app(r, settings), units
    )


def _sharing(world: World, options: Options) -> SharingSettings:
    """Document sharing with its one source: the booking system, or a vendor's in its place."""
    if options.document_source is not None:
        return SharingSettings(sources={NORDEPJ_REPOSITORY: options.document_source})
    return SharingSettings(entries=tuple(nordepj.entries_at_start(_book(world, options))))


def _book(world: World, options: Options) -> nordepj.BookSettings:
    """BUP's book: what stands in it at the start is in the national registry already."""
    region = next(e for e in world.sor_entries if e.level is Level.IE and e.name == world.bup[0].owner)
    source = nordepj.SourceSettings(
        custodian=region.sor_id, custodian_name=region.name, offers=options.document_source is None
    )
    return nordepj.BookSettings(
        appointments=options.appointments,
        units=(*world.bup, *world.departments),
        patients=world.register,
        source=source,
    )


def _messaging(
    options: Options, units: tuple[Unit, ...], title: str, overview: str = ""
) -> MessagingSettings:
    """Correspondence of a system that is called so; ``overview``: the label of its overview, if it has one."""
    follow = options.recommendations
    return MessagingSettings(
        units=units,
        policy=options.policy,
        conversion=options.conversion,
        title=title,
        home=(overview, "/screen/overblik") if overview else None,
        notice=follow.notice,
        automatic_filing=follow.automatic_filing,
    )


def _viewer(usual: ViewerSettings, options: Options, unit: Unit, cvr: str, owner: str) -> ViewerSettings:
    follow = options.recommendations
    login = LoginSettings(name=usual.system_name, cvr=cvr, owner=owner, keys=options.keys)
    return replace(
        usual,
        login=login,
        organisation=unit.sor_id,
        one_click=follow.one_click,
        help_texts=follow.help_texts,
    )


def _practices(world: World, options: Options) -> list[System]:
    found = []
    for number, clinic in enumerate(world.pilot_clinics):
        own = laegepraksis.Settings(
            messaging=_messaging(options, (clinic,), "Lægepraksissystem", KLINIK_PLUS.system_name),
            overview=_viewer(KLINIK_PLUS, options, clinic, make_cvr(number), clinic.name),
        )
        create = partial(laegepraksis.create_app, settings=own)
        found.append(System(clinic.system, f"Lægepraksissystem, {clinic.name}", create, (clinic,)))
    rest = laegepraksis.Settings(
        messaging=_messaging(options, world.outside_clinics, "Lægepraksissystem"),
        klinik_plus=False,
    )
    found.append(
        System(
            "lps-udenfor", "Lægepraksissystem, clinics outside the pilot",
            lambda r: laegepraksis.create_app(r, rest), world.outside_clinics,
        )
    )  # fmt: skip
    return found


def cases_at_start(world: World) -> list[Case]:
    """Every case that a pilot municipality leads when the run begins."""
    return [case for m in world.pilot_municipalities for case in cases_of(world, m.code)]


@lru_cache(maxsize=16)
def cases_of(world: World, municipality: str) -> tuple[Case, ...]:
    """The cases that a municipality leads when the run begins; made once, for its system and for the truth."""
    return tuple(world.cases_in(municipality))
