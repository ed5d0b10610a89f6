"""Points held against directions that are sampled, and against the pieces of functions of one unknown."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_poly, fmpz_poly
from kinked_objectives import GOOD, HIGH, STRICT, assert_points_are_right, checked

import strictsaddle as ss
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.routes.piecewise.cells import Cells


@pytest.mark.parametrize(("count", "least"), [(3, 2), pytest.param(40, 25, marks=pytest.mark.slow)])
def test_random_objectives_against_sampled_directions(count: int, least: int) -> None:
    drawn = random.Random(11)
    decided = 0
    for _ in range(count):
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
    assert decided >= least


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
