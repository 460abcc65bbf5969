"""`monitor stories`: what happened, who reports it, and why we think that it is one story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.context import ConfigOption, JsonOption, LimitOption, reading, settings_of, writing
from monitor.cli.output import complain, json_line, line, table, when, words
from monitor.cli.redaction import Redaction, RevealOption, redaction
from monitor.cli.story_page import (
    as_record,
    independent_of,
    languages_of,
    outlets_of,
    show_evidence,
    show_story,
)
from monitor.errors import BadInput
from monitor.model import Role
from monitor.stages import regroup
from monitor.stages.regroup import Regrouped
from monitor.store import regrouping, stories

app = typer.Typer(help="Stories and their reports.", no_args_is_help=True)

StoryArgument = Annotated[int, typer.Argument(metavar="STORY", help="A story's id.")]


@app.command("list")
def list_stories(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
    reveal: RevealOption = False,
) -> None:
    """List stories, the latest first."""
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        found = [hidden.story(story) for story in database.read_now(stories.listing, limit=limit)]
    if as_json:
        for story in found:
            json_line(as_record(story))
        return
    now = datetime.now(UTC)
    table(
        "Stories",
        [
            "story",
            "title",
            "reports",
            "copies",
            "outlets",
            "independent",
            "languages",
            "state",
            "last report",
        ],
        [
            (
                story["id"],
                story["title"],
                sum(report["role"] != Role.COPY for report in story["reports"]),
                sum(report["role"] == Role.COPY for report in story["reports"]),
                outlets_of(story),
                independent_of(story),
                languages_of(story),
                story["state"],
                when(story["last_report_at"], now),
            )
            for story in found
        ],
    )


@app.command("show")
def show(story: StoryArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show one story: how it grew, every report, its role, and the evidence that ties it to the others."""
    with reading(settings_of(config)) as database:
        found = database.read_now(stories.life, story)
    if found is None:
        complain(f"there is no story {story}: `monitor stories list` names them")
        raise typer.Exit(1)
    if as_json:
        json_line(as_record(found))
    else:
        show_story(found, datetime.now(UTC))


# --- what a person decides --------------------------------------------------------------------------------


@app.command("merge")
def merge(
    story: StoryArgument,
    other: Annotated[int, typer.Argument(metavar="OTHER", help="The story that tells the same event.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the reports of OTHER reports of STORY; what comes later joins STORY."""
    done = _decide(config, lambda connection, **times: regroup.merge(connection, story, other, **times))
    _tell(done, f"story {other} is story {story} now", as_json=as_json)


@app.command("split")
def split(
    story: StoryArgument,
    articles: Annotated[
        list[int], typer.Argument(metavar="ARTICLE…", help="Articles that tell another event.")
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take articles out of STORY, with the copies of them, into a new story of their own."""
    done = _decide(config, lambda connection, **times: regroup.split(connection, story, articles, **times))
    _tell(done, f"story {done.story} is opened", as_json=as_json)


@app.command("move")
def move(
    article: Annotated[int, typer.Argument(metavar="ARTICLE", help="An article's id.")],
    story: StoryArgument,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make ARTICLE, with the copies of it, a report of STORY."""
    done = _decide(config, lambda connection, **times: regroup.move(connection, article, story, **times))
    _tell(done, f"article {article} is a report of story {story} now", as_json=as_json)


@app.command("suggest")
def suggest(
    reject: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="STORY OTHER", help="Keep that these two are two stories."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = 20,
    reveal: RevealOption = False,
) -> None:
    """List stories that may be one, the likeliest first; `merge` joins two, --reject keeps them apart."""
    if reject is not None:
        _reject(*reject, config, as_json=as_json)
        return
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        pairs = database.read_now(regrouping.suggestions, limit=limit)
        ids = sorted({pair[end] for pair in pairs for end in ("story_id", "other_id")})
        told = {each["id"]: each for each in database.read_now(stories.named, ids)}
    shown = [_asked(pair, told, hidden) for pair in pairs]
    if not shown and not as_json:
        line("No two stories look like one.")
    for record in shown:
        if as_json:
            json_line(record)
        else:
            _show_suggestion(record)


@app.command("labels")
def labels(config: ConfigOption = None, as_json: JsonOption = False, reveal: RevealOption = False) -> None:
    """List what people decided of pairs of articles; --json adds their texts, for evaluations."""
    settings = settings_of(config)
    with reading(settings) as database:
        hidden = redaction(settings, database, reveal=reveal)
        every = database.read_now(regrouping.labels)
    found = [row for row in every if not any(hidden.hides(topic) for topic in row["topics"])]
    if not as_json:
        table(
            "Labels",
            ["article", "and", "decided", "by", "at", "title", "title of the other"],
            [
                (
                    row["article_id"],
                    row["other_id"],
                    "one story" if row["same"] else "two stories",
                    row["action"],
                    row["at"],
                    row["title_a"],
                    row["title_b"],
                )
                for row in found
            ],
        )
        return
    for row in found:
        json_line(
            {
                "a": f"{row['title_a']}\n\n{row['text_a'] or ''}".strip(),
                "b": f"{row['title_b']}\n\n{row['text_b'] or ''}".strip(),
                "lang_a": row["lang_a"],
                "lang_b": row["lang_b"],
                "same": row["same"],
                "article_a": row["article_id"],
                "article_b": row["other_id"],
                "action": row["action"],
                "decided_at": row["at"],
            }
        )


def _decide(config: Path | None, change: Callable[..., Regrouped]) -> Regrouped:
    settings = settings_of(config)
    try:
        with writing(settings) as database:
            return database.write_now(change, now=datetime.now(UTC), window=settings.stories.window)
    except BadInput as problem:
        complain(str(problem))
        raise typer.Exit(1) from None


def _reject(story: int, other: int, config: Path | None, *, as_json: bool) -> None:
    try:
        with writing(settings_of(config)) as database:
            count = database.write_now(regroup.tell_apart, story, other, now=datetime.now(UTC))
    except BadInput as problem:
        complain(str(problem))
        raise typer.Exit(1) from None
    if as_json:
        json_line({"stories": [story, other], "same": False, "labels": count})
    else:
        line(f"stories {story} and {other} stay two; {_kept(count)}")


def _tell(done: Regrouped, what: str, *, as_json: bool) -> None:
    if as_json:
        json_line({"story": done.story, "moved": list(done.moved), "labels": done.labels})
        return
    moved = f"{'articles' if len(done.moved) > 1 else 'article'} {', '.join(map(str, done.moved))}"
    line(f"{what}: {moved}; {_kept(done.labels)}")


def _kept(count: int) -> str:
    return f"{count} labelled {'pair' if count == 1 else 'pairs'} kept"


def _asked(
    pair: Mapping[str, Any], told: Mapping[int, Mapping[str, Any]], hidden: Redaction
) -> dict[str, Any]:
    """Two stories side by side in the shape that programs rely on; what ties discreet ones stays untold."""
    both = [told[pair[end]] for end in ("story_id", "other_id")]
    titles = [hidden.story(story)["title"] for story in both]
    is_open = titles == [story["title"] for story in both]
    return {
        "story": pair["story_id"],
        "other": pair["other_id"],
        "titles": titles,
        "score": pair["score"],
        "evidence": hidden.evidence(pair["evidence"]) if is_open else [],
        "at": pair["at"],
    }


def _show_suggestion(record: Mapping[str, Any]) -> None:
    line(f"{record['score']:.0%} likely one story", style="bold")
    ids = record["story"], record["other"]
    for story, title in zip(ids, record["titles"], strict=True):
        line(f"    story {story}   {words(title)}")
    show_evidence(record["evidence"])
    line(f"    monitor stories merge {ids[0]} {ids[1]}")
    line(f"    monitor stories suggest --reject {ids[0]} {ids[1]}")
    line("")
