"""Which article copies which: the look-ups around the exact verdict, and the order within a family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Article, Copy
from monitor.store import articles, stories
from monitor.store.database import Connection
from monitor.stories.candidates import look_up
from monitor.stories.duplicates import SHORT, Shingles, judge, shingle, surely_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an article copies and in which story that stands, its family, and the shingles to keep of it."""

    original: tuple[Copy, int] | None
    family: int
    sample: tuple[int, ...]


def find(connection: Connection, article: Article, own: Shingles, *, window: timedelta) -> Found:
    """The article that this one copies; a copy of a copy goes back to the original.

    A few words are held only against what was seen within *window*: columns repeat their headlines.
    """
    seen = look_up(stories.postings(connection, own.sample, article=article.id), needed=own.shared_needed)
    since = article.seen_at - window if own.words < SHORT else None
    copy = _judged(connection, own, seen.articles, seen.furniture, since)
    if copy is not None:
        root = stories.original_of(connection, copy.of)
        if root is not None:
            copy = _judged(connection, own, [root], seen.furniture, since) or copy
    story = None if copy is None else stories.story_of(connection, copy.of)
    if copy is None or story is None:
        return Found(original=None, family=article.id, sample=seen.worth_keeping(own.sample, article.id))
    family = stories.family_of(connection, copy.of)
    return Found(original=(copy, story), family=family, sample=seen.worth_keeping(own.sample, family))


def _judged(
    connection: Connection,
    own: Shingles,
    ids: Sequence[int],
    furniture: frozenset[int],
    since: datetime | None,
) -> Copy | None:
    texts = articles.text_of(connection, ids, since=since)
    return judge(own, [(each, shingle(*texts[each])) for each in sorted(texts)], furniture)


def put_in_order(connection: Connection, article: Article, own: Shingles, copy: Copy) -> None:
    """Make *article* the original of its family when it says that it was published first.

    Feeds are polled in any order, so what we saw first is often the copy. The roles follow the claimed
    times; when we saw each report stays as it was.
    """
    family = stories.family(connection, copy.of)
    claimed = family.get(copy.of)
    if article.published_at is None or claimed is None or not surely_before(article.published_at, claimed):
        return
    texts = articles.text_of(connection, [member for member in family if member != article.id])
    verdicts = {member: judge(shingle(*text), [(article.id, own)]) for member, text in texts.items()}
    if verdicts.get(copy.of) is None:  # the earlier one is part of the later, and does not carry it
        return
    for member, verdict in sorted(verdicts.items()):
        if verdict is not None:
            stories.make_copy(connection, member, verdict)
    stories.make_original(connection, article.id)
