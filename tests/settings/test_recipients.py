"""Several addresses under one name: a destination each, wherever the name stands."""

from __future__ import annotations

import pytest

from monitor.settings import Settings, check, load
from tests.settings.conftest import Write

MAIL = '[email]\nhost = "mail.example.org"\nsender = "monitor@example.org"\n'
PEOPLE = """\
destinations:
  team: {email: [anna@a.org, ben@a.org, anna@a.org], per_hour: 5, fallback: boss}
  boss: {email: [boss@a.org]}
routes: [{destinations: [team, boss], when: daily, at: "07:00"}]
operators: [team]
"""


def loaded(write: Write, people: str = PEOPLE) -> Settings:
    return load(write(toml=MAIL, people=people), {})


def test_each_address_is_a_destination_with_the_habits_of_all(write: Write) -> None:
    destinations = loaded(write).destinations
    assert {name: each.address for name, each in destinations.items()} == {
        "team/anna@a.org": "anna@a.org",
        "team/ben@a.org": "ben@a.org",
        "boss": "boss@a.org",
    }
    assert {each.per_hour for name, each in destinations.items() if name != "boss"} == {5}
    assert destinations["team/ben@a.org"].fallback == "boss"


def test_routes_and_operators_mean_all_of_them(write: Write) -> None:
    settings = loaded(write)
    assert settings.routes[0].destinations == ("team/anna@a.org", "team/ben@a.org", "boss")
    assert settings.operators == ("team/anna@a.org", "team/ben@a.org")


@pytest.mark.parametrize("bad", ["[]", "[anna@a.org, nobody]", "[1]", "{a: b}", '["a@b.c\\nd@e.f"]'])
def test_what_is_no_address_is_refused_at_its_line(write: Write, bad: str) -> None:
    people = PEOPLE.replace("[boss@a.org]", bad)
    (fault,) = check(write(toml=MAIL, people=people), {})
    assert (fault.line, fault.key, fault.problem) == (3, "destinations.boss.email", "not a mail address")


def test_several_addresses_cannot_stand_in_for_another(write: Write) -> None:
    people = PEOPLE.replace("[boss@a.org]", "[boss@a.org, chief@a.org]")
    (fault,) = check(write(toml=MAIL, people=people), {})
    assert (fault.key, fault.problem) == ("destinations.team.fallback", "several addresses cannot stand in")


def test_an_address_that_is_too_long_to_keep_is_refused(write: Write) -> None:
    people = PEOPLE.replace("ben@a.org", f"ben@{'b.' * 60}org")
    (fault,) = check(write(toml=MAIL, people=people), {})
    assert fault.key == "destinations.team.email"
