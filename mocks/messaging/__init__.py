"""Reliable messaging: how a system sends, receives, acknowledges and resends correspondence."""

from mocks.messaging.desk import messaging_routes
from mocks.messaging.settings import MessagingSettings, ResendPolicy
from mocks.messaging.standards import all_formats

__all__ = ["MessagingSettings", "ResendPolicy", "all_formats", "messaging_routes"]
