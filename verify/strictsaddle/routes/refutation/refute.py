"""Proving a refutation of Definition 1 for any objective: a stationary point with H >= 0 and H singular.

An interval never proves "= 0", so each way brings its zero eigenvalues from an identity:

* rational point: g = 0 and the inertia of H in exact rationals (mathematics, 3a);
* free coordinates: with some coordinates at 0, the gradient no longer contains some others, so these move along stationary
  points and their unit vectors are in the kernel (3d); the remaining unknowns solve a square system, by Krawczyk;
* a sum of squares with a common zero and fewer terms than unknowns (`routes.refutation.interpolation`);
* a unit split in several (`routes.refutation.split_units`, tried by `routes.interval.engine`);
* continuous symmetry: g(w)'Aw = 0 for all w makes H(w)Aw = 0 at stationary w (3c); the point is pinned on its orbit by
  affine equations.

Where vectors of the kernel are known, `certify.kernel` proves H >= 0 on the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision, balls_of
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.certify.krawczyk import isolate
from strictsaddle.certify.square_system import PRECISION
from strictsaddle.derive.definedness import satisfied
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.domain import Domain
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.refutation.interpolation import interpolation_witness
from strictsaddle.routes.refutation.lines_and_orbits import Matrix, free_witness, orbit_witness
from strictsaddle.routes.refutation.rational import rational_witness
from strictsaddle.routes.refutation.suspects import Suspect, look_at, stationary_points

MOST_ATTEMPTS = 12
STARTS = 24
MOST_ISOLATED = 12  # suspects that are certified, for a search that is cut short


class Suspects:
    """The approximate stationary points of an objective, found once, and the attempts to prove a refutation at them.

    `generators`: matrices A with g(w)'Aw = 0 for all w, proved. `budget`: of the search for points.
    """

    def __init__(
        self,
        derivation: Derivation,
        generators: Sequence[Matrix],
        domain: Domain,
        seed: int,
        starts: int = STARTS,
        *,
        budget: Budget = UNLIMITED,
    ) -> None:
        self.derivation = derivation
        self.generators = generators
        self.domain = domain
        n = derivation.dimension
        lower, upper = np.full(n, -np.inf), np.full(n, np.inf)
        if domain.ends is not None:
            lower, upper = (np.array([nearest_double(x) for x in ends]) for ends in domain.ends)
        self.points = stationary_points(derivation, lower, upper, seed=seed, starts=starts, budget=budget)

    @property
    def reach(self) -> float:
        """The largest coordinate of those with a clearly non-singular Hessian, 0 when there is none. (Where a function flattens out towards
        infinity, minimisation ends anywhere.)"""
        return max((float(np.max(np.abs(s.point))) for s in self.points if s.flat == 0), default=0.0)

    def refutation(self, lower: Floats, upper: Floats) -> tuple[Witness | None, str]:
        """A proved witness in the domain, or None and a sentence about the most suspect point of the box, empty when there
        is none. The box is where the search is; points outside of it are tried last and only for a proof."""
        suspicion = ""
        inside = [s for s in self.points if np.all(s.point >= lower) and np.all(s.point <= upper)]
        outside = [s for s in self.points if np.any(s.point < lower) or np.any(s.point > upper)]
        for suspects in (inside, outside):
            for suspect in [s for s in suspects if s.degenerate][:MOST_ATTEMPTS]:
                witness = refute(self.derivation, suspect, self.generators, domain=self.domain)
                if witness is not None:
                    return witness, ""
                suspicion = suspicion or ("" if suspects is outside else self._sentence(suspect))
        return None, suspicion

    def near(self, centre: Floats, lower: Floats, upper: Floats) -> tuple[Witness | None, str]:
        """The same at one point where a covering got stuck."""
        suspect = look_at(self.derivation, centre)
        witness = refute(self.derivation, suspect, self.generators, domain=self.domain) if suspect.degenerate else None
        return witness, "" if witness is not None or not suspect.degenerate else self._sentence(suspect)

    def isolated(self, budget: Budget = UNLIMITED) -> Floats:
        """Boxes (m, 2, 2, n) around some that a Krawczyk test proves to be stationary points, as a Coverage has them, as far
        as there is time."""
        found = []
        for suspect in [s for s in self.points if s.flat == 0][:MOST_ISOLATED]:
            if budget.is_over:
                break
            boxes = isolate(self.derivation, suspect.point)
            found += [] if boxes is None else [boxes]
        return np.array(found).reshape(len(found), 2, 2, self.derivation.dimension)

    def _sentence(self, suspect: Suspect) -> str:
        names = self.derivation.objective.variables
        place = ", ".join(f"{name} = {value:.6g}" for name, value in zip(names, suspect.point, strict=True))
        spectrum = ", ".join(f"{value:.3g}" for value in suspect.eigenvalues)
        return f"suspect, not proved: near {place} the Hessian has the eigenvalues {spectrum}"


def refute(
    derivation: Derivation, suspect: Suspect, generators: Sequence[Matrix] = (), *, domain: Domain
) -> Witness | None:
    """A proved witness near the suspect and inside `domain`, or None. `generators` are matrices A with g(w)'Aw = 0, proved."""
    with at_precision(PRECISION):
        for witness in (
            rational_witness(derivation, suspect.point),
            free_witness(derivation, suspect.point),
            orbit_witness(derivation, suspect, generators) if generators else None,
            interpolation_witness(derivation, suspect.point),
        ):
            if witness is not None and _inside(derivation, witness, domain):
                # a continuum through a point of a face may leave the box at once
                return witness if domain.surrounds(witness.point) else replace(witness, dimension=None)
        return None


def _inside(derivation: Derivation, witness: Witness, domain: Domain) -> bool:
    if domain.where:
        exact = None if witness.coordinates is None else [Fraction(c) for c in witness.coordinates]
        return satisfied(derivation, balls_of(witness.point), exact) is True
    if witness.coordinates is not None:
        return domain.contains([Fraction(c) for c in witness.coordinates])
    return domain.holds(witness.point) is True
