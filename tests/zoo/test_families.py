"""What the families are built from: arrays, orthonormal vectors, dense networks; and one thing about each family."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from strictsaddle.errors import InputError
from strictsaddle.zoo import (
    arrays,
    classics,
    dense,
    linear_networks,
    manifolds,
    networks,
    orthonormal,
    recovery,
    tensors,
)


def test_a_random_rotation_is_one_exactly() -> None:
    vectors = orthonormal.random_rotation(4, 3)
    assert orthonormal.checked(vectors, "here") == vectors
    spoilt = [list(row) for row in vectors]
    spoilt[1][2] += Fraction(1, 10**40)
    with pytest.raises(InputError, match="not orthonormal"):
        orthonormal.checked(spoilt, "here")
    assert orthonormal.identity(2) == ((1, 0), (0, 1))


def test_an_array_is_read_exactly_and_faults_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[[0.1, 2], [3, 1e-5]]")
    shape, entries = arrays.array(str(path), 2)
    assert shape == (2, 2) and entries[0, 0] == Fraction(1, 10) and entries[1, 1] == Fraction(1, 100_000)
    path.write_text("[[0.1, 2], [3]]")
    with pytest.raises(InputError, match="list of 2"):
        arrays.array(str(path), 2)
    with pytest.raises(InputError, match="no such file"):
        arrays.array(str(tmp_path / "b.json"), 2)


def test_ridges_grow_by_their_spread() -> None:
    assert dense.ridges({"lam": Fraction(1), "spread": Fraction(1, 2)}, 3) == (1, Fraction(3, 2), 2)
    assert dense.ridges({"lam": Fraction(1)}, 2) == (1, 1)
    inputs, targets = dense.iris()
    assert len(inputs) == len(targets) == 150 and abs(sum(row[0] for row in inputs)) < Fraction(1, 10**9)


def test_each_family_has_entries_of_its_own() -> None:
    families = (classics, linear_networks, manifolds, networks, recovery, tensors)
    names = [entry.name for family in families for entry in family.ENTRIES]
    assert len(names) == len(set(names)) >= 16 and all(family.ENTRIES for family in families)
