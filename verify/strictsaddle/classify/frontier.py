"""The best constants of Definition 2: the largest alpha for each delta, then the frontier of (gamma, epsilon), each row certified.

Where the descent of `violating` finds what cannot be beaten, a point certifies that nothing better holds, and a covering slightly inside
proves what does. Between the two is the gap, which every row reports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from strictsaddle.classify.definition2 import Decision, Examination
from strictsaddle.classify.theorem6 import smoothness, step_size
from strictsaddle.classify.violating import PRECISION, Constants, ball, certified, descend, distance, measure, starts
from strictsaddle.derive.outward import outward
from strictsaddle.events import Progress

Array = np.ndarray[Any, np.dtype[np.float64]]
MARGINS = ("0.996", "0.98", "0.95", "0.8", "0.5", "0.1")  # of the refuted value: tried in turn until one is proved
DELTAS = ("1/64", "1/16", "1/8", "1/4", "1/2", "3/4")  # of half the distance from a minimum to the next stationary point
EPSILONS = ("1", "3/4", "1/2", "1/4", "1/10")  # of the largest epsilon: a gamma is looked for with each
SLACK = 1e-4  # how far inside the other conditions a refuting point is looked for, so that it can be certified
ROUNDS = 14  # coverings spent on one row
ROW_BOXES = 400_000  # boxes spent on one covering of a row
EVERY_GAMMA = ("1/10", "1", "10")  # times alpha, where there is no saddle


@dataclass(frozen=True)
class Best:
    """`decision` and `constants` of one row that holds (or of the refutation); `alphas` and `frontier`: rows of the JSON."""

    decision: Decision
    constants: Mapping[str, Fraction | None]
    alphas: list[dict[str, Any]]
    frontier: list[dict[str, Any]]
    theorem_6: dict[str, Any] | None


def rounded(value: float | Fraction, up: bool, digits: int = 4) -> Fraction:
    """A decimal of a few digits at or below (above) the value."""
    if not isinstance(value, Fraction):
        value = Fraction(value)
    context = Context(prec=40, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    exact = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR).plus(exact))


def best_constants(examination: Examination, given: Mapping[str, Fraction | None]) -> Best:
    """The best values of what is not given, for an objective of which the stationary points are known."""
    refuted = _refuted_at_once(examination, given)
    if refuted is not None:
        return Best(refuted, dict(given), [], [], None)
    if not examination.minima:
        why = "there is no minimum: alpha and delta are free" if examination.list_is_complete else "no minimum is known"
        if not examination.list_is_complete:
            return Best(_undecided(examination, why), dict(given), [], [], None)
        alpha, delta = given["alpha"] or Fraction(1), given["delta"] or Fraction(1)
        alphas: list[dict[str, Any]] = []
    else:
        alphas = _alphas(examination, given)
        chosen = _choose(alphas, given["alpha"])
        if chosen is None:
            return Best(_undecided(examination, "no alpha is proved for any delta that was tried"), dict(given), alphas, [], None)
        alpha, delta = chosen
    return _frontier(examination, given, alphas, alpha, delta)


def _frontier(
    examination: Examination, given: Mapping[str, Fraction | None], alphas: list[dict[str, Any]], alpha: Fraction, delta: Fraction
) -> Best:
    """Rows of (gamma, epsilon) for one alpha and delta. Neither given: the largest epsilon of all, for a small gamma, then the largest gamma
    for that epsilon and for parts of it."""
    rows: list[dict[str, Any]] = []
    decisions: list[Decision] = []

    def add(pair: tuple[dict[str, Any], Decision]) -> bool:
        rows.append(pair[0])
        decisions.append(pair[1])
        return pair[1].verdict == "holds" and examination.limits.reached(examination.boxes) is None

    curvatures = [-p.eigenvalues[0].high for p in examination.points if p.eigenvalues and p.eigenvalues[0].high < 0]
    if given["gamma"] is None and given["epsilon"] is not None:
        add(_best_gamma(examination, alpha, delta, given["epsilon"]))
    elif given["gamma"] is not None:
        add(_best_epsilon(examination, alpha, delta, given["gamma"]))
    elif not curvatures:
        for part in EVERY_GAMMA:
            add(_best_epsilon(examination, alpha, delta, rounded(Fraction(part) * alpha, up=False, digits=3)))
    elif add(_best_epsilon(examination, alpha, delta, rounded(Fraction(min(curvatures)) / 10, up=False, digits=3))):
        for part in EPSILONS:
            epsilon = rounded(Fraction(part) * Fraction(rows[0]["epsilon"]), up=False)
            if not add(_best_gamma(examination, alpha, delta, epsilon)):
                break
    why = examination.limits.reached(examination.boxes) or (decisions[-1].reason if decisions else "nothing was tried")
    return _finished(examination, given, alphas, rows, decisions, why)


def _undecided(examination: Examination, why: str) -> Decision:
    return Decision("undecided", examination.scope_of_points, "none", why)


def _refuted_at_once(examination: Examination, given: Mapping[str, Fraction | None]) -> Decision | None:
    """A refutation that holds whatever the free constants are: a known point is asked about with those that help it least."""
    definition = examination.known.definition_1
    gamma, alpha, delta = given["gamma"], given["alpha"], given["delta"]
    if definition.verdict != "not_strict_saddle" and gamma is None and (alpha is None or delta is None):
        return None
    least = Fraction(1, 10**300)
    tried = Constants(alpha or least, gamma or least, least, delta or least)
    violation = examination.known_violation(tried)
    return None if violation is None else examination.failed(violation)


def _alphas(examination: Examination, given: Mapping[str, Fraction | None]) -> list[dict[str, Any]]:
    """For each delta the largest alpha that is proved on the 2 delta-balls of all minima, and one that is refuted."""
    if given["delta"] is not None:
        deltas = [given["delta"]]
    else:
        gap = min(examination.separation(k) for k in range(len(examination.minima)))
        if not math.isfinite(gap):
            gap = 2.0 * max(1.0, examination.reach())
        deltas = [rounded(Fraction(part) * Fraction(gap) / 2, up=False, digits=2) for part in DELTAS]
    rows = []
    for delta in deltas:
        refuted = _refuted_alpha(examination, delta)
        if refuted is None or refuted <= 0:
            continue
        proved = None
        exact = [given["alpha"]] if given["alpha"] is not None else []
        tries = exact or [refuted] * (examination.constant is not None) + [rounded(refuted * Fraction(m), up=False) for m in MARGINS]
        for alpha in tries:
            if all(examination.goodness(k, alpha, delta).good for k in range(len(examination.minima))):
                proved = alpha
                break
        shown = None if examination.constant is not None and proved == refuted else refuted
        gap_here = None if proved is None or exact else float((refuted - proved) / refuted)
        rows.append({"delta": str(delta), "alpha": None if proved is None else str(proved),
                     "refuted_alpha": None if shown is None else str(shown), "gap": gap_here})  # fmt: skip
        examination.listener(Progress("strong convexity about the minima", 0.0, examination.boxes))
    return rows


def _refuted_alpha(examination: Examination, delta: Fraction) -> Fraction | None:
    """An alpha at which H >= alpha I certainly fails on the 2 delta-ball of some minimum (or, for a constant Hessian with a rational
    least eigenvalue, that eigenvalue itself, which holds)."""
    found: list[Fraction] = []
    seen: set[int] = set()
    before, ctx.prec = ctx.prec, PRECISION
    try:
        for k, minimum in enumerate(examination.minima):
            if minimum.orbit is not None and examination.known.stationary.complete:
                if minimum.orbit in seen:
                    continue
                seen.add(minimum.orbit)
            _, place = examination.least_in_ball(k, delta)
            point = [arb(float(x)) for x in place]
            sizes = measure(examination.derivation, point)
            if sizes is not None and distance(point, minimum.point) <= ball(2 * delta):
                found.append(Fraction(outward(sizes[1]).high))
    finally:
        ctx.prec = before
    if not found:
        return None
    value = min(found)
    if examination.constant is not None:
        near = value.limit_denominator(10**6)
        from strictsaddle.classify.exact_hessian import at_least

        if abs(near - value) < Fraction(1, 10**12) * max(abs(value), 1) and at_least(examination.constant, near):
            return near
    return rounded(value, up=True, digits=5)


def _choose(alphas: list[dict[str, Any]], alpha: Fraction | None) -> tuple[Fraction, Fraction] | None:
    """The row for the frontier: the largest delta at which alpha is at least half of what it is for the smallest one."""
    proved = [(Fraction(row["alpha"]), Fraction(row["delta"])) for row in alphas if row["alpha"] is not None]
    if not proved:
        return None
    best = max(value for value, _ in proved)
    return max((pair for pair in proved if alpha is not None or 2 * pair[0] >= best), key=lambda pair: pair[1])


def _infimum(examination: Examination, alpha: Fraction, delta: Fraction, *, gamma: Fraction | None = None,
             epsilon: Fraction | None = None, near: Array | None = None) -> Array | None:  # fmt: skip
    """Where |g| (gamma given) or the curvature -least (epsilon given) is least among the points that violate the other conditions, as far as
    descents find it; `near` (n,) is one more point to start from."""
    good = examination.middles(examination.good_minima(Constants(alpha, Fraction(1), Fraction(1), delta)))
    d = float(delta) * (1 + SLACK)
    scale = float(gamma if gamma is not None else epsilon or 1)

    def excess(points: Array) -> tuple[Array, Array, Array]:
        norms, least = examination.landscape.sizes(points)
        outside = np.zeros(len(points))
        if len(good):
            gaps = np.min(np.linalg.norm(points[:, None, :] - good[None], axis=2), axis=1)
            outside = np.maximum(0.0, (d - gaps) / d)
        return norms, least, outside

    def value(weight: float) -> Any:
        def score(points: Array) -> Array:
            norms, least, outside = excess(points)
            if gamma is not None:
                return np.array(norms + weight * (np.maximum(0.0, -least / scale - (1 - SLACK)) + outside))
            return np.array(-least + weight * (np.maximum(0.0, norms / scale - (1 - SLACK)) + outside))

        return score

    reach = 1.5 * examination.reach() + 4.0 * d + 0.5
    begin = starts(examination.middles(examination.points), float(delta), reach, examination.rng)
    if near is not None:
        begin = np.concatenate([near + np.outer(np.geomspace(1e-6, 1.0, 200), np.ones_like(near)) * examination.rng.standard_normal((200, near.size)), near[None]])
    typical = examination.landscape.sizes(examination.landscape.inside(begin))
    size = float(np.median(typical[0][np.isfinite(typical[0])])) if gamma is not None else float(np.median(np.abs(typical[1][np.isfinite(typical[1])])))
    weight = 10.0 * max(size, 1e-6)
    project = examination.landscape.inside
    points, _ = descend(value(weight), begin, 0.1 * reach, examination.rng, rounds=60, project=project)
    # again from what was found, with small steps: the minimum of a function with kinks is at the bottom of one
    points, values = descend(value(weight), points, 1e-2 * reach, examination.rng, rounds=60, project=project)
    norms, least, outside = excess(points)
    feasible = np.isfinite(values) & (outside < SLACK / 2)
    feasible &= (least > -scale) if gamma is not None else (norms < scale)
    if not feasible.any():
        return None
    return np.array(points[feasible][0])


def _row(alpha: Fraction, delta: Fraction, *, gamma: Fraction | None, epsilon: Fraction | None, refuted_gamma: Fraction | None = None,
         refuted_epsilon: Fraction | None = None, gap: float | None = None, decision: Decision) -> dict[str, Any]:  # fmt: skip
    def text(value: Fraction | None) -> str | None:
        return None if value is None else str(value)

    return {
        "alpha": str(alpha), "delta": str(delta), "gamma": text(gamma), "refuted_gamma": text(refuted_gamma), "epsilon": text(epsilon),
        "refuted_epsilon": text(refuted_epsilon), "gap": gap, "verdict": decision.verdict, "scope": decision.scope, "proof": decision.proof,
    }  # fmt: skip


def _best_epsilon(examination: Examination, alpha: Fraction, delta: Fraction, gamma: Fraction) -> tuple[dict[str, Any], Decision]:
    """The largest epsilon that is proved for this gamma, and the least that is refuted."""
    refuted = _certified_norm(examination, _infimum(examination, alpha, delta, gamma=gamma), alpha, delta, gamma)
    start = refuted if refuted is not None else Fraction(max(1.0, float(alpha)))
    decision, margin = _undecided(examination, "nothing was tried"), 0
    for _ in range(ROUNDS):
        epsilon = rounded(start * Fraction(MARGINS[margin]), up=False)
        decision = examination.cover(Constants(alpha, gamma, epsilon, delta), ROW_BOXES)
        if decision.verdict == "holds":
            gap = None if refuted is None else float((refuted - epsilon) / refuted)
            return _row(alpha, delta, gamma=gamma, epsilon=epsilon, refuted_epsilon=refuted, gap=gap, decision=decision), decision
        if decision.violation is not None:
            here = np.array([i.low for i in decision.violation.point])
            again = _certified_norm(examination, _infimum(examination, alpha, delta, gamma=gamma, near=here), alpha, delta, gamma)
            itself = rounded(decision.violation.gradient_norm.high + 1e-300, up=True, digits=5)
            refuted = start = min(epsilon, itself, again or epsilon)
            margin = 0
        else:
            margin += 1
        if margin == len(MARGINS) or examination.limits.reached(examination.boxes) is not None:
            break
    return _row(alpha, delta, gamma=gamma, epsilon=None, refuted_epsilon=refuted, decision=decision), decision


def _certified_norm(examination: Examination, place: Array | None, alpha: Fraction, delta: Fraction, gamma: Fraction) -> Fraction | None:
    """The least short decimal epsilon at which the point refutes."""
    if place is None:
        return None
    norm = float(examination.landscape.sizes(place[None])[0][0])
    epsilon = rounded(norm * (1 + 1e-6) + 1e-300, up=True, digits=5)
    constants = Constants(alpha, gamma, epsilon, delta)
    return epsilon if certified(examination.derivation, place, constants, examination.far(constants)) is not None else None


def _best_gamma(examination: Examination, alpha: Fraction, delta: Fraction, epsilon: Fraction) -> tuple[dict[str, Any], Decision]:
    """The largest gamma that is proved for this epsilon, and the least that is refuted."""
    refuted = _certified_curvature(examination, _infimum(examination, alpha, delta, epsilon=epsilon), alpha, delta, epsilon)
    start = refuted if refuted is not None else alpha
    decision, margin = _undecided(examination, "nothing was tried"), 0
    for _ in range(ROUNDS):
        gamma = rounded(start * Fraction(MARGINS[margin]), up=False)
        decision = examination.cover(Constants(alpha, gamma, epsilon, delta), ROW_BOXES)
        if decision.verdict == "holds":
            gap = None if refuted is None else float((refuted - gamma) / refuted)
            return _row(alpha, delta, gamma=gamma, epsilon=epsilon, refuted_gamma=refuted, gap=gap, decision=decision), decision
        if decision.violation is not None:
            here = np.array([i.low for i in decision.violation.point])
            again = _certified_curvature(examination, _infimum(examination, alpha, delta, epsilon=epsilon, near=here), alpha, delta, epsilon)
            itself = rounded(max(-decision.violation.least_eigenvalue.low, 1e-9), up=True, digits=5)
            refuted = start = min(gamma, itself, again or gamma)
            margin = 0
            if decision.violation.least_eigenvalue.low >= 0:  # it refutes every gamma
                break
        else:
            margin += 1
        if margin == len(MARGINS) or examination.limits.reached(examination.boxes) is not None:
            break
    return _row(alpha, delta, gamma=None, epsilon=epsilon, refuted_gamma=refuted, decision=decision), decision


def _certified_curvature(examination: Examination, place: Array | None, alpha: Fraction, delta: Fraction, epsilon: Fraction) -> Fraction | None:
    """The least short decimal gamma at which the point refutes."""
    if place is None:
        return None
    least = -float(examination.landscape.sizes(place[None])[1][0])
    gamma = rounded(max(least, 0.0) * (1 + 1e-6) + 1e-9, up=True, digits=5)
    constants = Constants(alpha, gamma, epsilon, delta)
    return gamma if certified(examination.derivation, place, constants, examination.far(constants)) is not None else None


def _finished(examination: Examination, given: Mapping[str, Fraction | None], alphas: list[dict[str, Any]], rows: list[dict[str, Any]],
              decisions: list[Decision], why: str) -> Best:  # fmt: skip
    """The rows without dominated ones, and one that holds for the answer: the one with the largest step size, or else the first."""
    held = [(row, decision) for row, decision in zip(rows, decisions, strict=True) if decision.verdict == "holds"]
    keep = [row for row in rows if not any(_dominates(other, row) for other in rows)]
    if not held:
        failed = [decision for decision in decisions if decision.verdict == "fails"]
        decision = failed[0] if failed and given["gamma"] is not None and given["epsilon"] is not None else _undecided(examination, why)
        return Best(decision, dict(given), alphas, keep, None)
    best, theorem = held[0], None
    spread = max((float(Fraction(row["delta"])) for row, _ in held), default=0.0)
    places = examination.middles(examination.points)
    if len(places):
        lower, upper = places.min(axis=0) - 2 * spread, places.max(axis=0) + 2 * spread
        beta = smoothness(examination.derivation, lower, upper)
        if beta is not None and beta > 0 and examination.minima:
            n = examination.derivation.dimension
            options = []
            for row, decision in held:
                numbers = [Fraction(row[name]) for name in ("alpha", "gamma", "epsilon", "delta")]
                options.append((step_size(beta, n, *numbers), float(numbers[1]), (row, decision)))
            (step, binding), _, best = max(options, key=lambda option: (option[0][0], option[1]))
            theorem = {"step_size": step, "iterations": step**-2, "binding": binding, "smoothness": beta,
                       "region": "the box of the stationary points with 2 delta about it"}  # fmt: skip
    row, decision = best
    constants = {name: Fraction(row[name]) for name in ("alpha", "gamma", "epsilon", "delta")}
    return Best(decision, constants, alphas, keep, theorem)


def _dominates(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether row a holds with constants as large as those of b, and larger somewhere."""
    if a is b or a["verdict"] != "holds" or b["verdict"] != "holds" or any(r[k] is None for r in (a, b) for k in ("gamma", "epsilon")):
        return False
    pairs = [(Fraction(a[key]), Fraction(b[key])) for key in ("gamma", "epsilon")]
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)
