"""Polynomials with a known group of signed permutations, independent of the package: exponents -> coefficient."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction

from strictsaddle.objective.objective import Objective

Polynomial = dict[tuple[int, ...], Fraction]
Element = tuple[tuple[int, ...], tuple[int, ...]]  # (Pw)_i = signs[i] * w[images[i]]


def random_polynomial(drawing: random.Random, n: int, terms: int, degree: int = 4) -> Polynomial:
    found: Polynomial = {}
    for _ in range(terms):
        exponents = [0] * n
        for _ in range(drawing.randint(1, degree)):
            exponents[drawing.randrange(n)] += 1
        found[tuple(exponents)] = Fraction(drawing.randint(1, 9) * drawing.choice((-1, 1)), drawing.randint(1, 4))
    return found


def random_element(drawing: random.Random, n: int) -> Element:
    return tuple(drawing.sample(range(n), n)), tuple(drawing.choice((-1, 1)) for _ in range(n))


def product(a: Element, b: Element) -> Element:
    """w -> a(b(w))."""
    return tuple(b[0][i] for i in a[0]), tuple(s * b[1][i] for i, s in zip(*a, strict=True))


def closure(generators: Iterable[Element], n: int, most: int) -> set[Element] | None:
    """The group, or None when it has more than `most` elements."""
    generators = list(generators)
    identity: Element = (tuple(range(n)), (1,) * n)
    group, queue = {identity}, [identity]
    while queue:
        element = queue.pop()
        for generator in generators:
            new = product(generator, element)
            if new not in group:
                if len(group) >= most:
                    return None
                group.add(new)
                queue.append(new)
    return group


def substituted(polynomial: Polynomial, element: Element) -> Polynomial:
    """The polynomial w -> p(Pw)."""
    images, signs = element
    found: Polynomial = {}
    for exponents, c in polynomial.items():
        moved = [0] * len(images)
        for i, exponent in enumerate(exponents):
            moved[images[i]] += exponent
            c = c * signs[i] ** exponent
        found[tuple(moved)] = found.get(tuple(moved), Fraction(0)) + c
    return {exponents: c for exponents, c in found.items() if c}


def averaged(polynomial: Polynomial, group: Iterable[Element]) -> Polynomial:
    """The sum of the polynomial over a group, which makes it invariant."""
    total: Polynomial = {}
    for element in group:
        for exponents, c in substituted(polynomial, element).items():
            total[exponents] = total.get(exponents, Fraction(0)) + c
    return {exponents: c for exponents, c in total.items() if c}


def all_elements(n: int) -> Iterator[Element]:
    for images in itertools.permutations(range(n)):
        for signs in itertools.product((1, -1), repeat=n):
            yield images, signs


def order_by_exhaustion(polynomial: Polynomial, n: int) -> int:
    """How many of the 2^n n! signed permutations leave the polynomial unchanged: most fail at a point already, and each
    that doesn't is compared exactly."""
    prime, point = 2**31 - 1, [3, 1009, 7919, 104729, 1299709, 15485863][:n]
    table = [(exponents, c.numerator * pow(c.denominator, -1, prime) % prime) for exponents, c in polynomial.items()]

    def value(at: list[int]) -> int:
        total = 0
        for exponents, c in table:
            term = c
            for x, exponent in zip(at, exponents, strict=True):
                term = term * x**exponent % prime
            total += term
        return total % prime

    wanted = value(point)
    return sum(
        value([s * point[i] for i, s in zip(*element, strict=True)]) == wanted and is_invariant(polynomial, element)
        for element in all_elements(n)
    )


def is_invariant(polynomial: Polynomial, element: Element) -> bool:
    """Whether p(Pw) = p(w): P moves the terms of p among themselves."""
    images, signs = element
    for exponents, c in polynomial.items():
        moved = [0] * len(images)
        negative = False
        for i, exponent in enumerate(exponents):
            moved[images[i]] = exponent
            negative ^= signs[i] < 0 and exponent % 2 == 1
        if polynomial.get(tuple(moved)) != (-c if negative else c):
            return False
    return True


def objective(polynomial: Polynomial, n: int, name: str = "random") -> Objective:
    names = [f"x{k}" for k in range(n)]
    terms = []
    for exponents, c in polynomial.items():
        factors = "".join(f"*{x}**{e}" for x, e in zip(names, exponents, strict=True) if e)
        terms.append(f"({c}){factors}")
    return Objective(name, names, " + ".join(terms) or "0")
