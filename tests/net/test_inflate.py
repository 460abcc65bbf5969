"""Bodies are inflated within their limit, and a stream that did not end is noticed."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Cause
from monitor.net.failures import FetchError
from monitor.net.inflate import ACCEPT_ENCODING, MAX_MEMBERS, Body

TEXT = b"<rss>" + bytes(range(256)) * 40 + b"</rss>"


def _raw_deflate(data: bytes) -> bytes:
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezed.compress(data) + squeezed.flush()


SQUEEZE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": _raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def _body(encoding: str, wire: bytes, *, step: int = 1_000, limit: int = 100_000) -> bytes:
    body = Body([encoding] if encoding else [], limit)
    for start in range(0, len(wire), step):
        body.take(wire[start : start + step])
    return body.finish()


def _cause(encoding: str, wire: bytes, **how: int) -> Cause:
    with pytest.raises(FetchError) as caught:
        _body(encoding, wire, **how)
    return caught.value.cause


@pytest.mark.parametrize("step", [1, 7, 1_000, 100_000])
@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT) + b"\0" * 9),
        ("gzip", gzip.compress(TEXT[:5_000]) + gzip.compress(TEXT[5_000:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", _raw_deflate(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstd.compress(TEXT)),
        ("zstd", zstd.compress(TEXT[:5_000]) + zstd.compress(TEXT[5_000:])),
        ("zstd", zstd.compress(TEXT) + b"\0" * 9),
    ],
)
def test_a_body_comes_out_as_it_went_in(encoding: str, wire: bytes, step: int) -> None:
    assert _body(encoding, wire, step=step) == TEXT


@settings(deadline=None)
@given(st.sampled_from(sorted(SQUEEZE)), st.binary(max_size=5_000), st.integers(min_value=1, max_value=700))
def test_any_bytes_survive_compression_at_any_pace(encoding: str, data: bytes, step: int) -> None:
    assert _body(encoding, SQUEEZE[encoding](data), step=step) == data


@pytest.mark.parametrize("encoding", sorted(SQUEEZE))
def test_a_bomb_stops_at_the_limit(encoding: str) -> None:
    wire = SQUEEZE[encoding](bytes(50_000_000))
    assert len(wire) < 100_000
    body = Body([encoding], 1_000_000)
    with pytest.raises(FetchError) as caught:
        body.take(wire)
    assert caught.value.cause is Cause.TOO_LARGE
    assert sys.getsizeof(body._whole) < 3_000_000


def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    assert len(_body("", bytes(100_000))) == 100_000
    assert _cause("", bytes(100_001)) is Cause.TOO_LARGE
    for encoding, squeeze in SQUEEZE.items():
        assert len(_body(encoding, squeeze(bytes(100_000)))) == 100_000
        assert _cause(encoding, squeeze(bytes(100_001))) is Cause.TOO_LARGE


@pytest.mark.parametrize("encoding", sorted(SQUEEZE))
@pytest.mark.parametrize("cut", [1, 2, 12, 30, -1])
def test_a_stream_that_ends_early_is_truncated(encoding: str, cut: int) -> None:
    assert _cause(encoding, SQUEEZE[encoding](TEXT)[:cut]) is Cause.TRUNCATED


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br, gzip", "lzma", "compress", "gzip;q=1"])
def test_an_encoding_that_was_not_offered_is_refused(encoding: str) -> None:
    assert _cause(encoding, gzip.compress(TEXT)) is Cause.BAD_ENCODING


def test_damage_inside_a_stream_is_bad_encoding() -> None:
    wire = bytearray(gzip.compress(TEXT))
    wire[20] ^= 0xFF
    assert _cause("gzip", bytes(wire)) is Cause.BAD_ENCODING
    for encoding in ("gzip", "br", "zstd"):
        assert _cause(encoding, b"\xff" * 9 + TEXT) is Cause.BAD_ENCODING


def test_members_and_frames_without_end_are_refused() -> None:
    for encoding in ("gzip", "zstd"):
        assert _cause(encoding, SQUEEZE[encoding](b"x") * (MAX_MEMBERS + 1)) is Cause.BAD_ENCODING


def test_a_zstd_frame_that_wants_more_memory_than_the_web_allows_is_refused() -> None:
    wide = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    assert _cause("zstd", wide.compress(TEXT) + wide.flush()) is Cause.BAD_ENCODING


def test_what_can_be_inflated_is_asked_for_and_nothing_else() -> None:
    assert set(ACCEPT_ENCODING.split(", ")) == SQUEEZE.keys()
