"""The pool of processes as the stages see it: a function in, its value or why there is none out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from monitor.model import Unusable, WorkerLost


class Run(Protocol):
    """Runs a pure function in a process that may be killed."""

    async def __call__(
        self, function: Callable[..., Any], /, *args: Any, timeout: timedelta, **kwargs: Any
    ) -> Any | WorkerLost | Unusable:
        """Answer the function's value, or why there is none."""
