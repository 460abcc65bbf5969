"""`monitor extract`: the text that the service sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import monitor
from tests.cli.conftest import Desk
from tests.newsroom.world import World
from tests.stages.bench import WIRE

KEYS = {"url", "title", "text", "language", "published", "canonical_url", "authors", "outcome"}
PAGE = """<html lang=en><head><title>Ferry [red] lands\x1b[31m - The A</title>
<link rel=canonical href="https://a.test/ferry"><meta property="article:published_time"
content="2026-11-20T10:00:00+01:00"><meta name=author content="Ada Lund"></head>
<body><nav>Home</nav><article><h1>Ferry [red] lands\x1b[31m</h1>{}</article></body></html>"""


def page(folder: Path) -> Path:
    file = folder / "page.html"
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in WIRE.split(". "))
    file.write_text(PAGE.format(paragraphs), "utf-8")
    return file


def test_a_file_is_told_to_programs_in_one_object(tmp_path: Path) -> None:
    (found,) = monitor("extract", page(tmp_path), "--json").records
    assert found.keys() >= KEYS
    assert (found["url"], found["title"], found["language"]) == (None, "Ferry [red] lands[31m", "en")
    assert (found["canonical_url"], found["authors"]) == ("https://a.test/ferry", ["Ada Lund"])
    assert found["published"] == "2026-11-20T09:00:00+00:00"
    assert found["outcome"] == "page"
    assert "Mira Halvorsen" in found["text"]


def test_a_file_is_told_to_people_without_markup_of_its_own(tmp_path: Path) -> None:
    said = monitor("extract", page(tmp_path)).out
    assert said.startswith("Ferry [red] lands[31m\n")
    assert "published  2026-11-20 09:00:00Z  (from meta)" in said
    assert "canonical  https://a.test/ferry  (from markup)" in said
    assert "Mira Halvorsen" in said
    assert "\x1b" not in said


def test_what_was_left_out_is_shown_with_its_reason_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    text = "".join(f"<p>{sentence}.</p>" for sentence in WIRE.split(". "))
    file.write_text(PAGE.format(f"{text}<p>Share this [article]</p><p><a href=/b>More</a></p>"), "utf-8")
    said = monitor("extract", file, "--explain").out
    assert "- Home  [" in said
    assert "- Share this [article]  [a phrase of furniture]" in said
    assert "- More  [a list of links]" in said
    assert "+ " in said
    (found,) = monitor("extract", file, "--explain", "--json").records
    assert {"text": "More", "reason": "a list of links"} in found["parts"]


def test_a_text_without_a_title_says_so(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(WIRE, "utf-8")
    assert monitor("extract", file).out.startswith("(no title)\nlanguage   en")


def test_what_is_no_article_ends_with_1_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("", "utf-8")
    (found,) = monitor("extract", file, "--json", expect=1).records
    assert found.keys() >= KEYS
    assert (found["outcome"], found["text"], found["language"]) == ("not an article", "", "und")
    assert monitor("extract", file, expect=1).out == "not an article: no text\n"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    said = monitor("extract", tmp_path / "missing.html", expect=1)
    assert said.err.endswith("missing.html: No such file or directory\n")


def test_a_file_past_the_limits_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.html"
    file.write_bytes(b"<p>word</p>" * 600_000)
    said = monitor("extract", file, expect=1)
    assert "huge.html: " in said.err
    assert "Traceback" not in said.err


def test_a_page_is_fetched_as_the_service_would(fresh: Desk, world: World) -> None:
    fresh.configure(net={"allow_addresses": ["127.0.0.0/8"]})
    article = next(article for article in world.articles if article.source.language == "id")
    (found,) = monitor("extract", article.feed_url, "--json", "-c", fresh.config).records
    assert (found["title"], found["language"]) == (article.source.title, "id")
    assert str(found["url"]).startswith("http://127.")


@pytest.mark.parametrize(("path", "cause"), [("/no-such-page", "http 404"), ("", "blocked address")])
def test_a_page_that_cannot_be_had_is_told(path: str, cause: str, fresh: Desk, world: World) -> None:
    if path:
        fresh.configure(net={"allow_addresses": ["127.0.0.0/8"]})
    base = world.feeds[0].url.partition("/world")[0]
    said = monitor("extract", f"{base}{path}", "-c", fresh.config, expect=1)
    assert cause in said.err
