"""Seals: what this user's program wrote, and nothing else; states on disk, and what cannot be one."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

import strictsaddle
from strictsaddle.errors import InputError
from strictsaddle.execution import seal
from strictsaddle.execution.seal import MAC_BYTES, sealed, unsealed
from strictsaddle.execution.state_file import StateFile


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    seal._key_of.cache_clear()
    yield tmp_path / "state" / "strictsaddle"  # type: ignore[misc]
    seal._key_of.cache_clear()


def test_what_is_sealed_is_read_back_and_nothing_else(home: Path) -> None:
    data = sealed(b"content", "purpose")
    assert unsealed(data, "purpose") == b"content"
    assert unsealed(data, "another purpose") is None
    for k in range(len(data)):
        assert unsealed(data[:k] + bytes([data[k] ^ 1]) + data[k + 1 :], "purpose") is None
    assert unsealed(data[:-1], "purpose") is None and unsealed(b"", "purpose") is None
    assert unsealed(data[MAC_BYTES:], "purpose") is None


def test_the_key_is_kept_and_is_the_users_alone(home: Path) -> None:
    data = sealed(b"content", "purpose")
    key = home / "seal.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    seal._key_of.cache_clear()
    assert unsealed(data, "purpose") == b"content"
    key.write_bytes(bytes(32))
    seal._key_of.cache_clear()
    assert unsealed(data, "purpose") is None


def test_without_a_place_for_the_key_seals_hold_in_this_process(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.parent.mkdir(parents=True)
    home.write_text("a file where the folder should be")
    data = sealed(b"content", "purpose")
    assert unsealed(data, "purpose") == b"content"
    seal._key_of.cache_clear()
    assert unsealed(data, "purpose") is None


def test_two_that_make_the_key_at_once_have_one(home: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(seal._kept_key(home))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1 and sorted(p.name for p in home.iterdir()) == ["seal.key"]


def test_the_digest_covers_the_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also of other folders than the one it stands in."""
    assert Path(strictsaddle.__file__).resolve().parent == seal.PACKAGE
    (tmp_path / "covering").mkdir()
    (tmp_path / "covering" / "waves.py").write_text("a")
    monkeypatch.setattr(seal, "PACKAGE", tmp_path)
    seal.code_digest.cache_clear()
    one = seal.code_digest()
    (tmp_path / "covering" / "waves.py").write_text("b")
    seal.code_digest.cache_clear()
    other = seal.code_digest()
    monkeypatch.undo()
    seal.code_digest.cache_clear()
    assert len({one, other, seal.code_digest()}) == 3


def test_a_state_is_written_whole_and_follows_no_link(home: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("kept.part", ".kept.part"):
        (tmp_path / name).symlink_to(victim)
    file = StateFile(str(tmp_path / "kept"), "test")
    file.write({"a": np.arange(5)})
    found = StateFile(str(tmp_path / "kept"), "test").read()
    assert found is not None and found["a"].tolist() == [0, 1, 2, 3, 4]
    assert victim.read_text() == "precious"
    with pytest.raises(InputError, match="seal"):
        StateFile(str(tmp_path / "kept"), "other").read()


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "dangling link", "circle"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "kept"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path(os.devnull)
    else:
        path.symlink_to(tmp_path / "kept" if kind == "circle" else tmp_path / "missing" / "file")
    with pytest.raises(InputError):
        StateFile(str(path), "test").read()
