"""`monitor topics`: what is watched for, and what it finds in a text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.articles.extract import read_file
from monitor.cli.context import ConfigOption, JsonOption, settings_of
from monitor.cli.deriving import derive_topic
from monitor.cli.output import complain, json_line, line, table, words
from monitor.cli.redaction import RevealOption, redaction
from monitor.cli.topic_explain import explain
from monitor.cli.topic_lint import lint
from monitor.cli.trying import try_topic
from monitor.errors import BadInput
from monitor.model import Document, Extracted, Match, NotAnArticle
from monitor.topics.match import Matcher, compile_topics

COLUMNS = ("topic", "title", "status", "concepts", "min_score", "languages")

app = typer.Typer(help="Topics: what is watched for.", no_args_is_help=True)
app.command()(lint)
app.command()(explain)
app.command("derive")(derive_topic)
app.command("test")(try_topic)


@app.command("list")
def list_topics(
    config: ConfigOption = None, as_json: JsonOption = False, reveal: RevealOption = False
) -> None:
    """List the topics of the configuration."""
    settings = settings_of(config)
    hidden = redaction(settings, reveal=reveal)
    rows = [
        {
            "topic": hidden.name(topic.id),
            "title": hidden.name(topic.id) if hidden.hides(topic.id) else topic.title,
            "status": topic.status,
            "languages": list(topic.languages),
            "concepts": len(topic.concepts),
            "min_score": topic.min_score,
        }
        for topic in settings.topics
    ]
    if as_json:
        for row in rows:
            json_line(row)
    else:
        table("Topics", COLUMNS, [[row[column] for column in COLUMNS] for row in rows])


@app.command("match")
def match(
    files: Annotated[list[Path], typer.Argument(help="Text or HTML files.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold files against the topics: which ones they belong to, how surely, and by which words."""
    matcher = compile_topics(settings_of(config).topics)
    failed = False
    for path in files:
        try:
            _match_file(path, matcher, as_json=as_json)
        except (OSError, BadInput) as problem:
            failed = True
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            complain(f"{path}: {reason}")
    raise typer.Exit(1 if failed else 0)


def _match_file(path: Path, matcher: Matcher, *, as_json: bool) -> None:
    found = read_file(path.name, path.read_bytes(), now=datetime.now(UTC))
    matches: tuple[Match, ...] = ()
    language = "und"
    if isinstance(found, Extracted):
        language = found.language
        matches = matcher.match(Document(title=found.title, text=found.text, language=language))
    if as_json:
        json_line({"file": str(path), "language": language, "topics": [as_record(each) for each in matches]})
        return
    line(f"{words(path)} ({language})", style="bold")
    if isinstance(found, NotAnArticle):
        line(f"  not an article: {found.reason}")
    elif not matches:
        line("  no topic")
    for each in matches:
        _show(each)


def as_record(found: Match) -> dict[str, object]:
    """A match in the shape that programs rely on."""
    return {
        "topic": found.topic,
        "score": found.score,
        "evidence": [
            {"concept": item.concept, "text": item.text, "start": item.start, "end": item.end}
            for item in found.evidence
        ],
    }


def _show(found: Match) -> None:
    line(f"  {found.topic}  score {found.score:g}")
    for concept in dict.fromkeys(item.concept for item in found.evidence):
        places = [item for item in found.evidence if item.concept == concept]
        shown = ", ".join(f"“{words(item.text)}” at {item.start}" for item in places)
        line(f"    {concept}: {shown}")
