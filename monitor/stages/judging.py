"""Judging: one article is held against what is watched for, without a look at any other and without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.alerts.route import Audience
from monitor.alerts.surge import USUAL_LIMITS, SurgeLimits
from monitor.model import (
    Article,
    Credit,
    Destination,
    Document,
    Figure,
    Match,
    NearMiss,
    Route,
    Silenced,
    Topic,
    TopicStatus,
)
from monitor.stories.credits import credits_of
from monitor.stories.duplicates import Shingles, shingle
from monitor.stories.features import Features, features
from monitor.stories.figures.extract import figures_of
from monitor.topics.match import Matcher, matches
from monitor.topics.near import Profiles, likenesses, near_misses


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched for, swapped as a whole when the configuration is read again.

    `look_again` says how long after its reading the page of an article is looked at again.
    """

    matcher: Matcher
    topics: Mapping[str, Topic]
    routes: tuple[Route, ...]
    surge: SurgeLimits = USUAL_LIMITS
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()
    profiles: Profiles = field(default_factory=Profiles)
    look_again: tuple[timedelta, ...] = ()

    @property
    def open(self) -> frozenset[str]:
        """The topics that raise alerts and hide nothing."""
        return frozenset(topic for topic in self.live if not self.topics[topic].discreet)

    @property
    def live(self) -> frozenset[str]:
        """The topics that raise alerts."""
        return frozenset(topic.id for topic in self.topics.values() if topic.status is TopicStatus.LIVE)

    @property
    def audience(self) -> Audience:
        """Who is there to be told."""
        return Audience(
            routes=self.routes,
            destinations=self.destinations,
            silenced=self.silenced,
            titles={topic.id: topic.title for topic in self.topics.values()},
            discreet={topic.id: topic.code_name for topic in self.topics.values() if topic.discreet},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What can be known of an article without looking at the others; what stories need only if it matched."""

    article: Article
    matches: tuple[Match, ...] = ()
    shingles: Shingles | None = None
    features: Features | None = None
    figures: tuple[Figure, ...] = ()
    credits: tuple[Credit, ...] = ()
    likeness: Mapping[str, float] = field(default_factory=dict)  # to the examples of topics
    near_misses: tuple[NearMiss, ...] = ()


def judge(article: Article, watch: Watch) -> Judged:
    """Hold an article against the topics, and take its fingerprints if it belongs to one."""
    document = Document(
        title=article.title,
        text=article.text,
        language=article.language,
        source=article.source,
        tags=article.tags,
    )
    held = watch.matcher.held(document)
    found = matches(held, document)
    alike = likenesses(document, watch.profiles)
    concepts = frozenset(item.concept for match in found for item in match.evidence)
    return Judged(
        article=article,
        matches=found,
        shingles=shingle(article.text or article.title, article.language) if found else None,
        features=features(article.title, article.text, article.language, concepts) if found else None,
        figures=figures_of(article) if found else (),
        credits=credits_of(article) if found else (),
        likeness=alike,
        near_misses=tuple(near for near in near_misses(held, alike) if near.topic in watch.open),
    )
