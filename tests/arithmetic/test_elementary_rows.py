"""The elementary functions contain what Arb says, on arguments of every kind, and are undefined where the function is.
The checker that says so finds each margin and turning point that somebody leaves out."""

from __future__ import annotations

import types
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
import numpy as np
import pytest
from enclosure_checks import in_rows, violations_of_function, widest_ulps
from flint import arb

from strictsaddle.arithmetic import elementary_rows, exponentials
from strictsaddle.arithmetic.ball_operations import ball_value
from strictsaddle.arithmetic.tape import Instruction

FEW = 600
MANY = 500_000  # intervals, 4 points each

ALL = (-np.inf, np.inf)
# name -> (instruction, domain of the adversarial intervals, largest argument)
FUNCTIONS: dict[str, tuple[Instruction, tuple[float, float], float]] = {
    "exp": (Instruction.EXP, ALL, np.inf),
    "log": (Instruction.LOG, ALL, np.inf),
    "sqrt": (Instruction.SQRT, ALL, np.inf),
    "sin": (Instruction.SIN, ALL, np.inf),
    "cos": (Instruction.COS, ALL, np.inf),
    "tan": (Instruction.TAN, ALL, np.inf),
    "asin": (Instruction.ASIN, (-1.5, 1.5), 2.0),
    "acos": (Instruction.ACOS, (-1.5, 1.5), 2.0),
    "atan": (Instruction.ATAN, ALL, np.inf),
    "sinh": (Instruction.SINH, ALL, np.inf),
    "cosh": (Instruction.COSH, ALL, np.inf),
    "tanh": (Instruction.TANH, ALL, np.inf),
    "sigmoid": (Instruction.SIGMOID, ALL, np.inf),
    "softplus": (Instruction.SOFTPLUS, ALL, np.inf),
    "erf": (Instruction.ERF, ALL, np.inf),
    "relu": (Instruction.RELU, ALL, np.inf),
    "abs": (Instruction.ABS, ALL, np.inf),
    "positive": (Instruction.POSITIVE, ALL, np.inf),
    "tanh1": (Instruction.TANH1_OF, (-1.0, 1.0), 2.0),
    "tanh2": (Instruction.TANH2_OF, (-1.0, 1.0), 2.0),
    "sigmoid1": (Instruction.SIGMOID1_OF, (0.0, 1.0), 2.0),
    "sigmoid2": (Instruction.SIGMOID2_OF, (0.0, 1.0), 2.0),
}


def in_arb(instruction: Instruction) -> Callable[[arb], arb]:
    """The instruction at a point; beyond the range of Arb's exponents, a ball around the limit."""

    def value(x: arb) -> arb:
        if instruction is Instruction.EXP and x > 1000:
            return arb(10) ** 400
        if instruction is Instruction.EXP and x < -1000:
            return arb(0).union(arb(10) ** -400)
        if instruction in (Instruction.SINH, Instruction.COSH) and abs(x) > 1000:
            return -(arb(10) ** 400) if instruction is Instruction.SINH and x < 0 else arb(10) ** 400
        if instruction is Instruction.SIGMOID and abs(x) > 1000:
            return (arb(0) if x < 0 else arb(1)).union((arb(0) if x < 0 else arb(1)) + arb(10) ** -400 * x.sgn() * -1)
        if instruction is Instruction.SOFTPLUS and abs(x) > 1000:
            return (arb(0) if x < 0 else x).union((arb(0) if x < 0 else x) + arb(10) ** -400)
        return ball_value(instruction, 0, 0, [x], ())

    return value


def row_of(name: str, module: Any = elementary_rows) -> Callable[..., None]:
    return getattr(module, f"{name}_row")  # type: ignore[no-any-return]  # a compiled function


def violations(name: str, m: int, seed: int = 0, module: Any = elementary_rows) -> list[str]:
    instruction, domain, largest = FUNCTIONS[name]
    bits = 1300 if instruction in (Instruction.SIN, Instruction.COS, Instruction.TAN) else 200
    return violations_of_function(
        row_of(name, module), in_arb(instruction), m, seed, largest=largest, domain=domain, bits=bits
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_contains_what_arb_says(name: str) -> None:
    found = violations(name, FEW)
    assert not found, found[:5]


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_contains_what_arb_says_a_million_times(name: str) -> None:
    found = violations(name, MANY, 1)
    assert not found, found[:5]


@pytest.mark.parametrize(
    ("name", "ulps", "domain"),
    [("exp", 24, (-700, 700)), ("log", 40, (1e-300, 1e300)), ("tanh", 40, (-30, 30)), ("sigmoid", 24, (-600, 30)),
     ("softplus", 40, (-600, 600)), ("sqrt", 2, (0, 1e300)), ("sin", 2, (-10, 10)), ("erf", 2, (-5, 5))],
)  # fmt: skip
def test_is_not_needlessly_wide(name: str, ulps: float, domain: tuple[float, float]) -> None:
    """A margin of 16u on both sides is 16 of 2**-52."""
    assert widest_ulps(row_of(name), 2000, domain=domain) <= ulps


def ends(name: str, low: float, high: float) -> tuple[float, float]:
    a, b = in_rows(row_of(name), [np.array([low]), np.array([high])])
    return float(a[0]), float(b[0])


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("log", 0.0, 1.0), ("log", -1.0, 1.0), ("log", -2.0, -1.0), ("sqrt", -5e-324, 1.0), ("asin", 0.5, 1.5),
     ("acos", -1.1, 0.0), ("tan", 1.5, 1.6), ("tan", -np.inf, np.inf), ("positive", 0.0, 1.0), ("positive", -1.0, 1.0)],
)  # fmt: skip
def test_is_undefined_where_the_function_is(name: str, low: float, high: float) -> None:
    assert all(np.isnan(ends(name, low, high)))
    assert not any(np.isnan(ends(name, 0.5, 0.75))), "the twin: inside the domain it is defined"


def test_undefined_stays_undefined() -> None:
    for name in FUNCTIONS:
        assert all(np.isnan(ends(name, np.nan, np.nan))), name


def test_step_and_sign() -> None:
    for negative in (0.0, -1.0):
        row = [np.array([1.0, -2.0, -1.0, 0.0, 0.0, np.nan]), np.array([2.0, -1.0, 1.0, 0.0, 1.0, np.nan])]
        low, high = in_rows(elementary_rows.step_row, row, (negative,))
        assert low[:2].tolist() == high[:2].tolist() == [1.0, negative]
        assert np.isnan(low[2:]).all() and np.isnan(high[2:]).all()


def test_exact_values() -> None:
    assert ends("tanh", 0.0, 0.0) == (0.0, 0.0)
    assert ends("log", 1.0, 1.0) == (0.0, 0.0)
    assert ends("sqrt", 4.0, 9.0) == (2.0, 3.0)
    assert ends("tanh", -np.inf, np.inf) == (-1.0, 1.0)
    assert ends("sigmoid", -np.inf, np.inf) == (0.0, 1.0)
    assert ends("exp", -np.inf, 0.0)[0] == 0.0
    assert ends("softplus", -np.inf, np.inf) == (0.0, np.inf)


def test_turning_points_lie_where_they_are_said_to() -> None:
    e = elementary_rows
    slope = lambda t: 3 * Fraction(t) ** 2 - 1  # noqa: E731
    assert slope(e.TANH2_TURN_BELOW) < 0 < slope(e.TANH2_TURN_ABOVE)
    assert 27 * Fraction(e.TANH2_GREATEST) ** 2 >= 16 > 27 * Fraction(np.nextafter(e.TANH2_GREATEST, 0)) ** 2
    slope = lambda s: 6 * Fraction(s) ** 2 - 6 * Fraction(s) + 1  # noqa: E731
    assert slope(e.SIGMOID2_TURN_BELOW) > 0 > slope(e.SIGMOID2_TURN_ABOVE)
    assert slope(e.SIGMOID2_TURN2_BELOW) < 0 < slope(e.SIGMOID2_TURN2_ABOVE)
    assert 324 * Fraction(e.SIGMOID2_GREATEST) ** 2 >= 3 > 324 * Fraction(np.nextafter(e.SIGMOID2_GREATEST, 0)) ** 2


def test_the_parts_of_ln_2() -> None:
    high, low = Fraction(exponentials.LN2_HIGH), Fraction(exponentials.LN2_LOW)
    assert high.numerator.bit_length() <= 33
    flint.ctx.prec, precision = 200, flint.ctx.prec
    rest = arb(2).log() - arb(exponentials.LN2_HIGH) - arb(exponentials.LN2_LOW)
    flint.ctx.prec = precision
    assert high + low != high and abs(rest) < arb(2) ** -86


MUTATIONS = {
    "exp without its margin": ("exponentials", "scaled(fma(-EIGHT, v, v), k)", "scaled(v, k)", "exp"),
    "exp that overflows is inf": ("exponentials", "(v > LARGEST) | ", "", "exp"),
    "exp that underflows is not moved": (
        "exponentials",
        "return above(v) if v <= LEAST_NORMAL else v",
        "return v",
        "exp",
    ),
    "tanh without its margin": ("exponentials", "else fma(-SIXTEEN, t, t)", "else t", "tanh"),
    "tanh of a small argument is the argument": (
        "exponentials",
        "inner = below(m) if m < SMALL",
        "inner = m if m < SMALL",
        "tanh",
    ),
    "tanh takes the wrong side": (
        "exponentials",
        "if x >= 0.0 else -outer",
        "if x >= 0.0 else -inner",
        "tanh",
    ),
    "the sigmoid beyond -700 is that at -700": (
        "exponentials",
        "return 0.0 if x < -700.0 else v",
        "return v",
        "sigmoid",
    ),
    "softplus without its margin": ("exponentials", "return fma(SIXTEEN, v, v)", "return v", "softplus"),
    "the logarithm without its margin": ("exponentials", "return v - SIXTEEN * abs(v)", "return v", "log"),
    "the logarithm of a denormal": (
        "exponentials",
        "n = n - 54 if denormal else n",
        "n = n - 53 if denormal else n",
        "log",
    ),
    "log of what is negative in part": (
        "elementary_rows",
        "not (al[j] > 0.0)\n        low[j] = NAN if undefined else log_down",
        "not (ah[j] > 0.0)\n        low[j] = NAN if undefined else log_down",
        "log",
    ),
    "tanh'' forgets its turning point": (
        "elementary_rows",
        "least = -TANH2_GREATEST if turns else least",
        "",
        "tanh2",
    ),
    "sigmoid' forgets its turning point": (
        "elementary_rows",
        "0.25 if ((lo <= 0.5) & (hi >= 0.5)) |",
        "0.25 if",
        "sigmoid1",
    ),
    "sigmoid'' takes the wrong turning point": (
        "elementary_rows",
        "(lo <= SIGMOID2_TURN2_ABOVE) & (hi >= SIGMOID2_TURN2_BELOW)",
        "(lo <= SIGMOID2_TURN_ABOVE) & (hi >= SIGMOID2_TURN_BELOW)",
        "sigmoid2",
    ),
    "1 - t**2 takes the wrong end": (
        "elementary_rows",
        "add_up(1.0, -least), add_up(1.0, least)",
        "add_up(1.0, -greatest), add_up(1.0, greatest)",
        "tanh1",
    ),
    "relu swallows nan": (
        "elementary_rows",
        "low[j] = 0.0 if al[j] < 0.0 else al[j]",
        "low[j] = al[j] if al[j] > 0.0 else 0.0",
        "relu",
    ),
}


def mutated(file: str, text: str, replacement: str) -> types.ModuleType:
    """`elementary_rows` from sources in which one piece of text has been replaced, compiled apart."""
    sources = {
        module.__name__.rpartition(".")[2]: Path(str(module.__file__)).read_text("utf-8")
        for module in (exponentials, elementary_rows)
    }
    assert text in sources[file], f"{text!r} is not in {file}: the mutation would change nothing"
    sources[file] = sources[file].replace(text, replacement, 1)
    first = types.ModuleType("mutated_exponentials")
    exec(compile(sources["exponentials"], "<exponentials, mutated>", "exec"), first.__dict__)
    second = types.ModuleType("mutated_elementary_rows")
    body = sources["elementary_rows"]
    start = body.index("from strictsaddle.arithmetic.exponentials import (")
    body = body[:start] + body[body.index(")", start) + 1 :]
    second.__dict__.update(first.__dict__)
    exec(compile(body, "<elementary_rows, mutated>", "exec"), second.__dict__)
    return second


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_checker_finds_what_is_left_out(name: str) -> None:
    file, text, replacement, function = MUTATIONS[name]
    module = mutated(file, text, replacement)
    undefined = in_rows(row_of(function, module), [np.array([np.nan]), np.array([np.nan])])
    assert violations(function, FEW, module=module) or not np.isnan(undefined).all()
