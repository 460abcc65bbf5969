"""The articles that a topic names as examples, read from files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath

from monitor.articles.decode import decode, is_binary
from monitor.articles.extract import read_file
from monitor.articles.language import normal_code
from monitor.articles.plain import title_and_text
from monitor.errors import BadInput
from monitor.model import Document as Example
from monitor.model import Extracted, Extraction
from monitor.settings.files import place_in
from monitor.settings.findings import Findings
from monitor.settings.toml_lines import Loc
from monitor.settings.yaml_documents import Document

MOST_BYTES = 1_000_000  # of one file; an article has some ten thousand


def examples(seeds: Sequence[str], document: Document, loc: Loc, findings: Findings) -> Iterator[Example]:
    """Yield the seeds that are files, from their place in *document*; archived pages only the database knows.

    A seed that cannot be read is a warning: the topic's rule works without it.
    """
    for index, seed in enumerate(seeds):
        if "://" in seed:
            continue
        read = _read(Path(document.file).parent / seed)
        if isinstance(read, Extracted):
            yield Example(title=read.title, text=read.text, language=read.language)
        else:
            place = place_in(document, (*loc, index))
            findings.warn(place, f"no article can be read from {seed}", "Name a text or HTML file beside it.")


def _read(path: Path) -> Extraction | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        body = path.read_bytes()
        labelled = normal_code(PurePath(path.stem).suffix.removeprefix("."))
        if path.suffix == ".txt" and labelled and not is_binary(body):
            return _labelled(decode(body), labelled)
        return read_file(path.name, body, now=datetime.now(UTC))
    except (OSError, ValueError, BadInput):
        return None


def _labelled(content: str, language: str) -> Extracted | None:
    """Read `flight.ru.txt` as its name says: telling languages apart takes a model of 28 MB."""
    title, text = title_and_text(content)
    return Extracted(title=title, text=text, language=language) if text else None
