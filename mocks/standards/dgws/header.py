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
    space = f"{{{MEDCOM}}}"
    children: dict[str, etree._Element] = {}
    for child in element:
        children.setdefault(str(child.tag), child)
    linking = children.get(f"{space}Linking")
    message_id = "" if linking is None else text_of(linking.find(f"{space}MessageID"))
    if linking is None or not message_id:
        raise DgwsFault(FaultCode.SYNTAX_ERROR, "medcom:Header has no Linking with a MessageID")
    found: dict[str, str] = {}
    for name, values in _VALUES.items():
        stated = children.get(space + name)
        found[name] = text_of(stated)
        if stated is not None and found[name] not in values:
            raise DgwsFault(FaultCode.SYNTAX_ERROR, f"medcom:{name} is none of {', '.join(values)}")
    return Header(
        message_id=message_id,
        flow_id=text_of(linking.find(f"{space}FlowID")),
        in_response_to=text_of(linking.find(f"{space}InResponseToMessageID")),
        security_level=found["SecurityLevel"],
        timeout=found["TimeOut"],
        flow_status=found["FlowStatus"],
        priority=found["Priority"],
        non_repudiation=found["RequireNonRepudiationReceipt"],
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
