"""One-parameter groups of linear and affine maps that leave f unchanged: all (A, b) with g(w)ᵀ(Aw + b) ≡ 0.

The products w_j g_i and g_i are brought into normal form (polynomials in atoms); the coefficients of each monomial
give an exact linear system for the entries of A and b. A solution is thereby proved: the atoms cancel formally. For polynomials
the atoms are the unknowns alone, so the solutions are *all* of the algebra; otherwise relations between atoms beyond
the normal form's may hide some.

With |x| = x sgn(x), sgn a formal constant, a solution leaves f unchanged on each piece where signs are constant; f is continuous
and a flow line meets finitely many pieces in finite time, so f is unchanged along it.

On a sphere the flow must stay on it: A is skew on the sphere's unknowns and mixes no others in. A proper box has no
continuous symmetry; `find_continuous(..., on_domain=False)` gives those of the formula alone, which still hold
locally: H(w)(Aw + b) = 0 at each stationary point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq, fmpq_mat

from strictsaddle.objective.domain import Box, Domain, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.normal_form import NormalForms, Polynomial, times

Row = dict[int, fmpq]  # column -> entry


@dataclass(frozen=True)
class Generator:
    """The vector field w' = matrix w + shift; n rows of n exact rationals, and n more."""

    matrix: tuple[tuple[Fraction, ...], ...]
    shift: tuple[Fraction, ...]

    @property
    def is_linear(self) -> bool:
        return not any(self.shift)

    def tangent(self, point: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """matrix·point + shift at an exact point."""
        return tuple(
            sum((a * w for a, w in zip(row, point, strict=True) if a), start=b)
            for row, b in zip(self.matrix, self.shift, strict=True)
        )

    def words(self, names: Sequence[str]) -> str:
        """The flow, one equation an unknown that moves: "w1' = w1, w2' = -w2"."""
        equations = []
        for name, row, b in zip(names, self.matrix, self.shift, strict=True):
            terms = [(c, other) for c, other in zip(row, names, strict=True) if c] + ([(b, "")] if b else [])
            if terms:
                equations.append(f"{name}' = {_sum(terms)}")
        return ", ".join(equations)


@dataclass(frozen=True)
class ContinuousSymmetries:
    """The proved Lie algebra. `linear`: a basis of its linear part; `affine`: fields that, added to it, make a basis of the
    affine algebra (translations among them); `name`: of the group, when it is a known one."""

    unknowns: int
    linear: tuple[Generator, ...]
    affine: tuple[Generator, ...]
    name: str

    @property
    def dimension(self) -> int:
        """The dimension of the linear part, which is what reports call the dimension."""
        return len(self.linear)

    @property
    def generators(self) -> tuple[Generator, ...]:
        """All fields, linear ones first: what tangents of orbits are made of."""
        return self.linear + self.affine


def find_continuous(objective: Objective, on_domain: bool = True) -> ContinuousSymmetries:
    """The linear and affine symmetries of `objective`; with `on_domain` False those of its formula alone."""
    from strictsaddle.symmetry.group_names import name_of

    n = objective.dimension
    if on_domain and isinstance(objective.domain, Box):
        return ContinuousSymmetries(n, (), (), "trivial")
    forms = NormalForms(n)
    root, _ = forms.of_graph(objective.graph, objective.node)
    gradient = [forms.derivative(root, i) for i in range(n)]
    rows = _equations(forms, gradient)
    if on_domain:
        rows += _tangency(objective.domain, n)
    fields = [_generator(vector, n) for vector in _nullspace(rows, n)]
    linear = tuple(field for field in fields if field.is_linear)
    affine = tuple(field for field in fields if not field.is_linear)
    return ContinuousSymmetries(n, linear, affine, name_of(linear, affine, objective))


def fields_that_lower(objective: Objective, degree: int) -> tuple[Generator, ...]:
    """A basis of the fields X for which g·X, a polynomial in atoms, has no terms beyond `degree`.

    The g·X vanish at every stationary point, and have a lower degree than g's components may have: for deep linear networks
    with a ridge they say that the layers are balanced.
    """
    n = objective.dimension
    forms = NormalForms(n)
    root, _ = forms.of_graph(objective.graph, objective.node)
    gradient = [forms.derivative(root, i) for i in range(n)]
    rows = _equations(forms, gradient, degree)
    return tuple(_generator(vector, n) for vector in _nullspace(rows, n))


def _equations(forms: NormalForms, gradient: Sequence[Polynomial], degree: int = -1) -> list[Row]:
    """One equation a monomial beyond `degree`; the column of A_ij is i*n + j, that of b_i is n*n + i.

    Shifts stand last, so that in the reduced basis all fields but as few as possible are linear.
    """
    n = len(gradient)
    by_monomial: dict[object, Row] = defaultdict(dict)
    for i, component in enumerate(gradient):
        for j in (*range(n), None):
            factor = () if j is None else ((j, 1),)
            column = n * n + i if j is None else i * n + j
            product = forms.reduced({times(monomial, factor): c for monomial, c in component.items()})
            for monomial, c in product.items():
                if sum(exponent for _, exponent in monomial) > degree:
                    by_monomial[monomial][column] = c
    return list(by_monomial.values())


def _tangency(domain: Domain, n: int) -> list[Row]:
    """The equations that keep a flow on the spheres."""
    rows: list[Row] = []
    for group in domain.groups if isinstance(domain, Spheres) else ():
        for i in group:
            rows.append({n * n + i: fmpq(1)})
            for j in range(n):
                if j not in group:
                    rows.append({i * n + j: fmpq(1)})
                elif j >= i:
                    rows.append({i * n + j: fmpq(1), j * n + i: fmpq(1)} if i != j else {i * n + i: fmpq(1)})
    return rows


def _nullspace(rows: Sequence[Row], n: int) -> list[Row]:
    """A reduced basis, with coprime integer entries, of the vectors (A, b) that all rows annihilate."""
    rows = _without_forced_zeros(rows)
    zero = {column for row in rows if len(row) == 1 for column in row}
    basis: list[Row] = []
    for part in _components([row for row in rows if len(row) > 1], set(range(n * n + n)) - zero):
        basis += _dense_nullspace(*part, n * n)
    return sorted(basis, key=lambda vector: sorted(vector))


def _without_forced_zeros(rows: Iterable[Row]) -> list[Row]:
    """The rows with every unknown dropped that some row with a single entry forces to be 0; these rows stay. Equal
    rows, up to a factor, are kept once."""
    rows = list(rows)
    zero: set[int] = set()
    while True:
        forced = {column for row in rows if len(row) == 1 for column in row} - zero
        if not forced:
            break
        zero |= forced
        rows = [kept for row in rows if (kept := {c: v for c, v in row.items() if c not in zero})]
    different: dict[tuple[tuple[int, fmpq], ...], Row] = {}
    for row in rows:
        first = row[min(row)]
        different.setdefault(tuple(sorted((c, v / first) for c, v in row.items())), row)
    return [{column: fmpq(1)} for column in sorted(zero)] + list(different.values())


def _components(rows: Sequence[Row], columns: set[int]) -> Iterable[tuple[list[Row], list[int]]]:
    """The rows split into systems that share no column, each with its columns; columns in no row stand alone."""
    parent = {column: column for column in columns}

    def find(column: int) -> int:
        while parent[column] != column:
            parent[column] = parent[parent[column]]
            column = parent[column]
        return column

    for row in rows:
        first, *others = row
        for other in others:
            parent[find(other)] = find(first)
    members: dict[int, list[int]] = defaultdict(list)
    for column in sorted(columns):
        members[find(column)].append(column)
    system: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        system[find(next(iter(row)))].append(row)
    return [(system[leader], group) for leader, group in members.items()]


def _dense_nullspace(rows: Sequence[Row], columns: Sequence[int], first_shift: int) -> list[Row]:
    """A basis of the nullspace, reduced with the last columns (shifts) first: as few vectors as possible have one."""
    place = {column: k for k, column in enumerate(columns)}
    matrix = fmpq_mat(max(len(rows), 1), len(columns))
    for r, row in enumerate(rows):
        for column, value in row.items():
            matrix[r, place[column]] = value
    reduced, rank = matrix.rref()
    pivots = [next(k for k in range(len(columns)) if reduced[r, k] != 0) for r in range(rank)]
    free = sorted(set(range(len(columns))) - set(pivots))
    if not free:
        return []
    order = sorted(range(len(columns)), key=lambda k: (columns[k] < first_shift, columns[k]))
    vectors = fmpq_mat(len(free), len(columns))
    for r, k in enumerate(free):
        vectors[r, order.index(k)] = 1
        for s, pivot in enumerate(pivots):
            vectors[r, order.index(pivot)] = -reduced[s, k]
    echelon, count = vectors.rref()
    return [
        _integral({columns[order[k]]: echelon[r, k] for k in range(len(columns)) if echelon[r, k] != 0})
        for r in range(count)
    ]


def _integral(vector: Row) -> Row:
    denominator = lcm(*(int(v.q) for v in vector.values()))
    divisor = gcd(*(int((v * denominator).p) for v in vector.values()))
    first = vector[min(vector)]
    factor = fmpq(denominator if first > 0 else -denominator, divisor)
    return {column: v * factor for column, v in vector.items()}


def _generator(vector: Row, n: int) -> Generator:
    def entry(column: int) -> Fraction:
        value = vector.get(column, fmpq(0))
        return Fraction(int(value.p), int(value.q))

    matrix = tuple(tuple(entry(i * n + j) for j in range(n)) for i in range(n))
    return Generator(matrix, tuple(entry(n * n + i) for i in range(n)))


def _sum(terms: Sequence[tuple[Fraction, str]]) -> str:
    text = ""
    for c, name in terms:
        sign = "-" if c < 0 else "+"
        size = abs(c)
        body = name if size == 1 and name else f"{size}*{name}" if name else str(size)
        text += f" {sign} {body}" if text else (body if c > 0 else f"-{body}")
    return text
