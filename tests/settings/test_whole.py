from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import SettingsFault
from monitor.model import Channel, Frequency
from monitor.settings import check, describe, load
from tests.settings.conftest import Write

TOKEN = "xoxb-4711-very-secret"
TOPIC = """\
topics:
- id: flight
  title: Flight
  match: "@refuge"
  concepts:
    refuge:
      weight: 2
      aliases:
        en: [asylum, refugee]
"""


class TestPrecedence:
    def test_what_nobody_sets_has_its_default(self, write: Write) -> None:
        assert load(write(), {}).poll.every == timedelta(minutes=15)

    def test_a_file_wins_over_the_default(self, write: Write) -> None:
        assert load(write(toml='[poll]\nevery = "20m"'), {}).poll.every == timedelta(minutes=20)

    def test_the_environment_wins_over_the_file_and_leaves_its_other_keys_alone(self, write: Write) -> None:
        folder = write(toml='[poll]\nevery = "20m"\ntick = "1s"')

        poll = load(folder, {"MONITOR_POLL__EVERY": "25m"}).poll

        assert (poll.every, poll.tick) == (timedelta(minutes=25), timedelta(seconds=1))

    def test_a_token_comes_from_the_last_layer_that_has_one(
        self, write: Write, container_secrets: Path, tmp_path: Path
    ) -> None:
        folder, credentials, environ = write(toml='[slack]\ntoken = "file"'), tmp_path / "credentials", {}
        credentials.mkdir()
        seen = []

        def look() -> None:
            seen.append(load(folder, environ).slack.token.get_secret_value())

        look()
        (container_secrets / "slack_token").write_text("container\n")
        look()
        (credentials / "slack_token").write_text("credentials\n")
        environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
        look()
        environ["MONITOR_SLACK__TOKEN"] = "environment"
        look()

        assert seen == ["file", "container", "credentials", "environment"]

    def test_a_command_beside_the_unit_reads_the_secrets_that_systemd_hands_to_it(
        self, write: Write, credential_store: Path, tmp_path: Path
    ) -> None:
        (credential_store / "monitor.database_url").write_text("postgresql://db.example/monitor\n")
        (credential_store / "monitor.wire").write_text("me:pw\n")
        folder = write(feeds="- url: https://a.example/feed\n  auth: {basic_secret: wire}\n")

        settings = load(folder, {})
        assert settings.database.url == "postgresql://db.example/monitor"
        assert settings.feeds[0].access.fields

        with pytest.raises(SettingsFault, match="no such secret"):
            load(folder, {"CREDENTIALS_DIRECTORY": str(tmp_path)})

    def test_every_key_can_be_set_from_the_environment(self, write: Write) -> None:
        samples = {
            "net.allow_addresses": "10.0.0.0/8,::1",
            "web.listen": "[::1]:80",
            "read.look_again": "10m,1d",
            "web.metrics_allow": "10.9.0.0/16",
            "poll.max_feed_bytes": "2 MB",
        }
        environ = {key.variable: samples.get(key.name, key.default.strip('"[]')) for key in describe()}

        found = load(write(), environ)

        assert found.net.allow_addresses == (ip_network("10.0.0.0/8"), ip_network("::1"))
        assert found.web.metrics_allow == (ip_network("10.9.0.0/16"),)
        assert (found.web.listen, found.poll.max_feed_bytes) == ("[::1]:80", 2_000_000)

    def test_the_tests_and_the_command_lines_own_variables_are_not_settings(self, write: Write) -> None:
        assert check(write(), {"MONITOR_TEST_POSTGRES": "x", "MONITOR_CONFIG": "y", "PATH": "z"}) == ()


class TestPlaces:
    @pytest.mark.parametrize(
        ("toml", "environ", "expected"),
        [
            ("", {}, "state"),
            ('[service]\nstate_dir = "here"', {}, "config/here"),
            ('[service]\nstate_dir = "/var/x"', {"STATE_DIRECTORY": "/var/y"}, "/var/x"),
            ("", {"STATE_DIRECTORY": "/var/y:/var/z"}, "/var/y"),
        ],
    )
    def test_the_state_directory_counts_from_the_configuration(
        self, write: Write, toml: str, environ: dict[str, str], expected: str
    ) -> None:
        folder = write(toml=toml)

        assert load(folder, environ).service.state_dir == folder.parent / expected

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("", "sqlite:///{state}/monitor.db"),
            ("sqlite:///news.db", "sqlite:///{state}/news.db"),
            ("sqlite:////var/news.db", "sqlite:////var/news.db"),
            ("postgresql://u:p@h/news", "postgresql://u:p@h/news"),
        ],
    )
    def test_the_database_is_a_whole_url(self, write: Write, url: str, expected: str) -> None:
        folder = write(toml=f'[database]\nurl = "{url}"')

        assert load(folder, {}).database.url == expected.format(state=folder.parent / "state")


class TestSecrets:
    def test_nothing_secret_is_in_the_repr(self, write: Write, container_secrets: Path) -> None:
        (container_secrets / "hook").write_text("https://hooks.example.org/T0/hush-hook")
        folder = write(
            toml='[slack]\ntoken = "hush-token"\n[email]\nusername = "hush-user"\npassword = "hush-word"\n'
            '[database]\nurl = "postgresql://u:hush-db@h/n"',
            people="destinations:\n  a: {webhook: https://hooks.example.org/hush-path}\n"
            "  b: {webhook_secret: hook}\n",
            feeds="- url: https://example.org/feed?key=hush-feed",
            topics=TOPIC,
        )

        found = load(folder, {})

        assert "hush" not in repr(found)
        assert "asylum" not in repr(found)
        assert found.destinations["b"].address == "https://hooks.example.org/T0/hush-hook"
        assert found.slack.token.get_secret_value() == "hush-token"

    @pytest.mark.parametrize("key", [key.variable for key in describe()])
    def test_a_token_under_the_wrong_key_is_never_told(self, write: Write, key: str) -> None:
        for value in (TOKEN, f"{TOKEN} {TOKEN}", f"https://u:{TOKEN}@example.org", f"{TOKEN}\x00"):
            environ = {key: value, f"{key}X": value, "MONITOR_SECRETS__NONE": value}
            told = "\n".join(map(str, check(write(), environ)))

            assert f"{key}X" in told
            assert TOKEN not in told

    @pytest.mark.parametrize(
        "files",
        [
            {"toml": f"[slack]\ntoken = {TOKEN}"},
            {"toml": f'[slack]\ntoken = "{TOKEN}'},
            {"toml": f'[slack]\nbase_url = "{TOKEN}"'},
            {"toml": f'slack = "{TOKEN}"'},
            {"toml": f'[[slack]]\ntoken = "{TOKEN}"'},
            {"people": f"destinations:\n  a: {TOKEN}"},
            {"people": f"destinations:\n  a: {{slack: {TOKEN}}}\n  b: {{webhook: {TOKEN}}}"},
            {"people": f'destinations: "{TOKEN}'},
            {"feeds": f"- url: https://u:{TOKEN}@example.org/feed\n  every: {TOKEN}\n- {TOKEN}"},
            {"topics": f"topics:\n- {{id: {TOKEN}.., title: 1, match: x, status: {TOKEN}}}"},
        ],
    )
    def test_a_token_in_the_wrong_place_of_a_file_is_never_told(
        self, write: Write, files: dict[str, str]
    ) -> None:
        faults = check(write(**files), {})

        assert faults
        assert TOKEN not in "\n".join(map(str, faults))
        with pytest.raises(SettingsFault) as caught:
            load(write(**files), {})
        assert TOKEN not in str(caught.value)

    def test_a_webhooks_url_comes_from_the_environment_or_is_refused_untold(self, write: Write) -> None:
        folder = write(people="destinations:\n  a: {webhook_secret: desk-hook}\n")

        good = load(folder, {"MONITOR_SECRETS__DESK_HOOK": "https://hooks.example.org/x\n"})
        bad = check(folder, {"MONITOR_SECRETS__DESK_HOOK": TOKEN})

        assert good.destinations["a"].address == "https://hooks.example.org/x"
        assert [(fault.key, fault.line) for fault in bad] == [("destinations.a.webhook_secret", 2)]
        assert TOKEN not in str(bad[0])

    def test_a_token_in_the_file_is_used_and_warned_of(self, write: Write) -> None:
        found = load(write(toml=f'[slack]\ntoken = "{TOKEN}"'), {})

        assert found.slack.token.get_secret_value() == TOKEN
        assert ("slack.token", 2) in [(warning.key, warning.line) for warning in found.warnings]

    def test_a_secret_file_that_holds_no_secret_is_a_fault(
        self, write: Write, container_secrets: Path
    ) -> None:
        (container_secrets / "slack_token").write_text("\n")
        (container_secrets / "email_password").write_text("one\ntwo")

        assert {fault.key for fault in check(write(), {})} == {"slack_token", "email_password"}


class TestWhole:
    def test_feeds_topics_and_people_come_together(self, write: Write) -> None:
        folder = write(
            toml='[email]\nhost = "mail.example.org"\nsender = "Monitor <m@example.org>"',
            feeds="- url: https://Example.org:443/feed#top\n  every: 5m\n  tags: [a, b]\n  language: no\n",
            topics=TOPIC,
            people="destinations:\n  desk: {slack: '#desk'}\n  ed: {email: ed@example.org}\n"
            "routes:\n- destinations: [desk]\n  topics: [flight]\n"
            "- {destinations: [ed], when: daily, at: 10:30, timezone: Europe/Berlin}\n",
        )

        found = load(folder, {"MONITOR_SLACK__TOKEN": TOKEN})

        assert [feed.url for feed in found.feeds] == ["https://example.org/feed"]
        assert (found.feeds[0].every, found.feeds[0].language) == (timedelta(minutes=5), "no")
        assert found.topics[0].concepts[0].aliases == {"en": ("asylum", "refugee")}
        assert {name: d.channel for name, d in found.destinations.items()} == {
            "desk": Channel.SLACK,
            "ed": Channel.EMAIL,
        }
        assert [(r.frequency, r.at, r.timezone) for r in found.routes] == [
            (Frequency.IMMEDIATE, 420, "UTC"),
            (Frequency.DAILY, 630, "Europe/Berlin"),
        ]

    def test_settings_cannot_be_changed(self, write: Write) -> None:
        found = load(write(), {})

        with pytest.raises(FrozenInstanceError):
            found.feeds = ()  # type: ignore[misc]
        with pytest.raises(ValueError):
            found.poll.tick = timedelta(0)  # type: ignore[misc]

    def test_the_faults_of_all_files_are_told_at_once(self, write: Write) -> None:
        folder = write(
            toml="[poll]\ntick = 0\n",
            feeds="- url: ftp://x\n",
            people="destinations: {a: {slack: C0123}, b: {mail: x}}\nroutes: [{destinations: [a, c]}]",
            topics="topics:\n- {id: A, title: x, match: x}\n- {id: b, title: x, macth: x}\n",
        )

        faults = check(folder, {"MONITOR_X": "1"})

        with pytest.raises(SettingsFault) as caught:
            load(folder, {"MONITOR_X": "1"})
        assert caught.value.faults == faults
        assert {fault.key for fault in faults} == {
            "MONITOR_X", "poll.tick", "feeds[0].url", "destinations.b.mail",
            "routes[0].destinations[1]", "topics[0].id", "topics[1].match", "topics[1].macth", "slack.token",
        }  # fmt: skip

    def test_a_directory_that_is_not_there_says_how_to_make_one(self, tmp_path: Path) -> None:
        faults = check(tmp_path / "nowhere", {})

        assert [fault.key for fault in faults] == ["(directory)"]
        assert "monitor init" in faults[0].remedy

    @pytest.mark.parametrize(
        ("files", "environ", "key", "problem"),
        [
            ({}, {}, "(file)", "there is no route"),
            ({}, {}, "(file)", "there is no topic"),
            ({}, {}, "net.user_agent", "names no contact"),
            ({"toml": '[net]\nallow_addresses = ["::/0"]'}, {}, "net.allow_addresses", "switches the guard"),
            ({"feeds.yml": ""}, {}, "(file)", "this file is not read"),
            ({"feeds.opml": ""}, {}, "(file)", "this file is not read by itself"),
            ({"people": "destinations: {a: {email: a@b.c}}"}, {}, "destinations.a", "no route leads here"),
            (
                {"topics": TOPIC, "people": "destinations: {a: {webhook: 'https://x.org'}}\n"
                 "routes: [{destinations: [a], topics: [flight], at: '07:00'}]"},
                {}, "routes[0].at", "says nothing here",
            ),
            (
                {"topics": TOPIC + TOPIC.replace("topics:\n", "").replace("flight", "other"),
                 "people": "destinations: {a: {webhook: 'https://x.org'}}\n"
                 "routes: [{destinations: [a], topics: [flight]}]"},
                {}, "topics[1].id", "no route tells of this topic",
            ),
            (
                {"toml": '[email]\ntls = "none"\nusername = "u"'},
                {"MONITOR_EMAIL__PASSWORD": "p"}, "email.tls", "sends the password in clear",
            ),
        ],
    )  # fmt: skip
    def test_what_may_be_meant_is_only_a_warning(
        self, write: Write, files: dict[str, str], environ: dict[str, str], key: str, problem: str
    ) -> None:
        warnings = load(write(**files), environ).warnings

        assert any(warning.key == key and warning.problem.startswith(problem) for warning in warnings)


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12).map(lambda name: f"zz{name}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(tables=st.dictionaries(st.sampled_from(["poll", "net", "slack", "web"]), st.sets(NAMES, min_size=1)))
def test_any_set_of_unknown_keys_is_refused_by_name(write: Write, tables: dict[str, set[str]]) -> None:
    unknown = {(table, name) for table, names in tables.items() for name in names}
    toml = "\n".join(
        f"[{table}]\n" + "\n".join(f"{name} = 1" for name in names) for table, names in tables.items()
    )

    from_file = check(write(toml=toml), {})
    from_environment = check(write(toml=""), {f"MONITOR_{t}__{n}".upper(): "1" for t, n in unknown})

    assert {fault.key for fault in from_file} == {f"{table}.{name}" for table, name in unknown}
    assert {fault.key for fault in from_environment} == {f"MONITOR_{t}__{n}".upper() for t, n in unknown}
