"""`make bench`: every benchmark with small defaults, one after another, and their figures in one table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PAGES = Path(__file__).parents[1] / "articles" / "pages"
RUNS = {
    "matching": ("--rules", "1", "100", "1000"),
    "extraction": ("--dir", str(PAGES)),
    "polling": ("--feeds", "100"),
    "claiming": ("--feeds", "100000"),
}


def main() -> int:
    """Run them all; 1 if any of them failed."""
    figures: dict[str, object] = {}
    failed = False
    for name, words in RUNS.items():
        print(f"\n=== {name} {' '.join(words)}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}", *words],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        print(done.stdout, end="")
        failed |= done.returncode != 0
        lines = done.stdout.splitlines()
        figures[name] = json.loads(lines[-1]) if done.returncode == 0 and lines else None
    print(json.dumps(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
