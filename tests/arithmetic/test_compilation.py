"""Compiled code on disk holds the functions of other files that it calls: a change in one folder renews what another compiled in."""

from __future__ import annotations

from pathlib import Path

from strictsaddle.arithmetic import compilation
from strictsaddle.version import PACKAGE

HELPER = "from strictsaddle.arithmetic.compilation import inlined\n\n@inlined\ndef half(x): return 0.5 * x\n"
LOOP = "from strictsaddle.arithmetic.compilation import compiled\n\n@compiled\ndef loop(x): return x\n"


def package(folder: Path, helper: str, plain: str = "x = 1\n") -> str:
    """The stamp of a package with a compiled loop in one folder, a helper in another, and a file that compiles nothing."""
    for name, text in (("covering/loop.py", LOOP), ("arithmetic/helper.py", helper), ("records/plain.py", plain)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return compilation.stamp(folder)


def test_a_helper_in_another_folder_is_in_the_stamp(tmp_path: Path) -> None:
    before = package(tmp_path, HELPER)
    assert package(tmp_path, HELPER.replace("0.5", "0.25")) != before
    assert package(tmp_path, HELPER) == before


def test_a_file_that_compiles_nothing_is_not(tmp_path: Path) -> None:
    """The twin: machine code is not made anew for every change of a sentence."""
    assert package(tmp_path, HELPER) == package(tmp_path, HELPER, "x = 2\n")


def test_every_file_that_compiles_is_in_the_stamp() -> None:
    """The stamp looks for one way to write the import; a file that used another would be missed."""
    for path in PACKAGE.rglob("*.py"):
        source = path.read_bytes()
        if path != PACKAGE / "arithmetic" / "compilation.py" and (b"@compiled" in source or b"@inlined" in source):
            assert compilation.IMPORTED in source, path
        assert b"arithmetic import compilation" not in source, path
