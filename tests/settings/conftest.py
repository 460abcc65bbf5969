"""A configuration directory to write into, on a machine that has no secrets of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.settings import layers

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def container_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of /run/secrets."""
    folder = tmp_path / "run-secrets"
    folder.mkdir()
    monkeypatch.setattr(layers, "CONTAINER_SECRETS", folder)
    return folder


@pytest.fixture(autouse=True)
def credential_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of /etc/credstore."""
    folder = tmp_path / "credstore"
    folder.mkdir()
    monkeypatch.setattr(layers, "CREDENTIAL_STORE", folder)
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files of a configuration, by name, and return its folder."""

    def written(**files: str) -> Path:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            path = folder / NAMES.get(name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return written


NAMES = {
    "toml": "monitor.toml",
    "feeds": "feeds.yaml",
    "people": "people.yaml",
    "topics": "topics/desk.yaml",
    "more_topics": "topics/more.yaml",
    "concepts": "topics/concepts/shared.yaml",
    "more_concepts": "topics/concepts/more.yaml",
}
