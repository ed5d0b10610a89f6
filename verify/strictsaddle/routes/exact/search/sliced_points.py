"""Exact stationary points of a Lagrangian on continua: where planes through the unknowns meet them.

A curve of stationary points meets a plane c.w = r in finitely many points, a surface two planes, and so on. Each point that msolve names
there counts only once it has been put into the whole gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from flint import fmpq, fmpq_mpoly

from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import real_solutions

MOST_PLANES = 3
SECONDS_EACH = 10.0
PATTERNLESS = ((5, -3, 7, 2, -8, 4, 6, -1), (2, 9, -4, 3, 5, -7, 1, 8), (-3, 1, 6, -5, 2, 4, -9, 7))


def sliced_points(system: PolynomialSystem, multipliers: int, *, budget: Budget) -> Iterator[FieldPoint]:
    """Stationary points on slices: by planes w_i = 0 first, then by planes without pattern; none is missed on purpose, but these are not
    all there are. Stops when the time is over."""
    equations = system.equations()
    if not equations:
        return
    for planes in _planes(system, multipliers):
        if budget.is_over:
            return
        try:
            found = real_solutions([*equations, *planes], system.dimension, budget=budget.at_most(SECONDS_EACH))
        except EngineError:  # this slice is too hard; others may not be
            continue
        yield from found.points


def _planes(system: PolynomialSystem, multipliers: int) -> Iterator[list[fmpq_mpoly]]:
    context = system.f.context()
    unknowns = context.gens()[multipliers:]
    for count in range(1, min(MOST_PLANES, len(unknowns)) + 1):
        for chosen in combinations(range(len(unknowns)), count):
            yield [unknowns[i] for i in chosen]
        forms = []
        for row in PATTERNLESS[:count]:
            form = sum((row[i % 8] * unknown for i, unknown in enumerate(unknowns)), context.constant(0))
            forms.append(form - fmpq(1, 10))
        yield forms
