"""The interval route: coverings, with what goes before and after them; on R^n and boxes `engine`, on spheres `charts`."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from strictsaddle.covering.checkpoint import Checkpoint
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import executor
from strictsaddle.records.events import Listener
from strictsaddle.records.finding import Engine, Finding, all_good
from strictsaddle.records.verdict import Definition1, OnBox, Stationary
from strictsaddle.routes.interval import charts, engine
from strictsaddle.routes.interval.engine import Enclosed
from strictsaddle.routes.interval.one_period import of_all_periods, on_one_period
from strictsaddle.routes.route import Case


class IntervalRoute:
    """`plain`: whether it makes only searches that certificates know."""

    name: ClassVar[Engine] = "interval"
    compiled: ClassVar[bool] = True

    def __init__(self, *, plain: bool = False) -> None:
        self.plain = plain

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        if (box := on_one_period(case.objective)) is not None:
            return of_all_periods(self._run(Case(box, case.options), budget, tell), box)
        return self._run(case, budget, tell)

    def _run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        domain, options = case.objective.domain, case.options
        if case.symmetry.fields.generators:  # the question modulo symmetry needs time too
            budget = budget.share(0.5)
        try:
            with executor(options.processes) as pool:
                if domain.groups:
                    found = charts.enclose(case.objective, symmetry=case.symmetry, pool=pool, budget=budget, listener=tell,
                                           seed=options.start, checkpoint=options.checkpoint)  # fmt: skip
                else:
                    path = options.checkpoint
                    kept = None if path is None else Checkpoint(path, case.objective, tell)
                    found = engine.enclose(case.objective, symmetry=case.symmetry, pool=pool, budget=budget, listener=tell,
                                           seed=options.start, checkpoint=kept, plain=self.plain)  # fmt: skip
        except EngineError as error:  # the workers died again and again: nothing is claimed
            return replace(Finding.undecided(domain.scope, str(error)), engine=self.name)
        return concluded(found)


def concluded(found: Enclosed) -> Finding:
    """What a covering says. A box that the program chose proves nothing that was asked."""
    everything = found.chosen is None
    stationary = Stationary(
        found.complete and everything, found.trust, found.points, unresolved=found.unresolved,
        minima_complete=found.minima_complete and everything,
    )  # fmt: skip
    finding = Finding(
        Definition1("undecided", found.scope, "none", found.reason), stationary, "interval", found.boxes, found.evidence
    )
    if found.witness is not None:
        return finding.refuted(found.witness)
    answer = finding.definition_1
    if found.chosen is not None:
        reason = found.reason
        on_box = OnBox(found.chosen, "undecided", "none")
        if found.closed:
            known = all_good(stationary) if found.complete else "every stationary point is nondegenerate or strict"
            reason = (
                f"nothing is known about what lies outside of a box that the program chose; on {found.where}, {known}"
            )
            on_box = OnBox(found.chosen, "strict_saddle", "interval")
        answer = Definition1("undecided", found.scope, "none", reason, on_box=on_box)
    elif found.closed:
        answer = Definition1("strict_saddle", found.scope, "interval", _why(found, stationary))
    return replace(finding, definition_1=answer)


def _why(found: Enclosed, stationary: Stationary) -> str:
    if found.complete and not found.points:
        where = "anywhere" if found.scope == "global" else "in the box"
        reason = f"there is no stationary point {where}: {found.where}"
    elif found.complete:
        reason = all_good(stationary)
    else:
        reason = "every stationary point is a minimum with positive definite Hessian or has a negative curvature"
    return reason + "; proved on the box" if found.scope == "box" else reason
