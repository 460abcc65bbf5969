"""A draft as a topic file: YAML that loads as it is, with what an editor should know in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from monitor.topics.derive.draft import Draft, Origin, Proposal, shown

WIDTH = 100  # columns of an expression
EXCLUDED = {  # headlines of sections that share words with any topic
    "en": ("horoscope", '"box office"', "crossword"),
    "id": ("zodiak",),
    "ru": ("гороскоп",),
    "uk": ("гороскоп",),
    "de": ("Horoskop",),
    "fr": ("horoscope",),
    "es": ("horóscopo",),
    "pt": ("horóscopo",),
    "tr": ("burçlar",),
    "ar": ("أبراج",),
}

_PLAIN = re.compile(r"[^\W\d_][\w '’.-]*\w")
_YAML_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def write(draft: Draft) -> str:
    """Return *draft* as the text of a file for `config/topics/`."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield "# A draft, derived from:"
    for number, label in enumerate(draft.seeds, start=1):
        yield f"#   {number}. {shown(label)}"
    yield "# It raises no alert. Read it, take out what is beside the point, add what other languages say,"
    yield "# look at `monitor topics test`, and only then write `status: live`."
    yield "topics:"
    yield f"  - id: {json.dumps(draft.id)}"
    yield f"    title: {json.dumps(shown(draft.title), ensure_ascii=False)}"
    yield "    status: draft"
    yield f"    # languages: [{', '.join(draft.languages)}]  # once every concept has words in them"
    yield "    match: >-"
    yield from _folded(draft.match, "      ")
    yield "    exclude: >-"
    yield from _folded(_excluded(draft.languages), "      ")
    yield f"    min_score: {draft.min_score:g}"
    yield "    alert:"
    yield f"      immediate_score: {draft.immediate_score:g}  # what the least of these articles scores"
    yield from _used([proposal for proposal in draft.proposals if proposal.shared])
    own = [proposal for proposal in draft.proposals if not proposal.shared]
    if own:
        yield "    concepts:"
    for proposal in own:
        yield from _concept(proposal)


def _excluded(languages: tuple[str, ...]) -> str:
    words = dict.fromkeys(word for language in languages for word in EXCLUDED.get(language, ()))
    return f"title:({' OR '.join(words or EXCLUDED['en'])})"


def _folded(expression: str, indent: str) -> Iterator[str]:
    """Break an expression at its spaces; a folded scalar joins the lines again."""
    line = ""
    for word in expression.split(" "):
        if line and len(line) + len(word) > WIDTH:
            yield f"{indent}{line}"
            line = word
        else:
            line = f"{line} {word}".strip()
    yield f"{indent}{line}"


def _used(shared: list[Proposal]) -> Iterator[str]:
    if not shared:
        return
    yield f"    use:  # {Origin.LEXICON}s that stand in these articles, with their weight here"
    for proposal in shared:
        yield f"      {proposal.name}: {proposal.weight:g}  # proposed; {_counted(proposal.counts)}"


def _concept(proposal: Proposal) -> Iterator[str]:
    yield f"      {json.dumps(proposal.name)}:"
    yield "        status: proposed"
    yield f"        # {_counted(proposal.counts)}"
    if proposal.quote:
        yield f"        # “{shown(proposal.quote)}”"
    yield f"        weight: {proposal.weight:g}"
    yield "        aliases:"
    for language, own in proposal.aliases.items():
        yield f"          {language}:"
        yield from _spellings(own)


def _spellings(own: Mapping[str, Origin]) -> Iterator[str]:
    for spelling, origin in own.items():
        yield f"            - {_scalar(spelling)}  # {origin}"


def _counted(counts: tuple[int, ...]) -> str:
    return ", ".join(f"{count} in article {number}" for number, count in enumerate(counts, start=1))


def _scalar(spelling: str) -> str:
    """Write an alias plainly, so that it takes endings; in quotes it stands exactly so."""
    plain = shown(spelling)
    if _PLAIN.fullmatch(plain) and plain.casefold() not in _YAML_WORDS:
        return plain
    return json.dumps(plain, ensure_ascii=False)
