"""In which articles an alias is looked for: each language has its own, and what would be a word of another
there says nothing. Names, and letters of another script, say the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.model import Concept, Topic
from monitor.topics.lexicon import language, scripts
from monitor.topics.query import term
from monitor.topics.tree import Form, Term

ANY = "any"
CAPITAL_NOUNS = frozenset({"de", "lb"})  # a capital marks no name where every noun has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A term as written for a language, and in the articles of which languages it is not looked for."""

    term: Term
    code: str
    silent: frozenset[str] = frozenset()


def base(label: str) -> str:
    """Return the language of a label such as `pt-BR`."""
    return label.partition("-")[0].casefold()


def spoken(topic: Topic) -> frozenset[str]:
    """Return the languages that a topic knows: in any other it looks for all its words.

    A topic for English and German, held against a Danish article, has nothing better to go by.
    """
    written = {code for concept in topic.concepts for code in concept.aliases if concept.aliases[code]}
    return frozenset(map(base, {*topic.languages, *written})) - {ANY}


def spelled(concept: Concept, known: frozenset[str]) -> Iterator[Spelling]:
    """Yield the aliases of a concept as a topic that knows the languages *known* looks for them."""
    for code, listed in concept.aliases.items():
        for alias in listed:
            found = term(alias)
            yield Spelling(term=found, code=code, silent=silent(found, code, known))


@lru_cache(maxsize=65_536)  # rules by the thousand share their words
def silent(alias: Term, code: str, known: frozenset[str]) -> frozenset[str]:
    """Return the languages in whose articles *alias*, written for *code*, is not looked for.

    Those of *known* that use the same letters, unless it is a name: `mala`, a suitcase in Portuguese, would
    find an Indonesian night, but Kakuma is Kakuma. What needs its capitals (`=AS`) is an abbreviation.
    """
    own = base(code)
    is_name = alias.text[:1].isupper() and own not in CAPITAL_NOUNS and alias.form is not Form.CASED
    if own == ANY or is_name:
        return frozenset()
    written = scripts(alias.text)
    return frozenset(each for each in known - {own} if not written or language(each).script in written)


def languages_of(leaf: Term, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages whose endings a word of the query itself may take.

    The topic's languages in the word's script; if there are several, only those whose endings
    are listed: eight letters of Turkish after any English word would find anything.
    """
    if leaf.form is not Form.INFLECTED:
        return (ANY,)
    fitting = [code for code in languages if language(code).script in scripts(leaf.text)]
    listed = [code for code in fitting if language(code).tails is not None]
    return tuple(listed if len(fitting) > 1 and listed else fitting) or (ANY,)
