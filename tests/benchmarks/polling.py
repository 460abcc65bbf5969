"""Feeds polled per CPU-second, against bare feedparser and the library `reader`.

    python -m tests.benchmarks.polling [--feeds N] [--dir FOLDER] [--rounds N] [--scale N]

All sides see the same feeds from the same server in the same run, each in a process of its own, in turns.
What counts is CPU time, ours with its workers; the server counts for nobody. Figures are the best of all
rounds. Three kinds of polls: the first one, which stores every entry; one that is answered 304; one that is
answered in full by a server without validators, where only the body's hash tells that nothing changed.
`--scale` polls so many feeds by us alone, the same ones over and over: what a long list takes of the machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import polling_ours, polling_peers
from tests.benchmarks.feed_material import Material, from_folder, generated
from tests.benchmarks.feed_server import Served, serving
from tests.benchmarks.figures import Figures

WARM_UP = 8  # feeds that are polled before and count for nothing
STEADY = 10_000  # feeds, every quarter of an hour: what a large newsroom watches
PERIOD = 900.0  # seconds


@dataclass(slots=True)
class Side:
    """The best CPU seconds of one side for each kind of poll, and the most memory."""

    first: list[float] = field(default_factory=list)
    not_modified: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    peak_mb: int = 0
    worker_mb: int = 0
    service_mb: int = 0
    all_mb: int = 0
    read: int = 0

    def take(self, checked: Figures, plain: Figures) -> None:
        self.first += [checked.polls[0], plain.polls[0]]
        self.not_modified += checked.polls[1:]
        self.unchanged += plain.polls[1:]
        self.peak_mb = max(self.peak_mb, checked.peak_mb, plain.peak_mb)
        self.worker_mb = max(self.worker_mb, checked.worker_mb, plain.worker_mb)
        self.service_mb = max(self.service_mb, checked.service_mb, plain.service_mb)
        self.all_mb = max(self.all_mb, checked.all_mb, plain.all_mb)
        self.read = checked.read


def _apart(function: Callable[..., Figures], *args: Any) -> Figures:
    """Call *function* in a new process, so that no side starts with what another has loaded."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_report, args=(theirs, function, args))
    process.start()
    theirs.close()
    try:
        found: Figures = ours.recv()
        return found
    finally:
        process.join()


def _report(pipe: Any, function: Callable[..., Figures], args: tuple[Any, ...]) -> None:
    pipe.send(function(*args))


def _both(function: Callable[..., Figures], served: Served) -> tuple[Figures, Figures]:
    """Measure one side on the feeds with validators and on those without."""
    found = []
    for urls in (served.checked, served.plain):
        with tempfile.TemporaryDirectory() as folder:
            found.append(_apart(function, Path(folder), urls[:WARM_UP], urls[WARM_UP:], 2))
    return found[0], found[1]


def measured(feeds: list[Material], rounds: int) -> dict[str, Any]:
    """Measure all sides on *feeds*; the first few of them are only there to warm up."""
    ours, reader, bare = Side(), Side(), Side()
    bodies = [feed.body for feed in feeds[WARM_UP:]]
    with serving(feeds) as served:
        for _ in range(rounds):
            bare.first += _apart(polling_peers.bare, bodies).polls
            ours.take(*_both(polling_ours.measure, served))
            reader.take(*_both(polling_peers.reader, served))
    return _figures(len(bodies), ours, reader, bare) | {
        "mean_kb": round(sum(map(len, bodies)) / len(bodies) / 1000)
    }


def _figures(count: int, ours: Side, reader: Side, bare: Side) -> dict[str, Any]:
    def rate(times: list[float]) -> float:
        return round(count / min(times), 1)

    def ratio(other: list[float], mine: list[float]) -> float:
        return round(min(other) / min(mine), 2)

    return {
        "feeds": count,
        "read": ours.read,
        "read_reader": reader.read,
        "first": rate(ours.first),
        "first_bare": rate(bare.first),
        "first_reader": rate(reader.first),
        "first_to_bare": ratio(bare.first, ours.first),
        "first_to_reader": ratio(reader.first, ours.first),
        "not_modified": rate(ours.not_modified),
        "not_modified_reader": rate(reader.not_modified),
        "not_modified_to_reader": ratio(reader.not_modified, ours.not_modified),
        "unchanged": rate(ours.unchanged),
        "unchanged_reader": rate(reader.unchanged),
        "unchanged_to_reader": ratio(reader.unchanged, ours.unchanged),
        "ms_not_modified": round(min(ours.not_modified) / count * 1000, 2),
        "ms_unchanged": round(min(ours.unchanged) / count * 1000, 2),
        "core_at_10000": round(min(ours.not_modified) / count * STEADY / PERIOD, 3),
        "core_at_10000_plain": round(min(ours.unchanged) / count * STEADY / PERIOD, 3),
        "peak_mb": ours.peak_mb,
        "worker_mb": ours.worker_mb,
        "service_mb": ours.service_mb,
        "all_mb": ours.all_mb,
        "reader_mb": reader.peak_mb,
    }


def scaled(feeds: list[Material], count: int) -> dict[str, Any]:
    """Measure our polls of *count* unchanged feeds, all due within one period; few of them differ."""
    many = [feeds[number % len(feeds)] for number in range(count + WARM_UP)]
    with serving(many) as served, tempfile.TemporaryDirectory() as folder:
        urls = served.checked
        found = _apart(polling_ours.measure, Path(folder), urls[:WARM_UP], urls[WARM_UP:], 2)
    return {
        "scale_feeds": count,
        "scale_ms_not_modified": round(found.polls[1] / count * 1000, 2),
        "scale_core": round(found.polls[1] / PERIOD, 3),
        "scale_peak_mb": found.peak_mb,
        "scale_service_mb": found.service_mb,
        "scale_all_mb": found.all_mb,
    }


def show(found: dict[str, Any]) -> None:
    """Print the figures for people."""
    rows = (("first poll", "first"), ("304", "not_modified"), ("same body", "unchanged"))
    print(f"{found['feeds']} feeds of {found['mean_kb']} kB on average; polls per CPU-second\n")
    print(f"{'':<12}{'ours':>10}{'reader':>10}{'bare':>10}{'to reader':>12}{'to bare':>10}")
    for title, name in rows:
        bare = found.get(f"{name}_bare", "")
        to_bare = found.get(f"{name}_to_bare", "")
        print(
            f"{title:<12}{found[name]:>10}{found[f'{name}_reader']:>10}{bare:>10}"
            f"{found[f'{name}_to_reader']:>12}{to_bare:>10}"
        )
    print(f"\nread: {found['read']} of {found['feeds']} feeds by us, {found['read_reader']} by reader")
    print(
        f"10,000 unchanged feeds every 15 minutes, extrapolated: {found['core_at_10000']:.1%} of a core "
        f"with 304s ({found['ms_not_modified']} ms each), {found['core_at_10000_plain']:.1%} without "
        f"({found['ms_unchanged']} ms each)"
    )
    print(
        f"memory: service {found['service_mb']} MB, with its workers {found['all_mb']} MB; "
        f"at their peaks {found['peak_mb']} MB and {found['worker_mb']} MB for each worker\n"
    )
    if "scale_feeds" in found:
        print(
            f"{found['scale_feeds']:,} unchanged feeds every 15 minutes, measured: {found['scale_core']:.1%} "
            f"of a core with 304s ({found['scale_ms_not_modified']} ms each), "
            f"service {found['scale_service_mb']} MB ({found['scale_peak_mb']} MB at its peak), "
            f"with its workers {found['scale_all_mb']} MB\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=300, help="how many at most")
    parser.add_argument("--dir", type=Path, help="a folder of real feeds instead of generated ones")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--scale", type=int, default=0, help="poll so many as well, by us alone")
    options = parser.parse_args()
    wanted = options.feeds + WARM_UP
    if options.dir:
        found = from_folder(options.dir)
        feeds = found[:WARM_UP] + found[: options.feeds]
    else:
        feeds = generated(wanted)
    figures = measured(feeds, options.rounds)
    if options.scale:
        figures |= scaled(feeds, options.scale)
    show(figures)
    print(json.dumps({"benchmark": "polling", "dir": options.dir.name if options.dir else None, **figures}))


if __name__ == "__main__":
    main()
