"""Which encoding a document is really in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import BadFeed
from monitor.feeds.decode import decode

TEXTS = {
    "shift_jis": "日本語の見出しです",
    "euc-jp": "日本語の見出しです",
    "iso-2022-jp": "日本語の見出しです",
    "gb2312": "中文新闻标题测试",
    "big5": "中文新聞標題測試",
    "euc-kr": "한국어 뉴스 제목",
    "windows-1256": "عنوان الخبر العربي",
    "iso-8859-9": "Türkçe başlık ığüşöç",
    "windows-1254": "Türkçe başlık ığüşöç",
    "tis-620": "หัวข้อข่าวภาษาไทย",
    "iso-8859-2": "Zażółć gęślą jaźń",
    "koi8-u": "Українські новини",
}


@pytest.mark.parametrize("label", TEXTS)
def test_a_declared_encoding_is_read(label: str) -> None:
    body = f"<?xml version='1.0' encoding='{label}'?><a>{TEXTS[label]}</a>".encode(label)
    assert TEXTS[label] in decode(body)[0]
    assert TEXTS[label] in decode(f"<a>{TEXTS[label]}</a>".encode(label), label.upper())[0]


def test_latin_1_means_windows_1252_as_everywhere_on_the_web() -> None:
    assert decode("<a>“quoted” – 5 €</a>".encode("cp1252"), "iso-8859-1")[0] == "<a>“quoted” – 5 €</a>"


def test_a_little_damage_does_not_turn_utf_8_into_another_encoding() -> None:
    body = ("<a>" + "Übermut tut selten gut. " * 20 + "</a>").encode() + b"\xc3"
    text, codec = decode(body)
    assert codec == "utf-8"
    assert text.startswith("<a>Übermut")


def test_without_labels_and_without_utf_8_it_is_windows_1252() -> None:
    assert decode("<a>déjà vu, déjà lu</a>".encode("cp1252"))[0] == "<a>déjà vu, déjà lu</a>"


def test_binary_data_is_refused() -> None:
    with pytest.raises(BadFeed):
        decode(bytes(1_000))


@settings(deadline=None)
@given(st.text())
def test_utf_8_comes_back_whatever_the_labels_say(text: str) -> None:
    body = f"<a>{text}</a>".encode("utf-8", "replace")
    if body.count(0) == 0:
        assert decode(body, "koi8-r")[0] == body.decode("utf-8")


@settings(deadline=None)
@given(st.binary(max_size=500), st.text(max_size=10))
def test_any_bytes_under_any_label_are_text_or_refused(body: bytes, label: str) -> None:
    try:
        decode(body, label)
    except BadFeed:
        assert body.count(0) > 20


UNLABELLED = {
    "cp1251": "Паром остановлен в порту: рыбаки ждут решения суда уже третий день.",
    "koi8-r": "Паром остановлен в порту: рыбаки ждут решения суда уже третий день.",
    "cp1253": "Το πλοίο σταμάτησε στο λιμάνι και οι ψαράδες περιμένουν την απόφαση.",
    "cp1255": "המעבורת נעצרה בנמל והדייגים ממתינים להחלטת בית המשפט.",
    "cp1256": "توقفت العبارة في الميناء وينتظر الصيادون قرار المحكمة منذ ثلاثة أيام.",
    "cp874": "เรือข้ามฟากหยุดที่ท่าเรือและชาวประมงรอคำตัดสินของศาล",
    "cp932": "フェリーは港で止まり、漁師たちは裁判所の判断を待っている。",
    "gb18030": "渡轮停在港口，渔民们等待法院的裁决已经三天了。",
    "big5hkscs": "渡輪停在港口，漁民們等待法院的裁決已經三天了。",
    "cp949": "여객선이 항구에 멈췄고 어부들은 법원의 결정을 기다리고 있다.",
    "cp1252": "Le ferry est arrêté à quai : les pêcheurs attendent la décision du juge.",
    "cp1250": "Trajekt zůstal v přístavu: rybáři čekají na rozhodnutí soudu už třetí den, říkají úřady.",
    "iso8859-2": "Prom stoi w porcie: rybacy czekają na decyzję sądu już trzeci dzień, mówią władze.",
    "cp1254": "Feribot limanda durdu: balıkçılar üç gündür mahkemenin kararını bekliyor, dışarı çıkmıyor.",
    "cp1257": "Keltas sustojo uoste: žvejai jau trečią dieną laukia teismo sprendimo, sako valdžia.",
    "koi8-u": "Пором зупинили в порту: рибалки чекають на рішення суду вже третій день, її не видно.",
    "iso8859-6": "توقفت العبارة في الميناء وينتظر الصيادون قرار المحكمة منذ ثلاثة أيام.",
    "cp866": "Паром остановлен в порту: рыбаки ждут решения суда уже третий день.",
}


@pytest.mark.parametrize("codec", UNLABELLED)
def test_text_that_nothing_names_is_read_as_what_it_looks_like(codec: str) -> None:
    items = f"<item><title>{UNLABELLED[codec]}</title><link>http://a.example/1</link></item>" * 3
    body = f"<rss><channel>{items}</channel></rss>"
    assert decode(body.encode(codec)) == (body, codec)


def test_a_feed_that_names_its_language_needs_few_accents() -> None:
    body = "<rss><channel><language>pl</language><title>Rybacy czekają</title></channel></rss>"
    assert decode(body.encode("iso-8859-2")) == (body, "iso8859-2")


def test_a_few_accents_in_english_are_no_reason_to_guess() -> None:
    body = "<a>“El Niño” is back – and it’s stronger, says José. " + "The niño’s grip. " * 20 + "</a>"
    assert decode(body.encode("cp1252")) == (body, "cp1252")


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii"])
def test_a_default_does_not_outweigh_another_script(label: str) -> None:
    text = UNLABELLED["cp1251"] * 2
    declared = f"<?xml version='1.0' encoding='{label}'?><a>{text}</a>"
    assert text in decode(declared.encode("cp1251"))[0]
    assert text in decode(f"<a>{text}</a>".encode("cp1251"), label)[0]


def test_a_servers_default_is_as_good_as_no_label() -> None:
    text = UNLABELLED["cp1250"] * 2
    assert text in decode(f"<a>{text}</a>".encode("cp1250"), "iso-8859-1")[0]


def test_japanese_in_seven_bits_is_no_utf_8() -> None:
    body = "<a>" + TEXTS["iso-2022-jp"] + "</a>"
    assert decode(body.encode("iso-2022-jp")) == (body, "iso-2022-jp")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_the_truth(codec: str) -> None:
    assert decode("\ufeff<a>Zażółć</a>".encode(codec), "iso-8859-1") == ("<a>Zażółć</a>", codec)
