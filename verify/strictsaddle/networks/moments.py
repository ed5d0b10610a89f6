"""Squared losses of polynomial networks through the data's moments: 150 rows do not make 150 terms.

Each output is a polynomial in the inputs x, its coefficients functions of the weights: y^(w, x) = sum_a c_a(w) x^a. So

    (1/N) sum_n (y^(w, x_n) - y_n)^2 = sum_{a,b} c_a c_b M_{a+b} - 2 sum_a c_a m_a + (1/N) sum_n y_n^2

with M_s = (1/N) sum_n x_n^s and m_a = (1/N) sum_n y_n x_n^a, exact rationals. The c_a stay factored, as graph nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, lcm, prod

from strictsaddle.formula.graph import Graph

Exponents = tuple[int, ...]
Polynomial = dict[Exponents, int]  # in the inputs; values are nodes, functions of the weights


def number_of_monomials(inputs: int, degree: int, bias: bool) -> int:
    """How many monomials a network of this degree may have in its inputs; without biases it is homogeneous."""
    return comb(inputs + degree, degree) if bias else comb(inputs + degree - 1, degree)


def affine(graph: Graph, weights: Sequence[int], polynomials: Sequence[Polynomial], bias: int | None) -> Polynomial:
    """sum_j weights[j]*polynomials[j] + bias."""
    terms: dict[Exponents, list[int]] = {}
    for weight, polynomial in zip(weights, polynomials, strict=True):
        for exponents, coefficient in polynomial.items():
            terms.setdefault(exponents, []).append(graph.mul(weight, coefficient))
    if bias is not None:
        size = len(next(iter(terms)))
        terms.setdefault((0,) * size, []).append(bias)
    return {exponents: graph.total(nodes) for exponents, nodes in terms.items()}


def power(graph: Graph, polynomial: Polynomial, exponent: int) -> Polynomial:
    """`polynomial` to the power `exponent` >= 1."""
    result = polynomial
    for _ in range(exponent - 1):
        result = _product(graph, result, polynomial)
    return result


def _product(graph: Graph, left: Polynomial, right: Polynomial) -> Polynomial:
    terms: dict[Exponents, list[int]] = {}
    for a, coefficient_a in left.items():
        for b, coefficient_b in right.items():
            terms.setdefault(_plus(a, b), []).append(graph.mul(coefficient_a, coefficient_b))
    return {exponents: graph.total(_gathered(graph, nodes)) for exponents, nodes in terms.items()}


def _gathered(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """Equal terms once, with their number in front: c_a*c_b and c_b*c_a are one node."""
    counts: dict[int, int] = {}
    for node in nodes:
        counts[node] = counts.get(node, 0) + 1
    return [graph.mul(graph.constant(count), node) for node, count in counts.items()]


def _plus(a: Exponents, b: Exponents) -> Exponents:
    return tuple(i + j for i, j in zip(a, b, strict=True))


class Moments:
    """Means of monomials over weighted rows, in integers over one denominator a column, which is many times faster than
    sums of fractions.

    Parameters
    ----------
    rows: the N' different rows of the columns of interest.
    weights: how often each occurs; they sum to N.
    """

    def __init__(self, rows: Sequence[Sequence[Fraction]], weights: Sequence[int]) -> None:
        self.weights = weights
        self.count = sum(weights)
        columns = list(zip(*rows, strict=True))
        self.denominators = [lcm(*(x.denominator for x in column)) for column in columns]
        self.columns = [
            [int(x * denominator) for x in column]
            for column, denominator in zip(columns, self.denominators, strict=True)
        ]
        self._values: dict[Exponents, list[int]] = {(0,) * len(columns): [1] * len(rows)}

    def _monomial(self, exponents: Exponents) -> list[int]:
        """The values of x^exponents in all rows, times the denominators; each from one of a degree less."""
        missing = []
        while exponents not in self._values:
            column = next(k for k, exponent in enumerate(exponents) if exponent)
            missing.append((exponents, column))
            exponents = tuple(e - (k == column) for k, e in enumerate(exponents))
        values = self._values[exponents]
        for larger, column in reversed(missing):
            values = [value * x for value, x in zip(values, self.columns[column], strict=True)]
            self._values[larger] = values
        return values

    def mean(self, exponents: Exponents) -> Fraction:
        """(1/N) sum_n x_n^exponents."""
        total = sum(value * weight for value, weight in zip(self._monomial(exponents), self.weights, strict=True))
        scale = prod(d**e for d, e in zip(self.denominators, exponents, strict=True))
        return Fraction(total, scale * self.count)


def mean_squared_error(
    graph: Graph, outputs: Sequence[Polynomial], rows: Sequence[Sequence[Fraction]], weights: Sequence[int]
) -> int:
    """(1/N) sum_n sum_k (outputs[k](x_n) - y_nk)^2 for rows (x_n, y_n), x first, occurring `weights[n]` times."""
    moments = Moments(rows, weights)
    targets = len(outputs)
    nothing = (0,) * targets
    forms: dict[Exponents, list[int]] = {}  # for each s, the c_a*c_b with a + b = s, of all outputs
    terms = []
    constant = Fraction(0)
    for index, polynomial in enumerate(outputs):
        own = tuple(int(k == index) for k in range(targets))
        monomials = list(polynomial.items())
        for place, (a, coefficient_a) in enumerate(monomials):
            forms.setdefault(_plus(a, a), []).append(graph.power(coefficient_a, 2))
            for b, coefficient_b in monomials[:place]:
                double = graph.mul(graph.constant(2), graph.mul(coefficient_a, coefficient_b))
                forms.setdefault(_plus(a, b), []).append(double)
            mixed = moments.mean(a + own)
            terms.append(graph.mul(graph.constant(-2 * mixed), coefficient_a))
        constant += moments.mean((*((0,) * (len(rows[0]) - targets)), *(2 * e for e in own)))
    for exponents, nodes in forms.items():
        terms.append(graph.mul(graph.constant(moments.mean(exponents + nothing)), graph.total(nodes)))
    return graph.add(graph.total(terms), graph.constant(constant))
