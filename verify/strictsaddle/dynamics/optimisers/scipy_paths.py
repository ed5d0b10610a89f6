"""L-BFGS and a trust region with directions of negative curvature, by SciPy: one path at a time, a step is one of SciPy's iterations.

On spheres they minimise f(w/|w|), which is the same function without a constraint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.optimisers.optimiser import Sequential, Settings


class _Enough(Exception):
    """The path is long enough."""


def _path(functions: Any, start: Floats, most: int, method: str, options: dict[str, Any]) -> Floats:
    from scipy.optimize import minimize

    points = [np.array(start)]

    def note(w: Floats) -> None:
        points.append(np.array(functions.on_domain(w)))
        if len(points) > most:
            raise _Enough

    try:
        minimize(functions.value, start, jac=functions.gradient, hess=functions.hessian if method == "trust-exact" else None,
                 method=method, callback=note, options=options)  # fmt: skip
    except _Enough:
        return np.array(points)
    return np.array(points)


def _lbfgs(functions: Any, start: Floats, settings: Settings, most: int) -> Floats:
    return _path(functions, start, most, "L-BFGS-B", {"maxiter": most, "maxfun": 50 * most, "ftol": 0.0, "gtol": 1e-9})


def _trust_exact(functions: Any, start: Floats, settings: Settings, most: int) -> Floats:
    """The first trust region is a tenth of the ball to leave, so that it cannot be left in one step by mere size."""
    radius = 10 * settings.spread
    return _path(functions, start, most, "trust-exact", {"maxiter": most, "gtol": 1e-9, "initial_trust_radius": radius})


LBFGS = Sequential("lbfgs", "L-BFGS", "Liu, Nocedal 1989", _lbfgs)
TRUST_EXACT = Sequential("trust-exact", "trust region with negative curvature", "Moré, Sorensen 1983", _trust_exact)
