"""MedCom's message header of DGWS 1.0.1: how safe, for how long, which message, in answer to which."""

from __future__ import annotations

import msgspec
from lxml import etree

from mocks.standards.dgws.fault_codes import MEDCOM, DgwsFault, FaultCode
from mocks.standards.dgws.fields import text_of
from mocks.standards.safe_xml import escape
from mocks.standards.soap.envelope import Envelope

HEADER = f"{{{MEDCOM}}}Header"
_VALUES = {
    "SecurityLevel": ("1", "2", "3", "4", "5"),
    "TimeOut": ("5", "30", "480", "1440", "unbound"),
    "FlowStatus": ("flow_running", "flow_finalized_succesfully"),  # sic: the schema spells it so
    "Priority": ("AKUT", "HASTER", "RUTINE"),
    "RequireNonRepudiationReceipt": ("yes", "no"),
}
_LINKS = ("Linking", "FlowID", "MessageID", "InResponseToMessageID")
_NAMES = {f"{{{MEDCOM}}}{name}": name for name in (*_VALUES, *_LINKS)}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """``medcom:Header``. What is empty is left out; ``timeout`` is in minutes or ``unbound``."""

    message_id: str
    flow_id: str = ""
    in_response_to: str = ""
    security_level: str = ""
    timeout: str = ""
    flow_status: str = ""
    priority: str = ""
    non_repudiation: str = ""


def read(element: etree._Element) -> Header:
    """The header. Errors: ``DgwsFault`` with ``syntax_error``."""
    found: dict[str, str] = {}
    for child in element:
        name = _NAMES.get(str(child.tag), "")
        if name == "Linking":
            found |= {_NAMES.get(str(link.tag), ""): text_of(link) for link in child}
        elif name in _VALUES:
            found[name] = text_of(child)
            if found[name] not in _VALUES[name]:
                values = ", ".join(_VALUES[name])
                raise DgwsFault(FaultCode.SYNTAX_ERROR, f"medcom:{name} is none of {values}")
    if not found.get("MessageID"):
        raise DgwsFault(FaultCode.SYNTAX_ERROR, "medcom:Header has no Linking with a MessageID")
    return Header(
        message_id=found["MessageID"],
        flow_id=found.get("FlowID", ""),
        in_response_to=found.get("InResponseToMessageID", ""),
        security_level=found.get("SecurityLevel", ""),
        timeout=found.get("TimeOut", ""),
        flow_status=found.get("FlowStatus", ""),
        priority=found.get("Priority", ""),
        non_repudiation=found.get("RequireNonRepudiationReceipt", ""),
    )


def header_of(envelope: Envelope) -> Header:
    """The one ``medcom:Header`` of a message. Errors: ``DgwsFault``."""
    found = envelope.headers(HEADER)
    if not found:
        raise DgwsFault(FaultCode.MISSING_REQUIRED_HEADER, "the message has no medcom:Header")
    if len(found) > 1:
        raise DgwsFault(FaultCode.SYNTAX_ERROR, "the message has more than one medcom:Header")
    return read(found[0])


def write(header: Header) -> bytes:
    """The header as XML, in the order of the schema."""
    parts = (
        ("SecurityLevel", header.security_level),
        ("TimeOut", header.timeout),
        ("", "".join(
            _element(name, value)
            for name, value in (
                ("FlowID", header.flow_id),
                ("MessageID", header.message_id),
                ("InResponseToMessageID", header.in_response_to),
            )
        )),
        ("FlowStatus", header.flow_status),
        ("Priority", header.priority),
        ("RequireNonRepudiationReceipt", header.non_repudiation),
    )  # fmt: skip
    inner = "".join(
        _element(name, value) if name else f"<medcom:Linking>{value}</medcom:Linking>"
        for name, value in parts
    )
    return f'<medcom:Header xmlns:medcom="{MEDCOM}">{inner}</medcom:Header>'.encode()


def _element(name: str, value: str) -> str:
    return f"<medcom:{name}>{escape(value)}</medcom:{name}>" if value else ""
