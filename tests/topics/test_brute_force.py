"""The engine finds what the plain meaning of the rules finds, over random rules and texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Concept, Document, Topic
from monitor.topics.match import compile_topics
from tests.topics.brute_force import Article

ALIASES = {
    "en": ["gay", "gay man", "rescue", "fle*", "=Gay", '"men of"', "*house", "men"],
    "ru": ["гей!", "Чечня", "сім'я", "беженец", "новая газета", "тайн* тюрьм*"],
    "uk": ["гей!", "газет*", "сім'я"],
    "id": ["tahan", "orang hilang", "men", "Cafe", "=GAY"],
    "de": ["House", "gay*"],
    "ar": ["مثلي", "الشيشان", "مجتمع الميم"],
    "any": ["難民", "LGBT*", "café", "U.S.", "=U.S."],
}
VOCABULARY = [
    *[
        "gay",
        "Gay",
        "GAY",
        "gays",
        "man",
        "men",
        "of",
        "rescuing",
        "flee",
        "fled",
        "safehouse",
        "house",
        "a",
        "b",
    ],
    *["гей", "геи", "Чечне", "беженцев", "Новой", "газете", "новая", "газета", "тайные", "тюрьмы", "тюрьма"],
    *[
        "ditahan",
        "penahanan",
        "orang",
        "hilang",
        "للمثليين",
        "بالشيشان",
        "ومجتمع",
        "الميم",
        "难民",
        "難民",
        "LGBTQ+",
    ],
    *[
        "Cafe\u0301",
        "café’s",
        "İran",
        "-",
        "…",
        "gay-men",
        "gay,",
        "(men)",
        "сім’ї",
        "'Чечня'",
        "U.S.",
        "u.s",
        "word_word",
        "\u200fمثلي",
    ],
]
NAMES = ["one", "two", "three"]

leaves = st.sampled_from(
    [
        "gay",
        "men",
        "of",
        "fle*",
        '"gay man"',
        "*house",
        "=Gay",
        "гей",
        "難民",
        *(f"@{name}" for name in NAMES),
    ]
)
operators = st.builds("{}/{}".format, st.sampled_from(["NEAR", "ONEAR"]), st.integers(1, 6))
places = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} {} {})".format, inner, operators, inner),
    ),
    max_leaves=4,
)
facts = st.sampled_from(["lang:en", "source:example.org", "tag:sport"])
expressions = st.recursive(
    st.one_of(
        places,
        facts,
        st.builds("{}:({})".format, st.sampled_from(["title", "lead", "body"]), places),
        st.builds("ATLEAST/{} ({})".format, st.integers(1, 4), places),
    ),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} AND NOT ({}))".format, inner, inner),
        st.builds("(NOT ({}))".format, inner),
        st.builds("title:({})".format, inner),
    ),
    max_leaves=5,
)


@st.composite
def concepts(draw: st.DrawFn, name: str) -> Concept:
    aliases = {
        code: tuple(draw(st.lists(st.sampled_from(listed), max_size=2, unique=True)))
        for code, listed in ALIASES.items()
    }
    return Concept(name=name, weight=draw(st.integers(1, 3)), aliases=aliases)


@st.composite
def topics(draw: st.DrawFn, number: int) -> Topic:
    return Topic(
        id=f"topic-{number}",
        title="A topic",
        match=draw(expressions),
        concepts=tuple(draw(concepts(name)) for name in NAMES),
        min_score=draw(st.sampled_from([0, 0, 2, 5])),
        title_factor=draw(st.sampled_from([1, 2])),
        languages=draw(st.sampled_from([(), ("ar", "sv")])),
    )


sentences = st.lists(st.sampled_from(VOCABULARY), max_size=25).map(" ".join)
documents = st.builds(
    Document,
    title=st.one_of(st.just(""), sentences.filter(str.strip)),
    text=sentences,
    language=st.sampled_from(["en", "ru", "uk", "id", "ar", "de", "en-GB", "sv", "und", ""]),
    source=st.sampled_from(["example.org", "www.example.org", "other.org"]),
    tags=st.sampled_from([(), ("sport",)]),
)


@settings(max_examples=150, deadline=None)
@given(st.tuples(topics(0), topics(1), topics(2)), st.lists(documents, min_size=1, max_size=3))
def test_the_engine_matches_what_brute_force_matches(
    watched: tuple[Topic, ...], papers: list[Document]
) -> None:
    by_size, by_frequency = compile_topics(watched), compile_topics(watched, papers)
    for document in papers:
        scores = {topic.id: Article(topic, document).score() for topic in watched}
        expected = {topic: score for topic, score in scores.items() if score is not None}
        for matcher in (by_size, by_frequency):
            assert {match.topic: match.score for match in matcher.match(document)} == expected


@settings(max_examples=100, deadline=None)
@given(topics(0), documents)
def test_evidence_is_cut_from_the_article_at_its_place(topic: Topic, document: Document) -> None:
    whole = f"{document.title}\n{document.text}" if document.title else document.text
    for match in compile_topics([topic]).match(document):
        for item in match.evidence:
            assert whole[item.start : item.end] == item.text != ""
            assert item.in_title == (item.start < len(document.title))
