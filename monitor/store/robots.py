"""Copies of robots.txt files, kept for as long as they hold and a month longer."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.articles.robots import Copy
from monitor.store.statements import insert_once
from monitor.store.tables import robots


def get(connection: sa.Connection, origin: str) -> Copy | None:
    """The copy of an origin's file, however old."""
    row = connection.execute(sa.select(robots).where(robots.c.origin == origin)).first()
    return None if row is None else Copy(text=row.text, expires_at=row.expires_at)


def keep(connection: sa.Connection, origin: str, copy: Copy) -> None:
    """Hold *copy* in the place of what was there."""
    values = {"text": copy.text, "expires_at": copy.expires_at}
    connection.execute(insert_once(connection, robots).values(origin=origin, **values))
    connection.execute(sa.update(robots).where(robots.c.origin == origin).values(values))


def prune(connection: sa.Connection, *, before: datetime) -> int:
    """Drop the copies that nobody has asked for since *before* and answer how many that were."""
    return connection.execute(sa.delete(robots).where(robots.c.expires_at < before)).rowcount
