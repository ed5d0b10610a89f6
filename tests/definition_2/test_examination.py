"""Definition 2: constants that are known by hand, laws that every answer obeys, and twins that must come out the
other way."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.definition_2 import examination as definition2
from strictsaddle.definition_2.cover import cover as discharge
from strictsaddle.definition_2.violation_search import ViolationSearch
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Box
from strictsaddle.records.definition_2 import Definition2
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports.schema import InvalidRecord, validate

WELL = ss.Objective("double well", "x y", "x**4/4 - x**2/2 + y**2/2")
LINEAR = ss.Objective("linear unit with ridge", "a b", "(a*b - 1)**2 + (a**2 + b**2)/10")


def asked(objective: ss.Objective, alpha: str, gamma: str, epsilon: str, delta: str, **options: Any) -> dict[str, Any]:
    """The definition_2 part of the JSON, which must obey the schema."""
    verdict = ss.constants(
        objective,
        alpha=alpha,
        gamma=gamma,
        epsilon=epsilon,
        delta=delta,
        workers=1,
        **{"max_boxes": 200_000, **options},
    )
    record = json.loads(verdict.to_json())
    validate(record)
    return dict(record["definition_2"])


def best(objective: ss.Objective, **given_: Any) -> dict[str, Any]:
    record = json.loads(ss.constants(objective, workers=1, max_boxes=2_000_000, **given_).to_json())
    validate(record)
    return dict(record["definition_2"])


def test_a_quadratic_form_has_the_constants_that_calculus_gives() -> None:
    """f = (2x^2 + 3y^2)/2 has H = diag(2, 3) everywhere, so alpha = 2 exactly, for every delta; no curvature is
    negative, and |g| >= 2 |w| > 2 delta outside the delta-ball, with equality on the x axis: epsilon = 2 delta is
    best."""
    form = ss.Objective("form", "x y", "x**2 + 3*y**2/2")
    assert asked(form, "2", "1", "199/1000", "1/10")["verdict"] == "holds"
    assert asked(form, "2", "1", "201/1000", "1/10")["verdict"] == "fails"
    assert asked(form, "2001/1000", "1", "199/1000", "1/10")["verdict"] == "fails"
    assert asked(form, "2", "1000", "199/1000", "1/10")["verdict"] == "holds"  # gamma is of no account


def test_the_double_well_has_the_constants_that_calculus_gives() -> None:
    """f = x^4/4 - x^2/2 + y^2/2: g = (x^3 - x, y), H = diag(3x^2 - 1, 1), minima at (+-1, 0), a saddle at 0 with
    curvature -1.

    alpha: on the 2 delta-ball about (1, 0) the least of 3x^2 - 1 is at x = 1 - 2 delta: alpha = min(1, 3 (1 - 2
    delta)^2 - 1); for delta = 3/20 that is 47/100. epsilon for gamma: a point escapes the other conditions when 3x^2
    - 1 > -gamma and it is outside the delta-balls. On the axis y = 0, |g| = |x - x^3|, which is least at the ends: at
    x0 = sqrt((1 - gamma)/3), and at 1 - delta and 1 + delta. For gamma = 19/20, x0 = 0.1291, and x0 - x0^3 = 0.12695;
    in the direction of y from the minimum |g| = delta to first order. With delta = 3/20 the first is the least.
    """
    found = best(WELL, delta="3/20", gamma="19/20")
    (alpha,) = found["alphas"]
    assert Fraction(alpha["alpha"]) < Fraction(47, 100) <= Fraction(alpha["refuted_alpha"])
    (row,) = found["frontier"]
    at = (0.05 / 3) ** 0.5
    assert float(Fraction(row["epsilon"])) < at - at**3 < float(Fraction(row["refuted_epsilon"]))
    assert max(alpha["gap"], row["gap"]) < 0.01


def test_the_best_gamma_for_a_given_epsilon() -> None:
    """As above: x - x^3 = 1/10 near 0 at x = 0.1010312, where the curvature is 1 - 3x^2 = 0.969378."""
    (row,) = best(WELL, alpha="1/4", delta="3/20", epsilon="1/10")["frontier"]
    assert 0.96 < float(Fraction(row["gamma"])) < 0.969378 < float(Fraction(row["refuted_gamma"])) < 0.97
    assert row["gap"] < 0.01


@pytest.mark.parametrize("free", [["alpha"], ["delta"], ["alpha", "delta"], ["gamma"], ["epsilon"], ["alpha", "gamma"]])
def test_whatever_is_left_out_is_found(free: list[str]) -> None:
    """The four constants 1/4, 1/4, 1/20, 3/20 hold: with some of them left out there are values of those that hold."""
    full = {"alpha": "1/4", "gamma": "1/4", "epsilon": "1/20", "delta": "3/20"}
    left = {name: value for name, value in full.items() if name not in free}
    found = best(WELL, **left)
    assert found["verdict"] == "holds"
    assert all(found["constants"][name] == value for name, value in left.items())
    assert asked(WELL, **found["constants"])["verdict"] == "holds"


@pytest.mark.parametrize(
    "given_, verdict",
    [
        ({"alpha": "101/100"}, "fails"),  # the curvature along y is 1 at every minimum
        ({"gamma": "1"}, "undecided"),  # attained at the saddle, and not about it
        ({"gamma": "101/100"}, "fails"),
        ({"delta": "1/2"}, "fails"),  # the balls reach the saddle
        (
            {"gamma": "1/4", "epsilon": "1/2"},
            "undecided",
        ),  # fails for each alpha and delta that is tried: not for all
    ],
)
def test_what_no_choice_of_the_rest_can_save(given_: dict[str, str], verdict: str) -> None:
    assert best(WELL, **given_)["verdict"] == verdict


def test_a_linear_unit_with_ridge() -> None:
    """J = (ab - 1)^2 + r (a^2 + b^2), r = 1/10: minima at +-(s, s) with s^2 = 1 - r, where H = 2 [[s^2 + r, 2 s^2 -
    1], ...] has the eigenvalues 4 r and 4 - 4 r; the saddle 0 has -2 + 2 r and 2 + 2 r. So gamma < 9/5, and alpha <
    2/5 for small delta."""
    assert asked(LINEAR, "39/100", "179/100", "1/100000", "1/2000")["verdict"] == "holds"
    assert asked(LINEAR, "41/100", "179/100", "1/100000", "1/2000")["verdict"] == "fails"
    assert asked(LINEAR, "39/100", "181/100", "1/100000", "1/2000")["verdict"] == "fails"


def test_an_objective_that_is_no_polynomial() -> None:
    """f = cosh x + y^2/2 has H >= I and |g| >= |w|: alpha = 1 on every ball, epsilon = delta."""
    bowl = ss.Objective("bowl", "x y", "cosh(x) + y**2/2", domain=ss.Box((Fraction(-3),) * 2, (Fraction(3),) * 2))
    held = asked(bowl, "99/100", "1", "49/100", "1/2")
    assert (held["verdict"], held["scope"]) == ("holds", "box")
    assert asked(bowl, "101/100", "1", "49/100", "1/2")["verdict"] == "fails"
    assert asked(bowl, "99/100", "1", "51/100", "1/2")["verdict"] == "fails"


def test_a_proof_for_all_of_the_plane_says_so_and_one_for_a_box_too() -> None:
    assert asked(WELL, "1/4", "1/4", "1/20", "3/20")["scope"] == "global"
    flat = ss.Objective("straight far away", "x", "sqrt(1 + x**2)")
    found = asked(flat, "1/2", "1", "1/10", "1/5")  # true, and proved on a box that the program chose: not enough
    assert (found["verdict"], found["scope"]) == ("undecided", "global") and "[-4, 4] in every unknown only" in found[
        "reason"
    ]
    on_a_box = ss.Objective("on a box", "x", "sqrt(1 + x**2)", domain=ss.Box((Fraction(-4),), (Fraction(4),)))
    found = asked(on_a_box, "1/2", "1", "1/10", "1/5")
    assert (found["verdict"], found["scope"]) == ("holds", "box")


def test_what_holds_on_the_box_that_the_program_chose_and_fails_beyond_it_fails() -> None:
    """|(exp x, 2y)| is at least exp(-4) on [-4, 4]^2, and tends to 0 for x -> -oo, where the Hessian is almost (0, 2)."""
    slide = ss.Objective("slide", "x y", "exp(x) + y**2")
    found = asked(slide, "1", "1", "1/1000000000000", "1")
    assert (found["verdict"], found["scope"]) == ("fails", "global")
    assert found["witness"]["point"][0][1] < -27  # exp(-27.6) = 1e-12
    rows = best(slide)
    assert rows["verdict"] == "undecided" and all(row["gap"] is None for row in rows["frontier"])
    ends = (Fraction(-4),) * 2, (Fraction(4),) * 2
    held = asked(ss.Objective("slide", "x y", "exp(x) + y**2", domain=ss.Box(*ends)), "1", "1", "1/100", "1")
    assert (held["verdict"], held["scope"]) == ("holds", "box")


@pytest.mark.parametrize(
    "constants, why",
    [
        (("1/4", "1/4", "1/2", "3/20"), "below alpha"),  # between the well and the pass
        (("1/4", "2", "1/20", "3/20"), ""),  # the saddle itself has curvature -1
        (("1/2", "1/4", "1/20", "3/20"), ""),  # alpha is at most 47/100 there
        (("1/4", "1/4", "1/20", "1/30"), ""),  # |g| is small beyond so small a ball
        (("1/4", "1/4", "1/20", "1"), "no more than 2 delta"),  # the balls hold other stationary points
    ],
)
def test_each_constant_that_is_too_large_is_refuted_by_a_point_that_violates(constants: Any, why: str) -> None:
    found = asked(WELL, *constants)
    assert found["verdict"] == "fails" and why in found["reason"]
    alpha, gamma, epsilon, delta = (float(Fraction(c)) for c in constants)
    x, y = (0.5 * (low + high) for low, high in found["witness"]["point"])
    norm, least = np.hypot(x**3 - x, y), min(3 * x * x - 1, 1.0)
    assert norm < epsilon and least > -gamma
    assert found["witness"]["gradient_norm"][0] - 1e-12 <= norm <= found["witness"]["gradient_norm"][1] + 1e-12
    assert found["witness"]["least_eigenvalue"][0] - 1e-12 <= least <= found["witness"]["least_eigenvalue"][1] + 1e-12
    within = min(np.hypot(x - 1, y), np.hypot(x + 1, y)) <= delta
    assert not within or min(1.0, 3 * max(1 - 2 * delta, 0.0) ** 2 - 1) < alpha


def test_a_degenerate_minimum_fails_for_every_constant() -> None:
    found = asked(ss.Objective("quartic", "x", "x**4"), "1/1000", "1/1000", "1/1000", "1/1000")
    assert found["verdict"] == "fails" and "every choice of constants" in found["reason"]
    assert best(ss.Objective("quartic", "x", "x**4"))["verdict"] == "fails"


def test_objectives_without_minima() -> None:
    """x^3 + x has slope >= 1; xy has one strict saddle; neither has a minimum, so alpha and delta are of no
    account."""
    assert asked(ss.Objective("slope", "x", "x**3 + x"), "5", "5", "1", "5")["verdict"] == "undecided"  # equality at 0
    assert asked(ss.Objective("slope", "x", "x**3 + x"), "5", "5", "99/100", "5")["verdict"] == "holds"
    assert asked(ss.Objective("saddle", "x y", "x*y"), "5", "99/100", "7", "5")["verdict"] == "holds"
    assert asked(ss.Objective("saddle", "x y", "x*y"), "5", "101/100", "7", "5")["verdict"] == "fails"
    assert best(ss.Objective("saddle", "x y", "x*y"))["verdict"] == "holds"


def test_a_minimum_that_the_list_lacks_is_not_taken_for_a_violation() -> None:
    """The interval engine with a budget of one box lists nothing; whatever is claimed must still be true."""
    for epsilon in ("1/20", "1/2"):
        found = asked(WELL, "1/4", "1/4", epsilon, "3/20", method="interval", max_boxes=1)
        assert found["verdict"] in ("undecided", "fails" if epsilon == "1/2" else "undecided")


@pytest.mark.parametrize("name", ["alpha", "gamma", "epsilon", "delta"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "one", "", True])
def test_constants_that_are_no_positive_numbers(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        ss.constants(WELL, **{name: value})


def answered(verdict: Verdict) -> Definition2:
    assert verdict.definition_2 is not None
    return verdict.definition_2


def test_the_answer_does_not_depend_on_the_workers() -> None:
    first, second = (
        ss.constants(LINEAR, delta="1/50", gamma="3/2", workers=workers).definition_2 for workers in (1, 2)
    )
    assert first == second


# laws, on random objectives

exponents = st.sampled_from([(0, 2), (2, 0), (1, 1), (3, 0), (1, 2), (2, 2), (1, 0)])
terms = st.lists(st.tuples(exponents, st.integers(-4, 4)), min_size=1, max_size=5)
parts = st.fractions(Fraction(1, 50), Fraction(2), max_denominator=50)


def polynomial(chosen: list[tuple[tuple[int, int], int]]) -> ss.Objective:
    """A polynomial that grows: no scope is in doubt."""
    text = " + ".join(["(x**4 + y**4)/2"] + [f"({c})*x**{a}*y**{b}/2" for (a, b), c in chosen])
    return ss.Objective("random", "x y", text)


def sampled_violation(objective: ss.Objective, constants: list[Fraction], minima: list[list[float]]) -> bool:
    """A second opinion: whether some sample clearly violates all three conditions, if the minima's balls are good at
    all."""
    alpha, gamma, epsilon, delta = (float(c) for c in constants)
    points = np.random.default_rng(1).uniform(-3, 3, (20_000, 2))
    out = evaluate_float(derive(objective).gradient_hessian_tape, points)
    norm = np.hypot(out[:, 0], out[:, 1])
    least = 0.5 * (out[:, 2] + out[:, 4]) - np.hypot(0.5 * (out[:, 2] - out[:, 4]), out[:, 3])
    near = np.full(len(points), np.inf)
    for minimum in minima:
        near = np.minimum(near, np.hypot(*(points - minimum).T))
    return bool(
        ((norm < epsilon * 0.999) & (least > -gamma * 0.999) & ((near > delta * 1.001) | (least < alpha * 0.999))).any()
    )


@settings(max_examples=12)
@given(terms, parts, parts, parts, parts)
def test_what_holds_is_not_refuted_by_samples_nor_by_weaker_constants(
    chosen: list[tuple[tuple[int, int], int]],
    alpha: Fraction,
    gamma: Fraction,
    epsilon: Fraction,
    delta: Fraction,
) -> None:
    """Shrinking alpha, gamma, epsilon keeps what holds, growing them what fails; no sample violates what holds."""
    objective = polynomial(chosen)
    constants = [alpha / 4, gamma / 4, epsilon / 8, delta / 8]
    verdict = ss.constants(
        objective,
        **dict(zip(("alpha", "gamma", "epsilon", "delta"), constants, strict=True)),
        workers=1,
        max_boxes=20_000,
    )
    answer = answered(verdict).verdict
    minima = [
        [0.5 * (i.low + i.high) for i in p.point] for p in verdict.stationary.isolated if p.kind == "local_minimum"
    ]
    if answer == "holds":
        assert not sampled_violation(objective, constants, minima)
    opposite, factor = ("fails", Fraction(1, 2)) if answer == "holds" else ("holds", Fraction(2))
    if answer != "undecided":
        other = [factor * c for c in constants[:3]] + constants[3:]
        again = ss.constants(
            objective,
            alpha=other[0],
            gamma=other[1],
            epsilon=other[2],
            delta=other[3],
            workers=1,
            max_boxes=20_000,
        )
        assert answered(again).verdict != opposite


@settings(max_examples=6)
@given(st.sampled_from([Fraction(3), Fraction(1, 7), Fraction(20)]), st.sampled_from(["1/20", "1/2"]))
def test_scaling_the_objective_scales_alpha_gamma_epsilon(factor: Fraction, epsilon: str) -> None:
    scaled = ss.Objective("scaled", "x y", f"({factor})*(x**4/4 - x**2/2 + y**2/2)")
    values = [str(factor / 4), str(factor / 4), str(factor * Fraction(epsilon)), "3/20"]
    assert asked(scaled, *values)["verdict"] == asked(WELL, "1/4", "1/4", epsilon, "3/20")["verdict"] != "undecided"


@settings(max_examples=6)
@given(st.sampled_from([Fraction(2), Fraction(1, 3)]), st.sampled_from(["1/20", "1/2"]))
def test_scaling_the_unknowns_does_what_calculus_says(s: Fraction, epsilon: str) -> None:
    """f(s w): the gradient is s times, the Hessian s^2 times what it was at s w, and distances are 1/s of what they
    were."""
    stretched = ss.Objective("stretched", "x y", f"(({s})*x)**4/4 - (({s})*x)**2/2 + (({s})*y)**2/2")
    values = [str(s * s / 4), str(s * s / 4), str(s * Fraction(epsilon)), str(Fraction(3, 20) / s)]
    assert asked(stretched, *values)["verdict"] == asked(WELL, "1/4", "1/4", epsilon, "3/20")["verdict"] != "undecided"


# mutants: what is unsound must be seen by these tests


def test_a_record_with_a_point_that_violates_nothing_is_not_valid() -> None:
    record = json.loads(ss.constants(WELL, alpha="1/4", gamma="1/4", epsilon="1/2", delta="3/20").to_json())
    validate(record)
    record["definition_2"]["witness"]["gradient_norm"] = [0.6, 0.7]
    with pytest.raises(InvalidRecord, match="violates nothing"):
        validate(record)


def test_a_covering_that_is_too_generous_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a tenth of epsilon in its place, and no search for violations, what is false is "proved": the second opinion
    by samples, which the laws above ask, sees it."""
    constants = [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2), Fraction(3, 20)]
    texts = [str(c) for c in constants]
    minima = [[1.0, 0.0], [-1.0, 0.0]]
    for step in ("everywhere", "without_list"):
        monkeypatch.setattr(ViolationSearch, step, lambda self, constants: None)
    assert asked(WELL, *texts)["verdict"] == "fails"  # found between the waves of the covering

    def generous(patch: Any, square: float, *rest: Any) -> Any:
        return discharge.Thresholds(patch, square / 100, *rest)

    monkeypatch.setattr(definition2, "Thresholds", generous)
    monkeypatch.setattr(ViolationSearch, "near", lambda self, *rest: None)
    assert asked(WELL, *texts)["verdict"] == "holds"
    assert sampled_violation(WELL, constants, minima)
    assert not sampled_violation(WELL, [*constants[:2], Fraction(1, 20), constants[3]], minima)


def test_no_point_outside_the_box_refutes() -> None:
    """No double lies in [1/3, 1/3], and at the next one above |g| is 0.63 though it is 1 at 1/3."""
    third = Box((Fraction(1, 3),), (Fraction(1, 3),))
    steep = ss.Objective("steep", "x", "x*(1 + 10**16/3) - 10**16*x**2/2", domain=third)
    assert asked(steep, "1", "100000000000000000", "1", "1")["verdict"] != "fails"
    assert asked(steep, "1", "100000000000000000", "2", "1")["verdict"] == "fails"  # the twin: |g| = 1 < 2 there
