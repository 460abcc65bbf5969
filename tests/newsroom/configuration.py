"""The configuration folder with which the service watches the world."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

TOPICS = Path(__file__).parents[2] / "config" / "topics"
NEWSDESK = "C0NEWSDESK"
DESK_MAIL = "desk@newsroom.test"
TOPIC_IDS = ("chechnya-persecution", "lgbt-flight", "government-response")

Tables: TypeAlias = Mapping[str, Mapping[str, object]]


def write_folder(
    directory: Path, *, tables: Tables, feeds: list[dict[str, Any]], topics: Path | None = TOPICS
) -> Path:
    """Write monitor.toml, feeds.yaml, people.yaml and topics/ into *directory*.

    Without *topics* nothing is looked for, and a start takes half the time.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "monitor.toml").write_text(_toml(tables), "utf-8")
    (directory / "feeds.yaml").write_text(_yaml(feeds), "utf-8")
    (directory / "people.yaml").write_text(_yaml(_people(() if topics is None else TOPIC_IDS)), "utf-8")
    if topics is not None:
        shutil.copytree(topics, directory / "topics", dirs_exist_ok=True)
    return directory


def merged(tables: Tables, overrides: Tables) -> dict[str, dict[str, object]]:
    """Return *tables* with the keys of *overrides* in the place of theirs."""
    names = [*tables, *(name for name in overrides if name not in tables)]
    return {name: {**tables.get(name, {}), **overrides.get(name, {})} for name in names}


def _people(topics: tuple[str, ...]) -> dict[str, Any]:
    told = {"topics": list(topics), "destinations": ["newsdesk", "desk-mail"], "when": "immediate"}
    return {
        "destinations": {"newsdesk": {"slack": NEWSDESK}, "desk-mail": {"email": DESK_MAIL}},
        "routes": [told] if topics else [],
    }


def _toml(tables: Tables) -> str:
    """Write flat tables of strings, numbers, booleans and lists; JSON spells those as TOML does."""
    lines = []
    for name, table in tables.items():
        lines += [
            f"[{name}]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()),
            "",
        ]
    return "\n".join(lines)


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
