"""The fault codes of DGWS 1.0.1, and the SOAP faults that carry them.

``processing_problem`` is not DGWS's own: services of the national platform add it for what failed behind them.
"""

from __future__ import annotations

from enum import StrEnum

from mocks.standards.soap.faults import CLIENT, SERVER, Fault, SoapRefusal

MEDCOM = "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd"


class FaultCode(StrEnum):
    """Why a DGWS service refuses a request."""

    SYNTAX_ERROR = "syntax_error"
    MISSING_REQUIRED_HEADER = "missing_required_header"
    SECURITY_LEVEL_FAILED = "security_level_failed"
    INVALID_USERNAME_PASSWORD = "invalid_username_password"
    INVALID_SIGNATURE = "invalid_signature"
    INVALID_IDCARD = "invalid_idcard"
    INVALID_CERTIFICATE = "invalid_certificate"
    EXPIRED_IDCARD = "expired_idcard"
    NOT_AUTHORIZED = "not_authorized"
    ILLEGAL_HTTP_METHOD = "illegal_HTTP_method"
    NONREPUDIATION_NOT_SUPPORTED = "nonrepudiation_not_supported"
    PROCESSING_PROBLEM = "processing_problem"


_OF_THE_SERVER = frozenset((FaultCode.NONREPUDIATION_NOT_SUPPORTED, FaultCode.PROCESSING_PROBLEM))


class DgwsFault(SoapRefusal):
    """A request that is refused with a DGWS fault code in the fault's detail."""

    def __init__(self, fault_code: FaultCode, text: str) -> None:
        self.fault_code = fault_code
        detail = f'<medcom:FaultCode xmlns:medcom="{MEDCOM}">{fault_code}</medcom:FaultCode>'.encode()
        super().__init__(SERVER if fault_code in _OF_THE_SERVER else CLIENT, text, detail)


def fault_code_in(fault: Fault) -> str:
    """The DGWS fault code that a fault carries; empty where it carries none."""
    for element in fault.details():
        if element.tag == f"{{{MEDCOM}}}FaultCode":
            return (element.text or "").strip()
    return ""
