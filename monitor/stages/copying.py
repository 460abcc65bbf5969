"""Which article copies which: the look-ups around the exact verdict, and the order within a family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Article, Copy
from monitor.store import articles, copies, figures
from monitor.store.copies import Credited
from monitor.store.database import Connection
from monitor.stories.candidates import look_up
from monitor.stories.duplicates import SHORT, Shingles, judge, shingle, surely_before
from monitor.stories.sources import Dispatch, retells_one_dispatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an article copies and in which story that stands, and the shingles to keep of it.

    Without a `family` it opens one of its own.
    """

    original: tuple[Copy, int] | None
    family: int | None
    sample: tuple[int, ...]


def find(connection: Connection, article: Article, own: Shingles, *, window: timedelta) -> Found:
    """The article that this one copies; a copy of a copy goes back to the original.

    A few words are held only against what was seen within *window*: columns repeat their headlines.
    """
    seen = look_up(copies.postings(connection, own.sample, article=article.id), needed=own.shared_needed)
    since = article.seen_at - window if own.words < SHORT else None
    copy = _judged(connection, own, seen.articles, seen.furniture, since)
    place = None if copy is None else copies.standing(connection, copy.of)
    if place is not None and place.copy_of is not None:
        original = _judged(connection, own, [place.copy_of], seen.furniture, since)
        if original is not None:
            copy, place = original, copies.standing(connection, original.of)
    if copy is None or place is None:
        return Found(original=None, family=None, sample=seen.worth_keeping(own.sample, None))
    sample = seen.worth_keeping(own.sample, place.family)
    return Found(original=(copy, place.story), family=place.family, sample=sample)


def family_for(connection: Connection, found: Found, story: int | None, dispatch: Dispatch) -> int:
    """The family of an article that stands in *story*: its original's, else a new one.

    A new family belongs to the source of an earlier report in the story that retells the same dispatch of
    an agency, if there is one.
    """
    if found.family is not None:
        return found.family
    if story is None or not dispatch.credits:
        return copies.open_family(connection)
    rows = copies.credited(connection, story, {credit.agency for credit in dispatch.credits})
    earlier = _dispatches(connection, rows)
    told = (source for other, source in earlier if retells_one_dispatch(dispatch, other))
    return copies.open_family(connection, retells=next(told, None))


def _dispatches(connection: Connection, rows: Sequence[Credited]) -> Iterator[tuple[Dispatch, int]]:
    """Earlier reports with their sources; texts are shingled one by one, for the first may be enough."""
    ids = [row.article for row in rows]
    claimed = figures.of_articles(connection, ids)
    texts = articles.text_of(connection, ids)
    for row in rows:
        text = texts.get(row.article)
        dispatch = Dispatch(
            credits=row.credits,
            figures=tuple(claimed.get(row.article, ())),
            shingles=shingle(*text) if text else None,
        )
        yield dispatch, row.source


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
    family = copies.members(connection, copy.of)
    claimed = family.get(copy.of)
    if article.published_at is None or claimed is None or not surely_before(article.published_at, claimed):
        return
    texts = articles.text_of(connection, [member for member in family if member != article.id])
    verdicts = {member: judge(shingle(*text), [(article.id, own)]) for member, text in texts.items()}
    if verdicts.get(copy.of) is None:  # the earlier one is part of the later, and does not carry it
        return
    for member, verdict in sorted(verdicts.items()):
        if verdict is not None:
            copies.make_copy(connection, member, verdict)
    copies.make_original(connection, article.id)
