"""The two ways in which the pilot's municipalities had correspondence.

* a *module* beside the case system (OS2korrespondance in four municipalities): letters are read there and
  filed into the case system by whoever read them;
* *integrated* in the case system (JOSA Alldialogue in Aalborg): one system, filing is a click in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from mocks.errors import Unreachable
from mocks.limits import guarded
from mocks.messaging import MessagingSettings, all_formats, messaging_routes
from mocks.messaging.records import ReceivedLetter
from mocks.municipal.case_system import Settings as CaseSettings
from mocks.municipal.case_system import case_routes
from mocks.municipal.correspondence.filing import DistributedFiling, Distribution
from mocks.runtime import Runtime

#: The folders that the source shows inside the inbox of OS2korrespondance.
FOLDERS = (
    "Afventer samtykke",
    "Venter på afklaring",
    "under behandling",
    "mail korrespondance mellem læge og psykolog",
)


@dataclass(frozen=True, slots=True)
class ModuleSettings:
    """``distribution``: letters are filed through the distribution component; without it, straight into the
    journal of ``case_system``."""

    messaging: MessagingSettings
    case_system: str
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True)
class IntegratedSettings:
    """Correspondence and cases of one municipality in one system."""

    messaging: MessagingSettings
    cases: CaseSettings


def create_module(runtime: Runtime, settings: ModuleSettings) -> Starlette:
    """OS2korrespondance: correspondence alone."""

    own: list[Route] = []
    if settings.distribution is not None:
        filing = DistributedFiling(runtime, settings.distribution)
        file = filing.file
        own = filing.routes()
    else:

        async def file(letter: ReceivedLetter) -> bool:
            return await _file(runtime, settings.case_system, letter)

    routes = [*messaging_routes(runtime, settings.messaging, all_formats(), file), *own]
    return guarded(runtime, routes, most_bytes=settings.messaging.most_bytes)


def create_integrated(runtime: Runtime, settings: IntegratedSettings) -> Starlette:
    """Alldialogue: the case system's own journal takes the letters."""

    async def file(letter: ReceivedLetter) -> bool:
        return await _file(runtime, runtime.system, letter)

    routes = [
        *messaging_routes(runtime, settings.messaging, all_formats(), file),
        *case_routes(runtime, settings.cases),
    ]
    return guarded(runtime, routes, most_bytes=settings.messaging.most_bytes)


async def _file(runtime: Runtime, case_system: str, letter: ReceivedLetter) -> bool:
    body = msgspec.json.encode(
        {
            "cpr": letter.cpr, "unit": letter.unit, "message": letter.message, "subject": letter.subject,
            "text": letter.text, "direction": "in", "filed_by": runtime.system,
        }
    )  # fmt: skip
    url = f"{runtime.network.address(case_system)}/journal"
    try:
        answer = await runtime.network.request("POST", url, body=body, content_type="application/json")
    except Unreachable as error:
        runtime.trace.note("not_filed", reason=str(error))
        return False
    if answer.status >= 300:
        runtime.trace.note("not_filed", reason=f"the case system answered {answer.status}")
    return answer.status < 300
