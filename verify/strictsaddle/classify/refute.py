"""Proving a refutation of Definition 1 for any objective: a stationary point with H >= 0 and H singular.

An interval never proves "= 0", so each way brings its zero eigenvalues from an identity:

* rational point: g = 0 and the inertia of H in exact rationals (mathematics, 3a);
* free coordinates: with some coordinates at 0, the gradient no longer contains some others, so these move along stationary
  points and their unit vectors are in the kernel (3d); the remaining unknowns solve a square system, by Krawczyk;
* a sum of squares with a common zero and fewer terms than unknowns (`classify.interpolation`);
* a unit split in several (`classify.split_units`);
* continuous symmetry: g(w)'Aw = 0 for all w makes H(w)Aw = 0 at stationary w (3c); the point is pinned on its orbit by
  affine equations.

For free coordinates and continuous symmetry the known kernel vectors are the columns of N, and H + N N' > 0 on an
enclosure of the point proves H >= 0 with nullity rank N: range(N) is invariant under the symmetric H, and for x
orthogonal to it x'Hx = x'(H + NN')x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from strictsaddle.classify.inertia import semidefinite_spectrum
from strictsaddle.classify.interpolation import interpolation_witness
from strictsaddle.classify.suspects import Suspect, look_at, stationary_points
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.kernels import evaluate_rational
from strictsaddle.derive.outward import outward
from strictsaddle.derive.tape import compile_tape
from strictsaddle.objective.domain import Box, Domain
from strictsaddle.stationary.krawczyk import hessian
from strictsaddle.stationary.square_system import PRECISION, solve_square, substituted
from strictsaddle.verdict import Interval, Witness

Array = np.ndarray[Any, np.dtype[np.float64]]
Matrix = tuple[tuple[Fraction, ...], ...]
MOST_ATTEMPTS = 12
DENOMINATORS = (1, 2, 4, 6, 10, 12, 60, 100, 1000)


class Suspects:
    """The approximate stationary points of an objective, found once, and the attempts to prove a refutation at them.

    `generators`: matrices A with g(w)'Aw = 0 for all w, proved.
    """

    def __init__(self, derivation: Derivation, generators: Sequence[Matrix], domain: Domain, seed: int) -> None:
        self.derivation = derivation
        self.generators = generators
        self.domain = domain
        n = derivation.dimension
        lower, upper = np.full(n, -np.inf), np.full(n, np.inf)
        if isinstance(domain, Box):
            lower, upper = (
                np.array([float(x) for x in domain.lower]),
                np.array([float(x) for x in domain.upper]),
            )
        self.points = stationary_points(derivation, lower, upper, seed=seed)

    @property
    def reach(self) -> float:
        """The largest coordinate of those with a clearly non-singular Hessian, 0 when there is none. (Where a function flattens out towards
        infinity, minimisation ends anywhere.)"""
        return max((float(np.max(np.abs(s.point))) for s in self.points if s.flat == 0), default=0.0)

    def refutation(self, lower: Array, upper: Array) -> tuple[Witness | None, str]:
        """A proved witness in the domain, or None and a sentence about the most suspect point of the box, empty when there
        is none. The box is where the search is; points outside of it are tried last and only for a proof."""
        suspicion = ""
        inside = [s for s in self.points if np.all(s.point >= lower) and np.all(s.point <= upper)]
        outside = [s for s in self.points if np.any(s.point < lower) or np.any(s.point > upper)]
        for suspects in (inside, outside):
            for suspect in [s for s in suspects if s.degenerate][:MOST_ATTEMPTS]:
                witness = refute(self.derivation, suspect, self.generators, domain=self.domain)
                if witness is not None:
                    return witness, ""
                suspicion = suspicion or ("" if suspects is outside else self._sentence(suspect))
        return None, suspicion

    def near(self, centre: Array, lower: Array, upper: Array) -> tuple[Witness | None, str]:
        """The same at one point where a covering got stuck."""
        suspect = look_at(self.derivation, centre)
        witness = refute(self.derivation, suspect, self.generators, domain=self.domain) if suspect.degenerate else None
        return witness, "" if witness is not None or not suspect.degenerate else self._sentence(suspect)

    def _sentence(self, suspect: Suspect) -> str:
        names = self.derivation.objective.variables
        place = ", ".join(f"{name} = {value:.6g}" for name, value in zip(names, suspect.point, strict=True))
        spectrum = ", ".join(f"{value:.3g}" for value in suspect.eigenvalues)
        return f"suspect, not proved: near {place} the Hessian has the eigenvalues {spectrum}"


def refute(
    derivation: Derivation, suspect: Suspect, generators: Sequence[Matrix] = (), *, domain: Domain
) -> Witness | None:
    """A proved witness near the suspect and inside `domain`, or None. `generators` are matrices A with g(w)'Aw = 0, proved."""
    before, ctx.prec = ctx.prec, PRECISION
    try:
        for witness in (
            rational_witness(derivation, suspect.point),
            free_witness(derivation, suspect.point),
            orbit_witness(derivation, suspect, generators) if generators else None,
            interpolation_witness(derivation, suspect.point),
        ):
            if witness is not None and _inside(witness, domain):
                return witness
        return None
    finally:
        ctx.prec = before


def _inside(witness: Witness, domain: Domain) -> bool:
    if not isinstance(domain, Box):
        return True
    if witness.coordinates is not None:
        exact = [Fraction(c) for c in witness.coordinates]
        return all(low <= x <= high for x, low, high in zip(exact, domain.lower, domain.upper, strict=True))
    return all(
        low <= Fraction(i.low) and Fraction(i.high) <= high
        for i, low, high in zip(witness.point, domain.lower, domain.upper, strict=True)
    )


# rational points


def rational_inertia(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, int, int]:
    """Numbers of negative, zero and positive eigenvalues of a symmetric rational matrix: Descartes' rule of signs is exact
    for its characteristic polynomial, all of whose roots are real."""
    entries = [[fmpq(x.numerator, x.denominator) for x in row] for row in matrix]
    coefficients = fmpq_mat(entries).charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    positive = sum(a != b for a, b in pairwise(signs))
    return len(matrix) - zero - positive, zero, positive


def exact_hessian(derivation: Derivation, point: Sequence[Fraction]) -> list[list[Fraction]] | None:
    """The Hessian at a rational point, where it is rational."""
    entries = evaluate_rational(derivation.hessian_tape, point)
    if entries is None:
        return None
    n, table, k = (
        derivation.dimension,
        [[Fraction(0)] * derivation.dimension for _ in range(derivation.dimension)],
        0,
    )
    for i in range(n):
        for j in range(i, n):
            table[i][j] = table[j][i] = entries[k]
            k += 1
    return table


def rational_witness(derivation: Derivation, point: Array) -> Witness | None:
    """Round the point to small fractions and check g = 0, H >= 0, det H = 0 exactly."""
    tried = set()
    for denominator in DENOMINATORS:
        guess = tuple(Fraction(float(x)).limit_denominator(denominator) for x in point)
        if guess in tried or max(abs(float(g) - float(x)) for g, x in zip(guess, point, strict=True)) > 0.02:
            continue
        tried.add(guess)
        slope = evaluate_rational(derivation.gradient_tape, guess)
        if slope is None or any(slope):
            continue
        matrix = exact_hessian(derivation, guess)
        if matrix is None:
            continue
        negative, zero, _ = rational_inertia(matrix)
        if negative == 0 and zero > 0:
            spectrum = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in matrix]))
            scale = 1e-12 * max(1.0, float(np.max(np.abs(spectrum))))
            eigenvalues = tuple(
                Interval(0.0, 0.0) if k < zero else _about(float(value), scale) for k, value in enumerate(spectrum)
            )
            return Witness(
                tuple(outward(arb(fmpq(x.numerator, x.denominator))) for x in guess), tuple(str(x) for x in guess),
                eigenvalues if zero == len(spectrum) else _checked_eigenvalues(matrix, zero, eigenvalues), zero,
                "the gradient is zero and the Hessian is singular without a negative eigenvalue, in exact rationals",
            )  # fmt: skip
    return None


def _about(value: float, scale: float) -> Interval:
    return Interval(value - scale, value + scale)


def _checked_eigenvalues(
    matrix: list[list[Fraction]], zero: int, guesses: tuple[Interval, ...]
) -> tuple[Interval, ...]:
    """The guessed enclosures where exact inertia of shifted matrices confirms them (Sylvester), else none at all."""
    n = len(matrix)

    def below(shift: Fraction) -> int:
        shifted = [[matrix[i][j] - (shift if i == j else 0) for j in range(n)] for i in range(n)]
        return rational_inertia(shifted)[0]

    for k in range(zero, n):
        if not (below(Fraction(guesses[k].low)) <= k < below(Fraction(guesses[k].high))):
            return ()
    return guesses


# points with a kernel that is known from an identity


@dataclass(frozen=True)
class Pinned:
    """An enclosure of a stationary point and vectors (columns, as balls) proved to be in the kernel of its Hessian, as they
    span the tangent space of a manifold of stationary points there."""

    point: list[arb]
    kernel: arb_mat


def conclude(derivation: Derivation, pinned: Pinned, proof: str) -> Witness | None:
    """Witness when H + NN' > 0 on the enclosure and N is certainly not zero."""
    n, columns = pinned.kernel.nrows(), pinned.kernel.ncols()
    nonzero = [k for k in range(columns) if any(not pinned.kernel[i, k].contains(0) for i in range(n))]
    if not nonzero:
        return None
    matrix = hessian(derivation, pinned.point)
    scale = max(1.0, max(float(matrix[i, i].abs_upper()) for i in range(n)))
    squares = [
        float(sum((pinned.kernel[i, k] * pinned.kernel[i, k] for i in range(n)), arb(0)).mid()) for k in range(columns)
    ]
    weights = arb_mat(
        [[arb(scale / max(squares[k], 1e-30)) if i == k else arb(0) for i in range(columns)] for k in range(columns)]
    )
    if not positive_definite(matrix + pinned.kernel * weights * pinned.kernel.transpose()):
        return None
    nullity = _certain_rank(pinned.kernel)
    place = tuple(outward(x) for x in pinned.point)
    if nullity is None:
        return Witness(place, None, (), None, proof)
    return Witness(place, None, semidefinite_spectrum(matrix, nullity), nullity, proof, nullity)


def positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix enclosed is positive definite: all pivots of Gaussian elimination are positive."""
    n = matrix.nrows()
    rows = [[matrix[i, j] for j in range(n)] for i in range(n)]
    for k in range(n):
        pivot = rows[k][k]
        if not pivot > 0:
            return False
        for i in range(k + 1, n):
            factor = rows[i][k] / pivot
            for j in range(i, n):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
                rows[j][i] = rows[i][j]
    return True


def _certain_rank(kernel: arb_mat) -> int | None:
    """The number of columns when they are certainly independent (their Gram matrix is positive definite), else None."""
    gram = kernel.transpose() * kernel
    return kernel.ncols() if positive_definite(gram) else None


def free_witness(derivation: Derivation, point: Array) -> Witness | None:
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
    matrices = [np.array([[float(x) for x in row] for row in a]) for a in generators]
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
    exact = [arb_mat([[arb(fmpq(x.numerator, x.denominator)) for x in row] for row in generators[c]]) for c in chosen]
    column = arb_mat([[x] for x in point])
    images = [a * column for a in exact]
    kernel = arb_mat([[image[i, 0] for image in images] for i in range(n)])
    if _certain_rank(kernel) is None:
        return None
    return conclude(
        derivation,
        Pinned(point, kernel),
        f"a minimum on an orbit of dimension {m} of a continuous symmetry, pinned by a Krawczyk test",
    )
