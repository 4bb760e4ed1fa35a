"""The first steps of each call: id card, HSUID, and whether the two agree on who asks about whom."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from mocks.access.users import AccessUser, UserKind, user_from_card
from mocks.standards.dgws import hsuid as hsuids
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.dgws.id_card import CardType, IdCard
from mocks.standards.soap.envelope import Envelope


class Cards(Protocol):
    """What checks id cards (``mocks.nsp.id_cards``). Errors: ``DgwsFault``."""

    def check(
        self, envelope: Envelope, now: datetime, *, level: int, cvrs: Container[str] | None
    ) -> IdCard: ...


class Asker(NamedTuple):
    """Who asks, and about which citizen."""

    card: IdCard
    hsuid: Hsuid
    user: AccessUser


class Gate:
    """Lets consumers in. ``level`` is the authentication level that they need, ``cvrs`` who they may be."""

    def __init__(self, cards: Cards, level: int, cvrs: frozenset[str] | None) -> None:
        self._cards, self._level, self._cvrs = cards, level, cvrs

    def admit(self, envelope: Envelope, now: datetime) -> Asker:
        """Errors: ``DgwsFault``."""
        card = self._cards.check(envelope, now, level=self._level, cvrs=self._cvrs)
        hsuid = hsuids.hsuid_of(envelope)
        if card.type is CardType.USER and card.user is not None and card.user.cpr != hsuid.acting:
            raise DgwsFault(
                FaultCode.NOT_AUTHORIZED,
                "the acting user of the HSUID header is another person than that of the id card",
            )
        return Asker(card, hsuid, _user(card, hsuid))


def _user(card: IdCard, hsuid: Hsuid) -> AccessUser:
    """The user as the decisions see one. With a system's card the HSUID header alone tells who sits there."""
    person = card.user
    ydernummer = hsuid.organisation if hsuid.organisation_format == "nsi:ynumber" else ""
    organisation = hsuid.organisation if hsuid.organisation_format == "nsi:sor" else ""
    authorisation = (person.authorisation if person is not None else "") or hsuid.authorisation
    name = "" if person is None else f"{person.given} {person.surname}".strip()
    if hsuid.user_type is UserType.CITIZEN:
        # Who acts for somebody else says in what relation; whether it is true, the CPR replica tells.
        related = bool(hsuid.relation)
        return AccessUser(
            kind=UserKind.CUSTODY_HOLDER if related else UserKind.CITIZEN,
            name=name,
            cpr=hsuid.acting,
            relative_of=hsuid.citizen if related else "",
        )
    user = user_from_card(
        "" if person is None else person.role,
        "" if person is None else person.occupation,
        cpr=hsuid.acting,
        authorisation=authorisation,
        organisation=organisation,
        ydernummer=ydernummer,
    )
    return msgspec.structs.replace(user, name=name)
