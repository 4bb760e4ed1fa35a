"""Randomness of the world: one stream of raw bits for each (seed, purpose), and a few ways to read it.

Only raw PCG64 output is used, because numpy promises that it never changes, while it may change how
its ``Generator`` turns bits into distributions. A new purpose never disturbs the others.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_QUANTILES = 4096


@cache
def _exponential_quantiles() -> Floats:
    # math.log, not np.log: vectorised logarithms differ in the last bit from processor to processor.
    return np.array([-math.log(1.0 - (k + 0.5) / _QUANTILES) for k in range(_QUANTILES)])


class Draw:
    """A stream. Everything it gives depends on ``seed``, ``purpose`` and the calls made before."""

    def __init__(self, seed: int, purpose: str) -> None:
        digest = hashlib.sha256(f"tvaers.nation/{seed}/{purpose}".encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest[:16], "big"))

    def raw(self, n: int) -> NDArray[np.uint64]:
        """``n`` times 64 bits."""
        return np.asarray(self._bits.random_raw(n), dtype=np.uint64)

    def unit(self, n: int) -> Floats:
        """``n`` numbers from 0 up to and without 1."""
        return np.asarray((self.raw(n) >> np.uint64(11)) * 2.0**-53, dtype=np.float64)

    def below(self, n: int, limit: int) -> Ints:
        """``n`` whole numbers from 0 to ``limit - 1``."""
        return (self.unit(n) * limit).astype(np.int64)

    def pick(self, n: int, weights: ArrayLike) -> Ints:
        """``n`` positions in ``weights``, each as often as its weight says."""
        return choose(self.unit(n), weights)

    def order(self, n: int) -> Ints:
        """The numbers 0 to ``n - 1`` shuffled."""
        return np.argsort(self.raw(n), kind="stable").astype(np.int64)

    def waits(self, n: int, mean: float) -> Ints:
        """``n`` exponential durations with this mean, in the mean's unit, rounded down."""
        table = _exponential_quantiles()
        return (table[self.below(n, _QUANTILES)] * mean).astype(np.int64)


def choose(units: Floats, weights: ArrayLike) -> Ints:
    """Turn numbers in [0, 1) into positions in ``weights``."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(steps, units * steps[-1], side="right")
    return np.asarray(np.minimum(found, len(steps) - 1), dtype=np.int64)
