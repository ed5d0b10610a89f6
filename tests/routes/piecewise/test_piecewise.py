"""Objectives with kinks: cases solved by hand, false twins, and points held against directions that are sampled."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly
from scipy.optimize import minimize

import strictsaddle as ss
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle.routes.piecewise.cells import Cells, TooManyCells, canonical, is_never_negative, sign_of
from strictsaddle.routes.piecewise.emptiness import is_empty, is_empty_on_line
from strictsaddle.routes.piecewise.field import RealField
from strictsaddle.routes.piecewise.local import examined
from strictsaddle.routes.piecewise.route import PiecewiseRoute
from strictsaddle.routes.piecewise.stratum import Plane, _split, _union, candidates
from strictsaddle_reports.schema import validate

GOOD, STRICT, HIGH = "local_minimum", "strict_saddle", "local_maximum"


def checked(formula: str, unknowns: str) -> Verdict:
    return ss.check(ss.Objective("f", unknowns, formula), method="exact", budget=60)


def network(rows: list[tuple[int, int]], ridge: object, activation: str = "relu", loss: str = "squared") -> Verdict:
    data = ([[x] for x, _ in rows], [[y] for _, y in rows])
    return ss.check(
        ss.network([1, 1, 1], activation=activation, loss=loss, data=data, bias=False, ridge=ridge), budget=60
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("formula", "unknowns", "verdict", "counts", "sense"),
    [
        ("abs(x) + (y**2 - 1)**2", "x y", "strict_saddle", {GOOD: 2, STRICT: 1}, "piecewise"),
        ("abs(x) + (y**2 - 1)**4", "x y", "not_strict_saddle", {"degenerate": 2, STRICT: 1}, "piecewise"),
        ("x**2 - abs(x)", "x", "strict_saddle", {GOOD: 2}, "piecewise"),  # f falls from 0 to first order
        ("abs(x) - x**2", "x", "strict_saddle", {GOOD: 1, HIGH: 2}, "piecewise"),
        ("abs(x)*x", "x", "strict_saddle", {STRICT: 1}, "piecewise"),  # f'(0; d) = 0, and f = -x^2 for x < 0
        ("abs(x)**3 - x**2", "x", "strict_saddle", {GOOD: 2, HIGH: 1}, "smooth"),
        ("abs(x)**3 + x**2/2", "x", "strict_saddle", {GOOD: 1}, "smooth"),
        ("abs(x)**3", "x", "not_strict_saddle", {"degenerate": 1}, "smooth"),
        ("relu(x)**2 + 2*relu(-x)**2", "x", "strict_saddle", {GOOD: 1}, "piecewise"),  # C^1, the curvature jumps
        (
            "relu(x)**2 - x**4",
            "x",
            "not_strict_saddle",
            None,
            "piecewise",
        ),  # at 0 growth on the right, -x^4 on the left
        ("(x + y - 1)**2 + (x - y)**2/2 + abs(x)/2 + abs(y)/2", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("(x - 1/4)**2/2 + (y - 2)**2/2 + abs(x) + abs(y)", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("max(x, y) + x**2 + y**2", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("min(x**2, (x - 2)**2)", "x", "strict_saddle", {GOOD: 2}, "piecewise"),  # at 1 it falls on both sides
        ("abs(x**2 - 1)", "x", "strict_saddle", {GOOD: 2, HIGH: 1}, "piecewise"),
        (
            "abs(abs(x) - 1)",
            "x",
            "strict_saddle",
            {GOOD: 2},
            "piecewise",
        ),  # from 0 it falls on both sides, to first order
        ("abs(x*y - 1) + (x**2 + y**2)/10", "x y", "strict_saddle", {GOOD: 2, STRICT: 1}, "piecewise"),
        ("abs(x*y - 1)", "x y", "not_strict_saddle", None, "piecewise"),  # its minima are a curve
        ("relu(1 - w - b) + relu(1 + w - b) + (w**2 + b**2)/10", "w b", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("abs(x)*y", "x y", "not_strict_saddle", None, "piecewise"),  # x = 0, y > 0 is a line of minima without growth
        ("abs(x) - 2*relu(x) + x**2", "x", "strict_saddle", {GOOD: 1}, "smooth"),  # x^2 - x
    ],
)
def test_by_hand(formula: str, unknowns: str, verdict: str, counts: dict[str, int] | None, sense: str) -> None:
    found = checked(formula, unknowns)
    validate(found.to_dict())
    assert found.definition_1.verdict == verdict, found.definition_1.reason
    assert found.definition_1.sense == sense
    if counts is not None:
        assert {k: n for k, n in found.stationary.counts.items() if n} == {k: n for k, n in counts.items() if n}
        assert found.stationary.complete


def test_one_relu_unit() -> None:
    """NETWORKS.md, 6: solved by hand."""
    two = network([(1, 1), (-1, 1)], "1/10")
    assert (
        two.definition_1.sense == "piecewise"
        and two.definition_1.proof == "exact"
        and two.definition_1.scope == "global"
    )
    points = {point.kind: [[0.5 * (s.low + s.high) for s in point.point]] for point in two.stationary.isolated}
    assert two.stationary.counts == {GOOD: 2, STRICT: 1, HIGH: 0, "degenerate": 0} and points[STRICT] == [[0.0, 0.0]]
    assert sorted(abs(x) for x in points[GOOD][0]) == pytest.approx([2 / 5**0.5, 2 / 5**0.5])
    one = network([(1, 1), (2, 1)], "1/10")
    assert one.stationary.counts == {GOOD: 1, STRICT: 1, HIGH: 0, "degenerate": 0}
    (minimum,) = [p for p in one.stationary.isolated if p.kind == GOOD]
    assert minimum.point[0].low * minimum.point[1].low == pytest.approx(14 / 25) and minimum.stratum == "W1_1_1 > 0"
    for rows in ([(1, 1), (-1, 1)], [(1, 1), (2, 1)]):
        assert network(rows, 0).definition_1.verdict == "not_strict_saddle"


@pytest.mark.parametrize(("activation", "loss"), [("relu", "hinge"), ("relu", "huber"), ("leaky_relu", "squared")])
def test_networks_with_other_kinks(activation: str, loss: str) -> None:
    found = network([(1, 1), (2, -1)], "1/10", activation, loss)
    assert found.definition_1.verdict == "strict_saddle" and found.stationary.complete
    assert_points_are_right(
        found,
        ss.network(
            [1, 1, 1], activation=activation, loss=loss, data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/10"
        ),
    )


def values(objective: ss.Objective, at: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    from strictsaddle.arithmetic.evaluate import evaluate_float
    from strictsaddle.arithmetic.tape import compile_tape

    return np.asarray(evaluate_float(compile_tape(objective.graph, [objective.node], objective.dimension), at)[:, 0])


def assert_points_are_right(found: Verdict, objective: ss.Objective) -> None:
    """At each listed point f falls nowhere to first order; it grows about minima, and falls somewhere about saddles and maxima. And minima
    that are found by descent from many starts are listed."""
    n = objective.dimension
    drawn = np.random.default_rng(1)
    directions = drawn.normal(size=(4000, n))
    directions = np.concatenate([directions / np.linalg.norm(directions, axis=1)[:, None], np.eye(n), -np.eye(n)])
    listed = [np.array([0.5 * (s.low + s.high) for s in point.point]) for point in found.stationary.isolated]
    for point, kind in zip(listed, [p.kind for p in found.stationary.isolated], strict=True):
        base = values(objective, point[None])[0]
        step = 1e-4
        rise = (values(objective, point + step * directions) - base) / step
        assert rise.min() > -1e-2, (point, kind)
        if kind == GOOD:
            assert rise.min() > 0, point
    for start in drawn.normal(0, 2, (25, n)):
        end = minimize(
            lambda w: values(objective, w[None])[0],
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000},
        )
        if np.max(np.abs(end.x)) > 50:
            continue
        near = [
            kind
            for point, kind in zip(listed, [p.kind for p in found.stationary.isolated], strict=True)
            if np.max(np.abs(point - end.x)) < 1e-3
        ]
        again = minimize(
            lambda w: values(objective, w[None])[0],
            end.x,
            method="Nelder-Mead",
            options={"xatol": 1e-12, "fatol": 1e-16},
        )
        assert near or np.max(np.abs(again.x - end.x)) > 1e-3 or again.fun < end.fun - 1e-9, (
            end.x,
            found.objective["expression"],
        )


def test_random_objectives_against_sampled_directions() -> None:
    drawn = random.Random(11)
    decided = 0
    for _ in range(16):
        a, b, c, d, e = (drawn.randint(-3, 3) for _ in range(5))
        formula = drawn.choice([
            f"x**2 + y**2 + {a}*abs(x + {b}*y) + {c}*relu({d} - x) + {e}*x/2",
            f"x**4 + y**4 - x**2 + {a}*abs(y) + {b}*relu(x - y) + {c}*y",
            f"(relu(x) - 1)**2*2 + (y + {a}/2)**2 + x**2/4 + {b}*max(x, y, {c})/2",
            f"huber(x - {a}) + huber(y + {b}, 1/2)/2 + (x*y - {c})**2/8 + x**2/8 + y**2/8",
        ])  # fmt: skip
        objective = ss.Objective("random", "x y", formula)
        found = ss.check(objective, method="exact", budget=30)
        if found.stationary.complete:
            assert_points_are_right(found, objective)
            decided += found.definition_1.verdict != "undecided"
    assert decided >= 10


def by_pieces(formula: str, lows: int = -8, highs: int = 8) -> tuple[int, int, bool]:
    """In one unknown, kinks at multiples of 1/2: stationary minima, other stationary points, and whether one refutes, from one-sided
    differences of exact values."""
    graph = Graph()
    node = parse(formula, graph, ["x"])
    cells = Cells.of(graph, node, 1)
    breaks = sorted(
        {Fraction(-int(k.to_dict().get((0,), fmpq(0)).p), int(k.to_dict().get((0,), fmpq(0)).q)) for k in cells.kinks}
    )
    ends = [Fraction(lows), *breaks, Fraction(highs)]

    def piece(at: Fraction) -> fmpq_poly:
        signs = tuple(
            1 if at > b else -1
            for b in (
                Fraction(-int(k.to_dict().get((0,), fmpq(0)).p), int(k.to_dict().get((0,), fmpq(0)).q))
                for k in cells.kinks
            )
        )
        polynomial = cells.on(signs)
        top = int(polynomial.total_degree())
        terms = {int(m[0]): c for m, c in polynomial.terms()}
        return fmpq_poly([terms.get(k, fmpq(0)) for k in range(top + 1)])

    minima = others = 0
    refuted = False
    for low, high in itertools.pairwise(ends):
        p = piece((low + high) / 2)
        slope, curve = p.derivative(), p.derivative().derivative()
        if slope.degree() < 0:
            refuted = True
            continue
        for root, _ in fmpz_poly([int(c * slope.denom()) for c in slope.coeffs()]).complex_roots():
            if root.imag.is_zero() and float(low) < float(root.real.mid()) < float(high):
                bend = float(curve(fmpq(int(float(root.real.mid()) * 2**40), 2**40)))
                minima, others, refuted = minima + (bend > 1e-6), others + (bend < -1e-6), refuted or abs(bend) <= 1e-6
    for b in breaks:
        at = fmpq(b.numerator, b.denominator)
        left, right = piece(b - Fraction(1, 100)), piece(b + Fraction(1, 100))
        sides = [
            (-left.derivative()(at), left.derivative().derivative()(at)),
            (right.derivative()(at), right.derivative().derivative()(at)),
        ]
        if any(rate < 0 for rate, _ in sides):
            continue
        flat = [bend for rate, bend in sides if rate == 0]
        if any(bend < 0 for bend in flat):
            others += 1
        elif any(bend == 0 for bend in flat):
            refuted = True
        else:
            minima += 1
    return minima, others, refuted


def test_one_unknown_against_its_pieces() -> None:
    drawn, refuted = random.Random(5), 0
    for _ in range(40):
        a, b, c, d = (drawn.randint(-2, 2) for _ in range(4))
        shift = Fraction(drawn.randint(-4, 4), 2)
        formula = drawn.choice([
            f"x**4/4 + {a}*x**2/2 + {b}*abs(x - ({shift})) + {c}*relu(x) + {d}*x",
            f"x**2/2 + {a}*abs(x)*x + {b}*relu(x - ({shift}))**2 + {c}*abs(x - 1)",
            f"(x**2 - 1)**2/4 + {a}*relu(x - ({shift})) + {b}*max(x, 0, {c}*x)",
            f"{a}*abs(x - ({shift})) + {b}*abs(x) + {c}*x + x**2/2",
            f"relu(x - ({shift}))**2 + {b}*relu({shift} - x)**2/2 + {c}*relu(x - 1)",
        ])  # fmt: skip
        minima, others, bad = by_pieces(formula)
        found = checked(formula, "x")
        assert found.definition_1.verdict == ("not_strict_saddle" if bad else "strict_saddle"), formula
        refuted += bad
        if not bad:
            counts = found.stationary.counts
            assert (counts[GOOD], counts[STRICT] + counts[HIGH]) == (minima, others), formula
    assert refuted >= 1


def test_penalties_are_their_definitions() -> None:
    at = np.linspace(-6, 6, 97)[:, None]
    size, x = np.abs(at[:, 0]), at[:, 0]
    scad = np.where(size <= 1, size, np.where(size <= 3, (6 * size - x**2 - 1) / 4, 2.0))
    mcp = np.where(size <= 4, size - x**2 / 8, 2.0)
    huber = np.where(size <= 2, x**2 / 2, 2 * size - 2)
    for formula, expected in (
        ("scad(x, 1, 3)", scad),
        ("mcp(x, 1, 4)", mcp),
        ("huber(x, 2)", huber),
        ("hinge(x)", np.maximum(0, 1 - x)),
        ("leaky_relu(x, 1/4)", np.where(x > 0, x, x / 4)),
        ("leaky_relu(x)", np.where(x > 0, x, x / 100)),
    ):
        assert np.allclose(values(ss.Objective("p", "x", formula), at), expected), formula
    for wrong, words in (
        ("scad(x, 1, 2)", "greater than 2"),
        ("huber(x, 0)", "positive"),
        ("mcp(x)", "takes"),
        ("huber(x, x)", "positive"),
    ):
        with pytest.raises(ss.Objective("p", "x", "x").__class__ and Exception, match=words):
            ss.Objective("p", "x", wrong)


def test_cells() -> None:
    graph = Graph()
    node = parse("relu(2*x - 2) + abs(1 - x) + relu(relu(x) + y) + relu(x**2*y)", graph, ["x", "y"])
    cells = Cells.of(graph, node, 2)
    assert sorted(map(str, cells.kinks)) == ["x1", "x1 + x2", "x1 - 1", "x2"]
    assert not cells.is_smooth and len(cells.strata) == 23  # 3 points, 11 edges, 9 faces
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    assert (
        canonical(-2 * x + 2 * y)[1] == -1
        and sign_of(-3 * x**2 * y, {"x2": -1}) == 1
        and sign_of(ring.constant(0), {}) == 0
    )
    wide = Graph()
    with pytest.raises(TooManyCells):
        Cells.of(wide, parse(" + ".join(f"abs(x - {k})" for k in range(30)), wide, ["x"]), 1)
    rough = Graph()
    with pytest.raises(NotPolynomial):
        Cells.of(rough, parse("abs(x) + exp(x)", rough, ["x"]), 1)
    kinked, smooth = ss.Objective("k", "x", "abs(x)"), ss.Objective("k", "x", "x**2")
    assert kinked.graph.has_kinks(kinked.node) and not smooth.graph.has_kinks(smooth.node)
    assert PiecewiseRoute.name == "exact"


def test_emptiness_of_cells() -> None:
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    kinks = (x, y, x + y)
    assert is_empty(kinks, (1, 1, -1), 2) and is_empty(kinks, (1, 1, 0), 2) and is_empty(kinks, (0, 1, -1), 2)
    assert (
        not is_empty(kinks, (1, -1, 1), 2) and not is_empty(kinks, (0, 0, 0), 2) and not is_empty(kinks, (-1, 1, 0), 2)
    )
    assert is_empty((x, x - 1), (0, 0), 2) and not is_empty((x * y,), (-1,), 2)
    plane = Plane.of([x + y - 1], 2)
    assert plane is not None and plane.free == 1 and Plane.of([x, x - 1], 2) is None


def test_linear_algebra_over_a_field() -> None:
    """Keller's criterion against sampled directions; kernels over Q(sqrt 2)."""
    root = FieldPoint(fmpz_poly([-2, 0, 1]), (fmpq_poly([0, 1]),))
    field = RealField(root, next(k for k in root.real_embeddings() if root.roots(64)[k].real > 0))
    drawn = random.Random(2)
    for _ in range(60):
        size = drawn.randint(1, 3)
        entries = [[fmpq_poly([drawn.randint(-2, 2), drawn.randint(-1, 1)]) for _ in range(size)] for _ in range(size)]
        matrix = [[entries[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
        real = np.array([[float(root.embed(x, field.embedding, 64).real.mid()) for x in row] for row in matrix])
        points = np.random.default_rng(0).dirichlet(np.ones(size) * 0.4, 4000)
        points = np.concatenate([points, np.eye(size)])
        least = np.min(np.einsum("ki,ij,kj->k", points, real, points))
        if field.is_copositive(matrix, strictly=True):
            assert least > 0
        if not field.is_copositive(matrix, strictly=False):
            assert least < 1e-3
        else:
            assert least > -1e-9
    kernel = field.kernel([[fmpq_poly([0, 1]), fmpq_poly([-2])]], 2)
    assert len(kernel) == 1 and field.dot([fmpq_poly([0, 1]), fmpq_poly([-2])], kernel[0]).is_zero()
    assert field.sign(fmpq_poly([-1, 1])) == 1 and field.sign(field.determinant([[fmpq_poly([0, 1])]])) == 1


def test_local_kinds_at_a_corner() -> None:
    """|x| + |y| + c x y about 0 is a good minimum whatever c is; x^2 + y^2 + |x - y| with a saddle added is none."""
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x) + abs(y) - 5*x*y", graph, ["x", "y"]), 2)
    origin = FieldPoint.rational([fmpq(0), fmpq(0)])
    assert examined(cells, (0, 0), origin, 0).kind == "good"
    tilted = Graph()
    falling = Cells.of(tilted, parse("abs(x) + abs(y) - 2*x", tilted, ["x", "y"]), 2)
    assert examined(falling, (0, 0), origin, 0).kind == "moving"
    flat = Graph()
    saddle = Cells.of(flat, parse("abs(x)*x + y**2", flat, ["x", "y"]), 2)
    assert examined(saddle, (0,), origin, 0).kind == "strict"
    three = Graph()  # three lines through a point: dependent normals
    star = Cells.of(three, parse("abs(x) + abs(y) + abs(x + y) - x**2", three, ["x", "y"]), 2)
    assert examined(star, (0, 0, 0), origin, 0).kind == "good"
    assert candidates(star, (0, 0, 0), ss.Options().started(), 0).whole


def test_records_name_the_stratum() -> None:
    found = checked("abs(x - 1) + y**2", "x y")
    point: StationaryPoint = found.stationary.isolated[0]
    assert point.stratum == "x - 1 = 0" and point.eigenvalues == () and point.index is None
    record = found.to_dict()
    assert (
        record["stationary"]["isolated"][0]["stratum"] == "x - 1 = 0" and record["definition_1"]["sense"] == "piecewise"
    )


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


def test_points_of_several_branches_are_listed_once() -> None:
    """A union of planes and points that share factors; the false twin: a curve of zeros is not closed."""
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x + 9) + y", graph, ["x", "y"]), 2)
    plane = Plane.of([], 2)
    assert plane is not None
    equations = [(x - 1) * (y - 1) * (x - y), (y - 2) * (y - 3) * (x - y)]
    wanted = {("1", "2"), ("1", "3")}
    branches = _split(cells, (1,), plane, equations, ss.Options().started())
    assert not all(branch.closed for branch in branches)  # x = y is a line of them
    whole = [equations[0] + 0, (y - 2) * (y - 3) * (x - y - 7)]
    found_points = _union(_split(cells, (1,), plane, whole, ss.Options().started()))
    places = {tuple(str(c[0]) for c in point.coordinates) for point, _ in found_points}
    assert len(found_points) == len(places)
    assert wanted | {("2", "2"), ("3", "3"), ("1", "-6"), ("8", "1")} == places


@pytest.mark.parametrize(
    "formula", ["abs(x**2 + 1) + y**2", "abs(x**2 + y**2) + x", "relu(relu(x)**3 + 1) + x**2 + y**2"]
)
def test_kinks_that_are_nowhere_make_no_difference(formula: str) -> None:
    found = checked(formula, "x y")
    assert found.definition_1.sense == "smooth" and found.definition_1.verdict == "strict_saddle"
    assert all(point.index == 0 for point in found.stationary.isolated)


def test_what_is_not_known_to_be_isolated_is_not_listed() -> None:
    """The end of a ray of minima, and a fictional kink inside of one."""
    for formula in ("relu(x)**2", "relu(max(3*x + 2, 2*x + 1))"):
        found = checked(formula, "x")
        assert found.definition_1.verdict == "not_strict_saddle" and not found.stationary.isolated
        assert not found.stationary.complete
    lonely = checked("(x**2 + y**2)**2 + abs(z)", "x y z")  # degenerate, and infinitely many complex points beside it
    assert lonely.definition_1.verdict == "not_strict_saddle" and not lonely.stationary.continua


def test_a_step_modulo_primes_is_told() -> None:
    formula = "abs(a**5 + b**5 + c**5 + a**2*b*c - a*b**3*c + 3*a*c**2 + b**3 - a**2 - c + 1) + w"
    found = checked(formula, "a b c w")
    assert found.definition_1.verdict == "strict_saddle" and found.definition_1.proof == "modular"


def test_an_open_question_about_kinks_is_told_as_such() -> None:
    for formula in ("abs(x) + exp(x)", "abs(x) + 1/(x**2 + 1)"):
        found = checked(formula, "x")
        assert found.definition_1.verdict == "undecided" and found.definition_1.sense == "piecewise"
        assert "in reach" in found.definition_1.reason


def test_polynomials_that_are_nowhere_negative() -> None:
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    for good in (x**2 + 1, x**2 + y**2, x**4 + x + 2, x**2 + x * y + y**2 + x + 1):
        assert is_never_negative(good)
    for bad in (x**2 - 2, x * y + 1, x**2 - y, x**2 + y**2 - 1, x**2 + 3 * x * y + y**2, x, x**4 + y**4 + 1):
        assert not is_never_negative(bad)
    assert is_empty_on_line((x**2 - 2, x - 1), (-1, 1)) is False
    assert is_empty_on_line((x**2 - 2, x - 2), (-1, 1)) and is_empty_on_line((x - x,), (1,))
    assert not is_empty_on_line((x - 1, x**2 - 1), (-1, -1)) and is_empty_on_line(
        (x - 1, x**2 - 1), (1, -1)
    )  # a root of both
    assert is_empty_on_line((x**2 - 2, x**2 - 3), (1, -1)) is False and is_empty_on_line((x**2 - 2, x**2 - 3), (-1, 1))
