"""What a modification costs: proved differences between the modified objective's minimisers and the original one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import arb, fmpq_mat

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, ball_between, balls_of, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.definition_2 import constants
from strictsaddle.derive.derivatives import derive, not_negative_by_form
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import MINIMA, Interval
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle.reformulation.records import Candidate, Price
from strictsaddle.symmetry.known import KnownSymmetries

PRECISION = 128
DELTA = "1/10"
BALANCED = "balance"  # the row of the catalogue that adds the moments alone


def price(original: Objective, before: Verdict, after: Verdict, symmetry: int) -> Price:
    """From the verdicts on both; symmetry: the order of the original's group of signed permutations."""
    minima = _minima(after)
    best = _best(after)
    inner = [point for point in after.stationary.isolated if point.kind not in MINIMA]
    complete = after.stationary.complete
    least = after.minimum
    group = after.symmetry.signed_permutations.order if after.symmetry is not None else None
    return Price(
        excess=_excess(original, before, best),
        distance=_distance(before, best),
        spurious_minima=None if least is None else least.spurious_minima,
        minima=None if minima is None else len(minima),
        saddles=sum(point.kind == "strict_saddle" for point in inner) if complete else None,
        least_alpha=_least([point.eigenvalues[0] for point in minima or () if point.eigenvalues]),
        least_gamma=_least([_negated(point.eigenvalues[0]) for point in inner if point.eigenvalues])
        if complete
        else None,
        symmetry=None if group is None else (symmetry, group),
    )


def with_constants(one: Price, objective: Objective, options: Options) -> Price:
    """The same with constants of Definition 2 at delta = DELTA, where some are found within the options' budget."""
    found = constants.at_delta(objective, DELTA, options)
    if found is None:
        return one
    c = found.constants
    iterations = None if found.theorem_6 is None else found.theorem_6.iterations
    return replace(one, alpha=c.alpha, gamma=c.gamma, epsilon=c.epsilon, delta=c.delta, iterations=iterations)


def _negated(side: Interval) -> Interval:
    return Interval(-side.high, -side.low)


def _least(sides: Sequence[Interval]) -> Interval | None:
    """The least of the enclosed numbers, enclosed."""
    return Interval(min(s.low for s in sides), min(s.high for s in sides)) if sides else None


def _minima(verdict: Verdict) -> tuple[StationaryPoint, ...] | None:
    """All local minima; None where not all are known."""
    return verdict.stationary.minima if verdict.stationary.all_minima_listed else None


def _global(minima: Sequence[StationaryPoint]) -> list[StationaryPoint]:
    """The minima that may be global: those with no other one proved to be lower."""
    lowest = min((point.value.high for point in minima), default=0.0)
    return [point for point in minima if point.value.low <= lowest]


def _excess(original: Objective, before: Verdict, best: Sequence[StationaryPoint]) -> Interval | None:
    """J at the best points, the hull over them, less its infimum."""
    if not best or len(best[0].point) != original.dimension:
        return None
    least = infimum(original, before)
    return None if least is None else _over(original, least, best)


def _over(original: Objective, least: Interval, best: Sequence[StationaryPoint]) -> Interval | None:
    """The hull of J - least over the points; None where there are none."""
    if not best:
        return None
    tape = derive(original).value_tape
    with at_precision(PRECISION):
        floor = ball_between(*least)
        hull: arb | None = None
        for point in best:
            value = evaluate_arb(tape, balls_of(point.point))[0] - floor
            hull = value if hull is None else hull.union(value)
        assert hull is not None
        if not hull.is_finite():
            return None
        low, high = outward(hull)
    return Interval(max(low, 0.0), max(high, 0.0))


def with_balanced_infimum(
    original: Objective, before: Verdict, symmetry: KnownSymmetries, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """The candidates with their excess over inf J, where that is known by a balanced one.

    Let the linear symmetries of J have a Lie algebra that is closed under transposition, and P be the sum of the squares of w'Aw over a
    basis. Then inf (J + c P) = inf J for every c > 0: each w has in the closure of its orbit a point at which P is 0 (the shortest one
    there: Kempf and Ness 1979; Richardson and Slodowy 1990 over the reals), and J is the same at it.
    """
    matrices = [field.matrix for field in symmetry.fields.linear]
    known = before.minimum is not None and before.minimum.value is not None
    if known or not matrices or not original.domain.everything or not _closed_under_transposition(matrices):
        return list(candidates)
    for one in candidates:
        least = None if one.verdict is None else one.verdict.minimum
        if one.modification == BALANCED and least is not None and least.attained and least.value is not None:
            floor = least.value
            return [
                replace(c, price=replace(c.price, excess=_over(original, floor, _best(c.verdict)))) for c in candidates
            ]
    return list(candidates)


def _closed_under_transposition(matrices: Sequence[Sequence[Sequence[Fraction]]]) -> bool:
    rows = [[rational(Fraction(x)) for row in matrix for x in row] for matrix in matrices]
    turned = [[rational(Fraction(x)) for row in zip(*matrix, strict=True) for x in row] for matrix in matrices]
    return int(fmpq_mat(rows).rank()) == int(fmpq_mat([*rows, *turned]).rank())


def _best(after: Verdict | None) -> list[StationaryPoint]:
    """The global minimisers, or none where they are not all known."""
    return [] if after is None else _global(_minima(after) or ())


def infimum(original: Objective, before: Verdict) -> Interval | None:
    """An enclosure of inf J: its least value where that is known, else from 0 to the value at the refuting point where the formula's form
    shows that it is never negative."""
    if before.minimum is not None and before.minimum.value is not None:
        return before.minimum.value
    witness = before.definition_1.witness
    graph, node = original.graph, original.node
    if witness is None or not (original.network is not None or not_negative_by_form(graph, node)):
        return None
    with at_precision(PRECISION):
        exact = witness.coordinates
        point = balls_of(witness.point) if exact is None else [arb(rational(Fraction(c))) for c in exact]
        return Interval(0.0, max(0.0, outward(evaluate_arb(derive(original).value_tape, point)[0]).high))


def _distance(before: Verdict, best: Sequence[StationaryPoint]) -> Interval | None:
    """From each of the best points to the nearest global minimiser of the original, the hull over them; None where these are not
    isolated, or not all known."""
    least, minima = before.minimum, _minima(before)
    if minima is None or least is None or not least.attained or not best:
        return None
    targets = _global(minima)
    if not targets:
        return None
    with at_precision(PRECISION):
        found = []
        for point in best:
            here = balls_of(point.point)
            far = [
                sum(((a - b) ** 2 for a, b in zip(here, balls_of(t.point), strict=True)), arb(0)).sqrt()
                for t in targets
            ]
            nearest = far[0]
            for other in far[1:]:
                nearest = nearest.min(other)
            found.append(outward(nearest))
    return Interval(max(0.0, min(f.low for f in found)), max(f.high for f in found))
