"""`python -m tests.newsroom serve`: the world for a person who wants to look around in it."""

from __future__ import annotations

import argparse
import signal
import threading

from tests.newsroom.world import World


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description=__doc__)
    serve = parser.add_subparsers(required=True).add_parser("serve", help="run the world until Ctrl-C")
    serve.add_argument("--port", type=int, default=0, help="port of every outlet (default: a free one)")
    asked = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
    with World(port=asked.port) as world:
        print(_directory(world), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("closed")


def _directory(world: World) -> str:
    feeds = [f"  {feed.language}  {feed.url}  {feed.name}" for feed in world.feeds]
    held = [f"  {article.slug}" for article in world.articles if article.held]
    return "\n".join(
        [
            f"{len(world.articles)} articles. Feeds:",
            *feeds,
            f"Slack: {world.slack.base_url} (token {world.slack.token})",
            f"Mail:  {world.mail.host}:{world.mail.port}",
            "Held back:",
            *held,
            "Ctrl-C stops.",
        ]
    )


if __name__ == "__main__":
    main()
