"""A national platform for tests of the source: it takes submissions, and keeps what it was told."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.drivers.ids import SeededIds
from mocks.drivers.memory_trace import MemoryTrace
from mocks.limits import guarded
from mocks.nordepj.appointments import appointment_routes, no_headers
from mocks.nordepj.outbox import Headers
from mocks.nordepj.settings import BookSettings
from mocks.runtime import MemoryStore, Runtime
from mocks.soap import Received, answer, endpoint
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.xds import responses, submissions
from mocks.standards.xds.names import ErrorCode, Status
from mocks.standards.xds.records import RegistryError, Submission
from sim.kernel import Kernel


class Platform:
    """``told`` are the submissions with the path they came by. ``refuses``: the error that it answers next
    with, ``mute``: it takes them and does not answer in time, ``away``: an HTTP error without SOAP, ``faulty``:
    a SOAP fault of the code ``fault``."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.told: list[tuple[str, Submission]] = []
        self.headers: list[int] = []
        self.refuses: ErrorCode | None = None
        self.mute = self.away = self.faulty = False
        self.fault = FaultCode.EXPIRED_IDCARD

    def app(self, runtime: Runtime) -> Starlette:
        def at(path: str) -> Route:
            async def take(received: Received) -> Response:
                assert received.envelope.body is not None
                self.told.append((path, submissions.read_submitted(received.envelope.body)))
                self.headers.append(
                    len(received.envelope.header) if received.envelope.header is not None else 0
                )
                if self.faulty:
                    raise DgwsFault(self.fault, "the message is refused")
                if self.mute:
                    await runtime.clock.sleep(3_600)
                if self.refuses is not None:
                    error = RegistryError(self.refuses, "no")
                    return answer(received.envelope, responses.write_response(Status.FAILURE, [error]))
                return answer(received.envelope, responses.write_response(Status.SUCCESS))

            handle = endpoint(runtime, take)

            async def door(request: Request) -> Response:
                return Response(b"maintenance", 503) if self.away else await handle(request)

            return Route(path, door, methods=["POST"])

        return guarded(runtime, [at("/dros/iti61"), at("/dros/iti57")])


class Hospital:
    """NordEPJ's booking system and a platform, in virtual time."""

    def __init__(self, settings: BookSettings, start: Kernel) -> None:
        self.kernel, self.settings = start, settings
        self.trace = MemoryTrace(start.now, strict=True)
        self.stores: dict[str, MemoryStore] = {}
        self.platform = Platform(start)
        start.install("nsp", self.platform.app(self._runtime("nsp")))
        self.restart()

    def _runtime(self, name: str) -> Runtime:
        return Runtime(
            system=name,
            clock=self.kernel,
            network=self.kernel,
            ids=SeededIds(1, name),
            store=self.stores.setdefault(name, MemoryStore()),
            trace=self.trace.of(name),
        )

    def restart(self, headers: Headers = no_headers) -> None:
        """Start the booking system, from what its store holds."""
        runtime = self._runtime("nordepj")
        routes = appointment_routes(runtime, self.settings, headers)
        self.kernel.install("nordepj", guarded(runtime, routes))
