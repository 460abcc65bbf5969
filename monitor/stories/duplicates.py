"""When an article repeats an earlier one: shingles, the sample that finds candidates, the exact verdict."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from monitor.model import Copy, CopyKind
from monitor.text.fingerprints import Hashes, run_hashes, smallest
from monitor.text.words import UNSPACED, words

# --- looking candidates up: the numbers that SQL shares with this page -----------------------------------

SAMPLE_SHARE = 16  # 1/16 of all shingles: 60 rows for an article of 1,000 words
SAMPLE_AT_LEAST = (
    24  # articles under 400 words keep more, so that an excerpt of a few sentences is still found
)
MIN_SHARED_SAMPLE = 2  # one shared hash is an idiom; two cost no recall and a fifth of the verifications

# --- shingles ---------------------------------------------------------------------------------------------

WORDS_PER_SHINGLE = 4  # survives a word changed in twenty; three match by idiom, five lose edited copies
SIGNS_PER_WORD = 2  # about, in Chinese and Japanese
SIGNS_PER_SHINGLE = SIGNS_PER_WORD * WORDS_PER_SHINGLE
MAX_WORDS = 20_000  # a text past it is a book or an attack; what is copied is found in the beginning

# --- furniture: what a site prints around every text of its own ---

TAIL_WORDS = 100  # about the author, the disclaimer, the footer: 80 words are long ones
HEAD_WORDS = 40  # an editor's note; longer, and the first paragraphs that teasers take would count as one
MOST_FURNITURE = 0.75  # of a text: what shares its first quarter with another is no stranger to it
OWN_STORY = 20  # shingles, two sentences: below it what an article adds is itself furniture
STRAY = 0.1  # of what is shared may stand elsewhere: idioms, the name of an office

# --- the verdict ------------------------------------------------------------------------------------------

COPIED = 0.38  # share of the later text. On newsroom edits of 413 articles (tests/quality/copies.py): recall
# .997 at precision .999; at .30 a site's furniture makes copies of short items, at .42 reworded ones are lost
EMBEDDED = 0.6  # share of the earlier text that a longer later one carries whole: a roundup, a wire report
EMBEDDED_LEAST = 0.1  # with additions; below it the later article is a report that quotes
VERBATIM = 0.95  # of both: a new headline and a credit line change one shingle in fifty
EXCERPT = 0.7  # of the earlier text; a later one that holds less and little else is an excerpt
ROUNDUP = 0.5  # of the later text: more than half of a roundup is about something else
OWN_WORDS = 0.25  # what an excerpt may add: "read the full story on our site"
SHORT = 30  # words; under it sentences coincide, so nearly all of the later text must be shared …
SHORT_COPIED = 0.8
VERY_SHORT = 8  # … and under it a headline is a copy of the same headline only
STOCK = 5  # words; a headline of fewer ("Breaking news", "Live updates") says nothing of its story
LEAST_EARLIER = 60  # shingles; a shorter item inside a longer text was a teaser of it, no source


@dataclass(frozen=True, slots=True, kw_only=True)
class Shingles:
    """A text as the set of its word 4-shingles, and the sample of them that is indexed.

    Units: `all`, `sample`, `head` and `tail` are signed 64-bit hashes; `sample` is sorted; `head` and
    `tail` are those where a site's furniture may stand; `words` counts words, in a script without spaces
    half the signs.
    """

    all: frozenset[int]
    sample: tuple[int, ...]
    words: int
    head: frozenset[int] = frozenset()
    tail: frozenset[int] = frozenset()

    @property
    def shared_needed(self) -> int:
        """How many sampled hashes a candidate must share: a headline has only one to give."""
        return min(MIN_SHARED_SAMPLE, len(self.sample))


def shingle(text: str, language: str) -> Shingles:
    """Return the shingles of *text*; signs are counted instead of words where they are not spaced.

    *language* is what the article says it is; the script decides when that is unknown.
    """
    tokens = words(text)[:MAX_WORDS]
    signs = sum(map(_is_sign, tokens)) if UNSPACED.search(" ".join(tokens)) else 0
    by_sign = language in ("ja", "zh", "th", "lo", "my", "km") or signs > len(tokens) / 2
    length, each = (SIGNS_PER_SHINGLE, SIGNS_PER_WORD) if by_sign else (WORDS_PER_SHINGLE, 1)
    found = run_hashes(tokens, length)
    most = int(len(tokens) * MOST_FURNITURE)
    head, tail = min(HEAD_WORDS * each, most), min(TAIL_WORDS * each, most)
    return Shingles(
        all=frozenset(found.tolist()),
        sample=smallest(found, share=SAMPLE_SHARE, at_least=SAMPLE_AT_LEAST),
        words=len(tokens) // each,
        head=_runs_within(found, head, length, at_end=False),
        tail=_runs_within(found, tail, length, at_end=True),
    )


def _is_sign(token: str) -> bool:
    return UNSPACED.match(token) is not None


def _runs_within(found: Hashes, tokens: int, length: int, *, at_end: bool) -> frozenset[int]:
    """The runs that lie wholly in the first, or the last, so many tokens."""
    count = max(0, tokens - length + 1)
    return frozenset((found[len(found) - count :] if at_end else found[:count]).tolist())


def candidate_probability(shared: int) -> float:
    """Return how likely two long articles become candidates when they share *shared* distinct shingles.

    Each is in both samples with probability 1/16, or in neither: a binomial, of which two are needed.
    """
    kept = 1 / SAMPLE_SHARE
    missed = (math.comb(shared, k) * kept**k * (1 - kept) ** (shared - k) for k in range(MIN_SHARED_SAMPLE))
    return 1.0 - sum(missed) if shared >= MIN_SHARED_SAMPLE else 0.0


def judge(
    later: Shingles, earlier: Sequence[tuple[int, Shingles]], furniture: Collection[int] = ()
) -> Copy | None:
    """Return what *later* is a copy of, or None; the shares it names are exact.

    Of several originals the one that is shared most wins, and among equals the one first seen, that is
    with the lowest id. *furniture* are sampled hashes in very many families: what
    two texts share is discounted by the part of it that only a site's furniture explains.
    """
    ignored = frozenset(furniture)
    found = (_verdict(later, article, text, ignored) for article, text in earlier)
    verdicts = [verdict for verdict in found if verdict is not None]
    if not verdicts:
        return None
    return min(verdicts, key=lambda verdict: (-verdict[1], -verdict[0].jaccard, verdict[0].of))[0]


def surely_before(one: datetime, other: datetime) -> bool:
    """Whether *one* claims to precede *other*; a midnight may mean any hour of its day."""
    latest = one + timedelta(days=1) if one.timetz() == time(tzinfo=UTC) else one
    return latest < other


def _verdict(
    later: Shingles, article: int, earlier: Shingles, furniture: frozenset[int]
) -> tuple[Copy, int] | None:
    if not later.all or not earlier.all:
        return None
    shared = len(later.all & earlier.all)
    of_later, of_earlier = shared / len(later.all), shared / len(earlier.all)
    real = _not_furniture(later, earlier, furniture)
    if not _is_copy(later, earlier, of_later * real, of_earlier * real) or _only_frames(later, earlier):
        return None
    copy = Copy(
        of=article,
        kind=_kind(of_later, of_earlier),
        containment=max(of_later, of_earlier),
        jaccard=shared / (len(later.all) + len(earlier.all) - shared),
    )
    return copy, shared


def _not_furniture(later: Shingles, earlier: Shingles, furniture: frozenset[int]) -> float:
    sampled = set(later.sample) & set(earlier.sample)
    return 1.0 - len(sampled & furniture) / len(sampled) if sampled else 1.0


def _only_frames(later: Shingles, earlier: Shingles) -> bool:
    """Whether two texts share what stands above and below them, while each tells a story of its own."""
    shared = later.all & earlier.all
    if min(len(later.all), len(earlier.all)) - len(shared) < OWN_STORY:
        return False
    head, tail = later.head & earlier.head, later.tail & earlier.tail
    frames = [head, tail]
    if min(later.words, earlier.words) * MOST_FURNITURE >= HEAD_WORDS + TAIL_WORDS:
        frames.append(head | tail)  # of a shorter text both together are the whole
    return any(len(shared - frame) <= STRAY * len(shared) for frame in frames)


def _is_copy(later: Shingles, earlier: Shingles, of_later: float, of_earlier: float) -> bool:
    fewest = min(later.words, earlier.words)
    if fewest < STOCK:
        return False
    if fewest < VERY_SHORT:
        return later.all == earlier.all and later.words == earlier.words
    if fewest < SHORT:
        return of_later >= SHORT_COPIED
    if of_later >= COPIED:
        return True
    return of_earlier >= EMBEDDED and of_later >= EMBEDDED_LEAST and len(earlier.all) >= LEAST_EARLIER


def _kind(of_later: float, of_earlier: float) -> CopyKind:
    if min(of_later, of_earlier) >= VERBATIM:
        return CopyKind.VERBATIM
    if of_later >= 1 - OWN_WORDS and of_earlier < EXCERPT:
        return CopyKind.EXCERPT
    if of_earlier >= EMBEDDED and of_later < ROUNDUP:
        return CopyKind.ROUNDUP
    return CopyKind.EDITED
