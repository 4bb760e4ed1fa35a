"""Checks with requirement ids."""
