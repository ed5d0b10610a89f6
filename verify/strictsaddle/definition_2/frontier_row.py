"""One row of the frontier: the largest gamma for an epsilon, or the largest epsilon for a gamma, with alpha and delta
given; proved from below by coverings, refuted from above by certified points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.definition_2.examination import Decision, Examination
from strictsaddle.definition_2.infimum import infimum
from strictsaddle.definition_2.largest_alpha import MARGINS, rounded
from strictsaddle.definition_2.violation import Constants, Violation, certified
from strictsaddle.records.definition_2 import FrontierRow

ROUNDS = 24  # coverings spent on one row
RAISES = 12  # doublings of a value that holds while nothing refutes a larger one
LEAST_SHARE = Fraction(1, 10**9)  # of the first value that was tried: below that the best one is taken for 0
ABOVE = 1 + 1e-9
ROW_BOXES = 400_000  # boxes spent on one covering of a row


@dataclass(frozen=True)
class Row:
    """The constants that `decision` is about, and the least values of gamma and epsilon that are refuted beside the other
    three. `sought`: which of the two was looked for ("" for neither). A refuted value is about the whole domain."""

    alpha: Fraction
    delta: Fraction
    gamma: Fraction | None
    epsilon: Fraction | None
    decision: Decision
    sought: str = ""
    refuted_gamma: Fraction | None = None
    refuted_epsilon: Fraction | None = None

    @property
    def holds(self) -> bool:
        return self.decision.verdict == "holds"

    @property
    def constants(self) -> Constants:
        """Of a row that holds."""
        return Constants(self.alpha, self.gamma or Fraction(0), self.epsilon or Fraction(0), self.delta)

    @property
    def gap(self) -> float | None:
        """Between the value that is proved and the one that is refuted, as a part of the latter; None where one of them
        is missing, or where the proof is about less than what the refutation is about."""
        proved, refuted = {
            "gamma": (self.gamma, self.refuted_gamma),
            "epsilon": (self.epsilon, self.refuted_epsilon),
        }.get(self.sought, (None, None))
        if not self.holds or proved is None or refuted is None:
            return None
        return float((refuted - proved) / refuted)

    def dominates(self, other: Row) -> bool:
        """Whether it holds with constants as large as those of the other one, and larger somewhere."""
        if other is self or not (self.holds and other.holds):
            return False
        a, b = self.constants, other.constants
        return a.gamma >= b.gamma and a.epsilon >= b.epsilon and (a.gamma, a.epsilon) != (b.gamma, b.epsilon)

    def with_refutations_of(self, rows: Sequence[Row]) -> Row:
        """With the least refuted values that any of the rows (of the same alpha and delta) implies: a point that refutes
        refutes all larger constants."""
        pairs = [(r.gamma, r.refuted_epsilon) for r in rows] + [(r.refuted_gamma, r.epsilon) for r in rows]
        refuted = [(g, e) for g, e in pairs if g is not None and e is not None]
        gamma, epsilon = self.gamma, self.epsilon
        of_gamma = [g for g, e in refuted if epsilon is not None and e <= epsilon]
        of_epsilon = [e for g, e in refuted if gamma is not None and g <= gamma]
        return Row(
            self.alpha, self.delta, gamma, epsilon, self.decision, self.sought,
            min(of_gamma, default=self.refuted_gamma), min(of_epsilon, default=self.refuted_epsilon),
        )  # fmt: skip

    @property
    def record(self) -> FrontierRow:
        """As verdicts carry it."""
        decision = self.decision
        return FrontierRow(
            str(self.alpha), str(self.delta), _text(self.gamma), _text(self.refuted_gamma), _text(self.epsilon),
            _text(self.refuted_epsilon), self.sought or None, self.gap, decision.verdict, decision.scope, decision.proof,
        )  # fmt: skip


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def given_row(examination: Examination, constants: Constants) -> Row:
    """The row of four constants that are all given or chosen."""
    decision = examination.decide(constants)
    return Row(constants.alpha, constants.delta, constants.gamma, constants.epsilon, decision)


def best_row(
    examination: Examination,
    alpha: Fraction,
    delta: Fraction,
    *,
    gamma: Fraction | None = None,
    epsilon: Fraction | None = None,
) -> Row:
    """The largest value of gamma or epsilon, whichever is not given, that is proved beside the others, and the least
    that is refuted."""
    search = _Search(examination, alpha, delta, gamma, epsilon)
    refuted = search.refuted_by(search.infimum())
    start = refuted if refuted is not None else search.first_try()
    first = start
    decision = Decision("undecided", examination.scope_of_points, "none", "nothing was tried")
    proved: tuple[Fraction, Decision] | None = None
    margin = raised = 0
    for _ in range(ROUNDS):
        value = rounded(start * Fraction(MARGINS[margin]), up=False)
        if proved is not None and value <= proved[0]:
            break
        decision = examination.cover(search.constants(value), ROW_BOXES)
        if decision.verdict == "holds" or decision.on_box:
            proved = (value, decision)
            if refuted is not None or decision.on_box or raised == RAISES:
                break
            start, margin, raised = 2 * start, 0, raised + 1
        elif decision.violation is not None:
            here = np.array([i.low for i in decision.violation.point])
            again = search.refuted_by(search.infimum(here))
            refuted = start = min(value, search.size_of(decision.violation), again or value)
            margin = 0
            if search.hopeless(decision.violation) or refuted < first * LEAST_SHARE:
                break
        elif raised and refuted is None:
            break  # a larger value is neither proved nor refuted: the gap stays open
        else:
            margin += 1
        if margin == len(MARGINS) or examination.budget.reached(examination.boxes) is not None:
            break
    value_held, decision = (None, decision) if proved is None else proved
    return search.row(value_held, refuted, decision)


class _Search:
    """What differs between looking for gamma and looking for epsilon."""

    def __init__(
        self,
        examination: Examination,
        alpha: Fraction,
        delta: Fraction,
        gamma: Fraction | None,
        epsilon: Fraction | None,
    ) -> None:
        self.examination, self.alpha, self.delta = examination, alpha, delta
        self.gamma, self.epsilon = gamma, epsilon

    def constants(self, value: Fraction) -> Constants:
        if self.epsilon is None:
            return Constants(self.alpha, self.gamma or value, value, self.delta)
        return Constants(self.alpha, value, self.epsilon, self.delta)

    def row(self, value: Fraction | None, refuted: Fraction | None, decision: Decision) -> Row:
        if self.epsilon is None:
            return Row(self.alpha, self.delta, self.gamma, value, decision, "epsilon", refuted_epsilon=refuted)
        return Row(self.alpha, self.delta, value, self.epsilon, decision, "gamma", refuted_gamma=refuted)

    def first_try(self) -> Fraction:
        """Where to begin when nothing is refuted yet."""
        return Fraction(max(1.0, nearest_double(self.alpha))) if self.epsilon is None else self.alpha

    def infimum(self, near: Floats | None = None) -> Floats | None:
        return infimum(self.examination, self.alpha, self.delta, gamma=self.gamma, epsilon=self.epsilon, near=near)

    def size_of(self, violation: Violation) -> Fraction:
        """A short decimal at which the violation refutes: above its size, for at its very size it refutes nothing."""
        if self.epsilon is None:
            return rounded(violation.gradient_norm.high * ABOVE + 1e-300, up=True, digits=5)
        return rounded(max(-violation.least_eigenvalue.low * ABOVE, 1e-9), up=True, digits=5)

    def hopeless(self, violation: Violation) -> bool:
        """Whether it refutes every value."""
        return self.epsilon is not None and violation.least_eigenvalue.low >= 0

    def refuted_by(self, place: Floats | None) -> Fraction | None:
        """The least short decimal at which the point certainly refutes."""
        if place is None:
            return None
        norm, least = (float(size[0]) for size in self.examination.landscape.sizes(place[None]))
        if self.epsilon is None:
            value = rounded(norm * (1 + 1e-6) + 1e-300, up=True, digits=5)
        else:
            value = rounded(max(-least, 0.0) * (1 + 1e-6) + 1e-9, up=True, digits=5)
        constants = self.constants(value)
        far = self.examination.violations.far(constants)
        found = certified(self.examination.landscape, place, constants, far)
        return None if found is None else value
