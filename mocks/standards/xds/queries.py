"""ITI-18: the search in the registry, request and response."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec
from lxml import etree

from mocks.standards.safe_xml import escape_attribute
from mocks.standards.xds.names import QUERY, RIM, RS, ErrorCode, Status, StoredQuery
from mocks.standards.xds.objects_read import entries_of, fold
from mocks.standards.xds.objects_write import slot_xml
from mocks.standards.xds.records import QueryAnswer, RegistryError, Slot, XdsProblem
from mocks.standards.xds.responses import errors_xml, read_errors, read_status

_REQUEST, _RESPONSE = f"{{{QUERY}}}AdhocQueryRequest", f"{{{QUERY}}}AdhocQueryResponse"
_OPTION, _QUERY = f"{{{QUERY}}}ResponseOption", f"{{{RIM}}}AdhocQuery"
_SLOT, _VALUE = f"{{{RIM}}}Slot", f"{{{RIM}}}Value"
_LIST, _REFERENCE = f"{{{RIM}}}RegistryObjectList", f"{{{RIM}}}ObjectRef"


class ReturnType(StrEnum):
    """Whether whole entries come back, or their ids."""

    LEAF = "LeafClass"
    REFERENCE = "ObjectRef"


class QueryRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A search: the stored query's id, and its parameters as they stand in the message."""

    query: str = StoredQuery.FIND_DOCUMENTS
    parameters: tuple[Slot, ...] = ()
    returns: ReturnType = ReturnType.LEAF


def read_request(body: etree._Element) -> QueryRequest:
    """The search in a SOAP body. Errors: ``XdsProblem``."""
    query = body.find(_QUERY) if body.tag == _REQUEST else None
    if query is None:
        raise XdsProblem(ErrorCode.REGISTRY, "the body is no AdhocQueryRequest with an AdhocQuery", "Body")
    option = body.find(_OPTION)
    returns = ReturnType.LEAF if option is None else _return_type(option.get("returnType", ""))
    parameters = tuple(
        [
            Slot(
                slot.get("name", ""),
                tuple([fold(value.text) for listed in slot for value in listed if value.tag == _VALUE]),
            )
            for slot in query
            if slot.tag == _SLOT
        ]
    )
    return QueryRequest(query=query.get("id", ""), parameters=parameters, returns=returns)


def _return_type(value: str) -> ReturnType:
    try:
        return ReturnType(value)
    except ValueError:
        raise XdsProblem(
            ErrorCode.REGISTRY, "returnType is LeafClass or ObjectRef", "ResponseOption.returnType"
        ) from None


def write_request(request: QueryRequest) -> bytes:
    """The search as a SOAP body."""
    slots = "".join(slot_xml(slot) for slot in request.parameters)
    return (
        f'<query:AdhocQueryRequest xmlns:query="{QUERY}" xmlns:rim="{RIM}">'
        f'<query:ResponseOption returnType="{request.returns}" returnComposedObjects="true"/>'
        f'<rim:AdhocQuery id="{escape_attribute(request.query)}">{slots}</rim:AdhocQuery>'
        f"</query:AdhocQueryRequest>"
    ).encode()


_NAMESPACES = f'xmlns:query="{QUERY}" xmlns:rs="{RS}" xmlns:rim="{RIM}"'
_FOUND = (
    f'<query:AdhocQueryResponse {_NAMESPACES} status="{Status.SUCCESS}"><rim:RegistryObjectList>'
).encode()
_END = b"</rim:RegistryObjectList></query:AdhocQueryResponse>"
#: The answer that finds nothing; it is the same whether there is nothing or nothing may be shown.
NOTHING = _FOUND + _END


def write_found(objects: Iterable[bytes]) -> bytes:
    """The answer with these objects, each as ``entry_xml`` or ``reference_xml`` made it."""
    return b"%b%b%b" % (_FOUND, b"".join(objects), _END)


def reference_xml(entry_id: str) -> bytes:
    """An entry's id alone."""
    return f'<rim:ObjectRef id="{escape_attribute(entry_id)}"/>'.encode()


def write_failure(errors: Sequence[RegistryError]) -> bytes:
    """The answer that says what went wrong."""
    return (
        f'<query:AdhocQueryResponse {_NAMESPACES} status="{Status.FAILURE}">{errors_xml(errors)}'
        f"<rim:RegistryObjectList/></query:AdhocQueryResponse>"
    ).encode()


def read_response(body: etree._Element) -> QueryAnswer:
    """An answer. Errors: ``XdsProblem`` for what is none."""
    if body.tag != _RESPONSE:
        raise XdsProblem(ErrorCode.REGISTRY, "the body is no AdhocQueryResponse", "Body")
    listed = body.find(_LIST)
    return QueryAnswer(
        status=read_status(body),
        entries=() if listed is None else entries_of(listed),
        references=() if listed is None else tuple(e.get("id", "") for e in listed.iterchildren(_REFERENCE)),
        errors=read_errors(body),
    )
