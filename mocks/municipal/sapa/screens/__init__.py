"""Screens of SAPA."""
