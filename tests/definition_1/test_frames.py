"""A verdict carried through an orthogonal change of variables, and changes that are none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.definition_1 import check as pipeline
from strictsaddle.definition_1 import frames as carried
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.frame import holds, of_blocks
from strictsaddle.objective.objective import Frame
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint, Verdict

TURN = ((Fraction(3, 5), Fraction(4, 5)), (Fraction(-4, 5), Fraction(3, 5)))
CIRCLES = Spheres(((0, 1), (2, 3)))
STRAIGHT = "a**4 + 2*b**4 + a**2*x**2 - x + y**2"


def turned(formula: str) -> str:
    rows = {"a": "(3/5*a + 4/5*b)", "b": "(3/5*b - 4/5*a)", "x": "(3/5*x + 4/5*y)", "y": "(3/5*y - 4/5*x)"}
    return "".join(rows.get(character, character) for character in formula)


def objective(formula: str, domain: Spheres = CIRCLES) -> ss.Objective:
    return ss.Objective("turned", "a b x y", formula, domain=domain)


def frame(*, matrix: object = None, domain: Spheres = CIRCLES) -> Frame:
    found = of_blocks(objective(STRAIGHT, domain), TURN)
    return found if matrix is None else replace(found, matrix=matrix)


def spectra(verdict: Verdict) -> Counter[tuple[Interval, ...]]:
    return Counter(point.eigenvalues for point in verdict.stationary.isolated)


def meet(one: StationaryPoint, other: StationaryPoint) -> bool:
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(one.point, other.point, strict=True))


def test_a_frame_that_holds_is_proved() -> None:
    assert holds(frame(), objective(turned(STRAIGHT)))


def test_frames_that_do_not_hold_are_refused() -> None:
    """The twins: another objective by a tiny coefficient, a matrix that is no rotation, one that mixes spheres, another domain."""
    good = objective(turned(STRAIGHT))
    assert not holds(frame(), objective(turned(STRAIGHT) + " + a/10**30"))
    assert not holds(frame(), objective(STRAIGHT))
    nearly = tuple(
        tuple(x + (Fraction(1, 10**30) if (i, j) == (0, 0) else 0) for j, x in enumerate(row))
        for i, row in enumerate(frame().matrix)
    )
    assert not holds(frame(matrix=nearly), good)
    doubled = tuple(tuple(2 * x for x in row) for row in frame().matrix)
    half = Frame(
        objective(STRAIGHT.replace("a", "(a/2)").replace("b", "(b/2)").replace("x", "(x/2)").replace("y", "(y/2)")),
        doubled,
    )
    assert not holds(half, good)
    swapped = tuple(frame().matrix[(i + 2) % 4] for i in range(4))
    mixed = Frame(objective("x**4 + 2*y**4 + x**2*a**2 - a + b**2"), swapped)
    assert not holds(mixed, good)
    assert not holds(frame(), objective(turned(STRAIGHT), Spheres(((0, 1),))))


def test_the_carried_verdict_is_the_direct_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where msolve lists all points the frame is not used; the carried list must be the same."""
    plain = objective(turned(STRAIGHT))
    direct = ss.check(plain)
    monkeypatch.setattr("strictsaddle.definition_1.frames.MOST_LISTED", 3)
    through = pipeline.check(plain.with_frame(frame()), method="exact")
    assert any("simpler polynomial" in line for line in through.stationary.trust)
    assert direct.stationary.complete and through.stationary.complete
    assert through.definition_1.verdict == direct.definition_1.verdict
    assert through.stationary.counts == direct.stationary.counts
    for point in through.stationary.isolated:
        same = [other for other in direct.stationary.isolated if meet(point, other)]
        assert len(same) == 1 and same[0].index == point.index
    assert through.objective["expression"] == plain.expression and through.symmetry == direct.symmetry


@pytest.mark.parametrize("d", [3])
def test_rotated_components_are_refuted_like_straight_ones(d: int) -> None:
    straight = ss.check(ss.zoo.get("tensor-eq4", {"d": d}))
    rotated = ss.check(ss.zoo.get("tensor-eq4", {"d": d, "components": "random", "seed": 5}))
    assert rotated.definition_1.verdict == straight.definition_1.verdict == "not_strict_saddle"
    assert rotated.stationary.counts == straight.stationary.counts and spectra(rotated) == spectra(straight)
    own, more = (verdict.symmetry.signed_permutations.order for verdict in (rotated, straight) if verdict.symmetry)
    assert own < more == 1152  # what is reported are signed permutations of the user's own unknowns
    witness = rotated.definition_1.witness
    assert witness is not None
    for group in ((0, 1, 2), (3, 4, 5), (6, 7, 8)):  # on the user's spheres, and stationary for the user's formula
        assert sum(witness.point[i].low ** 2 for i in group) == pytest.approx(1.0)


def test_a_wrong_frame_is_not_used() -> None:
    """The twin: a frame of another seed's components is refused, and what is found is still about the objective."""
    one = ss.zoo.get("tensor-eq4", {"d": 3, "components": "random", "seed": 1})
    other = ss.zoo.get("tensor-eq4", {"d": 3, "components": "random", "seed": 2})
    assert one.frame is not None and other.frame is not None
    assert holds(one.frame, one) and not holds(other.frame, one)
    verdict = ss.check(one.with_frame(other.frame), method="exact", budget=2)
    assert not any("simpler polynomial" in line for line in verdict.stationary.trust)


def test_no_list_of_minima_is_called_whole_when_a_point_could_not_be_carried_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    straight = ss.check(objective(STRAIGHT), workers=1)
    claimed = replace(straight, stationary=replace(straight.stationary, minima_complete=True))
    _, whole = carried.carried(claimed, frame())
    assert whole.complete and whole.minima_complete
    monkeypatch.setattr(carried, "_apart", lambda frame, points, complete: points[1:])
    _, shorter = carried.carried(claimed, frame())
    assert not shorter.complete and not shorter.minima_complete
