"""Install the service as the runbook says, line by line, in a clean Debian root under a booted systemd.

    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates bookworm ROOT
    python -m tests.deploy.rehearse ROOT

It needs root, systemd-nspawn, PyPI and Debian's archive. ROOT stays as it is: what is written
lies in memory over it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
RUNBOOK = CHECKOUT / "deploy" / "RUNBOOK.md"
SECTION = "Install with systemd"
LIMIT = 900  # seconds for all of it; PyPI and Debian's archive take most of them
UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /rehearsal/steps.sh
"""
SCRIPT = """exec > /rehearsal/log 2>&1
ended() {
  echo "$?" > /rehearsal/code
  journalctl --unit monitor --no-pager | tail -40
  systemctl poweroff --no-block
}
trap ended EXIT
set -e
cd /src
say() { echo "# $*"; }
until_active() {
  for _ in $(seq 60); do systemctl is-active --quiet monitor && return; sleep 1; done
  return 1
}
"""
# What the runbook says becomes of the installed service.
AFTER = r"""
say the service is told apart, and may write in one place
test "$(systemctl show --property=DynamicUser --value monitor)" = yes
test "$(stat --format=%a /var/lib/private/monitor)" = 700
pid=$(systemctl show --property=MainPID --value monitor)
grep -q "^CapEff:\s*0*$" /proc/$pid/status && grep -q "^Seccomp:\s*2$" /proc/$pid/status
say a reload is taken, and the service goes on
systemctl reload monitor && sleep 2 && systemctl is-active monitor
journalctl --unit monitor --output cat | grep -q '"event": "reloaded"'
test "$(systemctl show --property=MainPID --value monitor)" = "$pid"
say a secret in the credential store is loaded
install -d -m 0700 /etc/credstore && echo xoxb-rehearsal > /etc/credstore/monitor.slack_token
systemctl restart monitor && until_active
pid=$(systemctl show --property=MainPID --value monitor)
ls /run/credentials/monitor.service/slack_token
say a service that hangs is restarted
mkdir -p /run/systemd/system/monitor.service.d
printf '[Service]\nWatchdogSec=6s\nTimeoutAbortSec=5s\n' > /run/systemd/system/monitor.service.d/quick.conf
systemctl daemon-reload && systemctl restart monitor && until_active
pid=$(systemctl show --property=MainPID --value monitor)
sleep 15
test "$(systemctl show --property=MainPID --value monitor)" = "$pid"
kill -STOP "$pid" && sleep 25 && until_active
test "$(systemctl show --property=MainPID --value monitor)" != "$pid"
say a wrong configuration is told and not tried again
echo 'nonsense = 1' >> /etc/monitor/monitor.toml
systemctl restart monitor || true
sleep 8
test "$(systemctl show --property=ExecMainStatus --value monitor)" = 78
test "$(systemctl is-active monitor)" = failed
sed -i '$d' /etc/monitor/monitor.toml && systemctl restart monitor && until_active
say it stops as it was asked to
systemctl stop monitor
test "$(systemctl show --property=Result --value monitor)" = success
"""


def steps(section: str, text: str) -> list[str]:
    """Return the lines that root types in a section of the runbook, in their order."""
    found = re.search(rf"^## {re.escape(section)}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```console\n(.*?)^```", found.group(1) if found else "", re.MULTILINE | re.DOTALL)
    return [line[2:] for block in blocks for line in block.split("\n") if line.startswith("# ")]


def _script(lines: list[str]) -> str:
    told = "".join(f"cat <<'LINE'\n# {line}\nLINE\n{line}\n" for line in lines)
    return f"{SCRIPT}{told}{AFTER}"


def rehearse(root: Path) -> tuple[int, str]:
    """Boot *root*, take every step, and answer the exit code with what was said."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "steps.sh").write_text(_script(steps(SECTION, RUNBOOK.read_text("utf-8"))), "utf-8")
        (folder / "rehearsal.service").write_text(UNIT, "utf-8")
        boot = ["systemd-nspawn", "--quiet", "--directory", str(root), "--volatile=overlay"]
        ways = ["--register=no", "--keep-unit", "--boot", f"--bind={folder}:/rehearsal"]
        binds = [
            f"--bind-ro={CHECKOUT}:/src",
            f"--bind-ro={folder / 'rehearsal.service'}:/etc/systemd/system/rehearsal.service",
            "--bind-ro=/etc/ssl/certs:/etc/ssl/certs",
            "--bind-ro=/etc/resolv.conf:/etc/resolv.conf",
        ]
        subprocess.run(
            [*boot, *ways, *binds, "systemd.wants=rehearsal.service"],
            timeout=LIMIT,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
        log, code = folder / "log", folder / "code"
        said = log.read_text("utf-8", "replace") if log.exists() else "systemd did not come up"
        return (int(code.read_text("utf-8")) if code.exists() else 1), said


def main() -> int:
    """Rehearse, print what was said, and last one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    code, said = rehearse(parser.parse_args().root)
    print(said)
    taken = [line for line in said.split("\n") if line.startswith("# ")]
    print(json.dumps({"steps": len(taken), "good": code == 0, "last": taken[-1] if taken else None}))
    return code


if __name__ == "__main__":
    sys.exit(main())
