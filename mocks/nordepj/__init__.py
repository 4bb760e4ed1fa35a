"""NordEPJ, the record system of Region Nordjylland, with BUP and the somatic departments."""

from mocks.nordepj.app import Settings, create_app
from mocks.nordepj.metadata import entries_at_start
from mocks.nordepj.settings import BookSettings, SourceSettings

__all__ = ["BookSettings", "Settings", "SourceSettings", "create_app", "entries_at_start"]
