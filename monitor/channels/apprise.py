"""Teams, Discord, Mattermost, Matrix, Telegram and a hundred more through Apprise, an optional package.

Its limits, which `people.yaml` says where it is configured: no threads; a lost reply means a second message;
of the other side's answer it tells only yes or no, so everything is tried again until it is given up; and it
has an HTTP client of its own, which knows neither our guard of addresses nor `net.proxy`.

Source: https://github.com/caronc/apprise/wiki
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from importlib.util import find_spec

from monitor.alerts.clean import clip
from monitor.alerts.mail import email_message
from monitor.alerts.wording import wording
from monitor.model import Delivery, Destination, Refused, SendResult, Sent, TryLater

BODY_LIMIT = 10_000  # characters; services cut at their own limits, most of them far lower
SPARE = timedelta(seconds=5)  # for a thread whose service did not end within its time

# What a chat would take for a mention, a link in disguise or code; ours are plain words and whole URLs.
_NEUTRAL = str.maketrans({"@": "＠", "[": "［", "]": "］", "`": "ʼ"})


def is_installed() -> bool:
    """Whether the extra is there: `pip install 'newsroom-monitor[apprise]'`."""
    return find_spec("apprise") is not None


class AppriseChannel:
    """Sends to whatever an Apprise URL names. Units: *timeout* bounds one message."""

    def __init__(self, timeout: timedelta) -> None:
        self._timeout = timeout.total_seconds()

    async def send(self, delivery: Delivery, destination: Destination) -> SendResult:
        """Send the plain words of *delivery*."""
        parts = email_message(delivery, wording(destination.language, destination.timezone))
        title, body = parts.subject.translate(_NEUTRAL), clip(parts.text, BODY_LIMIT).translate(_NEUTRAL)
        try:
            async with asyncio.timeout(self._timeout + SPARE.total_seconds()):
                refusal = await asyncio.to_thread(self._notify, destination.address, title, body)
        except TimeoutError:
            return TryLater(reason="timeout")
        return refusal or Sent(ref=delivery.key)

    def _notify(self, url: str, title: str, body: str) -> Refused | TryLater | None:
        import apprise

        for name in ("apprise", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they would log URLs, which are secrets
        asset = apprise.AppriseAsset(
            app_id="Newsroom Monitor",
            image_url_mask="",  # no picture of Apprise's from a remote place
            image_url_logo="",
            http_redirects=False,  # a message belongs to whom it was sent
            storage_mode="memory",
            service_timeout=self._timeout,
        )
        service = apprise.Apprise(asset=asset)
        if not service.add(url):
            return Refused(reason="not a URL that Apprise knows")
        with service.notify(
            body=body, title=title, body_format=apprise.NotifyFormat.TEXT, timeout=self._timeout
        ) as result:
            return None if result else TryLater(reason=f"apprise: {result.status.name.lower()}")
