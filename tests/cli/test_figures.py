"""`monitor figures`: what is claimed in numbers."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import monitor
from tests.cli.conftest import Desk

EN = """Boats bring people to Norrvik

The shelter group Open Door has helped 35 people leave the province, and 31 of them have arrived, it said.
Nearly 40 families are still waiting.
"""
DE = """Boote bringen Menschen nach Norrvik

Der Verein Offene Tür hat 31 Menschen geholfen, 22 von ihnen sind angekommen.
Knapp vierzig Familien warten noch, sagte die Leiterin Mara Lind.
"""
KEYS = {
    "value", "low", "high", "role", "unit", "hedge", "scope", "attribution", "quote", "start", "end",
}  # fmt: skip


def write(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "gazette.txt", folder / "bote.txt"
    one.write_text(EN, "utf-8")
    other.write_text(DE, "utf-8")
    return one, other


def test_programs_get_each_files_figures_on_a_line(tmp_path: Path) -> None:
    one, other = write(tmp_path)
    english, german = monitor("figures", "--json", one, other).records
    assert (english["file"], english["language"], german["language"]) == (str(one), "en", "de")
    assert all(figure.keys() >= KEYS for figure in english["figures"] + german["figures"])
    assert [(figure["role"], figure["value"]) for figure in english["figures"]] == [
        ("helped", 35), ("arrived", 31), ("waiting", 40),
    ]  # fmt: skip


def test_people_get_a_table_of_what_differs(tmp_path: Path) -> None:
    said = monitor("figures", *write(tmp_path)).out
    assert said.count("figures differ") == 2
    assert "figures agree" in said
    assert "about 40 families" in said
    assert "wrong" not in said
    notes = [line for line in said.splitlines() if line.startswith("note:")]
    assert len(notes) == 1
    assert "31 appears as" in notes[0]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    one, _ = write(tmp_path)
    said = monitor("figures", one, tmp_path / "missing.txt", expect=1)
    assert "35 people" in said.out
    assert "missing.txt" in said.err


def test_a_storys_figures_are_shown_by_role_and_source_with_copies_counted_once(desk: Desk) -> None:
    said = monitor("figures", 1, "-c", desk.config).out
    assert "arrived" in said
    assert "31 people" in said
    assert said.count("Outlet wire (and 1 copy)") >= 1
    (record,) = monitor("figures", 1, "--json", "-c", desk.config).records
    claims = [claim for row in record["rows"] for claim in row["claims"]]
    assert {claim["source"] for claim in claims} <= {"Outlet wire", "Outlet report"}
    assert all(claim.keys() >= KEYS for claim in claims)


def test_an_unknown_story_is_named(desk: Desk) -> None:
    assert "there is no story 99" in monitor("figures", 99, "-c", desk.config, expect=1).err
