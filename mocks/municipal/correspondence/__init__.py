"""Correspondence in a municipality: a module of its own, or built into the case system."""

from mocks.municipal.correspondence.app import (
    FOLDERS,
    IntegratedSettings,
    ModuleSettings,
    create_integrated,
    create_module,
)
from mocks.municipal.correspondence.filing import Distribution

__all__ = [
    "FOLDERS",
    "Distribution",
    "IntegratedSettings",
    "ModuleSettings",
    "create_integrated",
    "create_module",
]
