"""The doors of extraction: a page, an entry or a file in; an article, or why there is none, out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePath

from lxml.etree import LxmlError
from lxml.html import fragment_fromstring

from monitor.articles.body import main_text
from monitor.articles.decode import decode, is_binary
from monitor.articles.explain import Part, explain_page, explain_text
from monitor.articles.furniture import clean_text
from monitor.articles.language import detect
from monitor.articles.limits import check_size, harmless
from monitor.articles.metadata import read_metadata
from monitor.articles.page import one_line, parse_page
from monitor.articles.plain import title_and_text
from monitor.articles.recognise import why_not
from monitor.errors import BadPage
from monitor.model import Entry, Extracted, Extraction, NotAnArticle, Outcome
from monitor.text.calendar_names import months

WHOLE_TEXT = 600  # characters of a feed's own content from which it is the article, not a teaser
MUCH_LONGER = 2.0  # times the summary, from which shorter content is whole all the same
MAX_TEXT = 200_000  # characters; a long reportage has 60,000

_GO_ON = (
    "read more|continue reading|baca selengkapnya|weiterlesen|читать далее|leer más|lire la suite|leia mais"
)
_TEASER = re.compile(rf"(?:\[?(?:…|\.\.\.)\]?|&hellip;|(?:{_GO_ON})\W*)$", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|article|div|p|meta|title)\b", re.IGNORECASE)
_PAGE_TYPES = ("text/html", "application/xhtml", "application/xml", "text/xml", "text/plain")
_BLOCKS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "figcaption", "figure",
    "ul", "ol", "pre", "section", "br",
)  # fmt: skip


def read_page(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    charset: str | None = None,
    feed_language: str = "",
    now: datetime,
) -> Extraction:
    """Return the article that a page holds, or why it holds none. Runs in a worker: seconds on a bad page.

    Shapes: text is paragraphs on lines of their own, without title and furniture.
    Raises: BadPage, for what passes a limit before a parser sees it.
    """
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind and not kind.startswith(_PAGE_TYPES):
        return _nothing("not a web page")
    check_size(body)
    if is_binary(body) or not body.strip():
        return _nothing("not text" if body.strip() else "no text")
    content = decode(body, charset, hint=feed_language)
    if kind == "text/plain" and not _MARKUP.search(content[:1_000]):
        return _from_text(content, feed_language)
    return _from_markup(content, url, feed_language, now)


def _from_markup(content: str, url: str, feed_language: str, now: datetime) -> Extraction:
    page = parse_page(content, url)
    metadata = read_metadata(page, now)
    text, origin = main_text(page, metadata)
    if (refusal := why_not(page, text)) is not None:
        return refusal
    return Extracted(
        title=metadata.title,
        text=text[:MAX_TEXT],
        language=detect(text, page.language_label or feed_language),
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        authors=metadata.authors,
        canonical_url=metadata.canonical_url,
        site=metadata.site,
        section=metadata.section,
        image=metadata.image,
        origins={**metadata.origins, "text": origin, "language": "detected"},
    )


def prepare() -> None:
    """Load models and word lists, so that the first page does not pay for them."""
    months()
    page = f"<html><title>One two</title><p>{'A sentence of some words. ' * 20}</p></html>"
    read_page(page.encode(), url="https://example.org/a", now=datetime(2000, 1, 1, tzinfo=UTC))


def has_full_text(entry: Entry) -> bool:
    """Tell whether a feed's entry carries its whole article, so that no page need be fetched."""
    text = _feed_text(entry.content)
    if _TEASER.search(text[-60:]):
        return False
    return len(text) >= WHOLE_TEXT or (
        len(text) >= WHOLE_TEXT / 2 and len(text) >= MUCH_LONGER * len(entry.summary) > 0
    )


def read_entry(entry: Entry, *, now: datetime) -> Extraction:
    """Return the article as its feed tells it: the whole text, or the summary as a last resort.

    `origins["text"]` says which: feed or summary.
    """
    content = _feed_text(entry.content)
    origin = "feed" if len(content) > len(entry.summary) else "summary"
    raw = content if origin == "feed" else entry.summary
    text = clean_text(raw, title=entry.title, authors=entry.authors)[:MAX_TEXT]
    if not text and not entry.title:
        return _nothing("no text")
    values = {
        "title": entry.title,
        "published_at": min(entry.published_at, now) if entry.published_at is not None else None,
        "authors": entry.authors,
        "site": entry.source,
    }
    origins = {name: "feed" for name, value in values.items() if value}
    return Extracted(
        **values,  # type: ignore[arg-type]
        text=text,
        language=detect(f"{entry.title}\n{text}", entry.language),
        origins={**origins, "text": origin, "language": "detected"},
    )


def read_file(name: str, body: bytes, now: datetime) -> Extraction:
    """Return the article in a file, as plain text or as HTML by its name and its first bytes.

    Raises: BadPage, as for a page.
    """
    check_size(body)
    if is_binary(body):
        return _nothing("not text")
    content = decode(body)
    return _from_markup(content, "", "", now) if _is_html(name, content) else _from_text(content, "")


def explain_file(name: str, body: bytes, *, url: str | None = None, now: datetime) -> tuple[Part, ...]:
    """Return the lines of a file or of the page at *url*, each kept or with why it was left out.

    Raises: BadPage, as reading does.
    """
    check_size(body)
    if is_binary(body):
        return ()
    content = decode(body)
    if url is not None or _is_html(name, content):
        return explain_page(body, url=url or "", now=now) if content.strip() else ()
    return explain_text(content, title_and_text(content)[1])


def _is_html(name: str, content: str) -> bool:
    known = PurePath(name).suffix.lower() in (".html", ".htm", ".xhtml")
    return known or _MARKUP.search(content[:1_000]) is not None


def _nothing(reason: str) -> NotAnArticle:
    return NotAnArticle(outcome=Outcome.NOT_AN_ARTICLE, reason=reason)


def _from_text(content: str, hint: str) -> Extraction:
    title, text = title_and_text(content)
    text = text[:MAX_TEXT]
    if not text:
        return _nothing("no text")
    origins = {"text": "file", "language": "detected"} | ({"title": "file"} if title else {})
    return Extracted(title=title, text=text, language=detect(f"{title}\n{text}", hint), origins=origins)


def _feed_text(content: str) -> str:
    """Return the paragraphs of a feed's HTML; what passes a page's limits counts as none."""
    if not content.strip():
        return ""
    if "<" not in content:
        return "\n".join(one_line(line) for line in content.split("\n"))
    try:
        root = fragment_fromstring(harmless(content), create_parent="div")
    except (BadPage, LxmlError, ValueError, AssertionError):
        return ""
    for block in root.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "")
    lines = (one_line(line) for line in "".join(root.itertext()).split("\n"))
    return "\n".join(line for line in lines if line)
