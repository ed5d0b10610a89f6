"""The equations of each rank hold at stationary points and at nothing else; points made from their solutions are stationary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx
from numpy.linalg import inv, matrix_power, qr

from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.routes.modulo_symmetry.linear_networks.orbits import _solved
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import LinearNetwork
from strictsaddle.routes.modulo_symmetry.linear_networks.strata import Stratum, network_point, strata
from strictsaddle.routes.modulo_symmetry.slice import OrbitSlice

Array = np.ndarray[Any, np.dtype[np.float64]]
A2, B2 = fmpq_mat([[2, 1], [1, 3]]), fmpq_mat([[5, 1], [2, -4]])
A3 = fmpq_mat([[2, 1, 0], [1, 3, 1], [0, 1, 2]])
TENTH, FIFTH = fmpq(1, 10), fmpq(1, 5)

# Of each shape: inputs wider and narrower than outputs, ranks below and at the greatest, B of full rank and not.
NETWORKS = (
    LinearNetwork((2, 2, 2), A2, B2, (TENTH, TENTH)),
    LinearNetwork((2, 3, 3), A2, fmpq_mat([[5, 1], [2, -4], [1, 1]]), (TENTH, FIFTH)),
    LinearNetwork((3, 2, 2), A3, fmpq_mat([[5, 1, 0], [2, -4, 1]]), (TENTH, FIFTH)),
    LinearNetwork((2, 2, 2), A2, fmpq_mat([[4, 2], [2, 1]]), (TENTH, TENTH)),
    LinearNetwork((1, 2, 2, 3), fmpq_mat([[2]]), fmpq_mat([[3], [1], [2]]), (TENTH, FIFTH, TENTH)),
    LinearNetwork((2, 2, 2, 2), A2, B2, (TENTH, FIFTH, TENTH)),
    LinearNetwork((2, 2, 2, 2), A2, B2 * 2, (TENTH, TENTH, TENTH)),
    LinearNetwork((2, 1, 2, 2), A2, B2 * 2, (TENTH, TENTH, TENTH)),
    LinearNetwork((2, 2, 2, 2, 1), A2, fmpq_mat([[9, -4]]), (TENTH, TENTH, FIFTH, TENTH)),
)


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    before, ctx.prec = ctx.prec, 192
    yield
    ctx.prec = before


def rational(matrix: Array) -> fmpq_mat:
    exact = [[Fraction(float(x)) for x in row] for row in matrix]
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in exact])


def gradient(network: LinearNetwork) -> list[fmpq_mpoly]:
    n = sum(a * b for a, b in zip(network.widths, network.widths[1:], strict=False))
    context = fmpq_mpoly_ctx.get([f"w{k + 1}" for k in range(n)], "degrevlex")
    f = network.polynomial(context, fmpq(0))
    return [f.derivative(i) for i in range(n)]


def value(polynomial: fmpq_mpoly, point: Sequence[arb]) -> arb:
    total = arb(0)
    for exponents, coefficient in polynomial.terms():
        term = arb(coefficient)
        for x, exponent in zip(point, exponents, strict=True):
            term *= x ** int(exponent)
        total += term
    return total


def is_stationary(network: LinearNetwork, point: Sequence[arb]) -> bool:
    values = [value(g, point) for g in gradient(network)]
    assert all(float(x.rad()) < 1e-30 for x in values)
    return all(x.contains(0) for x in values)


def constructed(shape: tuple[int, ...], rank: int, seed: int) -> tuple[LinearNetwork, dict[str, Array]]:
    """A network that has (*) with random U, T and V as a stationary point, up to rounding: B is chosen to that end."""
    rng = np.random.default_rng(seed)
    ins, outs, layers = shape[0], shape[-1], len(shape) - 1
    x = rng.normal(size=(ins, ins + 2))
    a, ridges = x @ x.T, [fmpq(k + 1, 4) for k in range(layers)]
    alpha = float(np.prod([int(r.p) / int(r.q) for r in ridges])) ** -0.5
    u, v = qr(rng.normal(size=(outs, outs)))[0], qr(rng.normal(size=(ins, ins)))[0]
    t = rng.normal(size=(rank, rank))
    t = t @ t.T / rank + 0.3 * np.eye(rank)
    un, vn = u[:, rank:], v[:, rank:]
    u, v = u[:, :rank], v[:, :rank]
    k = matrix_power(inv(t), layers - 2) @ v.T / alpha
    free = un @ rng.normal(size=(outs - rank, ins - rank)) @ vn.T
    b = u @ (alpha**2 * matrix_power(t, 2 * layers - 2) @ k @ a + k) + free
    network = LinearNetwork(shape, rational(0.5 * (a + a.T)), rational(b), tuple(ridges))
    return network, {"t": t, "v": v}


def unknowns(stratum: Stratum, parts: dict[str, Array]) -> list[arb]:
    """The unknowns of the equations at the constructed point."""
    m = parts["v"] @ parts["t"] @ parts["t"] @ parts["v"].T / (int(stratum.unit.p) / int(stratum.unit.q))
    found = list(m[np.triu_indices(stratum.size)])
    if stratum.has_factor:
        found.insert(0, 1 / np.prod(np.linalg.eigvalsh(m)[stratum.size - stratum.rank :]))
    return [arb(float(x)) for x in found]


def residual(stratum: Stratum, solution: Sequence[arb]) -> float:
    return max(abs(float(value(equation, solution).mid())) for equation in stratum.equations)


SHAPES = [
    ((2, 2, 2), 1), ((2, 2, 2), 2), ((3, 3, 3), 1), ((3, 3, 3), 2), ((3, 3, 3), 3), ((2, 2, 3), 1), ((2, 2, 3), 2),
    ((3, 2, 2), 1), ((3, 3, 2), 2), ((3, 2, 1), 1), ((3, 3, 3, 3), 1), ((3, 3, 3, 3), 2), ((3, 3, 3, 3), 3), ((2, 3, 2, 3), 2),
    ((3, 2, 2, 2), 1), ((3, 2, 2, 2), 2), ((2, 2, 2, 2, 2), 1), ((2, 2, 2, 2, 2), 2), ((1, 2, 2, 3), 1),
]  # fmt: skip


@pytest.mark.parametrize("shape, rank", SHAPES)
def test_stationary_points_satisfy_the_equations(shape: tuple[int, ...], rank: int) -> None:
    network, parts = constructed(shape, rank, 3)
    stratum = Stratum(network, rank)
    solution = unknowns(stratum, parts)
    assert len(solution) == stratum.dimension
    scale = 1 + max(abs(float(value(equation, [abs(x) for x in solution]).mid())) for equation in stratum.equations)
    assert residual(stratum, solution) < 1e-9 * scale
    # What the factors are made into is stationary, up to the same rounding.
    factors = stratum.factors(solution)
    assert factors is not None
    point = network_point(network, factors)
    assert max(abs(float(value(g, point).mid())) for g in gradient(network)) < 1e-9 * scale
    # False twins: another place, another A.
    moved = [x + arb(0.01) for x in solution]
    assert residual(stratum, moved) > 1e-3
    other = LinearNetwork(network.widths, network.gram + network.gram / 50, network.cross, network.ridges)
    assert residual(Stratum(other, rank), unknowns(Stratum(other, rank), parts)) > 1e-3


def solved(stratum: Stratum) -> OrbitSlice:
    found = _solved(stratum.equations, stratum.dimension, UNLIMITED, False)
    assert not isinstance(found, str)
    return found


@pytest.mark.parametrize("network", NETWORKS)
def test_solutions_give_stationary_points(network: LinearNetwork) -> None:
    used = 0
    for stratum in strata(network):
        for solution in solved(stratum).points:
            factors = stratum.factors(solution.balls)
            if factors is None:
                continue
            used += 1
            point = network_point(network, factors)
            assert is_stationary(network, point)
            assert not is_stationary(network, [x + arb("1e-20") for x in point])
    assert used


def test_there_is_no_rank_above_that_of_the_targets() -> None:
    assert [stratum.rank for stratum in strata(NETWORKS[3])] == [1]
    assert [stratum.rank for stratum in strata(NETWORKS[1])] == [1, 2]
    assert not strata(LinearNetwork((2, 2, 2), A2, fmpq_mat([[0, 0], [0, 0]]), (TENTH, TENTH)))


def test_numbers_beyond_doubles() -> None:
    for factor in (fmpq(10) ** 400, fmpq(1, 10**400)):
        network = LinearNetwork((2, 2, 2), A2 * factor, B2 * factor, (TENTH * factor, TENTH * factor))
        assert Stratum(network, 1).equations


def test_the_inputs_may_be_dependent() -> None:
    network = LinearNetwork((2, 2, 2), fmpq_mat([[1, 1], [1, 1]]), fmpq_mat([[3, 3], [1, 1]]), (TENTH, FIFTH))
    points = [
        network_point(network, factors)
        for stratum in strata(network)
        for solution in solved(stratum).points
        if (factors := stratum.factors(solution.balls)) is not None
    ]
    assert points and all(is_stationary(network, point) for point in points)
