"""Screens of the overview card."""
