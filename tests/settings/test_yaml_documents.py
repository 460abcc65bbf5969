from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SettingsFault
from monitor.settings import yaml_documents
from monitor.settings.yaml_documents import read_yaml


@pytest.fixture(params=["C", "Python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers: which one a machine has is its wheel's affair."""
    chosen = yaml.CSafeLoader if request.param == "C" else yaml.SafeLoader
    monkeypatch.setattr(yaml_documents, "_LOADER", chosen)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("10:30", "10:30"), ("2024-01-01", "2024-01-01"), ("0x1f", "0x1f"),
        ("1_000", "1_000"), ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("12", 12), ("-3", -3), ("007", 7), ("1.5", 1.5), ("1e3", 1000.0), ('"12"', "12"), ("'no'", "no"),
        (".inf", ".inf"), ("|-\n  a\n  b", "a\nb"), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_a_word_is_what_an_editor_takes_it_for(text: str, value: object) -> None:
    content = read_yaml(f"key: {text}\n", "f").content

    assert content == {"key": value}
    assert isinstance(content, dict)
    assert type(content["key"]) is type(value)


def test_keys_are_always_text() -> None:
    assert read_yaml("{no: 1, 5: 2, true: 3}", "f").content == {"no": 1, "5": 2, "true": 3}


def test_every_value_knows_its_line() -> None:
    document = read_yaml("a:\n- b: 1\n  c: >-\n    text\n-\n  - x\n", "f")

    assert document.line(("a", 0, "c")) == 3
    assert document.line(("a", 1, 0)) == 6
    assert document.line(("a", 0, "missing", "deeper")) == 2
    assert read_yaml("", "f").line(()) is None


def test_only_double_quotes_are_noted() -> None:
    assert read_yaml("""[plain, 'single', "double"]""", "f").quoted == {(2,)}


def test_a_key_that_stands_twice_is_noted_with_its_second_line() -> None:
    document = read_yaml("a: 1\nb: 2\na: 3\n", "f")

    assert (document.content, document.repeated) == ({"a": 1, "b": 2}, {("a",): 3})


def test_anchors_work_in_moderation() -> None:
    assert read_yaml("a: &x [1]\nb: *x\n", "f").content == {"a": [1], "b": [1]}


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 15))


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "&a [*a]",
        "[" * 100_000,
        "{a: " * 5_000,
        "- " * 3_000 + "x",
        "a: !!python/object/apply:os.system [x]",
        "a: !custom x",
        "a: !!binary aGk=",
        "? [a, b]\n: c",
        "a: *nowhere",
        "a: [",
        "\tb: 1",
        "a: b: c",
        "a: \x07",
        'a: "\\0"',
        'a: "\\ud800"',
        '"\\0": a',
        "a: 1\n---\nb: 2",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_or_broken_text_is_refused_whole(text: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        read_yaml(text, "some.yaml")

    assert [(fault.file, fault.key) for fault in caught.value.faults] == [("some.yaml", "(file)")]


def test_a_file_that_is_too_long_is_not_parsed() -> None:
    with pytest.raises(SettingsFault, match="longer than"):
        read_yaml("#" * 4_000_001, "f")


TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_reads_as_itself(value: object) -> None:
    assert read_yaml(json.dumps(value, ensure_ascii=False), "f").content == value
