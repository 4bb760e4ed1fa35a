"""The check that every DGWS service of the platform begins with: is there a valid id card, and may its owner ask?

The order is that of the platform: the headers, the card's signature, its time, its level, its owner. A card that
was verified before costs microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime

from cryptography import x509
from lxml import etree

from mocks.signatures import Certified, Reason, SignatureRefused, Signed, Verifier, only
from mocks.standards.dgws import id_card
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.header import HEADER, header_of
from mocks.standards.dgws.hsuid import HEADER as HSUID_HEADER
from mocks.standards.dgws.id_card import ASSERTION, SECURITY, IdCard
from mocks.standards.soap.envelope import Envelope

#: The headers that a DGWS service understands, for ``mocks.soap.endpoint``.
UNDERSTOOD = frozenset((SECURITY, HEADER, HSUID_HEADER))


class IdCardCheck:
    """Checks of id cards, signed by ``sts`` (or whom ``trusts`` accepts)."""

    def __init__(self, sts: Certified, trusts: Callable[[x509.Certificate], bool] | None = None) -> None:
        self._verify = Verifier(trusts or only(sts), _read, id_attribute="id")

    def check(
        self, envelope: Envelope, now: datetime, *, level: int = 3, cvrs: Container[str] | None = None
    ) -> IdCard:
        """The card of a message, valid ``now``, of at least this ``level`` and an owner in ``cvrs`` (``None``
        lets in everybody).

        Errors: ``DgwsFault`` with ``missing_required_header``, ``syntax_error``, ``invalid_signature``,
        ``invalid_idcard``, ``expired_idcard``, ``security_level_failed`` or ``not_authorized``.
        """
        header_of(envelope)
        card = self.verified(card_in(envelope), now)
        if card.level < level:
            raise DgwsFault(
                FaultCode.SECURITY_LEVEL_FAILED,
                f"this service needs level {level}, the id card has {card.level}",
            )
        if cvrs is not None and card.cvr not in cvrs:
            raise DgwsFault(
                FaultCode.NOT_AUTHORIZED, "the care provider of the id card may not use this service"
            )
        return card

    def verified(self, assertion: etree._Element, now: datetime) -> IdCard:
        """The card in an assertion, with its signature and its time checked. Errors: ``DgwsFault``."""
        try:
            card = self._verify(assertion, now)
        except SignatureRefused as error:
            broken = error.reason is Reason.BROKEN
            code = FaultCode.INVALID_SIGNATURE if broken else FaultCode.INVALID_IDCARD
            raise DgwsFault(code, f"the id card: {error}") from None
        if now >= card.not_on_or_after:
            raise DgwsFault(FaultCode.EXPIRED_IDCARD, "the id card has expired; get a new one at the STS")
        if not card.holds(now):
            raise DgwsFault(FaultCode.INVALID_IDCARD, "the id card is not valid yet")
        return card


def card_in(envelope: Envelope) -> etree._Element:
    """The assertion in a message's security header. Errors: ``DgwsFault``."""
    found = envelope.headers(SECURITY)
    if not found:
        raise DgwsFault(FaultCode.MISSING_REQUIRED_HEADER, "the message has no wsse:Security header")
    assertions = [assertion for header in found for assertion in header.findall(ASSERTION)]
    if not assertions:
        raise DgwsFault(FaultCode.MISSING_REQUIRED_HEADER, "the message has no id card")
    if len(assertions) > 1:
        raise DgwsFault(FaultCode.SYNTAX_ERROR, "the message has more than one id card")
    return assertions[0]


def _read(signed: Signed) -> IdCard:
    return id_card.read(signed.element)
