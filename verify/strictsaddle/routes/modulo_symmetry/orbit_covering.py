"""Strict-saddle modulo symmetry for any twice differentiable objective, by a covering with a symmetry-reduced test.

Fields X_j(w) = A_j w + b_j with g·X_j = 0 identically are null vectors of H at every stationary point: differentiate
g(w)·X_j(w) = 0 to get H(w) X_j(w) + A_jᵀ g(w) = 0. Let T(w) have the columns X_j(w). A box is discharged by any of

    N   some component of g, or some equation of the slice (below), has an enclosure without 0: no point to judge;
    S   H has a negative eigenvalue at each point of the box: whatever is stationary there is a strict saddle;
    M'  H(w) + s T(w)T(w)ᵀ > 0 for all w of the box, s > 0. At a stationary w the range of T lies in the kernel of
        H, so H maps its complement to itself, and on that complement x·Hx = x·(H + s TTᵀ)x > 0: H >= 0, and its
        nullity is the dimension of the orbit. Put otherwise: H > 0 on the complement of span{X_j(w)}.

When all boxes are discharged, the set B of stationary points with H >= 0 and dim ker H greater than the orbit's
dimension has no point in the region. M' closes the boxes along continua of minima, where H > 0 holds nowhere.

On R^n it suffices to look at the slice through the orbits of `slice`: B, if it is not empty, has a point that
solves the slice's equations as well. That argument needs a group whose fields are closed under brackets (tested), and
nothing else of f. It makes continua into points, and often brings them in from infinity. On a box the orbits may
leave, so there the whole box is covered and no slice is used.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.arithmetic.tape import Tape, compile_tape, outward
from strictsaddle.certify.square_system import substituted
from strictsaddle.covering.waves import Chunk, Coverage, Done, cover, digest_of, tree_of
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Executor, Serial
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.evidence import Evidence
from strictsaddle.routes.modulo_symmetry.slice import field_image, slice_equations, unit_vectors
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.continuous.generator import Generator

BATCH = 512
LEAST_WIDTH = 1e-7
RADII = (4.0, 32.0, 1024.0)
SHELL_BOXES = 50_000
DISCHARGED, TOO_SMALL, SPLIT_BASE = 0, 1, 16  # codes of the record
CHOSEN = 4.0  # half the side of the box where no bound is proved


@dataclass(frozen=True)
class OrbitCovering:
    """`closed`: no point of B in the region; `everything`: the region and the slice leave out no orbit of the domain.
    `reason` says what is proved and where, or what stands against it."""

    closed: bool
    everything: bool
    reason: str
    boxes: int
    evidence: tuple[Evidence, ...] = ()


def cover_orbits(
    objective: Objective,
    derivation: Derivation,
    symmetries: ContinuousSymmetries,
    budget: Budget,
    most_boxes: int = 400_000,
    pool: Executor | None = None,
    listener: Listener = silent,
) -> OrbitCovering:
    """Cover the slice through the orbits (on a box: the box) with the tests N, S and M'.

    `symmetries` are fields that leave the formula unchanged.
    """
    n, pool = objective.dimension, pool or Serial()
    if not closed_under_brackets(symmetries.generators):
        return OrbitCovering(False, False, "the fields found are not closed under brackets", 0)
    ends = objective.domain.ends
    question = _Question.of(derivation, symmetries, use_slice=ends is None)
    if ends is not None:
        lower = np.array([outward(low)[0] for low in ends[0]])
        upper = np.array([outward(high)[1] for high in ends[1]])
        everything, where = True, "the box"
    else:
        radius = question.radius()
        everything, size = radius is not None, CHOSEN if radius is None else radius
        lower, upper = np.full(n, -size), np.full(n, size)
        lower[question.zero], upper[question.zero] = 0.0, 0.0
        where = f"the slice through the orbits in [{-size:g}, {size:g}] in every unknown"
    start = Coverage.start(lower, upper)
    state, reason, _ = cover(
        question, start, pool, replace(budget, max_boxes=most_boxes), listener, phase="covering modulo symmetry"
    )
    boxes = state.boxes
    if len(state.stuck):
        place = ", ".join(f"{x:.6g}" for x in np.mean(state.stuck[0], axis=0))
        reason = f"suspect, not proved: a box at ({place}) is discharged by no test modulo symmetry"
    elif reason is not None and boxes >= most_boxes:
        reason = f"the covering modulo symmetry is not closed by {most_boxes} boxes"
    elif reason is not None:
        reason = "the time for the covering modulo symmetry ran out"
    if reason is not None:
        return OrbitCovering(False, everything, reason, boxes)
    proved = (
        f"a covering of {where} by {boxes} boxes proves that every minimum's Hessian is positive definite normal to its "
        "orbit, and that all other stationary points have a negative eigenvalue"
    )
    if not everything:
        proved += "; but no proof was found for orbits that are farther away"
    return OrbitCovering(True, everything, proved, boxes, tree_of(start, question, state))


def closed_under_brackets(fields: Sequence[Generator]) -> bool:
    """Whether the brackets of the fields are combinations of them: [X, Y] belongs to the commutator of the
    matrices ((A, b), (0, 0))."""
    matrices = [_affine_matrix(field) for field in fields]
    rows = [matrix.entries() for matrix in matrices]
    rank = fmpq_mat(rows).rank() if rows else 0
    brackets = [(a * b - b * a).entries() for k, a in enumerate(matrices) for b in matrices[:k]]
    return not brackets or fmpq_mat([*rows, *brackets]).rank() == rank


def _affine_matrix(field: Generator) -> fmpq_mat:
    rows = [[*row, b] for row, b in zip(field.matrix, field.shift, strict=True)]
    rows.append([field.shift[0] * 0] * (len(field.shift) + 1))
    return fmpq_mat([[rational(x) for x in row] for row in rows])


@dataclass(frozen=True)
class _Question:
    """The tapes: `system` has the gradient and the slice's equations (m outputs) without factors that are never 0,
    `jacobian` its m times n derivatives, `hessian` and `square` the upper triangles of H and TTᵀ. `zero`: unknowns
    that an equation of the slice puts at 0."""

    n: int
    system: Tape
    jacobian: Tape
    hessian: Tape
    square: Tape
    zero: list[int]

    @classmethod
    def of(cls, derivation: Derivation, symmetries: ContinuousSymmetries, use_slice: bool) -> _Question:
        n = derivation.dimension
        graph, gradient = substituted(derivation.graph, derivation.gradient, {}, {i: i for i in range(n)})
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
        equations = slice_equations(context, symmetries, unit_vectors(n)) if use_slice else []
        zero = sorted({k for equation in equations for k in range(n) if _is_multiple(equation, context.gens()[k])})
        system = [zero_factors(graph, node) for node in gradient]
        system += [_node(graph, equation) for equation in equations]
        columns = [forward(graph, system, {k: graph.constant(1)}) for k in range(n)]
        images = [field_image(field, context.gens(), context) for field in symmetries.generators]
        square = [
            _node(graph, sum((image[i] * image[j] for image in images), context.constant(0)))
            for i in range(n)
            for j in range(i, n)
        ]
        return cls(
            n, compile_tape(graph, system, n),
            compile_tape(graph, [columns[j][i] for i in range(len(system)) for j in range(n)], n),
            derivation.hessian_tape, compile_tape(graph, square, n), zero,
        )  # fmt: skip

    def radius(self) -> float | None:
        """One of RADII beyond which the system is proved to have no zero."""
        from strictsaddle.covering.exclude import excluded
        from strictsaddle.covering.infinity import shell

        for radius in RADII:
            lower, upper = shell(self.n, radius)
            for k in self.zero:
                lower[:, k], upper[:, k] = np.minimum(lower[:, k], 0.0), np.maximum(upper[:, k], 0.0)
                inside = (lower[:, k] < 0.0) & (upper[:, k] > 0.0)
                lower[inside, k] = upper[inside, k] = 0.0
            kept = [r for r in range(len(lower)) if not any(r // 2 == k for k in self.zero)]
            if excluded(self.system, self.system.n_outputs, lower[kept], upper[kept], SHELL_BOXES, radius)[0]:
                return radius
        return None

    @property
    def half_spaces(self) -> Floats:
        return np.zeros((0, self.n))

    @property
    def digest(self) -> str:
        return digest_of((self.n, self.zero), [], [self.system, self.jacobian, self.hessian, self.square])

    @property
    def first(self) -> int:
        return BATCH

    @property
    def chunk(self) -> int:
        return 16 * BATCH

    @property
    def most_stuck(self) -> int:
        return 1

    @property
    def together(self) -> int:
        return BATCH

    def work(self, chunk: Chunk) -> Done:
        """Depth first, in batches. The record has a byte a box, in the order in which they come from the stack, the lower half of a split
        box on it first: DISCHARGED, TOO_SMALL, or SPLIT_BASE + k, split in the middle of unknown k."""
        stack = list(zip(chunk.lower, chunk.upper, strict=True))
        stuck: list[Floats] = []
        boxes, record = 0, bytearray()
        while stack and boxes < chunk.limit and not stuck:
            batch = stack[-BATCH:]
            del stack[-BATCH:]
            boxes += len(batch)
            codes = [DISCHARGED] * len(batch)
            for b, side in self._open(np.array([low for low, _ in batch]), np.array([high for _, high in batch])):
                low, high = batch[b]
                if high[side] - low[side] < LEAST_WIDTH:
                    codes[b] = TOO_SMALL
                    stuck.append(np.array([low, high]))
                    continue
                codes[b] = SPLIT_BASE + side
                middle = 0.5 * (low[side] + high[side])
                upper_of_lower, lower_of_upper = high.copy(), low.copy()
                upper_of_lower[side] = lower_of_upper[side] = middle
                stack += [(low, upper_of_lower), (lower_of_upper, high)]
            record += bytes(codes)
        ends = np.array(stack, dtype=np.float64).reshape(-1, 2, self.n)
        return Done(
            ends[:, 0].copy(), ends[:, 1].copy(), np.zeros(len(ends), dtype=np.uint8), np.empty((0, 2, 2, self.n)),
            np.array(stuck, dtype=np.float64).reshape(-1, 2, self.n), boxes, record=zlib.compress(bytes(record), 1),
        )  # fmt: skip

    def _open(self, lo: Floats, hi: Floats) -> list[tuple[int, int]]:
        """The boxes that no test discharges, each with the side to split."""
        from strictsaddle.covering.box_tests import upper_index

        n, at = self.n, upper_index(self.n)
        g_lo, g_hi = evaluate_interval(self.system, lo, hi)
        kept = np.flatnonzero(~np.any((g_lo > 0) | (g_hi < 0), axis=1))
        if not len(kept):
            return []
        middle = np.clip(0.5 * lo[kept] + 0.5 * hi[kept], lo[kept], hi[kept])
        radius = np.nextafter(np.maximum(middle - lo[kept], hi[kept] - middle), np.inf)
        c_lo, c_hi = evaluate_interval(self.system, middle, middle)
        j_lo, j_hi = evaluate_interval(self.jacobian, lo[kept], hi[kept])
        slope = np.maximum(-j_lo, j_hi).reshape(len(kept), -1, n)  # a nan stays nan and excludes nothing
        spread = np.zeros(c_lo.shape)
        for k in range(n):
            spread = np.nextafter(spread + np.nextafter(slope[:, :, k] * radius[:, None, k], np.inf), np.inf)
        with np.errstate(invalid="ignore"):
            away = (np.nextafter(c_lo - spread, -np.inf) > 0) | (np.nextafter(c_hi + spread, np.inf) < 0)
        rest = np.flatnonzero(~np.any(away, axis=1))
        h_lo, h_hi = evaluate_interval(self.hessian, lo[kept[rest]], hi[kept[rest]])
        s_lo, s_hi = evaluate_interval(self.square, lo[kept[rest]], hi[kept[rest]])
        found = []
        for row, r in enumerate(rest):
            if not self._settled(h_lo[row], h_hi[row], s_lo[row], s_hi[row], at):
                b = int(kept[r])
                reach = np.nan_to_num(slope[r], nan=1.0, posinf=1e100).sum(axis=0) + 1e-9
                found.append((b, int(np.argmax(reach * (hi[b] - lo[b])))))
        return found

    def _settled(self, h_lo: Floats, h_hi: Floats, s_lo: Floats, s_hi: Floats, at: Any) -> bool:
        """S or M' on one box: bounds of the upper triangles of H and of TTᵀ."""
        from strictsaddle.arithmetic.approximate_algebra import cholesky
        from strictsaddle.covering.box_tests import (
            curvature_is_negative,
            diagonal_is_negative,
            is_positive_definite,
            minor_is_negative,
        )

        if not (np.isfinite(h_lo).all() and np.isfinite(h_hi).all() and np.isfinite(s_hi).all()):
            return False
        if diagonal_is_negative(h_hi, at) >= 0 or minor_is_negative(h_lo, h_hi, at):
            return True
        middle = (0.5 * (h_lo + h_hi))[at]
        values, vectors = np.linalg.eigh(middle)
        if values[0] < 0 and curvature_is_negative(np.ascontiguousarray(vectors[:, 0]), h_lo, h_hi, at):
            return True
        # A power of two near |H| / |TTᵀ|, so that the product with it is exact (barring underflow, covered by nextafter).
        size, span = float(np.max(np.abs(middle))), float(np.max(s_hi))
        scale = 2.0 ** round(float(np.clip(np.log2(size / span), -40, 40))) if size > 0 and span > 0 else 1.0
        k_lo = np.nextafter(h_lo + np.nextafter(scale * s_lo, -np.inf), -np.inf)
        k_hi = np.nextafter(h_hi + np.nextafter(scale * s_hi, np.inf), np.inf)
        q = np.zeros((self.n, self.n))
        approximate = np.ascontiguousarray((0.5 * (k_lo + k_hi))[at])
        return bool(cholesky(approximate, q) and is_positive_definite(k_lo, k_hi, at, q))


def _node(graph: Graph, polynomial: fmpq_mpoly) -> int:
    """The polynomial as a node of the graph."""
    return graph.polynomial((exponents, fraction(coefficient)) for exponents, coefficient in polynomial.terms())


def _is_multiple(equation: fmpq_mpoly, unknown: fmpq_mpoly) -> bool:
    terms = list(equation.terms())
    return len(terms) == 1 and list(terms[0][0]) == list(next(iter(unknown.terms()))[0])
