"""What the documentation names exists: commands, settings, make targets, files; and its examples load."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from monitor.cli.app import build
from monitor.model import Document, Notice
from monitor.settings import check, describe, init
from monitor.settings.findings import Findings
from monitor.settings.topic_files import read_topics
from monitor.topics.match import compile_topics
from monitor.topics.tree import Fact, Field

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in [
        *ROOT.glob("*.md"),
        *ROOT.glob("monitor/**/*.md"),
        *ROOT.glob("deploy/*.md"),
        *ROOT.glob("config/**/*.md"),
        *ROOT.glob("tests/**/*.md"),
    ]
    if "newsroom" not in page.parts
)
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"`(?:\.venv/bin/)?(monitor [a-z][^`\n]*)`")  # in a sentence or a table
TYPED = re.compile(r"(?:^|[ /&|])(monitor (?!monitor )[a-z-][^#|;&]*)")  # in a line that is typed
SETTING = re.compile(r"`([a-z_]+\.[a-z_]+)(?: = [^`]*)?`")
TABLE = re.compile(r"`\[([a-z_]+)\]`")
ENDINGS = (".py", ".toml", ".yaml", ".md")


def _commands(text: str) -> list[str]:
    """The commands of a page: those in its sentences, and those in the lines that it says to type."""
    typed = [
        re.sub(r"^ *[#$] ", "", line)
        for _, language, block in FENCE.findall(text)
        for line in block.splitlines()
        if language in ("bash", "sh") or re.match(r" *[#$] ", line)
    ]
    found = [*COMMAND.findall(FENCE.sub("", text)), *(each for line in typed for each in TYPED.findall(line))]
    return [command.strip() for command in found]


def _unknown_commands(text: str) -> list[str]:
    """What no command of ours understands."""
    return [fault for line in _commands(text) if (fault := _unknown(line))]


@cache
def _root() -> Any:
    return typer.main.get_command(build())


def _unknown(line: str) -> str:
    command = _root()
    for word in shlex.split(line.replace("…", "").replace("|", " "))[1:]:
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            options = {name for each in command.params for name in each.opts}
            if word.startswith("--") and word.split("=")[0] not in options:
                return f"{line}: no option {word}"
        elif word not in subcommands:
            return f"{line}: no command {word}"
        else:
            command = subcommands[word]
    return ""


def _unknown_settings(text: str, *, for_operators: bool) -> list[str]:
    """Names of keys, tables and variables that no setting has; operators' pages name nothing like a key."""
    keys = {key.name for key in describe()}
    variables = {key.variable for key in describe()}
    tables = {name.split(".")[0] for name in keys}
    others = {f"notice.{each.name}" for each in fields(Notice)} | {
        path.name for path in ROOT.glob("deploy/*")
    }
    return [
        *(
            name
            for name in SETTING.findall(text)
            if name not in keys | others
            and not name.endswith(ENDINGS)
            and (for_operators or name.split(".")[0] in tables)
        ),
        *(table for table in TABLE.findall(text) if table not in tables),
        *(
            variable
            for variable in re.findall(r"\bMONITOR_[A-Z]+__[A-Z_]+\b", text)
            if variable not in variables and not variable.startswith("MONITOR_SECRETS__")
        ),
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    assert _unknown_commands(page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "say `monitor statsu`",
        "say `monitor feeds chekc URL`",
        "say `monitor backup --kept 3`",
        "```console\n# monitor backup --kept 3\n```",
        "```console\n$ podman exec monitor monitor statsu\n```",
        "```bash\nsudo /opt/newsroom-monitor/bin/monitor statsu\n```",
        "1. First:\n   ```console\n   $ monitor db prone\n   ```",
    ],
)
def test_a_command_that_does_not_exist_is_found(text: str) -> None:
    assert len(_unknown_commands(text)) == 1


@pytest.mark.parametrize(
    "name", ["poll.evry", "pol.every", "keep.texts_ = 3", "[kep]", "MONITOR_POLL__EVRY", "notice.colour"]
)
def test_a_setting_that_does_not_exist_is_found(name: str) -> None:
    assert len(_unknown_settings(f"set `{name}`", for_operators=True)) == 1


def test_the_readme_names_commands() -> None:
    assert len(_commands((ROOT / "README.md").read_text("utf-8"))) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_and_setting_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for_operators = page.parent in (ROOT, ROOT / "deploy") and page.name != "LICENCES.md"
    assert _unknown_settings(text, for_operators=for_operators) == []


MEASURES = ROOT / "tests" / "benchmarks" / "README.md"


def test_every_option_of_a_command_that_measures_exists() -> None:
    for section in MEASURES.read_text("utf-8").split("\n## ")[1:]:
        modules = re.findall(r"`python -m ([\w.]+)`", section)
        sources = [
            (ROOT / module.replace(".", "/")).with_suffix(".py").read_text("utf-8") for module in modules
        ]
        for option in re.findall(r"(?<=[` ])--[a-z][a-z-]*", section):
            assert any(f'"{option}"' in source for source in sources), f"{modules}: no option {option}"


def test_the_readmes_five_minutes_load(tmp_path: Path) -> None:
    init(tmp_path)
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("   ") for line in example.splitlines()]
    people = "\n".join(lines)
    assert set(yaml.safe_load(people)) == {"destinations", "routes"}
    (tmp_path / "people.yaml").write_text(people, "utf-8")
    secrets = {
        "MONITOR_SLACK__TOKEN": "xoxb-a-token",
        "MONITOR_EMAIL__HOST": "mail.example.org",
        "MONITOR_EMAIL__SENDER": "monitor@example.org",
    }
    assert check(tmp_path, secrets) == ()


GUIDE = ROOT / "config" / "topics" / "README.md"


def test_the_topic_of_the_guide_loads_and_finds_what_it_says(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "topic.yaml").write_text(example, "utf-8")
    findings = Findings()
    (topic,) = read_topics(tmp_path, findings).topics
    assert (findings.faults, findings.warnings) == ([], [])
    matcher = compile_topics([topic])
    for language, text in (
        ("en", "A blaze tore through a warehouse in the harbour."),
        ("de", "Ein Großbrand wütet in den Hafenanlagen."),
        ("de", "Es brennt in Rotterdam."),
    ):
        assert matcher.match(Document(title="", text=text, language=language)), text
    assert not matcher.match(Document(title="Film", text="A blaze in the harbour.", language="en"))


def test_the_guide_names_every_operator_and_field() -> None:
    told = GUIDE.read_text("utf-8")
    for word in (
        "AND",
        "OR",
        "NOT",
        "NEAR/",
        "ONEAR/",
        "ATLEAST/",
        *(f"{each}:" for each in (*Field, *Fact)),
    ):
        assert word in told, word
