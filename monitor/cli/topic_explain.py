"""`monitor topics explain`: why a topic matched an article, or why it did not, down to the words."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.extract import from_file, from_url
from monitor.cli.output import complain, json_line, line, out, words
from monitor.errors import BadInput
from monitor.model import Document, Extraction, NotAnArticle, Topic, TopicStatus
from monitor.settings import Settings
from monitor.store import articles
from monitor.text.urls import host_of
from monitor.topics.explain import Explanation, Reason, quoted
from monitor.topics.explain import explain as explained

MOST_QUOTED = 60  # characters of words beside a part of the tree; the object of --json has them all
SEES = {True: "[green]yes[/]", False: "[red]no [/]"}


def explain(
    topic: Annotated[str, typer.Argument(help="The topic's id.")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="URL|FILE|ARTICLE", help="A page, a file, or an article's number in the archive."
        ),
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a topic's expression as a tree, each part true or false with its words, and what is missing."""
    settings = settings_of(config)
    try:
        wanted = topic_of(topic, settings)
        document = _document(source, settings, config)
    except (OSError, BadInput) as problem:
        complain(f"{source}: {problem.strerror}" if isinstance(problem, OSError) else str(problem))
        raise typer.Exit(1) from None
    found = explained(wanted, document)
    if as_json:
        about = {"title": document.title, "language": document.language, "source": document.source}
        json_line({"source": source, **about, "status": wanted.status, **asdict(found)})
    else:
        _show(found, wanted, document)


def topic_of(name: str, settings: Settings) -> Topic:
    """Return the topic of that id, whatever its status.

    Raises: BadInput, naming the nearest.
    """
    topics = {topic.id: topic for topic in settings.topics}
    if name in topics:
        return topics[name]
    near = get_close_matches(name, topics, 1)
    meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(topics)) or 'none'}."
    raise BadInput(f"there is no topic {name}. {meant}")


# --- the article ------------------------------------------------------------------------------------------


def _document(source: str, settings: Settings, config: Path | None) -> Document:
    if "://" in source:
        url, found = from_url(source, config)
        return _of_page(found, source, host_of(url))
    if source.isdecimal() and not Path(source).exists():
        return _of_archive(int(source), settings)
    return _of_page(from_file(Path(source)), source, "")


def _of_page(found: Extraction, source: str, host: str) -> Document:
    if isinstance(found, NotAnArticle):
        raise BadInput(f"{source}: not an article: {found.reason}")
    return Document(title=found.title, text=found.text, language=found.language, source=host)


def _of_archive(article: int, settings: Settings) -> Document:
    with reading(settings) as database:
        found = database.read_now(articles.document, article)
    if found is None:
        raise BadInput(f"there is no article {article} in the archive, or its text is not kept (any more)")
    return found


# --- for people -------------------------------------------------------------------------------------------


def _show(found: Explanation, topic: Topic, document: Document) -> None:
    outcome = "matches" if found.matched else "does not match"
    about = ", ".join(filter(None, (document.language, document.source)))
    line(
        f"{words(found.topic)} {outcome}: {words(document.title or '(no title)')} ({words(about)})",
        style="bold",
    )
    if topic.status is not TopicStatus.LIVE:
        line(f"  it is {topic.status}, so nobody is told whatever it matches")
    for reason in found.because:
        line(f"  {'because' if found.matched else 'missing'}: {words(reason)}")
    line("")
    out.print(_tree("match", found.match), soft_wrap=True)
    if found.exclude is not None:
        out.print(_tree("exclude", found.exclude), soft_wrap=True)
    line(f"score {found.score:g}, needed {found.min_score:g}{_sum(found)}")


def _sum(found: Explanation) -> str:
    parts = []
    for each in found.points:
        factor = f" × {each.factor:g} in the title" if each.factor != 1 else ""
        parts.append(f"{words(each.concept)} {each.weight:g}{factor}")
    return f": {' + '.join(parts)}" if parts else ""


def _tree(name: str, reason: Reason) -> Tree:
    root = Tree(f"[bold]{name}[/]", guide_style="dim")
    _grow(root, reason)
    return root


def _grow(branch: Tree, reason: Reason) -> None:
    asks, told, parts = reason.asks, _told(reason), reason.parts
    while len(parts) == 1:  # title:, NOT and ATLEAST have one part, and are read with it
        (inner,) = parts
        asks += inner.asks if asks.endswith(":") else f" {inner.asks}"
        told, parts = [*_told(inner), *told], inner.parts
    grown = branch.add(
        f"{SEES[reason.holds]} {escape(words(asks))}  {escape('; '.join(dict.fromkeys(told)))}"
    )
    for part in parts:
        _grow(grown, part)


def _told(reason: Reason) -> list[str]:
    lacks = [words(reason.lacks)] if reason.lacks else []
    if not reason.words:
        return lacks
    found = list(dict.fromkeys(reason.words))
    length = accumulate(map(len, found))
    shown = [text for text, end in zip(found, length, strict=True) if end <= MOST_QUOTED] or found[:1]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return [words(quoted([text for text in reason.words if text in shown])) + more, *lacks]
