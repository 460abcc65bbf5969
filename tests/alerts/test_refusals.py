"""What answers mean: every refusal that channels tell apart has a remedy, and none is made up."""

from __future__ import annotations

import pytest

from monitor.alerts.refusals import SLACK, meaning_of


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("is_archived", "archived"),
        ("550 5.1.1 no such user", "no such mailbox"),
        ("550 go away", "refuses this recipient or sender"),
        ("550-5.7.26 unauthenticated", "refuses this recipient or sender"),
        ("451 4.7.1 greylisted", "greylisting"),
        ("535 5.7.8 Authentication failed", "password is wrong"),
        ("no connection (ConnectionRefusedError)", "cannot be reached"),
        ("no connection (SSLCertVerificationError)", "vouches"),
        ("no answer (ServerDisconnectedError)", "cannot be reached"),
        ("timeout", "in time"),
        ("http 404", "nothing at this URL"),
        ("http 503", "broken or away"),
        ("gave up after 24 h and 12 attempts: is_archived", "archived"),
        ("550 5.2.2 full; told at boss instead", "full"),
    ],
)
def test_an_answer_is_explained(reason: str, word: str) -> None:
    meaning = meaning_of(reason)
    assert meaning is not None
    assert word in meaning.meaning
    assert meaning.remedy


@pytest.mark.parametrize(
    "reason", ["", "an_error_of_tomorrow", "999 what", "people.yaml no longer names this destination"]
)
def test_what_is_not_known_is_left_to_its_own_words(reason: str) -> None:
    assert meaning_of(reason) is None


def test_what_passes_says_that_there_is_nothing_to_do() -> None:
    passing = [name for name, meaning in SLACK.items() if meaning.passes]
    assert passing == ["ratelimited"]
