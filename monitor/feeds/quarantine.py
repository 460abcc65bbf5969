"""When a body that ends its parser is kept away from it; where it is kept for people, the store knows."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Losses

TRIES = 3  # in a row: one may be a machine short of memory, two a coincidence
AGAIN_AFTER = timedelta(days=1)  # the same bytes get another try: we may be better at it by then


def after_loss(losses: Losses, body_hash: str, now: datetime) -> Losses:
    """Return what is known of a feed once this body has ended its parser, too."""
    return Losses(count=losses.count + 1, body_hash=body_hash, at=now)


def is_quarantined(losses: Losses) -> bool:
    """Say whether a feed has ended its parser so often that its bodies are compared before parsing."""
    return losses.count >= TRIES


def is_held(losses: Losses, body_hash: str, now: datetime) -> bool:
    """Say whether a body is not to be parsed: a quarantined feed's last one, unchanged, for a day."""
    return (
        is_quarantined(losses)
        and body_hash == losses.body_hash
        and losses.at is not None
        and now - losses.at < AGAIN_AFTER
    )
