"""How a reader is spoken to: the language of our own words, its numbers, the clocks on their wall."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations
from markupsafe import Markup, escape

from monitor.alerts.clean import isolated, visible

DOMAIN: Final = "alerts"
CATALOGUES: Final = "locale"  # beside this module: LANGUAGE/LC_MESSAGES/alerts.po
SOURCE_LANGUAGE = "en"  # what the code is written in; it has no catalogue
LANGUAGES = (SOURCE_LANGUAGE, "ar", "id")
_LOCALES = {"en": "en_001"}  # newsrooms everywhere: the day before the month, 24 hours
_DIGITS = "latn"  # 12, not ١٢: what newsrooms write that use Slack, and what can be searched for
_COMMAS = {"ar": "، "}  # between the parts of a list; elsewhere ", "
_HALF_UP = 2  # of a larger unit, from which it is used: 119 minutes, then 2 hours


@dataclass(frozen=True, slots=True)
class Voice:
    """One language and one time zone; made by `voice`, which keeps them."""

    language: str
    locale: Locale
    zone: ZoneInfo
    _catalogue: gettext.NullTranslations = field(repr=False)

    @property
    def direction(self) -> str:
        """Which way the language is written, as HTML says it."""
        return "rtl" if self.locale.character_order == "right-to-left" else "ltr"

    @property
    def runs_left(self) -> bool:
        """Whether its lines begin at the right."""
        return self.direction == "rtl"

    def name(self, text: str) -> str:
        """Return a stranger's word or name within a line of ours.

        In a line that runs from the right a Latin one is set apart: a number or a dot beside it would else be
        read as part of it. What runs from the left needs no such help: its lines begin with our own words.
        """
        return isolated(text) if self.runs_left else visible(text)

    @property
    def comma(self) -> str:
        """What stands between the parts of a list."""
        return _COMMAS.get(self.language, ", ")

    def listed(self, parts: Iterable[str]) -> str:
        """Return *parts* one after the other."""
        return self.comma.join(parts)

    # --- words ---

    def gettext(self, message: str, **values: object) -> str:
        """Return *message* in this language with its places filled; with markup in one, it is markup."""
        return _filled(self._catalogue.gettext(message), values)

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form that goes with *n*, which fills the place {n}."""
        return _filled(self._catalogue.ngettext(one, many, n), {"n": self.number(n), **values})

    # --- numbers and times ---

    def number(self, value: float) -> str:
        """Return a number as the language writes it: 12,345 or 12.345."""
        return str(format_decimal(value, locale=self.locale, numbering_system=_DIGITS))

    def percent(self, share: float) -> str:
        """Return a share of one: 31% or 31 %."""
        return str(format_percent(share, locale=self.locale, numbering_system=_DIGITS))

    def moment(self, when: datetime) -> str:
        """Return a time that needs no thinking across a newsroom's offices: 12 Nov 2024, 03:14 UTC."""
        return f"{self._at(when, 'yMMMd')} {self.zone_name(when)}"

    def short_moment(self, when: datetime) -> str:
        """Return a time within a list that says the year and the zone elsewhere: 12 Nov, 03:14."""
        return self._at(when, "MMMd")

    def _at(self, when: datetime, day: str) -> str:
        date, time = (format_skeleton(each, when, self.zone, locale=self.locale) for each in (day, "Hm"))
        return str(self.locale.datetime_formats["medium"]).replace("{0}", time).replace("{1}", date)

    def zone_name(self, when: datetime) -> str:
        """Return what people there call the time on their clocks: UTC, CET, WIB, UTC+04."""
        name = when.astimezone(self.zone).tzname() or "UTC"
        return name if name.isalpha() else f"UTC{name}"

    def span(self, length: timedelta) -> str:
        """Return a length of time as people say it: 40 minutes, 5 hours, 3 days."""
        shown = max(length, timedelta())
        return str(format_timedelta(shown, "minute", threshold=_HALF_UP, locale=self.locale))

    # --- names ---

    def language_name(self, code: str) -> str | None:
        """Return a language as people call it, None for what is none: `id` is Indonesian."""
        name = self.locale.languages.get(code) if code and code != "und" else None
        return None if name is None else str(name)

    def country_name(self, code: str) -> str:
        """Return a country as people call it: `CA` is Canada."""
        return str(self.locale.territories.get(code, code))


def _filled(message: str, values: Mapping[str, object]) -> str:
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(escape(message)).format(**values)  # noqa: S704  escaped on this very line
    return message.format(**values)


@lru_cache(maxsize=64)
def voice(language: str = SOURCE_LANGUAGE, timezone: str = "UTC") -> Voice:
    """Return the voice for *language*, one of `LANGUAGES`, on the clocks of *timezone*."""
    assert language in LANGUAGES
    return Voice(
        language, Locale.parse(_LOCALES.get(language, language)), ZoneInfo(timezone), _catalogue(language)
    )


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    source = resources.files(__package__).joinpath(CATALOGUES, language, "LC_MESSAGES", f"{DOMAIN}.po")
    compiled = BytesIO()  # in 4 ms, once; a compiled file beside the source would be one that can be stale
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)
