"""From bytes to characters: which charset a page or a text file is really written in."""

from __future__ import annotations

import codecs
import re

from monitor.text.encoding import guessed

HEAD = 4_096  # bytes in which a page must name its charset; the HTML standard asks for 1,024
BROKEN = 0.02  # share of replacement characters up to which a claimed charset is believed

MANY_CONTROLS = 0.02  # share of control characters from which bytes are no text

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE
)
# What pages call a charset and what they mean by it (WHATWG Encoding, 4.2: names and labels).
_MEANT = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "x-sjis": "cp932",
    "win-1251": "cp1251", "windows1251": "cp1251", "x-cp1251": "cp1251", "utf8": "utf-8", "big5": "big5hkscs",
}  # fmt: skip
_TEXT_ENCODINGS = re.compile(
    r"utf_?(8|16)|cp\d+|iso8859_\d+|koi8_[rut]|big5|gb|euc_|shift_jis|iso2022_jp|mac_|tis|hz|johab|ptcp|kz",
    re.IGNORECASE,
)  # Python also knows rot13, base64, idna …


def is_binary(body: bytes) -> bool:
    """Tell images, archives and documents from text, which has next to no control characters."""
    head = body[:HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return head.startswith(b"%PDF-") or len(_CONTROLS.findall(head)) > MANY_CONTROLS * len(head)


def decode(body: bytes, claimed: str | None = None, *, hint: str = "") -> str:
    """Return the characters of *body*.

    Text that is valid UTF-8 and not plain ASCII is UTF-8 whatever the server says: the other way round
    practically never happens. Then the HTTP charset, the page's own, and what the bytes look like;
    *hint* is a language that settles which of the Latin charsets it is likely to be.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if (text := _strictly(body, "utf-8")) is not None and (not body.isascii() or b"\x1b" not in body):
        return text
    named = [*filter(None, (_python_name(claimed), _python_name(_own_claim(body))))]
    for encoding in named:
        if (text := _strictly(body, encoding)) is not None:
            return text
    for encoding in named:
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") <= BROKEN * len(text):
            return text
    return _detected(body, hint)


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _python_name(label: str | None) -> str | None:
    if not label:
        return None
    label = label.strip().strip("\"'").lower()[:40]
    try:
        name = codecs.lookup(_MEANT.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return name if _TEXT_ENCODINGS.match(name.replace("-", "_")) else None


def _own_claim(body: bytes) -> str | None:
    found = _META.search(body[:HEAD])
    return found[1].decode("ascii", "replace") if found else None


# Languages with letters that windows-1252 has not.
_BEYOND_WESTERN = frozenset(["az", "bs", "cs", "et", "hr", "hu", "lt", "lv", "pl", "ro", "sk", "sl", "tr"])
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_TOP = 240_000  # bytes in which prose begins, below what a page loads


def _detected(body: bytes, hint: str) -> str:
    prose = b" ".join(part for part in _TAG.split(body[:_TOP]) if not part.isascii())
    encoding = guessed(prose, beyond_western=hint[:2].lower() in _BEYOND_WESTERN)
    return body.decode(encoding, "replace")
