"""Intervals of parameters on the command line and in Python: which formulas take them, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.loading.families import family_of, is_interval, load_family, read_parameter
from strictsaddle.zoo import entries


def written(folder: Path, text: str) -> str:
    path = folder / "family.toml"
    path.write_text(text)
    return str(path)


def test_a_file_with_data(tmp_path: Path) -> None:
    spec = written(tmp_path, """variables = ["a"]
expression = "sum((a*x - y)**2 for (x, y) in data) + lam*a**2"
[parameters]
lam = 1
[data]
inputs = [[1], [2]]
targets = [[1], [3]]
""")  # fmt: skip
    family = load_family(spec, {"lam": "0:2"})
    assert family.unknowns == ("a",) and family.joint.variables == ("a", "lam") and family.middle == {"lam": 1}
    graph, node = family.at({"lam": Fraction(3)})
    assert (
        ss.Objective.from_graph("m", ["a"], graph, node).digest
        == ss.Objective("m", "a", "(a - 1)**2 + (a*2 - 3)**2 + 3*a**2").digest
    )


@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_the_zoo_is_a_family_or_says_that_it_is_not(name: str) -> None:
    """Every exact parameter: either one formula for all values, compared with the members, or a refusal."""
    entry = next(e for e in entries() if e.name == name)
    for parameter in entry.parameters:
        if parameter.integer:
            continue
        low = parameter.default
        high = (
            low + Fraction(1, 7)
            if parameter.high is None or low + Fraction(1, 7) <= parameter.high
            else low - Fraction(1, 7)
        )
        low, high = min(low, high), max(low, high)
        try:
            family = load_family(name, {parameter.name: f"{low}:{high}"})
        except (InputError, NotYetError) as refused:
            assert str(refused)
            continue
        middle = {parameter.name: (low + high) / 2}
        graph, node = family.at(middle)
        member = family.member(middle)
        from strictsaddle.arithmetic.evaluate import evaluate_float
        from strictsaddle.arithmetic.tape import compile_tape

        point = [[0.3 + 0.1 * k for k in range(family.dimension)]]
        values = [
            evaluate_float(compile_tape(g, [k], family.dimension), point)[0, 0]
            for g, k in ((graph, node), (member.graph, member.node))
        ]
        assert values[0] == pytest.approx(values[1], rel=1e-9)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0:1:2", "LO:HI"),
        ("1:0", "ascending"),
        ("1:1", "ascending"),
        ("a:1", "finite number"),
        (":", "finite number"),
        ("0:inf", "finite number"),
    ],
)
def test_intervals_that_are_none(value: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_parameter("lam", value)


def test_refusals(tmp_path: Path) -> None:
    spec = written(tmp_path, 'variables = ["x"]\nexpression = "x**2*lam"\n[parameters]\nlam = 1\n')
    with pytest.raises(InputError, match="not declared"):
        load_family(spec, {"mu": "0:1"})
    with pytest.raises(InputError, match="no parameter has an interval"):
        load_family(spec, {"lam": "1"})
    with pytest.raises(InputError, match="another domain"):
        load_family("rayleigh-quotient", {"a": "1:2"})
    with pytest.raises(InputError):
        load_family("mexican-hat", {"n": "2:3"})
    conditions = written(
        tmp_path, 'variables = ["x"]\nexpression = "x**2*lam"\n[parameters]\nlam = 1\n[domain]\nwhere = ["x > lam"]\n'
    )
    with pytest.raises(NotYetError, match="depends on the parameter"):
        load_family(conditions, {"lam": "1:2"})
    network = ss.network([1, 1, 1], activation="tanh", data=([[1]], [[1]]), bias=False, ridge=[1, 2])
    with pytest.raises(InputError, match="ridge alone"):
        family_of(network, {"ridge": (1, 2)})
    with pytest.raises(InputError, match="two ends"):
        family_of(ss.Objective("p", "x", "x**2*lam", {"lam": 1}), {"lam": "0:1"})
    with pytest.raises(InputError, match="no parameter"):
        family_of(ss.Objective("p", "x", "x**2*lam", {"lam": 1}), {})
    closure = ss.Objective("c", "x", lambda x: x**2)
    with pytest.raises(InputError, match="no parameters"):
        family_of(closure, {"lam": (0, 1)})
    assert is_interval("0:1") and not is_interval("1/2")


def test_a_python_file_whose_formula_hides_the_parameter(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("import strictsaddle as ss\ndef hidden(lam=1):\n    return ss.Objective('h', 'x', f'x**2*({lam})', {'lam': lam})\n"
                    "def shown(lam=1):\n    return ss.Objective('s', 'x', 'x**2*lam', {'lam': lam})\n")  # fmt: skip
    with pytest.raises(InputError, match="another one for other values"):
        load_family(f"{path}:hidden", {"lam": "1:2"})
    assert load_family(f"{path}:shown", {"lam": "1:2"}).unknowns == ("x",)
