from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from formula_steps import value
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.loading.declarative import limited, read
from strictsaddle.objective.domain import Box, Euclidean, Spheres
from strictsaddle.objective.objective import Objective

WELL = """name = "double-well"
variables = ["x", "y"]
expression = "x**4/4 - x^2/2 + lam*y**2/2"
[parameters]
lam = 0.1
mu = "1/3"
"""
NETWORK = """
[network]
widths = [1, 2, 1]
activation = "tanh"
loss = "squared"
bias = false
ridge = "1/50"
[data]
inputs = [[1], [2]]
targets = [[1], [-1]]
"""


def write(tmp_path: Path, text: str, name: str = "objective.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_expression(tmp_path: Path) -> None:
    objective = read(write(tmp_path, WELL))
    assert objective.name == "double-well"
    assert objective.variables == ("x", "y")
    assert objective.parameters == {"lam": Fraction(1, 10), "mu": Fraction(1, 3)}
    assert objective.domain == Euclidean()
    assert objective.expression == "x**4/4 - x^2/2 + lam*y**2/2"
    assert value(objective.graph, objective.node, [Fraction(2), Fraction(1)]) == 2 + Fraction(1, 20)


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    content = {"name": "double-well", "variables": ["x", "y"], "expression": "x**4/4 - x^2/2 + lam*y**2/2"}
    text = json.dumps(content)[:-1] + ', "parameters": {"lam": 0.1, "mu": "1/3"}}'
    assert read(write(tmp_path, text, "objective.json")).to_dict() == read(write(tmp_path, WELL)).to_dict()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=25, min_value=-9, max_value=9))
def test_decimals_lose_no_digit(tmp_path_factory: pytest.TempPathFactory, number: Any) -> None:
    folder = tmp_path_factory.mktemp("decimals")
    toml = f'variables = ["x"]\nexpression = "a*x"\nparameters = {{a = {number:f}}}\n'
    assert read(write(folder, toml)).parameters["a"] == Fraction(number)
    text = '{"variables": ["x"], "expression": "a*x", "parameters": {"a": %s}}' % f"{number:f}"  # noqa: UP031
    assert read(write(folder, text, "objective.json")).parameters["a"] == Fraction(number)


def test_network(tmp_path: Path) -> None:
    objective = read(write(tmp_path, NETWORK, "two-units.toml"))
    assert objective.name == "two-units"
    assert objective.variables == ("W1_1_1", "W1_2_1", "W2_1_1", "W2_1_2")
    assert objective.network is not None
    assert objective.network.targets == ((1,), (-1,))
    assert objective.parameters == {"ridge": Fraction(1, 50)}


def test_csv_lies_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", "a,b\n1,2\n3,4\n", "data.csv")
    text = '[network]\nwidths = [1, 1]\nloss = "squared"\n[data]\ncsv = "data.csv"\ninputs = ["a"]\ntargets = ["b"]\n'
    write(tmp_path / "inner", text)
    monkeypatch.chdir(tmp_path)
    assert read("inner/objective.toml").network is not None


def test_parameters_are_replaced(tmp_path: Path) -> None:
    assert read(write(tmp_path, WELL), {"lam": "1/7"}).parameters == {
        "lam": Fraction(1, 7),
        "mu": Fraction(1, 3),
    }
    ridged = read(write(tmp_path, NETWORK), {"ridge": "0.25"})
    assert ridged.network is not None
    assert set(ridged.network.ridge) == {Fraction(1, 4)}


@pytest.mark.parametrize(
    ("text", "parameters", "what"),
    [
        (WELL, {"lma": "1"}, "not declared: 'lma'. Did you mean lam? Declared are lam, mu."),
        (WELL, {"x": "1"}, "not declared: 'x'"),
        (WELL, {"lam": "a"}, "-p lam: not a finite number: 'a'"),
        (WELL, {"lam": "nan"}, "-p lam: not a finite number"),
        (WELL, {"lam": ""}, "-p lam: not a finite number"),
        ('variables = ["x"]\nexpression = "x"', {"lam": "1"}, "The file has no table [parameters]"),
        (
            NETWORK,
            {"rigde": "1"},
            "not declared: 'rigde'. Did you mean ridge? Of a network, -p can set ridge.",
        ),
        (NETWORK, {"ridge": "a"}, "-p ridge: not a finite number"),
    ],
)
def test_wrong_replacements(tmp_path: Path, text: str, parameters: dict[str, str], what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, text), parameters)
    assert what in str(caught.value)


def test_domains(tmp_path: Path) -> None:
    base = 'variables = ["x", "y", "z"]\nexpression = "x*y*z"\n[domain]\n'
    one, two = Fraction(1), Fraction(2)
    for text in ("box = [1, 2]", "box = [[1, 2]]", "box = [[1, 2], [1, 2], [1, 2]]", 'box = ["1", "2.0"]'):
        assert read(write(tmp_path, base + text)).domain == Box((one,) * 3, (two,) * 3)
    mixed = read(write(tmp_path, base + 'box = [[-0.1, 2], ["1/3", 2], [2, 2]]')).domain
    assert mixed == Box((Fraction(-1, 10), Fraction(1, 3), two), (two, two, two))
    assert read(write(tmp_path, base + 'spheres = [["z", "x"]]')).domain == Spheres(((2, 0),))
    network = read(write(tmp_path, NETWORK + "[domain]\nbox = [-1, 1]\n"))
    assert network.domain == Box((-one,) * 4, (one,) * 4)
    sphere = read(write(tmp_path, NETWORK + '[domain]\nspheres = [["W1_1_1", "W2_1_1"]]\n'))
    assert sphere.domain == Spheres(((0, 2),))


def test_the_place_of_a_fault_is_its_place_in_the_file(tmp_path: Path) -> None:
    cases = {
        'variables = ["x"]\n  expression = "x + z"\n': "line 2, column 21",
        "variables = ['x']\nexpression='x + z'": "line 2, column 17",
        'variables = ["x"]\nexpression = """\nx\n + z"""': "line 4, column 4",
        'variables = ["x"]\r\nexpression = """x\r\n + z"""': "line 3, column 4",
        'variables = ["x"]\nexpression = "x +\\tz"': "expression, line 1, column 5",
    }
    for text, where in cases.items():
        path = tmp_path / "objective.toml"
        path.write_bytes(text.encode())
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.where == f"{path}, {where}"
    path = write(tmp_path, '{"variables": ["x"],\n "expression": "x + z"}', "objective.json")
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.where == f"{path}, line 2, column 21"


def square(domain: Any = None) -> Objective:
    return Objective("f", "x y", "x*y", domain=domain)


def test_a_box_from_the_command_limits(tmp_path: Path) -> None:
    third, two = Fraction(1, 3), Fraction(2)
    assert limited(square(), "-1/3,2").domain == Box((-third,) * 2, (two,) * 2)
    own = Box((Fraction(0), Fraction(-5)), (Fraction(9), Fraction(1)))
    assert limited(square(own), " -1/3 , 2").domain == Box((Fraction(0), -third), (two, Fraction(1)))


@pytest.mark.parametrize(
    ("domain", "box", "what"),
    [
        (None, "2,1", "reversed"),
        (None, "1", "two bounds"),
        (None, "1,2,3", "two bounds"),
        (None, "a,2", "not a finite number: 'a'"),
        (None, "-inf,2", "this option takes finite bounds alone: '-inf'"),
        (None, "0,nan", "this option takes finite bounds alone"),
        (None, "", "two bounds"),
        (Box((Fraction(0), Fraction(3)), (Fraction(1), Fraction(4))), "0,2", "--box, variable y: nothing"),
        (Spheres(((0, 1),)), "0,2", "lives on spheres"),
    ],
)
def test_wrong_boxes_from_the_command(domain: Any, box: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        limited(square(domain), box)
    assert what in str(caught.value)
