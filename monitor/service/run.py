"""One run of the service, from the lock on the state directory to the last connection closed."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from monitor.channels.slack_buttons import buttons
from monitor.clock import Beat, Clock
from monitor.errors import AlreadyRunning
from monitor.feeds.fence import require_safe_xml
from monitor.service.asking import Asking
from monitor.service.eventloop import new_event_loop
from monitor.service.heap import settle
from monitor.service.lag import watching_lag
from monitor.service.loop import Loop
from monitor.service.pages import pages
from monitor.service.pruning import EVERY as PRUNE_EVERY
from monitor.service.pruning import Pruning
from monitor.service.reloading import Reloading, resumed, take_up
from monitor.service.supervisor import Supervisor
from monitor.service.traces import Around, tracing
from monitor.service.watching import Watching
from monitor.service.wiring import World, open_world
from monitor.settings import Settings
from monitor.stages.push import subscribe
from monitor.stages.tidy import tidy
from monitor.stages.watch import watch
from monitor.store import clock_changes, summary, work
from monitor.store.database import Database
from monitor.store.disk import has_room, shortage
from monitor.store.hosts import Manners
from monitor.store.lock import StateLock
from monitor.store.upgrading import upgrade
from monitor.web.health import Health, serve

log = structlog.get_logger(__name__)

SUBSCRIBE_EVERY = timedelta(seconds=5)  # a new hub hears from us before its feed's next poll
WATCH_EVERY = timedelta(seconds=30)  # short beside any poll's interval; a look costs milliseconds
TIDY_EVERY = timedelta(hours=1)
SLOW_TURN = timedelta(seconds=30)  # beyond ten ticks; SQLite itself waits that long for a lock
CLOSING = timedelta(seconds=2)  # of the time a stop may take, what closing pool and connections needs
LOOK_UP = "look-up"  # what its threads are called
LOOK_UPS = 64  # threads; names whose server is slow must not hold up the others


def run(settings: Settings, config_dir: Path, *, once: bool) -> int:
    """Run until a signal, or with *once* until nothing is due; answers the exit code.

    1 says that something needs an operator: `monitor status` says what.

    Raises: AlreadyRunning, SchemaFault and other OperatorFaults before anything has begun.
    """
    require_safe_xml()
    lock = StateLock(settings.service.state_dir, now=_now())
    try:
        db = Database(settings.database.url)
        try:
            db.require_writable()
            if not db.hold():
                raise AlreadyRunning("another monitor works on this database. Stop it first")
            before = upgrade(db, settings.service.state_dir, now=_now())
            if before is not None:
                log.info("schema upgraded", backup=before.path.name, was=before.schema)
            settings = resumed(settings, config_dir, db)
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                return runner.run(_serve(settings, config_dir, db, once=once))
        finally:
            db.close()
    finally:
        lock.close()


def _now() -> datetime:
    return datetime.now(UTC)


async def _serve(settings: Settings, config_dir: Path, db: Database, *, once: bool) -> int:
    supervisor = Supervisor()
    look_ups = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix=LOOK_UP)
    asyncio.get_running_loop().set_default_executor(look_ups)
    watching = Watching(settings)
    await _mind_the_clock(db)
    await db.write(work.release_all, now=_now())
    await take_up(db, settings, now=_now(), once=once)
    async with AsyncExitStack() as stack:
        world = await open_world(stack, settings, db, watching, now=_now, jitter=random.random)
        loop = _loop(settings, db, world, stack.enter_context(tracing(settings.service.traces)))
        reloading = Reloading(watching, config_dir, db, world.measured, loop, supervisor, now=_now)
        _on_signals(loop, reloading)
        loop.catch_strays()
        settle()
        log.info("started", feeds=len(settings.feeds), topics=len(settings.topics), once=once)
        look = loop.surviving("watch", lambda: watch(world.lookout))
        if once:
            await _once(loop, look)
        else:
            running = _Running(
                settings=settings,
                db=db,
                loop=loop,
                world=world,
                look=look,
                supervisor=supervisor,
                reloading=reloading,
                pruning=Pruning(db, watching, now=_now, count=world.measured.pruned),
            )
            await _daemon(stack, running)
        supervisor.stopping()
        await _stop(loop, settings)
    _abandon(look_ups)
    problems = [
        *await db.read(summary.problems, now=_now(), alert_after=settings.poll.alert_after),
        *shortage(settings.service.state_dir, settings.service.min_free),
    ]
    log.info("stopped", problems=len(problems), bugs=loop.bugs.total())
    return 1 if once and (problems or loop.bugs) else 0


def _loop(settings: Settings, db: Database, world: World, around: Around) -> Loop:
    return Loop(
        db,
        {stage: replace(step, work=around(stage, step.work)) for stage, step in world.steps.items()},
        now=_now,
        poll_lease=settings.net.timeout + settings.poll.parse_timeout + timedelta(minutes=1),
        read_lease=settings.net.timeout + 2 * settings.read.extract_timeout + timedelta(minutes=1),
        attempts=settings.read.attempts,
        manners=Manners(at_once=settings.poll.per_host, gap=settings.poll.host_gap),
    )


async def _once(loop: Loop, look: Beat) -> None:
    began = _now()
    await loop.until_done(began)
    await look()
    await loop.until_done(began)  # what operators are to be told leaves with this run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A service that keeps the time; `look` watches over sources and the network."""

    settings: Settings
    db: Database
    loop: Loop
    world: World
    look: Beat
    supervisor: Supervisor
    reloading: Reloading
    pruning: Pruning

    def alive(self) -> bool:
        return self.loop.still_for() < 10 * self.settings.poll.tick + SLOW_TURN

    async def ready(self) -> bool:
        roomy = has_room(self.settings.service.state_dir, self.settings.service.min_free)
        return roomy and await self.db.is_ready()

    async def clock_set(self, by: timedelta) -> None:
        log.warning("clock set", by=f"{by.total_seconds():+.0f} s")
        self.pruning.doubt()
        await self.loop.surviving("clock", lambda: self.db.write(clock_changes.moved, by=by, now=_now()))()


async def _daemon(stack: AsyncExitStack, running: _Running) -> None:
    await _open_doors(stack, running)
    await stack.enter_async_context(watching_lag(running.world.measured.lagged))
    clock = _clock(running)
    clock.start()
    running.supervisor.ready()
    try:
        await running.loop.until_stopped()
    finally:
        clock.pause()
        clock.stop()


async def _open_doors(stack: AsyncExitStack, running: _Running) -> None:
    """Let readers' buttons, health checks, metrics and hubs in, where the settings do."""
    settings, db, loop, world = running.settings, running.db, running.loop, running.world
    asking = Asking(db, loop, now=_now)
    if token := settings.slack.app_token.get_secret_value():
        await stack.enter_async_context(buttons(token, str(settings.slack.base_url), asking.press))
    if settings.web.listen:
        health = Health(ready=running.ready, alive=running.alive)
        routes = pages(settings, db, loop, world, asking, now=_now)
        address = await stack.enter_async_context(serve(settings.web.listen, health, routes))
        log.info("listening", address=address)


def _clock(running: _Running) -> Clock:
    """A clock with everything that is done again and again."""
    settings, db, loop, supervisor = running.settings, running.db, running.loop, running.supervisor
    clock = Clock(running.clock_set)
    clock.every("tick", settings.poll.tick, loop.tick)
    clock.every("watch", WATCH_EVERY, running.look)
    clock.every("tidy", TIDY_EVERY, loop.surviving("tidy", lambda: _tidy(db, settings)))
    clock.every("prune", PRUNE_EVERY, loop.surviving("prune", running.pruning))
    clock.every("hold", WATCH_EVERY, loop.surviving("hold", lambda: _keep_hold(db, loop)))
    if (pushing := running.world.pushing) is not None:
        clock.every("subscribe", SUBSCRIBE_EVERY, loop.surviving("subscribe", lambda: subscribe(pushing)))
    if (interval := supervisor.interval) is not None:
        beat = loop.surviving("watchdog", lambda: _feed(supervisor, running.alive))
        clock.every("watchdog", interval, beat)
    if settings.service.look_for_edits:
        edits = loop.surviving("edits", running.reloading.on_edit)
        clock.every("edits", settings.service.look_for_edits, edits)
    return clock


async def _keep_hold(db: Database, loop: Loop) -> None:
    """Stop rather than work beside another service, should one have come while the database was away."""
    if not await asyncio.to_thread(db.keep_hold):
        log.error("superseded", note="another monitor took this database while its server was restarted")
        loop.stop()


async def _feed(supervisor: Supervisor, alive: Callable[[], bool]) -> None:
    supervisor.watchdog(alive)


async def _tidy(db: Database, settings: Settings) -> None:
    await tidy(db, now=_now(), window=settings.stories.window)


async def _stop(loop: Loop, settings: Settings) -> None:
    patience = settings.service.stop_within - CLOSING
    late = await loop.engine.drain(max(patience, timedelta()).total_seconds())
    if late:
        log.warning("unfinished", tasks=late, note="taken up at the next start")


async def _mind_the_clock(db: Database) -> None:
    """Follow a clock that was set back while the service was away; forward needs no following."""
    now = _now()
    behind = await db.read(clock_changes.behind, now=now)
    if behind > clock_changes.NOTICED:
        log.warning("clock set", by=f"{-behind.total_seconds():+.0f} s", note="while the service was away")
        await db.write(clock_changes.moved, by=-behind, now=now)


def _abandon(look_ups: ThreadPoolExecutor) -> None:
    """Leave name look-ups that hang behind: they end with the resolver's patience, half a minute and more.

    asyncio waits for its executor without a deadline, so it is given another; `look_ups_hang` tells the
    command to leave without the interpreter's own wait for threads.
    """
    look_ups.shutdown(wait=False, cancel_futures=True)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))


def look_ups_hang() -> bool:
    """Whether a name look-up still runs that nobody waits for any more."""
    return any(thread.name.startswith(LOOK_UP) for thread in threading.enumerate())


def _on_signals(loop: Loop, reloading: Reloading) -> None:
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, loop.stop)
    reloads: set[asyncio.Task[None]] = set()

    def on_order() -> None:
        task = running.create_task(loop.surviving("reload", reloading.reload)())
        reloads.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(reloads.discard)

    running.add_signal_handler(signal.SIGHUP, on_order)
