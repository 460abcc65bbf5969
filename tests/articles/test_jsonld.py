"""JSON-LD: read when it can be, and never the cause of an error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.jsonld import LinkedData, read_linked_data

ARTICLE = {"@type": "NewsArticle", "headline": "Bridge closed", "datePublished": "2026-10-04"}


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(ARTICLE),
        json.dumps([{"@type": "WebSite", "name": "x"}, ARTICLE]),
        json.dumps({"@graph": [{"@type": "WebPage"}, ARTICLE]}),
        json.dumps({**ARTICLE, "@type": ["Thing", "ReportageNewsArticle"]}),
        json.dumps({**ARTICLE, "@type": "http://schema.org/NewsArticle"}),
        "<!--" + json.dumps(ARTICLE) + "-->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        "/*<![CDATA[*/" + json.dumps(ARTICLE) + "/*]]>*/",
        json.dumps(ARTICLE)[:-1] + ", }",
        json.dumps(ARTICLE) + ";",
        json.dumps(ARTICLE).replace("Bridge closed", "Bridge\tclosed"),
    ],
)
def test_an_article_is_found_however_it_is_wrapped(block: str) -> None:
    found = read_linked_data([block])
    assert found.is_article
    assert found.headline.split() == ["Bridge", "closed"]
    assert found.published == "2026-10-04"


def test_ids_are_followed() -> None:
    graph = [
        {**ARTICLE, "author": {"@id": "#p"}, "publisher": {"@id": "#o"}, "image": {"@id": "#i"}},
        {"@id": "#p", "@type": "Person", "name": "Ann Lee"},
        {"@id": "#o", "@type": "Organization", "name": "The Courier"},
        {"@id": "#i", "@type": "ImageObject", "url": "https://example.org/a.jpg"},
    ]
    found = read_linked_data([json.dumps({"@graph": graph})])
    assert (found.authors, found.publisher, found.image) == (
        ("Ann Lee",),
        "The Courier",
        "https://example.org/a.jpg",
    )


def test_the_dated_article_is_the_pages_own() -> None:
    teasers = [{"@type": "Article", "name": f"Teaser {n}"} for n in range(3)]
    assert read_linked_data([json.dumps([*teasers, ARTICLE])]).headline == "Bridge closed"


@pytest.mark.parametrize(
    "block",
    [
        "",
        "null",
        "3",
        "{",
        "[[[[",
        "[" * 90_000,
        '"' * 9_999,
        '{"@type": {"a": []}}',
        '{"@type": "NewsArticle", "author": 9}',
    ],
)
def test_what_cannot_be_read_says_nothing(block: str) -> None:
    found = read_linked_data([block])
    assert (found.headline, found.authors, found.published) == ("", (), "")


def test_a_list_says_that_it_is_one() -> None:
    assert read_linked_data(['{"@type": "CollectionPage"}']).is_list
    assert read_linked_data([json.dumps(ARTICLE)]).is_list is False


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "headline",
                    "author",
                    "name",
                    "url",
                    "image",
                    "publisher",
                    "@graph",
                    "articleSection",
                ]
            ),
            inner | st.sampled_from(["NewsArticle", "#a"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(value=json_values)
def test_no_shape_is_an_error(value: object) -> None:
    assert isinstance(read_linked_data([json.dumps(value)]), LinkedData)
