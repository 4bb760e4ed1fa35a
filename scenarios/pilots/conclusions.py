"""Which conclusions hold whatever the volume: the sources publish none, so low, base and high are compared.

The other volumes are judged by what people *set out* to do (drawn in a moment, nothing is sent); answers
are left out there, and the report says so.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from scenarios.pilots import figures
from scenarios.result import Conclusion, FigureResult
from sim.caseload.calendar import at
from sim.caseload.log import Contact
from sim.caseload.parameters import VOLUMES, load
from sim.caseload.pilot import PilotCaseload
from sim.nation import World, build

if TYPE_CHECKING:
    from scenarios.pilots.nordjylland import Choices

_VOLUME_DEPENDENT = ("A17", "A18", "A19")


#: Verdicts by volume, by figure.
Elsewhere = dict[str, dict[str, str]]

#: From this length on the other volumes are drawn in a process of their own, beside the run.
_WORTH_A_PROCESS = timedelta(days=60)


@contextlib.contextmanager
def beside(choices: Choices) -> Iterator[Callable[[World], Elsewhere]]:
    """Judge the other volumes while a long run goes on; the function that comes out waits for the result."""
    if choices.end - choices.start < _WORTH_A_PROCESS:
        yield partial(other_volumes, choices)
        return
    context = multiprocessing.get_context("spawn")
    # Ctrl-C ends the worker too, and quietly: by the signal itself, not by a KeyboardInterrupt with its traceback.
    quietly = (signal.SIGINT, signal.SIG_DFL)
    with ProcessPoolExecutor(1, context, initializer=signal.signal, initargs=quietly) as worker:
        future = worker.submit(other_volumes, choices, None)
        yield lambda _: future.result()


def other_volumes(choices: Choices, world: World | None) -> Elsewhere:
    """The verdicts of all figures under the volumes that are not run, judged by what people set out to do."""
    world = world or build(choices.seed)
    verdicts: Elsewhere = {}
    for volume in VOLUMES:
        if volume != choices.volume:
            for row in figures.judge(_intended(choices, world, volume)):
                verdicts.setdefault(row.id, {})[volume] = row.verdict
    return verdicts


def over_volumes(
    choices: Choices, found: tuple[FigureResult, ...], elsewhere: Elsewhere
) -> tuple[Conclusion, ...]:
    """The verdicts of A17 to A19 under each volume, and whether they hold for all three."""
    return tuple(
        Conclusion(
            what=f"{row.id}: {row.what} - {row.expected}",
            **{choices.volume: row.verdict, **elsewhere[row.id]},
        )
        for row in found
        if row.id in _VOLUME_DEPENDENT
    )


def _intended(choices: Choices, world: World, volume: str) -> figures.Facts:
    parameters = load(volume, choices.parameters)
    end = choices.end + timedelta(days=1)
    caseload = PilotCaseload(world, parameters, choices.seed, choices.start, end)
    contacts = []
    for intent in caseload.people_intents():
        if intent.kind != "contact":
            continue
        receiver = caseload.receiver_of(intent)
        if receiver is None:
            continue
        contacts.append(
            Contact(
                at=at(choices.start, 0), actor=intent.actor, municipality=intent.municipality or receiver.municipality,
                sender=intent.unit, receiver=receiver.sor_id, receiver_kind=receiver.kind.value,
                receiver_pilot=receiver.pilot, channel=intent.detail[1],
            )
        )  # fmt: skip
    names = {m.code: m.name for m in world.pilot_municipalities}
    users = 2 * int(parameters.number("users_per_department"))
    return figures.Facts(
        start=choices.start, end=choices.end, first=None, last=None, clinics={},
        municipalities=dict.fromkeys(names.values(), 0), contacts=contacts, lookups=[], logged=0, copies=0,
        potential_users=dict.fromkeys(names.values(), users), names=names,
    )  # fmt: skip
