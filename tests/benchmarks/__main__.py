"""`make bench`: every benchmark with small defaults, one after another, and one table of what they came to.

Prints that table as Markdown and, last, one JSON line with all figures; ends with 1 if a benchmark failed.
A promise that was missed does not end it so: on a busy machine that is the machine's doing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.promises import PROMISES, table

PAGES = Path(__file__).parents[1] / "articles" / "pages"
RUNS = {
    "matching": ("--rules", "1", "100", "1000"),
    "extraction": ("--dir", str(PAGES)),
    "polling": ("--feeds", "100"),
    "soak": ("--feeds", "300", "--rate", "10", "--seconds", "180"),
    "claiming": ("--feeds", "100000"),
    "delivery": ("--letters", "300", "--seconds", "90"),
    "reading": ("--articles", "20000"),
    "copies": ("--each", "40", "--articles", "1000", "100000"),
}


def main() -> int:
    """Run them all; 1 if any of them failed."""
    figures = {name: _run(name, *words) for name, words in RUNS.items()}
    print(f"\n{table(PROMISES, figures)}\n")
    print(json.dumps(figures))
    return 1 if None in figures.values() else 0


def _run(name: str, *words: str) -> Mapping[str, Any] | None:
    """Run one benchmark as a person would, showing what it prints; None if it failed."""
    print(f"\n=== {name} {' '.join(words)}", flush=True)
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="")
    lines = done.stdout.splitlines()
    found: Mapping[str, Any] | None = json.loads(lines[-1]) if done.returncode == 0 and lines else None
    return found


if __name__ == "__main__":
    sys.exit(main())
