"""News whose every word is a stranger's: what messages must stay themselves in spite of."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from monitor.model import AlertKind, Edit, Frequency, Notice, ReportLine, Role
from tests.alerts.samples import NOTICE, NOW, REPORTS, delivery

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


def filled_with(text: str, frequency: Frequency) -> list[Notice]:
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
