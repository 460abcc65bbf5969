"""`monitor extract`: the text that the service sees in a page or a file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.articles.extract import read_file, read_page
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
) -> None:
    """Show what an article says: title, text, language, time, canonical URL."""
    try:
        url, found = from_url(source, config) if "://" in source else (None, from_file(Path(source)))
    except (OSError, BadInput) as problem:
        complain(f"{source}: {problem.strerror if isinstance(problem, OSError) else problem}")
        raise typer.Exit(1) from None
    if as_json:
        json_line({"url": url, **_record(found)})
    else:
        _show(found)
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
    page = asyncio.run(_fetch(url, settings_of(config)))
    if not isinstance(page, Fetched):
        raise BadInput(page.label if isinstance(page, FetchFailed) else "the server sent nothing new")
    found = read_page(
        page.body, url=page.url, content_type=page.content_type, charset=page.charset, now=datetime.now(UTC)
    )
    return page.url, found


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


def _show(found: Extraction) -> None:
    if not isinstance(found, Extracted):
        line(f"{found.outcome}: {found.reason}")
        return
    line(words(found.title or "(no title)"), style="bold")
    for name, value in (
        ("language", found.language),
        ("published_at", found.published_at),
        ("authors", found.authors or None),
        ("canonical_url", found.canonical_url),
    ):
        origin = found.origins.get(name)
        line(f"{name.partition('_')[0]:10} {words(value)}{f'  (from {origin})' if origin else ''}")
    line("")
    for paragraph in found.text.split("\n"):
        line(words(paragraph))
