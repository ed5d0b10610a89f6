"""A file is written whole or not at all, and a place that cannot be written is known before the work begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strictsaddle.errors import InputError
from strictsaddle_reports import writing


def test_text_is_written(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    writing.require_writable(target)
    assert list(tmp_path.iterdir()) == []
    writing.write(target, "λ\n")
    assert target.read_bytes() == "λ\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    target.write_text("old")
    target.chmod(0o640)
    writing.write(target, b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    writing.write(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_device_is_not_replaced() -> None:
    writing.require_writable("/dev/null")
    writing.write("/dev/null", "gone")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (".", "a folder, not a file"),
        ("missing/report.md", "mkdir -p"),
        ("file/report.md", "is a file"),
        ("x" * 300, "cannot write"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, place: str, says: str) -> None:
    (tmp_path / "file").write_text("kept")
    before = sorted(tmp_path.iterdir())
    for attempt in (lambda: writing.require_writable(tmp_path / place, "-o"),):
        with pytest.raises(InputError, match=says) as caught:
            attempt()
        assert str(caught.value).startswith("-o: ")
    with pytest.raises(InputError):
        writing.write(tmp_path / place, "text")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is write-protected for root")
def test_a_protected_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot write"):
            writing.require_writable(tmp_path / "report.md")
    finally:
        tmp_path.chmod(0o700)


def test_a_failure_half_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.md"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        writing.write(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_outputs_in_one_place(tmp_path: Path) -> None:
    writing.require_different([("--json", tmp_path / "a"), ("--junit", tmp_path / "b")])
    with pytest.raises(InputError, match="the same file as that of --json"):
        writing.require_different([("--json", tmp_path / "a"), ("--junit", tmp_path / "." / "a")])
