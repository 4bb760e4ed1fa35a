"""Which conclusions hold whatever the volume: the sources publish none, so low, base and high are compared.

The other volumes are judged by what people *set out* to do (drawn in a moment, nothing is sent); answers
are left out there, and the report says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scenarios.pilots import figures
from scenarios.result import Conclusion, FigureResult
from sim.caseload.log import Contact
from sim.caseload.parameters import VOLUMES, load
from sim.caseload.pilot import PilotCaseload
from sim.rehearsal import Rehearsal

if TYPE_CHECKING:
    from scenarios.pilots.nordjylland import Choices

_VOLUME_DEPENDENT = ("A17", "A18", "A19")


def over_volumes(choices: Choices, run: Rehearsal, found: tuple[FigureResult, ...]) -> tuple[Conclusion, ...]:
    """The verdicts of A17 to A19 under each volume, and whether they hold for all three."""
    verdicts: dict[str, dict[str, str]] = {row.id: {choices.volume: row.verdict} for row in found}
    for volume in VOLUMES:
        if volume != choices.volume:
            for row in figures.judge(_intended(choices, run, volume)):
                verdicts[row.id][volume] = row.verdict
    return tuple(
        Conclusion(what=f"{row.id}: {row.what} - {row.expected}", **verdicts[row.id])
        for row in found
        if row.id in _VOLUME_DEPENDENT
    )


def _intended(choices: Choices, run: Rehearsal, volume: str) -> figures.Facts:
    parameters = load(volume, choices.parameters)
    caseload = PilotCaseload(run.world, parameters, choices.seed, run.start, run.end)
    contacts = []
    for intent in caseload.people_intents():
        if intent.kind != "contact":
            continue
        receiver = caseload.receiver_of(intent)
        if receiver is None:
            continue
        contacts.append(
            Contact(
                at=run.ended, actor=intent.actor, municipality=intent.municipality or receiver.municipality,
                sender=intent.unit, receiver=receiver.sor_id, receiver_kind=receiver.kind.value,
                receiver_pilot=receiver.pilot, channel=intent.detail[1],
            )
        )  # fmt: skip
    names = {m.code: m.name for m in run.world.pilot_municipalities}
    users = 2 * int(parameters.number("users_per_department"))
    return figures.Facts(
        start=run.start, end=run.end - timedelta(days=1), first=None, last=None, clinics={},
        municipalities=dict.fromkeys(names.values(), 0), contacts=contacts, lookups=[], logged=0, copies=0,
        potential_users=dict.fromkeys(names.values(), users), names=names,
    )  # fmt: skip
