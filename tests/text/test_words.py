"""How letters are read."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import words

ODD = st.text(
    st.sampled_from(
        " \n\t abIİıée\u0301\u0307ß'’`´-–\u200f\u200b\u00a0أآةـ\u064eЙи\u0306ёﷺﬁ가각\uff9e㌔ｶΣς0.ل"
    )
)


class TestClean:
    @pytest.mark.parametrize(
        ("raw", "cleaned"),
        [
            ("a\x00b", "ab"),
            ("a\ud800b", "ab"),
            ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
            ("tab\tstays\x07", "tab\tstays"),
            ("cafe\u0301", "café"),
            ("\ufffe\ufdd0x", "x"),
            ("שלום\u200f", "שלום\u200f"),
        ],
    )
    def test_what_a_database_refuses_goes(self, raw: str, cleaned: str) -> None:
        assert words.clean(raw) == cleaned

    @given(st.one_of(st.text(), ODD))
    def test_cleaning_twice_changes_nothing(self, raw: str) -> None:
        assert words.clean(words.clean(raw)) == words.clean(raw)

    @given(st.text())
    def test_clean_text_can_always_be_encoded(self, raw: str) -> None:
        assert "\x00" not in words.clean(raw).encode("utf-8").decode("utf-8")


class TestNormalise:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("İSTANBUL", "istanbul"),
            ("SIĞINMA", "sığınma"),
            ("ёлка", "Елка"),
            ("Ukraine’s", "ukraine's"),
            ("anti–gay", "anti-gay"),
            ("ref\u00adugee", "refugee"),
            ("مُثْلِيّ", "مثلي"),
            ("إجلاء", "اجلاء"),
            ("الهوية", "الهويه"),
            ("cafe\u0301", "café"),
            ("Бе\u0301женцы", "беженцы"),
            ("ﬁnd", "find"),
            ("Straße", "STRASSE"),
            ("two \n\t words", "two words"),
            ("non\u00a0breaking", "non breaking"),
            ("\u200fمثلي\u200e", "مثلي"),
        ],
    )
    def test_spellings_that_readers_take_for_one_are_one(self, one: str, other: str) -> None:
        assert words.normalise(one) == words.normalise(other)

    def test_different_words_stay_different(self) -> None:
        assert words.normalise("año") != words.normalise("ano")
        assert words.normalise("schwül") != words.normalise("schwul")

    @given(st.one_of(st.text(), ODD))
    def test_the_way_back_leads_from_the_same_text(self, raw: str) -> None:
        found = words.with_offsets(raw)
        assert found.text == words.normalise(raw)
        spans = [found.raw_span(place, place + 1) for place in range(len(found.text))]
        assert spans == sorted(spans)
        assert all(0 <= start < end <= len(raw) for start, end in spans)
        for char, (start, end) in zip(found.text, spans, strict=True):
            assert char in words.normalise(raw[start:end])

    @pytest.mark.parametrize(
        ("raw", "word", "stands_as"),
        [
            ("In Cafe\u0301s and", "cafés", "Cafe\u0301s"),
            ("von der Straße aus", "strasse", "Straße"),
            ("das\u00ad Ref\u00adugee", "refugee", "Ref\u00adugee"),
            ("قال الْمِثْلِيُّون", "المثليون", "الْمِثْلِيُّون"),
            ("İRAN'DA", "iran", "İRAN"),
            ("Rainbow\n  Railroad", "rainbow railroad", "Rainbow\n  Railroad"),
        ],
    )
    def test_a_word_is_found_as_it_stands(self, raw: str, word: str, stands_as: str) -> None:
        found = words.with_offsets(raw)
        at = found.text.index(word)
        start, end = found.raw_span(at, at + len(word))
        assert raw[start:end] == stands_as


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("L’asile, aujourd’hui", ["l", "asile", "aujourd", "hui"]),
            ("п'ять пів-дня", ["п'ять", "пів", "дня"]),
            ("Canada's 31 men", ["canada", "s", "31", "men"]),
            ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
            ("難民gay", ["難", "民", "gay"]),
            ("", []),
        ],
    )
    def test_words_are_cut_as_readers_cut_them(self, text: str, expected: list[str]) -> None:
        assert words.words(text) == expected

    @given(ODD)
    def test_words_and_their_starts_agree(self, raw: str) -> None:
        text = words.normalise(raw)
        assert len(words.word_starts(text)) == len(words.words(raw))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a-b, c's 'd'", "a b  c s  d "),
            ("l'été – п'ять 'так'", "l été   п'ять  так "),
            ("हिन्दी। भाषा", "हिन्दी  भाषा"),
            ("u.s. no_1", "u s  no_1"),
        ],
    )
    def test_what_separates_words_becomes_a_space_in_its_place(self, text: str, expected: str) -> None:
        assert words.separated(text) == expected

    @settings(max_examples=500)
    @given(st.one_of(st.text(), ODD))
    def test_separating_keeps_every_word_in_its_place(self, raw: str) -> None:
        text = words.normalise(raw)
        assert len(words.separated(text)) == len(text)
        assert words.word_starts(words.separated(text)) == words.word_starts(text)


SENTENCES = [
    ("en", "Mr. Powell spoke. He left at 5 p.m. on Friday.", 2),
    ("en", "They came in 2017. The U.S. said no.", 2),
    ("de", "Am 3. Oktober kam Dr. Weiß an. Das war z. B. neu!", 2),
    ("fr", "« Partez ! » M. Dupont est parti. C’est fini.", 3),
    ("es", "¿Quién? EE. UU. calla. Nadie habla.", 3),
    ("pt", "O Sr. Silva chegou. Está bem…", 2),
    ("ru", "В 2017 г. Иванов уехал. А. П. Чехов остался.", 2),
    ("uk", "Він приїхав. І пішов!", 2),
    ("id", "Tn. Budi pergi. Sdr. Ani tinggal.", 3),
    ("tr", "Dr. Kaya konuştu. Sonra gitti.", 2),
    ("ar", "وصل اليوم. هل يبقى؟ لا أحد يعرف.", 3),
    ("zh", "他来了。她走了！", 2),
    ("lines", "A title without a stop\nThe first sentence.\n\nThe next paragraph", 3),
    ("wrapped", "A sentence that was\nwrapped by hand. And another", 2),
    ("quotes", "“We are safe.” He smiled.", 2),
]


class TestSentences:
    @pytest.mark.parametrize(("language", "text", "count"), SENTENCES)
    def test_sentences_are_counted_as_readers_count_them(self, language: str, text: str, count: int) -> None:
        assert len(words.sentences(text)) == count, [text[a:b] for a, b in words.sentences(text)]

    @given(st.one_of(st.text(), ODD, st.text(st.sampled_from("Ab. !?\n…\"'1"))))
    def test_sentences_hold_all_that_is_not_space_once_and_in_order(self, text: str) -> None:
        spans = words.sentences(text)
        assert all(start < end for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


HOSTILE = {
    "marks": "a" + "\u0301\u0316" * 100_000,
    "high marks": "\U0001d165\u0301" * 100_000,
    "half-width marks": "\uff9e\u0301" * 100_000,
    "marks between joiners": "\u0301\u200b\u0316" * 100_000,
    "dots": "." * 300_000 + "x",
    "line breaks": "\n" * 300_000,
    "abbreviations": "a." * 150_000,
    "quotes": ".\"'" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_more_than_its_length(text: str) -> None:
    started = time.process_time()
    cleaned = words.clean(text)
    words.normalise(text)
    words.words(cleaned)
    words.sentences(cleaned)
    assert time.process_time() - started < 3


def test_every_character_that_turns_into_marks_counts_as_one() -> None:
    """A run of them would otherwise cost squares in `unicodedata.normalize`."""
    unseen = [
        char
        for char in map(chr, range(0x110000))
        if unicodedata.combining(unicodedata.normalize("NFKD", char)[:1] or " ")
        and not words._MARK_RUN.fullmatch(char * words._MOST_MARKS)
    ]
    assert unseen == []
