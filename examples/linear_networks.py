"""Which deep linear networks are strict-saddle, and which are so modulo their symmetry?

    python examples/linear_networks.py [--depth 2] [--largest 2] [--data random|iris] [--budget 120] [--seed 0]
                                       [--ridges none,equal,own] [--widths 3-3-3]

All linear networks with `depth` layers and at most `largest` inputs, units and outputs, squared loss, three ways: without
ridge, with the ridge 1/20 for all weights, with a ridge of its own for each weight (1/20, 2/20, ...). Without ridge and with
an equal one minima come in continua, which breaks Definition 1; what is left to ask is the verdict modulo symmetry. The data
are rows of random fractions, as many as inputs and two more, or measurements of the first irises: `largest` of them at most as
inputs, in the file's order, the others, from the last one on, as targets.

One row a network: the group of continuous symmetries, both verdicts, and what is listed: points, or orbits of them. The budget
is in seconds for each network; `undecided` is what it didn't suffice for. Two layers of up to two take half a minute, of up to
three a quarter of an hour: --widths picks one network.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from fractions import Fraction

from tabulate import tabulate

import strictsaddle as ss

HEADS = ("network", "ridge", "unknowns", "symmetry", "strict-saddle", "modulo symmetry", "minima", "saddles", "seconds")
MEASURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
IRISES = 6
WORDS = {"strict_saddle": "yes", "not_strict_saddle": "no", "undecided": "undecided"}


def weights(widths: list[int]) -> list[str]:
    """Their names, in the order of the unknowns."""
    return [
        f"W{layer}_{i}_{j}"
        for layer, (sources, units) in enumerate(itertools.pairwise(widths), start=1)
        for i in range(1, units + 1)
        for j in range(1, sources + 1)
    ]


def ridge_of(kind: str, widths: list[int]) -> str | dict[str, str]:
    """The ridge in the way that `network` reads it."""
    if kind == "own":
        return {name: f"{k}/20" for k, name in enumerate(weights(widths), start=1)}
    return "1/20" if kind == "equal" else "0"


def data_for(kind: str, widths: list[int], seed: int) -> object:
    """Inputs and targets."""
    if kind == "iris":
        if widths[0] + widths[-1] > len(MEASURES):
            raise SystemExit(f"{widths[0]} inputs and {widths[-1]} targets are more than the iris data have")
        targets = list(MEASURES[len(MEASURES) - widths[-1] :])
        return {"dataset": "iris", "inputs": list(MEASURES[: widths[0]]), "targets": targets, "rows": IRISES}
    source = random.Random(seed)

    def rows(columns: int) -> list[list[Fraction]]:
        return [
            [Fraction(source.randint(-9, 9), source.randint(1, 4)) for _ in range(columns)]
            for _ in range(widths[0] + 2)
        ]

    return rows(widths[0]), rows(widths[-1])


def counted(verdict: ss.Verdict, saddles: bool) -> str:
    """The minima of the list, or the saddles: isolated points, and orbits of the continuous symmetry."""
    listed = verdict.stationary
    points, orbits = (
        sum(place.index is not None and (place.index > 0) == saddles for place in places)
        for places in (listed.isolated, listed.continua)
    )
    words = [f"{count} {name}{'s' * (count > 1)}" for count, name in ((points, "point"), (orbits, "orbit")) if count]
    return ", ".join(words) or "-"


def row(widths: list[int], ridge: str, data: object, budget: float) -> tuple[object, ...]:
    objective = ss.network(widths, "linear", data=data, bias=False, ridge=ridge_of(ridge, widths))
    started = time.monotonic()
    verdict = ss.check(objective, budget=budget)
    seconds = time.monotonic() - started
    modulo = verdict.modulo_symmetry
    return (
        "-".join(map(str, widths)), ridge, objective.dimension, "" if modulo is None else modulo.group,
        WORDS[verdict.definition_1.verdict], "" if modulo is None else WORDS[modulo.verdict],
        counted(verdict, False), counted(verdict, True), f"{seconds:.1f}",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--depth", type=int, default=2, help="layers")
    parser.add_argument("--largest", type=int, default=2, help="inputs, units and outputs at most")
    parser.add_argument("--widths", help="one network alone, such as 3-3-3")
    parser.add_argument("--ridges", default="none,equal,own")
    parser.add_argument("--data", choices=("random", "iris"), default="random")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds for each network")
    parser.add_argument("--seed", type=int, default=0, help="of the random data")
    options = parser.parse_args()
    if options.widths:
        networks = [[int(width) for width in options.widths.split("-")]]
    else:
        networks = [list(w) for w in itertools.product(range(1, options.largest + 1), repeat=options.depth + 1)]
    if options.data == "iris":
        networks = [w for w in networks if w[0] + w[-1] <= len(MEASURES)]
    rows = []
    for widths, ridge in itertools.product(networks, options.ridges.split(",")):
        print("-".join(map(str, widths)), ridge, file=sys.stderr)
        rows.append(row(widths, ridge, data_for(options.data, widths, options.seed), options.budget))
    print(tabulate(rows, HEADS, disable_numparse=True))


if __name__ == "__main__":
    main()
