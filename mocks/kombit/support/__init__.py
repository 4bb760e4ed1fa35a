"""KOMBIT's shared registers behind the case index (system ``stoettesystemer``): organisation (SF1500) and
classification (SF1510), to look things up in."""

from mocks.kombit.support.app import create_app
from mocks.kombit.support.client import SupportClient
from mocks.kombit.support.settings import Settings, class_uuid, unit_uuid

__all__ = ["Settings", "SupportClient", "class_uuid", "create_app", "unit_uuid"]
