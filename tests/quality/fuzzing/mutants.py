"""Mutants by number: the same seed and the same material make the same one again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.quality.fuzzing import values
from tests.quality.fuzzing.insets import INSETS
from tests.quality.fuzzing.material import Source
from tests.quality.fuzzing.objects import OBJECTS, changed
from tests.quality.fuzzing.octets import OCTETS
from tests.quality.fuzzing.tags import STRUCTURE, tokens_of

LARGEST = 10 * 1024 * 1024  # bytes; the fetcher lets no more through (poll.max_feed_bytes)
ANOTHER = 0.4  # the share of mutants that are changed once more, and of these again
MISNAMED = 0.2  # the share whose server says something else of them

MARKUP = {**STRUCTURE, **INSETS}
KINDS = (
    *(f"tags: {name}" for name in STRUCTURE),
    *(f"insets: {name}" for name in INSETS),
    *(f"json: {name}" for name in OBJECTS),
    *(f"bytes: {name}" for name in OCTETS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A feed after its mutations, as a server would hand it over."""

    number: int
    kinds: tuple[str, ...]  # the first names its row in the table
    source: str
    body: bytes
    content_type: str
    charset: str | None


def mutants(count: int, material: Sequence[Source], *, seed: int) -> Iterator[Mutant]:
    """*count* mutants, as many of each kind."""
    return (mutant(number, material, seed=seed) for number in range(count))


def mutant(number: int, material: Sequence[Source], *, seed: int) -> Mutant:
    """Return one mutant; its number tells the kind, everything else is drawn."""
    draw = Random(f"{seed}:{number}")
    first = KINDS[number % len(KINDS)]
    family = first.partition(": ")[0]
    source = draw.choice([one for one in material if family == "bytes" or one.is_json == (family == "json")])
    kinds = [first]
    while draw.random() < ANOTHER:
        kinds.append(draw.choice([kind for kind in KINDS if kind.startswith((family, "bytes"))]))
    body = source.body
    for kind in kinds:
        body = _mutated(draw, body, kind, draw.choice(material).body)[:LARGEST]
    is_misnamed = draw.random() < MISNAMED
    return Mutant(
        number=number,
        kinds=tuple(kinds),
        source=source.name,
        body=body,
        content_type=draw.choice(values.TYPES) if is_misnamed else source.content_type,
        charset=draw.choice(values.CHARSETS) if is_misnamed else draw.choice((None, "utf-8")),
    )


def _mutated(draw: Random, body: bytes, kind: str, other: bytes) -> bytes:
    family, _, name = kind.partition(": ")
    match family:
        case "bytes":
            return OCTETS[name](draw, body, other)
        case "json":
            return _encoded(changed(draw, _decoded(body), OBJECTS[name]))
        case _:
            tokens = tokens_of(_decoded(body)) or [""]
            return _encoded("".join(MARKUP[name](draw, tokens)))


def _decoded(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    """Undo `_decoded`; surrogates that a mutation brought in are written as the letters that they are not."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
