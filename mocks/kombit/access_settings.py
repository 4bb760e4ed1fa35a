"""What KOMBIT's access management knows: which systems may ask for which tokens, and who has which job function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mocks.drivers.keys import KeyRing
from mocks.signatures import Keys
from mocks.standards.sagdok.names import ENTITY_ID

#: Roles of a service agreement with the case index: to show, and to write.
SHOW = "Udstil"
EDIT = "Rediger"
#: The case index, as tokens name it: the entity id of the published samples.
CASE_INDEX = ENTITY_ID
#: The highest level of sensitivity there is.
EVERYTHING = 4


@dataclass(frozen=True, slots=True)
class Agreement:
    """A service agreement: ``system`` may use ``service`` in the name of the authority ``cvr``.

    ``roles``: what for (``Udstil``, ``Rediger``). ``owners``: CVR numbers of those whose data it reaches; by
    default those of ``cvr`` alone, ``None`` for all (an assumption: the pilot's overview reached all that were
    connected). ``subjects``: KLE numbers (``27.*``), ``None`` for all; ``level``: up to this sensitivity (1-4).
    """

    system: str
    cvr: str
    service: str = CASE_INDEX
    roles: tuple[str, ...] = (SHOW,)
    owners: frozenset[str] | None = frozenset()
    subjects: tuple[str, ...] | None = None
    level: int = EVERYTHING

    @property
    def reach(self) -> frozenset[str] | None:
        """Whose data it reaches; ``None`` is everybody's."""
        return frozenset((self.cvr,)) if self.owners is not None and not self.owners else self.owners


@dataclass(frozen=True, slots=True)
class JobFunction:
    """A job-function role of a municipality: a bundle of systems' roles, within data limits.

    ``subjects``: KLE numbers, ``units``: organisation units, both ``None`` for no limit; ``level``: up to this
    sensitivity (an assumption: no name of that constraint is public).
    """

    name: str
    roles: tuple[str, ...] = (SHOW,)
    subjects: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    level: int = EVERYTHING


#: The job functions of a user by id and role; nobody has none, who has none is turned away.
Functions = Callable[[str, str], tuple[JobFunction, ...]]
#: Bundles by the kind of user (assumptions: municipalities make their own).
USUAL: Mapping[str, JobFunction] = {
    "ppr": JobFunction("PPR-medarbejder"),
    "family": JobFunction("Familierådgiver"),
    "126a": JobFunction("Medarbejder i behandlingstilbud"),
}


_ANYBODY = JobFunction("Medarbejder")


def usual(user: str, role: str) -> tuple[JobFunction, ...]:
    """The job function of a kind of user; municipalities gave all users of the pilot one (assumption)."""
    return (USUAL.get(role, _ANYBODY),)


@dataclass(frozen=True, slots=True)
class Settings:
    """The token service and the Context Handler.

    ``agreements``: who may ask for what. ``registered``: systems whose certificates are known; ``None`` means
    those of the agreements. ``functions``: a user's job functions. ``token_hours``: how long tokens and logins
    hold (8 is an assumption).
    """

    agreements: tuple[Agreement, ...] = ()
    registered: frozenset[str] | None = None
    functions: Functions = usual
    token_hours: float = 8.0
    keys: Keys = field(default_factory=KeyRing)
    most_bytes: int = 1_000_000

    def agreement(self, system: str, cvr: str, service: str) -> Agreement | None:
        """The agreement of a system in the name of an authority with a service."""
        asked = (system, cvr, service)
        return next((a for a in self.agreements if (a.system, a.cvr, a.service) == asked), None)

    def knows(self, system: str) -> bool:
        """Whether the certificate of this system is registered."""
        if self.registered is not None:
            return system in self.registered
        return any(agreement.system == system for agreement in self.agreements)
