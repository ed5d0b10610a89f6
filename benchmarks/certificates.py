"""Certificates: what writing costs beside the search, how large they are, and how long the independent checker takes; and peers' proofs.

    python benchmarks/certificates.py [--workers 2] [--large]     (--large: coverings of half a million boxes and more, some minutes)

Peers on the same kind of statement, "the gradient is 0 nowhere in these boxes but in those of the listed points": z3 with proof=true,
whose proof is a term that no other program checks; dReal's Python package writes none. For SAT solvers "checking time of a proof is
comparable to the running time of the proof-producing solver" (Wetzler, Heule, Hunt, DRAT-trim, SAT 2014, abstract). What is not
installed is said so:
    pip install "strictsaddle[bench]"
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

import strictsaddle as ss
import strictsaddle_proofs
from strictsaddle.certificates.claim import widened
from strictsaddle.derive.derivatives import derive, sympy_gradient
from strictsaddle.loading import load

CASES = ("himmelblau", "six-hump-camel", "tensor-eq5", "tanh-two-units", "rastrigin", "xor-tanh", "tensor-eq4")
LARGE = ("examples/xor-tanh.toml", "tanh-two-units -p width=3", "tensor-eq5 -p d=3")
ROOT = Path(__file__).resolve().parent.parent
LIMIT = 60  # seconds for a peer


def measured(case: str, workers: int, folder: Path) -> list[str]:
    spec, *options = case.split()
    parameters = dict(option.split("=") for option in options if option != "-p")
    spec = str(ROOT / spec) if spec.endswith(".toml") else spec
    started = time.monotonic()
    verdict = ss.check(load(spec, parameters), workers=workers, seed=1)
    searched = time.monotonic()
    path = folder / "proof.zip"
    verdict.certificate.write(path)
    written = time.monotonic()
    found = strictsaddle_proofs.verify(path, workers)
    checked = time.monotonic()
    search, write, check = searched - started, written - searched, checked - written
    size, boxes = path.stat().st_size, verdict.resources.boxes
    return [
        case, verdict.definition_1.verdict, found.proof, f"{boxes:,}", f"{search:.2f}", f"{write / search:.0%}", f"{check:.2f}",
        f"{check / search:.2f}", f"{size:,}", f"{size / boxes:.2f}" if boxes else "-", {True: "valid"}.get(found.valid, found.reason),
    ]  # fmt: skip


HEAD = [
    "statement",
    "verdict",
    "proof",
    "boxes",
    "search s",
    "writing",
    "check s",
    "check/search",
    "bytes",
    "a box",
    "answer",
]


def by_z3(name: str) -> str:
    """z3 with proofs: that the gradient has no zero but in the boxes of the listed points."""
    if importlib.util.find_spec("z3") is None:
        return "z3 is not installed"
    objective = load(name)
    points = [widened(p.point) for p in ss.check(objective).stationary.isolated]
    gradient = [str(g) for g in sympy_gradient(derive(objective))]
    program = f"""
import time, z3
z3.set_param(proof=True)
names = {list(objective.variables)!r}
unknowns = dict(zip(names, z3.Reals(" ".join(names))))
scope = dict(unknowns)
solver = z3.Solver()
from fractions import Fraction
for text in {gradient!r}:
    import sympy
    p = sympy.Poly(sympy.sympify(text), *sympy.symbols(names))
    term = z3.RealVal(0)
    for monomial, c in p.terms():
        part = z3.RealVal(str(Fraction(int(c.p), int(c.q))))
        for n, e in zip(names, monomial):
            for _ in range(e):
                part = part * unknowns[n]
        term = term + part
    solver.add(term == 0)
for box in {points!r}:
    solver.add(z3.Or([z3.Or(unknowns[n] < z3.RealVal(str(Fraction(a))), unknowns[n] > z3.RealVal(str(Fraction(b))))
                      for n, (a, b) in zip(names, box)]))
begun = time.monotonic()
answer = solver.check()
seconds = time.monotonic() - begun
print(f"{{answer}} in {{seconds:.2f}} s", end="")
if answer == z3.unsat:
    print(f", a proof term of {{len(solver.proof().sexpr()):,}} characters, with no checker", end="")
"""
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {LIMIT} s"
    return done.stdout or done.stderr.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ss.check(load("tanh-two-units"), seed=1)  # kernels are loaded before anything is timed
        rows = [measured(case, options.workers, Path(folder)) for case in (*CASES, *(LARGE if options.large else ()))]
    print(tabulate(rows, HEAD))
    print("\nz3 with proofs, gradient = 0 outside of the boxes of the listed points:")
    for name in ("double-well", "himmelblau", "six-hump-camel"):
        print(f"  {name}: {by_z3(name)}")


if __name__ == "__main__":
    main()
