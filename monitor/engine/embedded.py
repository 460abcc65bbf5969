"""The engine inside one process: asyncio tasks, a set of running keys, a limit per stage."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

Work = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage's work on one key, and how many keys at once."""

    work: Work
    at_once: int


class Embedded:
    """Runs steps as tasks; a key that runs already is not run twice.

    Rows are the truth: a task that is lost with the process costs its claim's lease and nothing else.
    `done` is called after each task, so that whoever claims can claim more.
    """

    def __init__(self, steps: Mapping[str, Step], done: Callable[[], None]) -> None:
        self._steps = steps
        self._done = done
        self._running: dict[tuple[str, Any], asyncio.Task[None]] = {}
        self._per_stage: Counter[str] = Counter()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def dispatch(self, stage: str, key: Any, lock: str | None = None) -> bool:
        """Start the stage's work on *key* unless it runs already; *lock* names what it must have alone."""
        if (stage, key) in self._running:
            return False
        task = asyncio.create_task(self._run(stage, key, lock), name=f"{stage}:{key}")
        self._running[stage, key] = task
        self._per_stage[stage] += 1
        task.add_done_callback(lambda _: self._forget(stage, key))
        return True

    def free(self, stage: str) -> int:
        """How many more keys the stage can take now; what cannot be worked on is not claimed."""
        return self._steps[stage].at_once - self._per_stage[stage]

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

    def _forget(self, stage: str, key: Any) -> None:
        self._running.pop((stage, key), None)
        self._per_stage[stage] -= 1
        self._done()
