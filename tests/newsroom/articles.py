"""The articles of the world as they lie in `articles/<outlet>/<slug>.md`: front matter, then prose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "articles"
ROLES = ("report", "verbatim", "edited", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is known of an article: the story it tells, whose copy it is, the topics it belongs to."""

    story: str | None
    role: str
    of: str | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """One article as its newsroom wrote it; its date is hours before the world's `now`."""

    outlet: str
    slug: str  # unique in the world
    title: str
    authors: tuple[str, ...]
    hours_ago: float
    section: str
    tags: tuple[str, ...]
    language: str
    paragraphs: tuple[str, ...]
    credit: str = ""  # the agency that a copy names
    photo: str = ""
    held: bool = False  # stays out of the feed until `World.publish`
    truth: Truth

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def written_here(self) -> bool:
        """Whether the words are this outlet's own, not a copy word for word."""
        return self.truth.role != "verbatim"


@cache
def load_articles() -> dict[str, ArticleText]:
    """Return every article under its slug; a verbatim copy takes the prose of its original."""
    found = [_read(path) for path in sorted(FOLDER.glob("*/*.md"))]
    prose = {head["slug"]: paragraphs for head, paragraphs in found}
    if len(prose) != len(found):
        raise ValueError("two articles share a slug")
    return {head["slug"]: _article(head, paragraphs, prose) for head, paragraphs in found}


def _read(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    fields = yaml.safe_load(head)
    fields |= {"slug": path.stem, "outlet": path.parent.name}
    paragraphs = tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())
    return fields, paragraphs


def _article(
    head: dict[str, Any], paragraphs: tuple[str, ...], prose: dict[str, tuple[str, ...]]
) -> ArticleText:
    truth = _truth(head.pop("truth"))
    if truth.role == "verbatim" and truth.of is not None:
        paragraphs = prose[truth.of]
    fields = head | {key: tuple(head[key]) for key in ("authors", "tags")}
    return ArticleText(**fields, paragraphs=paragraphs, truth=truth)


def _truth(fields: dict[str, Any]) -> Truth:
    return Truth(
        story=fields["story"],
        role=fields["role"],
        of=fields.get("of"),
        topics=tuple(fields["topics"]),
    )
