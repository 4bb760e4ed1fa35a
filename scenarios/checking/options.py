"""How every message of a run is judged, whoever judges it: this process or another."""

from __future__ import annotations

import msgspec

#: A little more than the largest envelope, which is 100 MB: what is larger is refused, not read.
MOST_BYTES = 110_000_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one run; they go to worker processes, so they are plain values.

    A new choice is a field here, an option of ``check`` in ``scenarios/cli.py``, and a step in
    ``scenarios/checking/judging.py``. ``most_bytes`` is the size in bytes above which a file is refused.
    """

    most_bytes: int = MOST_BYTES
