"""Short reports written for these tests: one shipwreck in many languages, its follow-up, what only looks like
it, and other news; one file each in `reports/`, title first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A report as a newsroom might have filed it."""

    language: str
    title: str
    text: str


def _written(name: str) -> Written:
    title, text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n\n", 1)
    return Written(language=name.rpartition(".")[2], title=title, text=text.strip())


WRECK = {language: _written(f"wreck.{language}") for language in ("ar", "de", "en", "es", "id", "ru")}
FOLLOW_UP = _written("follow-up.en")
SECOND_REPORT = _written("second-report.en")
REGATTA = _written("regatta.es")  # the town, the island and the captain, and another event
MARKET = _written("market.en")  # the town and a city
CHINESE = _written("wreck.zh")
LIBRARY = _written("library.zh")
OTHERS = tuple(map(_written, ("baths.en", "chess.de", "lace.ru", "salt.id", "books.ar")))
