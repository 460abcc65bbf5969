"""What a delivery says in Slack."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import blocks
from monitor.alerts.errands import Links, offers, offers_of_root
from monitor.alerts.slack import SlackMessage, slack_root
from monitor.alerts.voice import LANGUAGES
from monitor.alerts.wording import wording
from monitor.model import AlertKind, Delivery, ErrandKind, Frequency, NearLine, Notice, Refresh
from tests.alerts.hostile import DELIVERIES, NASTY, NOTICES, filled_with
from tests.alerts.samples import ARABIC, CORRECTED, INDONESIAN, NOTICE, NOW, REPORTS, delivery
from tests.alerts.spoken import email_message, slack_message
from tests.alerts.test_clean import turning
from tests.newsroom.slack_limits import check_message

LINKS = Links("https://news.example.org/m", b"k" * 32)
ROOT = delivery(NOTICE)
REPLY = delivery(INDONESIAN, root_ref="1731381267.000100")
DIGEST = delivery(NOTICE, replace(ARABIC, story=8), frequency=Frequency.DAILY)


def told(message: SlackMessage) -> str:
    """Return all that a Slack message shows."""
    return blocks.plain(message.blocks)


def test_a_root_tells_all_an_editor_needs() -> None:
    message = slack_message(ROOT)
    text = told(message)
    assert message.blocks[0]["type"] == "header"
    assert "Toronto charity says 35 people fled Chechnya with its help" in text
    assert "In English, from *Maple Wire* · copied by others" in text
    assert "First seen 12 Nov 2024, 03:14 UTC · dated 12 Nov 2024, 02:40 UTC" in text
    assert ">*Rainbow Railroad* has brought 35 *gay* and *lesbian* people out of *Chechnya*" in text
    assert "<https://maplewire.example/2024/11/rainbow-railroad-35|maplewire.example>" in text
    assert "*Flight and asylum of LGBT people, Persecution in Chechnya*" in text
    assert "*4 outlets, 3 independent reports* · English, Indonesian, Arabic" in text
    assert "• 12 Nov, 03:18 · *Harbour Daily* · English · _copy, not confirmation_" in text
    assert "منظمة كندية تقول" in text
    assert text.endswith("alert 17 · story 5")
    assert message.text == "Toronto charity says 35 people fled Chechnya with its help · Maple Wire (English)"


def test_a_reply_says_that_it_is_one() -> None:
    message = slack_message(REPLY)
    assert told(message).startswith("*New report:* *Lembaga Kanada bantu 35 orang LGBT keluar dari Chechnya*")
    assert message.text.startswith("New report: Lembaga Kanada")
    assert all(block["type"] != "header" for block in message.blocks)


def test_a_correction_tells_what_was_and_what_is_now() -> None:
    for root in ("1731381267.000100", None):
        message = slack_message(delivery(CORRECTED, root_ref=root))
        text = told(message)
        assert text.startswith("*Correction:* *Toronto charity says 35 people fled Chechnya with its help*")
        assert message.text.startswith("Correction: Toronto charity")
        assert ">_Added:_ Correction: An earlier version of this article" in text
        assert ">_Was:_ The charity helped 36 people &lt;in all&gt;.\n>_Now:_ The charity helped 35" in text
        assert ">_Taken out:_ Four of them were turned back." in text


@pytest.mark.parametrize(
    ("kind", "lead"),
    [
        (AlertKind.HEADLINE, "Headline changed"),
        (AlertKind.FIGURE, "Figure changed"),
        (AlertKind.REMOVED, "Article removed"),
    ],
)
def test_each_kind_of_change_has_its_name_in_every_message(kind: AlertKind, lead: str) -> None:
    sample = delivery(replace(NOTICE, kind=kind), root_ref="1731381267.000100")
    mail = email_message(sample)
    assert told(slack_message(sample)).startswith(f"*{lead}:* ")
    assert mail.text.startswith(lead.removeprefix("Article ").capitalize())
    assert f"{lead} · " in mail.html
    digest = replace(sample, frequency=Frequency.DAILY, root_ref=None)
    assert f"*{lead}:* *Toronto charity" in told(slack_message(digest))
    assert f"1. {lead}: Toronto charity" in email_message(digest).text


def test_a_digest_shows_what_changed_in_a_story_that_it_tells() -> None:
    later = replace(CORRECTED, alert=36)
    digest = delivery(NOTICE, later, frequency=Frequency.DAILY)
    text = told(slack_message(digest))
    assert text.count(NOTICE.headline) == 1
    assert "Correction: An earlier version" in text
    assert "> Added: Correction: An earlier version" in email_message(digest).text


def test_a_digest_tells_each_story_once() -> None:
    text = told(slack_message(DIGEST))
    assert text.startswith("*Daily digest: 2 stories, 2 alerts*")
    assert text.count(NOTICE.headline) == 1
    assert "alert 17 · story 5" in text
    assert "alert 31 · story 8" in text


NEAR = (
    NearLine(
        headline="Two sailors <ask> for asylum", url="https://a.test/two", outlet="The A", language="en",
        missing=2.0, likeness=0.0,
    ),
    NearLine(
        headline="مركب يصل إلى الميناء", url="javascript:alert(1)", outlet="صوت الميناء", language="ar",
        missing=0.0, likeness=0.314,
    ),
)  # fmt: skip


def test_a_daily_digest_ends_with_what_was_just_missed() -> None:
    digest = delivery(NOTICE, frequency=Frequency.DAILY, near_misses=NEAR)
    mail = email_message(digest)
    for text in (told(slack_message(digest)), mail.text, mail.html):
        assert text.index("Near misses") > text.index("story 5")
        assert "2 points short" in text
        assert "31% like the topic's examples" in text.replace("&#39;", "'")
        assert "javascript:" not in text
        assert "<ask>" not in text or text is mail.text
    assert "Near misses" not in email_message(delivery(NOTICE, frequency=Frequency.DAILY)).text


def test_stories_push_near_misses_out_of_a_full_message_and_never_out_of_a_mail() -> None:
    notices = [replace(NOTICE, story=n, alert=n, headline=f"Story number {n}") for n in range(200)]
    digest = delivery(*notices, frequency=Frequency.DAILY, near_misses=NEAR)
    assert len(slack_message(digest).blocks) <= 50
    assert "more stories" in told(slack_message(digest))
    assert "Near misses" in email_message(digest).text


def test_a_digest_that_does_not_fit_says_how_much_is_missing() -> None:
    notices = [replace(NOTICE, story=n, alert=n, headline=f"Story number {n}") for n in range(200)]
    message = slack_message(delivery(*notices, frequency=Frequency.HOURLY))
    shown = sum("Story number" in str(block) for block in message.blocks)
    assert 5 < shown < 25
    assert f"… and {200 - shown} more stories" in told(message)


def test_a_long_story_lists_its_first_and_newest_reports() -> None:
    many = tuple(
        replace(REPORTS[0], outlet=f"Outlet {n}", seen_at=NOW + timedelta(hours=n)) for n in range(30)
    )
    text = told(slack_message(delivery(replace(NOTICE, reports=many))))
    assert "*Outlet 0*" in text
    assert "*Outlet 29*" in text
    assert "*Outlet 5*" not in text
    assert "… and 22 more reports" in text


def test_two_topics_of_one_article_are_one_story_message() -> None:
    law = replace(NOTICE, alert=18, topics=("What governments do",))
    text = told(slack_message(delivery(NOTICE, law)))
    assert text.endswith("alerts 17, 18 · story 5")
    assert "Persecution in Chechnya, What governments do" in text


@settings(max_examples=40, deadline=None)
@given(DELIVERIES, st.sampled_from(LANGUAGES), st.booleans())
def test_no_notice_breaks_slacks_limits_or_calls_anybody(
    sample: Delivery, language: str, buttons: bool
) -> None:
    offered = offers(sample, LINKS, tuple(ErrandKind), buttons=buttons)
    check_slack(slack_message(sample, language, offered))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(NOTICES.map(lambda notice: replace(notice, story=5, discreet=False)), min_size=1, max_size=40),
    st.sampled_from(LANGUAGES),
    st.booleans(),
)
def test_no_story_makes_its_root_too_long_however_it_grows(
    notices: list[Notice], language: str, buttons: bool
) -> None:
    grown = Refresh(
        story=5,
        destination="desk",
        root_ref="1731381267.000100",
        key="delivery-9-1",
        notices=tuple(notices),
        at=NOW,
        lease_until=NOW,
        attempts=1,
        muted_until=NOW,
        is_followed=True,
        is_irrelevant=True,
    )
    offered = offers_of_root(grown, LINKS, tuple(ErrandKind), buttons=buttons)
    check_slack(slack_root(grown, wording(language), offered))


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("text", NASTY)
def test_the_worst_of_all_fields_at_once_is_a_message_still(text: str, frequency: Frequency) -> None:
    check_slack(slack_message(delivery(*filled_with(text, frequency), frequency=frequency)))


def check_slack(message: SlackMessage) -> None:
    """Hold a message against Slack's documented limits, and against what it must never contain."""
    assert check_message({"text": message.text, "blocks": list(message.blocks)})
    assert 0 < len(message.blocks) <= 50
    assert blocks.length(message.blocks) <= 9_000
    assert 0 < len(message.text) <= 300
    assert not set(message.text) & set("<>")
    for text in _texts(message):
        assert 0 < len(text) <= 3_000
        assert not turning(text)
        links = re.findall(r"<([^<>|]*)\|([^<>|]*)>", text)
        assert len(links) == text.count("<")
        foreign = [(url, label) for url, label in links if not url.startswith(LINKS.base + "/do/")]
        assert all(url.startswith("https://") and label in url for url, label in foreign)


def _texts(message: SlackMessage) -> list[str]:
    found: list[str] = []
    for block in message.blocks:
        match block:
            case {"text": {"text": str(text)}} | {"elements": [{"text": str(text)}]}:
                found.append(text)
    return found
