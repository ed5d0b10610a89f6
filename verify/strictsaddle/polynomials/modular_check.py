"""Whether a rational parametrisation lists every complex solution of a system, modulo primes that are drawn at random.

msolve lifts its answer from primes that it chooses, so nothing of it is taken for granted. Modulo each of two drawn primes

* the parametrised points satisfy the equations: an identity of polynomials in t, modulo the polynomial w of the roots;
* w has no multiple root, and a linear form takes the value t at the point of the root t: the points are different ones;
* multiplicities, bounded from below exactly in the points' local algebras, add up to the number of solutions.

A statement of this kind that is false over the rationals is true modulo a drawn prime with a small probability only
(`drawn_primes`).
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq_mpoly, fmpq_poly, fmpz_poly, nmod_poly

from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.local_algebra import local_multiplicity
from strictsaddle.polynomials.modular_count import Count, count_zeros, residue
from strictsaddle.polynomials.msolve import RationalParametrisation
from strictsaddle.polynomials.parametrisation import exact_point


def counted(equations: Sequence[fmpq_mpoly], n: int, expected: int, budget: Budget) -> Count | None:
    """The number of solutions modulo drawn primes when it is the expected one; None when it isn't, or is not to be had."""
    try:
        count = count_zeros(equations, n, budget=budget)
    except EngineError:
        return None
    return count if count is not None and count.zeros == expected else None


def lists_all(
    equations: Sequence[fmpq_mpoly],
    n: int,
    answer: RationalParametrisation,
    form: Sequence[int],
    budget: Budget,
) -> Count | None:
    """The count that the parametrised points add up to, when they are all solutions, with high probability; else None.

    form: the n coefficients of a linear form that is said to take the value t.
    """
    count = counted(equations, n, answer.quotient_dimension, budget)
    if count is None or not all(_holds(equations, answer, form, prime) for prime in count.primes):
        return None
    if int(answer.modulus.degree()) == count.zeros:
        return count
    total = 0
    for factor, power in answer.modulus.factor()[1]:
        point = exact_point(answer, factor) if power == 1 else None
        if point is None or any(not point.evaluate(equation).is_zero() for equation in equations):
            return None
        total += factor.degree() * local_multiplicity(equations, n, point, count.zeros)
    return count if total == count.zeros else None


def _holds(equations: Sequence[fmpq_mpoly], answer: RationalParametrisation, form: Sequence[int], prime: int) -> bool:
    """The first two statements, modulo one prime."""
    modulus = _reduced(answer.modulus, prime)
    slope = modulus.derivative()
    if modulus.degree() != answer.modulus.degree() or modulus.gcd(slope).degree() != 0:
        return False
    coordinates = []
    for numerator, divisor in zip(answer.numerators, answer.divisors, strict=True):
        common, inverse, _ = (slope * int(divisor % prime)).xgcd(modulus)
        if common.degree() != 0:
            return False
        coordinates.append(_reduced(numerator, prime) * inverse * pow(int(common[0]), -1, prime) % modulus)
    total = sum((x * (c % prime) for c, x in zip(form, coordinates, strict=True)), nmod_poly([0], prime))
    if (total - nmod_poly([0, 1], prime)) % modulus != nmod_poly([0], prime):
        return False
    return all(_value(equation, coordinates, modulus, prime) == nmod_poly([0], prime) for equation in equations)


def _reduced(polynomial: fmpz_poly | fmpq_poly, prime: int) -> nmod_poly:
    return nmod_poly([int(c) % prime for c in polynomial.coeffs()] or [0], prime)


def _value(equation: fmpq_mpoly, coordinates: Sequence[nmod_poly], modulus: nmod_poly, prime: int) -> nmod_poly:
    powers = [[nmod_poly([1], prime)] for _ in coordinates]
    total = nmod_poly([0], prime)
    for exponents, coefficient in equation.terms():
        term = nmod_poly([residue(coefficient, prime)], prime)
        for x, known, exponent in zip(coordinates, powers, exponents, strict=True):
            while len(known) <= int(exponent):
                known.append(known[-1] * x % modulus)
            if exponent:
                term = term * known[int(exponent)] % modulus
        total += term
    return total % modulus
