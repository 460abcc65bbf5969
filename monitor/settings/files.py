"""The files of a configuration directory as bounded text and documents; the unreadable becomes a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.errors import SettingsFault
from monitor.settings.findings import Findings, Place, spelled
from monitor.settings.toml_lines import Loc
from monitor.settings.yaml_documents import Document, read_yaml

MAX_BYTES = 8_000_000  # 20,000 feeds with every key are 3 MB


def read_text(path: Path, findings: Findings) -> str | None:
    """Return the text of *path*; None when there is no such file, or after noting why it cannot be read."""
    place = Place(file=str(path), line=None, key="(file)")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        findings.fault(place, f"cannot be read: {reason}", "Make it a readable file.")
        return None
    if len(content) > MAX_BYTES:
        findings.fault(place, f"larger than {MAX_BYTES:,} bytes", "Split it or shorten it.")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        findings.fault(Place(file=str(path), line=line, key="(file)"), "not UTF-8", "Save the file as UTF-8.")
        return None


def read_document(path: Path, findings: Findings) -> Document | None:
    """Return *path* as a YAML document; None when there is none, or after noting why it cannot be read."""
    text = read_text(path, findings)
    if text is None:
        return None
    try:
        document = read_yaml(text, str(path))
    except SettingsFault as fault:
        findings.faults.extend(fault.faults)
        return None
    for loc, line in document.repeated.items():
        place = Place(file=document.file, line=line, key=spelled(loc))
        findings.fault(place, "stands twice", f"Keep one; the first is on line {document.line(loc)}.")
    return document


def yaml_files(folder: Path) -> tuple[Path, ...]:
    """Return the YAML files of *folder* in the order of their names, without hidden ones (editors' locks)."""
    found = (path for ending in ("*.yaml", "*.yml") for path in folder.glob(ending))
    return tuple(sorted(path for path in found if not path.name.startswith(".")))


def place_in(document: Document, loc: Loc, root: str = "") -> Place:
    """Return where *loc* stands in *document*; *root* names what a file without a first key lists."""
    return Place(file=document.file, line=document.line(loc), key=root + spelled(loc) or "(file)")


def place_within(document: Document, loc: Loc, text: str, position: int) -> Place:
    """Return where a character of *text* stands, which is written at *loc* in *document*."""
    line = document.line_within(loc, text, position)
    return Place(file=document.file, line=line, key=spelled(loc))


def under(document: Document, *here: str | int, root: str = "") -> Callable[[Loc], Place]:
    """Return the place of a path that begins at *here*."""
    return lambda loc: place_in(document, (*here, *loc), root)
