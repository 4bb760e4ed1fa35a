"""Single faults in the attachments of a CareCommunication 5.0: files and links."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import Tree, both, drop, put, repeat, resource
from tests.standards.mutants.fhir_fault import fault
from tests.standards.mutants.mutant import Mutant

_C = "Communication"
_FILE, _LINK = f"{_C}.payload[1]", f"{_C}.payload[2]"
_PDF = f"{_FILE}.contentAttachment"


def attachment_mutants() -> Iterator[Mutant]:
    """All mutants of attachments."""
    yield fault("an attachment has no title", drop(f"{_PDF}.title"), _PDF, says="title")
    yield fault("an attachment's title is empty", put(f"{_PDF}.title", ""), _PDF)
    yield fault(
        "an attachment has no date", drop(f"{_FILE}.extension:date"), f"{_FILE}.extension", says="date"
    )
    yield fault(
        "an attachment has no identifier",
        drop(f"{_FILE}.extension:identifier"),
        f"{_FILE}.extension",
        says="identifier",
    )
    for wrong, value in (
        ("plain text", "text/plain"),
        ("a film", "video/mp4"),
        ("a letter of an office program", "application/msword"),
        ("called jpg", "image/jpg"),
        ("in capitals", "application/PDF"),
        ("a file extension", "pdf"),
    ):
        yield fault(f"an attachment is {wrong}", put(f"{_PDF}.contentType", value), f"{_PDF}.contentType")
    yield fault("a file has no type", drop(f"{_PDF}.contentType"), _PDF, says="contentType", lenient=True)
    yield fault("a new attachment has neither file nor link", drop(f"{_PDF}.data"), _PDF, lenient=True)
    yield fault(
        "a link has the type of a file",
        put(f"{_LINK}.contentAttachment.contentType", "application/pdf"),
        f"{_LINK}.contentAttachment",
        lenient=True,
    )
    yield fault("a file is not base64", put(f"{_PDF}.data", "JVBERi0xLjcgeA="), f"{_PDF}.data")
    yield fault(
        "a file's base64 has a foreign character", put(f"{_PDF}.data", "JVBERi0x!jcgeA=="), f"{_PDF}.data"
    )
    yield fault("a file is empty", put(f"{_PDF}.data", ""), f"{_PDF}.data")
    yield fault(
        "a link holds a blank",
        put(f"{_LINK}.contentAttachment.url", "https://example.org/a b"),
        f"{_LINK}.contentAttachment.url",
    )
    yield fault(
        "a file was made on a day that does not exist",
        put(f"{_PDF}.creation", "2025-02-29"),
        f"{_PDF}.creation",
    )
    yield fault(
        "a title carries the type of its file",
        put(f"{_PDF}.title", "Udredning.pdf"),
        f"{_PDF}.title",
        lenient=True,
    )
    yield fault("a file's size is a word", put(f"{_PDF}.size", "small"), f"{_PDF}.size")
    yield fault(
        "an attachment's author leads to no entry",
        put(f"{_FILE}.extension:author.valueReference.reference", "PractitionerRole/none"),
        f"{_FILE}.extension:author",
    )
    yield fault(
        "there are eleven attachments while messages are converted", _eleven, f"{_C}.payload", lenient=True
    )
    yield fault(
        "a reply sends an old file once more",
        put(f"{_PDF}.data", "JVBERi0xLjcgeA=="),
        _PDF,
        base="CC5 reply",
        lenient=True,
    )
    yield fault(
        "a reply sends an old link once more",
        put(f"{_LINK}.contentAttachment.url", "https://example.org/a"),
        f"{_LINK}.contentAttachment",
        base="CC5 reply",
        lenient=True,
    )
    yield fault(
        "a forward leaves an old file out", drop(f"{_PDF}.data"), _PDF, base="CC5 forward", lenient=True
    )
    yield fault(
        "a file is kept elsewhere, and is also here",
        both(put(f"{_PDF}.url", "https://example.org/a.pdf"), drop(f"{_PDF}.title")),
        _PDF,
        says="title",
    )


def _eleven(tree: Tree) -> None:
    """Nine more, each with an identifier of its own that the history names."""
    payloads, entities = resource(tree, _C)["payload"], resource(tree, "Provenance")["entity"]
    for n in range(9):
        value = f"urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f{n:03x}"
        repeat(_FILE)(tree)
        put(f"{_FILE}.extension:identifier.valueIdentifier.value", value)(tree)
        entities.append({"role": "source", "what": {"identifier": {"value": value}}})
    assert len(payloads) == 12
