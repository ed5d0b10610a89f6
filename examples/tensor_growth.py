"""How symmetry multiplies the stationary points of tensor decomposition: Eq. 4 and Eq. 5 of Ge, Huang, Jin and Yuan (2015).

    python examples/tensor_growth.py [--largest 4] [--budget 60] [--plot tensor-growth.png]

For d vectors on spheres in d dimensions, one row for either formulation: the order of its group of signed permutations, 2^d d!
(what the decomposition itself has: signs and order of its components), the certified minima, saddles and maxima, the orbits they
are under the group, the verdict on Definition 1, and the seconds. "at least" stands where the list is not complete: where
stationary points are not isolated or the covering closed regions by negative curvature without listing what is in them (Eq. 5 with
d = 3), where one degenerate point refutes and the others are only those that were certified on the way (Eq. 4 with d = 3 and 4), or
where the budget, in seconds for each objective, ended first. All minima may be known where other points are not: then their number has
no "at least".
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from math import factorial

from tabulate import tabulate

import strictsaddle as ss

KINDS = ("local_minimum", "strict_saddle", "local_maximum", "degenerate")
NAMES = ("minima", "saddles", "maxima", "degenerate")
FORMULATIONS = {"Eq. 4": "tensor-eq4", "Eq. 5": "tensor-eq5"}
WORDS = {"strict_saddle": "strict-saddle", "not_strict_saddle": "not strict-saddle", "undecided": "undecided"}


@dataclass(frozen=True)
class Row:
    """Certified points of one formulation: for each of KINDS how many, and how many orbits (None: not all are known)."""

    formulation: str
    d: int
    order: int
    complete: bool
    all_minima: bool
    counts: tuple[int, ...]
    orbits: tuple[int | None, ...]
    verdict: str
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether Definition 1 is proved: then no point is degenerate without negative curvature."""
        return self.verdict.startswith("strict-saddle")

    def knows_all(self, name: str) -> bool:
        """Whether the count of this sort of points is their number, not only a lower bound."""
        return self.complete or (self.all_minima and name == "minima") or (self.holds and name == "degenerate")


def row(formulation: str, d: int, budget: float) -> Row:
    """The row of one formulation, from its verdict."""
    started = time.monotonic()
    verdict = ss.check(ss.zoo.get(FORMULATIONS[formulation], {"d": d}), budget=budget)
    points = verdict.stationary.isolated
    orbits = []
    for kind in KINDS:
        own = {point.orbit for point in points if point.kind.startswith(kind)}
        orbits.append(None if None in own else len(own))
    order = 1 if verdict.symmetry is None else verdict.symmetry.signed_permutations.order
    counts = [verdict.stationary.counts[kind] for kind in KINDS]
    refuted = verdict.definition_1.witness is not None
    if refuted and not counts[-1]:  # the witness is a certified point that stands beside the list
        counts[-1], orbits[-1] = 1, 1
    all_minima = "local minima are all there are" in verdict.definition_1.reason
    answer = f"{WORDS[verdict.definition_1.verdict]} ({verdict.definition_1.proof})"
    return Row(
        formulation, d, order, verdict.stationary.complete, all_minima, tuple(counts), tuple(orbits), answer,
        time.monotonic() - started,
    )  # fmt: skip


def table(rows: list[Row]) -> str:
    lines = []
    for r in rows:
        cells = []
        for name, count, orbits in zip(NAMES, r.counts, r.orbits, strict=True):
            number = f"{count}" if not count or orbits is None else f"{count} in {orbits}"
            known = r.knows_all(name)
            cells.append(number if known else f"at least {number}" if count else "-")
        lines.append([r.d, r.formulation, r.order, 2**r.d * factorial(r.d), *cells, r.verdict, f"{r.seconds:.1f}"])
    headers = ["d", "objective", "order", "2^d d!", *(f"{name} (in orbits)" for name in NAMES), "Definition 1", "s"]
    return tabulate(lines, headers=headers, disable_numparse=True)


def plot(rows: list[Row], path: str) -> None:
    """Counts against d for either formulation, beside 2^d d!. Open marks are lower bounds, from an incomplete list; no line
    leads to them."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 3.6), layout="constrained")
    panels = figure.subplots(1, len(FORMULATIONS), sharey=True, squeeze=False)[0]
    for axes, formulation in zip(panels, FORMULATIONS, strict=True):
        own = [r for r in rows if r.formulation == formulation]
        axes.plot([r.d for r in own], [2**r.d * factorial(r.d) for r in own], "k:_", label="2^d d!")
        for number, (name, mark) in enumerate(zip(NAMES, "osD^", strict=True)):
            shown = [r for r in own if r.counts[number]]
            beside = 0.06 * (number - 1.5)  # equal counts shall not hide each other
            for complete in (True, False):
                part = [r for r in shown if r.knows_all(name) is complete]
                at, counts = [r.d + beside for r in part], [r.counts[number] for r in part]
                style = {"markerfacecolor": f"C{number}"} if complete else {"markerfacecolor": "white", "linestyle": ""}
                axes.plot(at, counts, marker=mark, color=f"C{number}", label=name if complete else None, **style)
        axes.plot([], [], "ko", markerfacecolor="white", label="open: at least")
        axes.set_yscale("log")
        axes.set_xticks([r.d for r in own])
        axes.set_xlim(own[0].d - 0.4, own[-1].d + 0.4)
        axes.set_ylim(0.7, 2e4)
        axes.set_title(formulation)
        axes.set_xlabel("d")
        axes.legend(fontsize=7, frameon=False)
    panels[0].set_ylabel("stationary points")
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=4, help="largest d, from 2")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each objective")
    parser.add_argument("--plot", default="tensor-growth.png")
    options = parser.parse_args()
    rows = []
    for d in range(2, options.largest + 1):
        for formulation in FORMULATIONS:
            print(f"{formulation}, d = {d} ...", file=sys.stderr, flush=True)
            rows.append(row(formulation, d, options.budget))
    print(table(rows))
    plot(rows, options.plot)
    print(f"\nplot: {options.plot}")


if __name__ == "__main__":
    main()
