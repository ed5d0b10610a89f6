"""An objective that is periodic in every unknown, on one period: a box that need not be symmetric, and holds every stationary point up to
periods. Its ends are rational and a little outside of a period, so that a point next to a face may be counted twice: then the list
does not count as complete.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import arb

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.formula.roles import periods_of
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.finding import Finding, all_good

CENTRE = Fraction(137, 1000)  # of a period: faces where nothing in particular lies
WORDS = "the objective is periodic in {}: points are counted once a period"


def on_one_period(objective: Objective) -> Objective | None:
    """The objective on one period, where it is on R^n and periodic in every unknown by its form."""
    periods = periods_of(objective.graph, objective.node) if objective.domain.everything else {}
    if set(periods) != set(range(objective.dimension)):
        return None
    lower, upper = [], []
    for k in range(objective.dimension):
        unit, turn = periods[k]
        with at_precision(128):
            half = arb(unit.denominator) / unit.numerator * (1 if turn else arb.pi())
            middle = 2 * half * CENTRE.numerator / CENTRE.denominator
            lower.append(Fraction(outward(middle - half).low))
            upper.append(Fraction(outward(middle + half).high))
    return objective.on(Box(tuple(lower), tuple(upper)))


def of_all_periods(finding: Finding, box: Objective) -> Finding:
    """What is known of all periods from the finding on one."""
    stationary, answer = finding.stationary, finding.definition_1
    once = all(box.domain.surrounds([(i.low, i.high) for i in point.point]) for point in stationary.isolated)
    trust = (*stationary.trust, WORDS.format(", ".join(box.variables)))
    stationary = replace(
        stationary, complete=stationary.complete and once, minima_complete=stationary.minima_complete and once, trust=trust
    )  # fmt: skip
    reason = answer.reason
    if answer.verdict == "strict_saddle":
        reason = all_good(stationary) if stationary.complete else "every stationary point is nondegenerate or strict"
    return replace(
        finding, definition_1=replace(answer, scope="global", reason=reason), stationary=stationary, evidence=()
    )
