"""What people.yaml may say of a destination, beside who it is."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsFault
from monitor.model import Channel, Destination
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


KEY = "0123456789abcdef0123456789abcdef"
SECRETS = {
    "MONITOR_SECRETS__HOOK": "https://hooks.example.org/hush-path",
    "MONITOR_SECRETS__KEY": KEY,
    "MONITOR_SECRETS__TEAM": "discord://hush/hush",
}


@pytest.mark.parametrize(
    ("entry", "channel", "address", "key"),
    [
        ("{webhook_secret: hook, sign_secret: key}", Channel.WEBHOOK, SECRETS["MONITOR_SECRETS__HOOK"], KEY),
        ("{slack_webhook_secret: hook}", Channel.SLACK_WEBHOOK, SECRETS["MONITOR_SECRETS__HOOK"], ""),
        ("{apprise_secret: team}", Channel.APPRISE, SECRETS["MONITOR_SECRETS__TEAM"], ""),
    ],
)
def test_secrets_are_looked_up_by_name_and_shown_nowhere(
    write: Write, entry: str, channel: Channel, address: str, key: str
) -> None:
    named = [name for name in SECRETS if name.removeprefix("MONITOR_SECRETS__").lower() in entry]
    found = desk(write, entry, environ={name: SECRETS[name] for name in named})
    assert (found.channel, found.address, found.signing_secret) == (channel, address, key)
    assert "hush" not in repr(found)
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("entry", "secrets", "problem"),
    [
        ("{slack_webhook_secret: hook}", {}, "there is no such secret"),
        ("{slack_webhook_secret: hook}", {"HOOK": "no url"}, "the secret is not a usable URL"),
        ("{apprise_secret: team}", {"TEAM": "no url"}, "the secret is not an Apprise URL"),
        (
            "{webhook: 'https://a.test', sign_secret: key}",
            {"KEY": "short"},
            "the secret is shorter than 16 characters",
        ),
        (
            "{email: d@b.test, apprise_secret: team}",
            {"TEAM": "discord://a/b"},
            (
                "needs exactly one of slack, slack_webhook_secret, email, webhook, webhook_secret, "
                "apprise_secret"
            ),
        ),
    ],
)
def test_an_unusable_secret_is_told_untold(
    write: Write, entry: str, secrets: dict[str, str], problem: str
) -> None:
    with pytest.raises(SettingsFault) as caught:
        desk(write, entry, environ={f"MONITOR_SECRETS__{name}": value for name, value in secrets.items()})
    assert problem in [fault.problem for fault in caught.value.faults]


def test_apprise_wants_its_package(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.destinations.find_spec", lambda name: None)
    with pytest.raises(SettingsFault) as caught:
        desk(write, "{apprise_secret: team}", environ={"MONITOR_SECRETS__TEAM": "discord://a/b"})
    (fault,) = caught.value.faults
    assert "newsroom-monitor[apprise]" in fault.remedy


def test_a_signature_where_nothing_is_signed_is_warned_of(write: Write) -> None:
    folder = write(toml=MAIL, people="destinations:\n  desk: {email: d@b.test, sign_secret: key}" + ROUTES)
    (warning,) = [each for each in load(folder, {"MONITOR_SECRETS__KEY": KEY}).warnings if each.line == 2]
    assert warning.problem == "says nothing here"
