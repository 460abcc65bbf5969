"""The commented starter configuration, and how it is laid down without touching what is there."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_ENDINGS = (".toml", ".yaml", ".txt")  # the last: articles that topics name as seeds


def init(directory: Path) -> tuple[Path, ...]:
    """Write the starter files that *directory* lacks and return them; those there are kept as they are.

    What was kept is `starter(directory)` without the answer.
    """
    return tuple(path for path, source in _copies(_source(), directory) if _written(path, source))


def starter(directory: Path) -> tuple[Path, ...]:
    """Return every file that the starter configuration has, as it would stand in *directory*."""
    return tuple(path for path, _ in _copies(_source(), directory))


def _source() -> Traversable:
    """Return where the files lie: beside this module in a wheel, in `config/` of a checkout."""
    packaged = files("monitor.settings").joinpath("starter")
    return packaged if packaged.is_dir() else files("monitor").joinpath("..", "config")


def _copies(source: Traversable, target: Path) -> list[tuple[Path, Traversable]]:
    copies: list[tuple[Path, Traversable]] = []
    for item in sorted(source.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            copies += _copies(item, target / item.name)
        elif item.name.endswith(_ENDINGS):
            copies.append((target / item.name, item))
    return copies


def _written(path: Path, source: Traversable) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:  # x: the system itself refuses a file that is there
            file.write(source.read_bytes())
    except FileExistsError:
        return False
    return True
