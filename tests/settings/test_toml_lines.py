from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.toml_lines import key_lines

TEXT = '''\
# a comment
top = 1
a.b = """
[not.a.table]
x = 1
"""

[poll] # why
tick = "5s"
"odd key" = 2
sizes = [
  1,
  2,
]
inline = { x = 1, y = { z = 2 } }
[a.c."d.e"]
f = 1
[[list]]
one = 1
[[list]]
two = 2
[list.inner]
three = 3
'''


def test_every_statement_has_its_line() -> None:
    lines = key_lines(TEXT)

    assert {loc: line for loc, line in lines.items() if loc} == {
        ("top",): 2,
        ("a",): 3,
        ("a", "b"): 3,
        ("poll",): 8,
        ("poll", "tick"): 9,
        ("poll", "odd key"): 10,
        ("poll", "sizes"): 11,
        ("poll", "sizes", 0): 11,
        ("poll", "sizes", 1): 11,
        ("poll", "inline"): 15,
        ("poll", "inline", "x"): 15,
        ("poll", "inline", "y"): 15,
        ("poll", "inline", "y", "z"): 15,
        ("a", "c"): 16,
        ("a", "c", "d.e"): 16,
        ("a", "c", "d.e", "f"): 17,
        ("list",): 18,
        ("list", 0): 18,
        ("list", 0, "one"): 19,
        ("list", 1): 20,
        ("list", 1, "two"): 21,
        ("list", 1, "inner"): 22,
        ("list", 1, "inner", "three"): 23,
    }
    assert tomllib.loads(TEXT)["list"][1]["inner"] == {"three": 3}


NAMES = st.sampled_from(["a", "b", "c-d", "e_1"])
TABLES = st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers() | st.lists(st.integers()), min_size=1))


@given(tables=TABLES, gaps=st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_every_key_of_any_text_is_found_where_it_stands(
    tables: dict[str, dict[str, object]], gaps: list[int]
) -> None:
    text, expected, gap = "", {}, iter(gaps * 4)
    for table, keys in tables.items():
        text += "\n# [x]\n" * next(gap)
        expected[table,] = text.count("\n") + 1
        text += f"[{table}]\n"
        for key, value in keys.items():
            text += "\n" * next(gap)
            expected[table, key] = text.count("\n") + 1
            text += f"{key} = {value}\n"

    lines = key_lines(text)

    assert {loc: lines[loc] for loc in expected} == expected
