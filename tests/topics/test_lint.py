"""What is wrong with a topic is found before it runs, and told with its key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Concept, Document, Topic
from monitor.topics.lint import Severity, problems
from monitor.topics.match import compile_topics

FULL = Concept(name="flight", weight=1, aliases={"en": ("flee", "asylum")})
EMPTY = Concept(name="empty", weight=1, aliases={"en": ()})


def topic(match: str, exclude: str = "", min_score: float = 0, *concepts: Concept) -> Topic:
    return Topic(
        id="t",
        title="t",
        match=match,
        exclude=exclude,
        min_score=min_score,
        languages=("en",),
        concepts=concepts or (FULL,),
    )


SOUND = [
    ("@flight", ""),
    ("@flight", "zoo"),
    ("@flight AND NOT zoo", "circus"),
    ("@flight NEAR/5 zoo", "@flight NEAR/5 circus"),
    ("title:@flight AND NOT body:@flight", ""),
    ("source:example.org", ""),
    ("tag:sport AND lang:en", ""),
    ("lang:en AND @flight OR lang:de AND @flight", ""),
    ("source:example.org AND source:news.example.org", ""),
    ("ATLEAST/2 @flight", "ATLEAST/9 @flight"),
    ("zoo OR (@flight AND NOT zoo)", "zoo AND circus"),
]


@pytest.mark.parametrize(("match", "exclude"), SOUND)
def test_a_sound_topic_has_no_problem(match: str, exclude: str) -> None:
    assert problems(topic(match, exclude)) == ()


NEVER = [
    ("@flight AND NOT @flight", ""),
    ("@flight", "@flight"),
    ("@flight", "@flight OR zoo"),
    ("@flight NEAR/5 zoo", "zoo"),
    ("@flight NEAR/5 zoo", "@flight NEAR/5 zoo"),
    ("title:@flight", "@flight"),
    ("title:(body:@flight)", ""),
    ("lang:en AND lang:de AND @flight", ""),
    ("source:a.org AND source:b.org", ""),
]


@pytest.mark.parametrize(("match", "exclude"), NEVER)
def test_a_query_that_can_never_match_is_an_error(match: str, exclude: str) -> None:
    (problem,) = problems(topic(match, exclude))
    assert (problem.key, problem.severity) == ("match", Severity.ERROR)
    assert "can ever match" in problem.problem


ALWAYS = ["NOT @flight", "@flight OR NOT zoo", "lang:en", "NOT ATLEAST/2 @flight", "NOT (a AND b)"]


@pytest.mark.parametrize("match", ALWAYS)
def test_a_query_that_matches_what_has_none_of_its_words_is_an_error(match: str) -> None:
    (problem,) = problems(topic(match))
    assert (problem.key, problem.severity) == ("match", Severity.ERROR)
    assert "every article" in problem.problem


@pytest.mark.parametrize(
    ("match", "word"),
    [
        ("zoo OR the", "the"),
        ("the NEAR/5 and", "and, the"),
        ("@wide OR zoo", "con* of @wide"),
        ("con* AND NOT zoo", "con*"),
    ],
)
def test_a_query_that_common_words_fulfil_is_an_error(match: str, word: str) -> None:
    wide = Concept(name="wide", weight=1, aliases={"en": ("con*", "zebra")})
    found = {problem.key: problem for problem in problems(topic(match, "", 0, FULL, wide))}
    assert found["match"].severity is Severity.ERROR
    assert f"nearly every article matches: {word} stands" in found["match"].problem


def test_a_common_word_beside_a_rare_one_is_sound() -> None:
    assert problems(topic("the NEAR/3 zoo")) == ()
    assert problems(topic("zoo AND the OR @flight")) == ()


def test_an_empty_concept_is_an_error_of_its_own_and_of_a_query_that_needs_it() -> None:
    found = {problem.key: problem.problem for problem in problems(topic("@empty AND zoo", "", 0, EMPTY))}
    assert found["concepts.empty"] == "the concept has no words"
    assert "can ever match" in found["match"]


def test_a_bad_expression_points_at_its_character() -> None:
    (problem,) = problems(topic("@flight OR\ngay men"))
    assert problem.key == "match"
    assert "at character 16: @flight OR gay ▸men" in problem.problem
    assert '"gay men"' in problem.remedy


def test_a_mistake_in_a_long_expression_is_shown_with_what_stands_around_it() -> None:
    (problem,) = problems(topic("aaaa OR " * 20 + "bb cc" + " OR dddd" * 20))
    assert "at character 164: … " in problem.problem
    assert "bb ▸cc" in problem.problem
    assert problem.problem.endswith(" …")


def test_an_unknown_concept_is_found_in_either_expression() -> None:
    assert [problem.key for problem in problems(topic("@flight AND @nobody", "@flihgt"))] == [
        "match",
        "exclude",
    ]


def test_a_score_beyond_reach_is_an_error() -> None:
    (problem,) = problems(topic("@flight", "", 2.5))
    assert problem.key == "min_score"
    assert problems(topic("@flight", "", 2)) == ()  # in the title a concept weighs twice


@pytest.mark.parametrize(
    ("code", "alias", "problem"),
    [
        ("en", "st*", "fewer than 3 letters"),
        ("en", "a*b", "inside a word"),
        ("en", "!!", "no letter"),
        ("ru", "Chechnya", "Latin letters, ru in Cyrillic"),
        ("en", "Чечня", "Cyrillic letters, en in Latin"),
        ("ar", "LGBT", "Latin letters, ar in Arabic"),
        ("ru", "Чeчня", "mixes Cyrillic and Latin"),
    ],
)
def test_a_bad_alias_is_an_error_under_its_language(code: str, alias: str, problem: str) -> None:
    bad = Concept(name="c", weight=1, aliases={"en": ("fine",), code: (alias,)})
    (found,) = problems(topic("@c", "", 0, bad))
    assert (found.key, found.severity) == (f"concepts.c.aliases.{code}", Severity.ERROR)
    assert problem in found.problem


@pytest.mark.parametrize(
    ("code", "alias", "severity", "problem"),
    [
        ("en", "con*", Severity.ERROR, "the wildcard con* finds one word of"),
        ("de", "*lich*", Severity.ERROR, "nearly every article has one"),
        ("any", "the*", Severity.ERROR, "such as the, they"),
        ("en", "pre*", Severity.WARNING, "says little of an article"),
        ("en", "the", Severity.WARNING, "says little of an article"),
        ("ru", "месть", Severity.WARNING, "such as место"),  # revenge, and every place
    ],
)
def test_an_alias_that_stands_everywhere_is_told_with_what_it_finds(
    code: str, alias: str, severity: Severity, problem: str
) -> None:
    wide = Concept(name="c", weight=1, aliases={"en": ("zebra", "zebu"), code: ("zebra!", alias)})
    if code == "ru":
        wide = Concept(name="c", weight=1, aliases={"en": ("zebra",), "ru": ("зебра", alias)})
    found = [each for each in problems(topic("@c AND zoo", "", 0, wide)) if each.key != "match"]
    assert [(each.key, each.item, each.severity) for each in found] == [
        (f"concepts.c.aliases.{code}", 1, severity)
    ]
    assert problem in found[0].problem


@pytest.mark.parametrize(
    ("code", "alias"),
    [("ru", "Росси*"), ("pt", "Brasil"), ("any", "=UN"), ("en", "safe house"), ("en", "refug*")],
)
def test_a_word_that_is_common_because_it_is_meant_is_no_problem(code: str, alias: str) -> None:
    meant = Concept(name="c", weight=1, aliases={"en": ("zebra",)} | {code: (alias,)})
    assert problems(topic("@c AND zoo", "", 0, meant)) == ()


def test_a_declared_language_without_aliases_is_a_warning() -> None:
    watched = Topic(id="t", title="t", match="@flight", languages=("en", "de"), concepts=(FULL,))
    (found,) = problems(watched)
    assert (found.key, found.severity) == ("concepts.flight", Severity.WARNING)
    assert "for de" in found.problem


def test_names_that_stand_in_every_language_need_no_others() -> None:
    names = Concept(name="names", weight=1, aliases={"any": ("Rainbow Railroad", "難民")})
    assert problems(Topic(id="t", title="t", match="@names", languages=("en", "ru"), concepts=(names,))) == ()


def test_a_query_with_too_many_undecided_words_is_taken_to_be_sound() -> None:
    both = " OR ".join(f"(w{n}x AND NOT w{n + 1}x)" for n in range(20))
    assert problems(topic(both)) == ()


@settings(max_examples=300)
@given(
    st.sampled_from(["any", "en", "ru", "ar", "de", "tr", "id", "zh"]),
    st.one_of(st.text(min_size=1), st.text(st.sampled_from("ab *!=\"'.-ـ\u0301難йع"), min_size=1)),
)
def test_what_lint_lets_through_can_be_compiled_and_run(code: str, alias: str) -> None:
    watched = topic("@c", "", 0, Concept(name="c", weight=1, aliases={code: (alias,)}))
    if not any(problem.severity is Severity.ERROR for problem in problems(watched)):
        matcher = compile_topics([watched])
        assert matcher.match(Document(title="", text=" , ")) == ()
        matcher.match(Document(title=alias, text=f"x {alias} {alias}x"))
