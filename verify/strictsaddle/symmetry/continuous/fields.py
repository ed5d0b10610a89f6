"""One-parameter groups of linear and affine maps that leave f unchanged: all (A, b) with g(w)ᵀ(Aw + b) ≡ 0.

The products w_j g_i and g_i are brought into normal form (polynomials in atoms); the coefficients of each
monomial give an exact linear system for the entries of A and b. A solution is thereby proved: the atoms
cancel formally. For polynomials the atoms are the unknowns alone, so the solutions are *all* of the algebra;
otherwise relations between atoms beyond the normal form's may hide some.

With |x| = x sgn(x), sgn a formal constant, a solution leaves f unchanged on each piece where signs are
constant; f is continuous (gaps in its domain are never crossed, see `invariance_equations`) and a flow line
meets finitely many pieces in finite time, so f is unchanged along it.

On a sphere the flow must stay on it: A is skew on the sphere's unknowns and mixes no others in; and f has to stay the same on
the sphere alone, so that |u|² = 1 is used. A proper box
has no continuous symmetry; `find_continuous(..., on_domain=False)` gives those of the formula alone, which
still hold locally: H(w)(Aw + b) = 0 at each stationary point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq_mat

from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.arithmetic.outward import scaled_doubles
from strictsaddle.execution.budget import UNLIMITED, Budget, require_time
from strictsaddle.formula.expansion import polynomial
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.dimension_bound import are_all, dimension_bound
from strictsaddle.symmetry.continuous.generator import Generator
from strictsaddle.symmetry.continuous.group_names import name_of
from strictsaddle.symmetry.continuous.invariance_equations import InvarianceEquations, tangency
from strictsaddle.symmetry.continuous.linear_system import Row, nullspace

_ZERO = Fraction(0)
MOST_COMPARED = 150  # fields that are told from those along translations; of more all are listed


@dataclass(frozen=True)
class ContinuousSymmetries:
    """The proved Lie algebra. `linear`: a basis of its linear part; `affine`: fields that, added to it, make
    a basis of the affine algebra (translations among them); `name`: of the group, when it is a known one; `all_found`: it is
    proved that there are no others; `along`: of how many independent fields more it is known that they go along translations
    everywhere (with w' = b go all w' = (c.w) b): they are the same orbits, and are not listed."""

    unknowns: int
    linear: tuple[Generator, ...]
    affine: tuple[Generator, ...]
    name: str
    all_found: bool = False
    along: int = 0

    @property
    def dimension(self) -> int:
        """The dimension of the linear part, which is what reports call the dimension; with the translations where there are any."""
        return len(self.linear) + len(self.translations)

    @property
    def translations(self) -> tuple[Generator, ...]:
        """A basis of the translations."""
        return tuple(field for field in self.affine if not any(map(any, field.matrix)))

    @property
    def generators(self) -> tuple[Generator, ...]:
        """All fields, linear ones first: what tangents of orbits are made of."""
        return self.linear + self.affine

    @property
    def matrices(self) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
        """Matrices A with g(w).Aw = 0 for all w: those of the linear fields, and w' = w_j t for each translation t and unknown j."""
        along = tuple(
            tuple(tuple(b if k == j else _ZERO for k in range(self.unknowns)) for b in field.shift)
            for field in self.translations
            for j in range(self.unknowns)
        )
        return tuple(field.matrix for field in self.linear) + along

    @cached_property
    def approximate(self) -> Any:
        """The fields as doubles, (k, n + 1, n), each up to a factor, the shift below the matrix: for searches that prove nothing."""
        import numpy as np

        found = np.zeros((len(self.generators), self.unknowns + 1, self.unknowns))
        for k, field in enumerate(self.generators):
            require_time()
            found[k] = scaled_doubles([*field.matrix, field.shift])
        return found

    def most(self, objective: Objective, budget: Budget = UNLIMITED) -> int | None:
        """An upper bound of the number of independent fields that leave `objective`, whose fields these are, unchanged; None where none is
        proved within the time. On a box they are those of the formula."""
        if self.all_found:
            return len(self.generators)
        if not objective.domain.groups and not self.along and are_all(objective, self._columns):
            return len(self.generators)
        domain = objective.domain if objective.domain.groups else Euclidean()
        bound = dimension_bound(objective, domain, budget)
        return None if bound is None else bound - self.along

    @property
    def _columns(self) -> list[int]:
        """Entries of matrix and shift, as many as there are fields, in which they are independent; i*n + j, and n*n + i."""
        n = self.unknowns
        rows = [[*(x for row in field.matrix for x in row), *field.shift] for field in self.generators]
        if not rows:
            return []
        reduced, rank = fmpq_mat([[rational(x) for x in row] for row in rows]).rref()
        return [next(k for k in range(n * n + n) if reduced[r, k] != 0) for r in range(rank)]


def find_continuous(objective: Objective, on_domain: bool = True) -> ContinuousSymmetries:
    """The linear and affine symmetries of `objective`; with `on_domain` False those of its formula alone.

    Raises NotYetError under equalities."""
    objective.require_no_equalities("symmetries")
    if on_domain:
        objective.require_no_conditions("symmetries")
    n = objective.dimension
    if on_domain and objective.domain.ends is not None:
        return ContinuousSymmetries(n, (), (), "trivial", True)  # a flow would leave it
    on_spheres = on_domain and bool(objective.domain.groups)
    bound = dimension_bound(objective, objective.domain) if on_spheres else None
    if bound == 0:
        return ContinuousSymmetries(n, (), (), "trivial", True)
    try:
        # Without a bound there are too many unknowns for products that are reduced before they are compared.
        system = InvarianceEquations.of(objective, on_spheres=bound is not None)
    except ArithmeticError:  # a denominator that is 0 everywhere
        return ContinuousSymmetries(n, (), (), "trivial")
    rows = system.rows() + (tangency(objective.domain, n) if on_domain else [])
    every = [_generator(vector, n) for vector in nullspace(rows, system.columns, first_last=n * n)]
    fields = _across(every, n)
    linear = tuple(field for field in fields if field.is_linear)
    affine = tuple(field for field in fields if not field.is_linear)
    complete = bound == len(every)
    if not on_spheres:  # for polynomials in unknowns alone the equations say all
        complete = polynomial(objective.graph, objective.node, n) is not None and not objective.domain.groups
    name = name_of(linear, affine, objective)
    return ContinuousSymmetries(n, linear, affine, name, complete, len(every) - len(fields))


def _across(fields: Sequence[Generator], n: int) -> list[Generator]:
    """Translations, and of the other fields what does not go along them: with t_1 ... t_k a basis of the translations and unknowns
    j_1 ... j_k in which it is the unit matrix, X - X_(j_1) t_1 - ... - X_(j_k) t_k for each field X, a basis of these."""
    if len(fields) > MOST_COMPARED or not any(not any(map(any, field.matrix)) for field in fields):
        return list(fields)
    require_time()
    rows = [[*(x for row in field.matrix for x in row), *field.shift] for field in fields]
    reduced, rank = fmpq_mat([[rational(x) for x in row] for row in rows]).rref()
    basis = [[fraction(reduced[r, k]) for k in range(n * n + n)] for r in range(rank)]
    translations = [row[n * n :] for row in basis if not any(row[: n * n])]
    pivots = [next(k for k, x in enumerate(t) if x) for t in translations]  # reduced, so 0 in all other rows
    others = []
    for row in basis:
        if not any(row[: n * n]):
            continue
        field = [row[i * n : i * n + n] for i in range(n)], row[n * n :]
        matrix, shift = [list(x) for x in field[0]], list(field[1])
        for t, j in zip(translations, pivots, strict=True):
            slope, start = list(matrix[j]), shift[j]
            for i in range(n):
                matrix[i] = [a - t[i] * c for a, c in zip(matrix[i], slope, strict=True)]
                shift[i] -= t[i] * start
        others.append([x for line in matrix for x in line] + shift)
    kept: list[list[Fraction]] = []
    if others:
        reduced, rank = fmpq_mat([[rational(x) for x in row] for row in others]).rref()
        kept = [[fraction(reduced[r, k]) for k in range(n * n + n)] for r in range(rank)]
    made = [*kept, *([_ZERO] * (n * n) + t for t in translations)]
    return [Generator(tuple(tuple(row[i * n : i * n + n]) for i in range(n)), tuple(row[n * n :])) for row in made]


def fields_that_lower(objective: Objective, degree: int) -> tuple[Generator, ...]:
    """A basis of the fields X for which g·X, a polynomial in atoms, has no terms beyond `degree`.

    The g·X vanish at every stationary point, and have a lower degree than g's components may have: for deep
    linear networks with a ridge they say that the layers are balanced.
    """
    n = objective.dimension
    system = InvarianceEquations.of(objective, degree)
    return tuple(_generator(vector, n) for vector in nullspace(system.rows(), system.columns, first_last=n * n))


def _generator(vector: Row, n: int) -> Generator:
    require_time()
    entries = {column: fraction(value) for column, value in vector.items()}
    moving = {column // n for column in entries if column < n * n}
    still = (_ZERO,) * n  # most rows of most fields are 0: one and the same
    matrix = tuple(tuple(entries.get(i * n + j, _ZERO) for j in range(n)) if i in moving else still for i in range(n))
    return Generator(matrix, tuple(entries.get(n * n + i, _ZERO) for i in range(n)))
