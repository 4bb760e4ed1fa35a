"""``laes``, ``list`` and ``soeg`` of classes, organisations and units, over SOAP. Nothing can be written here."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.kombit.request_header import REQUEST_HEADER, SECURITY, transaction_of, written_header
from mocks.kombit.support.settings import Settings
from mocks.limits import guarded
from mocks.runtime import Runtime
from mocks.standards.oio_objects import (
    MOST,
    OioObject,
    Service,
    read_soeg,
    read_uuids,
    write_found,
    write_ids,
)
from mocks.standards.sagdok.answers import OK, UNKNOWN, WRONG_INPUT
from mocks.standards.soap.faults import CLIENT, SoapProblem

_OPERATIONS = ("laes", "list", "soeg")


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """Each register at its path."""
    routes = [
        Route(
            service.path,
            soap.endpoint(
                runtime,
                _Register(runtime, service, objects).serve,
                understood=(REQUEST_HEADER, SECURITY),
            ),
            methods=["POST"],
        )
        for service, objects in settings.objects().items()
    ]
    return guarded(
        runtime, routes, most_bytes=settings.most_bytes, too_large=lambda: soap.too_large(settings.most_bytes)
    )


class _Register:
    """One register: its objects by UUID and by key."""

    def __init__(self, runtime: Runtime, service: Service, objects: tuple[OioObject, ...]) -> None:
        self._runtime, self._service = runtime, service
        self._objects: Mapping[str, OioObject] = {each.uuid: each for each in objects}

    async def serve(self, received: soap.Received) -> Response:
        service, body = self._service, received.envelope.body
        operation = received.action.removeprefix(service.actions)
        if operation == received.action or operation not in _OPERATIONS:
            known = ", ".join(service.actions + name for name in _OPERATIONS)
            raise SoapProblem(CLIENT, f"no such SOAP action; there are {known}")
        if body is None or body.tag != service.element(f"{operation.capitalize()}Input"):
            raise SoapProblem(CLIENT, f"the action {operation} takes another element than Body holds")
        transaction = transaction_of(received.envelope)
        if operation == "soeg":
            content = self._search(*read_soeg(service, body))
        else:
            content = self._look_up(operation, read_uuids(body))
        return soap.answer(
            received.envelope,
            content,
            action=f"{received.action}Response",
            message_id=f"urn:uuid:{self._runtime.ids.uuid('soap-message')}",
            headers=[written_header(transaction)],
        )

    def _look_up(self, operation: str, uuids: tuple[str, ...]) -> bytes:
        if not uuids or len(uuids) > (1 if operation == "laes" else MOST):
            text = f"{operation} takes " + (
                "one UUIDIdentifikator" if operation == "laes" else f"1 to {MOST}"
            )
            return write_found(self._service, operation, WRONG_INPUT, text, ())
        found = [self._objects[uuid] for uuid in uuids if uuid in self._objects]
        if not found:
            return write_found(self._service, operation, UNKNOWN, "no such object", ())
        return write_found(self._service, operation, OK, "", found)

    def _search(self, key: str, name: str) -> bytes:
        if not (key or name):
            return write_ids(self._service, WRONG_INPUT, "a search is by BrugervendtNoegle or name", ())
        found = [
            each.uuid
            for each in self._objects.values()
            if (not key or each.key == key) and (not name or each.name == name)
        ]
        return write_ids(self._service, OK, "", found[:MOST])
