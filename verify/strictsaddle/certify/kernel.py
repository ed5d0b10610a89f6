"""Points whose Hessian has a kernel that an identity gives: is H >= 0 there?

The known kernel vectors are the columns of N, and H + N N' > 0 on an enclosure of the point proves H >= 0 with nullity
rank N: range(N) is invariant under the symmetric H, and for x orthogonal to it x'Hx = x'(H + NN')x.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat

from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import semidefinite_spectrum
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.records.verdict import Witness


@dataclass(frozen=True)
class Pinned:
    """An enclosure of a stationary point and vectors (columns, as balls) proved to be in the kernel of its Hessian, as they
    span the tangent space of a manifold of stationary points there."""

    point: list[arb]
    kernel: arb_mat


def conclude(derivation: Derivation, pinned: Pinned, proof: str) -> Witness | None:
    """Witness when H + NN' > 0 on the enclosure and N is certainly not zero."""
    n, columns = pinned.kernel.nrows(), pinned.kernel.ncols()
    nonzero = [k for k in range(columns) if any(not pinned.kernel[i, k].contains(0) for i in range(n))]
    if not nonzero:
        return None
    matrix = hessian(derivation, pinned.point)
    scale = max(1.0, max(float(matrix[i, i].abs_upper()) for i in range(n)))
    squares = [
        float(sum((pinned.kernel[i, k] * pinned.kernel[i, k] for i in range(n)), arb(0)).mid()) for k in range(columns)
    ]
    weights = arb_mat(
        [[arb(scale / max(squares[k], 1e-30)) if i == k else arb(0) for i in range(columns)] for k in range(columns)]
    )
    if not positive_definite(matrix + pinned.kernel * weights * pinned.kernel.transpose()):
        return None
    nullity = certain_rank(pinned.kernel)
    place = tuple(outward(x) for x in pinned.point)
    if nullity is None:
        return Witness(place, None, (), None, proof)
    return Witness(place, None, semidefinite_spectrum(matrix, nullity), nullity, proof, nullity)


def positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix enclosed is positive definite: all pivots of Gaussian elimination are positive."""
    n = matrix.nrows()
    rows = [[matrix[i, j] for j in range(n)] for i in range(n)]
    for k in range(n):
        pivot = rows[k][k]
        if not pivot > 0:
            return False
        for i in range(k + 1, n):
            factor = rows[i][k] / pivot
            for j in range(i, n):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
                rows[j][i] = rows[i][j]
    return True


def certain_rank(kernel: arb_mat) -> int | None:
    """The number of columns when they are certainly independent (their Gram matrix is positive definite), else None."""
    gram = kernel.transpose() * kernel
    return kernel.ncols() if positive_definite(gram) else None
