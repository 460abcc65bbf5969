"""JSON as the values that it is made of: other types and keys, numbers and depths that no parser expects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

from tests.quality.fuzzing import values

Place: TypeAlias = tuple[Any, Any]  # a list or an object, and an index or a key in it
Change: TypeAlias = Callable[[Random, Any], None]

# json.dumps writes none of these, and a parser reads all: they stand as strings until the end.
_RAW = re.compile('"\ue000([^\ue001]*)\ue001"')
NUMBERS = (
    "1e999", "-1e999", "NaN", "Infinity", "-0", "0", "1E+1000000", "1e-1000000",
    "123456789012345678901234567890", "9" * 4_000, "9" * 5_000, "-" + "9" * 400_000, "0." + "3" * 400_000,
    "01", "+1", ".5", "1.", "0x1",
)  # fmt: skip
RETYPED: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, "", [], {}, [[]], [None], {"": None}, ["a", 1], [{"name": 1}],
)  # fmt: skip
KEYS = (
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published",
    "date_modified", "authors", "author", "tags", "language", "version", "items", "hubs", "feed_url",
    "name", "home_page_url", "type", "__class__", "", "\x00", "\ud800", "a" * 10_000,
)  # fmt: skip
DEPTHS = (10, 500, 950, 1_050, 20_000, 400_000)


def changed(draw: Random, text: str, change: Change) -> str:
    """Return JSON with one change; what is no JSON comes back as it is."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    holder = [document]
    change(draw, holder)
    written = json.dumps(holder[0], ensure_ascii=draw.random() < 0.5)
    return _RAW.sub(
        lambda found: found[1].replace("'", '"'),
        written.replace("\\ue000", "\ue000").replace("\\ue001", "\ue001"),
    )


def _raw(text: str) -> str:
    return f"\ue000{text}\ue001"


def places(holder: Any) -> list[Place]:
    """Return every place of a document at which a value stands."""
    found: list[Place] = []
    ahead = [holder]
    while ahead:
        container = ahead.pop()
        keys = range(len(container)) if isinstance(container, list) else list(container)
        found += [(container, key) for key in keys]
        ahead += [container[key] for key in keys if isinstance(container[key], list | dict)]
    return found


def _place(draw: Random, holder: Any) -> Place:
    return draw.choice(places(holder)[1:] or places(holder))


def delete(draw: Random, holder: Any) -> None:
    container, key = _place(draw, holder)
    if container is not holder:
        del container[key]


def duplicate(draw: Random, holder: Any) -> None:
    """Repeat a value of a list, up to thousands of times."""
    lists = [(container, key) for container, key in places(holder)[1:] if isinstance(container, list)]
    if lists:
        container, key = draw.choice(lists)
        size = len(json.dumps(container[key]))
        container += [container[key]] * min(draw.choice((1, 5, 100, 10_000)), 2 * values.LONGEST // size)


def swap(draw: Random, holder: Any) -> None:
    (one, first), (other, second) = _place(draw, holder), _place(draw, holder)
    # a copy: a value moved into itself would have no end
    one[first], other[second] = json.loads(json.dumps(other[second])), json.loads(json.dumps(one[first]))


def rename(draw: Random, holder: Any) -> None:
    named = [(container, key) for container, key in places(holder) if isinstance(container, dict)]
    if named:
        container, key = draw.choice(named)
        container[draw.choice(KEYS)] = container.pop(key)


def retype(draw: Random, holder: Any) -> None:
    container, key = _place(draw, holder)
    container[key] = json.loads(json.dumps(draw.choice(RETYPED)))


def wrap(draw: Random, holder: Any) -> None:
    container, key = _place(draw, holder)
    value = container[key]
    container[key] = draw.choice(([value], {"name": value}, {draw.choice(KEYS): value}, str(value)))


def numbers(draw: Random, holder: Any) -> None:
    container, key = _place(draw, holder)
    container[key] = _raw(draw.choice(NUMBERS))


def nest(draw: Random, holder: Any) -> None:
    """Put lists within lists, or objects within objects, at one place, closed or not."""
    container, key = _place(draw, holder)
    depth = draw.choice(DEPTHS)
    start, end = draw.choice((("[", "]"), ("{'a':", "}"), ("{'items':[", "]}")))
    container[key] = _raw(start * depth + "1" + end * draw.choice((depth, 0)))


def twice(draw: Random, holder: Any) -> None:
    """Write a key twice, with two values."""
    container, key = _place(draw, holder)
    container[key] = _raw(f"1,'{draw.choice(KEYS[:20])}':'x'")


def replace(draw: Random, holder: Any) -> None:
    """Put hostile values at some places, those of dates and links more often than not where they hurt."""
    for _ in range(draw.choice((1, 1, 3, 10))):
        container, key = _place(draw, holder)
        name = key if isinstance(key, str) else ""
        fitting = values.date if "date" in name else values.link if "url" in name else values.any_value
        container[key] = draw.choice((fitting, fitting, values.any_value))(draw)


def grow(draw: Random, holder: Any) -> None:
    container, key = _place(draw, holder)
    container[key] = values.grown(draw)


def add(draw: Random, holder: Any) -> None:
    """Add keys that a feed may have, with values that they may not have."""
    objects = [container[key] for container, key in places(holder) if isinstance(container[key], dict)]
    if objects:
        target = draw.choice(objects)
        for _ in range(draw.randint(1, 5)):
            target[draw.choice(KEYS)] = draw.choice((values.any_value(draw), draw.choice(RETYPED)))


OBJECTS: dict[str, Change] = {
    "delete": delete,
    "duplicate": duplicate,
    "swap": swap,
    "rename": rename,
    "retype": retype,
    "wrap": wrap,
    "numbers": numbers,
    "nest": nest,
    "twice": twice,
    "values": replace,
    "grown text": grow,
    "add": add,
}
