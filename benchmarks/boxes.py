"""How many boxes a covering needs for a network's loss: by forms in the hidden parameters, and by intervals, side by side in the same run.

    python benchmarks/boxes.py [--budget 60] [--only NAME ...] [--large]

By intervals means the searches that certificates know: in all unknowns, or in the hidden parameters where there are few rows. `>` stands
before what was done when the time was over. --large has those that the search by forms needs minutes for. Both run with all cores; counts
do not depend on that. Times are of the route alone, symmetry and listing included, the kernels being compiled."""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median
from typing import Any

from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.covering.compile_ahead import compile_ahead
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.records.events import silent
from strictsaddle.routes.interval.route import IntervalRoute
from strictsaddle.routes.route import Case

THREE = ([[-1], [0], ["3/2"]], [["1/2"], [-1], [1]])
SIGNS = ([[-1], [0], ["3/2"]], [[1], [-1], [1]])
FOUR = ([[-2], [-1], [1], [2]], [[1], [-1], [1], [-1]])
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
IRIS: Any = {"dataset": "iris", "inputs": ["petal_length"], "targets": ["petal_width"], "rows": 30, "standardise": True}


def network(
    widths: list[int], activation: str, data: Any, ridge: Any, loss: str = "squared", *, bias: bool = True
) -> ss.Objective:
    return ss.network(widths, activation=activation, loss=loss, bias=bias, ridge=ridge, data=data)


SMALL = {
    "tanh 1-1-1": network([1, 1, 1], "tanh", THREE, "1/20"),
    "sigmoid 1-1-1": network([1, 1, 1], "sigmoid", THREE, "1/50"),
    "gelu 1-1-1": network([1, 1, 1], "gelu", THREE, "1/20"),
    "swish 1-1-1": network([1, 1, 1], "swish", THREE, "1/20"),
    "gaussian 1-1-1": network([1, 1, 1], "gaussian", THREE, "1/20"),
    "softplus 1-1-1, logistic": network([1, 1, 1], "softplus", SIGNS, "1/20", "logistic"),
    "tanh 1-1-1, logistic": network([1, 1, 1], "tanh", SIGNS, "1/40", "logistic"),
    "erf 1-1-1, pseudo-Huber": network([1, 1, 1], "erf", THREE, "1/20", "pseudo_huber"),
    "tanh 1-2-1, no biases": network([1, 2, 1], "tanh", FOUR, "1/30", bias=False),
    "erf 1-2-1, no biases, log-cosh": network([1, 2, 1], "erf", FOUR, "1/30", "log_cosh", bias=False),
    "tanh 1-1-2": network([1, 1, 2], "tanh", (THREE[0], [["1/2", 0], [-1, 1], [1, -1]]), "1/20"),
    "tanh 2-1-1 on XOR": network([2, 1, 1], "tanh", XOR, "1/40"),
    "tanh 1-1-1-1, no biases": network([1, 1, 1, 1], "tanh", THREE, "1/30", bias=False),
    "tanh 1-1-1 on 30 rows of iris": network([1, 1, 1], "tanh", IRIS, "1/20"),
    "sigmoid 1-2-1": network([1, 2, 1], "sigmoid", THREE, "1/20"),
    "tanh 1-2-1": network([1, 2, 1], "tanh", THREE, "1/20"),
}
LARGE = {
    "tanh 2-2-1 on XOR": network([2, 2, 1], "tanh", XOR, "1/20"),
    "tanh 1-3-1": network([1, 3, 1], "tanh", THREE, "1/20"),
}


def measured(objective: ss.Objective, budget: float, *, plain: bool) -> tuple[int, float, bool, int]:
    """Boxes, seconds, whether it is decided, and how many points are listed."""
    case = Case(objective, Options(method="interval"))
    started = time.perf_counter()
    found = IntervalRoute(plain=plain).run(case, Budget.of(budget), silent)
    return found.boxes, time.perf_counter() - started, found.decided, len(found.stationary.isolated)


def row(name: str, objective: ss.Objective, budget: float) -> tuple[list[str], float]:
    """A line of the table, and the ratio of boxes, which is at least that where intervals did not end."""
    boxes, seconds, decided, points = measured(objective, budget, plain=False)
    others, other_seconds, other_decided, _ = measured(objective, budget, plain=True)
    mark, other_mark = "" if decided else ">", "" if other_decided else ">"
    ratio = others / boxes
    line = [name, str(objective.dimension), f"{mark}{boxes:,}", f"{seconds:.2f}", f"{other_mark}{others:,}",
            f"{other_mark}{other_seconds:.2f}", f"{other_mark}{ratio:,.1f}", str(points) if decided else "undecided"]  # fmt: skip
    return line, ratio


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each search (20)")
    parser.add_argument("--only", nargs="*", help="names of rows")
    parser.add_argument("--large", action="store_true", help="the large ones in place of the others")
    options = parser.parse_args(arguments)
    compile_ahead(forms=True)
    chosen = LARGE if options.large else SMALL
    lines, ratios = [], []
    for name, objective in chosen.items():
        if options.only and name not in options.only:
            continue
        line, ratio = row(name, objective, options.budget)
        lines.append(line)
        ratios.append(ratio)
        print(f"{name}: done", file=sys.stderr, flush=True)
    headers = ["network", "unknowns", "boxes by forms", "s", "by intervals", "s", "ratio", "points"]
    print(tabulate(lines, headers, disable_numparse=True, colalign=("left",) + ("right",) * 7))
    print(f"median of the ratios: {median(ratios):,.1f} (at least)")


if __name__ == "__main__":
    main(sys.argv[1:])
