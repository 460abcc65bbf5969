"""In which articles an alias is looked for."""

from __future__ import annotations

import pytest

from monitor.model import Concept, Document, Topic
from monitor.topics.explain import explain
from monitor.topics.match import compile_topics

THING = Concept(
    name="thing",
    weight=1,
    aliases={
        "pt": ("mala*",),
        "id": ("tas", "=AS"),
        "en": ("Kakuma", "exile"),
        "de": ("Exil", "Not*"),
        "ru": ("беженец", "гей!"),
        "uk": ("біженець",),
        "any": ("LGBT*", "ofpra"),
    },
)
TOPIC = Topic(id="t", title="T", match="@thing OR suitcase", concepts=(THING,), languages=("pt", "id", "en"))
MATCHER = compile_topics([TOPIC])


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("pt", "Duas malas.", ["malas"]),
        ("id", "Malam itu gelap.", []),
        ("pt-BR", "Duas malas.", ["malas"]),
        ("", "Malam itu gelap.", ["Malam"]),
        ("und", "Malam itu gelap.", ["Malam"]),
        ("sv", "Malam notis.", ["Malam", "notis"]),
        ("id", "Ia dibawa dari Kakuma ke OFPRA.", ["Kakuma", "OFPRA"]),
        ("pt", "A AS Roma venceu.", []),
        ("en", "Not an Exil.", []),
        ("de", "Not im Exil.", ["Not", "Exil"]),
        ("en", "He said: гей и беженец, мой друг, LGBTQ.", ["гей", "беженец", "LGBTQ"]),
        ("uk", "Він гей, біженець, беженец.", ["біженець"]),
        ("ru", "Он гей, біженець, беженец.", ["гей", "беженец"]),
        ("tr", "A suitcase, exile.", ["suitcase", "exile"]),
        ("pt", "A suitcase, exile.", ["suitcase"]),
    ],
    ids=str,
)
def test_an_alias_is_looked_for_in_articles_of_its_language_and_a_name_in_all(
    language: str, text: str, found: list[str]
) -> None:
    matches = MATCHER.match(Document(title="", text=text, language=language))
    assert sorted(item.text for match in matches for item in match.evidence) == sorted(found)


def test_what_one_article_taught_says_nothing_about_another_language() -> None:
    malam = Document(title="", text="malam", language="id")
    for _ in range(2):
        assert not MATCHER.match(malam)
        assert MATCHER.match(Document(title="", text="malam", language="pt"))


def test_an_explanation_counts_the_spellings_that_were_looked_for() -> None:
    told = explain(TOPIC, Document(title="", text="Malam itu gelap.", language="id"))
    assert "none of its 8 spellings for id stands in the article" in str(told)
