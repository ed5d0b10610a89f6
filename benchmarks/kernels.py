"""Gradient and Hessian of a 2-2-1 tanh network: our kernels beside crival, JAX and NumPy on the same arguments.

    python benchmarks/kernels.py [--boxes 100000] [--repeat 5] [--rows 4]

The network has no biases, XOR-like data and a ridge: 6 unknowns. crival evaluates the same tape with its interval
arrays, all boxes in one array, and so does NumPy with floats at the midpoints. JAX compiles its own derivatives and
evaluates them at the midpoints, in float64, on the CPU. Boxes are proved enclosures, points are not. Every time is
the best of --repeat runs of one thread (JAX may use more); compiling is told apart from running.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.arithmetic.tape import Instruction, Tape

INPUTS = (
    (0.5, 1.0),
    (1.0, -0.5),
    (-1.0, 0.25),
    (-0.5, -1.0),
    (0.25, 0.75),
    (1.5, 0.5),
    (-0.75, 1.0),
    (0.0, -1.25),
)
TARGETS = (1, -1, -1, 1, 1, 1, -1, -1)


def best(work: Callable[[], Any], repeat: int) -> float:
    """The least of `repeat` times of `work`, in seconds, after one run that is not counted."""
    work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def by_arrays(tape: Tape, variables: list[Any], functions: dict[Instruction, Callable[[Any], Any]]) -> list[Any]:
    """The tape on whole arrays of anything that has + - * / and **."""
    registers: list[Any] = [None] * tape.n_registers
    outputs: list[Any] = [None] * tape.n_outputs
    rows = zip(tape.op.tolist(), tape.dst.tolist(), tape.a.tolist(), tape.b.tolist(), strict=True)
    for op, dst, a, b in rows:
        if op == Instruction.STORE:
            outputs[dst] = registers[a]
            continue
        x = registers[a] if op > Instruction.PI else None
        c = tape.constant_low[b] if Instruction.ADD_CONSTANT <= op <= Instruction.DIVIDE_INTO else None
        match op:
            case Instruction.VARIABLE:
                registers[dst] = variables[a]
            case Instruction.CONSTANT:
                registers[dst] = variables[0] * 0.0 + tape.constant_low[a]
            case Instruction.ADD:
                registers[dst] = x + registers[b]
            case Instruction.SUB:
                registers[dst] = x - registers[b]
            case Instruction.MUL:
                registers[dst] = x * registers[b]
            case Instruction.ADD_CONSTANT:
                registers[dst] = x + c
            case Instruction.SUBTRACT_FROM:
                registers[dst] = c - x
            case Instruction.TIMES_CONSTANT:
                registers[dst] = x * c
            case Instruction.NEG:
                registers[dst] = -x
            case Instruction.POW:
                registers[dst] = x**b
            case _:
                registers[dst] = functions[Instruction(op)](x)
    return outputs


def jax_derivatives(rows: int, ridge: float) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Compiled gradient, and gradient with Hessian, of the same network at many points."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    inputs, targets = jnp.array(INPUTS[:rows]), jnp.array(TARGETS[:rows], dtype=float)

    def loss(w: Any) -> Any:
        hidden = jnp.tanh(inputs @ w[:4].reshape(2, 2).T)
        return jnp.mean((hidden @ w[4:] - targets) ** 2) + ridge * jnp.sum(w**2)

    both = jax.jit(jax.vmap(lambda w: (jax.grad(loss)(w), jax.hessian(loss)(w))))
    gradient = jax.jit(jax.vmap(jax.grad(loss)))
    return (lambda w: jax.block_until_ready(gradient(w))), (lambda w: jax.block_until_ready(both(w)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boxes", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--rows", type=int, default=4, choices=range(1, len(INPUTS) + 1))
    arguments = parser.parse_args()
    m, repeat, rows = arguments.boxes, arguments.repeat, arguments.rows

    start = time.perf_counter()
    from strictsaddle.arithmetic import evaluate as kernels
    from strictsaddle.derive.derivatives import derive

    kernels.warm_up()
    ready = time.perf_counter() - start
    data = {"inputs": INPUTS[:rows], "targets": [[target] for target in TARGETS[:rows]]}
    objective = ss.network([2, 2, 1], activation="tanh", loss="squared", data=data, bias=False, ridge="1/20")
    start = time.perf_counter()
    derivation = derive(objective)
    tapes = {"gradient": derivation.gradient_tape, "gradient and Hessian": derivation.gradient_hessian_tape}
    print(f"kernels ready after {ready:.2f} s (compiled, or read from the cache on disk)")
    print(f"derivatives and tapes of this network: {time.perf_counter() - start:.3f} s")

    import ival

    middle = np.random.default_rng(0).uniform(-2, 2, (m, 6))
    low, high = middle - 0.01, middle + 0.01
    columns = [ival.Interval(np.ascontiguousarray(low[:, k]), np.ascontiguousarray(high[:, k])) for k in range(6)]
    points = [np.ascontiguousarray(middle[:, k]) for k in range(6)]
    interval_functions = {
        Instruction.TANH: ival.tanh,
        Instruction.TANH1_OF: lambda t: 1.0 - t**2,
        Instruction.TANH2_OF: lambda t: -2.0 * t * (1.0 - t**2),
    }
    float_functions = interval_functions | {Instruction.TANH: np.tanh}
    compiled = dict(zip(tapes, jax_derivatives(rows, 0.05), strict=True))
    table = []
    for what, tape in tapes.items():
        start = time.perf_counter()
        compiled[what](middle)
        compiling = time.perf_counter() - start
        runs: list[tuple[str, Callable[[], Any]]] = [
            ("our kernels, boxes", lambda tape=tape: kernels.evaluate_interval(tape, low, high)),
            ("crival arrays, boxes", lambda tape=tape: by_arrays(tape, columns, interval_functions)),
            ("our kernels, points", lambda tape=tape: kernels.evaluate_float(tape, middle)),
            ("JAX, points", lambda what=what: compiled[what](middle)),
            ("NumPy, points", lambda tape=tape: by_arrays(tape, points, float_functions)),
        ]
        times = [best(work, repeat) for _name, work in runs]
        for (name, _work), seconds in zip(runs, times, strict=True):
            note = f"compiled in {compiling:.2f} s" if name.startswith("JAX") else ""
            table.append([what, name, seconds / m * 1e9, m / seconds / 1e6, seconds / times[0], note])
    headers = ["what", "evaluated by", "ns each", "million a second", "time, ours = 1", ""]
    print(tabulate(table, headers=headers, floatfmt=("", "", ".0f", ".2f", ".2f", "")))


if __name__ == "__main__":
    main()
