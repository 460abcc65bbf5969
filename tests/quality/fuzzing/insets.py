"""What is put into the tags and texts of XML: attributes, namespaces, declarations, values of every harm."""

from __future__ import annotations

import re
from random import Random

from tests.quality.fuzzing import values
from tests.quality.fuzzing.tags import ATTRIBUTES, NAMESPACES, PREFIXES, Change, Tokens, name_of, quoted

_VALUE = re.compile(r"(?<![\w:.-])([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DATES = re.compile(r"date|publish|updated|issued|modified|created|lastmod", re.IGNORECASE)
_LINKS = re.compile(r"link|guid|^id$|url|loc$|about|resource|href|src|base|comments", re.IGNORECASE)
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SUBSETS = (
    LAUGHS, '<!ENTITY l9 SYSTEM "file:///etc/passwd">', '<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">',
    '<!ENTITY l9 PUBLIC "p" "http://127.0.0.1:9/x">', '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
    "<!ENTITY % p \"<!ENTITY l9 'x'>\"> %p;", '<!ENTITY l9 "&l9;">',
    '<!ENTITY amp "&#38;#38;"><!ENTITY lt "x">', '<!ENTITY l9 "]>"><!ENTITY l8 "<rss>">',
    '<!ELEMENT rss ANY><!ATTLIST rss a CDATA "x" version CDATA "0.91">',
    '<!NOTATION n SYSTEM "x"><!ENTITY l9 SYSTEM "x" NDATA n>', f'<!ENTITY l9 "{"x" * 60_000}">',
    "<!-- ]> -->", "",
)  # fmt: skip
REFERENCES = (
    "&l9;", "&l9;" * 1_000, "%p;", "&#0;", "&#xD800;", "&#xFFFFFFFFFF;", "&;", "&#;", "&#x;", "&nbsp",
    "&a b;",
)  # fmt: skip
BASES = (
    "http://w.example/a/", "//other.example/", "../", "a/" * 40, "javascript:", "file:///", "http://a@b/",
    "http://[::1", "\u202e/", "",
)  # fmt: skip
CONTENT_TYPES = (
    "text", "html", "xhtml", "text/plain", "text/html", "application/xhtml+xml", "application/xml",
    "image/svg+xml", "image/png", "application/octet-stream", "multipart/mixed", "", "\u202e", "TEXT",
    "a/b/c",
)  # fmt: skip
INSTRUCTIONS = (
    "<?xml version='1.0'?>", "<?xml-stylesheet href='file:///etc/passwd'?>", "<?php system('id') ?>", "<?",
    "<?x", "?>", "<!--", "-->", "<!-- -- -->", "<!---->", "<!>", "<!x>", "</>", "< >", "<>",
)  # fmt: skip


def _tag(draw: Random, tokens: Tokens) -> int:
    """The place of a tag that opens an element."""
    places = [place for place, token in enumerate(tokens) if name_of(token) and token[1] != "/"]
    return draw.choice(places) if places else draw.randrange(len(tokens))


def _text(draw: Random, tokens: Tokens) -> int:
    """The place of a text that says something."""
    places = [place for place, token in enumerate(tokens) if not name_of(token) and token.strip()]
    return draw.choice(places) if places else draw.randrange(len(tokens))


def _replaced(tokens: Tokens, place: int, token: str) -> Tokens:
    return [*tokens[:place], token, *tokens[place + 1 :]]


def _with_attribute(tag: str, attribute: str) -> str:
    """Write an attribute, or any other text, into a tag behind its name."""
    name = name_of(tag)
    return f"<{name} {attribute}{tag[1 + len(name) :]}" if name else tag


def _spelled(draw: Random, text: str) -> str:
    """Write *text* as a publisher may: escaped, escaped twice, in CDATA, or as it is."""
    ways = (quoted, lambda text: quoted(quoted(text)), lambda text: f"<![CDATA[{text}]]>", str)
    return draw.choice(ways)(text)


def values_replaced(draw: Random, tokens: Tokens) -> Tokens:
    """Put hostile dates where dates stand, links where links stand, and texts everywhere else."""
    changed = tokens
    for _ in range(draw.choice((1, 1, 3, 10))):
        place = _text(draw, changed)
        name = name_of(changed[place - 1]) if place else ""
        changed = _replaced(changed, place, _spelled(draw, _fitting(draw, name)))
    return changed


def attribute_values(draw: Random, tokens: Tokens) -> Tokens:
    """Put hostile values into attributes that are there."""
    changed = tokens
    for _ in range(draw.choice((1, 1, 3, 10))):
        place = _tag(draw, changed)
        changed = _replaced(changed, place, _VALUE.sub(lambda found: _revalued(draw, found), changed[place]))
    return changed


def _revalued(draw: Random, found: re.Match[str]) -> str:
    return f'{found[1]}="{quoted(_fitting(draw, found[1]))}"'


def _fitting(draw: Random, name: str) -> str:
    if draw.random() < 0.2:
        return values.any_value(draw)
    if _DATES.search(name):
        return values.date(draw)
    return values.link(draw) if _LINKS.search(name) else values.text(draw)


def grown_text(draw: Random, tokens: Tokens) -> Tokens:
    """Let a text be a megabyte of something."""
    return _replaced(tokens, _text(draw, tokens), _spelled(draw, values.grown(draw)))


def huge_attributes(draw: Random, tokens: Tokens) -> Tokens:
    """Give a tag a huge attribute, or thousands of them, or one twice."""
    place = _tag(draw, tokens)
    name = draw.choice(ATTRIBUTES)
    attribute = draw.choice(
        (
            lambda: f'{name}="{quoted(values.grown(draw, 100_000))}"',
            lambda: " ".join(f'a{n}="1"' for n in range(draw.choice((50, 500, 5_000)))),
            lambda: " ".join(f'{one}="{one}"' for one in ATTRIBUTES),
            lambda: f'{name}="1" {name}="2"',
            lambda: f'{name}="{quoted(values.any_value(draw))}"',
            lambda: f"{name}=unquoted {name} = 'x",
            lambda: f'{"a" * draw.choice((100, 60_000, 70_000))}="1"',
        )
    )()
    return _replaced(tokens, place, _with_attribute(tokens[place], attribute))


def namespaces(draw: Random, tokens: Tokens) -> Tokens:
    """Bind prefixes wrongly, twice, to nothing, by the hundred; or take what binds them away."""
    place = _tag(draw, tokens)
    if draw.random() < 0.3:
        bare = [re.sub(r"\sxmlns(:\w+)?=(\"[^\"]*\"|'[^']*')", "", token) for token in tokens]
        return bare if bare != tokens else [re.sub(r"^(</?)(?=\w)", r"\1nosuch:", token) for token in tokens]
    count = draw.choice((1, 1, 2, 300))
    bindings = [
        f'{_binding(draw, number if count > 2 else -1)}="{draw.choice(NAMESPACES)}"'
        for number in range(count)
    ]
    return _replaced(tokens, place, _with_attribute(tokens[place], " ".join(bindings)))


def _binding(draw: Random, number: int) -> str:
    prefix = f"n{number}" if number >= 0 else draw.choice(PREFIXES)
    return f"xmlns:{prefix}" if prefix else "xmlns"


def doctype(draw: Random, tokens: Tokens) -> Tokens:
    """Declare entities before the root, or within it, and refer to them."""
    subset = "".join(draw.choices(SUBSETS, k=draw.choice((1, 2))))
    external = draw.choice(
        ("", ' SYSTEM "http://127.0.0.1:9/x.dtd"', ' PUBLIC "-//X//Y" "file:///etc/passwd"')
    )
    declared = f"<!DOCTYPE rss{external} [{subset}{draw.choice((']>', '] >', '>', ''))}"
    place = draw.choice((0, 1, _tag(draw, tokens)))
    return references(draw, [*tokens[:place], declared, *tokens[place:]])


def references(draw: Random, tokens: Tokens) -> Tokens:
    """Refer to entities and characters that are none."""
    place = _text(draw, tokens)
    return _replaced(tokens, place, tokens[place] + "".join(draw.choices(REFERENCES, k=draw.randint(1, 4))))


def cdata(draw: Random, tokens: Tokens) -> Tokens:
    """Wrap a text in CDATA, which is then closed once, twice or never."""
    place = _text(draw, tokens)
    end = draw.choice(("]]>", "]]>", "]]>]]>", "]]", "", "]]]]><![CDATA[>]]>"))
    start = draw.choice(("<![CDATA[", "<![CDATA[<![CDATA[", "<![cdata[", "<![IGNORE[", "<![CDATA"))
    return _replaced(tokens, place, f"{start}{tokens[place]}{end}")


def instructions(draw: Random, tokens: Tokens) -> Tokens:
    """Strew instructions, comments and the beginnings of them between tags."""
    strewn = list(tokens)
    for _ in range(draw.choice((1, 3, 30))):
        strewn.insert(draw.randrange(len(strewn) + 1), draw.choice(INSTRUCTIONS))
    return strewn


def declaration(draw: Random, tokens: Tokens) -> Tokens:
    """Declare another encoding than the document is in."""
    version = draw.choice(("1.0", "1.1", "2.0", "", "1.0" * 200))
    encoding = quoted(draw.choice((draw.choice(values.CHARSETS), values.text(draw))))
    head = (
        draw.choice(("", "", "\n", "\ufeff", "junk ")) + f'<?xml version="{version}" encoding="{encoding}"?>'
    )
    kept = tokens[1:] if tokens and tokens[0].startswith("<?xml") else tokens
    return [head, *kept]


def bases(draw: Random, tokens: Tokens) -> Tokens:
    """Give some tags, or all of them, an xml:base that the one before resolves."""
    base = draw.choice(BASES)
    share = draw.choice((0.05, 0.3, 1.0))
    return [
        _with_attribute(token, f'xml:base="{quoted(base)}"')
        if name_of(token) and token[1] != "/" and draw.random() < share
        else token
        for token in tokens
    ]


def content_types(draw: Random, tokens: Tokens) -> Tokens:
    """Call a text another type than it is, or encoded."""
    place = _tag(draw, tokens)
    attribute = f'type="{quoted(draw.choice(CONTENT_TYPES))}"'
    if draw.random() < 0.5:
        attribute += f' mode="{draw.choice(("xml", "escaped", "base64", "BASE64", "x"))}"'
    return _replaced(tokens, place, _with_attribute(tokens[place], attribute))


INSETS: dict[str, Change] = {
    "values": values_replaced,
    "attribute values": attribute_values,
    "grown text": grown_text,
    "huge attributes": huge_attributes,
    "namespaces": namespaces,
    "doctype": doctype,
    "references": references,
    "cdata": cdata,
    "instructions": instructions,
    "declaration": declaration,
    "bases": bases,
    "content types": content_types,
}
