"""What a verdict lists of a stationary point on a continuous orbit: the continuum with its normal spectrum, or the
isolated point.

Of the n eigenvalues of H let p be certainly positive and q certainly negative, and let r columns of the matrix T of
fields be certainly independent. T's range lies in the kernel of H, so r <= rank T <= nullity <= n - p - q. Where both
ends agree, all are known: the orbit has dimension r, its index is q, and the eigenvalues on its normal space are the
other n - r, none of them 0: the stationary points near the orbit are the orbit (Morse and Bott).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat

from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.kernel import positive_definite
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import Continuum, StationaryPoint

INDEPENDENT = 1e-6


@dataclass(frozen=True)
class OrbitSigns:
    """The orbit's dimension, the number of negative eigenvalues normal to it, and these eigenvalues, ascending."""

    dimension: int
    index: int
    eigenvalues: tuple[Interval, ...]

    @property
    def kind(self) -> Kind:
        """The kind of the stationary points; with dimension 0 that of an isolated one."""
        if self.index == 0:
            return "degenerate_minimum" if self.dimension else "local_minimum"
        isolated_maximum = self.dimension == 0 and self.index == len(self.eigenvalues)
        return "local_maximum" if isolated_maximum else "strict_saddle"


def orbit_signs(hessian: arb_mat, tangent: arb_mat) -> OrbitSigns | None:
    """The signs at an enclosed stationary point; None when the enclosures do not settle them.

    hessian: (m, m), on the tangent space of a manifold; tangent: (m, k), the fields in the same basis.
    """
    spectrum = eigenvalue_enclosures(hessian)
    negative = [value for value in spectrum if value < 0]
    positive = [value for value in spectrum if value > 0]
    rank = certain_rank(tangent)
    if rank + len(negative) + len(positive) != len(spectrum):
        return None
    return OrbitSigns(rank, len(negative), tuple(outward(value) for value in negative + positive))


def certain_rank(matrix: arb_mat) -> int:
    """A number of columns that are certainly independent, as large as can be seen."""
    from scipy.linalg import qr

    rows, columns = matrix.nrows(), matrix.ncols()
    if columns == 0:
        return 0
    middle = np.array([[float(matrix[i, j].mid()) for j in range(columns)] for i in range(rows)])
    if not np.isfinite(middle).all():
        return 0
    _, triangle, order = qr(middle, pivoting=True, mode="economic")
    sizes = np.abs(np.diag(triangle))
    guess = int(np.sum(sizes > INDEPENDENT * max(1.0, float(sizes[0]))))
    for rank in range(guess, 0, -1):
        chosen = arb_mat([[matrix[i, int(j)] for j in order[:rank]] for i in range(rows)])
        if positive_definite(chosen.transpose() * chosen):
            return rank
    return 0


def continuum(signs: OrbitSigns, point: Sequence[arb], group: str) -> Continuum:
    """The record of an orbit of positive dimension."""
    return Continuum(
        signs.dimension, tuple(outward(x) for x in point), signs.index, signs.kind, None,
        f"an orbit of {group}, and its images under the signed permutations; eigenvalues are those normal to it",
        signs.eigenvalues,
    )  # fmt: skip


def isolated(signs: OrbitSigns, box: tuple[Interval, ...], value: arb) -> StationaryPoint:
    """The record of a point that the continuous symmetry leaves where it is, `box` a box in which it is the only one."""
    return StationaryPoint(box, outward(value), signs.eigenvalues, signs.index, 0, signs.kind)
