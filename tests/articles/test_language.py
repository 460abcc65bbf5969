"""Languages: relatives told apart from 200 characters, and `und` where nobody can tell."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.language import detect, normal_code

TRUTH: list[dict[str, Any]] = json.loads((Path(__file__).parent / "pages" / "truth.json").read_text("utf-8"))

# Two hundred characters or a little more each.
TEXTS = [
    ("id", "Pemerintah kota mengatakan bahwa banjir telah merendam ratusan rumah warga sejak Senin malam karena hujan deras. Petugas sudah mengirim perahu karet untuk membantu mereka, tetapi beberapa jalan masih tidak bisa dilewati kendaraan."),
    ("ms", "Kerajaan negeri berkata banjir telah menenggelami ratusan rumah penduduk sejak malam Isnin kerana hujan lebat. Pihak berkuasa telah menghantar bot getah untuk membantu mereka, namun beberapa jalan masih tidak boleh dilalui kereta."),
    ("id", "Polisi menangkap dua orang pria di sebuah kantor di Jakarta pada hari Jumat. Menurut keterangan saksi, mereka mencoba membawa uang dan sebuah mobil milik perusahaan, kata juru bicara kepada wartawan yang datang ke lokasi kejadian itu."),
    ("ms", "Polis menahan dua lelaki di sebuah pejabat di Kuala Lumpur pada Jumaat. Menurut saksi, mereka cuba membawa lari wang dan sebuah kereta milik syarikat itu, kata jurucakap kepada pemberita yang datang ke tempat kejadian tengah hari semalam."),
    ("ms", "Pasukan kebangsaan tewas tipis kepada lawan mereka malam tadi. Jurulatih kepala kecewa kerana para pemain gagal memanfaatkan peluang, namun beliau yakin mereka mampu bangkit dalam perlawanan seterusnya."),
    ("id", "Ribuan mahasiswa turun ke jalan menolak kenaikan tarif kereta. Aksi berlangsung damai hingga sore, meski lalu lintas di sekitar alun-alun sempat macet. Mereka meminta wakil rakyat menemui massa sebelum matahari terbenam."),
    ("uk", "Міська влада повідомила, що через сильні дощі підтоплено сотні будинків. Рятувальники відправили човни, щоб допомогти мешканцям, але деякі дороги досі залишаються закритими для руху автомобілів та автобусів у всіх районах міста."),
    ("ru", "Городские власти сообщили, что из-за сильных дождей затоплены сотни домов. Спасатели отправили лодки, чтобы помочь жителям, но некоторые дороги до сих пор остаются закрытыми для движения автомобилей и автобусов во всех районах города."),
    ("be", "Гарадскія ўлады паведамілі, што праз моцныя дажджы затоплены сотні дамоў. Ратавальнікі адправілі лодкі, каб дапамагчы жыхарам, але некаторыя дарогі дагэтуль застаюцца закрытымі для руху аўтамабіляў і аўтобусаў ва ўсіх раёнах горада."),
    ("bg", "Градските власти съобщиха, че заради силните дъждове са наводнени стотици къщи. Спасителите изпратиха лодки, за да помогнат на жителите, но някои пътища все още са затворени за движение на автомобили и автобуси във всички квартали."),
    ("pt", "As autoridades da cidade disseram que as chuvas fortes inundaram centenas de casas. Os bombeiros enviaram barcos para ajudar os moradores, mas algumas estradas ainda não podem ser usadas por carros nem por ônibus em vários bairros."),
    ("es", "Las autoridades de la ciudad dijeron que las fuertes lluvias inundaron cientos de casas. Los bomberos enviaron lanchas para ayudar a los vecinos, pero algunas carreteras siguen sin poder usarse para coches ni autobuses en varios barrios."),
    ("gl", "As autoridades da cidade dixeron que as fortes choivas asolagaron centos de casas. Os bombeiros enviaron lanchas para axudar á veciñanza, pero algunhas estradas aínda non se poden usar para coches nin autobuses en varios barrios."),
    ("ca", "Les autoritats de la ciutat van dir que les fortes pluges van inundar centenars de cases. Els bombers van enviar llanxes per ajudar els veïns, però algunes carreteres encara no es poden fer servir per als cotxes en diversos barris."),
    ("cs", "Městské úřady uvedly, že silné deště zaplavily stovky domů. Záchranáři poslali čluny, aby pomohli obyvatelům, ale některé silnice zůstávají uzavřené pro auta i autobusy ve všech částech města, protože voda ještě neopadla."),
    ("sk", "Mestské úrady uviedli, že silné dažde zaplavili stovky domov. Záchranári poslali člny, aby pomohli obyvateľom, ale niektoré cesty zostávajú uzavreté pre autá aj autobusy vo všetkých častiach mesta, pretože voda ešte neopadla."),
    ("no", "Byens myndigheter opplyste at hundrevis av hus er oversvømt etter det kraftige regnet. Redningsmannskapene har sendt båter for å hjelpe innbyggerne, men noen veier er fortsatt stengt for biler og busser i flere av bydelene i dag."),
    ("da", "Byens myndigheder oplyste, at hundredvis af huse er oversvømmet efter den kraftige regn. Redningsfolkene har sendt både for at hjælpe indbyggerne, men nogle veje er stadig lukket for biler og busser i flere af bydelene i dag."),
    ("sv", "Stadens myndigheter uppgav att hundratals hus har översvämmats efter det kraftiga regnet. Räddningstjänsten har skickat båtar för att hjälpa invånarna, men några vägar är fortfarande stängda för bilar och bussar i flera stadsdelar."),
    ("nl", "Het stadsbestuur meldde dat honderden huizen onder water staan door de zware regen. Reddingswerkers stuurden boten om de bewoners te helpen, maar sommige wegen zijn nog altijd afgesloten voor auto's en bussen in verschillende wijken."),
    ("af", "Die stadsraad het gesê dat honderde huise onder water staan weens die swaar reën. Reddingswerkers het bote gestuur om die inwoners te help, maar sommige paaie is nog steeds gesluit vir motors en busse in verskeie woonbuurte."),
    ("ar", "قالت سلطات المدينة إن الأمطار الغزيرة أغرقت مئات المنازل، وإن رجال الإنقاذ أرسلوا قوارب لمساعدة السكان، لكن بعض الطرق ما زالت مغلقة أمام السيارات والحافلات في عدد من الأحياء منذ مساء الاثنين، ولم تعلن المدارس موعد عودتها."),
    ("fa", "مقامات شهر گفتند که باران شدید صدها خانه را زیر آب برده است و امدادگران برای کمک به ساکنان قایق فرستاده‌اند، اما برخی از خیابان‌ها هنوز به روی خودروها بسته است و مدرسه‌ها هم اعلام نکرده‌اند که چه روزی دوباره باز می‌شوند."),
    ("ur", "شہر کے حکام نے کہا ہے کہ شدید بارش سے سینکڑوں گھر پانی میں ڈوب گئے ہیں۔ امدادی کارکنوں نے لوگوں کی مدد کے لیے کشتیاں بھیجی ہیں لیکن کئی سڑکیں اب بھی گاڑیوں کے لیے بند ہیں اور اسکولوں نے نہیں بتایا کہ وہ کب کھلیں گے۔"),
    ("tr", "Belediye yetkilileri, şiddetli yağmurun yüzlerce evi su altında bıraktığını söyledi. Kurtarma ekipleri mahalle sakinlerine yardım etmek için tekneler gönderdi, ancak bazı yollar araçlara ve otobüslere hâlâ kapalı bulunuyor."),
    ("ja", "市当局は月曜日、大雨で数百軒の家屋が浸水したと発表した。消防は住民を助けるためボートを出したが、いくつかの道路は今も車が通れない状態が続いている。"),
    ("zh", "市政府周一表示，暴雨淹没了数百所房屋，救援人员派出船只帮助居民，但部分道路仍然不能通行，学校也没有宣布何时重新开课。"),
    ("ko", "시 당국은 월요일 폭우로 수백 채의 집이 물에 잠겼다고 밝혔다. 구조대는 주민을 돕기 위해 보트를 보냈지만 일부 도로는 아직 차가 다닐 수 없다."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"), TEXTS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(TEXTS)]
)
@pytest.mark.parametrize("hint", ["", "en-US"])
def test_a_text_of_two_hundred_characters_is_known(language: str, text: str, hint: str) -> None:
    assert detect(text, hint) == language


def test_letters_that_a_language_never_writes_rule_it_out() -> None:
    text = "Посетителям выдали лист бумаги и предложили нарисовать дорогу домой: рисунки были смешны, выставлены все."
    assert detect(text) == "ru"


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["file"])
def test_each_paragraph_of_our_pages_is_known_or_not_sure(truth: dict[str, Any]) -> None:
    answers = [detect(paragraph) for paragraph in truth["body"].split("\n")]
    assert set(answers) <= {truth["language"], "und"}
    assert answers.count(truth["language"]) > len(answers) / 2


@pytest.mark.parametrize(
    "text", ["", "   ", "12 34 56", "OK", "Berlin", "Ha ha ha", "–––", "AC/DC 2017", "\x00" * 300, "a" * 500]
)
def test_nobody_can_tell_from_nothing(text: str) -> None:
    assert detect(text) == "und"


def test_the_main_text_decides_on_a_mixed_page() -> None:
    german, english = (text for code, text in TEXTS if code in ("nl", "af"))
    assert detect(f"{german}\n“We had to leave in the night,” she said.\n{german}") == "nl"
    assert detect(f"{english}\n{english}\nShare Tweet Like Follow Subscribe") == "af"


def test_lists_of_foreign_names_do_not_outweigh_the_paragraphs() -> None:
    portuguese = next(text for code, text in TEXTS if code == "pt")
    names = "\n".join(["1. Jimmie Johnson, Hendrick Motorsports", "2. Kevin Harvick, Stewart Racing"] * 40)
    assert detect(f"{portuguese}\n{names}") == "pt"


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("Gradske vlasti su rekle da je kiša poplavila kuće.", "hr", "hr"),
        ("Gradske vlasti su rekle da je kiša poplavila kuće.", "bs-BA", "bs"),
        ("The council said that the old bridge stays closed until spring at least.", "id", "en"),
    ],
)
def test_a_claim_tips_a_balance_and_never_more(text: str, hint: str, expected: str) -> None:
    assert detect(text, hint) == expected


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("en-US", "en"),
        ("pt_BR", "pt"),
        ("in", "id"),
        ("nb-NO", "no"),
        ("iw", "he"),
        (" RU ", "ru"),
        ("en,de", "en"),
        ("xx", ""),
        ("", ""),
    ],
)
def test_labels_mean_iso_codes(label: str, code: str) -> None:
    assert normal_code(label) == code


@given(text=st.text(max_size=400), hint=st.text(max_size=12))
def test_any_text_has_an_answer(text: str, hint: str) -> None:
    answer = detect(text, hint)
    assert answer == "und" or normal_code(answer) == answer
