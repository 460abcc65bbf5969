"""What people.yaml may say of a destination, beside who it is."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsFault
from monitor.model import Destination
from monitor.settings import load
from tests.settings.conftest import Write

MAIL = '[email]\nhost = "mail.test"\nsender = "a@b.test"\n'
ROUTES = "\nroutes:\n  - destinations: [desk]\n"


def desk(write: Write, entry: str, toml: str = "", environ: dict[str, str] | None = None) -> Destination:
    folder = write(toml=MAIL + toml, people=f"destinations:\n  desk: {entry}{ROUTES}")
    return load(folder, environ or {}).destinations["desk"]


def test_a_destination_reads_in_its_own_language_or_in_the_houses(write: Write) -> None:
    usual = '[alerts]\nlanguage = "id"\ntimezone = "Asia/Jakarta"\n'
    assert desk(write, "{email: d@b.test}").language == "en"
    found = desk(write, "{email: d@b.test}", usual)
    assert (found.language, found.timezone) == ("id", "Asia/Jakarta")
    found = desk(write, "{email: d@b.test, language: en, timezone: Europe/Berlin}", usual)
    assert (found.language, found.timezone) == ("en", "Europe/Berlin")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{email: d@b.test, language: xx}", "no language of messages"),
        ("{email: d@b.test, timezone: Mars}", "not a known time zone"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(write: Write, entry: str, problem: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        desk(write, entry)
    (fault,) = caught.value.faults
    assert (fault.line, fault.problem) == (2, problem)
