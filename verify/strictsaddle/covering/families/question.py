"""What is asked of a box of unknowns and parameters: is there a degenerate stationary point in it? (`explore` answers.)"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import Program, interval_arguments, interval_program
from strictsaddle.arithmetic.tape import Tape, outward
from strictsaddle.covering.families.explore import BOXES, LEFT, STRICT, STUCK, Told, explore_family
from strictsaddle.covering.waves import CHUNKS, TAKEN, Chunk, Coverage, Done, digest_of
from strictsaddle.covering.zeros import stack_of
from strictsaddle.derive.definedness import is_restricted, restricted_gradient
from strictsaddle.derive.derivatives import Derivation, copied, gradient, hessian
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.family import Family

FIRST_LIMIT = 2_000
MOST_STUCK = 20_000
LEAST_SHARE = 2.0**-20  # of a parameter's range: sides shorter than this are not split
LEAST_OF_UNKNOWN = 2.0**-16  # of the region's width
ROOM = 4_096  # for boxes that are set aside by one chunk


@dataclass(frozen=True, eq=False)
class FamilyDerivation(Derivation):
    """The derivatives of a family by its unknowns alone. `dimension` counts the parameters as well: they are variables of the tapes, and
    the conditions of the domain bound them. `asked`: the conditions that the user gave."""

    asked: tuple[str, ...] = ()

    @property
    def dimension(self) -> int:
        return self.objective.dimension

    @property
    def unknowns(self) -> int:
        return len(self.gradient)

    def _triangle(self) -> list[int]:
        n = self.unknowns
        return [self.hessian[i][j] for i in range(n) for j in range(i, n)]


def derive_family(family: Family) -> FamilyDerivation:
    """Gradient and Hessian by the unknowns; the parameters' ranges are conditions of the domain."""
    n = family.dimension
    graph, value = copied(family.joint.graph, family.joint.node)
    first = gradient(graph, value, n)
    second = hessian(graph, first, n)
    sides = [side for p in family.parameters for side in (f"{p.name} >= {p.low}", f"{p.name} <= {p.high}")]
    joint = family.joint.on(Euclidean((*family.domain.where, *sides)))
    return FamilyDerivation(joint, graph, value, first, second, family.domain.where)


@dataclass(frozen=True)
class DegenerateZeros:
    """The tapes of g, of the upper triangle of H and of dg/dp (row after row) on n + k variables, and the widths (n + k,) below which sides
    are not split. `restricted`: of the natural domain, where it is not the space."""

    gradient: Tape
    hessian: Tape
    mixed: Tape
    unknowns: int
    least: Floats
    restricted: Tape | None = None

    @classmethod
    def of(cls, derivation: FamilyDerivation, widths: Floats, least: float = LEAST_SHARE) -> DegenerateZeros:
        """widths: (n + k,), of the region that is searched; least: the share of a parameter's width below which it is not split."""
        from strictsaddle.arithmetic.tape import compile_tape
        from strictsaddle.derive.derivatives import forward

        n, sides, graph = derivation.unknowns, derivation.dimension, derivation.graph
        columns = [forward(graph, derivation.gradient, {k: graph.constant(1)}) for k in range(n, sides)]
        mixed = compile_tape(graph, [column[i] for i in range(n) for column in columns], sides)
        share = np.where(np.arange(sides) < n, LEAST_OF_UNKNOWN, least)
        plain = replace(derivation, objective=derivation.objective.on(Euclidean(derivation.asked)))
        restricted = restricted_gradient(derivation) if is_restricted(plain) else None
        return cls(derivation.gradient_tape, derivation.hessian_tape, mixed, n, share * widths, restricted)

    @property
    def half_spaces(self) -> Floats:
        return np.zeros((0, len(self.least)))

    @property
    def digest(self) -> str:
        """Equal for equal questions to equal searches."""
        numbers = (CHUNKS, TAKEN, FIRST_LIMIT, MOST_STUCK, self.unknowns)
        tapes = [self.gradient, self.hessian, self.mixed] + ([] if self.restricted is None else [self.restricted])
        return digest_of(numbers, [self.least], tapes)

    @property
    def first(self) -> int:
        return FIRST_LIMIT

    @property
    def chunk(self) -> int:
        length = 3 * len(self.gradient.op) + len(self.hessian.op) + 2 * len(self.mixed.op) + 30 * self.unknowns**2
        return int(min(max(2e7 / length, 256), 40_000))

    @property
    def most_stuck(self) -> int:
        return MOST_STUCK

    @property
    def together(self) -> int:
        return 1

    def work(self, chunk: Chunk) -> Done:
        tapes = (self.gradient, self.hessian, self.mixed, self.restricted or self.gradient)
        return self.explored(chunk, *map(interval_program, tapes))

    def explored(self, chunk: Chunk, gradient: Program, hessian: Program, mixed: Program, restricted: Program) -> Done:
        """`work` with the programs, of which `compile_families` has none."""
        count, sides = chunk.lower.shape
        stack = stack_of(chunk, count + 20_000)
        told = Told(np.zeros(4, dtype=np.int64), np.empty((ROOM, 2, sides)), np.empty((ROOM, 2, sides)))
        outputs = 0 if self.restricted is None else self.restricted.n_outputs
        explore_family(gradient, hessian, mixed, restricted, outputs, self.unknowns, stack, count, chunk.limit, self.least,
                       chunk.listing, told)  # fmt: skip
        counters = told.counters
        left = int(counters[LEFT])
        strict = told.strict[: counters[STRICT]]
        return Done(
            stack.lower[:left].copy(), stack.upper[:left].copy(), np.zeros(left, dtype=np.uint8),
            np.stack([strict, strict], axis=1), told.stuck[: counters[STUCK]].copy(), int(counters[BOXES]),
        )  # fmt: skip


def start_of(lower: Floats, upper: Floats, family: Family, slabs: int) -> Coverage:
    """The region lower, upper (n,) of the unknowns times the parameters' ranges, the first parameter's cut into so many slabs."""
    lows, highs = [], []
    first, *others = family.parameters
    for k in range(slabs):
        ends = [first.low + (first.high - first.low) * Fraction(j, slabs) for j in (k, k + 1)]
        lows.append([*lower, outward(ends[0])[0], *(outward(p.low)[0] for p in others)])
        highs.append([*upper, outward(ends[1])[1], *(outward(p.high)[1] for p in others)])
    # the last slabs are taken first: in the order in which one reads
    return Coverage.start(np.array(lows[::-1]), np.array(highs[::-1]))


def strict_boxes(state: Coverage) -> Floats:
    """The boxes (m, 2, n + k) of negative curvature that were not looked into further."""
    return state.points[:, 0] if len(state.points) else np.empty((0, 2, state.open_lower.shape[1]))


def left_over(state: Coverage) -> Floats:
    """The boxes (m, 2, n + k) of which nothing is known."""
    return np.concatenate([state.stuck, np.stack([state.open_lower, state.open_upper], axis=1)])


def compile_families() -> None:
    """Compile `explore_family` and keep it on disk, without what it calls to evaluate tapes. For a process that ends then."""
    from strictsaddle.arithmetic.entry import attach_nothing

    attach_nothing()
    nothing = np.empty((0, 2))
    tape = _tape()
    chunk = Chunk(nothing, nothing, np.empty(0, dtype=np.uint8), 1, True)
    program = interval_arguments(tape)
    DegenerateZeros(tape, tape, tape, 1, np.ones(2)).explored(chunk, program, program, program, program)


def _tape() -> Tape:
    from strictsaddle.arithmetic.tape import compile_tape
    from strictsaddle.formula.graph import Graph

    graph = Graph()
    return compile_tape(graph, [graph.variable(0)], 2)
