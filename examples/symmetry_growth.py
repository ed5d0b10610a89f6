"""How do saddle points grow with the number of hidden units, and what does their symmetry save?

    python examples/symmetry_growth.py [--units 3] [--vectors 2] [--budget 30] [--plot growth.png]

Networks 1-h-1 without biases on the rows (1, 1) and (2, -1): linear units with a ridge of their own each (an equal one
would leave continua), tanh and sigmoid units with the ridge 1/50; and Eq. 5 of Ge, Huang, Jin and Yuan (2015) with d
vectors on spheres in d dimensions. One row an objective: the order of its group of signed permutations, all its strict
saddles, how many orbits they are, and the ratio, which is what solving one saddle an orbit saves. Where the budget (in
seconds, for each objective) ends before the list is complete, the counts are of the points certified by then, "at
least", and orbits are not counted. Eq. 5 with 3 vectors (--vectors 3) has thousands of saddles and takes minutes. What
the group saves the covering itself is in benchmarks/symmetry.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tabulate import tabulate

import strictsaddle as ss

ROWS = ([[1], [2]], [[1], [-1]])
FAMILIES = ("linear, unequal ridges", "tanh", "sigmoid", "Eq. 5")
MARKS = ("o", "s", "^", "D")


@dataclass(frozen=True)
class Count:
    """Strict saddles and their orbits among the certified points of one objective."""

    family: str
    units: int
    unknowns: int
    order: int
    complete: bool
    saddles: int
    orbits: int
    minima: int
    seconds: float


def objectives(most: int, vectors: int) -> Iterator[tuple[str, int, ss.Objective]]:
    """Every family with 1 ... most hidden units; Eq. 5 with 2 ... vectors."""
    for h in range(1, most + 1):
        own = {f"W1_{k}_1": f"{k}/50" for k in range(1, h + 1)} | {f"W2_1_{k}": f"{k}/50" for k in range(1, h + 1)}
        yield FAMILIES[0], h, ss.network([1, h, 1], "linear", data=ROWS, bias=False, ridge=own)
    for activation in ("tanh", "sigmoid"):
        for h in range(1, most + 1):
            yield activation, h, ss.network([1, h, 1], activation, data=ROWS, bias=False, ridge="1/50")
    for d in range(2, vectors + 1):
        yield FAMILIES[3], d, ss.zoo.get("tensor-eq5", {"d": d})


def counted(family: str, units: int, objective: ss.Objective, budget: float) -> Count:
    """The count for one objective, from its verdict."""
    started = time.monotonic()
    verdict = ss.check(objective, budget=budget)
    points = verdict.stationary.isolated
    saddles = [point for point in points if point.kind == "strict_saddle"]
    order = 1 if verdict.symmetry is None else verdict.symmetry.signed_permutations.order
    # A saddle whose orbit is not known counts as one of its own.
    orbits = len({("own", k) if point.orbit is None else ("orbit", point.orbit) for k, point in enumerate(saddles)})
    return Count(
        family, units, objective.dimension, order, verdict.stationary.complete, len(saddles), orbits,
        verdict.stationary.counts["local_minimum"], time.monotonic() - started,
    )  # fmt: skip


def table(counts: list[Count]) -> str:
    rows = []
    for c in counts:
        least = "" if c.complete else "at least "
        saved = f"{c.saddles / c.orbits:.1f}" if c.orbits and c.complete else "-"
        rows.append([c.family, c.units, c.unknowns, c.order, f"{least}{c.minima}", f"{least}{c.saddles}",
                     c.orbits if c.complete else "-", saved, f"{c.seconds:.1f}"])  # fmt: skip
    headers = ["family", "units", "unknowns", "order", "minima", "saddles", "orbits", "saddles an orbit", "s"]
    return tabulate(rows, headers=headers, disable_numparse=True)


def plot(counts: list[Count], path: str) -> None:
    """Saddles (solid) and orbits of saddles (dashed) against units; open marks where the list is not complete."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.add_subplot()
    for number, (family, mark) in enumerate(zip(FAMILIES, MARKS, strict=True)):
        own = [c for c in counts if c.family == family]
        for style, name, values in (
            ("-", family, [c.saddles for c in own]),
            ("--", f"{family}, orbits", [c.orbits for c in own if c.complete]),
        ):
            shown = own[: len(values)]  # lists are complete up to some number of units
            axes.plot([c.units for c in shown], values, style, color=f"C{number}", label=name)
            for c, value in zip(shown, values, strict=True):
                face = f"C{number}" if c.complete else "white"
                axes.plot([c.units], [value], mark, color=f"C{number}", markerfacecolor=face)
    axes.set_yscale("symlog", linthresh=1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("hidden units (Eq. 5: vectors)")
    axes.set_ylabel("strict saddles, and their orbits")
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=3)
    parser.add_argument("--vectors", type=int, default=2)
    parser.add_argument("--budget", type=float, default=30.0)
    parser.add_argument("--plot", default="symmetry-growth.png")
    options = parser.parse_args()
    counts = []
    for family, units, objective in objectives(options.units, options.vectors):
        print(f"{family}, {units} ...", file=sys.stderr, flush=True)
        counts.append(counted(family, units, objective, options.budget))
    print(table(counts))
    plot(counts, options.plot)
    print(f"\nplot: {options.plot}")


if __name__ == "__main__":
    main()
