"""`monitor feeds`: the list of sources, and what the service sees at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.context import ConfigOption, JsonOption, reading, settings_of, writing
from monitor.cli.output import bar, complain, json_line, line, table, when, words
from monitor.errors import BadInput
from monitor.feeds.opml import read_opml, write_opml
from monitor.feeds.quarantine import is_quarantined
from monitor.feeds.schedule import spread
from monitor.model import (
    Access,
    Feed,
    FeedOrigin,
    FeedSource,
    FeedStatus,
    ParsedFeed,
    Silence,
    SilenceKind,
)
from monitor.store import feeds, hosts, silences
from monitor.store.database import Connection
from monitor.text.urls import clean_link, without_feed_scheme

app = typer.Typer(help="Feeds: the sources that are polled.", no_args_is_help=True)
MAX_OPML = 20_000_000  # bytes; a list of 100,000 feeds is about that
BITE = 500  # feeds added in one transaction: a service beside the import waits no longer than that


@app.command("list")
def list_feeds(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List feeds with what became of their last poll."""
    now = datetime.now(UTC)
    with reading(settings_of(config)) as database:
        found = database.read_now(feeds.listing)
        silent = database.read_now(silences.in_force)
        resting = database.read_now(hosts.resting, now=now)
    if as_json:
        for feed in found:
            more = {"quiet_since": _quiet_since(feed, silent), "host_rests_until": resting.get(feed.host)}
            json_line({**as_record(feed), **more})
        return
    table(
        "Feeds",
        ("feed", "outlet", "status", "entries", "last success", "next poll", "every", "url"),
        [
            (
                feed.id,
                feed.outlet or feed.name,
                "quiet" if _quiet_since(feed, silent) else _state(feed, rests=feed.host in resting),
                feed.entries,
                when(feed.last_success_at, now),
                when(_next_poll(feed, resting), now) if feed.status is FeedStatus.LIVE else None,
                feed.interval,
                feed.url,
            )
            for feed in found
        ],
    )


def _next_poll(feed: Feed, resting: Mapping[str, datetime]) -> datetime:
    """When a feed is asked again: not before its host has had the rest that it asked for."""
    return max(feed.next_poll_at, resting.get(feed.host, feed.next_poll_at))


def _state(feed: Feed, *, rests: bool) -> str:
    """A feed's status, or how its last polls failed, or that its host is left alone for now."""
    if feed.status is FeedStatus.LIVE and feed.cause is not None:
        held = "in quarantine: " if is_quarantined(feed.losses) else ""
        return f"{held}{feed.cause}, {feed.failures}x"
    return "host rests" if rests and feed.status is FeedStatus.LIVE else feed.status


def _quiet_since(feed: Feed, silent: Mapping[int, Silence]) -> datetime | None:
    """Since when a feed that can be read has shown nothing new, where its rhythm does not explain it."""
    silence = silent.get(feed.id)
    if silence is None or silence.kind is not SilenceKind.QUIET or feed.cause is not None:
        return None
    return silence.since


def as_record(feed: Feed) -> dict[str, Any]:
    """A feed in the shape that programs rely on."""
    return {
        "feed": feed.id,
        "url": feed.url,
        "name": feed.name,
        "outlet": feed.outlet,
        "language": feed.language,
        "tags": list(feed.tags),
        "origin": feed.origin,
        "status": feed.status,
        "cause": feed.cause,
        "last_error": feed.last_error,
        "quarantined": is_quarantined(feed.losses),
        "failures": feed.failures,
        "entries": feed.entries,
        "last_success_at": feed.last_success_at,
        "next_poll_at": feed.next_poll_at,
        "interval": feed.interval,
    }


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="The feed's URL.")],
    name: Annotated[str, typer.Option(help="What to call it; by default what it calls itself.")] = "",
    outlet: Annotated[str, typer.Option(help="Whose feed it is.")] = "",
    language: Annotated[str, typer.Option(help="Its language, such as en.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    config: ConfigOption = None,
) -> None:
    """Add a feed; the service polls it at its next turn."""
    link = clean_link(without_feed_scheme(url))
    if link is None:
        complain("that is not an http(s) URL without user info")
        raise typer.Exit(1)
    source = FeedSource(url=link, name=name, outlet=outlet, language=language, tags=tuple(tag or ()))
    settings = settings_of(config)
    with writing(settings) as database:
        feed = database.write_now(
            feeds.add, source, first_poll=datetime.now(UTC), interval=settings.poll.every
        )
    if feed is None:
        complain("it is on the list already: `monitor feeds list`")
        raise typer.Exit(1)
    line(f"feed {feed} added")


@app.command("remove")
def remove(url: Annotated[str, typer.Argument(help="The feed's URL.")], config: ConfigOption = None) -> None:
    """Stop polling a feed that was added by command or import; its articles stay."""
    with writing(settings_of(config)) as database:
        origin = database.write_now(feeds.remove, clean_link(url) or url)
    if origin is FeedOrigin.COMMAND:
        line("removed; its articles stay")
        return
    complain(
        "there is no such feed: `monitor feeds list` names them"
        if origin is None
        else "this feed stands in feeds.yaml: take it out there, then restart or reload the service"
    )
    raise typer.Exit(1)


@app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    config: ConfigOption = None,
) -> None:
    """Add every feed of an OPML file, its folders as tags; feeds on the list already are left alone."""
    settings = settings_of(config)
    try:
        with file.open("rb") as opened:
            found = read_opml(opened.read(MAX_OPML))
    except (OSError, BadInput) as problem:
        complain(f"{file}: {problem.strerror if isinstance(problem, OSError) else problem}")
        raise typer.Exit(1) from None
    sources = found.feeds
    for left_out in found.left_out:
        complain(f"{file}:{left_out.line}: left out: {left_out.name or 'no name'}: {left_out.reason}")
    if not sources:
        complain(f"{file}: there is no feed in it")
        raise typer.Exit(1)
    first_polls = spread(len(sources), now=datetime.now(UTC), within=settings.poll.every)
    new = done = 0
    with writing(settings) as database, bar("adding feeds") as progress:
        for some in _bites(list(zip(sources, first_polls, strict=True))):
            new += database.write_now(_add_all, some, interval=settings.poll.every)
            done += len(some)
            progress(done, len(sources))
    line(
        f"{new} feeds added, {len(sources) - new} were on the list, {len(found.left_out)} left out; "
        f"the first polls are spread over {words(settings.poll.every)}"
    )


def _bites(feeds_and_polls: list[tuple[FeedSource, datetime]]) -> list[list[tuple[FeedSource, datetime]]]:
    return [feeds_and_polls[start : start + BITE] for start in range(0, len(feeds_and_polls), BITE)]


def _add_all(
    connection: Connection, wanted: list[tuple[FeedSource, datetime]], *, interval: timedelta
) -> int:
    added = [
        feeds.add(connection, source, first_poll=first_poll, interval=interval)
        for source, first_poll in wanted
    ]
    return sum(feed is not None for feed in added)


@app.command("export")
def export_opml(config: ConfigOption = None) -> None:
    """Write the list as OPML to standard output."""
    settings = settings_of(config)
    with reading(settings) as database:
        found = database.read_now(feeds.listing)
    if private := sum(source.access != Access() for source in settings.feeds):
        complain(f"headers, cookies, credentials and proxies are in no OPML: {private} need feeds.yaml")
    typer.echo(
        write_opml(
            [
                FeedSource(
                    url=feed.url,
                    name=feed.name,
                    outlet=feed.outlet,
                    language=feed.language,
                    every=feed.every,
                    tags=feed.tags,
                )
                for feed in found
            ]
        )
    )


@app.command("check")
def check(
    url: Annotated[str, typer.Argument(help="A feed's URL, or a site's: then its feeds are looked for.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the service sees at a URL: answer, redirects, format, entries with their dates, repairs."""
    from monitor.cli import look  # brings the client and the pool: a second that `list` need not wait
    from monitor.service import looking

    seen = asyncio.run(looking.look(url, settings_of(config), now=datetime.now(UTC)))
    if as_json:
        json_line({"url": url, **look.as_record(seen)})
    else:
        look.show(seen)
    raise typer.Exit(0 if isinstance(seen.parsed, ParsedFeed) else 1)
