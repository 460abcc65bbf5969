"""`make demo`: the small world is started, the real service watches it, and what happened is shown."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.store import articles
from monitor.store.database import Database
from tests.newsroom.configuration import NEWSDESK
from tests.newsroom.slack import SlackMessage
from tests.newsroom.world import World

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "state" / "demo"
WORDS_SHOWN = 7
LANGUAGES_WANTED = {"id", "en"}
MORE_LANGUAGES_WANTED = 2
QUICK = {"every": "1s", "shortest": "1s", "longest": "1s"}  # so that the second run asks the feeds again

say = Console(width=118, highlight=False)


class Demo:
    """One demonstration: what it found wrong ends it with exit code 1."""

    def __init__(self, world: World, config: Path) -> None:
        self.world, self.config = world, config
        self.wrong: list[str] = []

    # --- the service, as an operator runs it ---

    def run_service(self, log: str) -> float:
        """Run the real service once; its log goes to a file beside the results."""
        began = time.monotonic()
        with (FOLDER / log).open("w") as file:
            done = subprocess.run(self._command("run", "--once"), stderr=file, check=False)
        if done.returncode not in (0, 1):  # 1: the dead feed needs an operator, as it should
            self.wrong.append(f"the service ended with exit code {done.returncode}: see {FOLDER / log}")
        return time.monotonic() - began

    def ask(self, *words: str) -> list[dict[str, Any]]:
        """What a command answers with --json."""
        done = subprocess.run(self._command(*words, "--json"), capture_output=True, text=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "monitor", *words, "--config", str(self.config)]

    def expect(self, truth: bool, what: str) -> None:
        """Say whether something is as it must be."""
        say.print(f"  [{'green' if truth else 'bold red'}]{'✓' if truth else '✗'}[/] {escape(what)}")
        if not truth:
            self.wrong.append(what)

    # --- what happened ---

    def show_feeds(self) -> None:
        table = _table("outlet", "lang", "status", "entries", "feed")
        for feed in self.ask("feeds", "list"):
            status = f"[red]{feed['cause']}[/]" if feed["cause"] else "[green]read[/]"
            table.add_row(escape(feed["outlet"]), feed["language"], status, str(feed["entries"]), feed["url"])
        say.print(table)

    def show_matches(self) -> None:
        database = Database(f"sqlite:///{FOLDER / 'state' / 'monitor.db'}")
        rows = database.read_now(articles.matched, limit=1000)
        database.close()
        table = _table("outlet", "lang", "headline", "matched words")
        by_article: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_article[row["id"]].append(row)
        for found in sorted(by_article.values(), key=lambda found: found[0]["id"]):
            words = dict.fromkeys(item["text"] for row in found for item in row["evidence"])
            table.add_row(
                escape(found[0]["outlet"]),
                found[0]["language"],
                escape(found[0]["title"]),
                escape(", ".join(list(words)[:WORDS_SHOWN])),
            )
        say.print(table)

    def show_stories(self, stories: list[dict[str, Any]]) -> None:
        for story in stories:
            say.print(
                f"\n[bold]Story {story['story']}[/] {escape(story['title'])}\n"
                f"  topics {', '.join(story['topics'])}; languages {', '.join(story['languages'])}"
            )
            names = {report["article"]: report["outlet"] for report in story["reports"]}
            for report in story["reports"]:
                role = report["role"]
                if role == "copy":
                    role = f"[yellow]copy[/] of {escape(names.get(report['of'], '?'))} ({report['kind']})"
                say.print(f"    {report['language']}  {escape(report['outlet'])}: {role}")

    def show_deliveries(self) -> None:
        sent: dict[str, int] = defaultdict(int)
        for delivery in self.ask("deliveries", "list", "--limit", "10000"):
            if delivery["carried_by"] is None:
                sent[f"{delivery['destination']}: {delivery['state']}"] += 1
        alerts = self.ask("alerts", "list", "--limit", "10000")
        say.print(
            f"  {len(alerts)} alerts stored; messages "
            + ", ".join(f"{key} {count}" for key, count in sent.items())
        )

    def check_story(self, stories: list[dict[str, Any]]) -> None:
        slugs = {article.feed_url: article for article in self.world.articles}
        truths = {
            story["story"]: {slugs[report["url"]].source.truth.story for report in story["reports"]}
            for story in stories
        }
        seed = [story for story in stories if "chechnya-canada" in truths[story["story"]]]
        self.expect(len(seed) == 1, "one story holds the reports of the evacuation")
        if not seed:
            return
        languages = set(seed[0]["languages"])
        self.expect(
            languages >= LANGUAGES_WANTED and len(languages - LANGUAGES_WANTED) >= MORE_LANGUAGES_WANTED,
            f"it is told in {', '.join(sorted(languages))}",
        )
        copies = [report for report in seed[0]["reports"] if report["role"] == "copy"]
        wanted = [
            article
            for article in self.world.articles
            if article.source.truth.role in ("verbatim", "edited")
            and article.source.truth.story == "chechnya-canada"
            and not article.source.held
        ]
        self.expect(len(copies) == len(wanted), f"its {len(copies)} copies are marked as copies")
        self.expect(truths[seed[0]["story"]] == {"chechnya-canada"}, "no look-alike is among its reports")
        roots = self.world.slack.roots(NEWSDESK)
        self.expect(len(roots) == len(stories), f"Slack has one root message for each story ({len(roots)})")
        letters = [mail for mail in self.world.mail.messages if not mail.message["In-Reply-To"]]
        self.expect(
            len(letters) == len(stories), f"the mailbox has one first letter for each story ({len(letters)})"
        )

    def counts(self) -> dict[str, Any]:
        """What must not change when nothing new was published."""
        (status,) = self.ask("status")
        told = {"messages": len(self.world.slack.messages), "letters": len(self.world.mail.messages)}
        return {key: status[key] for key in ("articles", "matches", "stories", "alerts")} | told


def main() -> int:
    """Show the whole job; 0 when everything was as it must be."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with World() as world:
        config = world.write_config(
            FOLDER / "config", state_dir=FOLDER / "state", poll=QUICK, slack={"pace": "100ms"}
        )
        demo = Demo(world, config)
        _act(demo)
        _keep_messages(world)
    say.print(f"\nThe messages as they arrived, the configuration and the logs: {FOLDER.relative_to(ROOT)}/")
    for wrong in demo.wrong:
        say.print(f"[bold red]wrong:[/] {escape(wrong)}")
    return 1 if demo.wrong else 0


def _act(demo: Demo) -> None:
    world = demo.world
    _head(f"A small world on this machine: {len(world.feeds)} outlets, a Slack, a mailbox")
    seconds = demo.run_service("first-run.log")
    say.print(f"`monitor run --once` took {seconds:.1f} s.\n")
    demo.show_feeds()
    _head("What matched, and the words that say so")
    demo.show_matches()
    _head("Stories: one event each, over outlets and languages")
    stories = demo.ask("stories", "list")
    demo.show_stories(stories)
    _head("Alerts, and where they went")
    demo.show_deliveries()
    demo.check_story(stories)
    _head("The same feeds once more: nothing new, so nothing is told")
    before = demo.counts()
    demo.run_service("second-run.log")
    demo.expect(demo.counts() == before, "no article, no alert and no message was added")
    _head("A day later: follow-ups appear")
    held = [article.slug for article in world.articles if article.source.held]
    world.publish(*held)
    roots, messages = len(world.slack.roots(NEWSDESK)), len(world.slack.messages)
    demo.run_service("third-run.log")
    more = len(world.slack.messages) - messages
    demo.expect(
        more > 0 and len(world.slack.roots(NEWSDESK)) == roots,
        f"{more} new reports in Slack, threaded under their stories",
    )
    _head("What the desk sees in Slack")
    _show_slack(world)


def _show_slack(world: World) -> None:
    for root in world.slack.roots(NEWSDESK)[:1]:
        for line in _plain(root).splitlines():
            say.print(f"  {escape(line)}")
        replies = world.slack.replies(root.ts)
        say.print(f"  [dim]… and {len(replies)} replies in its thread[/]")


def _plain(message: SlackMessage) -> str:
    """The words of a message's blocks, as a terminal can show them."""
    lines: list[str] = []
    for block in message.blocks:
        texts = [block.get("text", {}), *block.get("fields", []), *block.get("elements", [])]
        lines += [text["text"] for text in texts if isinstance(text, Mapping) and "text" in text]
    return "\n".join(lines)


def _keep_messages(world: World) -> None:
    slack, mail = FOLDER / "slack", FOLDER / "mail"
    slack.mkdir()
    mail.mkdir()
    for number, message in enumerate(world.slack.messages, 1):
        record = {
            "channel": message.channel,
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "text": message.text,
            "blocks": message.blocks,
        }
        (slack / f"{number:02}.json").write_text(json.dumps(record, ensure_ascii=False, indent=2), "utf-8")
        (slack / f"{number:02}.txt").write_text(_plain(message) + "\n", "utf-8")
    for number, letter in enumerate(world.mail.messages, 1):
        (mail / f"{number:02}.eml").write_bytes(letter.raw)
        (mail / f"{number:02}.html").write_text(letter.part("html"), "utf-8")
        (mail / f"{number:02}.txt").write_text(letter.part("plain"), "utf-8")


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _head(text: str) -> None:
    say.print()
    say.rule(f"[bold]{escape(text)}", align="left")


if __name__ == "__main__":
    sys.exit(main())
