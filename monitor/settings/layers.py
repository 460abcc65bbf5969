"""What `monitor.toml`, the secrets directories and the environment say, the later over the earlier."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from monitor.settings.files import read_text
from monitor.settings.findings import Findings, Place, spelled
from monitor.settings.sections import SECRET_FILES, Sections
from monitor.settings.toml_lines import Loc, key_lines

PREFIX = "MONITOR_"
SECRET_PREFIX = "MONITOR_SECRETS__"  # noqa: S105 - a name, not a secret; people.yaml's webhooks are looked up here
CONTAINER_SECRETS = Path("/run/secrets")  # where Docker and Podman put them
# Where systemd takes the unit's from. It hands them to the unit alone: a command that root types beside it
# would know neither its database nor its feeds.
CREDENTIAL_STORE, STORED_AS = Path("/etc/credstore"), "monitor."

_OTHERS = re.compile(r"MONITOR_CONFIG|MONITOR_TEST_\w*|MONITOR_SECRETS__\w+")  # not keys of monitor.toml
_KUBERNETES = re.compile(r"MONITOR_(?:SERVICE_(?:HOST|PORT)|PORT(?:_|$))\w*")
_SECRET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MAX_SECRET = 8_192  # characters; the longest are certificates' keys, which are half that

Values: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The merged values of every table, and where each was written."""

    values: Values
    file: str
    lines: Mapping[Loc, int]
    places: Mapping[Loc, Place]  # what the secrets and the environment set

    def place(self, loc: Loc) -> Place:
        """Return where the value at *loc* was written, or would stand in `monitor.toml`."""
        if loc[:2] in self.places:
            return self.places[loc[:2]]
        line = next((self.lines[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in self.lines), None)
        return Place(file=self.file, line=line, key=spelled(loc))


class _Names(Sections, BaseSettings):
    """Tells pydantic-settings the names of our keys; never made, so this process's environment stays out."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__")


def variables() -> dict[str, Loc]:
    """Return environment variable → key, for every key of every table."""
    return {
        f"{PREFIX}{section}__{key}".upper(): (section, key)
        for section, field in Sections.model_fields.items()
        for key in field.default.__class__.model_fields
    }


def read_layers(config_dir: Path, environ: Mapping[str, str], findings: Findings) -> Layers:
    """Return what all layers say together; what cannot be read is noted and left out."""
    path = config_dir / "monitor.toml"
    text = read_text(path, findings) or ""
    toml = _toml(text, str(path), findings)
    secrets, secret_places = _secrets(environ, findings)
    given, given_places = _environment(environ, findings)
    return Layers(
        values=_over(_over(toml, _nested(secrets)), _nested(given)),
        file=str(path),
        lines=key_lines(text) if toml else {},
        places={**secret_places, **given_places},
    )


def secret_files(name: str, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that may hold a secret for this process, the one that wins last."""
    files = [CONTAINER_SECRETS / name]
    if credentials := environ.get("CREDENTIALS_DIRECTORY", ""):
        files.append(Path(credentials) / name)
    elif os.access(stored := CREDENTIAL_STORE / f"{STORED_AS}{name}", os.R_OK):
        files.append(stored)
    return tuple(file for file in files if os.access(file.parent, os.X_OK))  # another's secrets are not ours


def named_secret(name: str, environ: Mapping[str, str], findings: Findings) -> str | None:
    """Return the secret called *name*, from `MONITOR_SECRETS__NAME` or else a secrets directory."""
    given = environ.get(secret_variable(name))
    if given:
        return given.strip()
    if not _SECRET_NAME.fullmatch(name):
        return None
    found = (_secret(file, findings) for file in reversed(secret_files(name, environ)))
    return next((value for value in found if value is not None), None)


def secret_variable(name: str) -> str:
    """Return the environment variable that holds the secret called *name*."""
    return SECRET_PREFIX + re.sub(r"[.-]", "_", name).upper()


def _toml(text: str, file: str, findings: Findings) -> Values:
    try:
        return tomllib.loads(text)
    except RecursionError:
        findings.fault(
            Place(file=file, line=None, key="(file)"), "nested too deep", "Nothing here needs that."
        )
        return {}
    except ValueError as error:  # TOMLDecodeError, and Python's own for a number of thousands of digits
        # The message names no value, only characters and keys; 3.11 has the place nowhere else.
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines())
        problem = str(error)[: found.start()] if found else str(error)
        findings.fault(
            Place(file=file, line=line, key="(file)"),
            f"not TOML: {problem[:1].lower()}{problem[1:]}",
            'Write key = value; text and durations stand in quotes: tick = "5s".',
        )
        return {}


def _secrets(environ: Mapping[str, str], findings: Findings) -> tuple[dict[str, str], dict[Loc, Place]]:
    named: dict[str, str] = {}
    places: dict[Loc, Place] = {}
    for name, (section, key) in SECRET_FILES.items():
        for file in secret_files(name, environ):
            value = _secret(file, findings)
            if value is not None:
                named[f"{PREFIX}{section}__{key}".upper()] = value
                places[section, key] = Place(file=str(file), line=None, key=f"{section}.{key}")
    return named, places


def _secret(path: Path, findings: Findings) -> str | None:
    text = read_text(path, findings) if path.is_file() else None
    if text is None:
        return None
    value = text.strip()
    if not value or len(value) > _MAX_SECRET or "\n" in value:
        place = Place(file=str(path), line=None, key=path.name)
        findings.fault(
            place, "not one line of text", "Put the secret alone into the file, or remove the file."
        )
        return None
    return value


def _environment(environ: Mapping[str, str], findings: Findings) -> tuple[dict[str, str], dict[Loc, Place]]:
    known = variables()
    named: dict[str, str] = {}
    places: dict[Loc, Place] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or _OTHERS.fullmatch(name):
            continue
        place = Place(file="environment", line=None, key=name)
        if name in known:
            named[name] = value
            places[known[name]] = place
        else:
            findings.fault(place, "unknown variable", _other_variable(name, known))
    return named, places


def _other_variable(name: str, known: Mapping[str, Loc]) -> str:
    if _KUBERNETES.fullmatch(name):
        return "Kubernetes sets it for a Service called monitor: give the pod enableServiceLinks: false."
    ends = [variable.removeprefix(PREFIX) for variable in known]  # the prefix alone would make all alike
    close = get_close_matches(name.removeprefix(PREFIX), ends, n=1)
    return f"Did you mean {PREFIX}{close[0]}?" if close else "Unset it."


def _nested(named: Mapping[str, str]) -> Values:
    """Return MONITOR_SECTION__KEY → value as tables."""
    source = EnvSettingsSource(_Names)
    source.env_vars = {name.lower(): value for name, value in named.items()}
    return source()


def _over(lower: Values, upper: Values) -> Values:
    merged = dict(lower)
    for name, table in upper.items():
        below = lower.get(name)
        merged[name] = {**below, **table} if isinstance(below, dict) and isinstance(table, dict) else table
    return merged
