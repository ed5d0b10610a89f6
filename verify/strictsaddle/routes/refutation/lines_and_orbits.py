"""Witnesses on continua of stationary points that a formula shows: free coordinates, and orbits of linear fields.

Both pin a point by a square system and a Krawczyk test; `certify.kernel` concludes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import ball
from strictsaddle.arithmetic.outward import scaled_doubles
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.kernel import Pinned, certain_rank, conclude
from strictsaddle.certify.square_system import solve_square, substituted
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.refutation.suspects import Suspect

Matrix = tuple[tuple[Fraction, ...], ...]


def free_witness(derivation: Derivation, point: Floats) -> Witness | None:
    """Coordinates that the gradient no longer contains once the (nearly) zero coordinates of `point` are put at 0."""
    from strictsaddle.errors import InputError

    n = derivation.dimension
    zeros = [i for i in range(n) if abs(point[i]) < 1e-5]
    for fixed in ([], zeros) if zeros else ([],):
        others = [i for i in range(n) if i not in fixed]
        try:
            graph, nodes = substituted(
                derivation.graph,
                derivation.gradient,
                dict.fromkeys(fixed, Fraction(0)),
                {v: k for k, v in enumerate(others)},
            )
        except InputError:  # the substitution divides by zero or the like: the formula is not defined there
            continue
        present = sorted(set().union(*(graph.variables_of(node) for node in nodes)))
        free = [k for k in range(len(others)) if k not in present]
        equations = [node for node in nodes if graph.value(node) != 0]
        if not free or len(equations) != len(present) or any(not graph.variables_of(node) for node in equations):
            continue
        renamed = {v: k for k, v in enumerate(present)}
        small, functions = substituted(graph, equations, {}, renamed)
        from strictsaddle.derive.derivatives import forward

        columns = [forward(small, functions, {k: small.constant(1)}) for k in range(len(present))]
        entries = [columns[j][i] for i in range(len(present)) for j in range(len(present))]
        solved = solve_square(
            compile_tape(small, functions, len(present)), compile_tape(small, entries, len(present)),
            [float(point[others[k]]) for k in present],
        ) if present else []  # fmt: skip
        if solved is None:
            continue
        values = [arb(0)] * n
        for k, x in zip(present, solved, strict=True):
            values[others[k]] = x
        for k in free:
            values[others[k]] = arb(float(np.round(point[others[k]], 6)))
        kernel = arb_mat([[arb(int(others[k] == i)) for k in free] for i in range(n)])
        names = ", ".join(derivation.objective.variables[others[k]] for k in free)
        where = ", ".join(f"{derivation.objective.variables[i]} = 0" for i in fixed)
        proof = f"a line of stationary points: {'with ' + where + ' ' if where else ''}the gradient does not depend on {names}"
        witness = conclude(derivation, Pinned(values, kernel), proof)
        if witness is not None:
            return witness
    return None


def orbit_witness(derivation: Derivation, suspect: Suspect, generators: Sequence[Matrix]) -> Witness | None:
    """A minimum on an orbit of a continuous symmetry: solve g(w) + sum_j tau_j A_j w = 0 with affine equations that pin it.

    tau = 0 follows where the A_j w are independent: multiply by (A_i w)' and use g'A_i w = 0.
    """
    n = derivation.dimension
    matrices = [scaled_doubles(a) for a in generators]
    tangents = np.array([a @ suspect.point for a in matrices]).reshape(len(matrices), n).T
    chosen: list[int] = []
    for k in range(tangents.shape[1]):  # greedily, the independent ones
        trial = tangents[:, [*chosen, k]]
        singular = np.linalg.svd(trial, compute_uv=False)
        if singular[-1] > 1e-3 * max(1.0, singular[0]):
            chosen.append(k)
    if not chosen:
        return None
    m = len(chosen)
    graph, nodes = substituted(derivation.graph, derivation.gradient, {}, {i: i for i in range(n)})
    w = [graph.variable(i) for i in range(n)]
    tau = [graph.variable(n + k) for k in range(m)]
    moved = [
        [
            graph.total([graph.mul(graph.constant(generators[c][i][j]), w[j]) for j in range(n) if generators[c][i][j]])
            for i in range(n)
        ]
        for c in chosen
    ]
    system = [graph.add(nodes[i], graph.total([graph.mul(tau[k], moved[k][i]) for k in range(m)])) for i in range(n)]
    basis = tangents[:, chosen]
    for k in range(m):
        normal = [Fraction(float(x)).limit_denominator(1000) for x in basis[:, k] / np.linalg.norm(basis[:, k])]
        level = sum(
            (a * Fraction(float(x)).limit_denominator(10**6) for a, x in zip(normal, suspect.point, strict=True)),
            Fraction(0),
        )
        terms = [graph.mul(graph.constant(a), w[i]) for i, a in enumerate(normal) if a]
        system.append(graph.sub(graph.total(terms), graph.constant(level)))
    from strictsaddle.derive.derivatives import forward

    size = n + m
    columns = [forward(graph, system, {k: graph.constant(1)}) for k in range(size)]
    entries = [columns[j][i] for i in range(size) for j in range(size)]
    solved = solve_square(
        compile_tape(graph, system, size),
        compile_tape(graph, entries, size),
        [*map(float, suspect.point), *([0.0] * m)],
    )
    if solved is None:
        return None
    point = solved[:n]
    exact = [arb_mat([[ball(x) for x in row] for row in generators[c]]) for c in chosen]
    column = arb_mat([[x] for x in point])
    images = [a * column for a in exact]
    kernel = arb_mat([[image[i, 0] for image in images] for i in range(n)])
    if certain_rank(kernel) is None:
        return None
    return conclude(
        derivation,
        Pinned(point, kernel),
        f"a minimum on an orbit of dimension {m} of a continuous symmetry, pinned by a Krawczyk test",
    )
