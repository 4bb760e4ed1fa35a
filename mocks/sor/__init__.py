"""SOR, the register of health-care organisations: who can be written to, and how."""

from mocks.sor.app import create_app
from mocks.sor.register import Address, Level, Register, SorEntry
from mocks.sor.settings import Settings

__all__ = ["Address", "Level", "Register", "Settings", "SorEntry", "create_app"]
