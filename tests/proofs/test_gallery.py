"""The theorems of the gallery: each certificate is checked, and says what the table says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

import strictsaddle_proofs
from strictsaddle_proofs.container import read

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "proofs" / "gallery"
_spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
assert _spec is not None
assert _spec.loader is not None
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)
THEOREMS: dict[str, dict[str, Any]] = make.theorems()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if t.get("slow") else name for name, t in THEOREMS.items()]
)
def test_a_theorem_of_the_gallery(name: str) -> None:
    found = strictsaddle_proofs.verify(GALLERY / f"{name}.zip")
    assert found.valid is True, found.reason


def test_the_table_says_what_is_proved() -> None:
    assert len(THEOREMS) >= 15
    assert {path.stem for path in GALLERY.glob("*.zip")} == set(THEOREMS)
    table = (GALLERY / "README.md").read_text("utf-8")
    for name, theorem in THEOREMS.items():
        (line,) = [line for line in table.splitlines() if line.startswith(f"| [{name}](")]
        for part in (
            theorem["statement"],
            theorem["reference"],
            theorem["published"],
            make.proved(read(GALLERY / f"{name}.zip").claim),
        ):
            assert part in line, (name, part)
        assert f"{(GALLERY / f'{name}.zip').stat().st_size:,}" in line
