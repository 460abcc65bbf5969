from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from monitor.settings import Key, describe, load
from tests.settings.conftest import Write

EXAMPLE = (Path(__file__).parents[2] / "config" / "monitor.toml").read_text(encoding="utf-8")


def section(name: str) -> str:
    return EXAMPLE.split(f"\n[{name}]\n")[1].split("\n[")[0]


@pytest.mark.parametrize("key", describe(), ids=lambda key: key.name)
def test_the_example_explains_every_key_beside_it(key: Key) -> None:
    table, name = key.name.split(".")
    lines = section(table).splitlines()
    at = next(index for index, line in enumerate(lines) if re.match(rf"(# )?{name} = ", line))

    above = [line for line in lines[:at] if line.startswith("# ")]
    assert above, "no comment stands above it"
    assert key.help


def test_what_the_example_sets_is_what_nobody_sets(write: Write) -> None:
    folder = write(toml=EXAMPLE)
    example = load(folder, {})
    (folder / "monitor.toml").unlink()

    default = load(folder, {})

    for name in tomllib.loads(EXAMPLE):
        assert getattr(example, name) == getattr(default, name)


def test_each_key_has_a_variable_and_the_secrets_a_file() -> None:
    keys = {key.name: key for key in describe()}

    assert keys["slack.token"].variable == "MONITOR_SLACK__TOKEN"
    assert {key.secret_file for key in keys.values() if key.secret_file} == {
        "slack_token",
        "slack_app_token",
        "email_username",
        "email_password",
        "database_url",
    }
    assert keys["poll.every"].default == '"15m"'
    assert (keys["stories.window"].default, keys["net.allow_addresses"].default) == ('"7d"', "[]")
