"""The command as a person types it, within this process: what it says and its exit code."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from monitor.cli import main
from tests.logging_state import restored_logging


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as the objects that `--json` promises, one a line."""
        return [json.loads(line) for line in self.out.split("\n") if line]


def monitor(*words: str | int | Path, expect: int | None = 0) -> Said:
    """Run a command; any other exit code than *expect*, if one is, fails the test with what it said."""
    out, err, code = StringIO(), StringIO(), 0
    arguments = ["monitor", *map(str, words)]
    words_given = patch.object(sys, "argv", arguments)
    with restored_logging(), words_given, redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    said = Said(code, out.getvalue(), err.getvalue())
    assert expect is None or code == expect, f"exit {code}\n{said.out}\n{said.err}"
    return said
