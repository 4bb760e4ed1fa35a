"""NordEPJ, the record system of Region Nordjylland, with BUP and the somatic departments."""

from mocks.nordepj.app import Settings, create_app

__all__ = ["Settings", "create_app"]
