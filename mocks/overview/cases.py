"""Asking the case index for the cases about one child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from mocks import soap
from mocks.errors import BadInput, Unreachable
from mocks.kombit.case_index.client import CaseIndexClient, Securing
from mocks.kombit.support import SupportClient
from mocks.limits import scrub
from mocks.overview.lookup_log import Outcome
from mocks.overview.session import Failure, failure_of
from mocks.people import Case
from mocks.runtime import Runtime
from mocks.standards.sagdok.answers import OK


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The cases about one child, and the names of the municipalities (by code) that own them."""

    cases: list[Case]
    owners: Mapping[str, str]


async def cases_about(
    runtime: Runtime, cpr: str, seconds: float, security: Securing | None = None
) -> IndexAnswer | Failure:
    """All cases about the child that the index shows us: age and period are ours to look after.

    ``security`` gives the header with our token, where the index asks for one.
    """
    try:
        found = await CaseIndexClient(runtime, seconds=seconds, security=security).contacts(cpr)
    except soap.SaidFault as error:
        return _no_answer("soap_fault", str(error))
    except Unreachable as error:
        return failure_of(error, "Sagsindekset")
    if found.retur.status != OK:
        return _no_answer(f"status_{found.retur.status}", "the case index did not take the search")
    cases = [await _with_sor_id(runtime, case, seconds) for case in found.cases]
    return IndexAnswer(cases, found.owners)


async def _with_sor_id(runtime: Runtime, case: Case, seconds: float) -> Case:
    """A case whose department is named by its UUID in the organisation register, with the SOR id instead.

    Where the register does not answer, the case is shown without the department's contact details.
    """
    if len(case.unit) != _UUID_LENGTH or case.unit.isdigit():
        return case
    try:
        unit = await SupportClient(runtime, seconds=seconds).sor_id(case.unit)
    except (soap.SaidFault, Unreachable, BadInput) as error:
        runtime.trace.note("unit_unknown", system=runtime.system, case=case.uuid, reason=scrub(str(error)))
        return case
    return msgspec.structs.replace(case, unit=unit)


_UUID_LENGTH = 36


def _no_answer(code: str, message: str) -> Failure:
    return Failure(Outcome.ERROR, code, message, "Sagsindekset kunne ikke svare. Prøv igen senere.")
