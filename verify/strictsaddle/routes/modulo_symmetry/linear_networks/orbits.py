"""A point on each orbit of stationary points of a deep linear network that the question modulo symmetry is about.

With ridges, the points of `singular_value_strata` and the origin: one on each orbit there is.

Two layers without ridge. Let B be the closed set of stationary points, invariant under the group G, of `slice`. If it is not empty it
has a balanced point: w·X(w) = 0 for the fields (CW_1, -W_2C) of gl(h) says W_2ᵀW_2 = W_1W_1ᵀ. O(h) brings that to

    W_1 = [TVᵀ; 0],   W_2 = [UT, 0],   UᵀU = VᵀV = I,  T > 0 (r, r),

and B is invariant under it: f stays the same under O(h), which therefore permutes the fields that leave f unchanged, all of which are
among those of G as f is a polynomial (`symmetry.continuous.fields`). With P = UT²Vᵀ and G = PA - B the gradient is 0 exactly if UᵀG = 0 and
GV = 0. The first says T²Vᵀ = UᵀBA⁻¹; so, with S = BA⁻¹Bᵀ, the second times T² says SU = BVT² = UT²(VᵀAV)T². So range(U) is
spanned by r eigenvectors of S with positive eigenvalues. If S has no multiple eigenvalue except possibly 0, these are
some of finitely many, up to signs, and T⁴ = UᵀBA⁻²BᵀU since VᵀV = I. Conversely each choice of eigenvectors makes T⁴ positive definite, as
BᵀU has rank r, and gives a stationary point: UᵀG = 0 by the choice of V, and BV = SUT⁻² lies in range(U), so that GV = UUᵀGV =
0. So here all is linear algebra, and that these are all is proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb, prod

from flint import arb, arb_mat, fmpq_mat, fmpq_mpoly, fmpq_poly

from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.number_field import complex_roots
from strictsaddle.routes.modulo_symmetry.linear_networks.ball_factors import (
    Factors,
    Unsettled,
    orthonormal_basis,
    square_root,
)
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import LinearNetwork
from strictsaddle.routes.modulo_symmetry.linear_networks.strata import network_point, strata
from strictsaddle.routes.modulo_symmetry.slice import PROVED, OrbitSlice, all_solutions, solutions, without_solution

ACCURACY = 160  # bits of solutions
MOST_UNKNOWNS = 24  # of a system: beyond, msolve has no chance
MOST_CHOICES = 256  # of eigenvectors
EVERY = "every orbit of stationary points"
CLOSED = "the closure of every orbit of stationary points that could violate it"


@dataclass(frozen=True)
class NetworkOrbits:
    """The points as balls; how many complex solutions the systems have that were solved; `scope` says which orbits are met, `trust` in
    a clause what it rests on that these are all."""

    points: tuple[tuple[arb, ...], ...]
    scope: str
    complex_count: int
    trust: str


def network_orbits(network: LinearNetwork, budget: Budget) -> NetworkOrbits | str:
    """The points at the present precision, or a sentence that says why they are not known. budget: of
    msolve. Raises EngineError where msolve fails."""
    try:
        if all(ridge > 0 for ridge in network.ridges):
            return _with_ridges(network, budget)
        if network.layers == 2 and all(ridge == 0 for ridge in network.ridges):
            return _without_ridge(network)
    except (Unsettled, ZeroDivisionError):
        return "a stationary point of the linear network is too close to one of lower rank to be told from it"
    return (
        "there is no method for linear networks with ridges in some layers only, or with more than two layers and none"
    )


# with ridges


def _with_ridges(network: LinearNetwork, budget: Budget) -> NetworkOrbits | str:
    by_rank, count, trust = [], 0, PROVED
    for stratum in reversed(
        strata(network)
    ):  # high ranks first: where they are not proved complete, no other needs to be
        found = _solved(stratum.equations, stratum.dimension, budget, trust == PROVED)
        if isinstance(found, str):
            return found
        count += found.complex_count
        trust = found.trust if trust == PROVED else trust
        factors = [stratum.factors(solution.balls) for solution in found.points]
        by_rank.append([network_point(network, one) for one in factors if one is not None])
    points = [_origin(network), *(point for points in reversed(by_rank) for point in points)]
    return NetworkOrbits(tuple(points), EVERY, count, trust)


def _solved(equations: Sequence[fmpq_mpoly], n: int, budget: Budget, prove: bool) -> OrbitSlice | str:
    """`slice.solutions`, without a linear form where the last unknown separates the solutions, which is much faster."""
    if n > 1:
        answer = msolve.solve(equations, n, budget=budget)
        if isinstance(answer, msolve.NoSolution):
            return without_solution(equations, n, budget, ACCURACY, prove)
        if isinstance(answer, msolve.InfinitelyMany):
            return "there are infinitely many complex solutions for the singular values of the linear network"
        if answer.modulus.degree() == answer.quotient_dimension:
            return all_solutions(equations, n, answer, [0] * (n - 1) + [1], budget, ACCURACY, prove)
    return solutions(equations, n, budget, ACCURACY)


def _origin(network: LinearNetwork) -> tuple[arb, ...]:
    return (arb(0),) * sum(a * b for a, b in pairwise(network.widths))


# without


def _without_ridge(network: LinearNetwork) -> NetworkOrbits | str:
    if network.gram.det() == 0:
        return "the inputs of the linear network are linearly dependent, and it has no ridge"
    inverse, cross = network.gram.inv(), network.cross
    s = cross * inverse * cross.transpose()
    projections = _eigenprojections(s)
    if projections is None:
        return "the targets' covariance that the inputs explain has a multiple eigenvalue"
    ranks = range(1, min(network.most_rank, len(projections)) + 1)
    if sum(comb(len(projections), rank) for rank in ranks) > MOST_CHOICES:
        return "there are too many orbits of stationary points of the linear network"
    vectors = [orthonormal_basis(projection, 1) for projection in projections]
    explained, fourth = arb_mat(cross * inverse), arb_mat(cross * inverse * inverse * cross.transpose())
    points = [_origin(network)]
    for rank in ranks:
        for chosen in combinations(vectors, rank):
            u = arb_mat([[vector[i, 0] for vector in chosen] for i in range(s.nrows())])
            m = square_root(u.transpose() * fourth * u)
            v = (m.inv() * u.transpose() * explained).transpose()
            points.append(network_point(network, Factors(u, square_root(m), v)))
    return NetworkOrbits(tuple(points), CLOSED, len(points), PROVED)


def _eigenprojections(s: fmpq_mat) -> list[arb_mat] | None:
    """The projections onto the eigenspaces of a positive semidefinite matrix for its positive eigenvalues, ascending; None where
    one of these is multiple.

    That for the eigenvalue x is the product of (S - y)/(x - y) over the other eigenvalues y.
    """
    polynomial = s.charpoly()
    zeros = next(k for k, c in enumerate(polynomial.coeffs()) if c != 0)
    rest = fmpq_poly(polynomial.coeffs()[zeros:])
    if rest.gcd(rest.derivative()).degree() > 0:
        return None
    if rest.degree() < 1:
        return []
    size = s.nrows()
    roots = sorted((root.real for root in complex_roots(rest.numer())), key=lambda x: float(x.mid()))
    exact = arb_mat(s)
    others = [arb(0)] if zeros else []

    def shifted(y: arb) -> arb_mat:
        return exact - arb_mat([[y if i == j else arb(0) for j in range(size)] for i in range(size)])

    found = []
    for x in roots:
        projection = arb_mat([[arb(int(i == j)) for j in range(size)] for i in range(size)])
        different = [*others, *(y for y in roots if y is not x)]
        for y in different:
            projection = projection * shifted(y)
        found.append(projection / prod((x - y for y in different), start=arb(1)))
    return found
