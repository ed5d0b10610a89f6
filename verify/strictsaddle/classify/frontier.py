"""The best constants of Definition 2: the largest alpha for each delta, then the frontier of (gamma, epsilon), each
row certified.

Where the descent of `violating` finds what cannot be beaten, a point certifies that nothing better holds, and a
covering slightly inside proves what does. Between the two is the gap, which every row reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.classify.definition2 import Decision, Examination
from strictsaddle.classify.infimum import infimum
from strictsaddle.classify.largest_alpha import MARGINS, choose, largest_alphas, rounded
from strictsaddle.classify.theorem6 import step_size
from strictsaddle.classify.violating import Constants, certified

Array = np.ndarray[Any, np.dtype[np.float64]]
EPSILONS = ("1", "3/4", "1/2", "1/4", "1/10")  # of the largest epsilon: a gamma is looked for with each
ROUNDS = 14  # coverings spent on one row
ROW_BOXES = 400_000  # boxes spent on one covering of a row
EVERY_GAMMA = ("1/10", "1", "10")  # times alpha, where there is no saddle


@dataclass(frozen=True)
class Best:
    """`decision` and `constants` of one row that holds (or of the refutation); `alphas` and `frontier`: rows of the
    JSON."""

    decision: Decision
    constants: Mapping[str, Fraction | None]
    alphas: list[dict[str, Any]]
    frontier: list[dict[str, Any]]
    theorem_6: dict[str, Any] | None


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
        alphas = largest_alphas(examination, given)
        chosen = choose(alphas, widest=given["alpha"] is not None or None not in (given["gamma"], given["epsilon"]))
        if chosen is None:
            return Best(
                _undecided(examination, "no alpha is proved for any delta that was tried"),
                dict(given),
                alphas,
                [],
                None,
            )
        alpha, delta = chosen
    return _frontier(examination, given, alphas, alpha, delta)


def _frontier(
    examination: Examination,
    given: Mapping[str, Fraction | None],
    alphas: list[dict[str, Any]],
    alpha: Fraction,
    delta: Fraction,
) -> Best:
    """Rows of (gamma, epsilon) for one alpha and delta. Neither given: the largest epsilon of all, for a small gamma,
    then the largest gamma for that epsilon and for parts of it."""
    rows: list[dict[str, Any]] = []
    decisions: list[Decision] = []

    def add(pair: tuple[dict[str, Any], Decision]) -> bool:
        rows.append(pair[0])
        decisions.append(pair[1])
        return pair[1].verdict == "holds" and examination.limits.reached(examination.boxes) is None

    curvatures = [-p.eigenvalues[0].high for p in examination.points if p.eigenvalues and p.eigenvalues[0].high < 0]
    if given["gamma"] is not None and given["epsilon"] is not None:
        decision = examination.decide(Constants(alpha, given["gamma"], given["epsilon"], delta))
        add((_row(alpha, delta, gamma=given["gamma"], epsilon=given["epsilon"], decision=decision), decision))
    elif given["epsilon"] is not None:
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
    why = examination.limits.reached(examination.boxes) or "no row of the frontier is proved"
    if decisions and decisions[-1].verdict != "holds":
        why += f"; with alpha = {alpha} and delta = {delta}: {decisions[-1].reason}"
    return _finished(examination, given, alphas, rows, decisions, why)


def _undecided(examination: Examination, why: str) -> Decision:
    return Decision("undecided", examination.scope_of_points, "none", why)


def _refuted_at_once(examination: Examination, given: Mapping[str, Fraction | None]) -> Decision | None:
    """A refutation that holds whatever the free constants are: a known point is asked about with those that help it
    least."""
    least = Fraction(1, 10**100)  # what holds for larger constants holds for these
    tried = Constants(given["alpha"] or least, given["gamma"] or least, least, given["delta"] or least)
    violation = examination.violations.known_point(tried)
    return None if violation is None else examination.failed(violation)


def _row(
    alpha: Fraction,
    delta: Fraction,
    *,
    gamma: Fraction | None,
    epsilon: Fraction | None,
    refuted_gamma: Fraction | None = None,
    refuted_epsilon: Fraction | None = None,
    gap: float | None = None,
    decision: Decision,
) -> dict[str, Any]:
    def text(value: Fraction | None) -> str | None:
        return None if value is None else str(value)

    return {
        "alpha": str(alpha),
        "delta": str(delta),
        "gamma": text(gamma),
        "refuted_gamma": text(refuted_gamma),
        "epsilon": text(epsilon),
        "refuted_epsilon": text(refuted_epsilon),
        "gap": gap,
        "verdict": decision.verdict,
        "scope": decision.scope,
        "proof": decision.proof,
    }


def _best_epsilon(
    examination: Examination, alpha: Fraction, delta: Fraction, gamma: Fraction
) -> tuple[dict[str, Any], Decision]:
    """The largest epsilon that is proved for this gamma, and the least that is refuted."""
    refuted = _certified_norm(examination, infimum(examination, alpha, delta, gamma=gamma), alpha, delta, gamma)
    start = refuted if refuted is not None else Fraction(max(1.0, float(alpha)))
    decision, margin = _undecided(examination, "nothing was tried"), 0
    for _ in range(ROUNDS):
        epsilon = rounded(start * Fraction(MARGINS[margin]), up=False)
        decision = examination.cover(Constants(alpha, gamma, epsilon, delta), ROW_BOXES)
        if decision.verdict == "holds":
            gap = None if refuted is None else float((refuted - epsilon) / refuted)
            return _row(
                alpha,
                delta,
                gamma=gamma,
                epsilon=epsilon,
                refuted_epsilon=refuted,
                gap=gap,
                decision=decision,
            ), decision
        if decision.violation is not None:
            here = np.array([i.low for i in decision.violation.point])
            again = _certified_norm(
                examination, infimum(examination, alpha, delta, gamma=gamma, near=here), alpha, delta, gamma
            )
            itself = rounded(decision.violation.gradient_norm.high + 1e-300, up=True, digits=5)
            refuted = start = min(epsilon, itself, again or epsilon)
            margin = 0
        else:
            margin += 1
        if margin == len(MARGINS) or examination.limits.reached(examination.boxes) is not None:
            break
    return _row(alpha, delta, gamma=gamma, epsilon=None, refuted_epsilon=refuted, decision=decision), decision


def _certified_norm(
    examination: Examination, place: Array | None, alpha: Fraction, delta: Fraction, gamma: Fraction
) -> Fraction | None:
    """The least short decimal epsilon at which the point refutes."""
    if place is None:
        return None
    norm = float(examination.landscape.sizes(place[None])[0][0])
    epsilon = rounded(norm * (1 + 1e-6) + 1e-300, up=True, digits=5)
    constants = Constants(alpha, gamma, epsilon, delta)
    return (
        epsilon
        if certified(examination.landscape, place, constants, examination.violations.far(constants)) is not None
        else None
    )


def _best_gamma(
    examination: Examination, alpha: Fraction, delta: Fraction, epsilon: Fraction
) -> tuple[dict[str, Any], Decision]:
    """The largest gamma that is proved for this epsilon, and the least that is refuted."""
    refuted = _certified_curvature(
        examination, infimum(examination, alpha, delta, epsilon=epsilon), alpha, delta, epsilon
    )
    start = refuted if refuted is not None else alpha
    decision, margin = _undecided(examination, "nothing was tried"), 0
    for _ in range(ROUNDS):
        gamma = rounded(start * Fraction(MARGINS[margin]), up=False)
        decision = examination.cover(Constants(alpha, gamma, epsilon, delta), ROW_BOXES)
        if decision.verdict == "holds":
            gap = None if refuted is None else float((refuted - gamma) / refuted)
            return _row(
                alpha, delta, gamma=gamma, epsilon=epsilon, refuted_gamma=refuted, gap=gap, decision=decision
            ), decision
        if decision.violation is not None:
            here = np.array([i.low for i in decision.violation.point])
            again = _certified_curvature(
                examination,
                infimum(examination, alpha, delta, epsilon=epsilon, near=here),
                alpha,
                delta,
                epsilon,
            )
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


def _certified_curvature(
    examination: Examination, place: Array | None, alpha: Fraction, delta: Fraction, epsilon: Fraction
) -> Fraction | None:
    """The least short decimal gamma at which the point refutes."""
    if place is None:
        return None
    least = -float(examination.landscape.sizes(place[None])[1][0])
    gamma = rounded(max(least, 0.0) * (1 + 1e-6) + 1e-9, up=True, digits=5)
    constants = Constants(alpha, gamma, epsilon, delta)
    return (
        gamma
        if certified(examination.landscape, place, constants, examination.violations.far(constants)) is not None
        else None
    )


def _finished(
    examination: Examination,
    given: Mapping[str, Fraction | None],
    alphas: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    decisions: list[Decision],
    why: str,
) -> Best:
    """The rows without dominated ones, and one that holds for the answer: the one with the largest step size, or else
    the first."""
    held = [(row, decision) for row, decision in zip(rows, decisions, strict=True) if decision.verdict == "holds"]
    keep = [row for row in rows if not any(_dominates(other, row) for other in rows)]
    if not held:
        # a row that fails refutes its own alpha and delta only
        decision = _undecided(examination, why)
        return Best(decision, dict(given), alphas, keep, None)
    best, theorem = held[0], None
    spread = max((float(Fraction(row["delta"])) for row, _ in held), default=0.0)
    places = examination.middles(examination.points)
    if len(places):
        lower, upper = places.min(axis=0) - 2 * spread, places.max(axis=0) + 2 * spread
        beta = examination.landscape.smoothness(lower, upper)
        if beta is not None and beta > 0 and examination.minima:
            n = examination.landscape.dimension
            options = []
            for row, decision in held:
                numbers = [Fraction(row[name]) for name in ("alpha", "gamma", "epsilon", "delta")]
                options.append((step_size(beta, n, *numbers), float(numbers[1]), (row, decision)))
            (step, binding), _, best = max(options, key=lambda option: (option[0][0], option[1]))
            theorem = {
                "step_size": step,
                "iterations": step**-2,
                "binding": binding,
                "smoothness": beta,
                "region": "the box of the stationary points with 2 delta about it",
            }
    row, decision = best
    constants = {name: Fraction(row[name]) for name in ("alpha", "gamma", "epsilon", "delta")}
    return Best(decision, constants, alphas, keep, theorem)


def _dominates(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether row a holds with constants as large as those of b, and larger somewhere."""
    if (
        a is b
        or a["verdict"] != "holds"
        or b["verdict"] != "holds"
        or any(r[k] is None for r in (a, b) for k in ("gamma", "epsilon"))
    ):
        return False
    pairs = [(Fraction(a[key]), Fraction(b[key])) for key in ("gamma", "epsilon")]
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)
