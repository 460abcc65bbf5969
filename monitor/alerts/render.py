"""What a delivery says, in one Slack message or one mail: a story's root, a reply to it, or a digest."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts import blocks, operators, wording
from monitor.alerts.blocks import Block
from monitor.alerts.clean import clean_header, clip, safe_url, shown_host, visible
from monitor.alerts.digest import Item, fold
from monitor.model import Delivery, Edit, FigureClaim, Frequency, NearLine, Notice, OperatorNotice, ReportLine

REPORTS_SHOWN = 8  # what can be taken in at a glance; the rest is counted
EDITS_IN_DIGEST = 2  # changed sentences of one story
CLAIMS_IN_DIGEST = 4  # figures of one story side by side
FALLBACK_LIMIT = 300  # a push notification shows about 150 characters
HEADLINE_LIMIT = 600  # characters after escaping
CLAIM_LIMIT = 600  # characters of a figure's sentence after escaping; several stand side by side
QUOTE_LIMIT = 1_200  # characters after escaping: 280 of the worst kind, in which every sign is one of & < >
MAIL_NOTICES = 200  # of operators' notices; a mail may be long, a screen must still open it
TEXT_WIDTH = 76  # RFC 5322 2.1.1 asks for at most 78


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """A message as chat.postMessage takes it; *text* is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """A mail before its headers: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


# --- Slack --------------------------------------------------------------------------------------------


def slack_message(delivery: Delivery) -> SlackMessage:
    """Return *delivery* as a Slack message that respects every documented limit."""
    if delivery.operator_notices:
        return _slack_operators(delivery.operator_notices)
    items = fold(delivery.notices)
    if _is_digest(delivery, items):
        return _slack_digest(delivery, items)
    if items[0].notice.discreet:
        return SlackMessage(
            text=blocks.escape(wording.discreet(items[0]), FALLBACK_LIMIT),
            blocks=(blocks.header(wording.discreet(items[0])), blocks.context(wording.footer(items[0]))),
        )
    return _slack_story(items[0], reply=delivery.root_ref is not None)


def _is_digest(delivery: Delivery, items: tuple[Item, ...]) -> bool:
    return delivery.frequency is not Frequency.IMMEDIATE or len(items) > 1


def _slack_story(item: Item, *, reply: bool) -> SlackMessage:
    notice = item.notice
    lead = wording.lead(notice, reply=reply)
    head = [_slack_title(notice, lead) if lead else blocks.header(notice.headline), _slack_source(notice)]
    foot = [blocks.context(wording.footer(item))]
    body = [
        *([blocks.section(_slack_edit(edit))] for edit in notice.edits),
        *([each] for each in blocks.pack(map(_slack_claim, notice.disagreement))),
        *([blocks.section(_slack_quoted(notice, quote))] for quote in notice.quotes),
        *([blocks.section(linked)] for linked in [_slack_link(notice)] if linked),
        [_slack_why(notice)],
        [blocks.section(f"*{wording.counts(notice)}*{_languages(notice)}")],
        *([each] for each in blocks.pack(_slack_reports(notice))),
    ]
    shown = body[: blocks.fitting(body, around=[*head, *foot])]
    outlet = f"{notice.outlet} ({wording.language_name(notice.language)})"
    return SlackMessage(
        text=blocks.escape(f"{lead}{': ' if lead else ''}{notice.headline} · {outlet}", FALLBACK_LIMIT),
        blocks=(*head, *(block for group in shown for block in group), *foot),
    )


def _slack_title(notice: Notice, lead: str) -> Block:
    return blocks.section(f"*{lead}:* *{blocks.escape(notice.headline, HEADLINE_LIMIT)}*")


def _slack_source(notice: Notice) -> Block:
    outlet = blocks.escape(notice.outlet, 200)
    source = f"{wording.in_language(notice.language)}, from *{outlet}*"
    parts = [source, wording.role_of_article(notice), wording.seen(notice)]
    return blocks.context(" · ".join(part for part in parts if part))


def _slack_quoted(notice: Notice, quote: str) -> str:
    return f">{blocks.emphasise(wording.marked(quote, notice.matched), QUOTE_LIMIT)}"


def _slack_edit(edit: Edit) -> str:
    lines = wording.edit_lines(edit)
    return "\n".join(f">_{side}:_ {blocks.escape(sentence, QUOTE_LIMIT)}" for side, sentence in lines)


def _slack_claim(figure: FigureClaim) -> str:
    outlet = blocks.escape(figure.outlet, 160)
    return f">*{wording.claim(figure)}* · {outlet} · {blocks.escape(figure.quote, CLAIM_LIMIT)}"


def _slack_link(notice: Notice) -> str:
    linked = blocks.link(notice.url)
    return f"Read it at {linked}" if linked else ""


def _slack_why(notice: Notice) -> Block:
    topics = blocks.escape(", ".join(notice.topics), 600) or "—"
    matched = blocks.escape(", ".join(notice.matched), 800)
    return blocks.context(f"*{topics}*" + (f" · matched: {matched}" if matched else ""))


def _languages(notice: Notice) -> str:
    return f" · {blocks.escape(wording.languages(notice), 400)}" if notice.languages else ""


def _slack_reports(notice: Notice) -> list[str]:
    shown = reports_shown(notice)
    lines = [_slack_report(report) for report in shown]
    left = len(notice.reports) - len(shown)
    return [*lines, f"… and {wording.count(left, 'more report')}"] if left else lines


def _slack_report(report: ReportLine) -> str:
    role = wording.role(report)
    parts = [
        wording.short_moment(report.seen_at),  # first, so that an Arabic name does not turn the line round
        f"*{blocks.escape(report.outlet, 160)}*",
        wording.language_name(report.language),
        role and f"_{role}_",
        blocks.link(report.url, 700),
    ]
    title = blocks.escape(report.title, 240)
    return "• " + " · ".join(part for part in parts if part) + (f"\n      {title}" if title else "")


def _slack_digest(delivery: Delivery, items: tuple[Item, ...]) -> SlackMessage:
    title = wording.digest_title(delivery.frequency, items)
    heard = delivery.completeness
    head = [blocks.header(title), *([blocks.context(wording.completeness(heard))] if heard else [])]
    more = [blocks.context(f"… and {wording.count(len(items), 'more story')}")]  # its longest form
    groups = [[blocks.divider(), *_slack_item(item)] for item in items]
    kept = blocks.fitting(groups, around=[*head, *more])
    body = [block for group in groups[:kept] for block in group]
    left = len(items) - kept
    foot = [blocks.context(f"… and {wording.count(left, 'more story')}")] if left else []
    whole = [*head, *body, *foot]
    near = _slack_near(delivery.near_misses)
    if not blocks.fitting([near], around=whole):
        near = []  # on a full day stories come first
    return SlackMessage(text=blocks.escape(title, FALLBACK_LIMIT), blocks=(*whole, *near))


def _slack_near(lines: tuple[NearLine, ...]) -> list[Block]:
    if not lines:
        return []
    told = [f"*{wording.NEAR_TITLE}*", *map(_slack_near_line, lines)]
    return [blocks.divider(), *blocks.pack(told), blocks.context(wording.NEAR_EXPLAINED)]


def _slack_near_line(line: NearLine) -> str:
    parts = [
        wording.near(line),  # first, so that an Arabic title does not turn the line round
        wording.language_name(line.language),
        f"*{blocks.escape(line.outlet, 160)}*",
        blocks.link(line.url, 700),
    ]
    return "• " + " · ".join(part for part in parts if part) + f"\n      {blocks.escape(line.headline, 240)}"


def _slack_item(item: Item) -> list[Block]:
    notice = item.notice
    if notice.discreet:
        line = f"*{blocks.escape(wording.discreet(item), HEADLINE_LIMIT)}*"
        return [blocks.section(line), blocks.context(wording.footer(item))]
    source = f"{wording.in_language(notice.language)}, from *{blocks.escape(notice.outlet, 200)}*"
    lines = [
        f"{_slack_lead(notice)}*{blocks.escape(notice.headline, HEADLINE_LIMIT)}*",
        source,  # alone: a number behind an Arabic name would be read as part of it
        f"{wording.counts(notice)}{_languages(notice)}",
        *(_slack_edit(edit) for edit in notice.edits[:EDITS_IN_DIGEST]),
        *map(_slack_claim, notice.disagreement[:CLAIMS_IN_DIGEST]),
        *(_slack_quoted(notice, quote) for quote in notice.quotes[:1]),
    ]
    topics = blocks.escape(", ".join(notice.topics), 300)
    small = [blocks.link(notice.url, 700), topics and f"*{topics}*", blocks.escape(wording.footer(item), 300)]
    return [*blocks.pack(lines), blocks.context(" · ".join(part for part in small if part))]


def _slack_lead(notice: Notice) -> str:
    lead = wording.lead(notice, reply=False)
    return f"*{lead}:* " if lead else ""


def _slack_operators(notices: tuple[OperatorNotice, ...]) -> SlackMessage:
    title = operators.title(notices)
    more = [blocks.context(f"… and {len(notices)} more")]  # its longest form
    head, foot = [blocks.header(title)], [blocks.context(blocks.escape(operators.footer(notices), 600))]
    groups = [_slack_operator_notice(notice, alone=len(notices) == 1) for notice in notices]
    kept = blocks.fitting(groups, around=[*head, *more, *foot])
    body = [block for group in groups[:kept] for block in group]
    left = [blocks.context(f"… and {len(notices) - kept} more")] if kept < len(notices) else []
    return SlackMessage(text=blocks.escape(title, FALLBACK_LIMIT), blocks=(*head, *body, *left, *foot))


def _slack_operator_notice(notice: OperatorNotice, *, alone: bool) -> list[Block]:
    lead = "" if alone else f"*{blocks.escape(operators.label(notice), 300)}*\n"
    small = [operators.when(notice), blocks.escape(notice.remedy, 600)]
    return [
        blocks.section(lead + blocks.escape(notice.detail, 1_200)),
        blocks.context(" · ".join(part for part in small if part)),
    ]


def reports_shown(notice: Notice) -> tuple[ReportLine, ...]:
    """Return the reports that a message lists: the first, which gives the story its title, and the newest."""
    if len(notice.reports) <= REPORTS_SHOWN:
        return notice.reports
    return (notice.reports[0], *notice.reports[-(REPORTS_SHOWN - 1) :])


# --- mail ---------------------------------------------------------------------------------------------


def email_message(delivery: Delivery) -> MailParts:
    """Return *delivery* as a mail that reads well in a webmail, on a phone, in the dark and in a terminal."""
    if delivery.operator_notices:
        return _operators_mail(delivery.operator_notices)
    items = fold(delivery.notices)
    if _is_digest(delivery, items):
        title = wording.digest_title(delivery.frequency, items)
        subject = f"{title}, {wording.short_moment(delivery.first_attempt_at)} UTC"
        layout = "digest"
    elif items[0].notice.discreet:
        title = subject = wording.discreet(items[0])
        layout = "discreet"
    else:
        title = visible(items[0].notice.headline)
        reply = "Re: " if delivery.root_ref is not None else ""
        subject = reply + wording.story_title(items[0].notice)
        layout = "story"
    words: dict[str, object] = {
        "title": title,
        "items": items,
        "item": items[0] if items else None,
        "reply": delivery.root_ref is not None,
        "completeness": wording.completeness(delivery.completeness) if delivery.completeness else "",
        "near_misses": delivery.near_misses,
    }
    return _mail(layout, subject, words)


def _operators_mail(notices: tuple[OperatorNotice, ...]) -> MailParts:
    title = operators.title(notices)
    return _mail("operators", title, {"title": title, "notices": notices, "shown": notices[:MAIL_NOTICES]})


def _mail(layout: str, subject: str, words: dict[str, object]) -> MailParts:
    return MailParts(
        subject=clean_header(subject),
        text=_templates().get_template(f"{layout}.txt.j2").render(words),
        html=_templates().get_template(f"{layout}.html.j2").render(words),
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("monitor.alerts", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals["say"] = wording
    templates.globals["operators"] = operators
    templates.globals["reports_shown"] = reports_shown
    templates.filters |= {
        "visible": visible,
        "clip": clip,
        "safe_url": safe_url,
        "shown_host": shown_host,
        "paragraph": paragraph,
        "starred": starred,
    }
    return templates


def paragraph(text: str, indent: str = "") -> str:
    """Return *text* wrapped for a terminal, each line behind *indent*; addresses are never broken."""
    return textwrap.fill(
        visible(text),
        width=TEXT_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def starred(text: str, matched: tuple[str, ...]) -> str:
    """Return *text* with its matched words between asterisks, as plain mail marks what is bold."""
    runs = wording.marked(visible(text), matched)
    return "".join(f"*{run}*" if bold else run for run, bold in runs)
