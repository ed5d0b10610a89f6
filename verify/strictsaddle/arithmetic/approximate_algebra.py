"""Small dense linear algebra inside the compiled tests of boxes: eigenvectors, Cholesky factors, inverses.

Approximate and without any rigour: whoever uses a result proves what he needs of it.
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled


@compiled
def eigen(a: Floats, q: Floats) -> Floats:
    """Approximate eigenvalues (returned, unordered) and eigenvectors (columns of q) of the symmetric matrix a, which
    is overwritten: cyclic Jacobi rotations. Needs no rigour: whoever uses q proves what he needs."""
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            q[i, j] = 1.0 if i == j else 0.0
    for _ in range(12):
        off, size = 0.0, 0.0
        for i in range(n):
            size += abs(a[i, i])
            for j in range(i + 1, n):
                off += abs(a[i, j])
        if not off > 1e-9 * size:
            break
        for i in range(n - 1):
            for j in range(i + 1, n):
                if a[i, j] == 0.0:
                    continue
                theta = (a[j, j] - a[i, i]) / (2.0 * a[i, j])
                t = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
                if theta < 0.0:
                    t = -t
                c = 1.0 / np.sqrt(t * t + 1.0)
                s = t * c
                for k in range(n):
                    x, y = a[k, i], a[k, j]
                    a[k, i], a[k, j] = c * x - s * y, s * x + c * y
                for k in range(n):
                    x, y = a[i, k], a[j, k]
                    a[i, k], a[j, k] = c * x - s * y, s * x + c * y
                for k in range(n):
                    x, y = q[k, i], q[k, j]
                    q[k, i], q[k, j] = c * x - s * y, s * x + c * y
    return np.diag(a).copy()


@compiled
def cholesky(a: Floats, q: Floats) -> bool:
    """Whether the symmetric matrix a (overwritten) looks positive definite; then q becomes about inv(L)' for a = LL',
    so that
    q'aq is about the identity. Needs no rigour, as `eigen`."""
    n = a.shape[0]
    for j in range(n):
        pivot = a[j, j]
        for k in range(j):
            pivot -= a[j, k] * a[j, k]
        if not pivot > 0.0:
            return False
        a[j, j] = np.sqrt(pivot)
        for i in range(j + 1, n):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[j, k]
            a[i, j] = total / a[j, j]
    for j in range(n):  # column j of inv(L), which is row j of q
        for i in range(n):
            if i < j:
                q[j, i] = 0.0
                continue
            total = 1.0 if i == j else 0.0
            for k in range(j, i):
                total -= a[i, k] * q[j, k]
            q[j, i] = total / a[i, i]
    return True


@compiled
def inverse(a: Floats, y: Floats) -> bool:
    """Approximate inverse of a (overwritten) into y by Gauss-Jordan with row pivots; False when singular. No rigour."""
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            y[i, j] = 1.0 if i == j else 0.0
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        if not abs(a[best, k]) > 1e-290:
            return False
        if best != k:
            for j in range(n):
                a[k, j], a[best, j] = a[best, j], a[k, j]
                y[k, j], y[best, j] = y[best, j], y[k, j]
        pivot = 1.0 / a[k, k]
        for j in range(n):
            a[k, j] *= pivot
            y[k, j] *= pivot
        for i in range(n):
            if i != k:
                factor = a[i, k]
                if factor != 0.0:
                    for j in range(n):
                        a[i, j] -= factor * a[k, j]
                        y[i, j] -= factor * y[k, j]
    return True
