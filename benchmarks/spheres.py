"""Objectives on products of spheres by covering: what symmetry saves, and a numerical peer that proves nothing.

    python benchmarks/spheres.py [--boxes 2e6] [--starts 100]

Each objective is covered with one chart and one region of each orbit under its proved symmetries, and with all charts whole; a
covering that needs more than --boxes is given up ("more"), and one of an objective that is refuted has no boxes where a point refutes
it before the covering. Beside it pymanopt runs conjugate gradients from so many random
starts on the same product of spheres and the same derivatives: its minima are the different points it ends at. `ratio`: our
seconds to its seconds.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pymanopt
from pymanopt.manifolds import Product, Sphere
from pymanopt.optimizers import ConjugateGradient
from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import derive
from strictsaddle.manifolds.charts import Chart, charts
from strictsaddle.objective.domain import Euclidean, Spheres
from strictsaddle.routes.interval import charts as on_spheres
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup
from strictsaddle.symmetry.known import KnownSymmetries

OBJECTIVES = [("tensor-component", 2), ("tensor-component", 3), ("tensor-component", 4),
              ("tensor-eq5", 2), ("tensor-eq5", 3), ("tensor-eq5", 4),
              ("tensor-eq4", 2), ("tensor-eq4", 3), ("tensor-eq4", 4)]  # fmt: skip
APART = 1e-3  # between two different end points of pymanopt


def whole(objective: ss.Objective, group: SignedPermutationGroup) -> list[Chart]:
    """All charts, none of them cut by a symmetry."""
    return charts(objective, replace(group, generators=(), order=1, words=()))


def covered(objective: ss.Objective, most_boxes: int, *, symmetry: bool) -> tuple[object, float]:
    """Boxes, or "more", and seconds."""
    start = time.perf_counter()
    if symmetry:
        verdict = ss.check(objective, method="interval", max_boxes=most_boxes)
    else:
        # points are not completed by symmetry either
        with (
            patch.object(on_spheres, "charts", whole),
            patch.object(KnownSymmetries, "completed", lambda self, points, unique: (tuple(points), True)),
        ):
            verdict = ss.check(objective, method="interval", max_boxes=most_boxes)
    proved = verdict.definition_1.verdict != "undecided"
    return verdict.resources.boxes if proved else "more", time.perf_counter() - start


def multistart(objective: ss.Objective, starts: int) -> tuple[int, float]:
    """The different end points of pymanopt's conjugate gradients that are minima by value, and seconds."""
    assert isinstance(objective.domain, Spheres)
    sizes = [len(group) for group in objective.domain.groups]
    derivation = derive(objective.on(Euclidean()))
    parts = np.cumsum(sizes)[:-1]
    manifold = Product([Sphere(size) for size in sizes])

    @pymanopt.function.numpy(manifold)
    def cost(*vectors: np.ndarray) -> float:
        return float(evaluate_float(derivation.value_tape, np.concatenate(vectors)[None])[0, 0])

    @pymanopt.function.numpy(manifold)
    def slope(*vectors: np.ndarray) -> list[np.ndarray]:
        return list(np.split(evaluate_float(derivation.gradient_tape, np.concatenate(vectors)[None])[0], parts))

    problem = pymanopt.Problem(manifold, cost, euclidean_gradient=slope)
    optimizer = ConjugateGradient(verbosity=0)
    np.random.seed(0)  # pymanopt draws its starts from the global generator
    cost(*np.split(np.zeros(sum(sizes)), parts))  # compiles
    start = time.perf_counter()
    found: list[tuple[float, np.ndarray]] = []
    for _ in range(starts):
        result = optimizer.run(problem)
        point = np.concatenate(result.point)
        if all(np.abs(point - other).max() > APART for _, other in found):
            found.append((result.cost, point))
    least = min(value for value, _ in found)
    return sum(value < least + 1e-6 for value, _ in found), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxes", type=float, default=2e6)
    parser.add_argument("--starts", type=int, default=100)
    options = parser.parse_args()
    ss.check(ss.zoo.get("tensor-component"), method="interval")  # loads the kernels
    table = []
    for name, d in OBJECTIVES:
        objective = ss.zoo.get(name, {"d": d})
        boxes, seconds = covered(objective, int(options.boxes), symmetry=True)
        more, longer = covered(objective, int(options.boxes), symmetry=False)
        minima, peer = multistart(objective, options.starts)
        table.append(
            [f"{name}, d = {d}", boxes, seconds, more, longer, minima, peer, "-" if boxes == "more" else seconds / peer]
        )
    headers = ["objective", "boxes, one an orbit", "s", "boxes, all", "s", "pymanopt's minima", "s", "ratio"]
    print(tabulate(table, headers=headers, floatfmt=".2f"))


if __name__ == "__main__":
    main()
