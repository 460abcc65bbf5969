"""`monitor topics derive`: a draft topic from articles, for an editor to read and mend."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.articles.extract import read_file, read_page
from monitor.cli.context import ConfigOption, config_folder, reading, settings_of
from monitor.cli.output import complain
from monitor.errors import BadInput, OperatorFault
from monitor.model import Concept, Extracted, Extraction, Fetched, FetchFailed
from monitor.service.wiring import open_fetcher, page_getter
from monitor.settings.topic_files import shared_concepts
from monitor.store import archive
from monitor.text.words import normalise
from monitor.topics.derive.derive import MOST_SEEDS, derive
from monitor.topics.derive.draft import Seed
from monitor.topics.derive.write import write

# Where an article was published or found is not what it is about.
_PLATFORMS = (
    *("facebook", "twitter", "instagram", "youtube", "telegram", "whatsapp", "tiktok", "google news"),
    *("reuters", "afp", "bloomberg", "interfax", "dpa", "efe", "associated press", "getty images"),
)
_DATELINE = re.compile(r"\A[\W_]*([\w.-]+\.(?:com|org|net|info|news|[a-z]{2}))\b", re.IGNORECASE)


def derive_topic(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE|URL|STORY…", help="One to five articles, or a story's id.")
    ],
    name: Annotated[str, typer.Option(help="The topic's title; its id is made from it.")] = "",
    config: ConfigOption = None,
) -> None:
    """Write a draft topic about what these articles share: concepts, aliases with their origin, a rule.

    Redirect it into a file of config/topics/. It raises no alert until somebody makes it live.
    """
    try:
        seeds: list[Seed] = []
        labels: list[str] = []
        for source in sources:
            for label, seed in _seeds(source, config):
                labels.append(f"{label} ({seed.language})")
                seeds.append(seed)
        draft = derive(seeds, labels, _lexicon(config), name=name)
    except BadInput as problem:
        complain(str(problem))
        raise typer.Exit(1) from None
    typer.echo(write(draft), nl=False)


def _seeds(source: str, config: Path | None) -> Iterator[tuple[str, Seed]]:
    if source.isdecimal() and not Path(source).exists():
        yield from _of_story(int(source), config)
        return
    try:
        found = _of_url(source, config) if "://" in source else _of_file(Path(source))
    except OSError as problem:
        raise BadInput(f"{source}: {problem.strerror}") from None
    if not isinstance(found, Extracted):
        raise BadInput(f"{source}: not an article: {found.reason}")
    yield source, _seed(found.title, found.text, found.language, (found.site, *found.authors))


def _of_file(path: Path) -> Extraction:
    return read_file(path.name, path.read_bytes(), now=datetime.now(UTC))


def _of_url(url: str, config: Path | None) -> Extraction:
    settings = settings_of(config)

    async def fetch() -> Extraction:
        async with open_fetcher(settings) as fetcher:
            page = await page_getter(fetcher, settings)(url)
        if not isinstance(page, Fetched):
            raise BadInput(f"{url}: {page.label if isinstance(page, FetchFailed) else 'nothing new'}")
        return read_page(
            page.body,
            url=page.url,
            content_type=page.content_type,
            charset=page.charset,
            now=datetime.now(UTC),
        )

    return asyncio.run(fetch())


def _of_story(story: int, config: Path | None) -> Iterator[tuple[str, Seed]]:
    with reading(settings_of(config)) as database:
        articles = database.read_now(archive.of_story, story, limit=MOST_SEEDS)
    if not articles:
        raise BadInput(f"story {story} has no report with a text: `monitor stories list` names stories")
    for article in articles:
        left_out = (article.outlet, *article.authors)
        yield f"article {article.id}", _seed(article.title, article.text, article.language, left_out)


def _seed(title: str, text: str, language: str, left_out: Sequence[str]) -> Seed:
    dateline = _DATELINE.match(text)
    names = [*left_out, *_PLATFORMS]
    if dateline:
        names += [dateline[1], dateline[1].rpartition(".")[0]]
        text = text[dateline.end() :].lstrip(" -–—:|")
    return Seed(
        title=title,
        text=text,
        language=language,
        leave_out=frozenset(plain for each in names if len(plain := normalise(each).strip()) > 2),
    )


def _lexicon(config: Path | None) -> tuple[Concept, ...]:
    """The concepts that topics share; none where there is no configuration yet."""
    try:
        return shared_concepts(config_folder(config) / "topics")
    except OperatorFault:
        if config is not None:
            raise
        return ()
