"""Where a refutation may be: approximate stationary points whose Hessian is nearly singular and has no negative eigenvalue.

Floating point only, nothing is claimed here; what it finds goes to `routes.refutation.refute`, which proves or drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.certify.krawczyk import hessian_in_doubles
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import UNLIMITED, Budget

NEARLY_SINGULAR = 1e-4  # relative to the largest eigenvalue; generous, since minimisation is slow along flat directions


@dataclass(frozen=True)
class Suspect:
    """An approximate stationary point, its Hessian's eigenvalues (ascending) and eigenvectors (columns)."""

    point: Floats
    gradient_norm: float
    eigenvalues: Floats
    eigenvectors: Floats

    @property
    def flat(self) -> int:
        """How many eigenvalues are nearly zero."""
        scale = max(1.0, float(np.max(np.abs(self.eigenvalues))))
        return int(np.sum(np.abs(self.eigenvalues) <= NEARLY_SINGULAR * scale))

    @property
    def degenerate(self) -> bool:
        """Whether no eigenvalue is clearly negative and some are nearly zero."""
        scale = max(1.0, float(np.max(np.abs(self.eigenvalues))))
        return self.flat > 0 and float(self.eigenvalues[0]) >= -NEARLY_SINGULAR * scale


def functions(
    derivation: Derivation,
) -> tuple[Callable[[Floats], float], Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """f, its gradient (n,) and its Hessian (n, n) in floating point; nan becomes a large value or zero for the optimisers."""
    n = derivation.dimension

    def value(w: Floats) -> float:
        found = float(evaluate_float(derivation.value_tape, w.reshape(1, n))[0, 0])
        return found if np.isfinite(found) else 1e300

    def gradient(w: Floats) -> Floats:
        slope: Floats = np.nan_to_num(
            evaluate_float(derivation.gradient_tape, w.reshape(1, n))[0], posinf=1e150, neginf=-1e150
        )
        return slope

    def hessian(w: Floats) -> Floats:
        full: Floats = np.nan_to_num(hessian_in_doubles(derivation, w), posinf=1e150, neginf=-1e150)
        return full

    return value, gradient, hessian


def look_at(derivation: Derivation, point: Floats) -> Suspect:
    """The suspect record of any point; one of nan and infinity where f or a derivative is not defined."""
    n = derivation.dimension
    raw = [
        evaluate_float(tape, point.reshape(1, n)) for tape in (derivation.value_tape, derivation.gradient_hessian_tape)
    ]
    if not all(np.isfinite(values).all() for values in raw):
        return Suspect(point, float("inf"), np.full(n, np.nan), np.eye(n))
    _, gradient, hessian = functions(derivation)
    with np.errstate(all="ignore"):
        eigenvalues, eigenvectors = np.linalg.eigh(hessian(point))
        return Suspect(point, float(np.linalg.norm(gradient(point))), eigenvalues, eigenvectors)


def stationary_points(
    derivation: Derivation,
    lower: Floats,
    upper: Floats,
    *,
    seed: int = 0,
    starts: int = 24,
    budget: Budget = UNLIMITED,
) -> list[Suspect]:
    """Approximate stationary points in the box: from the origin and from random starts, by minimising f (which leads to minima) and by
    least squares on the gradient (which leads to anything). Each once, best converged first. The box may be wide: half of the
    starts lie near 0. Ends early when the time is over.
    """
    from scipy.optimize import least_squares, minimize

    value, gradient, hessian = functions(derivation)
    random = np.random.default_rng(seed)
    n = derivation.dimension
    found: list[Suspect] = []
    near_lower, near_upper = np.maximum(lower, -2.0), np.minimum(upper, 2.0)
    bad = near_lower > near_upper
    near_lower[bad], near_upper[bad] = lower[bad], upper[bad]
    centre = np.clip(np.zeros(n), lower, upper)
    for k in range(starts):
        if budget.is_over:
            break
        ends = (near_lower, near_upper) if k % 2 else (np.maximum(lower, -20.0), np.minimum(upper, 20.0))
        ends = (np.minimum(*ends), np.maximum(*ends))
        start = centre if k == 0 else random.uniform(*ends)
        points = [start] if k == 0 else []
        with np.errstate(all="ignore"):
            if k % 3 == 2:
                points.append(
                    least_squares(gradient, start, jac=hessian, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=60).x
                )
            else:
                points.append(
                    minimize(value, start, jac=gradient, method="BFGS", options={"gtol": 1e-10, "maxiter": 300}).x
                )
        for point in points:
            if not np.all(np.isfinite(point)) or np.any(point < lower) or np.any(point > upper):
                continue
            suspect = look_at(derivation, point)
            if not suspect.gradient_norm <= 1e-4 * max(1.0, float(np.max(np.abs(suspect.eigenvalues)))):
                continue
            if all(np.max(np.abs(point - other.point)) > 1e-5 for other in found):
                found.append(suspect)
    found.sort(key=lambda s: s.gradient_norm)
    return found
