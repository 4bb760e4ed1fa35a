"""The CPR replica (system ``cpr``)."""

from mocks.kombit.cpr.app import PersonQuestion, create_app
from mocks.kombit.cpr.settings import Persons, Settings

__all__ = ["PersonQuestion", "Persons", "Settings", "create_app"]
