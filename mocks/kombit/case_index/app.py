"""The case index as case systems write to it and overviews search it: SF1470's four operations over SOAP.

A search says which blocks of a case it wants to see, and an *empty filter returns no data*. Not mimicked:
documents (they are answered as not kept) and ``kasser``.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.kombit.case_index.index import CaseIndex
from mocks.kombit.case_index.pictures import Pictures
from mocks.kombit.case_index.restriction import Rights
from mocks.kombit.case_index.searching import find, found_by
from mocks.kombit.case_index.settings import Settings
from mocks.kombit.events import Publisher
from mocks.kombit.request_header import REQUEST_HEADER, SECURITY, transaction_of, written_header
from mocks.limits import guarded
from mocks.runtime import Runtime
from mocks.standards.sagdok.answers import OK, WRONG_INPUT, Outcome, SagdokProblem, StandardRetur
from mocks.standards.sagdok.names import OPERATIONS, PATH, Operation
from mocks.standards.sagdok.read import read_import, read_update
from mocks.standards.sagdok.read_search import read_fjern, read_fremsoeg
from mocks.standards.sagdok.search import SagInkluder, SagVis
from mocks.standards.sagdok.write_search import write_outcome, write_pictures
from mocks.standards.soap.faults import CLIENT, SoapProblem

EMPTY_FILTER = "Filter is empty: an empty filter returns no data"


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /sagdokumentindeks/6``, an operation by its SOAP action.

    A status code for each case, or one for the whole request when its content cannot be understood; a SOAP
    fault when it is no such request at all, or its tokens do not allow it.
    """
    index = CaseIndex(runtime.store, settings.known, runtime.clock.now())
    pictures = Pictures()
    if settings.subscribers:
        index.listeners.append(Publisher(runtime, settings.subscribers).heard)

    def importer(body: etree._Element, rights: tuple[Rights, ...]) -> bytes:
        now = runtime.clock.now()
        taken = Outcome(tuple([index.take(row, now, rights) for row in read_import(body)]))
        return write_outcome(Operation.IMPORTER, taken)

    def opdater(body: etree._Element, rights: tuple[Rights, ...]) -> bytes:
        now = runtime.clock.now()
        taken = Outcome(tuple([index.update(row, now, rights) for row in read_update(body)]))
        return write_outcome(Operation.OPDATER, taken)

    def fjern(body: etree._Element, rights: tuple[Rights, ...]) -> bytes:
        now = runtime.clock.now()
        removal = read_fjern(body)
        uuids = list(removal.sag_uuid)
        if removal.udtryk is not None:
            uuids += found_by(index, removal.udtryk, now, rights)
        taken = Outcome(tuple([index.remove(uuid, now, rights) for uuid in dict.fromkeys(uuids)]))
        return write_outcome(Operation.FJERN, taken)

    def fremsoeg(body: etree._Element, rights: tuple[Rights, ...]) -> bytes:
        search = read_fremsoeg(body)
        hits = find(index, search, runtime.clock.now(), rights, settings.most_hits)
        if not search.vis:
            return write_pictures(StandardRetur(OK, EMPTY_FILTER), 0, ())
        more = {SagVis.JOURNALPOST} if SagInkluder.JOURNALPOST in search.inkluder else set()
        blocks = search.vis | more
        shown = [pictures.of(hit, blocks) for hit in (*hits.shown, *hits.included)]
        return write_pictures(StandardRetur(), hits.total, shown)

    operations: dict[Operation, Callable[[etree._Element, tuple[Rights, ...]], bytes]] = {
        Operation.IMPORTER: importer,
        Operation.OPDATER: opdater,
        Operation.FREMSOEG: fremsoeg,
        Operation.FJERN: fjern,
    }

    async def serve(received: soap.Received) -> Response:
        operation, body = _operation(received)
        transaction = transaction_of(received.envelope)
        rights = settings.check(received.envelope, runtime.clock.now()) if settings.check is not None else ()
        try:
            content = operations[operation](body, rights)
        except SagdokProblem as problem:
            runtime.trace.note(
                "refused", system=runtime.system, status=WRONG_INPUT, path=PATH, reason=str(problem)
            )
            content = _refusal(operation, problem)
        return soap.answer(
            received.envelope,
            content,
            action=f"{operation.action}Response",
            message_id=f"urn:uuid:{runtime.ids.uuid('soap-message')}",
            headers=[written_header(transaction)],
        )

    understood = (REQUEST_HEADER, SECURITY)
    routes = [Route(PATH, soap.endpoint(runtime, serve, understood=understood), methods=["POST"])]
    return guarded(
        runtime,
        routes,
        most_bytes=settings.most_bytes,
        too_large=lambda: soap.too_large(settings.most_bytes),
    )


def _operation(received: soap.Received) -> tuple[Operation, etree._Element]:
    """The operation that a request asks for, and its element."""
    operation = OPERATIONS.get(received.action)
    if operation is None:
        known = ", ".join(OPERATIONS)
        said = "names no SOAP action" if not received.action else "names a SOAP action that is not served"
        raise SoapProblem(CLIENT, f"the request {said}; there are {known}")
    body = received.envelope.body
    if body is None or body.tag != operation.input:
        raise SoapProblem(CLIENT, f"the action {operation} takes {operation.input}, and Body holds another")
    return operation, body


def _refusal(operation: Operation, problem: SagdokProblem) -> bytes:
    retur = StandardRetur(WRONG_INPUT, str(problem))
    if operation is Operation.FREMSOEG:
        return write_pictures(retur, 0, ())
    return write_outcome(operation, Outcome(standard=retur))
