"""What the documentation names exists: commands, settings, make targets, files; and its examples load."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from monitor.cli.app import build
from monitor.model import Document
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
COMMAND = re.compile(r"(?:^ *\$ |`)(?:\.venv/bin/)?(monitor [a-z][^`\n#]*)", re.MULTILINE)


def _commands(page: Path) -> list[str]:
    """The commands of a page; in a table `a`, `b` after one of a noun are its other verbs."""
    return [found.strip() for found in COMMAND.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    root = typer.main.get_command(build())
    for line in _commands(page):
        command = root
        for word in shlex.split(line.replace("…", "").replace("|", " "))[1:]:
            subcommands = getattr(command, "commands", None)
            if subcommands is None:
                if word.startswith("--"):
                    options = {name for each in command.params for name in each.opts}
                    assert word.split("=")[0] in options, f"{line}: no option {word}"
                continue
            assert word in subcommands, f"{line}: no command {word}"
            command = subcommands[word]


def test_the_readme_names_commands() -> None:
    assert len(_commands(ROOT / "README.md")) >= 10


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
    keys = {key.name for key in describe()}
    variables = {key.variable for key in describe()}
    tables = {name.split(".")[0] for name in keys}
    for name in re.findall(r"`([a-z]+\.[a-z_]+)`", text):
        if name.split(".")[0] in tables and not name.endswith((".py", ".toml", ".yaml", ".md")):
            assert name in keys, name
    for variable in re.findall(r"\bMONITOR_[A-Z]+__[A-Z_]+\b", text):
        assert variable in variables or variable.startswith("MONITOR_SECRETS__"), variable


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
