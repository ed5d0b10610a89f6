"""Modulo symmetry on spheres: quadratic forms with repeated eigenvalues and other closed forms."""

from __future__ import annotations

import pytest

import strictsaddle as ss
from strictsaddle.objective.domain import spheres

U, UV, UT = ["u1", "u2", "u3"], ["u1", "u2", "v1", "v2"], ["u1", "u2", "t"]


@pytest.mark.parametrize(
    ("expression", "names", "groups", "expected"),
    [
        ("u1**2 + u2**2 + 2*u3**2", U, [U], "strict_saddle"),  # the least eigenvalue is double: a circle of minima
        ("u3**4", U, [U], "not_strict_saddle"),  # the same circle, flat across
        ("(u3**2 - 1/4)**2", U, [U], "strict_saddle"),  # two circles of minima, one of strict saddles, two maxima
        ("(u3**2 - 1/4)**4", U, [U], "not_strict_saddle"),
        ("u1*v1 + u2*v2", UV, [UV[:2], UV[2:]], "strict_saddle"),  # cos of an angle
        ("(u1*v1 + u2*v2)**2", UV, [UV[:2], UV[2:]], "strict_saddle"),
        ("(u1*v1 + u2*v2)**4", UV, [UV[:2], UV[2:]], "not_strict_saddle"),
        ("(t**2 - 1)**2", UT, [UT[:2]], "strict_saddle"),  # a circle times two points
        ("t**4", UT, [UT[:2]], "not_strict_saddle"),
    ],
)
def test_known_answers(expression: str, names: list[str], groups: list[list[str]], expected: str) -> None:
    verdict = ss.check(ss.Objective("case", names, expression, domain=spheres(groups, names)), workers=1)
    assert verdict.modulo_symmetry is not None
    assert verdict.modulo_symmetry.dimension == 1
    assert (verdict.definition_1.verdict, verdict.modulo_symmetry.verdict) == ("not_strict_saddle", expected)
