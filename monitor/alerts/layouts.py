"""The layouts of mail: templates that shape what was put into words; none of them can reach further.

A newsroom may put its own in the place of each. They run in a sandbox: they see and call what they are given,
and nothing else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from monitor.alerts.clean import (
    END,
    FROM_RIGHT,
    ISOLATE,
    clip,
    from_right,
    laid_out,
    safe_url,
    shown_host,
    visible,
)
from monitor.alerts.digest import reports_shown
from monitor.alerts.foreign import base_language, direction, marked

FOLDER = "templates"  # beside this module, and in a newsroom's configuration
ENDING = ".j2"
NONE: Mapping[str, Override] = {}
TEXT_WIDTH = 76  # RFC 5322 2.1.1 asks for at most 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A newsroom's own template, and the file that it was read from."""

    source: str
    file: str


class Layouts:
    """The templates in force: a newsroom's own by their names, the shipped ones for the rest.

    One's own may build on the shipped ones, which are always to be had as `shipped/NAME`.
    """

    def __init__(self, overrides: Mapping[str, Override] = NONE) -> None:
        self._templates = _environment(overrides)

    def compile(self, name: str) -> None:
        """Look whether *name* is a template at all.

        Raises: jinja2.TemplateError
        """
        self._templates.get_template(name)

    def filters(self) -> frozenset[str]:
        """Return the names of all filters, Jinja's own included."""
        return frozenset(self._templates.filters)

    def render(self, name: str, words: dict[str, object]) -> str:
        """Return the layout *name* filled with *words*."""
        return self._templates.get_template(name).render(words)


def names() -> tuple[str, ...]:
    """Return the names of all templates, each of which may be overridden."""
    folder = resources.files(__package__).joinpath(FOLDER)
    return tuple(sorted(item.name for item in folder.iterdir() if item.name.endswith(ENDING)))


def _loader(overrides: Mapping[str, Override]) -> BaseLoader:
    shipped = PackageLoader(__package__, FOLDER)

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = overrides.get(name)
        return None if found is None else (found.source, found.file, lambda: True)

    return ChoiceLoader([FunctionLoader(own), shipped, PrefixLoader({"shipped": shipped})])


def _environment(overrides: Mapping[str, Override]) -> ImmutableSandboxedEnvironment:
    templates = ImmutableSandboxedEnvironment(
        loader=_loader(overrides),
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
        "isolated": isolated,
        "clip": clip,
        "safe_url": safe_url,
        "shown_host": shown_host,
        "paragraph": paragraph,
        "starred": starred,
    }
    return templates


def paragraph(text: str, indent: str = "") -> str:
    """Return *text* wrapped for a terminal, each line behind *indent*; addresses are never broken."""
    lines = textwrap.wrap(
        laid_out(text), width=TEXT_WIDTH - len(indent), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(indent + line for line in _each_whole(lines))


def _each_whole(lines: Iterable[str]) -> Iterator[str]:
    """Yield *lines*, each with both ends of the names that are set apart: one may go on into the next."""
    is_open = False
    for line in lines:
        whole = ISOLATE + line if is_open else line
        is_open = whole.rfind(ISOLATE) > whole.rfind(END)
        yield from_right(whole + END if is_open else whole)


def isolated(text: str) -> Markup:
    """Return a line of ours for HTML, in which the names that are set apart are elements."""
    line = str(escape(laid_out(text).removeprefix(FROM_RIGHT)))
    return Markup(line.replace(ISOLATE, "<bdi>").replace(END, "</bdi>"))  # noqa: S704  escaped above


def starred(text: str, matched: tuple[str, ...]) -> str:
    """Return *text* with its matched words between asterisks, as plain mail marks what is bold."""
    runs = marked(visible(text), matched)
    return "".join(f"*{run}*" if bold else run for run, bold in runs)


SHIPPED = Layouts()
