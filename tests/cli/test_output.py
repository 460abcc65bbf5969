"""How values are said to people and to programs."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console

from monitor.cli import output
from monitor.cli.output import bar, json_line, table, when, words
from monitor.model import Role

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (3, "3"),
        ("plain", "plain"),
        (("a", "b"), "a, b"),
        ([], ""),
        (Role.COPY, "copy"),
        (NOW, "2026-11-21 09:30:00Z"),
        (NOW.astimezone(timezone(timedelta(hours=7))), "2026-11-21 09:30:00Z"),
        (timedelta(seconds=89), "89 s"),
        (timedelta(minutes=15), "15 min"),
        (timedelta(hours=36), "36.0 h"),
    ],
)
def test_a_value_is_said(value: object, said: str) -> None:
    assert words(value) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (None, "-"),
        (NOW, "0 s ago"),
        (NOW - timedelta(minutes=4), "4 min ago"),
        (NOW + timedelta(hours=3), "in 3.0 h"),
        (NOW - timedelta(days=40), "2026-10-12"),
        (NOW + timedelta(days=3), "2026-11-24"),
    ],
)
def test_a_moment_is_said_in_a_table(moment: datetime | None, said: str) -> None:
    assert when(moment, NOW) == said


@pytest.mark.parametrize(
    "hostile", ["\x1b[31m", "\x07", "\u202e", "\u2066", "a\nb", "\x00", "\x9b", "\ud800"]
)
def test_control_characters_never_reach_a_terminal(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    table("Things", ["name", "[bold]column"], [[f"x{hostile}y", "[/]"]])
    said = capsys.readouterr().out
    assert not set(said.replace("\n", "")) & {"\x1b", "\x07", "\u202e", "\u2066", "\x00", "\x9b", "\ud800"}
    assert len(said.splitlines()) == 2
    assert "[bold]column" in said
    assert "[/]" in said


def test_an_object_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "text": "line\nbreak \u2028 \x1b [red] Чечня",
        "at": NOW,
        "span": timedelta(minutes=1),
        "role": Role.COPY,
    }
    json_line(record)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert json.loads(said) == {**record, "at": "2026-11-21T09:30:00+00:00", "span": 60.0, "role": "copy"}


def test_a_value_without_a_form_in_json_is_a_bug() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        json_line({"names": {"a"}})


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_shows_how_far_something_is_on_a_terminal_and_nowhere_else(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(output, "err", Console(file=screen, force_terminal=is_terminal, width=80))
    with bar("adding feeds") as progress:
        progress(50, 200)
    said = screen.getvalue()
    assert ("adding feeds" in said and "25%" in said) is is_terminal
    assert is_terminal or not said
