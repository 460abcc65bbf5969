"""The table of each lexicon: number words, collectives, ranges and hedges of ten languages."""

from __future__ import annotations

import pytest

from monitor.stories.figures.lexicon import LANGUAGES, lexicon
from monitor.stories.figures.quantities import quantities
from monitor.text.words import normalise

EXACT = {
    "en": {
        "two": 2, "twelve": 12, "thirty-one": 31, "forty two": 42, "a hundred and five": 105, "1,204": 1204,
        "three hundred": 300, "a dozen": 12, "two dozen": 24, "half a dozen": 6, "2.5 thousand": 2500,
        "twelve hundred": 1200, "two thousand three hundred": 2300,
    },
    "id": {
        "dua": 2, "dua belas": 12, "tiga puluh satu": 31, "seratus lima": 105, "1.204": 1204,
        "tiga ratus dua puluh": 320, "selusin": 12, "dua lusin": 24, "2 ribu": 2000, "seribu dua ratus": 1200,
        "sebelas": 11, "2,5 ribu": 2500,
    },
    "ru": {
        "двое": 2, "двенадцать": 12, "тридцать один": 31, "тридцати одного": 31, "сто пять": 105,
        "1 204": 1204, "триста двадцать": 320, "два десятка": 20, "полсотни": 50, "пять тысяч": 5000,
        "12 тыс.": 12000, "двумстам": 200, "полтора десятка": 15,
    },
    "uk": {
        "двоє": 2, "дванадцятеро": 12, "тридцять один": 31, "тридцяти одного": 31, "сто п'ять": 105,
        "1 204": 1204, "п'ятдесят сім": 57, "два десятки": 20, "півсотні": 50, "п’ять тисяч": 5000,
    },
    "de": {
        "zwei": 2, "zwölf": 12, "einunddreißig": 31, "hundertfünf": 105, "dreihundertzwanzig": 320,
        "1.204": 1204, "ein Dutzend": 12, "zwei Dutzend": 24, "zwölftausend": 12000, "fünfhundert": 500,
        "siebenundneunzig": 97, "ein halbes Dutzend": 6,
    },
    "fr": {
        "deux": 2, "douze": 12, "trente et un": 31, "soixante-dix-sept": 77, "quatre-vingts": 80,
        "quatre-vingt-onze": 91, "quatre-vingt-trois": 83, "deux cents": 200, "trois cent vingt": 320,
        "1 204": 1204, "une douzaine": 12, "vingt-deux": 22, "cinq mille": 5000, "soixante et onze": 71,
    },
    "es": {
        "dos": 2, "doce": 12, "treinta y un": 31, "veintidós": 22, "ciento cinco": 105, "trescientas": 300,
        "1.204": 1204, "una docena": 12, "dos docenas": 24, "medio centenar": 50, "dos mil trescientos": 2300,
        "tres decenas": 30,
    },
    "pt": {
        "dois": 2, "doze": 12, "trinta e um": 31, "vinte e duas": 22, "cento e cinco": 105, "trezentas": 300,
        "1.204": 1204, "uma dúzia": 12, "meia dúzia": 6, "duas dezenas": 20, "dois mil e trezentos": 2300,
    },
    "tr": {
        "iki": 2, "on iki": 12, "otuz bir": 31, "yüz beş": 105, "üç yüz yirmi": 320, "1.204": 1204,
        "bir düzine": 12, "yarım düzine": 6, "beş bin": 5000, "kırk iki": 42,
    },
    "ar": {
        "اثنان": 2, "اثنا عشر": 12, "خمس عشرة": 15, "واحد وثلاثون": 31, "خمسة وأربعين": 45, "مئة وخمسة": 105,
        "١٢٠٤": 1204, "ثلاثمئة": 300, "خمسة آلاف": 5000, "٣٥": 35, "1,204": 1204, "شخصان": 2,
    },
}  # fmt: skip
SPANS = {
    "en": {"dozens": (20, 99), "hundreds": (200, 999), "thousands": (2000, 9999),
        "between 30 and 40": (30, 40),
           "30 to 40": (30, 40), "30–40": (30, 40), "tens of thousands": (20000, 99999),
           "two or three": (2, 3)},
    "id": {"belasan": (11, 19), "puluhan": (20, 99), "ratusan": (200, 999), "ribuan": (2000, 9999),
           "antara 20 hingga 30": (20, 30), "20 sampai 30": (20, 30)},
    "ru": {"десятки": (20, 99), "сотен": (200, 999), "тысячи": (2000, 9999), "от 30 до 40": (30, 40),
           "два-три": (2, 3), "десятки тысяч": (20000, 99999)},
    "uk": {"десятки": (20, 99), "сотні": (200, 999), "тисячі": (2000, 9999), "від 30 до 40": (30, 40)},
    "de": {"Dutzende": (20, 99), "mehrere Dutzend": (20, 99), "Hunderte": (200, 999),
        "Tausende": (2000, 9999),
           "zwischen 30 und 40": (30, 40), "30 bis 40": (30, 40)},
    "fr": {"des dizaines": (20, 99), "une dizaine": (8, 12), "une quarantaine": (35, 45),
           "des centaines": (200, 999), "entre 30 et 40": (30, 40), "des milliers": (2000, 9999)},
    "es": {"decenas": (20, 99), "cientos": (200, 999), "miles": (2000, 9999), "entre 30 y 40": (30, 40),
           "una treintena": (26, 34)},
    "pt": {"dezenas": (20, 99), "centenas": (200, 999), "milhares": (2000, 9999), "entre 30 e 40": (30, 40)},
    "tr": {"onlarca": (20, 99), "yüzlerce": (200, 999), "binlerce": (2000, 9999), "30 ila 40": (30, 40),
           "on binlerce": (20000, 99999)},
    "ar": {"عشرات": (20, 99), "المئات": (200, 999), "آلاف": (2000, 9999), "بين 30 و40": (30, 40)},
}  # fmt: skip
HEDGED = {
    "about": {
        "en": "nearly 40", "id": "sekitar 40", "ru": "около 40", "uk": "близько 40", "de": "knapp 40",
        "fr": "environ 40", "es": "unas 40", "pt": "cerca de 40", "tr": "40 kadar", "ar": "نحو 40",
    },
    "at_least": {
        "en": "more than 40", "id": "sedikitnya 40", "ru": "не менее 40", "uk": "понад 40",
        "de": "mehr als 40",
        "fr": "plus de 40", "es": "al menos 40", "pt": "mais de 40", "tr": "40'tan fazla", "ar": "أكثر من 40",
    },
    "at_most": {
        "en": "up to 40", "id": "kurang dari 40", "ru": "до 40", "uk": "до 40", "de": "bis zu 40",
        "fr": "jusqu'à 40", "es": "hasta 40", "pt": "até 40", "tr": "en fazla 40", "ar": "ما يصل إلى 40",
    },
}  # fmt: skip


def read(text: str, language: str) -> list[tuple[int, int, str | None]]:
    words = lexicon(language)
    assert words is not None
    return [(item.low, item.high, item.hedge) for item in quantities(normalise(text), words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_word_of_the_table_comes_to_its_number(language: str) -> None:
    for text, value in EXACT[language].items():
        assert read(text, language) == [(value, value, None)], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_vague_plurals_and_ranges_have_their_bounds(language: str) -> None:
    for text, span in SPANS[language].items():
        assert [item[:2] for item in read(text, language)] == [span], text


@pytest.mark.parametrize("hedge", HEDGED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hedge_is_kept_and_the_number_stays_what_it_is(language: str, hedge: str) -> None:
    assert read(HEDGED[hedge][language], language) == [(40, 40, hedge)]


def test_an_inverted_order_in_russian_means_about() -> None:
    assert read("человек тридцать", "ru") == [(30, 30, "about")]


def test_approximate_collectives_say_that_they_are() -> None:
    assert read("une quarantaine", "fr") == [(35, 45, "about")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "31-year-old"), ("en", "at 9.40 am"), ("en", "$31 million"),
        ("en", "4.5 per cent"), ("en", "3-1"),
        ("en", "the 12th"), ("en", "on May 12"), ("en", "in 2015"), ("en", "220 kilometres"),
        ("id", "berusia 54 tahun"), ("id", "pukul 10.30"), ("id", "Rp 14.500"), ("id", "12 persen"),
        ("ru", "12-летний"), ("ru", "в 9:40"), ("ru", "31 млрд рублей"), ("ru", "4,5 процента"),
        ("ru", "12 марта"), ("uk", "12 вересня"), ("uk", "220 кілометрів"), ("de", "am 3. Oktober"),
        ("de", "um 9.40 Uhr"), ("de", "54-jährige"), ("de", "31 Millionen Euro"), ("fr", "à 9h40"),
        ("fr", "le 3 octobre"), ("fr", "54 ans"), ("es", "a las 9:40"), ("es", "el 3 de octubre"),
        ("pt", "às 9h40"), ("pt", "4,5 por cento"), ("tr", "saat 9.40'ta"), ("tr", "3 Ekim'de"),
        ("tr", "54 yaşındaki"), ("tr", "12'nci"), ("ar", "الساعة 9:40"), ("ar", "54 عاما"),
        ("ar", "3 أكتوبر"),
    ],
)  # fmt: skip
def test_dates_ages_times_money_and_measures_are_no_quantities(language: str, text: str) -> None:
    assert read(text, language) == []
