"""Reliable messaging: how a system sends, receives, acknowledges and resends correspondence."""
