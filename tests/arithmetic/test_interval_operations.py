"""Interval arithmetic contains the exact result for every pair of members, is tight where it says so, and is checked by
a checker that finds each rounding that somebody leaves out."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from adversarial_floats import floats
from enclosure_checks import in_rows, violations_of_arithmetic

from strictsaddle.arithmetic import directed_rounding, interval_operations

FEW = 1_000
MANY = 200_000  # intervals; 16 pairs of members each for two operands


def quotient(x: Fraction, y: Fraction) -> Fraction | None:
    return x / y if y else None


OPERATIONS: dict[str, tuple[str, Callable[..., Any], int, tuple[Any, ...]]] = {
    "add": ("add_rows", lambda x, y: x + y, 2, ()),
    "subtract": ("subtract_rows", lambda x, y: x - y, 2, ()),
    "multiply": ("multiply_rows", lambda x, y: x * y, 2, ()),
    "divide": ("divide_rows", quotient, 2, ()),
    "negate": ("negate_row", lambda x: -x, 1, ()),
    "x**2": ("power_row", lambda x: x**2, 1, (2,)),
    "x**3": ("power_row", lambda x: x**3, 1, (3,)),
    "x**5": ("power_row", lambda x: x**5, 1, (5,)),
    "x**6": ("power_row", lambda x: x**6, 1, (6,)),
    "x + 0.1": ("add_constant_row", lambda x: x + Fraction(1, 10), 1, (np.nextafter(0.1, 0), 0.1)),
    "0.1 - x": ("subtract_from_row", lambda x: Fraction(1, 10) - x, 1, (np.nextafter(0.1, 0), 0.1)),
    "0.1*x": ("times_constant_row", lambda x: x / 10, 1, (np.nextafter(0.1, 0), 0.1)),
    "-3*x": ("times_constant_row", lambda x: -3 * x, 1, (-3.0, -3.0)),
    "3/x": ("divide_into_row", lambda x: quotient(Fraction(3), x), 1, (3.0, 3.0)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_contains_the_exact_result(name: str) -> None:
    function, exact, operands, scalars = OPERATIONS[name]
    row = getattr(interval_operations, function)
    found = violations_of_arithmetic(row, exact, FEW, operands=operands, scalars=scalars)
    assert not found, found[:5]


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_contains_the_exact_result_of_a_million(name: str) -> None:
    function, exact, operands, scalars = OPERATIONS[name]
    row = getattr(interval_operations, function)
    found = violations_of_arithmetic(row, exact, MANY if operands == 2 else 3 * MANY, 1, operands, scalars)
    assert not found, found[:5]


@pytest.mark.parametrize(("name", "exact"), [("add", lambda x, y: x + y), ("multiply", lambda x, y: x * y)])
def test_results_of_floats_are_as_tight_as_floats_allow(name: str, exact: Callable[..., Fraction]) -> None:
    rng = np.random.default_rng(3)
    x, y = floats(rng, 3000, 1e100), floats(rng, 3000, 1e100)
    low, high = in_rows(getattr(interval_operations, OPERATIONS[name][0]), [x, x, y, y])
    for a, b, lo, hi in zip(x.tolist(), y.tolist(), low.tolist(), high.tolist(), strict=True):
        value = exact(Fraction(a), Fraction(b))
        if value == 0 or abs(value) > Fraction(2) ** -950:
            assert hi == lo if Fraction(lo) == value else hi == np.nextafter(lo, np.inf)


def ends(function: str, *arguments: float, scalars: tuple[Any, ...] = ()) -> tuple[float, float]:
    """The operation on one tuple of intervals, given as lower and upper ends."""
    rows = [np.array([argument]) for argument in arguments]
    low, high = in_rows(getattr(interval_operations, function), rows, scalars)
    return float(low[0]), float(high[0])


def test_undefined_stays_undefined() -> None:
    nan = float("nan")
    for function, _exact, operands, scalars in OPERATIONS.values():
        for place in range(operands):
            box = [1.0, 2.0] * operands
            box[2 * place : 2 * place + 2] = [nan, nan]
            assert all(np.isnan(ends(function, *box, scalars=scalars))), function


def test_division_by_an_interval_with_zero_is_undefined() -> None:
    for low, high in ((-1.0, 1.0), (0.0, 1.0), (-1.0, 0.0), (-0.0, 0.0)):
        assert all(np.isnan(ends("divide_rows", 1.0, 2.0, low, high)))
    assert ends("divide_rows", 1.0, 2.0, 1.0, 2.0) == (0.5, 2.0)


def test_infinite_ends_are_bounds_of_real_numbers() -> None:
    inf = np.inf
    assert ends("multiply_rows", 0.0, 0.0, -inf, inf) == (0.0, 0.0)
    assert ends("multiply_rows", 0.0, 1.0, 1.0, inf) == (0.0, inf)
    assert ends("add_rows", -inf, 1.0, 1.0, inf) == (-inf, inf)
    assert ends("divide_rows", 1.0, inf, 1.0, inf) == (0.0, inf)
    assert ends("power_row", -inf, 1.0, scalars=(2,)) == (0.0, inf)
    assert ends("power_row", -inf, 1.0, scalars=(3,)) == (-inf, 1.0)


def test_overflow_is_not_a_value() -> None:
    largest = sys.float_info.max
    assert ends("add_rows", largest, largest, largest, largest) == (largest, np.inf)
    assert ends("multiply_rows", -largest, -largest, 2.0, 2.0) == (-np.inf, -largest)


# What a careless hand might do to the sources: (file, text, its replacement, operation that must be caught).
MUTATIONS = {
    "a sum is not moved": ("directed_rounding", "moved = (error < 0.0) |", "moved =", "add"),
    "a sum that overflows is not moved": ("directed_rounding", "| (s > HUGE) |", "|", "add"),
    "a lower product is not moved": (
        "interval_operations",
        "moved = ((p == low) & (product_error(al, x, p) < 0.0)) |",
        "moved =",
        "multiply",
    ),
    "only one of two equal products is asked": (
        "interval_operations",
        "| ((q == high) & (product_error(ah, y, q) > 0.0))",
        "",
        "multiply",
    ),
    "a product that underflows is not moved": (
        "interval_operations",
        "low = below(low) if moved | (abs(low) < TINY)",
        "low = below(low) if moved",
        "multiply",
    ),
    "0*inf is nan": ("directed_rounding", "return 0.0 if p != p else p", "return p", "multiply"),
    "a quotient is not moved": (
        "directed_rounding",
        "return below(q) if less | tiny else q",
        "return below(q) if tiny else q",
        "divide",
    ),
    "a quotient that underflows is not moved": (
        "directed_rounding",
        "return below(q) if less | tiny else q",
        "return below(q) if less else q",
        "divide",
    ),
    "a denominator may hold zero": ("interval_operations", "| (not (yl > 0.0))", "", "divide"),
    "a square is not moved": ("directed_rounding", "(product_error(a, b, p) < 0.0) | tiny", "tiny", "x**2"),
    "a cube takes the wrong square": (
        "interval_operations",
        "if x >= 0.0 else multiply_up(x, x)",
        "",
        "x**3",
    ),
    "an even power forgets zero": ("interval_operations", "(-hi if hi < 0.0 else 0.0)", "-hi", "x**2"),
    "the step of one float is half of it": (
        "directed_rounding",
        "k - 1 if k >= 0 else k + 1",
        "k - 1 if k >= 0 else k",
        "add",
    ),
}


def mutated(file: str, text: str, replacement: str) -> types.ModuleType:
    """`interval_operations` from sources in which one piece of text has been replaced, compiled apart."""
    sources = {
        module.__name__.rpartition(".")[2]: Path(str(module.__file__)).read_text("utf-8")
        for module in (directed_rounding, interval_operations)
    }
    assert sources[file].count(text) == 1, f"{text!r} is not in {file} exactly once: the mutation would change nothing"
    sources[file] = sources[file].replace(text, replacement)
    made: dict[str, types.ModuleType] = {}
    for name, source in sources.items():
        module = types.ModuleType(f"mutated_{name}")
        # Its imports of the other module must find the mutated one.
        body = re.sub(r"from strictsaddle\.arithmetic\.directed_rounding import \(?([^)]*?)\)?\n(?=\n|NAN)", "", source)
        if name == "interval_operations":
            assert body != source
            module.__dict__.update(made["directed_rounding"].__dict__)
        exec(compile(body, f"<{name}, mutated>", "exec"), module.__dict__)
        made[name] = module
    return made["interval_operations"]


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_checker_finds_a_rounding_left_out(name: str) -> None:
    file, text, replacement, operation = MUTATIONS[name]
    function, exact, operands, scalars = OPERATIONS[operation]
    row = getattr(mutated(file, text, replacement), function)
    assert violations_of_arithmetic(row, exact, FEW, operands=operands, scalars=scalars)


def test_the_unmutated_copy_passes() -> None:
    row = mutated("directed_rounding", "HUGE = 2.0**1020", "HUGE = 2.0**1019").add_rows
    assert not violations_of_arithmetic(row, lambda x, y: x + y, FEW)
