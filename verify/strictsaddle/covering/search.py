"""What a covering searches for an objective: all unknowns, or those that are left when others are eliminated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.certify.krawczyk import hessian_in_doubles, isolate, refine
from strictsaddle.covering.forms.question import NetworkZeros, is_suited
from strictsaddle.covering.infinity import Region
from strictsaddle.covering.output_elimination import Reduced, reduced
from strictsaddle.covering.waves import Coverage, tree_of
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.records.evidence import Evidence, RegionBound

NEWTON_STEPS, CLOSE = 20, 1e-12  # for the output layer at a point: one step where the loss is squared


@dataclass(frozen=True)
class Search:
    """`derivation`: of the objective; `smaller`: what is searched in its place, None where that is the objective itself or its forms (the
    output layer of a network being eliminated in both cases); `kept`: the numbers of the unknowns that are searched; `question` and
    `start`: for `waves.cover`; `region`: in all unknowns."""

    derivation: Derivation
    smaller: Reduced | None
    kept: tuple[int, ...]
    question: GradientZeros | NetworkZeros
    start: Coverage
    region: Region

    @classmethod
    def of(cls, derivation: Derivation, region: Region, half_spaces: Floats, *, plain: bool = False) -> Search:
        """Of an objective in a region. half_spaces: rows c; each orbit of stationary points has one with all c.w >= 0. plain: only searches
        that certificates know."""
        n, network = derivation.dimension, derivation.objective.network
        unbounded = region.everything and derivation.objective.domain.everything
        if unbounded and not plain and network is not None and is_suited(network):
            kept = network.hidden_parameters
            bounds = np.maximum(-region.lower, region.upper)
            question = NetworkZeros.of(network, derivation, _within(half_spaces, kept), bounds)
            if question is not None:
                start = Coverage.start(region.lower[list(kept)], region.upper[list(kept)], n)
                return cls(derivation, None, kept, question, start, region)
        smaller = reduced(derivation) if region.everything else None
        if smaller is None:
            whole = GradientZeros.of(derivation, half_spaces, region.ball)
            return cls(derivation, None, tuple(range(n)), whole, Coverage.start(region.lower, region.upper), region)
        searched = GradientZeros.of(derive(smaller.objective), _within(half_spaces, smaller.kept))
        start = Coverage.start(region.lower[list(smaller.kept)], region.upper[list(smaller.kept)])
        return cls(derivation, smaller, smaller.kept, searched, start, region)

    @property
    def words(self) -> str:
        """What stands between the search and the objective, in a sentence; nothing where nothing does."""
        if self.smaller is not None:
            return "searched in the hidden parameters: the loss is a convex quadratic in the output layer, minimised exactly"
        if len(self.kept) < self.derivation.dimension:
            return "searched in the hidden parameters: the loss is convex in the output layer, whose minimum is enclosed as their function"
        return ""

    def whole(self, box: Floats) -> Floats:
        """The middle of a box (2, n) of the search as a point in all unknowns, approximately."""
        point = np.zeros(self.derivation.dimension)
        point[list(self.kept)] = 0.5 * (box[0] + box[1])
        others = [i for i in range(len(point)) if i not in self.kept]
        for _ in range(NEWTON_STEPS if others else 0):
            slope = evaluate_float(self.derivation.gradient_tape, point[None])[0][others]
            block = hessian_in_doubles(self.derivation, point)[np.ix_(others, others)]
            step = np.linalg.lstsq(block, slope, rcond=None)[0]
            point[others] -= step
            if not np.max(np.abs(step)) > CLOSE:
                break
        return point

    def in_all_unknowns(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """A box of the search as one in all unknowns: those that were eliminated may be anywhere in the region."""
        low, high = self.region.lower.copy(), self.region.upper.copy()
        low[list(self.kept)], high[list(self.kept)] = lower, upper
        return low, high

    def evidence(self, state: Coverage) -> tuple[Evidence, ...]:
        """The search told so that it can be told again, where it has closed every box, and that there is nothing beyond its region."""
        if isinstance(self.question, NetworkZeros) or self.question.restricted is not None:
            return ()  # certificates have no lemma for forms and for natural domains
        tree = tree_of(self.start, self.question, state, self.kept)
        lower, upper = (tuple(Fraction(float(x)) for x in end) for end in (self.region.lower, self.region.upper))
        whole = self.region.everything and self.derivation.objective.domain.ends is None
        return (*tree, RegionBound(lower, upper)) if tree and whole else tree

    def points(self, found: Floats) -> tuple[Floats, bool]:
        """The boxes of a Coverage's points, (m, 2, 2, n), in all unknowns, and whether none was lost: each is lifted by an
        enclosure that lies in a box in which a Krawczyk test proves one stationary point."""
        if self.smaller is None:
            return found, True
        n = self.derivation.dimension
        searched = derive(self.smaller.objective)
        lifted = [_lifted(self.smaller, searched, unique, tight) for unique, tight in found]
        boxes = np.array([boxes for boxes in lifted if boxes is not None]).reshape(-1, 2, 2, n)
        return boxes, len(boxes) == len(found)


def _within(half_spaces: Floats, kept: tuple[int, ...]) -> Floats:
    """The half-spaces in the unknowns that are left: any subset of them holds a point of each orbit."""
    inner = [row for row in half_spaces if not np.any(np.delete(row, list(kept)))]
    rows = np.array(inner, dtype=np.float64).reshape(len(inner), half_spaces.shape[1])
    return np.ascontiguousarray(rows[:, list(kept)])


def _lifted(smaller: Reduced, searched: Derivation, unique: Floats, tight: Floats) -> Floats | None:
    point = smaller.lifted(refine(searched, unique, tight).balls)
    if point is None:
        return None
    boxes = isolate(smaller.derivation, np.array([float(x.mid()) for x in point]))
    if boxes is None:
        return None
    sides = zip(boxes[0, 0], boxes[0, 1], point, strict=True)
    return boxes if all(arb(float(low)) < x < arb(float(high)) for low, high, x in sides) else None
