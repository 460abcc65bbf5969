"""Feeds of alerts in people.yaml."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsFault
from monitor.settings import Settings, load
from tests.settings.conftest import Write

TOKEN = "0123456789abcdef01234567"
WEB = '[web]\nlisten = "127.0.0.1:0"\n'


def loaded(write: Write, entry: str, token: str | None = TOKEN, toml: str = WEB) -> Settings:
    folder = write(toml=toml, people=f"feeds:\n  world: {entry}\n")
    return load(folder, {} if token is None else {"MONITOR_SECRETS__WORLD": token})


def test_a_feed_has_a_token_that_is_shown_nowhere(write: Write) -> None:
    found = loaded(write, "{token_secret: world, language: id}")
    (feed,) = found.alert_feeds
    assert (feed.name, feed.token, feed.topics, feed.language) == ("world", TOKEN, (), "id")
    assert TOKEN not in repr(found) + repr(feed)


@pytest.mark.parametrize(
    ("entry", "token", "problem"),
    [
        ("{token_secret: world}", None, "there is no such secret"),
        ("{token_secret: world}", "short", "the secret is not 24 or more letters and digits without blanks"),
        ("{token_secret: world}", TOKEN + "/../x", "the secret is not 24 or more letters and digits"),
        ("{token_secret: world, topics: [nowhere]}", TOKEN, "unknown topic"),
        ("{topics: [nowhere]}", None, "missing"),
    ],
)
def test_what_cannot_be_is_refused(write: Write, entry: str, token: str | None, problem: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        loaded(write, entry, token)
    fault = caught.value.faults[0]
    assert fault.problem.startswith(problem)
    assert fault.line == 2
    assert "short" not in str(caught.value.faults)


def test_two_feeds_share_no_token(write: Write) -> None:
    folder = write(toml=WEB, people="feeds:\n  a: {token_secret: world}\n  b: {token_secret: world}\n")
    with pytest.raises(SettingsFault, match="token of another feed"):
        load(folder, {"MONITOR_SECRETS__WORLD": TOKEN})


def test_a_feed_that_nobody_can_fetch_is_warned_of(write: Write) -> None:
    warned = loaded(write, "{token_secret: world}", toml="").warnings
    assert "missing, and people.yaml has feeds of alerts" in [each.problem for each in warned]
