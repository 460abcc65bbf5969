"""What became of an article between two looks: nothing, a revision, or a page that is not to be trusted.

Nothing here fetches, stores or tells anybody. A false revision costs more than a missed one: the next look
sees it too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.articles.furniture import is_furniture
from monitor.articles.notes import is_correction, is_counter
from monitor.articles.passages import ALIKE, Sentence, align, alike, marked, passage, split
from monitor.model import Change, Passage, Revision, Version
from monitor.text.numbers import is_year, numbers
from monitor.text.words import words

REWRITTEN = 0.35  # share of changed words from which a revision is a substantial rewrite
CUT = (
    0.6  # share of the old text up to which its beginning alone is a cut page; editors cut less, from the end
)
LOOSE = 200  # characters that a cut page may add in all: "to read on, subscribe"
# Share of common telling words up to which it is another article: of 18,000 pairs of unrelated reports 97 %
# stay below it, of two *outlets'* reports of one event 8 %; one outlet's rewrites share far more.
STRANGE = 0.2
FEWEST_TELLING = 12  # words of a text from which that share means something; below it any common word does
TELLING = 5  # letters; shorter words stand in any two texts of one language

_SENTENCE_END = re.compile(r"(?:[.!?…؟۔]['\"”’»)\]]*|[。！？]\S?)$")
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?![\d:.]*\d|\s*%)")


@dataclass(frozen=True, slots=True)
class Same:
    """Nothing that a reader would call a change."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The page shows the beginning of what we hold: a paywall, or a page that was not finished."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """The page shows a text that has nothing to do with what we hold."""


Comparison: TypeAlias = Revision | Same | CutOff | Stranger
Claims: TypeAlias = Callable[[str], Mapping[str, frozenset[str]]]  # what is counted → the numbers


def compare(old: Version, new: Version, *, claims: Claims | None = None) -> Comparison:
    """Return what became of *old*. Runs in a worker: a hostile text takes its time.

    Furniture, counters, ad lines, white space, punctuation and order are no change. A figure has changed
    when a number was replaced; *claims* may know more of a sentence than its digits say.
    """
    before, after = _telling(old.text), _telling(new.text)
    title = _title(old.title, new.title)
    if not after or (title.is_kept and _same(before, after)):
        return Same()
    if is_cut_off(before, after):
        return CutOff()
    if not title.is_kept and _strange(before, after):
        return Stranger()
    pairs = list(align(before, after))
    reasons = _reasons(pairs, title, claims or (lambda _: {}))
    kinds = set(reasons)
    passages = tuple(passage(*pair) for pair in pairs)
    changed = _share(before, after)
    if changed >= REWRITTEN:
        kinds.add(Change.REWRITE)
    if not kinds and not _really(pairs):
        return Same()
    return Revision(
        kinds=tuple(kind for kind in Change if kind in kinds) or (Change.EDIT,),
        telling=tuple(dict.fromkeys(each for kind in Change for each in reasons.get(kind, ()))),
        title=title,
        passages=passages,
        changed=changed,
    )


def difference(old: Version, new: Version) -> tuple[Passage, tuple[Passage, ...]]:
    """Return how two versions differ, headline and sentences, whatever the difference is worth."""
    pairs = align(_telling(old.text), _telling(new.text))
    return _title(old.title, new.title), tuple(passage(*pair) for pair in pairs)


def _telling(text: str) -> list[Sentence]:
    """Return the sentences of *text* that are no furniture and no counter."""
    lines = (line for line in text.split("\n") if is_correction(line) or not _is_around(line))
    return split("\n".join(lines))


def _is_around(line: str) -> bool:
    return is_furniture(line) or is_counter(line)


def _title(old: str, new: str) -> Passage:
    """Return the difference of two headlines; a page that names none has not changed it."""
    if not new or not old or words(old) == words(new):
        return Passage(runs=marked(new or old, new or old), opens=True)
    return Passage(runs=marked(old, new), opens=True)


def _same(before: Sequence[Sentence], after: Sequence[Sentence]) -> bool:
    """Tell whether two texts have the same sentences, in whatever order and lines."""
    return Counter(each.key for each in before) == Counter(each.key for each in after) or _words(
        before
    ) == _words(after)


def _words(sentences: Iterable[Sentence]) -> list[str]:
    return [word for sentence in sentences for word in sentence.key]


# --- pages that are not to be trusted ---------------------------------------------------------------------


def is_cut_off(before: Sequence[Sentence], after: Sequence[Sentence]) -> bool:
    """Tell whether a page shows the beginning of the old text only, give or take a notice.

    A correction is never taken for such a notice.
    """
    if len(_words(after)) > CUT * len(_words(before)):
        return False
    kept = 0
    while kept < min(len(before), len(after)) and before[kept].key == after[kept].key:
        kept += 1
    rest = list(after[kept:])
    if rest and kept < len(before) and _begins(before[kept], rest[0]):
        kept, rest = kept + 1, rest[1:]
    if any(is_correction(each.text) for each in rest):
        return False
    return kept > 0 and sum(len(each.text) for each in rest) <= LOOSE


def _begins(whole: Sentence, part: Sentence) -> bool:
    """Tell whether *part* is how *whole* begins; its last word may be cut as well."""
    *first, last = part.key
    place = len(first)
    return whole.key[:place] == tuple(first) and place < len(whole.key) and whole.key[place].startswith(last)


def _strange(before: Sequence[Sentence], after: Sequence[Sentence]) -> bool:
    """Tell whether two texts share no more telling words than any two texts of one language do."""
    one, other = ({word for word in _words(text) if len(word) >= TELLING} for text in (before, after))
    fewer = min(len(one), len(other))
    return len(one & other) <= (STRANGE * fewer if fewer >= FEWEST_TELLING else 0)


# --- what kind of change ----------------------------------------------------------------------------------

_Pair: TypeAlias = tuple[Sentence | None, Sentence | None]


def _reasons(pairs: Sequence[_Pair], title: Passage, claims: Claims) -> dict[Change, list[Passage]]:
    """Return the kinds of change that can be pointed at, with what they are seen in."""
    changed = [(old, new) for old, new in pairs if old is None or new is None or old.key != new.key]
    notes = {old.key for old, _ in pairs if old is not None and is_correction(old.text)}
    found = {
        Change.CORRECTION: [
            passage(old, new)
            for old, new in changed
            if new is not None and new.key not in notes and is_correction(new.text)
        ],
        Change.FIGURE: [
            passage(old, new)
            for old, new in changed
            if old is not None and new is not None and _differ(old.text, new.text, claims)
        ],
        Change.HEADLINE: [] if title.is_kept else [title],
    }
    if _alike_titles(title) and _differ(title.before, title.after, claims):
        found[Change.FIGURE].append(title)
    return {kind: passages for kind, passages in found.items() if passages}


def _alike_titles(title: Passage) -> bool:
    one, other = split(title.before), split(title.after)
    return bool(one and other) and not title.is_kept and alike(one[0], other[0]) >= ALIKE


def _differ(before: str, after: str, claims: Claims) -> bool:
    """Tell whether a figure was replaced: one that only came or went is news of its own, not a change."""
    old, new = ({"": _numbers(sentence), **claims(sentence)} for sentence in (before, after))
    return any(old[what] - new[what] and new[what] - old[what] for what in old.keys() & new.keys())


def _numbers(sentence: str) -> frozenset[str]:
    """Return the numbers of *sentence* that may say how many; years and times of the day say when."""
    timeless = _TIME.sub(" ", sentence)
    single = (word for word in words(timeless) if len(word) == 1 and _DIGIT.match(word))
    return frozenset(number for number in numbers(timeless) if not is_year(number)) | frozenset(single)


def _share(before: Sequence[Sentence], after: Sequence[Sentence]) -> float:
    one, other = Counter(_words(before)), Counter(_words(after))
    total = one.total() + other.total()
    return 1 - 2 * (one & other).total() / total if total else 0.0


def _really(pairs: Sequence[_Pair]) -> bool:
    """Tell whether a change is one of sentences: lines that end as none are headings, captions and teasers.

    A sentence that moved is no change.
    """
    gone = Counter(old.key for old, new in pairs if old and new is None and _is_sentence(old))
    come = Counter(new.key for old, new in pairs if new and old is None and _is_sentence(new))
    became = any(old and new and old.key != new.key and _is_sentence(new) for old, new in pairs)
    return became or gone != come


def _is_sentence(sentence: Sentence) -> bool:
    return _SENTENCE_END.search(sentence.text) is not None
