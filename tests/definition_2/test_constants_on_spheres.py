"""Definition 2 on spheres against what is derived by hand. Distances are those of the ambient space."""

from __future__ import annotations

import pytest

import strictsaddle as ss


def answer(name: str, d: int, alpha: str, gamma: str, epsilon: str, delta: str) -> str:
    verdict = ss.constants(
        ss.zoo.get(name, {"d": d}), alpha=alpha, gamma=gamma, epsilon=epsilon, delta=delta, budget=60, workers=1
    )
    found = verdict.definition_2
    assert found is not None
    return str(found.verdict)


@pytest.mark.parametrize(
    ("alpha", "gamma", "epsilon", "delta", "expected"),
    [
        ("3", "7/2", "1/4", "9/100", "holds"),
        ("3", "7/2", "1/4", "1/10", "fails"),
        ("3", "41/10", "1/100", "9/100", "fails"),
        ("41/10", "7/2", "1/100", "1/100", "fails"),
        ("3", "7/2", "11/10", "9/100", "fails"),
    ],
)
def test_one_component_on_the_circle(alpha: str, gamma: str, epsilon: str, delta: str, expected: str) -> None:
    """f = -(3 + cos 4t)/4, f' = sin 4t, f'' = 4 cos 4t. f'' >= 3 for |t| <= arccos(3/4)/4 = 0.1807, a chord of 0.1804: with
    alpha = 3, delta = 0.09 holds and 0.1 fails. Outside of |t| <= 0.09, |f'| >= sin 0.36 = 0.35 until f'' <= -7/2, where
    |f'| = 0.48: epsilon = 1/4 holds; |f'| <= 1, so 1.1 fails. gamma and alpha above 4 fail everywhere. d = 2: gamma = 7/d."""
    assert answer("tensor-component", 2, alpha, gamma, epsilon, delta) == expected


@pytest.mark.parametrize(
    ("alpha", "gamma", "expected"),
    [("3", "7/3", "holds"), ("3", "26/10", "holds"), ("3", "27/10", "fails"), ("41/10", "7/3", "fails")],
)
def test_one_component_in_three_dimensions(alpha: str, gamma: str, expected: str) -> None:
    """At equal overlaps with m of d components the least eigenvalue is -8/m (m > 1), at a minimum the least is 4. So gamma up
    to 8/d and alpha up to 4 hold for small epsilon and delta, as gamma = 7/d and alpha = 3 of Ge et al. do, and more fails."""
    assert answer("tensor-component", 3, alpha, gamma, "1/100", "1/20") == expected


@pytest.mark.parametrize(
    ("alpha", "gamma", "expected"),
    [("3", "39/10", "holds"), ("3", "41/10", "fails"), ("41/10", "39/10", "fails")],
)
def test_eq5_in_two_dimensions(alpha: str, gamma: str, expected: str) -> None:
    """f = 1 + cos 2p cos 2q = 1 + (cos 2a + cos 2b)/2 for a = p + q and b = p - q: eigenvalues -4 cos 2a and -4 cos 2b. Minima
    have 4 and 4, saddles -4 and 4. Within 1/10 of a minimum a is at most 0.142 away, so the eigenvalues exceed 3.8."""
    assert answer("tensor-eq5", 2, alpha, gamma, "1/100", "1/20") == expected
