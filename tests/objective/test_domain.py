from __future__ import annotations

from fractions import Fraction

import pytest

from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Box, Euclidean, Spheres, spheres

NAMES = ["a", "b", "c", "d", "e"]


def test_spheres_by_name() -> None:
    assert spheres([["c", "a"], ["b", "e"]], NAMES) == Spheres(((2, 0), (1, 4)))


@pytest.mark.parametrize(
    ("groups", "what", "fragment"),
    [
        ([["a", "z"]], "unknown variable", "z"),
        ([["a", "b"], ["b", "c"]], "two spheres", "b"),
        ([["a", "a"]], "twice in one", "a"),
        ([["a"]], "at least two variables", "['a']"),
        ([[]], "at least two variables", "[]"),
    ],
)
def test_wrong_spheres(groups: list[list[str]], what: str, fragment: str) -> None:
    with pytest.raises(InputError) as caught:
        spheres(groups, NAMES)
    assert what in caught.value.what
    assert caught.value.fragment == fragment


def test_a_box_may_be_flat_but_not_reversed() -> None:
    one = (Fraction(1), Fraction(2))
    assert Box(one, one).lower == one
    with pytest.raises(InputError, match=r"domain\.box: the bounds of variable 2 are reversed"):
        Box(one, (Fraction(1), Fraction(1)))


def test_json_is_exact() -> None:
    third = Fraction(1, 3)
    assert Box((third,), (Fraction(1),)).to_dict() == {"kind": "box", "bounds": [["1/3", "1"]]}
    assert Spheres(((0, 1),)).to_dict() == {"kind": "manifold", "spheres": [[0, 1]]}
    assert Euclidean().to_dict() == {"kind": "euclidean"}
