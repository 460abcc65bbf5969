"""Credentials of feeds come by the names of secrets, and stand in no file, repr or message."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest

from monitor.errors import SettingsFault
from monitor.feeds.opml import write_opml
from monitor.model import Access
from monitor.settings import check, load
from tests.settings.conftest import Write

HUSH = "hush-hush"


def access(write: Write, keys: str, **secrets: str) -> Access:
    """What one feed's keys come to."""
    environ = {f"MONITOR_SECRETS__{name}": value for name, value in secrets.items()}
    (feed,) = load(write(feeds=f"- url: https://a.org/feed\n  {keys}\n"), environ).feeds
    return feed.access


@pytest.mark.parametrize(
    ("keys", "fields"),
    [
        ("name: plain", {}),
        ("headers: {X-Edition: world, User-Agent: Desk/1}", {"X-Edition": "world", "User-Agent": "Desk/1"}),
        ("headers: {X-Api-Key: {secret: wire}}", {"X-Api-Key": "me:pw"}),
        ("cookies: {consent: 'yes', region: eu}", {"Cookie": "consent=yes; region=eu"}),
        ("cookies: {a: '1', b: {secret: wire}}", {"Cookie": "a=1; b=me:pw"}),
        ("auth: {bearer_secret: wire}", {"Authorization": "Bearer me:pw"}),
        ("auth: {basic_secret: wire}", {"Authorization": "Basic bWU6cHc="}),
    ],
)
def test_keys_become_header_fields(write: Write, keys: str, fields: dict[str, str]) -> None:
    environ = {"WIRE": "me:pw"} if "wire" in keys else {}
    assert dict(access(write, keys, **environ).fields) == fields


def test_a_password_outside_ascii_is_sent_as_utf_8(write: Write) -> None:
    ((_, value),) = access(write, "auth: {basic_secret: wire}", WIRE="me:pässwörd").fields
    assert b64decode(value.removeprefix("Basic ")).decode() == "me:pässwörd"


def test_a_secret_file_serves_as_well(write: Write, container_secrets: Path) -> None:
    (container_secrets / "wire.login").write_text("me:pw\n", "utf-8")
    assert access(write, "auth: {basic_secret: wire.login}").fields[0][0] == "Authorization"


def test_a_proxy_is_an_address_and_nothing_else(write: Write) -> None:
    assert access(write, "proxy: HTTP://Proxy.Example:3128").proxy == "http://proxy.example:3128/"
    assert load(write(feeds="", toml='[net]\nproxy = "http://10.0.0.1:3128"\n'), {}).net.proxy


@pytest.mark.parametrize(
    ("keys", "key", "told"),
    [
        ("auth: {basic: 'me:hush-hush'}", "auth", "basic_secret"),
        ("auth: 'me:hush-hush'", "auth", "basic_secret"),
        ("auth: {}", "auth", "exactly one"),
        ("auth: {basic_secret: a, bearer_secret: b}", "auth", "exactly one"),
        ("auth: {basic_secret: nowhere}", "auth.basic_secret", "no such secret"),
        ("auth: {basic_secret: bare}", "auth.basic_secret", "not user:password"),
        ("auth: {bearer_secret: odd}", "auth.bearer_secret", "cannot stand in an HTTP header"),
        ("password: hush-hush", "", "basic_secret"),
        ("user: hush-hush", "", "basic_secret"),
        ("headers: {Authorization: 'Basic hush-hush'}", "headers.Authorization", "basic_secret"),
        ("headers: {Cookie: 'sid=hush-hush'}", "headers.Cookie", "cookies:"),
        ("headers: {Host: hush-hush}", "headers.Host", "not a header that a feed may set"),
        ("headers: {Proxy-Authorization: hush-hush}", "headers.Proxy-Authorization", "may set"),
        ("headers: {'X A': hush-hush}", "headers.X A", "may set"),
        ('headers: {X-A: "hush-hush\\r\\nHost: b.org"}', "headers.X-A", "cannot stand in an HTTP header"),
        ("headers: {X-A: 5}", "headers.X-A", "in quotes"),
        ("headers: {X-A: {secrets: a}}", "headers.X-A", "{secret: name}"),
        ("headers: {X-A: {secret: nowhere}}", "headers.X-A", "no such secret"),
        ("cookies: {a: 'hush;hush-hush'}", "cookies.a", "not a cookie's value"),
        ("cookies: {'a b': hush-hush}", "cookies.a b", "not a cookie's name"),
        ("proxy: http://me:hush-hush@proxy.org:3128", "proxy", "not a proxy's address"),
        ("proxy: socks5://proxy.org:1080", "proxy", "not a proxy's address"),
        ("proxy: http://proxy.org/path", "proxy", "not a proxy's address"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy_and_not_repeated(
    write: Write, keys: str, key: str, told: str
) -> None:
    folder = write(feeds=f"- url: https://a.org/feed\n  {keys}\n")
    environ = {
        f"MONITOR_SECRETS__{name.upper()}": value
        for name, value in (("bare", HUSH), ("odd", "hush-hush\x7f"))
        if name in keys
    }
    (fault,) = check(folder, environ)
    assert fault.key == f"feeds[0].{key}".removesuffix(".")
    assert told in str(fault)
    assert HUSH not in str(fault)


def test_a_password_in_a_url_is_refused_with_the_way_to_do_it(write: Write) -> None:
    (fault,) = check(write(feeds="- url: https://me:hush-hush@a.org/feed\n"), {})
    assert "auth: {basic_secret:" in fault.remedy
    assert HUSH not in str(fault)


def test_a_value_that_looks_like_a_secret_is_warned_of(write: Write) -> None:
    found = load(write(feeds="- url: https://a.org/feed\n  headers: {X-Api-Key: hush-hush, X-B: b}\n"), {})
    keys = [warning.key for warning in found.warnings if warning.key.startswith("feeds")]
    assert keys == ["feeds[0].headers.X-Api-Key"]
    assert HUSH not in str(found.warnings)


def test_no_credential_shows_in_a_repr_or_an_export(write: Write) -> None:
    folder = write(
        feeds="- url: https://a.org/feed\n  auth: {bearer_secret: wire}\n  proxy: http://p.org:1\n"
    )
    found = load(folder, {"MONITOR_SECRETS__WIRE": HUSH})
    for text in (repr(found), repr(found.feeds), repr(found.feeds[0].access), write_opml(found.feeds)):
        assert HUSH not in text
        assert "p.org" not in text


def test_a_secret_that_no_feed_asks_for_is_still_refused(write: Write) -> None:
    folder = write(feeds="- url: https://a.org/feed\n  auth: {bearer_secret: wire}\n")
    with pytest.raises(SettingsFault, match="MONITOR_SECRETS__OTHER"):
        load(folder, {"MONITOR_SECRETS__WIRE": "t", "MONITOR_SECRETS__OTHER": "t"})
