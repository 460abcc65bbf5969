"""The articles that a topic names as examples, read from files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor.articles.extract import read_file
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
        return read_file(path.name, path.read_bytes(), now=datetime.now(UTC))
    except (OSError, ValueError, BadInput):
        return None
