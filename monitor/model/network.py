"""What came back over the network, or why nothing did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias


class Cause(StrEnum):
    """Why a fetch gave nothing, in the words that `feeds list`, `status` and metrics show.

    HTTP refusals carry their status beside it (`FetchFailed.status`) and read "http 403".
    """

    DNS = "dns"
    TLS = "tls"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    BLOCKED_ADDRESS = "blocked address"
    BAD_URL = "bad url"
    TOO_MANY_REDIRECTS = "too many redirects"
    TOO_LARGE = "too large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad encoding"
    HTTP = "http"
    CHALLENGE = "challenge page"
    NOT_A_FEED = "not a feed"
    PARSER = "parser failed"
    PROTOCOL = "protocol error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One hop: the URL that answered and the status it answered with."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes the next request conditional (RFC 9110 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole body, inflated, within its limits."""

    url: str  # after redirects
    status: int
    body: bytes
    content_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()
    max_age: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()
    hub: str | None = None  # from the Link field, which goes before the feed's own word (WebSub 4)
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that what we hold is current."""

    url: str
    validators: Validators = Validators()
    max_age: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No usable body; `detail` is safe to store and show (no URL, no credentials)."""

    cause: Cause
    detail: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    redirects: tuple[Redirect, ...] = ()
    url: str = field(default="", compare=False)  # what was asked last, behind all redirects; not to be shown

    @property
    def label(self) -> str:
        """The named cause as people and metrics see it: `dns`, `timeout`, `http 403`."""
        return f"http {self.status}" if self.cause is Cause.HTTP and self.status else self.cause.value


FetchResult: TypeAlias = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost:
    """A parser's process died or was killed for its time or memory; only this input is to blame."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A parser refused this input; the reason is safe to store and show."""

    reason: str
