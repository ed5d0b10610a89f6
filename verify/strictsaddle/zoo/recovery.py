"""Recovery of vectors and low-rank matrices from quadratic measurements."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.entry import Entry, Known, Parameter, Values

_HAND = "by hand"
_GJZ = "Ge, Jin, Zheng, ICML 2017, arXiv 1704.00708"


def _population_phase_retrieval(values: Values) -> Objective:
    names = [f"x{k}" for k in range(1, int(values["n"]) + 1)]
    squares = " + ".join(f"{name}**2" for name in names)
    formula = f"3*({squares})**2 - 2*({squares}) - 4*x1**2 + 3"
    return Objective("phase-retrieval", names, formula, values)


def _four_measurements(values: Values) -> Objective:
    formula = "(x**2 - 1)**2 + y**4 + ((x + y)**2 - 1)**2 + ((x - y)**2 - 1)**2"
    return Objective("phase-retrieval-four", "x y", formula, values)


def _rank_one(values: Values) -> Objective:
    formula = "(x**2 - a)**2 + (y**2 - b)**2 + (z**2 - c)**2 + 2*x**2*y**2 + 2*x**2*z**2 + 2*y**2*z**2"
    return Objective("rank-one-approximation", "x y z", formula, values)


def _rayleigh(values: Values) -> Objective:
    return Objective("rayleigh-quotient", "x y z", "a*x**2 + b*y**2 + c*z**2", values, Spheres(((0, 1, 2),)))


def _factorisation(values: Values) -> Objective:
    formula = (
        "(x11**2 + x12**2 - a)**2 + 2*(x11*x21 + x12*x22)**2 + (x21**2 + x22**2 - b)**2"
        " + 2*d1*(x11**2 + x21**2) + 2*d2*(x12**2 + x22**2)"
    )
    return Objective("matrix-factorisation", "x11 x12 x21 x22", formula, values)


def _asymmetric(values: Values) -> Objective:
    formula = "(u1*v1 - a)**2 + (u1*v2)**2 + (u2*v1)**2 + (u2*v2 - b)**2 + c*(u1**2 + u2**2 - v1**2 - v2**2)**2"
    return Objective("matrix-factorisation-asymmetric", "u1 u2 v1 v2", formula, values)


def _sensing(values: Values) -> Objective:
    return Objective("matrix-sensing", "x y", "(x**2 - 1)**2 + (y**2 - 1)**2 + 4*w*(x*y - 1)**2", values)


def _sparse(values: Values) -> Objective:
    formula = "(2*(u1**2 - v1**2) + c*(u2**2 - v2**2) - y)**2 + lam*(u1**2 + u2**2 + v1**2 + v2**2)"
    return Objective("sparse-recovery", "u1 u2 v1 v2", formula, values)


def _number(name: str, default: str, description: str) -> Parameter:
    return Parameter(name, Fraction(default), description)


def _not_negative(name: str, default: str, description: str) -> Parameter:
    return Parameter(name, Fraction(default), description, Fraction(0))


def _positive(name: str, default: str, description: str) -> Parameter:
    return Parameter(name, Fraction(default), description, Fraction(0), above=True)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "phase-retrieval",
        "recovery",
        "a vector from the squares of Gaussian measurements, in expectation",
        "E ((a . x)^2 - (a . e_1)^2)^2 = 3 |x|^4 - 2 |x|^2 - 4 x_1^2 + 3  for  a ~ N(0, I)",
        "Sun, Qu, Wright, Foundations of Computational Mathematics 18, 2018, arXiv 1602.06664",
        _population_phase_retrieval,
        (Parameter("n", Fraction(2), "number of unknowns", Fraction(2), Fraction(8), integer=True),),
        (
            Known(
                "Minima at +-e_1 only, a maximum at 0, and saddles where x is orthogonal to e_1 and |x|^2 = "
                "1/3: "
                "two points for n = 2.",
                _HAND, "strict_saddle", 2, 2, 1, 0,
            ),
            Known(
                "n = 3: the saddles are a circle, so they are no isolated points; strict-saddle all the "
                "same.",
                _HAND,
                "strict_saddle", 2, at={"n": "3"}, engine="interval",
            ),
        ),
    ),
    Entry(
        "phase-retrieval-four",
        "recovery",
        "e_1 from the squares of four measurements, enough to determine it, too few for a benign landscape",
        "(x^2 - 1)^2 + y^4 + ((x + y)^2 - 1)^2 + ((x - y)^2 - 1)^2",
        "the measurements e_1, e_2, e_1 + e_2, e_1 - e_2",
        _four_measurements,
        (),
        (
            Known(
                "Minima at +-e_1 of value 0 and spurious ones at (0, +-sqrt(2/3)) of value 5/3; saddles at "
                "(+-1/3, +-2/3); a maximum at 0. Strict-saddle does not mean that all minima are global.",
                _HAND, "strict_saddle", 4, 4, 1, 0,
            ),
        ),
    ),
    Entry(
        "rank-one-approximation",
        "recovery",
        "principal component analysis without constraint",
        "|x x^T - diag(a, b, c)|^2",
        "Baldi, Hornik, Neural Networks 2, 1989 (as a linear network)",
        _rank_one,
        (
            _number("a", "3", "first eigenvalue"),
            _number("b", "2", "second eigenvalue"),
            _number("c", "1", "third eigenvalue"),
        ),
        (
            Known(
                "Stationary points are 0 and, for each positive eigenvalue, +-sqrt(eigenvalue) times its "
                "eigenvector; minima belong "
                "to the largest. 0 is a maximum when all are positive.",
                _HAND, "strict_saddle", 2, 4, 1, 0,
            ),
            Known(
                "With a negative eigenvalue 0 is a saddle, and the pair of that eigenvalue is gone.",
                _HAND, "strict_saddle",
                2, 3, 0, 0, {"c": "-1"},
            ),
            Known(
                "A double largest eigenvalue gives a circle of minima.",
                _HAND, "not_strict_saddle", at={"a": "2"},
                modulo_symmetry="strict_saddle",
            ),
            Known(
                "A largest eigenvalue 0 leaves 0 alone, a degenerate minimum.",
                _HAND, "not_strict_saddle", 0, 0, 0,
                1, {"a": "0", "b": "-1", "c": "-2"},
            ),
        ),
    ),
    Entry(
        "rayleigh-quotient",
        "recovery",
        "the least eigenvalue on the unit sphere",
        "a x^2 + b y^2 + c z^2  on  |(x, y, z)| = 1",
        "Absil, Mahony, Sepulchre, Optimization Algorithms on Matrix Manifolds, 2008, section 4.6",
        _rayleigh,
        (
            _number("a", "1", "first eigenvalue"),
            _number("b", "2", "second eigenvalue"),
            _number("c", "3", "third eigenvalue"),
        ),
        (
            Known(
                "Simple eigenvalues: a pair of minima, of saddles and of maxima.",
                _HAND, "strict_saddle", 2, 2, 2, 0,
            ),
            Known(
                "A double least eigenvalue: a circle of minima.", _HAND, "not_strict_saddle", at={"b": "1"},
            ),
            Known(
                "A double largest one: a circle of maxima, all of them with negative curvature towards the minima.",
                _HAND, "strict_saddle", at={"b": "3"}, engine="interval",
            ),
        ),
    ),
    Entry(
        "matrix-factorisation",
        "recovery",
        "symmetric factorisation at full rank, its rotations broken by weights d1 and d2 on the columns",
        "|X X^T - diag(a, b)|^2 + 2 d1 |X_1|^2 + 2 d2 |X_2|^2  for 2 x 2 matrices X",
        f"{_GJZ}; with weights by hand",
        _factorisation,
        (
            _positive("a", "2", "first eigenvalue"),
            _positive("b", "1", "second eigenvalue"),
            _not_negative("d1", "0.1", "weight of the first column"),
            _not_negative("d2", "0.3", "weight of the second column"),
        ),
        (
            Known(
                "d1 < d2 < b < a: each column is 0 or +-sqrt(eigenvalue - weight) times an eigenvector of "
                "its own: 17 points. "
                "Minima: both columns used, the larger eigenvalue with the smaller weight.",
                _HAND, "strict_saddle", 4, 12, 1, 0,
            ),
            Known(
                "Without weights X may be rotated, X -> X Q: circles of minima.", _GJZ, "not_strict_saddle",
                at={"a": "4", "d1": "0", "d2": "0"}, modulo_symmetry="strict_saddle",
            ),
        ),
    ),
    Entry(
        "matrix-factorisation-asymmetric",
        "recovery",
        "rank one, its scaling broken by a balancing term",
        "|u v^T - diag(a, b)|^2 + c (|u|^2 - |v|^2)^2  for u and v in R^2",
        _GJZ,
        _asymmetric,
        (
            _positive("a", "2", "first singular value"),
            _positive("b", "1", "second singular value"),
            _not_negative("c", "1/4", "weight of the balancing term"),
        ),
        (
            Known(
                "a > b, c > 0: |u| = |v| and u = v at every stationary point: 0 and +-sqrt(value) times "
                "e_1, which are minima, "
                "or e_2, which are saddles.",
                _HAND, "strict_saddle", 2, 3, 0, 0,
            ),
            Known(
                "c = 0: u -> t u, v -> v/t is free, the minima are curves.",
                _HAND, "not_strict_saddle", at={"c": "0"},
            ),
        ),
    ),
    Entry(
        "matrix-sensing",
        "recovery",
        "z z^T with z = (1, 1) from its entries, the off-diagonal one seen with weight w",
        "(x^2 - 1)^2 + (y^2 - 1)^2 + 4 w (x y - 1)^2",
        "by hand; the question is that of Zhang, Josz, Sojoudi, Lavaei, NeurIPS 2018, arXiv 1805.10251",
        _sensing,
        (_positive("w", "1/4", "weight of the off-diagonal measurement"),),
        (
            Known(
                "1/6 < w < 1/2: minima at +-(1, 1), saddles at +-(s, -s) with s^2 = (1 - 2w)/(1 + 2w), a "
                "maximum at 0.",
                _HAND, "strict_saddle", 2, 2, 1, 0,
            ),
            Known(
                "w < 1/6: +-(s, -s) have become spurious minima, and four saddles have come off them.", _HAND,
                "strict_saddle", 4, 4, 1, 0, {"w": "1/8"},
            ),
            Known(
                "w = 1/6: +-(s, -s), now irrational with s^2 = 1/2, are degenerate.",
                _HAND, "not_strict_saddle", 2, 0,
                1, 2, {"w": "1/6"},
            ),
            Known("w > 1/2: +-(1, 1), and a saddle at 0.", _HAND, "strict_saddle", 2, 1, 0, 0, {"w": "1"}),
        ),
    ),
    Entry(
        "sparse-recovery",
        "recovery",
        "a sparse vector x = u*u - v*v from one measurement; the ridge on u, v is the lasso's penalty on x",
        "(2 x_1 + c x_2 - y)^2 + lam (|u|^2 + |v|^2)  with  x_i = u_i^2 - v_i^2",
        "Hoff, Computational Statistics and Data Analysis 115, 2017, arXiv 1611.00040",
        _sparse,
        (
            _positive("c", "1", "second coefficient of the measurement"),
            _not_negative("lam", "1/10", "weight of the penalty"),
            _positive("y", "2", "the value measured"),
        ),
        (
            Known(
                "0 < lam < 2cy, c < 2: the minima u = (+-sqrt(y/2 - lam/8), 0) are the lasso's solution; "
                "saddles at 0 and "
                "where u_2 alone is used.",
                _HAND, "strict_saddle", 2, 3, 0, 0,
            ),
            Known(
                "lam = 0: all solutions of the measurement are minima.",
                _HAND, "not_strict_saddle", at={"lam": "0"},
            ),
            Known(
                "c = 2: the two coefficients share the solution, u_1^2 + u_2^2 = y/2 - lam/8, a circle.",
                _HAND,
                "not_strict_saddle", at={"c": "2", "lam": "6"},
            ),
        ),
    ),
)  # fmt: skip
