"""Fixed values and patterns of a profile."""

from __future__ import annotations

from typing import Any


def fits(value: Any, pattern: Any) -> bool:
    """Whether a value holds all that a pattern holds; it may hold more."""
    if type(pattern) is dict:
        return type(value) is dict and all(fits(value.get(key), held) for key, held in pattern.items())
    if type(pattern) is list:
        return type(value) is list and all(any(fits(one, held) for one in value) for held in pattern)
    return value == pattern and type(value) is type(pattern)


def shown(value: Any) -> str:
    """A fixed value or pattern in a sentence."""
    if type(value) is not dict:
        return repr(value)
    inner = [f"{key} {shown(held)}" for key, held in value.items() if type(held) is not list]
    inner += [shown(one) for held in value.values() if type(held) is list for one in held]
    return ", ".join(inner)
