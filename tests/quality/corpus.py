"""A folder of pages with their truth, as the quality command and the benchmark read it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """A page and what people say it holds; what they did not say is None."""

    file: str
    url: str
    body: bytes
    text: str
    title: str | None
    published: datetime | None
    language: str | None


def true_pages(folder: Path) -> Iterator[TruePage]:
    """Yield the pages of *folder*'s `truth.json`, plain or gzipped; missing keys are tolerated."""
    for record in json.loads((folder / "truth.json").read_text("utf-8")):
        yield _page(folder, record)


def pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield URL and bytes of every page in *folder*, with or without a truth."""
    if (folder / "truth.json").exists():
        yield from ((page.url, page.body) for page in true_pages(folder))
        return
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
        yield f"https://example.org/{path.stem}", _bytes(path)


def _page(folder: Path, record: dict[str, Any]) -> TruePage:
    return TruePage(
        file=record["file"],
        url=record.get("url") or f"https://example.org/{record['file']}",
        body=_bytes(folder / record["file"]),
        text=record.get("body") or "",
        title=record.get("title"),
        published=_moment(record.get("published")),
        language=record.get("language"),
    )


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
