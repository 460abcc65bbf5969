"""The process pool: pure functions on hostile input, each call with its time and its memory; knows no parser.

A worker that hangs, swells or dies costs its own call and nobody else's. The parent's death, however
sudden, takes the workers with it.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, TypeVar, cast

from pebble import CONSTS, ProcessExpired, ProcessPool

from monitor.errors import BadFeed, BadInput, BadPage, ParserFailed
from monitor.model import WorkerLost

T = TypeVar("T")

MAX_TASKS = 500  # calls of a worker's life; trafilatura's caches keep about 7 MB per 1 MB page
MEMORY = 768 * 1024 * 1024  # bytes of data; libraries and models take 200 MB, the worst page met 300 MB
PRELOADED = ("monitor.articles.extract", "monitor.feeds.parse")  # so that no call pays for an import
CLOSE_WITHIN = timedelta(seconds=3)
IDLE = timedelta(minutes=5)  # then two workers' 230 MB are worth more than the second in which they start

CONSTS.term_timeout = 0.5  # seconds from SIGTERM to SIGKILL; a worker stuck in C never sees the first

_PR_SET_PDEATHSIG = 1  # prctl(2)
_WATCH_EVERY = 1.0  # seconds between looks at the parent where the kernel gives no signal


@dataclass(frozen=True, slots=True)
class _Value:
    value: Any


@dataclass(frozen=True, slots=True)
class _Refusal:
    kind: type[BadInput]
    reason: str


class Workers:
    """Worker processes for the service's life; they start with the first call, and again after a rest."""

    def __init__(
        self,
        max_workers: int = 2,
        *,
        max_tasks: int = MAX_TASKS,
        memory: int = MEMORY,
        preload: tuple[str, ...] = PRELOADED,
        idle: timedelta = IDLE,
    ) -> None:
        """Units: *memory* is bytes of data per worker, *idle* how long they wait for another call."""
        self.restarts = 0  # workers and pools that had to be replaced before their time
        self._max_workers = max_workers
        self._max_tasks = max_tasks
        self._arguments = (os.getpid(), memory, preload)
        self._pool: ProcessPool | None = None
        self._running: set[asyncio.Future[Any]] = set()
        self._closed = False
        self._idle = idle.total_seconds()
        self._rest: asyncio.TimerHandle | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(
        self,
        function: Callable[..., T],
        /,
        *args: Any,
        timeout: timedelta,
        **kwargs: Any,
    ) -> T | WorkerLost:
        """Return what *function* returns, or how its worker was lost.

        The time runs from the moment a worker takes the call, not while it waits. An exception that the
        function did not declare counts as a lost worker: one page's bug must not stop a stage.

        Raises: BadInput (and its BadFeed, BadPage), when the function refuses its input.
        """
        fault: BaseException | None = None
        for _ in range(2):  # a pool breaks when a worker is killed between calls: the next one is as good
            pool = self._open()
            outcome = await self._attempt(pool, (function, args, kwargs), timeout)
            if not isinstance(outcome, BrokenProcessPool):
                return cast("T | WorkerLost", _unwrapped(outcome))
            fault = outcome
            await self._replace(pool)
        raise RuntimeError("the worker processes cannot be started") from fault

    async def close(self, deadline: timedelta = CLOSE_WITHIN) -> None:
        """Wait for running calls until *deadline*, then end every worker; calls still open are cancelled."""
        self._closed = True
        if self._rest is not None:
            self._rest.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=deadline.total_seconds())
        for future in tuple(self._running):
            future.cancel()
        if self._pool is not None:
            await _stop(self._pool)
        await asyncio.gather(*self._retiring)

    async def _attempt(self, pool: ProcessPool, call: tuple[Any, ...], limit: timedelta) -> Any:
        try:
            scheduled = pool.schedule(_guarded, args=call, timeout=limit.total_seconds())
        except RuntimeError as broken:  # pebble's word for a pool that has ended
            return BrokenProcessPool(str(broken))
        future = asyncio.wrap_future(scheduled)
        self._running.add(future)
        try:
            await asyncio.wait([future])
        finally:
            future.cancel()
            self._running.discard(future)
            self._rest_later()
        return self._judged(future, limit)

    def _rest_later(self) -> None:
        """Have the workers end unless another call comes before long."""
        if self._rest is not None:
            self._rest.cancel()
        if not self._running and not self._closed:
            self._rest = asyncio.get_running_loop().call_later(self._idle, self._retire)

    def _retire(self) -> None:
        if self._pool is not None and not self._running:
            pool, self._pool = self._pool, None
            task = asyncio.create_task(_stop(pool))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def _judged(self, future: asyncio.Future[Any], limit: timedelta) -> Any:
        match fault := future.exception():
            case None:
                return future.result()
            case TimeoutError():
                self.restarts += 1
                return WorkerLost(reason=f"took over {limit.total_seconds():g} s")
            case BrokenProcessPool():
                return fault
            case ProcessExpired(exitcode=code):
                self.restarts += 1
                return WorkerLost(reason=f"worker died ({_told(code)})")
            case _:
                raise fault

    def _open(self) -> ProcessPool:
        if self._closed:
            raise RuntimeError("the workers are closed")
        # On the loop's thread on purpose: Linux ends a child when the *thread* that made it ends.
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._max_workers,
                max_tasks=self._max_tasks,
                initializer=_settle_in,
                initargs=self._arguments,
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    async def _replace(self, broken: ProcessPool) -> None:
        if self._pool is broken:  # else another call was faster
            self.restarts += 1
            self._pool = None
            await _stop(broken)


async def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    await asyncio.to_thread(pool.join)


def _unwrapped(outcome: Any) -> Any:
    match outcome:
        case _Value(value):
            return value
        case _Refusal(kind, reason):
            raise kind(reason)
        case _:
            return outcome


def _told(exitcode: int) -> str:
    return signal.Signals(-exitcode).name if exitcode < 0 else f"exit code {exitcode}"


# --- inside a worker ----------------------------------------------------------------------------------


def _guarded(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """Call *function*; let no exception travel, for one that cannot be unpickled breaks the whole pool."""
    try:
        return _Value(function(*args, **kwargs))
    except BadInput as refusal:
        known = (ParserFailed, BadFeed, BadPage)
        kind = next((kind for kind in known if isinstance(refusal, kind)), BadInput)
        return _Refusal(kind, str(refusal))
    except MemoryError:
        return WorkerLost(reason="took too much memory")
    except Exception as bug:  # noqa: BLE001 - the process border: lxml's errors, among others, do not unpickle
        return WorkerLost(reason=f"parser failed ({type(bug).__name__})")


def _settle_in(parent: int, memory: int, preload: tuple[str, ...]) -> None:
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()  # libraries log pieces of what they read
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the pool is the parallelism
    for name in preload:
        prepare = getattr(import_module(name), "prepare", None)
        if prepare is not None:
            prepare()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold what was read
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _die_with(parent: int) -> None:
    """Have this process ended when *parent* ends, even by SIGKILL, even while it is stuck in C."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)
    if sys.platform != "linux":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_EVERY)
    os._exit(1)
