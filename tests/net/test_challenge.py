"""Bot checks are told from documents by what they say themselves."""

from __future__ import annotations

import pytest

from monitor.net.challenge import is_challenge, is_challenge_page


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("cf-mitigated", "challenge", True),
        ("x-amzn-waf-action", "Captcha", True),
        ("cf-mitigated", "none", False),
        ("server", "cloudflare", False),
    ],
)
def test_a_shield_says_so_in_its_fields(name: str, value: str, expected: bool) -> None:
    assert is_challenge({name: value}) is expected


def test_a_small_page_with_the_mark_of_a_check_is_one_and_a_long_article_is_not() -> None:
    check = b"<html><script>window._cf_chl_opt={cvId:'3'}</script></html>"
    assert is_challenge_page(check)
    assert not is_challenge_page(check + b"<p>word</p>" * 10_000)
    assert not is_challenge_page(b"<rss><channel><title>How captchas work</title></channel></rss>")
