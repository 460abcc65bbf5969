"""Pages: fetched where their site lets robots read them, by whoever wants to read one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from monitor.articles.robots import Closed, Later, Open, Unknown
from monitor.model import Fetched, FetchFailed, FetchResult
from monitor.stages.robots import Robots

Answer: TypeAlias = FetchResult | Closed | Unknown | Later


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a page answered, where its link led in the end, and over which URLs."""

    answer: Answer
    url: str
    hops: tuple[str, ...] = ()


async def fetch_page(
    url: str,
    article: int,
    *,
    get: Callable[[str], Awaitable[FetchResult]],
    robots: Robots | None,
    unhurried: bool = False,
) -> Visit:
    """Fetch a page if its site lets robots read it; where a redirect led to is asked about as well.

    *unhurried* is what nobody waits for: a site is asked for it at a walk.
    """
    if robots is None:
        return _visit(url, await get(url))
    permit = await robots.permit(url, article, unhurried=unhurried)
    if not isinstance(permit, Open):
        return Visit(answer=permit, url=url)
    visit = _visit(url, await get(url))
    if isinstance(visit.answer, Fetched) and visit.url != url:
        behind = await robots.ruling(visit.url)
        return visit if isinstance(behind, Open) else Visit(answer=behind, url=visit.url, hops=visit.hops)
    return visit


def _visit(url: str, answer: FetchResult) -> Visit:
    last = answer.url or url if isinstance(answer, Fetched | FetchFailed) else url
    return Visit(answer=answer, url=last, hops=tuple(hop.url for hop in answer.redirects))
