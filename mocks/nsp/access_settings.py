"""What the platform decides access by, and what is registered when it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mocks.access.consents import Consent, ConsentMode, ConsentRules
from mocks.access.legal import LegalTable, legal_table
from mocks.access.relations import Contact
from mocks.access.users import HealthPersonRules
from mocks.nsp.blocking import BlockingItem
from mocks.nsp.treatment_relation import WAIT_DAYS


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """``consent_mode``: whether the register decides where a consent is needed. ``legal``: the table of rules;
    ``consent_rules`` go before those of its rows.

    ``consents`` and ``blockings`` are in the registers from the start, by their ids, unless a store from an
    earlier start has them already. ``contacts``: what the source registers of BRS know from the start;
    ``relation_wait_days``: how long they may report. ``register_seconds``: how long CPR and SOR may take.
    """

    consent_mode: ConsentMode = ConsentMode.DECLARED
    legal: LegalTable = field(default_factory=legal_table)
    consent_rules: ConsentRules | None = None
    health_persons: HealthPersonRules = field(default_factory=HealthPersonRules)
    consents: Iterable[Consent] = ()
    blockings: Iterable[BlockingItem] = ()
    contacts: Iterable[Contact] = ()
    relation_wait_days: int = WAIT_DAYS
    register_seconds: float = 5.0
