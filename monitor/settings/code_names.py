"""Whether a code name hides what it stands for; only names are compared, nothing is read or told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import product

from monitor.model import Topic
from monitor.text.words import UNSPACED

SHORTEST = 3  # letters of a word that means something by itself; `of` and `in` stand in any name
INSIDE = 4  # letters from which a word that stands within another gives it away: exile, exiles
INSIDE_UNSPACED = 2  # the same in scripts that put no space between words: most of their words are as long
STEM = 5  # letters that two forms of a word share: Chechnya, Chechen
_WORD = re.compile(r"[^\W_]+")
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b|\b[a-z]+:")  # of an expression, and names of its fields
_REMEDY = "Take a word that stands in neither its title, its id nor its concepts, such as a plant's."


def problem_of(topic: Topic, others: Mapping[str, Topic]) -> tuple[str, str] | None:
    """Return why messages of a discreet *topic* would be nameless, telling or mixed up, and the remedy.

    *others* are the topics that were read before it, by id.
    """
    if any(_are_mixed_up(topic, other) or _are_mixed_up(other, topic) for other in others.values()):
        return "another topic has this name", "Messages would not tell them apart: take another word."
    if not topic.discreet:
        return None
    if not topic.code_name.strip():
        return "missing: the topic is discreet", "Give it a neutral name, such as Willow."
    return ("says what the topic is about", _REMEDY) if tells(topic.code_name, topic) else None


def _are_mixed_up(hidden: Topic, other: Topic) -> bool:
    code = _plain(hidden.code_name)
    return bool(hidden.discreet and code) and code in map(_plain, (other.code_name, other.id, other.title))


def tells(name: str, topic: Topic) -> bool:
    """Whether *name* gives away what *topic* is about."""
    plain = _plain(name)
    words = {*_words(plain), "".join(_WORD.findall(plain))}
    return any(_is_telling(word, own) for word, own in product(words, _own_words(topic)))


def _is_telling(word: str, own: str) -> bool:
    if word == own:
        return True
    short, long = sorted((word, own), key=len)
    if len(short) >= (INSIDE_UNSPACED if UNSPACED.search(short) else INSIDE) and short in long:
        return True
    return len(short) >= STEM and word[:STEM] == own[:STEM]


def _own_words(topic: Topic) -> frozenset[str]:
    aliases = (alias for each in topic.concepts for spellings in each.aliases.values() for alias in spellings)
    names = (each.name for each in topic.concepts)
    texts = (topic.id, topic.title, _OPERATOR.sub(" ", topic.match), *names, *aliases)
    return frozenset(word for text in texts for word in _words(_plain(text)))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) >= SHORTEST or not word.isascii()]


def _plain(text: str) -> str:
    """Return *text* in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
