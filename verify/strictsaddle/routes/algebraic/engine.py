"""Every stationary point of an objective whose gradient is algebraic, on its natural domain, on a box, or under equalities.

The equations of `equations` are solved over C as `polynomials.locate` solves those of a polynomial. The real solutions at which the formula
is defined are the stationary points; what is undefined there is left out, with proof. Where solutions at which something forbidden
vanishes are in the way, as they are infinitely many or no precision shows that they are, the equations are solved once more with it
inverted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.derive import derivatives
from strictsaddle.derive.definedness import conditions_on
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import SquareSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.formula.roles import NotAlgebraic, periods_of
from strictsaddle.manifolds.regularity import Regularity, regularity
from strictsaddle.manifolds.riemannian import Constraint
from strictsaddle.objective.domain import Domain, Euclidean
from strictsaddle.objective.equalities import equality_nodes
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.locate import Located, locate
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.events import Listener, PointFound, Progress
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.algebraic.equations import Equations, equations_of
from strictsaddle.routes.algebraic.lagrangian import regular_by_intervals
from strictsaddle.routes.algebraic.points import Reader, inside
from strictsaddle.routes.algebraic.special_angles import degenerate_zeros
from strictsaddle.routes.exact.constrained import REGULARITY_TRUST
from strictsaddle.routes.exact.engine import Solution
from strictsaddle.routes.interval.one_period import WORDS
from strictsaddle.symmetry.completion import in_order

SHARE = 0.5  # of the time, for the equations as they are, where they may be solved again
PRECISION = 192


def solve(objective: Objective, budget: Budget, listener: Listener) -> Solution:
    """Every stationary point, certified; with `inside` on a box. A failure is a Solution with status "failed"."""
    watch = Stopwatch()
    domain = objective.domain
    derivation = derive(objective.on(Euclidean(domain.where)))
    graph = derivation.graph
    equalities = [
        (h, derivatives.gradient(graph, h, objective.dimension))
        for h in equality_nodes(domain, graph, objective.variables)
    ]
    conditions = conditions_on(derivation).with_those_of(graph, [h for h, _ in equalities])
    listener(Progress("writing the gradient as polynomial equations", watch.seconds))
    regular = Regularity("exact")
    if domain.equations:
        if domain.polynomials:
            regular = regularity(domain, objective.variables, budget=budget)
        else:
            regular = regular_by_intervals(derivation, equalities)
        if regular.proof == "open":
            return Solution("failed", reason=regular.reason)
    try:
        equations = equations_of(graph, derivation.gradient, conditions, equalities)
    except NotAlgebraic as why:
        return Solution("failed", reason=f"the gradient is not in reach of polynomial algebra: {why}")
    constraints = tuple(Constraint.of(graph, slopes, objective.dimension) for _, slopes in equalities)
    together = [*conditions.positive, *conditions.nonzero, *conditions.edges, *conditions.closed]
    counts = len(conditions.positive), len(conditions.nonzero), len(conditions.edges)
    tape = (compile_tape(graph, together, objective.dimension), *counts) if together else None
    modular = regular.proof == "modular"
    reason = ""
    for system, share in _systems(equations):
        listener(Progress("solving the polynomial equations", watch.seconds))
        try:
            located = locate(system, budget=budget.share(share))
        except EngineError as error:
            return Solution("failed", reason=error.what, remedy=error.remedy)
        reader = Reader(derivation, equations, system, tape, constraints)
        if located.outcome == "infinite":
            reason = "there are infinitely many complex solutions, says msolve"
            if (
                system.dimension == equations.system.dimension
                and (found := _at_special_angles(reader, domain)) is not None
            ):
                return found
            continue
        try:
            found = _solution(reader, located, domain, listener, watch)
        except NotAlgebraic as why:  # too many periods in a box
            return Solution("failed", reason=str(why))
        if found.complete or system.dimension > equations.system.dimension:
            if modular and found.complete:
                return replace(found, proof="modular", trust=(*found.trust, REGULARITY_TRUST))
            return found
        reason = found.reason
    return Solution("infinite" if "infinitely" in reason else "failed", reason=reason)


def _at_special_angles(reader: Reader, domain: Domain) -> Solution | None:
    """A refutation by a degenerate point at special angles; None where none is found."""
    if domain.ends is not None:
        return None
    for zero in degenerate_zeros(reader):
        point = reader.record(zero)
        if point.kind == "degenerate" and reader.is_defined(zero):
            reason = "there are infinitely many complex solutions, and a degenerate one among them"
            return Solution("infinite", (), False, "none", (), (_witness(reader, zero, point),), reason=reason)
    return None


def _systems(equations: Equations) -> Iterator[tuple[SquareSystem, float]]:
    if any(row.is_zero() for row in equations.system.rows):
        return
    if equations.system.dimension == 1 or not equations.forbidden:
        yield equations.system, 1.0
        return
    yield equations.system, SHARE
    yield equations.inverted, 1.0


def _solution(reader: Reader, located: Located, domain: Domain, listener: Listener, watch: Stopwatch) -> Solution:
    listener(Progress("proving the signs of eigenvalues", watch.seconds, found=len(located.zeros)))
    found: list[tuple[StationaryPoint, bool | None]] = []
    witnesses: list[Witness] = []
    complete, reason = located.complete, located.reason
    for zero in located.zeros:
        defined = reader.is_defined(zero)
        if defined is None:
            complete, reason = False, "it is open whether the formula is defined at a solution of the equations"
        if not defined:
            continue
        point = reader.record(zero)
        for placed, lies in _copies(reader, zero, point, domain):
            found.append((placed, lies))
            listener(PointFound(placed))
            if placed.kind == "degenerate":
                witnesses.append(_witness(reader, zero, placed))
    found.sort(key=lambda pair: in_order(pair[0]))
    trust = list(located.trust)
    once = domain.ends is not None or not reader.angles
    if not once:
        names = ", ".join(reader.derivation.objective.variables[angle.number] for angle in reader.angles)
        once = _have_the_same_periods(reader)
        trust.append(
            WORDS.format(names) if once else f"the gradient is periodic in {names}, and f is not: one period is listed"
        )
    return Solution(
        "finite", tuple(point for point, _ in found), complete, located.proof if complete else "none", tuple(trust), tuple(witnesses),
        reason=reason, inside=() if domain.ends is None else tuple(lies for _, lies in found), all_periods=once,
    )  # fmt: skip


def _have_the_same_periods(reader: Reader) -> bool:
    """Whether f has, by its form, the periods in which its gradient is listed."""
    periods = periods_of(reader.derivation.graph, reader.derivation.value)
    return all(
        angle.number in periods
        and periods[angle.number][1] == (angle.role == "turn")
        and rational(periods[angle.number][0]) == angle.unit
        for angle in reader.angles
    )


def _copies(
    reader: Reader, zero: RealZero, point: StationaryPoint, domain: Domain
) -> Iterator[tuple[StationaryPoint, bool | None]]:
    """The point in each period in which it may lie in the box, and whether it does."""
    if domain.ends is None:
        yield point, True
        return
    exact = reader.exact_coordinates(zero)
    with at_precision(PRECISION):
        place = reader.placed(zero.refined(reader.form, PRECISION)).unknowns
        for moved in reader.shifts(place, domain):
            same = moved == place
            lies = inside(moved, exact if same else None, domain)
            if lies is not False:
                value = outward(evaluate_arb(reader.derivation.value_tape, moved)[0])
                yield replace(point, point=tuple(outward(x) for x in moved), value=value), lies


def _witness(reader: Reader, zero: RealZero, point: StationaryPoint) -> Witness:
    coordinates = reader.exact_coordinates(zero)
    degree = 1 if zero.exact is None else zero.exact.degree
    where = "rational arithmetic" if degree == 1 else f"the number field Q[t]/(p), deg p = {degree},"
    proof = (
        f"in {where} the numerators of the gradient vanish, and the rank of their Jacobian matrix shows how often 0 is an eigenvalue of "
        "the Hessian; enclosures show that the others are positive"
    )
    texts = None if coordinates is None else tuple(map(str, coordinates))
    return Witness(point.point, texts, point.eigenvalues, point.nullity, proof)
