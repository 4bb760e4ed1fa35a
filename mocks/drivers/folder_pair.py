"""A vendor's system behind two folders, as file-sync agents use them: envelopes in, envelopes out.

VANS delivers by writing ``in/<envelope>.xml``. What the vendor puts into ``out/`` is handed to VANS and then
moved to ``out/done/``, with VANS's answer beside it as ``<name>.receipt.xml`` (or ``.refused.txt``). Files
are written under another name first and renamed, so nobody reads half a file; a name ending in ``.tmp`` or
``.part`` is left alone, and so is a file that was changed within the last moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.runtime import Response

#: Hands one envelope to VANS and returns its answer.
Post = Callable[[bytes], Awaitable[Response]]
_UNFINISHED = (".tmp", ".part", ".receipt.xml", ".refused.txt")
_SETTLE_SECONDS = 0.2


class FolderPair:
    """The two folders of one location number. They are made where they are missing."""

    def __init__(self, folder: Path) -> None:
        self.incoming, self.outgoing = folder / "in", folder / "out"
        self._done = self.outgoing / "done"
        self._count = 0
        try:
            for place in (self.incoming, self._done):
                place.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise BadInput(f"folder {folder} cannot be used: {problem.strerror}") from None

    def app(self) -> Starlette:
        """What VANS delivers to: each envelope becomes a file, and delivery is done when it lies there."""

        async def deliver(request: Request) -> HttpResponse:
            self._count += 1
            name = f"{self._count:06d}"
            unfinished = self.incoming / f"{name}.tmp"
            unfinished.write_bytes(await request.body())
            unfinished.rename(self.incoming / f"{name}.xml")
            return HttpResponse(status_code=202)

        return Starlette(routes=[Route("/vans/inbox", deliver, methods=["POST"])])

    async def watch(self, post: Post, every: float = 0.1) -> None:
        """Hand over what appears in ``out/``, oldest name first, until cancelled."""
        while True:
            for file in self._ready():
                await self._hand_over(file, post)
            await asyncio.sleep(every)

    def _ready(self) -> list[Path]:
        now = time.time()
        found = []
        for file in sorted(self.outgoing.iterdir()):
            if file.is_file() and not file.name.endswith(_UNFINISHED):
                try:
                    settled = now - file.stat().st_mtime >= _SETTLE_SECONDS
                except FileNotFoundError:
                    continue
                if settled:
                    found.append(file)
        return found

    async def _hand_over(self, file: Path, post: Post) -> None:
        answer = await post(file.read_bytes())
        if answer.status >= 500:
            return  # VANS is away; the file stays and is tried again
        if answer.body:  # a receipt is taken without an answer
            suffix = ".receipt.xml" if answer.status == 200 else ".refused.txt"
            (self._done / f"{file.name}{suffix}").write_bytes(answer.body)
        file.rename(self._done / file.name)
