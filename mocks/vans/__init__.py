"""The VANS network: takes envelopes in, routes them by location number, delivers, keeps, refuses."""

from mocks.vans.app import create_app
from mocks.vans.conversion.settings import ConversionSettings, Missing
from mocks.vans.settings import Settings

__all__ = ["ConversionSettings", "Missing", "Settings", "create_app"]
