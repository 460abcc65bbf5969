"""The container files, held to their schemas and to what a careful reviewer looks for, without an engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from monitor.cli.app import DOORS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
IMAGE = "newsroom-monitor"


def _instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions: continued lines joined, comments out."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).split("\n")
    return [(word, rest.strip()) for line in lines if line.strip() for word, _, rest in [line.partition(" ")]]


def _said(word: str) -> list[str]:
    return [rest for name, rest in _instructions() if name == word]


# --- Containerfile ------------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_in_particular() -> None:
    user = _said("USER")[-1]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user), "numbers, so that Kubernetes can tell it is not root"


def test_what_built_the_image_stays_out_of_it() -> None:
    starts = [at for at, (word, _) in enumerate(_instructions()) if word == "FROM"]
    assert len(starts) == 2
    last = _instructions()[starts[-1] :]
    assert [rest for word, rest in last if word == "COPY"] == [
        "--from=build /opt/newsroom-monitor /opt/newsroom-monitor"
    ]
    assert not [rest for word, rest in last if word == "RUN" and "pip" in rest]


def test_nothing_unlocked_is_installed() -> None:
    installs = [
        part for run in _said("RUN") for part in run.split("&&") if " install " in part and "/pip" in part
    ]
    assert installs
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)


def test_no_word_needs_a_shell_and_no_base_floats() -> None:
    for word in ("ENTRYPOINT", "CMD"):
        assert json.loads(_said(word)[-1])
    assert json.loads(_said("HEALTHCHECK")[0].partition(" CMD ")[2]) == ["monitor", "healthcheck"]
    assert _said("STOPSIGNAL") == ["SIGTERM"]
    (base,) = (line.partition("=")[2] for line in _said("ARG") if line.startswith("PYTHON="))
    assert re.search(r":\d+\.\d+-", base)
    assert not _said("ADD")
    assert {"healthcheck", "run"} <= set(DOORS)


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    let_through = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8")
    for line in _said("COPY"):
        if line.startswith("--from"):
            continue
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}\n" in let_through or source.endswith(".lock")


# --- compose and Kubernetes -----------------------------------------------------------------------------


def test_the_compose_file_keeps_to_the_compose_specification() -> None:
    words = ["--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]
    said = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_composed_service_can_write_its_state_and_nothing_else() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["monitor"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    writable = [mount for mount in service["volumes"] if not mount.endswith(":ro")]
    assert writable == ["state:/var/lib/monitor"]


def _documents() -> list[Any]:
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text("utf-8"))]


@pytest.mark.parametrize("document", _documents(), ids=lambda each: each["kind"])
def test_every_manifest_keeps_to_its_schema(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_every_container_of_the_pod_is_locked_down_and_probed() -> None:
    (pod,) = (each["spec"]["template"]["spec"] for each in _documents() if each["kind"] == "StatefulSet")
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    for container in (*pod["initContainers"], *pod["containers"]):
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert not context["allowPrivilegeEscalation"]
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]
        assert container["image"].startswith(f"{IMAGE}:")
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted <= {volume["name"] for volume in pod["volumes"]} | {"state"}
    (service,) = pod["containers"]
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(service)


def test_no_private_network_can_be_reached_from_the_pod() -> None:
    (policy,) = (each["spec"] for each in _documents() if each["kind"] == "NetworkPolicy")
    outside = [to["ipBlock"] for rule in policy["egress"] for to in rule["to"] if "ipBlock" in to]
    excepted = {network for block in outside for network in block["except"]}
    assert {
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    } <= excepted
