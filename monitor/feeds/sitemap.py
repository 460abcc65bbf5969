"""News sitemaps: a publisher's list of the last two days, where there is no feed.

Source: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from monitor.errors import BadFeed
from monitor.feeds.entries import RawEntry, RawFeed
from monitor.feeds.prefilter import Prefiltered
from monitor.feeds.xmltree import local_name, xml_tree


def read_news_sitemap(filtered: Prefiltered) -> RawFeed:
    """Return the news that a sitemap lists.

    Raises: `BadFeed` when it lists pages but no news: those say nothing of what is new.
    """
    urls = [element for element in xml_tree(filtered) if local_name(element) == "url"]
    entries = tuple(found for url in urls if (found := _entry(url)) is not None)
    if not entries:
        raise BadFeed("not a feed: a sitemap without news")
    return RawFeed(format="sitemap", entries=entries, repairs=filtered.repairs)


def _entry(url: Any) -> RawEntry | None:
    news = next((element for element in url if local_name(element) == "news"), None)
    if news is None:
        return None
    page, fields = _texts(url), _texts(news.iter())  # pictures beside the news have a <loc> and <title>, too
    return RawEntry(
        link=page.get("loc", ""),
        title=escape(fields.get("title", "")),
        date=fields.get("publication_date") or page.get("lastmod", ""),
        language=fields.get("language", ""),
        tags=tuple(fields.get("keywords", "").split(",")),
        source=escape(fields.get("name", "")),
    )


def _texts(elements: Iterable[Any]) -> dict[str, str]:
    """Return the text of each element by its name, the first of a name."""
    texts: dict[str, str] = {}
    for element in elements:
        texts.setdefault(local_name(element), (element.text or "").strip())
    return texts
