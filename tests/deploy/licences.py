"""The licences of what the service is made of, as a table: python -m tests.deploy.licences BOM PAGE."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

# What a package's metadata leaves out or says vaguely, read in its own licence file.
READ = {"ahocorasick_rs": "Apache-2.0", "locate": "MIT"}
SPELLED = {  # the classifiers of old metadata → SPDX
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-only",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python-2.0": "PSF-2.0",
}
# Those that an Apache-2.0 service may be shipped with; LGPL and MPL parts are used as they are, unchanged.
ALLOWED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "MIT",
        "MPL-1.1",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    ]
)
HEAD = """# Licences

What the service is made of, as locked in `requirements.lock`; `make sbom` writes this page and
[sbom.cdx.json](sbom.cdx.json) (CycloneDX) anew. The monitor itself is Apache-2.0.

| Package | Version | Licence |
| --- | --- | --- |
"""


def licence(component: dict[str, Any]) -> str:
    """Return a component's licence as an SPDX expression; empty when it says none."""
    if known := READ.get(component["name"]):
        return known
    said = [
        entry.get("expression") or entry["license"].get("id") or entry["license"].get("name", "")
        for entry in component.get("licenses", [])
    ]
    return " AND ".join(dict.fromkeys(SPELLED.get(each, each) for each in said))


def acceptable(expression: str) -> bool:
    """Whether the service may be shipped with it: of each choice one part, of each sum all parts."""
    return bool(expression) and all(
        any(choice.strip("() ") in ALLOWED for choice in part.split(" OR "))
        for part in re.split(r" AND ", expression)
    )


def page(bom: dict[str, Any]) -> str:
    """Return the table of every component."""
    rows = sorted(bom["components"], key=lambda component: component["name"].lower())
    return HEAD + "".join(f"| {row['name']} | {row['version']} | {licence(row)} |\n" for row in rows)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(json.loads(Path(sys.argv[1]).read_text("utf-8"))), "utf-8")
