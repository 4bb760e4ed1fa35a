"""The way of a looking system to the national platform: the consent question, then login."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from mocks.access.consents import ConsentMode as ConsentMode
from mocks.errors import TimedOut
from mocks.overview.calls import SaidNo, refusal
from mocks.overview.lookup_log import Outcome, User


class LookupRequest(msgspec.Struct, kw_only=True):
    """What a person at a desk asks. ``consent_declared``: the warning was passed; ``consent``: a valid
    consent exists in truth, which is logged and decides nothing: in mode ``registered`` the register does."""

    user: User
    cpr: str
    consent_declared: bool = False
    consent: bool = False


class Failure(msgspec.Struct, frozen=True):
    """How a look-up failed: what goes into the log, and what the user is told."""

    outcome: Outcome
    code: str
    message: str
    danish: str

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return {Outcome.DENIED: 403, Outcome.TIMEOUT: 504}.get(self.outcome, 502)


def refusal_of(failure: Failure, status: int | None = None, **more: Any) -> Response:
    """The failure as an answer; ``status`` where it is another than the failure's own."""
    return refusal(status or failure.status, failure.code, failure.message, failure.danish, **more)


#: What a denied user is told, by the code of the no.
DENIALS = {
    "no_seb_role": "Du har ingen rolle i SEB, der giver adgang. Kontakt din lokale administrator.",
    "no_job_function": "Du har ingen jobfunktionsrolle, der giver adgang. Kontakt din lokale administrator.",
    "no_login": "Du er ikke logget ind. Log ind for at se oplysningerne.",
    "expired_token": "Dit login er udløbet. Log ind igen.",
    "consent_missing": "Der er ikke registreret et gyldigt samtykke til disse oplysninger.",
    "no_treatment_relation": "Der er ikke fundet en behandlingsrelation mellem klinikken og borgeren.",
    "not_authorized": "Du har ikke adgang: der er ikke registreret et gyldigt samtykke eller andet grundlag.",
}


def denied(code: str, message: str = "") -> Failure:
    """A denial with that code."""
    return Failure(Outcome.DENIED, code, message or code, DENIALS.get(code, "Du har ikke adgang."))


def failure_of(error: Exception, what: str) -> Failure:
    """What an error of another system means for the look-up. ``what`` is Danish: what was asked for."""
    if isinstance(error, TimedOut) or (isinstance(error, SaidNo) and error.status == 504):
        code = error.code if isinstance(error, SaidNo) else "timeout"
        return Failure(
            Outcome.TIMEOUT, code, str(error), f"{what}: der kom ikke svar i tide. Prøv igen senere."
        )
    if isinstance(error, SaidNo) and error.status in (401, 403):
        return denied(error.code, str(error))
    code = error.code if isinstance(error, SaidNo) else "unreachable"
    return Failure(
        Outcome.ERROR, code, str(error), f"{what}: der er ingen forbindelse lige nu. Prøv igen senere."
    )
