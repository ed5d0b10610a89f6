"""How many fields there are at most: never fewer than there are, and enough to keep an overlooked one from refuting."""

from __future__ import annotations

from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.objective.domain import Euclidean
from strictsaddle.symmetry.continuous.dimension_bound import are_all, dimension_bound
from strictsaddle.symmetry.continuous.fields import find_continuous

SPHERE = ss.Spheres([["x", "y", "z"]])  # type: ignore[list-item]
HIDDEN = [  # invariant under a field that a search over the rationals, or in all of R^n, may overlook; its number of fields
    ("x y", "(x - sqrt(2)*y)**2", None, 3),
    ("x y", "(x - pi*y)**4 + 1", None, 3),
    ("x y", "(x + sqrt(3)*y)**2*(x - sqrt(3)*y)**2", None, 1),
    ("x y", "exp(x - sqrt(5)*y) + exp(sqrt(5)*y - x)", None, 3),
    ("x y", "cos(2*x - 2*y) - 2*cos(x - y)**2 + sin(x - y)", None, 3),
    ("x y", "sin(x + y)**2 + cos(x + y)**2 + x**2 + 2*x*y + y**2", None, 3),
    ("x y z", "z**2 + x**2*(x**2 + y**2 + z**2 - 1)", SPHERE, 1),
    ("x y z", "x**2 + y**2", SPHERE, 1),
]


@pytest.mark.parametrize(("variables", "expression", "domain", "fields"), HIDDEN)
def test_the_bound_is_the_number_of_fields(variables: str, expression: str, domain: Any, fields: int) -> None:
    objective = Objective("f", variables, expression, domain=domain)
    assert dimension_bound(objective, objective.domain) == fields


@pytest.mark.parametrize(("variables", "expression", "domain", "fields"), HIDDEN)
def test_what_is_overlooked_refutes_nothing(variables: str, expression: str, domain: Any, fields: int) -> None:
    objective = Objective("f", variables, expression, domain=domain)
    found = find_continuous(objective)
    if len(found.generators) + found.along < fields:
        assert not found.all_found and not are_all(objective.on(Euclidean()), found._columns)
    verdict = ss.check(objective, workers=1, budget=20)
    assert verdict.modulo_symmetry is not None and verdict.modulo_symmetry.verdict != "not_strict_saddle"
    assert verdict.symmetry is not None
    assert not verdict.symmetry.continuous.all_found or len(found.generators) + found.along == fields


@pytest.mark.parametrize(
    ("variables", "expression"),
    [("x y", "tanh(x*y) + x**2"), ("x y z", "tanh(x - y) + z**2*exp(x)"), ("a b c d", "tanh(a*b) + exp(c) + sin(d)*a")],
)
def test_where_all_are_found_it_is_proved(variables: str, expression: str) -> None:
    objective = Objective("f", variables, expression)
    found = find_continuous(objective)
    assert are_all(objective, found._columns) and found.most(objective) == len(found.generators)


def test_leaving_out_too_few_columns_proves_nothing() -> None:
    """x y has the field (x, -y): without a column less the rows are dependent, in doubles as well."""
    objective = Objective("f", "x y", "tanh(x*y)")
    assert are_all(objective, [0]) and are_all(objective, [3])
    assert not are_all(objective, []) and not are_all(objective, [1])


def test_true_refutations_modulo_symmetry_stay() -> None:
    for expression in ("tanh(x*y)**4 + (x*y)**4", "x**4 + y**2 + sin(x)**4"):
        verdict = ss.check(Objective("f", "x y", expression), workers=1, budget=20)
        assert verdict.definition_1.verdict == "not_strict_saddle"
        assert verdict.modulo_symmetry is not None and verdict.modulo_symmetry.verdict == "not_strict_saddle"


def test_log_of_one_plus_exp_is_softplus() -> None:
    one, other = (Objective("f", "x y", text) for text in ("log(1 + exp(x - y))", "softplus(x - y)"))
    assert one.digest == other.digest
    assert find_continuous(one) == find_continuous(other) and len(find_continuous(one).generators) == 1
    assert Objective("f", "x", "log(2 + exp(x))").digest != Objective("f", "x", "softplus(x)").digest
