"""Definition 2: each w of the domain has |g(w)| >= epsilon, or least eigenvalue <= -gamma, or lies within delta of a good minimum, one
on whose ball of radius 2 delta (in the domain) H >= alpha. Norms and distances are Euclidean. A good minimum has g = 0: a point of
a box's border that is least there with another gradient is none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from strictsaddle_proofs import definition_1
from strictsaddle_proofs.balls import ball, inertia, precision
from strictsaddle_proofs.box_tests import Tests
from strictsaddle_proofs.container import Certificate
from strictsaddle_proofs.covering import Covering
from strictsaddle_proofs.errors import Unchecked, require
from strictsaddle_proofs.infinity import require_outside
from strictsaddle_proofs.intervals import Array, bounds, down, up
from strictsaddle_proofs.network import rational
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.points import claimed, lies_inside, simple_point
from strictsaddle_proofs.run import Run
from strictsaddle_proofs.search import exhausted, sum_of_squares

NAMES = ("alpha", "gamma", "epsilon", "delta")


def check(objective: Objective, certificate: Certificate, run: Run) -> None:
    """Check the claim about the four constants. Raises Refused or Unchecked."""
    claim, proof = certificate.claim, certificate.proof
    given: Any = claim.get("constants")
    require(isinstance(given, dict) and set(given) == set(NAMES), "not four constants", "claim")
    alpha, gamma, epsilon, delta = (rational(given[name], "claim") for name in NAMES)
    require(min(alpha, gamma, epsilon, delta) > 0, "a constant that is not positive", "claim")
    if objective.groups:
        raise Unchecked("constants on spheres")
    run.weaken("interval")
    if claim["verdict"] == "fails":
        with run.lemma("violation"):
            violation(objective, proof, alpha, gamma, epsilon, delta)
        return
    require(
        claim["verdict"] == "holds" and proof.get("lemma") == "trichotomy", "a verdict that is not known here", "claim"
    )
    minima = claimed(proof.get("minima"), objective.dimension)
    tests, centres = Tests(objective.derivatives), []
    with run.lemma("good minima") as count:
        for number, point in enumerate(minima):
            where = f"minima[{number}]"
            require(point.index == 0, "not a minimum", where)
            found = simple_point(objective, point, where)
            require(lies_inside(objective, objective.derivatives, point, found), "not in the domain", where)
            centres.append(_ends(found))
            strongly_convex(objective, tests, centres[-1], alpha, 2 * delta, where)
            count(number + 1)
    root = definition_1.root_of(proof.get("root"))
    require(len(root[0]) == objective.dimension, "the box has other unknowns", "proof")
    with run.lemma("outside"):
        require_outside(objective, proof.get("outside"), *root, epsilon)
    with run.lemma("symmetry"):
        enclosures = [[arb(float(a)).union(arb(float(b))) for a, b in zip(*centre, strict=True)] for centre in centres]
        rows = definition_1.half_spaces_of(objective, proof, minima, enclosures)
    with run.lemma("boxes") as count:
        trichotomy(objective, tests, root, rows, centres, gamma, epsilon, delta, count)


def _ends(found: list[Any]) -> tuple[Array, Array]:
    """Doubles around a proved point."""
    low = np.array([np.nextafter(float(x.lower()), -np.inf) for x in found])
    return low, np.array([np.nextafter(float(x.upper()), np.inf) for x in found])


def strongly_convex(
    objective: Objective, tests: Tests, centre: tuple[Array, Array], alpha: Fraction, radius: Fraction, where: str
) -> None:
    """Raise Refused unless H - alpha is positive definite on the ball about the centre, as far as it is in the domain."""
    reach = bounds(radius)[1]
    low, high = down(centre[0] - reach)[None], up(centre[1] + reach)[None]
    if objective.bounds is not None:
        box = objective.box()
        low, high = np.maximum(low, box[0]), np.minimum(high, box[1])
    square, shift = bounds(radius * radius)[1], bounds(alpha)

    def left(low: Array, high: Array) -> tuple[Array, Array]:
        gap = np.maximum(np.maximum(down(low - centre[1]), down(centre[0] - high)), 0.0)
        near = ~(sum_of_squares(gap, downward=True) > square)
        low, high = low[near], high[near]
        if not len(low):
            return low, high
        good = tests.local(low, high).shifted(-shift[1], -shift[0]).definite()
        return low[~good], high[~good]

    exhausted(low, high, left, where)


def trichotomy(objective: Objective, tests: Tests, root: tuple[Array, Array], rows: Array, centres: list[tuple[Array, Array]],
               gamma: Fraction, epsilon: Fraction, delta: Fraction, count: Any) -> None:  # fmt: skip
    """Raise Refused unless each box of a search from the root is closed by one of the three conditions, or lies outside of a half-space."""
    square, near, shift = bounds(epsilon * epsilon)[1], bounds(delta * delta)[0], bounds(gamma)
    outside = Covering(
        objective.derivatives, rows, None, np.empty((0, 2, objective.dimension)), True, np.empty(0, dtype=np.int64)
    )

    def left(low: Array, high: Array) -> tuple[Array, Array]:
        kept = ~outside.is_outside(low, high)
        for c_low, c_high in centres:
            far = np.maximum(up(high - c_low), up(c_high - low))
            kept &= ~(sum_of_squares(far, downward=False) <= near)
        low, high = low[kept], high[kept]
        g_low, g_high = tests.gradient(low, high)
        least = np.minimum(np.maximum(np.maximum(g_low, -g_high), 0.0), 1e150)
        kept = ~(sum_of_squares(least, downward=True) >= square)
        low, high = low[kept], high[kept]
        if not len(low):
            return low, high
        local = tests.local(low, high)
        closed = local.is_steep(square) | local.shifted(*shift).saddle()
        return low[~closed], high[~closed]

    exhausted(root[0][None], root[1][None], left, "trichotomy", count)


def violation(
    objective: Objective, proof: dict[str, Any], alpha: Fraction, gamma: Fraction, epsilon: Fraction, delta: Fraction
) -> None:
    """Raise Refused unless |g| < epsilon and the least eigenvalue is above -gamma at the point, and no good minimum lies within delta of
    it: as the least eigenvalue there is below alpha, or else by a search of that ball."""
    require(proof.get("lemma") == "violation", "constants fail by a violation", "proof")
    given: Any = proof.get("point")
    require(isinstance(given, list) and len(given) == objective.dimension, "not a point", "violation")
    exact = [rational(x, "violation") for x in given]
    require(objective.contains_exactly(exact), "not in the domain", "violation")
    with precision(192):
        point = [ball(x) for x in exact]
        require(objective.is_defined(point), "the formula is not defined there", "violation")
        slope = objective.derivatives.gradient_at(point)
        require(sum((g * g for g in slope), arb(0)) < ball(epsilon * epsilon), "the gradient is not small", "violation")
        matrix = objective.derivatives.hessian_at(point)
        require(
            inertia(_moved(matrix, ball(gamma))) == (0, len(matrix)), "an eigenvalue is not above -gamma", "violation"
        )
        signs = inertia(_moved(matrix, -ball(alpha)))
    if signs is None or not signs[0]:
        no_good_minimum(objective, exact, alpha, delta)


def _moved(matrix: list[list[Any]], shift: Any) -> list[list[Any]]:
    return [[x + shift if i == j else x for j, x in enumerate(row)] for i, row in enumerate(matrix)]


def no_good_minimum(objective: Objective, point: list[Fraction], alpha: Fraction, delta: Fraction) -> None:
    """Raise Refused unless each box of the ball of radius delta about the point holds no zero of the gradient, or has an eigenvalue
    below alpha everywhere: a good minimum is a zero at which H >= alpha."""
    tests, reach, shift = Tests(objective.derivatives), bounds(delta)[1], bounds(alpha)
    sides = [bounds(x) for x in point]
    c_low, c_high = np.array([a for a, _ in sides]), np.array([b for _, b in sides])
    low, high = down(c_low - reach)[None], up(c_high + reach)[None]
    square = bounds(delta * delta)[1]

    def left(low: Array, high: Array) -> tuple[Array, Array]:
        gap = np.maximum(np.maximum(down(low - c_high), down(c_low - high)), 0.0)
        kept = ~(sum_of_squares(gap, downward=True) > square)
        low, high = low[kept], high[kept]
        kept = ~tests.no_zero(low, high)
        low, high = low[kept], high[kept]
        if not len(low):
            return low, high
        local = tests.local(low, high)
        open_ = ~(local.mean_value() | local.shifted(-shift[0], -shift[0]).saddle())
        return low[open_], high[open_]

    exhausted(low, high, left, "violation")
