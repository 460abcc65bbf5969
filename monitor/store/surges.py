"""How often topics match, hour by hour, and those whose rate has jumped; what decides is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.alerts.surge import Rate, SurgeLimits, floods
from monitor.store.statements import insert_once
from monitor.store.tables import surges, topic_hours

HOUR = timedelta(hours=1)
HISTORY = timedelta(days=28)  # as long as a source's rhythm is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A topic that matches far more than it used to. Units: articles an hour."""

    topic: str
    name: str
    since: datetime
    recent: float
    usual: float
    ended_at: datetime | None
    alert: int | None


# --- the statements of every matched article, built once: building them costs more than running them --------

_topics: sa.BindParameter[str] = sa.bindparam("topics", expanding=True)
_matched, _at = topic_hours.c.matched, topic_hours.c.hour
_COUNT = (
    sa.update(topic_hours)
    .where(topic_hours.c.topic.in_(_topics), _at == sa.bindparam("of_hour"))
    .values(matched=_matched + 1)
)
_RATES = (
    sa.select(
        topic_hours.c.topic,
        sa.func.sum(sa.case((_at == sa.bindparam("this"), _matched), else_=0)).label("current"),
        sa.func.sum(sa.case((_at == sa.bindparam("earlier"), _matched), else_=0)).label("last"),
        sa.func.sum(sa.case((_at < sa.bindparam("earlier"), _matched), else_=0)).label("before"),
        sa.func.min(_at).label("first"),
    )
    .where(topic_hours.c.topic.in_(_topics), _at > sa.bindparam("since"))
    .group_by(topic_hours.c.topic)
)
_LASTING = sa.select(surges.c.topic).where(surges.c.topic.in_(_topics), surges.c.ended_at.is_(None))


def count(connection: sa.Connection, topics: Sequence[str], *, now: datetime) -> None:
    """Count one more article that each of *topics* matched."""
    hour = _hour(now)
    connection.execute(
        insert_once(connection, topic_hours),
        [{"topic": topic, "hour": hour, "matched": 0} for topic in topics],
    )
    connection.execute(_COUNT, {"topics": list(topics), "of_hour": hour})


def rates(connection: sa.Connection, topics: Sequence[str], *, now: datetime) -> dict[str, Rate]:
    """Return how often each of *topics* matches: in the last hour or so, and before that."""
    hour = _hour(now)
    if not topics:
        return {}
    moments = {"this": hour, "earlier": hour - HOUR, "since": now - HISTORY}
    rows = connection.execute(_RATES, {"topics": list(topics), **moments})
    still = 1 - (now - hour) / HOUR
    return {
        row.topic: Rate(
            recent=row.current + still * row.last,
            usual=row.before / max((hour - HOUR - row.first) / HOUR, 1),
            history=now - row.first,
        )
        for row in rows
    }


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def slowed(
    connection: sa.Connection, names: Mapping[str, str], limits: SurgeLimits, *, now: datetime
) -> frozenset[str]:
    """Return which of these topics flood, after noting those that begin to; *names* are for operators."""
    lasting = frozenset(connection.scalars(_LASTING, {"topics": list(names)}))
    found = rates(connection, [topic for topic in names if topic not in lasting], now=now)
    begun = {topic: rate for topic, rate in found.items() if floods(rate, limits, already=False)}
    for topic, rate in begun.items():
        connection.execute(
            sa.delete(surges).where(surges.c.topic == topic)
        )  # one whose end is yet to be told
        connection.execute(
            sa.insert(surges).values(
                topic=topic, name=names[topic], since=now, recent=rate.recent, usual=rate.usual, told=False
            )
        )
    return lasting | begun.keys()


def settle(connection: sa.Connection, limits: SurgeLimits, *, now: datetime) -> None:
    """End the surges that are over; those that nobody heard of leave no trace."""
    lasting = list(connection.scalars(sa.select(surges.c.topic).where(surges.c.ended_at.is_(None))))
    if not lasting:
        return
    found = rates(connection, lasting, now=now)
    over = [
        topic for topic in lasting if topic not in found or not floods(found[topic], limits, already=True)
    ]
    connection.execute(sa.update(surges).where(surges.c.topic.in_(over)).values(ended_at=now))
    connection.execute(sa.delete(surges).where(surges.c.ended_at.is_not(None), ~surges.c.told))


def untold(connection: sa.Connection) -> list[Surge]:
    """Surges, and ends of surges, that operators have not heard of."""
    rows = connection.execute(
        sa.select(surges).where(surges.c.told == surges.c.ended_at.is_not(None)).order_by(surges.c.topic)
    )
    return [
        Surge(
            topic=row.topic,
            name=row.name,
            since=row.since,
            recent=row.recent,
            usual=row.usual,
            ended_at=row.ended_at,
            alert=row.alert_id,
        )
        for row in rows
    ]


def mark_told(connection: sa.Connection, told: Sequence[tuple[Surge, int | None]]) -> None:
    """Remember which alert told of a surge's beginning; one whose end was told is over."""
    for surge, alert in told:
        row = surges.c.topic == surge.topic
        if surge.ended_at is None:
            connection.execute(sa.update(surges).where(row).values(told=True, alert_id=alert))
        else:
            connection.execute(sa.delete(surges).where(row))


def lasting(connection: sa.Connection) -> list[Surge]:
    """The surges that last, for people."""
    rows = connection.execute(sa.select(surges).where(surges.c.ended_at.is_(None)).order_by(surges.c.topic))
    return [
        Surge(
            topic=row.topic,
            name=row.name,
            since=row.since,
            recent=row.recent,
            usual=row.usual,
            ended_at=None,
            alert=row.alert_id,
        )
        for row in rows
    ]


def prune(connection: sa.Connection, *, now: datetime) -> None:
    """Forget the hours that no rate looks at any more."""
    connection.execute(sa.delete(topic_hours).where(topic_hours.c.hour <= now - HISTORY))
