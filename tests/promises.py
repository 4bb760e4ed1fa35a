"""What ``run.json`` and ``journeys.jsonl`` promise to whoever reads them: names that later versions keep."""

from __future__ import annotations

RUN = frozenset(
    (
        *("scenario", "seed", "from", "to", "verdict", "wall_seconds", "digest"),
        *("counts", "figures", "assumptions"),
    )
)
COUNTS = frozenset(
    (
        *("children", "cases", "messages_sent", "messages_delivered", "acknowledged"),
        *("negative_acknowledgements", "resends", "lost", "duplicates_shown"),
        *("lookups", "lookups_logged", "lookups_denied", "lookups_without_valid_consent"),
    )
)
FIGURE = frozenset(("id", "what", "source", "expected", "observed", "verdict", "predicate"))
#: In this order.
MESSAGE = ("at", "from", "to", "standard", "ids", "content_type", "sha256", "size", "wire")
