"""A newsroom's own templates in `templates/`: read, tried with made-up news, and refused where they break."""

from __future__ import annotations

from pathlib import Path

from monitor.alerts.layouts import ENDING, FOLDER, SHIPPED, Layouts, Override, names
from monitor.alerts.rehearsal import broken
from monitor.settings.files import read_text
from monitor.settings.findings import Findings, Place, did_you_mean


def read_templates(config_dir: Path, findings: Findings) -> Layouts:
    """Return the layouts of mail; where a template of *config_dir* breaks, that is noted."""
    overrides: dict[str, Override] = {}
    for path in sorted((config_dir / FOLDER).glob(f"*{ENDING}")):
        if path.name not in names():
            place = Place(file=str(path), line=None, key="(file)")
            findings.fault(place, "no template of this name", did_you_mean(path.name, names()))
        elif (source := read_text(path, findings)) is not None:
            overrides[path.name] = Override(source=source, file=str(path))
    if not overrides:
        return SHIPPED
    for fault in broken(overrides):
        findings.fault(
            Place(file=fault.file, line=fault.line, key="(template)"),
            fault.problem,
            "Mend it, or remove the file: the shipped template then counts again.",
        )
    return Layouts(overrides)
