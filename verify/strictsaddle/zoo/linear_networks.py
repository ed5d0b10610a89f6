"""Deep linear networks: the smallest objectives with symmetry, saddles and, past two layers, degenerate "
"saddles."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.dense import RIDGE, SPREAD, dense, iris
from strictsaddle.zoo.entry import Entry, Known, Parameter, Values

_HAND = "by hand"
_BALDI_HORNIK = "Baldi, Hornik, Neural Networks 2, 1989"
_KAWAGUCHI = "Kawaguchi, NeurIPS 2016, arXiv 1605.07110"

_DEPTH = Parameter("depth", Fraction(2), "number of layers", Fraction(2), Fraction(6), integer=True)
_WIDTH = Parameter("width", Fraction(1), "units in each hidden layer", Fraction(1), Fraction(4), integer=True)


def _scalar_product(values: Values) -> Objective:
    return Objective("linear-scalar-product", "w1 w2", "(w1*w2 - y)**2 + lam*(w1**2 + w2**2)", values)


def _widths(values: Values) -> list[int]:
    return [1, *[int(values["width"])] * (int(values["depth"]) - 1), 1]


def _deep_linear(values: Values) -> Objective:
    return dense("deep-linear", _widths(values), "linear", [[1]], [[1]], values, _KAWAGUCHI)


def _iris_linear(values: Values) -> Objective:
    return dense("iris-linear", _widths(values), "linear", *iris(), values, _KAWAGUCHI)


def _autoencoder(values: Values) -> Objective:
    formula = (
        "s1*(1 - b1*a1)**2 + s2*(b1*a2)**2 + s1*(b2*a1)**2 + s2*(1 - b2*a2)**2 + lam*(a1**2 + a2**2 + b1**2 + b2**2)"
    )
    return Objective("linear-autoencoder", "a1 a2 b1 b2", formula, values, source=_BALDI_HORNIK)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "linear-scalar-product",
        "linear networks",
        "one linear hidden unit, one data point",
        "(w1 w2 - y)^2 + lam (w1^2 + w2^2)",
        "folklore",
        _scalar_product,
        (
            Parameter("lam", Fraction(1, 10), "ridge", Fraction(0)),
            Parameter("y", Fraction(1), "target", Fraction(0), above=True),
        ),
        (
            Known(
                "0 < lam < y: minima at w1 = w2 = +-sqrt(y - lam), a saddle at 0.",
                _HAND, "strict_saddle", 2, 1, 0, 0
            ),
            Known(
                "lam = 0: the curve w1 w2 = y consists of minima; modulo the scaling w1 -> t w1, w2 -> w2/t "
                "it is "
                "strict-saddle.",
                _HAND, "not_strict_saddle", at={"lam": "0"}, modulo_symmetry="strict_saddle",
            ),
            Known(
                "lam = y: 0 alone is stationary, a degenerate minimum.",
                _HAND, "not_strict_saddle", 0, 0, 0, 1,
                {"lam": "1"},
            ),
            Known(
                "lam > y: 0 alone is stationary, a minimum.",
                _HAND, "strict_saddle", 1, 0, 0, 0, {"lam": "2"},
            ),
        ),
    ),
    Entry(
        "deep-linear",
        "linear networks",
        "linear layers on the one data point x = 1, y = 1",
        "(W_depth ... W_1 - 1)^2 + sum_k lam (1 + (k - 1) spread) w_k^2",
        _KAWAGUCHI,
        _deep_linear,
        (_DEPTH, _WIDTH, RIDGE, SPREAD),
        (
            Known(
                "Two layers, one unit: minima at +-sqrt(1 - lam), a saddle at 0.",
                _HAND, "strict_saddle", 2, 1, 0, 0,
            ),
            Known(
                "Two layers without ridge: every saddle is strict, but minima come in continua.",
                _BALDI_HORNIK,
                "not_strict_saddle", at={"lam": "0"}, modulo_symmetry="strict_saddle",
            ),
            Known(
                "Two units, unequal ridges: a pair of stationary points for each unit, and 0. The pair "
                "whose two ridges have the "
                "smallest product are minima, the others saddles.",
                _HAND, "strict_saddle", 2, 3, 0, 0, {"width": "2", "spread": "1"},
            ),
            Known(
                "Three layers without ridge: 0 is stationary with a zero Hessian.",
                _KAWAGUCHI, "not_strict_saddle",
                at={"depth": "3", "lam": "0"}, modulo_symmetry="not_strict_saddle",
            ),
            Known(
                "L > 2 layers of one unit with small ridge: 0 has become a minimum; all |w_k| equal the "
                "same s with "
                "s^(L-2) (1 - s^L) = lam, which has two positive roots, a pass and a minimum, with 2^(L-1) "
                "choices of signs each.",
                _HAND, "strict_saddle", 5, 4, 0, 0, {"depth": "3"},
            ),
            Known(
                "Four layers: eight passes and eight minima.",
                _HAND, "strict_saddle", 9, 8, 0, 0, {"depth": "4"},
            ),
            Known(
                "Three layers, lam above 3/4^(4/3): only the minimum 0 is left.",
                _HAND, "strict_saddle", 1, 0, 0, 0,
                {"depth": "3", "lam": "1/2"},
            ),
        ),
    ),
    Entry(
        "iris-linear",
        "linear networks",
        "linear layers from petal length to petal width, 150 irises, standardised",
        "(1/150) sum_n (W_depth ... W_1 x_n - y_n)^2 + sum_k lam (1 + (k - 1) spread) w_k^2",
        f"data: Fisher, Annals of Eugenics 7, 1936; {_KAWAGUCHI}",
        _iris_linear,
        (_DEPTH, _WIDTH, RIDGE, SPREAD),
        (
            Known(
                "One unit, ridge below the correlation 0.96: two minima and a saddle.",
                _HAND, "strict_saddle", 2, 1, 0, 0
            ),
            Known(
                "One unit without ridge: a curve of minima.",
                _BALDI_HORNIK, "not_strict_saddle", at={"lam": "0"},
                modulo_symmetry="strict_saddle",
            ),
            Known(
                "Two units, unequal ridges: two minima, a saddle at 0, and a pair of saddles.",
                _HAND, "strict_saddle",
                2, 3, 0, 0, {"width": "2", "spread": "1"},
            ),
            Known(
                "Three layers without ridge: 0 is stationary with a zero Hessian.",
                _KAWAGUCHI, "not_strict_saddle",
                at={"depth": "3", "lam": "0"}, modulo_symmetry="not_strict_saddle",
            ),
            Known(
                "Three layers, small ridge: as for deep-linear.",
                _HAND, "strict_saddle", 5, 4, 0, 0, {"depth": "3"},
            ),
        ),
    ),
    Entry(
        "linear-autoencoder",
        "linear networks",
        "two inputs through one linear unit and back",
        "tr((I - b a^T) S (I - b a^T)^T) + lam (|a|^2 + |b|^2)  with  S = diag(s1, s2)",
        _BALDI_HORNIK,
        _autoencoder,
        (
            Parameter("s1", Fraction(2), "variance of the first input", Fraction(0), above=True),
            Parameter("s2", Fraction(1), "variance of the second input", Fraction(0), above=True),
            Parameter("lam", Fraction(1, 10), "ridge", Fraction(0)),
        ),
        (
            Known(
                "0 < lam < s2 < s1: a = b = +-sqrt(1 - lam/s) e_1 are minima, with e_2 instead saddles, as "
                "is 0.",
                _HAND,
                "strict_saddle", 2, 3, 0, 0,
            ),
            Known(
                "Without ridge every minimum lies on a curve (a -> t a, b -> b/t); every saddle is strict.",
                _BALDI_HORNIK, "not_strict_saddle", at={"lam": "0"}, modulo_symmetry="strict_saddle",
            ),
            Known(
                "s1 = s2: the minima a = b are a circle.", _HAND, "not_strict_saddle",
                at={"s1": "1", "lam": "9/25"}, modulo_symmetry="strict_saddle",
            ),
        ),
    ),
)  # fmt: skip
