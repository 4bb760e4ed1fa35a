"""The register of consents (mode ``registered``): keeps them, and says how they stand at a look-up.

Hypothetical: the evaluation recommends to look into digital consents; no such national register exists. Its
form is our own. Custody and age are read from the CPR replica at each look-up and not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from mocks.access.consents import (
    Consent,
    ConsentRules,
    ConsentState,
    Giver,
    Scope,
    Standing,
    Withdrawal,
    judge,
)
from mocks.access.legal import LegalRule, LegalTable, Need, legal_table
from mocks.access.users import AccessUser, HealthPersonRules, UserKind
from mocks.errors import Unreachable
from mocks.identifiers import check_cpr
from mocks.limits import Refused
from mocks.overview.calls import SaidNo, ask
from mocks.people import Person
from mocks.runtime import COPENHAGEN, Runtime, fresh

#: More than anybody signs; keeps one citizen's look-up cheap.
MOST_CONSENTS = 200


Short = Annotated[str, Meta(max_length=200)]


class NewConsent(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A consent to be registered; the fields are those of ``Consent``."""

    cpr: str
    scopes: Annotated[tuple[Scope, ...], Meta(max_length=20)]
    givers: Annotated[tuple[Giver, ...], Meta(max_length=20)]
    from_: date
    until: date | None = None
    departments: Annotated[tuple[Short, ...], Meta(max_length=200)] = ()
    receivers: Annotated[tuple[UserKind, ...], Meta(max_length=50)] = ()
    young_person_unable: bool = False
    form: Short = ""
    registered_by: Short = ""


class ConsentRegister:
    """All registered consents; they survive a restart.

    ``rules`` go before those of the legal table's rows, for all of them. ``given`` are consents that are
    there from the start. ``cpr_seconds``: how long the CPR replica may take.
    """

    def __init__(
        self,
        runtime: Runtime,
        rules: ConsentRules | None = None,
        given: Iterable[Consent] = (),
        *,
        legal: LegalTable | None = None,
        health_persons: HealthPersonRules | None = None,
        cpr_seconds: float = 5.0,
    ) -> None:
        self._runtime, self._rules, self._cpr_seconds = runtime, rules, cpr_seconds
        self._legal, self._health_persons = legal or legal_table(), health_persons or HealthPersonRules()
        self._consents = runtime.store.collection("consents", Consent)
        for consent in given:
            if consent.id not in self._consents:
                self._consents.put(consent.id, consent)
        self._by_citizen: dict[str, list[str]] = {}
        for key, consent in self._consents.items():
            self._by_citizen.setdefault(consent.cpr, []).append(key)

    async def state(self, cpr: str, scope: Scope, user: AccessUser, at: datetime) -> ConsentState:
        """Whether ``user`` may see one kind of data about a citizen, by a consent or on another basis."""
        return (await self.states(cpr, (scope,), user, at))[scope]

    async def states(
        self, cpr: str, scopes: Sequence[Scope], user: AccessUser, at: datetime
    ) -> dict[Scope, ConsentState]:
        """The same for several kinds of data, with one question to the CPR replica.

        A replica that does not answer leaves it ``UNDECIDED``, and nothing is opened.
        """
        health_person = user.is_health_person(at.astimezone(COPENHAGEN).date(), self._health_persons)
        found: dict[Scope, ConsentState] = {}
        person: Person | Standing | None = None
        for scope in scopes:
            rule = self._legal.rule(user.kind, scope, health_person=health_person)
            state = _without_person(rule, cpr, user)
            if state is None:
                person = person or await self._person(cpr)
                state = self._with_person(rule, person, scope, user, at)
            found[scope] = msgspec.structs.replace(state, rule=rule.id)
        return found

    def _with_person(
        self, rule: LegalRule, person: Person | Standing, scope: Scope, user: AccessUser, at: datetime
    ) -> ConsentState:
        if isinstance(person, Standing):
            return ConsentState(standing=person)
        rules = self._rules or rule.consent_rules
        if rule.consent is Need.CHILD:
            if person.age(at.astimezone(COPENHAGEN).date()) >= rules.adult_from:
                return ConsentState(standing=Standing.ADULT)
            has_custody = bool(user.cpr) and user.cpr in person.custody
            return ConsentState(standing=Standing.NOT_REQUIRED if has_custody else Standing.NO_BASIS)
        return judge(self.of(person.cpr), person, scope, user, at, rules)

    def of(self, cpr: str) -> list[Consent]:
        """All consents about a citizen, in the order in which they were registered."""
        found = (self._consents.get(key) for key in self._by_citizen.get(cpr, ()))
        return [consent for consent in found if consent is not None]

    def register(self, new: NewConsent) -> Consent:
        """Keep a consent. Who gave it is looked at when somebody looks. Errors: ``Refused``."""
        _check(new)
        if len(self._by_citizen.get(new.cpr, ())) >= MOST_CONSENTS:
            raise Refused(
                409, f"there are {MOST_CONSENTS} consents already", "$.cpr", "a citizen has no more than that"
            )
        consent = Consent(
            id=fresh(self._runtime.ids, "consent", self._consents),
            registered_at=self._runtime.clock.now(),
            **{name: getattr(new, name) for name in new.__struct_fields__},
        )
        self._consents.put(consent.id, consent)
        self._by_citizen.setdefault(consent.cpr, []).append(consent.id)
        return consent

    async def withdraw(self, consent_id: str, by: str, scopes: Sequence[Scope] = ()) -> Consent:
        """End a consent from now on, for some kinds of data or for all.

        It may be withdrawn by whoever gave it, by the custody holders of today and by the young person
        (that one of them is enough is an assumption). Errors: ``Refused``.
        """
        consent = self._consents.get(consent_id)
        if consent is None:
            raise Refused(404, "no consent has this id", "$.consent", "send the id of its registration")
        if by not in {giver.cpr for giver in consent.givers} and not await self._has_a_say(consent, by):
            raise Refused(
                403,
                "this person neither gave the consent nor has custody",
                "$.by",
                "let a giver, a custody holder or the young person withdraw it",
            )
        now = self._runtime.clock.now()
        ended = tuple(s for s in (scopes or consent.scopes) if s in consent.scopes)
        ended = tuple(s for s in ended if not consent.withdrawn(s, now))
        if ended:
            withdrawals = (*consent.withdrawals, Withdrawal(now, by, ended))
            consent = msgspec.structs.replace(consent, withdrawals=withdrawals)
            self._consents.put(consent.id, consent)
        return consent

    async def _has_a_say(self, consent: Consent, by: str) -> bool:
        person = await self._person(consent.cpr)
        if isinstance(person, Standing):
            return False
        young_from = (self._rules or ConsentRules()).young_from
        young = person.age(self._runtime.clock.now().date()) >= young_from
        return by in person.custody or (young and by == person.cpr)

    async def _person(self, cpr: str) -> Person | Standing:
        try:
            return await ask(
                self._runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=self._cpr_seconds
            )
        except (SaidNo, Unreachable) as error:
            unknown = isinstance(error, SaidNo) and error.status == 404
            return Standing.UNKNOWN_CITIZEN if unknown else Standing.UNDECIDED


def _without_person(rule: LegalRule, cpr: str, user: AccessUser) -> ConsentState | None:
    """What needs neither age nor custody to be decided."""
    match rule.consent:
        case Need.NOT_REQUIRED:
            return ConsentState(standing=Standing.NOT_REQUIRED)
        case Need.NEVER:
            return ConsentState(standing=Standing.NO_BASIS)
        case Need.OWN:
            own = user.cpr == cpr
            return ConsentState(standing=Standing.NOT_REQUIRED if own else Standing.NO_BASIS)
    return None


def _check(new: NewConsent) -> None:
    if problem := check_cpr(new.cpr):
        raise Refused(400, problem, "$.cpr", "send the ten digits of the citizen")
    if not new.scopes:
        names = ", ".join(Scope)
        raise Refused(400, "the consent covers no data", "$.scopes", f"name at least one of {names}")
    if not new.givers:
        raise Refused(400, "nobody gave this consent", "$.givers", "name who consented, and when")
    for number, giver in enumerate(new.givers):
        if problem := check_cpr(giver.cpr):
            raise Refused(400, problem, f"$.givers[{number}].cpr", "send the ten digits of who consented")
    if new.until is not None and new.until < new.from_:
        raise Refused(400, "the consent ends before it begins", "$.until", "leave it out, or set a later day")
