"""What a delivery says in one Slack message: a story's root, a reply to it, a digest, a word to operators."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.alerts import blocks
from monitor.alerts.blocks import Block
from monitor.alerts.clean import from_right, visible
from monitor.alerts.digest import Item, fold, is_digest, reports_shown
from monitor.alerts.errand_words import changes, standing
from monitor.alerts.errands import Offer
from monitor.alerts.foreign import direction, marked
from monitor.alerts.operator_wording import OperatorWording
from monitor.alerts.wording import Wording
from monitor.model import (
    Delivery,
    EarlierStory,
    Edit,
    FigureClaim,
    NearLine,
    Notice,
    OperatorNotice,
    Refresh,
    ReportLine,
)

EDITS_IN_DIGEST = 2  # changed sentences of one story
CLAIMS_IN_DIGEST = 4  # figures of one story side by side
FALLBACK_LIMIT = 300  # a push notification shows about 150 characters
HEADLINE_LIMIT = 600  # characters after escaping
ROLE_LIMIT = 300  # characters after escaping; agencies and outlets are named in it
CLAIM_LIMIT = 600  # characters of a figure's sentence after escaping; several stand side by side
STATE_LIMIT = 400
QUOTE_LIMIT = 1_200  # characters after escaping: 280 of the worst kind, in which every sign is one of & < >


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """A message as chat.postMessage takes it; *text* is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def slack_message(delivery: Delivery, say: Wording, offered: tuple[Offer, ...] = ()) -> SlackMessage:
    """Return *delivery* as a Slack message within every documented limit; *offered* is what may be asked."""
    if delivery.operator_notices:
        return _operators(delivery.operator_notices, OperatorWording(say.voice))
    items = fold(delivery.notices)
    if is_digest(delivery, items):
        return _digest(delivery, items, say)
    if items[0].notice.discreet:
        return SlackMessage(
            text=blocks.escape_line(say.discreet(items[0]), FALLBACK_LIMIT),
            blocks=(blocks.header(say.discreet(items[0])), blocks.context(say.footer(items[0]))),
        )
    return _story(items[0], say, offered, reply=delivery.root_ref is not None)


def slack_root(refresh: Refresh, say: Wording, offered: tuple[Offer, ...] = ()) -> SlackMessage:
    """Return a story's root message as the story stands now."""
    (item,) = fold(refresh.notices)
    return _story(item, say, offered, reply=False, refresh=refresh)


# --- one story ----------------------------------------------------------------------------------------


def _story(
    item: Item, say: Wording, offered: tuple[Offer, ...], *, reply: bool, refresh: Refresh | None = None
) -> SlackMessage:
    notice = item.notice
    lead = say.lead(notice, reply=reply)
    head = [
        blocks.section(_title(notice, lead, say)) if lead else blocks.header(visible(notice.headline)),
        _source(notice, say),
    ]
    if refresh is not None:
        head += _state(refresh, say)
    foot = [*_offers(notice, say, offered), blocks.context(say.footer(item))]
    body = [
        *([_takes_up(earlier, say)] for earlier in [notice.follows] if earlier),
        *([blocks.section(_edit(notice, edit, say))] for edit in notice.edits),
        *([each] for each in blocks.pack(_claim(figure, say) for figure in notice.disagreement)),
        *([blocks.section(_quoted(notice, quote))] for quote in notice.quotes),
        *([blocks.section(linked)] for linked in [_link(notice, say)] if linked),
        [_why(notice, say)],
        [blocks.section(f"*{say.counts(notice)}*{_languages(notice, say)}")],
        *([each] for each in blocks.pack(_reports(notice, say))),
    ]
    shown = body[: blocks.fitting(body, around=[*head, *foot])]
    return SlackMessage(
        text=blocks.escape_line(_fallback(notice, lead, say), FALLBACK_LIMIT),
        blocks=(*head, *(block for group in shown for block in group), *foot),
    )


def _fallback(notice: Notice, lead: str, say: Wording) -> str:
    outlet = f"{say.name(notice.outlet)} ({say.language_name(notice.language)})"
    return f"{lead}{': ' if lead else ''}{say.name(notice.headline)} · {outlet}"


def _state(refresh: Refresh, say: Wording) -> list[Block]:
    became = blocks.escape(changes(refresh, say.voice), STATE_LIMIT)
    small = blocks.context(blocks.escape(standing(refresh, say.voice), STATE_LIMIT))
    return [blocks.section(f"*{became}*"), small] if became else [small]


def _offers(notice: Notice, say: Wording, offered: tuple[Offer, ...]) -> list[Block]:
    linked = [blocks.own_link(each.url, say.offer(each.kind)) for each in offered if each.url]
    if linked:
        return [blocks.context(" · ".join(linked))]
    named = [(each.kind.value, say.offer(each.kind)) for each in offered]
    return [blocks.buttons(named, str(notice.story))] if named else []


def _title(notice: Notice, lead: str, say: Wording) -> str:
    if lead:
        return f"*{lead}:* {_bold(notice.headline, HEADLINE_LIMIT, say)}"
    return f"*{_sentence(notice.headline, HEADLINE_LIMIT, say)}*"


def _bold(name: str, limit: int, say: Wording) -> str:
    """Return a stranger's name in bold; what sets it apart stands within the asterisks."""
    return f"*{say.name(blocks.escape(name, limit))}*"


def _source(notice: Notice, say: Wording) -> Block:
    source = say.source(notice.language, _bold(notice.outlet, 200, say))
    role = blocks.escape_line(say.role_of_article(notice), ROLE_LIMIT)
    parts = [source, role, say.seen(notice)]
    return blocks.context(" · ".join(part for part in parts if part))


def _takes_up(earlier: EarlierStory, say: Wording) -> Block:
    return blocks.context(say.takes_up(earlier, _bold(earlier.title, 240, say)))


def _quoted(notice: Notice, quote: str) -> str:
    return f">{blocks.emphasise(marked(quote, notice.matched), QUOTE_LIMIT)}"


def _edit(notice: Notice, edit: Edit, say: Wording) -> str:
    # A sentence that runs the other way stands on a line of its own.
    after = " " if direction(notice.language) == say.voice.direction else "\n>"
    lines = say.edit_lines(edit)
    return "\n".join(
        f">{_soft(f'{side}:', say)}{after}{_sentence(sentence, QUOTE_LIMIT, say)}"
        for side, sentence, _ in lines
    )


def _sentence(text: str, limit: int, say: Wording) -> str:
    """Return a stranger's words on a line of their own, at the side of our lines around it."""
    return from_right(say.name(blocks.escape(text, limit)))


def _soft(words: str, say: Wording) -> str:
    """Return our own words less loud: in italics, where the script has them."""
    return words if say.voice.runs_left else f"_{words}_"


def _claim(figure: FigureClaim, say: Wording) -> str:
    outlet = say.name(blocks.escape(figure.outlet, 160))
    # The sentence stands on a line of its own, so that an Arabic one runs its own way.
    return f">*{say.claim(figure)}* · {outlet}\n>{_sentence(figure.quote, CLAIM_LIMIT, say)}"


def _link(notice: Notice, say: Wording) -> str:
    linked = blocks.link(notice.url)
    return say.read_at(linked) if linked else ""


def _why(notice: Notice, say: Wording) -> Block:
    matched = blocks.escape_part(say.names(notice.matched), 800)
    return blocks.context(_topics(notice, 600, say) + (f" · {say.matched(matched)}" if matched else ""))


def _topics(notice: Notice, limit: int, say: Wording) -> str:
    """Return the topics, in bold; a line that runs from the right begins with our own word."""
    topics = f"*{blocks.escape_part(say.names(notice.topics), limit) or '—'}*"
    return say.topics(topics) if say.voice.runs_left else topics


def _languages(notice: Notice, say: Wording) -> str:
    return f" · {blocks.escape(say.languages(notice), 400)}" if notice.languages else ""


def _reports(notice: Notice, say: Wording) -> list[str]:
    shown = reports_shown(notice)
    lines = [_report(report, say) for report in shown]
    left = len(notice.reports) - len(shown)
    return [*lines, say.more_reports(left)] if left else lines


def _report(report: ReportLine, say: Wording) -> str:
    role = say.role(report)
    parts = [
        say.short_moment(report.seen_at),  # first, so that an Arabic name does not turn the line round
        _bold(report.outlet, 160, say),
        say.language_name(report.language),
        role and _soft(blocks.escape_line(role, ROLE_LIMIT), say),
        blocks.link(report.url, 700),
    ]
    title = _sentence(report.title, 240, say)
    return "• " + " · ".join(part for part in parts if part) + (f"\n      {title}" if title else "")


# --- digests ------------------------------------------------------------------------------------------


def _digest(delivery: Delivery, items: tuple[Item, ...], say: Wording) -> SlackMessage:
    title = say.digest_title(delivery.frequency, items)
    heard = delivery.completeness
    head = [blocks.header(title), *([blocks.context(say.completeness(heard))] if heard else [])]
    more = [blocks.context(say.more_stories(len(items)))]  # its longest form
    groups = [[blocks.divider(), *_item(item, say)] for item in items]
    kept = blocks.fitting(groups, around=[*head, *more])
    body = [block for group in groups[:kept] for block in group]
    left = len(items) - kept
    foot = [blocks.context(say.more_stories(left))] if left else []
    whole = [*head, *body, *foot]
    near = _near(delivery.near_misses, say)
    if not blocks.fitting([near], around=whole):
        near = []  # on a full day stories come first
    return SlackMessage(text=blocks.escape(title, FALLBACK_LIMIT), blocks=(*whole, *near))


def _item(item: Item, say: Wording) -> list[Block]:
    notice = item.notice
    if notice.discreet:
        line = f"*{blocks.escape_line(say.discreet(item), HEADLINE_LIMIT)}*"
        return [blocks.section(line), blocks.context(say.footer(item))]
    lead = say.lead(notice, reply=False)
    lines = [
        _title(notice, lead, say),
        # alone: a number behind an Arabic name would be read as part of it
        say.source(notice.language, _bold(notice.outlet, 200, say)),
        f"{say.counts(notice)}{_languages(notice, say)}",
        *(_edit(notice, edit, say) for edit in notice.edits[:EDITS_IN_DIGEST]),
        *(_claim(figure, say) for figure in notice.disagreement[:CLAIMS_IN_DIGEST]),
        *(_quoted(notice, quote) for quote in notice.quotes[:1]),
    ]
    small = [
        blocks.link(notice.url, 700),
        notice.topics and _topics(notice, 300, say),
        blocks.escape(say.footer(item), 300),
    ]
    if say.voice.runs_left:
        small.reverse()  # our own words first
    return [*blocks.pack(lines), blocks.context(" · ".join(part for part in small if part))]


def _near(lines: tuple[NearLine, ...], say: Wording) -> list[Block]:
    if not lines:
        return []
    told = [f"*{say.near_title}*", *(_near_line(line, say) for line in lines)]
    return [blocks.divider(), *blocks.pack(told), blocks.context(say.near_explained)]


def _near_line(line: NearLine, say: Wording) -> str:
    parts = [
        say.near(line),  # first, so that an Arabic title does not turn the line round
        say.language_name(line.language),
        _bold(line.outlet, 160, say),
        blocks.link(line.url, 700),
    ]
    return "• " + " · ".join(part for part in parts if part) + f"\n      {_sentence(line.headline, 240, say)}"


# --- operators ----------------------------------------------------------------------------------------


def _operators(notices: tuple[OperatorNotice, ...], say: OperatorWording) -> SlackMessage:
    title = say.title(notices)
    more = [blocks.context(say.more(len(notices)))]  # its longest form
    head, foot = [blocks.header(title)], [blocks.context(blocks.escape(say.footer(notices), 600))]
    groups = [_trouble(notice, say, alone=len(notices) == 1) for notice in notices]
    kept = blocks.fitting(groups, around=[*head, *more, *foot])
    body = [block for group in groups[:kept] for block in group]
    left = [blocks.context(say.more(len(notices) - kept))] if kept < len(notices) else []
    return SlackMessage(text=blocks.escape_line(title, FALLBACK_LIMIT), blocks=(*head, *body, *left, *foot))


def _trouble(notice: OperatorNotice, say: OperatorWording, *, alone: bool) -> list[Block]:
    lead = "" if alone else f"*{blocks.escape_line(say.label(notice), 300)}*\n"
    small = [say.when(notice), blocks.escape_line(say.remedy(notice), 600)]
    return [
        blocks.section(lead + (blocks.escape_line(say.detail(notice), 1_200) or "—")),
        blocks.context(" · ".join(part for part in small if part)),
    ]
