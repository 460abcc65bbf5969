"""In which language a text is written, or that nobody can tell; labels only tip a balance."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

UNKNOWN = "und"

SAMPLE = 1_000  # characters; five times what must be enough, and each costs a microsecond
PARAGRAPH = 60  # characters from which a line counts as one
FEWEST_LETTERS = 20  # below, names and numbers outweigh the words
LONG_ENOUGH = 200  # characters from which the answer must be reliable
SURE = 0.5  # share of probability that decides a long text …
SURE_WHEN_SHORT = 0.8  # … and a short one
UNDISPUTED = 0.97  # above it relatives are not looked at: small words would only add noise
OWN_SCRIPT = 0.2  # share of letters; Japanese is half Han, Korean news is full of Latin names
FOREIGN = 0.01  # share of letters that names from abroad may bring
MARGIN = 2  # words by which one relative must lead another

_ASCII = re.compile(r"[\x00-\x7f]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Table:
    known: frozenset[str]
    aliases: dict[str, str]
    scripts: dict[str, re.Pattern[str]]
    relatives: tuple[dict[str, frozenset[str]], ...]
    never: dict[str, str]


def detect(text: str, hint: str = "") -> str:
    """Return the ISO 639-1 code of *text*'s main language, or "und" when it is not sure.

    *hint* is what the page or the feed claims (`en-US`, `id`): templates are copied from other
    countries, so it is heard only when the words themselves leave two answers open.
    """
    sample = _sample(text)
    words = [word.lower() for word in _WORD.findall(sample)]
    letters = sum(map(len, words))
    if (script := _own_script(sample, letters)) is not None:
        return script
    if letters < FEWEST_LETTERS:
        return UNKNOWN
    claimed = normal_code(hint)
    ranked = _possible(_rank(sample), sample, letters)
    best, share = ranked[0]
    if share < UNDISPUTED and (chosen := _among_relatives(words, ranked, claimed)):
        return chosen
    if share >= (SURE if len(sample) >= LONG_ENOUGH else SURE_WHEN_SHORT):
        return best
    return claimed if claimed in [language for language, _ in ranked[:3]] else UNKNOWN


def normal_code(label: str) -> str:
    """Return the ISO 639-1 code that a label such as `en-US`, `pt_BR` or `in` means, or nothing."""
    code = re.split(r"[-_,; ]", label.strip().lower(), maxsplit=1)[0]
    code = _table().aliases.get(code, code)
    return code if code in _table().known else ""


def _sample(text: str) -> str:
    """Return the first paragraphs, without the short lines: lists and tables are full of foreign names."""
    head = text[: 4 * SAMPLE]
    paragraphs = "\n".join(line for line in head.split("\n") if len(line) >= PARAGRAPH)
    return (paragraphs if len(paragraphs) >= LONG_ENOUGH else head)[:SAMPLE]


def _own_script(sample: str, letters: int) -> str | None:
    # The order matters: kana decides for Japanese before its Han characters are weighed.
    foreign = _ASCII.sub("", sample)
    if len(foreign) < FEWEST_LETTERS / 4:
        return None
    for language, pattern in _table().scripts.items():
        found = sum(map(len, pattern.findall(foreign)))
        if found >= FEWEST_LETTERS / 4 and found >= OWN_SCRIPT * letters:
            return language
    return None


def _rank(text: str) -> list[tuple[str, float]]:
    shares: Counter[str] = Counter()
    for language, share in _identifier().rank(text)[:8]:
        shares[_table().aliases.get(language, language)] += share
    return sorted(shares.items(), key=lambda pair: -pair[1])


def _possible(ranked: list[tuple[str, float]], sample: str, letters: int) -> list[tuple[str, float]]:
    """Drop the languages that never write what the sample is full of: no Bulgarian word has an ы."""
    folded = sample.lower()
    kept = [
        (language, share)
        for language, share in ranked
        if sum(map(folded.count, _table().never.get(language, ""))) < max(2, FOREIGN * letters)
    ]
    total = sum(share for _, share in kept)
    if not kept or len(kept) == len(ranked) or total <= 0:
        return ranked
    return [*((language, share / total) for language, share in kept), (UNKNOWN, 0.0)]


def _among_relatives(words: list[str], ranked: list[tuple[str, float]], claimed: str) -> str | None:
    """Let small words decide when the two best answers are relatives; then the claim; then nobody."""
    (best, share), second = ranked[0], ranked[1][0]
    family = next((family for family in _table().relatives if best in family and second in family), None)
    if family is None:
        return None
    scores = {language: sum(word in own for word in words) for language, own in family.items()}
    first, runner_up = sorted(scores, key=lambda language: -scores[language])[:2]
    lead = scores[first] - scores[runner_up]
    if lead >= MARGIN or (lead > 0 and first == best):
        return first
    return claimed if claimed in (best, second) and share < SURE_WHEN_SHORT else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # only workers need it, and it is heavy

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(set(identifier.labels) & (_table().known | set(_table().aliases)))
    # The restriction left each language's weights side by side; a text asks for those of each feature.
    identifier.nb_ptc = identifier.nb_ptc.copy(order="C")
    del identifier._full_model  # 28 MB in every worker, for languages that we never ask for
    return identifier


@cache
def _table() -> _Table:
    data = tomllib.loads((files(__package__) / "data" / "languages.toml").read_text("utf-8"))
    return _Table(
        known=frozenset(data["known"]),
        aliases=data["aliases"],
        scripts={
            language: re.compile("[" + "".join(f"{first}-{last}" for first, last in ranges) + "]+")
            for language, ranges in data["scripts"].items()
        },
        relatives=tuple(_own_words(family) for family in data["relatives"]),
        never=data["never"],
    )


def _own_words(family: dict[str, str]) -> dict[str, frozenset[str]]:
    """Keep of each list only what no relative shares, so that the lists may simply be written down."""
    lists = {language: frozenset(words.split()) for language, words in family.items()}
    return {
        language: words - frozenset().union(*(other for name, other in lists.items() if name != language))
        for language, words in lists.items()
    }
