"""Functions of several arguments, sums over data, and what people type who come from elsewhere."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.errors import InputError
from strictsaddle.loading.declarative import read


def value(objective: ss.Objective, *point: float) -> float:
    tape = compile_tape(objective.graph, [objective.node], objective.dimension)
    return float(evaluate_float(tape, [list(point)])[0, 0])


@pytest.mark.parametrize(
    ("formula", "point", "expected"),
    [
        ("max(x, y)", (1.0, 2.0), 2.0), ("max(x, y)", (3.0, 2.0), 3.0), ("min(x, y, 1/2)", (1.0, 2.0), 0.5),
        ("min(x, y)", (-1.0, 2.0), -1.0), ("max(x, -x, y)", (-3.0, 2.0), 3.0),
        ("atan2(y, x)", (1.0, 1.0), math.pi / 4), ("atan2(y, x)", (-1.0, 1.0), 3 * math.pi / 4),
        ("atan2(y, x)", (-1.0, -1.0), -3 * math.pi / 4), ("atan2(y, x)", (0.0, 2.0), math.pi / 2),
    ],
)  # fmt: skip
def test_values(formula: str, point: tuple[float, float], expected: float) -> None:
    assert abs(value(ss.Objective("f", "x y", formula), *point) - expected) < 1e-12


def test_the_cut_of_the_angle_is_outside_of_the_domain() -> None:
    assert math.isnan(value(ss.Objective("f", "x y", "atan2(y, x)"), -1.0, 0.0))
    verdict = ss.check(ss.Objective("f", "x y", "(x - 1)^2 + (y - 2)^2 + atan2(y, x)/10"))
    assert verdict.definition_1.verdict == "strict_saddle"
    assert sorted(p.kind for p in verdict.stationary.isolated) == ["local_minimum", "strict_saddle"]


def test_sums_over_data() -> None:
    rows = [(0, 1), (1, 3), (2, 9)]
    objective = ss.Objective("f", "a b", "sum((a + b*x - y)^2 for (x, y) in data)/3 + a^2", data=rows)
    assert abs(value(objective, 1.0, 2.0) - (sum((1 + 2 * x - y) ** 2 for x, y in rows) / 3 + 1)) < 1e-12
    one = ss.Objective("f", "a", "sum(log(1 + (x - a)^2) for x in data)", data=[[-2], [2]])
    assert ss.check(one).stationary.counts["local_minimum"] == 2
    assert one.digest == ss.Objective("g", "a", "log(1 + (-2 - a)^2) + log(1 + (2 - a)^2)").digest


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("sum(x*a for (x) in data)", "1 names for 2 numbers"), ("sum(x*a for (x, a) in data)", "taken already"),
        ("sum(x*a)", "says what it is over"), ("sum(x*a for (x, y) in rows)", "'data' is wanted"),
        ("sum(x*a for (x, y) of data)", "'in' is wanted"), ("sum(sum(a for (x, y) in data) for (z, w) in data)", "inside another"),
        ("sum(x*a for (x, y) in data", "ends too early"), ("sum(x*b for (x, y) in data)", "unknown name"),
        ("max(a)", "arguments"), ("atan2(a, a, a)", "takes 2 arguments"), ("ln(a)", "unknown function"),
    ],
)  # fmt: skip
def test_mistakes_are_named(formula: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        ss.Objective("f", "a", formula, data=[(1, 2), (3, 4)])


@pytest.mark.parametrize(
    ("formula", "remedy"),
    [
        ("ln(x)", "Write log"),
        ("np.sin(x)", "Write sin"),
        ("math.log10(x)", "Write log"),
        ("arctan(x)", "Write atan"),
        ("e^x", "Write exp"),
        ("cbrt(x)", "1/3"),
    ],
)
def test_what_people_type_is_told(formula: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        ss.Objective("f", "x", formula)
    assert remedy in caught.value.remedy


def test_a_likelihood_of_a_hundred_rows_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    rows = [[k % 7 - 3, int(k % 3 == 0)] for k in range(100)]
    path.write_text(
        'variables = ["a", "b"]\nexpression = "sum(softplus((1 - 2*y)*(a + b*x)) for (x, y) in data)"\n[data]\n'
        f"inputs = {[[x] for x, _ in rows]}\ntargets = {[[y] for _, y in rows]}\n"
    )
    verdict = ss.check(read(path), budget=30)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.counts["local_minimum"] == 1


@pytest.mark.parametrize(
    ("period", "what"),
    [
        ('{ t = "2*pi" }', ""),
        ('{ t = "4*pi" }', ""),
        ('{ t = "pi" }', "multiples of 2"),
        ('{ u = "pi" }', "unknown"),
        ('{ x = "2*pi" }', "no period"),
        ('"pi"', "table of periods"),
    ],
)
def test_periods_are_held_against_the_formula(tmp_path: Path, period: str, what: str) -> None:
    path = tmp_path / "f.toml"
    path.write_text(f'variables = ["t", "x"]\nexpression = "cos(t) + x^2"\n[domain]\nperiod = {period}\n')
    if what:
        with pytest.raises(InputError, match=what):
            read(path)
    else:
        assert ss.check(read(path)).definition_1.verdict == "strict_saddle"
