"""What the platform decides access by, and what is registered when it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mocks.access.consents import Consent, ConsentRules
from mocks.access.users import HealthPersonRules
from mocks.nsp.blocking import BlockingItem


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """``consents`` and ``blockings`` are in the registers from the start, by their ids, unless a store from
    an earlier start has them already. ``register_seconds``: how long CPR and SOR may take."""

    consent_rules: ConsentRules = field(default_factory=ConsentRules)
    health_persons: HealthPersonRules = field(default_factory=HealthPersonRules)
    consents: Iterable[Consent] = ()
    blockings: Iterable[BlockingItem] = ()
    register_seconds: float = 5.0
