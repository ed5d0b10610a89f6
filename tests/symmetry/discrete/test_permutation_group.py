"""Orders and membership against listing the group."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from random_polynomials import closure, random_element

from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation, StabiliserChain, composed, inverse


def chain_of(elements: list[SignedPermutation], n: int) -> StabiliserChain:
    return StabiliserChain([element.literals for element in elements], 2 * n, list(range(0, 2 * n, 2)))


@pytest.mark.parametrize("seed", range(20))
def test_a_completed_chain_has_the_order_and_the_elements_of_the_group(seed: int) -> None:
    drawing = random.Random(seed)
    n = drawing.randint(1, 5)
    generators = [random_element(drawing, n) for _ in range(drawing.randint(1, 3))]
    listed = closure(generators, n, 10_000)
    assert listed is not None
    chain = chain_of([SignedPermutation(*generator) for generator in generators], n)
    chain.complete()
    assert chain.order == len(listed)
    for _ in range(30):
        element = random_element(drawing, n)
        assert chain.contains(SignedPermutation(*element).literals) == (element in listed)


def test_an_order_that_is_too_large_is_not_reached() -> None:
    flip = SignedPermutation((0, 1), (-1, 1))
    chain = chain_of([flip], 2)
    assert not chain.fill(Fraction(4))
    assert chain.order == 2
    assert chain.fill(Fraction(2))


def test_literals_and_vectors_agree() -> None:
    a = SignedPermutation((1, 2, 0), (1, -1, 1))
    b = SignedPermutation((0, 2, 1), (-1, 1, 1))
    w = (2.0, 3.0, 5.0)
    assert a(w) == (3.0, -5.0, 2.0)
    # Literals x_i -> (image of x_i): applying `a` first and then `b` to literals evaluates a at b(w).
    assert SignedPermutation.from_literals(composed(a.literals, b.literals))(w) == a(b(w))
    assert SignedPermutation.from_literals(composed(a.literals, inverse(a.literals))).is_identity


def test_torn_literals_are_refused() -> None:
    with pytest.raises(ValueError, match="torn"):
        SignedPermutation.from_literals((2, 1, 0, 3))
