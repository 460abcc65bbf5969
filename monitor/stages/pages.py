"""Pages: fetched where their site lets robots read them, by whoever wants to read one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from monitor.articles.robots import Closed, Later, Open, Unknown
from monitor.model import Fetched, FetchResult
from monitor.stages.robots import Robots


async def fetch_page(
    url: str, article: int, *, get: Callable[[str], Awaitable[FetchResult]], robots: Robots | None
) -> FetchResult | Closed | Unknown | Later:
    """Fetch a page if its site lets robots read it; where a redirect led to is asked about as well."""
    if robots is None:
        return await get(url)
    permit = await robots.permit(url, article)
    if not isinstance(permit, Open):
        return permit
    answer = await get(url)
    if isinstance(answer, Fetched) and answer.url != url:
        behind = await robots.ruling(answer.url)
        return answer if isinstance(behind, Open) else behind
    return answer
