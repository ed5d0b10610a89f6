"""How long the constants of Definition 2 take: for each entry of the zoo, one set that holds and one that must be
refuted; and for three of them the same statement put to other programs.

    python benchmarks/constants.py [NAME ...] [--budget 20] [--limit 60]

The set that holds is the best that `strictsaddle constants` finds with delta left to it; then alpha, gamma and epsilon
are doubled, and the refutation is timed. "open" is a gap without a refuted value.

Peers (dReal, z3; each in a process of its own with --limit seconds) are asked, with nine tenths of the best alpha, gamma
and epsilon, whether some w in a box has |g(w)| < epsilon, H(w) + gamma I > 0 (by its principal minors) and a distance
above delta from each minimum. They are given the minima and that these are good; ours finds and proves that as well.
dReal's precision is 1e-6; z3 knows polynomials only. What is not installed is said so:
    pip install dreal z3-solver
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from tabulate import tabulate

import strictsaddle as ss
from covering import determinant
from strictsaddle.definition_2.constants import NAMES
from strictsaddle.derive.derivatives import derive, sympy_gradient, sympy_hessian
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports.constants_text import widest_gap

ASKED: dict[str, tuple[dict[str, str], int]] = {  # parameters, half the side of the box
    "double-well": ({}, 2),
    "linear-scalar-product": ({}, 2),
    "tanh-two-units": ({"width": "1"}, 4),
}
PEERS = ("dreal", "z3")
PRECISION = 1e-6


def every_entry(names: list[str], budget: float) -> None:
    print(f"{'entry':32}{'best values':>13}{'s':>7}{'rows':>6}{'widest gap':>12}   twice the constants")
    for name in names:
        objective = ss.zoo.get(name, {})
        started = time.monotonic()
        verdict = ss.constants(objective, budget=budget, workers=1)
        seconds = time.monotonic() - started
        found = verdict.definition_2
        assert found is not None
        line = f"{name:32}{found.verdict:>13}{seconds:7.2f}{len(found.frontier):6}{widest_gap(found):>12}"
        if found.verdict == "holds":
            started = time.monotonic()
            twice = ss.constants(objective, **scaled(asdict(found.constants), 2), budget=budget, workers=1)
            line += f"   {verdict_of(twice)} in {time.monotonic() - started:.2f} s"
        print(line, flush=True)


def verdict_of(verdict: Verdict) -> str:
    return "not asked" if verdict.definition_2 is None else verdict.definition_2.verdict


def scaled(constants: Mapping[str, str], factor: Fraction | int) -> dict[str, Any]:
    """All but delta times a factor."""
    return {name: str(factor * Fraction(text)) if name != "delta" else text for name, text in constants.items()}


def boxed(name: str) -> Objective:
    parameters, side = ASKED[name]
    objective = ss.zoo.get(name, parameters)
    ends = (Fraction(side),) * objective.dimension
    return objective.on(Box(tuple(-end for end in ends), ends))


def peers(budget: float, limit: float) -> str:
    rows = []
    for name, (_, side) in ASKED.items():
        objective = boxed(name)
        found = ss.constants(objective, budget=budget, workers=1).definition_2
        assert found is not None
        if found.verdict != "holds":
            rows.append([name, "strictsaddle", "", f"no constants to ask about: {found.reason}", ""])
            continue
        constants = scaled(asdict(found.constants), Fraction(9, 10))
        begun = time.perf_counter()
        verdict = ss.constants(objective, **constants, budget=budget, workers=1)
        ours = time.perf_counter() - begun
        rows.append([name, "strictsaddle", f"{ours:.3f}", verdict_of(verdict), ""])
        minima = [
            [0.5 * (i.low + i.high) for i in p.point] for p in verdict.stationary.isolated if p.kind == "local_minimum"
        ]
        question = json.dumps({"name": name, "constants": constants, "minima": minima, "side": side})
        for peer in PEERS:
            command = [sys.executable, __file__, "--peer", peer, "--question", question]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
                seconds, answer = (
                    done.stdout.rstrip("\n").split("\t")
                    if done.returncode == 0
                    else ("", f"failed: {done.stderr.strip()[-80:]}")
                )
            except subprocess.TimeoutExpired:
                seconds, answer = f"{limit:.1f}", "no answer within the limit"
            factor = f"{float(seconds) / ours:,.2f}" if seconds else ""
            rows.append([name, peer, seconds and f"{float(seconds):.3f}", answer, factor])
    return tabulate(rows, ["entry", "program", "seconds", "answer", "times ours"], disable_numparse=True)


def ask(peer: str, question: Mapping[str, Any]) -> str:
    """Seconds and answer of one peer, with a tab between; no seconds where it cannot be asked."""
    try:
        module = importlib.import_module(peer)
    except ImportError as error:
        return f"\tnot installed ({error})"
    objective = boxed(question["name"])
    if peer == "z3" and objective.network is not None:
        return "\tcannot be asked: no tanh"
    names = objective.variables
    w = [module.Variable(n) if peer == "dreal" else module.Real(n) for n in names]
    violated = violation(objective, question, module, w)
    begun = time.perf_counter()
    if peer == "dreal":
        found = module.CheckSatisfiability(module.And(*violated), PRECISION)
        answer = "holds" if found is None else "delta-sat: not decided"
    else:
        solver = module.Solver()
        solver.add(*violated)
        answer = {"unsat": "holds", "sat": "fails"}.get(str(solver.check()), "unknown")
    return f"{time.perf_counter() - begun}\t{answer}"


def violation(objective: Objective, question: Mapping[str, Any], functions: Any, w: list[Any]) -> list[Any]:
    """The conditions of a point of the box that violates the constants, in another program's expressions."""
    import sympy

    derivation = derive(objective)
    symbols = sympy.symbols(objective.variables, real=True)
    table = {"tanh": functions.tanh} if hasattr(functions, "tanh") else {}
    _, gamma, epsilon, delta = (float(Fraction(question["constants"][name])) for name in NAMES)
    side = question["side"]

    def of(expression: Any) -> Any:
        return sympy.lambdify(symbols, sympy.N(expression, 17), modules=[table])(*w)

    gradient = [of(entry) for entry in sympy_gradient(derivation)]
    hessian = [[of(entry) for entry in row] for row in sympy_hessian(derivation)]
    shifted = [[e + gamma if i == j else e for j, e in enumerate(row)] for i, row in enumerate(hessian)]
    minors = [determinant([row[:k] for row in shifted[:k]]) for k in range(1, len(w) + 1)]
    squares = [sum((x - c) * (x - c) for x, c in zip(w, minimum, strict=True)) for minimum in question["minima"]]
    return [
        *(part for x in w for part in (x >= -side, x <= side)),
        sum(g * g for g in gradient) < epsilon * epsilon,
        *(minor > 0 for minor in minors),
        *(square > delta * delta for square in squares),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each question")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for a peer")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--question", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        print(ask(options.peer, json.loads(options.question)))
        return
    every_entry(options.names or ss.zoo.names(), options.budget)
    print(f"\nThe same statement (limit {options.limit:g} s)\n\n{peers(options.budget, options.limit)}", flush=True)


if __name__ == "__main__":
    main()
