"""The best constants of Definition 2: the largest alpha for each delta, then the frontier of (gamma, epsilon), each
row certified.

Where the descent of `violating` finds what cannot be beaten, a point certifies that nothing better holds, and a
covering slightly inside proves what does. Between the two is the gap, which every row reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from strictsaddle.definition_2.examination import Decision, Examination
from strictsaddle.definition_2.frontier_row import Row, best_row, given_row
from strictsaddle.definition_2.largest_alpha import choose, largest_alphas, rounded
from strictsaddle.definition_2.theorem6 import step_size, theorem_6
from strictsaddle.definition_2.violation import Constants
from strictsaddle.records.definition_2 import FrontierRow, LargestAlpha, Theorem6

EPSILONS = ("1", "3/4", "1/2", "1/4", "1/10")  # of the largest epsilon: a gamma is looked for with each
EVERY_GAMMA = ("1/10", "1", "10")  # times alpha, where there is no saddle


@dataclass(frozen=True)
class Best:
    """`decision` and `constants` of one row that holds (or of the refutation); `alphas` and `frontier`: rows of the
    record."""

    decision: Decision
    constants: Mapping[str, Fraction | None]
    alphas: Sequence[LargestAlpha]
    frontier: Sequence[FrontierRow]
    theorem_6: Theorem6 | None


def best_constants(examination: Examination, given: Mapping[str, Fraction | None]) -> Best:
    """The best values of what is not given, for an objective of which the stationary points are known."""
    refuted = _refuted_at_once(examination, given)
    if refuted is not None:
        return Best(refuted, dict(given), [], [], None)
    if not examination.minima:
        why = "there is no minimum: alpha and delta are free" if examination.list_is_complete else "no minimum is known"
        if not examination.list_is_complete:
            why += f": {examination.known.definition_1.reason}"
            return Best(_undecided(examination, why), dict(given), [], [], None)
        alpha, delta = given["alpha"] or Fraction(1), given["delta"] or Fraction(1)
        alphas: list[LargestAlpha] = []
    else:
        alphas = largest_alphas(examination, given)
        chosen = choose(alphas, widest=given["alpha"] is not None or None not in (given["gamma"], given["epsilon"]))
        if chosen is None:
            late = examination.budget.reached(examination.boxes)
            why = "no alpha is proved for any delta that was tried" + (f"; {late}" if late else "")
            return Best(_undecided(examination, why), dict(given), alphas, [], None)
        alpha, delta = chosen
    return _frontier(examination, given, alphas, alpha, delta)


def _frontier(
    examination: Examination,
    given: Mapping[str, Fraction | None],
    alphas: list[LargestAlpha],
    alpha: Fraction,
    delta: Fraction,
) -> Best:
    """Rows of (gamma, epsilon) for one alpha and delta. Neither given: the largest epsilon of all, for a small gamma,
    then the largest gamma for that epsilon and for parts of it."""
    rows: list[Row] = []

    def add(row: Row) -> bool:
        rows.append(row)
        return row.holds and examination.budget.reached(examination.boxes) is None

    curvatures = [-p.eigenvalues[0].high for p in examination.points if p.eigenvalues and p.eigenvalues[0].high < 0]
    if given["gamma"] is not None and given["epsilon"] is not None:
        add(given_row(examination, Constants(alpha, given["gamma"], given["epsilon"], delta)))
    elif given["epsilon"] is not None:
        add(best_row(examination, alpha, delta, epsilon=given["epsilon"]))
    elif given["gamma"] is not None:
        add(best_row(examination, alpha, delta, gamma=given["gamma"]))
    elif not curvatures:
        for part in EVERY_GAMMA:
            if not add(best_row(examination, alpha, delta, gamma=rounded(Fraction(part) * alpha, up=False, digits=3))):
                break
    elif add(best_row(examination, alpha, delta, gamma=rounded(Fraction(min(curvatures)) / 10, up=False, digits=3))):
        for part in EPSILONS:
            epsilon = rounded(Fraction(part) * (rows[0].epsilon or Fraction(0)), up=False)
            if not add(best_row(examination, alpha, delta, epsilon=epsilon)):
                break
    why = examination.budget.reached(examination.boxes) or "no row of the frontier is proved"
    if rows and not rows[-1].holds:
        why += f"; with alpha = {alpha} and delta = {delta}{_others(rows[-1])}: {rows[-1].decision.reason}"
    return _finished(examination, given, alphas, rows, why)


def _others(row: Row) -> str:
    """Gamma and epsilon of a row, in words."""
    numbers = (("gamma", row.gamma), ("epsilon", row.epsilon))
    return "".join(f", {name} = {value}" for name, value in numbers if value is not None)


def _undecided(examination: Examination, why: str) -> Decision:
    return Decision("undecided", examination.scope_of_points, "none", why)


def _refuted_at_once(examination: Examination, given: Mapping[str, Fraction | None]) -> Decision | None:
    """A refutation that holds whatever the free constants are: a known point is asked about with those that help it
    least."""
    least = Fraction(1, 10**100)  # what holds for larger constants holds for these
    tried = Constants(given["alpha"] or least, given["gamma"] or least, least, given["delta"] or least)
    violation = examination.violations.known_point(tried)
    return None if violation is None else examination.failed(violation)


def _finished(
    examination: Examination,
    given: Mapping[str, Fraction | None],
    alphas: list[LargestAlpha],
    rows: list[Row],
    why: str,
) -> Best:
    """The rows without dominated ones, and of these one that holds for the answer: the one with the largest step size,
    or else the first."""
    shown = [row.with_refutations_of(rows) for row in rows if not any(other.dominates(row) for other in rows)]
    frontier = [row.record for row in shown]
    held = [row for row in shown if row.holds]
    if not held:
        # a row that fails refutes its own alpha and delta only
        scope = rows[-1].decision.scope if rows else examination.scope_of_points
        crowded = bool(rows) and rows[-1].decision.crowded
        return Best(Decision("undecided", scope, "none", why, crowded=crowded), dict(given), alphas, frontier, None)
    best, theorem = held[0], None
    smoothness = examination.smoothness(best.delta)
    if smoothness is not None:
        n = examination.landscape.dimension
        best = max(held, key=lambda row: (step_size(smoothness, n, row.constants)[0], row.gamma))
        theorem = theorem_6(smoothness, n, best.constants)
    numbers = best.constants
    constants = {
        "alpha": numbers.alpha, "gamma": numbers.gamma, "epsilon": numbers.epsilon, "delta": numbers.delta,
    }  # fmt: skip
    return Best(best.decision, constants, alphas, frontier, theorem)
