"""The engines as the pipeline calls them: which one begins, with what share of the budget, and what it found.

The exact one solves polynomial systems (`routes.exact.engine`, on spheres `routes.exact.constrained`), the interval one covers
(`routes.interval.engine`, on spheres `routes.interval.charts`).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from strictsaddle.errors import EngineError
from strictsaddle.objective.domain import Box, Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener
from strictsaddle.records.verdict import Definition1, Scope, Stationary

if TYPE_CHECKING:
    from strictsaddle.symmetry.known import KnownSymmetries

Method = Literal["auto", "exact", "interval"]
SECONDS_WITH_ORBITS = 15.0  # for the exact list of an objective with a continuous symmetry
SECONDS_EXACT = 5.0  # to find an exact witness beside one that is enclosed
SHARE_OF_MSOLVE = 0.6  # of the budget, where the interval engine may follow


def chosen_engine(objective: Objective, method: Method) -> tuple[Literal["exact", "interval"], str]:
    """The engine to begin with, and why, in a sentence."""
    if method != "auto":
        return method, "as asked for"
    from strictsaddle.formula.expansion import NotPolynomial, expand

    try:
        expand(objective.graph, objective.node, objective.dimension)
    except NotPolynomial as reason:
        return "interval", f"not a polynomial: {reason}"
    return "exact", "the objective is a polynomial with rational coefficients"


@dataclass(frozen=True)
class Limits:
    """How far the covering may go, with what, and from where."""

    deadline: float | None
    max_boxes: int | None
    workers: int | None
    checkpoint: str | None
    seed: int | None

    def before_modulo(self, symmetry: KnownSymmetries) -> Limits:
        """The limits of the covering: half of the time that is left is for the question modulo symmetry, where there is one."""
        if self.deadline is None or not symmetry.fields.generators:
            return self
        return replace(self, deadline=self.deadline - 0.5 * max(0.0, self.deadline - time.monotonic()))


def by_exact_engine(objective: Objective, symmetry: KnownSymmetries, method: Method, budget: float | None, seed: int,
                     listener: Listener) -> tuple[Definition1, Stationary, Literal["exact", "interval"]]:  # fmt: skip
    """The exact engine, with its share of the budget where another one may follow; the last value is the one that decided.

    A continuous symmetry makes for infinitely many stationary points, as a rule. So orbits are looked at before msolve is
    called, and where there are some it isn't.
    """
    from strictsaddle.definition_1.conclude import continua_through, from_witness
    from strictsaddle.derive.derivatives import derive
    from strictsaddle.routes.exact.orbits_first import exact_witness, look_first

    if method == "exact":
        return *_exactly(objective, symmetry, method, budget, listener), "exact"
    if not symmetry.fields.generators:
        share = None if budget is None else SHARE_OF_MSOLVE * budget
        return *_exactly(objective, symmetry, method, share, listener), "exact"
    share = SECONDS_WITH_ORBITS if budget is None else min(0.25 * budget, SECONDS_WITH_ORBITS)
    if not isinstance(objective.domain, Euclidean):
        return *_exactly(objective, symmetry, method, share, listener), "exact"
    derivation = derive(objective)
    first = look_first(derivation, symmetry.fields, seed)
    witness, exact = first.witness, None
    if first.on_orbits:
        on_orbits = Definition1(
            "undecided", "global", "none", "stationary points lie on orbits of the continuous symmetry"
        )
        definition_1, stationary = on_orbits, Stationary(False, (), ())
        if witness is not None and witness.coordinates is None:  # an exact one says more
            exact = exact_witness(objective, witness, min(share, SECONDS_EXACT))
            witness = exact or witness
    else:
        definition_1, stationary = _exactly(objective, symmetry, method, share, listener)
    if definition_1.verdict == "undecided" and witness is not None:
        definition_1, stationary = from_witness(witness, stationary, exact=exact is not None)
        if not stationary.continua and first.minimum is not None:
            stationary = replace(stationary, continua=continua_through(first.minimum))
        return definition_1, stationary, "exact" if definition_1.proof == "exact" else "interval"
    return definition_1, stationary, "exact"


def _exactly(objective: Objective, symmetry: KnownSymmetries, method: Method, budget: float | None,
             listener: Listener) -> tuple[Definition1, Stationary]:  # fmt: skip
    """The exact engine: on R^n, on a box (the points of R^n that lie in it), or on spheres."""
    from strictsaddle.definition_1.conclude import from_solution
    from strictsaddle.routes.exact import constrained as riemannian
    from strictsaddle.routes.exact import engine as algebraic

    domain = objective.domain
    if isinstance(domain, Spheres):
        found = riemannian.solve(
            objective, group=symmetry.group, list_all=method == "exact", budget=budget, listener=listener
        )
        return from_solution(found, None)
    box = domain if isinstance(domain, Box) else None
    return from_solution(algebraic.solve(objective.on(Euclidean()), box=box, budget=budget, listener=listener), box)


def by_covering(objective: Objective, symmetry: KnownSymmetries, limits: Limits,
                 listener: Listener) -> tuple[Definition1, Stationary, int]:  # fmt: skip
    """The interval engine; the last value counts its boxes."""
    from strictsaddle.covering.checkpoint import Checkpoint
    from strictsaddle.covering.waves import Limits
    from strictsaddle.definition_1.conclude import from_covering
    from strictsaddle.execution.executor import executor
    from strictsaddle.routes.interval import charts as on_spheres
    from strictsaddle.routes.interval import engine as enclosing

    try:
        with executor(limits.workers or os.cpu_count() or 1) as pool:
            stop = Limits(limits.deadline, limits.max_boxes)
            if isinstance(objective.domain, Spheres):
                found = on_spheres.enclose(objective, symmetry=symmetry, pool=pool, limits=stop, listener=listener, seed=limits.seed or 0,
                                           checkpoint=limits.checkpoint)  # fmt: skip
            else:
                kept = Checkpoint(limits.checkpoint, objective, listener) if limits.checkpoint is not None else None
                found = enclosing.enclose(objective, symmetry=symmetry, pool=pool, limits=stop, listener=listener, seed=limits.seed or 0,
                                          checkpoint=kept)  # fmt: skip
    except EngineError as error:  # the workers died again and again: nothing is claimed
        scope: Scope = "box" if isinstance(objective.domain, Box) else "global"
        return Definition1("undecided", scope, "none", str(error)), Stationary(False, (), ()), 0
    definition_1, stationary = from_covering(found)
    return definition_1, stationary, found.boxes
