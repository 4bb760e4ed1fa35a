"""The repository: documents that were handed in, and the way to the sources that make theirs on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha1

import msgspec

from mocks import soap
from mocks.errors import TimedOut, Unreachable
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.runtime import Runtime
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.xds import retrieval
from mocks.standards.xds.names import Action, ErrorCode
from mocks.standards.xds.records import (
    Document,
    DocumentEntry,
    DocumentRequest,
    RegistryError,
    RetrieveAnswer,
    RetrievedDocument,
    Submission,
    XdsProblem,
)

#: Locations by which a caller can tell why a source gave nothing (ours; IHE leaves them free).
SOURCE_TIMEOUT, SOURCE_AWAY, SOURCE_REFUSED = "source_timeout", "source_unreachable", "source_refused"


class StoredDocument(msgspec.Struct, frozen=True):
    """A document that was handed in."""

    content: bytes
    mime_type: str


class Repository:
    """Documents of one platform by their unique id."""

    def __init__(self, runtime: Runtime, settings: SharingSettings) -> None:
        self._runtime, self._settings = runtime, settings
        self._documents = runtime.store.collection("xds_documents", StoredDocument)

    # Handing in

    def contents(self, submission: Submission, documents: Sequence[Document]) -> dict[str, Mapping[str, str]]:
        """What the repository adds to each entry: hash, size and its own number. Errors: ``XdsProblem``."""
        by_entry = {document.id: document for document in documents}
        if len(by_entry) < len(documents):
            raise XdsProblem(ErrorCode.MISSING_DOCUMENT, "two documents are for the same entry", "Document")
        ids = {entry.id for entry in submission.entries}
        if any(document.id not in ids for document in documents):
            raise XdsProblem(ErrorCode.METADATA, "a document has no entry in the submission", "Document")
        added: dict[str, Mapping[str, str]] = {}
        for entry in submission.entries:
            if (document := by_entry.get(entry.id)) is None:
                raise XdsProblem(ErrorCode.MISSING_DOCUMENT, "an entry came without its document", "Document")
            digest = sha1(document.content, usedforsecurity=False).hexdigest()  # as XDS has it
            if entry.hash and entry.hash.lower() != digest:
                raise XdsProblem(
                    ErrorCode.METADATA, "the entry's hash is not that of its document", "ExtrinsicObject.hash"
                )
            added[entry.id] = {
                "hash": digest,
                "size": str(len(document.content)),
                "repository": self._settings.repository,
                "mime_type": entry.mime_type or document.mime_type,
            }
        return added

    def keep(self, submission: Submission, documents: Sequence[Document]) -> None:
        """Keep the documents of a submission that the registry takes."""
        by_entry = {document.id: document for document in documents}
        for entry in submission.entries:
            document = by_entry[entry.id]
            stored = StoredDocument(document.content, entry.mime_type or document.mime_type)
            self._documents.put(entry.unique_id, stored)

    # Handing out

    def serves(self, repository: str) -> bool:
        """Whether documents of that repository can be had here."""
        return repository == self._settings.repository or repository in self._settings.sources

    def stored(self, entry: DocumentEntry) -> RetrievedDocument | None:
        """A document that was handed in; ``None`` where it is not here."""
        found = self._documents.get(entry.unique_id)
        if found is None:
            return None
        return RetrievedDocument(
            repository=entry.repository,
            unique_id=entry.unique_id,
            content=found.content,
            mime_type=found.mime_type,
        )

    async def on_demand(
        self, repository: str, wanted: Sequence[DocumentRequest]
    ) -> tuple[list[RetrievedDocument], list[RegistryError]]:
        """The documents of one source, made now: one request for all of them."""
        system, path = self._settings.sources[repository]
        body = retrieval.write_request(wanted)
        try:
            said = await soap.call(
                self._runtime,
                system,
                path,
                body,
                version=SoapVersion.SOAP12,
                action=Action.ITI_43,
                timeout=self._settings.source_seconds,
            )
            if said.envelope.body is None:
                raise XdsProblem(ErrorCode.REPOSITORY, "the body is empty")
            answer = retrieval.read_response(said.envelope.body, said.parts)
        except TimedOut:
            return [], [_away(f"{system} did not answer in time", SOURCE_TIMEOUT)]
        except Unreachable:
            return [], [_away(f"{system} cannot be reached", SOURCE_AWAY)]
        except (soap.SaidFault, XdsProblem):
            # What the source says of its trouble is its own: nothing of it is passed on.
            self._runtime.trace.note("source_refused", system=self._runtime.system, source=system)
            return [], [
                RegistryError(ErrorCode.REPOSITORY, f"{system} gave no usable answer", SOURCE_REFUSED)
            ]
        return self._of_source(repository, wanted, answer)

    def _of_source(
        self, repository: str, wanted: Sequence[DocumentRequest], answer: RetrieveAnswer
    ) -> tuple[list[RetrievedDocument], list[RegistryError]]:
        """What was asked for, and an error for each document that did not come. A source cannot slip in others."""
        found = {d.unique_id: d for d in answer.documents if d.repository == repository}
        missing = [request for request in wanted if request.unique_id not in found]
        errors = [unknown_document() for _ in missing]
        return [found[r.unique_id] for r in wanted if r.unique_id in found], errors


def unknown_document() -> RegistryError:
    """The error for a document that is not there, is about another citizen, or may not be shown: always the same."""
    return RegistryError(
        ErrorCode.UNKNOWN_DOCUMENT, "no document with this DocumentUniqueId", "DocumentUniqueId"
    )


def _away(what: str, where: str) -> RegistryError:
    return RegistryError(ErrorCode.UNAVAILABLE, what, where)
