"""Continua with their normal spectrum, and the isolated points that a continuous symmetry leaves alone."""

from __future__ import annotations

import pytest
from flint import arb, arb_mat

import strictsaddle as ss
from strictsaddle.objective.domain import spheres
from strictsaddle.routes.modulo_symmetry.records import certain_rank, orbit_signs


@pytest.mark.parametrize(
    ("expression", "variables", "continua", "counts"),
    [
        # On x y = 1 nearest to 0, H = 2 (1, 1)(1, 1)'; at the origin [[0, -2], [-2, 0]].
        ("(x*y - 1)**2", "x y", [(1, 0, [4.0])], {"strict_saddle": 1}),
        ("(x**2 + y**2 - 1)**2", "x y", [(1, 0, [8.0])], {"local_maximum": 1}),
        ("(x**2 + y**2 + z**2 - 1)**2", "x y z", [(2, 0, [8.0])], {"local_maximum": 1}),
        # 4(r² - 1)r = 0 and z in {0, +-1/sqrt 2}: two circles of minima (one orbit), one of saddles.
        ("(x**2 + y**2 - 1)**2 + z**4 - z**2", "x y z", [(1, 0, [4.0, 8.0]), (1, 1, [-2.0, 8.0])],
         {"local_maximum": 1, "strict_saddle": 2}),
        ("(y - x**2)**2", "x y", [(1, 0, [2.0])], {}),
    ],
)  # fmt: skip
def test_orbits_of_polynomials(
    expression: str, variables: str, continua: list[tuple[int, int, list[float]]], counts: dict[str, int]
) -> None:
    stationary = ss.check(ss.Objective("case", variables, expression), workers=1).stationary
    found = [(c.dimension, c.index, [0.5 * (i.low + i.high) for i in c.eigenvalues]) for c in stationary.continua]
    assert sorted(found) == sorted((d, i, [pytest.approx(v) for v in values]) for d, i, values in continua)
    assert {kind: count for kind, count in stationary.counts.items() if count} == counts


def test_other_objectives_have_the_orbit_through_the_witness() -> None:
    (circle,) = ss.check(ss.Objective("case", "x y", "(exp(x**2 + y**2) - 2)**2"), workers=1).stationary.continua
    assert (circle.dimension, circle.index, circle.kind) == (1, 0, "degenerate_minimum")
    x, y = (0.5 * (i.low + i.high) for i in circle.point)
    assert x * x + y * y == pytest.approx(0.6931471805599453)
    # d²/dr² (exp(r²) - 2)² = 2 (2 r exp(r²))² = 32 r² where exp(r²) = 2
    assert [0.5 * (i.low + i.high) for i in circle.eigenvalues] == [pytest.approx(32 * 0.6931471805599453)]


def test_on_a_sphere_the_spectrum_is_the_riemannian_one() -> None:
    names = ["u1", "u2", "u3"]
    objective = ss.Objective("case", names, "u1**2 + u2**2 + 4*u3**2", domain=spheres([names], names))
    (circle,) = ss.check(objective, workers=1).stationary.continua
    assert (circle.dimension, circle.kind) == (1, "degenerate_minimum")
    assert [0.5 * (i.low + i.high) for i in circle.eigenvalues] == [pytest.approx(6.0)]


def test_degenerate_normal_spectra_are_not_listed() -> None:
    assert not any(
        c.eigenvalues for c in ss.check(ss.Objective("case", "x y", "(x**2 + y**2 - 1)**4")).stationary.continua
    )
    hessian = arb_mat([[8, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert orbit_signs(hessian, arb_mat([[0], [1], [0]])) is None
    both = orbit_signs(hessian, arb_mat([[0, 0], [1, 0], [0, 1]]))
    assert both is not None and both.dimension == 2


def test_a_rank_is_only_claimed_where_it_is_certain() -> None:
    assert certain_rank(arb_mat([[1, 1], [0, arb(0, 0.1)]])) == 1
    assert certain_rank(arb_mat([[arb(0, 1)], [0]])) == 0
    assert certain_rank(arb_mat([[1, 0], [0, 1]])) == 2
