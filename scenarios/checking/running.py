"""Many items through one or several processes: results in the order of the items, a few in memory at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

import msgspec

from mocks.errors import HarnessFault
from scenarios.checking import archives
from scenarios.checking.items import Item
from scenarios.checking.judging import judge
from scenarios.checking.options import Options
from scenarios.checking.results import Result

#: From this many items on, other processes are worth the half second that it takes to start them.
_PARALLEL_FROM = 200
#: What is handed to another process at once.
_BATCH_ITEMS, _BATCH_BYTES = 50, 4_000_000
#: Batches that wait or are worked on, for each process.
_BATCHES_EACH = 3


def results(items: Iterable[Item], options: Options, workers: int = 0) -> Iterator[Result]:
    """The result of each item, in their order. ``workers`` is how many processes; 0 chooses.

    Errors: ``HarnessFault`` when a process died, as when memory ran out.
    """
    items = iter(items)
    if workers == 0:
        first = list(islice(items, _PARALLEL_FROM))
        workers = _processors() if len(first) == _PARALLEL_FROM else 1
        items = chain(first, items)
    if workers > 1:
        yield from _parallel(items, options, workers)
        return
    try:
        for item in items:
            yield judge(item, options)
    finally:
        archives.forget()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parallel(items: Iterator[Item], options: Options, workers: int) -> Iterator[Result]:
    waiting: deque[Future[bytes]] = deque()
    method = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=method, initializer=_begin) as pool:
        try:
            for batch in _batches(items):
                waiting.append(pool.submit(_judge_batch, batch, options))
                if len(waiting) >= workers * _BATCHES_EACH:
                    yield from _decoded(waiting.popleft())
            while waiting:
                yield from _decoded(waiting.popleft())
        except BrokenProcessPool:
            raise HarnessFault(
                "a process that checks files died, perhaps for want of memory; try --workers 1"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += item.size
        if len(batch) >= _BATCH_ITEMS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _decoded(done: Future[bytes]) -> list[Result]:
    return msgspec.msgpack.decode(done.result(), type=list[Result])


# In the other process ---------------------------------------------------------------------------------


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it, and ends us


def _judge_batch(batch: list[Item], options: Options) -> bytes:
    return msgspec.msgpack.encode([judge(item, options) for item in batch])
