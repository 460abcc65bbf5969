"""What is in force is remembered: a start after a broken edit finds the last good version of a topic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts.mail import email_message
from monitor.alerts.wording import wording
from monitor.errors import SettingsFault
from monitor.service.reloading import resumed, take_up
from monitor.service.watching import Watching
from monitor.settings import usable
from monitor.store import summary
from monitor.store.database import Database
from monitor.store.tables import looks
from tests.alerts.samples import delivery
from tests.stages.bench import WIRE, Bench

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = """\
topics:
- {id: a, title: A, match: '@c NEAR/3 zoo', alert: {cooldown: 30m, figures: [killed]},
   concepts: {c: {weight: 2, aliases: {en: [zebra, "exactly"]}}}}
- {id: b, title: B, match: lion, code_name: amber}
"""


def written(folder: Path, topics: str) -> Path:
    (folder / "topics").mkdir(exist_ok=True)
    (folder / "monitor.toml").write_text("[service]\nstate_dir = 'state'\n", "utf-8")
    (folder / "topics" / "desk.yaml").write_text(topics, "utf-8")
    return folder


async def test_a_start_takes_a_broken_topic_as_it_was_last_in_force(
    database: Database, tmp_path: Path
) -> None:
    good = usable(written(tmp_path, GOOD))
    await take_up(database, good, now=NOW)
    broken = usable(
        written(tmp_path, GOOD.replace("match: lion", "match: lion tiger").replace("title: A", "title: Z"))
    )
    assert (set(broken.topic_files), broken.lost) == ({"a"}, {"b"})
    found = resumed(broken, tmp_path, database)
    assert {topic.id: (topic.title, topic.match) for topic in found.topics} == {
        "a": ("Z", "@c NEAR/3 zoo"),
        "b": ("B", "lion"),
    }
    assert found.kept == {"b"}
    await take_up(database, found, now=NOW + timedelta(days=1))
    await take_up(database, found, now=NOW + timedelta(days=2))
    (problem,) = [
        each for each in database.read_now(summary.problems, now=NOW) if each.kind == "topic broken"
    ]
    assert problem.subject == "topic amber", "what operators may know it by"
    assert "since 2026-03-02 12:00 UTC; the version of 2026-03-01 12:00 UTC stays" in problem.detail
    mended = usable(written(tmp_path, GOOD.replace("lion", "tiger")))
    assert resumed(mended, tmp_path, database) is mended
    await take_up(database, mended, now=NOW)
    assert not [each for each in database.read_now(summary.problems, now=NOW) if "topic" in each.kind]


async def test_what_is_in_force_comes_back_as_it_was_written(database: Database, tmp_path: Path) -> None:
    good = usable(written(tmp_path, GOOD))
    await take_up(database, good, now=NOW)
    found = resumed(usable(written(tmp_path, "topics: [\n")), tmp_path, database)
    assert found.topics == good.topics
    assert found.kept == {"a", "b"}


def test_a_broken_topic_that_was_never_in_force_stops_the_start(database: Database, tmp_path: Path) -> None:
    broken = usable(written(tmp_path, GOOD.replace("match: lion", "match: lion tiger")))
    with pytest.raises(SettingsFault, match="side by side"):
        resumed(broken, tmp_path, database)


async def test_a_new_schedule_of_looks_holds_from_the_reload_on(database: Database, tmp_path: Path) -> None:
    bench = Bench(database, NOW)
    await bench.tell("wire", WIRE)
    folder = written(tmp_path, GOOD)
    toml = folder / "monitor.toml"
    toml.write_text(f"{toml.read_text('utf-8')}[read]\nlook_again = ['7h']\n", "utf-8")
    settings = usable(folder)
    assert Watching(settings).watch().look_again == (timedelta(hours=7),)
    await take_up(database, settings, now=NOW)
    assert bench.column(looks, "next_look_at") == [NOW + timedelta(hours=7)]


async def test_a_broken_template_is_refused_and_the_last_good_one_stays(tmp_path: Path) -> None:
    own = written(tmp_path, GOOD) / "templates" / "story.txt.j2"
    own.parent.mkdir()
    own.write_text("{{ title }}, as we say it\n", "utf-8")
    watching = Watching(usable(tmp_path))
    said = "as we say it"
    assert said in email_message(delivery(), wording(), watching.layouts()).text
    own.write_text("{{ title }\n", "utf-8")
    with pytest.raises(SettingsFault) as caught:
        watching.swap(usable(tmp_path, watching.in_force()))
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(own), 1)
    assert said in email_message(delivery(), wording(), watching.layouts()).text
    own.unlink()
    watching.swap(usable(tmp_path, watching.in_force()))
    assert said not in email_message(delivery(), wording(), watching.layouts()).text
