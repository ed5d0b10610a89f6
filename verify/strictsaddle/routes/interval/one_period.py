"""An objective that is periodic in some unknowns, on one period of these, where the others are bounded: a box that need not be symmetric,
and holds every stationary point up to periods. Its ends are rational and a little outside of a period, so that a point next to a face
may be counted twice: then the list does not count as complete.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.covering.infinity import unbounded_radius
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.roles import periods_of
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.finding import Finding, all_good

CENTRE = Fraction(137, 1000)  # of a period: faces where nothing in particular lies
WORDS = "the objective is periodic in {}: points are counted once a period"


def on_one_period(objective: Objective) -> Objective | None:
    """The objective on one period of the unknowns in which it is periodic by its form, where it is on R^n, and no stationary point has
    another unknown beyond some radius, which intervals have to show."""
    periods = periods_of(objective.graph, objective.node) if objective.domain.everything else {}
    if not periods:
        return None
    n = objective.dimension
    lower, upper = np.full((1, n), -np.inf), np.full((1, n), np.inf)
    for k, (unit, turn) in periods.items():
        with at_precision(128):
            half = arb(unit.denominator) / unit.numerator * (1 if turn else arb.pi())
            middle = 2 * half * CENTRE.numerator / CENTRE.denominator
            lower[0, k] = outward(middle - half).low
            upper[0, k] = outward(middle + half).high
    others = [k for k in range(n) if k not in periods]
    if others:
        radius = unbounded_radius(derive(objective), (lower, upper), others)
        if radius is None:
            return None
        lower[0, others], upper[0, others] = -radius, radius
    return objective.on(Box(tuple(map(Fraction, lower[0].tolist())), tuple(map(Fraction, upper[0].tolist()))))


def of_all_periods(finding: Finding, box: Objective) -> Finding:
    """What is known of all periods from the finding on one."""
    stationary, answer = finding.stationary, finding.definition_1
    once = all(box.domain.surrounds([(i.low, i.high) for i in point.point]) for point in stationary.isolated)
    trust = (*stationary.trust, WORDS.format(", ".join(_periodic(box))))
    stationary = replace(
        stationary, complete=stationary.complete and once, minima_complete=stationary.minima_complete and once, trust=trust
    )  # fmt: skip
    reason = answer.reason
    if answer.verdict == "strict_saddle":
        reason = all_good(stationary) if stationary.complete else "every stationary point is nondegenerate or strict"
    return replace(
        finding, definition_1=replace(answer, scope="global", reason=reason), stationary=stationary, evidence=()
    )


def _periodic(objective: Objective) -> list[str]:
    return [objective.variables[k] for k in sorted(periods_of(objective.graph, objective.node))]
