"""Bodies put together chunk by chunk within a limit, inflated if need be; a bomb stops at the limit."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Protocol

from monitor.model import Cause
from monitor.net.failures import FetchError

MAX_MEMBERS = 16  # gzip files or zstd frames laid end to end; a log shipper makes a few, a bomb thousands


class Decoder(Protocol):
    """One compressed stream: takes what arrived, gives at most *room* bytes at a time."""

    @property
    def finished(self) -> bool:
        """Whether the stream has come to its own end."""
        ...

    def feed(self, data: bytes, room: int) -> bytes:
        """Return up to *room* bytes; called with no data for as long as it gives some."""
        ...


class Body:
    """A body on its way in; `take` its chunks, then `finish`. Both raise `FetchError`."""

    def __init__(self, encodings: Sequence[str], max_bytes: int) -> None:
        self._decoder = _decoder(encodings)
        self._max = max_bytes
        self._arrived = 0
        self._whole = bytearray()

    def take(self, chunk: bytes) -> None:
        """Add a chunk as it came over the wire."""
        self._arrived += len(chunk)
        if self._arrived > self._max:
            raise FetchError(Cause.TOO_LARGE, f"over {self._max:,} bytes")
        if self._decoder is None:
            self._whole += chunk
            return
        piece = self._feed(self._decoder, chunk)
        while piece:
            self._whole += piece
            if len(self._whole) > self._max:
                raise FetchError(Cause.TOO_LARGE, f"over {self._max:,} bytes once inflated")
            piece = self._feed(self._decoder, b"")

    def finish(self) -> bytes:
        """Return the whole body; a compressed one must have come to its own end."""
        if self._decoder is not None and self._arrived and not self._decoder.finished:
            raise FetchError(Cause.TRUNCATED, "the compressed body ended early")
        return bytes(self._whole)

    def _feed(self, decoder: Decoder, data: bytes) -> bytes:
        room = self._max + 1 - len(self._whole)
        try:
            return decoder.feed(data, room)
        except _DAMAGE as error:
            raise FetchError(Cause.BAD_ENCODING, "the compressed body is damaged") from error


_GZIP = 16 + zlib.MAX_WBITS  # zlib's own way to ask for the gzip wrapper
GZIP_MAGIC = b"\x1f\x8b"


class _Zlib:
    """gzip with its members, or deflate with or without its wrapper (RFC 9110 8.4.1.2 warns of both)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream: Any = None
        self._members = 0
        self._waiting = b""

    @property
    def finished(self) -> bool:
        return self._stream is not None and bool(self._stream.eof)

    def feed(self, data: bytes, room: int) -> bytes:
        data, self._waiting = self._waiting + data, b""
        if self._stream is None or self.finished:
            if len(data) < len(GZIP_MAGIC):
                self._waiting = data
                return b""
            if self.finished and not (self._gzip and data.startswith(GZIP_MAGIC)):
                return b""  # padding behind the last member
            self._begin(data)
        piece = bytes(self._stream.decompress(data, room))
        self._waiting = self._stream.unused_data or self._stream.unconsumed_tail
        return piece or (self.feed(b"", room) if self.finished and self._waiting else b"")

    def _begin(self, head: bytes) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise zlib.error("too many members")
        self._stream = zlib.decompressobj(_GZIP if self._gzip else _deflate_form(head))


def _deflate_form(head: bytes) -> int:
    """Tell wrapped deflate from bare by the wrapper's check bits (RFC 1950 2.2)."""
    wrapped = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW = 23  # 2**23 bytes is what the web agreed on (RFC 9659); a frame may ask for gigabytes


class _Zstd:
    """zstd with its frames, which may lie end to end like gzip's members (RFC 8878 3.1)."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library
        self._stream: Any = None
        self._frames = 0
        self._waiting = b""

    @property
    def finished(self) -> bool:
        return self._stream is not None and bool(self._stream.eof)

    def feed(self, data: bytes, room: int) -> bytes:
        data, self._waiting = self._waiting + data, b""
        if self._stream is None or self.finished:
            if len(data) < len(_ZSTD_MAGIC):
                self._waiting = data
                return b""
            if self.finished and not data.startswith(_ZSTD_MAGIC):
                return b""  # padding behind the last frame
            self._begin()
        if not data and self._stream.needs_input:
            return b""
        piece = bytes(self._stream.decompress(data, room))
        self._waiting = self._stream.unused_data
        return piece or (self.feed(b"", room) if self.finished and self._waiting else b"")

    def _begin(self) -> None:
        self._frames += 1
        if self._frames > MAX_MEMBERS:
            raise self._library.ZstdError("too many frames")
        limit = {self._library.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
        self._stream = self._library.ZstdDecompressor(options=limit)


class _Brotli:
    def __init__(self, library: ModuleType) -> None:
        self._stream = library.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, data: bytes, room: int) -> bytes:
        return b"" if self.finished else bytes(self._stream.process(data, output_buffer_limit=room))


def _first_of(*names: str) -> ModuleType | None:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
}
_DAMAGE: tuple[type[Exception], ...] = (zlib.error,)
# What this Python cannot load is not asked for.
if (_zstd := _first_of("compression.zstd", "backports.zstd")) is not None:
    _DECODERS["zstd"] = lambda library=_zstd: _Zstd(library)  # type: ignore[misc]
    _DAMAGE += (_zstd.ZstdError,)
# Before 1.2 Brotli's decoder knew no limit and swelled a bomb whole.
if (_brotli := _first_of("brotli")) is not None and hasattr(_brotli.Decompressor, "can_accept_more_data"):
    _DECODERS["br"] = lambda library=_brotli: _Brotli(library)  # type: ignore[misc]
    _DAMAGE += (_brotli.error,)

ACCEPT_ENCODING = ", ".join(_DECODERS)


def _decoder(encodings: Sequence[str]) -> Decoder | None:
    names = [name.strip().lower().removeprefix("x-") for value in encodings for name in value.split(",")]
    coded = [name for name in names if name not in ("", "identity")]
    if not coded:
        return None
    if len(coded) > 1:
        raise FetchError(Cause.BAD_ENCODING, "encoded more than once")
    if coded[0] not in _DECODERS:
        raise FetchError(Cause.BAD_ENCODING, "an encoding that was not asked for")
    return _DECODERS[coded[0]]()
