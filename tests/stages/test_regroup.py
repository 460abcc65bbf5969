"""What a person decides of stories holds: merges, splits and moves, the labels they leave, nothing undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import BadInput
from monitor.stages import regroup
from monitor.stages.regroup import Regrouped
from monitor.store import regrouping, retention
from monitor.store import stories as stored
from monitor.store.retention import Cutoffs
from monitor.store.tables import (
    alerts,
    reports,
    stories,
    story_keys,
    story_labels,
    story_suggestions,
    story_topics,
    threads,
)
from monitor.stories.grouping import Suggestion
from tests.stages.bench import OTHER, REPORT, WINDOW, WIRE, Bench
from tests.stages.office import Office

DAY = timedelta(days=1)
WEEPING = (
    "Neighbours in Norrvik brought soup to the 31 men from Estrava. Open Quay, whose director Mira Halvorsen "
    "chartered the ferry, asks for blankets; the consulate says that each asylum request takes a month."
)


def decide(bench: Bench, change: Callable[..., Regrouped], *args: Any) -> Regrouped:
    done: Regrouped = bench.db.write_now(change, *args, now=bench.now, window=WINDOW)
    return done


def where(bench: Bench) -> dict[int, int]:
    return {row["article_id"]: row["story_id"] for row in bench.rows(reports)}


def labelled(bench: Bench) -> dict[tuple[int, int], tuple[bool, str]]:
    return {
        (row["article_id"], row["other_id"]): (row["same"], row["action"]) for row in bench.rows(story_labels)
    }


async def two(bench: Bench) -> None:
    """Story 1 with two reports and a copy (articles 1 to 3), story 2 with one (article 4)."""
    await bench.tell("wire", WIRE, title="31 men evacuated from Estrava land in Norrvik")
    await bench.tell("report", REPORT, title="Ferry from Estrava brings 31 men to Norrvik", host="b.test")
    await bench.tell("copy", WIRE, title="Ferry brings 31 men", host="c.test")
    await bench.tell("other", OTHER, title="Violinist is refused asylum in Pellworm")
    assert where(bench) == {1: 1, 2: 1, 3: 1, 4: 2}


async def test_a_merge_gives_one_story_all_reports_and_all_that_finds_them(bench: Bench) -> None:
    await two(bench)
    keys = {row["key"] for row in bench.rows(story_keys)}
    done = decide(bench, regroup.merge, 1, 2)
    assert (done.story, done.moved, done.labels) == (1, (4,), 2)
    assert where(bench) == {1: 1, 2: 1, 3: 1, 4: 1}
    assert bench.column(stories, "state") == ["open", "merged"]
    assert {(row["key"], row["story_id"]) for row in bench.rows(story_keys)} == {(key, 1) for key in keys}
    assert labelled(bench) == {(1, 4): (True, "merge"), (2, 4): (True, "merge")}
    assert bench.rows(reports)[3]["evidence"][0]["kind"] == "person"


async def test_what_comes_after_a_merge_joins_it_and_is_no_new_story_to_anybody(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.merge, 2, 1)
    await bench.tell("late", WEEPING, title="Norrvik welcomes 31 men from Estrava", host="d.test")
    assert where(bench)[5] == 2
    assert bench.column(alerts, "kind")[-1] == "new_report"


async def test_a_merged_story_goes_on_in_the_thread_of_the_other(bench: Bench) -> None:
    await two(bench)
    office = Office(bench)
    await office.deliver()
    bench.execute("DELETE FROM threads WHERE story_id = 1")
    ((story, root),) = [(row["story_id"], row["root_ref"]) for row in bench.rows(threads)]
    assert story == 2
    decide(bench, regroup.merge, 1, 2)
    assert (1, root) in {(row["story_id"], row["root_ref"]) for row in bench.rows(threads)}


async def test_a_story_that_was_merged_is_named_by_what_it_became(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.merge, 1, 2)
    with pytest.raises(BadInput, match="story 2 was merged into story 1"):
        decide(bench, regroup.merge, 1, 2)
    story = bench.db.read_now(stored.life, 2)
    assert story is not None
    assert story["merged_into"] == 1
    assert [story["id"] for story in bench.db.read_now(stored.listing, limit=9)] == [1]


async def test_merges_make_no_chain(bench: Bench) -> None:
    await two(bench)
    done = decide(bench, regroup.split, 1, [2])
    decide(bench, regroup.merge, 1, 2)
    decide(bench, regroup.merge, done.story, 1)
    assert bench.db.read_now(regrouping.merged_into, 2) == done.story
    assert set(where(bench).values()) == {done.story}


async def test_a_split_takes_the_copies_along_and_tells_both_sides_apart(bench: Bench) -> None:
    await two(bench)
    done = decide(bench, regroup.split, 1, [1])
    assert (done.story, done.moved, done.labels) == (3, (1, 3), 1)
    assert where(bench) == {1: 3, 2: 1, 3: 3, 4: 2}
    assert bench.rows(stories)[2]["title"] == "31 men evacuated from Estrava land in Norrvik"
    assert {row["story_id"] for row in bench.rows(story_topics)} == {1, 2, 3}
    assert labelled(bench) == {(1, 2): (False, "split")}
    ours = {row["key"] for row in bench.rows(story_keys) if row["story_id"] == 1}
    assert ours != {row["key"] for row in bench.rows(story_keys) if row["story_id"] == 3}


async def test_the_machine_never_suggests_what_a_person_has_split_or_rejected(bench: Bench) -> None:
    await two(bench)
    new = decide(bench, regroup.split, 1, [2]).story
    bench.db.write_now(regroup.tell_apart, 1, 2, now=bench.now)
    again = [Suggestion(story=story, score=0.9, evidence=()) for story in (new, 2)]
    bench.db.write_now(regrouping.suggest, 1, again, now=bench.now)
    assert bench.rows(story_suggestions) == []
    await bench.tell("late", WEEPING, title="Norrvik welcomes 31 men from Estrava", host="d.test")
    assert where(bench)[5] in (1, new), "both claim it"
    assert bench.rows(story_suggestions) == []
    assert {**where(bench), 5: 0} == {1: 1, 2: new, 3: 1, 4: 2, 5: 0}, "and nothing else moves"


async def test_a_rejected_suggestion_goes_and_stays_away(bench: Bench) -> None:
    await two(bench)
    bench.db.write_now(regrouping.suggest, 2, [Suggestion(story=1, score=0.4, evidence=())], now=bench.now)
    assert len(bench.rows(story_suggestions)) == 1
    assert bench.db.write_now(regroup.tell_apart, 2, 1, now=bench.now) == 2
    assert bench.rows(story_suggestions) == []
    assert labelled(bench) == {(1, 4): (False, "reject"), (2, 4): (False, "reject")}


async def test_a_suggestion_keeps_its_best_reason(bench: Bench) -> None:
    await two(bench)
    for score in (0.4, 0.6, 0.5):
        bench.db.write_now(
            regrouping.suggest, 2, [Suggestion(story=1, score=score, evidence=())], now=bench.now
        )
    assert bench.column(story_suggestions, "score") == [0.6]


async def test_a_move_labels_what_it_left_and_what_it_joined(bench: Bench) -> None:
    await two(bench)
    done = decide(bench, regroup.move, 1, 2)
    assert (done.story, done.moved) == (2, (1, 3))
    assert where(bench) == {1: 2, 2: 1, 3: 2, 4: 2}
    assert labelled(bench) == {(1, 4): (True, "move"), (1, 2): (False, "move")}


async def test_the_last_word_on_a_pair_counts(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.merge, 1, 2)
    decide(bench, regroup.split, 1, [4])
    assert labelled(bench)[1, 4] == (False, "split")


async def test_the_only_report_of_a_story_moves_as_a_merge(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.move, 4, 1)
    assert bench.column(stories, "state") == ["open", "merged"]


async def test_a_later_copy_goes_where_a_person_put_its_original(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.move, 1, 2)
    await bench.tell("again", WIRE, title="31 men land", host="e.test")
    assert where(bench)[5] == 2


async def test_what_cannot_be_done_is_refused_and_changes_nothing(bench: Bench) -> None:
    await two(bench)
    refused: list[tuple[Callable[..., Regrouped], tuple[object, ...], str]] = [
        (regroup.merge, (1, 9), "there is no story 9"),
        (regroup.merge, (1, 1), "both are story 1"),
        (regroup.split, (1, [1, 2]), "nothing would be left of story 1"),
        (regroup.split, (1, [4]), "article 4 is no report of story 1"),
        (regroup.move, (9, 1), "article 9 is in no story"),
        (regroup.move, (1, 9), "there is no story 9"),
        (regroup.move, (1, 1), "both are story 1"),
    ]
    for change, args, said in refused:
        with pytest.raises(BadInput, match=said):
            decide(bench, change, *args)
    assert where(bench) == {1: 1, 2: 1, 3: 1, 4: 2}
    assert labelled(bench) == {}


async def test_labels_are_pairs_of_texts_that_go_with_their_articles(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.merge, 1, 2)
    first = bench.db.read_now(regrouping.labels)[0]
    assert (first["text_a"], first["text_b"], first["same"]) == (WIRE, OTHER, True)
    assert (first["lang_a"], first["lang_b"], first["topics"]) == ("en", "en", ["refuge"])
    bench.now += 100 * DAY
    bench.db.write_now(retention.prune_texts, Cutoffs(default=bench.now - 90 * DAY))
    assert bench.db.read_now(regrouping.labels) == []


async def test_a_merged_story_is_forgotten_when_closed_ones_are(bench: Bench) -> None:
    await two(bench)
    decide(bench, regroup.merge, 1, 2)
    bench.now += 400 * DAY
    bench.db.write_now(stored.close_quiet, before=bench.now - WINDOW)
    while bench.db.write_now(retention.prune_stories, Cutoffs(default=bench.now - 365 * DAY)):
        pass
    assert bench.rows(stories) == []
    assert bench.rows(story_labels) != [], "what was decided goes with the articles"
