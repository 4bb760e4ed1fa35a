"""ITI-41, ITI-57 and ITI-61: what a source hands in. ITI-41 brings documents; the other two metadata only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from mocks.standards.safe_xml import escape_attribute
from mocks.standards.soap import mtom
from mocks.standards.xds.names import LCM, RIM, XDSB, ErrorCode
from mocks.standards.xds.objects_read import object_list, read_submission
from mocks.standards.xds.objects_write import association_xml, entry_xml, set_xml
from mocks.standards.xds.records import Document, Submission, XdsProblem
from mocks.standards.xds.retrieval import content_id, read_content

_PROVIDE, _SUBMIT = f"{{{XDSB}}}ProvideAndRegisterDocumentSetRequest", f"{{{LCM}}}SubmitObjectsRequest"
_DOCUMENT = f"{{{XDSB}}}Document"


def read_provided(
    body: etree._Element, parts: Mapping[str, bytes]
) -> tuple[Submission, tuple[Document, ...]]:
    """The submission and the documents of an ITI-41. Errors: ``XdsProblem``."""
    if body.tag != _PROVIDE:
        raise XdsProblem(ErrorCode.REPOSITORY, "the body is no ProvideAndRegisterDocumentSetRequest", "Body")
    submission = read_submission(object_list(body))
    documents = tuple(Document(e.get("id", ""), read_content(e, parts)) for e in body.iterchildren(_DOCUMENT))
    return submission, documents


def write_provided(submission: Submission, documents: Sequence[Document]) -> tuple[bytes, dict[str, bytes]]:
    """An ITI-41 as a SOAP body, and the parts beside it: by content id."""
    parts: dict[str, bytes] = {}
    listed = []
    for number, document in enumerate(documents, 1):
        cid = content_id(number)
        parts[cid] = document.content
        listed.append(
            f'<xdsb:Document id="{escape_attribute(document.id)}">{mtom.include(cid).decode()}</xdsb:Document>'
        )
    body = b'<xdsb:ProvideAndRegisterDocumentSetRequest xmlns:xdsb="%b">%b%b</xdsb:%b>' % (
        XDSB.encode(),
        write_submission(submission),
        "".join(listed).encode(),
        b"ProvideAndRegisterDocumentSetRequest",
    )
    return body, parts


def read_submitted(body: etree._Element) -> Submission:
    """The submission of an ITI-57 or ITI-61. Errors: ``XdsProblem``."""
    if body.tag != _SUBMIT:
        raise XdsProblem(ErrorCode.REGISTRY, "the body is no SubmitObjectsRequest", "Body")
    return read_submission(object_list(body))


def write_submission(submission: Submission) -> bytes:
    """A submission as the SOAP body of ITI-57 or ITI-61."""
    objects = b"".join(
        (
            *(entry_xml(entry) for entry in submission.entries),
            set_xml(submission.set),
            *(association_xml(association) for association in submission.associations),
        )
    )
    return b'<lcm:SubmitObjectsRequest xmlns:lcm="%b" xmlns:rim="%b">%b%b%b</lcm:SubmitObjectsRequest>' % (
        LCM.encode(),
        RIM.encode(),
        b"<rim:RegistryObjectList>",
        objects,
        b"</rim:RegistryObjectList>",
    )
