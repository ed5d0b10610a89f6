"""The route for gradients that are algebraic and no polynomials: all stationary points on the whole of the natural domain."""

from __future__ import annotations

from typing import ClassVar

from strictsaddle.execution.budget import Budget, OutOfTime
from strictsaddle.records.events import Listener
from strictsaddle.records.finding import Engine, Finding
from strictsaddle.routes.algebraic.engine import solve
from strictsaddle.routes.algebraic.lagrangian import covered
from strictsaddle.routes.exact.route import concluded
from strictsaddle.routes.route import Case


class MultiplierRoute:
    """Equalities whose equations are not algebraic: a covering of the Lagrangian's gradient."""

    name: ClassVar[Engine] = "interval"
    compiled: ClassVar[bool] = True

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        return covered(case, budget, tell)


MOST_SECONDS = 60.0  # where another route may follow, which it does unless the method is asked for


class AlgebraicRoute:
    name: ClassVar[Engine] = "exact"
    compiled: ClassVar[bool] = False

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        domain = case.objective.domain
        if case.options.method == "auto" and not domain.equations:
            budget = budget.at_most(MOST_SECONDS)
        with budget.enforced():
            try:
                found = concluded(solve(case.objective, budget, tell), domain)
            except OutOfTime as why:
                return Finding.undecided(domain.scope, str(why))
        if found.decided or found.stationary.isolated:
            return found
        return Finding.undecided(domain.scope, found.definition_1.reason)
