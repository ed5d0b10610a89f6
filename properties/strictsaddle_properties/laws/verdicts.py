"""Laws of the verdict: the same for the same problem in other clothes, by every engine, and true to its own list.

Only what is decided on both sides is compared: an engine may prove less of one form than of another, never something
else.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.objective.domain import Box, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Verdict
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle_properties import transformations
from strictsaddle_properties.engine import Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law

ONE, ZERO = Fraction(1), Fraction(0)


@law("what a verdict claims follows from its own parts")
def consistency(engine: Engine, objective: Objective, case: None) -> None:
    verdict = engine.check(objective)
    claim, stationary = verdict.definition_1, verdict.stationary
    kinds = [point.kind for point in stationary.isolated] + [continuum.kind for continuum in stationary.continua]
    refuting = [kind for kind in kinds if kind.startswith("degenerate")]
    if claim.verdict == "strict_saddle" and refuting:
        raise Broken(f"strict-saddle, with points that refute it: {refuting}")
    if claim.verdict == "strict_saddle" and claim.witness is not None:
        raise Broken("strict-saddle, with a witness against it")
    if claim.verdict == "not_strict_saddle" and claim.witness is None and not refuting:
        raise Broken("not strict-saddle, without a witness or a degenerate point")
    if (claim.verdict == "undecided") != (claim.proof == "none"):
        raise Broken(f"{claim.verdict}, and the proof is {claim.proof}")
    settled = stationary.complete and not stationary.continua and "undecided" not in kinds
    if settled and claim.verdict == "not_strict_saddle" and not refuting:
        raise Broken("not strict-saddle, and no point of the complete list is degenerate")
    modulo = verdict.modulo_symmetry
    if modulo is not None and claim.verdict == "strict_saddle" and modulo.verdict == "not_strict_saddle":
        raise Broken("strict-saddle, but not modulo symmetry")
    if modulo is not None and modulo.dimension == 0 and "undecided" not in (modulo.verdict, claim.verdict):
        affine = engine.fields(objective)
        if not affine and modulo.verdict != claim.verdict:
            raise Broken(f"{claim.verdict}, and {modulo.verdict} modulo a trivial symmetry")
    for point in stationary.isolated:
        expected = {(0, 0): "local_minimum", (len(point.eigenvalues), 0): "local_maximum"}
        if point.index is not None and point.nullity is not None and point.eigenvalues:
            kind = expected.get((point.index, point.nullity), "strict_saddle" if point.index else "degenerate")
            if not point.kind.startswith(kind) and point.kind != "undecided":
                raise Broken(f"index {point.index} and nullity {point.nullity}, called {point.kind}")


@law("the exact engine and the interval engine do not contradict each other", slow=True)
def agreement_of_the_engines(engine: Engine, objective: Objective, case: None) -> None:
    one = engine.check(objective)
    if one.resources.engine == "interval":
        raise DoesNotApply("the exact engine does not take this objective")
    require_agreement(one, engine.recheck(objective), "by intervals")


@law("the verdict on f(Pw) is that on f, for any signed permutation P", "signed_permutation", slow=True)
def verdict_under_signed_permutations(engine: Engine, objective: Objective, element: SignedPermutation) -> None:
    other = transformations.permuted(objective, element)
    require_agreement(engine.check(objective), engine.check(other), f"after {element}")


@law("the verdict does not depend on the names of the unknowns", "names", slow=True)
def verdict_under_relabelling(engine: Engine, objective: Objective, names: Sequence[str]) -> None:
    require_agreement(
        engine.check(objective), engine.check(transformations.renamed(objective, names)), f"renamed {names}"
    )


@law("the verdict on c f is that on f, for any c > 0", "factor", slow=True)
def verdict_under_scaling(engine: Engine, objective: Objective, factor: Fraction) -> None:
    other = engine.check(transformations.scaled(objective, factor))
    require_agreement(engine.check(objective), other, f"times {factor}", factor=factor)


@law("the verdict on f + c is that on f", "constant", slow=True)
def verdict_under_shifts(engine: Engine, objective: Objective, constant: Fraction) -> None:
    other = engine.check(transformations.shifted(objective, constant))
    require_agreement(engine.check(objective), other, f"plus {constant}", constant=constant)


@law("the verdict on f(Qw) is that on f, for any orthonormal Q", "orthonormal", slow=True)
def verdict_under_rotations(engine: Engine, objective: Objective, matrix: transformations.Matrix) -> None:
    if isinstance(objective.domain, Box):
        raise DoesNotApply("a turned box is no box")
    if isinstance(objective.domain, Spheres):
        matrix = _within_spheres(objective.domain, matrix)
    other = engine.check(transformations.changed(objective, matrix))
    rows = [[str(entry) for entry in row] for row in matrix]
    require_agreement(engine.check(objective), other, f"rotated by {rows}")


def _within_spheres(domain: Spheres, matrix: transformations.Matrix) -> transformations.Matrix:
    """An orthonormal matrix that keeps each sphere: where Q would mix groups, the identity."""
    n = len(matrix)
    home = {i: number for number, group in enumerate(domain.groups) for i in group}
    if all(not matrix[i][j] or home.get(i) == home.get(j) for i in range(n) for j in range(n)):
        return matrix
    # Turn each sphere in the plane of its first two unknowns, by the angle whose cosine is 3/5.
    turned = [[ONE if i == j else ZERO for j in range(n)] for i in range(n)]
    for group in domain.groups:
        i, j = group[:2]
        turned[i][i] = turned[j][j] = Fraction(3, 5)
        turned[i][j], turned[j][i] = Fraction(4, 5), Fraction(-4, 5)
    return turned


def require_agreement(
    one: Verdict, other: Verdict, how: str, *, factor: Fraction = ONE, constant: Fraction = ZERO
) -> None:
    """Raise Broken where verdicts on equivalent problems contradict each other; `other` is on factor*f + constant."""
    a, b = one.definition_1, other.definition_1
    decided = "undecided" not in (a.verdict, b.verdict)
    if decided and a.scope == b.scope and a.verdict != b.verdict:
        raise Broken(f"{a.verdict} ({a.reason}), {how} {b.verdict} ({b.reason})")
    m, n = one.modulo_symmetry, other.modulo_symmetry
    if m and n and "undecided" not in (m.verdict, n.verdict) and m.verdict != n.verdict and a.scope == b.scope:
        raise Broken(f"modulo {m.group} {m.verdict}, {how} modulo {n.group} {n.verdict}")
    lists = one.stationary, other.stationary
    if a.scope != b.scope or not all(found.complete and not found.continua for found in lists):
        if not decided:
            raise DoesNotApply("only one side is decided", undecided=True)
        return
    points, others = (found.isolated for found in lists)
    if len(points) != len(others):
        raise Broken(f"{len(points)} stationary points, {how} {len(others)}")
    signs = [sorted((p.index, p.nullity) for p in found if p.index is not None and p.nullity is not None)
             for found in (points, others)]  # fmt: skip
    if len(signs[0]) == len(signs[1]) == len(points) and signs[0] != signs[1]:
        raise Broken(f"(index, nullity) are {signs[0]}, {how} {signs[1]}")
    _same_numbers([p.value for p in points], [p.value for p in others], f"values, {how}", factor, constant)
    spectra = [[value for p in found for value in p.eigenvalues] for found in (points, others)]
    if len(spectra[0]) == len(spectra[1]):
        _same_numbers(spectra[0], spectra[1], f"eigenvalues, {how}", factor, ZERO)


def _same_numbers(
    one: Sequence[Interval], other: Sequence[Interval], what: str, factor: Fraction, constant: Fraction
) -> None:
    """Raise Broken unless the intervals can enclose the same numbers, in some order, after x -> factor*x + constant.

    The k-th smallest lower end is at most the k-th smallest number, and so on: sorting the ends loses nothing.
    """
    try:
        lows, highs = (sorted(factor * Fraction(end) + constant for end in ends) for ends in zip(*one, strict=True))
    except (ValueError, OverflowError):  # no intervals at all, or infinite ends
        return
    ends = zip(lows, highs, sorted(i.low for i in other), sorted(i.high for i in other), strict=True)
    for low, high, other_low, other_high in ends:
        if other_low > high or other_high < low:
            raise Broken(f"{what}: [{float(low)}, {float(high)}] and [{other_low}, {other_high}]")
