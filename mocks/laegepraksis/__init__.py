"""The GP clinics' record system (laegepraksissystem), with Klinik+."""

from mocks.laegepraksis.app import Settings, create_app

__all__ = ["Settings", "create_app"]
