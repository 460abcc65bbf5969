"""How the service speaks to its operator: an event name and fields, for people or for machines.

Fields are ids, hosts, counts and named causes. Secrets, feed URLs and the words of the watch list are
never handed to a logger, so no filter has to catch them.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import datetime, timedelta
from typing import Any

import structlog

FRAMES = 6  # of a fault's traceback: where it happened, and how we got there


def configure(*, form: str, level: str) -> None:
    """Send every line to standard error as *form*: `console`, `json`, or `auto` for console on a terminal.

    Libraries' own loggers speak through the same pipe from WARNING on, by their constant words only.
    """
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_message,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_plain)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    logging.captureWarnings(True)


class _Libraries(logging.Handler):
    """What libraries have to say, without what they say it of.

    Their arguments hold URLs, rows and words of articles, and some put them into the message themselves. So
    a message is shown only if it stands, letter for letter, in the code that logs it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on: who says it, where, and its words before anything is filled in."""
        fault = record.exc_info[1] if record.exc_info else None
        structlog.get_logger(record.name).log(
            record.levelno,
            _literal(record) or "a library speaks",
            logger=record.name,
            source=f"{record.pathname.rpartition('site-packages/')[2]}:{record.lineno}",
            **({} if fault is None else told(fault)),
        )


def _literal(record: logging.LogRecord) -> str | None:
    """The record's message where it is a constant of the code that logged it, which is on our stack now."""
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]  # ends with None
        if frame.f_code.co_filename == record.pathname and frame.f_lineno == record.lineno:
            constants = frame.f_code.co_consts
            is_own = isinstance(record.msg, str) and any(record.msg is each for each in constants)
            return record.msg if is_own and record.msg != "%s" else None
    return None


def _plain(value: object) -> object:
    """What JSON has no form for, as other programs write it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def told(fault: BaseException) -> dict[str, Any]:
    """A fault as fields: its kind and where it happened.

    Never its message, which may quote a feed's URL, a row or a watched word.
    """
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    at = [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(fault).__name__, "at": at}


def _without_message(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Tell a library's exception as we tell our own; structlog would print its locals as well."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    fault = info[1] if isinstance(info, tuple) else info
    if isinstance(fault, BaseException):
        event.update(told(fault))
    return event
