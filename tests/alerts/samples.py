"""Notices, deliveries and articles that several tests of alerts and channels are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alerts.notice import build_discreet
from monitor.model import (
    AlertKind,
    Article,
    Completeness,
    CopyKind,
    Delivery,
    EarlierStory,
    Edit,
    Evidence,
    FigureClaim,
    FigureRole,
    Frequency,
    Hedge,
    LinkEvidence,
    NearLine,
    Notice,
    OperatorFacts,
    OperatorNotice,
    ReportLine,
    Role,
    SilenceKind,
)

TROUBLES = (
    AlertKind.SOURCE_SILENT,
    AlertKind.SOURCE_GONE,
    AlertKind.SOURCE_BACK,
    AlertKind.DELIVERY_DEAD,
    AlertKind.NETWORK_AWAY,
    AlertKind.NETWORK_BACK,
    AlertKind.TOPIC_SURGE,
    AlertKind.TOPIC_CALM,
    AlertKind.TEST,
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
        kind=CopyKind.VERBATIM,
        confirms=False,
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

SAME = LinkEvidence(kind="names", score=0.61, shared=("Кадыров / Kadyrov", "Rainbow Railroad"))
FOLLOW_UP = replace(
    NOTICE,
    links=(SAME, LinkEvidence(kind="numbers", score=0.5, shared=("35",))),
    follows=EarlierStory(
        story=3,
        title="Canada takes in first group of <gay> men from Chechnya",
        last_report_at=NOW - timedelta(days=61),
        score=0.91,
        evidence=(SAME,),
    ),
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


def delivery(*notices: Notice, empty: bool = False, **changes: Any) -> Delivery:
    """Return the first attempt at an immediate root message, but for *changes*; *empty* tells no news."""
    made = Delivery(
        id=9,
        key="delivery-9-1731381267",
        destination="desk",
        attempts=1,
        created_at=NOW - timedelta(seconds=2),
        first_attempt_at=NOW,
        notices=() if empty else notices or (NOTICE,),
        frequency=Frequency.IMMEDIATE,
    )
    return replace(made, **changes)


CLAIMS = (
    FigureClaim(
        outlet="Maple Wire", language="en", role=FigureRole.HELPED, unit="people", low=35, high=35,
        hedge=Hedge.ABOUT, quote="The charity has helped about 35 people since April.", at=NOW,
    ),
    FigureClaim(
        outlet="Kabar Nusa", language="id", role=FigureRole.HELPED, unit="people", low=31, high=31,
        hedge=None, quote="Sebanyak 31 orang telah dibantu.", at=NOW + timedelta(minutes=22),
    ),
    FigureClaim(
        outlet="صوت الميناء", language="ar", role=FigureRole.HELPED, unit="families", low=40, high=60,
        hedge=Hedge.AT_LEAST, quote="ساعدت المنظمة ما لا يقل عن أربعين عائلة.", at=NOW,
    ),
    FigureClaim(
        outlet="Post", language="de", role=FigureRole.KILLED, unit="people", low=1, high=1,
        hedge=Hedge.AT_MOST, quote="Höchstens einer kam um.", at=None,
    ),
)  # fmt: skip

DISCREET = build_discreet(alert=40, kind=AlertKind.NEW_STORY, story=7, code_name="Willow", score=9.0, now=NOW)


def every_delivery() -> list[Delivery]:
    """Return a message of every kind, each under a key that names it: news, digests, troubles."""
    further = [kind for kind in AlertKind if kind not in (AlertKind.NEW_STORY, *TROUBLES, AlertKind.DIGEST)]
    differing = (AlertKind.FIGURES_DIFFER, AlertKind.FIGURES_UPDATED)
    news = [
        replace(
            CORRECTED if kind in (AlertKind.CORRECTION, AlertKind.FIGURE) else INDONESIAN,
            kind=kind,
            country="ID" if kind is AlertKind.NEW_COUNTRY else "",
            disagreement=CLAIMS if kind in differing else (),
        )
        for kind in further
    ]
    heard = Completeness(polled=112, failing=3, quiet=2, gone=1, total=117)
    near = NearLine(
        headline="Two sailors ask for asylum", url="https://a.example/two", outlet="Pier News",
        language="und", missing=1.0, likeness=0.0,
    )  # fmt: skip
    lines = (near, replace(near, missing=2.5), replace(near, missing=0.0, likeness=0.31))
    many = replace(NOTICE, reports=REPORTS * 6, independent=0)
    digests = [
        delivery(
            many, ARABIC, DISCREET, *news, key=each, frequency=each, completeness=heard, near_misses=lines
        )
        for each in Frequency
    ]
    return [
        delivery(NOTICE, key="new_story"),
        delivery(replace(NOTICE, language="und", published_at=None), key="unknown_language"),
        delivery(many, key="long_story"),
        delivery(FOLLOW_UP, key="follow_up"),
        *(delivery(each, key=each.kind, root_ref="1731381267.000100") for each in news),
        delivery(DISCREET, key="discreet_story"),
        delivery(replace(DISCREET, kind=AlertKind.NEW_REPORT), key="discreet_report"),
        *digests,
        delivery(key="empty_digest", frequency=Frequency.DAILY, completeness=heard, empty=True),
        *_troubles(),
    ]


def _troubles() -> list[Delivery]:
    def told(kind: AlertKind, **facts: Any) -> OperatorNotice:
        return OperatorNotice(
            alert=50, kind=kind, subject="Kavkaz News", since=NOW, facts=OperatorFacts(**facts)
        )

    later = NOW + timedelta(hours=5)
    notices = [
        told(AlertKind.SOURCE_SILENT, silence=SilenceKind.FAILING, reason="http 500, 3 polls in a row"),
        told(AlertKind.SOURCE_SILENT, silence=SilenceKind.QUIET),
        told(AlertKind.SOURCE_GONE, silence=SilenceKind.GONE),
        told(AlertKind.SOURCE_BACK, ended_at=later),
        told(AlertKind.DELIVERY_DEAD, delivery=12, destination="desk"),
        told(AlertKind.NETWORK_AWAY, asked=2000, unreached=1996, reason="dns"),
        told(AlertKind.NETWORK_BACK, asked=2000, unreached=1996, reason="dns", ended_at=later),
        told(AlertKind.TOPIC_SURGE, recent=60, usual=0.51),
        told(AlertKind.TOPIC_CALM, ended_at=later),
        told(AlertKind.TEST),
    ]
    alone = [
        delivery(key=f"trouble_{place}", operator_notices=(each,), empty=True)
        for place, each in enumerate(notices)
    ]
    many = tuple(notices * 40)
    return [*alone, delivery(key="troubles", operator_notices=many, empty=True)]


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
