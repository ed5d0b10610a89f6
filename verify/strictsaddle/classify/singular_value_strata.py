"""The stationary orbits of a deep linear network with ridges, one small polynomial system for each rank.

Let f be as in `linear_networks`, with all lam_l > 0, and G = PA - B. The gradient in W_l is twice
(W_L ... W_(l+1))ᵀ G (W_(l-1) ... W_1)ᵀ + lam_l W_l. Where it vanishes for all l, multiplying by W_lᵀ from the left and by
W_(l+1)'s counterpart from the right gives lam_(l+1) W_(l+1)ᵀW_(l+1) = lam_l W_l W_lᵀ. So the U_l = sqrt(lam_l) W_l satisfy

    U_(l+1)ᵀ U_(l+1) = U_l U_lᵀ                                                               ("balanced"),

and all have the same singular values other than 0, r of them. O(h_1) x ... x O(h_(L-1)) leaves f unchanged. Its first factor
brings U_1 into the form [TVᵀ; 0] with VᵀV = I and T > 0 (r, r) (polar decomposition). Then U_2ᵀU_2 = diag(T², 0): the columns of
U_2 past r are 0, the others are RT with RᵀR = I, and the second factor makes R = [I; 0]; and so on. So each stationary orbit
holds a point

    U_1 = [TVᵀ; 0],   U_l = diag(T, 0),   U_L = [UT, 0],   UᵀU = VᵀV = I,  T > 0                 (*)

unless r = 0, the origin. With a² = 1/(lam_1 ... lam_L) it is P = a U T^L Vᵀ, and the gradient vanishes exactly if

    (1)  a T^(L-2) UᵀG = -Vᵀ,        (2)  a G V T^(L-2) = -U

(layers 1 and L; for a layer between them a T^k UᵀGV T^(L-1-k) = -T, which (1) times V implies). Three consequences: UᵀBV =
a T^L VᵀAV + T^(2-L)/a = T^L (aVᵀAV + T^(2-2L)/a) is invertible, being a product of two positive definite matrices; so
(2) without its part in range(U), (I - UUᵀ)BV = 0, says range(U) = range(BV); and r is at most the rank of B.

**Input side.** Let D = BᵀB be invertible, M = VT²Vᵀ, Q = VVᵀ, N = U T^(L-2) Vᵀ, M^0 = Q. Then N and P = aNM, and

    R := a² M^(L-1) A + Q = a NᵀB              (V times (1): a NᵀG = -Q)
    N (a² M A M^(L-2) + Q) = a B M^(L-2)       ((2) times T^(L-2) Vᵀ: a G M^(L-2) = -N)
    NᵀN = M^(L-2).

Range(N) lies in range(B), so N = B D⁻¹ Rᵀ / a, and with this

    R D⁻¹ Rᵀ = a² M^(L-2),   Rᵀ (a² M A M^(L-2) + Q) = a² D M^(L-2),   Q² = Q,  QM = M,  tr Q = r.

Conversely, let real symmetric Q and M satisfy these, M positive definite on range(Q); take V an orthonormal basis of range(Q), T² =
VᵀMV, N as said, U = N V T^(2-L). NᵀN = M^(L-2), so NQ = N and UᵀU = I; aNᵀB = R; and the second equation is Bᵀ times the one
for N, whose columns lie in range(B), where Bᵀ is injective. So (1) and (2) hold. For r = d_in, Q = I and the second equation
follows from the first: R M^(L-2) = M^(L-2) S with S the sum in brackets, so that RᵀS = Rᵀ M^(2-L) R M^(L-2), which is
a² D M^(L-2) as a² M^(2-L) = R⁻ᵀ D R⁻¹.

**Output side**, for any B. Let Q = UUᵀ, M = UT²Uᵀ, K = U T^(2-L) Vᵀ / a. Then

    a² M^(L-1) K A + K = QB,   a² M^(L-2) K Kᵀ = Q,   QB Kᵀ = BKᵀ,   Q² = Q,  QM = M,  QK = K,  tr Q = r,

and M = (QB - K) A⁻¹ Kᵀ follows. Conversely U an orthonormal basis of range(Q), T² = UᵀMU > 0 and Vᵀ = a T^(L-2) UᵀK satisfy (1) and
(2): UᵀKKᵀU commutes with T^(2L-4), as its product with it is symmetric, so VᵀV = I. For r = rank B, Q is the projection onto
range(B).

So the orbits of rank r are the real solutions of these equations with M > 0 on range(Q), one to one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from flint import arb, arb_mat, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.classify.ball_factors import Factors, balls, orthonormal_basis, positive, square_root
from strictsaddle.classify.linear_networks import LinearNetwork, Matrix, constants, multiplied

T = TypeVar("T")


@dataclass(frozen=True)
class Stratum:
    """The equations for one rank, 1 or more. Their unknowns are the entries on and above the diagonals of Q (where it is not
    known) and, in units of powers of two that are near their sizes, of M, and on the output side those of K. For r = 1 it is M = tQ
    with one unknown t."""

    network: LinearNetwork
    rank: int

    @cached_property
    def on_input_side(self) -> bool:
        """Which of the two systems it is."""
        return self.network.cross.rank() == self.network.widths[0]

    @cached_property
    def square(self) -> fmpq:
        """a²."""
        return 1 / math.prod(self.network.ridges, start=fmpq(1))

    @property
    def size(self) -> int:
        """The size of Q and M."""
        return self.network.widths[0 if self.on_input_side else -1]

    @cached_property
    def known_projection(self) -> fmpq_mat | None:
        """Q, where r is the rank of B."""
        cross = self.network.cross
        if self.rank != cross.rank():
            return None
        return _projection(cross.transpose() if self.on_input_side else cross)

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        symmetric = self.size * (self.size + 1) // 2
        free = 0 if self.on_input_side else self.size * self.network.widths[0]
        return free + (0 if self.known_projection is not None else symmetric) + (1 if self.rank == 1 else symmetric)

    @cached_property
    def units(self) -> tuple[fmpq, fmpq]:
        """Powers of two of about the size of M and of K. Any would do; these keep msolve's integers short."""
        network = self.network
        product = network.cross * network.gram.inv()
        entries = [product[i, j] for i in range(product.nrows()) for j in range(product.ncols())]
        a = math.sqrt(_float(self.square))
        singular = math.sqrt(sum(_float(x) ** 2 for x in entries)) / a
        exponent = round(2 / network.layers * math.log2(singular))
        other = round((2 - network.layers) / 2 * exponent - math.log2(a))
        return fmpq(2) ** exponent, fmpq(2) ** other

    @cached_property
    def equations(self) -> tuple[fmpq_mpoly, ...]:
        """The system."""
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(self.dimension)], "degrevlex")
        q, m, k = self._unknowns(context)
        if not self.on_input_side:
            found = self._output_equations(context, q, m, k)
        elif self.rank == 1:
            found = self._equations_of_rank_one(context, q)
        else:
            found = self._input_equations(context, q, m)
        if self.known_projection is None:
            found = [*found, _trace(q) - self.rank, *_entries(_minus(multiplied(q, q), q))]
        if 1 < self.rank < self.size:
            found = [*found, *_entries(_minus(multiplied(q, m), m))]
        return tuple(equation for equation in found if not equation.is_zero())

    def _unknowns(self, context: fmpq_mpoly_ctx) -> tuple[Matrix, Matrix, Matrix]:
        rest, size = list(context.gens()), self.size
        if self.known_projection is not None:
            q = constants(self.known_projection, context)
        else:
            q, rest = _symmetric(rest, size), rest[size * (size + 1) // 2 :]
        columns = 0 if self.on_input_side else self.network.widths[0]
        unit_m, unit_k = self.units
        k = [[unit_k * x for x in rest[i * columns : (i + 1) * columns]] for i in range(size)]
        if self.rank == 1:
            return q, _scaled(unit_m, [[rest[-1] * x for x in row] for row in q]), k
        return q, _scaled(unit_m, _symmetric(rest[size * columns :], size)), k

    def _input_equations(self, context: fmpq_mpoly_ctx, q: Matrix, m: Matrix) -> list[fmpq_mpoly]:
        cross = self.network.cross
        d = cross.transpose() * cross
        a = constants(self.network.gram, context)
        power = _power(m, self.network.layers - 2, q)
        r = _plus(_scaled(self.square, multiplied(multiplied(power, m), a)), q)
        first = multiplied(multiplied(r, constants(d.inv(), context)), _transposed(r))
        found = _upper(_minus(first, _scaled(self.square, power)))
        if self.rank < self.size:
            bracket = _plus(_scaled(self.square, multiplied(multiplied(m, a), power)), q)
            right = _scaled(self.square, multiplied(constants(d, context), power))
            found += _entries(_minus(multiplied(_transposed(r), bracket), right))
        return found

    def _equations_of_rank_one(self, context: fmpq_mpoly_ctx, q: Matrix) -> list[fmpq_mpoly]:
        """The same on the input side with M = tQ, where QXQ = tr(QX)Q."""
        cross = self.network.cross
        d = cross.transpose() * cross
        a, t = constants(self.network.gram, context), self.units[0] * context.gens()[-1]
        power = self.square * t ** (self.network.layers - 2)
        identity = constants(fmpq_mat([[int(i == j) for j in range(self.size)] for i in range(self.size)]), context)
        sum_ = _plus(_scaled(power * t, a), identity)
        first = _trace(multiplied(q, multiplied(multiplied(sum_, constants(d.inv(), context)), sum_))) - power
        factor = power * t * _trace(multiplied(q, a)) + 1
        second = _minus(_scaled(factor, multiplied(sum_, q)), _scaled(power, multiplied(constants(d, context), q)))
        return [first, *_entries(second)]

    def _output_equations(self, context: fmpq_mpoly_ctx, q: Matrix, m: Matrix, k: Matrix) -> list[fmpq_mpoly]:
        gram, b = self.network.gram, constants(self.network.cross, context)
        power = _power(m, self.network.layers - 2, q)
        projected = multiplied(q, b)
        slopes = _scaled(self.square, multiplied(multiplied(multiplied(power, m), k), constants(gram, context)))
        found = _entries(_minus(_plus(slopes, k), projected))
        squares = multiplied(k, _transposed(k))
        found += _entries(_minus(_scaled(self.square, multiplied(power, squares)), q))
        found += _entries(_minus(multiplied(m, squares), multiplied(squares, m)))
        residual = multiplied(_minus(projected, k), constants(gram.inv(), context))
        found += _entries(_minus(multiplied(residual, _transposed(k)), m))
        if self.rank < self.size:
            across = multiplied(b, _transposed(k))
            found += _entries(_minus(multiplied(q, across), across)) + _entries(_minus(multiplied(q, k), k))
        return found

    def factors(self, solution: Sequence[arb]) -> Factors | None:
        """U, T and V of (*) at a real solution, enclosed; None where M is not positive definite on range(Q). Raises Unsettled
        where the enclosure does not tell."""
        q, m, k = self._values(solution)
        basis = orthonormal_basis(q, self.rank)
        inner = basis.transpose() * m * basis
        if not positive(inner):
            return None
        t = square_root(inner)
        a, depth = balls(self.square).sqrt(), self.network.layers - 2
        if not self.on_input_side:
            return Factors(basis, t, (_ball_power(t, depth) * basis.transpose() * k * a).transpose())
        cross = self.network.cross
        power = _ball_power(m, depth) if depth else q
        r = power * m * arb_mat(self.network.gram) * balls(self.square) + q
        n = arb_mat(cross * (cross.transpose() * cross).inv()) * r.transpose() / a
        return Factors(n * basis * _ball_power(t.inv(), depth), t, basis)

    def _values(self, solution: Sequence[arb]) -> tuple[arb_mat, arb_mat, arb_mat]:
        rest, size = list(solution), self.size
        if self.known_projection is not None:
            q = arb_mat(self.known_projection)
        else:
            q, rest = arb_mat(_symmetric(rest, size)), rest[size * (size + 1) // 2 :]
        columns = 0 if self.on_input_side else self.network.widths[0]
        unit_m, unit_k = (balls(unit) for unit in self.units)
        k = arb_mat(size, columns, [unit_k * x for x in rest[: size * columns]])
        m = q * rest[-1] if self.rank == 1 else arb_mat(_symmetric(rest[size * columns :], size))
        return q, m * unit_m, k


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


def _projection(matrix: fmpq_mat) -> fmpq_mat:
    """The orthogonal projection onto the range."""
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(matrix.ncols()) if reduced[i, j] != 0) for i in range(rank)]
    columns = fmpq_mat([[matrix[i, j] for j in pivots] for i in range(matrix.nrows())])
    return columns * (columns.transpose() * columns).inv() * columns.transpose()


def _symmetric(entries: Sequence[T], size: int) -> list[list[T]]:
    """The symmetric matrix with these entries on and above the diagonal, row by row."""
    place = {(i, j): k for k, (i, j) in enumerate((i, j) for i in range(size) for j in range(i, size))}
    return [[entries[place[min(i, j), max(i, j)]] for j in range(size)] for i in range(size)]


def _power(matrix: Matrix, exponent: int, zeroth: Matrix) -> Matrix:
    found = zeroth if exponent == 0 else matrix
    for _ in range(exponent - 1):
        found = multiplied(found, matrix)
    return found


def _ball_power(matrix: arb_mat, exponent: int) -> arb_mat:
    found = arb_mat([[arb(int(i == j)) for j in range(matrix.ncols())] for i in range(matrix.nrows())])
    for _ in range(exponent):
        found = found * matrix
    return found


def _plus(left: Matrix, right: Matrix) -> Matrix:
    return [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)]


def _minus(left: Matrix, right: Matrix) -> Matrix:
    return [[x - y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)]


def _scaled(factor: fmpq | fmpq_mpoly, matrix: Matrix) -> Matrix:
    return [[factor * x for x in row] for row in matrix]


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _trace(matrix: Matrix) -> fmpq_mpoly:
    return sum((row[i] for i, row in enumerate(matrix[1:], start=1)), matrix[0][0])


def _entries(matrix: Matrix) -> list[fmpq_mpoly]:
    return [entry for row in matrix for entry in row]


def _upper(matrix: Matrix) -> list[fmpq_mpoly]:
    return [entry for i, row in enumerate(matrix) for entry in row[i:]]


def _float(x: fmpq) -> float:
    return int(x.p) / int(x.q)


def strata(network: LinearNetwork) -> list[Stratum]:
    """Those with a rank that stationary points may have, the origin aside."""
    return [Stratum(network, r) for r in range(1, min(network.most_rank, network.cross.rank()) + 1)]
