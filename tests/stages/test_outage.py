"""The network is away: one fault of ours, told once, and made up for without anybody's hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.model import Cause, FeedSource, FetchFailed, NotModified, OperatorNotice
from monitor.stages.watch import Lookout, watch
from monitor.store import summary
from monitor.store.tables import feeds, hosts, outages, polls, silences
from tests.stages.bench import Bench, entry
from tests.stages.office import Office

MINUTE = timedelta(minutes=1)
LOOK = 5 * MINUTE
COUNT = 6
DOWN = FetchFailed(cause=Cause.DNS, detail="the name server did not answer")


class Machine:
    """A bench whose feeds all hang on one network."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.office = bench, Office(bench)
        self.urls = [f"https://{n}.test/feed" for n in range(COUNT)]
        bench.list_feeds(*(FeedSource(url=url, name=f"Outlet {n}") for n, url in enumerate(self.urls)))
        for url in self.urls:
            bench.publish(url, entry(url, url=url.replace("feed", "story")))

    def network(self, *, is_there: bool) -> None:
        for url in self.urls:
            self.bench.answers[url] = NotModified(url=url) if is_there else DOWN

    async def passes(self, span: timedelta) -> None:
        """Poll what falls due and watch, five minutes at a time."""
        for _ in range(span // LOOK):
            self.bench.now += LOOK
            for row in self.bench.rows(feeds):
                if row["next_poll_at"] <= self.bench.now:
                    await self.bench.poll(row["id"])
            await self.watch()

    async def watch(self) -> None:
        await watch(
            Lookout(db=self.bench.db, operators=lambda: ("desk",), now=lambda: self.bench.now, alert_after=3)
        )

    async def heard(self) -> list[OperatorNotice]:
        before = len(self.office.sent)
        await self.office.deliver()
        return [notice for _, delivery in self.office.sent[before:] for notice in delivery.operator_notices]

    def problems(self) -> list[str]:
        found = self.bench.db.read_now(summary.problems, now=self.bench.now)
        return [problem.kind for problem in found]


@pytest.fixture
async def machine(bench: Bench) -> Machine:
    """All feeds have been read once."""
    machine = Machine(bench)
    await machine.passes(LOOK)
    machine.network(is_there=True)
    return machine


async def test_feeds_that_fail_together_are_one_word_and_one_message_and_so_is_their_return(
    machine: Machine,
) -> None:
    machine.network(is_there=False)
    await machine.passes(90 * MINUTE)
    assert min(machine.bench.column(feeds, "failures")) >= 3
    assert machine.problems() == ["network away"]
    assert machine.bench.rows(silences) == []
    machine.network(is_there=True)
    await machine.passes(3 * LOOK)
    assert machine.problems() == []
    assert machine.bench.column(feeds, "failures") == [0] * COUNT, "none sits out the pause that it piled up"
    told = await machine.heard()
    assert [notice.kind.value for notice in told] == ["network_away", "network_back"]
    assert told[0].facts.reason == "dns"
    assert machine.bench.rows(outages) == []


async def test_while_it_lasts_hosts_take_turns_to_be_asked_and_none_is_pestered(machine: Machine) -> None:
    machine.network(is_there=False)
    await machine.passes(120 * MINUTE)
    before = len(machine.bench.rows(polls))
    await machine.passes(60 * MINUTE)
    asked = machine.bench.rows(polls)[before:]
    counts = [sum(poll["feed_id"] == feed for poll in asked) for feed in range(1, COUNT + 1)]
    assert max(counts) - min(counts) <= 1
    assert 12 <= len(asked) <= 18, "one a look, and what falls due"


async def test_a_source_that_still_fails_afterwards_is_told_by_itself_and_only_after_its_own_failures(
    machine: Machine,
) -> None:
    machine.network(is_there=False)
    await machine.passes(60 * MINUTE)
    machine.network(is_there=True)
    machine.bench.answers[machine.urls[3]] = DOWN
    await machine.passes(3 * LOOK)
    assert machine.problems() == []
    assert machine.bench.column(feeds, "failures")[3] < 3
    await machine.passes(120 * MINUTE)
    assert machine.problems() == ["feed failing"]
    kinds = [notice.kind.value for notice in await machine.heard()]
    assert kinds == ["network_away", "network_back", "source_silent"]


async def test_sources_that_are_known_to_be_silent_say_nothing_of_the_network(machine: Machine) -> None:
    for feed in range(1, 5):
        machine.bench.execute(
            "INSERT INTO silences (feed_id, kind, since, detail, told)"
            f" VALUES ({feed}, 'failing', '2026-11-01 00:00:00.000000', 'dns', 'failing')"
        )
        machine.bench.answers[machine.urls[feed - 1]] = DOWN
    machine.bench.execute("UPDATE feeds SET failures = 3, cause = 'dns' WHERE id < 5")
    await machine.passes(60 * MINUTE)
    assert machine.problems() == ["feed failing"] * 4


async def test_a_source_that_is_quiet_is_no_failing_one_while_the_network_is_away(machine: Machine) -> None:
    machine.bench.execute(
        "INSERT INTO silences (feed_id, kind, since, detail, told)"
        f" VALUES (1, 'quiet', '{machine.bench.now:%Y-%m-%d %H:%M:%S.%f}', 'nothing new', 'quiet')"
    )
    machine.network(is_there=False)
    await machine.passes(90 * MINUTE)
    assert sorted(machine.problems()) == ["feed quiet", "network away"]


async def test_on_its_first_day_a_machine_without_a_network_hears_one_word_too(bench: Bench) -> None:
    machine = Machine(bench)
    machine.network(is_there=False)
    await machine.passes(LOOK)
    assert machine.problems() == ["network away"]


async def test_an_outage_is_over_when_nothing_is_left_that_it_cost(machine: Machine) -> None:
    machine.network(is_there=False)
    await machine.passes(60 * MINUTE)
    machine.bench.list_feeds(FeedSource(url="https://other.test/feed"))
    await machine.watch()
    assert "network away" not in machine.problems()


async def test_the_hosts_of_what_is_polled_soon_are_ready_for_it(machine: Machine) -> None:
    machine.network(is_there=False)
    await machine.passes(60 * MINUTE)
    machine.network(is_there=True)
    await machine.passes(2 * LOOK)
    due = {row["host"]: row["next_poll_at"] for row in machine.bench.rows(feeds)}
    ready = {row["host"]: row["ready_at"] for row in machine.bench.rows(hosts)}
    assert ready == due
    assert machine.bench.db.read_now(lambda c: c.scalar(sa.select(sa.func.count()).select_from(outages))) <= 1
