"""ITI-43 at the source: the documents of appointments, made at the moment when the platform asks.

Nothing that was made is kept, so each document has a number of its own (``NewDocumentUniqueId``). What was
moved or cancelled since the entry was found is handed out no more: an old answer must not show an old time.
The line from the platform is trusted (mutual TLS in life, an assumption): who may see what is its business.
"""

from __future__ import annotations

from starlette.responses import Response

from mocks.nordepj.book import AppointmentBook, Version
from mocks.nordepj.document import Documents
from mocks.nordepj.metadata import unique_id
from mocks.nordepj.settings import SourceSettings
from mocks.runtime import Runtime
from mocks.soap import Received, answer
from mocks.standards import appointment_document
from mocks.standards.profiles import apd
from mocks.standards.soap.faults import CLIENT, SoapProblem
from mocks.standards.xds import retrieval
from mocks.standards.xds.names import Action, ErrorCode, Status, response_action
from mocks.standards.xds.records import DocumentRequest, RegistryError, RetrievedDocument, XdsProblem

PATH = "/xds/iti43"


class OnDemand:
    """Finds versions by the number of their document. ``add`` must hear of each version."""

    def __init__(
        self, runtime: Runtime, source: SourceSettings, book: AppointmentBook, documents: Documents
    ) -> None:
        self._runtime, self._source, self._book, self._documents = runtime, source, book, documents
        self._versions: dict[str, tuple[str, int]] = {}
        for version in book:
            self.add(version)

    def add(self, version: Version) -> None:
        """From now on its document can be asked for."""
        uuid = version.appointment.uuid
        self._versions[unique_id(uuid, version.version)] = (uuid, version.version)

    async def serve(self, received: Received) -> Response:
        """Answer one request."""
        if received.action and received.action != Action.ITI_43:
            raise SoapProblem(CLIENT, f"this service answers {Action.ITI_43} only")
        if received.envelope.body is None:
            raise SoapProblem(CLIENT, "the body is empty; send a RetrieveDocumentSetRequest")
        documents, errors = list[RetrievedDocument](), list[RegistryError]()
        try:
            for wanted in retrieval.read_request(received.envelope.body):
                try:
                    documents.append(await self._document(wanted))
                except XdsProblem as problem:
                    errors.append(problem.error)
        except XdsProblem as problem:
            errors.append(problem.error)
        status = Status.SUCCESS if not errors else Status.PARTIAL if documents else Status.FAILURE
        content, parts = retrieval.write_response(status, documents, errors)
        return answer(
            received.envelope,
            content,
            action=response_action(Action.ITI_43),
            message_id="urn:uuid:" + self._runtime.ids.uuid("soap-message"),
            parts=parts,
        )

    async def _document(self, wanted: DocumentRequest) -> RetrievedDocument:
        if wanted.repository != self._source.repository:
            raise XdsProblem(
                ErrorCode.UNKNOWN_REPOSITORY, "this repository is not served here", "RepositoryUniqueId"
            )
        found = self._versions.get(wanted.unique_id)
        version = None if found is None else self._book.find(*found)
        if version is None:
            raise XdsProblem(
                ErrorCode.UNKNOWN_DOCUMENT, "no appointment has this document", "DocumentUniqueId"
            )
        if not version.approved:
            raise XdsProblem(
                ErrorCode.UNKNOWN_DOCUMENT,
                "the appointment was moved or cancelled since; search again",
                "DocumentUniqueId",
            )
        made = self._runtime.ids.uuid("appointment-document")
        document = await self._documents.build(version, made)
        return RetrievedDocument(
            repository=wanted.repository,
            unique_id=wanted.unique_id,
            home_community=wanted.home_community or self._source.home_community,
            new_unique_id=f"{apd.CDA}^{made}",
            content=appointment_document.write(document),
        )
