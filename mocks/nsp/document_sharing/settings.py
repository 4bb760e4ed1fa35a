"""How document sharing behaves, and what it knows when it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mocks.standards.xds.records import DocumentEntry

#: The repository of the Danish test environment TEST1.
REPOSITORY = "1.2.208.176.43210.8.10.11"
#: The repository number of the region's booking system in this simulation (ours, below the test root).
NORDEPJ_REPOSITORY = "1.2.208.176.43210.8.10.51"


class ValidationLevel(StrEnum):
    """What DROS does with metadata that break a rule (``xds.validationlevel``): nothing, a line in the
    trace, a warning in the answer, or a refusal."""

    OFF = "OFF"
    LOG = "LOG"
    WARNING = "WARNING"
    REJECT = "REJECT"


@dataclass(frozen=True, slots=True)
class SharingSettings:
    """``entries``: in the registry from the start, unless an earlier start's store has them already.

    ``sources``: repository number -> system and path of the on-demand source that answers for it, for
    ``source_seconds`` at most. ``consumer_cvrs`` and ``source_cvrs``: who may ask and who may register, by CVR
    number; ``None`` lets everybody in. ``consumer_level``: the authentication level that consumers need
    (3 system, 4 user). ``invoke_treatment_relation``: DDS's switch of that name; the answer never blocks.
    ``most_results``: a search that finds more is refused (an assumption, as the number).
    """

    repository: str = REPOSITORY
    entries: Iterable[DocumentEntry] = ()
    sources: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {NORDEPJ_REPOSITORY: ("nordepj", "/xds/iti43")}
    )
    source_seconds: float = 10.0
    consumer_cvrs: frozenset[str] | None = None
    source_cvrs: frozenset[str] | None = None
    consumer_level: int = 3
    validation: ValidationLevel = ValidationLevel.REJECT
    invoke_treatment_relation: bool = False
    most_results: int = 1_000
    most_bytes: int = 20_000_000
