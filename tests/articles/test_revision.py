"""What a revision is, what it is called, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.notes import is_correction, is_counter
from monitor.articles.passages import split
from monitor.articles.revision import Comparison, CutOff, Same, Stranger, compare, is_cut_off
from monitor.model import Change, Mark, Revision, Version

TITLE = "Ferry brings 31 people to Norrvik"
LINES = (
    "The harbour town of Norrvik took in 31 people on Tuesday who had left the coast of Estrava by night.",
    "The ferry company said that 12 of them were children. Doctors saw all of them on the pier.",
    "Mayor Inge Dahlberg opened the old school, which has stood empty for three winters.",
    "Neighbours brought blankets, soup and a piano, which nobody had asked for but everybody played.",
    "The coast guard is still looking for a second boat, whose radio has been silent since Monday.",
    "A hearing on the night of the crossing begins on Friday in the district court of Halmstrand.",
)
TEXT = "\n".join(LINES)


def told(text: str, *, title: str = TITLE, old: str = TEXT, old_title: str = TITLE) -> Comparison:
    return compare(Version(title=old_title, text=old), Version(title=title, text=text))


def revised(text: str = TEXT, **values: str) -> Revision:
    found = told(text, **values)
    assert isinstance(found, Revision), found
    return found


def replaced(old: str, new: str) -> str:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


# --- what is no change --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\n\n").replace(". ", ".\n"),
        TEXT.replace(" ", "  "),
        TEXT.replace(",", " –").replace("Mayor", "“Mayor”"),
        TEXT.upper(),
        "\n".join((*LINES[1:], LINES[0])),
        f"{TEXT}\n12 comments",
        f"Updated 5 minutes ago\n{TEXT}",
        f"{TEXT}\nShare this article\nAdvertisement\nRead more: A ferry with a past",
        f"{TEXT}\nThe long way to Halmstrand",
        f"{TEXT}\n© 2026 The Harbour Gazette. All rights reserved.",
        "",
    ],
    ids=[
        "the same", "other lines", "spaces", "punctuation", "case", "order", "comments counted", "minutes",
        "share and ad lines", "a related headline", "copyright", "nothing at all",
    ],
)  # fmt: skip
def test_what_a_reader_would_not_call_a_change_is_none(text: str) -> None:
    assert told(text) == Same()
    if text:
        assert isinstance(told(TEXT, old=text), Same)


def test_a_counter_that_counts_on_is_no_change() -> None:
    old, new = (f"{TEXT}\n{count} comments · Updated {count} min ago" for count in (3, 417))
    assert told(new, old=old) == Same()


@pytest.mark.parametrize(
    "line",
    [
        "12 comments", "Updated 5 minutes ago", "34 Shares", "5 min read", "1.204 views", "dibaca 1.204 kali",
        "12 комментариев", "Обновлено 5 минут назад", "12 коментарів", "Aktualisiert: 12.11.2026, 15:04",
        "3 Min Lesezeit", "Il y a 5 minutes", "Hace 5 minutos", "Atualizado há 5 minutos", "5 dakika önce",
        "12 yorum", "منذ 5 دقائق", "12 تعليقا",
    ],
)  # fmt: skip
def test_counters_are_known_in_every_language(line: str) -> None:
    assert is_counter(line)


@pytest.mark.parametrize(
    "line",
    ["Killed: 12", "The 12 shares were sold to a reader in Oslo.", "Updated timetable", "31 people on board"],
)
def test_lines_that_count_the_news_are_no_counters(line: str) -> None:
    assert not is_counter(line)


# --- kinds --------------------------------------------------------------------------------------------


def test_a_new_headline() -> None:
    found = revised(title="Ferry brings 31 people to safety in Norrvik")
    assert found.kinds == (Change.HEADLINE,)
    assert (found.title.before, found.title.after) == (TITLE, "Ferry brings 31 people to safety in Norrvik")
    assert all(passage.is_kept for passage in found.passages)
    assert found.changed == 0


def test_a_page_that_names_no_headline_has_not_changed_it() -> None:
    assert told(TEXT, title="") == Same()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("31 people on", "34 people on"),
        ("12 of them", "9 of them"),
        ("took in 31 people", "took in 1,031 people"),
    ],
)
def test_a_figure_that_was_replaced(old: str, new: str) -> None:
    assert revised(replaced(old, new)).kinds == (Change.FIGURE,)


def test_a_figure_that_was_replaced_in_the_headline() -> None:
    assert revised(title=TITLE.replace("31", "34")).kinds == (Change.FIGURE, Change.HEADLINE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("31 people on Tuesday", "the people on Tuesday"),
        ("on Tuesday who", "on Wednesday who"),
        (LINES[3], "The town has 4,100 inhabitants, 2 churches and no hotel that is open in winter."),
    ],
    ids=["only gone", "no figure", "another sentence"],
)
def test_a_figure_that_came_or_went_with_its_sentence_is_no_figure_changed(old: str, new: str) -> None:
    assert Change.FIGURE not in revised(replaced(old, new)).kinds


def test_the_same_number_in_another_spelling_is_no_change() -> None:
    text = f"{TEXT}\nThe repairs will cost 1,200 crowns."
    assert told(text.replace("1,200", "1.200"), old=text) == Same()


@pytest.mark.parametrize(
    ("old", "new"),
    [("at 9:30 on", "at 11.45 on"), ("in 2019 and", "in 2021 and")],
    ids=["time of the day", "year"],
)
def test_when_is_no_how_many(old: str, new: str) -> None:
    text = f"{TEXT}\nThe ferry sailed {old} the same route."
    assert revised(text.replace(old, new), old=text).kinds == (Change.EDIT,)


def test_a_caller_may_know_more_of_figures_than_digits_say() -> None:
    def claims(sentence: str) -> dict[str, frozenset[str]]:
        role = "arrested" if "detained" in sentence else "released"
        return {role: frozenset(word for word in ("twelve", "fifteen") if word in sentence)}

    def kinds(new: str) -> tuple[Change, ...]:
        old = f"{TEXT}\nThe police detained twelve people at the port of Norrvik."
        found = compare(Version(title="", text=old), Version(title="", text=f"{TEXT}\n{new}"), claims=claims)
        assert isinstance(found, Revision)
        return found.kinds

    assert kinds("The police detained fifteen people at the port of Norrvik.") == (Change.FIGURE,)
    assert kinds("The police let go twelve people at the port of Norrvik.") == (Change.EDIT,)
    assert kinds("The police detained some people at the port of Norrvik.") == (Change.EDIT,)


@pytest.mark.parametrize(
    "note",
    [
        "Correction: An earlier version gave the wrong name of the ferry.",
        "This article was amended on 12 November: the mayor is Inge Dahlberg.",
        "An earlier version of this article misstated the number of children",
        "Ralat: Versi sebelumnya dari artikel ini salah menyebut nama kapal.",
        "Исправление: в первой версии было неверно указано имя мэра.",
        "В предыдущей версии текста была ошибка в названии парома.",
        "Виправлення: у попередній версії було помилково названо інше судно.",
        "Anmerkung der Redaktion: In einer früheren Version hieß die Fähre anders.",
        "Une première version de cet article donnait un autre nom au ferry.",
        "Fe de errores: el nombre del ferri era otro.",
        "Erramos: uma versão anterior deste texto trocou o nome da balsa.",
        "Düzeltme: Bu haberin önceki halinde feribotun adı yanlıştı.",
        "تصحيح: ورد في نسخة سابقة من هذا الخبر اسم آخر للعبّارة.",
    ],
)
def test_a_correction_note_in_any_language(note: str) -> None:
    assert is_correction(note)
    found = revised(f"{TEXT}\n{note}")
    assert found.kinds[0] is Change.CORRECTION
    assert next(passage.after for passage in found.passages if not passage.is_kept) in note


@pytest.mark.parametrize(
    "news",
    [
        "The ministry published a correction of its figures on Friday.",
        "A spokesman said that the earlier statement had been wrong.",
        "Министерство опубликовало исправление своих данных.",
        "Die Korrektur kam am Abend.",
        "La corrección del mercado sorprendió a los inversores.",
        "Corrections officers were called to the scene.",
    ],
)
def test_news_about_corrections_is_none(news: str) -> None:
    assert not is_correction(news)
    assert Change.CORRECTION not in revised(f"{TEXT}\n{news}").kinds


def test_what_made_a_revision_grave_comes_first() -> None:
    note = "Correction: The ferry is the Alma."
    text = replaced("12 of them", "14 of them").replace(LINES[2], "Nobody was hurt.")
    found = revised(f"{text}\n{note}", title="Ferry brings 31 people home")
    assert [each.after for each in found.telling] == [
        note,
        "The ferry company said that 14 of them were children.",
        "Ferry brings 31 people home",
    ]


def test_a_note_that_stood_there_before_is_told_once() -> None:
    noted = f"{TEXT}\nCorrection: The ferry is the Alma."
    assert Change.CORRECTION not in revised(noted.replace("three winters", "four years"), old=noted).kinds
    grown = noted.replace("the Alma.", "the Alma, not the Elna.")
    assert Change.CORRECTION in revised(grown, old=noted).kinds


def test_a_substantial_rewrite() -> None:
    grown = f"{TEXT}\n" + "\n".join(f"{line[:-1]}, said witness number {line[4:9]}." for line in LINES)
    assert Change.REWRITE in revised(grown).kinds
    assert Change.REWRITE in revised(TEXT, old="\n".join(LINES[:2])).kinds, "a flash that became a report"


def test_a_sentence_more_is_an_edit() -> None:
    found = revised(f"{TEXT}\nThe second boat has been found.")
    assert found.kinds == (Change.EDIT,)
    assert 0 < found.changed < 0.1


# --- pages that are not to be trusted -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES[:2]),
        "\n".join(LINES[:3]) + "\nNeighbours brought blankets, so…",
        LINES[0][:80] + "...",
        LINES[0][:-4] + "\nSubscribe to read on, for less than a coffee costs at the harbour.",
        "\n".join(LINES[:2]) + "\nKeep reading with a free account of the Harbour Gazette.",
    ],
    ids=["the first paragraphs", "cut within a sentence", "a teaser", "cut within a word", "with a notice"],
)
def test_a_page_cut_by_a_paywall_is_no_revision(text: str) -> None:
    assert told(text) == CutOff()
    assert is_cut_off(split(TEXT), split(text))


def test_a_last_paragraph_that_was_taken_out_is_a_revision() -> None:
    found = revised("\n".join(LINES[:-1]))
    assert [passage.before for passage in found.passages if not passage.after] == [LINES[-1]]


def test_an_article_cut_down_with_a_correction_is_a_revision() -> None:
    text = "\n".join(LINES[:2]) + "\nCorrection: The rest of this report was about another ferry."
    assert revised(text).kinds == (Change.CORRECTION, Change.REWRITE)


def test_another_article_at_the_same_address_is_no_revision() -> None:
    other = (
        "Beekeepers of the northern valleys report an early harvest and blame a dry spring for its taste. "
        "Prices at the market in Pellworm rose by a tenth. Inspectors found nothing wrong with the honey."
    )
    assert told(other, title="Honey comes early") == Stranger()
    assert told("Sorry, we moved house. Please come again another time.", title="Oh no") == Stranger()


# --- the difference -----------------------------------------------------------------------------------


def test_a_changed_sentence_shows_which_words_changed() -> None:
    found = revised(replaced("by night", "at dawn"))
    (passage,) = [each for each in found.passages if not each.is_kept]
    assert [(run.text, run.mark) for run in passage.runs[-3:]] == [
        (
            "The harbour town of Norrvik took in 31 people on Tuesday who had left the coast of Estrava ",
            "kept",
        ),
        ("by night.", "removed"),
        ("at dawn.", "added"),
    ]
    assert passage.opens
    assert not next(each for each in found.passages if "Doctors" in each.after).opens


def test_sentences_that_came_and_went_stand_where_they_stood() -> None:
    found = revised(replaced(LINES[2], "Nobody was hurt."))
    marks = [tuple(run.mark for run in passage.runs) for passage in found.passages]
    assert marks == [(Mark.KEPT,)] * 3 + [(Mark.ADDED,), (Mark.REMOVED,)] + [(Mark.KEPT,)] * 3


text = st.lists(st.sampled_from([*LINES, "Nobody was hurt.", "12 comments", "Correction: no."]), max_size=7)


@given(old=text, new=text)
def test_a_difference_holds_both_versions_and_nothing_else(old: list[str], new: list[str]) -> None:
    found = told("\n".join(new), old="\n".join(old))
    if isinstance(found, Revision):
        before = [passage.before for passage in found.passages if passage.before]
        after = [passage.after for passage in found.passages if passage.after]
        assert before == [each.text for line in old for each in split(line) if line != "12 comments"]
        assert after == [each.text for line in new for each in split(line) if line != "12 comments"]


@given(text=text)
def test_no_text_differs_from_itself(text: list[str]) -> None:
    assert told("\n".join(text), old="\n".join(text)) == Same()


def test_a_hostile_text_takes_its_time_and_no_more() -> None:
    old, new = "a b. " * 40_000, "b c. " * 40_000
    assert isinstance(told(new, old=old), Revision | Stranger)
