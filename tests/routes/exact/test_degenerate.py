"""Higher order at degenerate points: minimum, saddle, or left open."""

from __future__ import annotations

import pytest
from flint import fmpq, fmpq_poly, fmpz_poly

from strictsaddle.derive import polynomials
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.exact.degenerate import higher_order_kind
from strictsaddle.routes.exact.points import exact_hessian, exact_inertia


@pytest.mark.parametrize(
    "variables, text, kind",
    [
        ("x", "x^4", "degenerate_minimum"),
        ("x", "x^3", "degenerate_saddle"),
        ("x", "x^3 + x^4", "degenerate_saddle"),
        ("x", "-x^4", "degenerate"),  # a maximum: neither name fits
        ("x y", "x^2 + y^4", "degenerate_minimum"),
        ("x y", "x^2 - y^4", "degenerate_saddle"),
        ("x y", "x^2 + y^3", "degenerate_saddle"),
        ("x y", "x^4 + y^4", "degenerate_minimum"),
        ("x y", "x^4 - y^4", "degenerate_saddle"),
        ("x y", "x^4 - 3*x^2*y^2 + y^4", "degenerate_saddle"),
        ("x y", "x^4 + x^2*y^2 + y^4", "degenerate_minimum"),
        ("x y", "x^3 - 3*x*y^2 + (x^2 + y^2)^2", "degenerate_saddle"),
        # The lowest form along the kernel is not the whole story: the parabola y = x^2 decides.
        ("x y", "(y - x^2)^2 + x^6", "degenerate_minimum"),
        ("x y", "(y - x^2)^2 - x^6", "degenerate_saddle"),
        ("x y", "(y - x^2)*(y - 2*x^2)", "degenerate_saddle"),
        ("x y", "(y - x^2)*(y - 2*x^2) + x^4", "degenerate_minimum"),
        # Positive but not definite: left open.
        ("x y", "x^2*y^2 + x^6 + y^6", "degenerate"),
        ("x y z", "x^2*y^2 + z^2", "degenerate"),
        ("x y z", "(z - x^2)^2 + (x - y)^4 + y^4", "degenerate_minimum"),
    ],
)
def test_the_origin(variables: str, text: str, kind: str) -> None:
    objective = Objective("test", variables, text)
    system = polynomials.system(objective.graph, objective.node, objective.dimension)
    origin = FieldPoint.rational([fmpq(0)] * objective.dimension)
    assert exact_inertia(system, origin, 0).kind == "degenerate"
    assert higher_order_kind(system, origin, 0, exact_hessian(system, origin)) == kind


def test_signs_differ_between_conjugates() -> None:
    """x (x^2 - 2)^4 is flat at both square roots of 2: a minimum at the positive one, a maximum at the other."""
    objective = Objective("test", "x y", "(x^2 - 2)^4*x + y^2")
    system = polynomials.system(objective.graph, objective.node, 2)
    point = FieldPoint(fmpz_poly([-2, 0, 1]), (fmpq_poly([0, 1]), fmpq_poly([0])))
    assert point.is_stationary(system)
    kinds = {}
    for embedding in point.real_embeddings():
        positive = bool(point.roots(128)[embedding].real > 0)
        kinds[positive] = higher_order_kind(system, point, embedding, exact_hessian(system, point))
    assert kinds == {True: "degenerate_minimum", False: "degenerate_saddle"}
