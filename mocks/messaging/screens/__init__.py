"""Screens of correspondence, shared by every system that has it."""
