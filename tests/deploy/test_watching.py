"""The alert rules, the dashboard and the runbook speak of what exists, and of all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.web import families
from monitor.web.families import Family
from tests.deploy.rehearse import RUNBOOK, SECTION, steps

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GROUPS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
NAME = re.compile(r"\bmonitor_[a-z_]+\b")


def _exposed() -> set[str]:
    """Every name that Prometheus finds on /metrics."""
    names = set()
    for family in vars(families).values():
        if isinstance(family, Family):
            names.add(family.name)
            if family.kind == "histogram":
                names |= {f"{family.name}{end}" for end in ("_bucket", "_sum", "_count")}
    return names


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_metrics_that_exist_and_its_cure_is_written(rule: dict[str, Any]) -> None:
    assert set(NAME.findall(rule["expr"])) <= _exposed()
    assert rule["labels"]["severity"] in {"page", "ticket"}
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^### (\w+)$", (DEPLOY / page).read_text("utf-8"), re.MULTILINE)
    assert rule["alert"] in headings
    assert anchor == rule["alert"].lower()


def test_every_query_of_the_dashboard_asks_for_metrics_that_exist() -> None:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    named = {name for query in queries for name in NAME.findall(query)}
    assert named <= _exposed()


def test_the_dashboard_s_panels_lie_beside_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_every_problem_that_status_can_tell_stands_in_the_runbook() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "monitor" / "store").glob("*.py")]
    kinds = {
        kind for source in sources for line in re.findall(r"\bkind=(.*)", source) for kind in _words(line)
    }
    runbook = RUNBOOK.read_text("utf-8")
    assert {"delivery dead", "feed quiet", "disk nearly full"} <= kinds
    assert [kind for kind in kinds if kind not in runbook] == []


def _words(line: str) -> list[str]:
    return re.findall(r'"([a-z]+ [a-z ]+)"', line)


def test_the_steps_of_the_installation_are_found() -> None:
    found = steps(SECTION, RUNBOOK.read_text("utf-8"))
    assert found[0].startswith("apt-get install")
    assert "systemctl enable --now monitor" in found
    assert steps("No such section", RUNBOOK.read_text("utf-8")) == []


def test_the_slack_manifest_asks_for_the_scopes_that_the_readme_names() -> None:
    manifest = yaml.safe_load((DEPLOY / "slack-app.yaml").read_text("utf-8"))
    named = re.findall(r"`([a-z.]+:[a-z]+)`", (ROOT / "README.md").read_text("utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(named)
