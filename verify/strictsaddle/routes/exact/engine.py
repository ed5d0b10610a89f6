"""A polynomial objective on R^n, decided exactly: its stationary points with proved inertia, and witnesses
against Definition 1."""

from __future__ import annotations

import time
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
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.locate import Located, locate
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.events import Listener, PointFound, Progress, silent
from strictsaddle.records.verdict import Continuum, StationaryPoint, Witness
from strictsaddle.routes.exact.continua import find_witnesses
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
    box that was asked about (None: open); it is empty where none was.
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


def solve(
    objective: Objective,
    *,
    box: Box | None = None,
    budget: float | None = None,
    seed: int = 0,
    listener: Listener = silent,
) -> Solution:
    """Every stationary point of a polynomial objective on all of R^n, certified.

    box: where the points are asked for; the others are found as well. budget: seconds for msolve and for the search
    of witnesses, None for no limit. Never raises for what an engine does; a failure is a Solution with status "failed".
    """
    started = time.monotonic()
    if not objective.domain.everything:
        return Solution("failed", reason="the exact engine works on all of R^n only")
    try:
        system = polynomial_system(objective.graph, objective.node, objective.dimension)
    except NotPolynomial as why:
        return Solution("failed", reason=f"the objective is not in reach of the exact engine: {why}")
    listener(Progress("solving the polynomial system", time.monotonic() - started))

    def report(found: int, count: int) -> None:
        phase = f"found {found} of {count} complex stationary points"
        listener(Progress(phase, time.monotonic() - started))

    try:
        located = locate(system, time_limit=budget, report=report)
    except EngineError as error:
        return _failed(system, error, seed, started, budget)
    if located.outcome == "constant":
        return _constant(system)
    if located.outcome == "none":
        reason = "there is no stationary point" + (f": {located.reason}" if located.reason else "")
        return Solution("none", (), located.complete, located.proof, located.trust, reason=reason)
    if located.outcome == "infinite":
        return _infinite(system, located, seed, _left(started, budget))
    return _finite(objective, system, located, box, listener, started)


def _left(started: float, budget: float | None) -> float | None:
    return None if budget is None else max(0.0, budget - (time.monotonic() - started))


def _finite(
    objective: Objective,
    system: PolynomialSystem,
    located: Located,
    box: Box | None,
    listener: Listener,
    started: float,
) -> Solution:
    form = MonomialForm.of(system)
    points, witnesses = [], []
    listener(Progress("proving the signs of eigenvalues", time.monotonic() - started, found=len(located.zeros)))
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
        inside=() if box is None else tuple(_inside(objective, form, zero, box) for zero in located.zeros),
    )


def _inside(objective: Objective, form: MonomialForm, zero: RealZero, box: Box) -> bool | None:
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


def _infinite(system: PolynomialSystem, located: Located, seed: int, time_limit: float | None) -> Solution:
    witnesses, continua = find_witnesses(system, seed=seed, time_limit=time_limit)
    reason = located.reason
    if not witnesses:
        reason += ", and no witness against Definition 1 was found among them"
    return Solution("infinite", (), False, "none", (), witnesses, continua, reason)


def _failed(system: PolynomialSystem, error: EngineError, seed: int, started: float, budget: float | None) -> Solution:
    """Without msolve's list there may still be an exact rational witness."""
    left = _left(started, budget)
    witnesses, continua = find_witnesses(system, seed=seed, time_limit=left, slices=False)
    return Solution("failed", (), False, "none", (), witnesses, continua, error.what, error.remedy)
