"""Correspondence in a municipality: a module of its own, or built into the case system."""

from mocks.municipal.correspondence.app import (
    IntegratedSettings,
    ModuleSettings,
    create_integrated,
    create_module,
)

__all__ = ["IntegratedSettings", "ModuleSettings", "create_integrated", "create_module"]
