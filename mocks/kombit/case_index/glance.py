"""The few facts that an overview needs, straight out of an answer of the index.

It is the same as reading every case whole and asking ``case_of``, at a third of the time. Where an answer is
not of the usual form, that way is taken: so what is read, and what is refused, is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from lxml import etree

from mocks.kombit.case_index.cases import KLE_KINDS, URN_SOR, case_of
from mocks.people import Case, CaseKind
from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.answers import Found, StandardRetur
from mocks.standards.sagdok.case import URN_CPR, FremdriftStatusKode, Virkning
from mocks.standards.sagdok.elements import virkning
from mocks.standards.sagdok.names import GD, SAG, SD, SDI, SI, TV
from mocks.standards.sagdok.read_search import read_found

_PICTURE = f"{{{SDI}}}SagFiltreretOejebliksbillede"
_REGISTRATION = f"{{{SAG}}}Registrering"
_STATES, _RELATIONS = f"{{{SAG}}}TilstandListe", f"{{{SAG}}}RelationListe"
_STEP, _STATUS, _HELD = f"{{{SAG}}}Fremdrift", f"{{{SAG}}}FremdriftStatusKode", f"{{{SAG}}}Virkning"
_ROLE, _REFERENCE, _MORE = f"{{{GD}}}Rolle", f"{{{GD}}}ReferenceID", f"{{{GD}}}LokalUdvidelseListe"
_UUID, _RETUR, _CODE = f"{{{SD}}}UUIDIdentifikator", f"{{{SD}}}StandardRetur", f"{{{SD}}}StatusKode"
_KEY, _NAME, _PHONE = f"{{{SI}}}BrugervendtNoegle", f"{{{SI}}}FuldtNavn", f"{{{TV}}}Telefon"
_NEEDED = frozenset(
    role.uuid
    for role in (
        roles.EJER, roles.ANSVARLIG, roles.PRIMAER_BEHANDLER, roles.PRIMAER_PART, roles.PRIMAER_KLASSE,
    )
)  # fmt: skip
_TEXTS = frozenset((_KEY, _NAME, _PHONE))


class Glance(NamedTuple):
    """What an answer tells: its status, the cases of the kinds asked for, and the names of owners by code."""

    retur: StandardRetur
    cases: list[Case]
    owners: dict[str, str]


class _Unusual(Exception):
    """Not the form that nearly all answers have."""


def glance(output: etree._Element, kinds: Mapping[str, CaseKind] = KLE_KINDS) -> Glance:
    """The cases in an answer of ``fremsoeg``. Errors: ``SagdokProblem``."""
    try:
        return _quickly(output, kinds)
    except (_Unusual, IndexError, TypeError, ValueError):
        return _wholly(read_found(output), kinds)


def _wholly(found: Found, kinds: Mapping[str, CaseKind]) -> Glance:
    owners = [sag.latest.one(roles.EJER) for sag in found.sager]
    return Glance(
        found.retur,
        [case for sag in found.sager if (case := case_of(sag, kinds)) is not None],
        {o.noegle: o.navn for o in owners if o is not None and o.navn},
    )


def _quickly(output: etree._Element, kinds: Mapping[str, CaseKind]) -> Glance:
    retur = output[0]
    if retur.tag != _RETUR or len(retur) != 1 or retur[0].tag != _CODE:
        raise _Unusual
    cases: list[Case] = []
    owners: dict[str, str] = {}
    for picture in output.iterchildren(_PICTURE):
        found = _case(picture, kinds, owners)
        if found is not None:
            cases.append(found)
    return Glance(StandardRetur(int(retur[0].text or "")), cases, owners)


def _case(picture: etree._Element, kinds: Mapping[str, CaseKind], owners: dict[str, str]) -> Case | None:
    if len(picture) != 2 or picture[1].tag != _REGISTRATION or picture[0][0].tag != _UUID:
        raise _Unusual
    states = relations = None
    for part in picture[1]:
        if part.tag == _STATES:
            states = part
        elif part.tag == _RELATIONS:
            relations = part
    if states is None or relations is None:
        raise _Unusual
    references: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for relation in relations:
        uuid = reference = ""
        more = None
        for part in relation:  # by hand: lxml's own search costs more than all of this
            match part.tag:
                case tag if tag == _ROLE:
                    uuid = (part[0].text or "").strip().lower()
                    if uuid not in _NEEDED:
                        break
                case tag if tag == _REFERENCE:
                    reference = (part[0].text or "").strip()
                    if part[0].tag == _UUID:
                        reference = reference.lower()
                case tag if tag == _MORE:
                    more = part
        else:
            if not uuid:
                continue  # an extension with relations of other families
            if not reference or uuid in references:
                raise _Unusual
            references[uuid] = reference
            if more is not None:
                texts[uuid] = _texts(more)
    owner = texts.get(roles.EJER.uuid, {})
    if name := owner.get(_NAME):
        owners[owner.get(_KEY, "")] = name
    kind = kinds.get(texts.get(roles.PRIMAER_KLASSE.uuid, {}).get(_KEY, ""))
    unit, party = references.get(roles.ANSVARLIG.uuid), references.get(roles.PRIMAER_PART.uuid)
    if kind is None or unit is None or party is None or roles.EJER.uuid not in references or not len(states):
        return None
    first, last = _held(states[0]), _held(states[-1])
    if first.fra is None:
        return None
    closed = None
    if _status(states[-1]) == FremdriftStatusKode.AFSLUTTET and last.fra is not None:
        closed = (last.fra - timedelta(microseconds=1)).astimezone(COPENHAGEN).date()
    worker = texts.get(roles.PRIMAER_BEHANDLER.uuid, {})
    return Case(
        uuid=(picture[0][0].text or "").strip().lower(),
        cpr=party.removeprefix(URN_CPR),
        kind=kind,
        owner=owner.get(_KEY, ""),
        unit=unit.removeprefix(URN_SOR),
        number="",
        opened=first.fra.astimezone(COPENHAGEN).date(),
        closed=closed,
        worker=worker.get(_NAME, ""),
        worker_phone=worker.get(_PHONE, ""),
    )


def _texts(more: etree._Element) -> dict[str, str]:
    """Key, name and telephone number out of an extension."""
    found: dict[str, str] = {}
    for extension in more:
        if extension.tag in _TEXTS:
            found[extension.tag] = (extension.text or "").strip()
        for each in extension:
            if each.tag in _TEXTS:
                found[each.tag] = (each.text or "").strip()
    return found


def _held(step: etree._Element) -> Virkning:
    held = step[0]
    if step.tag != _STEP or held.tag != _HELD:
        raise _Unusual
    return virkning(held)


def _status(step: etree._Element) -> str:
    if step[-1].tag != _STATUS:
        raise _Unusual
    return (step[-1].text or "").strip()
