"""Networks with a nonlinear activation: polynomial ones on the iris measurements, tanh ones on a handful "
"of rows."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.dense import RIDGE, SPREAD, dense, iris
from strictsaddle.zoo.entry import Entry, Known, Parameter, Values

_HAND = "by hand"
_IRIS = "data: Fisher, Annals of Eugenics 7, 1936"

_WIDTH = Parameter("width", Fraction(1), "hidden units", Fraction(1), Fraction(4), integer=True)


def _iris_quadratic(values: Values) -> Objective:
    return dense("iris-quadratic", [1, int(values["width"]), 1], "quadratic", *iris(), values, _IRIS)


def _iris_cubic(values: Values) -> Objective:
    return dense("iris-cubic", [1, int(values["width"]), 1], "cubic", *iris(), values, _IRIS)


def _tanh_units(values: Values) -> Objective:
    return dense("tanh-two-units", [1, int(values["width"]), 1], "tanh", [[1], [2]], [[1], [-1]], values)


def _xor_tanh(values: Values) -> Objective:
    no, yes = values["low"], Fraction(1)
    inputs = [[no, no], [no, yes], [yes, no], [yes, yes]]
    return dense("xor-tanh", [2, int(values["width"]), 1], "tanh", inputs, [[no], [yes], [yes], [no]], values)


def _ridge(default: str) -> Parameter:
    return Parameter(RIDGE.name, Fraction(default), RIDGE.description, RIDGE.low)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "iris-quadratic",
        "networks",
        "units v (w x)^2 from petal length to petal width, 150 irises, standardised",
        "(1/150) sum_n (sum_i v_i (w_i x_n)^2 - y_n)^2 + ridge",
        _IRIS,
        _iris_quadratic,
        (_WIDTH, _ridge("1/20"), SPREAD),
        (
            Known(
                "With m = E x^4 and c = E x^2 y, stationary points other than 0 have 2 c^2 u = (m u^2 + "
                "lam)^2 for u = w^2: two "
                "positive roots, hence two passes and two minima beside the minimum 0.",
                _HAND, "strict_saddle", 3, 2, 0, 0,
            ),
            Known(
                "Without ridge all points with w = 0 are stationary, those with v > 0 minima.", _HAND,
                "not_strict_saddle", at={"lam": "0"},
            ),
        ),
    ),
    Entry(
        "iris-cubic",
        "networks",
        "units v (w x)^3 from petal length to petal width, 150 irises, standardised",
        "(1/150) sum_n (sum_i v_i (w_i x_n)^3 - y_n)^2 + ridge",
        _IRIS,
        _iris_cubic,
        (_WIDTH, _ridge("1/10"), SPREAD),
        (
            Known(
                "With m = E x^6 and c = E x^3 y, stationary points other than 0 have m t^3 + lam = sqrt(3) "
                "c t for "
                "t = w^2: two positive roots, hence two passes and two minima beside the minimum 0.",
                _HAND, "strict_saddle", 3, 2, 0, 0,
            ),
            Known(
                "Without ridge 0 is stationary with a zero Hessian.",
                _HAND, "not_strict_saddle", at={"lam": "0"},
            ),
        ),
    ),
    Entry(
        "tanh-two-units",
        "networks",
        "tanh units on the two rows (1, 1) and (2, -1)",
        "(1/2) sum_n (sum_i v_i tanh(w_i x_n) - y_n)^2 + ridge",
        "by hand",
        _tanh_units,
        (
            Parameter("width", Fraction(2), "hidden units", Fraction(1), Fraction(4), integer=True),
            _ridge("1/50"),
            SPREAD,
        ),
        (
            Known(
                "Swapping the units and flipping the sign of one leaves f unchanged: a group of order 8.",
                _HAND,
                "strict_saddle", 12, 13, 0, 0, engine="interval",
            ),
        ),
    ),
    Entry(
        "xor-tanh",
        "networks",
        "tanh units without biases on the four rows of exclusive or",
        "(1/4) sum_n (sum_i v_i tanh(w_i . x_n) - y_n)^2 + ridge",
        "the data of Rumelhart, Hinton, Williams, Parallel Distributed Processing 1, 1986",
        _xor_tanh,
        (
            Parameter("width", Fraction(2), "hidden units", Fraction(1), Fraction(4), integer=True),
            _ridge("1/10"),
            SPREAD,
            Parameter("low", Fraction(0), "the number that stands for false", Fraction(-1), Fraction(0)),
        ),
        (
            Known(
                "low = -1: the outputs are odd in x and the targets even, so the loss is E y^2 + 1, and v "
                ". dJ/dv = 0 "
                "forces v = 0, then w = 0: the minimum 0 is the only stationary point.",
                _HAND, "strict_saddle", 1, 0, 0, 0, {"low": "-1"}, engine="interval",
            ),
        ),
    ),
)  # fmt: skip
