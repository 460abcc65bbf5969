"""Furniture: out in many languages, and the article's own sentences never with it."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.furniture import clean_text, is_furniture, is_prose

PROSE = "The council said on Monday that the old bridge will stay closed until spring at the very least."
SECOND = "Nobody had expected the repair to cost so much, and nobody on the council wants to pay for it now."

FURNITURE = [
    "Share this article", "Facebook", "Photo: Ann Lee/Agency", "(Photo by Someone)", "Read more: Ferry fares rise again",
    "Your email address will not be published. Required fields are marked *", "No Comment", "Advertisement", "Sumber:",
    "Sign up for our newsletter and get the news in your inbox.", "We use cookies to make this site better.", "©  The Courier",
    "Subscribe to continue reading", "https://example.org/a", "#harbour #ferry", "Published on 4 October 2026",
    "Baca juga: Pasar Ikan Dibuka Lagi", "Baca Juga : Pasar Ikan", "Foto: Dok. Pribadi", "Bagikan", "Editor: Siti", "Belum ada komentar",
    "Alamat email Anda tidak akan dipublikasikan.", "Ikuti kami di WhatsApp", "Halaman selanjutnya",
    "Читайте также: Паром вернётся", "ЧИТАЙТЕ ТАКЖЕ", "Фото: ТАСС", "Подписывайтесь на наш канал", "Поделиться", "Нашли ошибку? Выделите её",
    "Читайте також: Стару пошту закрито", "Ваша e-mail адреса не оприлюднюватиметься.", "Поширити",
    "Lesen Sie auch: Fährpreise steigen", "Foto: dpa", "Artikel teilen", "Ihre E-Mail-Adresse wird nicht veröffentlicht.", "Wir verwenden Cookies.",
    "Lea también: El tranvía volverá", "Foto: EFE", "Síguenos en Twitter", "Compartir", "Leia também: Bonde volta", "Compartilhar",
    "Lire aussi : Le tramway reviendra", "Votre adresse e-mail ne sera pas publiée.", "Il reste 80% de cet article, réservé aux abonnés.",
    "Leggi anche: Il tram torna", "Riproduzione riservata", "اقرأ أيضا: عودة الترام", "مشاركة", "الصورة: رويترز", "Paylaş",
    "공유하기", "관련기사", "무단전재 및 재배포 금지", "[사진=연합뉴스]", "김철수 기자 kim@news.test", "Διαβάστε επίσης: Το τραμ επιστρέφει", "Φωτογραφία: Eurokinissi",
    "Čtěte také: Tramvaj se vrací", "Foto: ČTK", "Citește și: Tramvaiul revine", "Abonează-te la newsletter", "بیشتر بخوانید: بازگشت تراموا", "کد خبر: 123456",
    "Xem thêm: Tàu điện trở lại", "Ảnh: TTXVN", "यह भी पढ़ें: ट्राम लौटी", "शेयर करें", "Olvassa el ezt is: Visszatér a villamos", "Fotó: MTI", "แชร์",
    "ข่าวที่เกี่ยวข้อง", "ภาพ: สำนักข่าว", "צילום: סוכנות", "קראו גם: הרכבת חוזרת", "Læs også: Sporvognen vender tilbage", "Lue myös: Raitiovaunu palaa", "Снимка: БТА",
    "Pročitajte još: Tramvaj se vraća", "分享到微信", "この記事をツイート",
    "Fotoğraf: AA", "Czytaj także: Tramwaj wróci", "Fot. PAP", "Lees ook: Tram keert terug", "Foto: ANP",
]  # fmt: skip

NOT_FURNITURE = [
    PROSE,
    "Photographers were not allowed into the court.",
    "Share prices fell by a third on Friday.",
    "Follow the money, the investigator told reporters, and you will find the bridge.",
    "More people arrived on Sunday.",
    "He read more than he wrote.",
    "By noon the water had reached the second floor of the school.",
    "Related parties were also questioned.",
    "Foto-foto itu diambil oleh warga pada malam hari.",
    "Bagikan bantuan secara adil, kata wali kota kepada camat.",
    "Фотографии нашли в архиве только через год.",
    "Поделился он этим лишь с братом.",
    "Comparte piso con dos estudiantes desde septiembre.",
    "Sigue la búsqueda de los dos pescadores.",
    "شارك الآلاف في المظاهرة التي نظمت يوم الجمعة.",
    "Paylaşılan görüntüler büyük tepki çekti.",
    "Von den Behörden war am Abend niemand zu erreichen.",
    "Partager le pouvoir n’a jamais été facile, dit-elle.",
    "The court ruled on the company's privacy policy.",
    "Das Bild zeigt sie vor dem alten Hafen.",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_goes_in_every_language(line: str) -> None:
    assert is_furniture(line)
    assert clean_text(f"{PROSE}\n{line}\n{SECOND}") == f"{PROSE}\n{SECOND}"


@pytest.mark.parametrize("line", NOT_FURNITURE)
def test_sentences_stay(line: str) -> None:
    assert not is_furniture(line)
    assert line in clean_text(f"{PROSE} {SECOND}\n{line}\n{SECOND}").split("\n")


@pytest.mark.parametrize(
    "heading",
    [
        "Leave a Reply",
        "Tinggalkan Balasan",
        "Оставить комментарий",
        "Schreibe einen Kommentar:",
        "اترك تعليقا",
        "2 Comments",
    ],
)
def test_nothing_of_the_article_comes_after_its_comments(heading: str) -> None:
    comments = (
        "I was there too, and it was much worse than your reporter says it was, believe me.\nGreat work."
    )
    expected = f"{PROSE}\n{SECOND}"
    assert clean_text(f"{expected}\n{heading}\n{comments}") == expected


def test_related_links_end_an_article_unless_it_goes_on() -> None:
    links = "Ten gardens to visit\nLibrary opens on Sundays"
    assert clean_text(f"{PROSE}\n{SECOND}\nRelated articles\n{links}") == f"{PROSE}\n{SECOND}"
    going_on = f"{SECOND} One.\n{SECOND} Two.\n{SECOND} Three."
    assert clean_text(f"{PROSE}\n{SECOND}\nRelated articles\n{going_on}") == f"{PROSE}\n{SECOND}\n{going_on}"


def test_a_heading_of_comments_at_the_start_ends_nothing() -> None:
    assert SECOND in clean_text(f"Comments\n{PROSE}\n{SECOND}")


def test_title_byline_and_date_above_the_text_go() -> None:
    text = f"Bridge stays closed\nBy Ann Lee\n4 October 2026, 10:15\n{PROSE}\n{SECOND}"
    assert clean_text(text, title="Bridge stays closed", authors=["Ann Lee"]) == f"{PROSE}\n{SECOND}"


def test_a_bio_and_its_name_go_and_a_last_paragraph_about_somebody_stays() -> None:
    bio = "Ann Lee\nAnn is a contributor to this paper and lives near the harbour with two cats."
    assert clean_text(f"{PROSE}\n{SECOND}\n{bio}") == f"{PROSE}\n{SECOND}"
    last = "The mayor, who is a senior member of the party, is based in the capital and was not there."
    assert clean_text(f"{PROSE}\n{last}", authors=["Ann Lee"]) == f"{PROSE}\n{last}"


def test_tags_and_initials_below_the_text_go() -> None:
    assert (
        clean_text(f"{PROSE}\n{SECOND}\nharbour, ferry, old town, council\n(dpa/ab)") == f"{PROSE}\n{SECOND}"
    )


def test_a_paragraph_printed_twice_is_kept_once() -> None:
    long = f"{PROSE} {SECOND}"
    assert clean_text(f"{long}\n{SECOND}\n{long}") == f"{long}\n{SECOND}"


@given(
    lines=st.lists(
        st.one_of(st.text(max_size=80), st.sampled_from([*FURNITURE, *NOT_FURNITURE, PROSE, SECOND])),
        max_size=12,
    ),
    title=st.text(max_size=20),
)
def test_cleaning_only_takes_away(lines: list[str], title: str) -> None:
    text = "\n".join(lines)
    cleaned = clean_text(text, title=title)
    kept = cleaned.split("\n") if cleaned else []
    rest = iter([line.strip() for line in text.split("\n")])
    assert all(line in rest for line in kept)


def test_a_section_a_name_and_the_outlet_above_the_text_go() -> None:
    text = f"Lokales\nMaike Thomsen\n{PROSE}\nElbwarte\n{PROSE[:-1]}, they said."
    assert clean_text(text, site="Elbwarte") == f"{PROSE}\n{PROSE[:-1]}, they said."


def test_prose_is_told_in_scripts_that_say_more_with_less() -> None:
    assert is_prose("改札口は貸し出しの窓口に、待合室は読書室になった。八千冊の本はすべて寄贈で集まった。")
    assert not is_prose("The council met on Monday.")


THAI = "เจ้าหน้าที่ตำรวจเข้าช่วยเหลือชายสามสิบเอ็ดคนที่เดินทางมาถึงท่าเรือเมื่อเช้าวันอังคารหลังจากเรือออกเดินทางล่าช้า"


def test_a_paragraph_without_spaces_and_full_stops_is_prose_where_its_script_has_none() -> None:
    assert is_prose(THAI)
    assert clean_text(f"{THAI}\n{THAI[:60]}{THAI}") == f"{THAI}\n{THAI[:60]}{THAI}"
    assert not is_prose(THAI[:40])


@pytest.mark.parametrize(
    "line",
    [
        "Distribuie hrană celor nouă bărbați care așteaptă în afara orașului, spune directoarea.",
        "Fotografie stránky ukazuje, že loď připlula s jedenáctihodinovým zpožděním.",
        "Write to desk@courier.test if you saw the ferry on Tuesday, the police asked readers on Monday.",
        "Kuvasta näkee, että laiva saapui satamaan yksitoista tuntia myöhässä tiistaina.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(line: str) -> None:
    assert not is_furniture(line)
