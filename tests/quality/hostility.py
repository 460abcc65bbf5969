"""What hostile servers send: each kind is one way to take a reader's time, memory or trust."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Writer = asyncio.StreamWriter
BOMB = 200_000_000  # bytes once inflated
BIG = 30_000_000  # bytes, three times what a feed may have
PAUSE = 0.5  # seconds between the bytes of a slow one

_ITEM = "<item><title>Ferry {n} sails again</title><link>http://news.test/{n}</link><guid>{n}</guid></item>"


def _rss(inner: str) -> bytes:
    return f"<rss version='2.0'><channel><title>News</title>{inner}</channel></rss>".encode()


def _answer(body: bytes, *fields: str) -> bytes:
    head = ["HTTP/1.1 200 OK", "Content-Type: application/rss+xml", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "Connection: close", *fields, "", ""]).encode() + body


FEED = _answer(_rss("".join(_ITEM.format(n=n) for n in range(20))))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hostility and how it answers a request."""

    name: str
    answer: Callable[[Writer], Awaitable[None]]


def _fixed(answer: bytes) -> Callable[[Writer], Awaitable[None]]:
    async def send(writer: Writer) -> None:
        writer.write(answer)
        await writer.drain()

    return send


async def _silent(writer: Writer) -> None:
    await asyncio.sleep(3_600)


async def _slow_head(writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X")
        await writer.drain()
        await asyncio.sleep(PAUSE)


async def _slow_body(writer: Writer) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 100000\r\n\r\n<rss>"
    )
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(PAUSE)


async def _endless(writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
    while True:
        writer.write(b"<item>" * 10_000)
        await writer.drain()


async def _endless_head(writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"a" * 1_000 + b"\r\n")
        await writer.drain()


def _redirect(target: str) -> bytes:
    head = ["HTTP/1.1 302 Found", f"Location: {target}", "Content-Length: 0", "Connection: close"]
    return "\r\n".join([*head, "", ""]).encode()


def _gzip_bomb() -> bytes:
    return _answer(gzip.compress(b" " * BOMB, 1), "Content-Encoding: gzip")


def _truncated() -> bytes:
    return _answer(gzip.compress(FEED)[:-20], "Content-Encoding: gzip")


def _deflate_bomb() -> bytes:
    return _answer(zlib.compress(b" " * BOMB, 1), "Content-Encoding: deflate")


def _many_elements() -> bytes:
    return _answer(_rss("<item>" + "<a/>" * 1_500_000 + "</item>"))


def _deep() -> bytes:
    return _answer(b"<rss><channel><item><description>" + b"<b>" * 2_000_000)


def _entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return _answer(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>'.encode() + _rss("<item>&l11;</item>"))


def _bases() -> bytes:
    bases = "".join(f'<x{n} xml:base="{"a/" * 500}">' for n in range(5_000))
    return _answer(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{bases}'.encode())


def _many_items() -> bytes:
    return _answer(_rss("".join(_ITEM.format(n=n) for n in range(80_000))))


def _json() -> bytes:
    return _answer(b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 4_000_000)


def kinds() -> tuple[Kind, ...]:
    """Every kind; what they send is made here, so that making it is not part of what is measured."""
    return (
        Kind("silent", _silent),
        Kind("slow-head", _slow_head),
        Kind("slow-body", _slow_body),
        Kind("endless", _endless),
        Kind("endless-head", _endless_head),
        Kind("big", _fixed(_answer(b" " * BIG))),
        Kind("gzip-bomb", _fixed(_gzip_bomb())),
        Kind("deflate-bomb", _fixed(_deflate_bomb())),
        Kind("truncated-gzip", _fixed(_truncated())),
        Kind("to-metadata", _fixed(_redirect("http://169.254.169.254/latest/"))),
        Kind("to-file", _fixed(_redirect("file:///etc/passwd"))),
        Kind("to-itself", _fixed(_redirect("/again"))),
        Kind("many-elements", _fixed(_many_elements())),
        Kind("deep", _fixed(_deep())),
        Kind("entities", _fixed(_entities())),
        Kind("bases", _fixed(_bases())),
        Kind("many-items", _fixed(_many_items())),
        Kind("deep-json", _fixed(_json())),
    )
