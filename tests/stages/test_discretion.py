"""A topic that becomes discreet while messages about it wait: they tell no more than its code name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.mail import email_message
from monitor.alerts.slack import slack_message
from monitor.alerts.surge import SurgeLimits
from monitor.alerts.wording import wording
from monitor.channels.webhook import payload
from monitor.model import AlertKind, Channel, Destination, Frequency, Refused, Route, Topic, TryLater
from monitor.stages.watch import Lookout, watch
from monitor.store import discretion, surges
from monitor.store.tables import alerts, deliveries
from tests.stages.bench import HARM, OTHER, REFUGE, REPORT, WIRE, Bench
from tests.stages.office import DESK, Office

SAY = wording()
HIDDEN = replace(REFUGE, discreet=True, code_name="Willow")
SECRET = ("refuge", "People who flee", "asylum", "evacuated", "Norrvik", "Estrava", "a.test", "31")
BOTH = WIRE + " Two of the men had been detained and one showed marks of torture."
OPEN_TO_ALL = Route(destinations=("desk",))
TO_RIGHTS = Route(destinations=("rights",), topics=("refuge",))


@pytest.fixture
def office(bench: Bench) -> Office:
    office = Office(bench)
    bench.watch_for(REFUGE, HARM)
    names = ("desk", "rights", "mail")
    office.destinations = {
        name: Destination(name=name, channel=Channel.SLACK, address=f"C0{name.upper()}") for name in names
    }
    return office


def hide(office: Office, *routes: Route) -> None:
    office.bench.watch_for(HIDDEN, HARM)
    office.bench.routes = routes
    office.bench.db.write_now(discretion.enforce, office.bench.watch().audience)


def told(office: Office) -> list[str]:
    """All that left, on every kind of channel."""
    messages = [delivery for _, delivery in office.sent]
    return [
        *(str(slack_message(each, SAY)) for each in messages),
        *(str(email_message(each, SAY)) for each in messages),
        *(payload(each, SAY).decode() for each in messages),
    ]


def assert_silent(texts: list[str]) -> None:
    for text in texts:
        assert not [word for word in SECRET if word in text], text


async def test_what_waits_is_told_by_code_name_only(office: Office) -> None:
    office.bench.routes = (Route(destinations=("rights",), topics=("refuge",), frequency=Frequency.DAILY),)
    await office.bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    hide(office, *office.bench.routes)
    assert office.rows("rights")[0]["payload"]["topics"] == ["Willow"]
    office.bench.now += timedelta(days=1)
    await office.deliver("rights")
    assert len(office.sent) == 1
    assert_silent(told(office))
    assert all("Willow" in text for text in told(office))


async def test_what_waits_for_others_is_not_told_at_all(office: Office) -> None:
    office.bench.routes = (Route(destinations=("desk", "rights"), topics=("refuge",)),)
    await office.bench.tell("wire", WIRE)
    hide(office, TO_RIGHTS, OPEN_TO_ALL)
    assert (office.states("desk"), office.states("rights")) == ([], ["pending"])


async def test_an_open_topic_that_shared_the_message_is_told_by_itself(office: Office) -> None:
    """The discreet one carried the other: at one desk it goes, at the other it goes its own way."""
    office.bench.routes = (Route(destinations=("desk", "rights"), topics=("refuge", "harm")),)
    await office.bench.tell("both", BOTH, title="Two of 31 men were tortured")
    carriers = [row["carried_by"] for row in office.rows("desk")]
    assert carriers.count(None) == 1
    hide(office, TO_RIGHTS, OPEN_TO_ALL)
    await office.deliver("desk")
    await office.deliver("rights")
    desk = [delivery for address, delivery in office.sent if address == "C0DESK"]
    rights = [delivery for address, delivery in office.sent if address == "C0RIGHTS"]
    assert [[notice.topics for notice in each.notices] for each in desk] == [[("People in danger",)]]
    assert sorted(each.notices[0].discreet for each in rights) == [False, True]
    assert all(len(each.notices) == 1 for each in rights)
    (hidden,) = (each for each in rights if each.notices[0].discreet)
    assert_silent([str(slack_message(hidden, SAY)), payload(hidden, SAY).decode()])


async def test_a_message_that_is_on_its_way_is_made_neutral_before_its_next_attempt(office: Office) -> None:
    office.bench.routes = (TO_RIGHTS,)
    await office.bench.tell("wire", WIRE)
    office.answers = [TryLater(reason="timeout")]
    await office.deliver("rights")
    hide(office, TO_RIGHTS)
    office.sent.clear()
    office.bench.now += timedelta(minutes=5)
    await office.deliver("rights")
    assert_silent(told(office))


async def test_a_new_code_name_is_used_at_once(office: Office) -> None:
    hide(office, TO_RIGHTS)
    await office.bench.tell("wire", WIRE)
    office.bench.watch_for(replace(HIDDEN, code_name="Birch"))
    office.bench.db.write_now(discretion.enforce, office.bench.watch().audience)
    await office.deliver("rights")
    assert "Birch: new story" in str(slack_message(office.sent[0][1], SAY))


async def test_it_is_enforced_again_and_again_and_changes_nothing_more(office: Office) -> None:
    hide(office, TO_RIGHTS, OPEN_TO_ALL)
    await office.bench.tell("both", BOTH)
    before = office.bench.rows(deliveries)
    await watch(lookout(office.bench))
    assert office.bench.rows(deliveries) == before


async def test_the_fallback_hears_nothing_of_it_and_operators_only_that_a_message_is_dead(
    office: Office,
) -> None:
    office.destinations = {
        **office.destinations,
        "rights": replace(DESK, name="rights", address="C0RIGHTS", fallback="mail"),
    }
    hide(office, TO_RIGHTS)
    await office.bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    office.answers = [Refused(reason="is_archived")]
    await office.deliver("rights")
    assert (office.states("rights"), office.states("mail")) == (["dead"], [])
    await watch(lookout(office.bench, "mail"))
    office.sent.clear()
    await office.deliver("mail")
    assert "is_archived" in told(office)[0]
    assert "Willow" not in "".join(told(office))
    assert_silent(told(office))


# --- what operators hear of its floods ------------------------------------------------------------------


def lookout(bench: Bench, *operators: str) -> Lookout:
    return Lookout(
        db=bench.db,
        operators=lambda: operators,
        now=lambda: bench.now,
        alert_after=3,
        audience=lambda: bench.watch().audience,
    )


def flood(bench: Bench, topic: Topic) -> None:
    """Let a topic that found one article a day find forty within the hour."""
    bench.execute("DELETE FROM topic_hours")
    long_ago = bench.now - timedelta(days=20)
    bench.db.write_now(surges.count, [topic.id], now=long_ago)
    for _ in range(40):
        bench.db.write_now(surges.count, [topic.id], now=bench.now)
    name = {topic.id: topic.code_name or topic.id}
    bench.db.write_now(surges.slowed, name, SurgeLimits(), now=bench.now)


async def test_a_flood_is_told_to_the_operators_whom_a_route_names_for_the_topic(office: Office) -> None:
    hide(office, TO_RIGHTS)
    flood(office.bench, HIDDEN)
    await watch(lookout(office.bench, "desk", "rights"))
    assert (office.states("desk"), office.states("rights")) == ([], ["pending"])
    await office.deliver("rights")
    assert "Topic floods: Willow" in told(office)[0]
    assert "refuge" not in "".join(told(office))


async def test_a_flood_that_waits_when_its_topic_becomes_discreet_is_told_under_its_new_name(
    office: Office,
) -> None:
    office.bench.routes = (TO_RIGHTS,)
    flood(office.bench, REFUGE)
    await watch(lookout(office.bench, "desk", "rights"))
    assert "refuge" in str(office.rows("desk")[0]["payload"])
    hide(office, TO_RIGHTS)
    assert office.states("desk") == []
    await office.deliver("rights")
    assert "Topic floods: Willow" in told(office)[0]
    assert [row["subject"] for row in office.bench.rows(alerts)] == ["Willow"]
    (lasting,) = office.bench.db.read_now(surges.lasting)
    assert lasting.name == "Willow"


# --- what it shows beside others -----------------------------------------------------------------------


async def test_later_news_of_it_say_no_more_than_that_there_is_some(office: Office) -> None:
    """Kinds tell, too: "figures differ", "first report in Farsi"."""
    hide(office, TO_RIGHTS)
    await office.bench.tell("wire", WIRE)
    office.bench.execute("UPDATE deliveries SET state = 'sent'")
    await office.bench.tell("report", REPORT, host="b.test", language="nl")
    kinds = {row["kind"] for row in office.bench.rows(alerts)}
    assert kinds > {AlertKind.NEW_STORY, AlertKind.NEW_REPORT}
    assert {row["payload"]["kind"] for row in office.rows("rights")} == {
        AlertKind.NEW_STORY,
        AlertKind.NEW_REPORT,
    }


async def test_in_a_digest_it_stands_last_whatever_it_scores(office: Office) -> None:
    """Beside the open story of its score and time it would be known."""
    digest = Route(destinations=("rights",), topics=("refuge", "harm"), frequency=Frequency.HOURLY)
    hide(office, digest)
    await office.bench.tell("both", BOTH, title="Two of 31 men were tortured")
    await office.bench.tell("other", OTHER.replace("rejected", "detained and rejected"), title="A violinist")
    office.bench.now += timedelta(hours=1)
    await office.deliver("rights")
    (digest_text,) = (str(email_message(delivery, SAY).text) for _, delivery in office.sent)
    places = [digest_text.index(word) for word in ("were tortured", "A violinist", "Willow")]
    assert places == sorted(places)
