"""Writes messages as pages to open in a browser: `python -m tests.channels.look DIRECTORY`.

Mails are written as they are sent. Slack is drawn after its documented layout: good enough to judge
order, length and weight, no more.
"""

from __future__ import annotations

import html
import re
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.alerts.blocks import Block
from monitor.alerts.errands import Links, offers, offers_of_root
from monitor.alerts.mail import email_message
from monitor.alerts.slack import slack_message, slack_root
from monitor.alerts.voice import LANGUAGES
from monitor.alerts.wording import wording
from monitor.model import AlertKind, Completeness, Delivery, ErrandKind, Frequency, NearLine, Refresh
from tests.alerts.samples import (
    ARABIC,
    CLAIMS,
    CORRECTED,
    DISCREET,
    FOLLOW_UP,
    INDONESIAN,
    NOTICE,
    NOW,
    delivery,
    every_delivery,
)

ROOT_TS = "1731381267.000100"
DIFFER = replace(NOTICE, alert=40, kind=AlertKind.FIGURES_DIFFER, disagreement=CLAIMS[:3])
GROWN = Refresh(
    story=5,
    destination="desk",
    root_ref=ROOT_TS,
    key="delivery-9",
    notices=(NOTICE, CORRECTED, DIFFER),
    at=NOW + timedelta(hours=5),
    lease_until=NOW,
    attempts=1,
    is_followed=True,
)
NEAR = tuple(
    NearLine(
        headline=each.headline,
        url=each.url,
        outlet=each.outlet,
        language=each.language,
        missing=2.5,
        likeness=0.0,
    )
    for each in (INDONESIAN, ARABIC)
)
HEARD = Completeness(polled=112, failing=3, quiet=2, gone=1, total=117)
DIGEST = delivery(
    NOTICE, DIFFER, INDONESIAN, replace(ARABIC, story=8), DISCREET,
    frequency=Frequency.DAILY, completeness=HEARD, near_misses=NEAR,
)  # fmt: skip
SAMPLES = {
    "root": delivery(NOTICE),
    "ar": delivery(replace(ARABIC, story=8)),
    "report": delivery(INDONESIAN, root_ref=ROOT_TS),
    "correction": delivery(CORRECTED, root_ref=ROOT_TS),
    "figures": delivery(DIFFER, root_ref=ROOT_TS),
    "discreet": delivery(DISCREET),
    "follow-up": delivery(FOLLOW_UP),
    "digest": DIGEST,
    "troubles": next(each for each in every_delivery() if each.key == "trouble_0"),
}
LINKS = Links("https://news.example.org/m", b"k" * 32)
BUTTONS = (ErrandKind.MUTE, ErrandKind.FOLLOW, ErrandKind.IRRELEVANT)

_STYLE = """
body { margin: 0; padding: 20px; background: #fff; width: 640px; color: #1d1c1d;
       font: 15px/22px Lato, 'Noto Sans', Arial, sans-serif; }
.message { display: flex; gap: 8px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 4px; background: #1a56b0; }
.header { font-size: 18px; font-weight: 900; margin: 4px 0; }
.section { margin: 8px 0; white-space: pre-wrap; }
.context { margin: 6px 0; font-size: 13px; line-height: 18px; color: #616061; white-space: pre-wrap; }
.quote { border-inline-start: 4px solid #ddd; padding-inline-start: 10px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0; }
a { color: #1264a3; text-decoration: none; }
.actions { display: flex; gap: 8px; margin: 8px 0; }
.button { border-color: #565856; }
@media (prefers-color-scheme: dark) {
  body { background: #1a1d21; color: #d1d2d3; }
  .context { color: #ababad; }
  a { color: #1d9bd1; }
  .quote, hr, }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-weight: 700; }
"""


def page(message: tuple[Block, ...]) -> str:
    """Return a page that shows *message* about as Slack does."""
    shown = "".join(_block(block) for block in message)
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><div class=message><div class=face></div>"
        f"<div><b>Newsroom Monitor</b> <small>APP 03:14</small>{shown}</div></div>"
    )


def _block(block: Block) -> str:
    match block:
        case {"type": "header", "text": {"text": str(text)}}:
            return f"<div class=header dir=auto>{html.escape(text)}</div>"
        case {"type": "section", "text": {"text": str(text)}}:
            return f"<div class=section>{_mrkdwn(text)}</div>"
        case {"type": "context", "elements": [{"text": str(text)}]}:
            return f"<div class=context>{_mrkdwn(text)}</div>"
        case {"type": "actions", "elements": list(elements)}:
            named = "".join(
                f"<div class=button>{html.escape(each['text']['text'])}</div>" for each in elements
            )
            return f"<div class=actions>{named}</div>"
        case _:
            return "<hr>"


def _mrkdwn(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        quoted = line.startswith(">")
        shown = re.sub(r"<([^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', line.removeprefix(">"))
        shown = re.sub(r"(?<!\w)\*([^*]+)\*(?!\w)", r"<b>\1</b>", shown)
        shown = re.sub(r"(?<!\w)_([^_]+)_(?!\w)", r"<i>\1</i>", shown)
        lines.append(f"<div {'class=quote ' if quoted else ''}dir=auto>{shown}</div>")
    return "".join(lines)


def terminal(text: str) -> str:
    """Return a page that shows plain text as a terminal of 80 columns does."""
    style = "margin:0;padding:16px;background:#111;color:#ddd;font:15px/20px 'DejaVu Sans Mono',monospace"
    lines = "".join(f"<div dir=auto>{html.escape(line) or '&nbsp;'}</div>" for line in text.splitlines())
    return f'<!doctype html><meta charset=utf-8><body style="{style}"><div style="width:80ch">{lines}</div>'


def write(folder: Path, name: str, sample: Delivery, language: str) -> None:
    """Write one delivery as a mail, as a mail's plain text and as Slack shows it."""
    say = wording(language, "Asia/Jakarta" if language == "id" else "UTC")
    linked = offers(sample, LINKS, (ErrandKind.MUTE, ErrandKind.IRRELEVANT))
    mail = email_message(sample, say, offered=linked)
    page_of_mail = mail.html
    for picture in mail.pictures:
        inline = f"data:image/png;base64,{b64encode(picture.png).decode()}"
        page_of_mail = page_of_mail.replace(f"cid:{picture.name}", inline)
    shown = slack_message(sample, say, offers(sample, None, BUTTONS, buttons=True))
    for ending, text in (
        (f"mail-{name}-{language}.html", page_of_mail),
        (f"text-{name}-{language}.html", terminal(f"Subject: {mail.subject}\n\n{mail.text}")),
        (f"slack-{name}-{language}.html", page(shown.blocks)),
    ):
        (folder / ending).write_text(text, encoding="utf-8")


def main(folder: Path) -> None:
    """Write every sample in every language of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, sample in SAMPLES.items():
            write(folder, name, sample, language)
        root = slack_root(GROWN, wording(language), offers_of_root(GROWN, None, BUTTONS, buttons=True))
        (folder / f"slack-grown-{language}.html").write_text(page(root.blocks), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
