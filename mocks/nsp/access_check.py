"""May this user look at this citizen's health data, and what is written of it: the platform's decision.

Document sharing asks it after the id card and before the search: first the legal basis (in mode ``registered``
the consent register decides for those who need a consent), then MinSpærring. A block leads to an empty success
without a hint and without an entry in the citizen's log. The treatment relation is not asked here: it never
blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mocks.access.consents import ConsentMode, ConsentRules, Scope, Standing
from mocks.access.legal import LegalTable, Need
from mocks.access.users import AccessUser, HealthPersonRules, user_from_card
from mocks.errors import TvaersError, Unreachable
from mocks.identifiers import cpr_birth_date
from mocks.nsp.blocking import Blocking, DataItem, UserVerdict
from mocks.nsp.consent_register import ConsentRegister
from mocks.nsp.seb import Session
from mocks.people import age_on
from mocks.runtime import COPENHAGEN

OVERRIDE = "Værdispring"
#: Who declares a consent where nobody checks: those who need one, and those of whom the login says too little.
_DECLARED = (Need.REQUIRED, Need.NEVER)


class NotAuthorized(TvaersError):
    """The user has no basis for this look-up (fault ``not_authorized``). ``reason`` is the register's word, for
    the looking system's own log: the user's screen says no more than that access is denied."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"not authorised: {reason}")


@dataclass(frozen=True, slots=True)
class Permit:
    """The user may search. ``blocked``: the answer is empty and not logged; ``filtered``: entries go through
    ``AccessCheck.shown``; ``addition`` is MinLog's; ``departments``: the units whose data a consent is limited
    to (SOR ids), empty for all."""

    addition: str
    blocked: bool = False
    filtered: bool = False
    rule: str = ""
    departments: frozenset[str] = frozenset()


class AccessCheck:
    """The decision, for one platform."""

    def __init__(
        self,
        mode: ConsentMode,
        consents: ConsentRegister,
        blocking: Blocking,
        legal: LegalTable,
        health_persons: HealthPersonRules,
    ) -> None:
        self._mode, self._consents, self._blocking = mode, consents, blocking
        self._legal, self._health_persons = legal, health_persons
        self._adult_from = ConsentRules().adult_from

    async def permit(
        self,
        cpr: str,
        user: AccessUser,
        at: datetime,
        *,
        override: bool = False,
        scope: Scope = Scope.APPOINTMENTS,
    ) -> Permit:
        """Whether ``user`` may look now; ``override`` is the id header's ConsentOverride (værdispring).

        Errors: ``NotAuthorized``; ``Unreachable`` when a register that must be asked does not answer.
        """
        on = at.astimezone(COPENHAGEN).date()
        health_person = user.is_health_person(on, self._health_persons)
        rule = self._legal.rule(user.kind, scope, health_person=health_person)
        if override and not health_person:
            raise NotAuthorized("override_by_no_health_person")
        if rule.consent in _DECLARED and age_on(cpr_birth_date(cpr), on) >= self._adult_from:
            raise NotAuthorized(Standing.ADULT.value)
        addition = "Samtykke" if rule.consent in _DECLARED else "Ingen"
        departments: frozenset[str] = frozenset()
        if self._mode is ConsentMode.REGISTERED or rule.consent in (Need.OWN, Need.CHILD):
            state = await self._consents.state(cpr, scope, user, at)
            if state.standing is Standing.UNDECIDED:
                raise Unreachable("the CPR replica did not answer; custody and age are not known")
            if not state.valid:
                raise NotAuthorized(state.standing.value)
            departments = frozenset(state.departments)
        if override:
            return Permit(OVERRIDE, rule=rule.id)
        if rule.consent in (Need.OWN, Need.CHILD):  # a block concerns professionals
            return Permit(addition, rule=rule.id)
        verdict = await self._blocking.for_user(cpr, user, at)
        return Permit(
            addition,
            blocked=verdict is UserVerdict.NEGATIVE,
            filtered=verdict is UserVerdict.DATA_SPECIFIC or bool(departments),
            rule=rule.id,
            departments=departments,
        )

    async def shown(
        self, permit: Permit, cpr: str, user: AccessUser, entries: Sequence[DataItem], at: datetime
    ) -> list[DataItem]:
        """The entries of a search that this user sees."""
        if permit.blocked:
            return []
        if not permit.filtered:
            return list(entries)
        covered = [e for e in entries if not permit.departments or e.organisation in permit.departments]
        return await self._blocking.filter(cpr, user, covered, at)


def user_of(session: Session) -> AccessUser:
    """The user of a login, as the decisions see one. The first role tells the kind (assumption)."""
    user = user_from_card(
        session.roles[0] if session.roles else "",
        cpr=session.cpr,
        authorisation=session.authorisation,
        organisation=session.organisation,
    )
    return msgspec.structs.replace(user, id=session.user, name=session.name)
