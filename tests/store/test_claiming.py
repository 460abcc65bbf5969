"""Which feeds are claimed, and when: no host is crowded, none starves, and nothing is claimed twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import FeedSource, FeedStatus
from monitor.store import feeds as feed_rows
from monitor.store import hosts, schema, work
from monitor.store.database import Database
from monitor.store.hosts import Manners
from monitor.store.tables import feeds
from monitor.store.tables import hosts as host_table

SECOND = timedelta(seconds=1)
LEASE = timedelta(minutes=2)
INTERVAL = timedelta(minutes=15)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class Desk:
    """A list of feeds, at a moment that the test moves."""

    def __init__(self, database: Database, now: datetime, manners: Manners) -> None:
        self.db, self.now, self.manners = database, now, manners

    def list(self, host: str, count: int, *, due: datetime | None = None) -> None:
        """Add feeds of one host, each a second later due than the one before."""

        def add(connection: sa.Connection) -> None:
            for number in range(count):
                feed_rows.add(
                    connection,
                    FeedSource(url=f"https://{host}/feed/{number}"),
                    first_poll=(due or self.now - timedelta(hours=1)) + number * SECOND,
                    interval=INTERVAL,
                )

        self.db.write_now(add)

    def claim(self, limit: int = 20, *, due: datetime | None = None) -> list[tuple[int, str]]:
        return self.db.write_now(
            hosts.claim_feeds,
            now=self.now,
            due=due or self.now,
            lease=LEASE,
            limit=limit,
            manners=self.manners,
        )

    def settle(self, claimed: Sequence[tuple[int, str]], *, again: timedelta = INTERVAL) -> None:
        """Let claimed feeds go as their polls would: all at once, their hosts after them."""

        def free(connection: sa.Connection) -> None:
            connection.execute(
                sa.update(feeds)
                .where(feeds.c.id.in_([feed for feed, _ in claimed]))
                .values(claimed_until=None, next_poll_at=self.now + again)
            )
            hosts.reckon(connection, [host for _, host in claimed])

        self.db.write_now(free)

    def hosts(self, claimed: Sequence[tuple[int, str]]) -> list[str]:
        return [host for _, host in claimed]

    def execute(self, statement: sa.Executable) -> None:
        self.db.write_now(lambda c: c.execute(statement))


@pytest.fixture
def desk(database: Database, now: datetime) -> Desk:
    return Desk(database, now, Manners(at_once=2, gap=SECOND))


# --- one host -----------------------------------------------------------------------------------------


def test_a_host_starts_one_feed_and_the_next_after_the_gap(desk: Desk) -> None:
    desk.list("a.test", 3)
    assert desk.claim() == [(1, "a.test")]
    assert desk.claim() == []
    desk.now += SECOND - timedelta(milliseconds=1)
    assert desk.claim() == []
    desk.now += timedelta(milliseconds=1)
    assert desk.claim() == [(2, "a.test")]


def test_a_host_that_is_slow_holds_no_more_than_its_share(desk: Desk) -> None:
    desk.list("a.test", 5)
    desk.list("b.test", 1, due=desk.now + timedelta(minutes=1))
    first = desk.claim()
    desk.now += SECOND
    assert len(desk.claim()) == 1
    desk.now += timedelta(minutes=1)
    assert desk.hosts(desk.claim()) == ["b.test"], "both of its places are taken, however long the gap was"
    desk.settle(first)
    assert desk.hosts(desk.claim()) == ["a.test"]


@pytest.mark.parametrize(("at_once", "claimed"), [(1, 1), (2, 2), (5, 5)])
def test_without_a_gap_a_host_gets_its_whole_share_at_once(desk: Desk, at_once: int, claimed: int) -> None:
    desk.manners = Manners(at_once=at_once)
    desk.list("a.test", 7)
    assert len(desk.claim()) == claimed
    assert desk.claim() == []


def test_without_a_gap_many_feeds_of_one_host_are_worked_off_without_waiting(desk: Desk) -> None:
    desk.manners = Manners(at_once=2)
    desk.list("a.test", 15)
    seen: list[int] = []
    for _ in range(8):
        claimed = desk.claim()
        seen += [feed for feed, _ in claimed]
        desk.settle(claimed)
    assert seen == list(range(1, 16)), "oldest first"


def test_a_host_that_asked_for_rest_is_passed_over_and_others_are_not(desk: Desk) -> None:
    desk.list("a.test", 1)
    desk.list("b.test", 1)
    desk.db.write_now(hosts.rest, "a.test", until=desk.now + timedelta(hours=2))
    desk.db.write_now(hosts.rest, "a.test", until=desk.now + SECOND)
    other = desk.claim()
    assert desk.hosts(other) == ["b.test"]
    desk.settle(other, again=timedelta(days=1))
    desk.now += timedelta(hours=1)
    assert desk.claim() == [], "a shorter wish does not cut a longer one"
    desk.now += timedelta(hours=1)
    assert desk.hosts(desk.claim()) == ["a.test"]


# --- all hosts ----------------------------------------------------------------------------------------


def test_one_host_of_five_hundred_feeds_starves_no_other(desk: Desk) -> None:
    desk.list("crowd.test", 500, due=desk.now - timedelta(days=1))
    for number in range(20):
        desk.list(f"small-{number}.test", 1, due=desk.now - timedelta(minutes=number))
    first = desk.claim(limit=10)
    second = desk.claim(limit=11)
    assert desk.hosts(first)[0] == "crowd.test", "it was due first"
    assert Counter(desk.hosts(first + second)) == Counter(
        ["crowd.test", *(f"small-{number}.test" for number in range(20))]
    )


def test_the_oldest_come_first(desk: Desk) -> None:
    ages = [3, 9, 1, 7, 5]
    for age in ages:
        desk.list(f"{age}.test", 1, due=desk.now - timedelta(hours=age))
    order = [host for _ in ages for host in desk.hosts(desk.claim(limit=1))]
    assert order == ["9.test", "7.test", "5.test", "3.test", "1.test"]


def test_after_a_long_stop_feeds_are_worked_off_and_do_not_meet_again(desk: Desk) -> None:
    for number in range(300):
        desk.list(f"{number}.test", 1)
    chance, next_polls = random.Random(1), []
    for _ in range(15):
        claimed = desk.claim(limit=20)
        assert len(claimed) == 20, "no more than there are hands"
        for one in claimed:
            wait = INTERVAL * (0.9 + 0.2 * chance.random())  # as `after_poll` spreads them
            desk.settle([one], again=wait)
            next_polls.append(desk.now + wait)
        desk.now += SECOND
    assert desk.claim() == []
    per_second = Counter(moment.replace(microsecond=0) for moment in next_polls)
    assert max(per_second.values()) < 12, "they came as a crowd of 300"


def test_what_falls_due_after_the_given_moment_is_left(desk: Desk) -> None:
    began = desk.now
    desk.list("a.test", 1, due=began + SECOND)
    desk.list("b.test", 1, due=began)
    desk.now += timedelta(minutes=1)
    assert desk.hosts(desk.claim(due=began, limit=1)) == ["b.test"]
    assert desk.claim(due=began) == []


@pytest.mark.parametrize("status", [FeedStatus.GONE, FeedStatus.REMOVED])
def test_feeds_that_are_not_live_are_never_claimed(desk: Desk, status: FeedStatus) -> None:
    desk.list("a.test", 2)
    desk.execute(sa.update(feeds).where(feeds.c.id == 1).values(status=status))
    assert desk.claim() == [(2, "a.test")]


def test_nobody_is_claimed_without_a_free_hand(desk: Desk) -> None:
    desk.list("a.test", 1)
    assert desk.claim(limit=0) == []
    assert len(desk.claim(limit=1)) == 1


# --- claims that end ----------------------------------------------------------------------------------


def test_a_claim_that_ran_out_is_given_again(desk: Desk) -> None:
    desk.list("a.test", 1)
    assert len(desk.claim()) == 1
    desk.now += LEASE
    assert desk.claim() == []
    desk.now += SECOND
    assert desk.claim() == [(1, "a.test")]


def test_a_start_lets_go_of_every_claim_and_sees_what_was_changed_by_hand(desk: Desk) -> None:
    desk.list("a.test", 2)
    desk.claim()
    desk.execute(
        sa.insert(feeds).values(
            url="https://hand.test/",
            listed_url="https://hand.test/",
            host="hand.test",
            tags=[],
            origin="command",
            status="live",
            interval_s=900,
            next_poll_at=desk.now,
        )
    )
    assert desk.claim() == []
    desk.now += SECOND
    desk.db.write_now(work.release_all, now=desk.now)
    assert sorted(desk.hosts(desk.claim())) == ["a.test", "hand.test"]


def test_work_that_hit_a_bug_frees_its_host(desk: Desk) -> None:
    desk.manners = Manners(at_once=1)
    desk.list("a.test", 2)
    ((feed, _),) = desk.claim()
    desk.db.write_now(work.after_bug, "poll", feed, now=desk.now, most=3)
    assert desk.claim() == [(2, "a.test")]


# --- what one run waits for ---------------------------------------------------------------------------


def test_one_run_waits_for_the_gap_and_for_nothing_else(desk: Desk) -> None:
    def held_back() -> datetime | None:
        return desk.db.read_now(work.held_back_until, now=desk.now, polls_due=desk.now, manners=desk.manners)

    desk.list("a.test", 2)
    desk.list("rests.test", 1)
    desk.list("later.test", 1, due=desk.now + SECOND / 2)
    desk.db.write_now(hosts.rest, "rests.test", until=desk.now + timedelta(hours=1))
    first = desk.claim()
    assert held_back() == desk.now + SECOND
    desk.now += SECOND
    desk.settle(first)
    desk.settle(desk.claim(due=desk.now - SECOND))
    assert held_back() is None


# --- laws ---------------------------------------------------------------------------------------------


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[str, int]]:
    """A list of feeds as (host, feeds), and nothing said of what happens to them."""
    names = st.sampled_from([f"{letter}.test" for letter in "abcdef"])
    return draw(
        st.lists(st.tuples(names, st.integers(1, 6)), min_size=1, max_size=6, unique_by=lambda x: x[0])
    )


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = Database("sqlite://")
    database.write_now(schema.upgrade)
    yield database
    database.close()


@settings(max_examples=60, deadline=None)
@given(
    listed=weeks(),
    at_once=st.integers(1, 3),
    gap=st.sampled_from([timedelta(), SECOND, 5 * SECOND]),
    seed=st.integers(0, 2**32),
)
def test_whatever_happens_no_host_is_crowded_and_every_feed_gets_its_turn(
    memory: Database, listed: list[tuple[str, int]], at_once: int, gap: timedelta, seed: int
) -> None:
    memory.write_now(lambda c: [c.execute(sa.delete(table)) for table in (feeds, host_table)])
    desk, chance = Desk(memory, NOW, Manners(at_once=at_once, gap=gap)), random.Random(seed)
    for host, count in listed:
        desk.list(host, count)
    running: dict[int, str] = {}
    starts: dict[str, datetime] = {}
    seen: Counter[int] = Counter()
    for _ in range(60):
        desk.now += timedelta(seconds=chance.choice([0, 0, 1, 2]))
        claimed = desk.claim(limit=chance.choice([1, 3, 20]))
        for feed, host in claimed:
            assert feed not in running, "nothing is claimed twice"
            running[feed] = host
            seen[feed] += 1
            if gap:
                assert desk.now - starts.get(host, desk.now - gap) >= gap
            starts[host] = desk.now
        assert all(held <= at_once for held in Counter(running.values()).values())
        for feed in [feed for feed in running if chance.random() < 0.6]:
            desk.settle([(feed, running.pop(feed))], again=timedelta(hours=1))
        assert _ready(memory) == _reckoned(memory), "what is kept is what would be reckoned"
    for _ in range(60):
        desk.settle(list(running.items()), again=timedelta(hours=1))
        desk.now += gap or SECOND
        running = dict(desk.claim())
        seen.update(running.keys())
    assert len(seen) == sum(count for _, count in listed), "none starves"


def _ready(database: Database) -> dict[str, Any]:
    rows = sa.select(host_table.c.host, host_table.c.ready_at)
    return database.write_now(lambda c: {row.host: row.ready_at for row in c.execute(rows)})


def _reckoned(database: Database) -> dict[str, Any]:
    database.write_now(hosts.reckon_all)
    return _ready(database)


def test_the_list_may_change_in_any_way_and_hosts_are_ready_when_their_feeds_are(desk: Desk) -> None:
    chance = random.Random(5)
    sources = [FeedSource(url=f"https://{letter}.test/{number}") for letter in "abcd" for number in range(3)]
    for _ in range(40):
        some = chance.sample(sources, chance.randrange(len(sources)))
        match chance.randrange(5):
            case 0:
                desk.db.write_now(feed_rows.sync, some, first_polls=[desk.now] * len(some), interval=INTERVAL)
            case 1:
                desk.db.write_now(
                    feed_rows.add, chance.choice(sources), first_poll=desk.now, interval=INTERVAL
                )
            case 2:
                desk.db.write_now(feed_rows.remove, chance.choice(sources).url)
            case 3:
                desk.settle(desk.claim())
            case _:
                desk.db.write_now(hosts.rest, "a.test", until=desk.now + 10 * SECOND)
        desk.now += SECOND
        assert _ready(desk.db) == _reckoned(desk.db)


# --- several claimants --------------------------------------------------------------------------------


def test_claimants_that_work_at_once_share_the_list(database_url: str, now: datetime) -> None:
    manners = Manners(at_once=2)
    database = Database(database_url)
    desk = Desk(database, now, manners)
    for number in range(8):
        desk.list(f"{number}.test", 6)

    def shift(_: int) -> list[tuple[int, str]]:
        mine = Desk(Database(database_url), now, manners)
        taken: list[tuple[int, str]] = []
        for _ in range(30):
            claimed = mine.claim(limit=3)
            for host, held in _held(mine.db).items():
                assert held <= manners.at_once, host
            mine.settle(claimed)
            taken += claimed
        mine.db.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [one for some in pool.map(shift, range(4)) for one in some]
    assert max(Counter(feed for feed, _ in taken).values()) == 1, "nothing is claimed twice"
    assert len(taken) == 48
    assert _ready(database) == _reckoned(database)
    database.close()


def _held(database: Database) -> dict[str, int]:
    rows = (
        sa.select(feeds.c.host, sa.func.count().label("held"))
        .where(feeds.c.claimed_until.is_not(None))
        .group_by(feeds.c.host)
    )
    return database.read_now(lambda c: {row.host: row.held for row in c.execute(rows)})
