"""The rules' meaning, said again in the slowest and plainest way, to hold the engine against."""

from __future__ import annotations

import re
import unicodedata

from monitor.model import Document, Topic
from monitor.text import words
from monitor.topics.lexicon import Part, Shape, shapes
from monitor.topics.query import parse, term
from monitor.topics.tree import (
    And,
    AtLeast,
    ConceptRef,
    Fact,
    Field,
    Known,
    Near,
    Node,
    Not,
    Or,
    Term,
    Within,
)

Span = tuple[int, int]
W = "[^ ]"


def separated(text: str) -> str:
    """*text* with a space for what no word holds; words hold an apostrophe between Cyrillic letters."""
    kept = [words.is_word(char) for char in text]
    for at in range(1, len(text) - 1):
        if text[at] == "'" and all("\u0400" <= text[side] <= "\u052f" for side in (at - 1, at + 1)):
            kept[at] = True
    return "".join(char if keep else " " for char, keep in zip(text, kept, strict=True))


class Article:
    """An article and one topic, searched without any index."""

    def __init__(self, topic: Topic, document: Document) -> None:
        self.topic, self.document = topic, document
        self.raw = f"{document.title}\n{document.text}" if document.title else document.text
        self.text = separated(words.normalise(self.raw))
        self.title_end = len(words.normalise(document.title))
        self.concepts = {concept.name: concept for concept in topic.concepts}

    def score(self) -> float | None:
        """The score if the topic matches, else None."""
        if not self.holds(parse(self.topic.match)):
            return None
        if self.topic.exclude and self.holds(parse(self.topic.exclude)):
            return None
        points = 0.0
        for name, concept in self.concepts.items():
            found = self.places(ConceptRef(name))
            in_title = any(start < self.title_end for start, _ in found)
            points += concept.weight * (self.topic.title_factor if in_title else 1) if found else 0
        return points if points >= self.topic.min_score else None

    def holds(self, node: Node, zone: tuple[Field, ...] = ()) -> bool:
        match node:
            case And():
                return all(self.holds(part, zone) for part in node.parts)
            case Or():
                return any(self.holds(part, zone) for part in node.parts)
            case Not():
                return not self.holds(node.part, zone)
            case Within():
                return self.holds(node.part, (*zone, node.field))
            case AtLeast():
                return len(self.apart(self.places(node.part, zone))) >= node.count
            case Known(fact=Fact.LANG):
                return self.document.language.split("-")[0] == node.value
            case Known(fact=Fact.SOURCE):
                return f".{self.document.source}".endswith(f".{node.value}")
            case Known():
                return node.value in self.document.tags
            case _:
                return bool(self.places(node, zone))

    def places(self, node: Node, zone: tuple[Field, ...] = ()) -> set[Span]:
        match node:
            case Term():
                return self.inside(self.find(shapes(node, "any")), zone)
            case ConceptRef():
                aliases = self.concepts[node.name].aliases
                heard = [
                    (term(alias), code)
                    for code, listed in aliases.items()
                    for alias in listed
                    if self.hears(alias, code)
                ]
                return self.inside(self.find([s for t, code in heard for s in shapes(t, code)]), zone)
            case Or():
                return {span for part in node.parts for span in self.places(part, zone)}
            case Within():
                return self.places(node.part, (*zone, node.field))
            case Near():
                return self.near(node, self.places(node.left, zone), self.places(node.right, zone))
            case _:
                raise AssertionError(node)

    def hears(self, alias: str, code: str) -> bool:
        """Whether an alias written for *code* is looked for in an article of this language."""
        own = self.document.language.split("-")[0]
        known = set(self.topic.languages) | {
            c for con in self.concepts.values() for c in con.aliases if con.aliases[c]
        }
        is_name = alias[0].isupper() and code != "de"
        if code in ("any", own) or own not in known or is_name:
            return True
        letters = {"ru": "CYRILLIC", "uk": "CYRILLIC", "ar": "ARABIC"}.get(own, "LATIN")
        return not any(letters in unicodedata.name(char, "") for char in alias)

    def near(self, node: Near, lefts: set[Span], rights: set[Span]) -> set[Span]:
        found = set()
        for left in lefts:
            first = left[0] + 1 if node.ordered else left[0]
            after = [r for r in rights if r[0] >= first and self.gap(left, r) <= node.distance]
            before = [r for r in rights if r[0] < left[0] and self.gap(r, left) <= node.distance]
            if after:
                found.add((left[0], max(left[1], max(after)[1])))
            if before and not node.ordered:
                found.add((min(before)[0], max(left[1], min(before)[1])))
        return found

    def gap(self, left: Span, right: Span) -> int:
        return sum(left[1] <= start < right[0] for start in words.word_starts(self.text))

    def inside(self, spans: set[Span], zone: tuple[Field, ...]) -> set[Span]:
        bounds = {
            Field.TITLE: (0, self.title_end),
            Field.LEAD: (0, self.title_end + 600),
            Field.BODY: (self.title_end, len(self.text)),
        }
        return {
            s for s in spans if all(bounds[field][0] <= s[0] and s[1] <= bounds[field][1] for field in zone)
        }

    def find(self, found: tuple[Shape, ...] | list[Shape]) -> set[Span]:
        spans = {span for shape in found for span in self.find_shape(shape)}
        return {span for span in spans if not span[0] < self.title_end < span[1]}

    def find_shape(self, shape: Shape) -> set[Span]:
        if shape.unspaced:
            return {found.span(1) for found in re.finditer(f"(?=({re.escape(shape.first.stem)}))", self.text)}
        prefix = f"{W}*" if shape.open_start else f"(?:{'|'.join(map(re.escape, shape.prefixes))})?"
        pattern = f"(?<!{W})" + prefix + " ".join(map(self.pattern, (shape.first, *shape.rest)))
        matches = (re.compile(pattern).match(self.text, start) for start in range(len(self.text)))
        spans = {found.span() for found in matches if found}
        return {span for span in spans if not shape.cased or self.as_written(span) == shape.cased}

    def pattern(self, part: Part) -> str:
        tails = (
            "|".join(sorted(part.tails, key=len, reverse=True)) if part.tails else f"{W}{{0,{part.longest}}}"
        )
        tail = "" if not part.longest else f"(?:{tails})"
        return f"{re.escape(part.stem)}{tail}(?!{W})"

    def as_written(self, span: Span) -> str:
        return self.raw[slice(*words.with_offsets(self.raw).raw_span(*span))]

    @staticmethod
    def apart(spans: set[Span]) -> list[Span]:
        kept: list[Span] = []
        for span in sorted(spans, key=lambda span: (span[0], -span[1])):
            if all(span[0] >= other[1] for other in kept):
                kept.append(span)
        return kept
