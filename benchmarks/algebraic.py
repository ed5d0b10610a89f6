"""Deep linear networks with generic ridges: our whole check beside bare msolve and sympy.groebner on the same
system.

    python benchmarks/algebraic.py [--limit SECONDS] [--repeat N] [--unknowns 2-8]

`check` includes expansion, msolve, the proof of every point, the signs of all eigenvalues, symmetries, and
the proof of completeness. "bare" is msolve's own isolation of the real roots, one thread, read by nobody.
From some 150 complex points on `check` doesn't ask msolve for them any more (`polynomials.monodromy`).
Aim: check <= 1.5 bare + 0.5 s. sympy.groebner (grevlex) is stopped at the limit. The last lines are the times
of `import strictsaddle` and `strictsaddle --help`.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.derive import polynomials
from strictsaddle.errors import EngineError
from strictsaddle.polynomials import msolve

NETWORKS = (
    (1, 1, 1),
    (1, 1, 1, 1),
    (2, 1, 1),
    (1, 2, 1),
    (1, 1, 1, 1, 1),
    (2, 1, 1, 1),
    (1, 1, 1, 1, 1, 1),
    (2, 2, 1),
    (1, 3, 1),
    (1, 1, 1, 1, 1, 1, 1),
    (1, 1, 3, 1),
    (1, 2, 2, 1),
    (2, 2, 2),
    (1, 4, 1),
    (1, 2, 2, 2),
    (3, 2, 2),
    (2, 2, 2, 1),
    (2, 3, 2),
    (3, 2, 3),
    (1, 3, 3, 1),
)
INPUTS = ((1, 2), (2, -1), (-1, 1))
GROEBNER = """
import sys, time, sympy
names, *lines = sys.stdin.read().splitlines()
system = [sympy.sympify(line.replace('^', '**')) for line in lines]
start = time.perf_counter()
sympy.groebner(system, *sympy.symbols(names), order='grevlex')
print(time.perf_counter() - start)
"""


def network(widths: tuple[int, ...]) -> ss.Objective:
    """The squared loss of a linear network on three points, with another ridge for each weight."""
    names, ridges, layers = [], [], []
    for number, (before, after) in enumerate(itertools.pairwise(widths), start=1):
        layer = [[f"W{number}_{i}_{j}" for j in range(1, before + 1)] for i in range(1, after + 1)]
        names += [name for row in layer for name in row]
        layers.append(layer)
    for k, name in enumerate(names):
        ridges.append(f"{k + 1}/{20 + 3 * len(names) + 2 * k}*{name}^2")
    errors = []
    for sample in INPUTS:
        values = [str(x) for x in sample[: widths[0]]]
        for layer in layers:
            values = ["(" + " + ".join(f"{w}*({v})" for w, v in zip(row, values, strict=True)) + ")" for row in layer]
        targets = [2 * sample[k % len(sample)] + k + 1 for k in range(len(values))]
        errors += [f"({value} - {target})^2" for value, target in zip(values, targets, strict=True)]
    loss = f"({' + '.join(errors)})/{len(INPUTS)}"
    return ss.Objective("-".join(map(str, widths)), names, " + ".join([loss, *ridges]))


def timed(action: Callable[[], object], repeat: int) -> float:
    """The least of several wall-clock times, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def bare(text: str, limit: float) -> Callable[[], object]:
    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "system.ms"
            source.write_text(text, "ascii")
            command = [
                str(msolve.find_binary()),
                "-f",
                str(source),
                "-o",
                str(Path(folder) / "out"),
                "-t",
                "1",
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=limit)

    return run


def groebner(text: str, limit: float) -> float | None:
    """Seconds of sympy.groebner alone, its imports aside; None when the limit ends it."""
    names, _, *lines = text.splitlines()
    system = "\n".join([names, *(line.rstrip(",") for line in lines)])
    try:
        run = subprocess.run(
            [sys.executable, "-c", GROEBNER],
            input=system,
            capture_output=True,
            text=True,
            check=True,
            timeout=limit + 2,
        )
    except subprocess.TimeoutExpired:
        return None
    return float(run.stdout)


def row(widths: tuple[int, ...], limit: float, repeat: int) -> list[object]:
    objective = network(widths)
    n = objective.dimension
    system = polynomials.system(objective.graph, objective.node, n)
    text = msolve.input_text(system.equations(), n)
    try:
        alone = timed(bare(text, limit), repeat)
    except subprocess.TimeoutExpired:
        alone = None
    verdicts = []
    ours = timed(lambda: verdicts.append(ss.check(objective, budget=10 * limit)), repeat)
    verdict = verdicts[0]
    known = [
        objective.name, n, len(verdict.stationary.isolated), verdict.definition_1.verdict, verdict.definition_1.proof,
    ]  # fmt: skip
    if alone is None:
        sooner = ours <= 1.5 * limit + 0.5
        return [*known, f"> {limit:g}", f"{ours:.3f}", f"< {ours / limit:.2f}", "yes" if sooner else "?", ""]
    basis = groebner(text, limit)
    aim = "yes" if ours <= 1.5 * alone + 0.5 else "no"
    slower = f"> {limit / alone:.0f}" if basis is None else f"{basis / alone:.1f}"
    return [*known, f"{alone:.3f}", f"{ours:.3f}", f"{ours / alone:.1f}", aim, slower]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for bare msolve and for sympy.groebner")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the fastest counts")
    parser.add_argument("--unknowns", default="2-8", help="range of the number of unknowns")
    options = parser.parse_args()
    least, most = (int(part) for part in options.unknowns.split("-"))
    try:
        msolve.find_binary()
    except EngineError as error:
        sys.exit(str(error))
    ss.check(network((1, 1, 1)))  # imports
    heads = [
        "network",
        "unknowns",
        "points",
        "verdict",
        "proof",
        "bare s",
        "check s",
        "check/bare",
        "aim",
        "groebner/bare",
    ]
    rows = [
        row(widths, options.limit, options.repeat)
        for widths in NETWORKS
        if least <= sum(a * b for a, b in itertools.pairwise(widths)) <= most
    ]
    print(tabulate(rows, heads, disable_numparse=True))
    command = Path(sysconfig.get_path("scripts")) / "strictsaddle"
    nothing = timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 5)
    imported = timed(lambda: subprocess.run([sys.executable, "-c", "import strictsaddle"], check=True), 5)
    print(f"\nimport strictsaddle: {imported:.3f} s (of which Python itself {nothing:.3f} s); aim 0.3 s")
    if command.exists():
        shown = timed(lambda: subprocess.run([str(command), "--help"], check=True, capture_output=True), 5)
        print(f"strictsaddle --help: {shown:.3f} s; aim 0.3 s")


if __name__ == "__main__":
    main()
