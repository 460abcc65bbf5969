"""How words change, language by language: what an alias must find in a sentence, and what it must not."""

from __future__ import annotations

import pytest

from monitor.model import Concept, Document, Topic
from monitor.topics.lexicon import language, scripts
from monitor.topics.match import compile_topics


def found(alias: str, code: str, text: str) -> list[str]:
    """The words that *alias* finds in *text*."""
    concept = Concept(name="c", weight=1, aliases={code: (alias,)})
    matcher = compile_topics([Topic(id="t", title="t", match="@c", concepts=(concept,))])
    return [item.text for match in matcher.match(Document(title="", text=text)) for item in match.evidence]


FINDS = [
    ("en", "refugee", "Refugees came", "Refugees"),
    ("en", "rescue", "rescuing the men", "rescuing"),
    ("en", "deny", "he denied it", "denied"),
    ("en", "gay man", "Gay-man of the year", "Gay-man"),
    ("en", "safe house", "in safe houses", "safe houses"),
    ("en", "safe house", "two safe-houses", "safe-houses"),
    ("en", "Chechnya", "Chechnya’s leader", "Chechnya"),
    ("en", "LGBT", "the LGBT+ flag", "LGBT"),
    ("en", "gay", "anti-gay laws", "gay"),
    ("ru", "Чечня", "в Чечне", "Чечне"),
    ("ru", "Чечня", "из Чечни", "Чечни"),
    ("ru", "беженец", "о беженцах", "беженцах"),
    ("ru", "Чеченская Республика", "в Чеченской Республике", "Чеченской Республике"),
    ("ru", "задержать", "задержали двоих", "задержали"),
    ("ru", "ёлка", "у Елки", "Елки"),
    ("uk", "біженець", "для біженців", "біженців"),
    ("uk", "Чечня", "у Чечні", "Чечні"),
    ("uk", "сім'я", "без сім’ї", "сім’ї"),
    ("de", "Flüchtling", "den Flüchtlingen", "Flüchtlingen"),
    ("de", "homosexuell", "homosexueller Männer", "homosexueller"),
    ("de", "fliehen", "sie flieht", "flieht"),
    ("de", "Flüchtling*", "im Flüchtlingslager", "Flüchtlingslager"),
    ("de", "*verfolgung", "die Homosexuellenverfolgung", "Homosexuellenverfolgung"),
    ("fr", "homosexuel", "deux homosexuelles", "homosexuelles"),
    ("fr", "réfugié", "d’une réfugiée", "réfugiée"),
    ("fr", "asile", "demandeurs d’asile", "asile"),
    ("fr", "persécuter", "ils sont persécutés", "persécutés"),
    ("es", "checheno", "las chechenas", "chechenas"),
    ("es", "persecución", "las persecuciones", "persecuciones"),
    ("es", "refugiado", "unas refugiadas", "refugiadas"),
    ("pt", "perseguição", "as perseguições", "perseguições"),
    ("pt", "homossexual", "os homossexuais", "homossexuais"),
    ("pt", "refugiado", "as refugiadas", "refugiadas"),
    ("tr", "mülteci", "mültecilerin", "mültecilerin"),
    ("tr", "Çeçenistan", "Çeçenistan’da", "Çeçenistan"),
    ("tr", "sığınma", "SIĞINMA TALEBİ", "SIĞINMA"),
    ("tr", "İran", "İRAN’DAN", "İRAN"),
    ("tr", "çocuk", "çocuğun", "çocuğun"),
    ("id", "evakuasi", "dievakuasi ke", "dievakuasi"),
    ("id", "evakuasi", "mengevakuasi warga", "mengevakuasi"),
    ("id", "negara", "negaranya", "negaranya"),
    ("id", "tahan", "penahanan warga", "penahanan"),
    ("id", "siksa", "polisi menyiksa", "menyiksa"),
    ("id", "pukul", "mereka memukuli", "memukuli"),
    ("id", "kirim", "mengirimkan surat", "mengirimkan"),
    ("id", "melarikan diri", "MELARIKAN DIRI!", "MELARIKAN DIRI"),
    ("ar", "لاجئ", "واللاجئين", "واللاجئين"),
    ("ar", "مثلي", "للمثليين", "للمثليين"),
    ("ar", "مجتمع الميم", "ومجتمع الميم", "ومجتمع الميم"),
    ("ar", "الشيشان", "بالشيشان", "بالشيشان"),
    ("ar", "تعذيب", "التَّعْذيب", "التَّعْذيب"),
    ("ar", "مثلي", "\u200fمثليون\u200f", "مثليون"),
    ("zh", "难民", "支持难民的人", "难民"),
    ("th", "ผู้ลี้ภัย", "ช่วยผู้ลี้ภัยชาว", "ผู้ลี้ภัย"),
    ("hi", "शरणार्थी", "एक शरणार्थी ने", "शरणार्थी"),
    ("any", "Rainbow Railroad", "RAINBOW\nRAILROAD", "RAINBOW\nRAILROAD"),
    ("any", "=LGB", "the LGB Alliance", "LGB"),
    ("any", "café", "Cafe\u0301", "Cafe\u0301"),
    ("en", "refugee", "ref\u00adugees", "ref\u00adugees"),
]


@pytest.mark.parametrize(("code", "alias", "text", "words"), FINDS)
def test_an_alias_finds_its_forms_as_they_stand(code: str, alias: str, text: str, words: str) -> None:
    assert found(alias, code, text) == [words]


MISSES = [
    ("en", "gay", "Marvin Gaye sang"),
    ("en", "gay", "the gayest"),
    ("en", "exact!", "exactly"),
    ("en", '"safe house"', "safe houses"),
    ("en", "safe house", "safe, house"),
    ("en", "safe house", "unsafe house"),
    ("any", "refugee", "refugees"),
    ("any", "=LGB", "lgb"),
    ("any", "=LGB", "LGBT"),
    ("ru", "гей!", "гейзер"),
    ("ru", "виз!", "визит"),
    ("ru", "суд", "судьба"),
    ("de", "schwul", "schwül"),
    ("de", "Visa", "Visagen"),
    ("es", "año", "ano"),
    ("tr", "gey!", "geyik"),
    ("id", "Iran", "diIran"),
    ("id", "Tuban", "menuban"),
    ("id", "tahan", "nahan"),
    ("ar", "فر!", "فرنسا"),
    ("hi", "शरण", "शरणार्थी"),
]


@pytest.mark.parametrize(("code", "alias", "text"), MISSES)
def test_an_alias_leaves_other_words_alone(code: str, alias: str, text: str) -> None:
    assert found(alias, code, text) == []


def test_an_alias_may_not_stretch_from_the_title_into_the_text() -> None:
    concept = Concept(name="c", weight=1, aliases={"en": ("safe house",)})
    matcher = compile_topics([Topic(id="t", title="t", match="@c", concepts=(concept,))])
    assert matcher.match(Document(title="Stay safe", text="House prices fall")) == ()


def test_a_word_of_the_query_takes_the_endings_of_the_topics_languages() -> None:
    topic = Topic(id="t", title="t", match="earthquake OR землетрясение", languages=("en", "tr", "ru"))
    matcher = compile_topics([topic])
    for text in ("Earthquakes shook it", "после землетрясений"):
        assert matcher.match(Document(title="", text=text))
    assert not matcher.match(Document(title="", text="earthquakelerinden"))  # Turkish would take anything


def test_an_unknown_language_takes_words_as_they_are() -> None:
    assert language("xx").longest == 0
    assert language("pt-BR") is language("pt")


def test_scripts_are_told_apart() -> None:
    assert scripts("Чeчня 5") == {"CYRILLIC", "LATIN"}
    assert scripts("مثلي") == {"ARABIC"}
    assert scripts("1-2") == frozenset()
