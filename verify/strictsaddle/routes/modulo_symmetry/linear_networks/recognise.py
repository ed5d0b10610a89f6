"""Deep linear networks with squared loss: recognised, and proved to be the objective.

    f(W_1, ..., W_L) = <PA, P> - 2 <B, P> + c + sum_l lam_l ||W_l||²,   P = W_L ... W_1,  <X, Y> = tr(XᵀY),

with A = XXᵀ/N and B = YXᵀ/N for N columns of inputs X and targets Y. Where an objective comes from such a network, A, B
and the ridges are read from its data, f is built from them, and the claim is that it is the objective's polynomial,
coefficient by coefficient. Nothing else about the network is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.objective import Objective

Matrix = list[list[fmpq_mpoly]]


@dataclass(frozen=True)
class LinearNetwork:
    """f as above: `widths` (inputs, hidden..., outputs), `gram` = A (inputs, inputs), `cross` = B (outputs, inputs), one ridge a
    layer. The unknowns are W_1 row by row, then W_2, ..."""

    widths: tuple[int, ...]
    gram: fmpq_mat
    cross: fmpq_mat
    ridges: tuple[fmpq, ...]

    @property
    def layers(self) -> int:
        """The number L of weight matrices."""
        return len(self.widths) - 1

    @property
    def most_rank(self) -> int:
        """No product of the layers has a greater rank."""
        return min(self.widths)

    def polynomial(self, context: fmpq_mpoly_ctx, constant: fmpq) -> fmpq_mpoly:
        """f with c = `constant`."""
        unknowns = context.gens()
        layers, start = [], 0
        for sources, units in pairwise(self.widths):
            layers.append([list(unknowns[start + i * sources : start + (i + 1) * sources]) for i in range(units)])
            start += units * sources
        product = reduce(lambda inner, outer: multiplied(outer, inner), layers)
        slopes = multiplied(product, constants(self.gram, context))
        total = context.constant(constant)
        for i, row in enumerate(product):
            for j, entry in enumerate(row):
                total += entry * (slopes[i][j] - 2 * self.cross[i, j])
        for ridge, layer in zip(self.ridges, layers, strict=True):
            total += ridge * sum((w * w for row in layer for w in row), context.constant(0))
        return total


def multiplied(left: Matrix, right: Matrix) -> Matrix:
    """The product of two matrices of polynomials."""
    columns = list(zip(*right, strict=True))
    return [
        [sum((x * y for x, y in zip(row[1:], column[1:], strict=True)), row[0] * column[0]) for column in columns]
        for row in left
    ]


def constants(matrix: fmpq_mat, context: fmpq_mpoly_ctx) -> Matrix:
    """A rational matrix as one of polynomials."""
    return [[context.constant(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())]


def linear_network(objective: Objective, polynomials: PolynomialSystem) -> LinearNetwork | None:
    """The network that the objective on R^n is, proved; None where it is none.

    polynomials: the objective's."""
    network = objective.network
    if network is None or not objective.domain.everything or not _may_be(network):
        return None
    ridges = _by_layer(network)
    if ridges is None or polynomials.dimension != len(network.ridge):
        return None
    found = LinearNetwork(network.widths, *_moments(network), ridges)
    return found if identical(found, polynomials.f) else None


def least_fit(objective: Objective) -> tuple[Fraction, ...] | None:
    """Weights of a deep linear network without ridge with P = BA⁻¹ and of no greater rank than that, exactly: a global minimum on an
    orbit that others may have in their closure. A candidate only; None where there are none."""
    network = objective.network
    if network is None or not _may_be(network) or any(network.ridge):
        return None
    gram, cross = _moments(network)
    if gram.det() == 0:
        return None
    best = cross * gram.inv()
    reduced, rank = best.rref()
    if rank == 0 or rank > min(network.widths):
        return None
    pivots = [next(j for j in range(best.ncols()) if reduced[i, j] != 0) for i in range(rank)]
    weights: list[Fraction] = []
    for layer, (sources, units) in enumerate(pairwise(network.widths), start=1):
        for i in range(units):
            for j in range(sources):
                if layer == 1:
                    x = reduced[i, j] if i < rank else fmpq(0)
                elif layer == network.layers:
                    x = best[i, pivots[j]] if j < rank else fmpq(0)
                else:
                    x = fmpq(int(i == j < rank))
                weights.append(fraction(x))
    return tuple(weights)


def identical(network: LinearNetwork, f: fmpq_mpoly) -> bool:
    """Whether f is the network's, for some c."""
    context = f.context()
    at_zero = [context.constant(0)] * context.nvars()
    constant = f.compose(*at_zero)
    return bool(network.polynomial(context, constant.leading_coefficient() if constant else fmpq(0)) == f)


def _may_be(network: Network) -> bool:
    linear = all(name == "linear" for name in network.activations)
    return network.kind == "dense" and linear and not network.bias and network.loss == "squared" and network.layers > 1


def _by_layer(network: Network) -> tuple[fmpq, ...] | None:
    """The ridge of each layer where all its weights share it."""
    found, start = [], 0
    for sources, units in pairwise(network.widths):
        layer = set(network.ridge[start : start + sources * units])
        if len(layer) != 1:
            return None
        found.append(rational(layer.pop()))
        start += sources * units
    return tuple(found)


def _moments(network: Network) -> tuple[fmpq_mat, fmpq_mat]:
    """A and B."""
    count = len(network.inputs)
    return (
        _mean_of_products(network.inputs, network.inputs, count),
        _mean_of_products(network.targets, network.inputs, count),
    )


def _mean_of_products(left: Sequence[Sequence[Fraction]], right: Sequence[Sequence[Fraction]], count: int) -> fmpq_mat:
    return fmpq_mat(
        [
            [
                rational(sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0)) / count)
                for b in zip(*right, strict=True)
            ]
            for a in zip(*left, strict=True)
        ]
    )
