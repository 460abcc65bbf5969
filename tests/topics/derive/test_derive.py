"""A draft from articles loads as it is, finds its own articles, and says where its words are from."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import BadInput
from monitor.model import Concept, Document, Topic, TopicStatus
from monitor.settings.findings import Findings
from monitor.settings.topic_files import read_topics
from monitor.topics.derive.derive import derive
from monitor.topics.derive.draft import LANGUAGES, Seed
from monitor.topics.derive.names import names
from monitor.topics.derive.pairs import pairs
from monitor.topics.derive.places import subdivision
from monitor.topics.derive.write import write
from monitor.topics.match import compile_topics
from tests.stories.written import WRECK

SEEDS = [Seed(title=r.title, text=r.text, language=r.language) for r in WRECK.values()]
RESCUE = Concept(name="rescue", weight=3, aliases={"en": ("rescuer",), "ru": ("спасател*",)})


def drafted(seeds: list[Seed], *lexicon: Concept, name: str = "") -> tuple[str, Topic]:
    """The file of a draft, and the topic that the settings make of it, in which nothing may be wrong."""
    labels = [f"{seed.language}.txt" for seed in seeds]
    text = write(derive(seeds, labels, lexicon, name=name))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "concepts").mkdir()
        shared = {
            "concepts": {
                each.name: {"weight": each.weight, "aliases": {k: list(v) for k, v in each.aliases.items()}}
                for each in lexicon
            }
        }
        (path / "concepts" / "own.yaml").write_text(yaml.safe_dump(shared), encoding="utf-8")
        (path / "draft.yaml").write_text(text, encoding="utf-8")
        findings = Findings()
        (topic,) = read_topics(path, findings).topics
        assert not findings.faults, findings.faults
        return text, topic


def concept(topic: Topic, name: str) -> Concept:
    return next(each for each in topic.concepts if each.name == name)


@pytest.mark.parametrize("languages", [("en",), ("ar",), ("de", "es"), ("en", "ru", "id")])
def test_a_draft_loads_and_finds_the_articles_that_it_came_from(languages: tuple[str, ...]) -> None:
    seeds = [seed for seed in SEEDS if seed.language in languages]
    _, topic = drafted(seeds)
    assert topic.status is TopicStatus.DRAFT
    for seed in seeds:
        document = Document(title=seed.title, text=seed.text, language=seed.language)
        assert compile_topics([topic]).match(document), (seed.language, topic.match)


def test_a_draft_is_not_about_other_news() -> None:
    _, topic = drafted([seed for seed in SEEDS if seed.language in ("en", "id")])
    other = Document(title="Sweden wins the chess olympiad", text="The final lasted six hours in Indonesia.")
    assert not compile_topics([topic]).match(other)


def test_places_are_named_in_all_ten_languages() -> None:
    _, topic = drafted([seed for seed in SEEDS if seed.language == "en"])
    indonesia = concept(topic, "indonesia").aliases
    assert set(indonesia) == set(LANGUAGES)
    assert "Индонезия" in indonesia["ru"]
    assert "إندونيسيا" in indonesia["ar"]


def test_names_come_with_their_short_forms_and_origins() -> None:
    article = "Rescue chief Marselina Wonda spoke to reporters. Later Wonda said that the search goes on."
    text, topic = drafted([Seed(title="", text=article, language="en")])
    assert set(concept(topic, "marselina_wonda").aliases["any"]) == {"Marselina Wonda", "Wonda"}
    assert "- Wonda  # short form" in text
    assert "status: proposed" in text


def test_a_name_in_two_scripts_is_one_concept() -> None:
    _, topic = drafted([seed for seed in SEEDS if seed.language in ("en", "ru")])
    spelled = concept(topic, "marselina_wonda").aliases
    assert any("Вонда" in alias for aliases in spelled.values() for alias in aliases)


def test_outlets_and_authors_are_left_out() -> None:
    article = "This was told by Nerida Quill to the readers of Harbour Gazette: the Bahari Sentosa sank."
    seed = Seed(
        title="", text=article, language="en", leave_out=frozenset({"harbour gazette", "nerida quill"})
    )
    assert "Bahari Sentosa" in " ".join(names(seed))
    assert not {"Harbour Gazette", "Nerida Quill"} & set(names(seed))


def test_a_title_before_a_name_is_no_part_of_it() -> None:
    seed = Seed(
        title="",
        text="We met the Foreign Minister Yohanes Lemba there again on the way to the sea.",
        language="en",
    )
    assert set(names(seed)) == {"Yohanes Lemba"}


def test_what_a_newsroom_has_a_concept_for_is_named_and_not_proposed_again() -> None:
    text, topic = drafted([seed for seed in SEEDS if seed.language in ("en", "ru")], RESCUE)
    assert concept(topic, "rescue").weight == 3
    assert "rescue: 3  # proposed;" in text
    assert not any("rescuers" in aliases for c in topic.concepts for aliases in c.aliases.values())


def test_words_that_meet_beside_the_same_figures_are_paired() -> None:
    english = "The levy is 450 crowns. Fishermen call a levy of 450 crowns unfair."
    german = "Die Abgabe beträgt 450 Kronen. Fischer nennen die Abgabe von 450 Kronen ungerecht."
    found = pairs([Seed(title="", text=english, language="en"), Seed(title="", text=german, language="de")])
    assert ("450",) in [tuple(figures) for figures in found.values()]


def test_two_words_that_met_once_are_no_pair_unless_the_figure_counts_them_or_they_sound_alike() -> None:
    english = "Divers found 212 lanterns. The harbourmaster thanked 19 brave mechanics for the transmitter."
    german = (
        "Taucher fanden 212 Laternen. Mutige Helfer, 19 an der Zahl, lobte der Kapitän: Transmitter liefen."
    )
    found = pairs([Seed(title="", text=english, language="en"), Seed(title="", text=german, language="de")])
    assert {(one[1], other[1]) for one, other in found} == {("lantern", "latern"), ("transmitt", "transmitt")}


def test_what_an_apostrophe_ties_to_a_name_is_no_part_of_it() -> None:
    turkish = "Dün sabah Cilvegözü'nde beklediler ve akşam Cilvegözü'ne döndüler."
    assert set(names(Seed(title="", text=turkish, language="tr"))) == {"Cilvegözü"}
    french = "Selon les gardes, l'Ouezzanaise a quitté la ville hier soir, dit-on."
    assert set(names(Seed(title="", text=french, language="fr"))) == {"Ouezzanaise"}


def test_of_one_article_what_names_nothing_carries_no_rule_and_every_concept_is_quoted() -> None:
    russian = "Они замерзли на границе с Польшей. Тела двух мужчин нашли в лесу у деревни Усово."
    drafts = derive([Seed(title="Двое замерзли", text=russian, language="ru")], ["a"], [])
    assert drafts.match.startswith(("@usovo NEAR/60 @poland", "@poland NEAR/60 @usovo"))
    assert all(each.quote for each in drafts.proposals)
    assert all(each.weight < 3 for each in drafts.proposals if each.common)


def test_a_region_is_found_in_the_countries_that_the_articles_name() -> None:
    assert subdivision("Chechnya", ["RU"])["uk"]
    assert subdivision("Chechnya", ["CA"]) == {}
    assert subdivision("Ob", ["RU"]) == {}


def test_the_name_that_an_editor_gives_becomes_title_and_id() -> None:
    _, topic = drafted(SEEDS[:1], name="Ferries: what sinks?")
    assert (topic.title, topic.id) == ("Ferries: what sinks?", "ferries-what-sinks")


def test_articles_that_say_nothing_and_too_many_of_them_are_refused() -> None:
    with pytest.raises(BadInput, match="rare enough"):
        derive([Seed(title="", text="It is so.", language="en")], ["a"], [])
    with pytest.raises(BadInput, match="one to 5"):
        derive(SEEDS[:1] * 6, ["a"] * 6, [])


hostile = st.text(st.sampled_from("Ab \n\"'#:[]{}&*!%@`,-…\u2028\u202e\x00\x85يд7"), max_size=60)


@settings(max_examples=25, deadline=None)
@given(noise=hostile)
def test_no_text_breaks_the_file(noise: str) -> None:
    article = f"Marselina Wonda {noise} spoke. Marselina Wonda{noise} left. {noise} Wonda"
    text, _ = drafted([Seed(title=noise, text=article, language="en")])
    assert yaml.safe_load(text)["topics"][0]["status"] == "draft"
