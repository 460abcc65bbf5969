"""Log lines: whole, for people or for machines, and never with what must not be said."""

from __future__ import annotations

import asyncio
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import pytest
import structlog

from monitor import logs
from tests.logging_state import restored_logging

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Leave logging as the other tests know it."""
    with restored_logging():
        yield


def a_bug() -> None:
    password = SECRET  # a local, which some renderers print
    raise ValueError(f"https://a.test/feed?key={password}")


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == "", "standard output belongs to what was asked for"
    return [json.loads(line) for line in captured.err.splitlines()]


def test_each_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="info")
    structlog.get_logger("monitor").info("feed polled", host="пример.test\nsecond line", new=3)
    logging.getLogger("somewhere").warning("a library\nspeaks: %s", "ja")
    warnings.warn("a warning", UserWarning, stacklevel=1)
    own, library, warning = _lines(capsys)
    assert (own["event"], own["host"], own["new"], own["level"]) == (
        "feed polled",
        "пример.test\nsecond line",
        3,
        "info",
    )
    assert str(own["timestamp"]).endswith("Z")
    assert (library["event"], library["level"]) == ("a library\nspeaks: %s", "warning")
    assert (library["logger"], str(library["source"]).rpartition("/")[2].split(":")[0]) == (
        "somewhere",
        "test_logs.py",
    )
    assert (warning["logger"], warning["level"]) == ("py.warnings", "warning")


def test_times_and_spans_stand_in_json_as_programs_read_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(form="json", level="info")
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    structlog.get_logger("monitor").info("reload", at=moment, wait=timedelta(seconds=90), to=PurePath("x"))
    (line,) = _lines(capsys)
    assert (line["at"], line["wait"], line["to"]) == ("2026-03-01T09:30:00+00:00", 90.0, "x")


SAID: dict[
    str, Callable[[logging.Logger, str], None]
] = {  # how libraries put what they met into what they log
    "an argument": lambda logger, word: logger.warning("no answer from %s", word),
    "a named argument": lambda logger, word: logger.error("no answer: %(url)s", {"url": word}),
    "a message of their own": lambda logger, word: logger.warning(f"no answer from {word}"),
    "a sum": lambda logger, word: logger.warning("no answer from " + word),
    "an object": lambda logger, word: logger.critical(ValueError(word)),
    "what was asked for": lambda logger, word: logger.warning(word),
    "more fields": lambda logger, word: logger.warning("no answer", extra={"url": word}),
    "the stack": lambda logger, word: logger.warning("no answer", stack_info=True),
    "a warning": lambda logger, word: warnings.warn(f"bad markup: {word}", UserWarning, stacklevel=1),
}


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("way", SAID)
def test_a_library_is_told_by_its_constant_words_only(
    way: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(form=form, level="info")
    word = "".join(["https://a.test/?key=", SECRET])
    SAID[way](logging.getLogger("library"), word)
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count("\n") == 1
    assert "library" in said or "py.warnings" in said


def test_what_asyncio_says_of_a_task_that_broke_is_its_kind_and_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(form="json", level="info")

    async def breaks() -> None:
        try:
            a_bug()
        except ValueError as bug:
            asyncio.get_running_loop().call_exception_handler({"message": SECRET, "exception": bug})

    asyncio.run(breaks())
    (line,) = _lines(capsys)
    assert (line["logger"], line["error"], line["level"]) == ("asyncio", "ValueError", "error")
    assert SECRET not in str(line)


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(form=form, level="info")
    try:
        a_bug()
    except ValueError as bug:
        logging.getLogger("somewhere").exception("it broke")
        structlog.get_logger("monitor").error("bug", exc_info=True)
        structlog.get_logger("monitor").error("bug", exc_info=bug)
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count("ValueError") == 3
    assert said.count(" a_bug") == 3


def test_less_important_lines_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="json", level="warning")
    structlog.get_logger("monitor").info("quiet")
    logging.getLogger("somewhere").info("quiet")
    structlog.get_logger("monitor").warning("loud")
    assert [line["event"] for line in _lines(capsys)] == ["loud"]


def test_what_is_no_terminal_gets_json_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="auto", level="info")
    structlog.get_logger("monitor").info("started")
    assert [line["event"] for line in _lines(capsys)] == ["started"]


def test_people_get_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form="console", level="info")
    structlog.get_logger("monitor").info("started", feeds=3)
    said = capsys.readouterr().err
    assert "started" in said
    assert "feeds=3" in said
    assert "{" not in said


def test_a_fault_without_a_traceback_can_be_told() -> None:
    assert logs.told(ValueError(SECRET)) == {"error": "ValueError", "at": []}
