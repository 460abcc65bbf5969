"""Edits of the configuration are seen when their writer has let go of the files."""

from __future__ import annotations

from pathlib import Path

from monitor.service.edits import Edits


def folder(path: Path) -> Path:
    (path / "topics" / "concepts").mkdir(parents=True)
    (path / "templates").mkdir()
    for name in ("monitor.toml", "feeds.yaml", "topics/a.yaml", "topics/concepts/c.yml", "templates/a.j2"):
        (path / name).write_text("one", "utf-8")
    return path


def test_an_edit_waits_until_nobody_writes(tmp_path: Path) -> None:
    config = folder(tmp_path)
    edits = Edits(config)
    assert not edits.waiting()
    files = ("topics/a.yaml", "topics/concepts/c.yml", "feeds.yaml", "topics/new.yaml", "templates/a.j2")
    for name in files:
        (config / name).write_text("two words", "utf-8")
        assert not edits.waiting(), "it may still be written"
        assert edits.waiting()
        assert edits.waiting(), "until it is read"
        edits.read()
        assert not edits.waiting()


def test_a_file_that_goes_or_is_put_in_the_place_of_another_is_an_edit(tmp_path: Path) -> None:
    config = folder(tmp_path)
    edits = Edits(config)
    (config / "topics/a.yaml").unlink()
    assert [edits.waiting(), edits.waiting()] == [False, True]
    edits.read()
    (config / "feeds.tmp").write_text("one", "utf-8")
    (config / "feeds.tmp").replace(config / "feeds.yaml")  # as most editors save
    assert [edits.waiting(), edits.waiting()] == [False, True]


def test_an_editors_own_files_are_no_edit(tmp_path: Path) -> None:
    config = folder(tmp_path)
    edits = Edits(config)
    for name in ("topics/.a.yaml.swp", "topics/.#a.yaml", "topics/a.yaml~", "notes.txt"):
        (config / name).write_text("x", "utf-8")
    assert [edits.waiting(), edits.waiting()] == [False, False]
