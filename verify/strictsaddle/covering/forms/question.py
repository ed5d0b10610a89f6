"""The zeros of the gradient of a network's loss, looked for in the hidden parameters alone, by forms."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.evaluate import Program, interval_arguments, interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.boxes import RECORDS, Stack
from strictsaddle.covering.explore import BOXES, ENDS, LEFT, MOST_BYTES, POINTS, STUCK, UNLISTED, UNLISTED_MINIMA, Told
from strictsaddle.covering.forms.explore import Asked, explore_network
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import CAPS, Layout, layout_of, tables_of, unknowns
from strictsaddle.covering.waves import CHUNKS, MOST_UNLISTED, TAKEN, Chunk, Done, digest_of
from strictsaddle.covering.zeros import LEAST_WIDTH, MOST_POINTS, MOST_STUCK
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.objective.architecture import Network

FIRST_LIMIT = 200
WORK_OF_A_CHUNK = 4e6  # multiplications of coefficients
MOST_FORMS, MOST_UNKNOWNS = 2_000, 20


@dataclass(frozen=True)
class NetworkZeros:
    """`gradient`, `hessian`: tapes of J in all unknowns; `hidden`, `output`: the numbers of w and v among them; `half_spaces` in w."""

    layout: Layout
    activations: Table
    loss: Table
    gradient: Tape
    hessian: Tape
    half_spaces: Floats
    hidden: Integers
    output: Integers

    @classmethod
    def of(cls, network: Network, derivation: Derivation, half_spaces: Floats, bounds: Floats) -> NetworkZeros:
        """half_spaces: rows c in the hidden parameters. bounds (parameters,): of their absolute values at every stationary point."""
        output = [i for unit in network.units(network.layers) for i in network.incoming(network.layers, unit)]
        return cls(layout_of(network, bounds), *tables_of(network, bounds), derivation.gradient_tape, derivation.hessian_tape,
                   half_spaces, np.array(unknowns(network), dtype=np.int64), np.array(output, dtype=np.int64))  # fmt: skip

    @property
    def digest(self) -> str:
        numbers = (CHUNKS, TAKEN, LEAST_WIDTH, MOST_STUCK, MOST_UNLISTED, FIRST_LIMIT, WORK_OF_A_CHUNK)
        scalars = tuple(value for value in self.layout if not isinstance(value, np.ndarray))
        arrays = [value for value in self.layout if isinstance(value, np.ndarray)]
        for table in (self.activations, self.loss):
            arrays += [table.coefficients, table.errors, table.bounds]
        return digest_of(
            (*numbers, *scalars), [*arrays, self.half_spaces, self.hidden, self.output], [self.gradient, self.hessian]
        )

    @property
    def first(self) -> int:
        return FIRST_LIMIT

    @property
    def chunk(self) -> int:
        n, net = self.hidden.size, self.layout
        products = 6 * net.inputs.shape[0] * sum(net.widths[1:-1]) * net.targets.shape[1]
        return int(min(max(WORK_OF_A_CHUNK / (products * n * n), 64), 20_000))

    @property
    def most_stuck(self) -> int:
        return MOST_STUCK

    @property
    def together(self) -> int:
        return 1

    def work(self, chunk: Chunk) -> Done:
        return self.explored(chunk, interval_program(self.gradient), interval_program(self.hessian))

    def explored(self, chunk: Chunk, gradient: Program, hessian: Program) -> Done:
        """`work` with the programs, of which `compile_forms` has none."""
        count, n = chunk.lower.shape
        whole = n + self.output.size
        capacity = count + 128 * n + 4
        lower, upper, mode = np.empty((capacity, n)), np.empty((capacity, n)), np.empty(capacity, dtype=np.uint8)
        lower[:count], upper[:count], mode[:count] = chunk.lower, chunk.upper, chunk.mode
        counters = np.zeros(8, dtype=np.int64)
        points, stuck = np.empty((MOST_POINTS, 2, 2, whole)), np.empty((256, 2, n))
        record = np.empty((MOST_BYTES + 1) * (chunk.limit + 4) + count, dtype=np.uint8)
        ends = np.empty((chunk.limit + 4, 2, n))
        asked = Asked(self.half_spaces, self.hidden, self.output, LEAST_WIDTH, chunk.listing)
        told = Told(counters, points, stuck, record, ends)
        explore_network(self.layout, self.activations, self.loss, gradient, hessian, Stack(lower, upper, mode), count, chunk.limit,
                        asked, told)  # fmt: skip
        left = int(counters[LEFT])
        codes = record[: counters[RECORDS]].tobytes()
        narrowed = ends[: counters[ENDS]].tobytes()
        return Done(
            lower[:left].copy(), upper[:left].copy(), mode[:left].copy(),
            points[: counters[POINTS]].copy(), stuck[: counters[STUCK]].copy(),
            int(counters[BOXES]), int(counters[UNLISTED]), int(counters[UNLISTED_MINIMA]),
            zlib.compress(len(codes).to_bytes(8, "little") + codes + narrowed, 1),
        )  # fmt: skip


def is_suited(network: Network) -> bool:
    """Whether forms are made for a network: dense, with hidden layers, a ridge on the output layer, and a loss of one slope an output."""
    if network.kind != "dense" or network.layers < 2 or not (network.loss == "squared" or network.loss in CAPS):
        return False
    output = [i for unit in network.units(network.layers) for i in network.incoming(network.layers, unit)]
    if min(network.ridge[i] for i in output) <= 0 or len(unknowns(network)) > MOST_UNKNOWNS:
        return False
    rows = len(network.rows())
    return rows * (3 * sum(network.widths[1:-1]) + network.widths[-1]) <= MOST_FORMS


def compile_forms() -> None:
    """Compile `explore_network` and keep it on disk, without what it calls to evaluate tapes. For a process that ends then."""
    from strictsaddle.arithmetic.entry import attach_nothing
    from strictsaddle.derive.derivatives import derive
    from strictsaddle.networks.network import network

    attach_nothing()
    objective = network([1, 1, 1], activation="tanh", data=([[1]], [[1]]), bias=False, ridge=1)
    assert objective.network is not None
    question = NetworkZeros.of(objective.network, derive(objective), np.zeros((0, 1)), np.ones(2))
    nothing = np.empty((0, 1))
    chunk = Chunk(nothing, nothing, np.empty(0, dtype=np.uint8), 1, True)
    question.explored(chunk, interval_arguments(question.gradient), interval_arguments(question.hessian))
