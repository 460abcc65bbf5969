"""Who hears of an alert, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.hours import due_at, quiet_until
from monitor.alerts.route import Audience, Occasion, Traffic, route
from monitor.model import (
    AlertDraft,
    AlertKind,
    Channel,
    DeliveryDraft,
    Destination,
    Frequency,
    Mute,
    QuietHours,
    Route,
    Silenced,
)
from tests.alerts.samples import NOW

STORY = AlertDraft(topic="flight", kind=AlertKind.NEW_STORY, cause="story", score=9.0)
REPORT = AlertDraft(topic="law", kind=AlertKind.NEW_REPORT, cause="article:1", score=20.0)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Toronto",
    "America/St_Johns",  # half an hour off
    "Asia/Jakarta",
    "Asia/Kathmandu",  # three quarters of an hour off
    "Australia/Lord_Howe",  # moves its clocks by half an hour
    "Pacific/Apia",  # skipped a whole day
    "America/Sao_Paulo",  # moved its clocks at midnight
)


def test_no_route_tells_nobody() -> None:
    assert route((STORY,), Audience(), now=NOW) == ()
    assert route((STORY,), Audience(routes=(Route(destinations=("desk",), topics=("law",)),)), now=NOW) == ()
    assert route((), Audience(routes=(Route(destinations=("desk",)),)), now=NOW) == ()


def test_a_route_without_topics_hears_of_everything() -> None:
    assert route((STORY,), Audience(routes=(Route(destinations=("desk", "mail")),)), now=NOW) == (
        DeliveryDraft(alert=0, destination="desk", frequency=Frequency.IMMEDIATE, due_at=NOW),
        DeliveryDraft(alert=0, destination="mail", frequency=Frequency.IMMEDIATE, due_at=NOW),
    )


def test_one_article_tells_a_destination_once_and_a_new_story_carries_a_report() -> None:
    first, second = route((REPORT, STORY), Audience(routes=(Route(destinations=("desk",)),)), now=NOW)
    assert (first.alert, first.carried_by) == (0, 1)
    assert (second.alert, second.carried_by) == (1, None)


def test_what_is_immediate_carries_what_could_wait() -> None:
    routes = (
        Route(destinations=("desk",), topics=("flight",), frequency=Frequency.DAILY),
        Route(destinations=("desk",), topics=("law",), frequency=Frequency.IMMEDIATE),
    )
    first, second = route((STORY, REPORT), Audience(routes=routes), now=NOW)
    assert (first.frequency, first.carried_by) == (Frequency.DAILY, 1)
    assert (second.frequency, second.due_at, second.carried_by) == (Frequency.IMMEDIATE, NOW, None)


def test_between_equals_the_higher_score_carries() -> None:
    low = AlertDraft(topic="law", kind=AlertKind.NEW_STORY, cause="story", score=1.0)
    assert [
        each.carried_by
        for each in route((low, STORY), Audience(routes=(Route(destinations=("desk",)),)), now=NOW)
    ] == [
        1,
        None,
    ]


def test_a_destination_on_two_routes_hears_by_the_quicker_one() -> None:
    routes = (
        Route(destinations=("desk",), frequency=Frequency.DAILY, at=60),
        Route(destinations=("desk",), frequency=Frequency.DAILY, at=4 * 60),
    )
    (only,) = route((STORY,), Audience(routes=routes), now=NOW)
    assert only.due_at == datetime(2024, 11, 12, 4, tzinfo=UTC)


@given(
    st.lists(
        st.builds(
            AlertDraft,
            topic=st.sampled_from("abc"),
            kind=st.sampled_from(AlertKind),
            cause=st.just("story"),
            score=st.floats(0, 50),
        ),
        max_size=5,
    ),
    st.lists(
        st.builds(
            Route,
            destinations=st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=3).map(tuple),
            topics=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
            frequency=st.sampled_from(Frequency),
            at=st.integers(0, 1439),
            timezone=st.sampled_from(ZONES),
        ),
        max_size=5,
    ),
)
def test_every_draft_reaches_every_destination_that_wants_it_once(
    drafts: list[AlertDraft], routes: list[Route]
) -> None:
    told = route(drafts, Audience(routes=routes), now=NOW)
    wanted = {
        (index, name)
        for index, draft in enumerate(drafts)
        for each in routes
        for name in each.destinations
        if not each.topics or draft.topic in each.topics
    }
    assert {(each.alert, each.destination) for each in told} == wanted
    assert len(told) == len(wanted)
    carriers = [each for each in told if each.carried_by is None]
    assert sorted(each.destination for each in carriers) == sorted({name for _, name in wanted})
    for each in told:
        if each.carried_by is not None:
            carrier = told[each.carried_by]
            assert carrier.destination == each.destination
            assert carrier.carried_by is None
            assert carrier.due_at <= each.due_at


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("UTC", "2024-11-12T03:14:27+00:00", "2024-11-12T04:00:00+00:00"),
        ("UTC", "2024-11-12T04:00:00+00:00", "2024-11-12T05:00:00+00:00"),
        ("Asia/Kolkata", "2024-11-12T03:14:27+00:00", "2024-11-12T03:30:00+00:00"),
    ],
)
def test_an_hourly_digest_comes_at_the_next_full_hour_of_its_zone(zone: str, now: str, due: str) -> None:
    way = Route(destinations=("desk",), frequency=Frequency.HOURLY, timezone=zone)
    assert due_at(way, now=datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("zone", "at", "now", "due"),
    [
        ("Europe/Berlin", 7 * 60, "2024-11-12T05:59:00+00:00", "2024-11-12T06:00:00+00:00"),
        ("Europe/Berlin", 7 * 60, "2024-11-12T06:00:00+00:00", "2024-11-13T06:00:00+00:00"),
        ("Europe/Berlin", 7 * 60, "2024-03-30T12:00:00+00:00", "2024-03-31T05:00:00+00:00"),  # summer begins
        ("Europe/Berlin", 7 * 60, "2024-10-26T12:00:00+00:00", "2024-10-27T06:00:00+00:00"),  # and ends
        ("Europe/Berlin", 150, "2024-03-30T12:00:00+00:00", "2024-03-31T01:30:00+00:00"),  # 02:30 is skipped
        ("Europe/Berlin", 150, "2024-10-27T00:15:00+00:00", "2024-10-27T00:30:00+00:00"),  # shown twice: once
        ("Europe/Berlin", 150, "2024-10-27T00:45:00+00:00", "2024-10-28T01:30:00+00:00"),
        ("Pacific/Apia", 7 * 60, "2011-12-30T09:00:00+00:00", "2011-12-30T17:00:00+00:00"),
    ],
)
def test_a_daily_digest_comes_at_its_local_time(zone: str, at: int, now: str, due: str) -> None:
    way = Route(destinations=("desk",), frequency=Frequency.DAILY, at=at, timezone=zone)
    assert due_at(way, now=datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@given(
    st.floats(0, 37 * 365.25).map(lambda days: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.integers(0, 1439),
    st.sampled_from(ZONES),
)
def test_a_daily_digest_is_due_soon_and_at_the_time_its_readers_see(
    now: datetime, at: int, zone: str
) -> None:
    way = Route(destinations=("desk",), frequency=Frequency.DAILY, at=at, timezone=zone)
    due = due_at(way, now=now)
    local = due.astimezone(ZoneInfo(zone))
    assert timedelta(0) < due - now <= timedelta(hours=49)  # a day of 25 hours, or one that was skipped
    shown = local.hour * 60 + local.minute
    wall = local.replace(hour=at // 60, minute=at % 60, second=0, microsecond=0, fold=0)
    skipped = wall.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(
        tzinfo=None
    )
    assert shown == at or skipped or (local - timedelta(days=1)).date() != local.date()
    assert due_at(way, now=due - timedelta(microseconds=1)) == due


# --- conditions, hours, limits, discretion ----------------------------------------------------------------

DESK = Route(destinations=("desk",))
NIGHT = QuietHours(begins=22 * 60, ends=7 * 60, timezone="Europe/Berlin", unless_score=15)


def desk(**values: Any) -> dict[str, Destination]:
    return {"desk": Destination(name="desk", channel=Channel.SLACK, address="C0", **values)}


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (replace(DESK, kinds=(AlertKind.NEW_STORY,)), 1),
        (replace(DESK, kinds=(AlertKind.CORRECTION,)), 0),
        (replace(DESK, min_score=9.0), 1),
        (replace(DESK, min_score=9.5), 0),
        (replace(DESK, languages=("pt",)), 1),
        (replace(DESK, languages=("en",)), 0),
        (replace(DESK, tags=("wire", "x")), 1),
        (replace(DESK, tags=("x",)), 0),
    ],
)
def test_every_condition_of_a_route_must_hold(way: Route, told: int) -> None:
    occasion = Occasion(language="pt-BR", tags=("wire",))
    assert len(route((STORY,), Audience(routes=(way,)), occasion, now=NOW)) == told


def test_what_is_silenced_or_muted_is_told_nowhere() -> None:
    silenced = Silenced(topics=("flight",), kinds=(AlertKind.NEW_STORY,), destinations=("desk",))
    told = route((STORY, REPORT), Audience(routes=(DESK,), silenced=(silenced,)), now=NOW)
    assert [each.alert for each in told] == [1]
    mute = Mute(id=1, topic="law", story=None, destination=None, until=NOW)
    told = route((STORY, REPORT), Audience(routes=(DESK,)), Occasion(mutes=(mute,)), now=NOW)
    assert [each.alert for each in told] == [0]


def test_the_name_of_a_shared_destination_silences_and_mutes_every_address_of_it() -> None:
    team = Route(destinations=("desk/anna@a.org", "desk/ben@a.org", "desk-2"))
    for silenced, mutes in (
        ((Silenced(destinations=("desk",)),), ()),
        ((), (Mute(id=1, topic=None, story=None, destination="desk", until=NOW),)),
    ):
        told = route((STORY,), Audience(routes=(team,), silenced=silenced), Occasion(mutes=mutes), now=NOW)
        assert [each.destination for each in told] == ["desk-2"]
    mute = Mute(id=1, topic=None, story=None, destination="desk/ben@a.org", until=NOW)
    told = route((STORY,), Audience(routes=(team,)), Occasion(mutes=(mute,)), now=NOW)
    assert [each.destination for each in told] == ["desk/anna@a.org", "desk-2"]


def test_quiet_hours_hold_what_is_told_at_once_but_not_what_scores_high() -> None:
    audience = Audience(routes=(DESK,), destinations=desk(quiet=NIGHT))
    (held,) = route((STORY,), audience, now=NOW)
    assert (held.frequency, held.due_at) == (Frequency.SUMMARY, datetime(2024, 11, 12, 6, tzinfo=UTC))
    (told,) = route((REPORT,), audience, now=NOW)
    assert (told.frequency, told.due_at) == (Frequency.IMMEDIATE, NOW)


def test_a_burst_is_folded_into_one_summary_and_many_reports_into_one_message() -> None:
    audience = Audience(routes=(DESK,), destinations=desk(per_hour=3))
    quarter = datetime(2024, 11, 12, 3, 15, tzinfo=UTC)
    (folded,) = route((STORY,), audience, Occasion(traffic={"desk": Traffic(messages=3)}), now=NOW)
    assert (folded.frequency, folded.due_at) == (Frequency.SUMMARY, quarter)
    (later,) = route((REPORT,), audience, Occasion(traffic={"desk": Traffic(reports=5)}), now=NOW)
    assert (later.frequency, later.due_at) == (Frequency.IMMEDIATE, quarter)


def test_a_discreet_topic_goes_only_where_it_is_named_and_alone() -> None:
    discreet = {"law": "Willow"}
    assert [
        each.alert for each in route((STORY, REPORT), Audience(routes=(DESK,), discreet=discreet), now=NOW)
    ] == [0]
    named = Route(destinations=("desk",), topics=("law", "flight"))
    told = route((STORY, REPORT), Audience(routes=(named,), discreet=discreet), now=NOW)
    assert [each.carried_by for each in told] == [None, None]


@given(
    st.floats(0, 37 * 365.25).map(lambda days: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(ZONES),
)
def test_quiet_hours_end_within_a_day_or_two_in_every_zone(
    now: datetime, begins: int, ends: int, zone: str
) -> None:
    quiet = QuietHours(begins=begins, ends=ends, timezone=zone)
    end = quiet_until(quiet, now)
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    inside = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
    assert (end is not None) == inside
    assert end is None or timedelta(0) < end - now <= timedelta(hours=49)


def test_who_unsubscribed_from_digests_hears_at_once_what_is_told_at_once() -> None:
    mute = Mute(id=1, topic=None, story=None, destination="desk", until=NOW + timedelta(days=9), digests=True)
    ways = (DESK, Route(destinations=("desk", "mail"), frequency=Frequency.DAILY))
    told = route((STORY,), Audience(routes=ways), Occasion(mutes=(mute,)), now=NOW)
    assert [(each.destination, each.frequency) for each in told] == [
        ("desk", Frequency.IMMEDIATE),
        ("mail", Frequency.DAILY),
    ]
    assert [
        each.destination
        for each in route((STORY,), Audience(routes=ways[1:]), Occasion(mutes=(mute,)), now=NOW)
    ] == ["mail"]
