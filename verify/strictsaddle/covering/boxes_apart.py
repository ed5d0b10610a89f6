"""Whether boxes have no interior point in common."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats


def are_apart(lower: Floats, upper: Floats) -> bool:
    """Whether no two of the boxes (rows of lower, upper, (m, n)) overlap by more than a face.

    A sweep along the side in which they are spread most: each box is held against those that begin before it ends.
    """
    count = len(lower)
    if count < 2:
        return True
    widths = np.maximum(upper - lower, 0.0)
    spread = (upper.max(axis=0) - lower.min(axis=0)) / np.maximum(widths.mean(axis=0), 1e-300)
    axis = int(np.argmax(spread))
    order = np.argsort(lower[:, axis], kind="stable")
    lower, upper = lower[order], upper[order]
    ends = np.searchsorted(lower[:, axis], upper[:, axis], side="left")
    for k in range(count):
        others = slice(k + 1, max(int(ends[k]), k + 1))
        if np.any(np.all((np.maximum(lower[k], lower[others]) < np.minimum(upper[k], upper[others])), axis=1)):
            return False
    return True
