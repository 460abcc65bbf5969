"""Engines, transactions and the threads that they run on; every other file of the store takes a connection.

SQLite gets exactly one writing connection that begins IMMEDIATE: eight threads with a plain BEGIN gave
691 "locked" errors in 2,400 transactions, IMMEDIATE gave none. Readers are `query_only`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import sqlalchemy as sa

from monitor.errors import OperatorFault
from monitor.store import schema

Connection = sa.Connection  # what every function of the store takes first
P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

BUSY_TIMEOUT_MS = 30_000  # a command beside the service may wait for its longest transaction, and then some
GATHER = timedelta(milliseconds=10)  # a lot waits until nobody joined it for so long: what is in flight
GATHER_MOST = timedelta(milliseconds=40)  # together makes one lot, not three; nobody notices either wait
HOLD_TRIES = 20  # two seconds in all: a server takes a moment to notice that a killed service is gone
SERVICE_LOCK = 0x6D6F6E69746F72  # "monitor": the advisory lock of the one service on a PostgreSQL database
STORY_LOCK = SERVICE_LOCK + 1


_Waiting: TypeAlias = list[tuple[Any, asyncio.Future[Any]]]


class _Lot:
    """What waits for one kind of work while the last lot of it runs."""

    def __init__(self) -> None:
        self.waiting: _Waiting = []
        self.task: asyncio.Task[None] | None = None


class Database:
    """One database with its writer and its readers.

    `write` and `read` run a function that takes a connection as its first argument, in one transaction,
    on a thread of their own, so that neither a slow disk nor slow DNS can stall the event loop.
    """

    def __init__(self, url: str) -> None:
        self.url = with_driver(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = _sqlite_engine(self.url, read_only=False) if self.is_sqlite else _engine(self.url)
        self._reader = _sqlite_engine(self.url, read_only=True) if self.is_sqlite else self._writer
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="db-write")
        self._read_thread = ThreadPoolExecutor(1, thread_name_prefix="db-read")
        self._held: sa.Connection | None = None
        self._lots: dict[Callable[..., Any], _Lot] = {}

    def write_now(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *work* in one writing transaction on this thread: for commands and tests."""
        with self._opened(self._writer) as connection:
            return work(connection, *args, **kwargs)

    def read_now(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *work* in one reading transaction on this thread."""
        with self._opened(self._reader) as connection:
            return work(connection, *args, **kwargs)

    @contextmanager
    def _opened(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """One transaction; a database that cannot be reached is the operator's to mend."""
        try:
            connection = engine.connect()
        except sa.exc.OperationalError:
            place = self.url.render_as_string(hide_password=True)
            raise OperatorFault(
                f"the database cannot be reached: {place}. Start it, or mend database.url"
            ) from None
        with connection, connection.begin():
            yield connection

    async def write(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *work* in one writing transaction on the writer's thread."""
        return await _on(self._write_thread, lambda: self.write_now(work, *args, **kwargs))

    async def read(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *work* in one reading transaction on the reader's thread."""
        return await _on(self._read_thread, lambda: self.read_now(work, *args, **kwargs))

    async def write_together(
        self, work: Callable[[sa.Connection, Sequence[Item]], Sequence[T]], item: Item
    ) -> T:
        """Run *work* on *item* and on all that wait for the same work, in one writing transaction.

        Small transactions cost more to begin and to commit than what they do. What fails together is done
        again one by one, so that one item's bug costs that item only.
        """
        answer: T = await self._together(work, item, self.write)
        return answer

    async def read_together(
        self, work: Callable[[sa.Connection, Sequence[Item]], Sequence[T]], item: Item
    ) -> T:
        """Run *work* on *item* and on all that wait for the same work, in one reading transaction."""
        answer: T = await self._together(work, item, self.read)
        return answer

    async def _together(
        self, work: Callable[..., Any], item: object, run: Callable[..., Awaitable[Any]]
    ) -> Any:
        lot = self._lots.setdefault(work, _Lot())
        answer = asyncio.get_running_loop().create_future()
        lot.waiting.append((item, answer))
        if lot.task is None:
            lot.task = asyncio.create_task(self._work_off(lot, work, run))
        return await answer

    async def _work_off(
        self, lot: _Lot, work: Callable[..., Any], run: Callable[..., Awaitable[Any]]
    ) -> None:
        while lot.waiting:
            await _gathered(lot)
            now, lot.waiting = lot.waiting, []
            try:
                answers = await run(work, [item for item, _ in now])
            except Exception as fault:  # noqa: BLE001  handed to whoever waits; of many, none is to blame yet
                await self._one_by_one(now, fault, work, run)
            else:
                for (_, answer), value in zip(now, answers, strict=True):
                    _answer(answer, value)
        lot.task = None

    async def _one_by_one(
        self, lot: _Waiting, fault: Exception, work: Callable[..., Any], run: Callable[..., Awaitable[Any]]
    ) -> None:
        if len(lot) == 1:
            _answer(lot[0][1], fault)
            return
        for item, answer in lot:
            try:
                (value,) = await run(work, [item])
            except Exception as own:  # noqa: BLE001  handed to the one who waits for it
                value = own
            _answer(answer, value)

    def hold(self) -> bool:
        """Take the service's lock on a PostgreSQL database; False when another service has it.

        On SQLite the lock file in the state directory says the same, so there is nothing to take.
        """
        if self.is_sqlite or self._held is not None:
            return True
        connection = self._writer.connect()
        for _ in range(HOLD_TRIES):
            taken = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(SERVICE_LOCK))))
            connection.commit()
            if taken:
                self._held = connection
                return True
            time.sleep(0.1)
        connection.close()
        return False

    def keep_hold(self) -> bool:
        """Take the service's lock again if the server lost it in a restart; False when another has it now.

        Raises: SQLAlchemyError while the server is away.
        """
        if self._held is not None:
            try:
                self._held.execute(sa.select(1))
                self._held.commit()
            except sa.exc.SQLAlchemyError:  # the session died, and its lock with it
                self._held.invalidate()
                self._held.close()
                self._held = None
        return self.hold()

    def exists(self) -> bool:
        """Whether there is anything to read: SQLite would make an empty file out of the question."""
        return (
            not self.is_sqlite
            or self.url.database in (None, "", ":memory:")
            or Path(str(self.url.database)).exists()
        )

    def require_writable(self) -> None:
        """Make sure that this user may write the database: a file made by another one is easily met.

        Raises: OperatorFault when it may not; PostgreSQL says so by itself.
        """
        if not self.is_sqlite or self.url.database in (None, "", ":memory:"):
            return
        file = Path(str(self.url.database))
        paths = (file.parent, file, *(file.with_name(file.name + end) for end in ("-wal", "-shm")))
        for path in paths:
            try:
                path.stat()
                allowed = os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
            except FileNotFoundError:
                continue  # it will be made
            except PermissionError:
                allowed = False
            if not allowed:
                raise OperatorFault(
                    f"{path} cannot be written by this user. Run as the service's user, or give it to that "
                    "user (chown)"
                )

    async def is_ready(self) -> bool:
        """Whether the database answers and has the schema of this program."""
        try:
            await self.read(schema.check)
        except (sa.exc.SQLAlchemyError, OperatorFault):
            return False
        return True

    def close(self) -> None:
        """Finish what runs and let go of every connection."""
        self._write_thread.shutdown(wait=True)
        self._read_thread.shutdown(wait=True)
        if self._held is not None:
            with suppress(sa.exc.SQLAlchemyError):  # a server that is gone has let go of it
                self._held.execute(sa.select(sa.func.pg_advisory_unlock(SERVICE_LOCK)))
            self._held.close()
        self._reader.dispose()
        self._writer.dispose()


async def _gathered(lot: _Lot) -> None:
    """Wait until no more work joins *lot*, or for as long as a lot may wait."""
    for _ in range(GATHER_MOST // GATHER):
        before = len(lot.waiting)
        await asyncio.sleep(GATHER.total_seconds())
        if len(lot.waiting) == before:
            return


def _answer(answer: asyncio.Future[Any], value: object) -> None:
    if answer.done():  # whoever waited was cancelled
        return
    if isinstance(value, Exception):
        answer.set_exception(value)
    else:
        answer.set_result(value)


async def _on(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    # shielded: a transaction that has begun is finished even when its caller is cancelled
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread, work))


def with_driver(url: str) -> sa.URL:
    """Name the driver that is installed, so that an operator may write plain `postgresql://`."""
    parsed = sa.make_url(url)
    return (
        parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername in ("postgresql", "postgres")
        else parsed
    )


def one_story_at_a_time(connection: sa.Connection) -> None:
    """Let one transaction at a time decide on stories: two first reports of one event must meet.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(STORY_LOCK)))


def _engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, pool_size=4, max_overflow=4, pool_pre_ping=True, hide_parameters=True)


def _sqlite_engine(url: sa.URL, *, read_only: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # an error must not quote titles and feeds
    )

    @sa.event.listens_for(engine, "do_connect")
    def make_room(*_: object) -> None:
        if not read_only and url.database:  # a command that only looks must not leave a folder behind
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL" if not read_only else "PRAGMA query_only = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
