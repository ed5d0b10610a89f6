"""Names of groups of continuous symmetries, where the proved Lie algebra is a known one.

A deep network is asked layer by layer (does the algebra contain all of gl(h), of so(h), or the rescalings of
units?); then comes whether it is that of a diagonal quadratic form; anything else goes by dimension, centre and
signature of the Killing form, which tell the small algebras below apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_mat

from strictsaddle.arithmetic.exact import rational
from strictsaddle.execution.budget import OutOfTime, current, require_time
from strictsaddle.symmetry.continuous.orthogonal_names import orthogonal_name

if TYPE_CHECKING:
    from strictsaddle.networks.network import Network
    from strictsaddle.objective.objective import Objective
    from strictsaddle.symmetry.continuous.generator import Generator

_SEMISIMPLE = {  # (dimension, dimension of the centre, positive and negative part of the Killing form)
    (3, 0, 0, 3): "SO(3)", (3, 0, 2, 1): "SL(2)", (4, 1, 2, 1): "GL(2)", (6, 0, 0, 6): "SO(4)",
    (6, 0, 4, 2): "SO(2, 2)", (8, 0, 5, 3): "SL(3)", (9, 1, 5, 3): "GL(3)", (10, 0, 0, 10): "SO(5)",
    (15, 0, 9, 6): "SO(3, 3)", (16, 1, 9, 6): "GL(4)",
}  # fmt: skip
LARGEST_NAMED = 16
SECONDS_NAMING = 10.0
SHARE_OF_NAMING = 0.3  # of the time that is left


def name_of(linear: Sequence[Generator], affine: Sequence[Generator], objective: Objective) -> str:
    """The name of the group that the fields generate: "trivial", "scaling", "GL(2) x GL(3)", "SO(3)", ..."""
    parts = []
    if linear:
        budget = current()
        budget = budget.at_most(SECONDS_NAMING) if budget.deadline is None else budget.share(SHARE_OF_NAMING)
        try:
            with budget.enforced():
                parts.append(_network_name(linear, objective) or _linear_name(linear))
        except OutOfTime:  # a name is worth little
            parts.append(f"a Lie group of dimension {len(linear)}")
    if affine:
        plain = all(not any(map(any, field.matrix)) for field in affine)
        kind = "translation" if plain else "affine map"
        parts.append(f"{len(affine)}-parameter {kind}s" if len(affine) > 1 else f"{kind}s in one direction")
    return " and ".join(parts) or "trivial"


def _linear_name(linear: Sequence[Generator]) -> str:
    matrices = [_matrix(field) for field in linear]
    size = len(linear)
    if all(matrix[i, j] == 0 for matrix in matrices for i, j in _off_diagonal(matrix)):
        return "scaling" if size == 1 else f"{size}-parameter scaling"
    if orthogonal := orthogonal_name(matrices):
        return orthogonal
    if size == 1 and matrices[0] == -1 * matrices[0].transpose():
        return "SO(2)"
    unnamed = f"a Lie group of dimension {size}"
    if size > LARGEST_NAMED:
        return unnamed
    structure = _structure_constants(matrices)
    if structure is None:
        return unnamed
    if all(matrix == 0 * matrix for matrix in structure) and all(m == -1 * m.transpose() for m in matrices):
        return f"{size} commuting rotations"
    killing = fmpq_mat(size, size)
    for i, j in itertools.product(range(size), repeat=2):
        product = structure[i] * structure[j]
        killing[i, j] = sum((product[k, k] for k in range(size)), fmpq(0))
    centre = size - _stacked(structure).rank()
    return _SEMISIMPLE.get((size, centre, *_signature(killing)), unnamed)


def _matrix(field: Generator) -> fmpq_mat:
    require_time()
    return fmpq_mat([[rational(c) for c in row] for row in field.matrix])


def _off_diagonal(matrix: fmpq_mat) -> list[tuple[int, int]]:
    return [(i, j) for i in range(matrix.nrows()) for j in range(matrix.ncols()) if i != j]


def _structure_constants(matrices: Sequence[fmpq_mat]) -> list[fmpq_mat] | None:
    """ad of each basis element in the basis, or None when the basis is not closed under commutators."""
    size, entries = len(matrices), [matrix.entries() for matrix in matrices]
    columns = fmpq_mat([[entry[k] for entry in entries] for k in range(len(entries[0]))])
    result = []
    for a in matrices:
        require_time()
        brackets = [(a * b - b * a).entries() for b in matrices]
        right = fmpq_mat([[entry[k] for entry in brackets] for k in range(len(entries[0]))])
        joined = fmpq_mat(
            [
                [columns[k, c] if c < size else right[k, c - size] for c in range(2 * size)]
                for k in range(len(entries[0]))
            ]
        )
        reduced, rank = joined.rref()
        if rank > size:
            return None
        result.append(fmpq_mat([[reduced[r, size + c] for c in range(size)] for r in range(size)]))
    return result


def _stacked(structure: Sequence[fmpq_mat]) -> fmpq_mat:
    """The matrix whose kernel is the centre: x is central when sum_i x_i ad_i = 0."""
    flat = [matrix.entries() for matrix in structure]
    return fmpq_mat([[entries[k] for entries in flat] for k in range(len(flat[0]))])


def _signature(form: fmpq_mat) -> tuple[int, int]:
    """How many squares of each sign a symmetric form is, by completing squares exactly."""
    size = form.nrows()
    work = [[form[i, j] for j in range(size)] for i in range(size)]
    plus = minus = 0
    active = list(range(size))
    while active:
        pivot = next((i for i in active if work[i][i] != 0), None)
        if pivot is None:
            pair = next(((i, j) for i in active for j in active if work[i][j] != 0), None)
            if pair is None:
                break
            i, j = pair
            for k in range(size):
                work[i][k] += work[j][k]
            for k in range(size):
                work[k][i] += work[k][j]
            pivot = i
        d = work[pivot][pivot]
        plus, minus = plus + (d > 0), minus + (d < 0)
        active.remove(pivot)
        for i in active:
            ratio = work[i][pivot] / d
            for k in range(size):
                work[i][k] -= ratio * work[pivot][k]
    return plus, minus


def _network_name(linear: Sequence[Generator], objective: Objective) -> str | None:
    """GL(h), O(h) or scaling of each hidden layer, when together they are the whole algebra or a part of it;
    else None."""
    network = objective.network
    if network is None or network.kind != "dense":
        return None
    n = objective.dimension
    given = [[rational(c) for row in field.matrix for c in row] for field in linear]
    names, total = [], 0
    for layer in range(1, network.layers):
        h = network.widths[layer]
        units = {(a, b): _unit_field(network, layer, a, b, n) for a in range(1, h + 1) for b in range(1, h + 1)}
        skew = [_difference(units[a, b], units[b, a]) for a, b in units if a < b]
        for name, fields in (
            (f"GL({h})" if h > 1 else "scaling", list(units.values())),
            (f"O({h})", skew),
            ("scaling" if h == 1 else f"{h}-parameter scaling", [units[a, a] for a in range(1, h + 1)]),
        ):
            if fields and fmpq_mat(given + fields).rank() == len(given):
                names.append(name)
                total += len(fields)
                break
    known = " x ".join(names)
    if not names or total == len(linear):
        return known or None
    general = _linear_name(linear)
    return f"{general}, which contains {known}" if total < len(linear) else None


def _unit_field(network: Network, layer: int, a: int, b: int, n: int) -> list[fmpq]:
    """W(layer) -> E_ab W(layer), biases with it, and W(layer + 1) -> -W(layer + 1) E_ab, as the entries of an n by n matrix."""
    entries = [fmpq(0)] * (n * n)
    for first, second in zip(network.incoming(layer, a), network.incoming(layer, b), strict=True):
        entries[first * n + second] += 1
    for first, second in zip(network.outgoing(layer, b), network.outgoing(layer, a), strict=True):
        entries[first * n + second] -= 1
    return entries


def _difference(a: Sequence[fmpq], b: Sequence[fmpq]) -> list[fmpq]:
    return [x - y for x, y in zip(a, b, strict=True)]
