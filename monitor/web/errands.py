"""The page behind a link in a message: it asks first, because links are followed by machines, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from aiohttp import web
from jinja2 import Environment, PackageLoader, Template

from monitor.alerts.errands import PATH, Links
from monitor.alerts.wording import Wording, wording
from monitor.model import Destination, Errand

# Nothing is loaded, framed, remembered or told to another site.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandPage:
    """What the page needs: `do` answers whether there was still something to do."""

    links: Links
    destinations: Callable[[], Mapping[str, Destination]]
    do: Callable[[Errand], Awaitable[bool]]
    now: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """A question to read, and an answer to send."""
        path = PATH + "{token}"
        return [web.get(path, self._ask), web.post(path, self._do)]

    async def _ask(self, request: web.Request) -> web.Response:
        errand = self._errand(request)
        if errand is None:
            return _page(404, wording(), None)
        return _page(200, self._say(errand), errand)

    async def _do(self, request: web.Request) -> web.Response:
        """Do it: by the page's button, or by a mail program's one click (RFC 8058)."""
        errand = self._errand(request)
        if errand is None or not await self.do(errand):
            return _page(404, wording(), None)
        return _page(200, self._say(errand), errand, done=True)

    def _errand(self, request: web.Request) -> Errand | None:
        return self.links.read(request.match_info["token"], self.destinations(), now=self.now())

    def _say(self, errand: Errand) -> Wording:
        place = self.destinations()[errand.destination]
        return wording(place.language, place.timezone)


def _page(status: int, say: Wording, errand: Errand | None, *, done: bool = False) -> web.Response:
    text = _template().render(say=say, errand=errand, done=done)
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


@lru_cache(maxsize=1)
def _template() -> Template:
    pages = Environment(loader=PackageLoader(__package__, "templates"), autoescape=True)
    return pages.get_template("errand.html.j2")
