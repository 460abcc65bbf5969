"""Notices, deliveries and articles that several tests of alerts and channels are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    AlertKind,
    Article,
    Delivery,
    Edit,
    Evidence,
    Frequency,
    Notice,
    ReportLine,
    Role,
)

NOW = datetime(2024, 11, 12, 3, 14, 27, tzinfo=UTC)

REPORTS = (
    ReportLine(
        outlet="Maple Wire",
        language="en",
        title="Toronto charity says 35 people fled Chechnya with its help",
        url="https://maplewire.example/2024/11/rainbow-railroad-35",
        role=Role.ORIGINAL,
        seen_at=NOW,
    ),
    ReportLine(
        outlet="Harbour Daily",
        language="en",
        title="Toronto charity says 35 people fled Chechnya with its help",
        url="https://harbourdaily.example/world/35-fled?id=7&page=2",
        role=Role.COPY,
        seen_at=NOW + timedelta(minutes=4),
    ),
    ReportLine(
        outlet="Kabar Nusa",
        language="id",
        title="Lembaga Kanada bantu 35 orang LGBT keluar dari Chechnya",
        url="https://kabarnusa.example/dunia/chechnya-kanada",
        role=Role.REPORT,
        seen_at=NOW + timedelta(minutes=22),
    ),
    ReportLine(
        outlet="صوت الميناء",
        language="ar",
        title="منظمة كندية تقول إنها ساعدت 35 شخصا على مغادرة الشيشان",
        url="https://sawtalmina.example/news/4411",
        role=Role.REPORT,
        seen_at=NOW + timedelta(minutes=41),
    ),
)

NOTICE = Notice(
    alert=17,
    kind=AlertKind.NEW_STORY,
    story=5,
    topics=("Flight and asylum of LGBT people", "Persecution in Chechnya"),
    headline=REPORTS[0].title,
    url=REPORTS[0].url,
    outlet="Maple Wire",
    language="en",
    seen_at=NOW,
    published_at=NOW - timedelta(minutes=34),
    score=18.0,
    quotes=(
        (
            "Rainbow Railroad has brought 35 gay and lesbian people out of Chechnya since April, and 31 of "
            "them have landed in Canada, its director said on Monday."
        ),
        "Another 40 wait in safe houses outside the republic until their asylum papers are ready.",
    ),
    matched=("Rainbow Railroad", "gay", "lesbian", "Chechnya", "asylum", "safe houses"),
    reports=REPORTS,
    outlets=4,
    independent=3,
    languages=("en", "id", "ar"),
)

INDONESIAN = replace(
    NOTICE,
    alert=23,
    kind=AlertKind.NEW_REPORT,
    headline=REPORTS[2].title,
    url=REPORTS[2].url,
    outlet="Kabar Nusa",
    language="id",
    seen_at=REPORTS[2].seen_at,
    published_at=None,
    quotes=(
        (
            "Direktur Rainbow Railroad menyebut 31 orang LGBT dari Chechnya sudah tiba di Kanada, sementara "
            "puluhan lainnya masih menunggu di rumah aman."
        ),
    ),
    matched=("Rainbow Railroad", "LGBT", "Chechnya", "rumah aman"),
)

ARABIC = replace(
    NOTICE,
    alert=31,
    kind=AlertKind.NEW_REPORT,
    headline=REPORTS[3].title,
    url=REPORTS[3].url,
    outlet="صوت الميناء",
    language="ar",
    seen_at=REPORTS[3].seen_at,
    quotes=(
        (
            "قال مدير المنظمة إن 31 من المثليين الذين فروا من الشيشان وصلوا إلى كندا، فيما ينتظر أربعون "
            "آخرون في بيوت آمنة إلى أن تكتمل أوراق اللجوء."
        ),
    ),
    matched=("المثليين", "الشيشان", "بيوت آمنة", "اللجوء"),
)

CORRECTED = replace(
    NOTICE,
    alert=35,
    kind=AlertKind.CORRECTION,
    quotes=(),
    edits=(
        Edit(before="", after="Correction: An earlier version of this article said that 36 people had left."),
        Edit(before="The charity helped 36 people <in all>.", after="The charity helped 35 people <in all>."),
        Edit(before="Four of them were turned back.", after=""),
    ),
)


def delivery(*notices: Notice, **changes: Any) -> Delivery:
    """Return the first attempt at an immediate root message, but for *changes*."""
    made = Delivery(
        id=9,
        key="delivery-9-1731381267",
        destination="desk",
        attempts=1,
        created_at=NOW - timedelta(seconds=2),
        first_attempt_at=NOW,
        notices=notices or (NOTICE,),
        frequency=Frequency.IMMEDIATE,
    )
    return replace(made, **changes)


def article(**changes: Any) -> Article:
    """Return the article of `NOTICE`, but for *changes*."""
    made = Article(
        id=101,
        url=NOTICE.url,
        title=NOTICE.headline,
        text=" ".join(NOTICE.quotes),
        language="en",
        outlet="Maple Wire",
        source="maplewire.example",
        seen_at=NOW,
        published_at=NOTICE.published_at,
    )
    return replace(made, **changes)


def evidence(of: Article, *words: str, concept: str = "") -> tuple[Evidence, ...]:
    """Return evidence for the first place of each word in the text of *of*."""
    base = len(of.title) + 1 if of.title else 0
    places = ((word, of.text.index(word) + base) for word in words)
    return tuple(
        Evidence(concept=concept or word.casefold(), text=word, start=start, end=start + len(word))
        for word, start in places
    )
