"""The interval engine: a proof for any twice differentiable objective, by refutation, covering and listing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.tape import compile_tape, outward
from strictsaddle.certify.spectrum import classified
from strictsaddle.covering.ascent import ascent_direction
from strictsaddle.covering.checkpoint import RESUMED, Checkpoint
from strictsaddle.covering.infinity import Region, region
from strictsaddle.covering.listing import list_points
from strictsaddle.covering.search import Search
from strictsaddle.covering.unresolved import unresolved
from strictsaddle.covering.waves import cover
from strictsaddle.derive.definedness import is_defined_everywhere
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.executor import Executor
from strictsaddle.formula.graph import NOT_SMOOTH
from strictsaddle.formula.printing import text
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, PointFound, Progress
from strictsaddle.records.evidence import Ascent, Evidence
from strictsaddle.records.terms import Interval, Scope
from strictsaddle.records.verdict import StationaryPoint, Unresolved, Witness
from strictsaddle.routes.refutation.refute import Suspects
from strictsaddle.routes.refutation.split_units import split_witness
from strictsaddle.symmetry.completion import MOST_POINTS
from strictsaddle.symmetry.known import KnownSymmetries

MOST_OF_A_SAMPLE = 50
MOST_COMPLETED = 1000  # points to which the sample is completed by the group
GRACE = 1.0  # seconds, when the time is over: what is known so far is worth that
RESERVED, MOST_RESERVED = 0.1, 2.0  # share of the time, and seconds, for the list after the covering
GREATEST_BOUND = 10**150  # squares must not overflow


@dataclass(frozen=True)
class Enclosed:
    """What the interval engine found out. `scope`: of the question. `closed`: Definition 1 is proved on the region that `where`
    describes; `complete`: `points` are all stationary points there, else a sample of them; `minima_complete`: all local minima are
    among them; `witness` refutes; `reason` says why it is not closed, `unresolved` where; `evidence` is for what is closed. `chosen`:
    the region, where it is a box that the program chose and holds less than the domain; None where it holds every point of it."""

    scope: Scope
    closed: bool
    complete: bool
    points: tuple[StationaryPoint, ...]
    witness: Witness | None
    reason: str
    where: str
    trust: tuple[str, ...]
    chosen: tuple[Interval, ...] | None
    boxes: int
    evidence: tuple[Evidence, ...] = ()
    unresolved: Unresolved | None = None
    minima_complete: bool = False


def not_smooth(objective: Objective, derivation: Derivation, lower: Floats, upper: Floats) -> str | None:
    """Where the objective may not be twice differentiable in the box (relu and abs at 0), in words, or None."""
    graph = objective.graph
    for node in graph.reachable([objective.node]):
        if graph.ops[node] in NOT_SMOOTH:
            tape = compile_tape(graph, [graph.left[node]], objective.dimension)
            low, high = evaluate_interval(tape, lower.reshape(1, -1), upper.reshape(1, -1))
            if not (low[0, 0] > 0 or high[0, 0] < 0):
                shown = text(graph, node, objective.variables)
                inner = text(graph, graph.left[node], objective.variables)
                return (
                    f"{shown} is not twice differentiable where {inner} = 0, so Definition 1 does not apply there, unless "
                    "the objective is smooth in spite of it, which is not looked into"
                )
    return None


def choose_region(objective: Objective, derivation: Derivation, reach: float) -> Region:
    """The box to search. `reach` is the largest coordinate of any stationary point known so far: it sizes the box where no bound
    for all of R^n is found, and then the region does not hold everything."""
    domain = objective.domain
    if domain.ends is not None:
        lower = np.array([outward(low)[0] for low in domain.ends[0]])
        upper = np.array([outward(high)[1] for high in domain.ends[1]])
        return Region(lower, upper, True, "the box of the objective")
    found = region(objective, derivation)
    if isinstance(found, Region):
        return found
    size = float(np.ceil(max(2.0 * reach, 4.0)))
    ends = np.full(objective.dimension, size)
    shown = f"[{-size:g}, {size:g}]"
    why = f"the box {shown} in every unknown, chosen by the program ({found})"
    return Region(-ends, ends, False, why)


def enclose(objective: Objective, *, symmetry: KnownSymmetries, pool: Executor, budget: Budget, listener: Listener, seed: int = 0,
            checkpoint: Checkpoint | None = None, known: Region | None = None, plain: bool = False) -> Enclosed:  # fmt: skip
    """Examine an objective on R^n or on a box: look for a witness, cover, list, complete by symmetry. known: a region that is proved to
    hold every stationary point, where one is to be had from elsewhere. plain: only searches that certificates know."""
    _require_doubles(objective)
    derivation = derive(objective)
    return _enclosed(objective, derivation, symmetry, pool, budget, listener, seed, checkpoint, known, plain)


def _enclosed(objective: Objective, derivation: Derivation, symmetry: KnownSymmetries, pool: Executor, budget: Budget,
              listener: Listener, seed: int, checkpoint: Checkpoint | None, known: Region | None, plain: bool) -> Enclosed:  # fmt: skip
    watch = Stopwatch()
    listener(Progress("looking for a bound on the stationary points", 0.0))
    scope = objective.domain.scope
    direction = ascent_direction(derivation)
    if direction is not None:
        names = ", ".join(str(c) for c in direction)
        proof = f"v.g(w) > 0 for all w with v = ({names}), by the form of the gradient"
        everywhere = is_defined_everywhere(objective)
        ascent = (Ascent(tuple(map(Fraction, direction))),) if everywhere else ()
        return Enclosed(scope, True, True, (), None, "", proof, (proof,), None, 0, ascent, minima_complete=True)
    suspects = Suspects(derivation, symmetry.matrices, objective.domain, seed, budget=budget)
    where = known or choose_region(objective, derivation, suspects.reach)
    sides = zip(where.lower.tolist(), where.upper.tolist(), strict=True)
    chosen = None if where.everything else tuple(Interval(low, high) for low, high in sides)
    rough = not_smooth(objective, derivation, where.lower, where.upper)
    if rough is not None:
        return Enclosed(scope, False, False, (), None, rough, where.why, (), chosen, 0)
    listener(Progress("looking for a point that refutes", watch.seconds))
    witness, suspicion = suspects.refutation(where.lower, where.upper)
    witness = witness or split_witness(derivation, seed=seed)
    points = _Points(derivation, symmetry, objective.domain, budget, listener)
    if witness is not None:
        sample, _ = points.listed(suspects.isolated(budget.at_least(GRACE)), MOST_COMPLETED)
        return Enclosed(scope, False, False, sample, witness, "refuted", where.why, (), chosen, 0)
    search = Search.of(derivation, where, symmetry.half_spaces, plain=plain)
    question = search.question
    state = checkpoint.restore(search.start, question) if checkpoint else search.start
    save = checkpoint.saver(search.start, question) if checkpoint else None
    state, stopped, _ = cover(question, state, pool, _sooner(budget), listener, save=save)
    if save is not None:
        save(state, now=True)
    reason = stopped
    if len(state.stuck):
        reason = _explain(search, state.stuck)
        witness, found = suspects.near(search.whole(state.stuck[0]), where.lower, where.upper)
        if witness is not None:
            sample, _ = points.listed(suspects.isolated(budget.at_least(GRACE)), MOST_COMPLETED)
            return Enclosed(scope, False, False, sample, witness, "refuted", where.why, (), chosen, state.boxes)
        suspicion = suspicion or found
    evidence = search.evidence(state)
    left = unresolved(search, state, stopped or "the search is not finished", reason or "")
    # Where the search was cut short the list is a sample anyway, and the time is up.
    if state.closed:
        boxes, lifted = search.points(state.points)
    else:
        boxes, lifted = search.points(state.points[:MOST_OF_A_SAMPLE])
        boxes = np.concatenate([suspects.isolated(budget.at_least(GRACE)), boxes])
    listed, whole = points.listed(boxes, MOST_POINTS if state.closed else MOST_COMPLETED)
    whole = whole and lifted
    complete = state.listed and whole
    trust = [f"an interval covering, every box of which is accounted for ({where.why})"] if complete else []
    trust += [RESUMED] if checkpoint and checkpoint.resumed else []
    trust += [search.words] if search.words and state.closed else []
    if complete and len(symmetry.half_spaces):
        trust.append(f"searched up to the proved symmetry group of order {symmetry.group.order}, then completed by it")
    if state.closed and not complete:
        trust.append("Definition 1 is proved without a complete list of the stationary points")
    sentence = "; ".join(part for part in (reason, suspicion) if part) or "the covering is not closed"
    return Enclosed(scope, state.closed, complete, listed, None, sentence, where.why, tuple(trust), chosen, state.boxes,
                    evidence, left, state.closed and state.minima_listed and whole)  # fmt: skip


def _sooner(budget: Budget) -> Budget:
    """The covering's, which leaves time to list what it found."""
    left = budget.left()
    return budget if left is None else budget.earlier(min(MOST_RESERVED, RESERVED * left))


@dataclass(frozen=True)
class _Points:
    """From boxes with one stationary point each to the records of the verdict."""

    derivation: Derivation
    symmetry: KnownSymmetries
    domain: Domain
    budget: Budget
    listener: Listener

    def listed(self, boxes: Floats, most: int) -> tuple[tuple[StationaryPoint, ...], bool]:
        """The points in the (m, 2, 2, n) boxes and their images under the group, `most` at most, sorted; and whether none is
        missing."""
        budget = self.budget.at_least(GRACE)
        # to settle a kind takes as long as to refine a point
        listing = list_points(self.derivation, boxes, self.domain, budget.share(0.5))
        settled = []
        for enclosure in listing.points:
            if budget.is_over:
                break
            settled.append(classified(self.derivation, enclosure))
        every = len(settled) == len(listing.points)
        points, whole = self.symmetry.completed(
            settled, [e.unique for e in listing.points[: len(settled)]], most if every else 0
        )
        for point in points:
            self.listener(PointFound(point))
        return points, every and listing.whole and whole


def _require_doubles(objective: Objective) -> None:
    """Raise InputError for a box whose bounds are beyond the numbers that the interval engine works with."""
    ends = objective.domain.ends
    for name, low, high in zip(objective.variables, *ends, strict=True) if ends is not None else ():
        if max(abs(low), abs(high)) > GREATEST_BOUND:
            raise InputError(
                "a bound of the box is beyond the range of floating-point numbers", where=f"domain.box, {name}",
                fragment=f"[{low}, {high}]", remedy="Leave the box out to ask about all of R^n, or use a smaller one.",
            )  # fmt: skip


def _explain(search: Search, stuck: Floats) -> str:
    """Why the first stuck box could not be closed: f is not defined there, or it looks degenerate."""
    derivation = search.derivation
    lower, upper = (end.reshape(1, -1) for end in search.in_all_unknowns(*stuck[0]))
    low, _ = evaluate_interval(derivation.gradient_hessian_tape, lower, upper)
    value, _ = evaluate_interval(derivation.value_tape, lower, upper)
    place = ", ".join(f"{name} = {float(Fraction(x).limit_denominator(10**6)):.6g}" for name, x in
                      zip(derivation.objective.variables, search.whole(stuck[0]).tolist(), strict=True))  # fmt: skip
    if np.isnan(low).any() or np.isnan(value).any():
        return f"the objective or its derivatives are not defined (log, sqrt or a quotient outside of its domain) near {place}"
    what = "a box is" if len(stuck) == 1 else f"{len(stuck)} boxes are"
    return f"{what} closed by no test, however small; {'it' if len(stuck) == 1 else 'one'} is at {place}"
