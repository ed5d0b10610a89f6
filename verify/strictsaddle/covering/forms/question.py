"""The zeros of the gradient of a network's loss, looked for in the hidden parameters alone, by forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.evaluate import Program, interval_arguments, interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.forms.explore import Asked, explore_network
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import CAPS, Layout, layout_of, tables_of
from strictsaddle.covering.waves import CHUNKS, MOST_UNLISTED, TAKEN, Chunk, Done, digest_of
from strictsaddle.covering.zeros import LEAST_WIDTH, MOST_STUCK, done, room_for, stack_of
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
    def of(cls, network: Network, derivation: Derivation, half_spaces: Floats, bounds: Floats) -> NetworkZeros | None:
        """half_spaces: rows c in the hidden parameters. bounds (parameters,): of their absolute values at every stationary point. None
        where tables end before these."""
        tables = tables_of(network, bounds)
        if tables is None:
            return None
        hidden, output = (
            np.array(part, dtype=np.int64) for part in (network.hidden_parameters, network.output_parameters)
        )
        return cls(
            layout_of(network, bounds),
            *tables,
            derivation.gradient_tape,
            derivation.hessian_tape,
            half_spaces,
            hidden,
            output,
        )

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
        stack = stack_of(chunk, count + 128 * n + 4)
        told = room_for(chunk, 1, n + self.output.size)
        asked = Asked(self.half_spaces, self.hidden, self.output, LEAST_WIDTH, chunk.listing)
        explore_network(
            self.layout, self.activations, self.loss, gradient, hessian, stack, count, chunk.limit, asked, told
        )
        return done(stack, told)


def is_suited(network: Network) -> bool:
    """Whether forms are made for a network: dense, with hidden layers, a ridge on the output layer, and a loss of one slope an output."""
    if network.kind != "dense" or network.layers < 2 or not (network.loss == "squared" or network.loss in CAPS):
        return False
    if min(network.ridge[i] for i in network.output_parameters) <= 0 or len(network.hidden_parameters) > MOST_UNKNOWNS:
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
    assert question is not None
    nothing = np.empty((0, 1))
    chunk = Chunk(nothing, nothing, np.empty(0, dtype=np.uint8), 1, True)
    question.explored(chunk, interval_arguments(question.gradient), interval_arguments(question.hessian))
