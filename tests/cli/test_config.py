"""`monitor check-config` and `monitor init`: a configuration before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import monitor
from tests.cli.conftest import Desk


@pytest.fixture
def broken(fresh: Desk) -> Desk:
    """A configuration with a fault in each of its files."""
    fresh.configure(poll={"every": "soon"}, serivce={})
    fresh.write("feeds.yaml", "- url: not a url\n- url: https://a.test/feed\n  nmae: A\n")
    fresh.write("people.yaml", "destinations: {desk: {slack: C0DESK}}\nroutes: [{destinations: [dsek]}]\n")
    fresh.write("topics/more.yaml", "topics: [{id: more, title: More, match: '(asylum'}]\n")
    return fresh


FAULTS = {
    ("monitor.toml", "poll.every"),
    ("monitor.toml", "serivce"),
    ("feeds.yaml", "url"),
    ("feeds.yaml", "nmae"),
    ("people.yaml", "destinations"),
    ("more.yaml", "match"),
}


def test_a_good_configuration_is_summed_up(fresh: Desk) -> None:
    said = monitor("check-config", "-c", fresh.config)
    assert said.out == f"{fresh.config}: good. 1 feeds, 2 topics, 2 destinations, 1 routes\n"
    assert "slack.token" in said.err, "a secret in a file is worth a warning"
    assert "xoxb" not in said.err


def test_warnings_are_told_to_programs_as_warnings(fresh: Desk) -> None:
    found = monitor("check-config", "--json", "-c", fresh.config).records
    assert {record["severity"] for record in found} == {"warning"}
    assert any(record["key"] == "slack.token" for record in found)


def test_every_fault_is_named_with_its_place_and_its_remedy(broken: Desk) -> None:
    said = monitor("check-config", "-c", broken.config, expect=78)
    for file, key in FAULTS:
        assert any(file in line and key in line for line in said.err.splitlines()), (file, key)
    assert f"{len(FAULTS)} faults in the configuration; nothing was started" in said.err
    assert said.out == ""


def test_faults_are_told_to_programs_one_by_one(broken: Desk) -> None:
    found = monitor("check-config", "--json", "-c", broken.config, expect=78).records
    assert len(found) == len(FAULTS)
    for record in found:
        assert record.keys() == {"severity", "file", "line", "key", "problem", "remedy"}
        assert record["severity"] == "error"
        assert record["remedy"]


def test_other_commands_refuse_the_same_faults(broken: Desk) -> None:
    said = monitor("feeds", "list", "-c", broken.config, expect=78)
    assert said.err == monitor("check-config", "-c", broken.config, expect=78).err


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = monitor("check-config", "-c", tmp_path / "nowhere", expect=78)
    assert "there is no such directory" in said.err
    assert "monitor init" in said.err


def test_the_folder_may_be_named_by_the_environment(fresh: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CONFIG", str(fresh.config))
    assert str(fresh.config) in monitor("check-config").out


def test_the_folder_config_is_found_by_itself(fresh: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    monkeypatch.chdir(fresh.folder)
    assert monitor("check-config").out.startswith("config: good.")


def test_where_there_is_none_the_way_to_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    monkeypatch.setattr("monitor.cli.context.DEFAULTS", (tmp_path / "config",))
    said = monitor("status", expect=78)
    assert "monitor init DIR" in said.err


def test_init_writes_a_configuration_that_loads(tmp_path: Path) -> None:
    said = monitor("init", tmp_path / "new")
    assert f"wrote {tmp_path / 'new' / 'monitor.toml'}" in said.out
    monitor("check-config", "-c", tmp_path / "new")


def test_init_never_overwrites(tmp_path: Path) -> None:
    mine = tmp_path / "monitor.toml"
    mine.write_text("# mine\n", "utf-8")
    said = monitor("init", tmp_path)
    assert mine.read_text("utf-8") == "# mine\n"
    assert f"kept  {mine}" in said.out
    assert f"wrote {tmp_path / 'feeds.yaml'}" in said.out
    assert "wrote" not in monitor("init", tmp_path).out


def test_init_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    said = monitor("init", tmp_path / "file" / "config", expect=78)
    assert "cannot be written to" in said.err
