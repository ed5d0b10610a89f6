"""What a covering searches for an objective: all unknowns, or those that are left when others are eliminated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.certify.krawczyk import isolate, refine
from strictsaddle.covering.infinity import Region
from strictsaddle.covering.output_elimination import Reduced, reduced
from strictsaddle.covering.waves import Coverage, tree_of
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.records.evidence import Evidence, RegionBound


@dataclass(frozen=True)
class Search:
    """`derivation`: of the function that is searched; `smaller`: how its points belong to the objective's, None where it is
    the objective itself; `question` and `start`: for `waves.cover`; `region`: in all unknowns."""

    derivation: Derivation
    smaller: Reduced | None
    question: GradientZeros
    start: Coverage
    region: Region

    @classmethod
    def of(cls, derivation: Derivation, region: Region, half_spaces: Floats) -> Search:
        """Of an objective in a region. half_spaces: rows c; each orbit of stationary points has one with all c.w >= 0."""
        smaller = reduced(derivation) if region.everything else None
        if smaller is None:
            question = GradientZeros.of(derivation, half_spaces, region.ball)
            return cls(derivation, None, question, Coverage.start(region.lower, region.upper), region)
        kept = list(smaller.kept)
        # Any subset of the half-spaces holds a point of each orbit: those in the unknowns that are left.
        inner = [row for row in half_spaces if not np.any(np.delete(row, kept))]
        rows = np.array(inner, dtype=np.float64).reshape(len(inner), derivation.dimension)[:, kept]
        searched = derive(smaller.objective)
        start = Coverage.start(region.lower[kept], region.upper[kept])
        return cls(searched, smaller, GradientZeros.of(searched, np.ascontiguousarray(rows)), start, region)

    @property
    def words(self) -> str:
        """What stands between the search and the objective, in a sentence; nothing where nothing does."""
        if self.smaller is None:
            return ""
        return (
            "searched in the hidden parameters: the loss is a convex quadratic in the output layer, minimised exactly"
        )

    def whole(self, box: Floats) -> Floats:
        """The middle of a box (2, n) of the search as a point in all unknowns, approximately."""
        middle = 0.5 * (box[0] + box[1])
        if self.smaller is None:
            return np.array(middle)
        lifted = self.smaller.lifted([arb(float(x)) for x in middle])
        if lifted is None:
            point = np.zeros(self.smaller.derivation.dimension)
            point[list(self.smaller.kept)] = middle
            return point
        return np.array([float(x.mid()) for x in lifted])

    def in_all_unknowns(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """A box of the search as one in all unknowns: those that were eliminated may be anywhere in the region."""
        if self.smaller is None:
            return lower, upper
        low, high = self.region.lower.copy(), self.region.upper.copy()
        low[list(self.smaller.kept)], high[list(self.smaller.kept)] = lower, upper
        return low, high

    def evidence(self, state: Coverage) -> tuple[Evidence, ...]:
        """The search told so that it can be told again, where it has closed every box, and that there is nothing beyond its region."""
        if self.question.restricted is not None:  # certificates have no lemma for natural domains
            return ()
        tree = tree_of(self.start, self.question, state, None if self.smaller is None else self.smaller.kept)
        lower, upper = (tuple(Fraction(float(x)) for x in end) for end in (self.region.lower, self.region.upper))
        whole = self.region.everything and self.derivation.objective.domain.ends is None
        return (*tree, RegionBound(lower, upper)) if tree and whole else tree

    def points(self, found: Floats) -> tuple[Floats, bool]:
        """The boxes of a Coverage's points, (m, 2, 2, n), in all unknowns, and whether none was lost: each is lifted by an
        enclosure that lies in a box in which a Krawczyk test proves one stationary point."""
        if self.smaller is None:
            return found, True
        n = self.smaller.derivation.dimension
        lifted = [self._lifted(self.smaller, unique, tight) for unique, tight in found]
        boxes = np.array([boxes for boxes in lifted if boxes is not None]).reshape(-1, 2, 2, n)
        return boxes, len(boxes) == len(found)

    def _lifted(self, smaller: Reduced, unique: Floats, tight: Floats) -> Floats | None:
        enclosure = refine(self.derivation, unique, tight)
        point = smaller.lifted(enclosure.balls)
        if point is None:
            return None
        boxes = isolate(smaller.derivation, np.array([float(x.mid()) for x in point]))
        if boxes is None:
            return None
        sides = zip(boxes[0, 0], boxes[0, 1], point, strict=True)
        return boxes if all(arb(float(low)) < x < arb(float(high)) for low, high, x in sides) else None
