"""A broken topic leaves its neighbours alone, and stays as it was last in force."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsFault
from monitor.settings import LastGood, Settings, load, usable
from tests.settings.conftest import Write

GOOD = "topics:\n- {id: a, title: A, match: zebra}\n- {id: b, title: B, match: lion}\n"


def last(settings: Settings) -> dict[str, LastGood]:
    return {topic.id: LastGood(topic=topic, file=settings.topic_files[topic.id]) for topic in settings.topics}


def matches(settings: Settings) -> dict[str, str]:
    return {topic.id: topic.match for topic in settings.topics}


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        ("- {id: a, title: A, match: zebra zoo}\n- {id: b, title: B, match: tiger}\n", {"a"}),
        ("- {id: a, title: A, match: zebra, min_score: much}\n- {id: b, title: B, match: tiger}\n", {"a"}),
        ("- {id: a, title: A, match: '@gone'}\n- {id: b, title: B, match: tiger}\n", {"a"}),
        (
            "- {id: a, title: A, match: z}\n- {id: a, title: A, match: y}\n- {id: b, title: B, match: tiger}",
            {"a"},
        ),
        ("- {id: a, title: A, match: one, match: two}\n- {id: b, title: B, match: tiger}\n", {"a"}),
        ("- {ident: a, title: A, match: zebra}\n- {id: b, title: B, match: tiger}\n", {"a"}),
        ("- {id: b, title: B, match: tiger}\n- [\n", {"a", "b"}),  # no YAML: nothing in it can be known
    ],
)
def test_a_broken_edit_keeps_the_last_good_version_while_good_edits_are_taken(
    write: Write, edit: str, kept: set[str]
) -> None:
    before = load(write(topics=GOOD), {})
    after = usable(write(topics=f"topics:\n{edit}"), last(before), {})
    assert after.kept == kept
    assert matches(after) == {"a": "zebra", "b": "lion" if "b" in kept else "tiger"}
    assert after.topic_faults
    assert all(fault.file.endswith(".yaml") and fault.line for fault in after.topic_faults)


def test_a_broken_concept_keeps_the_topics_that_use_it(write: Write) -> None:
    topics = "topics:\n- {id: a, title: A, match: '@c'}\n- {id: b, title: B, match: lion}\n"
    before = load(write(topics=topics, concepts="concepts:\n  c: {aliases: {en: [zebra]}}\n"), {})
    for broken in (
        "concepts:\n  c: {aliases: {en: [z*]}}\n",
        "concepts:\n  c: {alias: {}}\n",
        "concepts: [\n",
    ):
        after = usable(write(topics=topics.replace("lion", "tiger"), concepts=broken), last(before), {})
        assert after.kept == {"a"}
        (kept,) = (topic for topic in after.topics if topic.id == "a")
        assert kept.concepts[0].aliases == {"en": ("zebra",)}
        assert matches(after)["b"] == "tiger"


def test_a_topic_that_was_taken_out_is_not_kept(write: Write) -> None:
    before = load(write(topics=GOOD), {})
    after = usable(write(topics="topics:\n- {id: b, title: B, match: zebra zoo}\n"), last(before), {})
    assert (set(matches(after)), after.kept) == ({"b"}, {"b"})


def test_a_broken_topic_that_was_never_in_force_is_left_out_and_named(write: Write) -> None:
    found = usable(write(topics=GOOD + "- {id: c, title: C, match: zebra zoo}\n"), {}, {})
    assert (set(matches(found)), found.kept, found.lost) == ({"a", "b"}, set(), {"c"})


def test_what_is_wrong_elsewhere_is_refused_whole_and_told_with_the_topics_faults(write: Write) -> None:
    folder = write(topics="topics:\n- {id: a, title: A, match: zebra zoo}\n", feeds="- url: nonsense\n")
    with pytest.raises(SettingsFault) as refused:
        usable(folder, {}, {})
    assert {fault.key for fault in refused.value.faults} == {"feeds[0].url", "topics[0].match"}
