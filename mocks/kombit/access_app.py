"""KOMBIT's access management (system ``adgangsstyring``): the token service and the Context Handler."""

from __future__ import annotations

from starlette.applications import Starlette

from mocks.kombit.access_settings import Settings
from mocks.kombit.context_handler import context_handler_route
from mocks.kombit.sts import sts_route
from mocks.limits import guarded
from mocks.runtime import Runtime


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """Tokens for systems (SOAP 1.2, WS-Trust) and logins of users (SAML)."""
    routes = [sts_route(runtime, settings), context_handler_route(runtime, settings)]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)
