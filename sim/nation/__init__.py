"""Municipalities, organisations and population, built once from a seed."""
