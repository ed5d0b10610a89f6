"""Landscapes that every textbook of optimisation has, and the smallest ones that go wrong."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.entry import Entry, Known, Parameter, Values

_HAND = "by hand"


def _double_well(values: Values) -> Objective:
    return Objective("double-well", "x y", "x**4/4 - x**2/2 + lam*y**2/2", values)


def _quartic(values: Values) -> Objective:
    return Objective("quartic", "x y", "x**4 + y**2", values)


def _monkey_saddle(values: Values) -> Objective:
    return Objective("monkey-saddle", "x y", "x**3 - 3*x*y**2 + (x**2 + y**2)**2", values)


def _mexican_hat(values: Values) -> Objective:
    names = [f"x{k}" for k in range(1, int(values["n"]) + 1)]
    squares = " + ".join(f"{name}**2" for name in names)
    return Objective("mexican-hat", names, f"({squares} - 1)**2", values)


def _six_hump_camel(values: Values) -> Objective:
    formula = "(4 - 21*x**2/10 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2"
    return Objective("six-hump-camel", "x y", formula, values)


def _three_hump_camel(values: Values) -> Objective:
    return Objective("three-hump-camel", "x y", "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2", values)


def _himmelblau(values: Values) -> Objective:
    return Objective("himmelblau", "x y", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", values)


def _rosenbrock(values: Values) -> Objective:
    names = [f"x{k}" for k in range(1, int(values["n"]) + 1)]
    terms = [f"c*({after} - {x}**2)**2 + (1 - {x})**2" for x, after in pairwise(names)]
    return Objective("rosenbrock", names, " + ".join(terms), values)


def _styblinski_tang(values: Values) -> Objective:
    names = [f"x{k}" for k in range(1, int(values["n"]) + 1)]
    return Objective("styblinski-tang", names, " + ".join(f"({x}**4 - 16*{x}**2 + 5*{x})/2" for x in names), values)


def _goldstein_price(values: Values) -> Objective:
    formula = (
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
        "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
    )
    return Objective("goldstein-price", "x y", formula, values)


def _rastrigin(values: Values) -> Objective:
    names = [f"x{k}" for k in range(1, int(values["n"]) + 1)]
    formula = " + ".join(f"{x}**2 + 10 - 10*cos(2*pi*{x})" for x in names)
    side = Fraction("5.12")
    box = Box((-side,) * len(names), (side,) * len(names))
    return Objective("rastrigin", names, formula, values, box)


def _unknowns(default: int, least: int, most: int) -> Parameter:
    return Parameter("n", Fraction(default), "number of unknowns", Fraction(least), Fraction(most), integer=True)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "double-well",
        "classics",
        "two wells and the pass between them",
        "x^4/4 - x^2/2 + lam y^2/2",
        "folklore",
        _double_well,
        (Parameter("lam", Fraction(1, 3), "curvature across the wells", Fraction(0)),),
        (
            Known(
                "lam > 0: minima at (1, 0) and (-1, 0), a saddle at 0.", _HAND, "strict_saddle", 2, 1, 0, 0,
            ),
            Known(
                "lam = 0: nothing depends on y, each well is a line of minima.", _HAND, "not_strict_saddle",
                at={"lam": "0"},
            ),
        ),
    ),
    Entry(
        "quartic",
        "classics",
        "the smallest objective that is not strict-saddle: an isolated degenerate minimum",
        "x^4 + y^2",
        "folklore",
        _quartic,
        (),
        (
            Known(
                "The only stationary point is the minimum at 0, with Hessian diag(0, 2).", _HAND,
                "not_strict_saddle", 0, 0, 0, 1,
            ),
        ),
    ),
    Entry(
        "monkey-saddle",
        "classics",
        "a saddle with three ways down, so a zero Hessian, made coercive",
        "x^3 - 3 x y^2 + (x^2 + y^2)^2",
        "folklore",
        _monkey_saddle,
        (),
        (
            Known(
                "In polar coordinates r^3 cos 3t + r^4: minima at r = 3/4, cos 3t = -1; 0 has a zero "
                "Hessian.",
                _HAND, "not_strict_saddle", 3, 0, 0, 1,
            ),
        ),
    ),
    Entry(
        "mexican-hat",
        "classics",
        "a sphere of minima around a maximum",
        "(|x|^2 - 1)^2",
        "folklore",
        _mexican_hat,
        (_unknowns(2, 2, 6),),
        (
            Known(
                "The unit sphere consists of minima, so Definition 1 fails; modulo SO(n) it holds.", _HAND,
                "not_strict_saddle", modulo_symmetry="strict_saddle",
            ),
        ),
    ),
    Entry(
        "six-hump-camel",
        "classics",
        "six minima, two of them global",
        "(4 - 2.1 x^2 + x^4/3) x^2 + x y + (4 y^2 - 4) y^2",
        "Dixon, Szego (editors), Towards Global Optimisation 2, 1978",
        _six_hump_camel,
        (),
        (
            Known(
                "Six minima, as the name says; with nine further stationary points.",
                "Dixon, Szego 1978", "strict_saddle", 6, 7, 2, 0,
            ),
        ),
    ),
    Entry(
        "three-hump-camel",
        "classics",
        "three minima, the global one at 0",
        "2 x^2 - 1.05 x^4 + x^6/6 + x y + y^2",
        "Dixon, Szego (editors), Towards Global Optimisation 2, 1978",
        _three_hump_camel,
        (),
        (
            Known(
                "With y = -x/2 the gradient is an odd quintic in x, with five real roots: minimum, saddle, "
                "minimum (at 0), saddle, minimum.",
                _HAND, "strict_saddle", 3, 2, 0, 0,
            ),
        ),
    ),
    Entry(
        "himmelblau",
        "classics",
        "four minima, all of them global",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        "Himmelblau, Applied Nonlinear Programming, 1972",
        _himmelblau,
        (),
        (
            Known(
                "Four minima of value 0, four saddles between them, a maximum near (-0.27, -0.92).",
                "Himmelblau 1972", "strict_saddle", 4, 4, 1, 0,
            ),
        ),
    ),
    Entry(
        "rosenbrock",
        "classics",
        "the banana valley, in its chained form",
        "sum_k c (x_{k+1} - x_k^2)^2 + (1 - x_k)^2",
        "Rosenbrock, The Computer Journal 3, 1960",
        _rosenbrock,
        (
            _unknowns(2, 2, 6),
            Parameter("c", Fraction(100), "steepness of the valley", Fraction(0), above=True),
        ),
        (
            Known("n = 2: the minimum (1, 1) alone.", _HAND, "strict_saddle", 1, 0, 0, 0),
            Known(
                "n = 3: the minimum (1, 1, 1) alone.", "Kok, Sandrock, Evolutionary Computation 17(3), 2009",
                "strict_saddle", 1, 0, 0, 0, {"n": "3"},
            ),
            Known(
                "n = 4: a second minimum near (-1, 1, 1, 1), and the saddle between the two.",
                "Kok, Sandrock, Evolutionary Computation 17(3), 2009",
                "strict_saddle", 2, 1, 0, 0, {"n": "4"},
            ),
        ),
    ),
    Entry(
        "styblinski-tang",
        "classics",
        "a separable sum of tilted double wells: 3^n stationary points",
        "sum_k (x_k^4 - 16 x_k^2 + 5 x_k)/2",
        "Styblinski, Tang, Neural Networks 3, 1990",
        _styblinski_tang,
        (_unknowns(2, 1, 5),),
        (
            Known(
                "Each coordinate has two minima and a maximum, so n = 2 has 4, 4 and 1.",
                _HAND, "strict_saddle", 4, 4, 1, 0,
            ),
            Known(
                "n = 3: 2^3 minima, one maximum, 27 - 9 saddles.",
                _HAND, "strict_saddle", 8, 18, 1, 0, {"n": "3"},
            ),
        ),
    ),
    Entry(
        "goldstein-price",
        "classics",
        "degree eight in two unknowns, with values over six orders of magnitude",
        "(1 + (x + y + 1)^2 (...)) (30 + (2 x - 3 y)^2 (...))",
        "Goldstein, Price, Mathematics of Computation 25, 1971",
        _goldstein_price,
        (),
        (
            Known(
                "Four minima, the global one at (0, -1) with value 3.",
                "Goldstein, Price 1971", "strict_saddle", 4,
            ),
        ),
    ),
    Entry(
        "rastrigin",
        "classics",
        "a bowl with a grid of minima, on its usual box",
        "sum_k x_k^2 + 10 - 10 cos(2 pi x_k) for |x_k| <= 5.12",
        "Rastrigin, Systems of Extremal Control, 1974",
        _rastrigin,
        (_unknowns(2, 1, 4),),
        (
            Known(
                "Each coordinate has 11 minima and 10 maxima in the box, so n = 2 has 121, 100 and 220 "
                "saddles.",
                _HAND, "strict_saddle", 121, 220, 100, 0, scope="box", engine="interval",
            ),
            Known(
                "n = 1: 11 minima and 10 maxima.", _HAND, "strict_saddle", 11, 0, 10, 0, {"n": "1"}, "box",
                engine="interval",
            ),
        ),
    ),
)  # fmt: skip
