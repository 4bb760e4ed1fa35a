"""A rehearsal at a pace, so that a vendor's own system can take part in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial

from rich.console import Console

from mocks import serve
from mocks.drivers.folder_pair import FolderPair
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, wall_now
from mocks.runtime import Asgi, Response
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from scenarios.replacing import Replacement, known
from sim.journey import PATIENCE
from sim.nation import world_of
from sim.paced import PacedKernel
from sim.rehearsal import Progress, Rehearsal

#: VANS and SOR, as a vendor's system reaches them.
_DOOR = "VANS"
#: A system that takes longer than this (real seconds) to acknowledge is not slow.
_HASTY_SECONDS = 1.0
#: Real seconds that the run stays open at its end: the vendor may be about to answer.
LINGER_SECONDS = 1.0


async def play(
    choices: Choices,
    pace: float,
    replacements: list[Replacement],
    port: int,
    progress: Progress,
    console: Console,
) -> Rehearsal:
    """Run the pilot at ``pace``; with ``replacements``, VANS and SOR listen on ``port`` for the vendor."""
    if replacements and (given := PATIENCE.total_seconds() / pace) < _HASTY_SECONDS:
        console.print(
            f"[yellow]At --pace {pace:g} your system has {given:.2g} s to acknowledge a letter (30 minutes of "
            "virtual time); what comes later is counted as missing. --pace 600 leaves it 3 s.[/yellow]"
        )
    async with contextlib.AsyncExitStack() as stack:
        network = HttpNetwork({})
        stack.push_async_callback(network.close)
        doors = serve.bind([_DOOR] if replacements else [], port_base=port, option="--port")
        for door in doors.values():
            stack.callback(door.close)
        world = world_of(choices.seed, choices.standard)
        known(replacements, world)
        stage = nordjylland.stage(choices, world, kernel=partial(PacedKernel, pace=pace, outside=network))
        kernel = stage.kernel
        assert isinstance(kernel, PacedKernel)
        if replacements:
            await _open_to_vendors(kernel, replacements, doors, stack, console)
        for share, moment in stage.stretches():
            await kernel.run(moment)
            progress(share, moment)
        waiting = await kernel.drain(linger=LINGER_SECONDS if replacements else 0.0)
    if kernel.slipped > 1.0:
        console.print(
            f"[yellow]computing took {kernel.slipped:.0f} s more than the pace allows; time waited for it[/yellow]"
        )
    return stage.finish(waiting)


async def _open_to_vendors(
    kernel: PacedKernel,
    replacements: list[Replacement],
    doors: Mapping[str, serve.Listener],
    stack: contextlib.AsyncExitStack,
    console: Console,
) -> None:
    """VANS and SOR behind one port for systems over HTTP; two folders for the others."""
    for r in replacements:
        if r.folder is None:
            continue
        pair = FolderPair(r.folder)
        kernel.install(r.system, pair.app())
        watch = asyncio.create_task(pair.watch(partial(_hand_over, kernel)))
        stack.callback(watch.cancel)
        console.print(f"{r.gln}: VANS delivers into {pair.incoming} and takes from {pair.outgoing}")
    await stack.enter_async_context(serve.Serving(doors, {_DOOR: _gate(kernel)}, MemoryTrace(wall_now)))
    url = doors[_DOOR].url
    console.print(
        f"VANS takes your envelopes at [bold]{url}/vans/envelopes[/bold]; SOR answers at {url}/sor?gln="
    )


async def _hand_over(kernel: PacedKernel, raw: bytes) -> Response:
    return await kernel.ingress("vans", "POST", "/vans/envelopes", content_type="application/xml", body=raw)


def _gate(kernel: PacedKernel) -> Asgi:
    """One door for vendors: ``/vans/...`` leads to VANS, ``/sor...`` to SOR, nothing else anywhere."""
    vans, sor = kernel.gate("vans"), kernel.gate("sor")

    async def gate(scope: Asgi, receive: Asgi, send: Asgi) -> None:
        path = scope["path"]
        if path.startswith("/vans/"):
            await vans(scope, receive, send)
        elif path == "/sor" or path.startswith("/sor/"):
            await sor(scope, receive, send)
        else:
            headers = [(b"content-type", b"text/plain")]
            await send({"type": "http.response.start", "status": 404, "headers": headers})
            await send({"type": "http.response.body", "body": b"here are /vans/envelopes and /sor?gln="})

    return gate
