"""The linear equations for matrices A and shifts b with g(w)·(Aw + b) = 0 identically, one a monomial.

The unknown of A_ij is column i*n + j, that of b_i is column n*n + i. Nearly all are 0 in practice. A sample
of the equations, each of them whole, has more solutions than all of them; columns that are 0 in all solutions
of the sample are 0. The full equations are then written down for the few columns that are left.

Where the formula is not defined everywhere, the flow must also stay where it is: for each D that must not
become 0 (positive, ...) the derivative of D along the flow has to be q*D with q defined and finite
everywhere, so that D keeps its sign. Otherwise f might be constant along a flow line on both sides of a gap,
with different values (|x|/x)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq

from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.atoms import Atoms, Monomial, Polynomial, accumulate, times
from strictsaddle.formula.calculus import Derivatives, Division
from strictsaddle.formula.normal_form import Condition, normal_form
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.linear_system import Row, nullspace
from strictsaddle.symmetry.continuous.linearised import linearised

PARTIAL = ("tan", "asin", "log", "sqrt")  # atoms that are not defined, or not bounded, near every point
POINTS_A_COLUMN = 2
# A singular value of a Gram matrix against the largest: generous, since what passes is proved or dropped.
NOTHING = 1e-12
STANDS_OUT = 1e-5  # an entry of a unit vector in the kernel
SAMPLES = 16  # terms of g_i that are multiplied with each w_j for the sample


@dataclass(frozen=True)
class InvarianceEquations:
    """`gradient` in normal form over `atoms`; `columns`: those that a sample of the equations does not force
    to 0.

    Monomials of total degree up to `degree` are left out of the equations, none when it is None.
    """

    atoms: Atoms
    gradient: tuple[Polynomial, ...]
    columns: frozenset[int]
    conditions: frozenset[Condition]
    degree: int | None = None
    spheres: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(cls, objective: Objective, degree: int | None = None, *, on_spheres: bool = False) -> InvarianceEquations:
        """The equations for f on all of R^n; with `on_spheres` on the spheres of its domain alone, where |u|^2 = 1 may be used."""
        n = objective.dimension
        atoms = Atoms(n)
        form = normal_form(atoms, objective.graph, objective.node)
        derivative = Derivatives(atoms)
        gradient = tuple(linearised(atoms, derivative(form.polynomial, i)) for i in range(n))
        columns = frozenset(range(n * n + n))
        if on_spheres:
            return cls(atoms, gradient, columns, form.conditions, degree, objective.domain.groups)
        if not _has_denominators(atoms, gradient):
            columns = _survivors(gradient, columns, degree)
        elif degree is None:
            columns = _seen_in_doubles(objective)
        return cls(atoms, gradient, columns, form.conditions, degree)

    def rows(self) -> list[Row]:
        """The equations, columns that are 0 left out."""
        n = len(self.gradient)
        divided = Division(self.atoms)
        by_monomial: dict[Monomial, Row] = defaultdict(dict)
        for column in sorted(self.columns):
            require_time()
            component, factor = (
                self.gradient[column // n if column < n * n else column - n * n],
                _factor(column, n),
            )
            product = divided({times(monomial, factor): c for monomial, c in component.items()})
            product = _on_spheres(product, self.spheres)
            for monomial, c in product.items():
                if _counts(monomial, self.degree):
                    by_monomial[monomial][column] = c
        return list(by_monomial.values()) + [
            row for condition in sorted(self.conditions, key=repr) for row in self._staying_defined(condition)
        ]

    def _staying_defined(self, condition: Condition) -> list[Row]:
        """The equations that keep a flow where `condition` holds."""
        n = len(self.gradient)
        kind, key = condition
        body = dict(key)
        derivative, divided = Derivatives(self.atoms), Division(self.atoms)
        slopes = [derivative(body, i) for i in range(n)]
        inverse = self.atoms.constant(fmpq(1)) if kind == "at most 1" else self.atoms.reciprocal(body)
        by_monomial: dict[Monomial, Row] = defaultdict(dict)
        for column in sorted(self.columns):
            slope, factor = slopes[column // n if column < n * n else column - n * n], _factor(column, n)
            rate = self.atoms.multiply({times(monomial, factor): c for monomial, c in slope.items()}, inverse)
            for monomial, c in divided(rate).items():
                if kind == "at most 1" or not self._is_finite(monomial):
                    by_monomial[monomial][column] = c
        return list(by_monomial.values())

    def _is_finite(self, monomial: Monomial) -> bool:
        """Whether the monomial has a value for all real values of the unknowns."""
        kinds = [(self.atoms.table[atom].kind, exponent) for atom, exponent in monomial]
        return all(kind == "exp" or (exponent > 0 and kind not in PARTIAL) for kind, exponent in kinds)


def _on_spheres(polynomial: Polynomial, spheres: Sequence[Sequence[int]]) -> Polynomial:
    """The polynomial that is the same on the spheres and has no square of the last unknown of any: a linear map, and two
    polynomials in unknowns have one image when they are the same there."""
    for group in spheres:
        last, others = group[-1], group[:-1]
        result: Polynomial = {}
        pending = dict(polynomial)
        while pending:
            monomial, c = pending.popitem()
            if dict(monomial).get(last, 0) < 2:
                accumulate(result, {monomial: c})
                continue
            lowered = times(monomial, ((last, -2),))
            accumulate(pending, {lowered: c, **{times(lowered, ((k, 2),)): -c for k in others}})
        polynomial = result
    return polynomial


def _factor(column: int, n: int) -> Monomial:
    return ((column % n, 1),) if column < n * n else ()


def _counts(monomial: Monomial, degree: int | None) -> bool:
    return degree is None or sum(exponent for _, exponent in monomial) > degree


def _has_denominators(atoms: Atoms, gradient: Sequence[Polynomial]) -> bool:
    """Whether there are roots, or negative powers of unknowns or factors: then products are reduced, or
    cancel, before they are compared."""
    return any(
        atoms.table[atom].kind == "sqrt" or (exponent < 0 and atoms.table[atom].kind in ("variable", "factor"))
        for component in gradient
        for monomial in component
        for atom, exponent in monomial
    )


def _survivors(gradient: Sequence[Polynomial], columns: frozenset[int], degree: int | None) -> frozenset[int]:
    """The columns that are not 0 in all solutions of a sample of the equations."""
    n = len(gradient)
    where: dict[Monomial, list[tuple[int, fmpq]]] = defaultdict(list)
    for i, component in enumerate(gradient):
        require_time()
        for monomial, c in component.items():
            where[monomial].append((i, c))
    sample: dict[Monomial, Row] = {}
    for component in gradient:
        for monomial in _spread(component):
            require_time()
            for j in (*range(n), None):
                product = times(monomial, () if j is None else ((j, 1),))
                if product not in sample and _counts(product, degree):
                    sample[product] = {
                        n * n + i if k is None else i * n + k: c
                        for k, quotient in _quotients(product, n)
                        for i, c in where.get(quotient, ())
                    }
    solutions = nullspace(list(sample.values()), columns, first_last=n * n)
    return frozenset(column for vector in solutions for column in vector)


def _seen_in_doubles(objective: Objective) -> frozenset[int]:
    """The columns that are not 0 in all fields that leave f unchanged at random points, in floating point. Where products
    must be reduced before they are compared, each column is long work, and few are left; what is found in these is proved
    all the same."""
    n = objective.dimension
    everything = frozenset(range(n * n + n))
    derivation = derive(objective)
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (POINTS_A_COLUMN * len(everything), n))
    with np.errstate(all="ignore"):
        slopes = evaluate_float(derivation.gradient_tape, points)
    finite = np.isfinite(slopes).all(axis=1)
    if finite.sum() < len(everything):
        return everything
    slopes, points = slopes[finite], points[finite]
    sizes = np.linalg.norm(slopes, axis=1, keepdims=True)
    slopes = slopes / np.where(sizes > 0, sizes, 1.0)
    products = np.concatenate([np.einsum("mi,mj->mij", slopes, points).reshape(len(slopes), n * n), slopes], axis=1)
    # Each column at the same scale: then an entry of the kernel says how much the column has to do with it, not how long it is.
    lengths = np.linalg.norm(products, axis=0)
    products = products / np.where(lengths > 0, lengths, 1.0)
    _, singular, rows = np.linalg.svd(products.T @ products)
    kernel = rows[singular <= NOTHING * max(singular[0], 1e-300)]
    return frozenset(int(k) for k in np.flatnonzero(np.abs(kernel).max(axis=0, initial=0.0) > STANDS_OUT))


def _spread(component: Polynomial) -> list[Monomial]:
    """The shortest terms, and some from everywhere."""
    ordered = sorted(component, key=lambda monomial: (len(monomial), monomial))
    step = max(1, 2 * len(ordered) // SAMPLES)
    return [*ordered[: SAMPLES // 2], *ordered[SAMPLES // 2 :: step]]


def _quotients(product: Monomial, n: int) -> Iterator[tuple[int | None, Monomial]]:
    """The monomials m with m*w_j = product, each with its j; None stands for the factor 1."""
    yield None, product
    for place, (atom, exponent) in enumerate(product):
        if atom < n:
            lowered = ((atom, exponent - 1),) if exponent > 1 else ()
            yield atom, product[:place] + lowered + product[place + 1 :]


def tangency(domain: Domain, n: int) -> list[Row]:
    """The equations that keep a flow on the spheres: A is skew on each group, mixes nothing else in, and
    shifts nothing."""
    rows: list[Row] = []
    for group in domain.groups:
        for i in group:
            rows.append({n * n + i: fmpq(1)})
            for j in range(n):
                if j not in group:
                    rows.append({i * n + j: fmpq(1)})
                elif j >= i:
                    rows.append({i * n + j: fmpq(1), j * n + i: fmpq(1)} if i != j else {i * n + i: fmpq(1)})
    return rows
