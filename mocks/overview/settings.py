"""How the overview service and the systems that show its card behave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks.access.relations import Category
from mocks.drivers.keys import KeyRing
from mocks.health_login import LoginSettings
from mocks.overview.session import ConsentMode
from mocks.signatures import Certified


@dataclass(frozen=True, slots=True)
class Settings:
    """The overview service.

    ``connected``: codes of the municipalities that deliver cases; ``None`` means all of them.
    ``months_back``: cases that ended up to six calendar months ago are shown.
    ``age_limit``: from this age on nothing is shown (assumption on the boundary).
    ``name_mark`` follows the citizen's name at the head of the card; the pilot's screens have "(HOIBU)".
    ``source_seconds``: how long a register may take; ``patience`` says otherwise for single ones (``cpr``,
    ``stil``, ``sagsindeks``, ``sor``). ``card_seconds``: the card's own time limit, whatever they do.
    ``consent_mode``: who decides on the consent; ``partial_consent``: whether one that leaves something out
    opens the rest (a recommendation), or nothing. ``relation_check``: a clinic sees a card only with a
    treatment relation of ``relation_minimum`` or better (a recommendation; all of it hypothetical).
    ``minimised``: show only what is needed to reach somebody (a recommendation; the fields are an assumption).
    ``seb``: whose assertions say who asks. ``kombit``: how it gets its token for the case index, which it asks
    without one where that is missing.
    ``seb``: whose assertions say who asks. ``login``: how the service itself gets into the health sector.
    ``minlog_gather_seconds``: entries of that time go in one request (180 keeps within 20 requests an hour).
    ``minlog_retry_seconds``/``minlog_most_retries``: for entries that the access log did not take.
    """

    connected: frozenset[str] | None = None
    months_back: int = 6
    age_limit: int = 18
    name_mark: str = "(HOIBU)"
    source_seconds: float = 5.0
    patience: Mapping[str, float] = field(default_factory=dict)
    card_seconds: float = 8.0
    consent_mode: ConsentMode = ConsentMode.DECLARED
    partial_consent: bool = True
    relation_check: bool = False
    relation_minimum: Category = Category.B
    minimised: bool = False
    minlog_gather_seconds: float = 0.0
    minlog_retry_seconds: float = 300.0
    minlog_most_retries: int = 288
    most_bytes: int = 1_000_000
    kombit: LoginSettings | None = None
    seb: Certified = field(default_factory=lambda: KeyRing().key("seb"))
    login: LoginSettings = field(default_factory=lambda: LoginSettings(name="Sagsoverblik"))


@dataclass(frozen=True, slots=True)
class ViewerSettings:
    """A system that shows the card.

    ``system_name`` and ``button`` are what its screen says. ``service_seconds`` must be longer than the
    overview service's ``card_seconds``. ``letters``: whether correspondence is in the same system.
    ``login``: how it gets its users in.
    ``organisation``: SOR id of the unit that people at its screen work for.
    ``roles``: what its users are, as the screen lets them say (value: the user kind; what SEB would know).
    ``one_click``: a location number leads to a new message; ``help_texts``: words on what the departments do
    (both recommendations of the evaluation).
    """

    system_name: str = "NordEPJ"
    button: str = "Psyk BU tværdata"
    login_seconds: float = 10.0
    login: LoginSettings = field(default_factory=LoginSettings)
    service_seconds: float = 15.0
    letters: bool = False
    organisation: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    one_click: bool = False
    help_texts: bool = False
