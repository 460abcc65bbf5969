"""Mutated feeds pass no limit, those that once did are read again, and a planted defect is found and kept."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.errors import BadFeed, ParserFailed
from monitor.feeds.parse import parse_feed
from monitor.model import Entry, ParsedFeed
from monitor.workers import Workers
from tests.feeds.corpus import NOW, rss
from tests.quality import fuzz_feeds
from tests.quality.fuzzing.material import sources
from tests.quality.fuzzing.mutants import KINDS, LARGEST, Mutant, mutants
from tests.quality.fuzzing.regressions import kept
from tests.quality.fuzzing.tags import tokens_of
from tests.quality.fuzzing.verdicts import Outcome, judged, verdict

BAIT = b"poison"
CLEAN = rss("<title>A</title><link>http://w.example/a</link>")
POISONED = rss(f"<title>{BAIT.decode()}</title><link>http://w.example/a</link>{'<tag>x</tag>' * 50}")


def planted(body: bytes = CLEAN) -> Mutant:
    return Mutant(
        number=7,
        kinds=("bytes: insert",),
        source="planted",
        body=body,
        content_type="text/xml",
        charset=None,
    )


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(1, preload=("monitor.feeds.parse",))
    yield pool
    await pool.close()


# --- the fence holds --------------------------------------------------------------------------------------


def test_mutants_of_every_kind_pass_no_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    count = 2 * len(KINDS)
    arguments = [
        "fuzz_feeds",
        "--count",
        f"{count}",
        "--seed",
        "7",
        "--keep",
        f"{tmp_path}",
        "--workers",
        "1",
    ]
    monkeypatch.setattr(sys, "argv", arguments)
    assert fuzz_feeds.main() == 0
    told = capsys.readouterr().out
    found = json.loads(told.splitlines()[-1])
    assert (found["count"], found["broken"], found["lost"]) == (count, 0, 0)
    assert found["read"] > count / 2  # a mutant that is refused tries nothing behind the door
    assert all(kind in told for kind in KINDS)


async def test_what_once_failed_fails_no_more(workers: Workers) -> None:
    found = {mutant.source: await judged(mutant, workers, parse_feed) for mutant in kept(fuzz_feeds.KEEP)}
    assert {name: one.why for name, one in found.items() if one.outcome in ("broken", "lost")} == {}


# --- mutants ----------------------------------------------------------------------------------------------


def test_a_seed_makes_the_same_mutants_again_and_another_makes_others() -> None:
    material = sources()
    first, again, other = (list(mutants(2 * len(KINDS), material, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert sum(one.body == two.body for one, two in zip(first, other, strict=True)) < len(first) / 10
    bodies = {source.body for source in material}
    assert sum(mutant.body in bodies for mutant in first) < len(first) / 10
    assert max(len(mutant.body) for mutant in first) <= LARGEST


def test_a_folder_of_feeds_is_material_as_well(tmp_path: Path) -> None:
    (tmp_path / "theirs.xml").write_bytes(CLEAN)
    assert CLEAN in {source.body for source in sources(tmp_path)}


@pytest.mark.parametrize(
    "text", ["", "<", "a<b>c</b><!-- <d> --><![CDATA[<e>]]><?f <g> ?><h", "<a\n b='>'/>"]
)
def test_tags_joined_are_the_text_again(text: str) -> None:
    assert "".join(tokens_of(text)) == text


# --- what a parsed feed must be ---------------------------------------------------------------------------


def changing(**fields: Any) -> Callable[[Entry], Entry]:
    return lambda entry: replace(entry, **fields)


BREACHES: dict[str, tuple[Callable[[Entry], Entry], str]] = {
    "NUL in a title": (changing(title="a\0"), "title holds what a database cannot bear"),
    "half a pair in a text": (changing(content="\ud800"), "content holds what a database cannot bear"),
    "an escape in a tag": (changing(tags=("\x1b[0m",)), "tags holds what a database cannot bear"),
    "a long title": (changing(title="a" * 1_001), "title over its limit"),
    "a long summary": (changing(summary="a" * 20_001), "summary over its limit"),
    "a long text": (changing(content="a" * 1_000_001), "content over its limit"),
    "a title of two lines": (changing(title="a\nb"), "title in several lines"),
    "a script for a link": (changing(url="javascript:alert(1)"), "url leads elsewhere than http"),
    "a link to nowhere": (changing(url="http:///a"), "url leads elsewhere than http"),
    "a user in a link": (changing(url="http://a@b/"), "url can be read in two ways"),
    "a date to come": (changing(published_at=NOW + timedelta(seconds=1)), "a date in the future"),
    "a date of no zone": (changing(published_at=datetime(2026, 11, 1)), "a date not in UTC"),  # noqa: DTZ001
    "a date of another zone": (
        changing(published_at=datetime(2026, 11, 1, tzinfo=timezone(timedelta(hours=7)))),
        "a date not in UTC",
    ),
    "no hash": (changing(key="1"), "a key that is no hash"),
    "too many authors": (changing(authors=tuple(map(str, range(51)))), "authors too many or twice"),
    "what cannot travel": (changing(language=type("Local", (str,), {})("en")), "language is no plain string"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_promise_is_named(name: str) -> None:
    change, why = BREACHES[name]

    def parse(body: bytes, **claims: Any) -> ParsedFeed:
        feed = parse_feed(body, **claims)
        return replace(feed, entries=tuple(map(change, feed.entries)))

    found = verdict(planted(), parse)
    assert (found.outcome, found.why) == (Outcome.BROKEN, why)


@pytest.mark.parametrize(("times", "why"), [(2, "a key twice"), (5_001, "over the limit of entries")])
def test_entries_that_should_not_be_there_are_named(times: int, why: str) -> None:
    def parse(body: bytes, **claims: Any) -> ParsedFeed:
        feed = parse_feed(body, **claims)
        return replace(feed, entries=feed.entries * times)

    assert verdict(planted(), parse).why == why


def test_a_key_that_hangs_on_the_feeds_url_is_named() -> None:
    def parse(body: bytes, *, url: str, **claims: Any) -> ParsedFeed:
        moved = body.replace(b"<link>http://w.example", b"<link>" + url.encode())
        return parse_feed(moved, url=url, **claims)

    assert verdict(planted(), parse).why == "other keys the second time"


def out_of_memory() -> Exception:
    fault = ParserFailed("the parser failed (MemoryError)")
    fault.__cause__ = MemoryError()
    return fault


@pytest.mark.parametrize(
    ("fault", "outcome", "why"),
    [
        (BadFeed("not a feed: binary data"), Outcome.REFUSED, "not a feed: binary data"),
        (ParserFailed("the parser failed (KeyError)"), Outcome.PARSER_FAILED, "the parser failed (KeyError)"),
        (out_of_memory(), Outcome.LOST, "took too much memory"),
        (KeyError("secret"), Outcome.BROKEN, "raised KeyError"),
        (RecursionError(), Outcome.BROKEN, "raised RecursionError"),
    ],
)
def test_only_a_declared_refusal_is_one(fault: Exception, outcome: Outcome, why: str) -> None:
    def parse(body: bytes, **claims: Any) -> ParsedFeed:
        raise fault

    found = verdict(planted(), parse)
    assert (found.outcome, found.why) == (outcome, why)


# --- planted defects --------------------------------------------------------------------------------------


def dying(body: bytes, **claims: Any) -> ParsedFeed:
    if BAIT in body:
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_feed(body, **claims)


def hanging(body: bytes, **claims: Any) -> ParsedFeed:
    while BAIT in body:
        pass
    return parse_feed(body, **claims)


@pytest.mark.parametrize(("parse", "why"), [(hanging, "took over 0.4 s"), (dying, "worker died (SIGKILL)")])
async def test_a_parse_that_does_not_come_home_is_lost(
    workers: Workers, parse: Callable[..., ParsedFeed], why: str
) -> None:
    found = await judged(planted(POISONED), workers, parse, limit=timedelta(seconds=0.1))
    assert (found.outcome, found.why) == (Outcome.LOST, why)


def lying(body: bytes, **claims: Any) -> ParsedFeed:
    feed = parse_feed(body, **claims)
    return replace(feed, title="\0") if BAIT in body else feed


async def test_a_planted_defect_is_found_kept_small_and_fails_again_when_it_is_read(
    workers: Workers, tmp_path: Path
) -> None:
    made = [planted(), planted(POISONED), planted()]
    findings = await fuzz_feeds.hunt(made, lying, workers, 1, tmp_path / "new")
    assert (findings.failures, findings.total[Outcome.READ]) == (1, 2)
    (again,) = kept(tmp_path / "new")
    assert BAIT in again.body
    assert len(again.body) < len(POISONED) / 2
    assert (again.number, again.content_type, again.charset) == (7, "text/xml", None)
    found = await judged(again, workers, lying)
    assert found.why == "feed's title holds what a database cannot bear"
