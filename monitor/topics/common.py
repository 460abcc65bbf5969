"""How common the words of a rule are in running text, so that one which stands everywhere is noticed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile

import wordfreq

from monitor.text import words
from monitor.topics.lexicon import Shape, shapes
from monitor.topics.tree import Form, Term

# Shares of running words. An article has some 500: the first stands in 39 of 100 articles, the second in 78.
OFTEN = 0.001
EVERYWHERE = 0.003
RARE = 0.00001  # a hundred of these are not yet often; nine in ten words of a list are rarer


def share(term: Term, code: str, languages: Iterable[str] = ()) -> float:
    """Return which share of running words *term*, written for *code*, finds.

    A term for `any` language is held against the one of *languages* in which it is commonest. Phrases and
    words that need their capitals are rarer than their letters, and count as 0.

    Source: wordfreq's small lists, 29,000 to 63,000 words a language.
    """
    codes = (code,) if code != "any" else tuple(languages) or ("en",)
    return max((sum(finds(term, each).values()) for each in codes), default=0.0)


@lru_cache(maxsize=65_536)
def finds(term: Term, code: str) -> Mapping[str, float]:
    """Return the words of *code* that *term* finds, each with its share of running words."""
    if term.form is Form.CASED:
        return {}
    return {word: part for shape in shapes(term, code) for word, part in _found(shape, code)}


def forget() -> None:
    """Give back what the lists take, some 50 MB: a service that has checked its topics needs them no more."""
    finds.cache_clear()
    _running.cache_clear()
    wordfreq.get_frequency_list.cache_clear()
    wordfreq.get_frequency_dict.cache_clear()


def _found(shape: Shape, code: str) -> Iterator[tuple[str, float]]:
    stem = shape.first.stem
    if shape.unspaced or shape.rest or " " in stem:
        return
    tokens, shares = _running(code.partition("-")[0].lower())
    if shape.open_start:
        ends = (token.rpartition(stem) for token in tokens)
        taken = (index for index, (_, there, tail) in enumerate(ends) if there and shape.first.takes(tail))
        yield from ((tokens[index], shares[index]) for index in taken)
        return
    for index in range(bisect_left(tokens, stem), len(tokens)):
        if not tokens[index].startswith(stem):
            return
        if shape.first.takes(tokens[index][len(stem) :]):
            yield tokens[index], shares[index]


@lru_cache(maxsize=64)
def _running(code: str) -> tuple[list[str], list[float]]:
    """The words of a language in order, and the share of each in running text."""
    if code not in wordfreq.available_languages("small"):
        return [], []
    listed = wordfreq.get_frequency_list(
        code, wordlist="small"
    )  # by hundredths of a decade, from the commonest
    shares = takewhile(
        lambda each: each[0] >= RARE, ((10 ** (-cents / 100), at) for cents, at in enumerate(listed))
    )
    known = {word: part for part, found in shares for word in found}
    spelled = words.normalise(" ".join(known)).split(" ")  # one by one costs fifteen times as much
    if len(spelled) != len(known):
        spelled = [words.normalise(word) for word in known]
    pairs = sorted(zip(spelled, known.values(), strict=True))
    return [word for word, _ in pairs], [part for _, part in pairs]
