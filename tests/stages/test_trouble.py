"""Every trouble that a destination can be in, over real HTTP and SMTP, and what becomes of all messages."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from monitor.channels.email import EmailChannel
from monitor.channels.slack import SlackChannel
from monitor.channels.smtp import MailServer
from monitor.engine.embedded import Step
from monitor.model import Channel, Route
from monitor.service.loop import Loop
from monitor.service.wiring import SLOW_DESTINATIONS
from monitor.stages.watch import Lookout, watch
from monitor.store import deliveries as handling
from monitor.store import metrics, summary
from monitor.store.database import Database
from tests.alerts.samples import NOW
from tests.channels import slack_stub
from tests.channels.slack_stub import CHANNEL, TOKEN, SlackStub, answer, refuse
from tests.channels.smtp_stub import MailStub, mail_server
from tests.stages.bench import OTHER, WIRE, Bench
from tests.stages.office import DESK, MAIL, Office

TIMEOUT = timedelta(seconds=0.6)  # of a message by mail; the SDK of Slack knows whole seconds only
PATIENCE = 20  # seconds; a message takes some milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What happens to the first attempt, and what the row says then; `dead` when nothing more is tried."""

    name: str
    at: str  # the destination
    cause: Callable[[SlackStub, MailStub], None]
    says: str
    dead: bool = False
    waits: timedelta = timedelta(seconds=30)
    arrived: int = 1  # how often the message is there in the end


def slack(name: str, fault: slack_stub.Fault, says: str, **values: object) -> Trouble:
    return Trouble(
        name=name, at="desk", cause=lambda s, _: s.plan("chat.postMessage", fault), says=says, **values
    )  # type: ignore[arg-type]


def mail(name: str, cause: Callable[[MailStub], None], says: str, **values: object) -> Trouble:
    return Trouble(name=name, at="mail", cause=lambda _, m: cause(m), says=says, **values)  # type: ignore[arg-type]


MINUTES = timedelta(minutes=4)
TROUBLES = (
    slack(
        "429 with Retry-After", refuse("ratelimited", 429, Retry_After="240"), "ratelimited", waits=MINUTES
    ),
    slack("500", answer("<html>", 500), "http 500"),
    slack("accepted, answered too late", slack_stub.slow(1.3), "timeout"),
    slack("line lost before acceptance", slack_stub.hang_up, "no answer"),
    slack("line lost after acceptance", slack_stub.lose_reply, "no answer"),
    slack("token revoked", refuse("token_revoked"), "token_revoked", dead=True, arrived=0),
    slack("channel archived", refuse("is_archived"), "is_archived", dead=True, arrived=0),
    slack("message too long", refuse("msg_too_long"), "msg_too_long", dead=True, arrived=0),
    mail("shutting down", lambda m: m.sender_answers.append("421 4.3.2 down"), "421 4.3.2"),
    mail("greylisting", lambda m: m.recipient_answers.append("451 4.7.1 later"), "451 4.7.1"),
    mail("disk full", lambda m: m.data_answers.append("452 4.3.1 full"), "452 4.3.1"),
    mail("line lost before DATA", lambda m: m.recipient_answers.append(None), "no connection"),
    mail("line lost after DATA", lambda m: m.data_answers.append(None), "no connection", arrived=2),
    mail("spam", lambda m: m.data_answers.append("554 5.7.1 spam"), "554 5.7.1", dead=True, arrived=0),
    mail(
        "no mailbox", lambda m: m.recipient_answers.append("550 5.1.1 no"), "550 5.1.1", dead=True, arrived=0
    ),
)


class Newsroom(Office):
    """Two destinations with real channels, and what has arrived at them."""

    def __init__(self, bench: Bench, slack: SlackStub, mail: MailStub) -> None:
        super().__init__(bench)
        self.slack, self.mail = slack, mail
        self.destinations = {"desk": replace(DESK, address=CHANNEL), "mail": MAIL}
        server = MailServer(host="127.0.0.1", port=mail.port, tls="none")
        self.letters = EmailChannel(server, sender="monitor@a.test", timeout=TIMEOUT)
        posts = SlackChannel(TOKEN, slack.url, timedelta(seconds=1), pace=timedelta(0))
        self.channels = {Channel.SLACK: posts.send, Channel.EMAIL: self.letters.send}

    def keys(self, name: str) -> list[str]:
        """What has arrived, by the key or the Message-ID of each message."""
        if name == "desk":
            return [post["metadata"]["event_payload"]["key"] for post in self.slack.posted]
        return [str(letter["Message-ID"]) for letter in self.mail.letters]


@pytest.fixture
async def newsroom(_migrated_file: Path, tmp_path: Path) -> AsyncIterator[Newsroom]:
    database = Database(f"sqlite:///{shutil.copyfile(_migrated_file, tmp_path / 'monitor.db')}")
    bench = Bench(database, NOW)  # what the stub's clock shows, too
    async with slack_stub.slack() as posts, mail_server() as letters:
        newsroom = Newsroom(bench, posts, letters)
        await bench.tell("wire", WIRE)
        yield newsroom
        await newsroom.letters.close()
    database.close()


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: f"{trouble.at}: {trouble.name}")
async def test_a_destinations_trouble_is_its_own_and_ends_as_it_must(
    newsroom: Newsroom, trouble: Trouble
) -> None:
    other = "mail" if trouble.at == "desk" else "desk"
    trouble.cause(newsroom.slack, newsroom.mail)
    await asyncio.gather(newsroom.deliver(trouble.at), newsroom.deliver(other))
    assert newsroom.states(other) == ["sent"]
    (row,) = newsroom.rows(trouble.at)
    assert row["last_error"].startswith(trouble.says)
    assert row["state"] == ("dead" if trouble.dead else "pending")
    if not trouble.dead:
        assert row["next_attempt_at"] >= newsroom.bench.now + trouble.waits
        newsroom.bench.now = row["next_attempt_at"]
        await newsroom.deliver(trouble.at)
        assert newsroom.states(trouble.at) == ["sent"]
    keys = newsroom.keys(trouble.at)
    assert len(keys) == trouble.arrived
    assert len(set(keys)) <= 1, "under one key, or one Message-ID"


async def test_a_destination_that_does_not_answer_keeps_no_other_waiting(newsroom: Newsroom) -> None:
    answered = asyncio.Event()

    async def stuck(stub: SlackStub, request: web.Request, arguments: slack_stub.Message) -> web.Response:
        await answered.wait()
        return await slack_stub.hang_up(stub, request, arguments)

    newsroom.slack.plan("chat.postMessage", stuck)
    waiting = asyncio.create_task(newsroom.deliver("desk"))
    while not newsroom.slack.calls:
        await asyncio.sleep(0.01)
    await newsroom.deliver("mail")
    assert newsroom.states("mail") == ["sent"]
    assert not waiting.done()
    answered.set()
    await waiting


async def test_more_silent_destinations_than_places_keep_no_other_waiting(newsroom: Newsroom) -> None:
    """The wiring gives the stage a lane for the slow, as polling has one."""
    bench, never, told = newsroom.bench, asyncio.Event(), asyncio.Event()

    async def work(name: str) -> None:
        await (newsroom.deliver(name) if name == "mail" else never.wait())
        told.set()

    bench.routes = (Route(destinations=tuple(f"a-{number}" for number in range(9))),)
    await bench.tell("other", OTHER)
    step = Step(work=work, at_once=2, slow=SLOW_DESTINATIONS, slow_after=timedelta(milliseconds=20))
    idle = Step(work=lambda _: asyncio.sleep(0), at_once=0)
    loop = Loop(
        bench.db,
        {"poll": idle, "read": idle, "revisit": idle, "deliver": step},
        now=lambda: bench.now,
        poll_lease=MINUTES,
        read_lease=MINUTES,
        attempts=3,
    )
    running = asyncio.create_task(loop.until_stopped())
    async with asyncio.timeout(PATIENCE):
        while not told.is_set():
            await asyncio.sleep(0.02)
            await loop.tick()
    loop.stop()
    await running
    assert newsroom.states("mail") == ["sent"]
    assert await loop.engine.drain(0.01) == 10, "nine, and the desk"


async def test_nothing_is_posted_a_second_time_before_slack_was_asked(newsroom: Newsroom) -> None:
    newsroom.slack.plan("chat.postMessage", slack_stub.lose_reply)
    newsroom.slack.plan("conversations.history", answer("", 503), answer("", 503))
    for _ in range(4):
        await newsroom.deliver("desk")
        newsroom.bench.now += timedelta(minutes=10)
    calls = newsroom.slack.methods()
    assert calls.count("chat.postMessage") == 1
    assert calls.index("conversations.history") > calls.index("chat.postMessage")
    assert newsroom.states("desk") == ["sent"]


async def test_a_dead_message_is_seen_in_status_and_metrics_told_to_operators_and_to_the_fallback(
    newsroom: Newsroom,
) -> None:
    newsroom.destinations = {
        "desk": replace(newsroom.destinations["desk"], fallback="stand-in"),
        "mail": MAIL,
        "stand-in": replace(MAIL, name="stand-in", address="stand-in@a.test"),
    }
    newsroom.slack.plan("chat.postMessage", refuse("token_revoked"))
    await newsroom.deliver("desk")
    bench = newsroom.bench
    (problem,) = (
        each for each in bench.db.read_now(summary.problems, now=bench.now) if each.kind == "delivery dead"
    )
    assert "token_revoked; told at stand-in instead" in problem.detail
    assert "slack_token" in problem.remedy
    assert bench.db.read_now(metrics.stand, now=bench.now).dead == 1
    await watch(Lookout(db=bench.db, operators=lambda: ("mail",), now=lambda: bench.now, alert_after=3))
    await newsroom.deliver("mail")
    await newsroom.deliver("stand-in")
    told = {str(letter["To"]): str(letter["Subject"]) for letter in newsroom.mail.letters}
    assert told["stand-in@a.test"] == "Title wire"
    assert told["desk@a.test"].startswith("Message not delivered: delivery 1 to desk")


async def test_what_is_mended_is_sent_when_somebody_says_so_and_once(newsroom: Newsroom) -> None:
    newsroom.slack.plan("chat.postMessage", refuse("is_archived"))
    await newsroom.deliver("desk")
    dead = newsroom.rows("desk")[0]["id"]
    assert newsroom.bench.db.write_now(handling.retry, dead, now=newsroom.bench.now)
    await newsroom.bench.tell("other", OTHER)
    await newsroom.deliver("desk")
    assert newsroom.states("desk") == ["sent", "sent"]
    assert len(newsroom.keys("desk")) == len(set(newsroom.keys("desk"))) == 2
