"""From all of R^n to a box: proofs that the gradient's norm is at least epsilon outside of it.

Three arguments, each sound by itself and tried in this order:

* networks with a ridge on every parameter: the bound of `covering.ridge_bounds` with epsilon as the slack;
* polynomials: charts at infinity. |w|_max >= R means w = u/t with u_i = 1 or -1 for some i, the other u_j in [-1, 1]
  and t in (0, 1/R]. For a component g_k of degree d, G = t^d g_k(u/t) is a polynomial in (u, t) and |g_k| = |G| / t^d
  >= |G| / T^d on boxes with t <= T; the sum of the squares over k has to reach epsilon^2. Each component keeps its
  own degree, so that a linear one counts as well as a cubic one. Where that fails, the same with weights: w_i = u_i /
  t^s_i, with degrees that count each w_i s_i times, so that pure powers x^4 and z^2 grow alike for s = (1, 2). Where the
  gradient's leading forms have common zeros, combinations p = sum_k q_k g_k of lower degree help (`combinations`), for
  |g| >= |p| / |q|;
* anything: natural interval evaluation of the gradient on boxes with infinite ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program, interval_program
from strictsaddle.arithmetic.outward_doubles import down, magnitude, up
from strictsaddle.arithmetic.tape import Tape, compile_tape, outward
from strictsaddle.covering.boxes import copy_row, put_halves, widest_side
from strictsaddle.covering.chart_at_infinity import degree, in_chart
from strictsaddle.covering.infinity import shell
from strictsaddle.definition_2.cover.trichotomy import HUGE, mignitude
from strictsaddle.definition_2.landscape.combinations import (
    Polynomial,
    combinations,
    polynomial_gradient,
)
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective

RADII = (4.0, 16.0, 64.0, 1024.0, 65536.0)
WEIGHTED_RADII = (2.0, 4.0, 8.0, 16.0)
HEAVIEST = 6
BOX_LIMIT = 100_000
CAPACITY = 20_000


@dataclass(frozen=True)
class Bounded:
    """|g| >= epsilon wherever some coordinate leaves [lower, upper]; `why` says what that rests on."""

    lower: Floats
    upper: Floats
    why: str


def bounded(
    objective: Objective, derivation: Derivation, epsilon: Fraction, natural: Tape | None = None
) -> Bounded | str:
    """A box outside of which |g| >= epsilon is proved, for an objective on R^n; or why none was found. natural: `Patch.natural`."""
    n = objective.dimension
    reasons = []
    if objective.network is not None:
        from strictsaddle.covering.ridge_bounds import ridge_bound

        ends = ridge_bound(objective.network, epsilon)
        if not isinstance(ends, str):
            size = np.array(ends)
            return Bounded(-size, size, "with the ridge the gradient is large beyond a bound on every parameter")
        reasons.append(ends)
    square = outward(epsilon * epsilon)[1]
    gradient = polynomial_gradient(objective)
    plain = (1,) * n
    for weights in dict.fromkeys((plain, balanced(objective))) if gradient is not None else ():
        charts = _charts(gradient or [], weights)
        for radius in RADII if weights == plain else WEIGHTED_RADII:
            if _charts_grow(charts, n, radius, square):
                size = np.array([radius**weight for weight in weights])  # powers of two, so exact
                what = f"a coordinate exceeds {radius:g}"
                if weights != plain:
                    what = f"some |{'|, |'.join(objective.variables)}| exceeds {', '.join(f'{x:g}' for x in size)}"
                return Bounded(-size, size, f"charts at infinity: the gradient is large wherever {what}")
    slopes = natural or derivation.gradient_tape
    for radius in RADII[:4]:
        lower, upper = shell(n, radius)
        if _grows(
            slopes,
            np.zeros(slopes.n_outputs, dtype=np.int64),
            np.zeros(0, dtype=np.int64),
            -1,
            lower,
            upper,
            square,
            BOX_LIMIT // 4,
            radius,
        ):
            size = np.full(n, radius)
            return Bounded(-size, size, f"the gradient is large wherever a coordinate exceeds {radius:g}")
    reasons.append("no proof was found that the gradient is large far away")
    return "; ".join(reasons)


def _charts_grow(charts: list[tuple[Tape, Any, Any]], n: int, radius: float, square: float) -> bool:
    for k, (tape, degrees, surplus) in enumerate(charts):
        lower, upper = np.full((1, n), -1.0), np.full((1, n), 1.0)
        lower[0, k // 2], upper[0, k // 2] = 0.0, 1.0 / radius  # the radii are powers of two
        if not _grows(tape, degrees, surplus, k // 2, lower, upper, square, BOX_LIMIT // (2 * n), radius):
            return False
    return True


def balanced(objective: Objective) -> tuple[int, ...]:
    """Weights for which the largest pure powers of all variables have the same degree; all 1 where one has no power, or
    where they are too unlike."""
    n = objective.dimension
    value = polynomial(objective.graph, objective.node, n)
    monomials = [] if value is None else [tuple(int(e) for e in m) for m in value.to_dict()]
    powers = [max((m[k] for m in monomials if sum(m) == m[k]), default=0) for k in range(n)]
    if min(powers) == 0:
        return (1,) * n
    whole = lcm(*powers)
    common = gcd(*(whole // power for power in powers))
    weights = tuple(whole // power // common for power in powers)
    return weights if max(weights) <= HEAVIEST else (1,) * n


def _charts(gradient: list[Polynomial], weights: tuple[int, ...]) -> list[tuple[Tape, Any, Any]]:
    """For each chart u_i = 1, u_i = -1 the tape of t^d p(u_1/t^s_1, ...), t in the place of variable i, for p = g_1 ...
    g_n, then p, q_1 ... q_n of each combination; the degrees d of the g_k, and by how much the degree of each
    combination's p exceeds that of its q."""
    n = len(weights)
    mixed = combinations(gradient, weights)
    polynomials = gradient + [part for found in mixed for part in (found.value, *found.factors)]
    degrees = [degree(g, weights) for g in gradient]
    of_all = degrees + [d for found in mixed for d in (found.degree, *[found.degree_of_factors] * n)]
    surplus = np.array([found.degree - found.degree_of_factors for found in mixed], dtype=np.int64)
    return [
        (_chart(polynomials, of_all, weights, i, sign), np.array(degrees, dtype=np.int64), surplus)
        for i in range(n)
        for sign in (1, -1)
    ]


def _chart(polynomials: list[Polynomial], degrees: list[int], weights: tuple[int, ...], i: int, sign: int) -> Tape:
    graph = Graph()
    outputs = [in_chart(graph, p, weights, i, sign, d) for p, d in zip(polynomials, degrees, strict=True)]
    return compile_tape(graph, outputs, len(weights))


@compiled
def _square(v_lo: Floats, v_hi: Floats, degrees: Integers, surplus: Integers, t: float) -> float:
    """A lower bound of |g|^2: the largest of sum_k (|v_k| / t^degrees_k)^2 and of (|P| / (|Q| t^surplus))^2 for each
    combination (P, Q_1 ... Q_n), which follow in v. t = 1 for no chart."""
    total = 0.0
    for k in range(degrees.size):
        size = mignitude(v_lo[k], v_hi[k])
        power = 1.0
        for _ in range(degrees[k]):
            power = up(power * t)
        size = min(max(down(size / power), 0.0), HUGE)
        total = max(down(total + max(down(size * size), 0.0)), 0.0)
    n = degrees.size
    for j in range(surplus.size):
        first = n + j * (n + 1)
        power, norm = 1.0, 0.0
        for _ in range(surplus[j]):
            power = up(power * t)
        for k in range(first + 1, first + 1 + n):
            largest = magnitude(v_lo[k], v_hi[k])
            norm = up(norm + up(largest * largest))
        size = min(max(down(mignitude(v_lo[first], v_hi[first]) / power), 0.0), HUGE)
        if 0.0 < norm < HUGE:
            total = max(total, down(max(down(size * size), 0.0) / norm))
    return total


@compiled
def _search(
    system: Program,
    degrees: Integers,
    surplus: Integers,
    scale: int,
    stack_lo: Floats,
    stack_hi: Floats,
    top: int,
    limit: int,
    square: float,
    floor: float,
) -> bool:
    """Whether the sum of squares is at least `square` on the first `top` boxes of the stack. scale: the variable that
    is t, or -1."""
    batch = 64
    n = stack_lo.shape[1]
    lo, hi = np.empty((batch, n)), np.empty((batch, n))
    outputs = degrees.size + surplus.size * (degrees.size + 1)
    v_lo, v_hi = np.empty((batch, outputs)), np.empty((batch, outputs))
    boxes = 0
    while top > 0:
        if boxes >= limit or top + 2 * batch >= stack_lo.shape[0]:
            return False
        count = min(batch, top)
        top -= count
        boxes += count
        for b in range(count):
            copy_row(lo, b, stack_lo, top + b)
            copy_row(hi, b, stack_hi, top + b)
        evaluate(system, count, lo, hi, v_lo, v_hi)
        for b in range(count):
            if _square(v_lo[b], v_hi[b], degrees, surplus, hi[b, scale] if scale >= 0 else 1.0) >= square:
                continue
            best, where, most = widest_side(lo, hi, b, floor)
            if best < 0 or most < 1e-6 or abs(where) > 1e30:
                return False
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, best, where)
    return True


def _grows(
    system: Tape,
    degrees: Any,
    surplus: Any,
    scale: int,
    lower: Floats,
    upper: Floats,
    square: float,
    limit: int,
    floor: float,
) -> bool:
    count, n = lower.shape
    stack_lo, stack_hi = np.empty((count + CAPACITY, n)), np.empty((count + CAPACITY, n))
    stack_lo[:count], stack_hi[:count] = lower, upper
    return bool(
        _search(interval_program(system), degrees, surplus, scale, stack_lo, stack_hi, count, limit, square, floor)
    )
