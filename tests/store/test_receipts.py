"""Receipts: what the other side took is known after any end of the process, and costs no room."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from monitor.store.receipts import SLOT, SLOTS, Receipts

MAIL, SLACK = ("delivery-1-1764000000", "<delivery-1-1764000000@a.test>"), ("delivery-2-1764000000", "17.5")


def test_what_was_taken_is_known_after_the_process_has_died(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "receipts")
    receipts.note(*MAIL)
    receipts.note(*SLACK)
    receipts.settled(SLACK[0])
    after = Receipts(tmp_path / "receipts")  # nobody closed the first one: a kill does not, either
    assert (after.of(MAIL[0]), after.of(SLACK[0])) == (MAIL[1], None)
    assert stat.S_IMODE((tmp_path / "receipts").stat().st_mode) == 0o600


def test_a_start_forgets_what_the_rows_say_already(tmp_path: Path) -> None:
    Receipts(tmp_path / "receipts").note(*MAIL)
    Receipts(tmp_path / "receipts").keep_only({SLACK[0]})
    assert Receipts(tmp_path / "receipts").of(MAIL[0]) is None


def test_the_file_stays_as_small_as_it_is_and_what_finds_no_room_is_remembered_without_it(
    tmp_path: Path,
) -> None:
    receipts = Receipts(tmp_path / "receipts")
    assert (tmp_path / "receipts").stat().st_size == SLOT * SLOTS, "its room is taken"
    for turn in range(3):
        for number in range(SLOTS + 5):
            receipts.note(f"delivery-{turn}-{number}", "ref")
        assert receipts.of(f"delivery-{turn}-{SLOTS + 4}") == "ref"
        for number in range(SLOTS + 5):
            receipts.settled(f"delivery-{turn}-{number}")
    receipts.note("delivery-9-9", "x" * SLOT)
    assert receipts.of("delivery-9-9") == "x" * SLOT
    assert (tmp_path / "receipts").stat().st_size == SLOT * SLOTS
    assert (tmp_path / "receipts").read_bytes().split() == []


def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    told: list[OSError] = []
    receipts = Receipts(Path("/dev/full"), tell=told.append)
    receipts.note(*MAIL)
    receipts.settled(MAIL[0])
    receipts.note(*SLACK)
    assert receipts.of(SLACK[0]) == SLACK[1]
    assert len(told) == 1
    nowhere = Receipts(tmp_path / "away" / "receipts", tell=told.append)
    nowhere.note(*MAIL)
    assert nowhere.of(MAIL[0]) == MAIL[1]
    assert len(told) == 2


@pytest.mark.parametrize("broken", [b"", b"[", b"\0" * SLOT, b'{"a": 1}', b"[1, 2, 3]", b'"ab"', b'[1, "x"]'])
def test_a_broken_slot_is_passed_over_and_used_again(broken: bytes, tmp_path: Path) -> None:
    Receipts(tmp_path / "receipts").note(*MAIL)
    path = tmp_path / "receipts"
    path.write_bytes(broken.ljust(SLOT)[:SLOT] + path.read_bytes()[SLOT:] + os.urandom(3))
    receipts = Receipts(path)
    assert receipts.of(MAIL[0]) == MAIL[1]
    for number in range(SLOTS - 1):
        receipts.note(f"delivery-9-{number}", "ref")
    assert Receipts(path).of(f"delivery-9-{SLOTS - 2}") == "ref"
