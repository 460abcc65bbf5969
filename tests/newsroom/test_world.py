"""The world as a whole: its feeds and pages as real readers see them, its growth, its configuration."""

from __future__ import annotations

import errno
import io
import json
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import feedparser
import pytest
import trafilatura
import yaml

from tests.newsroom.configuration import TOPICS
from tests.newsroom.conftest import NOW
from tests.newsroom.desk import PublishedArticle, indonesian_date
from tests.newsroom.fetching import fetch
from tests.newsroom.outlets import OUTLETS, FeedFormat, Outlet
from tests.newsroom.web import NewsroomHttp
from tests.newsroom.world import World, WorldFeed

ALIVE = [outlet for outlet in OUTLETS if outlet.alive]
XML = [outlet for outlet in ALIVE if outlet.format is not FeedFormat.JSON]
FURNITURE = re.compile(
    r"cookie|leave a reply|email address will not|newsletter|subscribe|advertisement|tinggalkan balasan"
    r"|tidak akan dipublikasikan|оставить комментарий|читайте также|ihre e-mail|mehr zum thema"
    r"|deja un comentario|dirección de correo|اترك تعليقا|اقرأ أيضا",
    re.IGNORECASE,
)
DATES = ("published_parsed", "updated_parsed")
MOST_FURNITURE = 250  # characters beyond the article's own, headline and byline included
PATIENCE = 60  # seconds for a process to end; a loaded machine needs a sixth of it


def feed_of(world: World, outlet: str) -> WorldFeed:
    return next(feed for feed in world.feeds if feed.outlet == outlet)


def shown(world: World, outlet: str) -> list[PublishedArticle]:
    return [one for one in world.articles if one.outlet.id == outlet and not one.held]


def published(world: World) -> list[PublishedArticle]:
    return [one for one in world.articles if not one.held]


def extracted(article: PublishedArticle) -> str:
    html = fetch(article.feed_url).body.decode(article.outlet.encoding)
    return trafilatura.extract(html, include_comments=False) or ""


def names(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*.yaml")}


def parse(body: bytes) -> feedparser.FeedParserDict:
    return feedparser.parse(io.BytesIO(body.lstrip()), sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize("outlet", XML, ids=lambda one: one.id)
def test_every_feed_lists_the_articles_of_its_outlet(world: World, outlet: Outlet) -> None:
    answer = fetch(feed_of(world, outlet.id).url)
    found = parse(answer.body)
    assert answer.status == 200
    assert {entry.link for entry in found.entries} == {one.feed_url for one in shown(world, outlet.id)}
    assert {entry.title for entry in found.entries} == {one.title for one in shown(world, outlet.id)}


def test_the_json_feed_lists_the_articles_of_its_outlet(world: World) -> None:
    items = json.loads(fetch(feed_of(world, "lavender-line").url).body)["items"]
    assert {item["url"] for item in items} == {one.feed_url for one in shown(world, "lavender-line")}
    assert all(item["date_published"].endswith("+00:00") for item in items)


@pytest.mark.parametrize(
    ("outlet", "version"),
    [
        ("fernhaven-herald", "rss20"),
        ("tidewater-post", "rss10"),
        ("northwire", "atom10"),
        ("suara-nusa", "rss20"),
        ("neva-observer", "rss20"),
    ],
)
def test_formats_are_what_they_say(world: World, outlet: str, version: str) -> None:
    assert parse(fetch(feed_of(world, outlet).url).body).version == version


def test_feedparser_understands_every_date_but_the_indonesian_ones(world: World) -> None:
    for outlet in XML:
        entries = parse(fetch(feed_of(world, outlet.id).url).body).entries
        dated = [entry for entry in entries if any(dict.get(entry, key) for key in DATES)]
        assert len(dated) == (0 if outlet.format is FeedFormat.INDONESIAN else len(entries))


def test_indonesian_dates_are_in_words_on_the_local_clock(world: World) -> None:
    assert indonesian_date(NOW.astimezone(world.article("banjir-rob-semarang").local.tzinfo)) == (
        "Sabtu, 21 November 2026 09:15 WIB"
    )
    assert "Jumat, 20 November 2026 23:15 WIB" in fetch(feed_of(world, "suara-nusa").url).body.decode()


def test_the_russian_outlet_writes_windows_1251_in_feed_and_pages(world: World) -> None:
    article = shown(world, "neva-observer")[0]
    for url in (feed_of(world, "neva-observer").url, article.url):
        answer = fetch(url)
        assert "windows-1251" in answer.headers["Content-Type"]
        assert article.title in answer.body.decode("windows-1251")


def test_the_broken_feed_is_broken(world: World) -> None:
    body = fetch(feed_of(world, "harbour-gazette").url).body
    assert parse(body).bozo
    assert body.startswith(b"\n")


def test_the_dead_outlet_answers_404(world: World) -> None:
    (dead,) = [feed for feed in world.feeds if not feed.alive]
    assert fetch(dead.url).status == 404


def test_the_world_speaks_in_every_format_and_language_asked_for(world: World) -> None:
    assert len(ALIVE) >= 8
    assert {outlet.format for outlet in ALIVE} == set(FeedFormat)
    assert {feed.language for feed in world.feeds} == {"en", "id", "ru", "de", "es", "ar"}
    assert len({feed.url.split("/")[2] for feed in world.feeds}) == len(OUTLETS)


def test_every_page_gives_its_whole_text_to_an_extractor(world: World) -> None:
    for article in published(world):
        text = extracted(article)
        missing = [part for part in article.source.paragraphs if part[5:60] not in text]
        assert not missing, (article.slug, missing)


def test_every_page_wears_furniture_of_which_an_extractor_keeps_little(world: World) -> None:
    for article in published(world):
        html = fetch(article.feed_url).body.decode(article.outlet.encoding)
        assert len(FURNITURE.findall(html)) >= (1 if article.outlet.id == "northwire" else 2), article.slug
        text = extracted(article)
        assert len(text) - len(article.text) < MOST_FURNITURE, article.slug
        others = [
            one.title for one in published(world) if one.outlet is article.outlet and one is not article
        ]
        assert not [title for title in others if title in text], article.slug


def test_pages_name_their_canonical_url_without_tracking(world: World) -> None:
    tracked = [one for one in world.articles if one.feed_url != one.url and not one.held]
    assert tracked
    for article in tracked:
        page = trafilatura.extract_metadata(fetch(article.feed_url).body.decode(article.outlet.encoding))
        assert page is not None
        assert page.url == article.url


def test_a_held_article_appears_once_it_is_published(own_world: World) -> None:
    article = own_world.article("settling-in-what-the-chechen-newcomers-need")
    feed = feed_of(own_world, "lavender-line").url
    before = fetch(feed)
    assert fetch(article.url).status == 404
    own_world.publish(article.slug)
    after = fetch(feed, {"If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    assert article.feed_url in after.body.decode()
    assert fetch(article.url).status == 200
    changed = fetch(feed, {"If-Modified-Since": before.headers["Last-Modified"]})
    assert changed.status == 200


def test_an_unknown_slug_cannot_be_published(own_world: World) -> None:
    with pytest.raises(LookupError):
        own_world.publish("no-such-article")


def test_home_pages_lead_to_the_feed(world: World) -> None:
    for feed in world.feeds:
        if feed.alive:
            home = "/".join(feed.url.split("/")[:3]) + "/"
            assert feed.url.removeprefix(home) in fetch(home).body.decode(errors="replace")


def test_two_worlds_stand_beside_each_other(world: World) -> None:
    with World(now=NOW) as other:
        assert {feed.url for feed in other.feeds}.isdisjoint(feed.url for feed in world.feeds)


def test_a_machine_without_further_loopback_addresses_gets_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    real = NewsroomHttp.open

    async def only_the_first(self: NewsroomHttp, outlet: str, host: str, port: int) -> int:
        if host != "127.0.0.1":
            raise OSError(errno.EADDRNOTAVAIL, "cannot assign requested address")
        return await real(self, outlet, host, port)

    monkeypatch.setattr(NewsroomHttp, "open", only_the_first)
    with World(now=NOW) as apart:
        assert all(feed.url.startswith("http://127.0.0.1:") for feed in apart.feeds)
        assert len({feed.url.split("/")[2] for feed in apart.feeds}) == len(OUTLETS)
        assert fetch(apart.article("v-groznom-otkryli-ledovuyu-arenu").url).status == 200


def test_the_configuration_folder_is_whole(world: World, tmp_path: Path) -> None:
    folder = world.write_config(
        tmp_path / "config",
        state_dir=tmp_path / "state",
        database_url="sqlite:///x.db",
        slack={"token": "other"},
        poll={"concurrency": 4},
    )
    settings = tomllib.loads((folder / "monitor.toml").read_text("utf-8"))
    assert settings["database"] == {"url": "sqlite:///x.db"}
    assert settings["service"] == {"state_dir": str(tmp_path / "state")}
    assert settings["net"]["allow_addresses"] == ["127.0.0.0/8"]
    assert settings["slack"] == {"base_url": world.slack.base_url, "token": "other"}
    assert settings["email"]["port"] == world.mail.port
    assert settings["email"]["tls"] == "none"
    assert settings["poll"] == {"concurrency": 4}
    feeds = yaml.safe_load((folder / "feeds.yaml").read_text("utf-8"))
    assert [feed["url"] for feed in feeds] == [feed.url for feed in world.feeds]
    people = yaml.safe_load((folder / "people.yaml").read_text("utf-8"))
    assert people["destinations"] == {
        "newsdesk": {"slack": "C0NEWSDESK"},
        "desk-mail": {"email": "desk@newsroom.test"},
    }
    assert set(people["routes"][0]["destinations"]) == set(people["destinations"])
    assert names(folder / "topics") == names(TOPICS)


def test_the_world_can_be_served_by_hand() -> None:
    command = [sys.executable, "-m", "tests.newsroom", "serve"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            _look_around(process)
        finally:
            process.kill()


def _look_around(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Ctrl-C"):
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended before it served"
    url = next(line.split()[1] for line in lines if "Elbwarte" in line)
    assert fetch(url).status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0
