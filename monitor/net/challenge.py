"""Whether an answer is a bot check that stands where the document should be."""

from __future__ import annotations

from collections.abc import Mapping

# Fields in which the large shields say so themselves (Cloudflare, AWS WAF).
_FIELDS = {"cf-mitigated": ("challenge",), "x-amzn-waf-action": ("challenge", "captcha")}

# A check is a small page; longer ones are articles that may merely carry a shield's script.
_MAX_PAGE = 60_000  # bytes; Cloudflare's page has some 7,000, DataDome's 1,500
# Strings of the checks themselves, not of the scripts that the shields also put on ordinary pages.
_MARKS = (
    b"_cf_chl_opt",
    b"sucuri_cloudproxy_js",
    b"awsWafCookieDomainList",
    b"geo.captcha-delivery.com",
    b"/_Incapsula_Resource?SWUDNSAI",
    b"ddos-guard/js-challenge",
    b"/.well-known/sgcaptcha",
)


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Say whether the answer's fields call it a challenge."""
    return any(headers.get(name, "").strip().lower() in values for name, values in _FIELDS.items())


def is_challenge_page(body: bytes) -> bool:
    """Say whether a body that came with a good status is a challenge all the same."""
    return len(body) <= _MAX_PAGE and any(mark in body for mark in _MARKS)
