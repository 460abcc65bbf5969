"""The unit file: what systemd itself says of it, and that it fits the service."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.cli.app import EX_CONFIG
from monitor.settings.sections import SECRET_FILES, Service

UNIT = Path(__file__).parents[2] / "deploy" / "monitor.service"
MOST_EXPOSED = 13  # tenths; systemd's scale ends at 10.0
NEWER = ("RestartSteps", "RestartMaxDelaySec")  # systemd 254; older ones say that they ignore them


def _values(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    command = shutil.which("systemd-analyze")
    if command is None:
        pytest.skip("systemd-analyze is not on this machine (Debian: systemd)")
    return subprocess.run([command, *words], capture_output=True, text=True, timeout=60, check=False)


def test_systemd_finds_it_hardly_exposed() -> None:
    said = _analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT))
    assert said.returncode == 0, said.stdout


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8").replace("/opt/newsroom-monitor/bin/monitor", "/bin/true")
    unit = tmp_path / "monitor.service"
    unit.write_text("\n".join(line for line in text.split("\n") if not line.startswith(NEWER)), "utf-8")
    said = _analyze("verify", "--man=no", str(unit))
    assert (said.returncode, said.stderr.strip()) == (0, "")


def test_every_secret_that_the_settings_know_is_loaded() -> None:
    loaded = dict(line.split(":") for line in _values("LoadCredential"))
    assert set(loaded) == set(SECRET_FILES)
    # A relative source is looked for in the stores and may be missing; an absolute one would stop the start.
    assert not [source for source in loaded.values() if source.startswith("/")]


def test_it_gives_the_service_longer_to_stop_than_the_service_takes() -> None:
    (patience,) = _values("TimeoutStopSec")
    assert int(patience.removesuffix("s")) > 2 * Service().stop_within.total_seconds()


def test_a_wrong_configuration_is_not_tried_again() -> None:
    assert _values("RestartPreventExitStatus") == [str(EX_CONFIG)]
