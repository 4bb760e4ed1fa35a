"""The addresses of document sharing."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.nsp.access_check import AccessCheck
from mocks.nsp.document_sharing.dds import Dds, Relations
from mocks.nsp.document_sharing.dros import Dros
from mocks.nsp.document_sharing.gate import Cards, Gate
from mocks.nsp.document_sharing.lookup_log import LookupTrail
from mocks.nsp.document_sharing.registry import Registry
from mocks.nsp.document_sharing.repository import Repository
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.nsp.id_cards import UNDERSTOOD
from mocks.nsp.minlog import MinLog
from mocks.runtime import Runtime
from mocks.standards.soap.envelope import SoapVersion

#: Where document sharing is spoken to, all by SOAP 1.2.
PATHS = ("/ddsregistry", "/ddsrepository", "/dros/iti41", "/dros/iti57", "/dros/iti61")


def too_large_at(most_bytes: int) -> dict[str, Callable[[], Response]]:
    """The answers to bodies past the limit, by address."""
    return dict.fromkeys(PATHS, lambda: soap.too_large(most_bytes, SoapVersion.SOAP12))


def sharing_routes(
    runtime: Runtime,
    settings: SharingSettings,
    cards: Cards,
    check: AccessCheck,
    minlog: MinLog,
    relations: Relations | None = None,
) -> list[Route]:
    """``/ddsregistry`` and ``/ddsrepository`` for consumers, ``/dros/iti41|iti57|iti61`` for sources."""
    registry = Registry(runtime, settings.entries)
    repository = Repository(runtime, settings)
    gate = Gate(cards, settings.consumer_level, settings.consumer_cvrs)
    trail = LookupTrail(runtime, minlog)
    dds = Dds(runtime, settings, gate, check, registry, repository, trail, relations)
    dros = Dros(runtime, settings, cards, registry, repository)
    services = (dds.search, dds.retrieve, dros.provide, dros.update, dros.register_on_demand)
    return [
        Route(path, soap.endpoint(runtime, serve, understood=UNDERSTOOD), methods=["POST"])
        for path, serve in zip(PATHS, services, strict=True)
    ]
