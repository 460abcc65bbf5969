"""Header fields are bounded, printable and never in the past, whoever wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Validators
from monitor.net import headers as said

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "date", "expected"),
    [
        ("120", "", timedelta(minutes=2)),
        ("0", "", timedelta()),
        ("86400", "", timedelta(hours=24)),
        ("99999999999999999999", "", timedelta(hours=24)),
        ("-5", "", None),
        ("soon", "", None),
        ("1.5", "", None),
        ("Wed, 04 Nov 2026 12:10:00 GMT", "", timedelta(minutes=10)),
        ("Wed, 04 Nov 2026 11:10:00 GMT", "", timedelta()),
        ("Fri, 31 Dec 2027 23:59:59 GMT", "", timedelta(hours=24)),
        ("Wed, 04 Nov 2026 12:10:00 GMT", "Wed, 04 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Wed, 99 Nov 2026 12:10:00 GMT", "", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value: str, date: str, expected: timedelta | None) -> None:
    assert said.retry_after({"Retry-After": value, "Date": date}, NOW) == expected


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.integers().map(str)
    | st.datetimes().map(lambda d: f"{d:%a, %d %b %Y %H:%M:%S} GMT")
)
def test_retry_after_is_never_negative_and_never_beyond_a_day(value: str) -> None:
    wait = said.retry_after({"Retry-After": value}, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=300", timedelta(minutes=5)),
        ("public, Max-Age = 60", timedelta(minutes=1)),
        ("max-age=31536000, immutable", timedelta(hours=1)),
        ("s-maxage=300", None),
        ("no-cache, max-age=300", None),
        ("max-age=300, no-store", None),
        ("max-age=-1", None),
        ("", None),
    ],
)
def test_max_age_is_read_within_an_hour(value: str, expected: timedelta | None) -> None:
    assert said.max_age({"Cache-Control": value}) == expected


@pytest.mark.parametrize(
    ("value", "kind", "charset"),
    [
        ("application/rss+xml; charset=UTF-8", "application/rss+xml", "utf-8"),
        ('text/xml;charset="windows-1251"', "text/xml", "windows-1251"),
        ("TEXT/HTML", "text/html", None),
        ("", "", None),
        ("nonsense", "", None),
        ("text/xml; charset=\x00", "text/xml", None),
    ],
)
def test_the_content_type_gives_media_type_and_charset(value: str, kind: str, charset: str | None) -> None:
    assert said.media_type({"Content-Type": value}) == kind
    assert said.charset({"Content-Type": value}) == charset


def test_a_validator_that_could_not_be_stored_or_sent_back_is_left_out() -> None:
    kept = {"ETag": 'W/"abc"', "Last-Modified": "Wed, 04 Nov 2026 12:00:00 GMT"}
    assert said.validators(kept) == Validators(etag='W/"abc"', last_modified=kept["Last-Modified"])
    for etag in ("x" * 501, "a\x00b", "\udcff", "a\r\nb", "é"):
        assert said.validators({"ETag": etag}) == Validators()
