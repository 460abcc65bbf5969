"""Deliveries in the database: an alert on its way to one destination, leased while it is being sent.

One message may carry several deliveries (two topics of one article, a digest): the others point at the one
that carries them and share its fate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

import sqlalchemy as sa

from monitor.alerts.retry import Again, Dead, Done, Settled
from monitor.model import (
    Completeness,
    Delivery,
    DeliveryDraft,
    DeliveryState,
    Frequency,
    NearLine,
    Notice,
    OperatorNotice,
)
from monitor.store import near
from monitor.store import threads as story_threads
from monitor.store.completeness import completeness
from monitor.store.statements import dump, insert_once, insert_once_for_id, load
from monitor.store.tables import alerts, deliveries, threads

OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)
MAX_NOTICES_PER_MESSAGE = 40  # a digest's detail; Slack takes 50 blocks
MAX_NEAR_MISSES = 8  # in a digest: enough to see what a rule is too strict for, and no second digest
DAY = timedelta(days=1)
MAX_OPERATOR_NOTICES = 1_000  # a line each, most of them only counted


# --- the statements of every turn, built once: building them costs more than running them -------------------

_now: sa.BindParameter[Any] = sa.bindparam("now")
_IS_DUE = sa.and_(
    deliveries.c.carried_by.is_(None),
    sa.or_(
        sa.and_(deliveries.c.state == DeliveryState.PENDING, deliveries.c.next_attempt_at <= _now),
        sa.and_(deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until <= _now),
    ),
)
_earlier, _first = deliveries.alias("earlier"), deliveries.alias("root")
_WAITS_FOR_ROOT = sa.exists().where(_first.c.id == deliveries.c.reply_to, _first.c.state.in_(OPEN))
_WAITS_FOR_STORY = sa.exists().where(
    _earlier.c.destination == deliveries.c.destination,
    _earlier.c.story_id == deliveries.c.story_id,
    _earlier.c.frequency == Frequency.IMMEDIATE,
    deliveries.c.frequency == Frequency.IMMEDIATE,
    _earlier.c.carried_by.is_(None),
    _earlier.c.state.in_(OPEN),
    _earlier.c.id < deliveries.c.id,
    # One that is put off to a later hour is passed; one that was tried is waited for.
    sa.or_(_earlier.c.attempts > 0, _earlier.c.next_attempt_at <= deliveries.c.next_attempt_at),
)
# A story's messages reach a destination in order, the root before its thread; so do replies.
_IS_ITS_TURN = sa.and_(~_WAITS_FOR_ROOT, ~_WAITS_FOR_STORY)
DUE_DESTINATIONS = sa.select(deliveries.c.destination).where(_IS_DUE, _IS_ITS_TURN).distinct()
NEXT = (
    sa.select(deliveries)
    .where(deliveries.c.destination == sa.bindparam("destination"), _IS_DUE, _IS_ITS_TURN)
    .order_by(deliveries.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def insert(
    connection: sa.Connection,
    drafts: Sequence[DeliveryDraft],
    notices: dict[int, Notice],
    *,
    story: int,
    now: datetime,
) -> None:
    """Store an article's deliveries; *notices* maps a draft's alert index to what it tells.

    A draft whose alert was told before has no notice and is passed over, as are those it would carry.
    """
    ids: dict[int, int] = {}
    for index, draft in sorted(enumerate(drafts), key=lambda item: item[1].carried_by is not None):
        if draft.alert not in notices:
            continue
        notice = notices[draft.alert]
        carrier = ids.get(draft.carried_by) if draft.carried_by is not None else None
        if carrier is None and (draft.frequency is not Frequency.IMMEDIATE or draft.due_at > now):
            carrier = _open_message(connection, draft, story)
        delivery = connection.scalar(
            insert_once_for_id(connection, deliveries),
            {
                "alert_id": notice.alert,
                "destination": draft.destination,
                "story_id": story,
                "frequency": draft.frequency,
                "carried_by": carrier,
                "state": DeliveryState.PENDING,
                "next_attempt_at": draft.due_at,
                "payload": dump(Notice, notice),
                "created_at": now,
            },
        )
        if delivery is not None:
            ids[index] = carrier if carrier is not None else int(delivery)


def _open_message(connection: sa.Connection, draft: DeliveryDraft, story: int) -> int | None:
    """What this destination will get at that hour, if it has been begun and not been tried.

    A digest and a summary hold many stories, what is told at once but put off only its own.
    """
    at_that_hour = sa.select(deliveries.c.id).where(
        deliveries.c.destination == draft.destination,
        deliveries.c.frequency == draft.frequency,
        deliveries.c.next_attempt_at == draft.due_at,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.attempts == 0,
        deliveries.c.carried_by.is_(None),
    )
    if draft.frequency is Frequency.IMMEDIATE:
        at_that_hour = at_that_hour.where(deliveries.c.story_id == story)
    return connection.scalar(at_that_hour.order_by(deliveries.c.id).limit(1))


def due_destinations(connection: sa.Connection, *, now: datetime) -> list[str]:
    """Destinations for which something is due now."""
    return sorted(connection.scalars(DUE_DESTINATIONS, {"now": now}))


def tried(connection: sa.Connection) -> frozenset[str]:
    """The keys of messages that were tried and are not done with: what a receipt may still be needed for."""
    rows = sa.select(deliveries.c.id, deliveries.c.created_at).where(
        deliveries.c.state.in_(OPEN), deliveries.c.attempts > 0, deliveries.c.carried_by.is_(None)
    )
    return frozenset(story_threads.key_of(*row) for row in connection.execute(rows))


def lease_next(
    connection: sa.Connection, destination: str, *, now: datetime, lease: timedelta
) -> Delivery | None:
    """Take the destination's next due delivery and count the attempt before it is made."""
    row = connection.execute(NEXT, {"destination": destination, "now": now}).first()
    if row is None:
        return None
    first_attempt_at = row.first_attempt_at or now
    heard = _completeness(connection, row, now)
    is_news = row.story_id is not None or row.frequency != Frequency.IMMEDIATE
    news = _told(connection, row, MAX_NOTICES_PER_MESSAGE) if is_news else []
    troubles = [] if is_news else _told(connection, row, MAX_OPERATOR_NOTICES)
    notices = tuple(load(Notice, each) for each in news)
    connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == row.id)
        .values(
            state=DeliveryState.SENDING,
            attempts=deliveries.c.attempts + 1,
            first_attempt_at=first_attempt_at,
            lease_until=now + lease,
            completeness=None if heard is None else dump(Completeness, heard),
        )
    )
    return Delivery(
        id=row.id,
        key=story_threads.key_of(row.id, row.created_at),
        destination=destination,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        first_attempt_at=first_attempt_at,
        notices=notices,
        operator_notices=tuple(load(OperatorNotice, each) for each in troubles),
        frequency=Frequency(row.frequency),
        root_ref=_root(connection, row),
        completeness=heard,
        articles=_articles(connection, [each.alert for each in notices if not each.discreet]),
        is_followed=_is_followed(connection, row),
        near_misses=_near_misses(connection, row, first_attempt_at),
    )


def _articles(connection: sa.Connection, of_alerts: Sequence[int]) -> tuple[int, ...]:
    rows = sa.select(alerts.c.article_id).where(alerts.c.id.in_(of_alerts), alerts.c.article_id.is_not(None))
    return tuple(sorted({article for article in connection.scalars(rows) if article is not None}))


def _near_misses(
    connection: sa.Connection, row: sa.Row[Any], first_attempt_at: datetime
) -> tuple[NearLine, ...]:
    """What the topics of a daily digest just missed in the day before its first attempt, the same at each.

    Its topics are those it tells openly of; of a discreet one nothing may be shown.
    """
    if row.frequency != Frequency.DAILY:
        return ()
    rows = connection.execute(
        sa.select(alerts.c.topic, deliveries.c.payload)
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(sa.or_(deliveries.c.id == row.id, deliveries.c.carried_by == row.id))
        .limit(MAX_NOTICES_PER_MESSAGE)
    ).all()
    told = [(topic, payload) for topic, payload in rows if payload is not None]  # a digest has none itself
    hidden = {topic for topic, payload in told if payload.get("discreet")}
    return near.between(
        connection,
        sorted({topic for topic, _ in told} - hidden),
        after=first_attempt_at - DAY,
        until=first_attempt_at,
        limit=MAX_NEAR_MISSES,
    )


def _told(connection: sa.Connection, row: sa.Row[Any], limit: int) -> list[object]:
    """What a message tells, as it was stored: its own notice, and those that it carries."""
    carried = (
        sa.select(deliveries.c.payload)
        .where(deliveries.c.carried_by == row.id)
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    own = [] if row.payload is None else [row.payload]  # a digest has none
    return [*own, *connection.scalars(carried)]


def _completeness(connection: sa.Connection, row: sa.Row[Any], now: datetime) -> Completeness | None:
    """How much of the list stands behind a digest: as it was at the first attempt, the same at each."""
    if row.frequency == Frequency.IMMEDIATE:
        return None
    if row.completeness is not None:
        return load(Completeness, row.completeness)
    return completeness(connection, now=now)


def _root(connection: sa.Connection, row: sa.Row[Any]) -> str | None:
    """The message that this one goes under, if it was sent."""
    if row.frequency != Frequency.IMMEDIATE or row.payload.get("discreet"):
        return None  # under the root of its story, a discreet message would say what it is about
    if row.reply_to is not None:
        return connection.scalar(sa.select(deliveries.c.provider_ref).where(deliveries.c.id == row.reply_to))
    return connection.scalar(
        sa.select(threads.c.root_ref).where(
            threads.c.story_id == row.story_id, threads.c.destination == row.destination
        )
    )


def _is_followed(connection: sa.Connection, row: sa.Row[Any]) -> bool:
    return row.story_id is not None and story_threads.is_followed(connection, row.story_id, row.destination)


def _begins_thread(delivery: Delivery) -> bool:
    """Whether later messages about this one's story go under it."""
    is_root = delivery.frequency is Frequency.IMMEDIATE and delivery.root_ref is None
    return is_root and bool(delivery.notices) and not delivery.notices[0].discreet


def settle(
    connection: sa.Connection,
    delivery: Delivery,
    settled: Settled,
    *,
    now: datetime,
    fallback: str | None = None,
) -> None:
    """Write what became of an attempt, for the delivery and those that it carries.

    A root's reference is kept with the story, so that later reports are threaded under it. What is dead
    is due at the destination *fallback* in the same moment.
    """
    match settled:
        case Done(ref=ref):
            values: dict[str, Any] = {
                "state": DeliveryState.SENT,
                "provider_ref": ref,
                "last_error": None,
                "sent_at": now,
            }
            if _begins_thread(delivery):
                connection.execute(
                    insert_once(connection, threads).values(
                        story_id=delivery.notices[0].story,
                        destination=delivery.destination,
                        root_ref=ref,
                    )
                )
            elif delivery.root_ref is not None and delivery.notices:
                story = delivery.notices[0].story
                story_threads.touch(connection, story, now=now, destination=delivery.destination)
        case Again(at=at, reason=reason):
            values = {"state": DeliveryState.PENDING, "next_attempt_at": at, "last_error": reason}
        case Dead(reason=reason):
            told = fallback is not None and _fall_back(connection, delivery.id, fallback, now)
            note = f"{reason}; told at {fallback} instead" if told else reason
            values = {"state": DeliveryState.DEAD, "last_error": note}
        case _:
            assert_never(settled)
    connection.execute(
        sa.update(deliveries)
        .where(sa.or_(deliveries.c.id == delivery.id, deliveries.c.carried_by == delivery.id))
        .values(lease_until=None, attempts=delivery.attempts, **values)
    )


def _fall_back(connection: sa.Connection, delivery: int, destination: str, now: datetime) -> bool:
    """Let *destination* have a message and all that it carries, but for what it was told before.

    Never what is discreet: only those hear of it whom a route names.
    """
    rows = connection.execute(
        sa.select(deliveries)
        .where(sa.or_(deliveries.c.id == delivery, deliveries.c.carried_by == delivery))
        .order_by(deliveries.c.carried_by.is_not(None), deliveries.c.id)
    ).all()
    carrier: int | None = None
    for row in rows:
        if row.payload is not None and row.payload.get("discreet"):
            continue
        made = connection.scalar(
            insert_once(connection, deliveries)
            .values(
                alert_id=row.alert_id,
                destination=destination,
                story_id=row.story_id,
                frequency=row.frequency,
                carried_by=carrier,
                state=DeliveryState.PENDING,
                next_attempt_at=now,
                payload=row.payload,
                created_at=now,
            )
            .returning(deliveries.c.id)
        )
        carrier = made if carrier is None else carrier
    return carrier is not None
