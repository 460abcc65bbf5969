"""What a topic would have found in articles that were read: counted one by one, judged at the end; the
articles come from elsewhere, twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b
from heapq import nlargest
from operator import attrgetter

from monitor.model import Article, Document, Topic, TopicStatus
from monitor.text.words import normalise
from monitor.topics.match import Matcher, compile_topics, score
from monitor.topics.near import LIKE_ENOUGH
from monitor.topics.resemblance import Frequencies, Vector, likeness, profile, vector

SAMPLES = 10
NEAREST = 10  # of each kind of near miss
EXAMPLES = 20  # matches that stand in for seeds where a topic names none
SAME_TEXT = 400  # characters whose hash tells copies: a wire text begins alike on every site
EVERYWHERE = 0.5  # share of all articles from which a concept says nothing
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """An article as a list of results names it; `likeness` is 0 until the second reading."""

    article: int
    title: str
    outlet: str
    language: str
    url: str
    score: float = 0.0
    likeness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a trial found.

    `under` holds by the expression and misses only points; `like` resembles the seeds and does not match.
    Units: `a_week` counts matches without copies; `concepts` and `overlap` count articles.
    """

    articles: int
    matches: int
    a_week: float
    immediate_a_week: float
    samples: tuple[Glance, ...]
    overlap: dict[str, int]
    under: tuple[Glance, ...]
    like: tuple[Glance, ...]
    never: tuple[str, ...]
    always: tuple[str, ...]
    concepts: dict[str, int]
    without_aliases: dict[str, tuple[str, ...]]  # concept → languages it has no words for
    languages: dict[str, int]  # of the matches


@dataclass(slots=True)
class Trial:
    """Articles held against a topic beside the others: `look` at each, then `resemble` each, then `judge`."""

    topic: Topic
    others: Sequence[Topic]
    frequencies: Frequencies = field(default_factory=Frequencies)
    examples: dict[str, list[Vector]] = field(default_factory=dict)  # by language
    found: list[Glance] = field(default_factory=list)
    under: list[Glance] = field(default_factory=list)
    like: list[Glance] = field(default_factory=list)
    articles: int = 0
    concepts: Counter[str] = field(default_factory=Counter)
    overlap: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    _texts: set[bytes] = field(default_factory=set)
    _fresh: list[float] = field(default_factory=list)  # scores of the matches that are no copies
    _matcher: Matcher | None = None
    _profiles: dict[str, Vector] = field(default_factory=dict)

    @property
    def matcher(self) -> Matcher:
        """The topic first, as if it were live, and the other topics that are in force."""
        if self._matcher is None:
            live = replace(self.topic, status=TopicStatus.LIVE)
            others = [topic for topic in self.others if topic.id != live.id]
            self._matcher = compile_topics([live, *others])
        return self._matcher

    # --- the first reading ---

    def look(self, article: Article) -> None:
        """Hold one article against the topics, and learn how common its words are."""
        self.articles += 1
        self.frequencies.learn(f"{article.title}\n{article.text}", article.language)
        own, *others = self.matcher.rules
        scene = self.matcher.scene(document(article))
        self.concepts.update(named.name for named in own.named if named.unit in scene.units and named.weight)
        if not own.holds(scene) or own.excluded(scene):
            return
        points = score(own, scene)
        glance = _glance(article, points)
        if points + 1e-9 < self.topic.min_score:
            self.under = nlargest(NEAREST, [*self.under, glance], key=attrgetter("score"))
            return
        self.found.append(glance)
        self.languages[article.language] += 1
        self._count(article, points)
        self.overlap.update(
            rule.topic.id
            for rule in others
            if rule.holds(scene) and not rule.excluded(scene) and score(rule, scene) >= rule.topic.min_score
        )

    def _count(self, article: Article, points: float) -> None:
        start = normalise(article.text[:SAME_TEXT]).encode()
        digest = blake2b(start, digest_size=8).digest()
        if digest not in self._texts:
            self._texts.add(digest)
            self._fresh.append(points)

    # --- the second reading ---

    def best(self) -> frozenset[int]:
        """The articles that stand in for seeds: those that match by the most."""
        return frozenset(glance.article for glance in nlargest(EXAMPLES, self.found, key=attrgetter("score")))

    def show(self, article: Article) -> None:
        """Take an article as an example of what the topic is about."""
        found = vector(article.title, article.text, article.language, self.frequencies)
        self.examples.setdefault(article.language, []).append(found)

    def resemble(self, article: Article) -> None:
        """Keep an article that is like the examples, if it is among the likest."""
        near = likeness(
            vector(article.title, article.text, article.language, self.frequencies),
            self._profile(article.language),
        )
        if near >= LIKE_ENOUGH:
            glance = replace(_glance(article, 0.0), likeness=round(near, 3))
            self.like = nlargest(NEAREST, [*self.like, glance], key=attrgetter("likeness"))

    def _profile(self, language: str) -> Vector:
        """The examples in the article's language, else all of them: names are all that languages share."""
        if language not in self._profiles:
            every = [found for own in self.examples.values() for found in own]
            self._profiles[language] = profile(self.examples.get(language, every))
        return self._profiles[language]

    # --- the end ---

    def judge(self, span: timedelta) -> Verdict:
        """Say what was found in articles of *span*."""
        weeks = max(span / WEEK, 1 / 7)
        loud = self.topic.immediate_score
        own = [concept.name for concept in self.topic.concepts]
        return Verdict(
            articles=self.articles,
            matches=len(self.found),
            a_week=round(len(self._fresh) / weeks, 1),
            immediate_a_week=round(sum(loud is None or p >= loud for p in self._fresh) / weeks, 1),
            samples=_spread(self.found, SAMPLES),
            overlap=dict(self.overlap.most_common()),
            under=tuple(self.under),
            like=tuple(self.like),
            never=tuple(name for name in own if not self.concepts[name]) if self.articles else (),
            always=tuple(name for name in own if self.concepts[name] > EVERYWHERE * self.articles),
            concepts={name: self.concepts[name] for name in own},
            without_aliases=_without_aliases(self.topic),
            languages=dict(self.languages.most_common()),
        )


def document(article: Article) -> Document:
    """Return an archived article as topics are held against it."""
    return Document(
        title=article.title,
        text=article.text,
        language=article.language,
        source=article.source,
        tags=article.tags,
    )


def _glance(article: Article, points: float) -> Glance:
    return Glance(
        article=article.id,
        title=article.title,
        outlet=article.outlet,
        language=article.language,
        url=article.url,
        score=round(points, 3),
    )


def _spread(found: Sequence[Glance], count: int) -> tuple[Glance, ...]:
    """From the surest to the least sure, as many of each: the doubtful ones are what an editor must see."""
    ordered = sorted(found, key=lambda glance: (-glance.score, glance.article))
    if len(ordered) <= count:
        return tuple(ordered)
    return tuple(ordered[round(place * (len(ordered) - 1) / (count - 1))] for place in range(count))


def _without_aliases(topic: Topic) -> dict[str, tuple[str, ...]]:
    return {
        concept.name: missing
        for concept in topic.concepts
        if "any" not in concept.aliases
        and (missing := tuple(code for code in topic.languages if not concept.aliases.get(code)))
    }
