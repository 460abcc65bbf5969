"""`monitor topics test`: what a topic would have found in the archive, before it finds anything for real."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import complain, err, json_line, line, table, words
from monitor.cli.topic_explain import topic_of
from monitor.errors import BadInput
from monitor.model import Article, Topic
from monitor.settings.values import duration
from monitor.store import archive
from monitor.store.database import Database
from monitor.topics.trial import Glance, Trial, Verdict, document

MOST_WORDS = 8  # matched words beside a sample


def try_topic(
    topic: Annotated[str, typer.Argument(help="The topic's id; a draft or a paused one will do.")],
    since: Annotated[str, typer.Option(help="How far back: 30d, 12h.")] = "30d",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the archive against a topic: alerts a week, samples, near misses, concepts that say nothing."""
    settings = settings_of(config)
    try:
        span = duration(since)
        wanted = topic_of(topic, settings)
        with reading(settings) as database:
            trial, samples = _tried(wanted, settings.topics, database, span)
    except (BadInput, ValueError) as problem:
        complain(f"--since: {problem}" if isinstance(problem, ValueError) else str(problem))
        raise typer.Exit(1) from None
    verdict = trial.judge(span)
    if as_json:
        json_line(_record(wanted, verdict, samples))
    else:
        _show(wanted, verdict, samples, since)


def _tried(
    topic: Topic, topics: Sequence[Topic], database: Database, span: timedelta
) -> tuple[Trial, dict[int, list[str]]]:
    """Read the archive twice: what common words are must be known before likeness can be told."""
    start = datetime.now(UTC) - span
    trial = Trial(topic=topic, others=topics)
    with _progress() as progress:
        total = database.read_now(archive.count, since=start)
        for article in progress.track(_articles(database, start), total, description="matching"):
            trial.look(article)
        seeds = list(_seeds(topic, database))
        matched = {glance.article for glance in trial.found}
        for article in seeds or _by_id(database, trial.best()):
            trial.show(article)
        if trial.examples:
            for article in progress.track(_articles(database, start), total, description="comparing"):
                if article.id not in matched:
                    trial.resemble(article)
    told = {glance.article for glance in trial.judge(span).samples}
    return trial, {article.id: _matched_words(trial, article) for article in _by_id(database, told)}


def _progress() -> Progress:
    """A bar on standard error, where somebody is there to see it, gone when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _articles(database: Database, start: datetime) -> Iterator[Article]:
    last = 0
    while page := database.read_now(archive.since, start, after=last):
        yield from page
        last = page[-1].id


def _by_id(database: Database, ids: Collection[int]) -> list[Article]:
    return database.read_now(archive.by_id, sorted(ids))


def _seeds(topic: Topic, database: Database) -> Iterator[Article]:
    """The articles that the topic's file names: files beside it, and pages of the archive."""
    for example in topic.examples:
        yield Article(
            id=0,
            url="",
            title=example.title,
            text=example.text,
            language=example.language,
            outlet="",
            source="",
            seen_at=datetime.now(UTC),
        )
    for seed in (seed for seed in topic.seeds if "://" in seed):
        found = database.read_now(archive.by_url, seed)
        if found is None:
            complain(f"the seed {seed} is not in the archive; it is left out")
        else:
            yield found


def _matched_words(trial: Trial, article: Article) -> list[str]:
    found = {match.topic: match for match in trial.matcher.match(document(article))}
    match = found.get(trial.topic.id)
    return list(dict.fromkeys(item.text for item in match.evidence)) if match else []


# --- telling ------------------------------------------------------------------------------------------------


def _record(topic: Topic, verdict: Verdict, samples: dict[int, list[str]]) -> dict[str, Any]:
    told = asdict(verdict)
    told["samples"] = [
        {**asdict(glance), "words": samples.get(glance.article, [])} for glance in verdict.samples
    ]
    return {"topic": topic.id, "status": topic.status, **told}


def _show(topic: Topic, verdict: Verdict, samples: dict[int, list[str]], since: str) -> None:
    line(f"{topic.id} ({topic.status}) over the last {since}", style="bold")
    if not verdict.articles:
        line(
            "The archive has no article of that time: let the service run for a while, or look further back."
        )
        return
    share = verdict.matches / verdict.articles
    line(f"{verdict.matches} of {verdict.articles} articles match ({share:.1%}).")
    loud = (
        f"{verdict.immediate_a_week:g} of them at once"
        if topic.immediate_score is not None
        else "all at once"
    )
    line(f"{verdict.a_week:g} alerts a week without copies, {loud}.")
    if verdict.languages:
        told = ", ".join(f"{code or '?'} {count}" for code, count in verdict.languages.items())
        line(f"Languages of the matches: {told}")
    _list("Samples, from the surest to the least sure", verdict.samples, samples)
    _list("Near misses: the expression holds, the score is too low", verdict.under)
    _list("Near misses: like the topic's examples, and no match", verdict.like)
    if verdict.overlap:
        table("Overlap", ["also in", "articles"], list(verdict.overlap.items()))
    _tell("Concepts that never stood in an article", verdict.never)
    _tell("Concepts that stand in more than half of all articles", verdict.always)
    for concept, missing in verdict.without_aliases.items():
        line(f"@{concept} has no words for {', '.join(missing)}")


def _list(heading: str, glances: Sequence[Glance], samples: dict[int, list[str]] | None = None) -> None:
    line("")
    line(f"{heading}:{'' if glances else ' none'}")
    for glance in glances:
        points = f"{glance.likeness:.2f}" if glance.likeness else f"{glance.score:g}"
        line(f"  {points:>5}  {glance.language or '?':<3} {words(glance.title)} ({words(glance.outlet)})")
        matched = (samples or {}).get(glance.article, [])
        if matched:
            more = f" and {len(matched) - MOST_WORDS} more" if len(matched) > MOST_WORDS else ""
            line(f"         {', '.join(f'“{words(word)}”' for word in matched[:MOST_WORDS])}{more}")


def _tell(heading: str, names: Sequence[str]) -> None:
    if names:
        line(f"{heading}: {', '.join(f'@{name}' for name in names)}")
