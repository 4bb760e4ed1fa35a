"""ITI-43: documents out of the repository, request and response; the bytes travel beside the XML (MTOM/XOP)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from mocks.standards.safe_xml import escape
from mocks.standards.soap import mtom
from mocks.standards.soap.faults import SoapProblem
from mocks.standards.xds.names import RS, XDSB, ErrorCode, Status
from mocks.standards.xds.objects_read import fold
from mocks.standards.xds.records import (
    DocumentRequest,
    RegistryError,
    RetrieveAnswer,
    RetrievedDocument,
    XdsProblem,
)
from mocks.standards.xds.responses import read_errors, read_status, response_xml

_REQUEST, _RESPONSE = f"{{{XDSB}}}RetrieveDocumentSetRequest", f"{{{XDSB}}}RetrieveDocumentSetResponse"
_WANTED, _GIVEN = f"{{{XDSB}}}DocumentRequest", f"{{{XDSB}}}DocumentResponse"
_REGISTRY_RESPONSE = f"{{{RS}}}RegistryResponse"
_DOCUMENT = f"{{{XDSB}}}Document"

#: Documents that one request may ask for; a citizen's appointments of a year are some dozen.
MOST_DOCUMENTS = 500


def read_request(body: etree._Element) -> tuple[DocumentRequest, ...]:
    """The documents that are wanted. Errors: ``XdsProblem``."""
    if body.tag != _REQUEST:
        raise XdsProblem(ErrorCode.REPOSITORY, "the body is no RetrieveDocumentSetRequest", "Body")
    wanted = tuple(
        DocumentRequest(
            _child(e, "RepositoryUniqueId"), _child(e, "DocumentUniqueId"), _child(e, "HomeCommunityId")
        )
        for e in body.iterchildren(_WANTED)
    )
    if not wanted:
        raise XdsProblem(ErrorCode.REPOSITORY, "the request names no document", "DocumentRequest")
    if len(wanted) > MOST_DOCUMENTS:
        raise XdsProblem(ErrorCode.REPOSITORY, f"a request names at most {MOST_DOCUMENTS} documents")
    if any(not w.repository or not w.unique_id for w in wanted):
        raise XdsProblem(
            ErrorCode.REPOSITORY,
            "each DocumentRequest needs RepositoryUniqueId and DocumentUniqueId",
            "DocumentRequest",
        )
    return wanted


def write_request(wanted: Sequence[DocumentRequest]) -> bytes:
    """The documents that are wanted, as a SOAP body."""
    listed = "".join(
        f"<xdsb:DocumentRequest>{_element('HomeCommunityId', w.home_community)}"
        f"{_element('RepositoryUniqueId', w.repository)}{_element('DocumentUniqueId', w.unique_id)}"
        f"</xdsb:DocumentRequest>"
        for w in wanted
    )
    return (
        f'<xdsb:RetrieveDocumentSetRequest xmlns:xdsb="{XDSB}">{listed}</xdsb:RetrieveDocumentSetRequest>'
    ).encode()


def content_id(number: int) -> str:
    """The name of the document with this number among the parts of a message."""
    return f"document-{number}@tvaers"


def write_response(
    status: Status, documents: Sequence[RetrievedDocument], errors: Sequence[RegistryError] = ()
) -> tuple[bytes, dict[str, bytes]]:
    """The answer as a SOAP body, and the parts beside it: by content id."""
    parts: dict[str, bytes] = {}
    listed = []
    for number, found in enumerate(documents, 1):
        cid = content_id(number)
        parts[cid] = found.content
        listed.append(
            f"<xdsb:DocumentResponse>{_element('HomeCommunityId', found.home_community)}"
            f"{_element('RepositoryUniqueId', found.repository)}"
            f"{_element('DocumentUniqueId', found.unique_id)}"
            f"{_element('NewRepositoryUniqueId', found.new_repository)}"
            f"{_element('NewDocumentUniqueId', found.new_unique_id)}"
            f"{_element('mimeType', found.mime_type)}"
            f"<xdsb:Document>{mtom.include(cid).decode()}</xdsb:Document></xdsb:DocumentResponse>"
        )
    body = (
        f'<xdsb:RetrieveDocumentSetResponse xmlns:xdsb="{XDSB}" xmlns:rs="{RS}">'
        f"{response_xml(status, errors, declared=True)}{''.join(listed)}</xdsb:RetrieveDocumentSetResponse>"
    )
    return body.encode(), parts


def read_response(body: etree._Element, parts: Mapping[str, bytes]) -> RetrieveAnswer:
    """An answer with its documents. Errors: ``XdsProblem`` for what is none, or lacks a part."""
    said = body.find(_REGISTRY_RESPONSE) if body.tag == _RESPONSE else None
    if said is None:
        raise XdsProblem(ErrorCode.REPOSITORY, "the body is no RetrieveDocumentSetResponse", "Body")
    documents = tuple(
        RetrievedDocument(
            repository=_child(e, "RepositoryUniqueId"),
            unique_id=_child(e, "DocumentUniqueId"),
            mime_type=_child(e, "mimeType"),
            home_community=_child(e, "HomeCommunityId"),
            new_repository=_child(e, "NewRepositoryUniqueId"),
            new_unique_id=_child(e, "NewDocumentUniqueId"),
            content=read_content(e.find(_DOCUMENT), parts),
        )
        for e in body.iterchildren(_GIVEN)
    )
    return RetrieveAnswer(status=read_status(said), documents=documents, errors=read_errors(said))


def read_content(element: etree._Element | None, parts: Mapping[str, bytes]) -> bytes:
    """A document's bytes: of the part that is included, or from base64. Errors: ``XdsProblem``."""
    if element is None:
        raise XdsProblem(ErrorCode.MISSING_DOCUMENT, "the message has no Document element", "Document")
    try:
        return mtom.content_of(element, parts)
    except SoapProblem as error:
        raise XdsProblem(ErrorCode.MISSING_DOCUMENT, error.reason, "Document") from None


def _child(element: etree._Element, name: str) -> str:
    return fold(element.findtext(f"{{{XDSB}}}{name}"))


def _element(name: str, value: str) -> str:
    return f"<xdsb:{name}>{escape(value)}</xdsb:{name}>" if value else ""
