"""The import contracts hold, and fail when somebody breaks them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lint the house that stands in *folder*, not the installed one."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [*LINT, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    done = _lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("text/urls.py", "import monitor.stages.poll", "a floor imports only the floors below it"),
        ("feeds/opml.py", "import monitor.topics.match", "a floor imports only the floors below it"),
        ("alerts/decide.py", "import aiohttp", "trades, text and model do no I/O"),
        ("stages/tidy.py", "import sqlalchemy", "the database enters through the store"),
        ("service/measuring.py", "import prometheus_client", "Prometheus enters through web"),
    ],
    ids=[
        "upward",
        "sideways",
        "input and output in a trade",
        "a client library beside its door",
        "metrics in the scrapers' words beside theirs",
    ],
)
def test_a_planted_import_breaks_its_contract(house: Path, file: str, planted: str, contract: str) -> None:
    path = house / "monitor" / file
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(
            "from __future__ import annotations\n", f"from __future__ import annotations\n\n{planted}\n", 1
        )
    )
    done = _lint(house)
    assert done.returncode != 0
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert len(broken) == 1
    assert broken[0].startswith(contract)


def test_a_new_file_beside_the_floors_is_refused(house: Path) -> None:
    (house / "monitor" / "helpers.py").write_text('"""Odds and ends."""\n')
    assert _lint(house).returncode != 0
