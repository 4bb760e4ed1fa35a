"""Asking the case index for the cases about one child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mocks.errors import Unreachable
from mocks.kombit import case_index
from mocks.kombit.case_index import WHOLE_CASE, Found, case_of
from mocks.overview.calls import SaidNo, Unusable, ask
from mocks.overview.session import Failure, failure_of
from mocks.people import Case
from mocks.runtime import Runtime


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The cases about one child, and the names of the municipalities (by code) that own them."""

    cases: list[Case]
    owners: Mapping[str, str]


async def cases_about(runtime: Runtime, cpr: str, seconds: float) -> IndexAnswer | Failure:
    """All cases about the child. The index restricts nothing: age and period are ours to look after."""
    question = {"cpr": cpr, "Filter": {"SagVis": WHOLE_CASE}}
    try:
        found = await ask(runtime, "sagsindeks", "/sagsindeks/fremsoeg", Found, question, timeout=seconds)
        if found.standard_retur.status != case_index.OK:
            raise Unusable(f"the case index answered status {found.standard_retur.status}")
    except (SaidNo, Unreachable) as error:
        return failure_of(error, "Sagsindekset")
    cases = [case for sag in found.sager if (case := case_of(sag)) is not None]
    owners = [sag.relationer.ejer for sag in found.sager]
    return IndexAnswer(cases, {o.user_key: o.full_name for o in owners if o is not None and o.full_name})
