"""Hostile pages: refused at once or read within seconds, whatever they are made of."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from monitor.articles.extract import prepare, read_page
from monitor.articles.limits import MAX_BYTES, harmless
from monitor.errors import BadPage
from monitor.model import Extracted

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PROSE = "The council said on Monday that the old bridge will stay closed until spring at least. "
PARAGRAPHS = "".join(f"<p>{number}. {PROSE * 3}</p>" for number in range(5))
SECONDS = 20.0  # of CPU: `read.extract_timeout`, after which a worker is ended; usual is a tenth


def page(extra: str = "", head: str = "") -> bytes:
    start = f"<html><head><title>Bridge stays closed</title>{head}</head><body><h1>Bridge stays closed</h1>"
    return f"{start}{PARAGRAPHS}{extra}</body></html>".encode()


def data(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


REFUSED = {
    "over three megabytes": b"x" * (MAX_BYTES + 1),
    "deep bold": page("<b>" * 130_000),
    "deep but few": page("<div>" * 300),
    "nested tables": page("<table><tr><td>" * 100),
    "many tags": page("<br>" * 25_000),
    "many paragraphs": page("<p>" * 25_000),
    "many attributes": page(f"<p {' '.join(f'a{n}=1' for n in range(9_000))}>x</p>"),
    "huge attribute": page(f'<p class="{"x " * 500_000}">x</p>'),
    "endless doctype": b"<!DOCTYPE " + b"[" * 1_000_000,
    "only declarations": b"<?xml " * 100_000,
}

READ = {
    "as deep as allowed": page("<div>" * 140 + "x" + "</div>" * 140),
    "many allowed tags": page("<li>x" * 19_000),
    "unclosed cells": page("<table>" * 10 + "<td>x" * 8_000),
    "named blocks within named blocks": page(
        "<h1>x</h1>" + "<div class='lead date related comments'>" * 70 + "<li>x 2026 y" * 9_000
    ),
    "rows of teasers": page("<div class='t'><h3><a href='/x'>Another story</a></h3></div>" * 4_500),
    "text without a tag of its own": page(f"<div><p>x</p>{'word ' * 20}<i>x</i><br>" * 60 + "x" * 50),
    "times": page("<h1>x</h1>" + "<time>29 Januar 20x9</time><b class='date'>1 x 2</b>" * 4_000),
    "megabytes of script": page(f"<script>{'var a = 1 < 2;' * 150_000}</script>"),
    "scripts that never close": page("<script>" * 250_000),
    "comments that never close": page("<!--" * 400_000),
    "drawings that never close": page("<svg>" * 2_000 + "x" * 1_000_000),
    "many drawings": page("<svg><path d='M0'/></svg>" * 80_000),
    "angle brackets": page("< " * 1_000_000),
    "inline data": page(f'<img src="data:image/png;base64,{"A" * 2_000_000}">'),
    "data that is none": page("data:" * 400_000),
    "a link that does not end": page(f"<p>http://{'!' * 200_000} x</p>"),
    "one endless word": page("a" * 2_000_000),
    "one endless heading": page(f"<h1>{'a ' * 900_000}</h1>"),
    "only line breaks": page("\n" * 2_000_000),
    "entities": page("&amp;" * 400_000),
    "an entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + page("&b;" * 9_000),
    "many metas": page(head='<meta name="author" content="x">' * 15_000),
    "endless title": page(head=f"<title>{' | ' * 500_000}</title>"),
    "endless names": page(head=f'<meta name="author" content="{"a and " * 9_000}">'),
    "endless date": page(f'<time datetime="{"9" * 50_000}">x</time>'),
    "endless canonical link": page(head=f'<link rel="canonical" href="http://{"a." * 25_000}">'),
    "deep JSON-LD": page(head=data("[" * 90_000)),
    "broken JSON-LD": page(head=data('{"@type":"NewsArticle","author":' + '"author":"name' * 8_000)),
    "JSON-LD of commas": page(head=data("{" + "," * 190_000)),
    "JSON-LD of blanks": page(head=data(" " * 190_000 + "x")),
    "JSON-LD with an endless number": page(head=data('{"a":' + "9" * 190_000 + "}")),
    "JSON-LD with many authors": page(
        head=25 * data(json.dumps({"@type": "NewsArticle", "author": [{"name": "A B"}] * 5_000}))
    ),
    "JSON-LD that is too long": page(
        head=data(json.dumps({"@type": "NewsArticle", "articleBody": "x" * 2_000_000}))
    ),
    "JSON-LD of the wrong shapes": page(
        head=data(
            json.dumps(
                {
                    "@type": [None, 3, "NewsArticle"],
                    "headline": {"a": 1},
                    "author": [[], None, 7, {"name": {"name": "x"}}, {"@id": []}],
                    "image": [[["x"]]],
                    "publisher": [1],
                    "datePublished": {"x": []},
                    "url": {"@id": 5},
                    "mainEntityOfPage": [[]],
                    "articleSection": [[], {}],
                }
            )
        )
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    prepare()


@pytest.mark.parametrize("name", REFUSED)
def test_what_passes_a_limit_is_refused_before_a_parser_sees_it(name: str) -> None:
    started = time.process_time()
    with pytest.raises(BadPage):
        read_page(REFUSED[name], url="https://example.org/news/a-b-c-d", now=NOW)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("name", READ)
def test_what_keeps_within_the_limits_is_read_in_time(name: str) -> None:
    started = time.process_time()
    found = read_page(READ[name], url="https://example.org/news/a-b-c-d", now=NOW)
    assert time.process_time() - started < SECONDS
    assert isinstance(found, Extracted)
    assert "4. The council said" in found.text


def test_scripts_and_drawings_go_and_small_json_ld_stays() -> None:
    block = data('{"@type": "NewsArticle"}')
    markup = f"<p>a</p><SCRIPT>b</SCRIPT><style>c</style><!-- d --><svg>e</svg>{block}<p>f</p>"
    assert harmless(markup) == f"<p>a</p>{block}<p>f</p>"


def test_a_refusal_names_its_limit_and_nothing_of_the_page() -> None:
    with pytest.raises(BadPage, match=r"^page has over 20000 tags$"):
        harmless("<br secret>" * 30_000)
