from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Box, Equalities, Euclidean, Spheres, spheres
from strictsaddle.objective.objective import Objective

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


def test_spheres_of_an_objective_may_be_named() -> None:
    assert Objective("named", "x y z", "x", domain=Spheres((("z", "x"),))).domain == Spheres(((2, 0),))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="unknown variable"):
        Objective("named", "x y z", "x", domain=Spheres((("z", "w"),)))  # type: ignore[arg-type]  # names are for objectives


@pytest.mark.parametrize(
    ("groups", "what"),
    [
        ((), "no sphere is listed"),
        ((0, 1), "group of variables"),
        (("xy",), "group of variables"),
        (((0, 1.5),), "neither all names"),
    ],
)
def test_what_is_no_sphere(groups: tuple[Any, ...], what: str) -> None:
    with pytest.raises(InputError, match=what):
        Spheres(groups)


def test_one_equality_may_be_a_bare_text_and_none_is_a_function() -> None:
    assert Equalities("x*y - 1").equations == ("x*y - 1",)  # type: ignore[arg-type]  # what users write
    for wrong in (lambda x, y: x * y - 1, (lambda x, y: x * y - 1,), 3):
        with pytest.raises(InputError, match="an equality is a text"):
            Equalities(wrong)  # type: ignore[arg-type]  # what users try


def test_an_equation_says_how_to_write_it() -> None:
    with pytest.raises(InputError, match="left side minus right side"):
        Objective("equation", "x y", "x", domain=Equalities(("x**2 + y**2 = 1",)))


THIRD = Box((Fraction(1, 3), Fraction(0)), (Fraction(1), Fraction(1)))


def test_bounds_hold_exactly_at_their_ends() -> None:
    assert THIRD.contains([Fraction(1, 3), Fraction(0)])
    assert not THIRD.contains([Fraction(1, 3) - Fraction(1, 10**40), Fraction(0)])
    assert not THIRD.contains([Fraction(2), Fraction(1, 2)]) and Euclidean().contains([Fraction(10**9)])


def test_enclosures_inside_across_and_outside() -> None:
    inside = ((0.5, 0.6), (0.0, 1.0))
    assert THIRD.holds(inside) is True and THIRD.holds(((0.0, 0.5), (0.0, 1.0))) is None
    assert THIRD.holds(((0.0, 0.3), (0.5, 0.5))) is False
    assert Euclidean().holds(inside) is True and Spheres(((0, 1),)).holds(inside) is True


def test_a_point_of_a_face_is_not_surrounded() -> None:
    assert THIRD.surrounds(((0.5, 0.6), (0.1, 0.9))) and Euclidean().surrounds(((0.0, 0.0),))
    assert not THIRD.surrounds(((0.5, 0.6), (0.0, 0.5))) and not THIRD.surrounds(((0.5, 1.0), (0.1, 0.9)))
