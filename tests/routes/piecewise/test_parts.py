"""Gradients that vanish on lines."""

from __future__ import annotations

import pytest
from flint import fmpq_mpoly_ctx
from kinked_objectives import GOOD, HIGH, STRICT, checked

import strictsaddle as ss
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.parts import is_impossible, split, union
from strictsaddle.routes.piecewise.plane import Plane


@pytest.mark.parametrize(
    ("formula", "unknowns", "verdict", "counts"),
    [
        ("max(x**2, y**2)", "x y", "strict_saddle", {GOOD: 1}),  # flat along an axis outside of the cell alone
        ("max(x**2 - 1, y**2 - 1)", "x y", "strict_saddle", {GOOD: 1}),
        ("max(x**2 + y**2 - 1, 0) - x**2/2", "x y", "strict_saddle", {GOOD: 2}),  # and a line of saddles in the disc
        ("max(x**2 + y**2 - 1, 0) - x**4/2", "x y", "not_strict_saddle", None),
        ("abs(x*y) - x*y + x**2 + y**2", "x y", "strict_saddle", {GOOD: 1}),
        ("relu(max(2*x + 3, (x - 1)*(3*x - 2)))", "x", "strict_saddle", {GOOD: 1}),
        ("relu(max(2*x - 3, (x - 1)*(3*x - 2)))", "x", "not_strict_saddle", None),  # 0 between 2/3 and 1
        ("max(x**2 - y, y**2 - x, 0)", "x y", "not_strict_saddle", None),
        ("abs(x**2 + y**2 - 2) + abs(x*y)", "x y", "strict_saddle", {GOOD: 4, STRICT: 4, HIGH: 1}),
        ("-x**2 - relu(x)**2", "x", "strict_saddle", {HIGH: 1}),
        ("relu(x)**2 - x**2", "x", "not_strict_saddle", None),
        ("huber(x + y - 1, 1) + huber(x - y, 1) + huber(2*x - 3, 1)", "x y", "strict_saddle", {GOOD: 1}),  # flat along x = 2, which moves
        ("huber(x + y - 1, 1) + huber(x + y + 3, 1)", "x y", "not_strict_saddle", None),
        ("(x - 1)**2/2 + (x - y)**2/2 + scad(x, 1/2, 3) + scad(y, 1/2, 3)", "x y", "strict_saddle", {GOOD: 1}),  # ten kinks
    ],
)  # fmt: skip
def test_where_gradients_vanish_on_lines(
    formula: str, unknowns: str, verdict: str, counts: dict[str, int] | None
) -> None:
    found = checked(formula, unknowns)
    assert found.definition_1.verdict == verdict, found.definition_1.reason
    if counts is not None:
        assert {kind: count for kind, count in found.stationary.counts.items() if count} == counts


def test_points_of_several_parts_are_listed_once() -> None:
    """A union of planes and points that share factors; the false twin: a curve of zeros is not closed."""
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x + 9) + y", graph, ["x", "y"]), 2)
    plane = Plane.of([], 2)
    assert plane is not None
    equations = [(x - 1) * (y - 1) * (x - y), (y - 2) * (y - 3) * (x - y)]
    wanted = {("1", "2"), ("1", "3")}
    parts = split(cells, (1,), plane, equations, ss.Options().started())
    assert not all(part.closed for part in parts)  # x = y is a line of them
    whole = [equations[0] + 0, (y - 2) * (y - 3) * (x - y - 7)]
    found_points = union(split(cells, (1,), plane, whole, ss.Options().started()))
    places = {tuple(str(c[0]) for c in point.coordinates) for point, _ in found_points}
    assert len(found_points) == len(places)
    assert wanted | {("2", "2"), ("3", "3"), ("1", "-6"), ("8", "1")} == places


@pytest.mark.parametrize("formula", ["relu(x - 9)**2 - x**2*y", "-abs(x)*y", "relu(x - 9)**2 - (x**2 - 2)**2*y"])
def test_a_line_that_falls_on_one_half_alone_is_not_closed(formula: str) -> None:
    """About (0, y) they fall for y > 0; for y < 0 these are minima without growth. (Of the last one about x^2 = 2.)"""
    assert checked(formula, "x y").definition_1.verdict == "not_strict_saddle"


def test_a_part_with_multiple_zeros_is_not_closed() -> None:
    x, y = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x + 9) + y", graph, ["x", "y"]), 2)
    plane = Plane.of([], 2)
    assert plane is not None
    parts = split(cells, (1,), plane, [y * (y - 1), (x**2 - 2) ** 2], ss.Options().started())
    assert len(parts) == 2 and not any(part.closed for part in parts)


def test_a_kink_that_is_negative_on_a_plane() -> None:
    """x y - 1 is -y^2 - 1 where x = -y."""
    x, y = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x*y - 1)", graph, ["x", "y"]), 2)
    plane = Plane.of([x + y], 2)
    assert plane is not None
    assert is_impossible(cells, (1,), plane) and not is_impossible(cells, (-1,), plane)
