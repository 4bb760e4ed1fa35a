"""The addresses of document sharing."""

from __future__ import annotations

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
    served = {
        "/ddsregistry": dds.search,
        "/ddsrepository": dds.retrieve,
        "/dros/iti41": dros.provide,
        "/dros/iti57": dros.update,
        "/dros/iti61": dros.register_on_demand,
    }
    return [
        Route(path, soap.endpoint(runtime, serve, understood=UNDERSTOOD), methods=["POST"])
        for path, serve in served.items()
    ]
