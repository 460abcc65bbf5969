"""The key that signs the links in messages: made once, kept beside the lock, known to this service only.

Without it, after a restore for example, links of the past stop working and new ones do.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAME = "links.key"
_BYTES = 32  # as many as the hash that signs has, RFC 2104 section 3


def link_key(state_dir: Path) -> bytes:
    """Return the key of *state_dir*, made anew where there is none or a broken one."""
    path = state_dir / NAME
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != _BYTES:
        key = secrets.token_bytes(_BYTES)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
    return key
