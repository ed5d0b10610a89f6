"""A polynomial objective on R^n, decided exactly: its stationary points with proved inertia, and witnesses
against Definition 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from flint import fmpq

from strictsaddle.certify.krawczyk import Enclosure
from strictsaddle.covering.listing import on_faces
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.derive.polynomials import system as polynomial_system
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget, Stopwatch
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.objective.domain import Domain, Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.locate import Located, locate
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.events import Listener, PointFound, Progress, silent
from strictsaddle.records.evidence import Evidence
from strictsaddle.records.verdict import Continuum, StationaryPoint, Witness
from strictsaddle.routes.exact.continua import find_witnesses
from strictsaddle.routes.exact.evidence import count_of, point_of
from strictsaddle.routes.exact.points import classified, settled, witness

Status = Literal["finite", "infinite", "none", "failed"]


@dataclass(frozen=True)
class Solution:
    """What the exact engine found.

    `status`: "finite" (finitely many complex stationary points; `points` are the real ones), "none" (no
    stationary point), "infinite" (infinitely many complex ones; `points` is empty, `continua` and `witnesses`
    hold what was found) or "failed", with the `reason` and a `remedy`. `complete` and `proof`: whether
    `points` are all of them, and how that is proved; `trust` says what it rests on, a line each. A witness is
    always exact and refutes Definition 1, whatever else is known. `inside` says for each point whether it lies in the
    box that was asked about (None: open); it is empty where none was. `evidence`: for the points and their number. `all_periods`: False
    where the gradient is periodic, f is not, and only the points of one period are listed.
    """

    status: Status
    points: tuple[StationaryPoint, ...] = ()
    complete: bool = False
    proof: Literal["exact", "modular", "none"] = "none"
    trust: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    continua: tuple[Continuum, ...] = ()
    reason: str = ""
    remedy: str = ""
    inside: tuple[bool | None, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    all_periods: bool = True


def solve(
    objective: Objective,
    *,
    budget: Budget = UNLIMITED,
    seed: int = 0,
    listener: Listener = silent,
) -> Solution:
    """Every stationary point of a polynomial objective on all of R^n, certified; on a box with what is known of which lie in it.

    budget: of msolve and of the search of witnesses. Never raises for what an engine does; a failure is a Solution with status "failed".
    """
    watch = Stopwatch()
    if objective.domain.codimension:
        return Solution("failed", reason="there are equalities, for which there are other methods")
    objective, box = objective.on(Euclidean()), objective.domain
    try:
        system = polynomial_system(objective.graph, objective.node, objective.dimension)
    except NotPolynomial as why:
        return Solution("failed", reason=f"the objective is not in reach of the exact engine: {why}")
    listener(Progress("solving the polynomial system", watch.seconds))

    def report(found: int, count: int) -> None:
        phase = f"found {found} of {count} complex stationary points"
        listener(Progress(phase, watch.seconds))

    try:
        located = locate(system, budget=budget, report=report)
    except EngineError as error:
        return _failed(system, error, seed, budget)
    if located.outcome == "constant":
        return _constant(system)
    if located.outcome == "none":
        reason = "there is no stationary point" + (f": {located.reason}" if located.reason else "")
        return Solution("none", (), located.complete, located.proof, located.trust, reason=reason)
    if located.outcome == "infinite":
        return _infinite(system, located, seed, budget)
    return _finite(objective, system, located, box, listener, watch)


def _finite(
    objective: Objective,
    system: PolynomialSystem,
    located: Located,
    box: Domain,
    listener: Listener,
    watch: Stopwatch,
) -> Solution:
    form = MonomialForm.of(system)
    points, witnesses = [], []
    listener(Progress("proving the signs of eigenvalues", watch.seconds, found=len(located.zeros)))
    for zero in located.zeros:
        point = settled(system, zero, classified(system, form, zero))
        found = witness(zero, point)
        if found is not None:
            witnesses.append(found)
        points.append(point)
        listener(PointFound(point))
    return Solution(
        "finite",
        tuple(points),
        located.complete,
        located.proof,
        located.trust,
        tuple(witnesses),
        reason=located.reason,
        evidence=(
            *count_of(located),
            *(point_of(zero, point) for zero, point in zip(located.zeros, points, strict=True)),
        ),
        inside=() if box.ends is None else tuple(_inside(objective, form, zero, box) for zero in located.zeros),
    )


def _inside(objective: Objective, form: MonomialForm, zero: RealZero, box: Domain) -> bool | None:
    """Whether the point lies in the closed box; None where that is not proved."""
    answer = zero.lies_in(form, box)
    if answer is None and zero.simple is not None:
        home = [(value.real.lower(), value.real.upper()) for value in zero.simple.box]
        unique = np.array(
            [[np.nextafter(float(low), np.inf), np.nextafter(float(high), -np.inf)] for low, high in home]
        ).T
        return on_faces(derive(objective), Enclosure(zero.balls, unique), box) or None
    return answer


def _constant(system: PolynomialSystem) -> Solution:
    n = system.dimension
    origin = RealZero((), None, FieldPoint.rational([fmpq(0)] * n))
    point = classified(system, MonomialForm.of(system), origin)
    found = witness(origin, point)
    assert found is not None
    everywhere = Continuum(n, point.point, 0, "degenerate", description="every point: the objective is constant")
    return Solution(
        "infinite",
        (),
        True,
        "exact",
        (),
        (found,),
        (everywhere,),
        "the objective is constant: every point is stationary",
    )


def _infinite(system: PolynomialSystem, located: Located, seed: int, budget: Budget) -> Solution:
    witnesses, continua = find_witnesses(system, seed=seed, budget=budget)
    reason = located.reason
    if not witnesses:
        reason += ", and no witness against Definition 1 was found among them"
    return Solution("infinite", (), False, "none", (), witnesses, continua, reason)


def _failed(system: PolynomialSystem, error: EngineError, seed: int, budget: Budget) -> Solution:
    """Without msolve's list there may still be an exact rational witness."""
    witnesses, continua = find_witnesses(system, seed=seed, budget=budget, slices=False)
    return Solution("failed", (), False, "none", (), witnesses, continua, error.what, error.remedy)
