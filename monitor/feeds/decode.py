"""Bytes as text: which encoding a document is really in, whatever its labels say."""

from __future__ import annotations

import codecs
import re

from monitor.errors import BadFeed
from monitor.text.encoding import guessed, guessed_script

# Python knows codecs that inflate, rotate or run away (zip, rot13, punycode); these only read letters.
# Where a label means a larger relative in practice, the relative reads it (WHATWG Encoding, 4.2).
_CODECS = {
    **{name: name for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-2022-jp", "big5", "euc-jp")},
    **{f"iso-8859-{part}": f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "windows-949"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("utf-16le", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "ibm866": "cp866",
    "cp866": "cp866",
    "cp1251": "cp1251",
    "win-1251": "cp1251",
    "macintosh": "mac-roman",
}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAKED_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*['\"]([A-Za-z0-9._:-]{1,40})['\"]")
# What servers say when nobody told them: worth less than the document's own word.
_DEFAULTS = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
MAX_NULS = 20  # in the first 400 bytes; a stray one is mended later
# Languages of which a feed need not say more than its name: windows-1252 has not all their letters.
_NAMED = re.compile(
    rb"(?:<language>|\sxml:lang=['\"])\s*(?:bs|cs|hr|hu|lt|lv|pl|ro|sk|sl|tr)\b", re.IGNORECASE
)
_SHIFT = re.compile(rb"\x1b(?:\$[@B]|\([BJ])")  # how ISO-2022-JP, in seven bits, changes its alphabet
_HEAD = 20_000  # bytes in which a document names its language, or changes its alphabet
_MAX_DAMAGE = 0.1  # of what is not ASCII; a cut or a mixed-in quotation mark, not another encoding


def decode(body: bytes, charset: str | None = None) -> tuple[str, str]:
    """Return *body* as text and the name of the codec that read it.

    A byte order mark is the truth. Then UTF-8, if the bytes are that: no other text of any length looks
    like it by chance, and wrong labels are common. Then the labels, save that a server's default is none and
    a document's outweighs no other script; then UTF-8 with a little damage; then what the bytes look like;
    then windows-1252, which reads anything.

    Raises: `BadFeed` for a body without a single letter of text (NULs, a picture).
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), codec
    head = body[:400].lstrip()
    for start, codec in _NAKED_UTF16:
        if head.startswith(start):
            return body.decode(codec, "replace"), codec
    if body[:400].count(0) > MAX_NULS:
        raise BadFeed("not a feed: binary data")
    labels = _labels(head, charset)
    is_shifted = body.find(b"\x1b") >= 0 and _SHIFT.search(body[:_HEAD]) is not None
    if is_shifted and body.isascii():  # seven bits that pass for UTF-8
        labels.insert(0, "iso-2022-jp")
    elif not any(label.startswith("iso-2022") for label in labels):
        labels.insert(0, "utf-8")
    for label in labels:
        if (text := _strictly(body, label)) is not None:
            return _unless_foreign(body, text) if label in _DEFAULTS else (text, _CODECS[label])
    return _damaged(body, labels)


def _labels(head: bytes, charset: str | None) -> list[str]:
    declared = _DECLARED.match(head)
    own = declared[1].decode("ascii").lower() if declared else ""
    servers = (charset or "").lower()
    ordered = [own] if servers in _DEFAULTS else [servers, own]
    return [label for label in ordered if label in _CODECS]


def _unless_foreign(body: bytes, text: str) -> tuple[str, str]:
    """Return what a template's default reads, unless the words are of another script altogether."""
    codec = guessed_script(body)
    return (text, codec) if codec == "cp1252" else (body.decode(codec, "replace"), codec)


def _strictly(body: bytes, label: str) -> str | None:
    try:
        return body.decode(_CODECS[label])
    except UnicodeDecodeError:
        return None


def _damaged(body: bytes, labels: list[str]) -> tuple[str, str]:
    for label in dict.fromkeys([*labels[1:], *labels[:1]]):
        text = body.decode(_CODECS[label], "replace")
        damage = text.count("\ufffd")
        whole = len(text.encode("ascii", "ignore"))
        if damage <= (len(text) - whole) * _MAX_DAMAGE:
            return text, _CODECS[label]
    codec = guessed(body, beyond_western=_NAMED.search(body[:_HEAD]) is not None)
    return body.decode(codec, "replace"), codec
