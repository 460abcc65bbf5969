"""Why lines of a page were kept or left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from monitor.articles.explain import OUTSIDE
from monitor.articles.extract import explain_file, read_page

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TRUTH = {each["file"]: each for each in json.loads((PAGES / "truth.json").read_text("utf-8"))}


def explained(name: str) -> dict[str, str]:
    parts = explain_file(name, (PAGES / name).read_bytes(), url=TRUTH[name]["url"], now=NOW)
    return {part.text: part.reason for part in parts}


def test_every_line_of_the_article_is_kept_and_nothing_else_is() -> None:
    for name in ("sv-gutenberg.html", "nl-ghost.html", "ar-drupal.html"):
        kept = [text for text, reason in explained(name).items() if not reason]
        found = read_page((PAGES / name).read_bytes(), url=TRUTH[name]["url"], now=NOW)
        assert "\n".join(kept) == TRUTH[name]["body"] == getattr(found, "text", None)


def test_what_was_left_out_says_why() -> None:
    reasons = explained("sv-gutenberg.html")
    assert reasons["Gamla kvarnen blir vandrarhem"] == "a list of links"
    assert reasons["Kommentarer (2)"] == "comments"
    assert reasons["Foto: archive"] == "a phrase of furniture"
    assert reasons["15 januari 2026"] == "a date"
    teasers = explained("nl-ghost.html")
    assert teasers["Veerpont vaart 's winters minder vaak"] == "a teaser of another article"
    assert teasers["Heuvelland Nieuws"] == "the outlet's name"
    assert teasers["Heuvelland Nieuws © 2026"] == OUTSIDE


def test_a_text_file_is_explained_too() -> None:
    told = "The old bridge was closed on Monday, the council said, until spring."
    body = f"Bridge closed\n\n{told}\n\nShare this article\n".encode()
    parts = explain_file("bridge.txt", body, now=NOW)
    assert [part.reason for part in parts] == ["title", "", "a phrase of furniture"]
