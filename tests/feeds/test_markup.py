"""Published HTML becomes one line of plain text, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.markup import one_line, plain_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("one<br/>two<BR>three", "one two three"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("in<b>side</b> a word", "inside a word"),
        ("<style>p{}</style><script>x</script>text<!-- note -->", "text"),
        ("<img src=x onerror=alert(1)>caption", "caption"),
        ("fish &amp; chips &amp;amp; peas", "fish & chips & peas"),
        ("3 < 4 and a<b", "3 < 4 and a<b"),
        ("cut off <a href='htt", "cut off <a href='htt"),
        ("a\u00a0b\u2028c\td", "a b c d"),
        ("nul\x00 bell\x07 lone\ud800", "nul bell lone"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_a_reader_sees(html: str, expected: str) -> None:
    assert plain_text(html, 1_000) == expected


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(min_value=0, max_value=50))
def test_a_line_is_clean_short_and_stays_as_it_is(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.split() == line.split(" ") or line == ""
    assert one_line(line, limit) == line
    line.encode("utf-8")


@settings(deadline=None)
@given(st.text(alphabet="<>/abp &;#x!-=\"' \n", max_size=200))
def test_no_script_survives(html: str) -> None:
    assert "<script" not in plain_text(f"<div>{html}</div><script>x</script>", 10_000)
