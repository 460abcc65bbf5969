"""`monitor articles`: what an article says, and what it said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from monitor.articles.revision import difference
from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of
from monitor.cli.output import complain, json_line, line, out, words
from monitor.model import Change, Mark, Passage, Run, Version
from monitor.store import revisions

app = typer.Typer(no_args_is_help=True, help="What an article says, and what it said before.")

STYLES = {Mark.KEPT: "", Mark.REMOVED: "red strike", Mark.ADDED: "green"}
PLAIN = {Mark.KEPT: ("", ""), Mark.REMOVED: ("[-", "-]"), Mark.ADDED: ("{+", "+}")}  # as git's word diff
SAID = {
    Change.REMOVED: "removed",
    Change.RETURNED: "there again after it was removed",
    Change.CORRECTION: "correction",
    Change.FIGURE: "figure changed",
    Change.HEADLINE: "headline changed",
    Change.REWRITE: "substantially rewritten",
    Change.EDIT: "edited",
}


@app.callback()
def _articles() -> None:
    """What an article says, and what it said before."""


@app.command("show")
def show(
    article: Annotated[int, typer.Argument(help="The article's id.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    text: Annotated[bool, typer.Option("--text", help="Show the whole text as it reads now, too.")] = False,
) -> None:
    """Show one article: where it stands, its topics, and what changed since it was first read."""
    with reading(settings_of(config)) as database:
        found = database.read_now(revisions.history, article)
    if found is None:
        complain(f"there is no article {article}: `monitor stories show` names a story's articles")
        raise typer.Exit(1)
    if as_json:
        json_line(as_record(found))
        return
    _show(found)
    if text:
        line("")
        for paragraph in (found["text"] or "").split("\n"):
            line(words(paragraph))


def as_record(found: dict[str, Any]) -> dict[str, Any]:
    """An article in the shape that programs rely on."""
    return {
        "article": found["id"],
        "title": found["title"],
        "url": found["url"],
        "canonical_url": found["canonical_url"],
        "outlet": found["outlet"],
        "language": found["language"],
        "authors": found["authors"],
        "published": found["published_at"],
        "modified": found["modified_at"],
        "section": found["section"],
        "image": found["image"],
        "seen_at": found["seen_at"],
        "read_at": found["read_at"],
        "state": found["state"],
        "outcome": found["outcome"],
        "reason": found["reason"],
        "origins": found["origins"],
        "topics": found["topics"],
        "story": found["story_id"],
        "look": found["look"],
        "last_look_at": found["last_look_at"],
        "next_look_at": found["next_look_at"],
        "seen_in": found["seen_in"],
        "text": found["text"],
        "revisions": [_revision(old, new) for old, new in pairwise(found["versions"])],
    }


def _revision(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    title, passages = _difference(old, new)
    return {
        "number": new["number"],
        "seen_at": new["seen_at"],
        "kinds": new["kinds"] or [],
        "title": new["title"],
        "text": new["text"],
        "before": {"title": old["title"], "text": old["text"]},
        "headline": asdict(title),
        "difference": [
            {"before": each.before, "after": each.after, "runs": [asdict(run) for run in each.runs]}
            for each in passages
            if not each.is_kept
        ],
    }


def _difference(old: dict[str, Any], new: dict[str, Any]) -> tuple[Passage, tuple[Passage, ...]]:
    """The difference to the version before; a text that is no longer kept differs in nothing."""
    is_kept = old["text"] is not None and new["text"] is not None
    versions = [Version(title=each["title"], text=each["text"] if is_kept else "") for each in (old, new)]
    return difference(*versions)


def _show(found: dict[str, Any]) -> None:
    line(f"Article {found['id']}: {words(found['title'])}", style="bold")
    for name, value in (
        ("outlet", f"{found['outlet']} ({found['language'] or 'language unknown'})"),
        ("url", found["url"]),
        ("authors", _sourced(found, "authors")),
        ("published", _sourced(found, "published_at")),
        ("modified", _sourced(found, "modified_at")),
        ("section", _sourced(found, "section")),
        ("canonical", _sourced(found, "canonical_url")),
        ("image", _sourced(found, "image")),
        ("seen", found["seen_at"]),
        ("seen in", [seen["name"] for seen in found["seen_in"]] or None),
        ("read", found["read_at"]),
        ("text from", _origin(found)),
        ("topics", found["topics"] or None),
        ("story", found["story_id"]),
        ("last look", _last_look(found)),
        ("next look", found["next_look_at"]),
    ):
        line(f"{name:10} {words(value)}")
    pairs = list(pairwise(found["versions"]))
    if not pairs:
        line("")
        line("no revision" if found["versions"] else "not read")
    for old, new in pairs:
        _show_revision(old, new)


def _sourced(found: dict[str, Any], name: str) -> str | None:
    """A value with where it came from; none where nobody said it."""
    if not found[name]:
        return None
    origin = (found["origins"] or {}).get(name)
    return f"{words(found[name])}  (from {origin})" if origin else words(found[name])


def _origin(found: dict[str, Any]) -> str | None:
    outcome = found["outcome"]
    return f"{outcome}: {found['reason']}" if outcome and found["reason"] else outcome


def _last_look(found: dict[str, Any]) -> str | None:
    if found["last_look_at"] is None:
        return None
    why = f" ({found['look_reason']})" if found["look_reason"] else ""
    return f"{words(found['last_look_at'])}: {found['look']}{why}"


# --- the difference -------------------------------------------------------------------------------------


def _show_revision(old: dict[str, Any], new: dict[str, Any]) -> None:
    kinds = ", ".join(SAID[Change(kind)] for kind in new["kinds"] or [])
    line("")
    line(f"Revision {new['number']}, seen {words(new['seen_at'])}: {kinds}", style="bold")
    title, passages = _difference(old, new)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    if not title.is_kept:
        grid.add_row("headline", _drawn(title.runs))
    for passage in _around_changes(passages):
        grid.add_row(*(("", "…") if passage is None else (_sign(passage), _drawn(passage.runs))))
    if grid.row_count:
        out.print(grid)
    elif Change.REMOVED in (new["kinds"] or []):
        line("The page is gone; its last text is kept: --text shows it.")
    elif Change.RETURNED in (new["kinds"] or []):
        line("The page says what it said before.")
    if old["text"] is None or new["text"] is None:
        line("Its text is no longer kept.")


def _around_changes(passages: Sequence[Passage]) -> Iterator[Passage | None]:
    """Yield what changed with the sentence before and after it, and None for what is left out between."""
    changed = [place for place, passage in enumerate(passages) if not passage.is_kept]
    shown = sorted({near for place in changed for near in (place - 1, place, place + 1)})
    last = -1
    for place in (near for near in shown if 0 <= near < len(passages)):
        if place > last + 1:
            yield None
        yield passages[place]
        last = place
    if changed and last < len(passages) - 1:
        yield None


def _sign(passage: Passage) -> str:
    if passage.is_kept:
        return ""
    return "-" if not passage.after else "+" if not passage.before else "~"


def _drawn(runs: Sequence[Run]) -> Text:
    """The words in colour, or in brackets where there is none; nothing in them can turn a terminal."""
    drawn = Text()
    is_plain = not out.is_terminal or out.no_color
    for place, run in enumerate(runs):
        before, after = PLAIN[run.mark] if is_plain and len(runs) > 1 else ("", "")
        drawn.append(f"{before}{words(run.text)}{after}", style=STYLES[run.mark])
        if place < len(runs) - 1:
            drawn.append(" ")
    return drawn
