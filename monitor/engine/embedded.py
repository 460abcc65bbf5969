"""The engine inside one process: tasks, a set of running keys, places per stage, a lane for the slow."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Work = Callable[[Any], Awaitable[None]]


SLOW_AFTER = timedelta(seconds=2)  # nearly every site has answered by then, and a parser takes milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage's work on one key, and how many keys at once.

    What runs longer than `slow_after` gives its place to others and goes on in a lane of its own, which
    holds up to `slow`: a few hosts that never answer must not keep the rest waiting.
    """

    work: Work
    at_once: int
    slow: int = 0
    slow_after: timedelta = SLOW_AFTER


class Embedded:
    """Runs steps as tasks; a key that runs already is not run twice.

    Rows are the truth: a task that is lost with the process costs its claim's lease and nothing else.
    `done` is called after each task, so that whoever claims can claim more.
    """

    def __init__(self, steps: Mapping[str, Step], done: Callable[[], None]) -> None:
        self._steps = steps
        self._done = done
        self._running: dict[tuple[str, Any], asyncio.Task[None]] = {}
        self._held: Counter[str] = Counter()  # places, by stage
        self._slow: set[tuple[str, Any]] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def dispatch(self, stage: str, key: Any, lock: str | None = None) -> bool:
        """Start the stage's work on *key* unless it runs already; *lock* names what it must have alone."""
        if (stage, key) in self._running:
            return False
        task = asyncio.create_task(self._run(stage, key, lock), name=f"{stage}:{key}")
        self._running[stage, key] = task
        self._held[stage] += 1
        self._look_later(stage, key, task)
        task.add_done_callback(lambda _: self._forget(stage, key))
        return True

    def free(self, stage: str) -> int:
        """How many more keys the stage can take now; what cannot be worked on is not claimed."""
        return self._steps[stage].at_once - self._held[stage] if stage in self._steps else 0

    @property
    def idle(self) -> bool:
        """Nothing runs."""
        return not self._running

    async def drain(self, deadline: float) -> int:
        """Wait up to *deadline* seconds for what runs, cancel the rest and answer how many that were.

        Units: seconds, because asyncio takes them.
        """
        tasks = list(self._running.values())
        if not tasks:
            return 0
        _, late = await asyncio.wait(tasks, timeout=deadline)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _run(self, stage: str, key: Any, lock: str | None) -> None:
        async with self._locks[lock] if lock else nullcontext():
            await self._steps[stage].work(key)

    def _look_later(self, stage: str, key: Any, task: asyncio.Task[None]) -> None:
        """See in a while whether *task* is slow; while the lane is full, it keeps its place."""
        if self._steps[stage].slow == 0:
            return

        def look() -> None:
            if self._lane(stage) < self._steps[stage].slow:
                self._slow.add((stage, key))
                self._held[stage] -= 1
                self._done()
            else:
                self._look_later(stage, key, task)

        wait = self._steps[stage].slow_after.total_seconds()
        timer = asyncio.get_running_loop().call_later(wait, look)
        task.add_done_callback(lambda _: timer.cancel())

    def _lane(self, stage: str) -> int:
        return sum(1 for name, _ in self._slow if name == stage)

    def _forget(self, stage: str, key: Any) -> None:
        self._running.pop((stage, key), None)
        if (stage, key) in self._slow:
            self._slow.discard((stage, key))
        else:
            self._held[stage] -= 1
        self._done()
