"""Products of sines, cosines and exponentials as sums: equal ones become equal, and unequal ones do not."""

from __future__ import annotations

import random

import mpmath
import pytest

import strictsaddle as ss
from strictsaddle.formula.atoms import Atoms, Polynomial
from strictsaddle.formula.normal_form import normal_form
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.continuous.linearised import linearised

SAME = [  # as functions, x alone moves nothing
    "cos(2*x) - 2*cos(x)**2",
    "cos(3*x) - 4*cos(x)**3 + 3*cos(x)",
    "sin(x)**2 + cos(x)**2",
    "sin(5*x/2)*sin(x/2) - (cos(2*x) - cos(3*x))/2",
    "sin(3*x)*cos(x) - (sin(4*x) + sin(2*x))/2",
    "exp(2*x) - exp(x)**2",
    "exp(x)*exp(-x)",
    "cosh(x)**2 - sinh(x)**2",
    "sinh(2*x) - 2*sinh(x)*cosh(x)",
    "sin(x)*exp(x)*exp(-2*x) - exp(-x)*sin(x)",
]
OTHERS = [  # one sign or factor away
    "cos(2*x) - 2*sin(x)**2",
    "cos(3*x) - 4*cos(x)**3 + 2*cos(x)",
    "sin(x)**2 - cos(x)**2",
    "sin(5*x/2)*sin(x/2) + (cos(2*x) - cos(3*x))/2",
    "sin(3*x)*cos(x) - (sin(4*x) - sin(2*x))/2",
    "exp(3*x) - exp(x)**2",
    "exp(x)*exp(-2*x)",
    "cosh(x)**2 + sinh(x)**2",
    "sinh(2*x) - 2*sinh(x)**2",
    "sin(x)*exp(x)*exp(-2*x) + exp(-x)*sin(x)",
]


@pytest.mark.parametrize("expression", SAME)
def test_what_is_constant_is_invariant(expression: str) -> None:
    found = find_continuous(ss.Objective("case", "x y", f"{expression} + y**2"))
    assert any(field.shift == (1, 0) and not any(map(any, field.matrix)) for field in found.generators)


@pytest.mark.parametrize("expression", OTHERS)
def test_what_is_not_is_not(expression: str) -> None:
    objective = ss.Objective("case", "x y", f"{expression} + y**2")
    found = find_continuous(objective)
    assert not found.generators and found.most(objective) == 0


def value(atoms: Atoms, polynomial: Polynomial, at: list[mpmath.mpf]) -> mpmath.mpf:
    functions = {
        "sin": mpmath.sin,
        "cos": mpmath.cos,
        "exp": mpmath.exp,
        "sinh": mpmath.sinh,
        "cosh": mpmath.cosh,
        "tanh": mpmath.tanh,
    }
    total = mpmath.mpf(0)
    for monomial, c in polynomial.items():
        product = mpmath.mpf(int(c.p)) / int(c.q)
        for atom, e in monomial:
            kind = atoms.table[atom].kind
            product *= (
                at[atom] if kind == "variable" else functions[kind](value(atoms, atoms.argument(atom), at))
            ) ** e
        total += product
    return total


def test_the_value_stays() -> None:
    """Random products, at random points."""
    rng = random.Random(3)
    for _ in range(60):
        factors = []
        for _ in range(rng.randint(1, 4)):
            kind = rng.choice(["sin", "cos", "exp", "sinh", "cosh", "tanh"])
            argument = f"({rng.randint(-3, 3)}*x + {rng.randint(-3, 3)}*y*x/2 + {rng.choice([0, 0, 1])})"
            factors.append(f"{kind}{argument}**{rng.randint(1, 3)}")
        objective = ss.Objective("case", "x y", "*".join(factors) + " + x")
        atoms = Atoms(2)
        form = normal_form(atoms, objective.graph, objective.node).polynomial
        changed = linearised(atoms, form)
        for monomial in changed:
            waves = sum(e for atom, e in monomial if atoms.table[atom].kind in ("sin", "cos"))
            powers = sum(abs(e) for atom, e in monomial if atoms.table[atom].kind == "exp")
            assert waves <= 1 and powers <= 1, objective.expression
            assert not any(atoms.table[atom].kind in ("sinh", "cosh") for atom, _ in monomial), objective.expression
        with mpmath.workdps(60):
            at = [mpmath.mpf(rng.randint(-99, 99)) / 50 for _ in range(2)]
            before, after = value(atoms, form, at), value(atoms, changed, at)
            assert abs(before - after) <= mpmath.mpf(10) ** -40 * (1 + abs(before)), objective.expression


def test_too_long_a_product_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strictsaddle.symmetry.continuous.linearised.MOST_STEPS", 5)
    objective = ss.Objective("case", "x y", "cos(x)**9*sin(y)")
    atoms = Atoms(2)
    form = normal_form(atoms, objective.graph, objective.node).polynomial
    assert linearised(atoms, form) == form
