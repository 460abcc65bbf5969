"""The layouts of mail: templates that shape what was put into words; none of them can reach further."""

from __future__ import annotations

import textwrap

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.alerts.clean import clip, safe_url, shown_host, visible
from monitor.alerts.digest import reports_shown
from monitor.alerts.foreign import base_language, direction, marked

TEXT_WIDTH = 76  # RFC 5322 2.1.1 asks for at most 78


class Layouts:
    """The templates in force."""

    def __init__(self) -> None:
        self._templates = _environment()

    def render(self, name: str, words: dict[str, object]) -> str:
        """Return the layout *name* filled with *words*."""
        return self._templates.get_template(name).render(words)


def _environment() -> ImmutableSandboxedEnvironment:
    templates = ImmutableSandboxedEnvironment(
        loader=PackageLoader("monitor.alerts", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals |= {
        "base_language": base_language,
        "direction": direction,
        "marked": marked,
        "reports_shown": reports_shown,
    }
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
    runs = marked(visible(text), matched)
    return "".join(f"*{run}*" if bold else run for run, bold in runs)


SHIPPED = Layouts()
