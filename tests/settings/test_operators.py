"""Operators in people.yaml: destinations that hear of the service's own troubles."""

from __future__ import annotations

import pytest

from monitor.settings import check, load
from tests.settings.conftest import Write

HEAD = "destinations:\n  desk: {slack: C0123}\n  ops: {email: ops@a.test}\nroutes:\n- destinations: [desk]\n"
TOML = "[slack]\ntoken = 'xoxb-1'\n[email]\nhost = 'mail.a.test'\nsender = 'monitor@a.test'\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("operators:\n  # - ops\n", ()),
        ("operators: []\n", ()),
        ("operators: [ops]\n", ("ops",)),
        ("operators: [ops, desk, ops]\n", ("ops", "desk")),
    ],
)
def test_operators_are_destinations_each_once(write: Write, text: str, names: tuple[str, ...]) -> None:
    assert load(write(toml=TOML, people=HEAD + text), {}).operators == names


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("operators: [obs]\n", 6, "operators[0]", "Did you mean ops?"),
        ("operators:\n- ops\n- desc\n", 8, "operators[1]", "unknown destination"),
        ("operators: ops\n", 6, "operators", "should be a list"),
        ("operators: [{slack: C0123}]\n", 6, "operators[0]", "text"),
        ("operator: [ops]\n", 6, "operator", "Did you mean operators?"),
    ],
)
def test_a_fault_names_its_place(write: Write, text: str, line: int, key: str, says: str) -> None:
    (fault,) = check(write(toml=TOML, people=HEAD + text), {})
    assert (fault.line, fault.key) == (line, key)
    assert says in str(fault)


def test_an_operators_destination_needs_no_route(write: Write) -> None:
    idle = load(write(toml=TOML, people=HEAD), {}).warnings
    used = load(write(toml=TOML, people=HEAD + "operators: [ops]\n"), {}).warnings
    assert [fault.key for fault in set(idle) - set(used)] == ["destinations.ops"]


def test_a_channel_that_only_operators_use_must_be_usable(write: Write) -> None:
    toml = "[slack]\ntoken = 'xoxb-1'\n"
    assert check(write(toml=toml, people=HEAD), {}) == ()
    faults = check(write(toml=toml, people=HEAD + "operators: [ops]\n"), {})
    assert {fault.key for fault in faults} == {"email.host", "email.sender"}
