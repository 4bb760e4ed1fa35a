"""A generic municipal case system: the sources name no product for the pilot's departments."""

from mocks.municipal.case_system.app import Closing, Letter, NewCase, case_routes, create_app
from mocks.municipal.case_system.settings import Residents, Settings
from mocks.municipal.case_system.system import Direction, JournalEntry

__all__ = [
    "Closing",
    "Direction",
    "JournalEntry",
    "Letter",
    "NewCase",
    "Residents",
    "Settings",
    "case_routes",
    "create_app",
]
