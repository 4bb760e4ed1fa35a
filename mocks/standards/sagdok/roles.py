"""What a case may relate to: role by role, with its UUID, how often it may be there, and its kinds.

The UUIDs of the first roles and kinds stand in KOMBIT's public samples. The others are looked up in the
classification service there, which is not public: ours are made from the names, and ``known`` says so.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

import msgspec

#: A role without an upper limit.
MANY = 1_000_000


class Family(StrEnum):
    """The element that carries a relation."""

    AKTOER = "Sagsaktoer"
    KLASSE = "Sagsklasse"
    PART = "Sagspart"
    RELATION = "Sagsrelation"
    GENSTAND = "Sagsgenstande"
    JOURNALPOST = "Journalpost"
    IT_SYSTEM = "SagsitsystemRelation"
    SIKKERHED = "Sikkerhedsprofil"


class Role(msgspec.Struct, frozen=True):
    """One role. ``least`` and ``most`` count at any one moment; ``known``: its UUID is published."""

    name: str
    family: Family
    uuid: str
    least: int = 0
    most: int = 1
    known: bool = False


def assumed_uuid(kind: str, name: str) -> str:
    """A UUID made from a name, for what no public source gives one."""
    return str(uuid5(NAMESPACE_URL, f"urn:tvaers:sagdok:{kind}:{name}"))


def _known(name: str, family: Family, uuid: str, least: int = 0, most: int = 1) -> Role:
    return Role(name, family, uuid, least, most, known=True)


def _assumed(name: str, family: Family, most: int = 1) -> Role:
    return Role(name, family, assumed_uuid("rolle", name), 0, most)


EJER = _known("Ejer", Family.AKTOER, "9e979b84-b846-4472-8622-58007dc63c7e", 1)
ANSVARLIG = _known("Ansvarlig", Family.AKTOER, "a1263342-d348-44ba-a566-233f37c4cb67", 1)
PRIMAER_BEHANDLER = _known("PrimaerBehandler", Family.AKTOER, "bf1f93ed-9441-4af4-835b-baeb201f3076")
ANDEN_BEHANDLER = _assumed("AndenBehandler", Family.AKTOER, MANY)
UDLAANT_TIL = _assumed("UdlaantTil", Family.AKTOER)
BOPAELSKOMMUNE = _assumed("Bopaelskommune", Family.AKTOER)
PRIMAER_PART = _known("PrimaerPart", Family.PART, "d839f26a-d4d1-4441-b2d6-3dbbb12a9404")
SEKUNDAER_PART = _assumed("SekundaerPart", Family.PART, MANY)
YDELSESMODTAGER = _assumed("Ydelsesmodtager", Family.PART)
PRIMAER_KLASSE = _known("PrimaerKlasse", Family.KLASSE, "a86c6581-ec85-412d-a655-31a1f1d5b14f", 1)
HANDLINGSKLASSE = _known("Handlingsklasse", Family.KLASSE, "05ef7011-11a7-4e4c-a46b-3de6aa457fc3", 1)
ONE_CLASS = tuple(
    _assumed(f"{name}klasse", Family.KLASSE)
    for name in ("Opgave", "Konto", "Sikkerheds", "Foelsomheds", "Indsats", "Ydelses", "Afgoerelses")
)
MANY_CLASSES = tuple(_assumed(f"{name}klasse", Family.KLASSE, MANY) for name in ("Kontroltema", "Visnings"))
OVERSAG = _assumed("Oversag", Family.RELATION)
PRAECEDENS = _assumed("Praecedens", Family.RELATION)
ANDRE_SAGER = _assumed("AndreSager", Family.RELATION, MANY)
GENSTAND = _assumed("Genstand", Family.GENSTAND, MANY)
TILAKTERET = _assumed("Tilakteret", Family.JOURNALPOST, MANY)
VEDLAGT = _assumed("Vedlagt", Family.JOURNALPOST, MANY)
IT_MASTER = _known("ITSystemMaster", Family.IT_SYSTEM, "251c24fd-57b0-4afc-9d73-b063d1957eb3", 1)
IT_AFSENDER = _known("ITSystemAfsender", Family.IT_SYSTEM, "1b3c6a6d-e977-4491-9bf8-b41ee6999f39", 1)
ADGANG = _assumed("Adgang", Family.SIKKERHED, MANY)

ROLES: tuple[Role, ...] = (
    EJER, ANSVARLIG, PRIMAER_BEHANDLER, ANDEN_BEHANDLER, UDLAANT_TIL, BOPAELSKOMMUNE,
    PRIMAER_PART, SEKUNDAER_PART, YDELSESMODTAGER,
    PRIMAER_KLASSE, HANDLINGSKLASSE, *ONE_CLASS, *MANY_CLASSES,
    OVERSAG, PRAECEDENS, ANDRE_SAGER, GENSTAND, TILAKTERET, VEDLAGT,
    IT_MASTER, IT_AFSENDER, ADGANG,
)  # fmt: skip
BY_UUID = MappingProxyType({role.uuid: role for role in ROLES})

#: What a relation points to.
ORGANISATION = "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa"
ORG_ENHED = "c5fc3b3b-5197-49ee-92e6-ae6ba1957174"
BRUGER = "85d65133-4b00-460d-992e-3984857b5768"
PERSON = "c189ba35-de4b-4363-a8b7-67f1456cf56f"
KLASSE = "267235ea-526d-4a18-8001-f2a0e563eba1"
IT_SYSTEM = "29fe1da2-897a-46cd-b635-b9be8e0bffd6"
VIRKSOMHED = assumed_uuid("type", "Virksomhed")
SAG_TYPE = assumed_uuid("type", "Sag")
DOKUMENT = assumed_uuid("type", "Dokument")
GENSTAND_TYPE = assumed_uuid("type", "Genstand")

#: Which kinds a role may point to; a role that is not here may point to any.
KINDS = MappingProxyType(
    {
        EJER.uuid: (ORGANISATION,),
        ANSVARLIG.uuid: (ORG_ENHED,),
        PRIMAER_BEHANDLER.uuid: (BRUGER, ORG_ENHED),
        BOPAELSKOMMUNE.uuid: (ORGANISATION,),
        PRIMAER_KLASSE.uuid: (KLASSE,),
        HANDLINGSKLASSE.uuid: (KLASSE,),
        IT_MASTER.uuid: (IT_SYSTEM,),
        IT_AFSENDER.uuid: (IT_SYSTEM,),
    }
)
