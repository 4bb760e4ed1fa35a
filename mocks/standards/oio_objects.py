"""Objects of KOMBIT's shared registers as XML: organisations and units (SF1500), classes (SF1510).

Each register has a namespace of its own around the same form: an object by its UUID, registrations with
attributes, states and relations. ``Service`` says how a register names things; what is read and written here
is a key, a name, and relations to other objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.standards.safe_xml import escape

SD = "urn:oio:sagdok:3.0.0"
#: How many objects ``list`` and ``soeg`` answer at most (assumption).
MOST = 500


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One register. ``actions`` is what SOAP actions start with, ``name`` the element of an object's name,
    ``state`` that of its state with the text that means *in force*."""

    path: str
    namespace: str
    actions: str
    name: str
    state: tuple[str, str]
    object_id: str = "ObjektType"

    def element(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"


#: Version 7 of the classes is published, and so is the address; the actions are those of version 6.
KLASSE = Service(
    path="/klasse/7",
    namespace="http://stoettesystemerne.dk/klassifikation/klasse/7/",
    actions="http://kombit.dk/sts/klassifikation/klasse/",
    name="TitelTekst",
    state=("PubliceretStatus", "ErPubliceretIndikator"),
    object_id="ObjektID",
)
ORGANISATION = Service(
    path="/organisation/organisation/6",
    namespace="http://stoettesystemerne.dk/organisation/organisation/6/",
    actions="http://kombit.dk/sts/organisation/organisation/",
    name="OrganisationNavn",
    state=("Gyldighed", "GyldighedStatusKode"),
)
#: Of units only the register's existence is published: names are made like those of organisations (assumption).
ENHED = Service(
    path="/organisation/organisationenhed/6",
    namespace="http://stoettesystemerne.dk/organisation/organisationenhed/6/",
    actions="http://kombit.dk/sts/organisation/organisationenhed/",
    name="EnhedNavn",
    state=("Gyldighed", "GyldighedStatusKode"),
)


class OioObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object. ``key`` is its BrugervendtNoegle; ``relations`` are element names with what they point to
    (UUID or URN)."""

    uuid: str
    key: str
    name: str
    since: datetime
    relations: Mapping[str, str] = msgspec.field(default_factory=dict)


def write_found(
    service: Service, operation: str, status: int, text: str, objects: Iterable[OioObject]
) -> bytes:
    """The answer of ``laes`` and ``list``."""
    pictures = "".join([_picture(service, each) for each in objects])
    return _output(service, operation, _retur(status, text) + pictures)


def write_ids(service: Service, status: int, text: str, uuids: Iterable[str]) -> bytes:
    """The answer of ``soeg``."""
    ids = "".join([f"<sd:UUIDIdentifikator>{uuid}</sd:UUIDIdentifikator>" for uuid in uuids])
    return _output(service, "Soeg", f"{_retur(status, text)}<sd:IdListe>{ids}</sd:IdListe>")


def write_laes(service: Service, uuid: str) -> bytes:
    """A question for one object."""
    inner = f"<sd:UUIDIdentifikator>{escape(uuid)}</sd:UUIDIdentifikator>"
    return f'<o:LaesInput xmlns:o="{service.namespace}" xmlns:sd="{SD}">{inner}</o:LaesInput>'.encode()


def write_soeg(service: Service, key: str) -> bytes:
    """A question for the objects with a key."""
    return (
        f'<o:SoegInput xmlns:o="{service.namespace}" xmlns:sd="{SD}"><o:AttributListe><o:Egenskab>'
        f"<sd:BrugervendtNoegleTekst>{escape(key)}</sd:BrugervendtNoegleTekst></o:Egenskab></o:AttributListe>"
        f"<o:TilstandListe/><o:RelationListe/></o:SoegInput>"
    ).encode()


def read_uuids(body: etree._Element) -> tuple[str, ...]:
    """What ``laes`` and ``list`` ask for."""
    return tuple([(each.text or "").strip().lower() for each in body.iterfind(f"{{{SD}}}UUIDIdentifikator")])


def read_soeg(service: Service, body: etree._Element) -> tuple[str, str]:
    """Key and name that ``soeg`` asks for; empty where it does not."""
    own = body.find(f"{service.element('AttributListe')}/{service.element('Egenskab')}")
    if own is None:
        return "", ""
    return (
        (own.findtext(f"{{{SD}}}BrugervendtNoegleTekst") or "").strip(),
        (own.findtext(f"{{{SD}}}{service.name}") or "").strip(),
    )


def read_ids(output: etree._Element) -> tuple[str, ...]:
    """The UUIDs in an answer of ``soeg``. Errors: ``BadInput`` for a status other than 20."""
    _require_ok(output)
    return tuple(
        [(e.text or "").strip() for e in output.iterfind(f"{{{SD}}}IdListe/{{{SD}}}UUIDIdentifikator")]
    )


def read_key_and_name(service: Service, output: etree._Element) -> tuple[str, str]:
    """Key and name in an answer of ``laes``. Errors: ``BadInput`` for a status other than 20, or without them."""
    _require_ok(output)
    path = "/".join(
        service.element(name)
        for name in ("FiltreretOejebliksbillede", "Registrering", "AttributListe", "Egenskab")
    )
    found = output.find(path)
    if found is None:
        raise BadInput("the answer holds no object")
    return (
        (found.findtext(f"{{{SD}}}BrugervendtNoegleTekst") or "").strip(),
        (found.findtext(f"{{{SD}}}{service.name}") or "").strip(),
    )


def _require_ok(output: etree._Element) -> None:
    status = (output.findtext(f"{{{SD}}}StandardRetur/{{{SD}}}StatusKode") or "").strip()
    if status != "20":
        raise BadInput(f"the register answered status {status[:8] or '(none)'}")


def _output(service: Service, operation: str, content: str) -> bytes:
    name = f"o:{operation.capitalize()}Output"
    return f'<{name} xmlns:o="{service.namespace}" xmlns:sd="{SD}">{content}</{name}>'.encode()


def _retur(status: int, text: str) -> str:
    said = f"<sd:FejlbeskedTekst>{escape(text)}</sd:FejlbeskedTekst>" if text else ""
    return f"<sd:StandardRetur><sd:StatusKode>{status}</sd:StatusKode>{said}</sd:StandardRetur>"


def _picture(service: Service, each: OioObject) -> str:
    stamp = each.since.isoformat(timespec="milliseconds")
    held = (
        f"<sd:Virkning><sd:FraTidspunkt><sd:TidsstempelDatoTid>{stamp}</sd:TidsstempelDatoTid></sd:FraTidspunkt>"
        f"<sd:TilTidspunkt><sd:GraenseIndikator>true</sd:GraenseIndikator></sd:TilTidspunkt></sd:Virkning>"
    )
    relations = "".join(
        [f"<sd:{name}>{held}{_reference(to)}</sd:{name}>" for name, to in sorted(each.relations.items())]
    )
    state, code = service.state
    inner = (
        f"<sd:{code}>true</sd:{code}>" if service is KLASSE else f"<o:{code}>Aktiv</o:{code}>"
    )  # what a unit's validity is called is made here
    return (
        f"<o:FiltreretOejebliksbillede><o:{service.object_id}><sd:UUIDIdentifikator>{each.uuid}"
        f"</sd:UUIDIdentifikator></o:{service.object_id}><o:Registrering><sd:Tidspunkt>{stamp}</sd:Tidspunkt>"
        f"<sd:LivscyklusKode>Importeret</sd:LivscyklusKode><o:AttributListe><o:Egenskab>{held}"
        f"<sd:BrugervendtNoegleTekst>{escape(each.key)}</sd:BrugervendtNoegleTekst>"
        f"<sd:{service.name}>{escape(each.name)}</sd:{service.name}></o:Egenskab></o:AttributListe>"
        f"<o:TilstandListe><o:{state}>{held}{inner}</o:{state}></o:TilstandListe>"
        f"<o:RelationListe>{relations}</o:RelationListe></o:Registrering></o:FiltreretOejebliksbillede>"
    )


def _reference(to: str) -> str:
    inner = "URNIdentifikator" if to[:4].lower() == "urn:" else "UUIDIdentifikator"
    return f"<sd:ReferenceID><sd:{inner}>{escape(to)}</sd:{inner}></sd:ReferenceID>"
