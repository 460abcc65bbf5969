"""What one side of the polling benchmark measured, as it comes back from that side's own process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """CPU seconds of each poll of all feeds, the most memory that a process held, and how many were read.

    `service_mb` and `all_mb` are what the service holds after the last poll, alone and with its workers, with
    pages that several hold counted once.
    """

    polls: list[float]
    peak_mb: int
    worker_mb: int = 0
    service_mb: int = 0
    all_mb: int = 0
    read: int = 0
