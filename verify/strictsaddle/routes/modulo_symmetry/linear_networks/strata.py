"""The stationary orbits of a deep linear network with ridges, one small polynomial system for each rank.

Let f be as in `linear_networks`, with all lam_l > 0, and G = PA - B. The gradient in W_l is twice
(W_L ... W_(l+1))ᵀ G (W_(l-1) ... W_1)ᵀ + lam_l W_l. Where it vanishes, that of layer l + 1 times W_(l+1)ᵀ from the left and
that of layer l times W_lᵀ from the right begin alike, so lam_(l+1) W_(l+1)ᵀW_(l+1) = lam_l W_l W_lᵀ: with U_l = sqrt(lam_l) W_l,

    U_(l+1)ᵀ U_(l+1) = U_l U_lᵀ                                                               ("balanced"),

and all U_l have the same singular values other than 0, r of them. O(h_1) x ... x O(h_(L-1)) leaves f unchanged. Its first
factor brings U_1 into the form [TVᵀ; 0] with VᵀV = I and T > 0 (r, r) (polar decomposition). Then U_2ᵀU_2 = diag(T², 0): the
columns of U_2 past r are 0, the others are RT with RᵀR = I, and the second factor makes R = [I; 0]; and so on. So each
stationary orbit holds a point

    U_1 = [TVᵀ; 0],   U_l = diag(T, 0),   U_L = [UT, 0],   UᵀU = VᵀV = I,  T > 0                 (*)

unless r = 0, the origin. With a² = 1/(lam_1 ... lam_L) it is P = a U T^L Vᵀ, and the gradient vanishes exactly if
a T^(L-2) UᵀG = -Vᵀ and a G V T^(L-2) = -U (layers 1 and L; for a layer between them a T^k UᵀGV T^(L-1-k) = -T, which the
first times V implies). With P put in,

    UᵀB = H := a T^L VᵀA + T^(2-L) Vᵀ / a,        BV = U C,   C := HV = T^L (aVᵀAV + T^(2-2L) / a).

C is invertible, being a product of two positive definite matrices (A >= 0). So r is at most the rank of B, U = B V C⁻¹, and with
D = BᵀB both equations together with UᵀU = I say VᵀD = CᵀH: the first one is this times C⁻ᵀ from the left, and UᵀU = I is C⁻ᵀ (VᵀD)
V C⁻¹ = I, which follows from it. Multiplied out and by V from the left, with M = VT²Vᵀ, Q = VVᵀ the projection onto range(M), and
powers of M that are not positive taken on range(M), it is QF = M^(2-L)/a² for F = D - AM - MA - a² A M^L A, or

    E = Q   for   E := a² F M^(L-2).

So the orbits of rank r are, one to one, the M >= 0 of rank r with this property. It is the same as

    E = I                                                           for r = d, the number of inputs,
    EM = M,  E = Eᵀ,  tr E = r                                      for r < d, L > 2 (then E is 0 on the kernel of M),
    EM = M  with M^0 = I in E, and s e_r(M) = 1 for some s          for r < d, L = 2

with e_r the sum of the principal minors of size r, and all minors of size r + 1 equal to 0. That last condition is imposed in the
second case too, and more that follows: it spares msolve work. In the third case EM = ME. Where Bk = 0, Hk = 0 says
(a² M^L A + M)k = 0. Where r is the rank of B, UUᵀB = B, so D = HᵀH, which multiplied out is F = M^(2-L)/a²; so F(I - Q) = 0, and
e_r(M)(I - Q) = e_r I - e_(r-1) M + e_(r-2) M² - ..., the product of (m - M) over the eigenvalues m of M on its range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import TypeVar

from flint import arb, arb_mat, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.polynomials.determinant import determinant
from strictsaddle.routes.modulo_symmetry.linear_networks.ball_factors import (
    Factors,
    balls,
    orthonormal_basis,
    positive,
    square_root,
)
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import LinearNetwork, Matrix, constants, multiplied

T = TypeVar("T")


@dataclass(frozen=True)
class Stratum:
    """The equations for one rank, 1 or more. Their unknowns are s, where there is one, and the entries of M on and above the
    diagonal, in units of a power of two that is near their size."""

    network: LinearNetwork
    rank: int

    @property
    def size(self) -> int:
        """That of M."""
        return self.network.widths[0]

    @property
    def has_factor(self) -> bool:
        """Whether s is among the unknowns."""
        return self.network.layers == 2 and self.rank < self.size

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        return self.size * (self.size + 1) // 2 + self.has_factor

    @cached_property
    def square(self) -> fmpq:
        """a²."""
        return 1 / math.prod(self.network.ridges, start=fmpq(1))

    @cached_property
    def unit(self) -> fmpq:
        """A power of two of about the size of M. Any would do; this keeps msolve's integers short."""
        try:
            wanted = _norm(self.network.cross) / (_norm(self.network.gram) * math.sqrt(_float(self.square)))
            return fmpq(2) ** round(2 / self.network.layers * math.log2(wanted))
        except (OverflowError, ValueError, ZeroDivisionError):  # numbers beyond doubles
            return fmpq(1)

    @cached_property
    def equations(self) -> tuple[fmpq_mpoly, ...]:
        """The system."""
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(self.dimension)], "degrevlex")
        unknowns = list(context.gens())
        m = _scaled(self.unit, _symmetric(unknowns[self.has_factor :], self.size))
        f = self._remainder(context, m)
        e = f
        for _ in range(self.network.layers - 2):
            e = multiplied(e, m)
        e = _scaled(self.square, e)
        if self.rank == self.size:
            found = _entries(_minus(e, constants(_identity(self.size), context)))
        else:
            found = (
                _entries(_minus(multiplied(e, m), m)) + _minors(m, self.rank + 1) + self._where_b_is_zero(context, m)
            )
            if self.rank == self.network.cross.rank():
                found += _entries(multiplied(f, _onto_kernel(m, self.rank, context)))
            if self.has_factor:
                principal = sum(_principal_minors(m, self.rank), context.constant(0))
                found += [unknowns[0] * principal / self.unit**self.rank - 1]
                found += _entries(_minus(multiplied(e, m), multiplied(m, e)))
            else:
                found += [_trace(e) - self.rank, *_entries(_minus(e, _transposed(e)))]
        return tuple(equation for equation in found if not equation.is_zero())

    def _remainder(self, context: fmpq_mpoly_ctx, m: Matrix) -> Matrix:
        """F."""
        cross = self.network.cross
        am = multiplied(constants(self.network.gram, context), m)
        power = am
        for _ in range(self.network.layers - 2):
            power = multiplied(power, m)
        linear = _minus(_minus(constants(cross.transpose() * cross, context), am), _transposed(am))
        return _minus(linear, _scaled(self.square, multiplied(power, _transposed(am))))

    def _where_b_is_zero(self, context: fmpq_mpoly_ctx, m: Matrix) -> list[fmpq_mpoly]:
        """(a² M^L A + M)k for a basis of the k with Bk = 0."""
        kernel = _kernel(self.network.cross)
        if kernel is None:
            return []
        power = m
        for _ in range(self.network.layers - 1):
            power = multiplied(power, m)
        curved = _scaled(self.square, multiplied(power, constants(self.network.gram * kernel, context)))
        return _entries(_plus(curved, multiplied(m, constants(kernel, context))))

    def factors(self, solution: Sequence[arb]) -> Factors | None:
        """U, T and V of (*) at a real solution, enclosed; None where M is not positive definite on its range. Raises Unsettled
        where the enclosure does not tell."""
        m = arb_mat(_symmetric(list(solution[self.has_factor :]), self.size)) * balls(self.unit)
        v = arb_mat(_identity(self.size)) if self.rank == self.size else orthonormal_basis(m, self.rank)
        inner = v.transpose() * m * v
        if not positive(inner):
            return None
        t, a = square_root(inner), balls(self.square).sqrt()
        high, low = arb_mat(_identity(self.rank)), arb_mat(_identity(self.rank))
        for _ in range(self.network.layers):
            high = high * t
        for _ in range(self.network.layers - 2):
            low = low * t.inv()
        c = high * v.transpose() * arb_mat(self.network.gram) * v * a + low / a
        return Factors(arb_mat(self.network.cross) * v * c.inv(), t, v)


def strata(network: LinearNetwork) -> list[Stratum]:
    """Those with a rank that stationary points may have, the origin aside."""
    return [Stratum(network, r) for r in range(1, min(network.most_rank, network.cross.rank()) + 1)]


def network_point(network: LinearNetwork, factors: Factors) -> tuple[arb, ...]:
    """The weights of (*), in the order of the unknowns; without ridges, those with W_l in the place of U_l."""
    u, t, v = factors
    last = network.layers
    found: list[arb] = []
    for layer, (sources, units) in enumerate(pairwise(network.widths), start=1):
        block = t * v.transpose() if layer == 1 else u * t if layer == last else t
        ridge = network.ridges[layer - 1]
        factor = 1 / balls(ridge).sqrt() if ridge != 0 else arb(1)
        inside = block.nrows(), block.ncols()
        for i in range(units):
            found += [block[i, j] * factor if i < inside[0] and j < inside[1] else arb(0) for j in range(sources)]
    return tuple(found)


def _kernel(matrix: fmpq_mat) -> fmpq_mat | None:
    """A basis of the kernel as columns; None where it is 0."""
    reduced, rank = matrix.rref()
    n = matrix.ncols()
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(n) if j not in pivots]
    if not free:
        return None
    columns = {j: [fmpq(int(i == j)) for i in range(n)] for j in free}
    for j in free:
        for row, pivot in enumerate(pivots):
            columns[j][pivot] = -reduced[row, j]
    return fmpq_mat([[columns[j][i] for j in free] for i in range(n)])


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat([[int(i == j) for j in range(size)] for i in range(size)])


def _symmetric(entries: Sequence[T], size: int) -> list[list[T]]:
    """The symmetric matrix with these entries on and above the diagonal, row by row."""
    place = {(i, j): k for k, (i, j) in enumerate((i, j) for i in range(size) for j in range(i, size))}
    return [[entries[place[min(i, j), max(i, j)]] for j in range(size)] for i in range(size)]


def _minors(matrix: Matrix, size: int) -> list[fmpq_mpoly]:
    """Of a symmetric matrix, each once."""
    choices = list(combinations(range(len(matrix)), size))
    return [_determinant(matrix, rows, columns) for rows in choices for columns in choices if rows <= columns]


def _principal_minors(matrix: Matrix, size: int) -> list[fmpq_mpoly]:
    return [_determinant(matrix, rows, rows) for rows in combinations(range(len(matrix)), size)]


def _onto_kernel(m: Matrix, rank: int, context: fmpq_mpoly_ctx) -> Matrix:
    """e_r (I - Q) as a polynomial in M, by Horner's rule: e_r I - e_(r-1) M + e_(r-2) M² - ..."""
    identity = constants(_identity(len(m)), context)
    found = identity
    for size in range(1, rank + 1):
        symmetric = sum(_principal_minors(m, size), context.constant(0))
        found = _minus([[symmetric * x for x in row] for row in identity], multiplied(found, m))
    return found


def _determinant(matrix: Matrix, rows: Sequence[int], columns: Sequence[int]) -> fmpq_mpoly:
    return determinant([[matrix[i][j] for j in columns] for i in rows])


def _plus(left: Matrix, right: Matrix) -> Matrix:
    return [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)]


def _minus(left: Matrix, right: Matrix) -> Matrix:
    return [[x - y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)]


def _scaled(factor: fmpq, matrix: Matrix) -> Matrix:
    return [[factor * x for x in row] for row in matrix]


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _trace(matrix: Matrix) -> fmpq_mpoly:
    return sum((row[i] for i, row in enumerate(matrix[1:], start=1)), matrix[0][0])


def _entries(matrix: Matrix) -> list[fmpq_mpoly]:
    return [entry for row in matrix for entry in row]


def _norm(matrix: fmpq_mat) -> float:
    """Frobenius'."""
    return math.sqrt(sum(_float(matrix[i, j]) ** 2 for i in range(matrix.nrows()) for j in range(matrix.ncols())))


def _float(x: fmpq) -> float:
    return int(x.p) / int(x.q)
