"""Formulas typed in the place of a name, standard input, and what Python's users hand in."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sympy

import strictsaddle as ss
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.formula.from_sympy import to_sympy
from strictsaddle.loading import as_objective, load, typed


def test_a_formula() -> None:
    made = load("x10**2 + x2^2*lam - exp(b)", {"lam": "1/3"})
    assert made.variables == ("b", "x2", "x10") and {key: str(value) for key, value in made.parameters.items()} == {
        "lam": "1/3"
    }
    assert made.digest == ss.Objective("other", "b x2 x10", "x10**2 + x2**2/3 - exp(b)").digest
    assert load("pi*sin(t)", box="0,1").variables == ("t",)
    assert len(load("x**2 + " + " + ".join(f"y{k}" for k in range(50))).name) <= typed.LONGEST_NAME


@pytest.mark.parametrize(
    "spec, wanted",
    [
        ("x**2 + ln(y)", "Write log"),
        ("__import__('os')", "character"),
        ("2*3 + 1", "no unknown"),
        ("x**2 + e", "Write exp"),
        ("x + (y", "parenthesis"),
        ("sum(x for y in data)", "in a file"),
        ("tensor-eq55", "Did you mean tensor-eq5"),
        ("no/such/file", "no such file"),
        ("x**2 + y**2 = 1", "equation"),
        ("x" * 300, "no objective of this name"),
        ("", "no objective is named"),
        ("x**2 + nan", "no good name"),
    ],
)
def test_what_is_no_formula(spec: str, wanted: str) -> None:
    if wanted:
        with pytest.raises(InputError, match=wanted):
            load(spec)
    else:  # names like any other
        assert load(spec).variables == ("inf", "nan", "x")


def test_a_parameter_that_is_not_there() -> None:
    with pytest.raises(InputError, match="not in the formula"):
        load("x**2", {"lam": "1"})


def test_a_file_goes_before_a_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x+y").write_text("x")
    with pytest.raises(InputError, match="a file of this kind holds no objective"):
        load("x+y")


@pytest.mark.parametrize(
    "text, variables",
    [
        ("x**2 - y**2\n", ("x", "y")),
        ('variables = ["u"]\nexpression = "u**2"\n', ("u",)),
        ('{"variables": ["v"], "expression": "v**2"}', ("v",)),
        (
            '[network]\nwidths = [1, 1]\nloss = "squared"\nbias = true\n[data]\ninputs = [[1]]\ntargets = [[2]]\n',
            ("W1_1_1", "b1_1"),
        ),
    ],
)
def test_standard_input(text: str, variables: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    typed.standard_input.cache_clear()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    assert load("-").variables == variables
    assert load("-").variables == variables  # read once, and kept
    typed.standard_input.cache_clear()


@pytest.mark.parametrize(
    "data, wanted", [(b"  \n", "nothing"), (b"\xff\xfe", "UTF-8"), (b"x" * 10_000_001, "10 MB"), (b"{", "JSON")]
)
def test_bad_standard_input(data: bytes, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed.standard_input.cache_clear()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    with pytest.raises(InputError, match=wanted):
        load("-")
    typed.standard_input.cache_clear()


def test_the_command_reads_formulas_and_standard_input(command: Path) -> None:
    """Also within a budget, where the objective is read in another process; and of all values of a parameter, where it is read twice."""
    family = 'variables = ["x"]\nexpression = "lam*x**2"\n[parameters]\nlam = 1\n'
    for more in ([], ["--budget", "60"]):
        arguments = [command, "check", "-", "-q", "--json", "-", *more]
        run = subprocess.run(arguments, input="x**2 + lam*y**2 - y", capture_output=True, text=True)
        assert run.returncode == 0 and json.loads(run.stdout)["objective"]["variables"] == ["lam", "x", "y"], run.stderr
    arguments = [command, "check", "-", "-q", "-p", "lam=1:2", "--budget", "60"]
    run = subprocess.run(arguments, input=family, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_what_python_hands_in() -> None:
    x, y = sympy.symbols("x y")
    real = {name: sympy.Symbol(name, real=True) for name in ("x", "y")}
    expression = x**4 - x**2 + y**2
    for made in (
        as_objective(expression), ss.Objective("o", [x, y], expression),
        ss.Objective("o", "x y", lambda w: w[0] ** 4 - w[0] ** 2 + w[1] ** 2), ss.Objective("o", "x y", lambda x, y: x**4 - x**2 + y**2),
    ):  # fmt: skip
        assert made.variables == ("x", "y")
        assert to_sympy(made.graph, made.node, ["x", "y"]) == expression.subs({x: real["x"], y: real["y"]})
    assert ss.check(ss.Objective("n", "a b c", lambda w: w @ w)).stationary.counts["local_minimum"] == 1
    assert ss.Objective("one", "x", lambda w: w**2).digest == ss.Objective("one", "x", "x**2").digest
    boxed = as_objective("double-well", (-2, 0.5))
    assert boxed.domain.ends is not None and [str(end) for end in boxed.domain.ends[1]] == ["1/2", "1/2"]
    assert ss.Box((-1.5, 0), (1, "5/2")).to_dict()["bounds"] == [["-3/2", "1"], ["0", "5/2"]]
    assert ss.check("x**2", box=(-1, 1)).definition_1.scope == "box" and ss.constants is not None
    assert ss.symmetries is not None and "escape" in dir(ss) and "_HOMES" not in dir(ss)


def test_what_python_may_not_hand_in() -> None:
    p = sympy.Symbol("p", positive=True)
    for wanted, work in {
        "NumPy": lambda: ss.Objective("b", "x y", lambda w: np.sin(w[0])),
        "no objective: int": lambda: ss.check(3),  # type: ignore[arg-type]
        "assumes more": lambda: ss.Objective(sympy.sqrt(p**2)),
        "pair of numbers": lambda: ss.check("double-well", box=3),  # type: ignore[arg-type]
        "needs a formula": lambda: ss.Objective("n"),
        "formula is wanted": lambda: ss.Objective("n", "x", 3),
        "no variables": lambda: ss.Objective(sympy.Integer(3)),
        "reversed": lambda: ss.Box((1.5,), (1,)),
    }.items():
        with pytest.raises(InputError, match=wanted):
            work()
    with pytest.raises(ZeroDivisionError):  # the user's own mistake stays what it is
        ss.Objective("z", "x y", lambda w: w[0] * (1 / 0))


def test_other_values_of_parameters() -> None:
    made = ss.Objective("w", "x y", "x**2 + lam*y", {"lam": 1})
    again = made.with_parameters(lam="1/7")
    assert str(again.parameters["lam"]) == "1/7" and again.digest == ss.Objective("w", "x y", "x**2 + y/7").digest
    assert again.with_parameters(lam=1).digest == made.digest
    with pytest.raises(InputError, match="Did you mean lam"):
        made.with_parameters(la=1)
    with pytest.raises(InputError, match="It has: none"):
        ss.network([1, 1], data=([[1]], [[2]]), ridge=1).with_parameters(ridge=2)
    under = ss.Objective("u", "x", "lam*x**2", {"lam": 1}, ss.Euclidean(where=("x > lam",)))
    with pytest.raises(NotYetError, match="conditions"):  # which hold the old value
        under.with_parameters(lam=2)


def test_an_infinite_box_is_told_where_it_can_be_written() -> None:
    with pytest.raises(InputError, match="finite bounds alone"):
        load("x**4 - x**2", box="0,inf")
