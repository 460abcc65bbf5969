"""Whom an article credits is read where credits stand, in ten languages, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, CreditPlace
from monitor.stories.credits import credits_of

ARTICLE = Article(
    id=1,
    url="https://paper.test/1",
    title="Ferry brings 31 men to Norrvik",
    text="",
    language="en",
    outlet="The Paper",
    source="paper.test",
    seen_at=datetime(2026, 3, 1, tzinfo=UTC),
)
BODY = "The ferry came in at noon with 31 men on board. Neighbours handed out soup and dry coats."


def credited(text: str = BODY, *authors: str, **changes: str) -> list[tuple[str, str]]:
    found = credits_of(replace(ARTICLE, text=text, authors=authors, **changes))
    return [(credit.agency, credit.place.value) for credit in found]


DATELINES = [
    ("KYIV, Ukraine (AP) — The ferry came in.", "AP"),
    ("NORRVIK (AP) — The ferry came in.", "AP"),
    ("MOSCOW, Nov 3 (Reuters) - The ferry came in.", "Reuters"),
    ("(AFP) The ferry came in.", "AFP"),
    ("Norrvik, March 1 (Interfax-Ukraine) – The ferry came in.", "Interfax-Ukraine"),
    ("LONDON, Reuters — The ferry came in.", "Reuters"),
    ("ANKARA (AA) – Feribot öğle saatlerinde limana girdi.", "Anadolu"),
    ("İSTANBUL-AA. Feribot limana girdi.", "Anadolu"),
    ("AA / Ankara Feribot limana girdi.", "Anadolu"),
    ("Berlin (dpa) - Die Fähre legte mittags an.", "dpa"),
    ("Berlin/Kiew (dpa/lno) - Die Fähre legte mittags an.", "dpa"),
    ("Paris, 3 nov 2024 (AFP) – Le ferry est arrivé à midi.", "AFP"),
    ("AFP - Le ferry est arrivé à midi.", "AFP"),
    ("Madrid, 3 nov. (EFE).- El ferri llegó a mediodía.", "EFE"),
    ("Ciudad de México, 3 de noviembre de 2024 (EFE).- El ferri llegó.", "EFE"),
    ("Lisboa, 03 nov 2024 (Lusa) – O navio chegou ao meio-dia.", "Lusa"),
    ("Jakarta (ANTARA) - Kapal feri tiba pada siang hari.", "Antara"),
    ("МОСКВА, 3 ноя — РИА Новости. Паром пришёл в полдень.", "RIA Novosti"),
    ("МОСКВА, 3 ноября. /ТАСС/. Паром пришёл в полдень.", "TASS"),
    ("Москва. 3 ноября. INTERFAX.RU - Паром пришёл в полдень.", "Interfax"),
    ("КИЇВ, 3 листопада — Укрінформ. Пором прийшов опівдні.", "Ukrinform"),
    ("موسكو (رويترز) - وصلت العبارة ظهرا.", "Reuters"),
    ("باريس (أ ف ب) – وصلت العبارة ظهرا.", "AFP"),
    ("باريس ـ أ.ف.ب: وصلت العبارة ظهرا.", "AFP"),
    ("أنقرة / الأناضول - وصلت العبارة ظهرا.", "Anadolu"),
]


@pytest.mark.parametrize(("line", "agency"), DATELINES, ids=[line[:24] for line, _ in DATELINES])
def test_a_dateline_names_its_agency(line: str, agency: str) -> None:
    assert credited(f"{line} {BODY}\n{BODY}") == [(agency, "dateline")]
    assert credited(f"A standfirst in one line.\n{line}\n{BODY}") == [(agency, "dateline")]


BYLINES = [
    ("AP", "AP"),
    ("Reuters Staff", "Reuters"),
    ("JANE ROE, Associated Press", "AP"),
    ("Agence France-Presse", "AFP"),
    ("Agencia EFE", "EFE"),
    ("dpa", "dpa"),
    ("Anadolu Ajansı", "Anadolu"),
    ("Agência Lusa", "Lusa"),
    ("Антон Иванов, ТАСС", "TASS"),
    ("رويترز", "Reuters"),
]


@pytest.mark.parametrize(("author", "agency"), BYLINES)
def test_a_byline_names_its_agency(author: str, agency: str) -> None:
    assert credited(BODY, "Someone Else", author) == [(agency, "byline")]


@pytest.mark.parametrize(
    "line",
    ["By JANE ROE, Associated Press", "Von Jana Roe, AP", "Por Ana Rey (AP)", "Oleh: Budi, AP", "Par AP"],
)
def test_a_byline_may_stand_in_the_text(line: str) -> None:
    assert credited(f"{line}\n{BODY}") == [("AP", "byline")]


SOURCES = [
    ("Source: Reuters", "Reuters"),
    ("Source : AFP", "AFP"),
    ("Quelle: dpa", "dpa"),
    ("Quelle: dpa-AFX", "dpa"),
    ("Fuente: Agencia EFE", "EFE"),
    ("Fonte: Lusa", "Lusa"),
    ("Sumber: ANTARA", "Antara"),
    ("Kaynak: Anadolu Ajansı", "Anadolu"),
    ("Источник: ТАСС", "TASS"),
    ("Джерело: Укрінформ", "Ukrinform"),
    ("المصدر: رويترز", "Reuters"),
]


@pytest.mark.parametrize(("line", "agency"), SOURCES)
def test_a_source_line_names_its_agency_at_either_end(line: str, agency: str) -> None:
    assert credited(f"{BODY}\n{line}") == [(agency, "source")]
    assert credited(f"{line}\n{BODY}") == [(agency, "source")]
    assert credited(f"{BODY} {line}") == [(agency, "source")]


ENDS = [
    ("(AFP)", "AFP"),
    ("AP", "AP"),
    ("— Reuters", "Reuters"),
    ("dpa/lno", "dpa"),
    ("(EFE)", "EFE"),
    ("Reporting by Jane Roe in Norrvik; Editing by John Doe", "Reuters"),
    ("(Reuters/NAN)", "Reuters NAN"),
    ("AFP / dpa", "AFP dpa"),
    ("(AA)", "Anadolu"),
    ("ТАСС", "TASS"),
    ("(أ ف ب)", "AFP"),
]


@pytest.mark.parametrize(("line", "agencies"), ENDS)
def test_an_end_credit_names_its_agencies(line: str, agencies: str) -> None:
    assert credited(f"{BODY}\n{line}") == [(agency, "end") for agency in agencies.split()]
    if line.startswith(("(", "—")):
        assert credited(f"{BODY} {line}") == [(agency, "end") for agency in agencies.split()]


PARTS = [
    ("The Associated Press contributed to this report.", "AP"),
    ("Associated Press writers Jane Roe in Paris and Ann Poe in Kyiv contributed to this report.", "AP"),
    ("(with files from Reuters)", "Reuters"),
    ("With reporting by AFP", "AFP"),
    ("(mit Material von dpa)", "dpa"),
    ("(avec AFP)", "AFP"),
    ("(Con información de EFE)", "EFE"),
    ("Com informações da Agência Lusa", "Lusa"),
    ("(dengan laporan dari AFP)", "AFP"),
    ("По материалам ТАСС", "TASS"),
    ("За матеріалами Укрінформу та Reuters", "Reuters"),
    ("(نقلا عن رويترز)", "Reuters"),
]


@pytest.mark.parametrize(("line", "agency"), PARTS)
def test_what_an_agency_only_gave_to_is_told_apart(line: str, agency: str) -> None:
    assert (agency, "part") in credited(f"{BODY}\n{line}")


@pytest.mark.parametrize(
    "text",
    [
        "The minister told Reuters that the ferry was late.",
        "TASS wrote that the ferry was late. Nobody confirmed it.",
        "According to the Associated Press, the ferry was late.",
        "He works for the AP - and likes it.",
        "Menteri mengatakan perbedaan antara kapal dan feri kecil.",
        "Antara kapal dan feri ada perbedaan, kata menteri.",
        "Efe Yılmaz limanda bekliyordu.",
        "Как сообщает ТАСС, паром опоздал.",
        "Wie die dpa berichtet, kam die Fähre zu spät.",
        "VISIT the show in Harrisburg, PA. Entry is free for children.",
        "PTI reports:",
        "Source: the harbour office",
        "Photo: AFP",
        "Foto: dpa",
        "(AP Photo/Jane Roe)",
        "Фото: ТАСС",
        "(Photo by Jane Roe / AFP)",
        "The Interfaxes of this world - Tassels and Reutersward.",
        "",
    ],
)
def test_what_is_no_credit_is_none(text: str) -> None:
    assert credited(f"{text}\n{BODY}\n{text}") == []
    assert credited(f"{BODY} {text}") == []


@pytest.mark.parametrize("author", ["Efe Yılmaz", "Maria Antaras", "Rita Reutersberg", "apa", "ap"])
def test_a_name_that_holds_an_agencys_letters_is_no_agency(author: str) -> None:
    assert credited(BODY, author) == []


def test_an_agencys_own_site_needs_no_credit_line() -> None:
    assert credited(source="www.reuters.com") == [("Reuters", "outlet")]
    assert credited(source="en.antaranews.com") == [("Antara", "outlet")]
    assert credited(outlet="Reuters") == [("Reuters", "outlet")]
    assert credited(source="notreuters.com") == []


def test_an_agency_is_named_once_where_it_is_said_most_plainly() -> None:
    text = f"NORRVIK (AP) — {BODY}\nThe Associated Press contributed to this report."
    assert credited(text, "AP") == [("AP", "byline")]
    (credit,) = credits_of(replace(ARTICLE, text=text))
    assert (credit.place, credit.text) == (CreditPlace.DATELINE, "NORRVIK (AP) —")


def test_all_agencies_are_named() -> None:
    assert credited(f"Berlin (dpa/AFP) - {BODY}\nQuelle: Reuters") == [
        ("dpa", "dateline"),
        ("AFP", "dateline"),
        ("Reuters", "source"),
    ]


@given(st.text(st.sampled_from("(/)-—. \nAPREUTRSdpaТАСC:,source") | st.characters(), max_size=400))
def test_any_text_is_read_to_its_end(text: str) -> None:
    credits_of(replace(ARTICLE, text=text, authors=(text,)))
