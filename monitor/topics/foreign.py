"""Marks and operators that other search languages have and ours has not, each with what to write instead."""

from __future__ import annotations

import re

# Factiva: near5, adj5, w/5, /F5/, same; LexisNexis: w/5, /5, pre/5, +5; ProQuest: N/5, P/5; Google: |, -word
_NEAR = re.compile(r"(?:w|n|near|within)?/?(\d{1,4})|(?:near|within)(?:/n)?", re.IGNORECASE)
_ORDERED = re.compile(r"(?:pre|p|adj|onear|before)/?(\d{1,4})|adj|pre|onear|before", re.IGNORECASE)
_ALL = re.compile(r"&&?|\+|and|und|et|и|і|та|ve|dan|و", re.IGNORECASE)
_ANY = re.compile(r"\|\|?|,|;|or|oder|ou|или|або|чи|veya|atau|أو", re.IGNORECASE)
_NONE = re.compile(r"not|nicht|non|no|не|ні|değil|bukan|tidak|ليس", re.IGNORECASE)
_REFUSED = re.compile(r"-(?=[^\W\d_])(.+)")
_INSIDE = re.compile(r"\w[?$#%]\w|\w[~^]\d*\Z")
_USUAL = 10  # words; what a NEAR without a number is shown with


def meant(word: str) -> str | None:
    """Return the operator that *word*, which stands where an operator should, was meant to be."""
    if found := _ORDERED.fullmatch(word):
        return f"ONEAR/{found[1] or _USUAL}"
    if (found := _NEAR.fullmatch(word)) and not word.isdigit():
        return f"NEAR/{found[1] or _USUAL}"
    for pattern, operator in ((_ALL, "AND"), (_ANY, "OR"), (_NONE, "NOT")):
        if pattern.fullmatch(word):
            return operator
    return None


def mark(word: str) -> tuple[str, str] | None:
    """Return what is wrong with a mark of *word* that would be passed over in silence, and the repair."""
    if refused := _REFUSED.fullmatch(word):
        return f"{word} would look for the word {refused[1]}", f"To refuse it write NOT {refused[1]}."
    if _INSIDE.search(word):
        return (
            f"a mark in {word} says nothing here",
            "Only * is a wildcard, at the end of a word; list the spellings with OR.",
        )
    return None
