"""Each law holds for the program as it is, on drawn objectives, and is broken by a mutant made for it.

A mutant is the engine with one answer changed. The table MUTANTS has one for every law, and a test fails when a law has
none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Stationary, StationaryPoint, Verdict
from strictsaddle.symmetry.continuous.generator import Generator
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle_properties import strategies
from strictsaddle_properties.engine import Array, Enclosure, Engine, enclosed, standard
from strictsaddle_properties.laws import LAWS, Broken, DoesNotApply
from strictsaddle_properties.laws.counts import betti_numbers, tends_to_infinity
from strictsaddle_properties.trial import tried

ENGINE = standard(budget=10, max_boxes=20_000)
WELL = Objective("double well", "x y", "x**4/4 - x**2/2 + y**2/2")
EVEN = Objective("even", "x y", "x**4 + y**4 - 2*x**2 - 2*y**2")
SKEW = Objective("skew", "x y", "x**4 + y**4 - 2*x**2 - 3*y**2 + x/5 + x*y/3")
ROUND = Objective("round", "x y", "(x**2 + y**2 - 1)**2")
EQ5 = ss.zoo.tensor_eq5(d=2)
WAVES = Objective("waves", "x y", "2*cos(x) + x**2/10 + y**2")
HELD: Mapping[str, float] = {"alpha": 0.5, "gamma": 0.25, "epsilon": 0.0625, "delta": 0.125}

Mutation = Callable[[Engine], Engine]


def listing(change: Callable[[Stationary], Stationary]) -> Mutation:
    """The engine whose every list of points is changed."""

    def mutated(engine: Engine) -> Engine:
        def check(objective: Objective) -> Verdict:
            verdict = engine.check(objective)
            return replace(verdict, stationary=change(verdict.stationary))

        return replace(engine, check=check)

    return mutated


def each_point(change: Callable[[StationaryPoint], StationaryPoint]) -> Mutation:
    return listing(lambda found: replace(found, isolated=tuple(map(change, found.isolated))))


def without(kind: str) -> Mutation:
    """The engine that overlooks one point of a kind."""

    def change(found: Stationary) -> Stationary:
        lost = next(p for p in found.isolated if p.kind == kind)
        return replace(found, isolated=tuple(p for p in found.isolated if p is not lost))

    return listing(change)


def answering(answer: Callable[[Objective, Verdict], Verdict]) -> Mutation:
    return lambda engine: replace(engine, check=lambda objective: answer(objective, engine.check(objective)))


def saying_no(verdict: Verdict) -> Verdict:
    return replace(verdict, definition_1=replace(verdict.definition_1, verdict="not_strict_saddle"))


def refusing(unless: Callable[[Objective], bool]) -> Mutation:
    """The engine that refutes every objective but those."""
    return answering(lambda objective, verdict: verdict if unless(objective) else saying_no(verdict))


def reporting(*elements: SignedPermutation) -> Mutation:
    return lambda engine: replace(engine, group=lambda objective: elements)


def enclosing(change: Callable[[Enclosure], Enclosure]) -> Mutation:
    return lambda engine: replace(engine, enclose=lambda f, low, high: change(enclosed(f, low, high)))


def moved(point: StationaryPoint) -> StationaryPoint:
    return replace(point, point=tuple(Interval(a + 0.1, b + 0.1) for a, b in point.point))


def claiming(answer: Callable[[Mapping[str, float]], str]) -> Mutation:
    def holds(objective: Objective, constants: Mapping[str, float]) -> Mapping[str, Any]:
        return {"verdict": answer(constants), "scope": "global", "witness": None}

    return lambda engine: replace(engine, holds=holds)


def unmixed(enclosure: Enclosure) -> Enclosure:
    """A Hessian that has lost its mixed derivatives."""
    low, high = enclosure.hessian
    return enclosure._replace(hessian=(np.diag(np.diag(low)), np.diag(np.diag(high))))


def misplaced(enclosure: Enclosure) -> Enclosure:
    """A gradient in the wrong order."""
    low, high = enclosure.gradient
    return enclosure._replace(gradient=(low[::-1], high[::-1]))


def uphill(objective: Objective, point: Array, rate: float) -> Array:
    return point


SWAP = SignedPermutation((1, 0), (1, 1))
TURN = Generator(((Fraction(0), Fraction(1)), (Fraction(-1), Fraction(0))), (Fraction(0), Fraction(0)))

# For each law an objective that it applies to, a case, and what breaks it there.
MUTANTS: dict[str, tuple[Objective, Any, Mutation]] = {
    "invariance": (SKEW, (1.0, 2.0), reporting(SWAP)),
    "equivariance_of_the_gradient": (SKEW, (1.0, 2.0), reporting(SWAP)),
    "equivariance_of_the_hessian": (WELL, (1.0, 2.0), reporting(SWAP)),
    "continuous_invariance": (
        SKEW,
        (1.0, 2.0),
        lambda engine: replace(engine, fields=lambda objective: (TURN,)),
    ),
    "mean_value": (SKEW, ((1.0, 2.0), (1.0625, 2.0)), enclosing(misplaced)),
    "listed_points_are_stationary": (SKEW, None, each_point(moved)),
    "listed_spectra": (SKEW, None, enclosing(unmixed)),
    "orbits_of_stationary_points": (EVEN, None, without("strict_saddle")),
    "spectra_on_orbits": (
        EVEN,
        None,
        each_point(
            lambda p: p if p.point[0].low > 0 else replace(p, value=Interval(p.value.low + 1, p.value.high + 1))
        ),
    ),
    "newton_finds_nothing_new": (WELL, 1, without("local_minimum")),
    "consistency": (WELL, None, answering(lambda objective, verdict: saying_no(verdict))),
    "agreement_of_the_engines": (WELL, None, refusing(lambda objective: False)),
    "verdict_under_signed_permutations": (SKEW, SWAP, refusing(lambda f: f.name == "skew")),
    "verdict_under_relabelling": (SKEW, ("b", "a"), refusing(lambda f: f.variables == ("x", "y"))),
    "verdict_under_scaling": (SKEW, Fraction(2), refusing(lambda f: f.name == "skew")),
    "verdict_under_shifts": (SKEW, Fraction(1), refusing(lambda f: f.name == "skew")),
    "verdict_under_rotations": (
        SKEW,
        ((Fraction(3, 5), Fraction(4, 5)), (Fraction(-4, 5), Fraction(3, 5))),
        refusing(lambda f: f.name == "skew"),
    ),
    "poincare_hopf": (EQ5, None, without("strict_saddle")),
    "morse_inequalities": (WELL, None, without("strict_saddle")),
    "trichotomy": (WELL, ({**HELD, "alpha": 50.0}, 1), claiming(lambda constants: "holds")),
    "monotonicity": (
        WELL,
        (HELD, {**HELD, "alpha": 0.25}),
        claiming(lambda constants: "fails" if constants["alpha"] < 0.5 else "holds"),
    ),
    "descent_leaves_saddles": (WELL, 1, lambda engine: replace(engine, step=uphill)),
}


def test_every_law_has_a_mutant() -> None:
    assert set(MUTANTS) == set(LAWS)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_breaks_on_its_mutant_and_not_without(name: str) -> None:
    objective, case, mutation = MUTANTS[name]
    unless = claiming(lambda constants: "holds") if name in ("trichotomy", "monotonicity") else (lambda engine: engine)
    kept_case = (HELD, case[1]) if name == "trichotomy" else case
    with contextlib.suppress(DoesNotApply):  # nothing to break it: no symmetry of SKEW is reported
        LAWS[name].holds(unless(ENGINE), objective, kept_case)
    with pytest.raises(Broken):
        LAWS[name].holds(mutation(ENGINE), objective, case)


UNSURE = ("constants", "smaller")  # whether constants can be certified depends on the objective


@pytest.mark.parametrize(("objective", "silent"), [(EVEN, {"continuous_invariance"}), (ROUND, None)])
def test_laws_apply(objective: Objective, silent: set[str] | None) -> None:
    """The same laws without a mutant are really tried, and hold."""
    for trial in tried(objective, ENGINE, laws=[law for law in LAWS.values() if law.draws not in UNSURE], examples=3):
        assert trial.result != "broken", trial
        if silent is not None:
            assert (trial.result == "holds") == (trial.law.name not in silent), trial


def test_a_false_witness_is_noticed() -> None:
    """The twin for refuted constants: at (0, 0) the double well curves down by 1, more than gamma."""
    for point, gamma in (((0.0, 0.0), 2.0), ((1.0, 0.0), 0.25)):
        witness = {"point": [[x, x] for x in point]}
        refuted = replace(ENGINE, holds=lambda f, c, w=witness: {"verdict": "fails", "witness": w})
        LAWS["trichotomy"].holds(refuted, WELL, ({**HELD, "gamma": gamma}, 0))
    refuted = replace(ENGINE, holds=lambda f, c: {"verdict": "fails", "witness": {"point": [[0.0, 0.0], [0.0, 0.0]]}})
    with pytest.raises(Broken):
        LAWS["trichotomy"].holds(refuted, WELL, (HELD, 0))


def test_constants_of_the_double_well_are_really_tried() -> None:
    patient = standard(budget=600)  # the first certificate waits for its kernels to be compiled
    for name in ("trichotomy", "monotonicity"):
        case = (HELD, 1) if name == "trichotomy" else (HELD, {**HELD, "alpha": 0.25})
        LAWS[name].holds(patient, WELL, case)


QUICK = [law for law in LAWS.values() if not law.slow]
SLOW = [law for law in LAWS.values() if law.slow and law.draws not in ("constants", "smaller")]


def obey(law: Any, objective: Objective, case: Any) -> None:
    with contextlib.suppress(DoesNotApply):
        law.holds(ENGINE, objective, case)


FLAT_SADDLE = Objective("flat saddle", "x y", "x**4 + y**4 + (11/4)*x**2*y**2 - 3*(x**2 + y**2) - x*y")


def test_descent_needs_time_to_leave_a_flat_saddle() -> None:
    """What the laws found: its saddles have one eigenvalue forty times smaller than the other."""
    obey(LAWS["descent_leaves_saddles"], FLAT_SADDLE, 312)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), strategies.objectives())
def test_drawn_objectives_obey_the_laws(data: st.DataObject, objective: Objective) -> None:
    for law in QUICK:
        obey(law, objective, data.draw(strategies.cases(law, objective)))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.one_of(strategies.coercive_polynomials(unknowns=2), strategies.smooth_functions()))
def test_verdicts_obey_the_laws(data: st.DataObject, objective: Objective) -> None:
    for law in SLOW:
        obey(law, objective, data.draw(strategies.cases(law, objective)))


@pytest.mark.parametrize(
    ("objective", "betti"),
    [
        (EQ5, [1, 2, 1]),
        (WELL, [1, 0, 0]),
        (Objective("s", "x y z", "x", domain=ss.Spheres(((0, 1, 2),))), [1, 0, 1]),
    ],
)
def test_betti_numbers(objective: Objective, betti: list[int]) -> None:
    assert betti_numbers(objective) == betti


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("x**4 + y**2", True),
        ("x**4 + y**4 - 3*x*y**2 + x**2*y", True),
        ("x**2 + y**2 + x*y/2 + 3*sin(x*y) - 5*softplus(x)", True),
        ("x**4 + y**4 - 2*x**2*y**2", False),  # 0 along x = y
        ("x**4 + y**2 - 3*x**2*y", False),  # weight 1 with a large coefficient
        ("x**4", False),
        ("x**2 - y**2", False),
        ("x**3 + y**2", False),
        ("(x*y - 1)**2", False),
        ("x**2 + y**2 - exp(x)", False),
        ("x**2 + y**2 - x*softplus(x)", False),
        ("x**2 + y**2 - x*softplus(x)*sin(y)", False),
    ],
)
def test_what_tends_to_infinity(formula: str, answer: bool) -> None:
    assert tends_to_infinity(Objective("f", "x y", formula)) is answer


def test_a_broken_law_shrinks() -> None:
    """The gradient of a broken engine is wrong for x >= 2 alone; the smallest such case on the grid is found."""

    def broken(objective: Objective, low: Array, high: Array) -> Enclosure:
        found = enclosed(objective, low, high)
        return found._replace(value=(found.value[0] + 1, found.value[1] + 1)) if low[0] >= 2 else found

    (trial,) = tried(EVEN, replace(ENGINE, enclose=broken), laws=[LAWS["invariance"]], examples=200)
    assert trial.result == "broken"
    assert trial.detail.split(":")[0] in ("(2.0, 0.0)", "(0.0, 2.0)")


def test_laws_that_say_nothing_say_why() -> None:
    trials = {trial.law.name: trial for trial in tried(ROUND, ENGINE, laws=QUICK, examples=3)}
    assert trials["poincare_hopf"].result == "does not apply"
    assert "continua" in trials["orbits_of_stationary_points"].detail
    assert trials["continuous_invariance"].result == "holds"


def test_a_spent_budget_is_undecided() -> None:
    assert {trial.result for trial in tried(WELL, ENGINE, laws=QUICK[:2], budget=1e-9)} == {"undecided"}


@given(st.integers(1, 4).flatmap(strategies.orthonormal_matrices))
def test_orthonormal_matrices_are_orthonormal(matrix: strategies.Rows) -> None:
    n = len(matrix)
    product = [[sum(matrix[i][k] * matrix[j][k] for k in range(n)) for j in range(n)] for i in range(n)]
    assert product == [[int(i == j) for j in range(n)] for i in range(n)]


@given(st.data())
def test_points_are_in_the_box(data: st.DataObject) -> None:
    objective = data.draw(strategies.in_boxes())
    point = data.draw(strategies.points(objective))
    domain = objective.domain
    assert isinstance(domain, ss.Box)
    assert np.all(np.array(point) >= np.array(domain.lower, dtype=float) - 1e-12)
    assert np.all(np.array(point) <= np.array(domain.upper, dtype=float) + 1e-12)
