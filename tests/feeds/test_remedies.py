"""Every cause has words for whoever can do something about it."""

from __future__ import annotations

import pytest

from monitor.feeds.remedies import LOOK, remedy
from monitor.model import Cause
from monitor.settings.sections import Sections


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.BLOCKED_ADDRESS, "net.allow_addresses"),
        (Cause.TOO_LARGE, "poll.max_feed_bytes"),
        (Cause.CHALLENGE, "net.user_agent"),
        (Cause.BAD_URL, "https://host/path"),
        ("http 401", "`auth`"),
        ("http 403", "`auth`"),
        ("http 429", "poll.host_gap"),
        ("http 503", "asked again by itself"),
        (Cause.TIMEOUT, "asked again by itself"),
        ("http 404", LOOK),
        (Cause.NOT_A_FEED, LOOK),
        (None, LOOK),
        ("what no version knows", LOOK),
    ],
)
def test_a_cause_leads_to_what_helps(cause: str | None, words: str) -> None:
    assert words in remedy(cause)


def test_every_setting_that_a_remedy_names_is_one() -> None:
    known = {
        f"{table}.{key}"
        for table, section in Sections.model_fields.items()
        for key in section.annotation.model_fields  # type: ignore[union-attr]
    }
    for cause in (*Cause, "http 401", "http 403", "http 429"):
        named = {word.strip(",.:;") for word in remedy(cause).split() if word.startswith(("net.", "poll."))}
        assert named <= known
