"""What a URL is, which article it names and whose site it is on; nothing here ever opens one."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna
from tld import get_fld
from tld.utils import MozillaTLDSourceParser

MAX_URL = 2_048  # characters; what browsers and sitemaps.org agree on, and an index key can bear
MAX_HOST = 253  # RFC 1035 2.3.4
DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
# RFC 3986 5.2.2: an absolute URL without a host. Browsers and urljoin take it for a relative one, as long
# as the base has the same scheme: then a feed's move from http to https would change where it leads.
_HOSTLESS = re.compile(r"https?:(?!//)", re.IGNORECASE)
# Most links: nothing to clean in them, not even a port that goes without saying or is none.
_PORT = r":(?!(?:80|443)(?:/|$))(?:[1-9][0-9]{1,3}|[1-5][0-9]{4})"
_PLAIN = re.compile(rf"https?://([a-z0-9_.-]+)(?:{_PORT})?(/[A-Za-z0-9/_.~-]*)?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_KEPT = "/:@!$&'()*+,;=~-._%"  # RFC 3986 path characters; "%" because escapes stay as they are
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# Parameters that say how a reader came, never what is read (ClearURLs, AdGuard, publishers' own feeds).
_TRACKING_PREFIXES = (
    "utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "at_", "ga_", "itm_", "mkt_", "oly_", "vero_", "_hs",
    "wt_", "wt.", "ns_", "guce_", "fb_", "cx_", "sc_", "stm_", "mc_", "__twitter", "ref_", "referrer", "gaa_",
    "xtor", "trk", "spm", "sms_ss", "share_", "sr_share",
)  # fmt: skip
_TRACKING_NAMES = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mibextid _ga _gl
    cmp cmpid cmpf icid ncid mbid ocid ito smid smtyp mod maca wtmc soc_src soc_trk guccounter guce ref
    referer traffic_source traffic_medium campaign campaign_id partner rss from_rss fromrss feed_id feedname
    share shared shareid share-token sh srnd srsltid sref via dicbo tblci ob_click zanpid phpsessid jsessionid
    sessionid __s _openstat echobox usg ved
    """.split()  # noqa: SIM905 - a paragraph of names reads and diffs better than a column of quotes
)
_PASSAGES = frozenset({"source", "src", "from", "mod", "feature"})  # noise only with values such as these:
_PASSAGE_VALUE = re.compile(r"rss|feed|twitter|facebook|social|newsletter|telegram|whatsapp|share|youtu")
_YES = frozenset({"", "1", "true", "yes", "y"})
_FORMS = {
    "amp": _YES | {"0"},
    "print": _YES,
    "printable": _YES,
    "printview": _YES,
    "mobile": _YES | {"0", "false", "no"},
    "m": frozenset({"0", "1"}),
    "view": frozenset({"print", "mobile", "amp", "desktop"}),
    "mode": frozenset({"print", "amp"}),
    "output": frozenset({"print", "amp"}),
    "outputtype": frozenset({"amp", "print"}),
    "format": frozenset({"amp", "print"}),
}
_FORM_HOSTS = frozenset({"amp", "m", "mobile", "wap", "touch"})
_FORM_SEGMENTS = frozenset({"amp", "print", "amphtml"})
_FORM_ENDING = re.compile(r"\.amp(?=(\.html?)?$)", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SLASHES = re.compile(r"/{2,}")
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)

# Links that carry their target in a parameter: (host or its parent, start of the path, parameters).
_REDIRECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("facebook.com", "/l.php", ("u",)),
    ("facebook.com", "/sharer", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("vk.com", "/away.php", ("to",)),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("out.reddit.com", "/", ("url",)),
    ("linkedin.com", "/redir", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("safelinks.protection.outlook.com", "/", ("url",)),
    ("slack-redir.net", "/link", ("url",)),
    ("disq.us", "/url", ("url",)),
    ("flipboard.com", "/redirect", ("url",)),
    ("go.redirectingat.com", "/", ("url",)),
    ("exit.sc", "/", ("url",)),
)
_GOOGLE_PATHS = ("/url", "/news/url", "/imgres")
_AMP_CACHE = re.compile(r"/(?:[cvi]|amp)/(s/)?([^/?#]+\.[^?#]*)")
_YAHOO_TARGET = re.compile(r"(?:/RU=([^/]+)/|/\*(https?:.+))")


def without_feed_scheme(url: str) -> str:
    """Return the web address in what browsers and feed readers hand on as `feed://host/` or `feed:https://host/`."""
    rest = url[5:] if url[:5].lower() == "feed:" else url
    return f"http:{rest}" if rest.startswith("//") and rest is not url else rest


def clean_link(url: str, base: str | None = None) -> str | None:
    """Return *url* as an absolute http(s) URL with a lower-case ASCII host, or None if it is not one.

    None also answers user info, a backslash, control characters, an impossible host or port, and more
    than `MAX_URL` characters: parsers disagree on such links, and the disagreement is how guards fall.
    """
    url = url.strip()
    if not url or len(url) > MAX_URL or _FORBIDDEN.search(url) or _HOSTLESS.match(url):
        return None
    if (plain := _PLAIN.fullmatch(url)) and _ascii_host(plain[1]) == plain[1]:
        return url if plain[2] else f"{url}/"
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        port = parts.port
    except ValueError:
        return None
    host = _ascii_host(parts.hostname or "")
    if parts.scheme not in DEFAULT_PORTS or host is None or "@" in parts.netloc or port == 0:
        return None
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path, safe=_KEPT) or "/"
    query = quote(parts.query, safe=_KEPT + "?[]{}|^`")
    fragment = quote(parts.fragment, safe=_KEPT + "?")
    cleaned = urlunsplit((parts.scheme, netloc, path, query, fragment))
    return cleaned if len(cleaned) <= MAX_URL else None


def unwrap(url: str) -> str:
    """Return the target that a known aggregator or redirect link carries, else *url* itself.

    Each step is shorter than the one before, so wrappers within wrappers come to an end.
    """
    return _unwrapped(url, clean_link(url) or url)


def _unwrapped(url: str, wrapped: str) -> str:
    while (target := _carried(wrapped)) is not None and len(target) < len(wrapped):
        url = wrapped = target
    return url


def canonical_url(url: str) -> str:
    """Return the form of *url* that every link to the same article shares.

    Keeps what identifies (`?id=`, `?p=`) and drops how the reader came, fragments, default ports and
    the AMP, mobile and print forms. It is for identity: fetch the link itself, since a site may not
    serve the folded form. What is not a link comes back unchanged.
    """
    cleaned = clean_link(url)
    if cleaned is None:
        return url
    # Folding one form can lay another bare (/print/amp/…); each round shortens, so this ends.
    while (folded := _fold(_unwrapped(cleaned, cleaned))) != cleaned:
        cleaned = folded
    return cleaned


def without_tracking(url: str) -> str:
    """Return a clean link that still leads to the same page, without what says how a reader came."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    kept = (part for part in parts.query.split("&") if not _is_tracking(*part.partition("=")[::2]))
    return urlunsplit(parts._replace(query="&".join(kept)))


def url_key(url: str) -> str:
    """Return the identity of the article at *url*: SHA-256 in hex, the same for http and https."""
    canonical = canonical_url(url)
    try:
        parts = urlsplit(canonical)
    except ValueError:  # no link, such as "http://[": it is itself and nothing else
        identity = canonical
    else:
        identity = urlunsplit(("", parts.netloc.removeprefix("www."), parts.path, parts.query, ""))
    return sha256(identity.encode("utf-8", "replace")).hexdigest()


def host_of(url: str) -> str:
    """Return the host of *url* in lower case, without port and `www.`; empty when there is none."""
    if plain := _PLAIN.fullmatch(url):  # nearly every link, for a quarter of what taking it apart costs
        host = plain[1]
    else:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return ""
    return (_ascii_host(host) or host).strip("[]").removeprefix("www.")


def same_origin(url: str, other: str) -> bool:
    """Say whether two clean links go to the same scheme, host and port: who may see the same secrets."""
    return url == other or _origin(url) == _origin(other)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def registered_domain(url: str) -> str:
    """Return the domain that one owner registered; for addresses and unknown suffixes the host itself.

    Hosting suffixes count (`one.blogspot.com` is not `two.blogspot.com`): their customers are strangers.
    """
    return _registered(host_of(url))


class _BundledSuffixes(MozillaTLDSourceParser):
    """The public suffix list that ships with tld; the parent would download a missing one."""

    uid = "bundled"

    @classmethod
    def update_tld_names(cls, fail_silently: bool = False) -> bool:
        raise FileNotFoundError(cls.local_path)


@lru_cache(maxsize=4_096)  # a feed list has a few thousand hosts; a look-up costs 5 µs without it
def _registered(host: str) -> str:
    if not host or ":" in host or "." not in host:
        return host
    found = get_fld(f"http://{host}", fail_silently=True, parser_class=_BundledSuffixes)
    return str(found or host)


@lru_cache(maxsize=4_096)
def _ascii_host(host: str) -> str | None:
    if ":" in host:
        return _bracketed(host)
    host = host.removesuffix(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host[:MAX_HOST], uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError):
            return None
    labels = host.split(".")
    if len(host) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return host if not labels[-1].isdigit() or _is_ipv4(host) else None


def _bracketed(host: str) -> str | None:
    try:
        return f"[{IPv6Address(host).compressed}]" if "%" not in host else None
    except AddressValueError:
        return None


def _is_ipv4(host: str) -> bool:
    """Tell a dotted quad from its shorthands (`127.1`, `2130706433`), which resolvers also take."""
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def _carried(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if host.endswith(".cdn.ampproject.org") or (
        host.startswith("google.") and parts.path.startswith("/amp/")
    ):
        found = _AMP_CACHE.match(parts.path)
        target = f"{found[2]}?{parts.query}" if found and parts.query else found and found[2]
        return clean_link(f"http{'s' if found[1] else ''}://{target}") if found else None
    if host.endswith("yahoo.com") and (found := _YAHOO_TARGET.search(parts.path)):
        return clean_link(unquote(found[1] or found[2]))
    names = _target_names(host, parts) if parts.query else ()
    values = dict(_pairs(parts.query)) if names else {}
    targets = (clean_link(unquote(values[name])) for name in names if name in values)
    return next((target for target in targets if target), None)


def _target_names(host: str, parts: SplitResult) -> tuple[str, ...]:
    if _registered(host).startswith("google.") and parts.path in _GOOGLE_PATHS:
        return ("url", "q", "imgrefurl")
    return next((names for start, names in _redirects(host) if parts.path.startswith(start)), ())


@lru_cache(maxsize=4_096)
def _redirects(host: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return how links of *host* carry their targets; hardly any host's do."""
    return tuple(
        (start, names) for owner, start, names in _REDIRECTS if host == owner or host.endswith("." + owner)
    )


def _fold(url: str) -> str:
    parts = urlsplit(url)
    host = _fold_host(parts.hostname or "")
    port = parts.port
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, _fold_path(parts.path), _fold_query(parts.query), ""))


@lru_cache(maxsize=4_096)
def _fold_host(host: str) -> str:
    """Drop `m.`, `amp.` and their like, first or second (`id.m.wikipedia.org`), where a site remains."""
    if ":" in host:
        return f"[{host}]"
    labels = host.split(".")
    for place in (0, 1):
        rest = labels[:place] + labels[place + 1 :]
        behind = ".".join(labels[place + 1 :])
        if labels[place : place + 1] and labels[place] in _FORM_HOSTS and _is_site(behind):
            return ".".join(rest)
    return host


def _is_site(host: str) -> bool:
    """Tell `example.co.uk` from `co.uk`: below a site, one more label is not yet another registration."""
    return "." in host and _registered(f"x.{host}") != f"x.{host}"


def _fold_path(path: str) -> str:
    path = _SLASHES.sub("/", _normal_escapes(_SESSION.sub("", path)))
    segments = path.strip("/").split("/")
    if len(segments) > 1 and segments[-1].lower() in _FORM_SEGMENTS:
        segments.pop()
    elif len(segments) > 1 and segments[0].lower() in _FORM_SEGMENTS:
        segments.pop(0)
    segments[-1] = _FORM_ENDING.sub("", segments[-1])
    return "/" + "/".join(segments)


def _fold_query(query: str) -> str:
    if not query:
        return ""
    kept = sorted(
        (name, value) for name, value in _pairs(_normal_escapes(query)) if not _is_noise(name, value)
    )
    return "&".join(f"{name}={value}" if value else name for name, value in kept)


def _pairs(query: str) -> list[tuple[str, str]]:
    """Return the raw pairs of *query*; a feed's `&amp;` is one `&`, a bare name (`?12345`) has no value."""
    parts = (part.partition("=") for part in query.replace("&amp;", "&").split("&"))
    return [(name, value) for name, _, value in parts if name]


def _is_noise(name: str, value: str) -> bool:
    return _is_tracking(name, value) or value.lower() in _FORMS.get(name.lower(), ())


def _is_tracking(name: str, value: str) -> bool:
    name, value = name.lower(), value.lower()
    if name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES):
        return True
    return name in _PASSAGES and _PASSAGE_VALUE.match(value) is not None


def _normal_escapes(text: str) -> str:
    """Decode escapes that need none and write the others in capitals (RFC 3986 6.2.2)."""
    return _ESCAPE.sub(_normal_escape, text) if "%" in text else text


def _normal_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()
