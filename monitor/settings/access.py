"""How a feed's server is asked: keys for headers, cookies, credentials and proxy; secrets by name only."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError as Complaint

from monitor.model import Access
from monitor.settings import values
from monitor.settings.findings import Findings, Place
from monitor.settings.sections import Table
from monitor.settings.toml_lines import Loc

Lookup: TypeAlias = Callable[[str], str | None]
At: TypeAlias = Callable[[Loc], Place]

_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")  # RFC 9110 5.6.2
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265 4.1.1
_SECRETIVE = re.compile(r"auth|token|key|secret|pass|session|sid\b", re.IGNORECASE)
_MAX_VALUE = 4_096  # characters; half of what servers take in one line
_PLAIN = frozenset(  # keys that people try first
    ("user", "username", "login", "password", "pass", "token", "bearer", "basic", "secret", "key", "api_key")
)
_OURS = frozenset(  # what the client writes itself, and what would change where a request goes or how it ends
    """
    accept-encoding connection content-length content-type expect host if-modified-since if-none-match
    keep-alive range te trailer transfer-encoding upgrade
    """.split()  # noqa: SIM905 - names, as everywhere else
)
_IN_A_SECRET = (
    "Put it into a secret file, or into MONITOR_SECRETS__ and a name, and write {secret: that name}."  # noqa: S105
)


class SecretName(Table):
    """A value that is kept elsewhere."""

    secret: values.Name = Field(description="The secret's name.")


def _not_here() -> Complaint:
    return values.complaint(
        "a credential does not belong in this file",
        "Put user:password or the token into a secret file, or into MONITOR_SECRETS__ and a name, and write "
        "auth: {basic_secret: that name} or auth: {bearer_secret: that name}.",
    )


def _field_name(name: str) -> str:
    low = name.lower()
    if low == "authorization":
        raise values.complaint(
            "a credential has a key of its own", "Write auth: {basic_secret: …} or auth: {bearer_secret: …}."
        )
    if low in ("cookie", "set-cookie"):
        raise values.complaint("cookies have a key of their own", "Write cookies: {name: value}.")
    if not _FIELD_NAME.fullmatch(name) or low in _OURS or low.startswith("proxy-"):
        raise values.complaint(
            "not a header that a feed may set", "Leave it out; the service writes it where it is needed."
        )
    return name


def _cookie_name(name: str) -> str:
    if not _FIELD_NAME.fullmatch(name):
        raise values.complaint("not a cookie's name", "Copy it as the browser shows it, without the value.")
    return name


def _value(given: object) -> object:
    """Accept one line of text, or the name of a secret that holds it."""
    if isinstance(given, dict) and given.keys() == {"secret"}:
        return given
    if not isinstance(given, str):
        raise values.complaint(
            "should be text, or {secret: name}", 'Write numbers and yes or no in quotes, such as "5".'
        )
    if not (given.isascii() and given.isprintable() and len(given) <= _MAX_VALUE):
        raise values.complaint(
            "cannot stand in an HTTP header", f"Use printable ASCII on one line, {_MAX_VALUE:,} at most."
        )
    return given


Value = Annotated[SecretName | str, Field(union_mode="left_to_right"), BeforeValidator(_value)]


class Auth(Table):
    """Who we are to the server; exactly one of the keys."""

    basic_secret: values.Name | None = Field(
        default=None, description="The name of a secret that holds user:password."
    )
    bearer_secret: values.Name | None = Field(
        default=None, description="The name of a secret that holds a token."
    )

    @model_validator(mode="before")
    @classmethod
    def _no_plain_password(cls, given: object) -> object:
        if not isinstance(given, dict) or not given.keys() <= {"basic_secret", "bearer_secret"}:
            raise _not_here()
        if len(given) != 1:
            raise values.complaint("needs exactly one of basic_secret, bearer_secret", "Give one.")
        return given


class AccessKeys(Table):
    """The keys of a feed that say how it is reached."""

    headers: dict[Annotated[str, AfterValidator(_field_name)], Value] = Field(
        default={}, max_length=20, description="Header fields to send: name → text, or {secret: name}."
    )
    cookies: dict[Annotated[str, AfterValidator(_cookie_name)], Value] = Field(
        default={}, max_length=20, description="Cookies to send: name → text, or {secret: name}."
    )
    auth: Auth | None = Field(default=None, description="{basic_secret: name} or {bearer_secret: name}.")
    proxy: values.ProxyUrl | None = Field(
        default=None, description="The HTTP proxy for this feed, such as http://proxy.example.org:3128."
    )

    @model_validator(mode="before")
    @classmethod
    def _no_plain_password(cls, given: object) -> object:
        if isinstance(given, dict) and any(str(key).lower() in _PLAIN for key in given):
            raise _not_here()
        return given

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that are asked for."""
        named = [self.auth and self.auth.basic_secret, self.auth and self.auth.bearer_secret]
        named += [
            value.secret
            for value in (*self.headers.values(), *self.cookies.values())
            if isinstance(value, SecretName)
        ]
        return tuple(name for name in named if name)


def access_of(keys: AccessKeys, place: At, secret: Lookup, findings: Findings) -> Access:
    """Return the fields to send and the way to take; what is missing or unusable is noted and left out."""
    fields = _given("headers", keys.headers, place, secret, findings)
    cookies = {
        name: value
        for name, value in _given("cookies", keys.cookies, place, secret, findings).items()
        if _is_cookie(value, place(("cookies", name)), findings)
    }
    if cookies:
        fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if keys.auth is not None and (credential := _credential(keys.auth, place, secret, findings)):
        fields["Authorization"] = credential
    return Access(fields=tuple(fields.items()), proxy=keys.proxy)


def _given(
    key: str, written: Mapping[str, str | SecretName], place: At, secret: Lookup, findings: Findings
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in written.items():
        here = place((key, name))
        if isinstance(value, SecretName):
            if (kept := _secret(value.secret, here, secret, findings)) is not None:
                found[name] = kept
            continue
        if _SECRETIVE.search(name):
            findings.warn(here, "looks like a secret in a file that is read and copied freely", _IN_A_SECRET)
        found[name] = value
    return found


def _credential(auth: Auth, place: At, secret: Lookup, findings: Findings) -> str | None:
    if auth.bearer_secret is not None:
        token = _secret(auth.bearer_secret, place(("auth", "bearer_secret")), secret, findings)
        return token and f"Bearer {token}"
    assert auth.basic_secret is not None
    here = place(("auth", "basic_secret"))
    pair = _secret(auth.basic_secret, here, secret, findings, ascii_only=False)
    if pair is not None and ":" not in pair:
        findings.fault(here, "the secret is not user:password", "Write both into it, with a colon between.")
        return None
    return pair and "Basic " + b64encode(pair.encode()).decode("ascii")  # RFC 7617, with its UTF-8


def _secret(
    name: str, place: Place, secret: Lookup, findings: Findings, *, ascii_only: bool = True
) -> str | None:
    found = secret(name)
    if found is None:
        findings.fault(
            place,
            "there is no such secret",
            "Put it into a secret file of that name, or into MONITOR_SECRETS__ and the name.",
        )
        return None
    if not found.isprintable() or (ascii_only and not found.isascii()) or len(found) > _MAX_VALUE:
        findings.fault(place, "the secret cannot stand in an HTTP header", "Copy it again, alone and whole.")
        return None
    return found


def _is_cookie(value: str, place: Place, findings: Findings) -> bool:
    if _COOKIE_VALUE.fullmatch(value):
        return True
    findings.fault(
        place, "not a cookie's value", "Copy it as the browser sends it, without blanks or quotes."
    )
    return False
