"""The header that KOMBIT's services ask for: which transaction a request belongs to."""

from __future__ import annotations

import re

from mocks.standards.sagdok.names import REQUEST_HEADER as NAMESPACE
from mocks.standards.soap.envelope import Envelope
from mocks.standards.soap.faults import CLIENT, SoapProblem

REQUEST_HEADER = f"{{{NAMESPACE}}}RequestHeader"
SECURITY = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}Security"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I | re.ASCII)


def transaction_of(envelope: Envelope) -> str:
    """The transaction's UUID. Errors: ``SoapProblem`` where there is not exactly one."""
    found = envelope.headers(REQUEST_HEADER)
    if len(found) != 1:
        raise SoapProblem(CLIENT, f"the header RequestHeader is there {len(found)} times; once is right")
    said = (found[0].findtext(f"{{{NAMESPACE}}}TransactionUUID") or "").strip()
    if not _UUID.fullmatch(said):
        raise SoapProblem(CLIENT, "RequestHeader/TransactionUUID is missing, or is no UUID")
    return said.lower()


def written_header(transaction: str) -> bytes:
    """The header of a request, and of its answer."""
    return (
        f'<h:RequestHeader xmlns:h="{NAMESPACE}"><h:TransactionUUID>{transaction}</h:TransactionUUID>'
        f"</h:RequestHeader>"
    ).encode()
