"""Symmetries: how long they take to find, and what they save.

    python benchmarks/symmetry.py [--unknowns 50] [--boxes 2e6]

First table: unknowns, order of the group of signed permutations, its generators and the seconds until they are
proved; dimension of the Lie algebra, and seconds. Second table: stationary points listed by a covering with and
without the fundamental domain (tanh units on two data points, a polynomial, [GHJY]'s tensor problem on spheres, Eq. 5); a
covering that needs more than --boxes is given up ("more").
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from fractions import Fraction
from unittest.mock import PropertyMock, patch

import numpy as np
from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.manifolds.charts import charts
from strictsaddle.routes.interval import charts as on_spheres
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup, find_signed_permutations
from strictsaddle.symmetry.known import KnownSymmetries

XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
THREE_POINTS = ([[1, 2], [2, 1], [1, -1]], [[1, 3], [2, 1], [4, 1]])
TWO_POINTS = ([[1], [2]], [[1], [-1]])


def objectives() -> Iterator[ss.Objective]:
    """Formulas with large groups, with none, and networks."""
    for n in (10, 20, 30, 50):
        names = [f"x{k}" for k in range(n)]
        yield ss.Objective(f"sum of fourth powers, {n}", names, " + ".join(f"{x}**4" for x in names))
        yield ss.Objective(f"fourth power of the sum, {n}", names, f"({' + '.join(names)} - 1)**4")
        yield generic(n)
    for h in (2, 4, 8, 12):
        yield ss.network([2, h, 1], "tanh", data=XOR, ridge="1/50", name=f"tanh 2-{h}-1 on xor")
    yield ss.network([2, 3, 3, 1], "tanh", data=XOR, ridge="1/50", name="tanh 2-3-3-1 on xor")
    yield ss.network([4, 5, 1], "tanh", data=rows(20), ridge="1/50", name="tanh 4-5-1 on 20 rows")
    for ridge in (0, "1/10"):
        yield ss.network([2, 3, 3, 2], "linear", data=THREE_POINTS, bias=False, ridge=ridge,
                         name=f"linear 2-3-3-2, ridge {ridge}")  # fmt: skip


def generic(n: int) -> ss.Objective:
    """A sparse polynomial of degree 4 with random coefficients: no symmetry."""
    drawing = random.Random(n)
    names = [f"x{k}" for k in range(n)]
    products = ["*".join(drawing.choices(names, k=drawing.randint(1, 4))) for _ in range(8 * n)]
    terms = [f"{drawing.randint(1, 99)}*{product}" for product in products]
    return ss.Objective(f"random polynomial, {n}", names, " + ".join(terms))


def rows(count: int) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Random data: four inputs and a target."""
    drawing = random.Random(0)
    values = [[Fraction(drawing.randint(-30, 30), 10) for _ in range(5)] for _ in range(count)]
    return [row[:4] for row in values], [row[4:] for row in values]


def detection(most: int) -> list[list[object]]:
    table: list[list[object]] = []
    for objective in objectives():
        if objective.dimension > most:
            continue
        start = time.perf_counter()
        group = find_signed_permutations(objective)
        middle = time.perf_counter()
        fields = find_continuous(objective)
        end = time.perf_counter()
        shown = str(group.order) if group.order < 10**9 else f"{group.order:.1e}"
        table.append([objective.name, objective.dimension, shown, len(group.generators), middle - start,
                      fields.dimension, end - middle])  # fmt: skip
    return table


def enumerated() -> Iterator[ss.Objective]:
    for h, ridge in ((1, "1/50"), (2, "1/50"), (3, "1/10"), (3, "1/50")):
        name = f"tanh 1-{h}-1, ridge {ridge}"
        yield ss.network([1, h, 1], "tanh", data=TWO_POINTS, bias=False, ridge=ridge, name=name)
    names = ["x", "y", "z", "u"]
    wells = " + ".join(f"{x}**4/4 - {x}**2/2" for x in names)
    yield ss.Objective("coupled wells, 4", names, f"{wells} + ({'*'.join(names)})**2/3")
    yield ss.zoo.tensor_eq5(d=2)


def trivial(objective: ss.Objective) -> SignedPermutationGroup:
    return SignedPermutationGroup(objective.dimension, (), 1, ())


def reduction(most_boxes: int) -> list[list[object]]:
    table: list[list[object]] = []
    for objective in enumerated():
        order = find_signed_permutations(objective).order
        with_domain = covered(objective, most_boxes)
        nothing = np.zeros((0, objective.dimension))
        with (
            patch.object(KnownSymmetries, "half_spaces", new_callable=PropertyMock, return_value=nothing),
            patch.object(on_spheres, "charts", lambda here, _: charts(here, trivial(here))),
        ):
            without = covered(objective, most_boxes)
        table.append([objective.name, order, *with_domain, *without])
    return table


def covered(objective: ss.Objective, most_boxes: int) -> list[object]:
    start = time.perf_counter()
    verdict = ss.check(objective, method="interval", max_boxes=most_boxes)
    seconds = time.perf_counter() - start
    boxes = verdict.resources.boxes if verdict.definition_1.verdict != "undecided" else "more"
    points = len(verdict.stationary.isolated) if verdict.stationary.complete else "-"
    return [boxes, points, seconds]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unknowns", type=int, default=50)
    parser.add_argument("--boxes", type=float, default=2e6)
    options = parser.parse_args()
    print(tabulate(detection(options.unknowns),
                   headers=["objective", "unknowns", "order", "generators", "s", "dimension", "s"], floatfmt=".2f",
                   disable_numparse=[2]))  # fmt: skip
    print()
    print(tabulate(reduction(int(options.boxes)),
                   headers=["objective", "order", "boxes with", "points", "s", "boxes without", "points", "s"],
                   floatfmt=".2f"))  # fmt: skip


if __name__ == "__main__":
    main()
