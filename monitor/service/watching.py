"""What the service watches for, swapped as a whole when the configuration is read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.alerts.layouts import Layouts
from monitor.alerts.surge import SurgeLimits
from monitor.model import Access, AlertFeed, Destination, Retention
from monitor.settings import LastGood, Settings
from monitor.settings.keeping import retention
from monitor.stages.judging import Watch
from monitor.topics.match import compile_topics
from monitor.topics.near import Profiles


def surge_limits(settings: Settings) -> SurgeLimits:
    """When a topic floods, as the settings say."""
    return SurgeLimits(factor=settings.alerts.surge_factor, least=settings.alerts.surge_least)


class Watching:
    """The topics, routes, destinations and feeds' credentials in force; asked for once per piece of work."""

    def __init__(self, settings: Settings) -> None:
        self.swap(settings)

    def swap(self, settings: Settings) -> None:
        """Put new settings into force; compiling comes first, so that a fault leaves the old ones."""
        watch = Watch(
            matcher=compile_topics(settings.topics),
            topics={topic.id: topic for topic in settings.topics},
            routes=settings.routes,
            surge=surge_limits(settings),
            destinations=settings.destinations,
            silenced=settings.silenced,
            profiles=Profiles(settings.topics),
            look_again=settings.read.look_again,
        )
        self._watch = watch
        self._in_force = {
            topic.id: LastGood(topic=topic, file=settings.topic_files.get(topic.id, ""))
            for topic in settings.topics
        }
        self._destinations = settings.destinations
        self._operators = settings.operators
        self._layouts = settings.layouts
        self._alert_feeds = settings.alert_feeds
        self._retention = retention(settings.keep, settings.topics)
        self._access = {source.url: source.access for source in settings.feeds}

    def in_force(self) -> Mapping[str, LastGood]:
        """The topics in force, which stay so while an edit of them is broken."""
        return self._in_force

    def watch(self) -> Watch:
        """What reading needs."""
        return self._watch

    def destinations(self) -> Mapping[str, Destination]:
        """What delivering needs."""
        return self._destinations

    def layouts(self) -> Layouts:
        """How mail is laid out."""
        return self._layouts

    def alert_feeds(self) -> Sequence[AlertFeed]:
        """What may be fetched with which token."""
        return self._alert_feeds

    def operators(self) -> Sequence[str]:
        """The destinations that hear of the service's own troubles."""
        return self._operators

    def retention(self) -> Retention:
        """How long what was read is kept."""
        return self._retention

    def access(self, listed_url: str) -> Access:
        """How a feed is reached, by its URL as the operator lists it."""
        return self._access.get(listed_url, Access())
