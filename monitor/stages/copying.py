"""Which article copies which: the look-ups around the exact verdict, and the order within a family."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Article, Copy
from monitor.store import articles, stories
from monitor.store.database import Connection
from monitor.stories.duplicates import Shingles, judge, shingle, surely_before


def find(connection: Connection, article: int, own: Shingles) -> tuple[Copy, int] | None:
    """The article that this one copies, with its story; a copy of a copy goes back to the original."""
    common = stories.furniture(connection, own.sample)
    telling = [value for value in own.sample if value not in common]
    ids = stories.copy_candidates(connection, telling, needed=own.shared_needed, article=article)
    copy = _judged(connection, own, ids, common)
    if copy is None:
        return None
    root = stories.original_of(connection, copy.of)
    if root is not None:
        copy = _judged(connection, own, [root], common) or copy
    story = stories.story_of(connection, copy.of)
    return None if story is None else (copy, story)


def _judged(connection: Connection, own: Shingles, ids: Sequence[int], common: frozenset[int]) -> Copy | None:
    texts = articles.text_of(connection, ids)
    return judge(own, [(each, shingle(*texts[each])) for each in sorted(texts)], common)


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
