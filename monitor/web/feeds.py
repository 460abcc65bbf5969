"""Feeds of alerts for feed readers, each behind its own token; who has it reads what its topics told."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

from monitor.alerts import feed
from monitor.alerts.route import Audience
from monitor.alerts.wording import wording
from monitor.model import AlertFeed
from monitor.store import told
from monitor.store.database import Connection, Database

PATH = "/feeds/{token}/alerts.{form:atom|json}"
ENTRIES = 50  # a day and more of a busy desk
TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
HEADERS = {
    "Cache-Control": "private, max-age=60",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsPage:
    """What the feeds need; both are asked each time: a reload may change them."""

    db: Database
    feeds: Callable[[], Sequence[AlertFeed]]
    audience: Callable[[], Audience]
    _made: dict[tuple[str, str], tuple[object, bytes]] = field(default_factory=dict, repr=False)

    def routes(self) -> list[web.RouteDef]:
        """One path for all of them."""
        return [web.get(PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        found = self._feed(request.match_info["token"])
        if found is None:
            return web.Response(status=404)
        form = request.match_info["form"]
        body = await self._body(found, form)
        etag = sha256(body).hexdigest()[:32]
        asked = request.if_none_match or ()
        response = web.Response(headers=HEADERS)
        response.etag = etag
        if any(each.value in (etag, "*") for each in asked):
            response.set_status(304)
            return response
        response.body, response.content_type, response.charset = body, TYPES[form], "utf-8"
        return response

    def _feed(self, token: str) -> AlertFeed | None:
        """Compare with every token there is, in constant time, so that none is found by the time it takes."""
        given, found = token.encode(), None
        for each in self.feeds():
            if hmac.compare_digest(given, each.token.encode()):
                found = each
        return found

    async def _body(self, found: AlertFeed, form: str) -> bytes:
        """Make the feed, or take it as it was made last when nothing was told since."""
        audience = self.audience()
        topics = found.topics or tuple(topic for topic in audience.titles if topic not in audience.discreet)
        state = (await self.db.read(told.latest, topics), topics, audience.titles, audience.discreet, found)
        known = self._made.get((found.name, form))
        if known is not None and known[0] == state:
            return known[1]
        body = await self.db.read(_written, found, form, topics, audience)
        self._made[found.name, form] = state, body
        return body


def _written(
    connection: Connection, found: AlertFeed, form: str, topics: Sequence[str], audience: Audience
) -> bytes:
    entries = told.entries(
        connection, topics, titles=audience.titles, discreet=audience.discreet, limit=ENTRIES
    )
    names = [audience.discreet.get(topic) or audience.titles.get(topic, topic) for topic in topics]
    write = feed.atom if form == "atom" else feed.json_feed
    return write(found.name, ", ".join(names), entries, wording(found.language, found.timezone))
