"""What the registered consents leave of a card (mode ``registered``), asked of the consent register.

The register decides; what the looking system says about a consent is not heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks.access.consents import ConsentState, Scope, Standing
from mocks.access.relations import Category
from mocks.access.users import CLINIC_KINDS, AccessUser
from mocks.errors import Unreachable
from mocks.nsp.access_routes import ConsentAnswer, ConsentQuestion
from mocks.nsp.treatment_routes import RelationAnswer, RelationQuestion
from mocks.overview.calls import SaidNo, ask
from mocks.overview.lookup_log import Outcome
from mocks.overview.session import Failure, denied, failure_of
from mocks.people import CaseKind
from mocks.runtime import Runtime

#: The parts of a card and the kinds of data that they are.
SCOPES = {
    "school": Scope.SCHOOL,
    CaseKind.FAMILY.value: Scope.FAMILY_CASE,
    CaseKind.PPR.value: Scope.PPR_CASE,
}
#: Nobody consents for these: whether anything is shown is the card's own question.
_NOT_ASKED = (Standing.ADULT, Standing.UNKNOWN_CITIZEN)


@dataclass(frozen=True, slots=True)
class Consented:
    """``withheld``: the parts that no consent covers; ``departments``: of the others, those that are limited
    to some departments (SOR ids)."""

    withheld: frozenset[str] = frozenset()
    departments: Mapping[str, frozenset[str]] = field(default_factory=dict)


async def consented(
    runtime: Runtime, user: AccessUser, cpr: str, *, partial: bool, timeout: float
) -> Consented | Failure:
    """What may be shown to that user. Without ``partial`` a consent that leaves something out opens nothing.

    ``Failure``: ``consent_missing``, with the register's word for the reason in its message; or the register
    did not answer, and then nothing is shown either.
    """
    question = ConsentQuestion(cpr=cpr, user=user, scopes=tuple(SCOPES.values()))
    try:
        said = await ask(runtime, "nsp", "/samtykke/tjek", ConsentAnswer, question, timeout=timeout)
    except (SaidNo, Unreachable) as error:
        return failure_of(error, "Samtykkeregistret")
    states = {part: said.states[scope] for part, scope in SCOPES.items()}
    if all(state.standing in _NOT_ASKED for state in states.values()):
        return Consented()
    if any(state.standing is Standing.UNDECIDED for state in states.values()):
        danish = "Samtykket kan ikke afgøres lige nu. Prøv igen senere."
        return Failure(Outcome.ERROR, "consent_undecided", "the CPR replica did not answer", danish)
    limited = {part: frozenset(s.departments) for part, s in states.items() if s.valid and s.departments}
    withheld = frozenset(part for part, state in states.items() if not state.valid)
    if len(withheld) == len(states) or (not partial and (withheld or limited)):
        return _missing(states)
    return Consented(withheld, limited)


async def relation_missing(
    runtime: Runtime, user: AccessUser, cpr: str, minimum: Category, *, timeout: float
) -> Failure | None:
    """Why a clinic may not see the card: no treatment relation, or BRS does not answer. Others are not asked."""
    if user.kind not in CLINIC_KINDS:
        return None
    question = RelationQuestion(cpr=cpr, user=user, minimum=minimum)
    try:
        said = await ask(runtime, "nsp", "/brs/tjek", RelationAnswer, question, timeout=timeout)
    except (SaidNo, Unreachable) as error:
        return failure_of(error, "Behandlingsrelationen")
    if said.acceptable:
        return None
    told = f"the treatment relation is {said.category.value}, and {minimum.value} is needed"
    return denied("no_treatment_relation", told)


def _missing(states: Mapping[str, ConsentState]) -> Failure:
    reasons = dict.fromkeys(state.standing.value for state in states.values() if not state.valid)
    told = ", ".join(reasons) or "only some departments"
    return denied("consent_missing", f"no valid consent is registered: {told}")
