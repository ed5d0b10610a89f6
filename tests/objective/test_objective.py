from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from formula_steps import value
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Box, Euclidean
from strictsaddle.objective.numbers import exact
from strictsaddle.objective.objective import Objective


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (0.1, Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        (3, Fraction(3)),
        (Decimal("0.125"), Fraction(1, 8)),
        (1e-7, Fraction(1, 10**7)),
        (Fraction(2, 7), Fraction(2, 7)),
        (numpy.float64(0.1), Fraction(1, 10)),
    ],
)
def test_numbers_are_the_decimals_that_are_written(given_value: Any, expected: Fraction) -> None:
    assert exact(given_value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_its_shortest_decimal(number: float) -> None:
    assert exact(number) == Fraction(repr(number))


@pytest.mark.parametrize("wrong", [True, None, float("nan"), float("inf"), "x", [1], 1j, Decimal("NaN")])
def test_what_is_no_number(wrong: Any) -> None:
    with pytest.raises(InputError):
        exact(wrong)


def test_text_and_function_mean_the_same() -> None:
    written = Objective("f", "x y", "x**4/4 - x**2/2 + y**2/2")
    called = Objective("f", ["x", "y"], lambda x, y: x**4 / 4 - x**2 / 2 + y**2 / 2)
    for point in ([Fraction(1, 2), Fraction(-3)], [Fraction(0), Fraction(7, 3)]):
        assert value(written.graph, written.node, point) == value(called.graph, called.node, point)
    assert written.variables == called.variables == ("x", "y")
    assert written.dimension == 2


def test_parameters_are_put_in_exactly() -> None:
    objective = Objective("f", "x", "lam*x", {"lam": 0.1})
    assert objective.parameters == {"lam": Fraction(1, 10)}
    assert value(objective.graph, objective.node, [Fraction(1)]) == Fraction(1, 10)


@pytest.mark.parametrize(
    ("variables", "parameters", "what"),
    [
        ([], {}, "no variables"),
        ("", {}, "no variables"),
        ("x x", {}, "twice"),
        ("x", {"x": 1}, "twice"),
        (["x y"], {}, "not a name"),
        (["2x"], {}, "not a name"),
        (["pi"], {}, "function or constant"),
        ("x", {"exp": 1}, "function or constant"),
        ("x", {"lam": "abc"}, "not a finite number"),
        ("x", {"lam": float("inf")}, "not a finite number"),
    ],
)
def test_wrong_names_and_parameters(variables: Any, parameters: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        Objective("f", variables, "1 + 1", parameters)


def test_names_of_thousands_of_variables_are_checked_quickly() -> None:
    names = [f"x{k}" for k in range(50_000)]
    assert Objective("f", names, "x0 + x49999").dimension == 50_000
    with pytest.raises(InputError, match="twice"):
        Objective("f", [*names, "x7"], "x0")


def test_digest_tells_questions_apart_and_nothing_else() -> None:
    base = Objective("f", "x y", "lam*x**2 + y", {"lam": "1/3"})
    assert base.digest == Objective("another name", "x y", "x^2/3 + y").digest
    different = [
        Objective("f", "x y", "lam*x**2 + y", {"lam": "0.333333333333333333333333"}),
        Objective("f", "x z", "lam*x**2 + z", {"lam": "1/3"}),
        Objective("f", "x y", "lam*x**3 + y", {"lam": "1/3"}),
        Objective("f", "x y", "lam*y**2 + x", {"lam": "1/3"}),
        base.on(Box((Fraction(0),) * 2, (Fraction(1),) * 2)),
    ]
    assert len({base.digest, *(other.digest for other in different)}) == 6


def test_another_domain_leaves_the_rest() -> None:
    base = Objective("f", "x", "x**2", source="somewhere")
    box = Box((Fraction(0),), (Fraction(1),))
    assert base.on(box).domain == box
    assert base.on(box).source == "somewhere"
    assert base.domain == Euclidean()
    with pytest.raises(InputError, match="1 pairs for 2 variables"):
        Objective("f", "x y", "x*y", domain=box)


def test_json_record() -> None:
    record = Objective("f", "x", " lam*x ", {"lam": "2/4"}).to_dict()
    assert record["parameters"] == {"lam": "1/2"}
    assert record["expression"] == "lam*x"
    assert record["digest"].startswith("sha256:")
