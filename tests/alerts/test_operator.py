"""What operators are told: the same facts in Slack, in a mail and to a program, never a URL or a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.blocks import MAX_BLOCKS, MESSAGE_LIMIT, length, plain
from monitor.alerts.operator_wording import operator_wording
from monitor.alerts.operators import (
    AT_ONCE,
    OperatorDraft,
    due_at,
    of_dead_delivery,
    of_return,
    of_silence,
)
from monitor.alerts.voice import voice
from monitor.alerts.wording import wording
from monitor.model import AlertKind, Completeness, Delivery, Frequency, OperatorNotice, Silence, SilenceKind
from tests.alerts.samples import INDONESIAN, NOTICE, NOW, delivery
from tests.alerts.spoken import email_message, payload, slack_message
from tests.newsroom.slack_limits import check_message

FAILING = Silence(kind=SilenceKind.FAILING, since=NOW, detail="http 500, 3 polls in a row")
HOSTILE = "Evil <!channel> *News*\u202egpj.exe\r\nBcc: all@a.test"
HEARD = Completeness(polled=112, failing=3, quiet=2, gone=0, total=117)


def notice(draft: OperatorDraft, alert: int = 7) -> OperatorNotice:
    return OperatorNotice(
        alert=alert,
        kind=draft.kind,
        subject=draft.subject,
        since=draft.since,
        facts=draft.facts,
    )


SILENT = notice(of_silence(4, "Kavkaz News", FAILING, after=None))
QUIET = notice(
    of_silence(5, "Kabar Nusa", Silence(kind=SilenceKind.QUIET, since=NOW - timedelta(days=3)), after=None)
)
GONE = notice(of_silence(6, "Maple Wire", Silence(kind=SilenceKind.GONE, since=NOW), after=2))
BACK = notice(of_return(4, "Kavkaz News", FAILING, after=7, ended_at=NOW + timedelta(hours=5)))
DEAD = notice(of_dead_delivery(12, "newsdesk", "channel_not_found", since=NOW))


def to_operators(*notices: OperatorNotice) -> Delivery:
    return replace(delivery(), notices=(), operator_notices=notices)


@pytest.mark.parametrize(
    ("told", "subject", "words"),
    [
        (SILENT, "Source silent: Kavkaz News", ["cannot be read", "http 500, 3 polls in a row"]),
        (QUIET, "Source silent: Kabar Nusa", ["answers", "rhythm", "9 Nov 2024"]),
        (GONE, "Source gone: Maple Wire", ["http 410", "no longer polled"]),
        (BACK, "Source back again: Kavkaz News", ["Heard again", "5 hours"]),
        (
            DEAD,
            "Message not delivered: delivery 12 to newsdesk",
            ["channel_not_found", "monitor deliveries retry 12"],
        ),
    ],
    ids=["failing", "quiet", "gone", "back", "dead"],
)
def test_every_channel_tells_what_how_and_what_to_do(
    told: OperatorNotice, subject: str, words: list[str]
) -> None:
    sent = to_operators(told)
    mail, slack = email_message(sent), slack_message(sent)
    assert mail.subject == subject
    assert slack.text == subject
    body = json.loads(payload(sent))
    for text in (mail.text, mail.html, plain(slack.blocks), body["text"]):
        joined = " ".join(text.split())
        for word in [subject, *words, "alert 7", "since "]:
            assert word in joined
    (record,) = body["alerts"]
    assert (record["kind"], record["subject"], record["alert"]) == (told.kind.value, told.subject, 7)
    assert body["completeness"] is None


def test_several_matters_are_counted_in_the_title_and_told_one_by_one() -> None:
    sent = to_operators(SILENT, QUIET, GONE, BACK, DEAD)
    said = "2 sources silent, 1 source gone, 1 source back again, 1 message not delivered"
    assert email_message(sent).subject == said
    for text in (email_message(sent).text, plain(slack_message(sent).blocks)):
        for name in (
            "Source silent: Kabar Nusa",
            "Source gone: Maple Wire",
            "Source back again: Kavkaz News",
        ):
            assert name in text


@pytest.mark.parametrize("many", [2, 40, 1_000])
def test_slack_takes_a_message_about_any_number_of_sources(many: int) -> None:
    message = slack_message(to_operators(*(replace(SILENT, alert=10_000 + n) for n in range(many))))
    assert len(message.blocks) <= MAX_BLOCKS
    assert length(message.blocks) <= MESSAGE_LIMIT
    assert check_message({"text": message.text, "blocks": list(message.blocks)})
    if many > 2:
        assert "more" in plain(message.blocks)


def test_a_mail_about_a_thousand_sources_can_still_be_opened() -> None:
    mail = email_message(to_operators(*(replace(SILENT, alert=n) for n in range(1_000))))
    assert mail.subject == "1,000 sources silent"
    assert "and 800 more" in mail.text
    assert len(mail.html) < 300_000


def test_a_hostile_name_forges_no_header_no_markup_and_no_mention() -> None:
    told = notice(of_silence(4, HOSTILE, replace(FAILING, detail=HOSTILE), after=None))
    mail, slack = email_message(to_operators(told)), slack_message(to_operators(told))
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "<!channel>" not in mail.html
    assert "<!channel>" not in str(slack.blocks)
    assert "\u202e" not in mail.text + mail.html + str(slack.blocks)


def test_what_begins_anew_or_grows_worse_is_another_alert() -> None:
    causes = {
        of_silence(4, "K", silence, after=None).cause
        for silence in (
            FAILING,
            replace(FAILING, since=NOW + timedelta(hours=1)),
            replace(FAILING, kind=SilenceKind.QUIET),
            replace(FAILING, kind=SilenceKind.GONE),
        )
    }
    assert len(causes) == 4
    assert of_silence(4, "K", FAILING, after=None).cause == of_silence(4, "Other", FAILING, after=9).cause


def test_the_first_messages_of_an_hour_leave_at_once_and_others_at_the_next_quarter() -> None:
    assert due_at(AT_ONCE - 1, now=NOW) == NOW
    later = due_at(AT_ONCE, now=NOW)  # 03:14:27
    assert (later.hour, later.minute, later.second) == (3, 15, 0)
    assert due_at(AT_ONCE, now=later) == later + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("length_", "said"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_spans_are_said_as_people_say_them(length_: timedelta, said: str) -> None:
    assert voice().span(length_) == said


def test_news_is_never_told_to_operators() -> None:
    with pytest.raises(AssertionError):
        operator_wording().title([replace(SILENT, kind=AlertKind.NEW_STORY)])


# --- completeness -----------------------------------------------------------------------------------------


def test_completeness_says_what_is_missing() -> None:
    assert wording().completeness(HEARD) == "112 of 117 feeds polled on time, 3 failing, 2 unusually quiet"
    assert wording().completeness(replace(HEARD, gone=1)).endswith(", 1 gone")


@pytest.mark.parametrize("frequency", [Frequency.HOURLY, Frequency.DAILY])
def test_every_digest_carries_its_completeness(frequency: Frequency) -> None:
    sent = delivery(NOTICE, INDONESIAN, frequency=frequency, completeness=HEARD)
    said = wording().completeness(HEARD)
    mail = email_message(sent)
    for text in (mail.text, mail.html, plain(slack_message(sent).blocks)):
        assert said in text
    assert json.loads(payload(sent))["completeness"]["quiet"] == 2
