"""The check of KOMBIT's tokens that a service begins with: which system asks, for which person, and what they may.

The header ``wsse:Security`` holds the system's token and, where a person looks, the person's (an assumption: how the
person's reaches the service is not public). That the sender holds the token's key is proved by TLS in reality;
there is none here, and it is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from mocks.kombit import context_handler, sts
from mocks.kombit.case_index.restriction import Rights
from mocks.kombit.privileges import rights_of
from mocks.signatures import Certified, SignatureRefused, Signed, Verifier, only
from mocks.standards.dgws.id_card import SECURITY, WSSE
from mocks.standards.safe_xml import escape
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import privileges as bpp
from mocks.standards.saml.assertion import ASSERTION, Assertion, BadAssertion
from mocks.standards.soap.envelope import Envelope
from mocks.standards.soap.faults import SoapRefusal

NO_TOKEN = "SecurityTokenUnavailable"
INVALID = "InvalidSecurityToken"
FAILED = "FailedCheck"
_FAULT = "urn:tvaers:kombit:ServiceplatformFault"


class TokenFault(SoapRefusal):
    """A request that is refused for its tokens. ``name`` is the code of WS-Security."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        detail = (
            f'<ServiceplatformFault xmlns="{_FAULT}"><ErrorList><Error><ErrorCode>{name}</ErrorCode>'
            f"<ErrorText>{escape(text)}</ErrorText></Error></ErrorList></ServiceplatformFault>"
        )
        super().__init__(f"{{{WSSE}}}{name}", text, detail.encode())


class TokenCheck:
    """Checks for one service, which tokens name as ``audience``.

    ``sts`` and ``context_handler`` are whom it trusts; ``person_required``: nobody looks without a person's token.
    """

    def __init__(
        self,
        sts: Certified,
        audience: str,
        context_handler: Certified | None = None,
        *,
        person_required: bool = False,
    ) -> None:
        self._systems = Verifier(only(sts), _read, id_attribute="ID")
        self._users = None if context_handler is None else Verifier(
            only(context_handler), _read, id_attribute="ID"
        )  # fmt: skip
        self._audience, self._person_required = audience, person_required

    def rights(self, envelope: Envelope, now: datetime) -> tuple[Rights, ...]:
        """What the parties to this request may see: the system, and the person where there is one.

        Errors: ``TokenFault``.
        """
        system, person = _tokens(envelope)
        if system is None:
            raise TokenFault(NO_TOKEN, "there is no token of a system; this service takes KombitToken")
        token, rights = _checked(self._systems, system, now, "the system's token")
        if token.audience != self._audience:
            raise TokenFault(INVALID, "the system's token is for another service")
        if not token.holder or token.issuer != sts.ISSUER:
            raise TokenFault(INVALID, "the system's token is no key holder's token of the token service")
        if person is None or self._users is None:
            if self._person_required:
                raise TokenFault(NO_TOKEN, "there is no token of a person; this service takes none without")
            return (rights,)
        _, of_person = _checked(self._users, person, now, "the person's token")
        return rights, of_person


def _checked(
    verify: Verifier[tuple[Assertion, Rights]], element: etree._Element, now: datetime, what: str
) -> tuple[Assertion, Rights]:
    try:
        found = verify(element, now)
    except SignatureRefused as error:
        raise TokenFault(FAILED, f"{what}: {error}") from None
    except BadAssertion as error:
        raise TokenFault(INVALID, f"{what}: {error}") from None
    if not found[0].holds(now):
        raise TokenFault(INVALID, f"{what} has expired, or is not valid yet")
    return found


def _tokens(envelope: Envelope) -> tuple[etree._Element | None, etree._Element | None]:
    """The system's and the person's token, told apart by who issued them."""
    found: dict[bool, etree._Element] = {}
    for header in envelope.headers(SECURITY):
        for element in header.findall(ASSERTION):
            issuer = (element.findtext(f"{{{assertions.SAML}}}Issuer") or "").strip()
            person = issuer == context_handler.ISSUER
            if person in found:
                raise TokenFault(INVALID, "there is more than one token of a kind")
            found[person] = element
    return found.get(False), found.get(True)


def _read(signed: Signed) -> tuple[Assertion, Rights]:
    token = assertions.read(signed.element)
    held = token.attributes.get(sts.PRIVILEGES, "")
    return token, rights_of(bpp.read(held) if held else ())


def write_security(tokens: Iterable[bytes]) -> bytes:
    """The header ``wsse:Security`` with these tokens."""
    return f'<wsse:Security xmlns:wsse="{WSSE}">'.encode() + b"".join(tokens) + b"</wsse:Security>"
