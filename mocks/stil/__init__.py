"""The institution register: which school or day-care a child goes to."""

from mocks.stil.app import PlacementQuestion, create_app
from mocks.stil.settings import Placements, Settings

__all__ = ["PlacementQuestion", "Placements", "Settings", "create_app"]
