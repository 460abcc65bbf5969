"""Placing: a matched article finds its story and its readers hear of it, in the transaction that keeps it.

Which story it belongs to is decided here, because two first reports of one event that are read at the same
moment must meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.alerts.decide import decide
from monitor.model import Match, Placement
from monitor.stages import copying, pacing
from monitor.stages.disagreeing import disagreements
from monitor.stages.judging import Judged, Watch
from monitor.stages.telling import News, tell
from monitor.store import alerts, articles, candidates, copies, regrouping, stories, threads
from monitor.store.database import Connection, one_story_at_a_time
from monitor.stories.features import Features, keys
from monitor.stories.grouping import Limits, follows, place, reported_at, suggest, weigh
from monitor.stories.growth import news
from monitor.stories.sources import Dispatch
from monitor.text.countries import country_of

SPIKE_WITHIN = timedelta(hours=1)  # within which many outlets that report a story are told as a spike


def place_and_tell(
    connection: Connection, judged: Judged, watch: Watch, *, quiet: bool, now: datetime, window: timedelta
) -> int:
    """Put an article that matched into a story and answer how many alerts it raised.

    Those in a story already, which a revision brought to further topics, stay there; no topic of the
    past hears of them again.
    """
    one_story_at_a_time(connection)
    known = articles.matched_topics(connection, judged.article.id)
    fresh = [match for match in judged.matches if match.topic not in known]
    if not fresh:
        return 0
    articles.save_matches(connection, judged.article.id, fresh)
    story = stories.story_of(connection, judged.article.id)
    if story is None:
        story, placement = _place(connection, judged, now=now, window=window)
    else:
        placement = stories.placement_of(connection, judged.article.id)
        stories.add_topics(connection, story, [match.topic for match in fresh])
    threads.touch(connection, story, now=now)
    return _tell(connection, judged, fresh, story, placement, watch, quiet=quiet, now=now)


def _tell(
    connection: Connection,
    judged: Judged,
    fresh: Sequence[Match],
    story: int,
    placement: Placement,
    watch: Watch,
    *,
    quiet: bool,
    now: datetime,
) -> int:
    article = judged.article
    found = disagreements(connection, story, article.id)
    drafts = decide(
        article=article,
        matches=fresh,
        placement=placement,
        told=alerts.told(connection, story),
        live=watch.live,
        quiet=quiet,
        reach=stories.reach(connection, story, without=article.id, since=now - SPIKE_WITHIN),
        country=country_of(article.source, article.tags),
        disagreements=found,
        wanted_figures={topic.id: topic.figures for topic in watch.topics.values() if topic.figures},
    )
    waiting = pacing.gathered(connection, drafts, watch.topics, watch.surge, story=story, now=now)
    told = News(
        article=article,
        matches=fresh,
        story=story,
        disagreements=found,
        likeness=judged.likeness,
        links=placement.evidence,
    )
    return tell(connection, drafts, told, watch.audience, now=now, gathered=waiting)


def _place(
    connection: Connection, judged: Judged, *, now: datetime, window: timedelta
) -> tuple[int, Placement]:
    assert judged.shingles is not None
    assert judged.features is not None
    own_keys, at, limits = keys(judged.features), reported_at(judged.article), Limits(window=window)
    found = copying.find(connection, judged.article, judged.shingles, window=window)
    near = () if found.original else candidates.near(connection, own_keys, at=at, window=window)
    bids = weigh(judged.features, near, limits=limits)
    placement = place(bids, at=at, copy=found.original, limits=limits)
    joined = next((bid.story.reports for bid in bids if bid.story.id == placement.story), None)
    dispatch = Dispatch(credits=judged.credits, figures=judged.figures, shingles=judged.shingles)
    family = copying.family_for(connection, found, placement.story, dispatch)
    story = stories.settle(
        connection,
        judged.article,
        placement,
        topics=[match.topic for match in judged.matches],
        features=judged.features,
        keys=own_keys,
        family=family,
        named=judged.credits,
        news=None if joined is None else news(judged.features, joined),
        open_since=now - window,
    )
    copies.keep_sample(connection, judged.article.id, family, found.sample)
    if placement.copy is not None:
        copying.put_in_order(connection, judged.article, judged.shingles, placement.copy)
    regrouping.suggest(connection, story, suggest(bids, placement, at=at, limits=limits), now=now)
    if placement.story is None:
        _take_up(connection, judged.features, own_keys, story, at=at, limits=limits)
    return story, placement


def _take_up(
    connection: Connection,
    report: Features,
    own_keys: Sequence[int],
    story: int,
    *,
    at: datetime,
    limits: Limits,
) -> None:
    """Let a story that has just been opened refer to the quiet one that it goes on with, if there is one."""
    quiet = candidates.earlier(connection, own_keys, at=at, window=limits.window)
    earlier = follows(weigh(report, quiet, limits=limits), at=at, limits=limits)
    if earlier is not None:
        regrouping.follow(connection, story, earlier)
