"""The exact route: the list of a polynomial's stationary points, or one that refutes.

On R^n and on boxes `engine` makes it (a box takes the points of R^n that lie in it), under equalities `constrained`. A continuous
symmetry makes for infinitely many stationary points, as a rule: orbits are looked at before msolve is called then, and where there are
some it isn't.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from strictsaddle.execution.budget import Budget
from strictsaddle.objective.domain import Domain
from strictsaddle.records.events import Listener
from strictsaddle.records.finding import Engine, Finding, all_good, continua_through, refutation
from strictsaddle.records.terms import Proof
from strictsaddle.records.verdict import Definition1, Stationary, Witness
from strictsaddle.routes.exact import constrained, engine
from strictsaddle.routes.exact.engine import Solution
from strictsaddle.routes.exact.orbits_first import exact_witness, look_first
from strictsaddle.routes.route import Case

SETTLED = ("local_minimum", "strict_saddle", "local_maximum")
SECONDS_WITH_ORBITS = 15.0  # for the list of an objective with a continuous symmetry, where another route may follow
SHARE_WITH_ORBITS = 0.25
SECONDS_EXACT = 5.0  # to find an exact witness beside one that is enclosed


class ExactRoute:
    """`alone`: whether no other route follows."""

    name: ClassVar[Engine] = "exact"
    compiled: ClassVar[bool] = False

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        if self.alone or case.objective.domain.equations or not case.symmetry.fields.generators:
            return self._listed(case, budget, tell)
        budget = budget.share(SHARE_WITH_ORBITS).at_most(SECONDS_WITH_ORBITS)
        if not case.objective.domain.everything:
            return self._listed(case, budget, tell)
        return self._with_orbits(case, budget, tell)

    def _with_orbits(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        first = look_first(case.derivation, case.symmetry.fields, case.options.start)
        witness, exact = first.witness, None
        if first.on_orbits:
            found = Finding.undecided("global", "stationary points lie on orbits of the continuous symmetry")
            found = replace(found, engine="exact")
            if witness is not None and witness.coordinates is None:  # an exact one says more
                exact = exact_witness(case.objective, witness, budget.at_most(SECONDS_EXACT))
                witness = exact or witness
        else:
            found = self._listed(case, budget, tell)
        if found.decided or witness is None:
            return found
        found = found.refuted(witness, exact=exact is not None)
        if not found.stationary.continua and first.minimum is not None:
            found = replace(found, stationary=replace(found.stationary, continua=continua_through(first.minimum)))
        return replace(found, engine="exact" if found.definition_1.proof == "exact" else "interval")

    def _listed(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        domain = case.objective.domain
        if domain.codimension:
            group = None if domain.equations else case.symmetry.group
            found = constrained.solve(case.objective, group=group, list_all=self.alone, budget=budget, listener=tell)
        else:
            found = engine.solve(case.objective, budget=budget, listener=tell)
        return concluded(found, domain)


def concluded(solution: Solution, domain: Domain) -> Finding:
    """What a solution says about the domain: on a box, its points that lie in it.

    Strict-saddle: every stationary point is a minimum with H > 0 or has a negative eigenvalue. It fails exactly where some stationary
    point has H >= 0 and H singular, so one witness refutes, and a complete list without one proves."""
    inside = solution.inside or (True,) * len(solution.points)
    points = list(zip(solution.points, inside, strict=True))
    witnesses = [witness for witness in solution.witnesses if _lies_in(witness, domain)]
    listed = tuple(point for point, inside in points if inside)
    unsure = [point for point, inside in points if inside is None]
    complete = solution.complete and not unsure and solution.all_periods
    stationary = Stationary(complete, solution.trust, listed, solution.continua if domain.ends is None else ())

    def answered(definition_1: Definition1) -> Finding:
        return Finding(definition_1, stationary, "exact", evidence=solution.evidence)

    if witnesses:
        why = refutation(witnesses[0])
        return answered(Definition1("not_strict_saddle", domain.scope, "exact", why, witnesses[0]))
    if solution.status in ("infinite", "failed"):
        reason = solution.reason + (f". {solution.remedy}" if solution.remedy else "")
        return answered(Definition1("undecided", domain.scope, "none", reason))
    # A point on which it is open whether it lies in the box does no harm when it is of a good kind.
    doubtful = [point for point, inside in points if inside is not False and point.kind not in SETTLED]
    if doubtful or not solution.complete:
        open_kind = "the kind of a stationary point is not settled"
        reason = open_kind if doubtful else solution.reason or "the list is not proved complete"
        return answered(Definition1("undecided", domain.scope, "none", reason))
    proof: Proof = "exact" if solution.proof == "exact" else "modular"
    if listed:
        return answered(Definition1("strict_saddle", domain.scope, proof, all_good(stationary)))
    reason = f"there is no stationary point {'anywhere' if domain.ends is None else 'in the box'}"
    if unsure:
        reason += f", but for {len(unsure)} on its boundary or next to it, nondegenerate or strict"
    return answered(Definition1("strict_saddle", domain.scope, proof, reason))


def _lies_in(witness: Witness, domain: Domain) -> bool:
    if witness.coordinates is None:
        return domain.holds(witness.point) is True
    return domain.contains([Fraction(c) for c in witness.coordinates])
