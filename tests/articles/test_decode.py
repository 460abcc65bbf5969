"""Charsets: what the bytes are wins over what anybody says of them."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.decode import decode, is_binary

RU = "Городской суд обязал администрацию вернуть книги областной библиотеке, сообщили журналистам."
ES = "El año pasado llovió más de lo que decían los viejos: ¿quién lo creería?"
TR = "Şehirdeki köprü iki yıl süren onarımın ardından yeniden açıldı, dedi belediye başkanı."
JA = "市当局は、大雨で数百軒の家屋が浸水したと発表した。"
PL = "Zażółć gęślą jaźń – radni zdecydowali, że dźwig zostanie muzeum."

LONG_PL = (
    "Władze miasta podały, że ulewne deszcze zalały setki domów. Strażacy wysłali łodzie, aby pomóc "
    "mieszkańcom, ale część dróg wciąż jest zamknięta."
)
SCRIPTS = f"<style>{'a { color: red } ' * 400}</style><script>{'var a = 1; ' * 400}</script>"


def page(text: str, charset: str = "", head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(charset or "utf-8")


@pytest.mark.parametrize(
    ("text", "charset", "claimed", "head", "hint"),
    [
        (RU, "utf-8", None, "", ""),
        (RU, "utf-8", "windows-1251", "", ""),
        (RU, "utf-8", None, '<meta charset="iso-8859-1">', ""),
        (RU, "cp1251", "windows-1251", "", ""),
        (RU, "cp1251", None, '<meta charset="windows-1251">', ""),
        (RU, "cp1251", None, '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', ""),
        (RU, "cp1251", "utf-8", '<meta charset="win-1251">', ""),
        (RU, "cp1251", None, "", ""),
        (RU, "koi8-r", None, "", "ru"),
        (RU, "koi8-r", "KOI8-R", "", ""),
        (LONG_PL, "iso8859-2", None, SCRIPTS, ""),
        (LONG_PL, "cp1250", None, SCRIPTS, ""),
        (RU, "iso8859-5", None, SCRIPTS, ""),
        (ES, "cp1252", "ISO-8859-1", "", ""),
        (ES, "cp1252", None, "", ""),
        (TR, "cp1254", None, "", "tr"),
        (TR, "cp1254", "iso-8859-9", "", ""),
        (PL, "cp1250", None, "", "pl"),
        (JA, "cp932", "Shift_JIS", "", ""),
        (JA, "euc-jp", None, "<meta charset=euc-jp>", ""),
        (JA, "iso-2022-jp", "iso-2022-jp", "", ""),
        (RU, "cp1251", '"windows-1251"', "", ""),
        (RU, "cp1251", "base64", '<meta charset="windows-1251">', ""),
        (RU, "cp1251", "no-such-charset", '<meta charset="windows-1251">', ""),
    ],
)  # fmt: skip
def test_a_page_is_decoded(text: str, charset: str, claimed: str | None, head: str, hint: str) -> None:
    assert text in decode(page(text, charset, head), claimed, hint=hint)


@pytest.mark.parametrize(
    ("mark", "charset"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_has_the_last_word(mark: bytes, charset: str) -> None:
    assert decode(mark + RU.encode(charset), "windows-1251") == RU


def test_one_broken_byte_does_not_change_the_charset() -> None:
    body = page(RU * 10).replace("суд".encode(), b"\xff", 1)
    assert RU in decode(body, "utf-8")


@given(body=st.binary(max_size=400), claimed=st.one_of(st.none(), st.text(max_size=12)))
def test_any_bytes_become_text(body: bytes, claimed: str | None) -> None:
    assert isinstance(decode(body, claimed), str)


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"%PDF-1.4 abc", True),
        (b"PK\x03\x04" + bytes(range(30)) * 9, True),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60), True),
        (RU.encode("cp1251"), False),
        (RU.encode("utf-16"), False),
        (JA.encode("iso-2022-jp"), False),
        (b"", False),
    ],
)
def test_binaries_are_known(body: bytes, binary: bool) -> None:
    assert is_binary(body) is binary
