"""Dates: the moment that a page means, in UTC, and never later than now."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.dates import moment_in_path, parse_day, parse_moment

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-04T08:15:00+01:00", "2026-10-04T07:15:00"),
        ("2026-10-04T08:15:00Z", "2026-10-04T08:15:00"),
        ("2026-10-04T08:15:00.123Z", "2026-10-04T08:15:00"),
        ("2026-10-04T08:15+0530", "2026-10-04T02:45:00"),
        ("2026-10-04 08:15:00 +07:00", "2026-10-04T01:15:00"),
        ("2026-10-04 08:15:00 WIB", "2026-10-04T01:15:00"),
        ("2026-10-04 08:15:00", "2026-10-04T08:15:00"),
        ("2026-10-04", "2026-10-04T00:00:00"),
        ("20261004T081500Z", "2026-10-04T08:15:00"),
        ("20261004", "2026-10-04T00:00:00"),
        ("Sun, 04 Oct 2026 08:15:00 +0200", "2026-10-04T06:15:00"),
        ("04.10.2026, 08:15", "2026-10-04T08:15:00"),
        ("04/10/2026 08:15 WIB", "2026-10-04T01:15:00"),
        ("29. Januar 2026", "2026-01-29T00:00:00"),
        ("Publié le 1er juin 2026 à 15h14", "2026-06-01T15:14:00"),
        ("13 de agosto de 2026 - 10:05", "2026-08-13T10:05:00"),
        ("Senin, 5 Okt 2026 10:20 WIB", "2026-10-05T03:20:00"),
        ("29 июня 2026, 14:10 MSK", "2026-06-29T11:10:00"),
        ("29 czerwca 2026", "2026-06-29T00:00:00"),
        ("29 giugno 2026, 10:20", "2026-06-29T10:20:00"),
        ("29 كانون الثاني 2026", "2026-01-29T00:00:00"),
        ("٢٩ يونيو ٢٠٢٦", "2026-06-29T00:00:00"),
        ("Aug. 13, 2026, 7:08 p.m.", "2026-08-13T19:08:00"),
        ("2026年6月29日 10:11", "2026-06-29T10:11:00"),
        ("2/26/2026 07:11", "2026-02-26T07:11:00"),
        ("2026/6/9 10:11", "2026-06-09T10:11:00"),
        ("2026-10-04T23:30:00-05:00", "2026-10-05T04:30:00"),
        ("2026-11-21T15:00:00+00:00", "2026-11-21T09:30:00"),
        ("2026-11-21T12:00:00+03:00", "2026-11-21T09:00:00"),
    ],
)
def test_a_moment_is_read_in_utc(written: str, expected: str) -> None:
    moment = parse_moment(written, NOW)
    assert moment is not None
    assert moment.tzinfo is UTC
    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2027-01-01", "2026-13-40", "1970-01-01T00:00:00Z", "0001-01-01", "99999999999", "32.13.2026", "0000-00-00"],
)  # fmt: skip
def test_what_cannot_be_a_publication_date_is_none(written: str) -> None:
    assert parse_moment(written, NOW) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2017/09/03/a-story", date(2017, 9, 3)),
        ("/news/2017-09-03-a-story", date(2017, 9, 3)),
        ("/20170903/a", date(2017, 9, 3)),
        ("/2017/19/43/a", None),
        ("/2027/09/03/a", None),
        ("/a/123456", None),
    ],
)
def test_a_path_may_name_the_day(path: str, expected: date | None) -> None:
    moment = moment_in_path(path, NOW)
    assert (moment.date() if moment else None) == expected


def test_a_day_is_its_midnight() -> None:
    assert parse_day(date(2026, 1, 2), NOW) == datetime(2026, 1, 2, tzinfo=UTC)
    assert parse_day(date(1980, 1, 2), NOW) is None


@given(
    written=st.one_of(
        st.text(max_size=40), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?([+-]\d\d:?\d\d)?")
    )
)
def test_nothing_is_published_after_now(written: str) -> None:
    moment = parse_moment(written, NOW)
    assert moment is None or (moment <= NOW and moment.utcoffset() == timedelta())
