"""`monitor destinations`: who can be told, and what the other side answers to a real message."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml

from tests.cli.command import Said, monitor
from tests.cli.conftest import Desk
from tests.newsroom.world import World

PEOPLE = {
    "destinations": {
        "desk": {"slack": "C0NEWSDESK", "fallback": "mail"},
        "old": {"slack": "C0OLDDESK"},
        "closed": {"slack": "C0CLOSED"},
        "mail": {"email": "desk@newsroom.test", "language": "id"},
        "team": {"email": ["anna@newsroom.test", "ben@newsroom.test"]},
        "hook": {"webhook": "http://127.0.0.1:1/secret-path"},
    },
    "routes": [{"destinations": ["desk", "old", "closed", "mail", "team", "hook"]}],
}


@pytest.fixture
def wired(desk: Desk, world: World) -> Iterator[Desk]:
    """The filled desk, whose channels lead to the world's servers."""
    desk.configure(
        net={"allow_addresses": ["127.0.0.0/8"]},
        slack={"base_url": world.slack.base_url, "token": world.slack.token, "pace": "0s"},
        email={"host": world.mail.host, "port": world.mail.port, "tls": "none", "sender": "m@newsroom.test"},
    )
    desk.write("people.yaml", yaml.safe_dump(PEOPLE))
    yield desk
    world.slack.heal()
    world.mail.heal()


def prove(desk: Desk, name: str, *words: str, expect: int = 0) -> Said:
    return monitor("destinations", "test", name, *words, "-c", desk.config, expect=expect)


def test_list_says_how_each_stands_and_shows_no_secret(wired: Desk) -> None:
    said = monitor("destinations", "list", "--json", "-c", wired.config)
    found = {record["destination"]: record for record in said.records}
    team = {"team/anna@newsroom.test", "team/ben@newsroom.test"}
    assert set(found) == {"desk", "old", "closed", "mail", "hook", *team}
    assert (found["desk"]["address"], found["desk"]["fallback"]) == ("C0NEWSDESK", "mail")
    assert (found["mail"]["dead"], found["mail"]["waiting"]) == (1, 2)
    assert found["mail"]["last_error"] == "mailbox [red]unavailable"
    assert found["desk"]["last_sent_at"] is not None
    assert (found["old"]["last_sent_at"], found["hook"]["address"]) == (None, None)
    shown = monitor("destinations", "list", "-c", wired.config).out
    assert "(a secret)" in shown
    assert "secret-path" not in shown + said.out


def test_list_works_before_the_first_start(fresh: Desk) -> None:
    assert "C0DESK" in monitor("destinations", "list", "-c", fresh.config).out


def test_a_message_in_slack_is_taken_and_says_that_it_is_a_test(wired: Desk, world: World) -> None:
    said = prove(wired, "desk")
    message = world.slack.messages[-1]
    assert (message.channel, message.text) == ("C0NEWSDESK", "Test: desk")
    assert "Nothing happened" in str(message.blocks)
    assert f"slack answered: ok, as message {message.ts}" in said.out


def test_a_mail_is_taken_in_its_readers_language_with_the_servers_words(wired: Desk, world: World) -> None:
    said = prove(wired, "mail")
    letter = world.mail.messages[-1]
    assert letter.subject == "Uji coba: mail"
    assert "email answered: 250 " in said.out


def test_all_addresses_of_a_destination_are_tried_and_the_worst_counts(wired: Desk, world: World) -> None:
    world.mail.refuse("ben@newsroom.test", code=550)
    said = prove(wired, "team", expect=1)
    assert "team/anna@newsroom.test: taken" in said.out
    assert "team/ben@newsroom.test: refused" in said.out
    assert "There is no such mailbox".lower() in said.out.lower()
    assert "ben@newsroom.test" not in prove(wired, "team/anna@newsroom.test").out


@pytest.mark.parametrize(
    ("name", "answer", "meaning"),
    [
        ("old", "is_archived", "the channel is archived"),
        ("closed", "not_in_channel", "/invite"),
    ],
)
def test_a_refusal_in_slack_is_told_with_its_meaning_and_remedy(
    wired: Desk, name: str, answer: str, meaning: str
) -> None:
    said = prove(wired, name, expect=1).out
    assert f"slack answered: {answer}" in said
    assert meaning in said
    assert "To do: " in said
    (record,) = (json.loads(line) for line in prove(wired, name, "--json", expect=1).out.splitlines())
    assert (record["result"], record["answer"]) == ("refused", answer)
    assert record["remedy"]


def test_a_revoked_token_says_where_the_new_one_goes(wired: Desk, world: World) -> None:
    world.slack.refuse("token_revoked", method="chat.postMessage")
    assert "slack_token" in prove(wired, "desk", expect=1).out


def test_what_may_pass_ends_with_a_code_of_its_own(wired: Desk, world: World) -> None:
    world.slack.rate_limit(retry_after=30, method="chat.postMessage")
    assert "not taken now" in prove(wired, "desk", expect=75).out
    world.mail.refuse("desk@newsroom.test", code=451)
    assert "could not take it now" in prove(wired, "mail", expect=75).out


def test_a_receiver_that_is_not_there_is_told_without_its_url(wired: Desk) -> None:
    said = prove(wired, "hook", expect=75)
    assert "webhook answered: " in said.out
    assert "secret-path" not in said.out + said.err


def test_a_test_is_no_alert_and_no_delivery(wired: Desk) -> None:
    before = monitor("deliveries", "list", "--json", "-c", wired.config).records
    prove(wired, "desk")
    assert monitor("deliveries", "list", "--json", "-c", wired.config).records == before


def test_a_destination_that_is_not_there_is_named(wired: Desk) -> None:
    assert "no such destination" in prove(wired, "nobody", expect=2).err
