"""Trees come from pre-filtered XML only, with nothing expanded and nothing fetched."""

from __future__ import annotations

import pytest

from monitor.errors import BadFeed
from monitor.feeds.prefilter import Prefiltered, prefilter
from monitor.feeds.xmltree import local_name, xml_tree


def test_names_lose_their_namespace_and_their_case() -> None:
    root = xml_tree(prefilter(b'<x:UrlSet xmlns:x="urn:y"><x:URL/></x:UrlSet>'))
    assert [local_name(element) for element in root.iter()] == ["urlset", "url"]


def test_a_tree_that_was_cut_off_is_mended() -> None:
    assert len(xml_tree(prefilter(b"<urlset><url/><url><loc>x"))) == 2


@pytest.mark.parametrize("data", [b"", b"<", b"no markup"])
def test_what_gives_no_tree_is_refused(data: bytes) -> None:
    with pytest.raises(BadFeed):
        xml_tree(Prefiltered(data=data, root="urlset", repairs=()))


def test_an_entity_is_not_expanded_even_where_a_doctype_survives() -> None:
    data = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    assert xml_tree(Prefiltered(data=data, root="a", repairs=())).text is None
