"""Boxes for points and multipliers, held against those that are known, and verdicts under equalities that are curved."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.covering.infinity import Region
from strictsaddle.derive import derivatives
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Equalities, Euclidean
from strictsaddle.objective.equalities import equality_nodes
from strictsaddle.routes.algebraic.multiplier_bounds import determinant, region_of


def bounded(formula: str, variables: str, *equations: str, where: tuple[str, ...] = ()) -> Region | None:
    names = variables.split()
    derivation = derive(ss.Objective("f", names, formula, domain=Euclidean(where)))
    nodes = equality_nodes(Equalities(equations), derivation.graph, names)
    return region_of(derivation, [(h, derivatives.gradient(derivation.graph, h, len(names))) for h in nodes])


@pytest.mark.parametrize(
    ("formula", "variables", "equations", "points"),
    [
        ("x + y", "x y", ("x^2 + y^2 - 1",), [(0.5**0.5, 0.5**0.5, 0.5**0.5), (-(0.5**0.5), -(0.5**0.5), -(0.5**0.5))]),
        ("x", "x y", ("(x - 30)^2 + y^2 - 1",), [(31, 0, 0.5), (29, 0, -0.5)]),
        ("300*x", "x y", ("x^2/100 + y^2 - 1",), [(10, 0, 1500), (-10, 0, -1500)]),
        ("x*y", "x y", ("exp(x) + exp(y) - 4",), [(np.log(2), np.log(2), np.log(2) / 2)]),
        ("z", "x y z", ("x^2 + y^2 - 1", "z - x - 2"), [(1, 0, 3, 0.5, 1), (-1, 0, 1, -0.5, 1)]),
    ],
)
def test_points_and_multipliers_lie_inside(
    formula: str, variables: str, equations: tuple[str, ...], points: list[tuple[float, ...]]
) -> None:
    found = bounded(formula, variables, *equations)
    assert found is not None and found.everything
    for point in points:
        assert np.all(found.lower < point) and np.all(found.upper > point), point


@pytest.mark.parametrize(
    ("formula", "equations"),
    [
        ("sin(x)", ("y - x",)),  # stationary points without end
        ("0*x", ("x*y - 1",)),  # every point is one
        ("x", ("x^2 + y^2",)),  # the gradient vanishes where the equality holds
    ],
)
def test_no_box_where_there_is_none(formula: str, equations: tuple[str, ...]) -> None:
    assert bounded(formula, "x y", *equations) is None


def test_determinants() -> None:
    graph = Graph()
    texts = [["1", "x", "2"], ["0", "3", "x"], ["x", "1", "1"]]
    matrix = [[parse(text, graph, ["x"], {}) for text in row] for row in texts]
    from strictsaddle.formula.expansion import expand

    assert str(expand(graph, determinant(graph, matrix), 1)) == "x1^3 - 7*x1 + 3"


CURVES = {  # an equality, and the curve that it is
    "x^2/4 + y^2 - 1": lambda t: (2 * np.cos(t), np.sin(t)),
    "(x-1)^2 + (y+1)^2 - 1/4": lambda t: (1 + np.cos(t) / 2, -1 + np.sin(t) / 2),
    "x^2 - x*y + y^2 - 3/4": lambda t: (np.cos(t) / 2 + np.sin(t) * 0.75**0.5, -np.cos(t) / 2 + np.sin(t) * 0.75**0.5),
}
FUNCTIONS = {
    "exp(x) + y": lambda x, y: np.exp(x) + y,
    "exp(x) + exp(2*y)": lambda x, y: np.exp(x) + np.exp(2 * y),
    "sin(3*x) + y": lambda x, y: np.sin(3 * x) + y,
    "atan(x*y) + x/3": lambda x, y: np.arctan(x * y) + x / 3,
}


@pytest.mark.parametrize("equation", CURVES)
@pytest.mark.parametrize("formula", FUNCTIONS)
def test_as_many_points_as_a_walk_along_the_curve_meets(formula: str, equation: str) -> None:
    x, y = CURVES[equation](np.linspace(0, 2 * np.pi, 100_001))
    rising = np.sign(np.diff(FUNCTIONS[formula](x, y)))
    turns = sum(a != b for a, b in pairwise([*rising, rising[0]]))
    verdict = ss.check(ss.Objective("f", "x y", formula, domain=Equalities((equation,))), workers=1, budget=20)
    assert verdict.definition_1.verdict == "strict_saddle", verdict.definition_1.reason
    counts = verdict.stationary.counts
    assert counts["local_minimum"] == counts["local_maximum"] == turns // 2
    assert verdict.stationary.complete and len(verdict.stationary.isolated) == turns
