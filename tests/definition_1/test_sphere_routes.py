"""Two routes to one answer on spheres: Lagrange multipliers and charts; components and their rotation."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.records.verdict import StationaryPoint

MONOMIALS = ["x**2", "y**2", "x*y", "y*z", "x**3", "x*y*z", "z**4", "x", "z"]
FORMULAS = st.lists(
    st.tuples(st.integers(-4, 4).filter(bool), st.sampled_from(MONOMIALS)), min_size=3, max_size=5, unique_by=lambda t: t[1]
)  # fmt: skip


TORUS = ss.Spheres(((0, 1), (2, 3)))
ON_A_TORUS = st.lists(
    st.tuples(st.integers(-4, 4).filter(bool), st.sampled_from(["x**2", "x*y", "x*z", "y*u**2", "z*u", "z**3", "x**2*u", "y", "u"])),
    min_size=3, max_size=5, unique_by=lambda t: t[1],
)  # fmt: skip


def touch(one: StationaryPoint, other: StationaryPoint) -> bool:
    """Whether the enclosures of the two points meet in every coordinate."""
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(one.point, other.point, strict=True))


def spectra_meet(one: StationaryPoint, other: StationaryPoint) -> bool:
    pairs = zip(one.eigenvalues, other.eigenvalues, strict=True)
    return all(a.low <= b.high and b.low <= a.high for a, b in pairs)


def on_the_sphere(terms: Iterable[tuple[int, str]]) -> ss.Objective:
    formula = " + ".join(f"{c}*{monomial}" for c, monomial in terms)
    return ss.Objective("random", "x y z", formula, domain=ss.Spheres(((0, 1, 2),)))


def on_the_torus(terms: Iterable[tuple[int, str]]) -> ss.Objective:
    formula = " + ".join(f"{c}*{monomial}" for c, monomial in terms)
    return ss.Objective("random", "x y z u", formula, domain=TORUS)


@given(FORMULAS)
@settings(max_examples=4, deadline=None)
def test_charts_and_lagrange_multipliers_agree(terms: list[tuple[int, str]]) -> None:
    agree(on_the_sphere(terms))


@given(ON_A_TORUS)
@settings(max_examples=2, deadline=None)
def test_charts_and_lagrange_multipliers_agree_on_products(terms: list[tuple[int, str]]) -> None:
    agree(on_the_torus(terms))


def agree(objective: ss.Objective) -> None:
    """Every point that the charts list is one that the Lagrangian lists, with its index, nullity and eigenvalues; no verdict
    contradicts the other."""
    exact = ss.check(objective, method="exact")
    charts = ss.check(objective, method="interval", max_boxes=200_000, workers=1)
    answers = {exact.definition_1.verdict, charts.definition_1.verdict}
    assert not {"strict_saddle", "not_strict_saddle"} <= answers
    if not exact.stationary.complete:
        return
    for point in charts.stationary.isolated:
        same = [other for other in exact.stationary.isolated if touch(point, other)]
        assert len(same) == 1
        assert (point.index, point.nullity) == (same[0].index, same[0].nullity)
        assert spectra_meet(point, same[0])
    if charts.stationary.complete:
        assert charts.stationary.counts == exact.stationary.counts


def test_the_comparison_is_not_empty() -> None:
    """The twin: on a generic objective both lists are complete and not empty, and a wrong sign is seen."""
    objective = on_the_sphere([(1, "x**2"), (3, "y**2"), (1, "x"), (2, "x*y*z")])
    exact = ss.check(objective, method="exact")
    charts = ss.check(objective, method="interval", workers=1)
    assert exact.stationary.complete and charts.definition_1.verdict == "strict_saddle"
    minima = [p for p in charts.stationary.isolated if p.kind == "local_minimum"]
    maxima = [p for p in exact.stationary.isolated if p.kind == "local_maximum"]
    assert minima and maxima
    assert not spectra_meet(minima[0], maxima[0]) and not touch(minima[0], maxima[0])
    product = on_the_torus([(1, "x**2"), (3, "x*z"), (1, "y"), (2, "u")])
    assert ss.check(product, method="exact").stationary.complete
    assert ss.check(product, method="interval", workers=1).stationary.complete


@pytest.mark.parametrize(
    ("name", "d"), [("tensor-component", 2), ("tensor-component", 3), ("tensor-eq5", 2), ("tensor-eq4", 2)]
)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_rotation_of_the_components_changes_no_count_and_no_eigenvalue(name: str, d: int, seed: int) -> None:
    straight = ss.check(ss.zoo.get(name, {"d": d}))
    rotated = ss.check(ss.zoo.get(name, {"d": d, "components": "random", "seed": seed}))
    assert rotated.definition_1.verdict == straight.definition_1.verdict != "undecided"
    assert rotated.stationary.complete and rotated.stationary.counts == straight.stationary.counts

    def ordered(verdict: ss.Verdict) -> list[StationaryPoint]:
        return sorted(
            verdict.stationary.isolated, key=lambda p: [round(0.5 * (x.low + x.high), 6) for x in p.eigenvalues]
        )

    pairs = list(zip(ordered(straight), ordered(rotated), strict=True))
    assert all(spectra_meet(one, other) for one, other in pairs)
    assert any(not touch(one, other) for one, other in pairs)


@pytest.mark.slow
def test_a_rotation_changes_nothing_where_the_covering_decides() -> None:
    """Eq. 5 for d = 3, where the components' frame carries the straight objective's verdict back."""
    straight = ss.check(ss.zoo.get("tensor-eq5", {"d": 3}))
    rotated = ss.check(ss.zoo.get("tensor-eq5", {"d": 3, "components": "random"}))
    assert rotated.definition_1.verdict == straight.definition_1.verdict == "strict_saddle"
    assert rotated.stationary.counts == straight.stationary.counts and rotated.stationary.counts["local_minimum"] == 48
    assert rotated.resources.boxes == straight.resources.boxes
    spectra = [sorted(p.eigenvalues for p in verdict.stationary.isolated) for verdict in (straight, rotated)]
    assert spectra[0] == spectra[1]
    assert all(
        "48 local minima are all there are, and all are global" in v.definition_1.reason for v in (straight, rotated)
    )
