"""`monitor deliveries`: where alerts went, and another life for dead ones."""

from __future__ import annotations

from typing import Any

from tests.cli.command import monitor
from tests.cli.conftest import Desk

KEYS = {
    "delivery", "alert", "destination", "state", "attempts", "next_attempt_at", "provider_ref", "last_error",
}  # fmt: skip


def listed(desk: Desk, *words: str) -> list[dict[str, Any]]:
    return monitor("deliveries", "list", *words, "--json", "-c", desk.config).records


def test_list_gives_programs_each_delivery(desk: Desk) -> None:
    deliveries = listed(desk)
    assert all(delivery.keys() >= KEYS for delivery in deliveries)
    assert [delivery["delivery"] for delivery in deliveries] == [6, 5, 4, 3, 2, 1]
    dead = next(delivery for delivery in deliveries if delivery["state"] == "dead")
    assert (dead["destination"], dead["attempts"], dead["provider_ref"]) == ("mail", 1, None)
    assert dead["last_error"] == "mailbox [red]unavailable"


def test_list_may_be_cut_to_one_state(desk: Desk) -> None:
    assert {delivery["state"] for delivery in listed(desk, "--state", "sent")} == {"sent"}
    assert len(listed(desk, "--state", "sent", "--limit", "2")) == 2


def test_list_tells_people_what_went_wrong(desk: Desk) -> None:
    said = monitor("deliveries", "list", "-c", desk.config).out
    (dead,) = [row for row in said.splitlines() if " dead " in row]
    assert "mailbox [red]unavailable" in dead


def test_list_says_in_whose_message_a_delivery_travelled(desk: Desk) -> None:
    database = desk.database()
    database.write_now(
        lambda connection: connection.exec_driver_sql("UPDATE deliveries SET carried_by = 1 WHERE id = 3")
    )
    database.close()
    assert "in the message of 1" in monitor("deliveries", "list", "-c", desk.config).out


def test_a_dead_delivery_may_live_again(desk: Desk) -> None:
    (dead,) = listed(desk, "--state", "dead")
    said = monitor("deliveries", "retry", dead["delivery"], "-c", desk.config)
    assert said.out == f"delivery {dead['delivery']} is due again\n"
    revived = next(each for each in listed(desk) if each["delivery"] == dead["delivery"])
    assert (revived["state"], revived["attempts"], revived["last_error"]) == ("pending", 1, None)


def test_what_is_not_dead_is_left_alone(desk: Desk) -> None:
    for number in (1, 99):
        said = monitor("deliveries", "retry", number, "-c", desk.config, expect=1)
        assert f"delivery {number} is not dead" in said.err
        assert "--state dead" in said.err
