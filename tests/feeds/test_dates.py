"""Dates in every shape that feeds give them, and in every language of the topics."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.dates import parse_date, read_date
from monitor.feeds.zones import OFFSETS
from monitor.text.calendar_names import FILE, day_names, months, months_in
from tests.feeds.cldr import LOCALES, names

NOW = datetime(2027, 6, 1, tzinfo=UTC)
WORDED = datetime(2026, 11, 4, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        # RFC 822 and what is made of it
        "Wed, 04 Nov 2026 03:30:00 GMT",
        "Wed, 4 Nov 2026 10:30:00 +0700",
        "Wed, 04 Nov 26 03:30 UT",
        "04 Nov 2026 10:30 GMT+7",
        "04 Nov 2026 10:30:00 UTC+07:00",
        "Tue, 03 Nov 2026 22:30:00 EST",
        "Wed,04 Nov 2026 03:30:00Z",
        "Wednesday, 04-Nov-26 03:30:00 GMT",
        "WED, 04 NOV 2026 03:30:00 gmt",
        "Wed, 04 Nov 2026 03:30:00 -0000",
        # RFC 3339, ISO 8601 and their relatives
        "2026-11-04T03:30:00Z",
        "2026-11-04T10:30:00+07:00",
        "2026-11-04T10:30:00.123456+0700",
        "2026-11-04t03:30z",
        "2026-11-04 03:30:00",
        "2026-11-03T19:30:00-08",
        "20261104T033000Z",
        "20261104033000",
        "2026/11/04 03:30",
        "2026.11.4 3:30",
        # others' formats
        "Wed Nov  4 03:30:00 2026",
        "Wed Nov 04 03:30:00 +0000 2026",
        "Wed Nov 04 2026 10:30:00 GMT+0700 (Western Indonesia Time)",
        "November 4, 2026, 3:30 AM",
        "Nov. 3, 2026 10:30 p.m. ET",
        "2026年11月4日 03:30",
        "1793763000",
        "1793763000.25",
        "1793763000000",
        # zone names that feedparser takes for UTC
        "04 Nov 2026 10:30:00 WIB",
        "04 Nov 2026 11:30:00 WITA",
        "04 Nov 2026 12:30:00 WIT",
        "04 Nov 2026 04:30:00 BST",
        "04 Nov 2026 04:30:00 CET",
        "04 Nov 2026 05:30:00 CEST",
        "04 Nov 2026 12:30:00 KST",
        "04 Nov 2026 12:30:00 JST",
        "04 Nov 2026 09:00:00 IST",
        "04 Nov 2026 06:30:00 MSK",
        # the languages of the topics
        "Rabu, 4 November 2026 10:30 WIB",
        "Rabu, 04 Nopember 2026 | 10.30 WIB",
        "Rabu, 4 Nov 2026 pukul 10.30 WIB",
        "среда, 4 ноября 2026, 06:30 МСК",
        "4 листопада 2026 р., 05:30 EET",
        "Mi., 4. November 2026, 03:30 Uhr",
        "mercredi 4 novembre 2026 à 3h30",
        "4 de noviembre de 2026 03:30",
        "quarta-feira, 4 de novembro de 2026 03:30",
        "4 Kasım 2026 Çarşamba 06:30 TRT",
        "st 4. listopadu 2026 04:30 CET",
        "wo 4 november 2026 04:30 CET",
        "mercoledì 4 novembre 2026 ore 3:30",
        "4 नवंबर 2026, 9:00 am IST",
        "4 พฤศจิกายน 2569 10:30 +0700",
        "Thứ Tư, 4 tháng 11, 2026 10:30 +0700",
        "۴ نوامبر ۲۰۲۶ ۰۳:۳۰",
        "2026年11月4日（水）12時30分 JST",
        "2026年11月4日 上午11:30 +0800",
        "2026.11.04 오후 12:30 KST",
        "2026년 11월 4일 오후 12시 30분 KST",
        "الأربعاء، ٤ نوفمبر ٢٠٢٦ ٠٣:٣٠",
        "4 تشرين الثاني 2026 03:30",
    ],
)
def test_a_date_is_read_in_whatever_shape_it_comes(text: str) -> None:
    found = parse_date(text, NOW)
    assert found is not None
    assert found.replace(microsecond=0) == WORDED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-04T24:00:00Z", datetime(2026, 11, 5, tzinfo=UTC)),
        ("Wed, 04 Nov 2026 24:00 GMT", datetime(2026, 11, 5, tzinfo=UTC)),
        ("2026-12-31T23:59:60Z", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-11-04", datetime(2026, 11, 4, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("Sun, 06 Nov 94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("04 Nov 2026 12:05 am", datetime(2026, 11, 4, 0, 5, tzinfo=UTC)),
        ("04 Nov 2026 12:05 pm", datetime(2026, 11, 4, 12, 5, tzinfo=UTC)),
        ("04 Nov 2026 10:30 ZZZ", datetime(2026, 11, 4, 10, 30, tzinfo=UTC)),
        ("04 Nov 2026 10.30.15 WIB", datetime(2026, 11, 4, 3, 30, 15, tzinfo=UTC)),
        ("10:30 04.11.2026", datetime(2026, 11, 4, 10, 30, tzinfo=UTC)),
        ("2026年11月4日 下午3:30", datetime(2026, 11, 4, 15, 30, tzinfo=UTC)),
        ("4 nov 2026, 3:30 p. m.", datetime(2026, 11, 4, 15, 30, tzinfo=UTC)),
        ("2569-11-04T10:30:00+07:00", datetime(2026, 11, 4, 3, 30, tzinfo=UTC)),
        ("Вт, 03 ноя 2026 10:30:00 +0300", datetime(2026, 11, 3, 7, 30, tzinfo=UTC)),
        ("mar, 3 mar 2026 10:30:00 +0100", datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
        ("mar. 3 nov. 2026", datetime(2026, 11, 3, tzinfo=UTC)),
        ("4 Agt 2026", datetime(2026, 8, 4, tzinfo=UTC)),
        ("2 Mrz 2026", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_the_edges_of_clock_and_calendar(text: str, expected: datetime) -> None:
    assert parse_date(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("04/11/2026", "id", datetime(2026, 11, 4, tzinfo=UTC)),
        ("04/11/2026", "", None),
        ("04/11/2026", "en", None),
        ("04.11.2026 10:30", "", datetime(2026, 11, 4, 10, 30, tzinfo=UTC)),
        ("24/11/2026", "en", datetime(2026, 11, 24, tzinfo=UTC)),
        ("11/24/2026 10:30 PM", "en", datetime(2026, 11, 24, 22, 30, tzinfo=UTC)),
        ("05/05/2026", "en", datetime(2026, 5, 5, tzinfo=UTC)),
    ],
)
def test_the_language_settles_which_number_is_the_day(
    text: str, language: str, expected: datetime | None
) -> None:
    assert parse_date(text, NOW, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "yesterday",
        "5 jam lalu",
        "31 Feb 2026",
        "2026-13-01",
        "25:00",
        "Nov 2026",
        "04 Nov 2026 25:00",
        "x" * 5_000,
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "99999999999999999",
        "2026-11-04Tgarbage",
        "1e9",
        "9" * 99,
    ],
)
def test_what_names_no_moment_gives_none(text: str) -> None:
    assert parse_date(text, NOW) is None


def test_the_future_is_clamped_to_now() -> None:
    assert parse_date("Wed, 04 Nov 2099 03:30:00 GMT", NOW) == NOW


@pytest.mark.parametrize("code", LOCALES)
def test_every_month_of_every_language_is_read(code: str) -> None:
    for number, name in Locale.parse(code).months["format"]["wide"].items():
        assert read_date(f"4 {name} 2026 10:30", code) == datetime(2026, number, 4, 10, 30, tzinfo=UTC)


def test_no_month_has_two_numbers_in_a_language_and_no_day_is_a_month() -> None:
    for code in LOCALES:
        for number, name in names(Locale.parse(code), "months"):
            assert months_in(code)[name] == number
    assert not day_names() & months().keys()


def test_a_month_that_two_languages_count_differently_needs_its_language() -> None:
    assert [read_date("4 listopada 2026", code) for code in ("hr", "pl", "", "xx")] == [
        datetime(2026, 10, 4, tzinfo=UTC),
        datetime(2026, 11, 4, tzinfo=UTC),
        None,
        None,
    ]


def test_names_are_those_of_cldr() -> None:
    command = [sys.executable, "-m", "tests.feeds.cldr"]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout
    assert resources.files("monitor.text").joinpath(FILE).read_text("utf-8") == told


def test_zones_lie_on_the_globe() -> None:
    assert all(abs(offset) <= timedelta(hours=14) for offset in OFFSETS.values())


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_a_past_moment_or_none(text: str) -> None:
    found = parse_date(text, NOW)
    assert found is None or found <= NOW


@settings(deadline=None)
@given(
    st.from_regex(
        r"[0-9]{0,4}[-/. :T+Zz]{0,2}[0-9]{1,4}[-/. :]{0,2}[0-9a-zA-Z]{0,6}[ :T+-]?[0-9:.+]{0,14}",
        fullmatch=True,
    )
)
def test_anything_like_a_date_gives_a_past_moment_or_none(text: str) -> None:
    found = parse_date(text, NOW, "de")
    assert found is None or (found.tzinfo is UTC and found <= NOW)


@settings(deadline=None)
@given(
    # naive bounds are what hypothesis takes
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2027, 1, 1)),  # noqa: DTZ001
    st.integers(min_value=-14 * 60, max_value=14 * 60),
)
def test_a_standard_date_comes_back_exactly(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    local = moment + timedelta(minutes=offset)
    sign, (hours, minutes) = "-+"[offset >= 0], divmod(abs(offset), 60)
    assert read_date(f"{local:%a, %d %b %Y %H:%M:%S} {sign}{hours:02}{minutes:02}") == moment
    assert read_date(f"{local:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{minutes:02}") == moment
