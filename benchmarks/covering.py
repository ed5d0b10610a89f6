"""The covering: boxes a second, time against unknowns and data points, memory, workers, and peers on the same
questions.

    python benchmarks/covering.py [--boxes 3e6] [--memory 1e7 1e8] [--limit 60]

Peers (dReal, z3, codac; each in a process of its own with --limit seconds) are asked whether some w in the box has
g(w) = 0 and det H(w) = 0, which is what Definition 1 can fail by. `strictsaddle check` also looks for symmetries and
witnesses, and lists every stationary point of the box; its covering alone answers what the peers are asked.
codac contracts (CtcInverse) and bisects down to 1e-4; dReal's delta is 1e-4; z3 knows polynomials only. What is not
installed is said so:
    pip install "strictsaddle[bench]"
"""

from __future__ import annotations

import argparse
import importlib
import resource
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.covering.infinity import Region, region
from strictsaddle.covering.waves import Coverage, cover, wave
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import Derivation, derive, sympy_gradient, sympy_hessian
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import executor
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import silent
from strictsaddle.symmetry.known import KnownSymmetries

CAMEL = "(4 - 21*x**2/10 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2"
TANH = "(y*tanh(x) - 1)**2/2 + (y*tanh(2*x) + 1/2)**2/2 + (x**2 + y**2)/20"
TWO_UNITS = "((z*tanh(x) + w*tanh(y) - 1)**2 + (z*tanh(2*x) + w*tanh(2*y) + 1)**2)/2 + (x**2 + y**2 + z**2 + w**2)/50"
QUESTIONS = {  # formula, unknowns, half the side of the box
    "camel in [-3, 3]^2": (CAMEL, "x y", 3),
    "tanh 1-1-1, two rows, in [-6, 6]^2": (TANH, "x y", 6),
    "tanh 1-2-1, two rows, in [-4, 4]^4": (TWO_UNITS, "x y z w", 4),
}
PEERS = ("dreal", "z3", "codac")
TOLERANCE = 1e-4


def tanh_network(units: int, rows: int, ridge: str) -> Objective:
    inputs = [[Fraction(k + 1, max(rows // 2, 1))] for k in range(rows)]
    targets = [[(-1) ** k] for k in range(rows)]
    return ss.network([1, units, 1], activation="tanh", bias=False, ridge=ridge, data=(inputs, targets))


def search(objective: Objective, boxes: int, workers: int) -> tuple[Coverage, float]:
    """The covering alone: its end state and its seconds. Kernels are compiled, and workers started and warm, before the
    clock starts."""
    derivation = derive(objective)
    where = region(objective, derivation)
    assert isinstance(where, Region)
    question = GradientZeros.of(derivation, KnownSymmetries.of(objective).half_spaces, where.ball)
    start = Coverage.start(where.lower, where.upper)
    with executor(workers) as pool:
        state, _, _ = cover(question, start, pool, Budget(None, 2_000), silent)
        if workers > 1 and not state.closed:
            wave(question, state, pool, 2_000)  # each worker loads its kernels with its first chunk
        begun = time.perf_counter()
        state, _, _ = cover(question, start, pool, Budget(None, boxes), silent)
        return state, time.perf_counter() - begun


def rates(boxes: int) -> str:
    rows = []
    for units in (1, 2, 3):
        objective = tanh_network(units, 2, "1/50000")
        first = 0.0
        for workers in (1, 2):
            state, seconds = search(objective, boxes, workers)
            rate = state.boxes / seconds
            first = first or rate
            rows.append(
                [
                    objective.dimension,
                    workers,
                    state.boxes,
                    f"{seconds:.2f}",
                    f"{rate:,.0f}",
                    f"{rate / first:.2f}",
                ]
            )
    return tabulate(rows, ["unknowns", "workers", "boxes", "seconds", "boxes/second", "against 1 worker"], intfmt=",")


def sizes(boxes: int) -> str:
    cases = [(units, 2) for units in (1, 2, 3)] + [(2, rows) for rows in (4, 8, 16, 32, 64)]
    rows = []
    for units, points in cases:
        objective = tanh_network(units, points, "1/50" if points == 2 else "1/20")
        state, seconds = search(objective, 10 * boxes, 2)
        done = "closed" if state.closed else f"open ({state.open_share:.1%} of the volume)"
        rows.append([objective.dimension, points, state.boxes, f"{seconds:.2f}", len(state.points), done])
    return tabulate(rows, ["unknowns", "data points", "boxes", "seconds", "points in the domain", "state"], intfmt=",")


def memory(sizes: list[float]) -> str:
    """The greatest resident size of this process after ever longer searches."""
    rows = []
    for boxes in sorted(sizes):
        before = peak()
        state, seconds = search(tanh_network(3, 2, "1/500"), int(boxes), 1)
        record = sum(map(len, state.record)) / 2**20
        rows.append(
            [state.boxes, f"{seconds:.1f}", len(state.open_mode), f"{record:.1f}", f"{before:.0f}", f"{peak():.0f}"]
        )
    headers = ["boxes", "seconds", "open boxes", "record, MiB", "peak before, MiB", "peak, MiB"]
    return tabulate(rows, headers, intfmt=",")


def peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peers(limit: float) -> str:
    rows = []
    for name, (expression, variables, side) in QUESTIONS.items():
        ends = (Fraction(side),) * len(variables.split())
        objective = Objective(name, variables, expression, domain=Box(tuple(-end for end in ends), ends))
        ss.check(objective, method="interval", workers=1)  # compiles
        begun = time.perf_counter()
        verdict = ss.check(objective, method="interval", workers=1)
        ours = time.perf_counter() - begun
        answer = f"{verdict.definition_1.verdict}, {len(verdict.stationary.isolated)} points"
        rows.append([name, "strictsaddle check", f"{ours:.3f}", answer, "", ""])
        state, alone = covered(objective)
        rows.append([name, "its covering alone", f"{alone:.4f}", f"none, by {state.boxes:,} boxes", "", ""])
        for peer in PEERS:
            seconds, told = asked(peer, name, limit)
            factors = [f"{float(seconds) / base:,.0f}" if seconds else "" for base in (ours, alone)]
            rows.append([name, peer, seconds and f"{float(seconds):.3f}", told, *factors])
    headers = ["question", "program", "seconds", "answer", "times check", "times the covering"]
    return tabulate(rows, headers, disable_numparse=True)


def covered(objective: Objective) -> tuple[Coverage, float]:
    """The covering of a box without the list of points: it closes where there is no degenerate stationary point."""
    derivation = derive(objective)
    assert isinstance(objective.domain, Box)
    lower, upper = (np.array([float(x) for x in ends]) for ends in (objective.domain.lower, objective.domain.upper))
    question = GradientZeros.of(derivation, KnownSymmetries.of(objective).half_spaces)
    start = replace(Coverage.start(lower, upper), listing=False)
    with executor(1) as pool:
        begun = time.perf_counter()
        state, _, _ = cover(question, start, pool, Budget(), silent)
        seconds = time.perf_counter() - begun
    assert state.closed
    return state, seconds


def asked(peer: str, question: str, limit: float) -> tuple[str, str]:
    """Seconds and answer of one peer, in a process of its own; no seconds where it cannot be asked."""
    command = [sys.executable, __file__, "--peer", peer, "--question", question]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"{limit}", "no answer within the limit"
    if done.returncode:
        return "", f"failed: {done.stderr.strip()[-80:]}"
    seconds, answer = done.stdout.rstrip("\n").split("\t")
    return seconds, answer


def ask(peer: str, question: str) -> str:
    """Seconds and answer of one peer, with a tab between; no seconds where it cannot be asked."""
    expression, variables, side = QUESTIONS[question]
    derivation = derive(Objective("f", variables, expression))
    try:
        module = importlib.import_module(peer)
    except ImportError as error:
        return f"\tnot installed ({error})"
    if peer == "z3" and "tanh" in expression:
        return "\tcannot be asked: no tanh"
    begun = time.perf_counter()
    answer = {"dreal": dreal, "z3": z3, "codac": codac}[peer](module, derivation, side)
    return f"{time.perf_counter() - begun}\t{answer}"


def equations(derivation: Derivation, functions: Any, w: list[Any]) -> list[Any]:
    """g and det H in another program's expressions."""
    import sympy

    symbols = sympy.symbols(derivation.objective.variables, real=True)
    table = {"tanh": functions.tanh} if hasattr(functions, "tanh") else {}

    def of(expression: Any) -> Any:
        return sympy.lambdify(symbols, expression, modules=[table])(*w)

    return [
        *map(of, sympy_gradient(derivation)),
        determinant([[of(e) for e in row] for row in sympy_hessian(derivation)]),
    ]


def determinant(rows: list[list[Any]]) -> Any:
    """By the first column's minors."""
    if len(rows) == 1:
        return rows[0][0]
    terms = [rows[i][0] * determinant([row[1:] for k, row in enumerate(rows) if k != i]) for i in range(len(rows))]
    total = terms[0]
    for i, term in enumerate(terms[1:], start=1):
        total = total - term if i % 2 else total + term
    return total


def dreal(module: Any, derivation: Derivation, side: int) -> str:
    w = [module.Variable(name) for name in derivation.objective.variables]
    inside = [part for v in w for part in (v >= -side, v <= side)]
    found = module.CheckSatisfiability(
        module.And(*inside, *(e == 0 for e in equations(derivation, module, w))), TOLERANCE
    )
    return "none" if found is None else "delta-sat"


def z3(module: Any, derivation: Derivation, side: int) -> str:
    w = [module.Real(name) for name in derivation.objective.variables]
    solver = module.Solver()
    solver.add(
        *(part for v in w for part in (v >= -side, v <= side)),
        *(e == 0 for e in equations(derivation, module, w)),
    )
    return {"unsat": "none", "sat": "there is one"}.get(str(solver.check()), "unknown")


def codac(module: Any, derivation: Derivation, side: int) -> str:
    n = derivation.dimension
    w = module.VectorVar(n)
    f = module.AnalyticFunction([w], module.vec(*equations(derivation, module, [w[k] for k in range(n)])))
    contractor = module.CtcInverse(f, module.IntervalVector([[0, 0]] * (n + 1)))
    stack, left = [module.IntervalVector([[-side, side]] * n)], 0
    while stack:
        box = stack.pop()
        box = contractor.contract(box) or box
        if box.is_empty():
            continue
        if box.max_diam() < TOLERANCE:
            left += 1
            continue
        stack.extend(box.bisect_largest())
    return "none" if not left else f"{left} boxes left"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxes", type=float, default=3e6, help="of each rate")
    parser.add_argument(
        "--memory", type=float, nargs="+", default=[1e6, 1e7], help="boxes of the memory runs; 1e8 takes some minutes"
    )
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for a peer")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--question", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        print(ask(options.peer, options.question))
        return
    for title, table in (
        ("Rate (covering alone, ridge 1/50000)", lambda: rates(int(options.boxes))),
        ("Size (2 workers; ridge 1/50 with 2 data points, else 1/20)", lambda: sizes(int(options.boxes))),
        ("Memory of one process", lambda: memory(options.memory)),
        (
            f"Is there a degenerate stationary point? (limit {options.limit:g} s)",
            lambda: peers(options.limit),
        ),
    ):
        print(f"\n{title}\n\n{table()}", flush=True)


if __name__ == "__main__":
    main()
