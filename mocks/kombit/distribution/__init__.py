"""The distribution component (system ``fordeling``, SF2900): hands objects to the system that takes their
subject at an authority, and receipts back."""

from mocks.kombit.distribution.app import create_app
from mocks.kombit.distribution.settings import Receiver, Sender, Settings

__all__ = ["Receiver", "Sender", "Settings", "create_app"]
