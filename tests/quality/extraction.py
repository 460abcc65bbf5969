"""How much of an article's text is found, and how much else: `python -m tests.quality.extraction`.

F1 over multisets of word 4-shingles, the mean over pages (the measure of the article-extraction
benchmark of 2020, per page). A page that is taken for no article or refused counts as found empty.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.articles.extract import read_page
from monitor.errors import BadPage
from monitor.model import Extracted
from tests.quality.corpus import TruePage, true_pages

OWN = Path(__file__).parent.parent / "articles" / "pages"
SHINGLE = 4
BAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What reading one page came to; None where the truth says nothing."""

    file: str
    f1: float
    title: bool | None
    day: bool | None
    language: bool | None
    note: str = ""


def score(page: TruePage, now: datetime) -> Score:
    """Read *page* and hold it against its truth."""
    try:
        found = read_page(page.body, url=page.url, now=now)
        note = "" if isinstance(found, Extracted) else found.reason
    except BadPage as refusal:
        found, note = None, str(refusal)
    if not isinstance(found, Extracted):
        found = Extracted(title="", text="", language="")
    return Score(
        file=page.file,
        f1=f1(found.text, page.text),
        title=None if page.title is None else same_title(found.title, page.title),
        day=None if page.published is None else same_day(found.published_at, page.published),
        language=None if page.language is None else found.language == page.language,
        note=note,
    )


def f1(found: str, true: str) -> float:
    """Return the F1 of two texts' shingles; two empty texts agree."""
    one, other = shingles(found), shingles(true)
    total = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / total if total else 1.0


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the multiset of word 4-shingles; a shorter text is one shingle."""
    words = re.findall(r"\w+", text)
    return Counter(
        tuple(words[at : at + SHINGLE]) for at in range(max(len(words) - SHINGLE + 1, bool(words)))
    )


def same_title(found: str, true: str) -> bool:
    """Tell whether a title is exact or contained, either way, without case and punctuation."""
    one, other = (" ".join(re.findall(r"\w+", title.casefold())) for title in (found, true))
    return bool(one) and (one in other or other in one)


def same_day(found: datetime | None, true: datetime) -> bool:
    """Tell whether the day is right in some clock's time: the page's or UTC."""
    if found is None:
        return False
    return true.date() in (found.date(), found.astimezone(true.tzinfo).date())


def summary(scores: Sequence[Score]) -> dict[str, float | int | None]:
    """Return the figures of a corpus, rounded to four places."""
    return {
        "pages": len(scores),
        "mean_f1": round(sum(each.f1 for each in scores) / max(1, len(scores)), 4),
        "under_half": sum(each.f1 < BAD for each in scores),
        "not_read": sum(bool(each.note) for each in scores),
        "title": _share(each.title for each in scores),
        "day": _share(each.day for each in scores),
        "language": _share(each.language for each in scores),
    }


def _share(values: Iterable[bool | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=OWN, help="a folder with truth.json and its pages")
    parser.add_argument("--worst", type=int, default=15, help="how many of the worst pages to list")
    options = parser.parse_args()
    now = datetime.now(UTC) + timedelta(days=1)
    scores = sorted((score(page, now) for page in true_pages(options.dir)), key=lambda each: each.f1)
    for each in scores[: options.worst]:
        marks = " ".join(name for name in ("title", "day", "language") if getattr(each, name) is False)
        print(
            f"{each.f1:6.3f}  {each.file:40.40}  {'wrong: ' + marks if marks else ''}  {each.note}".rstrip()
        )
    figures = summary(scores)
    print("\n" + "\n".join(f"{name:>12}  {value}" for name, value in figures.items()) + "\n")
    print(json.dumps({"quality": "extraction", "dir": options.dir.name, **figures}))


if __name__ == "__main__":
    main()
