"""The language that topics are written in, and what an editor hears of a mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import BadQuery
from monitor.topics.query import MAX_LENGTH, parse, term
from monitor.topics.tree import (
    And,
    AtLeast,
    ConceptRef,
    Fact,
    Field,
    Form,
    Known,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
)

A, B, C = (Term(letter, Form.INFLECTED) for letter in "abc")

READ: list[tuple[str, Node]] = [
    ("a", A),
    ("a AND b", And((A, B))),
    ("a OR b AND c", Or((A, And((B, C))))),
    ("(a OR b) AND c", And((Or((A, B)), C))),
    ("a NOT b", And((A, Not(B)))),
    ("a AND NOT b", And((A, Not(B)))),
    ("NOT a AND b", And((Not(A), B))),
    ("a NEAR/5 b AND c", And((Near(A, B, 5), C))),
    ("NOT a NEAR/5 b", Not(Near(A, B, 5))),
    ("a ONEAR/3 b NEAR/9 c", Near(Near(A, B, 3, ordered=True), C, 9)),
    ("ATLEAST/3 (a OR b)", AtLeast(Or((A, B)), 3)),
    ("title:a AND body:(b OR c)", And((Within(A, Field.TITLE), Within(Or((B, C)), Field.BODY)))),
    ("lead: a", Within(A, Field.LEAD)),
    ("@gay_men NEAR/5 @flight-2", Near(ConceptRef("gay_men"), ConceptRef("flight-2"), 5)),
    (
        'source:BBC.co.uk AND lang:en AND tag:"human rights"',
        And((Known(Fact.SOURCE, "bbc.co.uk"), Known(Fact.LANG, "en"), Known(Fact.TAG, "human rights"))),
    ),
    ('"safe house"', Term("safe house", Form.EXACT)),
    ("“safe house”", Term("safe house", Form.EXACT)),
    ("refug*", Term("refug", Form.OPEN)),
    ("*flucht", Term("flucht", Form.EXACT, open_start=True)),
    ("*flücht*", Term("flücht", Form.OPEN, open_start=True)),
    ("exact!", Term("exact", Form.EXACT)),
    ("=LGB", Term("LGB", Form.CASED)),
    ('="US Army"', Term("US Army", Form.CASED)),
    ("anti-gay", Term("anti-gay", Form.INFLECTED)),
    ("and", Term("and", Form.INFLECTED)),
    ("ANDROID", Term("ANDROID", Form.INFLECTED)),
    ("10:30", Term("10:30", Form.INFLECTED)),
    ("(مثلي OR гей)", Or((Term("مثلي", Form.INFLECTED), Term("гей", Form.INFLECTED)))),
]


@pytest.mark.parametrize(("source", "tree"), READ, ids=[source for source, _ in READ])
def test_an_expression_is_read_as_its_editor_means_it(source: str, tree: Node) -> None:
    assert parse(source) == tree


MISTAKES = [
    ("gay men", 4, "a phrase in Factiva, AND in Google, OR in Media Cloud", '"gay men", gay AND men'),
    ("(a OR b) @c", 9, "an operator is missing", "AND, OR or NEAR/10"),
    ("gay and men", 4, "operators are written in capitals", "Write AND"),
    ("gay NEAR men", 4, "NEAR is no operator", "NEAR/10"),
    ("gay near/5 men", 4, "near/5 is no operator", "Write NEAR/5, in capitals"),
    ("gay w/5 men", 4, "w/5 is no operator", "Write NEAR/5,"),  # LexisNexis
    ("gay pre/3 men", 4, "pre/3 is no operator", "Write ONEAR/3,"),
    ("gay adj4 men", 4, "adj4 is no operator", "Write ONEAR/4,"),  # Factiva
    ("gay /7 men", 4, "/7 is no operator", "Write NEAR/7,"),
    ("gay && men", 4, "&& is no operator", "Write AND."),
    ("gay | men", 4, "| is no operator", "Write OR."),  # Google
    ("gay, men", 5, "side by side", 'Write "gay men", gay AND men'),
    ("gay -men", 4, "would look for the word men", "NOT men"),
    ("gay AND -men", 8, "would look for the word men", "NOT men"),  # the opposite of what is meant
    ("гей И мужчина", 4, "И is no operator", "Write AND,"),
    ("schwul ODER Mann", 7, "ODER is no operator", "Write OR,"),
    ("wom?n", 0, "a mark in wom?n", "Only * is a wildcard"),
    ("colour~2", 0, "a mark in colour~2", "Only * is a wildcard"),
    ("lang: en", 0, "lang: has no value", "lang:en"),
    ("gay AND source:", 8, "source: has no value", "source:example.org"),
    ('gay AND ""', 8, "nothing between", "Remove"),
    ("(a OR b", 0, "never closed", "Add a )"),
    ("a AND (b OR (c)", 6, "never closed", "Add a )"),
    ("a OR b)", 6, "closes nothing", "Remove it"),
    ("a AND", 2, "nothing on its right", "after AND"),
    ("a AND OR b", 2, "nothing on its right", "after AND"),
    ("AND b", 0, "nothing on its left", "before AND"),
    ("(a NEAR/5) OR b", 3, "nothing on its right", "after NEAR/5"),
    ("()", 0, "nothing between", "Remove"),
    ('a OR "open', 5, "never closed", '"'),
    ("a AND @", 6, "without a name", "@concept"),
    ("titel: x", 0, "no field titel:", "Did you mean title:?"),
    ("author:x", 0, "no field author:", "title:, lead:"),
    ("a NEAR/0 b", 2, "out of range", "1 to 200"),
    ("a NEAR/999 b", 2, "out of range", "1 to 200"),
    ("(a AND b) NEAR/3 c", 10, "joined by OR or NEAR", "(a NEAR/9 c) AND (b NEAR/9 c)"),
    ("ATLEAST/2 source:x", 10, "cannot follow ATLEAST/2", "a phrase"),
    ("title:body:x", 6, "cannot follow title:", "parenthesis"),
    ("a OR st*", 5, "fewer than 3 letters", "list the words"),
    ("a OR *st*", 5, "fewer than 4 letters", "at least 4"),
    ("wo*rd", 0, "inside a word", "end a word"),
    ("***", 0, "no letter", "Write a word"),
    ("ـ", 0, "no letter", "Write a word"),  # only stretches Arabic letters
    ("", 0, "empty", "@concept"),
    ("  \n ", 0, "empty", "@concept"),
    ("(" * 40 + "a" + ")" * 40, 30, "30 deep", "concept"),
    ("a NEAR/1 " * 7 + "a", 2, "in a row", "AND"),
    ("x" * (MAX_LENGTH + 1), MAX_LENGTH, "longer than", "concepts"),
]


@pytest.mark.parametrize(
    ("source", "position", "problem", "remedy"), MISTAKES, ids=[case[0][:20] for case in MISTAKES]
)
def test_a_mistake_is_named_with_its_place_and_its_repair(
    source: str, position: int, problem: str, remedy: str
) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(source)
    assert caught.value.position == position
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_an_unknown_concept_is_told_with_the_nearest_known_one() -> None:
    with pytest.raises(BadQuery) as caught:
        parse("gay AND @chechnja", {"chechnya", "lgbt"})
    assert caught.value.position == 8
    assert caught.value.remedy == "Did you mean @chechnya?"


def test_an_unknown_concept_like_no_other_is_told_with_all_known_ones() -> None:
    with pytest.raises(BadQuery, match="no concept @zzz") as caught:
        parse("@zzz", {"chechnya", "lgbt"})
    assert caught.value.remedy == "Known concepts: chechnya, lgbt."


@pytest.mark.parametrize("spelling", ["فر*", "piso* seguro*", "safe hous*", "güvenli ev*", "難*"])
def test_a_wildcard_is_measured_by_its_script_and_its_longest_word(spelling: str) -> None:
    assert term(spelling).form is Form.OPEN


@given(st.text(st.sampled_from('ab ()"@*=!/:5ANDORNEAT\n')) | st.text(max_size=60))
def test_any_text_is_read_or_refused_within_itself(source: str) -> None:
    mistake: BadQuery | None = None
    try:
        parse(source)
    except BadQuery as refused:
        mistake = refused
    if mistake:
        assert 0 <= mistake.position <= len(source)
        assert mistake.problem
        assert mistake.remedy
