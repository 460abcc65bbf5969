"""What the service is made of: locked, listed, licensed, and each wanted for a reason."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.deploy.licences import acceptable, licence, page

ROOT = Path(__file__).parents[2]
BOM = json.loads((ROOT / "deploy" / "sbom.cdx.json").read_text("utf-8"))
LINE = re.compile(r"^([a-z0-9._-]+)==([^\s;]+)( ;[^\\]*)?", re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_bill_lists_what_is_locked_and_nothing_else() -> None:
    locked = LINE.findall((ROOT / "deploy" / "requirements.lock").read_text("utf-8"))
    listed = {(_plain(each["name"]), each["version"]) for each in BOM["components"]}
    everywhere = {(_plain(name), version) for name, version, only in locked if not only}
    somewhere = {(_plain(name), version) for name, version, _ in locked}
    assert everywhere <= listed <= somewhere, "`make sbom` makes it anew"


@pytest.mark.parametrize("lock", ["requirements.lock", "build.lock"])
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    text = (ROOT / "deploy" / lock).read_text("utf-8")
    for block in re.split(r"\n(?=[a-z0-9])", text)[1:]:
        assert "--hash=sha256:" in block, block.partition("\n")[0]


def test_every_licence_is_known_and_may_be_shipped() -> None:
    assert [each["name"] for each in BOM["components"] if not acceptable(licence(each))] == []


def test_the_page_of_licences_is_that_of_the_bill() -> None:
    assert (ROOT / "deploy" / "LICENCES.md").read_text("utf-8") == page(BOM)


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("", False),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-2.0", True),
    ],
)
def test_a_licence_is_judged_by_its_parts(expression: str, may: bool) -> None:
    assert acceptable(expression) is may


def test_every_package_that_the_service_needs_is_listed_with_the_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (listed,) = re.findall(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    entries = [line for line in listed.splitlines() if line.lstrip().startswith('"')]
    assert len(entries) > 30
    assert [line for line in entries if not re.search(r'",\s+# \S', line)] == [], "no reason"
