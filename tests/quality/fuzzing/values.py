"""Values that somebody who means harm, or a broken publishing system, puts where a feed has others."""

from __future__ import annotations

import math
from random import Random

LINKS = (
    "javascript:alert(1)", "JaVaScRiPt\t:alert(1)", "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd", "feed:http://w.example/", "ftp://w.example/a", "mailto:desk@w.example",
    "http://a@b/", "http://user:secret@w.example/", "http://user%40w.example@other.example/",
    "http://user＠w.example/", "http://w.example\\@other.example/", "//other.example/a",
    "///other.example/a", "http:/w.example/a", "http:a", "http:///a", "http://", "http://[::1",
    "http://[v1.x]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25eth0]/", "http://127.1/",
    "http://0x7f000001/", "http://2130706433/", "http://w.example:99999999/", "http://w.example:0/",
    "http://w.example:٨٠/", "http://w.example:-1/", "http://xn--/", "http://xn--a-ecp.ru/",
    "http://w..example/", "http://.../", "http://ⓦ.example/", "http://ß.example/",
    "http://\u202egpj.example/", "http://w.example\u3002com/", "http://w.example／a",
    "http://w.example/\u202egpj", "http://w.example/\x00", "http://w.example/\ud800",
    "http://w.example/%00%0d%0aSet-Cookie:%20a=b", "http://w.example/\r\nHost: other.example",
    "http://w.example/?a=b&amp;c=%zz#%", "http://w.example/" + "a/" * 1_100,
    "http://" + "a" * 300 + ".example/", "http://" + ".".join("a" * 120) + ".example/", "../" * 700, "?",
    "#", ".", " ",
)  # fmt: skip
DATES = (
    "0", "-1", "4102444800", "99999999999999999999", "9999999999999", "1e400", "NaN",
    "2026-11-05T24:00:00Z", "2026-11-05T24:00:01Z", "2026-11-05T23:59:60Z", "2099-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00",
    "0000-00-00T00:00:00Z", "1900-01-01T00:00:00+14:00", "1899-12-31", "2026-02-31",
    "31 Feb 2026 25:61:61 +9999", "Thu, 05 Nov 2026 10:00:00 GMT+99:99", "Thu, 05 Nov 99999 10:00:00 GMT",
    "Thu, 32 Nov 2026 10:00:00 XYZ", "Mar, mar mar mar 2026", "mar 31 mar 31", "2026-W45-4", "2026-366",
    "20261105T101112Z", "٢٠٢٦-١١-٠٥", "²⁰²⁶-¹¹-⁰⁵", "２０２６年１１月５日", "五 十一月 2026",
    "11/05/2026 12:00:00 PM PM PM", "1969-12-31T23:59:59", "00:00", "\u202e2026-11-05\u202c",
    "2026-11-05\x00",
)  # fmt: skip
TEXTS = (
    "", " ", "\u202eevil\u202c", "\u2066\u2067\u2068\u2069", "\x00", "a\x00b", "\ud800", "\udfff\ud800",
    "\ufffe\uffff\ufdd0", "\ufeff", "\x1b[31mred\x07", "\x7f\x80\x85\x9f", "\u2028\u2029\x0b\x0c",
    "\U000e0001\U000e0041", "a\u0301\u0327\u0323", "\u1100\u1161\u11a8", "CafÃ© â€œMÃ¼ller",
    "Ã\x83Â\x83Ã\x82Â©", "<b>bold", "</item></channel></rss>", "<script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>", "<img src=x onerror=alert(1)>", "<!--", "]]>", "<![CDATA[",
    "&amp;amp;amp;lt;b&amp;amp;gt;", "&#0;&#xD800;&#x110000;&#99999999999;",
    "&nosuch;&l9;&CounterClockwiseContourIntegral;", "&lt;p&gt;&#38;lt;p&#38;gt;", "{{7*7}}${7*7}%s%n%(x)s",
    "'; DROP TABLE articles; --", "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "true", "None",
    "-1", "1e309", "__class__",
)  # fmt: skip
# What grows: some parser took a square of the number of each of these, or could.
UNITS = (
    "a", "A1", " ", "\n", "\t ", "\u00a0", "<", ">", "<b>", "</b>", "<p>", "<table><td>", "<a href='",
    '<a b="c', "<!--", "<![CDATA[", "]]&gt;", "&", "&amp;", "&lt;", "&#38;", "&amp;lt;", "&#x", "(", "()",
    "@", "a@a.", "a@a.aa ", ",", ", a", ";", ":", "-", "1", "1:", "+1", ". ", "/", "../", "%25",
    "http://w.example/ ", "Ã©", "â€œ", "Ã\x83Â\x83", "\u0301", "a\u0301", "\u0323\u0301", "\u0958",
    "\U0001d160", "\u1100\u1161", "\ufb2c", "\u00ad", "\u200d", "\u202e", "\u2028", "\ufdfa",
    "\U0001f3f3\ufe0f\u200d\U0001f308", "\x00", "\ud800", "нет ", "字",
)  # fmt: skip
TYPES = (
    "text/html", "text/xml", "application/json", "application/feed+json; charset=utf-7", "image/png",
    "multipart/mixed; boundary=" + "a" * 100, "\x00", "",
)  # fmt: skip
CHARSETS = (
    "utf-8", "utf-16", "utf-16-be", "utf-32", "utf-7", "iso-8859-1", "windows-1251", "koi8-r", "shift_jis",
    "iso-2022-jp", "gb18030", "big5", "macintosh", "unicode", "idna", "punycode", "rot13", "zip", "hex",
    "x-user-defined", "no such charset", "",
)  # fmt: skip
LONGEST = (
    1_000_000  # characters of a grown value; with everything else a mutant stays under the fetcher's 10 MB
)


def grown(draw: Random, longest: int = LONGEST) -> str:
    """A unit repeated to some length, short ones as likely as long ones, now and then with an end."""
    unit = draw.choice(UNITS)
    length = round(math.exp(draw.uniform(math.log(10), math.log(longest))))
    return unit * max(1, length // len(unit)) + draw.choice(("", "", "x", ">", ";", "\u0301"))


def link(draw: Random) -> str:
    return draw.choice(LINKS)


def date(draw: Random) -> str:
    return draw.choice(DATES)


def text(draw: Random) -> str:
    """A hostile text, sometimes among others or inside a harmless one."""
    found = "".join(draw.choices(TEXTS, k=draw.choice((1, 1, 2, 5))))
    return draw.choice((found, f"Before {found} after"))


def any_value(draw: Random) -> str:
    """A value for a place that may be anything."""
    return draw.choice((link, date, text, text))(draw)
