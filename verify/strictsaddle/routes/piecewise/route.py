"""Piecewise strict-saddle: every directionally stationary point is a good minimum or a strict saddle, stratum by stratum."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget, OutOfTime, Stopwatch
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.exact_spectrum import exact_inertia_of, spectrum_of
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.events import Listener, PointFound, Progress
from strictsaddle.records.finding import Engine, Finding
from strictsaddle.records.terms import Kind, Proof, Sense, weakest
from strictsaddle.records.verdict import Definition1, Stationary, StationaryPoint, Witness
from strictsaddle.routes.exact.points import exact_hessian
from strictsaddle.routes.piecewise.cells import Cells, TooManyCells
from strictsaddle.routes.piecewise.emptiness import Signs
from strictsaddle.routes.piecewise.local import Local, examined
from strictsaddle.routes.piecewise.stratum import candidates
from strictsaddle.routes.route import Case

PRECISION = 192
KINDS: dict[str, Kind] = {
    "good": "local_minimum", "strict": "strict_saddle", "maximum": "local_maximum", "degenerate": "degenerate", "open": "undecided",
}  # fmt: skip


@dataclass
class _Found:
    """What the strata so far have given. `moving`: strata on which some candidate was no stationary point of the objective."""

    points: list[StationaryPoint]
    uncertain: list[StationaryPoint]  # of which it is not known that they are isolated
    infinite: bool = False
    proof: Proof = "exact"
    witness: Witness | None = None
    reason: str = ""
    moving: int = 0


class PiecewiseRoute:
    """For objectives that are polynomials on the cells of their kinks, on all of R^n."""

    name: ClassVar[Engine] = "exact"
    compiled: ClassVar[bool] = False

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        objective = case.objective
        scope = objective.domain.scope
        if not objective.domain.everything:
            return Finding.undecided(scope, "objectives with kinks are examined on R^n alone").in_the_sense(
                "piecewise", "exact"
            )
        try:
            cells = Cells.of(objective.graph, objective.node, objective.dimension)
            count = len(cells.strata)
        except (NotPolynomial, TooManyCells) as why:
            return Finding.undecided(scope, f"the objective has kinks, and is not in reach: {why}").in_the_sense(
                "piecewise", "exact"
            )
        sense: Sense = "smooth" if cells.is_smooth else "piecewise"
        found = _examined(objective, cells, case.options.start, budget, tell, smooth=sense == "smooth")
        complete = not found.reason and not found.infinite
        points = found.points if found.infinite else [*found.points, *found.uncertain]
        trust = (f"stationary points on each of the {count} strata (kinks: {len(cells.kinks)})",) if complete else ()
        stationary = Stationary(complete, trust, tuple(points), minima_complete=complete)
        finding = Finding(Definition1("undecided", scope, "none", found.reason, sense=sense), stationary, "exact")
        if found.witness is not None:
            where = ", ".join(
                found.witness.coordinates or (f"{0.5 * (side.low + side.high):.6g}" for side in found.witness.point)
            )
            reason = f"the stationary point at ({where}) is neither a good minimum nor a strict saddle: {found.witness.proof}"
            return replace(
                finding,
                definition_1=Definition1("not_strict_saddle", scope, "exact", reason, found.witness, sense=sense),
            )
        if found.reason:
            return finding
        return replace(
            finding,
            definition_1=Definition1("strict_saddle", scope, found.proof, _why(found), sense=sense),
        )


def _why(found: _Found) -> str:
    count = len(found.points) + len(found.uncertain)
    if found.infinite:
        words = "the stationary points are not isolated; those beside the ones listed have negative curvature"
    elif not count:
        words = "there is no stationary point"
    elif count == 1:
        words = "the one stationary point is a good minimum, a maximum or a strict saddle"
    else:
        words = f"all {count} stationary points are good minima, maxima or strict saddles"
    if not found.moving:
        return words
    further = "one further candidate" if found.moving == 1 else f"{found.moving} further candidates"
    return f"{words}; at {further} on strata the objective falls to first order"


def _examined(objective: Objective, cells: Cells, seed: int, budget: Budget, tell: Listener, *, smooth: bool) -> _Found:
    found, watch = _Found([], []), Stopwatch()
    every = cells.strata
    for number, signs in enumerate(every, start=1):
        tell(Progress(f"stratum {number} of {len(every)}", watch.seconds, found=len(found.points)))
        try:
            budget.require()
            inside = candidates(cells, signs, budget, seed)
        except (EngineError, OutOfTime) as error:
            found.reason = found.reason or str(getattr(error, "what", error))
            break
        if inside.proof != "none":
            found.proof = weakest(found.proof, inside.proof)
        settled = True
        found.infinite = found.infinite or inside.infinite
        for point, embedding in inside.points:
            local = examined(cells, signs, point, embedding)
            if local.kind == "moving":
                found.moving += not inside.infinite
                continue
            settled = settled and local.kind != "open"
            _take(
                objective, cells, signs, point, embedding, local, found, tell, infinite=inside.infinite, smooth=smooth
            )
            if inside.infinite and found.witness is not None:
                break
        if not inside.whole or not settled:
            reason = inside.reason or "the kind of a stationary point was not decided"
            found.reason = found.reason or f"{reason} ({_words(objective, cells, signs)})"
        if found.infinite and found.witness is not None:  # it is refuted, and there is no list to be made whole
            break
    return found


def _take(objective: Objective, cells: Cells, signs: Signs, point: FieldPoint, embedding: int, local: Local, found: _Found,
          tell: Listener, *, infinite: bool, smooth: bool) -> None:  # fmt: skip
    """Add a stationary point, and the witness that it is."""
    polynomial = cells.along(signs)
    with at_precision(PRECISION):
        balls = [point.embed(x, embedding, PRECISION).real for x in point.coordinates]
        value = outward(point.embed(point.evaluate(polynomial), embedding, PRECISION).real)
    where = tuple(outward(x) for x in balls)
    stratum = _words(objective, cells, signs)
    if local.kind == "degenerate" and found.witness is None:
        exact = tuple(str(x[0]) for x in point.coordinates) if point.is_rational else None
        proof = (f"in exact arithmetic it is stationary to first order on every cell beside it ({stratum}), there is no "
                 "direction of negative "
                 "curvature, and the objective does not grow quadratically")  # fmt: skip
        found.witness = Witness(where, exact, (), None, proof)
    if infinite and local.kind != "good":
        return
    record = StationaryPoint(where, value, (), None, None, KINDS[local.kind], stratum=stratum)
    isolated = local.kind in ("good", "maximum")
    if smooth or 0 not in signs:  # twice differentiable there: the Hessian is that of any cell beside it
        hessian = exact_hessian(PolynomialSystem(polynomial, cells.n), point)
        inertia = exact_inertia_of(point, embedding, hessian)
        isolated = isolated or not inertia.zero
        if smooth:
            spectrum = spectrum_of(point, embedding, hessian, inertia, PRECISION)
            record = StationaryPoint(where, value, spectrum, inertia.negative, inertia.zero, inertia.kind)
    (found.points if isolated else found.uncertain).append(record)
    tell(PointFound(record))


def _words(objective: Objective, cells: Cells, signs: Signs) -> str:
    """The stratum in words: the sign of each kink. (Names need not be ASCII, as FLINT's have to.)"""
    names = list(objective.variables)
    parts = []
    for kink, sign in zip(cells.kinks, signs, strict=True):
        shown = re.sub(r"x(\d+)", lambda found: names[int(found[1]) - 1], str(kink))
        parts.append(f"{shown} {'>' if sign > 0 else '<' if sign < 0 else '='} 0")
    return ", ".join(parts) if parts else "everywhere"
