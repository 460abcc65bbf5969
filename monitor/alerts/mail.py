"""What a delivery says by mail: the same words as plain text and as HTML, before there are headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.alerts.clean import clean_header, visible
from monitor.alerts.digest import Item, fold, is_digest
from monitor.alerts.errands import Offer
from monitor.alerts.growth import growth
from monitor.alerts.layouts import SHIPPED, Layouts
from monitor.alerts.operator_wording import OperatorWording
from monitor.alerts.wording import Wording, story_title
from monitor.model import Delivery, OperatorNotice

MAX_PICTURES = 6  # of some hundred bytes each; who reads on has seen enough of them
MAIL_NOTICES = 200  # of operators' notices; a mail may be long, a screen must still open it


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG that a mail brings along; its page names it as `cid:NAME`."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """A mail before its headers."""

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...] = ()


def email_message(
    delivery: Delivery, say: Wording, layouts: Layouts = SHIPPED, offered: tuple[Offer, ...] = ()
) -> MailParts:
    """Return *delivery* as a mail that reads well in a webmail, on a phone, in the dark and in a terminal.

    *offered* is what its reader may ask for, by links.
    """
    if delivery.operator_notices:
        return _operators(delivery.operator_notices, say, layouts)
    items = fold(delivery.notices)
    pictures: tuple[tuple[Item, Picture], ...] = ()
    if is_digest(delivery, items):
        title = say.digest_title(delivery.frequency, items)
        subject = f"{say.voice.listed((title, say.short_moment(delivery.first_attempt_at)))} "
        subject += say.voice.zone_name(delivery.first_attempt_at)
        layout = "digest"
        pictures = tuple(_pictures(delivery, items))
    elif items[0].notice.discreet:
        title = subject = say.discreet(items[0])
        layout = "discreet"
    else:
        title = visible(items[0].notice.headline)
        reply = "Re: " if delivery.root_ref is not None else ""
        subject = reply + story_title(items[0].notice)
        layout = "story"
    words: dict[str, object] = {
        "title": title,
        "items": items,
        "item": items[0] if items else None,
        "reply": delivery.root_ref is not None,
        "completeness": say.completeness(delivery.completeness) if delivery.completeness else "",
        "near_misses": delivery.near_misses,
        "offered": offered,
        "pictures": {item.notice.story: picture for item, picture in pictures},
    }
    mail = _mail(layout, subject, words, say, layouts)
    return replace(mail, pictures=tuple(picture for _, picture in pictures))


def _pictures(delivery: Delivery, items: Sequence[Item]) -> Iterator[tuple[Item, Picture]]:
    """Yield how the first stories of a digest grew, where a picture says more than the counts."""
    for item in items[:MAX_PICTURES]:
        png = None if item.notice.discreet else growth(item.notice)
        if png is not None:
            yield item, Picture(name=f"growth-{item.notice.story}.{delivery.key}@monitor.invalid", png=png)


def _operators(notices: tuple[OperatorNotice, ...], say: Wording, layouts: Layouts) -> MailParts:
    title = OperatorWording(say.voice).title(notices)
    words: dict[str, object] = {"title": title, "notices": notices, "shown": notices[:MAIL_NOTICES]}
    return _mail("operators", title, words, say, layouts)


def _mail(layout: str, subject: str, words: dict[str, object], say: Wording, layouts: Layouts) -> MailParts:
    words |= {"say": say, "operators": OperatorWording(say.voice)}
    return MailParts(
        subject=clean_header(subject),
        text=layouts.render(f"{layout}.txt.j2", words),
        html=layouts.render(f"{layout}.html.j2", words),
    )
