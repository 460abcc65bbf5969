"""What operators are told, put into the outbox: gathered into few messages, an end under its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from monitor.alerts.hours import HOUR, quiet_until
from monitor.alerts.operators import (
    OperatorDraft,
    due_at,
    of_calm,
    of_dead_delivery,
    of_outage,
    of_return,
    of_silence,
    of_surge,
)
from monitor.alerts.route import Audience, recipients, silences
from monitor.model import AlertKind, DeliveryState, Frequency, OperatorNotice
from monitor.store import outages, surges
from monitor.store import silences as silent_feeds
from monitor.store.alerts import insert_for_operators
from monitor.store.silences import Untold
from monitor.store.statements import dump
from monitor.store.surges import Surge
from monitor.store.tables import alerts, deliveries

NOBODY = Audience()
Drafted: TypeAlias = tuple[OperatorDraft, int | None]  # with its alert, None when it was told before


def tell(
    connection: sa.Connection,
    destinations: Sequence[str],
    audience: Audience = NOBODY,
    *,
    now: datetime,
) -> int:
    """Tell *destinations* what they have not heard, and answer how much that is.

    The *audience* says which kinds are silenced where, and when a destination is left alone.

    Without destinations nothing is marked as told, so whoever is named first hears what still lasts.
    """
    if not destinations:
        return 0
    dead = _dead_deliveries(connection, destinations)
    drafted = [
        *_outages(connection, now),
        *_silences(connection, now),
        *_surges(connection, now),
        *((draft, insert_for_operators(connection, draft, now=now)) for draft in dead),
    ]
    stored = [(draft, alert) for draft, alert in drafted if alert is not None]
    for destination in destinations:
        _post(connection, destination, stored, audience, now)
    return len(stored)


def _outages(connection: sa.Connection, now: datetime) -> list[Drafted]:
    drafted: list[Drafted] = []
    for news in outages.untold(connection):
        draft = of_outage(news.outage, after=news.alert, ended_at=news.ended_at)
        alert = insert_for_operators(connection, draft, now=now)
        outages.mark_told(connection, news, alert)
        drafted.append((draft, alert))
    return drafted


def _silences(connection: sa.Connection, now: datetime) -> list[Drafted]:
    untold = silent_feeds.untold(connection)
    drafts = [_draft(news) for news in untold]
    told = [insert_for_operators(connection, draft, now=now) for draft in drafts]
    silent_feeds.mark_told(connection, list(zip(untold, told, strict=True)))
    return list(zip(drafts, told, strict=True))


def _surges(connection: sa.Connection, now: datetime) -> list[Drafted]:
    jumped = surges.untold(connection)
    drafts = [_of_topic(surge) for surge in jumped]
    told = [insert_for_operators(connection, draft, now=now) for draft in drafts]
    surges.mark_told(connection, list(zip(jumped, told, strict=True)))
    return list(zip(drafts, told, strict=True))


def _draft(news: Untold) -> OperatorDraft:
    if news.ended_at is None:
        return of_silence(news.feed, news.subject, news.silence, after=news.alert)
    return of_return(news.feed, news.subject, news.silence, after=news.alert, ended_at=news.ended_at)


def _of_topic(surge: Surge) -> OperatorDraft:
    if surge.ended_at is None:
        return of_surge(
            surge.topic,
            surge.name,
            since=surge.since,
            recent=surge.recent,
            usual=surge.usual,
            after=surge.alert,
        )
    return of_calm(surge.topic, surge.name, since=surge.since, after=surge.alert, ended_at=surge.ended_at)


def _dead_deliveries(connection: sa.Connection, destinations: Sequence[str]) -> list[OperatorDraft]:
    """News that did not arrive and that somebody else can be told of; never what operators were sent."""
    told = sa.select(alerts.c.id).where(
        alerts.c.story_id.is_(None),
        alerts.c.kind == AlertKind.DELIVERY_DEAD,
        alerts.c.cause == sa.literal("delivery:") + sa.cast(deliveries.c.id, sa.String),
    )
    rows = sa.select(deliveries).where(
        deliveries.c.state == DeliveryState.DEAD,
        deliveries.c.carried_by.is_(None),
        sa.or_(deliveries.c.story_id.is_not(None), deliveries.c.frequency != Frequency.IMMEDIATE),
        ~told.exists(),
    )
    return [
        of_dead_delivery(row.id, row.destination, row.last_error or "", since=row.created_at)
        for row in connection.execute(rows.order_by(deliveries.c.id))
        if any(name != row.destination for name in destinations)
    ]


def _post(
    connection: sa.Connection,
    destination: str,
    stored: Sequence[tuple[OperatorDraft, int]],
    audience: Audience,
    now: datetime,
) -> None:
    """One message for everything that begins, one under each message whose matters end or grow worse."""
    place = audience.destinations.get(destination)
    night = None if place is None else quiet_until(place.quiet, now)
    threads: dict[int | None, list[OperatorNotice]] = {}
    for draft, alert in stored:
        is_silenced = any(silences(rule, draft.kind, destination) for rule in audience.silenced)
        if draft.not_to != destination and not is_silenced and _may_hear(destination, draft, audience):
            root = _root(connection, destination, draft.after)
            threads.setdefault(root, []).append(_notice(draft, alert))
    for root, notices in threads.items():
        due = night or due_at(_messages_since(connection, destination, now - HOUR), now=now)
        carrier = _open_message(connection, destination, due) if due > now else None
        for notice in notices:
            reply_to = root if due == now and carrier is None else None
            delivery = _insert(connection, destination, notice, carrier, reply_to, due=due, now=now)
            carrier = delivery if carrier is None else carrier


def _may_hear(destination: str, draft: OperatorDraft, audience: Audience) -> bool:
    """Operators, too, hear of a discreet topic only where a route names it; `status` shows its code name."""
    return draft.topic not in audience.discreet or destination in recipients(audience, draft.topic)


def _notice(draft: OperatorDraft, alert: int) -> OperatorNotice:
    return OperatorNotice(
        alert=alert,
        kind=draft.kind,
        subject=draft.subject,
        since=draft.since,
        facts=draft.facts,
    )


def _root(connection: sa.Connection, destination: str, alert: int | None) -> int | None:
    """The delivery that told this destination of *alert* first, unless that message never left."""
    if alert is None:
        return None
    first = (
        sa.select(sa.func.coalesce(deliveries.c.carried_by, deliveries.c.id))
        .where(deliveries.c.alert_id == alert, deliveries.c.destination == destination)
        .scalar_subquery()
    )
    root: int | None = connection.scalar(
        sa.select(sa.func.coalesce(deliveries.c.reply_to, deliveries.c.id)).where(
            deliveries.c.id == first, deliveries.c.state != DeliveryState.DEAD
        )
    )
    return root


def _is_message(destination: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.destination == destination,
        deliveries.c.story_id.is_(None),
        deliveries.c.frequency == Frequency.IMMEDIATE,
        deliveries.c.carried_by.is_(None),
    )


def _messages_since(connection: sa.Connection, destination: str, since: datetime) -> int:
    rows = sa.select(sa.func.count()).where(_is_message(destination), deliveries.c.created_at > since)
    return connection.scalar(rows) or 0


def _open_message(connection: sa.Connection, destination: str, due: datetime) -> int | None:
    """The message that gathers until *due*, if it has been begun and not been tried."""
    return connection.scalar(
        sa.select(deliveries.c.id).where(
            _is_message(destination),
            deliveries.c.next_attempt_at == due,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.attempts == 0,
        )
    )


def _insert(
    connection: sa.Connection,
    destination: str,
    notice: OperatorNotice,
    carrier: int | None,
    reply_to: int | None,
    *,
    due: datetime,
    now: datetime,
) -> int:
    delivery: int = connection.execute(
        sa.insert(deliveries)
        .values(
            alert_id=notice.alert,
            destination=destination,
            frequency=Frequency.IMMEDIATE,
            carried_by=carrier,
            reply_to=reply_to,
            state=DeliveryState.PENDING,
            next_attempt_at=due,
            payload=dump(OperatorNotice, notice),
            created_at=now,
        )
        .returning(deliveries.c.id)
    ).scalar_one()
    return delivery
