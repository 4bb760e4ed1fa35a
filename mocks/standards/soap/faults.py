"""SOAP faults in both versions, read and written.

The two versions name the same codes differently (``Client`` and ``Sender``, ``Server`` and ``Receiver``);
here the names of 1.1 are used on both sides. Codes of a service's own, such as ``wst:FailedAuthentication``,
are written ``{namespace}local``: 1.1 has them for the code itself, 1.2 as a subcode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from mocks.errors import BadInput
from mocks.standards.safe_xml import escape, escape_attribute

if TYPE_CHECKING:
    from mocks.standards.soap.envelope import Envelope, SoapVersion

CLIENT = "Client"
SERVER = "Server"
VERSION_MISMATCH = "VersionMismatch"
MUST_UNDERSTAND = "MustUnderstand"
_PLAIN = (CLIENT, SERVER, VERSION_MISMATCH, MUST_UNDERSTAND)
_OF_12 = {CLIENT: "Sender", SERVER: "Receiver"}
_FROM_12 = {"Sender": CLIENT, "Receiver": SERVER}
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Fault:
    """``code``: ``Client``, ``Server``, ``VersionMismatch``, ``MustUnderstand``, or ``{namespace}local``.

    ``detail`` holds complete elements with their own namespaces; ``actor`` who found the fault (role in 1.2).
    """

    version: SoapVersion
    code: str
    reason: str
    detail: bytes = b""
    actor: str = ""

    @property
    def name(self) -> str:
        """The code without its namespace."""
        return self.code.rpartition("}")[2]

    def details(self) -> list[etree._Element]:
        """The elements of ``detail``."""
        return list(etree.fromstring(b"<d>" + self.detail + b"</d>")) if self.detail else []


class SoapRefusal(BadInput):
    """A request that is answered by a fault. ``detail`` and ``actor`` as in ``Fault``."""

    def __init__(self, code: str, reason: str, detail: bytes = b"", actor: str = "") -> None:
        self.code, self.reason, self.detail, self.actor = code, reason, detail, actor
        super().__init__(f"{code.rpartition('}')[2]}: {reason}")

    def fault(self, version: SoapVersion) -> Fault:
        """The fault that says the same in this version of SOAP."""
        return Fault(version, self.code, self.reason, self.detail, self.actor)


class SoapProblem(SoapRefusal):
    """What was sent cannot be read as SOAP."""


def write_fault(fault: Fault) -> bytes:
    """The Fault element, to stand in Body. Errors: ``BadInput`` for a code of neither form."""
    code = _code(fault)
    if fault.version == SOAP11:
        actor = f"<faultactor>{escape(fault.actor)}</faultactor>" if fault.actor else ""
        start = (
            f'<soap:Fault xmlns:soap="{SOAP11}">{code}'
            f"<faultstring>{escape(fault.reason)}</faultstring>{actor}"
        )
        detail = (b"<detail>", b"</detail>")
    else:
        actor = f"<soap:Role>{escape(fault.actor)}</soap:Role>" if fault.actor else ""
        start = (
            f'<soap:Fault xmlns:soap="{SOAP12}">{code}'
            f'<soap:Reason><soap:Text xml:lang="en">{escape(fault.reason)}</soap:Text></soap:Reason>{actor}'
        )
        detail = (b"<soap:Detail>", b"</soap:Detail>")
    held = b"".join((detail[0], fault.detail, detail[1])) if fault.detail else b""
    return start.encode() + held + b"</soap:Fault>"


def _code(fault: Fault) -> str:
    own = _CLARK.fullmatch(fault.code)
    if own is None and fault.code not in _PLAIN:
        raise BadInput(f"fault code {fault.code!r} is neither one of {', '.join(_PLAIN)} nor {{ns}}local")
    if fault.version == SOAP11:
        if own is None:
            return f"<faultcode>soap:{fault.code}</faultcode>"
        return f'<faultcode xmlns:c="{escape_attribute(own[1])}">c:{own[2]}</faultcode>'
    plain = CLIENT if own is not None else fault.code
    subcode = (
        f'<soap:Subcode><soap:Value xmlns:c="{escape_attribute(own[1])}">c:{own[2]}</soap:Value></soap:Subcode>'
        if own is not None
        else ""
    )
    return f"<soap:Code><soap:Value>soap:{_OF_12.get(plain, plain)}</soap:Value>{subcode}</soap:Code>"


_CLARK = re.compile(r"\{([^{}]+)\}([A-Za-z_][\w.-]*)")


def read_fault(envelope: Envelope) -> Fault | None:
    """The fault that an envelope carries; ``None`` for any other envelope.

    What a fault lacks is empty. A code with a prefix that stands for nothing is read as its local name.
    """
    body, space = envelope.body, str(envelope.version)
    if body is None or body.tag != f"{{{space}}}Fault":
        return None
    if space == SOAP11:
        code, reason, actor, detail = (
            body.find(n) for n in ("faultcode", "faultstring", "faultactor", "detail")
        )
        value = _qualified(code, space)
    else:
        reason, actor, detail = (
            body.find(f"{{{space}}}{path}") for path in ("Reason/{*}Text", "Role", "Detail")
        )
        value = _qualified(body.find(f"{{{space}}}Code/{{{space}}}Value"), space)
        own = _qualified(body.find(f"{{{space}}}Code/{{{space}}}Subcode/{{{space}}}Value"), space)
        value = own or _FROM_12.get(value, value)
    return Fault(envelope.version, value, _text(reason), _inner(detail), _text(actor))


def _qualified(element: etree._Element | None, space: str) -> str:
    """A qualified name in an element's text: ``{namespace}local``, or ``local`` for SOAP's own."""
    if element is None:
        return ""
    prefix, _, local = _text(element).strip().rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    return local if namespace in (None, space) else f"{{{namespace}}}{local}"


def _text(element: etree._Element | None) -> str:
    return "" if element is None else element.text or ""


def _inner(detail: etree._Element | None) -> bytes:
    """The elements of ``detail``, each with the namespaces it uses."""
    if detail is None:
        return b""
    try:
        return b"".join(
            etree.tostring(child, method="c14n", exclusive=True, with_tail=False) for child in detail
        )
    except etree.C14NError:  # a namespace that is a relative address has no canonical form
        return b"".join(etree.tostring(child, with_tail=False) for child in detail)
