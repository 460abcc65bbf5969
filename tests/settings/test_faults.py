"""Every kind of fault with the file, the line and the key that it must name."""

from __future__ import annotations

import pytest

from monitor.settings import check
from tests.settings.conftest import NAMES, Write

TOPIC = "topics:\n- id: a\n  title: A\n  match: word\n"
SLACK = "destinations:\n  desk: {slack: C0123}\nroutes:\n"
MAIL = "destinations:\n  ed: {email: a@b.c}\nroutes:\n- destinations: [ed]\n"

# file, its text, line, key, what is said
CASES = [
    # monitor.toml
    ("toml", "[poll]\ntick = \n", 2, "(file)", "not TOML"),
    ("toml", "[poll]\ntick = " + "[" * 50_000, None, "(file)", "nested too deep"),
    ("toml", "[poll]\ntick = " + "9" * 5_000, 2, "(file)", "not TOML"),
    ("toml", "[poll\n", 1, "(file)", "not TOML"),
    ("toml", "[poll]\n\ntik = 1", 3, "poll.tik", "Did you mean tick?"),
    ("toml", "[pol]\ntick = 1", 1, "pol", "Did you mean poll?"),
    ("toml", "poll.tick = 'soon'", 1, "poll.tick", "not a duration"),
    ("toml", "poll = 5", 1, "poll", "a table of keys"),
    ("toml", "[[poll]]\ntick = 1", 1, "poll", "a table of keys"),
    ("toml", "[service]\nworkers = 'two'", 2, "service.workers", "a whole number"),
    ("toml", "[service]\nworkers = true", 2, "service.workers", "should be a number"),
    ("toml", "[service]\nworkers = 0", 2, "service.workers", "greater than or equal to 1"),
    ("toml", "[service]\nworkers = 2.5", 2, "service.workers", "a whole number"),
    ("toml", "[service]\nlog_format = 'xml'", 2, "service.log_format", "'auto', 'console' or 'json'"),
    ("toml", "[service]\nstate_dir = 5", 2, "service.state_dir", "text"),
    ("toml", '[service]\nstate_dir = "a\\u0000b"', 2, "service.state_dir", "not a path"),
    ("toml", "[service]\nstate_dir = '~no-such-user/x'", 2, "service.state_dir", "not a path"),
    ("toml", "[database]\nurl = 'mysql://x'", 2, "database.url", "not a database"),
    ("toml", "[net]\nallow_addresses = [\n  '10.0.0.0/8',\n  '10.0.0.300',\n]",
     2, "net.allow_addresses[1]", "network"),
    ("toml", "[net]\nallow_addresses = ['10.0.0.1/8']", 2, "net.allow_addresses[0]", "not a network address"),
    ("toml", "[net]\nallow_addresses = 5", 2, "net.allow_addresses", "a list"),
    ("toml", "[net]\nuser_agent = 'a\\nb'", None, None, ""),
    ("toml", '[net]\nuser_agent = "a\\nb"', 2, "net.user_agent", "HTTP header"),
    ("toml", "[net]\nconnect_timeout = 20\ntimeout = 10",
     2, "net.connect_timeout", "longer than net.timeout"),
    ("toml", "[poll]\nshortest = '2h'", 2, "poll.shortest", "longer than poll.longest"),
    ("toml", "[poll]\nmax_feed_bytes = 'big'", 2, "poll.max_feed_bytes", "byte"),
    ("toml", "[poll]\nmax_feed_bytes = '1 TB'", 2, "poll.max_feed_bytes", "less than or equal"),
    ("toml", "[stories]\nwindow = '60d'\n[keep]\nrecords = '40d'", 2, "stories.window", "than keep.records"),
    ("toml", "[alerts]\nretry_first = '1h'\nretry_longest = '1m'", 2, "alerts.retry_first", "longer than"),
    ("toml", "[slack]\nbase_url = 'slack.com'", 2, "slack.base_url", "not a usable URL"),
    ("toml", "[slack]\ntoken = 'a b'", 2, "slack.token", "holds blanks"),
    ("toml", "[email]\nhost = 'http://x'", 2, "email.host", "not a host name"),
    ("toml", "[email]\nport = 70000", 2, "email.port", "less than or equal to 65535"),
    ("toml", "[email]\ntls = 'ssl'", 2, "email.tls", "'none', 'starttls' or 'tls'"),
    ("toml", "[email]\nsender = 'nobody'", 2, "email.sender", "not a sender"),
    ("toml", "[email]\nusername = 'u'", 1, "email.password", "come together"),
    ("toml", "[web]\nlisten = '8080'", 2, "web.listen", "not host:port"),
    ("toml", "[web]\nlisten = 'x:99999'", 2, "web.listen", "not host:port"),
    # feeds.yaml
    ("feeds", "- url: https://a.org\n  name: [\n", 3, "(file)", "Mend the YAML"),
    ("feeds", "- url: @x\n", 1, "(file)", "in quotes"),
    ("feeds", "- url: !!python/object:os.system x\n", 1, "(file)", "a tag that is not allowed"),
    ("feeds", "url: https://a.org\n", 1, "feeds", "should be a list"),
    ("feeds", "- https://a.org\n", 1, "feeds[0]", "should be a table of keys"),
    ("feeds", "- name: x\n", 1, "feeds[0].url", "missing"),
    ("feeds", "- url: https://a.org\n  nmae: x\n", 2, "feeds[0].nmae", "Did you mean name?"),
    ("feeds", "- url: https://a.org\n- url: http:/b\n", 2, "feeds[1].url", "not a usable URL"),
    ("feeds", "- url: https://u:p@a.org/\n", 1, "feeds[0].url", "do not belong in it"),
    ("feeds", "- url: https://a.org\n- url: https://A.org:443/\n",
     2, "feeds[1].url", "same feed as on line 1"),
    ("feeds", "- url: https://a.org\n  url: https://b.org\n", 2, "[0].url", "stands twice"),
    ("feeds", "- url: https://a.org\n  language: english\n", 2, "feeds[0].language", "not a language code"),
    ("feeds", "- url: https://a.org\n  every: often\n", 2, "feeds[0].every", "not a duration"),
    ("feeds", "- url: https://a.org\n  every: 30d\n", 2, "feeds[0].every", "less than or equal to"),
    ("feeds", "- url: https://a.org\n  tags: news\n", 2, "feeds[0].tags", "a list"),
    ("feeds", "- url: https://a.org\n  tags: [a, 5]\n", 2, "feeds[0].tags[1]", "text"),
    # people.yaml
    ("people", "- a\n", 1, "(file)", "a table of keys"),
    ("people", "destination: {}\n", 1, "destination", "Did you mean destinations?"),
    ("people", "destinations:\n  desk: {slack: #desk\n  }\n", 2, "destinations.desk", "begins a comment"),
    ("people", "destinations:\n  desk: {slack: C0123, email: a@b.c}\n",
     2, "destinations.desk", "exactly one of"),
    ("people", "destinations:\n  desk: {slack: desk}\n", 2, "destinations.desk.slack", "not a Slack channel"),
    ("people", "destinations:\n  ed: {email: a@b@c}\n", 2, "destinations.ed.email", "not a mail address"),
    ("people", "destinations:\n  a: {webhook: x}\n", 2, "destinations.a.webhook", "not a usable URL"),
    ("people", "destinations:\n  a: {webhook_secret: x}\n",
     2, "destinations.a.webhook_secret", "no such secret"),
    ("people", "destinations:\n  a: {webhook_secret: ../x}\n",
     2, "destinations.a.webhook_secret", "not a name"),
    ("people", "destinations:\n  ?: {email: a@b.c}\n", None, None, ""),
    ("people", "destinations:\n  a b: {email: a@b.c}\n", 2, "destinations.a b", "not a name"),
    ("people", SLACK + "- destinations: [dsek]\n", 4, "routes[0].destinations[0]", "Did you mean desk?"),
    ("people", SLACK + "- topics: [x]\n", 4, "routes[0].destinations", "missing"),
    ("people", SLACK + "- destinations: []\n", 4, "routes[0].destinations", "at least 1 item"),
    ("people", SLACK + "- destinations: [desk]\n  topics: []\n", 5, "routes[0].topics", "at least 1 item"),
    ("people", SLACK + "- destinations: [desk]\n  topics:\n  - b\n",
     6, "routes[0].topics[0]", "unknown topic"),
    ("people", SLACK + "- destinations: [desk]\n  when: weekly\n",
     5, "routes[0].when", "'hourly' or 'daily'"),
    ("people", SLACK + "- destinations: [desk]\n  at: 25:00\n", 5, "routes[0].at", "not a time of day"),
    ("people", SLACK + "- destinations: [desk]\n  at: 7\n", 5, "routes[0].at", "not a time of day"),
    ("people", SLACK + "- destinations: [desk]\n  timezone: Mars/X\n", 5, "routes[0].timezone", "time zone"),
    ("people", SLACK + "- destinations: [desk]\n  timezone: ../x\n", 5, "routes[0].timezone", "time zone"),
    # topics
    ("topics", TOPIC + "  colour: red\n", 5, "topics[0].colour", "unknown key"),
    ("topics", TOPIC + "  min_score: much\n", 5, "topics[0].min_score", "a number"),
    ("topics", TOPIC + "  min_score: .nan\n", 5, "topics[0].min_score", "number"),
    ("topics", TOPIC + "  status: on\n", 5, "topics[0].status", "'live', 'draft' or 'paused'"),
    ("topics", TOPIC + "  languages: [english]\n", 5, "topics[0].languages[0]", "not a language code"),
    ("topics", TOPIC + "  alert: {imediate_score: 1}\n",
     5, "topics[0].alert.imediate_score", "immediate_score?"),
    ("topics", TOPIC + "  alert: {cooldown: soon}\n", 5, "topics[0].alert.cooldown", "not a duration"),
    ("topics", TOPIC + "  alert: {figures: [deaths]}\n", 5, "topics[0].alert.figures[0]", "killed"),
    ("topics", TOPIC + "  use: {nothing: 1}\n", 5, "topics[0].use.nothing", "unknown concept"),
    ("topics", TOPIC + "  concepts: {c: {weight: 1}}\n", 5, "topics[0].concepts.c.aliases", "missing"),
    ("topics", TOPIC + "  concepts:\n    c:\n      aliases: {en: [x], xyzzy: [y]}\n", 7,
     "topics[0].concepts.c.aliases.xyzzy", "not a language code"),
    ("topics", TOPIC + "  concepts:\n    c:\n      aliases: {en: x}\n",
     7, "topics[0].concepts.c.aliases.en", "a list"),
    ("topics", TOPIC + "  concepts:\n    c: {wait: 1, aliases: {en: [x]}}\n",
     6, "topics[0].concepts.c.wait", "weight?"),
    ("topics", "topics:\n- {id: A B, title: x, match: y}\n", 2, "topics[0].id", "not an id"),
    ("topics", TOPIC + "- {id: a, title: x, match: y}\n", 5, "topics[1].id", "two topics have this id"),
    ("topics", "topic: []\n", 1, "topic", "Did you mean topics?"),
    ("concepts", "concepts:\n  c: {weight: heavy, aliases: {en: [x]}}\n", 2, "concepts.c.weight", "a number"),
    ("concepts", "concept: {}\n", 1, "concept", "Did you mean concepts?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "key", "said"), [case for case in CASES if case[3]])
def test_a_fault_names_its_file_line_and_key(
    write: Write, name: str, text: str, line: int | None, key: str, said: str
) -> None:
    folder = write(**{name: text})

    faults = check(folder, {})

    found = [fault for fault in faults if fault.key == key]
    assert found, [str(fault) for fault in faults]
    assert (found[0].file, found[0].line) == (str(folder / NAMES[name]), line)
    assert said in f"{found[0].problem}. {found[0].remedy}"
    assert found[0].remedy.endswith((".", "?", "…", "DIR"))


def test_each_case_is_wrong_by_itself_alone(write: Write) -> None:
    assert check(write(topics=TOPIC, toml="", feeds="", people="", concepts=""), {}) == ()


@pytest.mark.parametrize(
    ("people", "toml", "keys"),
    [
        (SLACK + "- destinations: [desk]\n", "", {"slack.token"}),
        (SLACK + "- destinations: [desk]\n", "[slack]\ntoken = 'x'", set()),
        (SLACK, "", set()),
        (MAIL, "", {"email.host", "email.sender"}),
        (MAIL, "[email]\nhost = 'mail'\nsender = 'a@b.c'", set()),
    ],
)
def test_a_channel_that_a_route_uses_must_be_set_up(
    write: Write, people: str, toml: str, keys: set[str]
) -> None:
    assert {fault.key for fault in check(write(people=people, toml=toml), {})} == keys


def test_two_files_may_not_share_a_topic_or_a_concept(write: Write) -> None:
    concepts = "concepts:\n  c: {aliases: {en: [word]}}\n"
    folder = write(topics=TOPIC, more_topics=TOPIC, concepts=concepts, more_concepts=concepts)

    faults = check(folder, {})

    assert [(fault.key, fault.line) for fault in faults] == [("concepts.c", 2), ("topics[0].id", 2)]
    assert "desk.yaml, line 2" in faults[1].remedy


def test_bytes_that_are_no_text_are_told_with_their_line(write: Write) -> None:
    folder = write()
    (folder / "feeds.yaml").write_bytes(b"- url: https://a.org\n  name: caf\xe9\n")

    assert [(fault.line, fault.problem) for fault in check(folder, {})] == [(2, "not UTF-8")]


def test_a_folder_in_the_place_of_a_file_is_told(write: Write) -> None:
    folder = write()
    (folder / "feeds.yaml").mkdir()

    assert [fault.problem for fault in check(folder, {})] == ["cannot be read: is a directory"]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("MONITOR_SLACK__TOKN", "Did you mean MONITOR_SLACK__TOKEN?"),
        ("MONITOR_PORT", "Kubernetes sets it"),
        ("MONITOR_SERVICE_HOST", "Kubernetes sets it"),
        ("MONITOR_SECRETS__HOOK", "Nothing in people.yaml or feeds.yaml"),
        ("MONITOR_QQQQ", "Unset it."),
        ("MONITOR_CONFIGURATION", "Unset it."),
    ],
)
def test_an_unknown_variable_is_refused(write: Write, name: str, remedy: str) -> None:
    faults = check(write(), {name: "x"})

    assert [(fault.file, fault.key) for fault in faults] == [("environment", name)]
    assert faults[0].remedy.startswith(remedy)
