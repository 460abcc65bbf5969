"""What a delivery says, in Slack and by mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import blocks
from monitor.alerts.mail import MailParts
from monitor.alerts.slack import SlackMessage
from monitor.model import AlertKind, Delivery, Edit, Frequency, NearLine, Notice, ReportLine, Role
from tests.alerts.samples import ARABIC, CORRECTED, INDONESIAN, NOTICE, NOW, REPORTS, delivery
from tests.alerts.spoken import email_message, slack_message
from tests.alerts.test_clean import BIDI

ROOT = delivery(NOTICE)
REPLY = delivery(INDONESIAN, root_ref="1731381267.000100")
DIGEST = delivery(NOTICE, replace(ARABIC, story=8), frequency=Frequency.DAILY)


def told(message: SlackMessage) -> str:
    """Return all that a Slack message shows."""
    return blocks.plain(message.blocks)


# --- Slack --------------------------------------------------------------------------------------------


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


NASTY = (
    "<!channel> <!here> <@U1> & <https://evil.example|https://bbc.co.uk>",
    "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "*" * 300,
    "&" * 300,
    "<" * 3_000,
    "a\u202eb\u2066c" * 200,
    "a\r\n\r\n> b\n\n",
    "é" * 3_000,
    "🏳️‍🌈" * 200,
    "x " * 2_000,
    "",
)
HOSTILE = st.text(max_size=500) | st.sampled_from(NASTY)
URLS = st.sampled_from(
    [
        "https://example.org/" + "&" * 1_900,
        "javascript:x",
        "https://a.example/|>",
        "https://b.example/?q=1&r=2",
        "",
    ]
)
LINES = st.builds(
    ReportLine,
    outlet=HOSTILE,
    language=st.sampled_from(["en", "ar", "und", "<x>"]),
    title=HOSTILE,
    url=URLS,
    role=st.sampled_from(Role),
    seen_at=st.just(NOW),
    agencies=st.lists(HOSTILE, max_size=2).map(tuple),
    retells=HOSTILE,
    confirms=st.booleans(),
)
NOTICES = st.builds(
    Notice,
    alert=st.integers(1, 10**9),
    kind=st.sampled_from(AlertKind),
    story=st.integers(1, 10**9),
    topics=st.lists(HOSTILE, max_size=3).map(tuple),
    headline=HOSTILE,
    url=URLS,
    outlet=HOSTILE,
    language=st.sampled_from(["en", "ar", "und", '"><script>']),
    seen_at=st.just(NOW),
    published_at=st.sampled_from([None, NOW]),
    score=st.floats(0, 99),
    quotes=st.lists(HOSTILE, max_size=3).map(tuple),
    matched=st.lists(HOSTILE, max_size=5).map(tuple),
    reports=st.lists(LINES, max_size=12).map(tuple),
    outlets=st.integers(0, 99),
    independent=st.integers(0, 99),
    languages=st.lists(st.sampled_from(["en", "ar", "<x>"]), max_size=3).map(tuple),
    edits=st.lists(st.builds(Edit, before=HOSTILE, after=HOSTILE), max_size=4).map(tuple),
)
DELIVERIES = st.builds(
    lambda notices, frequency, root: delivery(*notices, frequency=frequency, root_ref=root),
    st.lists(NOTICES, min_size=1, max_size=12),
    st.sampled_from(Frequency),
    st.sampled_from([None, "1731381267.000100"]),
)


@settings(max_examples=60, deadline=None)
@given(DELIVERIES)
def test_no_notice_breaks_slacks_limits_or_calls_anybody(sample: Delivery) -> None:
    check_slack(slack_message(sample))


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("text", NASTY)
def test_the_worst_of_all_fields_at_once_is_a_message_still(text: str, frequency: Frequency) -> None:
    check_slack(slack_message(delivery(*_filled_with(text, frequency), frequency=frequency)))


def _filled_with(text: str, frequency: Frequency) -> list[Notice]:
    """Return a story, or thirty for a digest, that hold *text* wherever a stranger can put it."""
    worst = replace(
        NOTICE,
        topics=(text,) * 3,
        headline=text,
        outlet=text,
        quotes=(text,) * 3,
        matched=(text[:60],) * 3,
        url="https://example.org/" + "&" * 1_900,
        reports=tuple(
            replace(REPORTS[2], outlet=text, title=text, agencies=(text,), retells=text, confirms=False)
            for _ in range(40)
        ),
        languages=("en",) * 40,
        edits=(Edit(before=text, after=text),) * 4,
    )
    return [replace(worst, story=n) for n in range(1 if frequency is Frequency.IMMEDIATE else 30)]


def check_slack(message: SlackMessage) -> None:
    """Hold a message against Slack's documented limits, and against what it must never contain."""
    assert 0 < len(message.blocks) <= 50
    assert blocks.length(message.blocks) <= 9_000
    assert 0 < len(message.text) <= 300
    assert not set(message.text) & set("<>")
    for text in _texts(message):
        assert 0 < len(text) <= 3_000
        assert not BIDI & set(text)
        links = re.findall(r"<([^<>|]*)\|([^<>|]*)>", text)
        assert len(links) == text.count("<")
        assert all(url.startswith("https://") and label in url for url, label in links)


def _texts(message: SlackMessage) -> list[str]:
    found: list[str] = []
    for block in message.blocks:
        match block:
            case {"text": {"text": str(text)}} | {"elements": [{"text": str(text)}]}:
                found.append(text)
    return found


# --- mail ---------------------------------------------------------------------------------------------


def test_a_mail_tells_the_same_in_plain_text() -> None:
    mail = email_message(ROOT)
    assert mail.subject == NOTICE.headline
    assert mail.text.startswith(f"{NOTICE.headline}\n\nIn English, from Maple Wire · copied by others\n")
    assert "> *Rainbow Railroad* has brought 35 *gay* and *lesbian* people out of" in mail.text
    assert "https://maplewire.example/2024/11/rainbow-railroad-35\n" in mail.text
    assert "4 outlets, 3 independent reports · English, Indonesian, Arabic" in mail.text
    assert "- 12 Nov, 03:18 · Harbour Daily · English · copy, not confirmation\n" in mail.text
    assert mail.text.endswith("\n-- \nalert 17 · story 5\n")
    assert max(map(len, mail.text.splitlines())) <= 78


def test_a_reply_bears_the_roots_subject_so_that_it_is_threaded() -> None:
    assert email_message(REPLY).subject == f"Re: {email_message(ROOT).subject}"


def test_a_digest_says_what_it_holds_in_its_subject() -> None:
    mail = email_message(DIGEST)
    assert mail.subject == "Daily digest: 2 stories, 2 alerts, 12 Nov, 03:14 UTC"
    assert "\n1. Toronto charity" in mail.text
    assert "\n2. منظمة كندية" in mail.text


def test_arabic_is_set_from_the_right_and_english_around_it_from_the_left() -> None:
    page = email_message(delivery(replace(ARABIC, story=8))).html
    assert '<html lang="en" dir="ltr">' in page
    assert re.search(r'<h1 [^>]*lang="ar" dir="rtl"[^>]*text-align:right', page)
    assert re.search(r'<blockquote [^>]*lang="ar" dir="rtl"[^>]*border-right', page)
    assert '<strong class="hit"' in page


@pytest.mark.parametrize("sample", [ROOT, DIGEST])
def test_a_mail_loads_nothing_and_runs_nothing(sample: Delivery) -> None:
    page = email_message(sample).html
    assert page.count("<img ") == page.count('<img src="cid:')
    assert not re.search(
        r"<(script|link|iframe|object|form|svg)\b|url\(|@import|https?://[^\"]*\.(png|gif)", page
    )


@pytest.mark.parametrize("sample", [ROOT, REPLY, DIGEST])
def test_a_mail_is_well_formed_and_small_enough_for_gmail(sample: Delivery) -> None:
    page = email_message(sample).html
    assert len(page.encode()) < 100_000  # Gmail cuts at 102 kB
    assert _Tags(page).problems == []


@settings(max_examples=40, deadline=None)
@given(DELIVERIES)
def test_no_notice_becomes_markup_in_a_mail(sample: Delivery) -> None:
    check_mail(email_message(sample))


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("text", NASTY)
def test_the_worst_of_all_fields_at_once_is_a_mail_still(text: str, frequency: Frequency) -> None:
    check_mail(email_message(delivery(*_filled_with(text, frequency), frequency=frequency)))


def check_mail(mail: MailParts) -> None:
    """Hold a mail against what strangers' text must never do in it."""
    tags = _Tags(mail.html)
    assert tags.problems == []
    assert tags.names <= _OWN_TAGS
    assert all(link.startswith(("https://", "cid:growth-")) for link in tags.links)
    assert not BIDI & set(mail.html + mail.text)
    assert "\r" not in mail.text
    assert not {"\n", "\r"} & set(mail.subject)


_VOID = {"meta", "br", "img"}
_OWN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "h2", "span"),
    *("strong", "bdi", "br", "blockquote", "a", "img"),
}


class _Tags(HTMLParser):
    """Reads a page and notes its tags, its links and what is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.problems += [f"{name} is not closed" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.problems += [f"{tag} has {name}" for name, _ in attrs if name.startswith("on")]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"{tag} closes what it did not open")
