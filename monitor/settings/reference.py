"""Every key of `monitor.toml` as data, for the documentation and the test that holds it to the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr

from monitor.settings.layers import variables
from monitor.settings.sections import SECRET_FILES, Sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: `default` is how it would be written in TOML; `secret_file` is empty where there is none."""

    name: str
    variable: str
    secret_file: str
    default: str
    help: str


def describe() -> tuple[Key, ...]:
    """Return all keys in the order of their tables."""
    secret_files = {f"{section}.{key}": name for name, (section, key) in SECRET_FILES.items()}
    return tuple(
        Key(
            name=f"{section}.{key}",
            variable=variable,
            secret_file=secret_files.get(f"{section}.{key}", ""),
            default=_toml(getattr(Sections.model_fields[section].default, key)),
            help=type(Sections.model_fields[section].default).model_fields[key].description or "",
        )
        for variable, (section, key) in _pairs()
    )


def _pairs() -> list[tuple[str, tuple[str, str]]]:
    return [(variable, (str(loc[0]), str(loc[1]))) for variable, loc in variables().items()]


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(int(value))
        case timedelta():
            return f'"{_span(value)}"'
        case SecretStr():
            return '""'
        case tuple():
            return f"[{', '.join(_toml(item) for item in value)}]"
        case _:
            return f'"{value}"'


def _span(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"
