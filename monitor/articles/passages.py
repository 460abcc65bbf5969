"""Two texts side by side, sentence by sentence, with the words marked that differ; no verdict on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.model import Mark, Passage, Run
from monitor.text.words import UNSPACED, sentences, words

MOST_SENTENCES = 3_000  # of a text; the longest live blogs have some 1,500
MOST_PAIRS = 10_000  # sentences × sentences that are held against one another within one change
MOST_TOKENS = 400  # words of a sentence whose words are marked; longer ones are replaced whole
ALIKE = 0.5  # share of common words from which one sentence is the other, changed

_TOKEN = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})\S)+|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with the words by which it is recognised: no case, no punctuation, one spelling."""

    text: str
    key: tuple[str, ...]
    opens: bool


def split(text: str) -> list[Sentence]:
    """Return the sentences of *text* that hold a word."""
    found: list[Sentence] = []
    for line in text.split("\n"):
        opens = True
        for start, end in sentences(line):
            sentence = line[start:end]
            key = tuple(words(sentence))
            if key and len(found) < MOST_SENTENCES:
                found.append(Sentence(text=sentence, key=key, opens=opens))
                opens = False
    return found


def align(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> Iterator[tuple[Sentence | None, Sentence | None]]:
    """Yield the sentences of both texts in reading order, side by side where one became the other."""
    matcher = SequenceMatcher(None, [each.key for each in old], [each.key for each in new], autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[i:i_end], new[j:j_end], strict=True)
        else:
            yield from _pair(old[i:i_end], new[j:j_end])


def _pair(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> Iterator[tuple[Sentence | None, Sentence | None]]:
    """Put the sentences of one change side by side, each with the most alike that is still to come."""
    done = 0
    close = len(old) * len(new) <= MOST_PAIRS
    for sentence in new:
        best = (
            max(range(done, len(old)), key=lambda i: alike(old[i], sentence), default=None) if close else None
        )
        if best is not None and alike(old[best], sentence) >= ALIKE:
            yield from ((each, None) for each in old[done:best])
            yield old[best], sentence
            done = best + 1
        else:
            yield None, sentence
    yield from ((each, None) for each in old[done:])


def alike(one: Sentence, other: Sentence) -> float:
    """Return the share of words that two sentences have in common, 0 to 1 (Dice)."""
    common = sum((Counter(one.key) & Counter(other.key)).values())
    return 2 * common / (len(one.key) + len(other.key))


def passage(before: Sentence | None, after: Sentence | None) -> Passage:
    """Return one sentence of the difference; of what only punctuation tells apart, the new one."""
    if after is None:
        assert before is not None
        return Passage(runs=(Run(text=before.text, mark=Mark.REMOVED),), opens=before.opens)
    if before is None or before.key == after.key:
        mark = Mark.ADDED if before is None else Mark.KEPT
        return Passage(runs=(Run(text=after.text, mark=mark),), opens=after.opens)
    return Passage(runs=marked(before.text, after.text), opens=after.opens)


def marked(before: str, after: str) -> tuple[Run, ...]:
    """Return *after* with its new words marked, and those of *before* that it lost in their places."""
    if before == after:
        return (Run(text=after, mark=Mark.KEPT),) if after else ()
    old, new = _tokens(before), _tokens(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        return _merged([(before, Mark.REMOVED), (after, Mark.ADDED)])
    runs: list[tuple[str, Mark]] = []
    keys = [_key(token) for token in old], [_key(token) for token in new]
    for tag, i, i_end, j, j_end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("".join(new[j:j_end]), Mark.KEPT))
        else:
            runs += [("".join(old[i:i_end]), Mark.REMOVED), ("".join(new[j:j_end]), Mark.ADDED)]
    return _merged(runs)


def _tokens(text: str) -> list[str]:
    """Cut *text* into words, each with the space behind it."""
    tokens: list[str] = []
    for piece in _TOKEN.findall(text):
        if piece.isspace() and tokens:
            tokens[-1] += piece
        else:
            tokens.append(piece)
    return tokens


def _key(token: str) -> str:
    return " ".join(words(token)) or token.strip()


def _merged(runs: Sequence[tuple[str, Mark]]) -> tuple[Run, ...]:
    return tuple(Run(text=text, mark=mark) for text, mark in runs if text)
