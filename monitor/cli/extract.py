"""`monitor extract`: the text that the service sees in a page or a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.articles.explain import Part
from monitor.articles.extract import explain_file, read_file, read_page
from monitor.cli.context import ConfigOption, JsonOption, settings_of
from monitor.cli.output import complain, json_line, line, words
from monitor.errors import BadInput
from monitor.model import Extracted, Extraction, Fetched, FetchFailed, FetchResult, Outcome
from monitor.service.wiring import open_fetcher, page_getter
from monitor.settings import Settings


def extract(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="An HTML or text file, or a page's URL.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    why: Annotated[bool, typer.Option("--explain", help="Show also what was left out, and why.")] = False,
) -> None:
    """Show what an article says: title, text, language, time, canonical URL, and where each came from."""
    try:
        page = _fetched(source, config) if "://" in source else None
        body = Path(source).read_bytes() if page is None else page.body
        url = None if page is None else page.url
        found = _from_page(page) if page is not None else read_file(source, body, now=datetime.now(UTC))
        parts = explain_file(source, body, url=url, now=datetime.now(UTC)) if why else ()
    except (OSError, BadInput) as problem:
        complain(f"{source}: {problem.strerror if isinstance(problem, OSError) else problem}")
        raise typer.Exit(1) from None
    if as_json:
        told = {"parts": [{"text": part.text, "reason": part.reason} for part in parts]} if why else {}
        json_line({"url": url, **_record(found), **told})
    else:
        _show(found, parts)
    raise typer.Exit(0 if isinstance(found, Extracted) else 1)


def from_file(path: Path) -> Extraction:
    """What a file says.

    Raises: OSError if it cannot be read, BadInput for a name that no reader knows.
    """
    return read_file(path.name, path.read_bytes(), now=datetime.now(UTC))


def from_url(url: str, config: Path | None) -> tuple[str, Extraction]:
    """What a page says, and the URL that it was found at.

    Raises: BadInput if it cannot be had.
    """
    page = _fetched(url, config)
    return page.url, _from_page(page)


def _fetched(url: str, config: Path | None) -> Fetched:
    page = asyncio.run(_fetch(url, settings_of(config)))
    if not isinstance(page, Fetched):
        raise BadInput(page.label if isinstance(page, FetchFailed) else "the server sent nothing new")
    return page


def _from_page(page: Fetched) -> Extraction:
    return read_page(
        page.body, url=page.url, content_type=page.content_type, charset=page.charset, now=datetime.now(UTC)
    )


async def _fetch(url: str, settings: Settings) -> FetchResult:
    async with open_fetcher(settings) as fetcher:
        result: FetchResult = await page_getter(fetcher, settings)(url)
        return result


def _record(found: Extraction) -> dict[str, object]:
    if isinstance(found, Extracted):
        return {
            "title": found.title,
            "text": found.text,
            "language": found.language,
            "published": found.published_at,
            "canonical_url": found.canonical_url,
            "authors": list(found.authors),
            "outcome": Outcome.PAGE,
            "modified": found.modified_at,
            "site": found.site,
            "section": found.section,
            "image": found.image,
            "origins": dict(found.origins),
        }
    return {
        "title": "",
        "text": "",
        "language": "und",
        "published": None,
        "canonical_url": None,
        "authors": [],
        "outcome": found.outcome,
        "reason": found.reason,
    }


def _show(found: Extraction, parts: Sequence[Part]) -> None:
    if isinstance(found, Extracted):
        _show_values(found)
    else:
        line(f"{found.outcome}: {found.reason}")
    if parts:
        line("")
        for part in parts:
            _show_part(part)
    elif isinstance(found, Extracted):
        line("")
        for paragraph in found.text.split("\n"):
            line(words(paragraph))


def _show_values(found: Extracted) -> None:
    line(words(found.title or "(no title)"), style="bold")
    always, where_known = (
        ("language", "published_at", "authors", "canonical_url"),
        ("site", "section", "image"),
    )
    for name in (*always[:2], "modified_at", *always[2:], *where_known):
        value = getattr(found, name) or None
        if value is None and name not in always:
            continue
        origin = found.origins.get(name)
        line(f"{name.partition('_')[0]:10} {words(value)}{f'  (from {origin})' if origin else ''}")


def _show_part(part: Part) -> None:
    if part.reason:
        line(f"- {words(part.text)}  [{part.reason}]", style="dim")
    else:
        line(f"+ {words(part.text)}")
