from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from monitor.settings import values


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("15m", 900), ("1h30m", 5_400), ("48h", 172_800), ("7d", 604_800), ("2w", 1_209_600), ("500ms", 0.5),
        (" 5 S ", 5), ("1.5h", 5_400), (90, 90), (0.25, 0.25), ("90", 90), (0, 0),
    ],
)  # fmt: skip
def test_durations_read_as_people_write_them(written: object, seconds: float) -> None:
    assert values.duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written",
    ["", "5 parsecs", "m5", "-5m", -1, True, None, [5], "1h-30m", "9" * 400, float("nan"), "99999d", 10**400],
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(PydanticCustomError):
        values.duration(written)


def test_spans_grow() -> None:
    hour = timedelta(hours=1)
    assert values.growing((hour, 2 * hour)) == (hour, 2 * hour)
    assert values.growing(()) == ()
    for refused in ((2 * hour, hour), (hour, hour), (timedelta(), hour)):
        with pytest.raises(PydanticCustomError, match="growing order"):
            values.growing(refused)


@given(st.integers(0, 10**8))
def test_a_number_of_seconds_is_the_same_with_its_unit(seconds: int) -> None:
    assert values.duration(f"{seconds}s") == values.duration(seconds) == values.duration(str(seconds))


@pytest.mark.parametrize(
    ("written", "minutes"), [("07:00", 420), ("7:05", 425), ("23:59", 1_439), ("00:00", 0)]
)
def test_times_of_day_are_minutes_after_midnight(written: str, minutes: int) -> None:
    assert values.minutes_of_day(written) == minutes


@pytest.mark.parametrize("written", ["24:00", "7", "07:60", "7pm", "", 420, None])
def test_what_is_no_time_of_day_is_refused(written: object) -> None:
    with pytest.raises(PydanticCustomError):
        values.minutes_of_day(written)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Jakarta", "UTC", "America/Sao_Paulo"])
def test_time_zones_of_the_world_are_known(zone: str) -> None:
    assert values.timezone(zone) == zone


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "/etc/passwd", "../../etc/passwd", "Europe", "a\x00b", "x" * 5_000]
)
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(PydanticCustomError):
        values.timezone(zone)


@pytest.mark.parametrize(
    "sender", ["", "a@b.c", "Desk <a@b.c>", '"Desk, World" <a@b.c>', "Redaktion Köln <a@b.c>"]
)
def test_senders_are_addresses_with_or_without_a_name(sender: str) -> None:
    assert values.sender(sender) == sender


@pytest.mark.parametrize("sender", ["Desk", "a@b.c\nBcc: x@y.z", "a b@c", "Desk <a>", "a@b.c, d@e.f"])
def test_what_is_no_sender_is_refused(sender: str) -> None:
    with pytest.raises(PydanticCustomError):
        values.sender(sender)
