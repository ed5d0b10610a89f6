"""Candidates for all complex zeros of a polynomial gradient: those that are known, sent round loops of coefficients.

Let the coefficients of f go round a loop. Its stationary points are permuted by that, and the permutations of all loops
join as many of them as the family of polynomials allows (Duff, Hill, Jensen, Lee, Leykin, Sommars 2019). So few zeros,
found by Newton's method, lead to many; each loop that brings new ones is followed by another. When to stop says the
number of zeros, which is known from a Gröbner basis (`modular_count`). What comes out is as approximate as the paths are:
`certification` proves each zero, and whether they are all.

Monomials are multiplied class by class. Within a class coefficients keep their ratio: first those that are equal, up to
the 2 of mixed terms in a square, which leaves what f is made of as it is (the products of a network's layers, the
equal ridges of a unit); that makes for few paths that end at infinity. Such loops may be too few to join all zeros: then
powers of single unknowns (ridges), and at last all monomials, are classes of their own.

Flips of signs that leave f unchanged are respected by every loop, so one zero of each orbit is followed.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from flint import fmpq, fmpq_mpoly

from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.macaulay import sign_flips
from strictsaddle.polynomials.path_tracking import Array, Family

STARTS = 200  # points for Newton's method in each fixed space of flips
MOST_SPACES = 64
MEMBERS = 16  # of the families for each space, a quarter of them of the first
NEWTON_STEPS = 60
CORNERS = 2  # of a loop, beside f: with one it would be there and back
QUIET_LOOPS = 2  # without a new zero
QUIET_ROUNDS = 4
MOST_FLIPS = 12  # generators: their group is listed
SAME = 1e-4  # distance, relative to the points, below which two approximations are taken for one zero
NOTHING = 1e-9  # a coordinate that is taken for 0
# Any direction that is neither real nor imaginary: no usual coordinate is perpendicular to it.
PHASE = complex(0.8, 0.6)


class Flips:
    """The group of changes of sign that leave f unchanged, as it acts on points."""

    def __init__(self, f: fmpq_mpoly, n: int) -> None:
        self.basis = _light(sign_flips([f], n))
        self.dimension = n

    def canonical(self, point: Array) -> Array:
        """The point (n,) of the orbit whose coordinates lean towards PHASE, as far as the group reaches, in their order;
        with coordinates that are taken for 0 set to it."""
        result = np.where(np.abs(point) < NOTHING * (1.0 + np.abs(point).max()), 0.0, point)
        basis = list(self.basis)
        for i in range(self.dimension):
            moving = next((flip for flip in basis if flip >> i & 1), None)
            if moving is None or result[i] == 0:
                continue
            basis = [flip ^ moving if flip >> i & 1 else flip for flip in basis if flip != moving]
            if (result[i] * PHASE.conjugate()).real < 0:
                result = flipped(result, moving)
        return result

    def images(self, point: Array) -> list[int]:
        """Flips that give each point of the orbit once."""
        alive = sum(1 << i for i in range(self.dimension) if point[i] != 0)
        return _spanned(_independent(self.basis, alive))

    def orbit_size(self, point: Array) -> int:
        return len(self.images(point))

    def fixed_spaces(self) -> Iterator[list[int]]:
        """The unknowns that are 0 where some flips fix everything: the whole space first, then smaller ones."""
        for subset in range(min(2 ** len(self.basis), MOST_SPACES)):
            mask = 0
            for k, flip in enumerate(self.basis):
                mask |= flip if subset >> k & 1 else 0
            yield [i for i in range(self.dimension) if mask >> i & 1]


def flipped(point: Array, flip: int) -> Array:
    """The points (..., n) with the signs of some coordinates changed."""
    signs: Array = np.array([-1.0 if flip >> i & 1 else 1.0 for i in range(point.shape[-1])])
    return point * signs


class Monodromy:
    """The search: `zeros` are approximate zeros, one of each orbit of the flips; `total` counts the orbits' points."""

    def __init__(self, system: PolynomialSystem, form: MonomialForm, *, seed: int = 0) -> None:
        self.form, self.n = form, system.dimension
        self.flips = Flips(system.f, system.dimension)
        self.families = [Family.of(form, classes) for classes in _partitions(system.f)]
        self.random = np.random.default_rng(seed)
        self.zeros = np.zeros((0, self.n), dtype=np.complex128)
        self.total = 0
        self._keys = np.zeros(0, dtype=np.complex128)
        self._projection = self._gaussian(self.n)

    def run(self, target: int, budget: Budget, report: Callable[[int], None] = lambda total: None) -> None:
        """Search until `target` zeros are found, news fail to come, or the time is over.

        Loops of the first family join what it can join; Newton's method and the other family find zeros that it
        doesn't lead to. With the target reached one more loop is gone: more zeros than that would tell that the target
        is wrong. `report` is told `total` now and then.
        """

        def goes_on() -> bool:
            report(self.total)
            return self.total < target and not budget.is_over

        quiet_rounds = 0
        self._start(goes_on)
        while goes_on() and quiet_rounds < QUIET_ROUNDS:
            before, quiet_loops = self.total, 0
            while goes_on() and quiet_loops < QUIET_LOOPS:
                known = self.total
                self._loop(self.families[0], goes_on)
                quiet_loops = 0 if self.total > known else quiet_loops + 1
            self._start(goes_on, quiet_rounds)
            for family in self.families[1:]:
                self._loop(family, goes_on)
            quiet_rounds = 0 if self.total > before else quiet_rounds + 1
        if self.total >= target:
            self._loop(self.families[0], lambda: not budget.is_over)

    def keep(self, chosen: Array) -> None:
        """Forget the zeros that are not chosen, (m,)."""
        self.zeros, self._keys = self.zeros[chosen], self._keys[chosen]
        self.total = sum(self.flips.orbit_size(zero) for zero in self.zeros)

    def _start(self, goes_on: Callable[[], bool], quiet_rounds: int = 0) -> None:
        """Zeros in each of the spaces that flips fix, by Newton's method and from members of the families that have a
        given zero; more of them the longer none was new."""
        family = self.families[0]
        for zero in self.flips.fixed_spaces():
            if not goes_on():
                return
            points = self._gaussian(STARTS * (1 + quiet_rounds), self.n)
            points *= np.exp(self.random.standard_normal((len(points), 1)))
            points[:, zero] = 0
            self._add(*family.newton(points, np.ones(family.count), NEWTON_STEPS))
            for k, point in enumerate(points[:MEMBERS]):
                self._add(*self._from_member(self.families[min(k % 4, 1, len(self.families) - 1)], point))

    def _from_member(self, family: Family, point: Array) -> tuple[Array, Array]:
        """The point as a zero of a member of the family, the nearest one, followed from there to f."""
        matrix = family.columns_at(point)
        one = np.ones(family.count, dtype=np.complex128)
        change = np.linalg.lstsq(matrix, -matrix @ one, rcond=None)[0]
        if np.abs(matrix @ (one + change)).max() > NOTHING * (1.0 + np.abs(matrix).max()):
            return point[None, :], np.array([False])
        return family.follow(point[None, :], one + change, one)

    def _loop(self, family: Family, goes_on: Callable[[], bool]) -> None:
        """All zeros round one loop of segments, in pieces, a thread each."""
        one = np.ones(family.count, dtype=np.complex128)
        corners = [one, *np.exp(2j * np.pi * self.random.random((CORNERS, family.count))), one]
        points, workers = self.zeros, os.cpu_count() or 1
        with ThreadPoolExecutor(workers) as pool:
            for start, end in itertools.pairwise(corners):
                if not goes_on():
                    return
                pieces = np.array_split(points, min(len(points), 8 * workers) or 1)
                done = list(pool.map(lambda piece, a=start, b=end: family.follow(piece, a, b), pieces))
                points = np.concatenate([end_points[arrived] for end_points, arrived in done])
        self._add(points, np.ones(len(points), dtype=bool))

    def _add(self, points: Array, good: Array) -> None:
        """Keep the points, and their conjugates, that are not known."""
        found: list[Array] = []
        keys: list[complex] = []
        reach = float(np.abs(self._projection).sum())
        for point in points[good & np.isfinite(points).all(axis=1)]:
            for candidate in (point, point.conjugate()):
                canonical = self.flips.canonical(candidate)
                key = complex(canonical @ self._projection)
                size = SAME * (1.0 + float(np.abs(canonical).max()))
                near = [self.zeros[k] for k in np.flatnonzero(np.abs(self._keys - key) < reach * size).tolist()]
                near += [other for other, known in zip(found, keys, strict=True) if abs(known - key) < reach * size]
                if any(np.abs(other - canonical).max() < size for other in near):
                    continue
                found.append(canonical)
                keys.append(key)
                self.total += self.flips.orbit_size(canonical)
        if found:
            self.zeros = np.concatenate([self.zeros, np.array(found)])
            self._keys = np.concatenate([self._keys, np.array(keys)])

    def _gaussian(self, *shape: int) -> Array:
        values: Array = (self.random.standard_normal(shape) + 1j * self.random.standard_normal(shape)) / np.sqrt(2.0)
        return values


def _partitions(f: fmpq_mpoly) -> list[dict[tuple[int, ...], int]]:
    """The classes of monomials, by their exponents: by coefficients, then powers of one unknown alone, then each alone."""
    monomials = [(tuple(int(e) for e in exponents), coefficient) for exponents, coefficient in f.terms()]
    partitions: list[list[tuple[object, ...]]] = [
        [(sum(e), _without_powers_of_two(e, c)) for e, c in monomials],
        [(e,) if max(e) == sum(e) else (sum(e), _without_powers_of_two(e, c)) for e, c in monomials],
        [(e,) for e, _ in monomials],
    ]
    found: list[dict[tuple[int, ...], int]] = []
    for keys in partitions:
        number: dict[object, int] = {}
        classes = {e: number.setdefault(key, len(number)) for (e, _), key in zip(monomials, keys, strict=True)}
        if not found or len(number) > len(set(found[-1].values())):
            found.append(classes)
    return found


def _without_powers_of_two(exponents: Sequence[int], coefficient: fmpq) -> fmpq:
    """The coefficient; of a product of several unknowns without its powers of 2, which tell how often the product comes
    up in a square."""
    p, q = int(coefficient.p), int(coefficient.q)
    return fmpq(p // (p & -p), q // (q & -q)) if sum(exponents) > 2 else coefficient


def _light(flips: Sequence[int]) -> list[int]:
    """A basis of the same group with few unknowns in each element."""
    if len(flips) > MOST_FLIPS:
        return list(flips)
    return _independent(sorted(_spanned(flips), key=lambda mask: (mask.bit_count(), mask)))


def _independent(flips: Sequence[int], within: int = -1) -> list[int]:
    """The flips that, on the unknowns `within`, are no sum of those before them."""
    chosen: list[int] = []
    reduced: list[int] = []
    for flip in flips:
        rest = flip & within
        for known in reduced:
            rest = min(rest, rest ^ known)
        if rest:
            reduced.append(rest)
            chosen.append(flip)
    return chosen


def _spanned(basis: Sequence[int]) -> list[int]:
    """All sums of elements of the basis."""
    result = [0]
    for element in basis:
        result += [other ^ element for other in result]
    return result
