"""Writes messages as pages to open in a browser: `python -m tests.channels.look DIRECTORY`.

Mails are written as they are sent. Slack is drawn after its documented layout: good enough to judge
order, length and weight, no more.
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from pathlib import Path

from monitor.alerts.blocks import Block
from monitor.model import Delivery, Frequency
from tests.alerts.samples import ARABIC, INDONESIAN, NOTICE, delivery
from tests.alerts.spoken import email_message, slack_message

SAMPLES = {
    "en": delivery(NOTICE),
    "id": delivery(INDONESIAN, root_ref="1731381267.000100"),
    "ar": delivery(ARABIC, root_ref="1731381267.000100"),
    "ar-root": delivery(replace(ARABIC, story=8)),
    "digest": delivery(NOTICE, INDONESIAN, replace(ARABIC, story=8), frequency=Frequency.DAILY),
}

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


def write(folder: Path, name: str, sample: Delivery) -> None:
    """Write one delivery as a mail, as a mail's plain text and as Slack shows it."""
    mail = email_message(sample)
    (folder / f"mail-{name}.html").write_text(mail.html, encoding="utf-8")
    (folder / f"mail-{name}.txt").write_text(f"Subject: {mail.subject}\n\n{mail.text}", encoding="utf-8")
    (folder / f"slack-{name}.html").write_text(page(slack_message(sample).blocks), encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        write(target, name, sample)
