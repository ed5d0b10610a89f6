"""Definition 2 on random objectives, polynomials and others, on the plane and on boxes: no set of constants is both held
and refuted, and what is claimed is looked at a second time, with derivatives by SymPy and samples, which share nothing
with the program."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from scipy.optimize import minimize

import strictsaddle as ss
from strictsaddle.records.definition_2 import Definition2
from strictsaddle.records.verdict import Verdict

Array = np.ndarray[Any, np.dtype[np.float64]]
NAMES = ("alpha", "gamma", "epsilon", "delta")
BOXES = 20_000
SIDE = 2  # of the boxes, half
REACH = 3.0  # of samples in the plane


@dataclass(frozen=True)
class Case:
    """An objective's formula, the half side of its box (None: the plane), and constants."""

    formula: str
    side: int | None
    constants: dict[str, Fraction]

    def objective(self, formula: str | None = None, side: Fraction | None = None) -> ss.Objective:
        side = side or (None if self.side is None else Fraction(self.side))
        domain = None if side is None else ss.Box((-side, -side), (side, side))
        return ss.Objective("random", "x y", formula or self.formula, **({} if domain is None else {"domain": domain}))

    def answer(
        self, constants: dict[str, Fraction], formula: str | None = None, side: Fraction | None = None
    ) -> ss.Verdict:
        return ss.constants(self.objective(formula, side), **constants, workers=1, max_boxes=BOXES)


def drawn(seed: int) -> Case:
    """Half of the objectives are quartics that grow, half have other functions; half of either live on a box."""
    random = np.random.default_rng(seed)

    def number(low: int, high: int) -> str:
        return f"({random.integers(low, high + 1)}/{random.integers(1, 5)})"

    if seed % 2:
        terms = ["(x**4 + y**4)/4"]
        shapes = ["x**2", "y**2", "x*y", "x**3", "x*y**2", "x**2*y**2", "x", "y"]
    else:
        terms = ["(x**2 + y**2)/4"]
        shapes = ["tanh(x)*y", "tanh(2*x - y)**2", "sin(2*x)", "cos(x + y)", "exp(-x**2 - y**2)", "log(1 + y**2)", "x*y",
                  "sqrt(1 + x**2)"]  # fmt: skip
    chosen = random.choice(len(shapes), size=random.integers(1, 5), replace=False)
    terms += [f"{number(-4, 4)}*{shapes[k]}" for k in chosen]
    delta = Fraction(int(random.integers(2, 12)), 40)
    alpha = Fraction(int(random.integers(1, 20)), 20)
    constants = {
        "alpha": alpha,
        "gamma": Fraction(int(random.integers(1, 12)), 20),
        "epsilon": alpha * delta * Fraction(int(random.integers(1, 12)), 10),
        "delta": delta,
    }
    return Case(" + ".join(terms), SIDE if seed % 4 >= 2 else None, constants)


class SecondOpinion:
    """Derivatives by SymPy, minima by SciPy, and samples."""

    def __init__(self, case: Case) -> None:
        x, y = sympy.symbols("x y", real=True)
        value = sympy.sympify(case.formula, locals={"x": x, "y": y})
        gradient = [value.diff(x), value.diff(y)]
        self.value = sympy.lambdify((x, y), value, "numpy")
        entries = [*gradient, gradient[0].diff(x), gradient[0].diff(y), gradient[1].diff(y)]
        self.entries = [sympy.lambdify((x, y), entry, "numpy") for entry in entries]
        self.case, self.random = case, np.random.default_rng(0)
        self.reach = REACH if case.side is None else float(case.side)

    def sizes(self, points: Array) -> tuple[Array, Array]:
        """Gradient norms and least eigenvalues."""
        a, b, p, q, r = (np.broadcast_to(f(*points.T), len(points)) for f in self.entries)
        return np.hypot(a, b), 0.5 * (p + r) - np.hypot(0.5 * (p - r), q)

    def inside(self, points: Array) -> Array:
        return points[np.abs(points).max(axis=1) <= self.reach] if self.case.side is not None else points

    def minima(self, starts: Array) -> Array:
        found = [minimize(lambda w: float(self.value(*w)), w, options={"gtol": 1e-9}).x for w in starts]
        points = self.inside(np.array(found).reshape(-1, 2))
        norms, least = self.sizes(points)
        return points[(norms < 1e-5) & (least > 1e-4)]

    def least_in_ball(self, centre: Array, radius: float) -> float:
        """The least eigenvalue among samples of a ball, cut by the box, many of them on its rim."""
        angles = np.linspace(0, 2 * np.pi, 2000)
        rim = centre + radius * np.column_stack([np.cos(angles), np.sin(angles)])
        share = np.sqrt(self.random.uniform(0, 1, (2000, 1)))
        return float(self.sizes(self.inside(np.concatenate([rim, centre + share * (rim - centre), [centre]])))[1].min())

    def look_at_what_holds(self, minima: Array) -> None:
        alpha, gamma, epsilon, delta = (float(self.case.constants[name]) for name in NAMES)
        for minimum in minima:
            assert self.least_in_ball(minimum, 2 * delta) >= alpha * (1 - 1e-6) - 1e-9
        samples = self.random.uniform(-self.reach, self.reach, (20_000, 2))
        samples = np.concatenate([samples, self.minima(samples[:6])])
        norms, least = self.sizes(samples)
        near = np.full(len(samples), np.inf)
        for minimum in minima:
            near = np.minimum(near, np.linalg.norm(samples - minimum, axis=1))
        bad = (norms < epsilon * (1 - 1e-6)) & (least > -gamma * (1 - 1e-6)) & (near > delta * (1 + 1e-6))
        assert not bad.any(), samples[bad][0]

    def look_at_a_witness(self, witness: dict[str, Any], minima: Array) -> None:
        alpha, gamma, epsilon, delta = (float(self.case.constants[name]) for name in NAMES)
        point = np.array([[0.5 * (low + high) for low, high in witness["point"]]])
        assert self.case.side is None or np.abs(point).max() <= self.case.side
        norm, least = (float(size[0]) for size in self.sizes(point))
        assert norm < epsilon * (1 + 1e-9) + 1e-12 and least > -gamma * (1 + 1e-9) - 1e-12
        if least < alpha:  # it is in no ball on which H >= alpha I
            return
        starts = point + delta * self.random.uniform(-1, 1, (8, 2))
        for minimum in np.concatenate([minima, self.minima(starts)]):
            if np.linalg.norm(point[0] - minimum) <= delta:
                assert self.least_in_ball(minimum, 2 * delta) < alpha + 0.01


def answered(verdict: Verdict) -> Definition2:
    assert verdict.definition_2 is not None
    return verdict.definition_2


def consistent(seed: int) -> str:
    """The verdict, once it has been looked at a second time, and weaker or stronger constants have been asked about."""
    case = drawn(seed)
    verdict = case.answer(case.constants)
    found = answered(verdict)
    listed = [p for p in verdict.stationary.isolated if p.kind == "local_minimum"]
    minima = np.array([[0.5 * (i.low + i.high) for i in p.point] for p in listed]).reshape(-1, 2)
    opinion = SecondOpinion(case)
    if found.verdict == "holds":
        assert found.scope == ("global" if case.side is None else "box")
        opinion.look_at_what_holds(minima)
    elif found.verdict == "fails":
        opinion.look_at_a_witness(verdict.to_dict()["definition_2"]["witness"], minima)
    else:
        return "undecided"
    factor, opposite = (Fraction(1, 2), "fails") if found.verdict == "holds" else (Fraction(2), "holds")
    other = {name: value if name == "delta" else factor * value for name, value in case.constants.items()}
    assert answered(case.answer(other)).verdict != opposite
    return str(found.verdict)


WELL = "x**4/4 - x**2/2 + y**2/2"
HELD = {"alpha": Fraction(1, 4), "gamma": Fraction(1, 4), "epsilon": Fraction(1, 20), "delta": Fraction(3, 20)}


@pytest.mark.parametrize(
    ("name", "value"),
    [("alpha", Fraction(1, 2)), ("gamma", Fraction(2)), ("epsilon", Fraction(1, 2)), ("delta", Fraction(1, 30))],
)
def test_the_second_opinion_sees_what_is_false(name: str, value: Fraction) -> None:
    """One constant that is too large (delta: too small), and a witness that violates nothing."""
    minima = np.array([[1.0, 0.0], [-1.0, 0.0]])
    SecondOpinion(Case(WELL, None, HELD)).look_at_what_holds(minima)
    opinion = SecondOpinion(Case(WELL, None, {**HELD, name: value}))
    with pytest.raises(AssertionError):
        opinion.look_at_what_holds(minima)
    innocent = {"point": [[1.01, 1.01], [0.01, 0.01]]}  # near a good minimum
    with pytest.raises(AssertionError):
        SecondOpinion(Case(WELL, None, HELD)).look_at_a_witness(innocent, minima)


def require_a_fair_share(answers: list[str]) -> None:
    decided = [answer for answer in answers if answer != "undecided"]
    assert len(decided) >= 0.8 * len(answers)
    assert min(answers.count("holds"), answers.count("fails")) >= 0.15 * len(answers)


def test_twelve_random_objectives() -> None:
    require_a_fair_share([consistent(seed) for seed in range(12)])


@pytest.mark.slow
def test_five_hundred_random_objectives() -> None:
    require_a_fair_share([consistent(seed) for seed in range(500)])


@pytest.mark.parametrize("seed", range(8))
def test_scaling_a_random_objective_and_its_unknowns(seed: int) -> None:
    """c f(s w): the gradient is c s, the Hessian c s^2 times what it was at s w, distances are 1/s of what they were."""
    case, c, s = drawn(seed), Fraction(7, 3), Fraction(1, 2)
    stretched = "".join(
        f"(({s})*{letter})" if letter in "xy" else letter for letter in case.formula.replace("exp", "EP")
    )
    formula = f"({c})*({stretched.replace('EP', 'exp')})"
    k = case.constants
    scaled = {"alpha": c * s * s * k["alpha"], "gamma": c * s * s * k["gamma"], "epsilon": c * s * k["epsilon"],
              "delta": k["delta"] / s}  # fmt: skip
    side = None if case.side is None else case.side / s
    first, second = (answered(v).verdict for v in (case.answer(k), case.answer(scaled, formula, side)))
    assert {first, second} != {"holds", "fails"}
    assert first != "undecided" or second != "undecided"
