"""Where an article stands, and whose it is, when its link belongs to somebody else."""

from __future__ import annotations

import pytest

from monitor.articles.address import address_of, is_elsewhere, last_page, leads_on, outlet_behind, sites_of

PAGE = "https://www.courier.co.uk/world/ferry"


@pytest.mark.parametrize(
    ("link", "final", "expected"),
    [
        (PAGE, "", PAGE),
        (PAGE, PAGE, PAGE),
        (f"{PAGE}?utm_source=rss", f"{PAGE}?utm_source=rss", f"{PAGE}?utm_source=rss"),  # nobody was sent on
        ("https://t.co/x", f"{PAGE}?utm_source=twitter&id=7&b=", f"{PAGE}?id=7&b="),
        ("https://t.co/x", f"{PAGE}?fbclid=1", PAGE),
        (f"https://www.google.com/url?url={PAGE}", "", PAGE),
        (f"https://www.google.com/url?url={PAGE}", PAGE, PAGE),
    ],
)
def test_readers_are_shown_where_a_link_led(link: str, final: str, expected: str) -> None:
    assert address_of(link, final) == expected


def test_a_wall_is_left_behind_for_the_page_from_which_it_was_met() -> None:
    assert last_page("https://t.co/x", ["https://t.co/x", PAGE]) == PAGE
    assert last_page(PAGE, [PAGE]) == PAGE
    assert last_page(PAGE, []) == PAGE


@pytest.mark.parametrize(
    ("link", "address", "expected"),
    [
        (PAGE, "https://m.courier.co.uk/ferry", False),
        (PAGE, "https://herald.co.uk/ferry", True),
        ("https://one.blogspot.com/a", "https://two.blogspot.com/a", True),
        ("http://127.0.0.1:81/a", "http://127.0.0.2/a", True),
    ],
)
def test_what_another_has_registered_is_elsewhere(link: str, address: str, expected: bool) -> None:
    assert is_elsewhere(link, address) is expected


def test_an_outlet_is_called_as_the_aggregator_or_our_list_calls_it_else_by_its_domain() -> None:
    assert outlet_behind(PAGE, named="The Courier", listed="Courier") == "The Courier"
    assert outlet_behind(PAGE, named="", listed="Courier") == "Courier"
    assert outlet_behind(PAGE, named="", listed="") == "courier.co.uk"
    assert sites_of("https://news.courier.co.uk/a")[:2] == ("news.courier.co.uk", "courier.co.uk")


def test_links_that_only_lead_on_are_known_by_their_host() -> None:
    assert leads_on("https://t.co/x")
    assert leads_on("https://news.google.com/rss/articles/CBMi")
    assert not leads_on(PAGE)
    assert not leads_on("https://not.co/x")
