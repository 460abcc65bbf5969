"""Where numbers stand in a sentence and what they come to: digits, words, ranges, vague plurals, hedges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from monitor.model import Hedge
from monitor.stories.figures.lexicon import Amount, Lexicon

MOST_IN_A_SENTENCE = 24  # numbers; more are a table or a list of results
LARGEST = 2_000_000_000  # more people than any report counts; longer digits are identifiers
_BEFORE = 48  # characters in which a hedge and an article stand
_YEARS = range(1900, 2100)
_SCORE_AFTER, _SCORE_BEFORE = re.compile(r" ?[-:] ?\d"), re.compile(r"\d ?[-:] ?\Z")
_DASH_RANGE = re.compile(r" ?- ?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a normalised sentence; *start* and *end* bound it, *outer* what goes with it as well."""

    start: int
    end: int
    low: int
    high: int
    exact: bool
    hedge: Hedge | None = None
    digits: bool = False
    outer_start: int
    outer_end: int
    unit: str | None = None  # when the word itself says what is counted: an Arabic dual, "человек сорок"


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    amount: Amount
    fraction: float = 0.0
    plain: bool = False  # written in digits


def quantities(text: str, words: Lexicon) -> list[Quantity]:
    """Return the numbers of a normalised sentence that may count something, in order."""
    found = list(islice(_numbers(text, words), MOST_IN_A_SENTENCE))
    merged = list(_ranges(found, text, words))
    return [_hedged(item, text, words) for item in merged if not _refused(item, text, words)]


# --- tokens to numbers --------------------------------------------------------------------------------


def _tokens(text: str, words: Lexicon) -> list[_Token]:
    tokens = []
    match: re.Match[str] | None
    for match in words.digits.finditer(text):
        value = int(re.sub(r"\D", "", match[1]))
        if value <= LARGEST:
            fraction = float("0." + match[2][1:]) if match[2] else 0.0
            start = match.start(1)
            tokens.append(_Token(start, match.end(), Amount(value, value, "number"), fraction, True))
    for place in words.any_word.finditer(text):
        match = words.words.match(text, place.start())
        assert match is not None
        assert match.lastindex is not None
        amount: Amount | None = words.amounts[match.lastindex - 1]
        if amount is not None and amount.kind == "compound":
            value = words.compounds.get(match[match.lastindex], 0)
            amount = Amount(value, value, "number") if value else None
        if amount is not None:
            tokens.append(_Token(match.start(match.lastindex), match.end(), amount))
    return sorted(tokens, key=lambda token: token.start)


def _numbers(text: str, words: Lexicon) -> Iterator[Quantity]:
    tokens = _tokens(text, words)
    index = 0
    while index < len(tokens):
        first = tokens[index]
        if first.amount.kind in ("vague", "approximate", "dual"):
            yield _whole(first)
            index += 1
            continue
        total = _Sum()
        last = index
        if first.amount.kind not in ("ending", "teen") and total.add(first):
            while last + 1 < len(tokens):
                following = _as_scale(tokens[last + 1], text, words)
                if not (_continues(tokens[last], following, text, words) and total.add(following)):
                    break
                last += 1
                tokens[last] = following
            if total.whole:
                yield _counted(first, tokens[last], total.value)
        index = last + 1


def _as_scale(token: _Token, text: str, words: Lexicon) -> _Token:
    """Read a plural behind a number as what it multiplies: "пять тысяч", where alone it would be vague."""
    if token.amount.kind == "vague":
        for value, pattern in words.scales:
            if match := pattern.match(text, token.start):
                return _Token(token.start, match.end(), Amount(value, value, "scale"))
    return token


def _continues(one: _Token, other: _Token, text: str, words: Lexicon) -> bool:
    gap = text[one.end : other.start]
    if other.plain or (one.plain and other.amount.kind != "scale"):
        return False
    return gap in ("", " ", "و", " و") or words.joiner.fullmatch(gap) is not None


class _Sum:
    """Adds number words in the order in which languages say them, and refuses what is two numbers."""

    def __init__(self) -> None:
        self.total = 0
        self.current = 0
        self.fraction = 0.0

    @property
    def value(self) -> int:
        return self.total + self.current

    @property
    def whole(self) -> bool:
        return not self.fraction and self.value > 0

    def add(self, token: _Token) -> bool:
        value, kind = token.amount.low, token.amount.kind
        if kind == "scale":
            return self._multiply(value)
        if kind == "teen":
            return self._teen(value)
        if kind not in ("number", "ending"):
            return False
        self.fraction = token.fraction
        if token.plain or value >= 1000 or value == 0:
            if self.value:
                return False
            self.current, self.total = (value, 0) if token.plain else (0, value)
            return True
        return self._fit(value)

    def _fit(self, value: int) -> bool:
        tens = self.current % 100
        if value < 10:
            fits = self.current % 10 == 0
        elif value < 100:
            fits = tens == 0 or (tens < 10 and value % 10 == 0)  # Arabic says the ones first
        else:
            fits = self.current == 0
        if fits:
            self.current += value
        return fits

    def _teen(self, value: int) -> bool:
        if not 0 < self.current % 100 < 10:
            return False
        self.current += value
        return True

    def _multiply(self, scale: int) -> bool:
        if self.fraction:
            scaled = (self.current + self.fraction) * scale
            self.current, self.fraction = round(scaled), 0.0
            return True
        if scale == 10:
            last = self.current % 10
            self.current += (last or 1) * 10 - last
        elif scale < 1000:
            if self.current >= 100:
                return False
            self.current = (self.current or 1) * scale
        else:
            if self.total and not self.current:
                return False
            self.total += (self.current or 1) * scale
            self.current = 0
        return True


def _whole(token: _Token) -> Quantity:
    amount = token.amount
    approximate = amount.kind == "approximate"
    return Quantity(
        start=token.start,
        end=token.end,
        low=amount.low,
        high=amount.high,
        exact=amount.low == amount.high,
        hedge=Hedge.ABOUT if approximate else None,
        outer_start=token.start,
        outer_end=token.end,
        unit="people" if amount.kind == "dual" else None,
    )


def _counted(first: _Token, last: _Token, value: int) -> Quantity:
    return Quantity(
        start=first.start,
        end=last.end,
        low=value,
        high=value,
        exact=True,
        digits=first.plain and first is last,
        outer_start=first.start,
        outer_end=last.end,
    )


# --- ranges, hedges, what is no quantity ------------------------------------------------------------------


def _ranges(found: list[Quantity], text: str, words: Lexicon) -> Iterator[Quantity]:
    index = 0
    while index < len(found):
        one = found[index]
        other = found[index + 1] if index + 1 < len(found) else None
        if other is not None and _is_range(one, other, text, words):
            yield replace(one, end=other.end, high=other.high, exact=False, outer_end=other.end, digits=False)
            index += 2
            continue
        yield one
        index += 1


def _is_range(one: Quantity, other: Quantity, text: str, words: Lexicon) -> bool:
    if not (one.exact and other.exact and one.low < other.low) or one.unit or other.unit:
        return False
    gap = text[one.end : other.start]
    if words.between.search(text, max(0, one.start - _BEFORE), one.start):
        return words.between_connector.fullmatch(gap) is not None
    if _DASH_RANGE.fullmatch(gap) or words.connector.fullmatch(gap):
        return other.low < 20 * one.low  # "20 to 500" are two numbers
    return False


def _refused(item: Quantity, text: str, words: Lexicon) -> bool:
    left = text[max(0, item.start - _BEFORE) : item.start]
    right = text[item.end : item.end + _BEFORE]
    if words.refused_after.match(right) or words.refused_before.search(left):
        return True
    if not item.digits and left.rstrip()[-1:].isdigit():  # "$31 million": its digits were no quantity
        return True
    if item.exact and (_SCORE_AFTER.match(right) or _SCORE_BEFORE.search(left)):
        return True
    if item.digits and item.low in _YEARS:
        return not any(pattern.match(right.lstrip()) for _, pattern in words.units)
    return right.startswith(tuple("%$€£")) or right[1:2] in tuple("%$€£")


def _hedged(item: Quantity, text: str, words: Lexicon) -> Quantity:
    left = max(0, item.start - _BEFORE)
    for hedge, pattern in words.hedges_before:
        if match := pattern.search(text, left, item.start):
            item = replace(item, hedge=item.hedge or hedge, outer_start=match.start())
            break
    for hedge, pattern in words.hedges_after:
        if match := pattern.match(text, item.end):
            return replace(item, hedge=item.hedge or hedge, outer_end=match.end())
    if match := words.inverted.search(text, left, item.outer_start):
        return replace(item, hedge=item.hedge or Hedge.ABOUT, outer_start=match.start(), unit="people")
    return item
