"""Never a false article: what stands before an article or in its place is named."""

# ruff: noqa: E501 - sentences and markup are not broken into lines

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.articles.extract import read_page
from monitor.model import Extracted, NotAnArticle, Outcome

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PROSE = "The council said on Monday that the old bridge will stay closed until spring at least. "
URL = "https://example.org/news/bridge-stays-closed-until-spring"
TEASERS = "".join(
    f"<div class='card'><h3><a href='/n/{n}'>Headline number {n} about the harbour and its ferries</a></h3><p>Teaser {n} in a few words.</p></div>"
    for n in range(14)
)


def page(body: str, title: str, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


BLOCKED = {
    "Cloudflare": page(
        "<div class='main-wrapper'><h1>example.org</h1><h2>Checking if the site connection is secure</h2><form id='challenge-form'></form><p>example.org needs to review the security of your connection before proceeding.</p><p>Ray ID: 7d1</p></div>",
        "Just a moment...",
    ),
    "Cloudflare in short": page(
        "<div id='cf-wrapper'><noscript>Enable JavaScript</noscript></div>", "Just a moment..."
    ),
    "a firewall": page(
        "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>",
        "Access Denied",
    ),
    "a captcha": page(
        "<p>Please complete the captcha below.</p><div class='g-recaptcha'></div>", "example.org"
    ),
    "DDoS-Guard": page("<p>Проверка вашего браузера перед переходом на сайт.</p>", "DDoS-Guard"),
    "a Russian captcha": page(
        "<p>Подтвердите, что вы не робот. Запросы, поступившие с вашего адреса, похожи на автоматические.</p>",
        "Ой!",
    ),
    "an Indonesian check": page("<h1>Akses Ditolak</h1><p>Memeriksa browser Anda.</p>", "Akses Ditolak"),
    "an interruption": page(
        "<p>Something about your browser made us think you were a bot.</p>", "Pardon Our Interruption"
    ),
}

CONSENT = {
    "English": page(
        "<p>We value your privacy. We and our partners store and/or access information on a device.</p><button>Accept all</button>",
        "Your privacy choices",
    ),
    "German": page(
        "<h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie uns mit Werbung und Tracking. Zustimmen und weiter. Wir und unsere Partner.</p>",
        "Zeitung",
    ),
    "French": page(
        "<p>Avec votre accord, nous et nos partenaires utilisons des cookies.</p><button>Tout accepter</button>",
        "Bienvenue",
    ),
    "Indonesian": page("<p>Kami menggunakan cookie.</p><button>Terima semua</button>", "Sebelum melanjutkan"),
    "Russian": page(
        "<p>Мы и наши партнеры используем данные.</p><button>Принять все</button>", "Прежде чем продолжить"
    ),
}

LOGIN = {
    "English": page(
        "<h1>Log in</h1><form><input name='u'><input type='password'></form><a>Forgot your password?</a>",
        "Log in - Example",
    ),
    "Indonesian": page(
        "<form><input type='password'></form><a>Lupa kata sandi?</a> Belum punya akun? Daftar",
        "Masuk | Contoh",
    ),
    "Russian": page("<form><input type='password'></form><a>Забыли пароль?</a>", "Вход"),
    "German": page("<form><input type='password'></form><a>Passwort vergessen?</a>", "Anmelden"),
}

MISSING = {
    "English": page(
        "<h1>Page not found</h1><p>Try searching for what you want.</p>", "Page not found – Example"
    ),
    "404": page("<h1>404</h1><p>Oops.</p>", "Example"),
    "with a prefix": page(
        "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found here.</p>", "Example"
    ),
    "Indonesian": page("<h1>Halaman Tidak Ditemukan</h1><p>Mungkin telah dihapus.</p>", "Contoh"),
    "Russian": page("<h1>Страница не найдена</h1>", "404"),
    "German": page("<h1>Seite nicht gefunden</h1>", "Zeitung"),
    "Spanish": page("<h1>Página no encontrada</h1><p>La página que buscas ya no existe.</p>", "Diario"),
    "Arabic": page("<h1>الصفحة غير موجودة</h1>", "صحيفة"),
    "only said": page(
        "<p>The page you are looking for may have been moved or deleted. Go back to the homepage.</p>",
        "Example",
    ),
    "with teasers around it": page(f"<h1>Page not found</h1>{TEASERS}", "Page not found"),
}

LISTS = {
    "a front page": (
        "https://example.org/",
        page(f"<h1>Example</h1>{TEASERS}", "Example", "<meta property='og:type' content='website'>"),
    ),
    "a section": (
        "https://example.org/category/harbour",
        page(f"<h1>Harbour</h1>{TEASERS}", "Harbour | Example"),
    ),
    "a search": ("https://example.org/?s=ferry", page(f"<h1>Results</h1>{TEASERS}", "Search")),
    "a collection": (
        "https://example.org/topics/ferry",
        page(f'{TEASERS}<script type=\'application/ld+json\'>{{"@type":"CollectionPage"}}</script>', "Ferry"),
    ),
}

SHELLS = {
    "nothing": page("<div id='root'></div>", "Example"),
    "navigation": page("<ul><li><a href='/a'>Home</a></li><li><a href='/b'>News</a></li></ul>", "Example"),
    "one line": page("<p>Loading the article for you.</p>", "Example"),
    "furniture": page(
        "<h1>Harbour</h1><p>We use cookies to improve your visit.</p><p>Sign up for our newsletter.</p><p>Share this article</p>",
        "Harbour",
    ),
}


def reason(body: bytes, url: str = URL) -> tuple[Outcome, str]:
    found = read_page(body, url=url, now=NOW)
    assert isinstance(found, NotAnArticle), found
    return found.outcome, found.reason


@pytest.mark.parametrize("name", BLOCKED)
def test_a_challenge_is_blocked(name: str) -> None:
    assert reason(BLOCKED[name]) == (Outcome.BLOCKED, "bot challenge")


@pytest.mark.parametrize("name", CONSENT)
def test_a_consent_wall_is_blocked(name: str) -> None:
    assert reason(CONSENT[name]) == (Outcome.BLOCKED, "consent wall")


@pytest.mark.parametrize("name", LOGIN)
def test_a_login_page_is_blocked(name: str) -> None:
    assert reason(LOGIN[name]) == (Outcome.BLOCKED, "login page")


@pytest.mark.parametrize("name", MISSING)
def test_a_soft_404_is_no_article(name: str) -> None:
    assert reason(MISSING[name]) == (Outcome.NOT_AN_ARTICLE, "soft 404")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_no_article(name: str) -> None:
    url, body = LISTS[name]
    assert reason(body, url) == (Outcome.NOT_AN_ARTICLE, "list of articles")


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_is_no_article(name: str) -> None:
    outcome, why = reason(SHELLS[name])
    assert outcome is Outcome.NOT_AN_ARTICLE
    assert why in ("no text", "too little text")


ARTICLES = {
    "about a missing boy": page(
        f"<h1>Missing boys not found, police say</h1><p>{PROSE * 4}</p>", "Missing boys not found, police say"
    ),
    "about a consent law": page(
        f"<h1>Consent law passes</h1><p>{PROSE * 3} A banner that says accept all is not enough, the court held.</p>",
        "Consent law passes",
    ),
    "about captchas": page(
        f"<h1>Are you a robot? Why captchas fail</h1><p>Sites ask readers to verify you are human. {PROSE * 9}</p>",
        "Are you a robot? Why captchas fail",
    ),
    "beside a login box": page(
        f"<form><input type='password'><a>Forgot your password?</a></form><h1>Bridge closed</h1><p>{PROSE * 5}</p>",
        "Bridge closed",
    ),
    "under a cookie notice": page(
        f"<div>We use cookies. Accept all. Manage preferences.</div><h1>Bridge closed</h1><p>{PROSE * 4}</p>",
        "Bridge closed",
    ),
    "with a captcha in its comments": page(
        f"<h1>Bridge closed</h1><p>{PROSE * 4}</p><form><div class='g-recaptcha'></div></form>",
        "Bridge closed",
    ),
    "among many headlines": page(
        f"<h1>Bridge closed</h1><article><p>{PROSE * 3}</p><p>Second. {PROSE * 3}</p></article>{TEASERS}",
        "Bridge closed",
    ),
    "among more links than words": page(
        f"<h1>The old bridge stays closed</h1><div><p>{PROSE}</p><p>Two. {PROSE}</p><p>Three. {PROSE}</p><p>Four. {PROSE}</p></div>{TEASERS * 3}",
        "The old bridge stays closed",
    ),
    "a flash": page(f"<h1>Bridge closed</h1><p>{PROSE * 2}</p>", "Bridge closed"),
    "a Japanese flash": page(
        "<h1>橋が通行止めに</h1><p>市は月曜日、老朽化した橋を春まで通行止めにすると発表した。市によると、点検で橋脚に複数のひびが見つかり、修理には少なくとも四か月かかるという。住民には迂回を呼びかけている。</p>",
        "橋が通行止めに",
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_not_mistaken_for_a_wall(name: str) -> None:
    found = read_page(ARTICLES[name], url=URL, now=NOW)
    assert isinstance(found, Extracted), found


def test_a_short_article_that_says_it_is_one_may_speak_of_walls() -> None:
    head = "<meta property='og:type' content='article'>"
    body = (
        f"<h1>Why the archive broke</h1><p>The page you requested no longer exists, it said. {PROSE * 3}</p>"
    )
    assert isinstance(read_page(page(body, "Why the archive broke", head), url=URL, now=NOW), Extracted)


ABROAD = [
    (
        "consent wall",
        "쿠키 동의",
        "<p>당사와 파트너는 기기에 정보를 저장하고 액세스하기 위해 쿠키를 사용합니다. 모두 동의를 클릭하면 개인화된 광고와 콘텐츠 측정을 위한 데이터 처리에 동의하게 됩니다. 언제든지 설정에서 선택을 변경할 수 있습니다. 자세한 내용은 개인정보 처리방침을 참조하십시오.</p><button>모두 동의</button><button>거부</button>",
    ),
    (
        "consent wall",
        "Souhlas s cookies",
        "<p>Než budete pokračovat, potřebujeme váš souhlas. My a naši partneři ukládáme informace v zařízení a přistupujeme k nim prostřednictvím souborů cookie a zpracováváme osobní údaje pro přizpůsobené reklamy a obsah.</p><p>Kliknutím na Přijmout vše souhlasíte se zpracováním. Svou volbu můžete kdykoli změnit v nastavení soukromí.</p><button>Přijmout vše</button>",
    ),
    (
        "consent wall",
        "Πριν συνεχίσετε",
        "<p>Εμείς και οι συνεργάτες μας αποθηκεύουμε πληροφορίες σε μια συσκευή, όπως cookies, και επεξεργαζόμαστε προσωπικά δεδομένα για εξατομικευμένες διαφημίσεις. Μπορείτε να αλλάξετε την επιλογή σας ανά πάσα στιγμή στις ρυθμίσεις απορρήτου.</p><button>Αποδοχή όλων</button>",
    ),
    (
        "consent wall",
        "Your choices",
        "<p>We and our 842 partners store and/or access information on a device, such as unique IDs in cookies to process personal data. You may accept or manage your choices by clicking below, including your right to object where legitimate interest is used, or at any time in the privacy policy page.</p><p>These choices will be signaled to our partners and will not affect browsing data. More information can be found in our cookie policy. Use precise geolocation data. Actively scan device characteristics for identification. Personalised advertising and content, advertising and content measurement, audience research and services development.</p><button>Accept all</button>",
    ),
    (
        "consent wall",
        "Setări cookie",
        "<p>Noi și partenerii noștri stocăm și/sau accesăm informații de pe un dispozitiv, precum cookie-urile, și prelucrăm date personale pentru publicitate personalizată. Puteți accepta sau gestiona opțiunile dumneavoastră mai jos.</p><button>Acceptă toate</button>",
    ),
    (
        "login page",
        "로그인 - 뉴스",
        "<h1>로그인</h1><form><input name=u><input type=password></form><p>아직 회원이 아니신가요? 회원가입 후 모든 기사를 무제한으로 읽으실 수 있습니다. 비밀번호를 잊으셨나요? 고객센터로 문의해 주시면 친절하게 안내해 드리겠습니다. 구독자 전용 서비스입니다.</p>",
    ),
    (
        "login page",
        "Přihlášení",
        "<h1>Přihlášení</h1><form><input type=password></form><p>Nemáte účet? Zaregistrujte se a čtěte bez omezení všechny články našeho deníku na všech zařízeních. Zapomněli jste heslo? Napište nám na podporu a my vám pomůžeme.</p>",
    ),
    (
        "soft 404",
        "페이지를 찾을 수 없습니다",
        "<h1>페이지를 찾을 수 없습니다</h1><p>요청하신 페이지가 삭제되었거나 주소가 변경되어 찾을 수 없습니다. 입력하신 주소가 정확한지 다시 한번 확인해 주시기 바랍니다. 홈으로 돌아가서 다른 기사를 찾아보시거나 검색을 이용해 주세요.</p>",
    ),
    (
        "soft 404",
        "Stránka nenalezena | Deník",
        "<h1>Stránka nenalezena</h1><p>Omlouváme se, ale stránka, kterou hledáte, neexistuje nebo byla přesunuta. Zkontrolujte prosím adresu nebo přejděte na úvodní stránku, kde najdete nejnovější zprávy z domova i ze světa.</p>",
    ),
    (
        "soft 404",
        "Η σελίδα δεν βρέθηκε",
        "<h1>Η σελίδα δεν βρέθηκε</h1><p>Λυπούμαστε, η σελίδα που ζητήσατε δεν υπάρχει ή έχει μετακινηθεί. Ελέγξτε τη διεύθυνση ή επιστρέψτε στην αρχική σελίδα για να δείτε τις τελευταίες ειδήσεις από την Ελλάδα και τον κόσμο.</p>",
    ),
    (
        "soft 404",
        "ไม่พบหน้าที่คุณต้องการ",
        "<h1>ไม่พบหน้าที่คุณต้องการ</h1><p>ขออภัย ไม่พบหน้าที่คุณกำลังค้นหา หน้านี้อาจถูกลบหรือย้ายไปแล้ว กรุณาตรวจสอบที่อยู่อีกครั้งหรือกลับไปที่หน้าแรกเพื่ออ่านข่าวล่าสุดประจำวันของเรา</p>",
    ),
    (
        "soft 404",
        "Pagina nu a fost găsită",
        "<h1>Pagina nu a fost găsită</h1><p>Ne pare rău, pagina pe care o căutați nu există sau a fost mutată. Verificați adresa sau reveniți la prima pagină pentru a citi cele mai noi știri din țară și din lume.</p>",
    ),
    (
        "soft 404",
        "صفحه مورد نظر یافت نشد",
        "<h1>صفحه مورد نظر یافت نشد</h1><p>متاسفانه صفحه\u200cای که به دنبال آن هستید وجود ندارد یا جابه\u200cجا شده است. لطفا نشانی را دوباره بررسی کنید یا به صفحه اصلی بازگردید تا تازه\u200cترین خبرهای روز را بخوانید.</p>",
    ),
    (
        "bot challenge",
        "잠시만 기다려 주세요",
        "<p>로봇이 아닙니다를 확인해 주세요. 귀하의 네트워크에서 비정상적인 트래픽이 감지되었습니다. 계속하려면 보안 확인을 완료해 주십시오. 이 과정은 자동으로 진행되며 잠시 후 이동합니다. 자바스크립트와 쿠키를 활성화하세요.</p>",
    ),
    (
        "closed to our region",
        "Unavailable",
        "<h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be granted at this time. For any issues, contact us.</p>",
    ),
    (
        "site under maintenance",
        "We'll be back soon",
        "<h1>We&rsquo;ll be back soon!</h1><p>Sorry for the inconvenience but we&rsquo;re performing some maintenance at the moment. If you need to you can always contact us, otherwise we&rsquo;ll be back online shortly. Thank you for your patience while we make the site better for all of you.</p>",
    ),
]


@pytest.mark.parametrize(("reason", "title", "body"), ABROAD)
def test_walls_are_known_in_further_languages(reason: str, title: str, body: str) -> None:
    found = read_page(page(body, title), url=URL, now=NOW)
    assert isinstance(found, NotAnArticle)
    assert found.reason == reason


def test_a_section_whose_headlines_each_have_a_line_is_a_list_whatever_its_address() -> None:
    line = "<p>The council will talk about the ferry again on Monday, officials said after {n} hours of talks.</p>"
    rows = "".join(
        f"<div><h3><a href='/n/{n}'>Headline number {n} of the harbour desk</a></h3>{line.format(n=n)}</div>"
        for n in range(14)
    )
    found = read_page(page(f"<h1>World</h1>{rows}", "World news"), url=URL, now=NOW)
    assert isinstance(found, NotAnArticle)
    assert found.reason == "list of articles"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Úřad pokutoval weby",
            "<p>Úřad pro ochranu osobních údajů v úterý pokutoval tři weby, protože ukládaly soubory cookie bez souhlasu návštěvníků a neumožňovaly je odmítnout.</p>",
        ),
        (
            "Bridge under maintenance",
            "<p>The lift bridge at Norrvik stays under maintenance until April, the port said on Tuesday. Ferries leave from the northern pier, and buses take passengers there from the station.</p>",
        ),
    ],
)
def test_an_article_about_what_walls_speak_of_is_one(title: str, body: str) -> None:
    assert isinstance(read_page(page(f"<h1>{title}</h1>{body}", title), url=URL, now=NOW), Extracted)
