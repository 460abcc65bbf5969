"""Presses of buttons over a real WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from monitor.channels import slack_buttons
from monitor.channels.slack_buttons import asked_for, buttons
from monitor.model import ErrandKind
from tests.channels.socket_stub import APP_TOKEN, socket_mode

PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "container": {"type": "message", "message_ts": "17.1", "channel_id": "C1", "thread_ts": "16.1"},
    "actions": [{"type": "button", "block_id": "errands", "action_id": "mute", "value": "5"}],
}


class Pressed:
    """Remembers presses, and what was acknowledged by then."""

    def __init__(self) -> None:
        self.told: list[tuple[ErrandKind, int, Sequence[str]]] = []
        self.fault: Exception | None = None
        self.is_ours = True

    async def __call__(self, kind: ErrandKind, story: int, places: Sequence[str]) -> bool:
        if self.fault is not None:
            raise self.fault
        self.told.append((kind, story, places))
        return self.is_ours


async def soon(stub: Any) -> str:
    async with asyncio.timeout(10):
        found: str = await stub.acknowledged.get()
        return found


async def test_a_press_is_done_and_then_acknowledged() -> None:
    pressed = Pressed()
    async with socket_mode() as stub, buttons(APP_TOKEN, stub.url, pressed):
        async with asyncio.timeout(10):
            await stub.connected.wait()
        await stub.press("e1", **PRESS)
        assert await soon(stub) == "e1"
        assert pressed.told == [(ErrandKind.MUTE, 5, ("17.1", "16.1"))]
        assert stub.calls == [f"Bearer {APP_TOKEN}"]


async def test_what_could_not_be_done_is_not_acknowledged_and_the_next_is() -> None:
    pressed = Pressed()
    async with socket_mode() as stub, buttons(APP_TOKEN, stub.url, pressed):
        async with asyncio.timeout(10):
            await stub.connected.wait()
        pressed.fault = RuntimeError("the database is away")
        await stub.press("e1", **PRESS)
        await asyncio.sleep(0.1)
        pressed.fault, pressed.is_ours = None, False
        await stub.press("e2", **PRESS)
        await asyncio.sleep(0.1)
        pressed.is_ours = True
        await stub.press("e3", **PRESS)
        assert await soon(stub) == "e3"


async def test_what_is_no_press_of_ours_is_acknowledged_and_nothing_is_done() -> None:
    pressed = Pressed()
    async with socket_mode() as stub, buttons(APP_TOKEN, stub.url, pressed):
        async with asyncio.timeout(10):
            await stub.connected.wait()
        await stub.press("e1", **{**PRESS, "actions": [{"block_id": "x", "action_id": "mute", "value": "5"}]})
        assert await soon(stub) == "e1"
        assert pressed.told == []


async def test_it_calls_again_until_slack_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_buttons, "FIRST_WAIT", 0.01)
    async with socket_mode() as stub:
        stub.refuse = 2
        async with buttons(APP_TOKEN, stub.url, Pressed()), asyncio.timeout(10):
            await stub.connected.wait()
        assert len(stub.calls) == 3


async def test_a_slack_that_is_away_holds_nothing_up() -> None:
    async with asyncio.timeout(5), buttons(APP_TOKEN, "http://127.0.0.1:1/api/", Pressed()):
        await asyncio.sleep(0.05)


def action(**changes: Any) -> dict[str, Any]:
    return {**PRESS, "actions": [{**PRESS["actions"][0], **changes}]}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "view_submission"},
        action(action_id="unsubscribe"),
        action(action_id="drop table"),
        action(value="5; drop"),
        action(value="9" * 30),
        action(value=5),
        action(block_id="else"),
        {**PRESS, "container": {}},
        {**PRESS, "actions": []},
        {**PRESS, "actions": "mute"},
    ],
)
def test_whatever_else_comes_asks_for_nothing(payload: dict[str, Any]) -> None:
    assert asked_for(payload) is None


def test_a_press_under_a_root_has_that_place_alone() -> None:
    payload = {**PRESS, "container": {"message_ts": "16.1", "channel_id": "C1"}}
    assert asked_for(payload) == (ErrandKind.MUTE, 5, ("16.1",))
